// SPDX-License-Identifier: GPL-3.0-or-later
// Theil-Sen slope by real dates, never by index. Pure.
#ifndef WDM_NUM_THEILSEN_H
#define WDM_NUM_THEILSEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
    WDM_SEN_MIN_N = 3,
    WDM_SEN_MAX_N = 4000
}; // of the slopes those near the wanted ones are held; all of them,
// 64 to 128 MB at the maximum, only where most are equal

// Which order statistics of the N sorted slopes bound the slope. With C = z sqrt(variance of Kendall's S,
// corrected for ties) both start from the ranks M1 = (N - C) / 2 and M2 + 1 = (N + C) / 2 + 1 (Sen 1968;
// Gilbert 1987).
// - INTERPOLATED (default): linear between the neighbouring slopes; Gilbert's own rule and that of R
// EnvStats. EPA sulfate
//   17-6 by YY.M code -> 26.6666667 [20.0, 35.71182].
// - ROUNDED: both ranks rounded to the nearest; R trend::sens.slope. Nile -> -2.6 [-3.627907, -1.428571].
typedef enum wdm_sen_rank { WDM_SEN_RANK_INTERPOLATED, WDM_SEN_RANK_ROUNDED } wdm_sen_rank;

typedef struct wdm_theilsen_result {
    size_t n;
    size_t n_slopes;  // pairs with different x
    double slope;     // median slope, units of y per unit of x
    double intercept; // median of y - slope x
    double slope_lo;  // NaN both when too few pairs for the asked confidence (has_interval false)
    double slope_hi;
    bool has_interval;
} wdm_theilsen_result;

typedef struct wdm_theilsen_opts {
    double confidence; // in (0, 1)
    wdm_sen_rank rank;
} wdm_theilsen_opts;

#define WDM_THEILSEN_OPTS_DEFAULT                                                                            \
    {                                                                                                        \
        .confidence = 0.95, .rank = WDM_SEN_RANK_INTERPOLATED                                                \
    }

// x: days or decimal years, any order, ties allowed (pairs with the same x are skipped, and the variance of S
// is corrected for them). x and y finite, n in WDM_SEN_MIN_N..WDM_SEN_MAX_N, at least two different x; else
// WDM_E_DATA. opts NULL: the defaults. EPA sulfate by true decimal year (year + (month - 1) / 12)
// -> 26.4935065 per year. {0, 1, 2, 4}, {1, 3, 5, 9} -> slope 2, intercept 1. Sen 1968,
// doi:10.1080/01621459.1968.10480934.
wdm_rc wdm_theilsen_fit(const double *x, const double *y, size_t n, const wdm_theilsen_opts *opts,
                        wdm_theilsen_result *result, wdm_err *err) WDM_MUST_CHECK;

#endif
