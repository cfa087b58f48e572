// SPDX-License-Identifier: GPL-3.0-or-later
// What changed since estimates were made: the site-days whose estimates may differ now (migration 0008 says
// who notes them).
#ifndef WDM_STORE_CHANGE_STORE_H
#define WDM_STORE_CHANGE_STORE_H

#include "base/date.h"
#include "store/store.h"

// day WDM_DAY_NONE: every day of the site. site_id is borrowed until the callback returns.
typedef wdm_rc (*wdm_changed_fn)(void *user, const char *site_id, wdm_day day, wdm_err *err);

// Since which run, and as of which date then and now.
typedef struct wdm_changes_since {
    int64_t run_id;
    wdm_day was_as_of, as_of;
} wdm_changes_since;

// Each changed site-day once, in the order of site and day:
//  - what a run after run_id noted: rows added, corrected, taken back, moved, judged anew;
//  - where samples of no site count or might count whose rows, or whose field rows, were noted: all site-days
//    of field rows with their sample_id, in force or not;
//  - samples whose collection ended between the two dates.
// A superset: a site-day may be named that gives the same estimates as before. Needs a transaction.
wdm_rc wdm_store_each_changed(wdm_store *store, const wdm_changes_since *since, wdm_changed_fn fn, void *user,
                              wdm_err *err) WDM_MUST_CHECK;

#endif
