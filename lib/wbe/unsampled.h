// SPDX-License-Identifier: GPL-3.0-or-later
// Variance of a period's mean from its days that were not sampled: two stages, weeks and days within weeks.
// Internal to wbe. Pure.
#ifndef WDM_WBE_UNSAMPLED_H
#define WDM_WBE_UNSAMPLED_H

#include <stddef.h>

#include "wbe/estimate.h"

// Degrees of freedom that a CV from elsewhere is worth beside the period's own days: the biomarker's own, and
// one that is assumed because nothing is known of the biomarker (published ones lie between 0.18 and 0.58).
#define WDM_CV_GIVEN_DF 15.0
#define WDM_CV_ASSUMED_DF 4.0

// One sampled day as the spread sees it.
typedef struct wdm_spread_day {
    wdm_day day;
    double value;
    double var_inside; // variance of a censored day about its value; 0 for a measured one
    double alike;      // share of that which censored days of one week have in common
    double var_own;    // of the log: sampling, analysis and flow of that day
    double var_batch;  // of the log: bias shared by a batch; taken as one batch a week
} wdm_spread_day;

// Of a mean: the variance from the days not sampled, and what is needed to widen it.
typedef struct wdm_unsampled {
    double var;          // sampled days stand for the others of their weeks, sampled weeks for the others
    double var_measured; // what the measurement brings into the mean; 0 where every day is sampled
    double seen;         // variance as the sample shows it, with what the measurement scatters
    double doubt;        // sum of (part of seen)^2 / degrees of freedom
    unsigned flags;      // assumed_day_cv, assumed_week_cv
} wdm_unsampled;

// Values y = mean + week + day. The sample's mean over n days, n_w of them in week w of M_w days, differs
// from the mean of the period's N = sum M_w days by
//   var = s_week^2 sum over the weeks of (n_w / n - M_w / N)^2 + s_day^2 (1/n - 1/N)
// which is s_day^2 (1 - n/7) / n for one week, and for n_w whole weeks of N_w s_week^2 (1 - n_w/N_w) / n_w.
// Both s^2 come from the mean squares of the analysis of variance, less what the measurement itself scatters.
// A mean square is pooled with what the CV given (or assumed, where the days cannot tell) leads to expect of
// it. days: one a day, any order; mean: what the CVs are of.
// Example: values 10 20 30 on three days of a week, no errors, no CV given: s^2 = 100, var = 100 x 4/7 / 3,
// doubt var^2 / 2.
typedef struct wdm_sampled_mean {
    double mean;
    double var_measured;
} wdm_sampled_mean;
wdm_rc wdm_unsampled_get(const wdm_spread_day *days, size_t n, const wdm_sampled_mean *mean,
                         const wdm_period_options *opt, wdm_unsampled *out, wdm_err *err) WDM_MUST_CHECK;

// total += k x another, independent mean. Flags are joined.
void wdm_unsampled_add(wdm_unsampled *total, const wdm_unsampled *mean, double k);

// The variance that an error model with var_measured has to add for the days not sampled: var, and as that is
// known with seen^2 / doubt degrees of freedom only (Welch and Satterthwaite), the mean's whole random
// variance is widened from normal to t. Example: the one above: var x (4.3027 / 1.9600)^2.
double wdm_unsampled_widened(const wdm_unsampled *u);

#endif
