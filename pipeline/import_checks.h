// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of flow, collection time and population while a file is imported (docs/cmd/import.md). What is wrong
// becomes an issue of the row; what is only odd becomes a warning, and a flag of the stored field row.
#ifndef WDM_PIPELINE_IMPORT_CHECKS_H
#define WDM_PIPELINE_IMPORT_CHECKS_H

#include "data/intake.h"
#include "store/flow_history.h"

// The state of one file's import: the flow histories of its sites, read once, and what it touched.
typedef struct wdm_checks wdm_checks;

// All three are borrowed until wdm_checks_free; NULL may be freed.
wdm_rc wdm_checks_new(wdm_checks **out, wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                      wdm_err *err) WDM_MUST_CHECK;
void wdm_checks_free(wdm_checks *checks);

// A field row that is not stored yet, before it is: collection time (composite_hours), flow against the
// site's history (slip of digits: flow_ten_times, a refusal unless the record's note confirms it;
// flow_unusual), rain (wet_weather), a sample's flow against the whole day's (flow_contradicts_day), the
// sheet's population against the table's (population_disagrees). Sets row->flags. WDM_E_DATA: the row is
// refused, the issue is on in's list.
wdm_rc wdm_check_field(wdm_checks *checks, const wdm_intake *in, const wdm_record *record, wdm_field_row *row,
                       wdm_err *err) WDM_MUST_CHECK;
// The same of an assay row: of samples only, collection time said once a sample, and the flow that came along
// unless it is stored already.
wdm_rc wdm_check_assay(wdm_checks *checks, const wdm_intake *in, const wdm_record *record, wdm_assay_row *row,
                       bool flow_is_stored, wdm_err *err) WDM_MUST_CHECK;

// Once, when all rows of the file are in the store and before the commit: population from each marker, P = C
// Q / per capita load, against the table's. One warning (marker_disagrees) a site and marker, with both
// numbers.
wdm_rc wdm_check_markers(wdm_checks *checks, const wdm_intake *in, wdm_err *err) WDM_MUST_CHECK;

// Sites whose flows could not be judged for want of earlier ones.
int64_t wdm_checks_n_unjudged(const wdm_checks *checks);

#endif
