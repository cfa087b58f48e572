// SPDX-License-Identifier: GPL-3.0-or-later
// wdm import: files in, a precise verdict out.
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import_file.h"
#include "stage.h"

enum { ISSUES_SHOWN = 20 };

static void say_issues(const wdm_cli *cli, const wdm_import_report *report)
{
    const wdm_issues *issues = &report->issues;
    size_t shown = 0;
    for (size_t i = 0; i < issues->n && (cli->verbose || shown < ISSUES_SHOWN); i++, shown++) {
        const wdm_issue *issue = &issues->rows[i];
        wdm_cli_say(cli, "  %s:%" PRIu64 ": %s: %s%s\n", report->file, issue->line, issue->column,
                    issue->severity == WDM_SEVERITY_WARNING ? "warning: " : "", issue->message);
    }
    if (issues->n > shown) {
        if (report->rejects_file[0] != '\0')
            wdm_cli_say(cli, "  and %zu more (see %s)\n", issues->n - shown, report->rejects_file);
        else
            wdm_cli_say(cli, "  and %zu more (wdm import --keep-good writes them all into a rejects file)\n",
                        issues->n - shown);
    }
}

static void say_head(const wdm_cli *cli, const wdm_import_report *r)
{
    char first[WDM_DATE_TEXT];
    char last[WDM_DATE_TEXT];
    if (r->layout[0] == '\0')
        return;
    wdm_cli_say(cli, "%s   %" PRId64 " rows, %" PRId64 " sites, %" PRId64 " analytes", r->file,
                r->counts.rows, r->n_sites, r->n_analytes);
    if (r->first_day != WDM_DAY_NONE)
        wdm_cli_say(cli, ", %s to %s", wdm_day_format(r->first_day, first),
                    wdm_day_format(r->last_day, last));
    wdm_cli_say(cli, "   (%s, layout %s)\n", r->encoding, r->layout);
}

static void say_stored(const wdm_cli *cli, const wdm_import_report *r)
{
    const wdm_counts *c = &r->counts;
    wdm_cli_say(cli,
                "%s %" PRId64 " rows as batch %s:  %" PRId64 " measured, %" PRId64 " below LOQ, %" PRId64
                " not detected",
                cli->dry_run ? "Would store" : "Stored", c->stored + c->corrected, r->batch, r->by_state[0],
                r->by_state[1], r->by_state[2]);
    if (r->by_state[3] + r->by_state[4] > 0)
        wdm_cli_say(cli, ", %" PRId64 " not analysed, %" PRId64 " above range", r->by_state[3],
                    r->by_state[4]);
    wdm_cli_say(cli, ", %" PRId64 " replaced\n", c->corrected);
    if (c->same > 0)
        wdm_cli_say(cli, "  %" PRId64 " rows were stored already, the same\n", c->same);
    if (c->left_out > 0)
        wdm_cli_say(cli, "  %" PRId64 " empty cells or rows were left out\n", c->left_out);
    if (r->n_waiting > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " rows came without flow; they count once a field file has brought it\n",
                    r->n_waiting);
    if (r->n_sites_added > 0)
        wdm_cli_say(cli, "  %" PRId64 " sites that sites.csv lacks were added from the rows\n",
                    r->n_sites_added);
    if (r->n_changes_checked > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " of %" PRId64
                    " published changes and their classes follow from the published means\n",
                    r->n_changes_agree, r->n_changes_checked);
    if (r->rejects_file[0] != '\0')
        wdm_cli_say(cli, "  %" PRId64 " rows wait in %s\n", r->n_bad, r->rejects_file);
    if (r->quality != NULL)
        wdm_quality_print(r->quality, cli);
}

static void say_report(const wdm_cli *cli, const wdm_import_report *r, const char *path)
{
    if (strcmp(r->status, "duplicate") == 0) {
        wdm_cli_say(cli, "%s   Nothing to do: this file was imported on %s (batch %s).\n", r->file,
                    r->imported_at, r->batch);
        if (r->counts.rejected + r->counts.conflict > 0)
            wdm_cli_say(
                cli,
                "  %" PRId64
                " of its rows were not stored then; correct them in its rejects file and import that, or "
                "import this one again with --replace.\n",
                r->counts.rejected + r->counts.conflict);
        return;
    }
    say_head(cli, r);
    say_issues(cli, r);
    if (strcmp(r->status, "refused") != 0) {
        say_stored(cli, r);
    } else if (r->n_bad > 0) {
        const int64_t good = r->counts.rows - r->counts.left_out - r->n_bad;
        wdm_cli_say(cli, "%" PRId64 " rows are good, %" PRId64 " are not. Nothing was stored.\n", good,
                    r->n_bad);
        wdm_cli_say(
            cli,
            "  Correct the file and import again, or keep the good rows now:  wdm import --keep-good %s\n",
            path);
    }
}

