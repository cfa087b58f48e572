// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import_diff.h"
#include "import_rejects.h"
#include "io/reader.h"
#include "io/recognise.h"
#include "layouts.h"

enum { NOTES_BYTES_MAX = 256 * 1024 };

// One file on its way into the store.
typedef struct file_import {
    wdm_importer im;
    wdm_source *source;
    wdm_recognised found;
    wdm_rejects rejects;
    const wdm_csv_row *row; // at hand
    int64_t bad_before;     // n_bad before that row
    bool first_record;      // of that row
    char row_reason[WDM_ISSUE_COLUMN + WDM_ISSUE_TEXT + 4];
    int64_t n_issues;
    wdm_err sink_err;
} file_import;

// ---- issues and counts

// Each issue goes into the store as it comes; the row's first one is its reason in the rejects file.
static wdm_rc on_issue(void *user, const wdm_issue *issue)
{
    file_import *f = user;
    if (f->row_reason[0] == '\0' && issue->severity != WDM_SEVERITY_WARNING)
        (void)snprintf(f->row_reason, sizeof f->row_reason, "%s: %s", issue->column, issue->message);
    return wdm_store_put_reject(f->im.session->store, &f->im.batch, issue, f->n_issues++, &f->sink_err);
}

static void leave_out(wdm_import_report *report, const char *why)
{
    size_t i = 0;
    report->counts.rows++;
    report->counts.left_out++;
    while (i < report->n_left_out && strcmp(report->left_out[i].code, why) != 0)
        i++;
    if (i == WDM_LEFT_OUT_MAX)
        return;
    if (i == report->n_left_out)
        report->left_out[report->n_left_out++] = (wdm_code_count){why, 0};
    report->left_out[i].n++;
}

static wdm_rc wrong_cells(file_import *f, const wdm_csv_row *row, const wdm_columns *columns)
{
    static const char *const separators[] = {"a comma missing, or a text with a comma not quoted",
                                             "a separator missing, or one too many"};
    const wdm_record record = {.line = row->line};
    wdm_issues *issues = &f->im.report->issues;
    wdm_counts *c = &f->im.report->counts;
    char found[32];
    wdm_rc rc = WDM_OK;
    issues->weight = (int64_t)columns->n_groups;
    c->rows += issues->weight;
    c->rejected += issues->weight;
    f->im.report->n_bad += issues->weight;
    (void)snprintf(found, sizeof found, "%zu cells", row->n);
    rc = wdm_issue_add(issues, &record, "row", "wrong_number_of_cells", WDM_SEVERITY_ERROR, found,
                       "%zu cells where the header has %zu; is %s?", row->n, columns->n_header,
                       separators[f->found.dialect.delimiter != ',']);
    issues->weight = 0;
    return rc;
}

// ---- what the reader hands over

static wdm_rc keep_reject(file_import *f, const wdm_csv_row *row, wdm_err *err)
{
    return f->im.report->n_bad > f->bad_before ? wdm_rejects_put(&f->rejects, row, f->row_reason, err)
                                               : WDM_OK;
}

// WDM_E_DATA of a row is on the issue list and no reason to stop; a failure of the store behind the list is.
static wdm_rc go_on(const file_import *f, wdm_rc rc, wdm_err *err)
{
    if (f->sink_err.rc != WDM_OK)
        return wdm_err_set(err, f->sink_err.rc, "%s", f->sink_err.text);
    return rc == WDM_E_DATA ? WDM_OK : rc;
}

