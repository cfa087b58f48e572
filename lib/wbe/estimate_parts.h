// SPDX-License-Identifier: GPL-3.0-or-later
// The last step that day, week and region share: from a plug-in value and its relative errors to the two
// intervals and the budget. Internal to wbe. Pure.
//
// The truth is   point x P / (R x X) x shared factor,   with
//   R = sum of the terms: what was measured of the value over the true value (weights: shares, sum 1)
//   P = sum of the people terms: stated over true population (1 when there are none)
//   X = further errors, each lognormal with mean 1 (the mean of the sampled days is unbiased for the mean of
//   all) shared factor of the estimator: flow bias, population, stability, excretion, dose
#ifndef WDM_WBE_ESTIMATE_PARTS_H
#define WDM_WBE_ESTIMATE_PARTS_H

#include "wbe/attribution.h"
#include "wbe/estimate.h"
#include "wbe/lognormal_sum.h"

typedef struct wdm_parts {
    double point;    // plug-in in the unit of the quantity, NaN when there is none
    double low_end;  // what the lower end of the interval starts from: point, or the lowest possible value
    double high_end; // and the upper end
    wdm_sum_term *terms;           // of R, ordered by site; order = index
    wdm_sum_term *people;          // of P, people[i] of the same site and day as terms[i]; NULL: P = 1
    size_t n_terms;                // of each
    double rel_var[WDM_BUDGET_N];  // relative variances of the further errors, by part (days, censoring)
    const wdm_net_error *net;      // what was taken off and corrected; NULL or nothing in it: nothing
    const wdm_day_value *net_days; // net: the days that it was computed of
    size_t n_net_days;
    double gross; // net: the value before, in the unit of the quantity
} wdm_parts;

// 2.5, 50 and 97.5 % points of the estimator's shared factors x exp(sigma Z).
void wdm_estimator_points(wdm_estimator *est, double sigma, double q[3]);

// Fills median, interval ends, RSDs, budget and the estimator's flags of out; leaves the rest.
void wdm_parts_finish(wdm_estimator *est, const wdm_parts *parts, wdm_estimate *out);

#endif
