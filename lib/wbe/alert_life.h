// SPDX-License-Identifier: GPL-3.0-or-later
// The life cycle of an alert: what one judged week does to it. Pure.
#ifndef WDM_WBE_ALERT_LIFE_H
#define WDM_WBE_ALERT_LIFE_H

#include <stdbool.h>

#include "wbe/series_replay.h"

typedef enum wdm_alert_action {
    WDM_ALERT_NOTHING,
    WDM_ALERT_OPEN,    // a new alert
    WDM_ALERT_WORSE,   // higher level: an acknowledged alert is open again
    WDM_ALERT_BETTER,  // lower level, still there
    WDM_ALERT_REPEAT,  // same level, another week
    WDM_ALERT_SEEN,    // same level, same week: only last_seen moves
    WDM_ALERT_CLOSE,   // calm for long enough
    WDM_ALERT_WITHDRAW // the recomputed opening week has no cause any more
} wdm_alert_action;

typedef struct wdm_alert_facts {
    bool exists; // an open or acknowledged alert
    wdm_alert_level old_level;
    bool opening;  // exists: this is still the week that opened it
    bool new_week; // exists: this week has had no event yet
    bool judged;
    wdm_alert_level level; // now
    bool may_open;         // the false-discovery limit lets it open; staying open does not need it
    int below_weeks;
    int close_weeks;
} wdm_alert_facts;

// The same facts twice: the second time nothing but SEEN.
wdm_alert_action wdm_alert_step(const wdm_alert_facts *facts);

#endif
