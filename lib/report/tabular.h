// SPDX-License-Identifier: GPL-3.0-or-later
// A table of cells printed for people (aligned), as CSV, or as JSON lines. Numbers print so that reading them
// back gives the same double; NaN is empty (CSV) or null (JSON).
#ifndef WDM_REPORT_TABULAR_H
#define WDM_REPORT_TABULAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"

typedef enum wdm_tabular_format { WDM_FORMAT_TABLE, WDM_FORMAT_CSV, WDM_FORMAT_JSONL } wdm_tabular_format;

typedef enum wdm_cell_kind { WDM_CELL_EMPTY, WDM_CELL_TEXT, WDM_CELL_NUMBER, WDM_CELL_INTEGER } wdm_cell_kind;

typedef struct wdm_cell {
    wdm_cell_kind kind;
    const char *text;
    double number;
    int64_t integer;
} wdm_cell;

typedef struct wdm_tabular {
    const char *const *columns; // borrowed
    size_t n_columns;
    wdm_cell *cells; // row by row
    size_t n_cells, cap;
    wdm_arena arena;
    wdm_rc rc; // sticky
} wdm_tabular;

void wdm_tabular_init(wdm_tabular *table, const char *const *columns, size_t n_columns);
void wdm_tabular_fini(wdm_tabular *table);
// Append the next cell. Text is copied; NULL or "" is empty. A day is an ISO date, WDM_DAY_NONE empty.
void wdm_tabular_text(wdm_tabular *table, const char *text);
void wdm_tabular_number(wdm_tabular *table, double number);
void wdm_tabular_integer(wdm_tabular *table, int64_t integer);
void wdm_tabular_day(wdm_tabular *table, wdm_day day);
// Writes the whole table. WDM_E_INTERNAL when the last row is not complete.
wdm_rc wdm_tabular_write(const wdm_tabular *table, wdm_tabular_format format, wdm_buf *out,
                         wdm_err *err) WDM_MUST_CHECK;

#endif
