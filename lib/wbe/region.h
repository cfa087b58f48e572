// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over the plants of a region. Pure.
#ifndef WDM_WBE_REGION_H
#define WDM_WBE_REGION_H

#include <stddef.h>

#include "wbe/estimate.h"

// One plant's week.
typedef struct wdm_region_site {
    // Normalised loads, as for wdm_estimate_week. What a marker-based population takes out of them
    // (u_sampling, u_flow, u_flow_bias below u_sampling_mass, u_flow_mass, u_flow_bias_mass) is in the
    // masses, and in the people too.
    const wdm_day_value *days;
    size_t n_days;
    double population;       // persons, plug-in
    wdm_shared_u shared;     // as for the site's estimator
    double u_flow_bias_mass; // of the mass; 0 or NaN: shared.u_flow_bias
    double k_stability;      // of this site, 1 when off; replaces the factor's
    double stability_u_rel;
} wdm_region_site;

// The estimator of what all sites share, kept from one call to the next: making it takes longer than all
// else. Start with zeros.
typedef struct wdm_region_memo {
    bool ready;
    wdm_quantity quantity; // it was made for these
    wdm_factor factor;
    wdm_estimator estimator;
} wdm_region_memo;

typedef struct wdm_region_options {
    wdm_quantity quantity;
    wdm_week_options week;
    double region_population; // persons in the region; NaN: unknown, coverage NaN
    double censored_share;    // default 0.10: greatest share of the total that sites known by bounds only may
                              // leave open
    wdm_mc *mc;               // NULL (default): analytic
    const wdm_mc_capture *capture; // Monte Carlo: where the draws go beside; NULL: nowhere
    wdm_region_memo *memo;         // one for the calls of a quantity; NULL: none
} wdm_region_options;

wdm_region_options wdm_region_options_default(wdm_quantity quantity);

typedef struct wdm_region_estimate {
    wdm_estimate value; // n_days: site-days; weekday_mean, weekend_mean, day_median, sum, sum_sq: NaN
    double population;  // of the sampled sites
    double coverage;    // population / region_population; NaN when unknown
    int n_sites;
    int n_bounds_sites; // sites that entered by their bounds
} wdm_region_estimate;

// Quantity of the sampled plants, never extrapolated.
//   mass (kg/week)    sum over sites of mean load x persons: the population cancels and brings no uncertainty
//   per 1000 people   that mass / total population, with the uncertainty of that, independent by site; what a
//                     marker-based population shares with the mass of its day cancels
// The truth is the plug-in x P / R: R the site-days' shares of the mass times their errors, P the sites'
// shares of the people times theirs. Shared exactly: excretion, dose, stability (one half-life for all). By
// site: flow bias and population. By key, across sites: batch. Sites for which only bounds exist: while high
// minus low of the total is at most censored_share of the high total, they enter the estimate at the middle
// of their bounds and the interval at their ends; otherwise there is no estimate, only bound_low, bound_high
// and an interval from one to the other (flag bounds_only). WDM_E_DATA when the factor lacks what the
// quantity needs, n is 0, or a site has no days or no population. Example: two plants of 100,000 and 300,000
// people at 10 and 20 mg/d/1000, f = 1: mass 1000 + 6000 mg/d = 0.049 kg/week, consumption 7000 mg/d / 400
// thousand = 17.5 mg/d/1000.
wdm_rc wdm_estimate_region(const wdm_factor *factor, const wdm_region_site *sites, size_t n,
                           const wdm_region_options *opt, wdm_region_estimate *out,
                           wdm_err *err) WDM_MUST_CHECK;

#endif
