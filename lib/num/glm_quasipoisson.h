// SPDX-License-Identifier: GPL-3.0-or-later
// Generalised linear model with log link and variance phi * mean (quasi-Poisson), by iteratively reweighted
// least squares. The steps are those of R's glm.fit (start y + 0.1, deviance to 1e-8, at most 25 steps),
// so that figures agree within rounding, dispersion and hat values from the weights of the last step
// included. Pure.
//
//   E y = mu = exp(x beta),  var y = phi mu / weight
//   phi = sum w (y - mu)^2 / mu / (n - p),   w of the last step: weight * mu before it
//
// McCullagh and Nelder 1989, Generalized Linear Models, ch. 6 and 9.
#ifndef WDM_NUM_GLM_QUASIPOISSON_H
#define WDM_NUM_GLM_QUASIPOISSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { WDM_GLM_MAX_P = 32 };

typedef struct wdm_glm {
    size_t n_max;
    double *mu;  // fitted means of the last fit; [n]
    double *hat; // [n], by wdm_glm_hat()
    double *eta;
    double *w; // weights of the last step
    size_t n, p;
    double beta[WDM_GLM_MAX_P];
    double triangle[WDM_GLM_MAX_P * WDM_GLM_MAX_P]; // R of the last step, p x p, row by row
    double dispersion;                              // phi, not floored
} wdm_glm;

// Room for fits of up to n_max rows. glm needs wdm_glm_fini() after any result.
wdm_rc wdm_glm_init(wdm_glm *glm, size_t n_max, wdm_err *err) WDM_MUST_CHECK;
void wdm_glm_fini(wdm_glm *glm);

// x: n rows of p columns; y >= 0; weights > 0 or NULL (all 1); all finite, n <= n_max. False, and no figure
// may be read: no more rows than columns, columns that depend on each other, or no convergence. y = {2, 3, 6,
// 7, 8, 9, 10, 12, 15} on x = {-1, -1, 0, 0, 0, 0, 1, 1, 1} (Frome 1983) -> beta 1.8893, 0.6698, phi 0.4146.
bool wdm_glm_fit(wdm_glm *glm, const double *x, const double *y, const double *weights, size_t n, size_t p);

// Fills hat with the diagonal of the hat matrix of the last fit, which was of this x.
void wdm_glm_hat(wdm_glm *glm, const double *x);

// c' (X' W X)^-1 c for the p elements of c; times phi it is the variance of c' beta.
double wdm_glm_variance(const wdm_glm *glm, const double *c);

// Two-sided p of beta[at] == 0 by the t distribution with n - p degrees of freedom; dispersion as the caller
// has it.
double wdm_glm_p(const wdm_glm *glm, size_t at, double dispersion);

#endif
