// SPDX-License-Identifier: GPL-3.0-or-later
// The default detector's core: is this week's value above what the series' own past weeks predict? On the log
// scale, with a robust baseline, the random uncertainty of each point as a floor, and a predictive t
// distribution. Pure.
//
// Model: log value = level + week-to-week deviation (sd tau) + random error of the point (sd u). From the n
// usable points of the window:
//   b       = median(log value)
//   s       = WDM_MAD_TO_SD * wdm_robust_mad_factor(n) * MAD
//   m^2     = mean(u^2), each u at least min_log_sd
//   sigma^2 = max(s^2, m^2)     spread of a typical week: never below what the points' own uncertainty makes
//   tau^2   = sigma^2 - m^2     what the weeks add by themselves
// A new point with log value y and own uncertainty u (at least min_log_sd) is predicted by
//   (y - b) / scale ~ t with (n - 1) / 2 degrees of freedom,  scale^2 = tau^2 + u^2 + (pi / 2) sigma^2 / n
// pi / 2 is the price of the median against the mean. A sd has n - 1 degrees of freedom; the MAD knows the
// spread less well. With (n - 1) / 2 the share of normal weeks with p < 0.01 is 0.0085 to 0.0114, with p <
// 0.001 0.0008 to 0.0014 for n = 8 to 52; with n - 1 the latter would be 0.0051 (n = 8) to 0.0018 (n = 52)
// (400,000 simulated windows each; the unit test repeats this on a smaller scale). Weeks are taken as
// independent of each other.
#ifndef WDM_NUM_BASELINE_H
#define WDM_NUM_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// Why a week must not enter a baseline; bits, 0 = it may.
enum {
    WDM_BASELINE_ALARMED = 1,
    WDM_BASELINE_DISPOSAL = 2,
    WDM_BASELINE_CENSORED = 4,
    WDM_BASELINE_OTHER = 8 // provisional week, quality control and the like
};

typedef struct wdm_baseline_point {
    double log_value; // natural log of the weekly value; NaN = no value that week
    double log_sd;    // its random log-sd; NaN = unknown (then min_log_sd)
    unsigned excluded;
} wdm_baseline_point;

typedef struct wdm_baseline_opts {
    size_t window;     // weeks looked back
    size_t min_usable; // fewer usable values: insufficient data; at least 3
    double min_log_sd; // least random log-sd of any point, > 0: without it a flat series would alarm on any
                       // change
} wdm_baseline_opts;

// 0.068 = 0.18 / sqrt(7): the smallest published within-week CV over seven days (methamphetamine; METHOD 7).
#define WDM_BASELINE_OPTS_DEFAULT                                                                            \
    {                                                                                                        \
        .window = 26, .min_usable = 8, .min_log_sd = 0.068                                                   \
    }

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

typedef struct wdm_baseline {
    wdm_baseline_state state; // OK or INSUFFICIENT; all figures below are NaN when not OK
    size_t n_used;
    size_t n_window;   // points of the window, usable or not
    double log_median; // b
    double log_spread; // s, before the floor
    double log_floor;  // m
    double log_tau;
    double df;
    double min_log_sd;
} wdm_baseline;

// points[0..n): one for every week of the series in order, NaN where there is no value; the LAST opts->window
// of them are the window (all when fewer). The week that is judged is not among them. To freeze a baseline
// while an alert is open, hand over the points up to the alert. opts NULL: the defaults. Too few usable
// points is no error but a state. WDM_E_DATA: infinite values, negative sds, bad options. points may be NULL
// when n is 0.
wdm_rc wdm_baseline_fit(const wdm_baseline_point *points, size_t n, const wdm_baseline_opts *opts,
                        wdm_baseline *baseline, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_baseline_score {
    wdm_baseline_state
        state;     // NO_VALUE when the value is missing (band still given), INSUFFICIENT when the baseline is
    double median; // baseline, linear scale, unit of the values
    double band_lo95; // predictive 95 % band of this week
    double band_hi95;
    double factor; // value / baseline
    double t;      // (log value - b) / scale
    double p_high; // one-sided: probability of a value this high or higher without change
    double p_low;  // of a value this low or lower
} wdm_baseline_score;

// Judges one week. log_value NaN: missing. log_sd NaN: the window's typical uncertainty m is taken. Infinite
// values or a negative sd count as missing. Never fails.
void wdm_baseline_judge(const wdm_baseline *baseline, double log_value, double log_sd,
                        wdm_baseline_score *score);

// The value (linear scale) at which p_high would be exactly p, for a line in a chart: exp(b + scale t_{1-p}).
// p in (0, 1); log_sd as above. NaN when the baseline is insufficient or p out of range. p = 0.5 gives the
// baseline itself.
double wdm_baseline_threshold(const wdm_baseline *baseline, double log_sd, double p);

// Benjamini-Hochberg (doi:10.1111/j.2517-6161.1995.tb02031.x) over the p-values of one run. adjusted[i] =
// smallest false discovery rate at which i is rejected (R p.adjust "BH"). A NaN p was not tested: it does not
// count and stays NaN. {0.01, 0.04, 0.03, 0.20} -> {0.04, 0.053333, 0.053333, 0.20}. WDM_E_DATA: a p outside
// 0..1. n may be 0.
wdm_rc wdm_bh_adjust(const double *p, size_t n, double *adjusted, wdm_err *err) WDM_MUST_CHECK;

// rejected[i] = adjusted p <= rate (in (0, 1)); *count, which may be NULL, how many.
wdm_rc wdm_bh_reject(const double *p, size_t n, double rate, bool *rejected, size_t *count,
                     wdm_err *err) WDM_MUST_CHECK;

#endif
