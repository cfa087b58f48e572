// SPDX-License-Identifier: GPL-3.0-or-later
// Slope, test and changes of one series at its judged period, at any time scale. Pure.
//
// Values without enough days take no part, nor do those of another laboratory or method when nothing tells
// what that changed; a value below the limit enters as "below it", never as 0. Times are real dates: the
// middle of the sampled days.
#ifndef WDM_WBE_TREND_SERIES_H
#define WDM_WBE_TREND_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wbe/trend_change.h"

typedef struct wdm_trend_opts {
    wdm_scale scale;
    int window_days;           // slope and test: periods that begin on (first - window_days, first]; 0: all
    size_t min_n;              // fewer values: insufficient data. 5: with 4 no order at all reaches p < 0.05
    double alpha;              // of the test
    double stable_pct;         // a slope whose whole 95 % interval is within +- this per year is "stable"
    double max_censored_share; // of the window's values; above it there is no slope
    size_t min_n_between;      // values needed to say how far periods stray by themselves
    int min_days;              // as in wdm_replay_opts
    int min_seasons_days;      // that the series has to span for the seasonal test
} wdm_trend_opts;

// 5 values, 0.05, 25 %, at most 0.8 censored, 8 values, 4 days, 728 days (104 weeks). Window: weeks 52 weeks,
// months 36 months (1096 days), quarters 20 (1827 days), years and campaigns all.
wdm_trend_opts wdm_trend_opts_default(wdm_scale scale);

// code, text. From significance, never from the size of the slope alone.
#define WDM_TREND_CLASS_LIST(X)                                                                              \
    X(WDM_TREND_UP, "up")                          /* p < alpha, slope above 0 */                            \
    X(WDM_TREND_DOWN, "down")                      /* p < alpha, slope below 0 */                            \
    X(WDM_TREND_STABLE, "stable")                  /* no p < alpha, and the interval excludes big slopes */  \
    X(WDM_TREND_UNTOLD, "cannot be told")          /* neither */                                             \
    X(WDM_TREND_INSUFFICIENT, "insufficient data") /* fewer than min_n values */                             \
    X(WDM_TREND_CENSORED, "censored")              /* too many values below the limit */

typedef enum wdm_trend_class {
#define WDM_TREND_ENUM(code, text) code,
    WDM_TREND_CLASS_LIST(WDM_TREND_ENUM)
#undef WDM_TREND_ENUM
} wdm_trend_class;

const char *wdm_trend_class_text(wdm_trend_class class_);

typedef struct wdm_trend {
    const wdm_trend_point *now; // of the judged period; NULL: the series has none
    size_t n;                   // values in the window
    size_t n_censored;          // sampled periods of the window without an estimate
    const char *method;         // theil-sen, akritas-theil-sen; "": none
    double slope_pct_per_year;  // 100 (exp(slope of the log) - 1)
    double slope_lo95;
    double slope_hi95;
    double p_value;                     // two-sided; with autocorrelation that of as many independent values
    double p_independent;               // as if the values did not resemble their neighbours
    double autocorrelation;             // of the ranks of neighbouring residuals; NaN: not known
    double n_eff;                       // how many independent values would tell as much
    double seasonal_slope_pct_per_year; // seasonal Kendall, over the whole series; NaN: too short
    double seasonal_p;
    wdm_trend_class class_;
    double between_log_sd; // tau: spread of the periods around the slope beyond their own uncertainty; NaN:
                           // not known
    wdm_trend_change previous; // the period before (环比)
    wdm_trend_change year;     // the same period of the year before (同比)
} wdm_trend;

// points[0..n): ascending, each period once, none after the judged one, which begins on first. Constant
// growth of 1 % a week -> 68.1 % per year (1.01^52.179 = 1.681). tau^2 = max(0, s^2 - mean u^2) with s
// = 1.4826 x MAD (corrected for n) of the residuals of the log, u the values' random log-sd. Not known (fewer
// than min_n_between values): the changes' intervals have only the random parts. What was added to make two
// laboratories comparable has its own uncertainty: the slope's interval is widened by how far the slope moves
// when that is added with +-1.96 of its sd. WDM_E_NOMEM.
wdm_rc wdm_trend_series(const wdm_trend_point *points, size_t n, wdm_day first, const wdm_trend_opts *opts,
                        wdm_trend *trend, wdm_err *err) WDM_MUST_CHECK;

#endif
