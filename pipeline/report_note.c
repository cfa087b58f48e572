// SPDX-License-Identifier: GPL-3.0-or-later
#include "report_note.h"

#include <stdio.h>

enum { WAIT_S = 20 };

wdm_rc wdm_report_note_prepare(wdm_bulletin *b, wdm_reported_figures *week, wdm_err *err)
{
    return wdm_reported_week(b->store, b->words.config->factor_set, b->week, &b->arena, week, err);
}

static wdm_rc put_all(wdm_store *store, const wdm_report_note *note, const wdm_reported_figures *figures,
                      int64_t *n, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < figures->n && rc == WDM_OK; i++)
        rc = wdm_reported_put(store, note, &figures->rows[i], n, err);
    return rc;
}

// What the report listed as changed is published now, too.
static wdm_rc note_all(wdm_store *store, const wdm_bulletin *b, const wdm_reported_figures *week,
                       wdm_err *err)
{
    char parameters[96], text[WDM_DATE_TEXT], day[WDM_DATE_TEXT];
    wdm_run run = {.stage = "report", .parameters = parameters, .input_hash = b->changes.base.state};
    wdm_report_note note = {.week = b->week,
                            .as_of = b->as_of,
                            .config_sha256 = b->words.config->set_sha256,
                            .base = &b->changes.base};
    int64_t n = 0;
    wdm_rc rc = WDM_OK;
    (void)snprintf(parameters, sizeof parameters, "week=%s as_of=%s lang=%s",
                   wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(b->week)), text),
                   wdm_day_format(b->as_of, day), b->words.lang == WDM_LANG_ZH ? "zh" : "en");
    rc = wdm_store_begin(store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(store, &run, err);
    note.run_id = run.run_id;
    if (rc == WDM_OK)
        rc = wdm_reported_note(store, &note, err);
    if (rc == WDM_OK)
        rc = put_all(store, &note, &b->changes.figures, &n, err);
    if (rc == WDM_OK)
        rc = put_all(store, &note, week, &n, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(store, &run, "done", (int64_t)week->n, n, err);
    return rc == WDM_OK ? wdm_store_commit(store, err) : rc;
}

wdm_rc wdm_report_note_write(const wdm_cli *cli, const wdm_bulletin *b, const wdm_reported_figures *week,
                             wdm_err *err)
{
    wdm_store *store = NULL;
    wdm_rc rc = wdm_store_open(&store, cli->store, WDM_STORE_WRITE, WAIT_S, err);
    if (rc == WDM_OK)
        rc = note_all(store, b, week, err);
    wdm_store_close(store);
    if (rc != WDM_E_PERM && rc != WDM_E_CANTCREATE && rc != WDM_E_BUSY)
        return rc;
    wdm_cli_say(cli,
                "The report is written but could not be noted in the store, so the next one will not compare "
                "with it: %s.\n",
                err->text);
    err->text[0] = '\0';
    return WDM_OK;
}
