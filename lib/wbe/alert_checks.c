// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/alert_checks.h"

#include <math.h>

#include "num/robust.h"

static const double flow_reach = 1.5;
enum { LEAST_FLOWS_BEFORE = 7 };

const char *wdm_verdict_text(wdm_verdict verdict)
{
    static const char *const texts[] = {"ok", "suspect", "unknown"};
    return (unsigned)verdict < sizeof texts / sizeof texts[0] ? texts[verdict] : "";
}

double wdm_without_highest_day(const double *values, const double *limits, size_t n)
{
    double sum = 0.0;
    double highest = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double value = values[i] > 0.0 ? values[i] : limits[i] > 0.0 ? limits[i] / 2.0 : 0.0;
        sum += value;
        highest = values[i] > highest ? values[i] : highest;
    }
    if (n < 2 || !(highest > 0.0))
        return (double)NAN;
    return (sum - highest) / (double)(n - 1) / (sum / (double)n);
}

wdm_rc wdm_verdict_flow(const double *flows, size_t n, const double *before, size_t n_before,
                        int days_flagged, double *ratio, wdm_verdict *verdict, wdm_err *err)
{
    double now = (double)NAN;
    double usual = (double)NAN;
    wdm_rc rc = WDM_OK;
    *ratio = (double)NAN;
    *verdict = days_flagged > 0 ? WDM_VERDICT_SUSPECT : WDM_VERDICT_UNKNOWN;
    if (n == 0 || n_before < LEAST_FLOWS_BEFORE)
        return WDM_OK;
    rc = wdm_robust_median(flows, n, &now, err);
    if (rc == WDM_OK)
        rc = wdm_robust_median(before, n_before, &usual, err);
    if (rc != WDM_OK || !(now > 0.0 && usual > 0.0))
        return rc;
    *ratio = now / usual;
    if (days_flagged == 0)
        *verdict = *ratio > flow_reach || *ratio < 1.0 / flow_reach ? WDM_VERDICT_SUSPECT : WDM_VERDICT_OK;
    return WDM_OK;
}
