// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/pattern.h"
#include "io/text.h"

enum { UNSIGNED_MAX = 60, TEXT_MAX = 512, CAPTURES_MAX = 6, SAMPLE_ID_FIELDS = 6 };

typedef struct reader {
    const wdm_form *form;
    const wdm_reader_events *events;
    bool is_ruler;
    // the table at hand
    wdm_columns columns;
    bool has_columns, has_value, in_table, passed_over;
    char **header_cells; // a copy of the last header row, to know it when it comes again
    size_t n_header_cells;
    char **held; // the row before, which may be the row of group headers
    size_t n_held, n_before;
    size_t width, held_width, table_width; // cells, empty ones at the end too: of this row, of the held one,
                                           // of the header
    uint64_t held_line;
    wdm_arena held_arena, header_arena;
    size_t n_signed;   // signatures seen, as a bit set
    size_t n_unsigned; // rows before the first of them
    // what context lines said
    char *context[WDM_FIELD_N];
    // the record at hand
    const char *constants[WDM_FIELD_N]; // what headers, context and the form say
    wdm_record record;
    char analyte[TEXT_MAX];
    char sample_id[TEXT_MAX];
    char parts[SAMPLE_ID_FIELDS][TEXT_MAX];
    char unit[TEXT_MAX];
} reader;

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static wdm_rc tell_row(const reader *r, const wdm_csv_row *row, wdm_row_kind kind, wdm_err *err)
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

// ---- context

static void refresh_constants(reader *r)
{
    for (int f = 0; f < WDM_FIELD_N; f++) {
        const char *of_header = r->has_columns ? r->columns.fixed[f] : NULL;
        r->constants[f] = of_header != NULL       ? of_header
                          : r->context[f] != NULL ? r->context[f]
                                                  : or_empty(r->form->fixed[f]);
    }
}

static wdm_rc take_context(reader *r, const wdm_capture *captures, size_t n, wdm_err *err)
{
    for (size_t i = 0; i < n; i++) {
        const wdm_field field = wdm_field_of(captures[i].name, captures[i].name_len);
        char *text = NULL;
        if (field == WDM_FIELD_N)
            continue;
        text = wdm_alloc(captures[i].len + 1, 1);
        if (text == NULL)
            return wdm_err_nomem(err);
        memcpy(text, captures[i].text, captures[i].len);
        wdm_free(r->context[field]);
        r->context[field] = text;
    }
    return WDM_OK;
}

static void forget_context(reader *r, wdm_field field)
{
    wdm_free(r->context[field]);
    r->context[field] = NULL;
}

static bool names_field(const char *pattern, wdm_field field)
{
    wdm_capture names[CAPTURES_MAX];
    const size_t n = wdm_pattern_names(pattern, names, CAPTURES_MAX);
    for (size_t k = 0; k < n && k < CAPTURES_MAX; k++) {
        if (wdm_field_of(names[k].name, names[k].name_len) == field)
            return true;
    }
    return false;
}

// Forgets what earlier lines of this kind said: "Sample Name: B   Sample ID:" must not leave the number of A.
// Patterns of one kind begin alike, up to their first brace. A line with a data file begins another
// injection: nothing of the last one holds.
static void forget_earlier(reader *r, const char *pattern)
{
    const size_t prefix = strcspn(pattern, "{");
    const bool begins = names_field(pattern, WDM_FIELD_DATA_FILE);
    for (size_t i = 0; i < r->form->context.n; i++) {
        const char *other = r->form->context.items[i];
        const bool alike = strcspn(other, "{") == prefix && strncmp(pattern, other, prefix) == 0;
        for (int f = 0; f < WDM_FIELD_N && (alike || begins); f++) {
            if (names_field(other, (wdm_field)f))
                forget_context(r, (wdm_field)f);
        }
    }
}

// Whether the line says something to the rows below; *is_context tells. The first pattern that matches
// counts.
static wdm_rc read_context(reader *r, const char *line, bool *is_context, wdm_err *err)
{
    wdm_capture captures[CAPTURES_MAX];
    size_t n = 0;
    *is_context = false;
    for (size_t i = 0; i < r->form->context.n && !*is_context; i++) {
        if (!wdm_pattern_match(r->form->context.items[i], line, captures, CAPTURES_MAX, &n))
            continue;
        *is_context = true;
        forget_earlier(r, r->form->context.items[i]);
        wdm_rc rc = take_context(r, captures, n, err);
        if (rc != WDM_OK)
            return rc;
    }
    if (*is_context)
        refresh_constants(r);
    return WDM_OK;
}

