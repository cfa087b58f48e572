// SPDX-License-Identifier: GPL-3.0-or-later
// Flows of a site before the batch in hand, other flows of a day, marker samples, and the flags of a field
// row.
#include "batch_fixture.h"

#include "data/flags.h"
#include "store/estimate_store.h"
#include "store/flow_history.h"

static void put_flow(fixture *f, const char *sample_id, wdm_day day, double flow, int64_t flags)
{
    wdm_field_row row;
    wdm_put out;
    wdm_err err = {WDM_OK, ""};
    memset(&row, 0, sizeof row);
    row.site = wdm_config_site(&f->config, "A");
    row.sample_id = sample_id;
    row.start = (wdm_when){day, 480};
    row.end = (wdm_when){day + 1, 480};
    row.flow_m3_d = flow;
    row.u_flow_rel = row.temperature_c = row.ph = row.rain_mm = row.population = (double)NAN;
    row.domestic_share = (double)NAN;
    row.note = "";
    row.flags = flags;
    ASSERT_OK(wdm_store_put_field(f->store, &f->config, &f->batch, &f->run, &row, &out, &err), err);
    assert_true(out.outcome == WDM_OUTCOME_STORED || out.outcome == WDM_OUTCOME_CORRECTED);
}

static wdm_flow_history history(fixture *f, const char *site)
{
    wdm_flow_history h;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_flow_history(f->store, site, &f->batch, &h, &err), err);
    return h;
}

static void a_batch_is_no_witness_for_itself(void **state)
{
    fixture *f = *state;
    start(f, "old.csv", "1");
    put_flow(f, "S3", DAY + 2, 103.0, 0);
    put_flow(f, "S1", DAY, 101.0, 0);
    put_flow(f, "", DAY, 100.0, 0); // the whole day's goes before the sample's
    put_flow(f, "S2", DAY + 1, 102.0, 0);
    finish(f);
    start(f, "new.csv", "2");
    put_flow(f, "S4", DAY + 3, 9999.0, 0);
    wdm_flow_history h = history(f, "A");
    assert_int_equal(h.n, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(h.days[i].day, DAY + i);
        assert_true(h.days[i].flow_m3_d == (i == 0 ? 100.0 : 101.0 + i));
    }
    wdm_flow_history_fini(&h);
    h = history(f, "B");
    assert_int_equal(h.n, 0);
    wdm_flow_history_fini(&h);
    finish(f);
}

static void only_flows_in_force_count(void **state)
{
    fixture *f = *state;
    start(f, "a.csv", "1");
    put_flow(f, "S1", DAY, 1000.0, 0);
    finish(f);
    start(f, "a.csv", "2"); // the same name: a correction
    put_flow(f, "S1", DAY, 100.0, 0);
    finish(f);
    start(f, "b.csv", "3");
    put_flow(f, "S2", DAY + 1, 5.0, 0);
    finish(f);
    undo(f, "b/1");
    start(f, "c.csv", "4");
    wdm_flow_history h = history(f, "A");
    assert_int_equal(h.n, 1);
    assert_true(h.days[0].flow_m3_d == 100.0);
    wdm_flow_history_fini(&h);
    finish(f);
}

static wdm_rc count(void *user, const char *sample_id, double flow_m3_d, wdm_err *err)
{
    double *sum = user;
    (void)err;
    *sum += flow_m3_d + (sample_id[0] == '\0' ? 0.5 : 0.0);
    return WDM_OK;
}

static void all_flows_of_a_day_are_given(void **state)
{
    fixture *f = *state;
    double sum = 0.0;
    wdm_err err = {WDM_OK, ""};
    start(f, "a.csv", "1");
    put_flow(f, "", DAY, 100.0, 0);
    put_flow(f, "S1", DAY, 10.0, 0);
    put_flow(f, "S2", DAY + 1, 1000.0, 0);
    ASSERT_OK(wdm_store_each_day_flow(f->store, "A", DAY, count, &sum, &err), err);
    assert_true(sum == 110.5);
    finish(f);
}

static wdm_rc add_load(void *user, const wdm_marker_sample *sample, wdm_err *err)
{
    double *sum = user;
    (void)err;
    *sum += sample->value_ng_l * sample->flow_m3_d;
    return WDM_OK;
}

