// SPDX-License-Identifier: GPL-3.0-or-later
// Readers of weekly series, the tables trend, baseline, alert and alert_event, on a real store in a folder of
// its own.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// cmocka needs some of the above
#include <cmocka.h>

#include "store/alert_event_store.h"
#include "store/alert_store.h"
#include "store/db.h"
#include "store/export_store.h"
#include "store/trend_store.h"

enum { WEEK = 2968 }; // 2026-W47: Monday 2026-11-16 is day 20773

typedef struct fixture {
    char dir[64], path[80];
    wdm_store *store;
} fixture;

static void exec(fixture *f, const char *sql)
{
    wdm_err err = {WDM_OK, ""};
    if (wdm_db_exec(f->store, sql, &err) != WDM_OK)
        fail_msg("%s: %s", sql, err.text);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    wdm_err err = {WDM_OK, ""};
    if (f == NULL)
        return -1;
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/wdm_trend_store_XXXXXX");
    if (mkdtemp(f->dir) == NULL)
        return -1;
    (void)snprintf(f->path, sizeof f->path, "%s/wdm.db", f->dir);
    if (wdm_store_open(&f->store, f->path, WDM_STORE_CREATE, 1, &err) != WDM_OK) {
        print_error("%s\n", err.text);
        return -1;
    }
    exec(f, "INSERT INTO run VALUES (1, 'init', '0', 't', 't', 'done', '', '', 0, 0, 'u', '', '');"
            "INSERT INTO config_set VALUES (1, printf('%064d', 1), 'fs-1', 1), (2, printf('%064d', 2), "
            "'fs-2', 1);"
            "INSERT INTO factor_set VALUES (1, 'fs-1', 1), (2, 'fs-2', 2);INSERT INTO config_current VALUES "
            "(1, 1);"
            "INSERT INTO site VALUES (1, 'A', 0, 'A', '', 'CITY', NULL, NULL, 0), (2, 'B', 0, 'B', '', '', "
            "NULL, NULL, 1);"
            "INSERT INTO region VALUES (1, 'CITY', '', '');"
            "INSERT INTO drug VALUES (1, 'mdma', '', ''); INSERT INTO analyte VALUES (1, 'mdma', '', '')");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    wdm_store_close(f->store);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s%s", f->path, suffixes[i]);
        (void)unlink(path);
    }
    (void)rmdir(f->dir);
    free(f);
    return 0;
}

static void put_week(fixture *f, int site, int factor_set, int week, const char *estimate, const char *days)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO weekly (site_key, drug_key, biomarker_key, quantity, week, factor_set_key, estimate, "
        "limit_value, n_days, n_censored, days, censoring_method, budget, flags) VALUES (%d, 1, 1, 0, %d, "
        "%d, "
        "%s, 0.5, 2, 0, '%s', '', '', 1)",
        site, week, factor_set, estimate, days);
    exec(f, sql);
}

typedef struct seen {
    int n;
    size_t weeks[4];
    char place[4][16];
    double last[4];
} seen;

static wdm_rc note(void *context, const wdm_series *series, wdm_err *err)
{
    seen *s = context;
    (void)err;
    s->weeks[s->n] = series->n;
    (void)snprintf(s->place[s->n], sizeof s->place[0], "%s%s/%s", series->site_id,
                   series->site_key == 0 ? series->region_id : "", series->drug_id);
    s->last[s->n] = series->weeks[series->n - 1].estimate;
    s->n++;
    return WDM_OK;
}