static wdm_rc on_row(void *user, const wdm_csv_row *row, wdm_row_kind kind, const wdm_columns *columns,
                     wdm_err *err)
{
    file_import *f = user;
    wdm_rc rc = WDM_OK;
    f->row = row;
    f->bad_before = f->im.report->n_bad;
    f->row_reason[0] = '\0';
    f->first_record = true;
    f->im.columns = columns;
    switch (kind) {
    case WDM_ROW_AROUND:
        rc = wdm_rejects_frame(&f->rejects, row, false, err);
        break;
    case WDM_ROW_HEADER:
        rc = wdm_rejects_frame(&f->rejects, row, true, err);
        break;
    case WDM_ROW_BLANK:
        leave_out(f->im.report, "empty row");
        break;
    case WDM_ROW_SUMMARY:
        leave_out(f->im.report, "summary row");
        break;
    case WDM_ROW_WRONG_CELLS:
        rc = go_on(f, wrong_cells(f, row, columns), err);
        if (rc == WDM_OK)
            rc = keep_reject(f, row, err);
        break;
    case WDM_ROW_DATA:
        break;
    }
    return rc;
}

static wdm_rc on_record(void *user, const wdm_record *record, wdm_err *err)
{
    file_import *f = user;
    wdm_rc rc = WDM_OK;
    if (f->first_record && f->im.intake.form->n_days > 0)
        rc = wdm_import_published_mean(&f->im, record, err);
    f->first_record = false;
    if (rc != WDM_OK)
        return go_on(f, rc, err);
    if (record->left_out != NULL) {
        leave_out(f->im.report, record->left_out);
        f->im.seen = (wdm_import_seen){.site_id = NULL};
        if (f->im.cli->dry_run)
            wdm_import_diff(&f->im, record, NULL);
        return WDM_OK;
    }
    return go_on(f, wdm_import_record(&f->im, record, err), err);
}

static wdm_rc on_row_end(void *user, wdm_err *err)
{
    file_import *f = user;
    return keep_reject(f, f->row, err);
}

// ---- the file

// Where the rejects go: beside the file, week.csv gives week.rejects.csv. "": they are not written.
static wdm_rc name_rejects(const file_import *f, const char *path, char out[WDM_PATH_MAX], wdm_err *err)
{
    const char *shown = strcmp(path, "-") == 0 ? "stdin" : path;
    const char *base = wdm_path_base(shown);
    const char *dot = strrchr(base, '.');
    const size_t len = dot == NULL || dot == base ? strlen(shown) : (size_t)(dot - shown);
    out[0] = '\0';
    if ((!f->im.options->keep_good && f->im.options->hooks == NULL) || f->im.cli->dry_run)
        return WDM_OK;
    if (f->im.options->hooks != NULL) {
        (void)snprintf(out, WDM_PATH_MAX, "%s", f->im.options->hooks->rejects_file);
        return WDM_OK;
    }
    if (snprintf(out, WDM_PATH_MAX, "%.*s.rejects.csv", (int)len, shown) >= WDM_PATH_MAX)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", path);
    return WDM_OK;
}

// Nothing is stored of a refused file: its good rows count as rejected too.
static void mark_refused(wdm_import_report *report)
{
    wdm_counts *c = &report->counts;
    c->rejected += c->stored + c->same + c->corrected + c->conflict;
    c->stored = c->same = c->corrected = c->conflict = 0;
    (void)snprintf(report->status, sizeof report->status, "refused");
}

