// SPDX-License-Identifier: GPL-3.0-or-later
// The last step that day, week and region share: from a plug-in value and its relative errors to the two
// intervals and the budget. Internal to wbe. Pure.
#ifndef WDM_WBE_ESTIMATE_PARTS_H
#define WDM_WBE_ESTIMATE_PARTS_H

#include "wbe/estimate.h"
#include "wbe/lognormal_sum.h"

typedef struct wdm_parts {
    double point;    // plug-in in the unit of the quantity, NaN when there is none
    double low_end;  // what the lower end of the interval starts from: point, or the lowest possible value
    double high_end; // and the upper end
    wdm_sum_moments total;  // relative to a plug-in of 1, everything but the estimator's shared factor
    wdm_sum_moments random; // the part of it that counts for change at one site
} wdm_parts;

// Adds a relative variance (days, censoring) to the moments.
void wdm_parts_add(wdm_sum_moments *moments, wdm_budget_part part, double rel_var);

// Fills median, interval ends, RSDs, budget and the estimator's flags of out; leaves the rest.
void wdm_parts_finish(wdm_estimator *est, const wdm_parts *parts, wdm_estimate *out);

// All doubles NaN, counts 0, budget 0.
void wdm_estimate_clear(wdm_estimate *out);

#endif