static void series_are_grouped_and_cut_at_the_as_of_date(void **state)
{
    fixture *f = *state;
    seen s = {0};
    put_week(f, 2, 1, WEEK, "7.0", "2026-11-16 2026-11-17");
    put_week(f, 1, 1, WEEK - 1, "NULL", "2026-11-09 2026-11-10");
    put_week(f, 1, 1, WEEK, "5.0", "2026-11-16 2026-11-22");
    put_week(f, 1, 2, WEEK, "99.0", "2026-11-16"); // another factor set
    assert_int_equal(wdm_store_each_series(f->store, "fs-1", 20779, note, &s, NULL), WDM_OK); // Sunday 22 Nov
    assert_int_equal(s.n, 2);
    assert_string_equal(s.place[0], "A/mdma");
    assert_int_equal(s.weeks[0], 2);
    assert_true(s.last[0] == 5.0);
    assert_string_equal(s.place[1], "B/mdma");
    s = (seen){0};
    assert_int_equal(wdm_store_each_series(f->store, "fs-1", 20778, note, &s, NULL), WDM_OK);
    assert_int_equal(s.weeks[0], 1); // the week with a sample of the 22nd is not known on the 21st
    assert_true(isnan(s.last[0]));
    assert_int_equal(s.weeks[1], 1);
}

static void the_judged_week_is_the_last_one_that_had_ended(void **state)
{
    fixture *f = *state;
    int32_t week = 0;
    assert_int_equal(wdm_store_judged_week(f->store, "fs-1", 20779, &week, NULL), WDM_E_NOINPUT);
    put_week(f, 1, 1, WEEK, "5.0", "2026-11-16");
    assert_int_equal(wdm_store_judged_week(f->store, "fs-1", 20778, &week, NULL), WDM_OK);
    assert_int_equal(week, WEEK); // there is no other
    put_week(f, 1, 1, WEEK - 1, "5.0", "2026-11-09");
    assert_int_equal(wdm_store_judged_week(f->store, "fs-1", 20778, &week, NULL), WDM_OK);
    assert_int_equal(week, WEEK - 1); // Saturday: the running week waits
    assert_int_equal(wdm_store_judged_week(f->store, "fs-1", 20779, &week, NULL), WDM_OK);
    assert_int_equal(week, WEEK);
}

static void a_region_week_counts_once_it_has_ended(void **state)
{
    fixture *f = *state;
    seen s = {0};
    exec(f, "INSERT INTO region_weekly (region_key, drug_key, biomarker_key, quantity, week, factor_set_key, "
            "estimate, "
            "lo95, hi95, n_sites, n_days, n_censored, budget, flags) VALUES (1, 1, 1, 4, 2968, 1, 0.2, 0.1, "
            "0.4, 2, 14, 0, "
            "'', 0)");
    assert_int_equal(wdm_store_each_region_series(f->store, "fs-1", 20778, note, &s, NULL), WDM_OK);
    assert_int_equal(s.n, 0);
    assert_int_equal(wdm_store_each_region_series(f->store, "fs-1", 20779, note, &s, NULL), WDM_OK);
    assert_int_equal(s.n, 1);
    assert_string_equal(s.place[0], "CITY/mdma");
}

// The cell of that name in the only row of `wdm export trend`.
static wdm_export_cell trend_cell(fixture *f, const char *name)
{
    const wdm_export_filter all = {0};
    wdm_export export = {0};
    wdm_export_cell cells[WDM_EXPORT_COLUMNS_MAX] = {{0}};
    wdm_export_cell found = {0};
    bool row = false;
    assert_int_equal(wdm_export_open(f->store, "trend", &all, &export, NULL), WDM_OK);
    assert_int_equal(wdm_export_next(&export, cells, &row, NULL), WDM_OK);
    assert_true(row);
    for (size_t i = 0; i < export.n_columns; i++) {
        if (strcmp(export.columns[i], name) == 0)
            found = cells[i];
    }
    if (found.kind == WDM_EXPORT_TEXT)
        found.integer = strcmp(found.text, "up") == 0 || strcmp(found.text, "cannot be told") == 0;
    assert_int_equal(wdm_export_next(&export, cells, &row, NULL), WDM_OK);
    assert_false(row);
    return found;
}

