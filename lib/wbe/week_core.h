// SPDX-License-Identifier: GPL-3.0-or-later
// The plug-in side of a period's mean: repeated days, censored days, bounds, unsampled days. Internal to wbe.
// Pure.
#ifndef WDM_WBE_WEEK_CORE_H
#define WDM_WBE_WEEK_CORE_H

#include <stddef.h>

#include "wbe/estimate.h"
#include "wbe/unsampled.h"

// All in the unit of the days' values.
typedef struct wdm_week_core {
    size_t n; // days, after samples of one day were averaged
    size_t n_censored;
    double mean; // NaN for bounds only
    double limit;
    double bound_low;
    double bound_high;
    double center; // what the relative errors are taken around: the mean, else the middle of the bounds
    wdm_unsampled unsampled; // variance of the mean from days not sampled
    double var_censoring;    // of the mean, from not knowing the censored days
    double weekday_mean;
    double weekend_mean;
    double day_median;
    double sum;
    double sum_sq;
    wdm_cens_method method;
    unsigned flags;
} wdm_week_core;

// WDM_E_DATA unless every measured load is finite and >= 0, every limit finite and > 0 or NaN (unknown),
// every state known.
wdm_rc wdm_days_check(const wdm_day_value *days, size_t n, wdm_err *err) WDM_MUST_CHECK;

// WDM_E_DATA when a period of more than 7 days does not hold a day.
wdm_rc wdm_days_inside(const wdm_day_value *days, size_t n, const wdm_period_options *opt,
                       wdm_err *err) WDM_MUST_CHECK;

// Whether all days are of one batch.
bool wdm_days_one_batch(const wdm_day_value *days, size_t n);

// Lowest possible value of a day; of a measured one its value.
double wdm_day_lower(const wdm_day_value *day);

// Averages the values of one day, in place: replicates of an analysis first, then the analyses (laboratories)
// of a sample, then the samples. days is sorted by date and the merged days stand at its front. Returns their
// number. All measured: mean; analysis errors independent, the sampling error one for all analyses of a
// sample and independent between samples, batch errors shared within a batch, flow shared. All censored: mean
// of the limits. Mixed: the day is an interval (state 1, from the mean with lower ends to the mean with
// limits). Example: sample 1 at 10 and 20 from two laboratories, sample 2 at 30: 22.5.
size_t wdm_days_merge(wdm_day_value *days, size_t n);

// The errors of the day's mass C Q, in which a marker-based population does not cancel.
double wdm_day_u_sampling_mass(const wdm_day_value *day);
double wdm_day_u_flow_mass(const wdm_day_value *day);

// days: merged, n >= 1. fill: n elements, what each day enters the mean's error model with: its value, a
// censored one with its conditional mean where that is the method, else the middle of what it can be (its
// lower end where the limit is unknown); and the variance of that.
wdm_rc wdm_week_core_get(const wdm_day_value *days, size_t n, const wdm_period_options *opt,
                         wdm_week_core *core, wdm_cens_fill *fill, wdm_err *err) WDM_MUST_CHECK;

#endif
