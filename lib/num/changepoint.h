// SPDX-License-Identifier: GPL-3.0-or-later
// Changes of level in a series: Pettitt's test for one, optimal partitioning for several. Pure.
#ifndef WDM_NUM_CHANGEPOINT_H
#define WDM_NUM_CHANGEPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef struct wdm_pettitt_result {
    size_t n;
    size_t at;  // the first `at` values are before the change (the first place, where several are as good)
    double u;   // max |U_t|
    bool rises; // to a higher level
    double p;   // 2 exp(-6 u^2 / (n^3 + n^2)), at most 1
} wdm_pettitt_result;

// U_t = 2 (sum of the first t midranks) - t (n + 1). y in the order of time, finite, n >= 2. Nile 1871-1970
// -> at 28, u 1617, p 3.591e-07. {1, 2, 1, 2, 8, 9, 8, 9} -> at 4, u 16. Values must be independent. Pettitt
// 1979, doi:10.2307/2346729. WDM_E_DATA, WDM_E_NOMEM.
wdm_rc wdm_pettitt_test(const double *y, size_t n, wdm_pettitt_result *result, wdm_err *err) WDM_MUST_CHECK;

enum { WDM_CHANGEPOINT_MAX_N = 4000 };

typedef struct wdm_changepoint_opts {
    size_t min_segment;  // values a level needs on either side, >= 2
    double alpha;        // false alarms a series without change, about
    bool autocorrelated; // the spread of a level allows for values that resemble their neighbours
} wdm_changepoint_opts;

// 8 values, 5 %
#define WDM_CHANGEPOINT_OPTS_DEFAULT                                                                         \
    {                                                                                                        \
        .min_segment = 8, .alpha = 0.05, .autocorrelated = true                                              \
    }

typedef struct wdm_changepoint {
    size_t at; // index of the first value of the new level
    double before;
    double after;
    double step;    // after - before
    double step_lo; // 95 %
    double step_hi;
    double p; // of the largest such step anywhere between the neighbouring changes
} wdm_changepoint;

// Levels of y (logs) in the order of time. sd: random sd of each value, or NULL; NaN: not known (the mean of
// the known variances). A value's variance is sd^2 + tau^2, tau^2 the rest of the robust variance of the
// series. points has room for capacity changes; *count is how many there are, which may be more. Fewer than
// 2 min_segment values: none. WDM_E_DATA: n over WDM_CHANGEPOINT_MAX_N, a value not finite, an sd negative or
// infinite, min_segment < 2, alpha not in (0, 1).
wdm_rc wdm_changepoint_find(const double *y, const double *sd, size_t n, const wdm_changepoint_opts *opts,
                            wdm_changepoint *points, size_t capacity, size_t *count,
                            wdm_err *err) WDM_MUST_CHECK;

#endif
