// SPDX-License-Identifier: GPL-3.0-or-later
// A config table: CSV with a header of known columns. Unknown, missing or repeated columns are errors that
// name file and line, and so are cells that do not hold what the column is for.
#ifndef WDM_IO_TABLE_H
#define WDM_IO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

typedef struct wdm_table_column {
    const char *name;
    bool required; // the column must be there; an optional one reads as empty when it is not
} wdm_table_column;

typedef struct wdm_table_row {
    uint64_t line;
    const char *const *cells; // in the order of the column list; "" when empty
} wdm_table_row;

typedef struct wdm_table {
    const char *file;
    const wdm_table_column *columns;
    size_t n_columns;
    wdm_table_row *rows;
    size_t n_rows;
    size_t rows_cap;
    size_t *source; // source[k]: index in columns of the file's k-th column; used while reading
    size_t n_source;
    wdm_arena arena;
} wdm_table;

// Reads the CSV bytes. columns is borrowed and must outlive the table, as must file.
wdm_rc wdm_table_read(wdm_table *table, const char *file, const char *bytes, size_t len,
                      const wdm_table_column *columns, size_t n_columns, wdm_err *err) WDM_MUST_CHECK;
void wdm_table_fini(wdm_table *table);

// Cell accessors: row is an index, column an index into the column list.
const char *wdm_table_cell(const wdm_table *table, size_t row, size_t column);
// A number in [low, high]; an empty cell gives if_empty (NaN for "not known").
wdm_rc wdm_table_number(const wdm_table *table, size_t row, size_t column, const double low_high_empty[3],
                        double *value, wdm_err *err) WDM_MUST_CHECK;
// An ISO date; an empty cell gives if_empty.
wdm_rc wdm_table_day(const wdm_table *table, size_t row, size_t column, wdm_day if_empty, wdm_day *day,
                     wdm_err *err) WDM_MUST_CHECK;
// One of n words; *index is its place. An empty cell gives if_empty (or an error when that is SIZE_MAX).
wdm_rc wdm_table_word(const wdm_table *table, size_t row, size_t column, const char *const *words, size_t n,
                      size_t if_empty, size_t *index, wdm_err *err) WDM_MUST_CHECK;
// Fills err: "file:line: column: <message>", code WDM_E_CONFIG.
wdm_rc wdm_table_error(const wdm_table *table, size_t row, size_t column, wdm_err *err, const char *fmt, ...)
    WDM_PRINTF(5, 6);

#endif
