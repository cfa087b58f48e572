// SPDX-License-Identifier: GPL-3.0-or-later
// Samples whose file names no site: placed by their field row, whichever came first, and moved by its
// corrections.
#include "placing_fixture.h"

#include "store/comparison_store.h"
#include "store/estimate_store.h"
#include "store/report_store.h"

#define PLACED "SELECT count(*) FROM result_placed WHERE bound = 1"

typedef struct counts {
    int64_t waiting, ambiguous, bound;
} counts;

static void assert_counts(fixture *f, int64_t waiting, int64_t ambiguous, int64_t bound)
{
    counts c = {-1, -1, -1};
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_count_unplaced(f->store, 0, &c.waiting, &c.ambiguous, &c.bound, &err), err);
    assert_int_equal(c.waiting, waiting);
    assert_int_equal(c.ambiguous, ambiguous);
    assert_int_equal(c.bound, bound);
}

typedef struct seen {
    int n;
    char site[32];
    wdm_when start, end;
    double flow;
    bool bound;
} seen;

static wdm_rc on_result(void *user, const wdm_result_row *row, wdm_err *err)
{
    seen *s = user;
    (void)err;
    s->n++;
    (void)snprintf(s->site, sizeof s->site, "%s", row->site_id);
    s->start = row->start;
    s->end = row->end;
    s->flow = row->flow_m3_d;
    s->bound = row->bound;
    return WDM_OK;
}

static seen read_results(fixture *f, const char *site_id)
{
    seen s = {0};
    const wdm_result_filter filter = {
        .site_id = site_id, .first = WDM_DAY_NONE, .last = WDM_DAY_NONE, .as_of = WDM_DAY_NONE};
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_each_result(f->store, &filter, on_result, &s, &err), err);
    return s;
}

static void assert_is_placed(fixture *f)
{
    const seen s = read_results(f, "A");
    assert_int_equal(s.n, 1);
    assert_int_equal(s.start.day, DAY);
    assert_int_equal(s.start.minute, 480);
    assert_int_equal(s.end.day, DAY + 1);
    assert_int_equal(s.end.minute, 480);
    assert_true(s.flow == 2000.0);
    assert_true(s.bound);
    assert_counts(f, 0, 0, 1);
}

static void the_field_row_may_come_before_or_after(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "S1");
    const wdm_field_row sheet = field(f, 2000.0);
    put_batch(f, "a.csv", &row);
    assert_int_equal(read_results(f, NULL).n, 0);
    assert_counts(f, 1, 0, 0);
    assert_int_equal(put_sheet(f, "sheet.csv", "s", &sheet), WDM_OUTCOME_STORED);
    assert_is_placed(f);
    undo(f, "a/1");
    assert_counts(f, 0, 0, 0);
    put_batch(f, "b.csv", &row); // now the sheet is there first
    assert_is_placed(f);
    undo(f, "sheet/1");
    assert_counts(f, 1, 0, 0);
    assert_int_equal(read_results(f, NULL).n, 0);
}

static void a_whole_day_and_another_sample_place_nothing(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "S1");
    wdm_field_row sheet = field(f, 2000.0);
    put_batch(f, "a.csv", &row);
    sheet.sample_id = "";
    (void)put_sheet(f, "day.csv", "1", &sheet);
    sheet.sample_id = "S2";
    (void)put_sheet(f, "other.csv", "2", &sheet);
    assert_counts(f, 1, 0, 0);
}

static void two_places_in_force_are_ambiguous(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "S1");
    wdm_field_row sheet = field(f, 2000.0);
    put_batch(f, "a.csv", &row);
    (void)put_sheet(f, "one.csv", "1", &sheet);
    sheet.site = wdm_config_site(&f->config, "B");
    (void)put_sheet(f, "two.csv", "2", &sheet);
    assert_counts(f, 0, 1, 0);
    assert_int_equal(fixture_int(f, PLACED), 0);
    assert_int_equal(fixture_int(f, "SELECT placed = 'ambiguous' FROM result_unplaced"), 1);
    undo(f, "two/1");
    assert_counts(f, 0, 0, 1);
    sheet = field(f, 2000.0);
    sheet.start.day++;
    sheet.end.day++;
    (void)put_sheet(f, "three.csv", "3", &sheet); // the same site, another day
    assert_counts(f, 0, 1, 0);
}

