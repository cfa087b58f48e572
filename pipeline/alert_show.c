// SPDX-License-Identifier: GPL-3.0-or-later
// wdm alert show ID: an alert with its events, the checks made, its silences, and the lines of files that it
// rests on.
#include <stdio.h>
#include <string.h>

#include "alert_list.h"
#include "base/mem.h"
#include "io/number.h"
#include "report/phrase.h"
#include "store/alert_event_store.h"

static const char *const event_columns[] = {"event_id", "as_of",  "iso_week",    "event",  "cause",
                                            "level",    "value",  "lo95",        "hi95",   "threshold",
                                            "baseline", "factor", "probability", "reason", "rule"};
static const char *const check_columns[] = {"event_id", "check_id", "verdict", "text"};
static const char *const result_columns[] = {"event_id",  "place_id", "date",     "analyte_id",
                                             "sample_id", "value",    "limit",    "unit",
                                             "state",     "revision", "batch_id", "source"};

typedef struct show_job {
    const wdm_cli *cli;
    wdm_words words;
    wdm_tabular table;
} show_job;

static const char *in_language(const show_job *job, const char *english, const char *chinese)
{
    return job->words.lang == WDM_LANG_ZH && chinese[0] != '\0' ? chinese : english;
}

// Numbers as a person says them in the table for people, as they are in the others.
static void put_number(show_job *job, double value)
{
    char text[WDM_NUMBER_TEXT];
    if (job->cli->format == WDM_FORMAT_TABLE)
        wdm_tabular_text(&job->table, value == value ? wdm_number_pretty(value, 3, text) : "");
    else
        wdm_tabular_number(&job->table, value);
}

static wdm_rc put_event(void *context, const wdm_alert_event *event, wdm_err *err)
{
    show_job *job = context;
    const double numbers[] = {event->value,    event->lo95,   event->hi95,       event->threshold,
                              event->baseline, event->factor, event->probability};
    char week[WDM_DATE_TEXT];
    (void)err;
    wdm_tabular_integer(&job->table, event->event_id);
    wdm_tabular_day(&job->table, event->as_of);
    wdm_tabular_text(&job->table, wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(event->week)), week));
    wdm_tabular_text(&job->table, event->event);
    wdm_tabular_text(&job->table, event->cause);
    wdm_tabular_text(&job->table, event->level);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        put_number(job, numbers[i]);
    wdm_tabular_text(&job->table, in_language(job, event->reason, event->reason_zh));
    wdm_tabular_text(&job->table, event->rule);
    return WDM_OK;
}

static wdm_rc put_check(void *context, const wdm_event_check *check, wdm_err *err)
{
    show_job *job = context;
    (void)err;
    wdm_tabular_integer(&job->table, check->event_id);
    wdm_tabular_text(&job->table, check->check_id);
    wdm_tabular_text(&job->table, check->verdict);
    wdm_tabular_text(&job->table, in_language(job, check->text, check->text_zh));
    return WDM_OK;
}

static wdm_rc put_result(void *context, const wdm_event_result *result, wdm_err *err)
{
    show_job *job = context;
    wdm_buf source = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&source, 8192);
    wdm_buf_printf(&source, "%s:%lld", result->file, (long long)result->line);
    rc = wdm_buf_check(&source, err);
    wdm_tabular_integer(&job->table, result->event_id);
    wdm_tabular_text(&job->table, result->place_id);
    wdm_tabular_day(&job->table, result->day);
    wdm_tabular_text(&job->table, result->analyte_id);
    wdm_tabular_text(&job->table, result->sample_id);
    put_number(job, result->value);
    put_number(job, result->limit);
    wdm_tabular_text(&job->table, result->unit);
    wdm_tabular_text(&job->table, result->state);
    wdm_tabular_integer(&job->table, result->revision);
    wdm_tabular_text(&job->table, result->batch);
    wdm_tabular_text(&job->table, wdm_buf_text(&source));
    wdm_buf_fini(&source);
    return rc;
}

// A table with its title; one without rows is left out for people.
static wdm_rc print(const show_job *job, const wdm_tabular *table, const char *title, wdm_err *err)
{
    if (job->cli->format == WDM_FORMAT_TABLE && table->n_cells == 0)
        return WDM_OK;
    if (job->cli->format == WDM_FORMAT_TABLE)
        printf("%s%s\n", strcmp(title, "alert") == 0 ? "" : "\n", title);
    return wdm_cli_print(job->cli, table, err);
}

