// SPDX-License-Identifier: GPL-3.0-or-later
// Dry run: the difference of a file against the store, row by row, on standard output.
#ifndef WDM_PIPELINE_IMPORT_DIFF_H
#define WDM_PIPELINE_IMPORT_DIFF_H

#include "import_rows.h"

// What would become of a record. put: NULL for one that is rejected or left out.
void wdm_import_diff(const wdm_importer *im, const wdm_record *record, const wdm_put *put);

#endif