static wdm_rc print_json(const wdm_import_report *r, wdm_err *err)
{
    const wdm_counts *c = &r->counts;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "file", r->file,
        "sha256", r->sha256, "layout", r->layout, "encoding", r->encoding, "status", r->status, "batch_id",
        r->batch, "rows", (json_int_t)c->rows, "stored", (json_int_t)c->stored, "same", (json_int_t)c->same,
        "corrected", (json_int_t)c->corrected, "conflict", (json_int_t)c->conflict, "rejected",
        (json_int_t)c->rejected, "left_out", (json_int_t)c->left_out, "bad", (json_int_t)r->n_bad,
        "waiting_for_flow", (json_int_t)r->n_waiting);
    char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text == NULL)
        return wdm_err_set(err, WDM_E_INTERNAL,
                           "%s: the report cannot be written as JSON; is the name valid UTF-8?", r->file);
    printf("%s\n", text);
    free(text); // allocated by jansson
    return WDM_OK;
}

static wdm_rc import_one(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                         const char *path, wdm_err *err)
{
    wdm_import_report *report = wdm_alloc(1, sizeof *report);
    wdm_cli loud = *cli;
    wdm_err json_err = {WDM_OK, ""};
    wdm_rc rc = WDM_OK;
    if (report == NULL)
        return wdm_err_nomem(err);
    rc = wdm_import_file(cli, session, options, path, report, err);
    loud.quiet = cli->quiet && rc == WDM_OK; // what is wrong with a file is said in any case
    if (rc == WDM_OK || rc == WDM_E_PARTIAL || rc == WDM_E_DATA)
        say_report(&loud, report, path);
    if (rc == WDM_E_DATA && err->text[0] != '\0')
        wdm_cli_say(&loud, "%s\nNothing was stored.\n", err->text);
    if (cli->format == WDM_FORMAT_JSONL && (rc == WDM_OK || rc == WDM_E_PARTIAL || rc == WDM_E_DATA) &&
        print_json(report, &json_err) != WDM_OK)
        rc = wdm_err_set(err, json_err.rc, "%s", json_err.text);
    if (rc == WDM_E_DATA || rc == WDM_E_PARTIAL)
        err->text[0] = '\0'; // said above
    wdm_issues_fini(&report->issues);
    wdm_quality_free(report->quality);
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
    {"encoding", 0, "E", "character set (default UTF-8, or what a byte order mark says)"},
    {"keep-good", 0, NULL, "store the good rows; the others wait in FILE.rejects.csv"},
    {"replace", 0, NULL, "values that differ from stored ones are corrections"},
};

wdm_import_options wdm_import_options_of(const wdm_cli *cli)
{
    const char *layout = wdm_cli_value(cli, "layout");
    const char *lab = wdm_cli_value(cli, "lab");
    return (wdm_import_options){layout == NULL ? "auto" : layout, lab == NULL ? "" : lab,
                                wdm_cli_value(cli, "encoding"), wdm_cli_has(cli, "keep-good"),
                                wdm_cli_has(cli, "replace")};
}

static wdm_rc run_import(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    const wdm_import_options chosen = wdm_import_options_of(cli);
    wdm_rc rc = wdm_session_open(&session, cli, WDM_STORE_WRITE, 60, err);
    if (rc == WDM_OK)
        rc = wdm_import_files(cli, &session, &chosen, cli->args, cli->n_args, err);
    wdm_session_close(&session);
    return rc;
}

const wdm_stage wdm_stage_import = {
    .name = "import",
    .usage = "FILE...",
    .summary = "validate and store laboratory files, field sheets and published loads",
    .details =
        "FILE is CSV; - is standard input. A file is stored whole or not at all, unless --keep-good.\n"
        "Importing the same bytes again does nothing. A file under the name of an earlier one corrects it.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_args = 1,
    .max_args = -1,
    .run = run_import,
};
