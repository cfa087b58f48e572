// SPDX-License-Identifier: GPL-3.0-or-later
// Akritas-Theil-Sen line and Kendall's tau for values of which some are below a limit; any number of limits.
// Pure.
#ifndef WDM_NUM_ATS_H
#define WDM_NUM_ATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { WDM_ATS_MIN_N = 3, WDM_ATS_MAX_N = 4000 };

typedef struct wdm_ats_result {
    size_t n;
    size_t n_censored;
    int64_t s;        // pairs that surely rise less pairs that surely fall
    double tau;       // tau-b: S / sqrt(pairs with different x  times  pairs with a known order of y)
    double variance;  // of S without association, given the pattern of limits and ties
    double z;         // continuity correction of one; 0 when S is 0 or nothing varies
    double p;         // two-sided, normal
    double slope;     // units of y per unit of x; NaN: the comparable pairs bound it on one side only
    double intercept; // NaN: the median of the residuals lies below all that was measured
    double slope_lo;  // NaN both when too few comparable pairs for the asked confidence
    double slope_hi;
    bool has_interval;
} wdm_ats_result;

typedef struct wdm_ats_point {
    double x;      // days or decimal years
    double y;      // the value, or its limit when censored (logs are as good: only the order counts)
    bool censored; // the value is below y
} wdm_ats_point;

// points in any order, x and y finite. Two values compare when both were measured, or when one was measured
// at or above the limit of the other (then it is the higher one); two censored values never do. Slope: where
// Kendall's S of x with the residuals y - slope x is 0 (a censored residual stays censored), that is a median
// of the slopes of the pairs in which a pair of measured values counts twice and a pair with one limit once;
// the middle of the interval where S stays 0. Without censoring it is the Theil-Sen slope. Interval:
// inversion of the test, the slopes at which S of the residuals is +-z sqrt(variance), interpolated between
// neighbouring slopes (without censoring: that of num/theilsen). Variance: exact over all orders of the
// values against x (Daniels 1944, doi:10.1093/biomet/33.2.129; Kendall 1975), 1/4 of
//   4 A(a) A(b) / (n (n - 1) (n - 2)) + 2 sum a_ij^2 sum b_ij^2 / (n (n - 1)),  A(c) = sum_i c_i.^2 - sum
//   c_ij^2
// with a_ij and b_ij the known signs of x and y; it takes limits as spread over the dates by chance.
// Intercept: median of the residuals by the product-limit estimate for left-censored values (Turnbull's,
// where every censored value reaches down without end). (0, <1), (1, 2), (2, <3), (3, 5), (4, 6) -> S 7,
// slope 1.25, intercept 1. Akritas, Murphy and LaValley 1995, doi:10.1080/01621459.1995.10476499. WDM_E_DATA:
// n out of range, a value not finite, confidence not in (0, 1), no comparable pair with different x.
wdm_rc wdm_ats_fit(const wdm_ats_point *points, size_t n, double confidence, wdm_ats_result *result,
                   wdm_err *err) WDM_MUST_CHECK;

#endif
