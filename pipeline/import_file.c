// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import_rows.h"
#include "io/charset.h"
#include "io/csv.h"
#include "io/file.h"
#include "io/text.h"

enum { FILE_BYTES_MAX = 1024 * 1024 * 1024, MISFITS_MAX = 64 * 1024 };

// ---- the layout

static wdm_rc try_layout(wdm_importer *im, const wdm_config_file *file, const wdm_csv_row *header, bool *fits,
                         wdm_err *err)
{
    char name[64];
    wdm_err why = {WDM_OK, ""};
    wdm_layout layout = {0};
    wdm_layout_match match = {0};
    wdm_rc rc = WDM_OK;
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(file->name + strlen("layouts/"), "."),
                   file->name + strlen("layouts/"));
    *fits = false;
    if (strcmp(im->options->layout, "auto") != 0 && strcmp(im->options->layout, name) != 0)
        return WDM_OK;
    im->n_tried++;
    rc = wdm_layout_parse(&layout, name, file->origin, wdm_buf_text(&file->bytes), err);
    if (rc == WDM_OK && wdm_layout_match_header(&layout, header->fields, header->n, &match, &why) == WDM_OK) {
        *fits = true;
        wdm_buf_printf(&im->candidates, "%s%s", im->candidates.len == 0 ? "" : ", ", name);
        if (im->layout.name == NULL) {
            im->layout = layout;
            im->match = match;
            return WDM_OK;
        }
    }
    if (why.text[0] != '\0')
        wdm_buf_printf(&im->misfits, "\n  layout %s: %s", name, why.text);
    wdm_layout_fini(&layout);
    return rc;
}

static wdm_rc choose_layout(wdm_importer *im, const wdm_csv_row *header, wdm_err *err)
{
    const wdm_config_files *files = &im->session->files;
    size_t n_fit = 0;
    for (size_t i = 0; i < files->n; i++) {
        bool fits = false;
        wdm_rc rc = WDM_OK;
        if (strncmp(files->files[i].name, "layouts/", strlen("layouts/")) != 0)
            continue;
        rc = try_layout(im, &files->files[i], header, &fits, err);
        if (rc != WDM_OK)
            return rc;
        n_fit += fits;
    }
    if (im->n_tried == 0)
        return wdm_err_set(err, WDM_E_USAGE, "--layout: \"%s\" is not a layout of config/layouts",
                           im->options->layout);
    if (n_fit == 0)
        return wdm_err_set(err, WDM_E_DATA, "%s:%" PRIu64 ": the header fits no layout:%s", im->report->file,
                           header->line, wdm_buf_text(&im->misfits));
    if (n_fit > 1)
        return wdm_err_set(err, WDM_E_DATA,
                           "%s:%" PRIu64 ": the header fits several layouts: %s; choose one with --layout",
                           im->report->file, header->line, wdm_buf_text(&im->candidates));
    (void)snprintf(im->report->layout, sizeof im->report->layout, "%s", im->layout.name);
    im->intake.form = im->match.form;
    return WDM_OK;
}

// ---- rows

static bool is_blank_row(const wdm_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        if (row->fields[i][0] != '\0')
            return false;
    }
    return true;
}

static const char *cell_of(const wdm_importer *im, const wdm_csv_row *row, wdm_field field)
{
    const size_t column = im->match.column[field];
    if (column != SIZE_MAX)
        return row->fields[column];
    return im->match.form->fixed[field] == NULL ? "" : im->match.form->fixed[field];
}

