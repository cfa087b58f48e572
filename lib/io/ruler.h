// SPDX-License-Identifier: GPL-3.0-or-later
// Text tables under a ruler line, as OpenLab and ChemStation reports print them:
//
//     RetTime  Type    Area     Amount
//      [min]         [pA*s]    [ng/ul]
//     -------|------|--------|----------|
//       8.335 MF     10.97505  531.23458
#ifndef WDM_IO_RULER_H
#define WDM_IO_RULER_H

#include <stddef.h>

#include "base/err.h"
#include "io/csv.h"

typedef struct wdm_ruler wdm_ruler;

// A reader that calls fn for every row, blank lines left out:
// - a line outside tables is a row of one cell, the line without the blanks around it;
// - a ruler ('-' and '|' only, one '|' or more) makes the one or two lines directly above it the header rows.
//   They and the lines below are cut at the bars' places, counted in characters. Every row has as many cells
//   as the ruler has columns. A text that reaches into a bar's place stays whole with the column where it
//   begins or ends;
// - a line below the ruler whose text runs over a bar on both sides cannot be cut safely: it has one cell
//   more than the table, the last one is the whole line. (A header word goes to the column that holds more
//   of it.) Text to the right of a closing bar is such a cell too;
// - the table ends at a blank line, at the next ruler, and at a line like "Totals": it begins with something
//   else than a digit, left of where the table's first line begins (or at the same place, when that one
//   begins with a digit).
wdm_rc wdm_ruler_new(wdm_ruler **out, const char *name, wdm_csv_row_fn fn, void *user,
                     wdm_err *err) WDM_MUST_CHECK;
// Feeds UTF-8 bytes, in pieces of any size. NUL bytes and lines over 64 KiB are WDM_E_DATA with name:line.
wdm_rc wdm_ruler_feed(wdm_ruler *ruler, const char *bytes, size_t len, wdm_err *err) WDM_MUST_CHECK;
// Ends the input. cut: the text goes on, the line in hand is not complete and is left out.
wdm_rc wdm_ruler_finish(wdm_ruler *ruler, bool cut, wdm_err *err) WDM_MUST_CHECK;
void wdm_ruler_free(wdm_ruler *ruler);

#endif
