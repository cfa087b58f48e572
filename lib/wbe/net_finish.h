// SPDX-License-Identifier: GPL-3.0-or-later
// The intervals of a value that is net of what other substances bring, or corrected for losses: beside the
// errors of every value
//   (A - x R M) / (1 - x)   A, M: the analyses of the two residues over the period, R the ratio
//   (num/difference.h) k^(E - 1)               the half-life (WDM_DIST_DECAY) (1 - s) / (1 - s E)     the
//   share bound to particles
// beside the shared factors; the difference as a mixture, corrections on the log grid. Internal to wbe. Pure.
#ifndef WDM_WBE_NET_FINISH_H
#define WDM_WBE_NET_FINISH_H

#include "wbe/attribution.h"
#include "wbe/estimate_parts.h"

// Truth over plug-in beside a lognormal divisor.
typedef struct wdm_net_ends {
    double total[3]; // 2.5, 50, 97.5 %
    double random[3];
    double rsd_total, rsd_random; // NaN when it does not exist (a half-life)
    double log_var[WDM_BUDGET_N]; // of the parts that this adds
    double p_zero;                // P(nothing is left)
} wdm_net_ends;

// sigma and sigma_random: of the lognormal divisor of all other own errors (its median is not in the ends).
// Where gross_per_net is NaN (as much or more was taken off than there was) the ends are those over the gross
// value. All ends are NaN when est or error make no distribution.
void wdm_net_ends_of(wdm_estimator *est, const wdm_net_error *error, double sigma, double sigma_random,
                     wdm_net_ends *ends);

// Flags of the period (wdm_net_flags); a suppressed value loses its numbers, and keeps its days.
void wdm_net_close(const wdm_day_value *days, size_t n, wdm_estimate *out);

#endif
