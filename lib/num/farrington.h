// SPDX-License-Identifier: GPL-3.0-or-later
// The seasonal regression behind Farrington's detector and its improved form: what the same time of earlier
// years says of this point. For lib/num/detector_farrington*.c. Pure.
//
//   log mu = level + trend x time (+ a factor of the season),  var = phi mu
// 1. References: points within half_window periods of the same time in each of the `years` years before, all
// but the
//    last past_out ones. With levels > 1 the periods between these windows enter too, in levels - 1 blocks a
//    year, each with a factor of its own.
// 2. Fit; Anscombe residuals s = 3/2 (y^(2/3) mu^(-1/6) - mu^(1/2)) / sqrt(phi (1 - h)); past outbreaks s >
// threshold
//    get the weight gamma / s^2, the others gamma, with sum of weights = n; fit again. phi is at least
//    phi_min.
// 3. The trend stays when its p is below trend_p, at least three years have references, and the value
// predicted does
//    not exceed the largest reference; else steps 1 and 2 without it. A fit with trend that does not converge
//    too.
// Farrington et al. 1996, doi:10.2307/2983331; Noufaily et al. 2013, doi:10.1002/sim.5595.
#ifndef WDM_NUM_FARRINGTON_H
#define WDM_NUM_FARRINGTON_H

#include "num/detector_parts.h"

typedef struct wdm_farrington_opts {
    int years, half_window, season, levels, past_out;
    double weights_threshold;
    double trend_p;
    double phi_min;
    // As R surveillance 1.20.3 (farringtonFlexible): standard error and trend test with the dispersion
    // sum(weight ((y - mu) / mu)^2) / (n - p), because it writes its own weights over those of the fit.
    bool r_variance;
    double cases;     // no alarm, and no bound, when the last case_periods hold less
    int case_periods; // the point itself among them
} wdm_farrington_opts;

typedef struct wdm_farrington {
    double mu;     // expected value of the point
    double se_eta; // standard error of its log
    double phi;
    bool has_trend;
    size_t n; // references
} wdm_farrington;

// What a detector of this family adds: its parameters read as options, and its bound of a point's fit with
// *p, the probability of this value or more.
typedef struct wdm_farrington_kind {
    const wdm_detector *detector;
    wdm_farrington_opts (*opts_of)(const double *parameters);
    double (*bound_of)(const wdm_farrington *fit, const double *parameters, double value, double *p);
} wdm_farrington_kind;

// run, needs and works_from of such a detector. A point is "insufficient data" when the series does not reach
// back over all years, when fewer than half of the points of the windows are there, or when no fit converges.
// References that are all 0 give mu 0, phi phi_min. WDM_E_DATA: windows that overlap, or blocks of no length,
// too.
wdm_rc wdm_farrington_run(const wdm_farrington_kind *kind, const wdm_detector_point *points, size_t n,
                          const double *parameters, wdm_detector_verdict *verdicts,
                          wdm_err *err) WDM_MUST_CHECK;
size_t wdm_farrington_needs(const wdm_farrington_kind *kind, const double *parameters);
int32_t wdm_farrington_works_from(const wdm_farrington_kind *kind, const wdm_detector_point *points, size_t n,
                                  const double *parameters);

// Upper bound on the 2/3 power (against skewness): (mu^(2/3) + z se)^(3/2), se = sqrt(4/9 mu^(1/3) tau),
// tau = phi + mu se_eta^2. mu 10, se_eta 0.1, phi 2, z 1.96: 20.215621. *p is P(this value or more).
double wdm_farrington_bound(const wdm_farrington *fit, double z, double value, double *p);

#endif
