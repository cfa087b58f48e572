// SPDX-License-Identifier: GPL-3.0-or-later
// Events of alerts, and what each rests on: the result rows behind it, the checks made. Readers hand over one
// row at a time; what it points to lives until the callback returns.
#ifndef WDM_STORE_ALERT_EVENT_STORE_H
#define WDM_STORE_ALERT_EVENT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "store/store.h"

typedef struct wdm_alert_event {
    int64_t event_id;
    int64_t alert_id;
    int64_t run_id;
    wdm_day as_of;
    const char
        *event; // opened, worse, better, repeated, acknowledged, closed, withdrawn, inhibited, released
    const char
        *cause; // of an end: calm, over, new_level; corrected, undone, quality, rule, estimates; else ""
    const char *level;
    int32_t week;
    double value, lo95, hi95, threshold, baseline, factor, probability; // NaN: none
    const char *rule; // the row of alerts.csv in force, "rule_id=...;family=...;..."
    const char *reason, *reason_zh;
} wdm_alert_event;

// event->event_id is given out. NULL texts are stored as "".
wdm_rc wdm_store_add_alert_event(wdm_store *store, wdm_alert_event *event, wdm_err *err) WDM_MUST_CHECK;
typedef wdm_rc (*wdm_alert_event_fn)(void *context, const wdm_alert_event *event, wdm_err *err);
// Of an alert, in order.
wdm_rc wdm_store_each_alert_event(wdm_store *store, int64_t alert_id, wdm_alert_event_fn fn, void *context,
                                  wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_event_check {
    int64_t event_id;
    const char *check_id, *verdict, *text, *text_zh;
} wdm_event_check;
wdm_rc wdm_store_add_event_check(wdm_store *store, const wdm_event_check *check, wdm_err *err) WDM_MUST_CHECK;
typedef wdm_rc (*wdm_event_check_fn)(void *context, const wdm_event_check *check, wdm_err *err);
// Of an alert's events, in their order.
wdm_rc wdm_store_each_event_check(wdm_store *store, int64_t alert_id, wdm_event_check_fn fn, void *context,
                                  wdm_err *err) WDM_MUST_CHECK;

// Which results an event rests on: those that count (in force, not failed, collected by as_of) of the analyte
// at the place from first to last day; with published loads beside the assay rows.
typedef struct wdm_event_scope {
    int64_t event_id;
    bool of_region;         // published loads of a region, which has no assay rows of its own
    const char *place_id;   // site_id or region_id
    const char *analyte_id; // "": every analyte
    wdm_day first, last, as_of;
} wdm_event_scope;
wdm_rc wdm_store_add_event_results(wdm_store *store, const wdm_event_scope *scope,
                                   wdm_err *err) WDM_MUST_CHECK;

// site_id of a key, in the arena; "" when there is no such site.
wdm_rc wdm_store_site_id(wdm_store *store, int64_t site_key, wdm_arena *arena, const char **site_id,
                         wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_event_result {
    int64_t event_id;
    const char *place_id; // site_id or region_id
    wdm_day day;
    const char *analyte_id, *sample_id; // sample_id "" of a published load
    double value;                       // NaN when below the limit
    double limit;                       // LOQ, or the limit of a published load; NaN: none
    const char *unit;                   // ng/L, or mg/d/1000 of a published load
    int revision;
    const char *batch, *file;
    int64_t line;
    const char *state; // in force, undone, corrected, failed: as it is now
} wdm_event_result;
typedef wdm_rc (*wdm_event_result_fn)(void *context, const wdm_event_result *result, wdm_err *err);
// Of an alert's events, by event, place, day, analyte, sample.
wdm_rc wdm_store_each_event_result(wdm_store *store, int64_t alert_id, wdm_event_result_fn fn, void *context,
                                   wdm_err *err) WDM_MUST_CHECK;

// What has become of the rows behind an alert since.
typedef struct wdm_behind {
    int64_t all, undone, corrected, failed; // each row counts once, in this order
    const char *batch;                      // one that was undone, else one that corrected
    const char *codes;                      // of the failed ones
    const char *rule;                       // of its newest event that has one
} wdm_behind;
wdm_rc wdm_store_alert_behind(wdm_store *store, int64_t alert_id, wdm_arena *arena, wdm_behind *out,
                              wdm_err *err) WDM_MUST_CHECK;

// Alerts that were withdrawn for the cause on or after the day and of which no newer one of the same rule and
// series is open.
wdm_rc wdm_store_count_withdrawn(wdm_store *store, const char *cause, wdm_day since, int64_t *count,
                                 wdm_err *err) WDM_MUST_CHECK;

#endif
