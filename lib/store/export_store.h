// SPDX-License-Identifier: GPL-3.0-or-later
// Exports: named tables with fixed columns (docs/cmd/export.md). Other programs rely on names and order.
#ifndef WDM_STORE_EXPORT_STORE_H
#define WDM_STORE_EXPORT_STORE_H

#include "store/store.h"

enum { WDM_EXPORT_COLUMNS_MAX = 80 };

typedef enum wdm_export_kind {
    WDM_EXPORT_NULL,
    WDM_EXPORT_TEXT,
    WDM_EXPORT_REAL,
    WDM_EXPORT_INTEGER
} wdm_export_kind;
typedef struct wdm_export_cell {
    wdm_export_kind kind;
    const char *text;
    double real;
    int64_t integer;
} wdm_export_cell;

// A SELECT that can be read column by column.
typedef struct wdm_export {
    wdm_store *store;
    void *stmt;
    bool none; // a filter was given that the table does not have
    size_t n_columns;
    const char *columns[WDM_EXPORT_COLUMNS_MAX];
} wdm_export;

typedef struct wdm_export_filter {
    const char *site_id, *drug_id, *iso_week; // NULL: all
    const char *batch;                        // name; for batches, rejects and audit
    const char *region_id, *scale, *period;   // for region and period; a table without them gives no rows
} wdm_export_filter;

// Names of the tables, NULL-terminated.
extern const char *const wdm_export_names[];

// WDM_E_USAGE for an unknown name.
wdm_rc wdm_export_open(wdm_store *store, const char *name, const wdm_export_filter *filter,
                       wdm_export *export, wdm_err *err) WDM_MUST_CHECK;
// The next row's cells (n_columns of them, borrowed until the next call); *row is false at the end.
wdm_rc wdm_export_next(wdm_export *export, wdm_export_cell *cells, bool *row, wdm_err *err) WDM_MUST_CHECK;

#endif
