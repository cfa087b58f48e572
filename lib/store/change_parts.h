// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/store: noting what a run changes of what estimates read (migration 0008). Everything that
// writes such rows calls one of these in the same transaction; the run is the one that was started last.
//
// What must be noted where: the site-day of a row that is added, and of each revision that it supersedes; a
// sample of no site by its key (where it counts is looked up when estimates are made); the rows that a
// finding of quality control covers, when the finding appears, and when the row that it is about gives way;
// the whole site when its population changes. Undoing a batch notes again what its import noted, and what its
// findings cover.
#ifndef WDM_STORE_CHANGE_PARTS_H
#define WDM_STORE_CHANGE_PARTS_H

#include "store/db.h"

// All days of a site, in place of a day.
enum { WDM_CHANGE_ALL_DAYS = -1000000000 };

// Forgets which site-days the run before had noted. Called when a run starts.
void wdm_change_begin(wdm_store *store);
wdm_rc wdm_change_note(wdm_store *store, int64_t site_key, wdm_day day, wdm_err *err) WDM_MUST_CHECK;
// A sample of no site.
wdm_rc wdm_change_note_sample(wdm_store *store, int64_t sample_key, wdm_err *err) WDM_MUST_CHECK;
// Everything under the natural key of a result gives way to a new revision: its days, and what the findings
// about it cover. key: site, laboratory, analyte.
wdm_rc wdm_change_note_superseded(wdm_store *store, const int64_t key[3], const char *sample_id,
                                  const char *sample_type, wdm_err *err) WDM_MUST_CHECK;
// What the findings after finding_id of the batch cover of other batches, unless the same finding stood there
// before.
wdm_rc wdm_change_note_findings(wdm_store *store, int64_t batch_id, int64_t finding_id,
                                wdm_err *err) WDM_MUST_CHECK;
// The batch no longer counts.
wdm_rc wdm_change_note_undo(wdm_store *store, int64_t batch_id, wdm_err *err) WDM_MUST_CHECK;

#endif
