// SPDX-License-Identifier: GPL-3.0-or-later
// The default detector's core: are the last weeks of a series above what its own past predicts? On the log
// scale: a level that follows slow changes, a robust spread with each point's random uncertainty as a floor,
// a predictive t distribution, and a scan over the last 1 to 16 weeks. Pure.
//
// Model: log value of a week = level + deviation (sd tau) + random error of the point (sd u), u at least
// min_log_sd; the level is a random walk with sd `drift` per week. Level and its variance P after each week
// come from the Kalman filter of that model; an innovation (value - level) enters at most 2.5 of its sds
// wide, so that one odd week moves the level little. A week below its limit enters as what is known of it,
// "at most the limit": the level's distribution given log value <= log limit, by its exact first two moments.
//   sigma^2 = max(s^2, m^2), tau^2 = sigma^2 - m^2, m^2 = mean(u^2)
// s: the spread at which the squared standardised innovations, cut at 1.5^2, have the mean of a normal's
// (Huber's proposal 2; a censored week has its conditional mean square). Degrees of freedom: WDM_BASELINE_DF
// of the points that it was taken from.
//
// Window k (1, 2, 4, 8, 16) = the k last calendar weeks up to the judged one, with v usable values; the level
// is that before the window. Under no change
//   (mean of the log values - level) / scale_k ~ t,
//   scale_k^2 = P + drift^2 sum_ij min(a_i, a_j) / v^2 + sum (tau^2 + u_i^2) / v^2,  a = weeks after the
//   level
// For v > 1 each value counts up to 2.5 of its own predictive sds: one spike is no lasting rise, and does not
// alarm for weeks. A censored week of a window counts as what it would be without change. Windows
// longer than the first that could show `effect` at p = 0.01 are not looked at. The least p of the windows is
// the least of several: the p-value that is reported is corrected for it (num/baseline_scan.c).
//
// A p-value of a week means: a calm series begins an episode in one of 1 / p weeks with such a p or a smaller
// one. docs/VALIDATION.md has how well that holds.
#ifndef WDM_NUM_BASELINE_H
#define WDM_NUM_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// Why a week must not enter a baseline; bits, 0 = it may.
enum {
    WDM_BASELINE_ALARMED = 1, // part of an episode: does not count as a week of the window either
    WDM_BASELINE_DISPOSAL = 2,
    WDM_BASELINE_OTHER = 4 // provisional week, quality control and the like
};

typedef struct wdm_baseline_point {
    int32_t when;     // number of the week, ascending, each once; weeks that are left out are missing
    double log_value; // natural log of the weekly value; NaN = no value that week
    double log_limit; // log_value NaN: it is at most this; NaN = nothing is known
    double log_sd;    // its random log-sd; NaN = unknown (then min_log_sd)
    unsigned excluded;
} wdm_baseline_point;

typedef struct wdm_baseline_opts {
    size_t window;       // weeks looked back, before the longest scan window
    size_t min_usable;   // fewer usable weeks: insufficient data; at least 3
    double min_log_sd;   // least random log-sd of any point, > 0: without it a flat series would alarm on any
                         // change
    double drift_log_sd; // sd of the level's change from week to week, >= 0
    double unseen_log_sd; // sd of a week where too few measured ones show it (fewer than 4), > 0
} wdm_baseline_opts;

// 0.068 = 0.18 / sqrt(7): the smallest published within-week CV over seven days (methamphetamine; METHOD 7).
// 0.03: from the variance of log ratios of a site's weeks 1 to 8 years apart in the EUDA 2025 release, 0.04
// (cocaine), 0.02 (MDMA); 0.37: the same years' intercept for MDMA, the most variable (docs/VALIDATION.md).
#define WDM_BASELINE_OPTS_DEFAULT                                                                            \
    {                                                                                                        \
        .window = 26, .min_usable = 8, .min_log_sd = 0.068, .drift_log_sd = 0.03, .unseen_log_sd = 0.37      \
    }

// Longest scan window, weeks.
enum { WDM_SCAN_MAX = 16 };
// Widest innovation that enters, in its sds.
#define WDM_BASELINE_CUT 2.5
// Degrees of freedom of the spread for each point beyond the first.
#define WDM_BASELINE_DF 0.9

// code, text
#define WDM_BASELINE_STATE_LIST(X)                                                                           \
    X(WDM_BASELINE_OK, "ok")                                                                                 \
    X(WDM_BASELINE_INSUFFICIENT, "insufficient data")                                                        \
    X(WDM_BASELINE_NO_VALUE, "no value")

typedef enum wdm_baseline_state {
#define WDM_BASELINE_ENUM(code, text) code,
    WDM_BASELINE_STATE_LIST(WDM_BASELINE_ENUM)
#undef WDM_BASELINE_ENUM
} wdm_baseline_state;

const char *wdm_baseline_state_text(wdm_baseline_state state);

// The level as known before a scan window.
typedef struct wdm_level {
    double mean;  // log
    double var;   // P
    int32_t when; // the week that it is of
    size_t n;     // usable weeks that it rests on
} wdm_level;

