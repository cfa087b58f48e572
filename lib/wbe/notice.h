// SPDX-License-Identifier: GPL-3.0-or-later
// What a transport has to say about an alert: one message when it is new or worse, one when it has ended, one
// again after some weeks when that is wished, nothing otherwise. Pure.
#ifndef WDM_WBE_NOTICE_H
#define WDM_WBE_NOTICE_H

#include <stdbool.h>

#include "wbe/series_replay.h"

// Kinds as stored. MUTED and QUIET make no message; MUTED ones may be made up for later.
typedef enum wdm_notice {
    WDM_NOTICE_QUIET,
    WDM_NOTICE_MUTED,
    WDM_NOTICE_NEW,
    WDM_NOTICE_WORSE,
    WDM_NOTICE_CLEARED,
    WDM_NOTICE_REPEAT
} wdm_notice;

typedef struct wdm_notice_facts {
    bool open;             // open or acknowledged
    bool passed;           // ended because the one event that it tells of is over (not withdrawn)
    bool news;             // has events that the transport has not dealt with
    bool silenced;         // a silence covers it
    bool muted;            // inhibited, or its level has no messages
    bool told;             // the transport's last message about it did not say that it had ended
    wdm_alert_level level; // now
    wdm_alert_level base;  // told: the lowest level since that message, itself included
    bool risen;            // told: an event said worse since then, and none better after it
    int days_since_told;   // told: as-of days since that message
    int repeat_weeks;      // 0: an alert is not told of again
} wdm_notice_facts;

// An alert that opened and ended between two runs is never told of, nor its end. An end within a silence is
// not told of; one of an inhibited alert that was told of before is. That a first detection or a day of
// disposal is over is no news: nobody is to stand down because of it. An alert that fell from critical to
// warning without a message and rises to critical again is worse: base is warning.
wdm_notice wdm_notice_step(const wdm_notice_facts *facts);

#endif
