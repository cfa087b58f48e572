// SPDX-License-Identifier: GPL-3.0-or-later
// The tables alert and alert_event. An alert row changes in place; each change of its level or state is an
// event. Readers hand over one row at a time; what it points to lives until the callback returns.
#ifndef WDM_STORE_ALERT_STORE_H
#define WDM_STORE_ALERT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "store/store.h"

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
    const char *reason;
    const char *acknowledged_by, *acknowledged_note;
    int32_t opened_week; // of its first and newest event; read only
    int32_t event_week;
} wdm_alert;

typedef struct wdm_alert_event {
    int64_t alert_id;
    int64_t run_id;
    wdm_day as_of;
    const char *event; // opened, worse, better, repeated, acknowledged, closed, withdrawn
    const char *level;
    int32_t week;
    double value, threshold, probability;
    const char *reason;
} wdm_alert_event;

typedef wdm_rc (*wdm_alert_fn)(void *context, const wdm_alert *alert, wdm_err *err);
// By alert_id. only_open: those that are open or acknowledged.
wdm_rc wdm_store_each_alert(wdm_store *store, bool only_open, wdm_alert_fn fn, void *context,
                            wdm_err *err) WDM_MUST_CHECK;

// alert->alert_id is given out.
wdm_rc wdm_store_add_alert(wdm_store *store, wdm_alert *alert, wdm_err *err) WDM_MUST_CHECK;
// Everything but the keys, opened and the acknowledgement.
wdm_rc wdm_store_update_alert(wdm_store *store, const wdm_alert *alert, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_add_alert_event(wdm_store *store, const wdm_alert_event *event, wdm_err *err) WDM_MUST_CHECK;

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

// Number of open and acknowledged alerts of that level.
wdm_rc wdm_store_count_alerts(wdm_store *store, const char *level, int64_t *count,
                              wdm_err *err) WDM_MUST_CHECK;

#endif