static wdm_rc show_alert(show_job *job, const wdm_session *session, int64_t alert_id, wdm_err *err)
{
    wdm_alert_table list = {0};
    wdm_rc rc = wdm_alert_table_begin(&list, job->cli, session, err);
    list.only = alert_id;
    if (rc == WDM_OK)
        rc = wdm_store_each_alert(session->store, false, wdm_alert_table_put, &list, err);
    if (rc == WDM_OK && !list.found)
        rc = wdm_err_set(err, WDM_E_DATA, "there is no alert %lld; wdm alert list --state all shows them",
                         (long long)alert_id);
    if (rc == WDM_OK)
        rc = print(job, &list.table, "alert", err);
    wdm_alert_table_fini(&list);
    return rc;
}

typedef struct covered {
    const show_job *job;
    const wdm_silences *all;
    int64_t alert_id;
    wdm_tabular *table;
} covered;

// The silences whose scope the alert is in, whenever they are or were in force.
static wdm_rc put_silences(void *context, const wdm_alert *alert, wdm_err *err)
{
    const covered *c = context;
    const wdm_silence_subject subject = wdm_silence_subject_of(alert);
    (void)err;
    for (size_t i = 0; i < c->all->n && alert->alert_id == c->alert_id; i++) {
        if (wdm_silence_covers(c->job->words.config, &c->all->rows[i], &subject, c->all->rows[i].starts))
            wdm_silence_put(c->table, &c->all->rows[i], c->job->cli->as_of);
    }
    return WDM_OK;
}

static wdm_rc show_silences(show_job *job, const wdm_session *session, int64_t alert_id, wdm_err *err)
{
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_silences all = {0};
    covered c = {job, &all, alert_id, &job->table};
    wdm_rc rc = wdm_store_load_silences(session->store, &arena, &all, err);
    wdm_silence_table_begin(&job->table);
    if (rc == WDM_OK)
        rc = wdm_store_each_alert(session->store, false, put_silences, &c, err);
    if (rc == WDM_OK)
        rc = print(job, &job->table, "silences", err);
    wdm_tabular_fini(&job->table);
    wdm_free(all.rows);
    wdm_arena_fini(&arena);
    return rc;
}

#define BEGIN(job, columns) wdm_tabular_init(&(job)->table, columns, sizeof(columns) / sizeof(columns)[0])

static wdm_rc show(show_job *job, const wdm_session *session, int64_t alert_id, wdm_err *err)
{
    wdm_rc rc = show_alert(job, session, alert_id, err);
    if (rc != WDM_OK)
        return rc;
    BEGIN(job, event_columns);
    rc = wdm_store_each_alert_event(session->store, alert_id, put_event, job, err);
    if (rc == WDM_OK)
        rc = print(job, &job->table, "events", err);
    wdm_tabular_fini(&job->table);
    if (rc != WDM_OK)
        return rc;
    BEGIN(job, check_columns);
    rc = wdm_store_each_event_check(session->store, alert_id, put_check, job, err);
    if (rc == WDM_OK)
        rc = print(job, &job->table, "checks", err);
    wdm_tabular_fini(&job->table);
    if (rc == WDM_OK)
        rc = show_silences(job, session, alert_id, err);
    if (rc != WDM_OK)
        return rc;
    BEGIN(job, result_columns);
    rc = wdm_store_each_event_result(session->store, alert_id, put_result, job, err);
    if (rc == WDM_OK)
        rc = print(job, &job->table, "result rows", err);
    wdm_tabular_fini(&job->table);
    return rc;
}

wdm_rc wdm_alert_show(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    show_job job = {.cli = cli, .words = {&session.config, cli->lang}};
    int64_t alert_id = 0;
    wdm_rc rc = WDM_OK;
    if (cli->n_args != 2 || !wdm_integer_parse(cli->args[1], &alert_id))
        return wdm_err_set(err, WDM_E_USAGE,
                           "alert show: expected one alert number, as in: wdm alert show 3");
    rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_begin_read(session.store, err);
    if (rc == WDM_OK)
        rc = show(&job, &session, alert_id, err);
    wdm_session_close(&session);
    return rc;
}
