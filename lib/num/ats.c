// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/ats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "num/pair_slopes.h"

// Sums that the test needs of the known signs of one variable.
typedef struct signs {
    double known;   // sum of a_ij^2 over ordered pairs
    double squares; // sum over i of (sum over j of a_ij)^2
} signs;

static wdm_rc check(const wdm_ats_point *points, size_t n, double confidence, wdm_err *err)
{
    if (n < WDM_ATS_MIN_N || n > WDM_ATS_MAX_N)
        return wdm_err_set(err, WDM_E_DATA, "a trend line needs %d to %d values, got %zu", WDM_ATS_MIN_N,
                           WDM_ATS_MAX_N, n);
    if (!(confidence > 0.0 && confidence < 1.0))
        return wdm_err_set(err, WDM_E_DATA, "the confidence must lie between 0 and 1, got %g", confidence);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(points[i].x) || !isfinite(points[i].y))
            return wdm_err_set(err, WDM_E_DATA,
                               "a trend line cannot be drawn: point %zu is missing or not finite", i + 1);
    }
    return WDM_OK;
}

// 1: b is surely above a; -1: below; 0: not known, or equal.
static int order(const wdm_ats_point *a, const wdm_ats_point *b)
{
    if (a->censored && b->censored)
        return 0;
    if (a->censored)
        return b->y >= a->y ? 1 : 0;
    if (b->censored)
        return a->y >= b->y ? -1 : 0;
    return (b->y > a->y) - (b->y < a->y);
}

static void tally(const wdm_ats_point *points, size_t n, wdm_ats_result *result)
{
    const double m = (double)n;
    signs in_x = {0};
    signs in_y = {0};
    for (size_t i = 0; i < n; i++) {
        int64_t row_x = 0;
        int64_t row_y = 0;
        for (size_t j = 0; j < n; j++) {
            const int in_time = (points[j].x > points[i].x) - (points[j].x < points[i].x);
            const int in_size = order(&points[i], &points[j]);
            row_x += in_time;
            row_y += in_size;
            in_x.known += in_time != 0;
            in_y.known += in_size != 0;
            result->s += (int64_t)(i < j ? in_time * in_size : 0);
        }
        in_x.squares += (double)row_x * (double)row_x;
        in_y.squares += (double)row_y * (double)row_y;
    }
    result->variance =
        (in_x.squares - in_x.known) * (in_y.squares - in_y.known) / (m * (m - 1.0) * (m - 2.0)) +
        in_x.known * in_y.known / (2.0 * m * (m - 1.0));
    result->tau = (double)result->s / sqrt(0.25 * in_x.known * in_y.known);
    result->z = 0.0;
    if (result->s != 0 && result->variance > 0.0)
        result->z = (double)(result->s - (result->s > 0 ? 1 : -1)) / sqrt(result->variance);
    result->p = fmin(1.0, 2.0 * gsl_cdf_ugaussian_Q(fabs(result->z)));
}

// Kendall's S of x with y - slope x for a slope of minus infinity: pairs that rise in x and whose order is
// known.
static uint64_t start(const wdm_pair_point *points, size_t n)
{
    uint64_t before = 0;
    uint64_t s = 0;
    for (size_t i = 0; i < n;) {
        const double x = points[i].x;
        uint64_t measured = 0;
        uint64_t count = 0;
        for (; i < n && points[i].x == x; i++) {
            count++;
            measured += points[i].weight;
        }
        s += before * measured; // the later one measured: above an earlier one of whatever kind
        before += count;
    }
    return s;
}

// Two halves of an end at the real step q: means of the neighbouring steps q and q - 1, each interpolated.
static wdm_rc end_at(const wdm_pair_point *points, size_t n, uint64_t total, double q, double *slope,
                     wdm_err *err)
{
    uint64_t rank[3] = {0};
    double at[3] = {0};
    double part = 0.0;
    wdm_rc rc = WDM_OK;
    *slope = (double)NAN;
    if (!(q >= 2.0 && q <= (double)total))
        return WDM_OK;
    part = q - floor(q);
    rank[1] = (uint64_t)floor(q);
    rank[0] = rank[1] - 1;
    rank[2] = rank[1] < total ? rank[1] + 1 : total;
    rc = wdm_pair_slopes_at(points, n, total, rank, 3, at, err);
    if (rc == WDM_OK)
        *slope = 0.5 * ((1.0 - part) * at[0] + at[1] + part * at[2]);
    return rc;
}

