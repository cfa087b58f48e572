// SPDX-License-Identifier: GPL-3.0-or-later
// The calendar of the time scales: which day, ISO week, month, quarter or year a day belongs to, and what the
// period is called. Pure.
//
// Weeks are ISO weeks (Monday to Sunday, of the year that has their Thursday); months, quarters and years are
// civil: a week that lies across the end of a month gives each month the days that it has there. A campaign
// is a span of days with a name of its own (campaigns.csv: an operation, or days agreed for sampling); no
// rule makes one out of gaps between samples, because a late sample would join two of them and rename what
// was published.
#ifndef WDM_WBE_PERIOD_H
#define WDM_WBE_PERIOD_H

#include <stdbool.h>

#include "base/date.h"

// Stored numbers and the words of exports.
#define WDM_SCALE_LIST(X)                                                                                    \
    X(WDM_SCALE_DAY, "day")                                                                                  \
    X(WDM_SCALE_WEEK, "week")                                                                                \
    X(WDM_SCALE_MONTH, "month")                                                                              \
    X(WDM_SCALE_QUARTER, "quarter")                                                                          \
    X(WDM_SCALE_YEAR, "year")                                                                                \
    X(WDM_SCALE_CAMPAIGN, "campaign")

typedef enum wdm_scale {
#define WDM_SCALE_ENUM(id, name) id,
    WDM_SCALE_LIST(WDM_SCALE_ENUM)
#undef WDM_SCALE_ENUM
        WDM_SCALE_N
} wdm_scale;

// Word of a scale, borrowed; parse is false for an unknown one.
const char *wdm_scale_name(wdm_scale scale);
bool wdm_scale_parse(const char *name, wdm_scale *scale);

// first and last are its first and last day, both in it.
typedef struct wdm_period {
    wdm_scale scale;
    wdm_day first, last;
} wdm_period;

enum { WDM_PERIOD_TEXT = 24 };

// The period of a scale that holds the day; scale is not WDM_SCALE_CAMPAIGN. Example: 2026-11-16 as quarter:
// 2026-10-01 to 2026-12-31.
wdm_period wdm_period_of_day(wdm_scale scale, wdm_day day);

// Writes what the period is called and returns text: "2026-11-16", "2026-W47", "2026-11", "2026-Q4", "2026";
// of a campaign its two days, "2026-07-01/2026-08-31", for want of its name.
char *wdm_period_format(const wdm_period *period, char text[WDM_PERIOD_TEXT]);

// The period that such a text names, whatever its scale; false for anything else (and for a week or day that
// does not exist). The spans of campaigns are not read.
bool wdm_period_parse(const char *text, wdm_period *period);

// Days of the period, and ISO weeks of which it has at least one day. Example: November 2026 has 30 days and
// lies in 6 weeks (2026-W44, of which it has the Sunday, to 2026-W49).
int wdm_period_days(const wdm_period *period);
int wdm_period_weeks(const wdm_period *period);

#endif
