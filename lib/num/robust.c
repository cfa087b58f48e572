// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/robust.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

size_t wdm_robust_present(const double *x, size_t n, double *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const double value = x[i];
        if (!isnan(value))
            out[kept++] = value;
    }
    return kept;
}

static int compare(const void *a, const void *b)
{
    double x = 0.0;
    double y = 0.0;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

void wdm_robust_sort(double *x, size_t n)
{
    if (n > 1)
        qsort(x, n, sizeof *x, compare);
}

static wdm_rc check(const double *x, size_t n, size_t least, const char *what, wdm_err *err)
{
    if (n < least)
        return wdm_err_set(err, WDM_E_DATA, "the %s needs at least %zu values, got %zu", what, least, n);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            return wdm_err_set(err, WDM_E_DATA, "the %s cannot be taken: value %zu is missing or not finite",
                               what, i + 1);
    }
    return WDM_OK;
}

static wdm_rc finite_result(double value, const char *what, wdm_err *err)
{
    if (!isfinite(value))
        return wdm_err_set(err, WDM_E_DATA, "the %s is too large to represent", what);
    return WDM_OK;
}

wdm_rc wdm_robust_mean(const double *x, size_t n, double *mean, wdm_err *err)
{
    wdm_rc rc = check(x, n, 1, "mean", err);
    *mean = (double)NAN;
    if (rc != WDM_OK)
        return rc;
    *mean = gsl_stats_mean(x, 1, n);
    return finite_result(*mean, "mean", err);
}

wdm_rc wdm_robust_sd(const double *x, size_t n, double *sd, wdm_err *err)
{
    wdm_rc rc = check(x, n, 2, "standard deviation", err);
    *sd = (double)NAN;
    if (rc != WDM_OK)
        return rc;
    *sd = gsl_stats_sd(x, 1, n);
    return finite_result(*sd, "standard deviation", err);
}

// Type 7 quantile of sorted values; p in [0, 1].
static double sorted_quantile(const double *x, size_t n, double p)
{
    const double h = (double)(n - 1) * p;
    const size_t below = (size_t)floor(h);
    const double part = h - (double)below;
    if (below + 1 >= n)
        return x[n - 1];
    return x[below] * (1.0 - part) + x[below + 1] * part; // this form cannot overflow
}

wdm_rc wdm_robust_quantile(const double *x, size_t n, double p, double *quantile, wdm_err *err)
{
    double *copy = NULL;
    wdm_rc rc = check(x, n, 1, "quantile", err);
    *quantile = (double)NAN;
    if (rc != WDM_OK)
        return rc;
    if (!(p >= 0.0 && p <= 1.0))
        return wdm_err_set(err, WDM_E_DATA, "the share of a quantile must be in 0..1, got %g", p);
    copy = wdm_alloc(n, sizeof *copy);
    if (copy == NULL)
        return wdm_err_nomem(err);
    memcpy(copy, x, n * sizeof *copy);
    wdm_robust_sort(copy, n);
    *quantile = sorted_quantile(copy, n, p);
    wdm_free(copy);
    return WDM_OK;
}

wdm_rc wdm_robust_median(const double *x, size_t n, double *median, wdm_err *err)
{
    return wdm_robust_quantile(x, n, 0.5, median, err);
}

wdm_rc wdm_robust_mad(const double *x, size_t n, double *mad, wdm_err *err)
{
    double *away = NULL;
    double median = (double)NAN;
    wdm_rc rc = wdm_robust_median(x, n, &median, err);
    *mad = (double)NAN;
    if (rc != WDM_OK)
        return rc;
    away = wdm_alloc(n, sizeof *away);
    if (away == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++)
        away[i] = fabs(x[i] - median);
    rc = wdm_robust_median(away, n, mad, err);
    wdm_free(away);
    return rc;
}

double wdm_robust_mad_factor(size_t n)
{
    static const double small[] = {1.196, 1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107};
    if (n < 2)
        return (double)NAN;
    if (n < 2 + sizeof small / sizeof small[0])
        return small[n - 2];
    return (double)n / ((double)n - 0.8);
}
