// SPDX-License-Identifier: GPL-3.0-or-later
// Silences: who does not want messages about what, until when, and why. A silence stops messages only: alerts
// go on, are listed and counted. Lists grow by base/mem.h and are freed with wdm_free(list.rows); texts live
// in the caller's arena.
#ifndef WDM_STORE_SILENCE_STORE_H
#define WDM_STORE_SILENCE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "data/config.h"
#include "store/alert_store.h"
#include "store/store.h"

// A silence lasts at most so many days, the first and the last included.
enum { WDM_SILENCE_MAX_DAYS = 366 };

typedef struct wdm_silence {
    int64_t silence_id;
    int64_t run_id;
    const char *author, *reason;
    wdm_day created;
    wdm_day starts, ends; // as-of dates, both included
    int64_t alert_id;     // 0: any
    // "" = any. region_id: its sites, its own alerts, and those of the regions inside it.
    const char *site_id, *region_id, *drug_id, *rule_id, *family;
    wdm_day ended; // ended early on this as-of date, which is not silenced any more; WDM_DAY_NONE: was not
    const char *ended_by;
} wdm_silence;

typedef struct wdm_silences {
    wdm_silence *rows;
    size_t n, cap;
} wdm_silences;

// All silences, by silence_id.
wdm_rc wdm_store_load_silences(wdm_store *store, wdm_arena *arena, wdm_silences *out,
                               wdm_err *err) WDM_MUST_CHECK;
// silence_id is given out.
wdm_rc wdm_store_add_silence(wdm_store *store, wdm_silence *silence, wdm_err *err) WDM_MUST_CHECK;
// WDM_E_DATA: there is no such silence, it was ended before, its last day is before that date, or it was
// added after it.
wdm_rc wdm_store_end_silence(wdm_store *store, int64_t silence_id, const char *by, wdm_day as_of,
                             wdm_err *err) WDM_MUST_CHECK;

// What an alert is, as far as a silence asks. "" where it has none.
typedef struct wdm_silence_subject {
    int64_t alert_id;
    const char *site_id, *region_id, *drug_id, *rule_id, *family;
} wdm_silence_subject;

// Of an alert as it is stored; the texts are the alert's.
wdm_silence_subject wdm_silence_subject_of(const wdm_alert *alert);

// Whether the silence is in force on the day and each part of its scope fits. Pure.
bool wdm_silence_covers(const wdm_config *config, const wdm_silence *silence,
                        const wdm_silence_subject *subject, wdm_day day);
// Of those that cover it the one that lasts longest; NULL: it is not silenced.
const wdm_silence *wdm_silences_find(const wdm_silences *silences, const wdm_config *config,
                                     const wdm_silence_subject *subject, wdm_day day);

#endif
