// SPDX-License-Identifier: GPL-3.0-or-later
// The life cycle of an alert: what one judged week does to it. Pure.
//
// It rises at once and falls slowly: to a lower level only after better_weeks judged weeks in a row below its
// own, and then to the worst level of these weeks. It ends after close_weeks judged weeks without any level,
// counted by the rule in the data as they are now. A week that is judged again, with other data, replaces
// what it had said.
#ifndef WDM_WBE_ALERT_LIFE_H
#define WDM_WBE_ALERT_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "wbe/series_replay.h"

typedef enum wdm_alert_action {
    WDM_ALERT_NOTHING,
    WDM_ALERT_OPEN,    // a new alert
    WDM_ALERT_WORSE,   // higher level, or risen further: an acknowledged alert is open again
    WDM_ALERT_BETTER,  // lower level, still there
    WDM_ALERT_REPEAT,  // another week with a level, that of the alert or (hysteresis) a lower one
    WDM_ALERT_SEEN,    // the same week again: only last_seen moves
    WDM_ALERT_CLOSE,   // calm for long enough, or a level that has become the usual one
    WDM_ALERT_WITHDRAW // no week since it opened has a cause any more, in the data as they are now
} wdm_alert_action;

// What is kept of an alert between runs.
typedef struct wdm_alert_life {
    wdm_alert_level level;        // WDM_LEVEL_NONE: there is no open alert
    wdm_alert_level before_level; // as it was before level_week; WDM_LEVEL_NONE: not open then
    int32_t level_week;           // week that gave it its level
    int32_t event_week;           // of its newest event
    int32_t judged_week;          // the newest judged week since it opened
    int lower_weeks;              // judged weeks in a row, up to judged_week, with a lower level than its own
    wdm_alert_level lower_level;  // the worst of these
} wdm_alert_life;

typedef struct wdm_alert_facts {
    int32_t week;
    bool opening;          // this is still the week (or day) that opened it
    bool judged;           //
    wdm_alert_level level; // of the week
    bool may_open;         // the false-discovery limit lets it open; staying open does not need it
    bool risen;            // it has risen further on top of what is told, whatever its level
    bool held;             // an open fault at the site explains the week: the alert does not get worse by it
    bool no_cause;         // no week since it opened has a level, in the data as they are now
    bool new_level;        // the rule takes the raised level as the usual one from now on
    int below_weeks;       // judged weeks in a row without a level, up to this one
    int close_weeks;       // >= 1
    int better_weeks;      // >= 1
} wdm_alert_facts;

// Updates life and says what happened. Critical for a week, then notice for two, better_weeks 2: OPEN,
// REPEAT, BETTER. The same facts twice: the second time SEEN or NOTHING.
wdm_alert_action wdm_alert_step(const wdm_alert_facts *facts, wdm_alert_life *life);

// Whether an open fault of a site explains an alert: one of a drug at the same site that did not open before
// the fault began. site_key 0 (a region's alert) is not explained.
typedef struct wdm_alert_place {
    int64_t site_key, drug_key; // drug_key 0: none
    int32_t opened_week;
} wdm_alert_place;
bool wdm_alert_explains(const wdm_alert_place *fault, const wdm_alert_place *alert);

#endif
