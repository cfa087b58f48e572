// SPDX-License-Identifier: GPL-3.0-or-later
// wdm report: the weekly bulletin as HTML, Markdown, CSV and JSON, with a chart for every alert.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "io/file.h"
#include "report/alert_picture.h"
#include "report/bulletin.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report_note.h"
#include "session.h"
#include "stage.h"

enum {
    CHART_WEEKS = 40,
    SCRIPT_MAX = 4 * 1024 * 1024,
    PICTURE_MAX = 32 * 1024 * 1024,
    TITLE_MAX = 64 * 1024
};

typedef struct work {
    const wdm_cli *cli;
    const char *dir;
    wdm_session session;
    wdm_bulletin bulletin;
    wdm_bulletin_chart *charts; // one for every alert
    int n_charts;
    wdm_reported_figures week; // what this report publishes
} work;

static wdm_rc read_week(work *w, int32_t *index, wdm_err *err)
{
    const char *text = wdm_cli_value(w->cli, "week");
    wdm_isoweek week = {0, 0};
    bool found = false;
    wdm_rc rc = WDM_OK;
    if (text != NULL) {
        if (!wdm_isoweek_parse(text, &week) || wdm_day_of_isoweek(week, 1) == WDM_DAY_NONE)
            return wdm_err_set(err, WDM_E_USAGE, "--week %s: a week such as 2026-W47 was expected", text);
        *index = wdm_week_index(wdm_day_of_isoweek(week, 1));
        return WDM_OK;
    }
    rc = wdm_report_last_week(w->session.store, index, &found, err);
    if (rc == WDM_OK && !found) // all are gone: the last report's week is the one to take back
        rc = wdm_reported_last_week(w->session.store, index, &found, err);
    if (rc == WDM_OK && !found)
        rc = wdm_err_set(err, WDM_E_NOINPUT, "the store has no weekly estimates; run `wdm estimate` first");
    if (rc == WDM_OK && wdm_week_monday(*index) > w->cli->as_of)
        *index = wdm_week_index(w->cli->as_of);
    return rc;
}

// The same picture twice: SVG for inside the page, PNG for mail and chat.
static wdm_rc draw_alert(work *w, const wdm_alert_row *alert, wdm_bulletin_chart *chart, wdm_err *err)
{
    const wdm_alert_picture picture = {.words = w->bulletin.words,
                                       .key = alert->key,
                                       .site = alert->site,
                                       .drug = alert->drug,
                                       .week = w->bulletin.week,
                                       .weeks = CHART_WEEKS,
                                       .as_of = w->cli->as_of,
                                       .alert = alert};
    char folder[WDM_PATH_MAX], path[WDM_PATH_MAX];
    wdm_buf script = {0}, png = {0}, name = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&script, SCRIPT_MAX);
    wdm_buf_init(&png, PICTURE_MAX);
    wdm_buf_init(&name, sizeof chart->file - 1);
    rc = wdm_alert_picture_script(w->session.store, &picture, &script, &chart->title, err);
    if (rc == WDM_OK)
        rc = wdm_gnuplot_draw(wdm_buf_text(&script), script.len, WDM_PICTURE_SVG, NULL, &chart->svg, err);
    if (rc == WDM_OK)
        rc = wdm_gnuplot_draw(wdm_buf_text(&script), script.len, WDM_PICTURE_PNG, NULL, &png, err);
    wdm_alert_picture_name(&picture, &name);
    wdm_buf_puts(&name, ".png");
    if (rc == WDM_OK)
        rc = wdm_buf_check(&name, err);
    if (rc == WDM_OK)
        rc = wdm_path_join(folder, w->dir, "charts", err);
    if (rc == WDM_OK)
        rc = wdm_path_join(path, folder, wdm_buf_text(&name), err);
    if (rc == WDM_OK)
        rc = wdm_file_write(path, png.data, png.len, err);
    if (rc == WDM_OK) {
        (void)snprintf(chart->file, sizeof chart->file, "%s", wdm_buf_text(&name));
        w->n_charts++;
    }
    wdm_buf_fini(&script);
    wdm_buf_fini(&png);
    wdm_buf_fini(&name);
    return rc;
}

static wdm_rc draw_charts(work *w, wdm_err *err)
{
    char folder[WDM_PATH_MAX];
    const wdm_alert_rows *alerts = &w->bulletin.alerts;
    wdm_rc rc = wdm_path_join(folder, w->dir, "charts", err);
    w->charts = wdm_arena_alloc(&w->bulletin.arena, alerts->n + 1, sizeof *w->charts);
    if (rc == WDM_OK && w->charts == NULL)
        rc = wdm_err_nomem(err);
    if (rc == WDM_OK && alerts->n > 0)
        rc = wdm_dir_make(folder, err);
    for (size_t i = 0; i < alerts->n && rc == WDM_OK; i++) {
        const wdm_alert_row *a = &alerts->rows[i];
        wdm_buf_init(&w->charts[i].svg, PICTURE_MAX);
        wdm_buf_init(&w->charts[i].title, TITLE_MAX);
        if (a->key.site != 0 && a->key.biomarker != 0 && a->site != WDM_NONE && a->drug != WDM_NONE)
            rc = draw_alert(w, a, &w->charts[i], err);
    }
    return rc;
}

static wdm_rc write_file(const work *w, const char *name, const wdm_buf *bytes, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_rc rc = wdm_path_join(path, w->dir, name, err);
    return rc == WDM_OK ? wdm_file_write(path, wdm_buf_text(bytes), bytes->len, err) : rc;
}

