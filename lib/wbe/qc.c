// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/qc.h"

#include <math.h>

#include "base/mem.h"
#include "num/robust.h"

wdm_qc_measures wdm_qc_measures_none(void)
{
    const double none = (double)NAN;
    return (wdm_qc_measures){.expected_ng_l = none,
                             .area = none,
                             .is_area = none,
                             .rt = none,
                             .rt_expected = none,
                             .ion_ratio = none,
                             .ion_ratio_expected = none,
                             .signal_to_noise = none,
                             .r2 = none,
                             .manual = false,
                             .parent_sample_id = "",
                             .is_name = ""};
}

bool wdm_qc_measures_any(const wdm_qc_measures *m)
{
    return m->manual || m->parent_sample_id[0] != '\0' || !isnan(m->expected_ng_l) || !isnan(m->is_area) ||
           !isnan(m->rt) || !isnan(m->ion_ratio) || !isnan(m->r2);
}

const char *wdm_qc_kind_name(wdm_qc_kind kind)
{
    static const char *const names[] = {
#define WDM_QC_KIND_NAME(id, name, how) name,
        WDM_QC_KIND_LIST(WDM_QC_KIND_NAME)
#undef WDM_QC_KIND_NAME
    };
    return names[kind];
}

const char *wdm_qc_severity_name(int severity)
{
    static const char *const names[] = {"note", "estimate", "fail"};
    return names[severity];
}

static double ratio(double a, double b)
{
    return b != 0.0 ? a / b : (double)NAN;
}

double wdm_qc_rpd_percent(double a, double b)
{
    return ratio(200.0 * fabs(a - b), a + b);
}

double wdm_qc_recovery_percent(double spiked_ng_l, double native_ng_l, double added_ng_l)
{
    return ratio(100.0 * (spiked_ng_l - native_ng_l), added_ng_l);
}

double wdm_qc_deviation_percent(double found, double expected)
{
    return ratio(100.0 * (found - expected), expected);
}

double wdm_qc_share_percent(double part, double whole)
{
    return ratio(100.0 * part, whole);
}

double wdm_qc_collected_hours(wdm_when start, wdm_when end)
{
    if (start.minute < 0 || end.minute < 0)
        return (double)NAN;
    return 24.0 * (double)(end.day - start.day) + (double)(end.minute - start.minute) / 60.0;
}

double wdm_qc_z(double value, double mean, double sd)
{
    return sd > 0.0 ? (value - mean) / sd : (double)NAN;
}

wdm_rc wdm_qc_chart_limits(const double *x, size_t n, double *mean, double *sd, size_t *n_used, wdm_err *err)
{
    double median = (double)NAN;
    double mad = (double)NAN;
    double *kept = NULL;
    size_t k = 0;
    wdm_rc rc = wdm_robust_median(x, n, &median, err);
    if (rc == WDM_OK)
        rc = wdm_robust_mad(x, n, &mad, err);
    if (rc != WDM_OK)
        return rc;
    kept = wdm_alloc(n, sizeof *kept);
    if (kept == NULL)
        return wdm_err_nomem(err);
    mad *= 3.0 * WDM_MAD_TO_SD * wdm_robust_mad_factor(n);
    for (size_t i = 0; i < n; i++) {
        if (!(mad > 0.0) || fabs(x[i] - median) <= mad) // more than half equal: no spread to judge by
            kept[k++] = x[i];
    }
    *n_used = k;
    rc = wdm_robust_mean(kept, k, mean, err);
    if (rc == WDM_OK)
        rc = wdm_robust_sd(kept, k, sd, err);
    if (rc == WDM_OK && !(*sd > 0.0))
        rc = wdm_err_set(err, WDM_E_DATA, "all %zu values are equal", k);
    wdm_free(kept);
    return rc;
}
