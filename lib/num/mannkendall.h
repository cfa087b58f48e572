// SPDX-License-Identifier: GPL-3.0-or-later
// Mann-Kendall test for a monotonic trend. Pure.
#ifndef WDM_NUM_MANNKENDALL_H
#define WDM_NUM_MANNKENDALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { WDM_MK_MIN_N = 3, WDM_MK_EXACT_MAX_N = 10 };

typedef struct wdm_mannkendall_result {
    size_t n;
    int64_t s;       // number of rising pairs less falling pairs
    double variance; // of S without trend, corrected for ties
    double z; // (S - sign(S)) / sqrt(variance): continuity correction of one; 0 when S is 0 or nothing varies
    double p_normal; // two-sided, from z
    double p;        // the one to use: exact where is_exact, else p_normal
    bool is_exact;   // n <= WDM_MK_EXACT_MAX_N and no ties in x or y: exact distribution of S
    bool has_ties;
} wdm_mannkendall_result;

// S = sum over i < j of sign(x[j] - x[i]) sign(y[j] - y[i]); x NULL means the order of the array. n >=
// WDM_MK_MIN_N finite values, else WDM_E_DATA. The exact two-sided p is min(1, 2 P(S' >= |S|)) over all n!
// orders. {1, 2, 3, 5} -> S 6, variance 8.666667, z 1.698416, p 0.083333 exact (1 / 24 in each tail). Nile
// 1871-1970 -> S -1387, variance 112728.333, z -4.128067, p 3.6583e-05. Values must be independent: no
// correction for autocorrelation here. Kendall 1975, Rank Correlation Methods; Mann 1945,
// doi:10.2307/1907187.
wdm_rc wdm_mannkendall_test(const double *x, const double *y, size_t n, wdm_mannkendall_result *result,
                            wdm_err *err) WDM_MUST_CHECK;

// Variance of Kendall's S for n pairs without association, with ties in both (x may be NULL: no ties in x):
//   [n(n-1)(2n+5) - sum t(t-1)(2t+5) - sum u(u-1)(2u+5)] / 18 + sum t(t-1)(t-2) sum u(u-1)(u-2) / (9
//   n(n-1)(n-2))
//   + sum t(t-1) sum u(u-1) / (2 n(n-1))
// with t and u the sizes of the groups of equal x and y. Needs n >= 3 finite values. any_ties may be NULL.
wdm_rc wdm_mannkendall_variance(const double *x, const double *y, size_t n, double *variance, bool *any_ties,
                                wdm_err *err) WDM_MUST_CHECK;

#endif
