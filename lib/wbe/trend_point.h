// SPDX-License-Identifier: GPL-3.0-or-later
// One value of a series at any time scale: week, month, quarter, year, campaign; of a site or a region. Pure.
//
// Calendars are as they are: daily samples, one week in March, five days every second month. A value stands
// at the middle of the days that were sampled, never at its place in a list.
#ifndef WDM_WBE_TREND_POINT_H
#define WDM_WBE_TREND_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "wbe/period.h"
#include "wbe/series_replay.h"

typedef struct wdm_trend_point {
    wdm_day first, last; // its period, both in it
    double time;         // middle of its sampled days: days since 1970-01-01
    double estimate;     // > 0; NaN: censored or bounds only
    double upper;        // without an estimate: the value is below it; NaN: not known
    double log_sd;       // random; NaN: not known
    double total_log_sd; // total; NaN: not known
    double population;   // persons; NaN: not known
    int n_days;
    bool enough;      // of enough days to be compared with others
    double shift;     // added to the log before it is compared with the newest values; NaN: does not compare
    double shift_sd;  // of that
    const char *name; // of a campaign; NULL: wdm_period_format says it
} wdm_trend_point;

// Log-sd of a lognormal with that 95 % interval: (ln hi - ln lo) / (2 x 1.959964); NaN when the interval is
// not known or begins at 0. (82.2, 121.7) -> 0.1001.
double wdm_trend_log_sd(double lo95, double hi95);

// Index of the first of days[0..n), ascending, that is not before `first`; n: none.
size_t wdm_trend_first_day(const wdm_day *days, size_t n, wdm_day first);

// Mean of those days that lie in first..last: (Wed 10 .. Tue 16 March) -> Sat 13. None of them: the middle of
// the period. days[0..n): ascending.
double wdm_trend_middle(const wdm_day *days, size_t n, wdm_day first, wdm_day last);

// A value that is compared: an estimate above 0, of enough days, that compares with the newest.
bool wdm_trend_point_compares(const wdm_trend_point *point);

// Fills `enough` of points beyond a week: at least min_days sampled days, or half of the days that the series
// has at the middle of its points (a series of two days a quarter is compared with itself). WDM_E_NOMEM.
wdm_rc wdm_trend_mark_enough(wdm_trend_point *points, size_t n, int min_days, wdm_err *err) WDM_MUST_CHECK;

// Of a region: values of other sites do not compare. Points whose sampled people are not within 1 /
// WDM_COVERAGE_RATIO to WDM_COVERAGE_RATIO times those of the newest get the shift NaN; returns how many.
// 100000 people now: 85000 then do not compare, 95000 do. A population that is not known compares.
#define WDM_COVERAGE_RATIO 1.1
size_t wdm_trend_mark_coverage(wdm_trend_point *points, size_t n);

// A week as a point.
wdm_trend_point wdm_trend_point_of_week(const wdm_series_week *week, const wdm_day *days, size_t n_days,
                                        int min_days);

#endif
