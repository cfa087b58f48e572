// SPDX-License-Identifier: GPL-3.0-or-later
// Two laboratories on one sample: both results are kept, and compared wherever their site came from.
#include "placing_fixture.h"

#include "store/comparison_store.h"
#include "wbe/lognormal.h"

static wdm_rc keep_comparison(void *user, const wdm_comparison_row *row, wdm_err *err)
{
    wdm_comparison_row *out = user;
    (void)err;
    assert_string_equal(row->site_id, "A");
    assert_string_equal(row->sample_id, "S1");
    assert_string_equal(row->lab_id, "L");
    assert_string_equal(row->other_lab_id, "L2");
    assert_true(isnan(out->value_ng_l)); // one pair only
    *out = *row;
    return WDM_OK;
}

static wdm_comparison_row compared(fixture *f, int64_t batch_id)
{
    wdm_comparison_row out = {.value_ng_l = (double)NAN};
    const wdm_comparison_filter filter = {.first = WDM_DAY_NONE, .last = WDM_DAY_NONE, .batch_id = batch_id};
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_each_comparison(f->store, &f->config, &filter, keep_comparison, &out, &err), err);
    return out;
}

static void laboratories_are_compared_wherever_the_site_came_from(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 90.0); // names its site
    const wdm_field_row sheet = field(f, 2000.0);
    wdm_comparison_row got;
    int64_t counts_of[3];
    int64_t first = 0;
    const double u_batch = wdm_config_limits(&f->config, "L", "m", row.analyte, DAY).u_rel_batch;
    const double variance = log1p(0.01 / 2.0) + log1p(0.01) + 2.0 * wdm_log_var_of_u(u_batch);
    wdm_err err = {WDM_OK, ""};
    row.u_rel = 0.1;
    put_batch(f, "a.csv", &row);
    first = f->batch.batch_id;
    row.replicate = 2;
    row.value_ng_l = 110.0;
    put_batch(f, "a2.csv", &row);
    row = siteless(f, "S1"); // and one that waits
    row.lab_id = "L2";
    row.value_ng_l = 150.0;
    row.u_rel = 0.1;
    put_batch(f, "b.csv", &row);
    assert_true(isnan(compared(f, 0).value_ng_l));
    (void)put_sheet(f, "sheet.csv", "s", &sheet);
    got = compared(f, 0);
    assert_int_equal(got.day, DAY);
    assert_true(got.value_ng_l == 100.0); // of two replicates
    assert_true(got.other_value_ng_l == 150.0);
    assert_true(fabs(got.comparison.difference_in_u - log(1.5) / sqrt(variance)) < 1e-12);
    assert_int_equal(got.comparison.verdict, WDM_COMPARE_DIFFER);
    ASSERT_OK(wdm_store_count_comparisons(f->store, &f->config, first, counts_of, &err), err);
    assert_int_equal(counts_of[WDM_COMPARE_DIFFER], 1);
    ASSERT_OK(wdm_store_count_comparisons(f->store, &f->config, f->batch.batch_id, counts_of, &err), err);
    assert_int_equal(counts_of[WDM_COMPARE_DIFFER], 0); // the sheet has no results
    undo(f, "b/1");
    assert_true(isnan(compared(f, 0).value_ng_l));
}

static void a_level_below_a_limit_is_shown_and_not_compared(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 90.0);
    wdm_comparison_row got;
    row.u_rel = 0.1;
    put_batch(f, "a.csv", &row);
    row.lab_id = "L2";
    row.state = WDM_RESULT_BELOW_LOQ;
    row.value_ng_l = (double)NAN;
    put_batch(f, "b.csv", &row);
    got = compared(f, 0);
    assert_int_equal(got.other_state, WDM_RESULT_BELOW_LOQ);
    assert_int_equal(got.comparison.verdict, WDM_COMPARE_CANNOT_BE_TOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(laboratories_are_compared_wherever_the_site_came_from, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_level_below_a_limit_is_shown_and_not_compared, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