typedef struct wdm_baseline {
    wdm_baseline_state state; // OK or INSUFFICIENT; the figures below are NaN when not OK
    int32_t week;             // that is judged
    size_t n_used;            // usable weeks of the window, censored ones included
    size_t n_censored;        // of them
    size_t n_window;          // weeks of the window, usable or not
    bool below_limit;  // too few measured weeks: the level is the limit as an upper bound, the spread assumed
    double log_spread; // s, before the floor
    double log_floor;  // m
    double log_tau;
    double df;
    double min_log_sd;
    double drift_log_sd;
    wdm_level before[WDM_SCAN_MAX];              // before[k - 1]: before the window of the last k weeks
    wdm_baseline_point recent[WDM_SCAN_MAX - 1]; // the weeks before the judged one, newest first; NaN: none
} wdm_baseline;

// points[0..n): the weeks before `week`, in order. To freeze a baseline while an alert is open, mark the
// weeks of the episode WDM_BASELINE_ALARMED: the level stays as before them, and its variance grows with the
// weeks. The window is the last opts->window weeks without these. gap: weeks just before the judged one that
// no level takes in. opts NULL: the defaults. spread: another baseline (OK) whose spread and degrees of
// freedom are taken, or NULL. Too few usable points is no error but a state. WDM_E_DATA: infinite values,
// negative sds, points not ascending or not before the week, bad options. points may be NULL when n is 0.
// Worked example: test_baseline `figures_follow_the_formulae`.
wdm_rc wdm_baseline_fit(const wdm_baseline_point *points, size_t n, int32_t week, int gap,
                        const wdm_baseline_opts *opts, const wdm_baseline *spread, wdm_baseline *baseline,
                        wdm_err *err) WDM_MUST_CHECK;

// One window of the scan, but for the judged week's own value.
typedef struct wdm_scan_window {
    int weeks;     // calendar weeks, k
    int n;         // usable values in it, the judged week's included
    double level;  // log
    double scale;  // of the mean
    double others; // sum of the other values' distances from the level, each cut
    double cut;    // widest distance of the judged week's; infinite when it is alone
} wdm_scan_window;

typedef struct wdm_scan {
    wdm_baseline_state state;
    bool below;
    double df;
    double scale_week; // predictive sd of the week by itself
    double log_effect; // least distance of a window's mean
    int n;
    wdm_scan_window windows[WDM_SCAN_MAX];
} wdm_scan;

// What the scan looks at for a week whose random log-sd is log_sd (NaN: the points' typical one). max_weeks:
// longest window, 1 to WDM_SCAN_MAX. effect: least relative distance, 0.25 = a quarter above (or 1 / 1.25).
// below: looks for low values. Never fails.
void wdm_scan_prepare(const wdm_baseline *baseline, double log_sd, int max_weeks, double effect, bool below,
                      wdm_scan *scan);

typedef struct wdm_baseline_score {
    wdm_baseline_state
        state;     // NO_VALUE when the value is missing (band still given), INSUFFICIENT when the baseline is
    double median; // level before this week, linear scale, unit of the values
    double band_lo95; // predictive 95 % band of this week by itself
    double band_hi95;
    double factor; // value / median
    double p_high; // one-sided; of the direction scanned corrected for the windows, of the other one the
                   // week's own
    double p_low;
    double p_week;      // of the direction scanned: the week by itself
    int scan_weeks;     // the window with the least p
    double scan_level;  // its level, linear scale
    double scan_factor; // its mean (geometric, values cut) over its level
} wdm_baseline_score;

// Judges one week. log_value NaN: missing; infinite counts as missing. Never fails.
void wdm_scan_judge(const wdm_scan *scan, double log_value, wdm_baseline_score *score);

// Highest p of a week by itself with which it may raise an alarm: a week in the lower 70 % of what is usual
// is no alarm, whatever the weeks before it were.
#define WDM_SCAN_P_WEEK 0.3

// The value (linear scale) at which the p-value of the direction scanned is at most p, p_week at most
// WDM_SCAN_P_WEEK and the effect reached, for a line in a chart. p in (0, 1). NaN when the baseline is
// insufficient or p out of range.
double wdm_scan_line(const wdm_scan *scan, double p);

// Least p of n windows to the p-value of the scan, and back.
double wdm_scan_correct(double p_least, int n);
double wdm_scan_uncorrect(double p, int n);

// Benjamini-Hochberg (doi:10.1111/j.2517-6161.1995.tb02031.x) over the p-values of one run. adjusted[i] =
// smallest false discovery rate at which i is rejected (R p.adjust "BH"). A NaN p was not tested: it does not
// count and stays NaN. {0.01, 0.04, 0.03, 0.20} -> {0.04, 0.053333, 0.053333, 0.20}. WDM_E_DATA: a p outside
// 0..1. n may be 0.
wdm_rc wdm_bh_adjust(const double *p, size_t n, double *adjusted, wdm_err *err) WDM_MUST_CHECK;

// rejected[i] = adjusted p <= rate (in (0, 1)); *count, which may be NULL, how many.
wdm_rc wdm_bh_reject(const double *p, size_t n, double rate, bool *rejected, size_t *count,
                     wdm_err *err) WDM_MUST_CHECK;

#endif
