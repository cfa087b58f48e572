// SPDX-License-Identifier: GPL-3.0-or-later
// Location and spread of a plain sample. All functions are pure and leave their input as it is.
//
// Missing values: NaN and infinities are refused with WDM_E_DATA (a library that sorts around NaN gives a
// wrong median in silence). Where missing values should be skipped say so with wdm_robust_present() first.
#ifndef WDM_NUM_ROBUST_H
#define WDM_NUM_ROBUST_H

#include <stddef.h>

#include "base/err.h"

// Makes the median absolute deviation of normal data estimate its standard deviation: 1 / qnorm(0.75).
#define WDM_MAD_TO_SD 1.482602218505602

// Copies the elements of x[0..n) that are not NaN to out (room for n; may be x itself), in order; returns how
// many. Infinities are kept, so that the next function refuses them.
size_t wdm_robust_present(const double *x, size_t n, double *out);

// Sorts x[0..n) in place, ascending. Precondition: no NaN.
void wdm_robust_sort(double *x, size_t n);

// Arithmetic mean of n >= 1 finite values. {1, 2, 6} -> 3. WDM_E_DATA: n == 0, a value not finite, or
// overflow.
wdm_rc wdm_robust_mean(const double *x, size_t n, double *mean, wdm_err *err) WDM_MUST_CHECK;

// Sample standard deviation (divisor n - 1) of n >= 2 finite values. {1, 2, 6} -> 2.645751. WDM_E_DATA as
// above.
wdm_rc wdm_robust_sd(const double *x, size_t n, double *sd, wdm_err *err) WDM_MUST_CHECK;

// Median of n >= 1 finite values; the mean of the two middle ones when n is even. {1, 6, 2} -> 2.
wdm_rc wdm_robust_median(const double *x, size_t n, double *median, wdm_err *err) WDM_MUST_CHECK;

// Quantile at share p in [0, 1], linear between order statistics at h = (n - 1) p + 1: type 7 of Hyndman and
// Fan (1996, doi:10.1080/00031305.1996.10473566), the default of R. {1, 2, 3, 4}, p = 0.25 -> 1.75.
wdm_rc wdm_robust_quantile(const double *x, size_t n, double p, double *quantile,
                           wdm_err *err) WDM_MUST_CHECK;

// Median of |x - median(x)|, n >= 1, not scaled. {1, 2, 3, 4, 100} -> 1. Multiply by WDM_MAD_TO_SD for a
// robust sd.
wdm_rc wdm_robust_mad(const double *x, size_t n, double *mad, wdm_err *err) WDM_MUST_CHECK;

// Factor that makes WDM_MAD_TO_SD * MAD nearly unbiased for the sd of n normal
// values: 1.196, 1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107 for n = 2..9, n / (n - 0.8) above; NaN for n
// < 2. n = 26 -> 1.031746. Croux and Rousseeuw 1992, doi:10.1007/978-3-662-26811-7_58.
double wdm_robust_mad_factor(size_t n);

#endif