static void a_corrected_sheet_moves_the_results_and_its_undo_brings_them_back(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "S1");
    wdm_field_row sheet = field(f, 2000.0);
    put_batch(f, "a.csv", &row);
    (void)put_sheet(f, "sheet.csv", "1", &sheet);
    sheet.site = wdm_config_site(&f->config, "B"); // the same file again: site corrected
    assert_int_equal(put_sheet(f, "sheet.csv", "2", &sheet), WDM_OUTCOME_CORRECTED);
    assert_string_equal(read_results(f, NULL).site, "B");
    assert_counts(f, 0, 0, 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE item = 'place of S1' AND old_value = "
                                    "'A on 2026-11-16' AND new_value = 'B on 2026-11-16'"),
                     1);
    undo(f, "sheet/2");
    assert_is_placed(f);
    sheet = field(f, 2100.0); // the flow corrected
    sheet.start.minute = sheet.end.minute = 540;
    assert_int_equal(put_sheet(f, "sheet.csv", "3", &sheet), WDM_OUTCOME_CORRECTED);
    assert_true(read_results(f, NULL).flow == 2100.0);
    assert_int_equal(read_results(f, NULL).start.minute, 540);
    sheet.start.day += 2; // the day corrected, then back
    sheet.end.day += 2;
    assert_int_equal(put_sheet(f, "sheet.csv", "4", &sheet), WDM_OUTCOME_CORRECTED);
    assert_int_equal(read_results(f, NULL).start.day, DAY + 2);
    sheet.start.day -= 2;
    sheet.end.day -= 2;
    assert_int_equal(put_sheet(f, "sheet.csv", "5", &sheet), WDM_OUTCOME_CORRECTED);
    assert_int_equal(read_results(f, NULL).start.day, DAY);
    assert_counts(f, 0, 0, 1);
}

static void a_number_that_comes_again_next_week_is_another_sample(void **state)
{
    fixture *f = *state;
    wdm_field_row sheet = field(f, 2000.0);
    (void)put_sheet(f, "field.csv", "1", &sheet);
    sheet.start.day += 7;
    sheet.end.day += 7;
    assert_int_equal(put_sheet(f, "field.csv", "2", &sheet), WDM_OUTCOME_STORED);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM field_current"), 2);
}

// Two plants that number their own samples: the number is no identity, and a re-issued sheet moves neither.
static void a_number_that_two_sites_use_is_not_moved(void **state)
{
    fixture *f = *state;
    wdm_field_row a = field(f, 1000.0);
    wdm_field_row b = field(f, 2000.0);
    wdm_field_row later = field(f, 3000.0);
    b.site = wdm_config_site(&f->config, "B");
    start(f, "field.csv", "1");
    (void)put_field(f, &a);
    (void)put_field(f, &b);
    finish(f);
    start(f, "field.csv", "2"); // the flow of B is corrected, the row of A is the same
    assert_int_equal(put_field(f, &a), WDM_OUTCOME_SAME);
    b.flow_m3_d = 2100.0;
    assert_int_equal(put_field(f, &b), WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_true(fixture_real(f, "SELECT sum(flow_m3_d) FROM field_current") == 3100.0);
    start(f, "field.csv", "3"); // a day of A more, both others the same
    assert_int_equal(put_field(f, &a), WDM_OUTCOME_SAME);
    assert_int_equal(put_field(f, &b), WDM_OUTCOME_SAME);
    later.start.day++;
    later.end.day++;
    assert_int_equal(put_field(f, &later), WDM_OUTCOME_STORED);
    finish(f);
    assert_true(fixture_real(f, "SELECT sum(flow_m3_d) FROM field_current") == 6100.0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE item LIKE 'place of%'"), 0);
}

static void a_row_that_a_result_with_a_site_needs_is_not_moved(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = assay(f, 10.0);
    wdm_field_row sheet = field(f, 2000.0);
    put_batch(f, "a.csv", &row);
    (void)put_sheet(f, "field.csv", "1", &sheet);
    sheet.start.day++;
    sheet.end.day++;
    assert_int_equal(put_sheet(f, "field.csv", "2", &sheet), WDM_OUTCOME_STORED);
    assert_true(read_results(f, "A").flow == 2000.0);
}

static void two_laboratories_are_both_placed(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = siteless(f, "S1");
    const wdm_field_row sheet = field(f, 2000.0);
    (void)put_sheet(f, "sheet.csv", "1", &sheet);
    put_batch(f, "a.csv", &row);
    row.lab_id = "L2";
    row.value_ng_l = 12.0;
    put_batch(f, "b.csv", &row);
    assert_int_equal(read_results(f, "A").n, 2);
}

static void an_analysis_sent_with_and_without_a_site_counts_once(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = siteless(f, "S1");
    wdm_assay_row named = assay(f, 11.0);
    const wdm_field_row sheet = field(f, 2000.0);
    (void)put_sheet(f, "sheet.csv", "1", &sheet);
    row.method_id = ""; // an instrument does not know it
    put_batch(f, "a.csv", &row);
    assert_true(read_results(f, "A").bound);
    put_batch(f, "b.csv", &named);
    assert_int_equal(read_results(f, "A").n, 1);
    assert_false(read_results(f, "A").bound);
    assert_int_equal(fixture_int(f, "SELECT placed = 'repeated' FROM result_unplaced"), 1);
    undo(f, "b/1");
    assert_true(read_results(f, "A").bound);
    named.lab_id = "L2"; // another laboratory's is another result
    put_batch(f, "c.csv", &named);
    assert_int_equal(read_results(f, "A").n, 2);
}

static void corrections_and_conflicts_are_those_of_all_results(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = siteless(f, "S1");
    put_batch(f, "a.csv", &row);
    start(f, "copy.csv", "2");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_SAME);
    row.value_ng_l = 11.0;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CONFLICT);
    finish(f);
    start(f, "a.csv", "3");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_current"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE item = 'result S1 cocaine'"), 1);
}

