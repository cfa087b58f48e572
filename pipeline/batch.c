// SPDX-License-Identifier: GPL-3.0-or-later
// wdm batch: what was imported, and taking a batch back.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "export_table.h"
#include "stage.h"
#include "store/batch_store.h"

static wdm_rc undo(const wdm_cli *cli, wdm_session *session, const char *name, wdm_err *err)
{
    wdm_batch batch = {0};
    wdm_run run = {.stage = "batch", .parameters = name, .input_hash = ""};
    wdm_rc rc = wdm_store_begin(session->store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(session->store, &run, err);
    if (rc == WDM_OK)
        rc = wdm_store_undo_batch(session->store, name, &run, &batch, err);
    if (rc == WDM_OK && strcmp(batch.status, "undone") == 0) {
        wdm_cli_say(cli, "Batch %s was undone already. Nothing was changed.\n", batch.name);
        return WDM_OK;
    }
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(session->store, &run, "done", 1, 1, err);
    if (rc == WDM_OK && !cli->dry_run)
        rc = wdm_store_commit(session->store, err);
    if (rc == WDM_OK)
        wdm_cli_say(
            cli,
            "%s batch %s: its %" PRId64 " rows no longer count; what they had corrected is in force again.\n",
            cli->dry_run ? "Would mark" : "Marked", batch.name, batch.counts.stored + batch.counts.corrected);
    return rc;
}

// The batch's row, then its rejected rows and what it changed.
static wdm_rc show(const wdm_cli *cli, wdm_session *session, const char *name, wdm_err *err)
{
    static const char *const tables[] = {"batches", "rejects", "audit"};
    const wdm_export_filter filter = {.batch = name};
    bool known = false;
    wdm_rc rc = wdm_store_has_batch(session->store, name, &known, err);
    if (rc == WDM_OK && !known)
        rc = wdm_err_set(err, WDM_E_NOINPUT, "no batch is called \"%s\"; wdm batch list shows them", name);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && rc == WDM_OK; i++) {
        if (cli->format == WDM_FORMAT_TABLE)
            printf("%s%s\n", i == 0 ? "" : "\n", tables[i]);
        rc = wdm_export_print(cli, session->store, tables[i], &filter, err);
    }
    return rc;
}

static wdm_rc run_batch(const wdm_cli *cli, wdm_err *err)
{
    static const char usage[] = "usage: wdm batch list, wdm batch show NAME, or wdm batch undo NAME";
    const char *verb = cli->args[0];
    const bool is_undo = strcmp(verb, "undo") == 0;
    const bool is_show = strcmp(verb, "show") == 0;
    const wdm_export_filter all = {0};
    wdm_session session = {0};
    wdm_rc rc = WDM_OK;
    if (!is_undo && !is_show && strcmp(verb, "list") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is not known; %s", verb, usage);
    if ((is_undo || is_show) != (cli->n_args == 2))
        return wdm_err_set(err, WDM_E_USAGE, "%s", usage);
    rc = wdm_session_open(&session, cli, is_undo ? WDM_STORE_WRITE : WDM_STORE_READ, 60, err);
    if (rc == WDM_OK && is_undo)
        rc = undo(cli, &session, cli->args[1], err);
    else if (rc == WDM_OK && is_show)
        rc = show(cli, &session, cli->args[1], err);
    else if (rc == WDM_OK)
        rc = wdm_export_print(cli, session.store, "batches", &all, err);
    wdm_session_close(&session);
    return rc;
}

const wdm_stage wdm_stage_batch = {
    .name = "batch",
    .usage = "list | show NAME | undo NAME",
    .summary = "list imported batches, show one, or mark one as undone",
    .details = "An undone batch no longer counts; nothing is deleted. The values that it had corrected are "
               "in force again.\n",
    .min_args = 1,
    .max_args = 2,
    .run = run_batch,
};