static wdm_rc on_cells(wdm_importer *im, const wdm_csv_row *row, wdm_err *err)
{
    const wdm_form *form = im->match.form;
    wdm_record record = {.line = row->line, .column = wdm_field_name(WDM_FIELD_VALUE)};
    wdm_rc rc = WDM_OK;
    for (int f = 0; f < WDM_FIELD_N; f++)
        record.cells[f] = cell_of(im, row, (wdm_field)f);
    if (form->n_days == 0)
        return wdm_import_record(im, &record, err);
    rc = wdm_import_published_mean(im, &record, err);
    for (size_t d = 0; d < form->n_days && (rc == WDM_OK || rc == WDM_E_DATA); d++) {
        record.cells[WDM_FIELD_VALUE] = row->fields[im->match.day_column[d]];
        record.column = im->day_names[d];
        record.weekday = form->days[d].weekday;
        if (record.cells[WDM_FIELD_VALUE][0] == '\0') { // not sampled
            im->report->counts.rows++;
            im->report->counts.left_out++;
            continue;
        }
        rc = wdm_import_record(im, &record, err); // a bad day does not keep the other days out
    }
    return rc;
}

static void keep_reject(wdm_importer *im, const wdm_csv_row *row, const char *reason)
{
    for (size_t i = 0; i < row->n; i++) {
        wdm_csv_put_exact(&im->rejects, row->fields[i]);
        wdm_buf_puts(&im->rejects, ",");
    }
    wdm_csv_put(&im->rejects, reason);
    wdm_buf_puts(&im->rejects, "\n");
}

static wdm_rc wrong_cells(wdm_importer *im, const wdm_csv_row *row)
{
    const wdm_record record = {.line = row->line};
    char found[32];
    wdm_counts *c = &im->report->counts;
    const int64_t n = im->match.form->n_days == 0 ? 1 : (int64_t)im->match.form->n_days;
    c->rows += n;
    c->rejected += n;
    im->report->n_bad += n;
    (void)snprintf(found, sizeof found, "%zu cells", row->n);
    return wdm_issue_add(
        &im->report->issues, &record, "row", "wrong_number_of_cells", WDM_SEVERITY_ERROR, found,
        "%zu cells where the header has %zu; is a comma missing, or a text with a comma not quoted?", row->n,
        im->match.n_header);
}

static wdm_rc on_header(wdm_importer *im, const wdm_csv_row *row, wdm_err *err)
{
    wdm_rc rc = choose_layout(im, row, err);
    for (size_t i = 0; i < row->n && rc == WDM_OK; i++) {
        wdm_csv_put_exact(&im->rejects, row->fields[i]);
        wdm_buf_puts(&im->rejects, ",");
    }
    wdm_buf_puts(&im->rejects, "wdm_reject_reason\n");
    for (size_t d = 0; rc == WDM_OK && d < im->match.form->n_days; d++) {
        im->day_names[d] = wdm_arena_strdup(&im->arena, row->fields[im->match.day_column[d]]);
        if (im->day_names[d] == NULL)
            rc = wdm_err_nomem(err);
    }
    return rc;
}

static wdm_rc on_row(void *user, const wdm_csv_row *raw, wdm_err *err)
{
    wdm_importer *im = user;
    const size_t n_before = im->report->issues.n;
    const int64_t bad_before = im->report->n_bad;
    char *fields[WDM_CSV_COLUMNS_MAX];
    wdm_csv_row row = {fields, raw->n, raw->line};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < raw->n; i++)
        fields[i] = wdm_text_trim(raw->fields[i]);
    // Excel writes empty columns at the end: header cells without a name, and cells without content beyond
    // the header.
    while (row.n > (im->has_header ? im->match.n_header : 1) && row.fields[row.n - 1][0] == '\0')
        row.n--;
    if (!im->has_header) {
        im->has_header = true;
        return on_header(im, &row, err);
    }
    if (is_blank_row(&row)) {
        im->report->counts.rows++;
        im->report->counts.left_out++;
        return WDM_OK;
    }
    if (row.n != im->match.n_header)
        rc = wrong_cells(im, &row);
    else
        rc = on_cells(im, &row, err);
    if (rc == WDM_E_DATA)
        rc = WDM_OK; // the row's issue is on the list; go on, to list them all
    if (im->report->n_bad > bad_before && im->report->issues.n > n_before)
        keep_reject(im, &row, im->report->issues.rows[n_before].message);
    return rc;
}

// ---- the file

