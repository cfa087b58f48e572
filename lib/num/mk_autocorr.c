// SPDX-License-Identifier: GPL-3.0-or-later
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "num/mannkendall.h"
#include "num/theilsen.h"

enum { MIN_N = 4, MAX_SPAN_PER_VALUE = 64 };

typedef struct acf_work {
    double *slot;   // by calendar step: sum of the centred ranks of its values; 0 where there is none
    double *filled; // how many values
    size_t n_slots;
    double mean_square; // of the centred ranks
} acf_work;

static wdm_rc check(const double *x, const double *y, size_t n, const wdm_mk_autocorr_opts *opts,
                    wdm_err *err)
{
    if (n < MIN_N || n > WDM_SEN_MAX_N)
        return wdm_err_set(err, WDM_E_DATA, "a correction for autocorrelation needs %d to %d values, got %zu",
                           MIN_N, WDM_SEN_MAX_N, n);
    if (x == NULL || y == NULL || !isfinite(opts->step) || !(opts->step > 0.0) ||
        !(opts->alpha > 0.0 && opts->alpha < 1.0))
        return wdm_err_set(
            err, WDM_E_DATA,
            "a correction for autocorrelation needs dates, a step above 0 and a level in 0..1");
    return WDM_OK;
}

typedef struct residual {
    double value;
    size_t at;
} residual;

static int by_value(const void *a, const void *b)
{
    const residual *p = a;
    const residual *q = b;
    return (p->value > q->value) - (p->value < q->value);
}

// Midranks of y - slope x, less their mean. Values on a line with the slope are ties; rounding must not part
// them.
static wdm_rc centre_ranks(const double *x, const double *y, size_t n, double slope, double *centred,
                           wdm_err *err)
{
    residual *sorted = wdm_alloc(n, sizeof *sorted);
    double size = 0.0;
    if (sorted == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = (residual){y[i] - slope * (x[i] - x[0]), i};
        size = fmax(size, fabs(y[i]) + fabs(slope * (x[i] - x[0])));
    }
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && sorted[end].value - sorted[i].value <= 64.0 * DBL_EPSILON * size)
            end++;
        for (size_t k = i; k < end; k++)
            centred[sorted[k].at] = ((double)(i + end) - (double)n) / 2.0;
        i = end;
    }
    wdm_free(sorted);
    return WDM_OK;
}

static wdm_rc place(const double *x, const double *centred, size_t n, double step, acf_work *work,
                    wdm_err *err)
{
    double first = x[0];
    double last = x[0];
    double span = 0.0;
    for (size_t i = 1; i < n; i++) {
        first = fmin(first, x[i]);
        last = fmax(last, x[i]);
    }
    span = nearbyint((last - first) / step);
    if (!(span < (double)(MAX_SPAN_PER_VALUE * n)))
        return wdm_err_set(err, WDM_E_DATA, "the dates span %g steps of %g: too many for %zu values", span,
                           step, n);
    work->n_slots = (size_t)span + 1;
    work->slot = wdm_alloc(work->n_slots, sizeof *work->slot);
    work->filled = wdm_alloc(work->n_slots, sizeof *work->filled);
    if (work->slot == NULL || work->filled == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const size_t at = (size_t)nearbyint((x[i] - first) / step);
        work->slot[at] += centred[i];
        work->filled[at] += 1.0;
        work->mean_square += centred[i] * centred[i] / (double)n;
    }
    return WDM_OK;
}

// Sum of v[i] v[i + lag]; four sums side by side, for the additions would wait for each other.
static double lagged(const double *v, size_t n, size_t lag)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i + lag + 3 < n; i += 4) {
        for (size_t part = 0; part < 4; part++)
            sum[part] += v[i + part] * v[i + part + lag];
    }
    for (; i + lag < n; i++)
        sum[0] += v[i] * v[i + lag];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void correct(const acf_work *work, const wdm_mk_autocorr_opts *opts, wdm_mk_autocorr_result *result)
{
    const double n = (double)result->plain.n;
    const double slots = (double)work->n_slots;
    const double z = gsl_cdf_ugaussian_Qinv(opts->alpha / 2.0);
    const bool whole =
        work->n_slots == result->plain.n; // as many places as values: no gap, if no two share one
    size_t most = opts->max_lag == 0 ? work->n_slots - 1 : opts->max_lag;
    double sum = 0.0;
    if (most > work->n_slots - 1)
        most = work->n_slots - 1;
    for (size_t lag = 1; lag <= most; lag++) {
        const double k = (double)lag;
        const double pairs = whole ? n - k : lagged(work->filled, work->n_slots, lag);
        const double rho = lagged(work->slot, work->n_slots, lag) / (pairs + k) / work->mean_square;
        if (!(pairs > 0.0))
            continue;
        if (lag == 1)
            result->rho1 = rho;
        if (fabs(rho) <= z / sqrt(pairs + k))
            continue;
        sum += pairs / n * (slots - k - 1.0) * (slots - k - 2.0) / ((slots - 1.0) * (slots - 2.0)) * rho;
        result->n_lags++;
    }
    result->factor = 1.0 + 2.0 * sum;
    if (!(result->factor > 0.0) || (opts->never_smaller && result->factor < 1.0))
        result->factor = 1.0;
}

static wdm_rc factor(const double *x, const double *y, size_t n, const wdm_mk_autocorr_opts *opts,
                     wdm_mk_autocorr_result *result, wdm_err *err)
{
    acf_work work = {0};
    wdm_theilsen_result line = {0};
    double *rest = wdm_alloc(n, sizeof *rest);
    wdm_rc rc = WDM_OK;
    if (rest == NULL)
        return wdm_err_nomem(err);
    if (opts->line != NULL)
        line = *opts->line;
    else
        rc = wdm_theilsen_fit(x, y, n, NULL, &line, err);
    if (rc != WDM_OK)
        goto out;
    rc = centre_ranks(x, y, n, line.slope, rest, err);
    if (rc == WDM_OK)
        rc = place(x, rest, n, opts->step, &work, err);
    if (rc == WDM_OK && work.mean_square > 0.0 && work.n_slots > 3)
        correct(&work, opts, result);
out:
    wdm_free(rest);
    wdm_free(work.slot);
    wdm_free(work.filled);
    return rc;
}

wdm_rc wdm_mannkendall_autocorr(const double *x, const double *y, size_t n, const wdm_mk_autocorr_opts *opts,
                                wdm_mk_autocorr_result *result, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    *result = (wdm_mk_autocorr_result){.factor = 1.0,
                                       .n_eff = (double)NAN,
                                       .rho1 = (double)NAN,
                                       .variance = (double)NAN,
                                       .z = (double)NAN,
                                       .p = (double)NAN};
    rc = check(x, y, n, opts, err);
    if (rc == WDM_OK)
        rc = wdm_mannkendall_test(x, y, n, &result->plain, err);
    if (rc == WDM_OK)
        rc = factor(x, y, n, opts, result, err);
    if (rc != WDM_OK)
        return rc;
    result->n_eff = (double)n / result->factor;
    result->variance = result->plain.variance * result->factor;
    result->z = result->plain.z / sqrt(result->factor);
    result->p =
        result->factor == 1.0 ? result->plain.p : fmin(1.0, 2.0 * gsl_cdf_ugaussian_Q(fabs(result->z)));
    return WDM_OK;
}
