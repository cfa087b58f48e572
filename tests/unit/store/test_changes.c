// SPDX-License-Identifier: GPL-3.0-or-later
// The log of changes: each way in which an observation changes names its site-days.
#include "placing_fixture.h"

#include "store/change_store.h"
#include "store/quality_store.h"

enum { SEEN_MAX = 4000 };

// "A 0,A 1,B *": site and day after DAY of each changed site-day.
typedef struct seen {
    char text[SEEN_MAX];
} seen;

static wdm_rc see(void *user, const char *site_id, wdm_day day, wdm_err *err)
{
    seen *s = user;
    const size_t len = strlen(s->text);
    (void)err;
    if (day == WDM_DAY_NONE)
        (void)snprintf(s->text + len, sizeof s->text - len, "%s%s *", len == 0 ? "" : ",", site_id);
    else
        (void)snprintf(s->text + len, sizeof s->text - len, "%s%s %d", len == 0 ? "" : ",", site_id,
                       (int)(day - DAY));
    return WDM_OK;
}

// Later runs are news from now on.
static int64_t now(fixture *f)
{
    return fixture_int(f, "SELECT max(run_id) FROM run");
}

static void assert_changed_as_of(fixture *f, int64_t since, wdm_day was, wdm_day is, const char *expected)
{
    seen s = {""};
    wdm_err err = {WDM_OK, ""};
    const wdm_changes_since from = {since, was, is};
    ASSERT_OK(wdm_store_begin(f->store, &err), err);
    ASSERT_OK(wdm_store_each_changed(f->store, &from, see, &s, &err), err);
    wdm_store_rollback(f->store);
    assert_string_equal(s.text, expected);
}

static void assert_changed(fixture *f, int64_t since, const char *expected)
{
    assert_changed_as_of(f, since, DAY + 1000, DAY + 1000, expected);
}

static wdm_assay_row at(const fixture *f, const char *sample_id, wdm_day day, double value)
{
    wdm_assay_row row = assay(f, value);
    row.sample_id = sample_id;
    row.start.day = day;
    row.end.day = day + 1;
    return row;
}

static wdm_field_row sheet_at(const fixture *f, const char *site, const char *sample_id, wdm_day day)
{
    wdm_field_row row = field(f, 2000.0);
    row.site = wdm_config_site(&f->config, site);
    row.sample_id = sample_id;
    row.start.day = day;
    row.end.day = day + 1;
    return row;
}

static void a_new_result_names_its_day_once(void **state)
{
    fixture *f = *state;
    const wdm_assay_row one = at(f, "S1", DAY, 1.0), two = at(f, "S2", DAY + 3, 1.0);
    wdm_assay_row again = one;
    const int64_t before = now(f);
    again.replicate = 2;
    start(f, "a.csv", "a");
    (void)put(f, &one);
    (void)put(f, &two);
    (void)put(f, &again);
    finish(f);
    assert_changed(f, before, "A 0,A 3");
    assert_changed(f, now(f), "");
}

static void the_same_row_again_changes_nothing(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = at(f, "S1", DAY, 1.0);
    int64_t before = 0;
    put_batch(f, "a.csv", &row);
    before = now(f);
    start(f, "b.csv", "b");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_SAME);
    finish(f);
    assert_changed(f, before, "");
}

static void a_correction_names_both_days_and_so_does_its_undo(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = at(f, "S1", DAY, 1.0), moved = at(f, "S1", DAY + 5, 2.0);
    int64_t before = 0;
    put_batch(f, "a.csv", &row);
    before = now(f);
    start(f, "a.csv", "a2");
    assert_int_equal(put(f, &moved).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_changed(f, before, "A 0,A 5");
    before = now(f);
    undo(f, "a/2");
    assert_changed(f, before, "A 0,A 5");
}

static void an_undone_batch_names_its_days(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = at(f, "S1", DAY + 2, 1.0);
    int64_t before = 0;
    put_batch(f, "a.csv", &row);
    before = now(f);
    undo(f, "a/1");
    assert_changed(f, before, "A 2");
}

static void a_field_row_names_its_day_and_so_do_correction_and_undo(void **state)
{
    fixture *f = *state;
    wdm_field_row row = sheet_at(f, "B", "", DAY + 1);
    int64_t before = now(f);
    assert_int_equal(put_sheet(f, "s.csv", "1", &row), WDM_OUTCOME_STORED);
    assert_changed(f, before, "B 1");
    before = now(f);
    row.flow_m3_d = 3000.0;
    assert_int_equal(put_sheet(f, "s.csv", "2", &row), WDM_OUTCOME_CORRECTED);
    assert_changed(f, before, "B 1");
    before = now(f);
    undo(f, "s/2");
    assert_changed(f, before, "B 1");
}

static void a_moved_field_row_names_both_places(void **state)
{
    fixture *f = *state;
    const wdm_field_row row = sheet_at(f, "A", "X", DAY), moved = sheet_at(f, "B", "X", DAY + 1);
    int64_t before = 0;
    (void)put_sheet(f, "s.csv", "1", &row);
    before = now(f);
    (void)put_sheet(f, "s.csv", "2", &moved);
    assert_changed(f, before, "A 0,B 1");
    before = now(f);
    undo(f, "s/2");
    assert_changed(f, before, "A 0,B 1");
}

static void a_result_without_a_site_names_where_its_field_row_stands(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "X");
    const wdm_field_row sheet = sheet_at(f, "B", "X", DAY + 1), other = sheet_at(f, "A", "X", DAY + 20);
    int64_t before = 0;
    (void)put_sheet(f, "s.csv", "1", &sheet);
    before = now(f);
    put_batch(f, "a.csv", &row);
    assert_changed(f, before, "B 1");
    before = now(f);
    (void)put_sheet(f, "t.csv", "1", &other); // a second place: it counts at none
    assert_changed(f, before, "A 20,B 1");
    before = now(f);
    undo(f, "t/1");
    assert_changed(f, before, "A 20,B 1");
    before = now(f);
    undo(f, "a/1");
    assert_changed(f, before, "A 20,B 1");
}

