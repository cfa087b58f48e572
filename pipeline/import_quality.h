// SPDX-License-Identifier: GPL-3.0-or-later
// Laboratory quality control of the import: takes each stored row, judges the batch at its end, prints the
// table of the summary. All inside the import's transaction. docs/quality.md describes every rule.
#ifndef WDM_PIPELINE_IMPORT_QUALITY_H
#define WDM_PIPELINE_IMPORT_QUALITY_H

#include "stage.h"
#include "store/batch_store.h"

typedef struct wdm_quality wdm_quality;

// store, config and batch are borrowed and must outlive it.
wdm_rc wdm_quality_new(wdm_quality **out, wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                       wdm_err *err) WDM_MUST_CHECK;
void wdm_quality_free(wdm_quality *quality);

// A row that was stored, corrected or found the same (not one in conflict), after it was put. A sample's row
// without instrument measures costs next to nothing; every other is kept in the store for the judgement.
wdm_rc wdm_quality_take(wdm_quality *quality, const wdm_assay_row *row, wdm_err *err) WDM_MUST_CHECK;
// After the last row: judges and writes the findings.
wdm_rc wdm_quality_finish(wdm_quality *quality, wdm_err *err) WDM_MUST_CHECK;

// Appends the table "QC recovery blank duplicate ..." for people; nothing when the batch has no quality
// control.
void wdm_quality_print(const wdm_quality *quality, bool verbose, wdm_buf *out);

#endif
