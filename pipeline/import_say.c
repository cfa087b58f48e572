// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_say.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/text.h"
#include "report/clean.h"

enum { ISSUES_SHOWN = 20 };

static void say_issues(wdm_buf *out, const wdm_import_report *report, const wdm_import_manner *manner)
{
    const wdm_issues *issues = &report->issues;
    size_t shown = 0;
    for (size_t i = 0; i < issues->n && (manner->all_issues || shown < ISSUES_SHOWN); i++, shown++) {
        const wdm_issue *issue = &issues->rows[i];
        wdm_buf_printf(out, "  %s:%" PRIu64 ": %s: %s%s\n", report->file, issue->line, issue->column,
                       issue->severity == WDM_SEVERITY_WARNING ? "warning: " : "", issue->message);
    }
    if (issues->total > shown) {
        if (report->rejects_file[0] != '\0')
            wdm_buf_printf(out, "  and %zu more (see %s)\n", issues->total - shown, report->rejects_file);
        else
            wdm_buf_printf(out,
                           "  and %zu more (wdm import --keep-good writes them all into a rejects file)\n",
                           issues->total - shown);
    }
}

static void say_head(wdm_buf *out, const wdm_import_report *r)
{
    char first[WDM_DATE_TEXT];
    char last[WDM_DATE_TEXT];
    if (r->layout[0] == '\0')
        return;
    wdm_buf_printf(out, "%s   %" PRId64 " rows, %" PRId64 " sites, %" PRId64 " analytes", r->file,
                   r->counts.rows, r->n_sites, r->n_analytes);
    if (r->first_day != WDM_DAY_NONE)
        wdm_buf_printf(out, ", %s to %s", wdm_day_format(r->first_day, first),
                       wdm_day_format(r->last_day, last));
    wdm_buf_printf(out, "   (%s, layout %s)\n", r->encoding, r->layout);
}

static void say_stored(wdm_buf *out, const wdm_import_report *r, const wdm_import_manner *manner)
{
    const wdm_counts *c = &r->counts;
    wdm_buf_printf(out,
                   "%s %" PRId64 " rows as batch %s:  %" PRId64 " measured, %" PRId64 " below LOQ, %" PRId64
                   " not detected",
                   manner->dry_run ? "Would store" : "Stored", c->stored + c->corrected, r->batch,
                   r->by_state[0], r->by_state[1], r->by_state[2]);
    if (r->by_state[3] + r->by_state[4] > 0)
        wdm_buf_printf(out, ", %" PRId64 " not analysed, %" PRId64 " above range", r->by_state[3],
                       r->by_state[4]);
    wdm_buf_printf(out, ", %" PRId64 " replaced\n", c->corrected);
    if (c->same > 0)
        wdm_buf_printf(out, "  %" PRId64 " rows were stored already, the same\n", c->same);
    if (c->left_out > 0)
        wdm_buf_printf(out, "  %" PRId64 " empty cells or rows were left out\n", c->left_out);
    if (r->n_waiting > 0)
        wdm_buf_printf(out,
                       "  %" PRId64 " rows came without flow; they count once a field file has brought it\n",
                       r->n_waiting);
    if (r->n_sites_unjudged > 0)
        wdm_buf_printf(out, "  the flows of %" PRId64 " sites are not judged: too few earlier ones are stored\n",
                       r->n_sites_unjudged);
    if (r->n_sites_added > 0)
        wdm_buf_printf(out, "  %" PRId64 " sites that sites.csv lacks were added from the rows\n",
                       r->n_sites_added);
    if (r->n_changes_checked > 0)
        wdm_buf_printf(out,
                       "  %" PRId64 " of %" PRId64
                       " published changes and their classes follow from the published means\n",
                       r->n_changes_agree, r->n_changes_checked);
    wdm_buf_puts(out, wdm_buf_text(&r->notes));
    if (r->rejects_file[0] != '\0')
        wdm_buf_printf(out, "  %" PRId64 " rows wait in %s\n", r->n_bad, r->rejects_file);
}

