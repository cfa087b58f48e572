// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/store: which rows the batch in hand repeats, kept beside the store while it is imported.
#ifndef WDM_STORE_MISSING_PARTS_H
#define WDM_STORE_MISSING_PARTS_H

#include "store/db.h"

// Forgets what the batch before repeated; wanted: this one may correct another, so its rows are noted.
wdm_rc wdm_missing_begin(wdm_store *store, bool wanted, wdm_err *err) WDM_MUST_CHECK;
// The stored row that the batch has too. key: site, day, analyte, sample, method, replicate.
wdm_rc wdm_missing_note_result(wdm_store *store, const int64_t key[6], wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_missing_note_field(wdm_store *store, int64_t site, wdm_day day, const char *sample_id,
                              wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_missing_note_load(wdm_store *store, const char *kind, const char *place, wdm_day day,
                             int64_t analyte, wdm_err *err) WDM_MUST_CHECK;

#endif