static double marker_loads(fixture *f, const char *analyte)
{
    double sum = 0.0;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_each_marker(f->store, "A", analyte, DAY, add_load, &sum, &err), err);
    return sum;
}

static void markers_take_the_flow_of_their_sample_or_day(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 7.0);
    start(f, "a.csv", "1");
    (void)put(f, &row);
    row.sample_id = "S2";
    row.state = WDM_RESULT_NOT_DETECTED; // no level
    (void)put(f, &row);
    row.sample_id = "S3";
    row.state = WDM_RESULT_MEASURED;
    row.sample_type = "ccv"; // no sample of the catchment
    (void)put(f, &row);
    finish(f);
    assert_true(marker_loads(f, "cocaine") == 0.0); // no flow yet
    start(f, "flow.csv", "2");
    put_flow(f, "", DAY, 100.0, 0);
    assert_true(marker_loads(f, "cocaine") == 700.0);
    put_flow(f, "S1", DAY, 110.0, 0);
    assert_true(marker_loads(f, "cocaine") == 770.0);
    assert_true(marker_loads(f, "caffeine") == 0.0);
    finish(f);
}

static wdm_rc take_flags(void *user, const wdm_result_row *row, wdm_err *err)
{
    int64_t *flags = user;
    (void)err;
    *flags = row->flags;
    return WDM_OK;
}

static int64_t result_flags(fixture *f)
{
    const wdm_result_filter all = {.first = WDM_DAY_NONE, .last = WDM_DAY_NONE, .as_of = WDM_DAY_NONE};
    int64_t flags = -1;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_each_result(f->store, &all, take_flags, &flags, &err), err);
    return flags;
}

static void flags_of_the_flow_reach_the_result(void **state)
{
    fixture *f = *state;
    const int64_t both = WDM_FLAG_WET_WEATHER | WDM_FLAG_FLOW_UNUSUAL;
    wdm_assay_row row = assay(f, 7.0);
    row.flags = WDM_FLAG_LIMIT_FROM_TABLE;
    start(f, "a.csv", "1");
    (void)put(f, &row);
    assert_int_equal(result_flags(f), WDM_FLAG_LIMIT_FROM_TABLE);
    put_flow(f, "", DAY, 100.0, both);
    assert_int_equal(result_flags(f), WDM_FLAG_LIMIT_FROM_TABLE | both);
    put_flow(f, "S1", DAY, 110.0, 0); // its own flow is used; the day stays wet
    assert_int_equal(result_flags(f), WDM_FLAG_LIMIT_FROM_TABLE | WDM_FLAG_WET_WEATHER);
    finish(f);
}

static void a_flag_stays_with_what_is_taken_over(void **state)
{
    fixture *f = *state;
    wdm_field_row row;
    wdm_put out;
    wdm_err err = {WDM_OK, ""};
    start(f, "a.csv", "1");
    put_flow(f, "S1", DAY, 100.0, WDM_FLAG_FLOW_UNUSUAL);
    memset(&row, 0, sizeof row);
    row.site = wdm_config_site(&f->config, "A");
    row.sample_id = "S1";
    row.start = (wdm_when){DAY, 480};
    row.end = (wdm_when){DAY + 1, 480};
    row.flow_m3_d = row.u_flow_rel = row.temperature_c = row.ph = row.population = (double)NAN;
    row.domestic_share = (double)NAN;
    row.rain_mm = 30.0;
    row.note = "";
    row.flags = WDM_FLAG_WET_WEATHER;
    ASSERT_OK(wdm_store_put_field(f->store, &f->config, &f->batch, &f->run, &row, &out, &err), err);
    assert_int_equal(fixture_int(f, "SELECT flags FROM field_current"),
                     WDM_FLAG_WET_WEATHER | WDM_FLAG_FLOW_UNUSUAL);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_batch_is_no_witness_for_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_flows_in_force_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_flows_of_a_day_are_given, set_up, tear_down),
        cmocka_unit_test_setup_teardown(markers_take_the_flow_of_their_sample_or_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flags_of_the_flow_reach_the_result, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_flag_stays_with_what_is_taken_over, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
