// SPDX-License-Identifier: GPL-3.0-or-later
// Distributions of one uncertain positive quantity (an excretion fraction, a dose, a population ...). Pure.
//
// Numbers by kind (what is not named is not read):
//   fixed       mode
//   lognormal   median = mode, u_rel = sd / mean; sigma of the log = sqrt(ln(1 + u_rel^2))
//   normal      mean = mode, sd = u_rel * mode, truncated to [mode / 100, infinity): positive, and 1/X keeps
//   its moments uniform     support low .. high triangular  support low .. high, peak at mode beta Beta(a, b)
//   on (0, 1) with the moments of PERT: mean (low + 4 mode + high) / 6, sd (high - low) / 6
// Two kinds come from formulas, never from a table:
//   decay       ln X lognormal: X = mode^E, mode > 1, E of median 1 and u_rel. A correction 2^(t / t_half)
//   whose half-life has u_rel; its mean does not exist (moments 1, 2: infinity)
//   surplus     X = 1 + (mode - 1) E, mode > 1, E of median 1 and u_rel. A correction 1 / (1 - share) whose
//   odds share / (1 - share) have u_rel
// Lognormal and normal stand for the stated value with a relative standard uncertainty (k = 1), METHOD 5.
#ifndef WDM_NUM_DIST_H
#define WDM_NUM_DIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define WDM_DIST_LIST(X)                                                                                     \
    X(WDM_DIST_FIXED, "fixed")                                                                               \
    X(WDM_DIST_LOGNORMAL, "lognormal")                                                                       \
    X(WDM_DIST_NORMAL, "normal")                                                                             \
    X(WDM_DIST_UNIFORM, "uniform")                                                                           \
    X(WDM_DIST_TRIANGULAR, "triangular")                                                                     \
    X(WDM_DIST_BETA, "beta")

typedef enum wdm_dist_kind {
#define WDM_DIST_ENUM(id, name) id,
    WDM_DIST_LIST(WDM_DIST_ENUM)
#undef WDM_DIST_ENUM
        WDM_DIST_DECAY,
    WDM_DIST_SURPLUS
} wdm_dist_kind;

typedef struct wdm_dist {
    wdm_dist_kind kind;
    double low;
    double mode;
    double high;
    double u_rel;
} wdm_dist;

// Name as in the config tables ("triangular"), borrowed; parse is false for an unknown word.
const char *wdm_dist_name(wdm_dist_kind kind);
bool wdm_dist_parse(const char *name, wdm_dist_kind *kind);

// WDM_E_DATA with the reason when the numbers do not make a distribution of a positive quantity: not finite,
// mode <= 0, low < 0, low > mode, mode > high, low == high (write fixed), u_rel < 0 or > 10, beta outside (0,
// 1] or too wide.
wdm_rc wdm_dist_validate(const wdm_dist *dist, wdm_err *err) WDM_MUST_CHECK;

// The functions below want a valid distribution.

// P(X <= x). Example: triangular 0.25 / 0.292 / 0.45: F(0.292) = 0.21.
double wdm_dist_cdf(const wdm_dist *dist, double x);
// x with F(x) = p; NaN unless 0 < p < 1 (0 and 1 give the ends of a bounded support). Within 1e-12 relative.
double wdm_dist_quantile(const wdm_dist *dist, double p);
// E[X^k] for k = -2, -1, 1, 2 (NaN otherwise); infinity where the integral diverges (1/X with support down to
// 0).
double wdm_dist_moment(const wdm_dist *dist, int k);
// Mean and variance of X.
double wdm_dist_mean(const wdm_dist *dist);
double wdm_dist_variance(const wdm_dist *dist);
// Ends of ln X that hold all but 2e-9 of the probability (the whole support where it is bounded and low > 0).
void wdm_dist_log_range(const wdm_dist *dist, double *log_low, double *log_high);
// Probability of ln X in each of n cells of width step from x0: the density of the log on a grid times step,
// exact in each cell. mass has n elements. Shape: sum of mass = P(x0 < ln X <= x0 + n step).
void wdm_dist_log_masses(const wdm_dist *dist, double x0, double step, size_t n, double *mass);

// Shape a, b of a beta distribution.
void wdm_dist_beta_shape(const wdm_dist *dist, double *a, double *b);

// sigma of the log from a relative standard uncertainty: sqrt(ln(1 + u^2)), 0.26 -> 0.255758.
double wdm_dist_sigma_of_u(double u_rel);

#endif
