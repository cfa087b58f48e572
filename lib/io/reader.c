// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/reader.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/pattern.h"
#include "io/reader_parts.h"
#include "io/text.h"

enum { UNSIGNED_MAX = 60 };

static wdm_rc tell_row(const wdm_reader *r, const wdm_csv_row *row, wdm_row_kind kind, wdm_err *err)
{
    if (r->events->row == NULL)
        return WDM_OK;
    return r->events->row(r->events->user, row, kind, r->has_columns ? &r->columns : NULL, err);
}

// The row's cells that are not empty, joined by single blanks; cut when it is longer than the room.
static void join_row(const wdm_csv_row *row, char *out, size_t cap)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < row->n && len + 1 < cap; i++) {
        const int n = row->fields[i][0] == '\0'
                          ? 0
                          : snprintf(out + len, cap - len, "%s%s", len == 0 ? "" : " ", row->fields[i]);
        len += n < 0 ? 0 : (size_t)n;
    }
    if (len >= cap)
        wdm_text_cut(out);
}

static bool is_blank(const wdm_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        if (row->fields[i][0] != '\0')
            return false;
    }
    return true;
}

// ---- headers

static wdm_rc copy_row(const wdm_csv_row *row, wdm_arena *arena, char ***cells, size_t *n, wdm_err *err)
{
    wdm_arena_fini(arena);
    *arena = (wdm_arena)WDM_ARENA_INIT;
    *n = 0;
    *cells = wdm_arena_alloc(arena, row->n, sizeof **cells);
    if (*cells == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < row->n; i++) {
        (*cells)[i] = wdm_arena_strdup(arena, row->fields[i]);
        if ((*cells)[i] == NULL)
            return wdm_err_nomem(err);
    }
    *n = row->n;
    return WDM_OK;
}

static bool is_header_again(const wdm_reader *r, const wdm_csv_row *row)
{
    if (!r->has_columns || row->n != r->n_header_cells)
        return false;
    for (size_t i = 0; i < row->n; i++) {
        if (strcmp(row->fields[i], r->header_cells[i]) != 0)
            return false;
    }
    return true;
}

// Both header rows as wide as the wider one.
static wdm_rc match_pair(wdm_reader *r, const wdm_csv_row *row, wdm_columns *found, size_t *fits,
                         wdm_err *err)
{
    static char empty[] = "";
    const size_t n = row->n > r->n_held ? row->n : r->n_held;
    wdm_rc rc = WDM_E_NOMEM;
    char **top = wdm_alloc(n, sizeof *top);
    char **header = wdm_alloc(n, sizeof *header);
    if (top == NULL || header == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        top[i] = i < r->n_held ? r->held[i] : empty;
        header[i] = i < row->n ? row->fields[i] : empty;
    }
    rc = wdm_columns_match(found, r->form, &(const wdm_header){top, header, n}, &r->events->known, fits, err);
out:
    wdm_free(top);
    wdm_free(header);
    return rc;
}

// A text table's column names stand over two lines: "Amount" over "[ng/ul]".
static wdm_rc match_joined(wdm_reader *r, const wdm_csv_row *row, wdm_columns *found, size_t *fits,
                           wdm_err *err)
{
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_rc rc = WDM_OK;
    const size_t n_over = r->n_held > 1 ? r->n_held : 0; // one cell: a line outside tables
    const size_t n = row->n > n_over ? row->n : n_over;  // the empty names at the end are cut off
    char **header = wdm_arena_alloc(&arena, n, sizeof *header);
    for (size_t i = 0; header != NULL && i < n; i++) {
        const char *over = i < n_over ? r->held[i] : "";
        const char *under = i < row->n ? row->fields[i] : "";
        char joined[WDM_READER_TEXT];
        (void)snprintf(joined, sizeof joined, "%s%s%s", over, over[0] == '\0' || under[0] == '\0' ? "" : " ",
                       under);
        header[i] = wdm_arena_strdup(&arena, joined);
        if (header[i] == NULL)
            header = NULL;
    }
    rc = header == NULL ? wdm_err_nomem(err)
                        : wdm_columns_match(found, r->form, &(const wdm_header){NULL, header, n},
                                            &r->events->known, fits, err);
    wdm_arena_fini(&arena);
    return rc;
}

