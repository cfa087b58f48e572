// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/theilsen.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/mem.h"
#include "num/mannkendall.h"
#include "num/robust.h"

static wdm_rc check(const double *x, const double *y, size_t n, double confidence, wdm_err *err)
{
    if (n < WDM_SEN_MIN_N || n > WDM_SEN_MAX_N)
        return wdm_err_set(err, WDM_E_DATA, "a trend line needs %d to %d values, got %zu", WDM_SEN_MIN_N,
                           WDM_SEN_MAX_N, n);
    if (!(confidence > 0.0 && confidence < 1.0))
        return wdm_err_set(err, WDM_E_DATA, "the confidence must lie between 0 and 1, got %g", confidence);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return wdm_err_set(err, WDM_E_DATA,
                               "a trend line cannot be drawn: point %zu is missing or not finite", i + 1);
    }
    return WDM_OK;
}

// How many slopes; all of them finite, else *finite is false.
static size_t all_slopes(const double *x, const double *y, size_t n, double *slopes, bool *finite)
{
    size_t count = 0;
    *finite = true;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            if (x[i] == x[j])
                continue;
            slopes[count] = (y[j] - y[i]) / (x[j] - x[i]);
            *finite = *finite && isfinite(slopes[count]);
            count++;
        }
    }
    return count;
}

// The slope at a real rank counted from 1; NaN outside 1..count.
static double at_rank(const double *slopes, size_t count, double rank)
{
    size_t below = 0;
    double part = 0.0;
    if (!(rank >= 1.0 && rank <= (double)count))
        return (double)NAN;
    below = (size_t)floor(rank);
    part = rank - (double)below;
    if (below == count)
        return slopes[count - 1];
    return slopes[below - 1] + part * (slopes[below] - slopes[below - 1]);
}

static void interval(const double *slopes, size_t count, double half_width, wdm_sen_rank rule,
                     wdm_theilsen_result *result)
{
    double lower = ((double)count - half_width) / 2.0;
    double upper = ((double)count + half_width) / 2.0 + 1.0;
    if (rule == WDM_SEN_RANK_ROUNDED) {
        lower = nearbyint(lower); // half to even, as R's round()
        upper = nearbyint(upper);
    }
    result->slope_lo = at_rank(slopes, count, lower);
    result->slope_hi = at_rank(slopes, count, upper);
    result->has_interval = !isnan(result->slope_lo) && !isnan(result->slope_hi);
    if (!result->has_interval) {
        result->slope_lo = (double)NAN;
        result->slope_hi = (double)NAN;
    }
}

static wdm_rc fit(const double *x, const double *y, size_t n, const wdm_theilsen_opts *opts,
                  wdm_theilsen_result *result, wdm_err *err)
{
    double *slopes = wdm_alloc(n * (n - 1) / 2, sizeof *slopes);
    double *rest = wdm_alloc(n, sizeof *rest);
    const double z = gsl_cdf_ugaussian_Pinv(0.5 + opts->confidence / 2.0);
    double variance = (double)NAN;
    double slope = (double)NAN;
    double intercept = (double)NAN;
    size_t count = 0;
    bool finite = false;
    wdm_rc rc = WDM_OK;
    if (slopes == NULL || rest == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    count = all_slopes(x, y, n, slopes, &finite);
    if (count == 0 || !finite) {
        rc = wdm_err_set(err, WDM_E_DATA,
                         "a trend line needs two different dates and values of ordinary size");
        goto out;
    }
    wdm_robust_sort(slopes, count);
    slope = 0.5 * slopes[(count - 1) / 2] + 0.5 * slopes[count / 2];
    for (size_t i = 0; i < n; i++)
        rest[i] = y[i] - slope * x[i];
    rc = wdm_robust_median(rest, n, &intercept, err);
    if (rc == WDM_OK)
        rc = wdm_mannkendall_variance(x, y, n, &variance, NULL, err);
    if (rc != WDM_OK)
        goto out;
    result->slope = slope;
    result->intercept = intercept;
    result->n_slopes = count;
    interval(slopes, count, z * sqrt(variance), opts->rank, result);
out:
    wdm_free(slopes);
    wdm_free(rest);
    return rc;
}

wdm_rc wdm_theilsen_fit(const double *x, const double *y, size_t n, const wdm_theilsen_opts *opts,
                        wdm_theilsen_result *result, wdm_err *err)
{
    static const wdm_theilsen_opts defaults = WDM_THEILSEN_OPTS_DEFAULT;
    const wdm_theilsen_opts *used = opts != NULL ? opts : &defaults;
    wdm_rc rc = WDM_OK;
    *result = (wdm_theilsen_result){.n = n,
                                    .slope = (double)NAN,
                                    .intercept = (double)NAN,
                                    .slope_lo = (double)NAN,
                                    .slope_hi = (double)NAN,
                                    .has_interval = false};
    rc = check(x, y, n, used->confidence, err);
    if (rc != WDM_OK)
        return rc;
    return fit(x, y, n, used, result, err);
}
