// SPDX-License-Identifier: GPL-3.0-or-later
// Which slope and test a series gets: chosen by its values, and said. Pure.
#ifndef WDM_WBE_TREND_FIT_H
#define WDM_WBE_TREND_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "wbe/period.h"

#define WDM_DAYS_PER_YEAR 365.25
enum { WDM_TREND_FIT_MAX_N = 4000 };

typedef struct wdm_trend_value {
    double time;     // days
    double log;      // of the value or, censored, of its limit
    double log_sd;   // random; NaN: not known
    double shift_sd; // of what was added to make laboratories comparable
    bool censored;
} wdm_trend_value;

typedef struct wdm_trend_values {
    wdm_trend_value *rows; // by time
    size_t n;
    double shift_sd; // the largest; 0: nothing was added
} wdm_trend_values;

typedef struct wdm_trend_fit {
    const char *method; // NULL: no fit exists (no two values that compare on different dates)
    double slope_per_day, slope_lo, slope_hi; // 95 %; NaN both when too few pairs
    double p, p_independent;                  // two-sided
    double autocorrelation;                   // at the scale's step; NaN: not known
    double n_eff;                             // NaN: not known
} wdm_trend_fit;

// - A value below its limit among them: "akritas-theil-sen" (num/ats.h), slope and Kendall's test with
// limits.
// - None: "theil-sen" with Mann-Kendall (num/theilsen.h, num/mannkendall.h).
// - None, and neighbours resemble each other significantly: "theil-sen+hamed-rao": the variance of the test
// is
//   multiplied by their factor, and the slope's interval is that of the confidence 2 Phi(1.96 sqrt(factor))
//   - 1.
// Values that were shifted by what two laboratories differ (shift_sd > 0) move the slope when that is wrong:
// the distance of each end from the slope becomes sqrt(its square + m^2), m how far the slope moves when
// every shift is 1.96 sds higher. At least 5 values. WDM_E_NOMEM.
wdm_rc wdm_trend_fit_values(const wdm_trend_values *values, wdm_scale scale, wdm_trend_fit *fit,
                            wdm_err *err) WDM_MUST_CHECK;

// Days from one period of the scale to the next: 7, 30.4375, 91.3125, 365.25; campaigns: NaN.
double wdm_trend_step_days(wdm_scale scale);

#endif