// Tries the row as a header. *is_header tells; a row that does not fit is no error here.
static wdm_rc try_header(wdm_reader *r, const wdm_csv_row *row, bool *is_header, wdm_err *err)
{
    wdm_columns found = {0};
    wdm_err why = {WDM_OK, ""};
    size_t fits = 0;
    wdm_rc rc = WDM_OK;
    *is_header = false;
    if (!wdm_reader_is_signed(r) || (r->form->header_rows == 2 && r->n_held == 0))
        return WDM_OK;
    if (row->n < 2) // no table has one column
        return WDM_OK;
    if (r->is_ruler)
        rc = match_joined(r, row, &found, &fits, &why);
    else
        rc = r->form->header_rows == 2
                 ? match_pair(r, row, &found, &fits, &why)
                 : wdm_columns_match(&found, r->form, &(const wdm_header){NULL, row->fields, row->n},
                                     &r->events->known, &fits, &why);
    if (rc != WDM_OK) {
        wdm_columns_fini(&found);
        if (rc != WDM_E_DATA)
            return wdm_err_set(err, rc, "%s", why.text);
        return r->events->misfit == NULL ? WDM_OK
                                         : r->events->misfit(r->events->user, row, fits, why.text, err);
    }
    wdm_columns_fini(&r->columns);
    r->columns = found;
    r->has_columns = r->in_table = true;
    r->passed_over = false;
    r->has_value = wdm_columns_have(&r->columns, WDM_FIELD_VALUE);
    r->n_before = 0;
    r->table_width = r->form->header_rows == 2 && r->held_width > r->width ? r->held_width : r->width;
    *is_header = true;
    wdm_reader_refresh(r);
    return copy_row(row, &r->header_arena, &r->header_cells, &r->n_header_cells, err);
}

// ---- rows

static wdm_rc read_data(wdm_reader *r, const wdm_csv_row *row, wdm_err *err)
{
    wdm_rc rc = tell_row(r, row, WDM_ROW_DATA, err);
    for (size_t g = 0; g < r->columns.n_groups && rc == WDM_OK; g++)
        rc = wdm_reader_hand_on(r, row, &r->columns.groups[g], err);
    if (rc == WDM_OK && r->events->row_end != NULL)
        rc = r->events->row_end(r->events->user, err);
    return rc;
}

static bool is_summary(const wdm_reader *r, const wdm_csv_row *row, const char *line)
{
    size_t first = 0;
    if (r->form->leave_out.n == 0)
        return false;
    while (first < row->n && row->fields[first][0] == '\0')
        first++;
    return wdm_layout_globs(&r->form->leave_out, line) ||
           (first < row->n && wdm_layout_globs(&r->form->leave_out, row->fields[first]));
}

// Lines of a table: the number of cells must be the header's.
static wdm_rc read_table_row(wdm_reader *r, const wdm_csv_row *row, const char *line, wdm_err *err)
{
    if (is_blank(row))
        return tell_row(r, row, WDM_ROW_BLANK, err);
    if (is_summary(r, row, line))
        return tell_row(r, row, WDM_ROW_SUMMARY, err);
    if (row->n > r->columns.n_header || (row->n < r->columns.n_header && !r->form->short_rows))
        return tell_row(r, row, WDM_ROW_WRONG_CELLS, err);
    if (r->width > r->table_width && !r->is_ruler && !r->events->padded)
        return tell_row(r, &(const wdm_csv_row){row->fields, r->width, row->line}, WDM_ROW_WRONG_CELLS, err);
    return read_data(r, row, err);
}

// A line where no table is open: a header, or one of the lines that may stand before it.
static wdm_rc read_other_row(wdm_reader *r, const wdm_csv_row *row, const char *line, wdm_err *err)
{
    bool is_header = false;
    wdm_rc rc = WDM_OK;
    wdm_reader_note_signature(r, line);
    rc = try_header(r, row, &is_header, err);
    if (rc == WDM_OK && is_header)
        return tell_row(r, row, WDM_ROW_HEADER, err);
    r->held_width = r->width;
    if (rc == WDM_OK && (r->form->header_rows == 2 || r->is_ruler))
        rc = copy_row(row, &r->held_arena, &r->held, &r->n_held, err);
    if (rc != WDM_OK)
        return rc;
    r->n_before += !is_blank(row) && !r->passed_over;
    if (r->has_columns && is_summary(r, row, line))
        return tell_row(r, row, WDM_ROW_SUMMARY, err);
    // after the first table, lines that nothing explains are not passed over
    if (r->has_columns && r->n_before > (size_t)r->form->preamble)
        return tell_row(r, row, WDM_ROW_WRONG_CELLS, err);
    return tell_row(r, row, WDM_ROW_AROUND, err);
}

