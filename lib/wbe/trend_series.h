// SPDX-License-Identifier: GPL-3.0-or-later
// Slope, test and changes of one weekly series at its last week. Pure.
//
// Weeks without an estimate (missing, censored, bounds only) and provisional weeks of few days take no part;
// they are never taken as 0. Times are real dates: the Thursday of each ISO week.
#ifndef WDM_WBE_TREND_SERIES_H
#define WDM_WBE_TREND_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wbe/series_replay.h"

typedef struct wdm_trend_opts {
    int window_weeks;          // slope and test: the weeks (last - window_weeks, last]
    size_t min_n;              // fewer values: insufficient data. 5: with 4 no order at all reaches p < 0.05
    double alpha;              // of the Mann-Kendall test
    double stable_pct;         // a slope whose whole 95 % interval is within +- this per year is "stable"
    double max_censored_share; // of the window's sampled weeks; above it a slope of the rest would mislead
    size_t min_n_between;      // values needed to say how far weeks stray by themselves
    int min_days;              // as in wdm_replay_opts
} wdm_trend_opts;

// 52 weeks, 5 values, 0.05, 25 %, 0.2, 8 values, 4 days
wdm_trend_opts wdm_trend_opts_default(void);

// code, text. From significance, never from the size of the slope alone.
#define WDM_TREND_CLASS_LIST(X)                                                                              \
    X(WDM_TREND_UP, "up")                          /* p < alpha, slope above 0 */                            \
    X(WDM_TREND_DOWN, "down")                      /* p < alpha, slope below 0 */                            \
    X(WDM_TREND_STABLE, "stable")                  /* no p < alpha, and the interval excludes big slopes */  \
    X(WDM_TREND_UNTOLD, "cannot be told")          /* neither */                                             \
    X(WDM_TREND_INSUFFICIENT, "insufficient data") /* fewer than min_n values */                             \
    X(WDM_TREND_CENSORED, "censored")              /* too many weeks below the limit */

typedef enum wdm_trend_class {
#define WDM_TREND_ENUM(code, text) code,
    WDM_TREND_CLASS_LIST(WDM_TREND_ENUM)
#undef WDM_TREND_ENUM
} wdm_trend_class;

const char *wdm_trend_class_text(wdm_trend_class class_);

// Change against an earlier week, in percent, with the interval from the random parts and the variance
// between weeks.
typedef struct wdm_trend_change {
    double pct; // NaN all three when there is nothing to compare
    double lo95;
    double hi95;
    const char
        *word; // up, down, stable, cannot be told; else why not: no current data, no previous data, censored,
               // provisional (fewer than min_days days in one of them; the figures are given)
} wdm_trend_change;

typedef struct wdm_trend {
    int32_t week;
    size_t n;                  // values in the window
    size_t n_censored;         // sampled weeks of the window without an estimate
    double slope_pct_per_year; // 100 (exp(Theil-Sen slope of the log) - 1)
    double slope_lo95;
    double slope_hi95;
    double p_value; // Mann-Kendall, two-sided
    wdm_trend_class class_;
    double between_log_sd; // tau: spread of the weeks around the slope beyond their own uncertainty; NaN: not
                           // known
    wdm_trend_change previous; // the ISO week before
    wdm_trend_change year;     // the same ISO week of the year before (week 53: week 52)
} wdm_trend;

// The same ISO week a year earlier: 2026-W47 -> 2025-W47, 2026-W53 -> 2025-W52.
int32_t wdm_trend_year_before(int32_t week);

// weeks[0..n): ascending, each once; those after last are left out. Constant growth of 1 % a week -> 68.1 %
// per year (1.01^52.179 = 1.681). tau^2 = max(0, s^2 - mean u^2) with s = 1.4826 x MAD (corrected for n) of
// the residuals of the log, u the weeks' random log-sd. Not known (fewer than min_n_between values): the
// changes' intervals have only the random parts. WDM_E_NOMEM.
wdm_rc wdm_trend_series(const wdm_series_week *weeks, size_t n, int32_t last, const wdm_trend_opts *opts,
                        wdm_trend *trend, wdm_err *err) WDM_MUST_CHECK;

#endif
