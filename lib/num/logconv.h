// SPDX-License-Identifier: GPL-3.0-or-later
// Distribution of a product of powers of independent positive factors, without drawing random numbers. The
// log of the product is a sum, so its distribution is a convolution. Lognormal factors merge into one
// Gaussian in closed form; the others are put on a grid of cells with exact cell probabilities, convolved
// with one another on the grid, and with the Gaussian in closed form. End points are within 0.1 % of the
// exact ones (tests/unit/num/test_logconv.c). Pure. Source: propagation of distributions, JCGM 101:2008 (GUM
// Supplement 1), done by convolution.
#ifndef WDM_NUM_LOGCONV_H
#define WDM_NUM_LOGCONV_H

#include <stddef.h>

#include "base/err.h"
#include "num/dist.h"

typedef struct wdm_factor_term {
    wdm_dist dist;
    double
        power; // +1: the factor multiplies, -1: it divides, -0.4: its 0.4th power divides; 0 < |power| <= 4
} wdm_factor_term;

enum { WDM_LOGCONV_CELLS = 1024, WDM_LOGCONV_TERMS = 16 };

// The prepared product. ln product = mu + sigma Z + G, G on the grid (n == 0: no grid, G = 0).
typedef struct wdm_logconv {
    double mu;
    double sigma;    // of the merged lognormal factors, with the grid's own correction
    double mean;     // E[product], exact; may be infinite
    double rsd;      // sd / mean of the product, exact; may be infinite or NaN when mean is infinite
    double log_mean; // mean and variance of the log
    double log_var;
    double x0; // left edge of the first cell
    double step;
    size_t n;
    double mass[WDM_LOGCONV_CELLS];
} wdm_logconv;

// Prepares the product of n terms (0 <= n <= WDM_LOGCONV_TERMS; 0 terms: the constant 1). WDM_E_DATA for an
// invalid term or power, or a factor that reaches down to 0 so far that its log has no usable
// range.
wdm_rc wdm_logconv_init(wdm_logconv *lc, const wdm_factor_term *terms, size_t n, wdm_err *err) WDM_MUST_CHECK;

// Distribution function and quantile of product * exp(extra_sigma Z'), Z' a further independent standard
// normal (extra_sigma 0: the product itself). NaN for y <= 0 and for p outside (0, 1).
double wdm_logconv_cdf(const wdm_logconv *lc, double extra_sigma, double y);
double wdm_logconv_quantile(const wdm_logconv *lc, double extra_sigma, double p);

// The three usual quantiles at once: out[i] of probs[i]. Shape: probs and out have n_probs elements.
// Example: lognormal mode 2 u_rel 0.3 times lognormal mode 3 u_rel 0.4: median 6, 97.5 % point 6 exp(1.959964
// * 0.484353).
wdm_rc wdm_logconv_quantiles(const wdm_factor_term *terms, size_t n, const double *probs, size_t n_probs,
                             double *out, wdm_err *err) WDM_MUST_CHECK;

#endif
