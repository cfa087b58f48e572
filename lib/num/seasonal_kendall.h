// SPDX-License-Identifier: GPL-3.0-or-later
// Seasonal Kendall test and slope: a season is compared with the same season of other years only. Pure.
#ifndef WDM_NUM_SEASONAL_KENDALL_H
#define WDM_NUM_SEASONAL_KENDALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { WDM_SEASONAL_MAX_N = 4000 };

typedef struct wdm_seasonal_point {
    double x; // date, days or decimal years
    double y;
    int season; // any number: month, quarter, group of ISO weeks
    int year;   // which round of the seasons
} wdm_seasonal_point;

typedef struct wdm_seasonal_kendall_result {
    size_t n;            // values of one season in one year
    size_t n_seasons;    // seasons with two years or more
    size_t n_years;      // different years
    int64_t s;           // sum over the seasons of Kendall's S
    double variance;     // sum over the seasons, corrected for ties: the seasons independent
    double z;            // continuity correction of one
    double p;            // two-sided
    double covariance;   // sum of the covariances of all pairs of different seasons
    double z_covariance; // with variance + covariance; NaN where that sum is not positive
    double p_covariance;
    double homogeneity;   // sum of squares of the seasons' z (not corrected) about their mean
    double p_homogeneity; // chi-squared with n_seasons - 1 degrees of freedom; NaN: fewer than two seasons.
                          // Small: the seasons move differently, and one slope does not describe them
    double slope;         // median of the slopes within seasons, units of y per unit of x
    double slope_lo;      // NaN both when too few pairs for the asked confidence
    double slope_hi;
    bool has_interval;
} wdm_seasonal_kendall_result;

typedef struct wdm_seasonal_kendall_opts {
    double confidence;   // of the slope's interval, in (0, 1)
    bool use_covariance; // in the slope's interval; where the sum is not positive the variance alone
} wdm_seasonal_kendall_opts;

#define WDM_SEASONAL_KENDALL_OPTS_DEFAULT                                                                    \
    {                                                                                                        \
        .confidence = 0.95, .use_covariance = true                                                           \
    }

// points in any order. Several of one season and year stand for one: their median y at their median x. Within
// season g, S_g = sum over years i < j of sign(y_j - y_i); S = sum of S_g, variance the sum of those of
// num/mannkendall. Covariance of seasons g and h (Dietz and Killeen 1981, as in Hirsch and Slack 1984,
// doi:10.1029/WR020i006p00727; years without a value of one of them get its mean rank):
//   [sum over years i < j of sign((y_jg - y_ig) (y_jh - y_ih)) + 4 sum_i R_ig R_ih - n (n_g + 1) (n_h + 1)]
//   / 3
// with R_ig = [n_g + 1 + sum_j sign(y_ig - y_jg)] / 2 and n the years. Test of homogeneity: van Belle and
// Hughes 1984, doi:10.1029/WR020i001p00127. Slope: Hirsch, Slack and Smith 1982, doi:10.1029/WR018i001p00107;
// its interval as in num/theilsen (ranks interpolated) with the variance of this S.
// Two seasons in years 1, 2, 3: {1, 2, 3} and {5, 7, 9} at x = year -> S 6, variance 7.333333, slope 1.5.
// WDM_E_DATA: a value not finite, n over WDM_SEASONAL_MAX_N, no season with two different years.
wdm_rc wdm_seasonal_kendall_test(const wdm_seasonal_point *points, size_t n,
                                 const wdm_seasonal_kendall_opts *opts, wdm_seasonal_kendall_result *result,
                                 wdm_err *err) WDM_MUST_CHECK;

#endif