static wdm_rc write_documents(work *w, wdm_err *err)
{
    wdm_doc doc;
    wdm_buf out = {0};
    wdm_rc rc = WDM_OK;
    wdm_doc_init(&doc);
    wdm_buf_init(&out, WDM_BUF_DEFAULT_MAX);
    rc = wdm_bulletin_document(&w->bulletin, w->charts, &doc, err);
    if (rc == WDM_OK)
        rc = wdm_html_write(&doc, &out, err);
    if (rc == WDM_OK)
        rc = write_file(w, "report.html", &out, err);
    wdm_buf_clear(&out);
    if (rc == WDM_OK)
        rc = wdm_markdown_write(&doc, &out, err);
    if (rc == WDM_OK)
        rc = write_file(w, "report.md", &out, err);
    wdm_buf_clear(&out);
    if (rc == WDM_OK)
        rc = wdm_bulletin_csv(&w->bulletin, &out, err);
    if (rc == WDM_OK)
        rc = write_file(w, "report.csv", &out, err);
    wdm_buf_clear(&out);
    if (rc == WDM_OK)
        rc = wdm_bulletin_json(&w->bulletin, &out, err);
    if (rc == WDM_OK)
        rc = write_file(w, "report.json", &out, err);
    wdm_buf_clear(&out);
    if (rc == WDM_OK)
        rc = wdm_bulletin_changes_csv(&w->bulletin, &out, err);
    if (rc == WDM_OK)
        rc = write_file(w, "changes.csv", &out, err);
    wdm_buf_fini(&out);
    wdm_doc_fini(&doc);
    return rc;
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static wdm_rc write_all(work *w, wdm_err *err)
{
    wdm_rc rc = wdm_dir_make(w->dir, err);
    if (rc == WDM_OK)
        rc = draw_charts(w, err);
    if (rc == WDM_OK)
        rc = write_documents(w, err);
    for (size_t i = 0; w->charts != NULL && i < w->bulletin.alerts.n; i++) {
        wdm_buf_fini(&w->charts[i].svg);
        wdm_buf_fini(&w->charts[i].title);
    }
    return rc;
}

// Everything is read from one state of the store.
static wdm_rc load(work *w, wdm_err *err)
{
    const wdm_cli *cli = w->cli;
    const wdm_words words = {&w->session.config, cli->lang};
    int32_t week = 0;
    wdm_rc rc = wdm_session_open(&w->session, cli, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_begin_read(w->session.store, err);
    if (rc == WDM_OK)
        rc = wdm_session_guard_as_of(&w->session, cli, err);
    if (rc == WDM_OK)
        rc = wdm_session_guard_shards(&w->session, err);
    if (rc == WDM_OK)
        rc = read_week(w, &week, err);
    if (rc == WDM_OK)
        rc = wdm_bulletin_load(&w->bulletin, w->session.store, &words, week, cli->as_of, err);
    return rc == WDM_OK ? wdm_report_note_prepare(&w->bulletin, &w->week, err) : rc;
}

static wdm_rc run_report(const wdm_cli *cli, wdm_err *err)
{
    work w = {.cli = cli, .dir = wdm_cli_value(cli, "output")};
    struct timespec start = {0};
    wdm_buf summary = {0};
    wdm_rc rc = WDM_OK;
    if (w.dir == NULL)
        return wdm_err_set(err, WDM_E_USAGE,
                           "wdm report needs --output DIR, the folder that gets the report");
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    wdm_buf_init(&summary, SCRIPT_MAX);
    rc = load(&w, err);
    if (rc == WDM_OK && w.bulletin.rows.n == 0)
        wdm_cli_say(cli, "The store has no estimates of that week under factor set %s; the report says so.\n",
                    w.session.config.factor_set);
    if (rc == WDM_OK && !cli->dry_run)
        rc = write_all(&w, err);
    if (rc == WDM_OK)
        rc = wdm_bulletin_summary(&w.bulletin, &summary, err);
    if (rc == WDM_OK)
        (void)fputs(wdm_buf_text(&summary), stdout);
    if (rc == WDM_OK)
        wdm_store_rollback(w.session.store);                          // the reading is over
    if (rc == WDM_OK && !cli->dry_run && !w.session.other_factor_set) // an old report again is not published
        rc = wdm_report_note_write(cli, &w.bulletin, &w.week, err);
    if (rc == WDM_OK && !cli->dry_run)
        wdm_cli_say(
            cli,
            "Wrote %s/report.html report.md report.csv report.json changes.csv and %d charts.   %.1f s\n",
            w.dir, w.n_charts, seconds_since(&start));
    wdm_buf_fini(&summary);
    wdm_free(w.week.rows);
    wdm_bulletin_fini(&w.bulletin);
    wdm_session_close(&w.session);
    return rc;
}

static const wdm_option options[] = {
    {"week", 'w', "WEEK", "the week, such as 2026-W47 (default: the latest with estimates)"},
    WDM_FACTOR_SET_OPTION,
    {"output", 'o', "DIR", "the folder that gets report.html, .md, .csv, .json, changes.csv and charts/"},
};

const wdm_stage wdm_stage_report = {
    .name = "report",
    .usage = "",
    .summary = "write the weekly bulletin: HTML, Markdown, CSV, JSON and charts",
    .details =
        "report.html is one file that needs nothing else; it prints on A4 and reads on a phone. "
        "Sections without\n"
        "data are left out. What it publishes is noted in the store, and what has changed since the last "
        "report of\n"
        "another state is listed. Drugs whose excretion is poorly known are shown as normalised load.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_report,
};
