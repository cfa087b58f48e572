// SPDX-License-Identifier: GPL-3.0-or-later
// Draws from the distributions of num/dist.h, by GSL's own generators of distributions, on keyed streams.
// Pure.
#ifndef WDM_NUM_DRAW_H
#define WDM_NUM_DRAW_H

#include <stddef.h>
#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "base/rng.h"
#include "num/dist.h"

// The keyed generator of base/rng.h as a type of GSL (64 bits a call): state is the wdm_rng itself.
extern const gsl_rng_type wdm_gsl_rng;

// A GSL generator on the caller's state, valid while that lives: gsl_rng r = wdm_rng_as_gsl(&rng).
gsl_rng wdm_rng_as_gsl(wdm_rng *rng);

// One draw of a valid distribution: lognormal and normal by gsl_ran_gaussian_ziggurat (the normal again while
// it falls below mode / 100), uniform by gsl_ran_flat, beta by gsl_ran_beta, triangular by inversion.
// Example: fixed at 0.43 gives 0.43 and takes nothing from the stream.
double wdm_dist_draw(const wdm_dist *dist, const gsl_rng *rng);

// Standard normals z[0 .. n-1] of the stream (seed, key, part).
void wdm_draw_normals(uint64_t seed, uint64_t key, unsigned part, double *z, size_t n);

// The element that would stand at index k (0 <= k < n) were x sorted; reorders x so that no element before k
// is greater and none after it smaller. No NaN. O(n) on average (Hoare's find, median of three).
double wdm_select(double *x, size_t n, size_t k);
// Quantiles of a sample by linear interpolation between the order statistics at (n - 1) p (type 7 of Hyndman
// and Fan), without sorting it. probs ascending, each in 0 .. 1; x is reordered; n >= 1.
void wdm_sample_quantiles(double *x, size_t n, const double *probs, size_t n_probs, double *out);

#endif
