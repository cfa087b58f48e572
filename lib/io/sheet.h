// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of cells of a source: separated by a delimiter, or a text table under a ruler line.
#ifndef WDM_IO_SHEET_H
#define WDM_IO_SHEET_H

#include <stdint.h>

#include "base/err.h"
#include "io/csv.h"
#include "io/source.h"

// Calls fn for every row; blank lines are left out. name appears in messages ("name:line: ..."). limit: bytes
// of text, 0 for all; where it cuts the text, the line that is cut is left out, and a quote that is open
// there is no error. dialect.delimiter 0 reads text tables as io/ruler.h describes. Failures: those of
// wdm_source_each, wdm_csv_feed, wdm_csv_finish, wdm_ruler_feed and of fn.
wdm_rc wdm_sheet_read(wdm_source *source, const char *name, wdm_dialect dialect, uint64_t limit,
                      wdm_csv_row_fn fn, void *user, wdm_err *err) WDM_MUST_CHECK;

#endif
