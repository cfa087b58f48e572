// SPDX-License-Identifier: GPL-3.0-or-later
// From a file to records, by a layout: finds the header (again for each block), carries what the lines
// between tables say to the rows below, and makes one record of each value cell. Nothing is dropped: each row
// is handed on with what it is.
#ifndef WDM_IO_READER_H
#define WDM_IO_READER_H

#include "io/columns.h"
#include "io/csv.h"
#include "io/record.h"
#include "io/sheet.h"
#include "io/source.h"

// What a row of the file is.
typedef enum wdm_row_kind {
    WDM_ROW_AROUND,     // stands before, between or after tables: a title, a context line, another section
    WDM_ROW_HEADER,     // a header row
    WDM_ROW_DATA,       // records follow
    WDM_ROW_SUMMARY,    // a summary row that the layout names: left out
    WDM_ROW_BLANK,      // all cells are empty: left out
    WDM_ROW_WRONG_CELLS // more or fewer cells than the header, or a line where none is expected
} wdm_row_kind;

// Each function may be NULL. Anything but WDM_OK stops the reading and is returned.
typedef struct wdm_reader_events {
    void *user;
    // Each row, before its records. columns is NULL before the first header.
    wdm_rc (*row)(void *user, const wdm_csv_row *row, wdm_row_kind kind, const wdm_columns *columns,
                  wdm_err *err);
    // Each value cell. Borrowed until the function returns.
    wdm_rc (*record)(void *user, const wdm_record *record, wdm_err *err);
    // A row that was tried as a header and is none: how many of its columns fit, and why it is none.
    wdm_rc (*misfit)(void *user, const wdm_csv_row *row, size_t fits, const char *why, wdm_err *err);
    // The analytes: a name that is known is no internal standard, and only before one is a mark of a
    // quantifier or qualifier cut off ("MDMA 2", but not "496.5 / 257.1").
    wdm_known known;
    // The file's rows have empty cells beyond their header's, all of them; else such a row has a cell too
    // many.
    bool padded;
    // After the last record of a row.
    wdm_rc (*row_end)(void *user, wdm_err *err);
} wdm_reader_events;

// Reads the source by the form. limit: bytes of text, 0 = all.
wdm_rc wdm_reader_run(const wdm_form *form, wdm_dialect dialect, wdm_source *source, const char *name,
                      uint64_t limit, const wdm_reader_events *events, wdm_err *err) WDM_MUST_CHECK;

// The same over rows that were read before, by any dialect that gives them.
wdm_rc wdm_reader_rows(const wdm_form *form, wdm_dialect dialect, const wdm_csv_row *rows, size_t n,
                       const wdm_reader_events *events, wdm_err *err) WDM_MUST_CHECK;

#endif
