// SPDX-License-Identifier: GPL-3.0-or-later
// The lognormal log likelihood of a sample with censored values, and its maximum. Internal to num. Pure.
#ifndef WDM_NUM_CENS_LOGNORMAL_H
#define WDM_NUM_CENS_LOGNORMAL_H

#include "num/censored.h"

// In Olsen's parameters theta = 1 / sdlog, delta = meanlog / sdlog, with y the log of a value:
//   detected y: log(theta) - (theta y - delta)^2 / 2
//   censored between a and b (a = -infinity without a lower end): log(Phi(theta b - delta) - Phi(theta a -
//   delta)) prior: power log(theta) - decay theta^2
// Each term is concave in (theta, delta) for power >= 0 (Olsen 1978, Econometrica 46:1211; an interval's term
// by the theorem of Prekopa), so Newton's method with step halving ends at the only maximum.
typedef struct wdm_olsen_data {
    const wdm_cens *v;
    const double *high; // log of value or limit, less a centre
    const double *low;  // log of the lower end, less the centre; -INFINITY without one
    size_t n;
    double power;
    double decay;
} wdm_olsen_data;

typedef struct wdm_olsen {
    double value;
    double d_theta, d_delta; // gradient
    double tt, td, dd;       // Hessian
} wdm_olsen;

// log(Phi(b) - Phi(a)) for a < b; a may be -INFINITY.
double wdm_log_phi_between(double a, double b);

wdm_olsen wdm_olsen_at(const wdm_olsen_data *data, double theta, double delta);

// From the start given to the maximum; false when it is not reached.
bool wdm_olsen_maximise(const wdm_olsen_data *data, double *theta, double *delta);

// Logs of values and limits less their mean, the centre; spread: their sd. logs has 2 n elements: high ends,
// low ends.
wdm_rc wdm_olsen_prepare(const wdm_cens *v, size_t n, double *logs, double *centre, double *spread,
                         wdm_err *err) WDM_MUST_CHECK;

#endif
