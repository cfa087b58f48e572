// SPDX-License-Identifier: GPL-3.0-or-later
// wdm import: files in, a precise verdict out.
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "import_file.h"
#include "import_inbox.h"
#include "import_say.h"
#include "stage.h"

static wdm_rc import_one(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                         const char *path, wdm_err *err)
{
    wdm_import_report *report = wdm_alloc(1, sizeof *report);
    wdm_rc rc = WDM_OK;
    if (report == NULL)
        return wdm_err_nomem(err);
    rc = wdm_import_file(cli, session, options, path, report, err);
    if (rc == WDM_OK || rc == WDM_E_PARTIAL || rc == WDM_E_DATA)
        rc = wdm_import_announce(cli, report, path, rc, err);
    if (rc == WDM_E_DATA || rc == WDM_E_PARTIAL)
        err->text[0] = '\0'; // said above
    wdm_import_report_fini(report);
    wdm_free(report);
    return rc;
}

wdm_rc wdm_import_files(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                        char *const *paths, int n, wdm_err *err)
{
    int n_refused = 0;
    int n_partial = 0;
    for (int i = 0; i < n; i++) {
        const wdm_rc rc = import_one(cli, session, options, paths[i], err);
        if (rc != WDM_OK && rc != WDM_E_DATA && rc != WDM_E_PARTIAL)
            return rc; // the machine, not the file
        n_refused += rc == WDM_E_DATA;
        n_partial += rc == WDM_E_PARTIAL;
    }
    if (n_refused > 0 && n == 1)
        return WDM_E_DATA;
    if (n_refused > 0)
        return wdm_err_set(err, WDM_E_DATA, "%d of %d files refused; nothing of %s was stored", n_refused, n,
                           n_refused == 1 ? "it" : "them");
    return n_partial > 0 ? wdm_err_set(err, WDM_E_PARTIAL, "%s", "") : WDM_OK;
}

static const wdm_option options[] = {
    {"layout", 0, "L", "layout of the files (default auto: the one whose columns fit)"},
    {"lab", 0, "ID", "laboratory of rows without lab_id"},
    {"unit", 0, "U", "unit of concentrations in files that say none"},
    {"dates", 0, "ORDER", "order of dates like 5/7/2026: dmy, mdy or ymd (default: what the file proves)"},
    {"encoding", 0, "E", "character set (default: found out for the whole file, and told)"},
    {"keep-good", 0, NULL, "store the good rows; the others wait in FILE.rejects.csv"},
    {"replace", 0, NULL, "values that differ from stored ones are corrections"},
    {"inbox", 0, "DIR", "import the files of DIR and move them to accepted/ or rejected/ in it"},
    {"settle", 0, "SECONDS", "take a file of the inbox when unchanged for so long (default 60)"},
};

wdm_rc wdm_import_options_of(const wdm_cli *cli, wdm_import_options *chosen, wdm_err *err)
{
    static const char *const orders[] = {"", "dmy", "mdy", "ymd"};
    const char *layout = wdm_cli_value(cli, "layout");
    const char *lab = wdm_cli_value(cli, "lab");
    const char *unit = wdm_cli_value(cli, "unit");
    const char *dates = wdm_cli_value(cli, "dates");
    size_t order = 0;
    *chosen = (wdm_import_options){.layout = layout == NULL ? "auto" : layout,
                                   .lab = lab == NULL ? "" : lab,
                                   .unit = unit == NULL ? "" : unit,
                                   .encoding = wdm_cli_value(cli, "encoding"),
                                   .keep_good = wdm_cli_has(cli, "keep-good"),
                                   .replace = wdm_cli_has(cli, "replace")};
    while (dates != NULL && order < 4 && strcmp(orders[order], dates) != 0)
        order++;
    if (order == 4 || (dates != NULL && order == 0))
        return wdm_err_set(err, WDM_E_USAGE, "--dates: \"%s\" is not known; dmy, mdy and ymd are", dates);
    chosen->dates = (wdm_date_order)order;
    return WDM_OK;
}

static wdm_rc run_import(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_import_options chosen = {0};
    const char *inbox = wdm_cli_value(cli, "inbox");
    wdm_rc rc = wdm_import_options_of(cli, &chosen, err);
    if (rc == WDM_OK && inbox != NULL && cli->n_args > 0)
        rc = wdm_err_set(err, WDM_E_USAGE, "\"%s\": give files or --inbox, not both", cli->args[0]);
    if (rc == WDM_OK && inbox == NULL && wdm_cli_has(cli, "settle"))
        rc = wdm_err_set(err, WDM_E_USAGE, "--settle goes with --inbox");
    if (rc == WDM_OK && inbox == NULL && cli->n_args == 0)
        rc = wdm_err_set(err, WDM_E_USAGE, "usage: wdm import [OPTION...] %s; see wdm import --help",
                         cli->stage->usage);
    if (rc == WDM_OK && inbox != NULL)
        rc = wdm_import_inbox(cli, &session, &chosen, inbox, err);
    if (rc == WDM_OK && inbox == NULL)
        rc = wdm_session_open(&session, cli, WDM_STORE_WRITE, 60, err);
    if (rc == WDM_OK && inbox == NULL)
        rc = wdm_import_files(cli, &session, &chosen, cli->args, cli->n_args, err);
    wdm_session_close(&session);
    return rc;
}

const wdm_stage wdm_stage_import = {
    .name = "import",
    .usage = "FILE... | --inbox DIR",
    .summary = "validate and store laboratory files, field sheets and published loads",
    .details =
        "FILE is as the instrument or spreadsheet wrote it; - is standard input. It is stored whole or\n"
        "not at all, unless --keep-good. Importing the same bytes again does nothing. A file under the\n"
        "name of an earlier one corrects it.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_args = 0, // --inbox takes none
    .max_args = -1,
    .run = run_import,
};
