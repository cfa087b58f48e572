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

// Kept issues that say the same as the one at `at`: those before it, and those after it.
static size_t count_alike(const wdm_issues *issues, size_t at, bool before)
{
    const wdm_issue *issue = &issues->rows[at];
    size_t n = 0;
    for (size_t i = before ? 0 : at + 1; i < (before ? at : issues->n); i++)
        n += strcmp(issues->rows[i].message, issue->message) == 0 &&
             strcmp(issues->rows[i].column, issue->column) == 0;
    return n;
}

// What is wrong, a line each; the same thing said of many rows is one line.
static void say_issues(wdm_buf *out, const wdm_import_report *report, const wdm_import_manner *manner)
{
    const wdm_issues *issues = &report->issues;
    size_t shown = 0;
    size_t told = 0;
    for (size_t i = 0; i < issues->n && (manner->all_issues || shown < ISSUES_SHOWN); i++) {
        const wdm_issue *issue = &issues->rows[i];
        size_t alike = 0;
        if (!manner->all_issues && count_alike(issues, i, true) > 0)
            continue;
        wdm_buf_printf(out, "  %s:%" PRIu64 ": %s: %s%s", report->file, issue->line, issue->column,
                       issue->severity == WDM_SEVERITY_WARNING ? "warning: " : "", issue->message);
        alike = manner->all_issues ? 0 : count_alike(issues, i, false);
        if (alike > 0)
            wdm_buf_printf(out, "  (and %zu more like it)", alike);
        wdm_buf_puts(out, "\n");
        shown++;
        told += 1 + alike;
    }
    if (issues->total > told) {
        if (report->rejects_file[0] != '\0')
            wdm_buf_printf(out, "  and %zu more (see %s)\n", issues->total - told, report->rejects_file);
        else
            wdm_buf_printf(out,
                           "  and %zu more (wdm import --keep-good writes them all into a rejects file)\n",
                           issues->total - told);
    }
}

// How many rows for which reason: they add up to the rows that are not stored.
static void say_reasons(wdm_buf *out, const wdm_import_report *r)
{
    for (size_t i = 0; i < r->issues.n_codes && r->issues.n_codes > 1; i++)
        wdm_buf_printf(out, "%s%" PRId64 " %s", i == 0 ? "  reasons: " : ", ", r->issues.codes[i].n,
                       r->issues.codes[i].code);
    wdm_buf_puts(out, r->issues.n_codes > 1 ? "\n" : "");
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

static void say_left_out(wdm_buf *out, const wdm_import_report *r)
{
    if (r->counts.left_out == 0)
        return;
    wdm_buf_printf(out, "  %" PRId64 " left out:", r->counts.left_out);
    for (size_t i = 0; i < r->n_left_out; i++)
        wdm_buf_printf(out, "%s %" PRId64 " %s", i == 0 ? "" : ",", r->left_out[i].n, r->left_out[i].code);
    wdm_buf_puts(out, "\n");
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
    say_left_out(out, r);
    if (r->n_waiting > 0)
        wdm_buf_printf(out,
                       "  %" PRId64 " rows came without flow; they count once a field file has brought it\n",
                       r->n_waiting);
    if (r->n_sites_unjudged > 0)
        wdm_buf_printf(out,
                       "  the flows of %" PRId64 " sites are not judged: too few earlier ones are stored\n",
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

// A file may have any name; what a terminal would obey is shown as "?".
static void neutralise(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p != '\0'; p++) {
        if (*p < 0x20 || *p == 0x7F)
            *p = '?';
    }
}

void wdm_import_say(wdm_buf *out, const wdm_import_report *report, const wdm_import_manner *manner)
{
    wdm_import_report shown = *report; // its texts are borrowed, its names are copies
    const wdm_import_report *r = &shown;
    neutralise(shown.file);
    neutralise(shown.batch);
    neutralise(shown.rejects_file);
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
        if (r->n_corrected_since > 0)
            wdm_buf_printf(out,
                           "  %" PRId64
                           " of its values were corrected since and stay so; to bring this issue's "
                           "back, import it with --replace.\n",
                           r->n_corrected_since);
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
    say_reasons(out, r);
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

static int put_counts(json_t *object, const char *name, const wdm_code_count *counts, size_t n)
{
    json_t *inner = json_object();
    int failed = 0;
    for (size_t i = 0; i < n; i++)
        failed |= json_object_set_new(inner, counts[i].code, json_integer((json_int_t)counts[i].n));
    return failed | json_object_set_new(object, name, inner);
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
    object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "file",
        wdm_buf_text(&file), "sha256", r->sha256, "layout", r->layout, "encoding", r->encoding, "status",
        r->status, "batch_id", wdm_buf_text(&batch), "rows", (json_int_t)c->rows, "stored",
        (json_int_t)c->stored, "same", (json_int_t)c->same, "corrected", (json_int_t)c->corrected, "conflict",
        (json_int_t)c->conflict, "rejected", (json_int_t)c->rejected, "left_out", (json_int_t)c->left_out,
        "bad", (json_int_t)r->n_bad, "waiting_for_flow", (json_int_t)r->n_waiting, "waiting_for_sample",
        (json_int_t)r->n_unplaced, "ambiguous_sample", (json_int_t)r->n_ambiguous, "not_repeated",
        (json_int_t)r->n_not_repeated);
    if (object != NULL && (put_counts(object, "reasons", r->issues.codes, r->issues.n_codes) != 0 ||
                           put_counts(object, "left_out_reasons", r->left_out, r->n_left_out) != 0)) {
        json_decref(object);
        object = NULL;
    }
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
