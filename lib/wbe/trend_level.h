// SPDX-License-Identifier: GPL-3.0-or-later
// The smoothed level of a series with its band, and the dates on which its level changed. Pure.
#ifndef WDM_WBE_TREND_LEVEL_H
#define WDM_WBE_TREND_LEVEL_H

#include "wbe/trend_point.h"

typedef struct wdm_trend_level {
    double level, lo95, hi95; // in the unit of the series; the newest laboratory's scale
} wdm_trend_level;

enum { WDM_TREND_LEVEL_MIN_N = 8 }; // measured values

// levels[i] at points[i], by num/local_level.h on the logs: a random walk seen with the values' random
// errors, both variances by maximum likelihood. Values that do not compare take no part and have a level; one
// below its limit enters as that bound. *found false: fewer than WDM_TREND_LEVEL_MIN_N values. WDM_E_NOMEM.
wdm_rc wdm_trend_smooth(const wdm_trend_point *points, size_t n, wdm_trend_level *levels, bool *found,
                        wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_trend_step {
    size_t at;                  // the first point of the new level
    double log, log_lo, log_hi; // new less old, 95 %
    double p;
} wdm_trend_step;

// Changes of level of the values that compare, by num/changepoint.h: at least 8 weeks, or 4 of a longer
// scale, at each level. steps has room for n. WDM_E_NOMEM.
wdm_rc wdm_trend_find_steps(const wdm_trend_point *points, size_t n, wdm_scale scale, wdm_trend_step *steps,
                            size_t *count, wdm_err *err) WDM_MUST_CHECK;

#endif
