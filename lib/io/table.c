// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/csv.h"
#include "io/number.h"
#include "io/text.h"

static size_t column_index(const wdm_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        if (strcmp(table->columns[i].name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

static wdm_rc read_header(wdm_table *table, const wdm_csv_row *row, wdm_err *err)
{
    table->source = wdm_arena_alloc(&table->arena, row->n, sizeof *table->source);
    if (table->source == NULL)
        return wdm_err_nomem(err);
    table->n_source = row->n;
    for (size_t i = 0; i < row->n; i++) {
        const char *name = wdm_text_trim(row->fields[i]);
        size_t at = column_index(table, name);
        if (at == SIZE_MAX)
            return wdm_err_set(err, WDM_E_CONFIG,
                               "%s:%" PRIu64
                               ": %s: unknown column; config/README.md lists the columns of this table",
                               table->file, row->line, name[0] == '\0' ? "(empty)" : name);
        for (size_t k = 0; k < i; k++) {
            if (table->source[k] == at)
                return wdm_err_set(err, WDM_E_CONFIG, "%s:%" PRIu64 ": %s: the column stands twice",
                                   table->file, row->line, name);
        }
        table->source[i] = at;
    }
    for (size_t c = 0; c < table->n_columns; c++) {
        bool found = !table->columns[c].required;
        for (size_t i = 0; i < row->n && !found; i++)
            found = table->source[i] == c;
        if (!found)
            return wdm_err_set(err, WDM_E_CONFIG, "%s:%" PRIu64 ": %s: the column is missing", table->file,
                               row->line, table->columns[c].name);
    }
    return WDM_OK;
}

static wdm_rc on_row(void *user, const wdm_csv_row *row, wdm_err *err)
{
    wdm_table *table = user;
    const char **cells = NULL;
    if (table->source == NULL)
        return read_header(table, row, err);
    if (row->n != table->n_source)
        return wdm_err_set(err, WDM_E_CONFIG,
                           "%s:%" PRIu64
                           ": %zu cells where the header has %zu columns; is a comma missing or a text "
                           "with a comma unquoted?",
                           table->file, row->line, row->n, table->n_source);
    if (wdm_grow(&table->rows, &table->rows_cap, table->n_rows + 1, sizeof *table->rows, err) != WDM_OK)
        return WDM_E_NOMEM;
    cells = wdm_arena_alloc(&table->arena, table->n_columns, sizeof *cells);
    if (cells == NULL)
        return wdm_err_nomem(err);
    for (size_t c = 0; c < table->n_columns; c++)
        cells[c] = "";
    for (size_t i = 0; i < row->n; i++) {
        cells[table->source[i]] = wdm_arena_strdup(&table->arena, wdm_text_trim(row->fields[i]));
        if (cells[table->source[i]] == NULL)
            return wdm_err_nomem(err);
    }
    table->rows[table->n_rows++] = (wdm_table_row){row->line, cells};
    return WDM_OK;
}

wdm_rc wdm_table_read(wdm_table *table, const char *file, const char *bytes, size_t len,
                      const wdm_table_column *columns, size_t n_columns, wdm_err *err)
{
    size_t bad = 0;
    wdm_rc rc = WDM_OK;
    memset(table, 0, sizeof *table);
    table->file = file;
    table->columns = columns;
    table->n_columns = n_columns;
    if (!wdm_utf8_valid(bytes, len, &bad))
        return wdm_err_set(err, WDM_E_CONFIG, "%s: not valid UTF-8 at byte %zu; save it as UTF-8", file, bad);
    rc = wdm_csv_read(file, bytes, len, on_row, table, err);
    if (rc == WDM_E_DATA)
        rc = err->rc = WDM_E_CONFIG;
    if (rc == WDM_OK && table->source == NULL)
        rc = wdm_err_set(err, WDM_E_CONFIG, "%s: empty; at least the header line is needed", file);
    return rc;
}

void wdm_table_fini(wdm_table *table)
{
    wdm_free(table->rows);
    wdm_arena_fini(&table->arena);
    memset(table, 0, sizeof *table);
}

const char *wdm_table_cell(const wdm_table *table, size_t row, size_t column)
{
    return table->rows[row].cells[column];
}

wdm_rc wdm_table_error(const wdm_table *table, size_t row, size_t column, wdm_err *err, const char *fmt, ...)
{
    char message[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return wdm_err_set(err, WDM_E_CONFIG, "%s:%" PRIu64 ": %s: %s", table->file, table->rows[row].line,
                       table->columns[column].name, message);
}

wdm_rc wdm_table_number(const wdm_table *table, size_t row, size_t column, const double low_high_empty[3],
                        double *value, wdm_err *err)
{
    const char *cell = wdm_table_cell(table, row, column);
    const wdm_number_verdict verdict = wdm_number_parse(cell, value);
    if (verdict == WDM_NUMBER_EMPTY) {
        *value = low_high_empty[2];
        return WDM_OK;
    }
    if (verdict != WDM_NUMBER_OK)
        return wdm_table_error(table, row, column, err, "\"%s\" is not a number; %s", cell,
                               wdm_number_hint(verdict));
    if (*value < low_high_empty[0] || *value > low_high_empty[1])
        return wdm_table_error(table, row, column, err, "%s is outside the possible range %g to %g", cell,
                               low_high_empty[0], low_high_empty[1]);
    return WDM_OK;
}

wdm_rc wdm_table_day(const wdm_table *table, size_t row, size_t column, wdm_day if_empty, wdm_day *day,
                     wdm_err *err)
{
    const char *cell = wdm_table_cell(table, row, column);
    *day = if_empty;
    if (cell[0] != '\0' && !wdm_day_parse(cell, day))
        return wdm_table_error(table, row, column, err, "\"%s\" is not a date; write it as 2026-11-23", cell);
    return WDM_OK;
}

wdm_rc wdm_table_word(const wdm_table *table, size_t row, size_t column, const char *const *words, size_t n,
                      size_t if_empty, size_t *index, wdm_err *err)
{
    const char *cell = wdm_table_cell(table, row, column);
    char list[256] = "";
    if (cell[0] == '\0' && if_empty != SIZE_MAX) {
        *index = if_empty;
        return WDM_OK;
    }
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(list);
        if (strcmp(cell, words[i]) == 0) {
            *index = i;
            return WDM_OK;
        }
        (void)snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    return wdm_table_error(table, row, column, err, "\"%s\" is not known; write one of: %s", cell, list);
}