static wdm_rc store_rejects(wdm_importer *im, const wdm_batch *batch, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < im->report->issues.n && rc == WDM_OK; i++)
        rc = wdm_store_put_reject(im->session->store, batch, &im->report->issues.rows[i], (int64_t)i, err);
    return rc;
}

static wdm_rc write_rejects_file(wdm_importer *im, const char *path, wdm_err *err)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    char *out = im->report->rejects_file;
    const size_t cap = sizeof im->report->rejects_file;
    size_t len = strlen(path);
    wdm_rc rc = wdm_buf_check(&im->rejects, err);
    if (len > 4 && strcmp(path + len - 4, ".csv") == 0)
        len -= 4;
    if (snprintf(out, cap, "%.*s.rejects.csv", (int)len, is_stdin ? "stdin" : path) >= (int)cap)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", path);
    return rc == WDM_OK ? wdm_file_write(out, wdm_buf_text(&im->rejects), im->rejects.len, err) : rc;
}

// Nothing is stored of a refused file: its good rows count as rejected too.
static void mark_refused(wdm_import_report *report)
{
    wdm_counts *c = &report->counts;
    c->rejected += c->stored + c->same + c->corrected + c->conflict;
    c->stored = c->same = c->corrected = c->conflict = 0;
    (void)snprintf(report->status, sizeof report->status, "refused");
}