static void controls_come_again_in_every_run_and_are_never_placed(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = siteless(f, "S1");
    const wdm_field_row sheet = field(f, 2000.0);
    (void)put_sheet(f, "sheet.csv", "s", &sheet);
    row.sample_type = "blank";
    row.start.minute = row.end.minute = 600;
    put_batch(f, "a.csv", &row);
    row.start.minute = row.end.minute = 700; // the next blank of that name
    row.value_ng_l = 3.0;
    put_batch(f, "b.csv", &row);
    start(f, "c.csv", "c");
    row.value_ng_l = 4.0;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CONFLICT); // the same moment
    finish(f);
    row.start = row.end = (wdm_when){0, -1}; // moments not known: each file speaks of its own
    put_batch(f, "d.csv", &row);
    row.value_ng_l = 5.0;
    put_batch(f, "e.csv", &row);
    row.value_ng_l = 6.0;
    start(f, "e.csv", "e2");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_current"), 4);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_unplaced WHERE placed = 'control'"), 4);
    assert_int_equal(fixture_int(f, PLACED), 0);
    assert_counts(f, 0, 0, 0);
    assert_true(fixture_real(f, "SELECT value_ng_l FROM result_current ORDER BY value_ng_l") == 3.0);
}

static void counts_are_of_one_batch_or_of_all(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = siteless(f, "S1");
    counts c = {-1, -1, -1};
    wdm_err err = {WDM_OK, ""};
    put_batch(f, "a.csv", &row);
    row.sample_id = "S2";
    put_batch(f, "b.csv", &row);
    assert_counts(f, 2, 0, 0);
    ASSERT_OK(wdm_store_count_unplaced(f->store, f->batch.batch_id, &c.waiting, &c.ambiguous, &c.bound, &err),
              err);
    assert_int_equal(c.waiting, 1);
}

static void the_export_says_which_results_wait(void **state)
{
    fixture *f = *state;
    const wdm_assay_row row = siteless(f, "S1");
    const wdm_export_filter all = {.site_id = NULL};
    wdm_export export;
    wdm_export_cell cells[WDM_EXPORT_COLUMNS_MAX];
    bool found = false;
    wdm_err err = {WDM_OK, ""};
    put_batch(f, "a.csv", &row);
    ASSERT_OK(wdm_export_open(f->store, "results", &all, &export, &err), err);
    ASSERT_OK(wdm_export_next(&export, cells, &found, &err), err);
    assert_true(found);
    assert_string_equal(export.columns[export.n_columns - 2], "placed");
    assert_string_equal(cells[export.n_columns - 2].text, "waiting");
    assert_string_equal(cells[2].text, ""); // site_id
    assert_int_equal(cells[3].kind, WDM_EXPORT_NULL);
    ASSERT_OK(wdm_export_next(&export, cells, &found, &err), err);
    assert_false(found);
}