static void a_trend_row_comes_back_as_it_was_stored(void **state)
{
    fixture *f = *state;
    const wdm_series series = {
        .site_key = 1, .drug_key = 1, .biomarker_key = 1, .quantity = WDM_Q_CONSUMPTION};
    const wdm_trend_point before = {.first = 20773 - 7, .last = 20779 - 7};
    wdm_trend_row row = {
        .series = &series,
        .scale = WDM_SCALE_WEEK,
        .as_of = 20779,
        .first = 20773,
        .last = 20779,
        .period = "2026-W47",
        .window_weeks = 52,
        .baseline = 36.6,
        .factor = 2.16,
        .factor_p = 2e-5,
        .baseline_lo95 = (double)NAN,
        .baseline_hi95 = 50.0,
        .state = "ok",
        .judged_from = WDM_DAY_NONE,
        .n_segments = 2,
        .segment_from = 20773,
        .segment_word = "corrected",
        .source = "lab-a/lcms",
        .offset_log = log(1.25),
        .offset_sd = 0.1,
        .changepoint = WDM_DAY_NONE,
        .record = {.kind = WDM_RECORD_HIGHEST, .n = 12, .since = &before, .former = &before, .p = 0.5}};
    row.trend = (wdm_trend){.n = 51,
                            .method = "theil-sen",
                            .slope_pct_per_year = 12.5,
                            .slope_lo95 = 1.0,
                            .slope_hi95 = 30.0,
                            .p_value = 0.01,
                            .class_ = WDM_TREND_UP,
                            .previous = {14.0, -3.0, 30.0, &before, "cannot be told"},
                            .year = {31.0, 10.0, 55.0, NULL, "up"}};
    assert_int_equal(wdm_store_put_trend(f->store, &row, NULL), WDM_OK);
    assert_int_equal(trend_cell(f, "n").integer, 51);
    assert_true(trend_cell(f, "slope_hi95").real == 30.0 && trend_cell(f, "change_year_hi95").real == 55.0);
    assert_true(trend_cell(f, "factor_p").real == 2e-5 && trend_cell(f, "baseline_hi95").real == 50.0);
    assert_int_equal(trend_cell(f, "baseline_lo95").kind, WDM_EXPORT_NULL);
    assert_int_equal(trend_cell(f, "class").integer, 1);
    assert_int_equal(trend_cell(f, "change_prev_word").integer, 1);
    assert_int_equal(trend_cell(f, "judged_from").kind, WDM_EXPORT_NULL);
    assert_true(fabs(trend_cell(f, "offset_pct").real - 25.0) < 1e-9);
    assert_true(fabs(trend_cell(f, "offset_hi95").real - 100.0 * expm1(log(1.25) + 0.1959963984540054)) <
                1e-9);
    assert_int_equal(trend_cell(f, "record_n").integer, 12);
    assert_int_equal(wdm_store_put_trend(f->store, &row, NULL), WDM_E_INTERNAL); // one row a series
    assert_int_equal(wdm_store_clear_trend(f->store, NULL), WDM_OK);
    assert_int_equal(wdm_store_put_trend(f->store, &row, NULL), WDM_OK);
}

static void the_last_run_tells_its_as_of_date(void **state)
{
    fixture *f = *state;
    wdm_last_run run = {0};
    assert_int_equal(wdm_store_last_run(f->store, "alert", &run, NULL), WDM_OK);
    assert_false(run.found);
    exec(f, "INSERT INTO run VALUES (7, 'alert', '0', 't', 't', 'done', 'as_of=2026-11-22 x=1', 'h', 56, 3, "
            "'u', '', ''),"
            "(8, 'alert', '0', 't', 't', 'failed', 'as_of=2026-12-22', '', 0, 0, 'u', '', '')");
    assert_int_equal(wdm_store_last_run(f->store, "alert", &run, NULL), WDM_OK);
    assert_true(run.found);
    assert_int_equal(run.run_id, 7);
    assert_int_equal(run.as_of, 20779);
    assert_int_equal(run.n_in, 56);
    assert_string_equal(run.input_hash, "h");
}

static wdm_rc copy_alert(void *context, const wdm_alert *alert, wdm_err *err)
{
    wdm_alert *out = context;
    (void)err;
    *out = *alert;
    out->state = strcmp(alert->state, "acknowledged") == 0 ? "acknowledged" : "other";
    out->acknowledged_by = strcmp(alert->acknowledged_by, "Li") == 0 ? "Li" : "";
    return WDM_OK;
}

