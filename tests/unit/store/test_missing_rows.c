// SPDX-License-Identifier: GPL-3.0-or-later
// A file issued again: rows of the earlier issue that the new one lacks are listed, never lost in silence.
#include "batch_fixture.h"

enum { LIST_MAX = 512 };

static wdm_rc take(void *user, const wdm_missing_row *row, wdm_err *err)
{
    char *list = user;
    char line[200];
    (void)err;
    (void)snprintf(line, sizeof line, "%s %s %s %s %s %d %s:%lld\n", row->kind, row->site_id, row->sample_id,
                   row->analyte_id, row->value, (int)(row->day - DAY), row->batch, (long long)row->line);
    (void)snprintf(list + strlen(list), LIST_MAX - strlen(list), "%s", line);
    return WDM_OK;
}

static const char *missing(fixture *f, char list[LIST_MAX])
{
    wdm_err err = {WDM_OK, ""};
    list[0] = '\0';
    ASSERT_OK(wdm_store_missing_rows(f->store, &f->batch, take, list, &err), err);
    return list;
}

static void put_samples(fixture *f, const char *const *names, double value)
{
    for (; *names != NULL; names++) {
        wdm_assay_row row = assay(f, value);
        row.sample_id = *names;
        (void)put(f, &row);
    }
}

static void a_first_issue_lacks_nothing(void **state)
{
    fixture *f = *state;
    char list[LIST_MAX];
    start(f, "a.csv", "1");
    put_samples(f, (const char *const[]){"S1", NULL}, 10.0);
    assert_string_equal(missing(f, list), "");
    finish(f);
    start(f, "other.csv", "2");
    assert_string_equal(missing(f, list), "");
    finish(f);
}

static void a_row_that_the_new_issue_lacks_is_listed_and_stays(void **state)
{
    fixture *f = *state;
    wdm_assay_row corrected = assay(f, 12.0);
    char list[LIST_MAX];
    start(f, "a.csv", "1");
    put_samples(f, (const char *const[]){"S1", "S2", "S3", NULL}, 10.0);
    finish(f);
    start(f, "a.csv", "2");
    (void)put(f, &corrected);                                      // S1
    put_samples(f, (const char *const[]){"S2", "S4", NULL}, 10.0); // the same; new
    assert_string_equal(missing(f, list), "result A S3 cocaine raw ng/L 0 a/1:2\n");
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_current"), 4);
}

static void another_method_or_replicate_is_another_row(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    char list[LIST_MAX];
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    row.method_id = "m2";
    start(f, "a.csv", "2");
    (void)put(f, &row);
    assert_string_equal(missing(f, list), "result A S1 cocaine raw ng/L 0 a/1:2\n");
    finish(f);
}

static void a_corrected_date_is_no_missing_row(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    char list[LIST_MAX];
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    row.start.day++;
    row.end.day++;
    start(f, "a.csv", "2");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    assert_string_equal(missing(f, list), "");
    finish(f);
}

static void the_third_issue_is_held_against_the_first_too(void **state)
{
    fixture *f = *state;
    wdm_assay_row corrected = assay(f, 12.0);
    char list[LIST_MAX];
    start(f, "a.csv", "1");
    put_samples(f, (const char *const[]){"S1", "S2", NULL}, 10.0);
    finish(f);
    start(f, "a.csv", "2"); // corrects S1, repeats S2, which a/1 holds
    (void)put(f, &corrected);
    put_samples(f, (const char *const[]){"S2", NULL}, 10.0);
    assert_string_equal(missing(f, list), "");
    finish(f);
    start(f, "a.csv", "3");
    put_samples(f, (const char *const[]){"S3", NULL}, 10.0);
    assert_string_equal(missing(f, list),
                        "result A S2 cocaine raw ng/L 0 a/1:2\nresult A S1 cocaine raw ng/L 0 a/2:2\n");
    wdm_store_rollback(f->store);
    undo(f, "a/2"); // then a/1 is what the third issue corrects
    start(f, "a.csv", "3");
    put_samples(f, (const char *const[]){"S2", NULL}, 10.0);
    assert_string_equal(missing(f, list), "result A S1 cocaine raw ng/L 0 a/1:2\n");
    finish(f);
}

static void a_row_that_another_file_holds_is_not_this_file_s(void **state)
{
    fixture *f = *state;
    char list[LIST_MAX];
    start(f, "other.csv", "1");
    put_samples(f, (const char *const[]){"S1", NULL}, 10.0);
    finish(f);
    start(f, "a.csv", "2");
    put_samples(f, (const char *const[]){"S1", "S2", NULL}, 10.0);
    finish(f);
    start(f, "a.csv", "3");
    put_samples(f, (const char *const[]){"S2", NULL}, 10.0);
    assert_string_equal(missing(f, list), "");
    finish(f);
}

static void flows_and_published_loads_are_listed_too(void **state)
{
    fixture *f = *state;
    wdm_field_row flow;
    wdm_load_row load;
    wdm_put out;
    char list[LIST_MAX];
    wdm_err err = {WDM_OK, ""};
    memset(&flow, 0, sizeof flow);
    memset(&load, 0, sizeof load);
    flow.site = load.site = wdm_config_site(&f->config, "A");
    flow.start = flow.end = (wdm_when){DAY, 480};
    flow.flow_m3_d = 2000.0;
    flow.u_flow_rel = flow.temperature_c = flow.ph = flow.rain_mm = flow.population = (double)NAN;
    flow.domestic_share = (double)NAN;
    flow.note = "";
    load.region_id = "";
    load.analyte = wdm_config_analyte(&f->config, "cocaine");
    load.load_mg_d_1000 = 5.0;
    load.limit_mg_d_1000 = (double)NAN;
    load.raw_value = "5.0";
    load.column = "value";
    flow.line = load.line = 4;
    start(f, "a.csv", "1");
    for (int i = 0; i < 2; i++) {
        flow.sample_id = i == 0 ? "S1" : "";
        load.day = DAY + i;
        ASSERT_OK(wdm_store_put_field(f->store, &f->config, &f->batch, &f->run, &flow, &out, &err), err);
        ASSERT_OK(wdm_store_put_load(f->store, &f->config, &f->batch, &f->run, &load, &out, &err), err);
    }
    finish(f);
    start(f, "a.csv", "2"); // the last of each comes again
    ASSERT_OK(wdm_store_look_field(f->store, &f->config, &f->batch, &flow, &out, &err), err);
    ASSERT_OK(wdm_store_put_load(f->store, &f->config, &f->batch, &f->run, &load, &out, &err), err);
    assert_int_equal(out.outcome, WDM_OUTCOME_SAME);
    assert_string_equal(missing(f, list), "flow A S1  2000 0 a/1:4\nload A  cocaine 5.0 0 a/1:4\n");
    finish(f);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_first_issue_lacks_nothing),
        CASE(a_row_that_the_new_issue_lacks_is_listed_and_stays),
        CASE(another_method_or_replicate_is_another_row),
        CASE(a_corrected_date_is_no_missing_row),
        CASE(the_third_issue_is_held_against_the_first_too),
        CASE(a_row_that_another_file_holds_is_not_this_file_s),
        CASE(flows_and_published_loads_are_listed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
