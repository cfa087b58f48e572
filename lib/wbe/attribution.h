// SPDX-License-Identifier: GPL-3.0-or-later
// A residue that other substances bring too: net = A - sum of r M, r the ratio of loads A / M where only the
// other substance is used. Flow, population and sampling are the same for A and M and stay what they are for
// A; the analyses differ. METHOD 3.1 and 3.2. Pure.
#ifndef WDM_WBE_ATTRIBUTION_H
#define WDM_WBE_ATTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "wbe/estimate.h"

// What a value below its limit stands with among errors: the middle of what it can be; its lower end where
// the limit is unknown.
double wdm_net_fill(const wdm_day_value *day);

// One other residue of that day, or a load that is known without a measurement (therapy): the day value with
// state MEASURED and no u.
typedef struct wdm_net_source {
    wdm_day_value other;
    double ratio;          // r, median
    double u_ratio;        // relative standard uncertainty of r
    double suppress_below; // A / M up to this: net A cannot be resolved; NaN: no such line
    double low_ratio;      // A / M below this is out of range; NaN: no such line
} wdm_net_source;

// Takes what the sources bring off the day's value, in place. Returns the flags that it earned:
// WDM_EST_NET_OF_OTHER, WDM_EST_CLIPPED_AT_ZERO.
//   A and all M measured: A - sum r M, at least 0 (then clipped_at_zero).
//   M below a limit: between A - r limit (at least 0) and A - r lower; a day of state 1 from the one to the
//   other. What leaves at most WDM_NET_OPEN of the value open is taken at its middle.
//   A below a limit: stays so, at the same limit; its lower end loses what M may bring.
// Example: A 10, M 20, r 0.09: 8.2. A 10, M < 20: 8.2 to 10. A 1, M 20: 0, clipped.
unsigned wdm_net_take(wdm_day_value *day, const wdm_net_source *sources, size_t n);
#define WDM_NET_OPEN 0.02

// Multiplies the value by 2^(t / t_half) = exp(ln_k), the loss in the sewer; u_half_life as in wdm_day_net.
void wdm_net_correct_decay(wdm_day_value *day, double ln_k, double u_half_life);
// Divides the value by 1 - share, the part that is bound to particles: times 1 + odds, odds = share / (1 -
// share), which are lognormal so that the share stays below 1. Example: share 0.2: x 1.25.
void wdm_net_correct_sorption(wdm_day_value *day, double share, double u_share);

// Relative uncertainty of the odds from that of the share, first order: u / (1 - share).
double wdm_net_u_odds(double share, double u_share);

// Changes the unit of what stands in net (persons / 1000: mg/d).
void wdm_net_scale(wdm_day_net *net, double k);

// The same of a period: its days' loads summed.
typedef struct wdm_net_error {
    bool net;             // something was taken off
    bool corrected;       // decay or sorption
    double gross;         // sum over the days
    double x;             // taken / gross
    double gross_per_net; // 1 / (1 - x); NaN where x >= 1
    double var_a;         // log variance of the analyses of A over the period, and of M
    double var_m;
    double part_a_analysis, part_a_batch, part_m_analysis, part_m_batch; // shares of them, sum 1 each
    double var_ratio;                                                    // log variance of r
    double tilt;   // median of the errors' sum of M / that of A
    double centre; // 1 / median of the errors' sum of A
    double ln_k, u_half_life, share, u_share;
} wdm_net_error;

// days: one value a day and site, n >= 1; a censored one as wdm_net_fill says.
wdm_rc wdm_net_error_of(const wdm_day_value *days, size_t n, wdm_net_error *error,
                        wdm_err *err) WDM_MUST_CHECK;

// WDM_EST_NET_OF_OTHER when something was taken off any day; WDM_EST_SUPPRESSED when the days' gross loads
// together are at or below what the other residues bring at most. Example: A/M 0.10, suppress_below 0.19:
// both.
unsigned wdm_net_flags(const wdm_day_value *days, size_t n);
// Whether the gross load is below the range of the ratio. Example: A/M 0.03, low_ratio 0.04: true.
bool wdm_net_ratio_is_low(const wdm_day_value *day);

#endif