// ---- plans

// The lines of the plan of a cached statement that hold the text.
static int plan_lines(fixture *f, const char *sql, const char *text)
{
    char *explain = NULL;
    sqlite3_stmt *stmt = NULL;
    int n = 0;
    explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    assert_non_null(explain);
    if (sqlite3_prepare_v2(f->store->db, explain, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", explain, sqlite3_errmsg(f->store->db));
    while (sqlite3_step(stmt) == SQLITE_ROW)
        n += strstr((const char *)sqlite3_column_text(stmt, 3), text) != NULL;
    (void)sqlite3_finalize(stmt);
    sqlite3_free(explain);
    return n;
}

// Each cached statement on placed results reads neither results nor samples nor field rows whole.
static void assert_plans(fixture *f)
{
    int n = 0;
    for (size_t i = 0; i < f->store->n_cached; i++) {
        const char *sql = f->store->cache[i].sql;
        if (strstr(sql, "result_placed") == NULL)
            continue;
        n++;
        assert_int_equal(plan_lines(f, sql, "MATERIALIZE result_placed"), 0);
        assert_int_equal(plan_lines(f, sql, "SCAN f"), 0);
        assert_int_equal(plan_lines(f, sql, "SCAN p"), 0);
        assert_int_equal(plan_lines(f, sql, "SCAN a"), 0);
        assert_int_equal(plan_lines(f, sql, "SCAN l"), 0);
        assert_int_equal(plan_lines(f, sql, "SCAN result"), 0);
        if (plan_lines(f, sql, "SEARCH r USING PRIMARY KEY (site_key=? AND day") < 1)
            fail_msg("%s", sql);
        assert_true(plan_lines(f, sql, "SEARCH r USING INDEX result_without_site") >= 1);
    }
    assert_int_equal(n, 6);
}

static void a_filtered_read_scans_neither_results_nor_samples(void **state)
{
    fixture *f = *state;
    const char *view = "SELECT * FROM result_placed WHERE site_key = 1 AND day BETWEEN 20000 AND 20007";
    const wdm_series_key key = {.site = 1, .drug = 1, .biomarker = 1, .quantity = 0};
    const wdm_comparison_filter filter = {.site_id = "A", .first = WDM_DAY_NONE, .last = WDM_DAY_NONE};
    wdm_arena arena = {0};
    wdm_site_weeks weeks = {0};
    wdm_batch_rows batches = {0};
    wdm_limit_rows limits = {0};
    wdm_series_point point;
    wdm_err err = {WDM_OK, ""};
    (void)read_results(f, "A");
    ASSERT_OK(wdm_report_coverage(f->store, &f->config, 2967, &weeks, &err), err);
    ASSERT_OK(wdm_report_batches(f->store, 2967, 0, &arena, &batches, &err), err);
    ASSERT_OK(wdm_report_limits(f->store, 2967, 0, &arena, &limits, &err), err);
    ASSERT_OK(wdm_report_series(f->store, &key, 2967, 1, &arena, &point, &err), err);
    ASSERT_OK(wdm_store_each_comparison(f->store, &f->config, &filter, NULL, NULL, &err), err);
    assert_plans(f);
    wdm_arena_fini(&arena);
    assert_int_equal(plan_lines(f, view, "SCAN"), 0);
    assert_int_equal(plan_lines(f, view, "SEARCH r USING PRIMARY KEY (site_key=? AND day>? AND day<?)"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_field_row_may_come_before_or_after, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_whole_day_and_another_sample_place_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_places_in_force_are_ambiguous, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_corrected_sheet_moves_the_results_and_its_undo_brings_them_back,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_number_that_comes_again_next_week_is_another_sample, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_number_that_two_sites_use_is_not_moved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_that_a_result_with_a_site_needs_is_not_moved, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(two_laboratories_are_both_placed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_analysis_sent_with_and_without_a_site_counts_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(corrections_and_conflicts_are_those_of_all_results, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(controls_come_again_in_every_run_and_are_never_placed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(counts_are_of_one_batch_or_of_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_export_says_which_results_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_filtered_read_scans_neither_results_nor_samples, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
