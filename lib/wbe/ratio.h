// SPDX-License-Identifier: GPL-3.0-or-later
// Ratio of loads of one site and day, or of the same days: flow, population and sampling cancel, the analyses
// do not. METHOD 3.1, 3.4, 3.5. Pure.
#ifndef WDM_WBE_RATIO_H
#define WDM_WBE_RATIO_H

#include <stdbool.h>
#include <stddef.h>

#include "wbe/estimate.h"

// One analyte on one day.
typedef struct wdm_ratio_term {
    wdm_day_value value;
    double weight;   // 1, 1 / molar mass for a molar ratio, x what else belongs to this analyte
    double u_weight; // relative, shared by all terms of the analyte
    size_t analyte;  // any numbering; batches of two analytes are two, whatever their keys
    bool above;      // it belongs to the numerator, else to the denominator
} wdm_ratio_term;

typedef enum wdm_ratio_verdict {
    WDM_RATIO_NONE,    // no range was given
    WDM_RATIO_NORMAL,  // inside
    WDM_RATIO_ABOVE,   // P(above high) >= WDM_RATIO_P
    WDM_RATIO_BELOW,   // P(below low) >= WDM_RATIO_P
    WDM_RATIO_UNCLEAR, // outside, but within its noise, or a limit decides nothing
    WDM_RATIO_VERDICT_N
} wdm_ratio_verdict;
#define WDM_RATIO_P 0.95

// Word as exported: "", "normal", "above", "below", "cannot be told".
const char *wdm_ratio_verdict_text(wdm_ratio_verdict verdict);

typedef struct wdm_ratio {
    double ratio;      // plug-in; NaN when a side has a value below its limit
    double bound_low;  // lowest and highest ratio of the plug-in values; both = ratio when all are measured
    double bound_high; // infinity when the denominator may be 0
    double limit;      // of `<` or `>`; NaN without a sign
    char sign;         // '<', '>', or 0: a number, or between two bounds
    double lo95, hi95; // total interval
    double sigma;      // of the log
    size_t n_days;
} wdm_ratio;

// Sum of weight x load of the numerator's terms over that of the denominator's. share: the numerator's part
// of both together instead, n / (n + d), with n and d the two sides (an enantiomeric fraction, an
// apportionment). A term below its limit is its interval. false when nothing can be told: a side without
// terms, or 0 to infinity. Example: loads 27 and 100, both analyses 10 %: 0.27, 0.2051 to 0.3554; 27 over
// < 10: > 2.7; two terms of 65 and 35 as a share: 0.65, 0.585 to 0.710.
bool wdm_ratio_of(const wdm_ratio_term *terms, size_t n, bool share, wdm_ratio *ratio);

// low, high: the range, NaN: none on that side. A ratio out of the range is one only when it is beyond the
// line with probability WDM_RATIO_P; where bounds stand, the nearer one decides.
// Example: 0.9 with sigma 0.1 above 0.75: above; with sigma 0.2: cannot be told.
wdm_ratio_verdict wdm_ratio_judge(const wdm_ratio *ratio, double low, double high);

#endif
