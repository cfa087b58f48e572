// SPDX-License-Identifier: GPL-3.0-or-later
// wdm run: the whole chain in one command. Each stage skips what has not changed.
#include <stdio.h>
#include <string.h>

#include "base/lock.h"
#include "import_file.h"
#include "io/file.h"
#include "notify.h"
#include "report/changes.h"
#include "session.h"

enum { SENTENCE_MAX = 64 * 1024 };

// The places of --week and -o in this stage's options are those of the report stage's own options by name.
static wdm_rc run_stage(const wdm_cli *cli, const wdm_stage *stage, wdm_err *err)
{
    wdm_cli child = *cli;
    child.stage = stage;
    child.n_args = 0;
    memset(child.values, 0, sizeof child.values);
    for (size_t i = 0; i < stage->n_options; i++)
        child.values[i] = wdm_cli_value(cli, stage->options[i].name);
    child.config = NULL; // it is in force by now
    return stage->run(&child, err);
}

static wdm_rc ensure_store(const wdm_cli *cli, wdm_err *err)
{
    wdm_cli init = *cli;
    if (wdm_file_exists(cli->store) && cli->config == NULL)
        return WDM_OK;
    init.stage = &wdm_stage_init;
    init.n_args = 0;
    return wdm_stage_init.run(&init, err);
}

static wdm_rc import_given(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_cli importer = *cli;
    wdm_import_options options = {0};
    wdm_rc rc = wdm_import_options_of(cli, &options, err);
    if (rc != WDM_OK || cli->n_args == 0)
        return rc;
    importer.config = NULL;
    rc = wdm_session_open(&session, &importer, WDM_STORE_WRITE, 60, err);
    if (rc == WDM_OK)
        rc = wdm_import_files(&importer, &session, &options, cli->args, cli->n_args, err);
    wdm_session_close(&session);
    return rc;
}

// An earlier date is refused before anything changes.
static wdm_rc refuse_earlier(const wdm_cli *cli, wdm_err *err)
{
    wdm_store *store = NULL;
    wdm_rc rc = wdm_store_open(&store, cli->store, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_session_refuse_earlier(store, cli->as_of, err);
    wdm_store_close(store);
    return rc;
}

// One line when what was published no longer holds; wdm report says it itself.
static wdm_rc say_changes(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_changes changes = {0};
    wdm_buf text = {0};
    wdm_rc rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    const wdm_words words = {&session.config, cli->lang};
    wdm_buf_init(&text, SENTENCE_MAX);
    if (rc == WDM_OK)
        rc = wdm_changes_load(&changes, session.store, &session.config, err);
    if (rc == WDM_OK && wdm_changes_any(&changes)) {
        wdm_changes_sentence(&changes, &words, &text);
        wdm_cli_say(cli, "%s\n", wdm_buf_text(&text));
    }
    wdm_buf_fini(&text);
    wdm_changes_fini(&changes);
    wdm_session_close(&session);
    return rc;
}

// The chain found no estimates. What was published before is taken back by the report; the status still tells
// that there is no input.
static wdm_rc take_back(const wdm_cli *cli, wdm_err *err)
{
    const wdm_err why = *err;
    wdm_rc rc = wdm_cli_has(cli, "output") ? run_stage(cli, &wdm_stage_report, err) : say_changes(cli, err);
    return rc == WDM_OK ? wdm_err_set(err, why.rc, "%s", why.text) : rc;
}

static wdm_rc run_stages(const wdm_cli *cli, wdm_err *err)
{
    static const wdm_stage *const chain[] = {&wdm_stage_estimate, &wdm_stage_trend, &wdm_stage_alert};
    wdm_rc imported = WDM_OK;
    wdm_rc rc = WDM_OK;
    bool no_data = false;
    rc = ensure_store(cli, err);
    if (rc == WDM_OK)
        rc = refuse_earlier(cli, err);
    if (rc == WDM_OK)
        rc = imported = import_given(cli, err);
    // A refused file stores nothing; the chain goes on with what is stored, and the exit status tells.
    if (imported == WDM_E_DATA || imported == WDM_E_PARTIAL)
        rc = WDM_OK;
    for (size_t i = 0; i < sizeof chain / sizeof chain[0] && rc == WDM_OK; i++) {
        rc = run_stage(cli, chain[i], err);
        no_data = no_data || rc == WDM_E_NOINPUT;
        rc = rc == WDM_E_NOINPUT ? WDM_OK : rc; // alerts and published figures without data are taken back
    }
    if (rc == WDM_OK && no_data)
        rc = take_back(cli, err);
    if (rc == WDM_E_NOINPUT && cli->n_args > 0 && imported == WDM_OK) { // all of it waits for flow, say
        wdm_cli_say(cli, "%s\nNothing to judge yet.\n", err->text);
        err->text[0] = '\0';
        return WDM_OK;
    }
    if (rc == WDM_OK && wdm_cli_has(cli, "output"))
        rc = run_stage(cli, &wdm_stage_report, err);
    else if (rc == WDM_OK)
        rc = say_changes(cli, err);
    if (rc != WDM_OK || imported == WDM_OK)
        return rc;
    return wdm_err_set(err, imported, "%s",
                       imported == WDM_E_DATA ? "some files were refused; see above"
                                              : "some rows were rejected; see above");
}

// Runs do not overlap: one works, the others end at once and make up for it the next time.
static wdm_rc run_chain(const wdm_cli *cli, wdm_err *err)
{
    int lock = -1;
    wdm_rc rc = WDM_OK;
    if (cli->dry_run)
        return wdm_err_set(err, WDM_E_USAGE, "wdm run has no --dry-run; use it with wdm import");
    rc = wdm_run_lock(cli, &lock, err);
    if (rc == WDM_OK)
        rc = run_stages(cli, err);
    wdm_lock_drop(lock);
    return rc;
}

static const wdm_option options[] = {
    {"output", 'o', "DIR", "write the report into DIR"},
    {"week", 0, "WEEK", "week of the report, as 2026-W47 (default: the last one with data)"},
    {"keep-good", 0, NULL, "store the good rows of a file with bad ones"},
};

const wdm_stage wdm_stage_run = {
    .name = "run",
    .usage = "[FILE...]",
    .summary = "the whole chain: import, estimate, trend, alert, chart, report",
    .details = "Makes the store when it is missing. Stages whose input has not changed are skipped.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .max_args = -1,
    .run = run_chain,
};
