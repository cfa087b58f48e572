// SPDX-License-Identifier: GPL-3.0-or-later
// Which column of a file is which field, found from its header by the rules of a layout's form.
#ifndef WDM_IO_COLUMNS_H
#define WDM_IO_COLUMNS_H

#include "io/layout.h"

typedef struct wdm_column {
    wdm_field field;
    size_t at;
    size_t
        rank; // place of its header among those that the layout lists for the field; the first is preferred
} wdm_column;

typedef struct wdm_column_list {
    wdm_column *items;
    size_t n, cap;
} wdm_column_list;

// Columns that make one record of each row: those of an analyte (or, where rows are analytes, of a sample).
typedef struct wdm_column_group {
    wdm_column_list columns;
    const char *label;              // header of the value column as the file spells it, for messages
    const char *fixed[WDM_FIELD_N]; // what the header itself says, e.g. analyte and unit; NULL: nothing
    int weekday;                    // of a weekday column, else 0
} wdm_column_group;

typedef struct wdm_columns {
    const wdm_form *form;
    wdm_column_list base;           // columns of the whole row
    const char *fixed[WDM_FIELD_N]; // what their headers say, e.g. the unit of the flow
    wdm_column_group *groups;       // at least one
    size_t n_groups, groups_cap;
    size_t n_header; // columns of the header
    size_t n_unread; // columns that the layout does not name
    size_t *where;   // column of each of the form's leave_out_where; SIZE_MAX: the file does not have it
    wdm_arena arena;
} wdm_columns;

// A header as it stands: the row of group headers (NULL for forms with one header row) and that of column
// headers, both of n cells.
typedef struct wdm_header {
    char *const *top;
    char *const *cells;
    size_t n;
} wdm_header;

// Who knows the names of analytes. NULL function: none is known.
typedef struct wdm_known {
    bool (*is_analyte)(void *user, const char *name);
    void *user;
} wdm_known;

// Matches a header. A value column of the bare pattern "{analyte}" is taken only where its header is an
// analyte that is known. WDM_E_DATA tells the first thing that does not fit (a missing column, an unknown
// one, one that stands twice); *fits is the number of columns that do. Call wdm_columns_fini in any case.
wdm_rc wdm_columns_match(wdm_columns *columns, const wdm_form *form, const wdm_header *header,
                         const wdm_known *known, size_t *fits, wdm_err *err) WDM_MUST_CHECK;
void wdm_columns_fini(wdm_columns *columns);
// Whether the file says the field: in a column, a header or a constant of the form.
bool wdm_columns_have(const wdm_columns *columns, wdm_field field);

#endif
