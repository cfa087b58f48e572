// SPDX-License-Identifier: GPL-3.0-or-later
// Probability that the true value is above a limit, for a positive quantity given by its median and its
// spread. Pure.
#ifndef WDM_NUM_EXCEED_H
#define WDM_NUM_EXCEED_H

#include "base/err.h"

// P(A > limit) when log A is normal with mean log(median) and sd log_sd: Q((log limit - log median) /
// log_sd). limit <= 0 -> 1; log_sd == 0 -> 1 when median > limit else 0. median 10, log_sd 0.5, limit 20 ->
// 0.082828. WDM_E_DATA: median not positive, log_sd negative, anything not finite.
wdm_rc wdm_exceed_lognormal(double median, double log_sd, double limit, double *p,
                            wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_exceed_estimate {
    double median;
    double lo95; // 2.5 % quantile, > 0, <= median
    double hi95; // 97.5 % quantile, >= median
} wdm_exceed_estimate;

// The same from a median with an asymmetric 95 % interval: on the log scale half a normal below the median
// with sd log(median / lo95) / 1.959964, half a normal above it with sd log(hi95 / median) / 1.959964. Half
// of the probability lies on each side, so the three given numbers are exactly its 2.5 %, 50 % and 97.5 %
// quantiles (a split normal with one common density at the join would move the median). {10, 5, 30}: limit 30
// -> 0.025, limit 10 -> 0.5, limit 5 -> 0.975, limit 20 -> 0.108118. WDM_E_DATA: not 0 < lo95 <= median <=
// hi95, anything not finite.
wdm_rc wdm_exceed_split(const wdm_exceed_estimate *estimate, double limit, double *p,
                        wdm_err *err) WDM_MUST_CHECK;

#endif
