// SPDX-License-Identifier: GPL-3.0-or-later
// Which layout a file has, by its header; and what the whole file says about its decimal sign and its dates
// where the layout leaves that open. One decision for a file, none for a cell, and each is told.
#ifndef WDM_IO_RECOGNISE_H
#define WDM_IO_RECOGNISE_H

#include "base/buf.h"
#include "io/number.h"
#include "io/reader.h"

typedef struct wdm_recognised {
    const wdm_layout *layout;
    const wdm_form *form;
    wdm_dialect dialect;
    wdm_known known;
    uint64_t header_line;
    size_t n_columns, n_unread;
    bool padded;         // every row has empty cells beyond the header's
    bool unit_by_layout; // a column of values says no unit; the layout declares it
    wdm_number_style numbers;
    wdm_date_order dates;
    bool numbers_by_evidence, dates_by_evidence; // not by the layout: the report must say so
    bool serial_dates; // the head has dates that are serial numbers of a spreadsheet: likewise
} wdm_recognised;

// Among what a file is to be recognised.
typedef struct wdm_candidates {
    const wdm_layout *layouts;
    size_t n;
    const char *only; // NULL, or the one name to try
    wdm_known known;  // analytes, for columns that are named by nothing else
} wdm_candidates;

// Finds the one layout whose header the file has. WDM_E_DATA: none fits (what is missing in each that comes
// near), or several do (their names).
wdm_rc wdm_recognise(const wdm_candidates *candidates, wdm_source *source, const char *name,
                     wdm_recognised *found, wdm_err *err) WDM_MUST_CHECK;

// Reads the whole file for the decimal sign and the order of slashed dates where the layout says "auto".
// dates: UNKNOWN, or what the user said. WDM_E_DATA when the file contradicts itself; both lines are named.
wdm_rc wdm_recognise_cells(wdm_recognised *found, wdm_date_order dates, wdm_source *source, const char *name,
                           wdm_err *err) WDM_MUST_CHECK;

#endif