void wdm_import_say(wdm_buf *out, const wdm_import_report *r, const wdm_import_manner *manner)
{
    if (strcmp(r->status, "duplicate") == 0) {
        wdm_buf_printf(out, "%s   Nothing to do: this file was imported on %s (batch %s).\n", r->file,
                       r->imported_at, r->batch);
        if (r->counts.rejected + r->counts.conflict > 0)
            wdm_buf_printf(
                out,
                "  %" PRId64
                " of its rows were not stored then; correct them in its rejects file and import that, or "
                "import this one again with --replace.\n",
                r->counts.rejected + r->counts.conflict);
        return;
    }
    if (r->interrupted) {
        wdm_buf_printf(out,
                       "%s   Finished an interrupted import: %" PRId64
                       " rows had been stored as batch %s, %" PRId64 " were the same, %" PRId64 " are bad.\n",
                       r->file, r->counts.stored + r->counts.corrected, r->batch, r->counts.same, r->n_bad);
        if (r->rejects_file[0] != '\0')
            wdm_buf_printf(out, "  %" PRId64 " rows wait in %s\n", r->n_bad, r->rejects_file);
        return;
    }
    say_head(out, r);
    wdm_buf_puts(out, wdm_buf_text(&r->guesses));
    say_issues(out, r, manner);
    if (strcmp(r->status, "refused") != 0) {
        say_stored(out, r, manner);
    } else if (r->n_bad > 0) {
        const int64_t good = r->counts.rows - r->counts.left_out - r->n_bad;
        wdm_buf_printf(out, "%" PRId64 " rows are good, %" PRId64 " are not. Nothing was stored.\n", good,
                       r->n_bad);
        wdm_buf_printf(
            out,
            "  Correct the file and import again, or keep the good rows now:  wdm import --keep-good %s\n",
            manner->path);
    }
}

// The name as the file system has it, without what JSON cannot hold.
static void put_text(wdm_buf *out, const char *text)
{
    size_t bad = 0;
    if (wdm_utf8_valid(text, strlen(text), &bad))
        wdm_buf_puts(out, text);
    else
        wdm_clean_put(out, text);
}

wdm_rc wdm_import_json(wdm_buf *out, const wdm_import_report *r, wdm_err *err)
{
    const wdm_counts *c = &r->counts;
    wdm_buf file = {0};
    wdm_buf batch = {0};
    json_t *object = NULL;
    char *text = NULL;
    wdm_buf_init(&file, sizeof r->file);
    wdm_buf_init(&batch, sizeof r->batch);
    put_text(&file, r->file);
    put_text(&batch, r->batch);
    object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "file",
                       wdm_buf_text(&file), "sha256", r->sha256, "layout", r->layout, "encoding", r->encoding,
                       "status", r->status, "batch_id", wdm_buf_text(&batch), "rows", (json_int_t)c->rows,
                       "stored", (json_int_t)c->stored, "same", (json_int_t)c->same, "corrected",
                       (json_int_t)c->corrected, "conflict", (json_int_t)c->conflict, "rejected",
                       (json_int_t)c->rejected, "left_out", (json_int_t)c->left_out, "bad",
                       (json_int_t)r->n_bad, "waiting_for_flow", (json_int_t)r->n_waiting);
    text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    json_decref(object);
    wdm_buf_fini(&file);
    wdm_buf_fini(&batch);
    if (text == NULL)
        return wdm_err_set(err, WDM_E_INTERNAL, "%s: the report cannot be written as JSON", r->file);
    wdm_buf_printf(out, "%s\n", text);
    free(text); // allocated by jansson
    return wdm_buf_check(out, err);
}

wdm_rc wdm_import_announce(const wdm_cli *cli, const wdm_import_report *report, const char *path, wdm_rc rc,
                           wdm_err *err)
{
    const wdm_import_manner manner = {cli->dry_run, cli->verbose, path};
    wdm_cli loud = *cli;
    wdm_err wrong = {WDM_OK, ""};
    wdm_buf text = {0};
    wdm_rc said = WDM_OK;
    loud.quiet = cli->quiet && rc == WDM_OK; // what is wrong with a file is said in any case
    wdm_buf_init(&text, WDM_BUF_DEFAULT_MAX);
    wdm_import_say(&text, report, &manner);
    if (rc == WDM_E_DATA && err->text[0] != '\0')
        wdm_buf_printf(&text, "%s\nNothing was stored.\n", err->text);
    said = wdm_buf_check(&text, &wrong);
    wdm_cli_say(&loud, "%s", wdm_buf_text(&text));
    wdm_buf_clear(&text);
    if (said == WDM_OK && cli->format == WDM_FORMAT_JSONL)
        said = wdm_import_json(&text, report, &wrong);
    printf("%s", wdm_buf_text(&text));
    wdm_buf_fini(&text);
    return said == WDM_OK ? rc : wdm_err_set(err, said, "%s", wrong.text);
}