static wdm_rc commit(file_import *f, const char *rejects_path, wdm_err *err)
{
    wdm_importer *im = &f->im;
    const wdm_import_report *report = im->report;
    const wdm_counts *c = &report->counts;
    char canonical[WDM_SHA256_HEX];
    wdm_rc rc = WDM_OK;
    rc = wdm_import_rows_finish(im, err);
    if (rc != WDM_OK)
        return rc;
    im->batch.counts = *c;
    wdm_hash_final_hex(&im->canonical, canonical);
    rc = wdm_store_finish_batch(im->session->store, &im->batch, canonical, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(im->session->store, &im->run, report->n_bad > 0 ? "partial" : "done",
                                  c->rows, c->stored + c->corrected, err);
    if (rc == WDM_OK)
        rc = wdm_rejects_commit(&f->rejects, err); // before the commit: rows that wait must be somewhere
    if (rc == WDM_OK && f->rejects.has_rows)
        (void)snprintf(im->report->rejects_file, sizeof im->report->rejects_file, "%s", rejects_path);
    (void)snprintf(im->report->status, sizeof im->report->status, report->n_bad > 0 ? "partial" : "stored");
    (void)snprintf(im->report->batch, sizeof im->report->batch, "%s", im->batch.name);
    if (rc == WDM_OK && im->options->hooks != NULL && !im->cli->dry_run)
        rc = im->options->hooks->before_commit(im->options->hooks->user, im->report, err);
    if (rc != WDM_OK)
        return rc;
    if (!im->cli->dry_run)
        return wdm_store_commit(im->session->store, err);
    wdm_store_rollback(im->session->store);
    return WDM_OK;
}

// The wrong rows of a refused file. rc is the verdict; it stays unless they cannot be written.
static wdm_rc keep_refused(file_import *f, const char *rejects_path, wdm_rc rc, wdm_err *err)
{
    wdm_import_report *report = f->im.report;
    wdm_err wrong = {WDM_OK, ""};
    if (wdm_rejects_commit(&f->rejects, &wrong) != WDM_OK)
        return wdm_err_set(err, wrong.rc, "%s", wrong.text);
    if (f->rejects.has_rows)
        (void)snprintf(report->rejects_file, sizeof report->rejects_file, "%s", rejects_path);
    return rc;
}

// Decides on the file as a whole, once all rows have been read.
static wdm_rc settle(file_import *f, const char *rejects_path, wdm_err *err)
{
    wdm_import_report *report = f->im.report;
    const wdm_counts *c = &report->counts;
    wdm_rc rc = WDM_OK;
    if (c->rows == c->left_out)
        rc = wdm_err_set(err, WDM_E_DATA, "%s: %s", report->file,
                         c->rows == 0 ? "the file has a header but no rows"
                                      : "the file has no row that is a result: all were left out");
    else if (report->n_bad > 0 && !f->im.options->keep_good)
        rc = wdm_err_set(err, WDM_E_DATA, "%s", "");
    if (rc == WDM_OK)
        rc = commit(f, rejects_path, err);
    else if (f->im.options->hooks != NULL)
        rc = keep_refused(f, rejects_path, rc, err);
    if (rc != WDM_OK)
        return rc;
    return report->n_bad > 0 ? WDM_E_PARTIAL : WDM_OK;
}

// What was not declared but found out, once for the whole file.
static void note_guesses(const file_import *f)
{
    const wdm_recognised *found = &f->found;
    wdm_buf *out = &f->im.report->guesses;
    if (wdm_source_kind_of(f->source) == WDM_SOURCE_XLSX)
        wdm_buf_printf(out, "  workbook read through %s%s\n",
                       wdm_path_base(f->im.session->config.settings.xlsx2csv),
                       wdm_source_sheets(f->source) > 1 ? ": its first sheet; the others are not read" : "");
    if (wdm_source_encoding_guessed(f->source))
        wdm_buf_printf(out, "  read as %s: a guess from the bytes of the whole file; --encoding says it\n",
                       f->im.report->encoding);
    if (found->dialect.delimiter != ',')
        wdm_buf_printf(out, "  separator: %s\n",
                       found->dialect.delimiter == '\0' ? "text table"
                                                        : wdm_dialect_delimiter(found->dialect));
    if (found->numbers_by_evidence)
        wdm_buf_puts(out, "  numbers have a decimal comma: so the file's own numbers say\n");
    if (found->dates_by_evidence)
        wdm_buf_printf(out, "  dates have the %s first: so the file's own dates say; --dates says it\n",
                       found->dates == WDM_DATES_DMY ? "day" : "month");
    if (found->serial_dates)
        wdm_buf_puts(out, "  dates are serial numbers of a spreadsheet (1900 system)\n");
    if (found->unit_by_layout)
        wdm_buf_printf(out, "  concentrations whose column says no unit are %s: so the layout declares\n",
                       found->form->fixed[WDM_FIELD_UNIT]);
    if (found->n_unread > 0)
        wdm_buf_printf(out,
                       "  layout %s by the header in line %" PRIu64
                       ": %zu of %zu columns are its own, the others are not used\n",
                       found->layout->name, found->header_line, found->n_columns - found->n_unread,
                       found->n_columns);
}

// Text, layout, and what the cells are like. Reads the head of the file, or all of it where a decision needs
// that.
static wdm_rc prepare(file_import *f, const wdm_layouts *layouts, wdm_err *err)
{
    wdm_import_report *report = f->im.report;
    const wdm_import_options *o = f->im.options;
    const wdm_candidates candidates = {layouts->items, layouts->n,
                                       strcmp(o->layout, "auto") == 0 ? NULL : o->layout,
                                       wdm_known_analytes(&f->im.session->config)};
    wdm_rc rc = WDM_OK;
    if (o->unit[0] != '\0' &&
        wdm_config_unit(&f->im.session->config, WDM_UNIT_CONCENTRATION, o->unit) == NULL)
        return wdm_err_set(err, WDM_E_USAGE,
                           "--unit: \"%s\" is not a concentration of units.csv; ng/L, µg/L and "
                           "ng/mL are, for example",
                           o->unit);
    if (wdm_source_size(f->source) == 0)
        return wdm_err_set(err, WDM_E_DATA, "%s: the file is empty", report->file);
    if (wdm_source_kind_of(f->source) == WDM_SOURCE_XLSX)
        rc = wdm_source_convert(f->source, f->im.session->config.settings.xlsx2csv, err);
    if (rc == WDM_OK)
        rc = wdm_source_decode(f->source, report->file, o->encoding, err);
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(report->encoding, sizeof report->encoding, "%s", wdm_source_encoding(f->source));
    rc = wdm_recognise(&candidates, f->source, report->file, &f->found, err);
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(report->layout, sizeof report->layout, "%s", f->found.layout->name);
    rc = wdm_recognise_cells(&f->found, o->dates, f->source, report->file, err);
    if (rc != WDM_OK)
        return rc;
    note_guesses(f);
    f->im.intake.form = f->found.form;
    f->im.intake.numbers = f->found.numbers;
    f->im.intake.dates = f->found.dates;
    return WDM_OK;
}

// Reads all rows into a transaction and settles it.
static wdm_rc import_rows(file_import *f, const char *path, wdm_err *err)
{
    const wdm_reader_events events = {.user = f,
                                      .row = on_row,
                                      .record = on_record,
                                      .known = f->found.known,
                                      .padded = f->found.padded,
                                      .row_end = on_row_end};
    wdm_importer *im = &f->im;
    char rejects_path[WDM_PATH_MAX];
    wdm_rc rc = name_rejects(f, path, rejects_path, err);
    if (rc != WDM_OK)
        return rc;
    wdm_rejects_init(&f->rejects, rejects_path, f->found.dialect);
    im->batch.file = im->report->file;
    im->batch.sha256 = im->report->sha256;
    im->batch.layout = im->report->layout;
    im->batch.encoding = im->report->encoding;
    im->batch.replace = im->options->replace;
    im->run = (wdm_run){.stage = "import", .parameters = im->report->file, .input_hash = im->report->sha256};
    rc = wdm_store_begin(im->session->store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(im->session->store, &im->run, err);
    if (rc == WDM_OK)
        rc = wdm_store_start_batch(im->session->store, &im->batch, &im->run, err);
    if (rc == WDM_OK)
        rc = wdm_reader_run(f->found.form, f->found.dialect, f->source, im->report->file, 0, &events, err);
    if (rc == WDM_OK)
        rc = settle(f, rejects_path, err);
    if (rc != WDM_OK && rc != WDM_E_PARTIAL)
        wdm_store_rollback(im->session->store);
    if (rc == WDM_E_DATA)
        mark_refused(im->report);
    wdm_rejects_fini(&f->rejects);
    return rc;
}

static wdm_rc import_new(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                         wdm_source *source, const char *path, wdm_import_report *report, wdm_err *err)
{
    const wdm_layouts *layouts = NULL;
    wdm_rc rc = WDM_OK;
    file_import *f = wdm_alloc(1, sizeof *f);
    if (f == NULL)
        return wdm_err_nomem(err);
    f->source = source;
    f->im.cli = cli;
    f->im.session = session;
    f->im.options = options;
    f->im.report = report;
    f->im.intake = (wdm_intake){.config = &session->config,
                                .default_lab = options->lab,
                                .default_unit = options->unit,
                                .issues = &report->issues};
    report->issues.sink = on_issue;
    report->issues.user = f;
    wdm_hash_init(&f->im.canonical);
    rc = wdm_layouts_of(session, &layouts, err);
    if (rc == WDM_OK)
        rc = prepare(f, layouts, err);
    if (rc == WDM_OK)
        rc = import_rows(f, path, err);
    report->issues.sink = NULL;
    wdm_import_rows_fini(&f->im);
    wdm_free(f);
    return rc;
}

// What a refused file or a dry run added was rolled back in the store; the config in memory must forget it
// too, else the next file of the same command would meet a site that has no row.
static wdm_rc forget_added_sites(wdm_session *session, wdm_err *err)
{
    wdm_config_fini(&session->config);
    wdm_config_files_fini(&session->files);
    return wdm_store_get_config(session->store, &session->config, &session->files, err);
}

static void report_duplicate(wdm_import_report *report, const wdm_batch *found)
{
    const wdm_counts *c = &found->counts;
    report->counts = (wdm_counts){.rows = c->rows,
                                  .same = c->stored + c->same + c->corrected,
                                  .conflict = c->conflict,
                                  .rejected = c->rejected,
                                  .left_out = c->left_out};
    (void)snprintf(report->status, sizeof report->status, "duplicate");
    (void)snprintf(report->batch, sizeof report->batch, "%s", found->name);
    (void)snprintf(report->imported_at, sizeof report->imported_at, "%s", found->imported_at);
    (void)snprintf(report->layout, sizeof report->layout, "%s", found->found_layout);
    (void)snprintf(report->encoding, sizeof report->encoding, "%s", found->found_encoding);
}

wdm_rc wdm_import_file(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                       const char *path, wdm_import_report *report, wdm_err *err)
{
    wdm_source *source = NULL;
    wdm_batch found = {0};
    wdm_rc rc = WDM_OK;
    memset(report, 0, sizeof *report);
    report->first_day = report->last_day = WDM_DAY_NONE;
    wdm_buf_init(&report->guesses, NOTES_BYTES_MAX);
    wdm_buf_init(&report->notes, NOTES_BYTES_MAX);
    (void)snprintf(report->file, sizeof report->file, "%s",
                   options->hooks != NULL   ? options->hooks->name
                   : strcmp(path, "-") == 0 ? "stdin"
                                            : wdm_path_base(path));
    (void)snprintf(report->status, sizeof report->status, "refused");
    rc = wdm_source_open(&source, path, err);
    if (rc == WDM_OK) {
        (void)snprintf(report->sha256, sizeof report->sha256, "%s", wdm_source_sha256(source));
        rc = wdm_store_find_batch(session->store, report->sha256, &found, err);
    }
    if (rc == WDM_OK && found.batch_id != 0 && !options->replace) {
        report_duplicate(report, &found);
        rc = wdm_store_corrected_since(session->store, found.batch_id, &report->n_corrected_since, err);
    } else if (rc == WDM_OK) {
        rc = import_new(cli, session, options, source, path, report, err);
        if (report->n_sites_added > 0 && (cli->dry_run || strcmp(report->status, "refused") == 0)) {
            wdm_err again = {WDM_OK, ""};
            if (forget_added_sites(session, &again) != WDM_OK)
                rc = wdm_err_set(err, again.rc, "%s", again.text);
        }
    }
    wdm_source_close(source);
    return rc;
}

void wdm_import_report_fini(wdm_import_report *report)
{
    wdm_issues_fini(&report->issues);
    wdm_buf_fini(&report->guesses);
    wdm_buf_fini(&report->notes);
}
