// SPDX-License-Identifier: GPL-3.0-or-later
// What could fake an alert: looks at one week of a site, each with a verdict. Pure; the sentences are in
// config/text.csv.
#ifndef WDM_WBE_ALERT_CHECKS_H
#define WDM_WBE_ALERT_CHECKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef enum wdm_verdict { WDM_VERDICT_OK, WDM_VERDICT_SUSPECT, WDM_VERDICT_UNKNOWN } wdm_verdict;
// ok, suspect, unknown
const char *wdm_verdict_text(wdm_verdict verdict);

// The mean of the days without the highest one, over the mean of all: what is left of the week's value when
// one day was wrong. Days below their limit (value NaN) count at half of it (0 when it is not known), in both
// means; only the ratio is used. NaN: fewer than 2 days, or none measured. 10, 12, 11, 67: 11 / 25 = 0.44.
double wdm_without_highest_day(const double *values, const double *limits, size_t n);

// The median flow of the week over the median of the weeks before it: a load rises with it when the meter
// reads too much. flows[0..n) of the week, before[0..n_before). Suspect when days_flagged > 0 or the ratio
// lies outside 1/1.5..1.5; unknown without a flow or with fewer than 7 before. *ratio: NaN when unknown.
// Flows 200, 210 after ten days of 100: 2.05, suspect. WDM_E_NOMEM.
wdm_rc wdm_verdict_flow(const double *flows, size_t n, const double *before, size_t n_before,
                        int days_flagged, double *ratio, wdm_verdict *verdict, wdm_err *err) WDM_MUST_CHECK;

#endif
