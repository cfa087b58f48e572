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
// 1871-1970 -> S -1387, variance 112728.333, z -4.128067, p 3.6583e-05. Values must be independent;
// else wdm_mannkendall_autocorr. Kendall 1975, Rank Correlation Methods; Mann 1945,
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

struct wdm_theilsen_result;

// How the values of one series hang together in time.
typedef struct wdm_mk_autocorr_opts {
    double step;        // distance of two neighbours in x without a gap, > 0 (7 for weeks dated in days)
    size_t max_lag;     // lags 1..max_lag; 0: all that the series has
    double alpha;       // a lag counts when its autocorrelation is significant at this level, in (0, 1)
    bool never_smaller; // a factor below 1 (values that alternate) is taken as 1: the test never gets sharper
    const struct wdm_theilsen_result *line; // where the same values have been fitted already; NULL: done here
} wdm_mk_autocorr_opts;

// 5 lags, 0.05, never smaller; step is the caller's. False alarms at 5 % of a stationary autoregressive
// series, 52 and 104 values, plain -> with 5 lags (with all lags): autocorrelation 0: 4.6 and 3.1 % -> 4.5
// and 2.8 %; 0.3: 14 and 15 % -> 11 and 9 %; 0.6: 31 and 30 % -> 15 and 11 % (19 and 17 %). The test stays
// too eager: the autocorrelation of few detrended values comes out too small.
#define WDM_MK_AUTOCORR_OPTS_DEFAULT                                                                         \
    {                                                                                                        \
        .step = 1.0, .max_lag = 5, .alpha = 0.05, .never_smaller = true, .line = NULL                        \
    }

typedef struct wdm_mk_autocorr_result {
    wdm_mannkendall_result plain; // as if the values were independent
    double factor;                // by which autocorrelation multiplies the variance of S
    double n_eff;                 // n / factor: as many independent values say as much
    double rho1;                  // autocorrelation of the detrended ranks at lag 1; NaN: no pair at that lag
    size_t n_lags;                // significant lags that entered
    double variance;              // plain.variance factor
    double z;                     // with continuity correction
    double p;                     // two-sided; plain.p (exact for few values) where the factor is 1
} wdm_mk_autocorr_result;

// Hamed and Rao 1998, doi:10.1016/S0022-1694(97)00125-X: variance of S times
//   factor = 1 + 2 sum over significant lags k of (m_k / n) (N - k - 1) (N - k - 2) / ((N - 1) (N - 2))
//   rho(k)
// rho(k): autocorrelation at calendar lag k of the midranks of y - (Theil-Sen slope) x, significant beyond
// +-z(1 - alpha / 2) / sqrt(m_k + k); m_k: pairs of values k steps apart; N: steps from the first to the last
// value, plus one. rho(k) = [sum over these pairs of d_i d_j / (m_k + k)] / [sum d^2 / n], as R's acf does
// with missing values. Without gaps m_k = n - k, N = n: the published formula. Lags by rounding (x[j] - x[i])
// / step; a pair closer than half a step has none. Needs n >= 4 and an x that spans at most 64 n steps. A
// factor that is not positive is taken as 1. WDM_E_DATA otherwise. opts: step is needed.
wdm_rc wdm_mannkendall_autocorr(const double *x, const double *y, size_t n, const wdm_mk_autocorr_opts *opts,
                                wdm_mk_autocorr_result *result, wdm_err *err) WDM_MUST_CHECK;

#endif