static void a_field_row_that_came_after_the_result_names_its_day_when_the_result_is_undone(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "X");
    const wdm_field_row sheet = sheet_at(f, "B", "X", DAY + 1);
    int64_t before = 0;
    put_batch(f, "a.csv", &row);
    assert_changed(f, 0, "");
    (void)put_sheet(f, "s.csv", "1", &sheet);
    before = now(f);
    undo(f, "a/1");
    assert_changed(f, before, "B 1");
}

static void the_same_analysis_with_its_site_names_where_it_had_been_placed(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "X"), named = at(f, "X", DAY, 10.0);
    const wdm_field_row sheet = sheet_at(f, "A", "X", DAY + 1);
    int64_t before = 0;
    put_batch(f, "a.csv", &row);
    (void)put_sheet(f, "s.csv", "1", &sheet);
    before = now(f);
    put_batch(f, "b.csv", &named);
    assert_changed(f, before, "A 0,A 1");
    before = now(f);
    undo(f, "b/1");
    assert_changed(f, before, "A 0,A 1");
}

static void a_published_load_names_its_day_and_a_region_none(void **state)
{
    fixture *f = *state;
    wdm_load_row row;
    wdm_put out;
    wdm_err err = {WDM_OK, ""};
    int64_t before = now(f);
    memset(&row, 0, sizeof row);
    row.site = wdm_config_site(&f->config, "B");
    row.analyte = wdm_config_analyte(&f->config, "cocaine");
    row.region_id = "";
    row.day = DAY + 2;
    row.load_mg_d_1000 = 5.0;
    row.limit_mg_d_1000 = (double)NAN;
    row.column = row.raw_value = "";
    start(f, "p.csv", "p");
    ASSERT_OK(wdm_store_put_load(f->store, &f->config, &f->batch, &f->run, &row, &out, &err), err);
    row.site = WDM_NONE;
    row.region_id = "P";
    row.day = DAY + 3;
    ASSERT_OK(wdm_store_put_load(f->store, &f->config, &f->batch, &f->run, &row, &out, &err), err);
    finish(f);
    assert_changed(f, before, "B 2");
    before = now(f);
    undo(f, "p/1");
    assert_changed(f, before, "B 2");
}

static void a_population_names_all_days(void **state)
{
    fixture *f = *state;
    wdm_err err = {WDM_OK, ""};
    int64_t before = now(f);
    start(f, "p.csv", "p");
    ASSERT_OK(wdm_store_put_population(f->store, &f->batch, "B", DAY, 1000.0, "p", &err), err);
    finish(f);
    assert_changed(f, before, "B *");
    before = now(f);
    undo(f, "p/1");
    assert_changed(f, before, "B *");
}

// ---- quality control

static int64_t key_of(fixture *f, const char *sql)
{
    return fixture_int(f, sql);
}

// A finding of the batch in hand that fails every result of its laboratory and method, about the sample.
static void put_finding(fixture *f, const char *of_sample, int64_t revision, double below)
{
    char sql[160];
    wdm_qc_group group = {.batch_id = f->batch.batch_id, .analysed = WDM_DAY_NONE};
    wdm_qc_finding finding = {.kind = WDM_QC_BLANK,
                              .rule_id = "r",
                              .severity = WDM_QC_FAIL,
                              .value = 1.0,
                              .low = (double)NAN,
                              .high = (double)NAN,
                              .below_ng_l = below,
                              .message = "m",
                              .of_replicate = 1,
                              .of_revision = revision};
    wdm_err err = {WDM_OK, ""};
    group.lab_key = key_of(f, "SELECT lab_key FROM lab WHERE lab_id = 'L'");
    group.method_key = key_of(f, "SELECT method_key FROM method WHERE method_id = 'm'");
    group.analyte_key = key_of(f, "SELECT analyte_key FROM analyte WHERE analyte_id = 'cocaine'");
    (void)snprintf(sql, sizeof sql, "SELECT max(sample_key) FROM sample WHERE sample_id = '%s'", of_sample);
    finding.of_sample_key = key_of(f, sql);
    ASSERT_OK(wdm_store_put_qc_finding(f->store, &group, &finding, &err), err);
}

