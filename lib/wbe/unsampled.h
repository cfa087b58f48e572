// SPDX-License-Identifier: GPL-3.0-or-later
// Variance of a period's mean from its days that were not sampled: two stages, weeks and days within weeks.
// Internal to wbe. Pure.
#ifndef WDM_WBE_UNSAMPLED_H
#define WDM_WBE_UNSAMPLED_H

#include <stddef.h>

#include "wbe/estimate.h"

// One sampled day as the spread sees it: its value, and the variances of the log of what was measured.
typedef struct wdm_spread_day {
    wdm_day day;
    double value;
    double var_own;   // sampling, analysis and flow of that day
    double var_batch; // bias shared by a batch; taken as one a week
} wdm_spread_day;

typedef struct wdm_unsampled {
    double var_days; // of the mean: sampled days stand for the others of their weeks
    double var_weeks;
    double sd_within; // true day-to-day sd within weeks as used, and between weekly means
    double sd_between;
    unsigned flags; // assumed_day_cv, assumed_week_cv
} wdm_unsampled;

// Values y = mean + week + day. The sample's mean over n days, n_w of them in week w of M_w days, differs
// from the mean of the period's N = sum M_w days by
//   var = s_week^2 sum over the weeks of (n_w / n - M_w / N)^2 + s_day^2 (1/n - 1/N)
// which is s_day^2 (1 - n/7) / n for one week, and for n_w whole weeks of N_w s_week^2 (1 - n_w/N_w) / n_w.
// s_day^2 and s_week^2 are the analysis of variance's, less what the measurement itself scatters, pooled with
// the CV that is given (or assumed where the days cannot tell), and widened from normal to t for the degrees
// of freedom of their sum (Welch and Satterthwaite). days: one a day, any order; mean: what the CVs are of.
// Example: values 10 20 30 on three days of a week, no errors, no CV given: s^2 = 100, var = 100 x 4/7 / 3 x
// (4.3027 / 1.9600)^2.
wdm_rc wdm_unsampled_get(const wdm_spread_day *days, size_t n, double mean, const wdm_period_options *opt,
                         wdm_unsampled *out, wdm_err *err) WDM_MUST_CHECK;

#endif
