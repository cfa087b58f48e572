// SPDX-License-Identifier: GPL-3.0-or-later
// Several biomarkers of one drug: whether they agree, and the estimate of the drug from all of them. Pure.
//
// Two biomarkers of one drug from the same samples share the errors of sampling, flow and population, the
// days that were not sampled (people took the drug on those days or did not, for both), and the dose; each
// has its own analysis, batches, values below limits, excretion, loss in the sewer and attribution. What is
// shared would not get less by averaging; so the weights know only what is not, and the shared parts enter
// the result once:
//   weight_k = (1 / v_k) / sum (1 / v_j),  v_k the variance of the log of biomarker k without the shared
//   parts estimate = product of estimate_k ^ weight_k variance of the log, part by part: own sum (weight_k^2
//   v_k,part), shared (sum weight_k s_k,part)^2
// The own excretions keep their distributions (num/logconv.h), everything else is lognormal. By Monte Carlo:
// draw by draw the same product of powers. Agreement:
// Cochran's Q = sum (d_k - sum weight_j d_j)^2 / v_k with d_k = ln(median_k), chi-squared with n - 1 degrees
// of freedom when all biomarkers tell of the same consumption. Source: Cochran 1954, doi:10.2307/3001666.
#ifndef WDM_WBE_COMBINE_H
#define WDM_WBE_COMBINE_H

#include <stddef.h>

#include "wbe/estimate.h"

enum { WDM_COMBINE_PARTS_MAX = 8 };

// Below this p of the agreement test the result has the flag biomarkers_disagree.
#define WDM_COMBINE_DISAGREE_P 0.01

// One biomarker. The value is of consumption, doses or prevalence, over the same days as the other parts';
// its estimate is above 0.
typedef struct wdm_combine_part {
    const wdm_estimate *value;
    const wdm_estimator *estimator; // that made it
    const wdm_dist *excretion;      // of the estimator's factor
    double *total;                  // Monte Carlo: the draws that the estimator captured, all parts' or
    double *random;                 // none's (NULL: analytic); those of the first part are overwritten
} wdm_combine_part;

typedef struct wdm_combined {
    // estimate, bounds, median, intervals, RSDs, weekday and weekend means, day median, budget, flags (all
    // parts', and biomarkers_disagree). n_days, n_censored: the greatest of the parts'. limit, sum, sum_sq:
    // NaN. method: that of the first part with values below a limit.
    wdm_estimate value;
    size_t n;
    double weight[WDM_COMBINE_PARTS_MAX];
    double var_own[WDM_COMBINE_PARTS_MAX]; // v_k
    double q;                              // Cochran's Q, n - 1 degrees of freedom
    double p;                              // of a Q as large when all tell of the same consumption
} wdm_combined;

// 2 <= n <= WDM_COMBINE_PARTS_MAX, else WDM_E_DATA; so is a part without an estimate above 0. A part that has
// no uncertainty of its own counts with a variance of 1e-12. Example: 100 and 150 mg/d/1000 with excretions
// of 20 % and 40 % (lognormal, v = 0.0392 and 0.1484) and one flow bias of 10 %: weights 0.791 and 0.209,
// estimate 100^0.791 x 150^0.209 = 108.8; Q = ln(1.5)^2 / 0.1876 = 0.876, p = 0.349.
wdm_rc wdm_combine(const wdm_combine_part *parts, size_t n, wdm_combined *out, wdm_err *err) WDM_MUST_CHECK;

// Whether the part of the budget is one that the biomarkers of a drug share.
bool wdm_combine_is_shared(wdm_budget_part part);

#endif