static wdm_rc line(wdm_pair_point *points, size_t n, double confidence, wdm_ats_result *result, wdm_err *err)
{
    const double half = gsl_cdf_ugaussian_Pinv(0.5 + confidence / 2.0) * sqrt(result->variance);
    uint64_t total = 0;
    double middle = 0.0;
    wdm_rc rc = wdm_pair_slopes_prepare(points, n, &total, err);
    if (rc != WDM_OK)
        return rc;
    middle = (double)start(points, n);
    rc = end_at(points, n, total, middle + 1.0, &result->slope, err);
    if (rc == WDM_OK)
        rc = end_at(points, n, total, middle - half, &result->slope_lo, err);
    if (rc == WDM_OK)
        rc = end_at(points, n, total, middle + half + 2.0, &result->slope_hi, err);
    result->has_interval = !isnan(result->slope_lo) && !isnan(result->slope_hi);
    if (!result->has_interval) {
        result->slope_lo = (double)NAN;
        result->slope_hi = (double)NAN;
    }
    return rc;
}

// A residual, for the median.
typedef struct residual {
    double value;
    bool censored;
} residual;

// From the highest down; a measured one before a limit of the same value, which is below it.
static int downwards(const void *a, const void *b)
{
    const residual *p = a;
    const residual *q = b;
    if (p->value != q->value)
        return p->value > q->value ? -1 : 1;
    return (int)p->censored - (int)q->censored;
}

// Median of left-censored values: F falls at each measured value by the factor 1 - 1 / (values and limits not
// above it); the median is where F passes 1/2, or the middle of the stretch where it stays there.
static double median(residual *r, size_t n)
{
    double share = 1.0; // F just below what has been read
    qsort(r, n, sizeof *r, downwards);
    for (size_t i = 0; i < n; i++) {
        const double before = share;
        if (r[i].censored)
            continue;
        share *= 1.0 - 1.0 / (double)(n - i);
        if (share < 0.5 - 1e-12)
            return r[i].value;
        if (share > 0.5 + 1e-12 || before <= 0.5 + 1e-12)
            continue;
        for (size_t j = i + 1; j < n; j++) {
            if (!r[j].censored)
                return 0.5 * (r[i].value + r[j].value);
        }
    }
    return (double)NAN;
}

wdm_rc wdm_ats_fit(const wdm_ats_point *points, size_t n, double confidence, wdm_ats_result *result,
                   wdm_err *err)
{
    wdm_pair_point *pairs = NULL;
    residual *rest = NULL;
    wdm_rc rc = WDM_OK;
    *result = (wdm_ats_result){.n = n,
                               .tau = (double)NAN,
                               .variance = (double)NAN,
                               .z = (double)NAN,
                               .p = (double)NAN,
                               .slope = (double)NAN,
                               .intercept = (double)NAN,
                               .slope_lo = (double)NAN,
                               .slope_hi = (double)NAN};
    rc = check(points, n, confidence, err);
    if (rc != WDM_OK)
        return rc;
    pairs = wdm_alloc(n, sizeof *pairs);
    rest = wdm_alloc(n, sizeof *rest);
    if (pairs == NULL || rest == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        pairs[i] = (wdm_pair_point){points[i].x, points[i].y, !points[i].censored};
        result->n_censored += points[i].censored;
    }
    tally(points, n, result);
    rc = line(pairs, n, confidence, result, err);
    if (rc != WDM_OK)
        goto out;
    for (size_t i = 0; i < n; i++)
        rest[i] = (residual){points[i].y - result->slope * points[i].x, points[i].censored};
    result->intercept = median(rest, n);
out:
    wdm_free(pairs);
    wdm_free(rest);
    return rc;
}