static wdm_rc settle(wdm_importer *im, const char *path, wdm_err *err)
{
    wdm_import_report *report = im->report;
    char canonical[WDM_SHA256_HEX];
    const bool keep = report->n_bad == 0 || im->options->keep_good;
    const wdm_counts *c = &report->counts;
    wdm_rc rc = WDM_OK;
    if (!im->has_header || c->rows == c->left_out)
        rc = wdm_err_set(err, WDM_E_DATA, "%s: %s", report->file,
                         im->has_header ? "the file has a header but no rows" : "the file is empty");
    else if (!keep)
        rc = wdm_err_set(err, WDM_E_DATA, "%s", "");
    if (rc != WDM_OK) {
        mark_refused(report);
        wdm_store_rollback(im->session->store);
        return rc;
    }
    if (report->n_bad > 0 && !im->cli->dry_run)
        rc = write_rejects_file(im, path, err); // before the commit: rows that wait must be somewhere
    im->batch.counts = report->counts;
    wdm_hash_final_hex(&im->canonical, canonical);
    if (rc == WDM_OK)
        rc = wdm_quality_finish(report->quality, err);
    if (rc == WDM_OK)
        rc = store_rejects(im, &im->batch, err);
    if (rc == WDM_OK)
        rc = wdm_store_finish_batch(im->session->store, &im->batch, canonical, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(im->session->store, &im->run, report->n_bad > 0 ? "partial" : "done",
                                  c->rows, c->stored + c->corrected, err);
    if (rc == WDM_OK && im->cli->dry_run)
        wdm_store_rollback(im->session->store);
    else if (rc == WDM_OK)
        rc = wdm_store_commit(im->session->store, err);
    (void)snprintf(report->status, sizeof report->status, report->n_bad > 0 ? "partial" : "stored");
    (void)snprintf(report->batch, sizeof report->batch, "%s", im->batch.name);
    return rc == WDM_OK && report->n_bad > 0 ? WDM_E_PARTIAL : rc;
}

static wdm_rc import_bytes(wdm_importer *im, wdm_buf *bytes, const char *path, wdm_err *err)
{
    wdm_import_report *report = im->report;
    const char *encoding = "";
    wdm_rc rc = wdm_charset_to_utf8(bytes, im->options->encoding, report->file, &encoding, err);
    (void)snprintf(report->encoding, sizeof report->encoding, "%s", encoding);
    im->batch.file = report->file;
    im->batch.sha256 = report->sha256;
    im->batch.encoding = report->encoding;
    im->batch.replace = im->options->replace;
    im->run.stage = "import";
    im->run.parameters = report->file;
    im->run.input_hash = report->sha256;
    if (rc == WDM_OK)
        rc = wdm_store_begin(im->session->store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(im->session->store, &im->run, err);
    im->batch.layout = im->options->layout;
    if (rc == WDM_OK)
        rc = wdm_store_start_batch(im->session->store, &im->batch, &im->run, err);
    if (rc == WDM_OK)
        rc = wdm_quality_new(&report->quality, im->session->store, &im->session->config, &im->batch, err);
    if (rc == WDM_OK)
        rc = wdm_csv_read(report->file, wdm_buf_text(bytes), bytes->len, on_row, im, err);
    if (rc == WDM_OK && report->layout[0] != '\0')
        rc = wdm_store_set_batch_layout(im->session->store, &im->batch, report->layout, err);
    if (rc == WDM_OK)
        return settle(im, path, err);
    if (rc == WDM_E_DATA)
        mark_refused(report);
    wdm_store_rollback(im->session->store);
    return rc;
}

static wdm_rc import_new(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                         const char *path, wdm_buf *bytes, wdm_import_report *report, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_importer *im = wdm_alloc(1, sizeof *im);
    if (im == NULL)
        return wdm_err_nomem(err);
    im->cli = cli;
    im->session = session;
    im->options = options;
    im->report = report;
    im->intake.config = &session->config;
    im->intake.default_lab = options->lab;
    im->intake.issues = &report->issues;
    wdm_hash_init(&im->canonical);
    wdm_buf_init(&im->rejects, FILE_BYTES_MAX);
    wdm_buf_init(&im->candidates, 4096);
    wdm_buf_init(&im->misfits, MISFITS_MAX);
    rc = import_bytes(im, bytes, path, err);
    wdm_import_rows_fini(im);
    wdm_layout_fini(&im->layout);
    wdm_buf_fini(&im->rejects);
    wdm_buf_fini(&im->candidates);
    wdm_buf_fini(&im->misfits);
    wdm_arena_fini(&im->arena);
    wdm_free(im);
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

wdm_rc wdm_import_file(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                       const char *path, wdm_import_report *report, wdm_err *err)
{
    wdm_buf bytes = {0};
    wdm_batch found = {0};
    wdm_rc rc = WDM_OK;
    memset(report, 0, sizeof *report);
    report->first_day = report->last_day = WDM_DAY_NONE;
    (void)snprintf(report->file, sizeof report->file, "%s",
                   strcmp(path, "-") == 0 ? "stdin" : wdm_path_base(path));
    (void)snprintf(report->status, sizeof report->status, "refused");
    wdm_buf_init(&bytes, FILE_BYTES_MAX);
    rc = wdm_file_read(path, &bytes, err);
    if (rc == WDM_OK) {
        wdm_sha256_hex(wdm_buf_text(&bytes), bytes.len, report->sha256);
        rc = wdm_store_find_batch(session->store, report->sha256, &found, err);
    }
    if (rc == WDM_OK && found.batch_id != 0 && !options->replace) {
        const wdm_counts *c = &found.counts;
        report->counts = (wdm_counts){.rows = c->rows,
                                      .same = c->stored + c->same + c->corrected,
                                      .conflict = c->conflict,
                                      .rejected = c->rejected,
                                      .left_out = c->left_out};
        (void)snprintf(report->status, sizeof report->status, "duplicate");
        (void)snprintf(report->batch, sizeof report->batch, "%s", found.name);
        (void)snprintf(report->imported_at, sizeof report->imported_at, "%s", found.imported_at);
    } else if (rc == WDM_OK) {
        rc = import_new(cli, session, options, path, &bytes, report, err);
        if (report->n_sites_added > 0 && (cli->dry_run || strcmp(report->status, "refused") == 0)) {
            wdm_err again = {WDM_OK, ""};
            if (forget_added_sites(session, &again) != WDM_OK)
                rc = wdm_err_set(err, again.rc, "%s", again.text);
        }
    }
    wdm_buf_fini(&bytes);
    return rc;
}
