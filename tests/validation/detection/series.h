// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated weekly series of loads, and what happens in them.
//
// ln level: random walk, drift per week; a week's own deviation N(0, between^2); seven days, lognormal about
// the week with the within-week CV, sampling and flow each 10 % of a day, one analytical batch a week of 10
// %. The week's value is the mean of its days. 5 % of the weeks are missing; in 1 % one day is 20 times as
// high (disposal). Weeks below a limit that lies at the given quantile of the series' own calm weeks are
// censored.
#ifndef WDM_VALIDATION_SERIES_H
#define WDM_VALIDATION_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "wbe/series_replay.h"

// Five years and a little before the first week that counts; two years that count.
enum { SERIES_PAST = 270, SERIES_CALM = 104, SERIES_WEEKS = SERIES_PAST + SERIES_CALM };

typedef struct series_kind {
    const char *name;
    double cv_within;
    double between;
    double drift;
} series_kind;

typedef struct series_design {
    const series_kind *kind;
    double censored; // share of the weeks
    double phi;      // of the weeks' own deviations, AR(1); 0: independent
    bool disposal;
    bool below; // all of it below the limit, by far
} series_design;

typedef struct series {
    double value[SERIES_WEEKS]; // before anything happens; NaN: missing
    bool disposal[SERIES_WEEKS];
    double limit; // 0: none
} series;

typedef enum series_event {
    EVENT_NONE,
    EVENT_STEP_15,
    EVENT_STEP_2,
    EVENT_STEP_3,
    EVENT_RAMP,    // doubles in 12 weeks, and stays
    EVENT_NEW,     // a substance that was not there
    EVENT_SECOND,  // twice for 8 weeks, 8 weeks as before, then twice again: the second one counts
    EVENT_FURTHER, // twice, and after 10 weeks four times: the further rise counts
    EVENT_N
} series_event;

extern const char *const series_event_names[EVENT_N];

// Number `at` of the series of a design: the same for the same arguments.
void series_draw(const series_design *design, uint64_t seed, int at, series *out);

// Week that an event begins in, when series->weeks are counted from 0; the one that counts.
int series_event_week(series_event event);

// Weeks first .. last - 1 with an event; how many there are. plain: as a spreadsheet has it, no word on
// disposal.
size_t series_weeks(const series *s, series_event event, bool plain, int first, int last,
                    wdm_series_week *weeks);

#endif