static wdm_alert new_alert(void)
{
    return (wdm_alert){.site_key = 1,
                       .drug_key = 1,
                       .biomarker_key = 1,
                       .region_id = "",
                       .quantity = WDM_Q_NORMALISED_LOAD,
                       .rule_id = "r",
                       .family = "baseline",
                       .level = "warning",
                       .state = "open",
                       .opened = 20779,
                       .last_seen = 20779,
                       .closed = WDM_DAY_NONE,
                       .weeks = 3,
                       .value = 79.1,
                       .baseline = 36.6,
                       .lo95 = (double)NAN,
                       .reason = "because"};
}

static void an_alert_is_kept_with_its_events_and_acknowledgement(void **state)
{
    fixture *f = *state;
    wdm_alert alert = new_alert();
    wdm_alert out = {0};
    wdm_alert_event event = {.run_id = 1,
                             .as_of = 20779,
                             .event = "opened",
                             .level = "warning",
                             .week = WEEK,
                             .reason = "because"};
    wdm_acknowledgement ack = {.by = "Li", .note = "", .as_of = 20780, .run_id = 1};
    int64_t count = 0;
    assert_int_equal(wdm_store_add_alert(f->store, &alert, NULL), WDM_OK);
    event.alert_id = alert.alert_id;
    assert_int_equal(wdm_store_add_alert_event(f->store, &event, NULL), WDM_OK);
    event.event = "repeated";
    event.week = WEEK + 1;
    assert_int_equal(wdm_store_add_alert_event(f->store, &event, NULL), WDM_OK);
    ack.alert_id = alert.alert_id;
    assert_int_equal(wdm_store_acknowledge(f->store, &ack, NULL), WDM_OK);
    assert_int_equal(wdm_store_each_alert(f->store, true, copy_alert, &out, NULL), WDM_OK);
    assert_string_equal(out.state, "acknowledged");
    assert_string_equal(out.acknowledged_by, "Li");
    assert_int_equal(out.opened_week, WEEK);
    assert_int_equal(out.life.event_week, WEEK + 1); // an acknowledgement does not move it
    assert_true(out.value == 79.1 && isnan(out.lo95) && out.closed == WDM_DAY_NONE);
    assert_int_equal(wdm_store_count_alerts(f->store, "warning", &count, NULL), WDM_OK);
    assert_int_equal(count, 1);
}

static void only_an_open_alert_can_be_acknowledged(void **state)
{
    fixture *f = *state;
    wdm_alert alert = new_alert();
    wdm_alert out = {0};
    wdm_acknowledgement ack = {.alert_id = 99, .by = "Li", .note = "", .as_of = 20780, .run_id = 1};
    wdm_err err = {WDM_OK, ""};
    int64_t count = 0;
    assert_int_equal(wdm_store_acknowledge(f->store, &ack, &err), WDM_E_DATA);
    assert_non_null(strstr(err.text, "99"));
    alert.site_key = 0; // a region's
    alert.region_id = "CITY";
    assert_int_equal(wdm_store_add_alert(f->store, &alert, NULL), WDM_OK);
    alert.state = "closed";
    alert.closed = 20786;
    assert_int_equal(wdm_store_update_alert(f->store, &alert, NULL), WDM_OK);
    ack.alert_id = alert.alert_id;
    assert_int_equal(wdm_store_acknowledge(f->store, &ack, &err), WDM_E_DATA);
    assert_int_equal(wdm_store_each_alert(f->store, true, copy_alert, &out, NULL), WDM_OK);
    assert_int_equal(out.alert_id, 0); // none is open
    assert_int_equal(wdm_store_each_alert(f->store, false, copy_alert, &out, NULL), WDM_OK);
    assert_int_equal(out.closed, 20786);
    assert_int_equal(wdm_store_count_alerts(f->store, "warning", &count, NULL), WDM_OK);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(series_are_grouped_and_cut_at_the_as_of_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_judged_week_is_the_last_one_that_had_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_region_week_counts_once_it_has_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_trend_row_comes_back_as_it_was_stored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_run_tells_its_as_of_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_alert_is_kept_with_its_events_and_acknowledgement, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_an_open_alert_can_be_acknowledged, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
