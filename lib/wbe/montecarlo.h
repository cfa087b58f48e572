// SPDX-License-Identifier: GPL-3.0-or-later
// Monte Carlo beside the analytic engine: the same model (estimate_parts.h), drawn. An estimator with one of
// these (est->mc) makes every estimate by it: days, weeks, regions, periods.
//
// A draw of the truth over the plug-in is   P / (R x X) x shared factors.   Each error has its own stream of
// standard normals (or of the distribution, for an excretion fraction), keyed by (seed, natural key, part),
// so that an error that two estimates share is the same in draw k of both: flow bias and population of a
// site, sampling and flow of a day for all its biomarkers, a batch for all its days and sites, excretion for
// every site. No position, no key of a database and no thread enters: any order gives the same bytes. Pure.
#ifndef WDM_WBE_MONTECARLO_H
#define WDM_WBE_MONTECARLO_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { WDM_MC_DRAWS_MIN = 1000, WDM_MC_DRAWS_DEFAULT = 10000, WDM_MC_DRAWS_MAX = 10000000 };

// Draws, seed and working memory. One a thread.
typedef struct wdm_mc wdm_mc;

// draws within WDM_MC_DRAWS_MIN and _MAX, else WDM_E_DATA. Memory: 40 x draws x 8 bytes. Free with
// wdm_mc_free.
wdm_rc wdm_mc_new(size_t draws, uint64_t seed, wdm_mc **mc, wdm_err *err) WDM_MUST_CHECK;
void wdm_mc_free(wdm_mc *mc);
size_t wdm_mc_draws(const wdm_mc *mc);

// Where an estimator leaves the draws of its last estimate, for results that combine several element by
// element (est->capture). Arrays of wdm_mc_draws, the caller's; either may be NULL. Both relative to the
// plug-in.
typedef struct wdm_mc_capture {
    double *total;
    double *random;
} wdm_mc_capture;

// 2.5, 50 and 97.5 % points and sd / mean of n values; x is reordered.
typedef struct wdm_mc_summary {
    double q[3];
    double rsd;
} wdm_mc_summary;

wdm_mc_summary wdm_mc_summarise(double *x, size_t n);

#endif
