// SPDX-License-Identifier: GPL-3.0-or-later
// The transports that say what is so now, at every run: nothing waits, nothing is told twice.
#include <string.h>

#include "base/mem.h"
#include "io/handover.h"
#include "notify_parts.h"
#include "report/alert_json.h"
#include "report/alert_metrics.h"
#include "store/trend_store.h"

// Ended alerts stay so long in what Alertmanager gets, so that a run that failed is made up for.
enum { ENDED_DAYS = 30, OUT_OF_SERVICE_DAYS = 182, OUTPUT_MAX = 16 * 1024 * 1024 };

typedef struct sites {
    WDM_ROWS(wdm_metrics_site) list;
    wdm_arena *arena;
    wdm_day as_of;
} sites;

static bool is_open(const wdm_notice_row *row)
{
    return strcmp(row->alert.state, "open") == 0 || strcmp(row->alert.state, "acknowledged") == 0;
}

// ---- Alertmanager

// What may be told now, and what ended lately.
static bool for_alertmanager(const wdm_notifier *n, const wdm_notice_row *row)
{
    return is_open(row) ? wdm_notify_decide(n, row) != WDM_NOTICE_MUTED
                        : n->cli->as_of - row->alert.closed <= ENDED_DAYS;
}

static wdm_rc hand_over(const wdm_notifier *n, const wdm_buf *json, wdm_err *err)
{
    static const char name[] = "alertmanager";
    const wdm_command *command = &n->settings->alertmanager;
    wdm_handover handover = {"", -1};
    wdm_handover_mark mark = {WDM_HANDOVER_NEVER, 0, ""};
    wdm_rc rc = wdm_notify_open_handover(n->cli, n->settings, &handover, err);
    if (rc == WDM_OK)
        rc = wdm_handover_forget(&handover, name, err);
    if (rc == WDM_OK)
        rc = wdm_handover_run(&handover, name, command, wdm_buf_text(json), json->len, err);
    if (rc == WDM_OK)
        rc = wdm_handover_look(&handover, name, &mark, err);
    if (rc == WDM_OK && (mark.state != WDM_HANDOVER_DONE || mark.status != 0))
        rc = wdm_err_set(err, WDM_E_IO, "alertmanager: %s ended with %d%s%s; the next run says it again",
                         command->args[0], mark.status, mark.message[0] == '\0' ? "" : ": ", mark.message);
    else if (rc == WDM_OK)
        rc = wdm_handover_forget(&handover, name, err);
    wdm_handover_close(&handover);
    return rc;
}

static wdm_rc to_alertmanager(const wdm_notifier *n, const wdm_letter *letter, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_buf json = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&json, OUTPUT_MAX);
    rc = wdm_alert_json_alertmanager(letter, n->settings->alertmanager_days, &json, err);
    if (rc == WDM_OK && n->settings->alertmanager_file[0] != '\0') {
        rc = wdm_notify_path(n->cli, n->settings->alertmanager_file, path, err);
        if (rc == WDM_OK)
            rc = wdm_file_write(path, wdm_buf_text(&json), json.len, err);
    }
    if (rc == WDM_OK && n->settings->alertmanager.n > 0)
        rc = hand_over(n, &json, err);
    wdm_buf_fini(&json);
    return rc;
}

// ---- Prometheus

static wdm_rc take_site(void *context, const wdm_site_age *age, wdm_err *err)
{
    sites *s = context;
    wdm_metrics_site *site = NULL;
    wdm_rc rc = WDM_OK;
    if (s->as_of - age->last_day > OUT_OF_SERVICE_DAYS)
        return WDM_OK;
    rc = wdm_grow(&s->list.rows, &s->list.cap, s->list.n + 1, sizeof *s->list.rows, err);
    if (rc != WDM_OK)
        return rc;
    site = &s->list.rows[s->list.n++];
    site->site_id = wdm_arena_strdup(s->arena, age->site_id);
    site->age_days = s->as_of - age->last_day;
    return site->site_id == NULL ? wdm_err_nomem(err) : WDM_OK;
}

static wdm_rc to_prometheus(wdm_notifier *n, const wdm_letter *open, wdm_err *err)
{
    sites s = {.arena = &n->arena, .as_of = n->cli->as_of};
    wdm_metrics metrics = {.open = open, .evaluated = WDM_DAY_NONE};
    wdm_last_run run = {0};
    wdm_outbox_counts counts = {0};
    char path[WDM_PATH_MAX];
    wdm_buf text = {0};
    wdm_rc rc = wdm_store_each_site_age(n->session.store, n->cli->as_of, take_site, &s, err);
    wdm_buf_init(&text, OUTPUT_MAX);
    if (rc == WDM_OK)
        rc = wdm_store_last_run(n->session.store, "alert", &run, err);
    if (rc == WDM_OK)
        rc = wdm_store_count_messages(n->session.store, &counts, err);
    metrics.sites = s.list.rows;
    metrics.n_sites = s.list.n;
    metrics.undelivered = counts.undelivered;
    if (run.found) {
        metrics.evaluated = run.as_of;
        metrics.series = run.n_in;
    }
    if (rc == WDM_OK)
        rc = wdm_notify_path(n->cli, n->settings->prometheus_file, path, err);
    if (rc == WDM_OK) {
        wdm_metrics_put(&metrics, &text);
        rc = wdm_buf_check(&text, err);
    }
    if (rc == WDM_OK)
        rc = wdm_file_write(path, wdm_buf_text(&text), text.len, err);
    wdm_free(s.list.rows);
    wdm_buf_fini(&text);
    return rc;
}

wdm_rc wdm_notify_state(wdm_notifier *n, wdm_err *err)
{
    wdm_notice_rows rows = {0};
    wdm_letter_item *items = NULL, *open = NULL;
    wdm_letter all = {
        .config = &n->session.config, .as_of = n->cli->as_of, .kind = "alert", .picture_error = ""};
    wdm_letter now = all;
    wdm_rc rc = wdm_store_notices(n->session.store, &n->session.config,
                                  wdm_transport_text(WDM_TRANSPORT_ALERTMANAGER), &n->arena, &rows, err);
    if (rc == WDM_OK) {
        items = wdm_arena_alloc(&n->arena, rows.n, sizeof *items);
        open = wdm_arena_alloc(&n->arena, rows.n, sizeof *open);
        rc = items == NULL || open == NULL ? wdm_err_nomem(err) : WDM_OK;
    }
    for (size_t i = 0; rc == WDM_OK && items != NULL && open != NULL && i < rows.n; i++) {
        const wdm_letter_item item = {.row = &rows.rows[i],
                                      .notice = WDM_NOTICE_NEW,
                                      .missing = wdm_notify_says_missing(n, &rows.rows[i])};
        if (for_alertmanager(n, item.row))
            items[all.n++] = item;
        if (is_open(item.row))
            open[now.n++] = item;
    }
    all.items = items;
    now.items = open;
    // One that fails does not keep the other from being told.
    const wdm_rc made = rc;
    if (made == WDM_OK && n->settings->on[WDM_TRANSPORT_PROMETHEUS])
        rc = to_prometheus(n, &now, err);
    if (made == WDM_OK && n->settings->on[WDM_TRANSPORT_ALERTMANAGER]) {
        wdm_err failed = {WDM_OK, ""};
        const wdm_rc alertmanager = to_alertmanager(n, &all, &failed);
        if (alertmanager != WDM_OK)
            rc = rc == WDM_OK ? wdm_err_set(err, alertmanager, "%s", failed.text)
                              : wdm_err_also(err, failed.text);
    }
    wdm_free(rows.rows);
    return rc;
}
