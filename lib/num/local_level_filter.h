// SPDX-License-Identifier: GPL-3.0-or-later
// Inside of num/local_level: filter, smoother and likelihood of a random walk seen with errors. Pure.
#ifndef WDM_NUM_LOCAL_LEVEL_FILTER_H
#define WDM_NUM_LOCAL_LEVEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// All arrays of n, owned by the caller.
typedef struct wdm_local_level_series {
    size_t n;
    double *x;      // dates, ascending
    double *y;      // what was seen, or what stands for a bound
    double *h;      // its variance; infinite: nothing was seen
    double *own;    // sd^2 of the value
    double *factor; // by which a value far off counts less; 0: a bound, whose h is not of the variances
    double *level;  // filled: smoothed level and its variance
    double *variance;
    double *filtered; // work
    double *filtered_variance;
    double level_variance; // of one unit of x
    double extra_variance;
} wdm_local_level_series;

// Kalman filter from a diffuse start and Rauch-Tung-Striebel smoother, at series->h.
void wdm_local_level_pass(wdm_local_level_series *series);

// Log-likelihood of the values seen, the first one given (diffuse start). Minus infinity where a variance of
// 0 forbids a value.
double wdm_local_level_log_likelihood(const wdm_local_level_series *series);

// Both variances, or the one that is NaN, by maximum likelihood of the values with finite h: their h becomes
// factor (own + extra_variance). Nelder and Mead 1965, doi:10.1093/comjnl/7.4.308, on the sds, from the best
// of a grid.
void wdm_local_level_fit_variances(wdm_local_level_series *series, double level_variance,
                                   double extra_variance);

#endif
