// SPDX-License-Identifier: GPL-3.0-or-later
// The table alert; its events are store/alert_event_store.h. An alert row changes in place, each change of
// its level or state is an event. Readers hand over one row at a time; what it points to lives until the
// callback returns.
#ifndef WDM_STORE_ALERT_STORE_H
#define WDM_STORE_ALERT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "store/store.h"
#include "wbe/alert_life.h"

enum { WDM_ALERT_NO_QUANTITY = -1 };

typedef struct wdm_alert {
    int64_t alert_id;
    int64_t site_key;                             // 0: none (a region's alert)
    int64_t drug_key;                             // 0: none
    int64_t biomarker_key;                        // 0: none
    const char *site_id, *drug_id, *biomarker_id; // "" for none; not used when written
    const char *region_id;                        // "" for a site's alert
    int quantity;                                 // wdm_quantity or WDM_ALERT_NO_QUANTITY
    const char *rule_id, *family, *level;
    const char *state;         // open, acknowledged, closed, withdrawn
    wdm_day opened, last_seen; // as-of dates
    wdm_day closed;            // of the end, withdrawn or closed; WDM_DAY_NONE while there is none
    int32_t weeks;             // since the episode began, in calendar weeks
    double value, lo95, hi95;  // of the newest judged week that the alert was seen in; NaN: not known
    double threshold, baseline, factor, probability;
    const char *reason, *reason_zh;
    const char *acknowledged_by, *acknowledged_note;
    bool inhibits;             // while it is open it explains those of the site's drugs
    int64_t inhibited_by;      // the alert that explains this one; 0: none
    bool one_off;              // it ended after it had been seen in one week only
    const char *group_key;     // alerts that one message may tell together
    int64_t previous_alert_id; // one of the same rule and series that had ended shortly before; 0: none
    wdm_alert_life life;       // level_week and before_level are read from its events
    int32_t opened_week;       // of its first event; read only
} wdm_alert;

// An alert of the same rule and series that opens within so many days after the end of one names that one.
enum { WDM_ALERT_FLAPPING_DAYS = 56 };

typedef wdm_rc (*wdm_alert_fn)(void *context, const wdm_alert *alert, wdm_err *err);
// By alert_id, those that another one explains after it. only_open: those that are open or acknowledged.
wdm_rc wdm_store_each_alert(wdm_store *store, bool only_open, wdm_alert_fn fn, void *context,
                            wdm_err *err) WDM_MUST_CHECK;

// alert->alert_id and previous_alert_id are given out. A second open alert of a rule on a series is refused
// by the schema (WDM_E_INTERNAL).
wdm_rc wdm_store_add_alert(wdm_store *store, wdm_alert *alert, wdm_err *err) WDM_MUST_CHECK;
// Everything but the keys, opened and the acknowledgement.
wdm_rc wdm_store_update_alert(wdm_store *store, const wdm_alert *alert, wdm_err *err) WDM_MUST_CHECK;
// Weeks in which it was seen: those of its events that tell of a level.
wdm_rc wdm_store_alert_seen_weeks(wdm_store *store, int64_t alert_id, int64_t *weeks,
                                  wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_acknowledgement {
    int64_t alert_id;
    const char *by, *note;
    wdm_day as_of;
    int64_t run_id;
} wdm_acknowledgement;
// WDM_E_DATA when there is no such alert or it is not open; an acknowledged one may be acknowledged again.
wdm_rc wdm_store_acknowledge(wdm_store *store, const wdm_acknowledgement *ack, wdm_err *err) WDM_MUST_CHECK;

// Whether the alert's series has a weekly estimate of the factor set in the week that opened it or a later
// one; true of an alert that is on no series (data quality).
wdm_rc wdm_store_alert_has_data(wdm_store *store, const wdm_alert *alert, const char *factor_set, bool *has,
                                wdm_err *err) WDM_MUST_CHECK;

// Number of open and acknowledged alerts of that level that no fault explains.
wdm_rc wdm_store_count_alerts(wdm_store *store, const char *level, int64_t *count,
                              wdm_err *err) WDM_MUST_CHECK;

#endif