// A row that reads as a header is one, whatever else it may look like.
static wdm_rc read_header_or(wdm_reader *r, const wdm_csv_row *row, wdm_row_kind kind, wdm_err *err)
{
    bool is_header = false;
    wdm_rc rc = row->n > 2 ? try_header(r, row, &is_header, err) : WDM_OK;
    return rc == WDM_OK ? tell_row(r, row, is_header ? WDM_ROW_HEADER : kind, err) : rc;
}

// A file whose first lines have none of the form's signatures is none of its files; looking for headers would
// only cost time.
static bool is_hopeless(wdm_reader *r)
{
    return r->form->signature.n > 0 && r->n_signed == 0 && ++r->n_unsigned > UNSIGNED_MAX;
}

static wdm_rc on_row(void *user, const wdm_csv_row *raw, wdm_err *err)
{
    wdm_reader *r = user;
    char *fields[WDM_CSV_COLUMNS_MAX];
    char line[WDM_READER_TEXT];
    bool is_context = false;
    wdm_csv_row row = {fields, raw->n, raw->line};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < raw->n; i++)
        fields[i] = wdm_text_trim(raw->fields[i]);
    r->width = raw->n;
    // Spreadsheets write empty columns at the end.
    while (row.n > (r->in_table ? r->columns.n_header : 1) && row.fields[row.n - 1][0] == '\0')
        row.n--;
    line[0] = '\0';
    if (is_hopeless(r))
        return tell_row(r, &row, WDM_ROW_AROUND, err);
    if (r->form->context.n + r->form->leave_out.n + r->form->signature.n + r->form->ends.n > 0)
        join_row(&row, line, sizeof line);
    if (wdm_layout_globs(&r->form->ends, line)) {
        r->passed_over = true; // up to the next header
        r->in_table = false;
        wdm_reader_note_signature(r, line);
    }
    rc = wdm_reader_context(r, line, &is_context, err);
    if (rc != WDM_OK)
        return rc;
    if (is_context) {
        r->in_table = false; // a new block brings its header again
        r->n_before = 0;
        wdm_reader_note_signature(r, line);
        return read_header_or(r, &row, WDM_ROW_AROUND, err);
    }
    if (r->is_ruler && row.n == 1) // a text table ends where lines are no longer cut
        r->in_table = false;
    if (r->in_table && !is_header_again(r, &row))
        return read_table_row(r, &row, line, err);
    return read_other_row(r, &row, line, err);
}

static wdm_reader *open_reader(const wdm_form *form, wdm_dialect dialect, const wdm_reader_events *events)
{
    wdm_reader *r = wdm_alloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->form = form;
    r->events = events;
    r->is_ruler = dialect.delimiter == '\0';
    wdm_reader_refresh(r);
    return r;
}

static void close_reader(wdm_reader *r)
{
    for (int f = 0; f < WDM_FIELD_N; f++)
        wdm_free(r->context[f]);
    wdm_columns_fini(&r->columns);
    wdm_arena_fini(&r->held_arena);
    wdm_arena_fini(&r->header_arena);
    wdm_free(r);
}

wdm_rc wdm_reader_run(const wdm_form *form, wdm_dialect dialect, wdm_source *source, const char *name,
                      uint64_t limit, const wdm_reader_events *events, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_reader *r = open_reader(form, dialect, events);
    if (r == NULL)
        return wdm_err_nomem(err);
    rc = wdm_sheet_read(source, name, dialect, limit, on_row, r, err);
    close_reader(r);
    return rc;
}

wdm_rc wdm_reader_rows(const wdm_form *form, wdm_dialect dialect, const wdm_csv_row *rows, size_t n,
                       const wdm_reader_events *events, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_reader *r = open_reader(form, dialect, events);
    if (r == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n && rc == WDM_OK; i++)
        rc = on_row(r, &rows[i], err);
    close_reader(r);
    return rc;
}