static wdm_assay_row blank(const fixture *f, double value)
{
    wdm_assay_row row = siteless(f, "BLANK");
    row.sample_type = "blank";
    row.value_ng_l = value;
    return row;
}

// Batch a/1 with two results and a blank that fails them.
static void put_failed_batch(fixture *f)
{
    const wdm_assay_row one = at(f, "S1", DAY, 1.0), two = at(f, "S2", DAY + 3, 1.0), control = blank(f, 9.0);
    start(f, "a.csv", "a");
    (void)put(f, &one);
    (void)put(f, &two);
    (void)put(f, &control);
    put_finding(f, "BLANK", 1, (double)NAN);
    finish(f);
}

static void a_corrected_control_names_what_it_had_failed(void **state)
{
    fixture *f = *state;
    const wdm_assay_row good = blank(f, 0.1);
    int64_t before = 0;
    put_failed_batch(f);
    before = now(f);
    start(f, "a.csv", "a2");
    assert_int_equal(put(f, &good).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_changed(f, before, "A 0,A 3");
    before = now(f);
    undo(f, "a/2");
    assert_changed(f, before, "A 0,A 3");
}

static void a_finding_names_the_rows_of_other_batches_that_it_covers(void **state)
{
    fixture *f = *state;
    const wdm_assay_row control = blank(f, 8.0);
    wdm_err err = {WDM_OK, ""};
    int64_t before = 0;
    put_failed_batch(f);
    before = now(f);
    start(f, "b.csv", "b");
    (void)put(f, &control);
    ASSERT_OK(wdm_store_note_repeated(f->store, &f->batch, 1, &err), err);
    put_finding(f, "BLANK", 2, 100.0);
    finish(f);
    assert_changed(f, before, "A 0,A 3");
    before = now(f);
    undo(f, "b/1");
    assert_changed(f, before, "A 0,A 3");
}

static void the_same_finding_again_changes_nothing(void **state)
{
    fixture *f = *state;
    wdm_err err = {WDM_OK, ""};
    int64_t before = 0;
    put_failed_batch(f);
    before = now(f);
    start(f, "b.csv", "b");
    ASSERT_OK(wdm_store_note_repeated(f->store, &f->batch, 1, &err), err);
    put_finding(f, "BLANK", 1, (double)NAN);
    finish(f);
    assert_changed(f, before, "");
}

// ---- as-of

static void a_moved_date_names_the_samples_that_ended_between(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = at(f, "S1", DAY, 1.0), later = at(f, "S2", DAY + 3, 1.0);
    const wdm_assay_row placed = siteless(f, "X");
    const wdm_field_row sheet = sheet_at(f, "B", "X", DAY + 2);
    put_batch(f, "a.csv", &row);
    put_batch(f, "b.csv", &later);
    put_batch(f, "c.csv", &placed);
    (void)put_sheet(f, "s.csv", "1", &sheet);
    assert_changed_as_of(f, now(f), DAY, DAY + 3, "A 0,B 2"); // they end a day after they start
    assert_changed_as_of(f, now(f), DAY + 4, DAY + 3, "A 3");
    assert_changed_as_of(f, now(f), DAY + 3, DAY + 3, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_new_result_names_its_day_once),
        CASE(the_same_row_again_changes_nothing),
        CASE(a_correction_names_both_days_and_so_does_its_undo),
        CASE(an_undone_batch_names_its_days),
        CASE(a_field_row_names_its_day_and_so_do_correction_and_undo),
        CASE(a_moved_field_row_names_both_places),
        CASE(a_result_without_a_site_names_where_its_field_row_stands),
        CASE(a_field_row_that_came_after_the_result_names_its_day_when_the_result_is_undone),
        CASE(the_same_analysis_with_its_site_names_where_it_had_been_placed),
        CASE(a_published_load_names_its_day_and_a_region_none),
        CASE(a_population_names_all_days),
        CASE(a_corrected_control_names_what_it_had_failed),
        CASE(a_finding_names_the_rows_of_other_batches_that_it_covers),
        CASE(the_same_finding_again_changes_nothing),
        CASE(a_moved_date_names_the_samples_that_ended_between),
#undef CASE
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