static void note_signature(reader *r, const char *line)
{
    for (size_t i = 0; i < r->form->signature.n && i < 8 * sizeof r->n_signed; i++) {
        if (wdm_glob_match(r->form->signature.items[i], line))
            r->n_signed |= (size_t)1 << i;
    }
}

static bool is_signed(const reader *r)
{
    for (size_t i = 0; i < r->form->signature.n && i < 8 * sizeof r->n_signed; i++) {
        if ((r->n_signed & (size_t)1 << i) == 0)
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

static bool is_header_again(const reader *r, const wdm_csv_row *row)
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
static wdm_rc match_pair(reader *r, const wdm_csv_row *row, wdm_columns *found, size_t *fits, wdm_err *err)
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
static wdm_rc match_joined(reader *r, const wdm_csv_row *row, wdm_columns *found, size_t *fits, wdm_err *err)
{
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_rc rc = WDM_OK;
    const size_t n_over = r->n_held > 1 ? r->n_held : 0; // one cell: a line outside tables
    const size_t n = row->n > n_over ? row->n : n_over;  // the empty names at the end are cut off
    char **header = wdm_arena_alloc(&arena, n, sizeof *header);
    for (size_t i = 0; header != NULL && i < n; i++) {
        const char *over = i < n_over ? r->held[i] : "";
        const char *under = i < row->n ? row->fields[i] : "";
        char joined[TEXT_MAX];
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
static wdm_rc try_header(reader *r, const wdm_csv_row *row, bool *is_header, wdm_err *err)
{
    wdm_columns found = {0};
    wdm_err why = {WDM_OK, ""};
    size_t fits = 0;
    wdm_rc rc = WDM_OK;
    *is_header = false;
    if (!is_signed(r) || (r->form->header_rows == 2 && r->n_held == 0))
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
    refresh_constants(r);
    return copy_row(row, &r->header_arena, &r->header_cells, &r->n_header_cells, err);
}

// ---- records

// Sample number from the data file's name without folder and ending, where nothing else says it.
static void derive_sample_id(reader *r)
{
    const char *path = r->record.cells[WDM_FIELD_DATA_FILE];
    const char *base = path;
    const char *dot = NULL;
    if (r->record.cells[WDM_FIELD_SAMPLE_ID][0] != '\0' || path[0] == '\0')
        return;
    for (const char *p = path; *p != '\0'; p++) {
        if (*p == '/' || *p == '\\')
            base = p + 1;
    }
    dot = strrchr(base, '.');
    (void)snprintf(r->sample_id, sizeof r->sample_id, "%.*s",
                   (int)(dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base)), base);
    wdm_text_cut(r->sample_id);
    r->record.cells[WDM_FIELD_SAMPLE_ID] = wdm_text_trim(r->sample_id);
}

// What a sample's number says by the layout's patterns, for fields that nothing else says.
static void read_sample_id(reader *r)
{
    wdm_capture captures[CAPTURES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < r->form->sample_ids.n; i++) {
        if (!wdm_pattern_match(r->form->sample_ids.items[i], r->record.cells[WDM_FIELD_SAMPLE_ID], captures,
                               CAPTURES_MAX, &n))
            continue;
        for (size_t k = 0; k < n && k < SAMPLE_ID_FIELDS; k++) {
            const wdm_field field = wdm_field_of(captures[k].name, captures[k].name_len);
            if (field == WDM_FIELD_N || field == WDM_FIELD_SAMPLE_ID || r->record.cells[field][0] != '\0')
                continue;
            (void)snprintf(r->parts[k], sizeof r->parts[k], "%.*s", (int)captures[k].len, captures[k].text);
            r->record.cells[field] = r->parts[k];
        }
        return;
    }
}

static void read_sample_type(reader *r)
{
    const char *type = r->record.cells[WDM_FIELD_SAMPLE_TYPE];
    const char *to = NULL;
    if (type[0] != '\0') {
        to = wdm_layout_lookup(&r->form->sample_types, type);
    } else {
        for (size_t i = 0; i < r->form->sample_names.n && to == NULL; i++) {
            if (wdm_glob_match(r->form->sample_names.items[i].from, r->record.cells[WDM_FIELD_SAMPLE_ID]))
                to = r->form->sample_names.items[i].to;
        }
    }
    if (to == NULL)
        return;
    if (strcmp(to, "left_out") == 0) {
        r->record.left_out = "not a sample or control";
        return;
    }
    r->record.cells[WDM_FIELD_SAMPLE_TYPE] = to;
}

static bool is_known(const reader *r, const char *name)
{
    return wdm_layout_lookup(&r->form->analytes, name) != NULL ||
           (r->events->known.is_analyte != NULL && r->events->known.is_analyte(r->events->known.user, name));
}

// Whether one of the patterns cuts the name to an analyte that is known; r->analyte has it then.
static bool cut_mark(reader *r, const wdm_layout_texts *patterns, const char *name)
{
    for (size_t i = 0; i < patterns->n; i++) {
        wdm_capture captures[CAPTURES_MAX];
        size_t n = 0;
        if (!wdm_pattern_match(patterns->items[i], name, captures, CAPTURES_MAX, &n) || n == 0)
            continue;
        (void)snprintf(r->analyte, sizeof r->analyte, "%.*s", (int)captures[0].len, captures[0].text);
        if (is_known(r, r->analyte))
            return true;
    }
    return false;
}

static void read_analyte(reader *r)
{
    const wdm_form *form = r->form;
    const char *name = r->record.cells[WDM_FIELD_ANALYTE];
    if (form->internal_standards.n + form->qualifiers.n + form->quantifiers.n == 0 || is_known(r, name))
        return;
    if (cut_mark(r, &form->qualifiers, name))
        r->record.left_out = "qualifier";
    else if (cut_mark(r, &form->quantifiers, name))
        r->record.cells[WDM_FIELD_ANALYTE] = r->analyte;
    else if (wdm_layout_globs(&form->internal_standards, name))
        r->record.left_out = "internal standard";
}

// Controls are injected again and again under one name; their data files tell them apart.
static void tell_controls_apart(reader *r)
{
    const char *type = r->record.cells[WDM_FIELD_SAMPLE_TYPE];
    const char *name = r->record.cells[WDM_FIELD_SAMPLE_ID];
    const char *file = r->record.cells[WDM_FIELD_DATA_FILE];
    if (type[0] == '\0' || strcmp(type, "sample") == 0 || file[0] == '\0' || name == r->sample_id)
        return;
    (void)snprintf(r->sample_id, sizeof r->sample_id, "%.200s (%.250s)", name, file);
    wdm_text_cut(r->sample_id);
    r->record.cells[WDM_FIELD_SAMPLE_ID] = r->sample_id;
}

static void read_integration(reader *r)
{
    const char *mark = r->record.cells[WDM_FIELD_INTEGRATION];
    if (mark[0] != '\0')
        r->record.cells[WDM_FIELD_INTEGRATION] =
            wdm_layout_globs(&r->form->manual_marks, mark) ? "manual" : "";
}

static void leave_out_where(reader *r, const wdm_csv_row *row)
{
    const wdm_layout_pairs *where = &r->form->leave_out_where;
    for (size_t k = 0; k < where->n && r->record.left_out == NULL; k++) {
        const size_t at = r->columns.where[k];
        if (at < row->n && wdm_glob_match(where->items[k].to, row->fields[at]))
            r->record.left_out = "component that the layout leaves out";
    }
}

// A header that says one unit and a cell that says another contradict each other: neither is taken.
static void check_unit(reader *r, const wdm_column_group *group)
{
    const char *said = group->fixed[WDM_FIELD_UNIT] != NULL ? group->fixed[WDM_FIELD_UNIT]
                                                            : r->columns.fixed[WDM_FIELD_UNIT];
    const char *cell = r->record.cells[WDM_FIELD_UNIT];
    char folded[2][64];
    if (said == NULL)
        return;
    if (cell[0] == '\0') {
        r->record.cells[WDM_FIELD_UNIT] = said;
        return;
    }
    if (wdm_text_fold(said, folded[0], sizeof folded[0]) &&
        wdm_text_fold(cell, folded[1], sizeof folded[1]) && strcmp(folded[0], folded[1]) == 0)
        return;
    (void)snprintf(r->unit, sizeof r->unit, "%.60s in the header, %.60s in the row", said, cell);
    r->record.cells[WDM_FIELD_UNIT] = r->unit;
}

static void fill(wdm_record *record, const wdm_column_list *list, const wdm_csv_row *row)
{
    for (size_t i = 0; i < list->n; i++) {
        record->cells[list->items[i].field] =
            list->items[i].at < row->n ? row->fields[list->items[i].at] : "";
    }
}

static wdm_rc hand_on(reader *r, const wdm_csv_row *row, const wdm_column_group *group, wdm_err *err)
{
    wdm_record *record = &r->record;
    memcpy(record->cells, r->constants, sizeof record->cells);
    for (int f = 0; f < WDM_FIELD_N; f++) {
        if (group->fixed[f] != NULL)
            record->cells[f] = group->fixed[f];
    }
    fill(record, &r->columns.base, row);
    fill(record, &group->columns, row);
    record->line = row->line;
    record->column = group->label;
    record->weekday = group->weekday;
    record->no_value = !r->has_value;
    record->left_out = NULL;
    derive_sample_id(r);
    check_unit(r, group);
    if (r->form->kind == WDM_FORM_ASSAY) {
        read_sample_id(r);
        read_sample_type(r);
        tell_controls_apart(r);
        read_analyte(r);
        read_integration(r);
        leave_out_where(r, row);
    }
    if (record->left_out == NULL && record->cells[WDM_FIELD_VALUE][0] == '\0' && !record->no_value &&
        r->form->empty == WDM_EMPTY_LEFT_OUT)
        record->left_out = "empty cell";
    return r->events->record == NULL ? WDM_OK : r->events->record(r->events->user, record, err);
}

static wdm_rc read_data(reader *r, const wdm_csv_row *row, wdm_err *err)
{
    wdm_rc rc = tell_row(r, row, WDM_ROW_DATA, err);
    for (size_t g = 0; g < r->columns.n_groups && rc == WDM_OK; g++)
        rc = hand_on(r, row, &r->columns.groups[g], err);
    if (rc == WDM_OK && r->events->row_end != NULL)
        rc = r->events->row_end(r->events->user, err);
    return rc;
}

// ---- rows

static bool is_summary(const reader *r, const wdm_csv_row *row, const char *line)
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
static wdm_rc read_table_row(reader *r, const wdm_csv_row *row, const char *line, wdm_err *err)
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
static wdm_rc read_other_row(reader *r, const wdm_csv_row *row, const char *line, wdm_err *err)
{
    bool is_header = false;
    wdm_rc rc = WDM_OK;
    note_signature(r, line);
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
static wdm_rc read_header_or(reader *r, const wdm_csv_row *row, wdm_row_kind kind, wdm_err *err)
{
    bool is_header = false;
    wdm_rc rc = row->n > 2 ? try_header(r, row, &is_header, err) : WDM_OK;
    return rc == WDM_OK ? tell_row(r, row, is_header ? WDM_ROW_HEADER : kind, err) : rc;
}

// A file whose first lines have none of the form's signatures is none of its files; looking for headers would
// only cost time.
static bool is_hopeless(reader *r)
{
    return r->form->signature.n > 0 && r->n_signed == 0 && ++r->n_unsigned > UNSIGNED_MAX;
}

static wdm_rc on_row(void *user, const wdm_csv_row *raw, wdm_err *err)
{
    reader *r = user;
    char *fields[WDM_CSV_COLUMNS_MAX];
    char line[TEXT_MAX];
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
        note_signature(r, line);
    }
    rc = read_context(r, line, &is_context, err);
    if (rc != WDM_OK)
        return rc;
    if (is_context) {
        r->in_table = false; // a new block brings its header again
        r->n_before = 0;
        note_signature(r, line);
        return read_header_or(r, &row, WDM_ROW_AROUND, err);
    }
    if (r->is_ruler && row.n == 1) // a text table ends where lines are no longer cut
        r->in_table = false;
    if (r->in_table && !is_header_again(r, &row))
        return read_table_row(r, &row, line, err);
    return read_other_row(r, &row, line, err);
}

static reader *open_reader(const wdm_form *form, wdm_dialect dialect, const wdm_reader_events *events)
{
    reader *r = wdm_alloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->form = form;
    r->events = events;
    r->is_ruler = dialect.delimiter == '\0';
    refresh_constants(r);
    return r;
}

static void close_reader(reader *r)
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
    reader *r = open_reader(form, dialect, events);
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
    reader *r = open_reader(form, dialect, events);
    if (r == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n && rc == WDM_OK; i++)
        rc = on_row(r, &rows[i], err);
    close_reader(r);
    return rc;
}
