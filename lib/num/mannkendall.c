// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/mannkendall.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "num/pair_merge.h"

typedef struct tie_sums {
    double pairs;   // sum t (t - 1)
    double triples; // sum t (t - 1) (t - 2)
    double kendall; // sum t (t - 1) (2 t + 5)
} tie_sums;

static bool is_sorted(const double *v, size_t n)
{
    size_t i = 1;
    while (i < n && v[i - 1] <= v[i])
        i++;
    return i >= n;
}

static wdm_rc ties_of(const double *v, size_t n, tie_sums *sums, wdm_err *err)
{
    const double *in_order = v;
    double *sorted = NULL;
    size_t i = 0;
    *sums = (tie_sums){0};
    if (v == NULL)
        return WDM_OK;
    if (!is_sorted(v, n)) {
        sorted = wdm_alloc(2 * n, sizeof *sorted);
        if (sorted == NULL)
            return wdm_err_nomem(err);
        memcpy(sorted, v, n * sizeof *sorted);
        (void)wdm_pair_falls(sorted, sorted + n, n);
        in_order = sorted;
    }
    while (i < n) {
        size_t end = i + 1;
        double t = 0.0;
        while (end < n && in_order[end] == in_order[i])
            end++;
        t = (double)(end - i);
        sums->pairs += t * (t - 1.0);
        sums->triples += t * (t - 1.0) * (t - 2.0);
        sums->kendall += t * (t - 1.0) * (2.0 * t + 5.0);
        i = end;
    }
    wdm_free(sorted);
    return WDM_OK;
}

static wdm_rc check(const double *x, const double *y, size_t n, wdm_err *err)
{
    if (n < WDM_MK_MIN_N)
        return wdm_err_set(err, WDM_E_DATA, "a trend test needs at least %d values, got %zu", WDM_MK_MIN_N,
                           n);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(y[i]) || (x != NULL && !isfinite(x[i])))
            return wdm_err_set(err, WDM_E_DATA,
                               "a trend cannot be tested: value %zu is missing or not finite", i + 1);
    }
    return WDM_OK;
}

wdm_rc wdm_mannkendall_variance(const double *x, const double *y, size_t n, double *variance, bool *any_ties,
                                wdm_err *err)
{
    const double m = (double)n;
    tie_sums in_x = {0};
    tie_sums in_y = {0};
    wdm_rc rc = check(x, y, n, err);
    *variance = (double)NAN;
    if (rc == WDM_OK)
        rc = ties_of(x, n, &in_x, err);
    if (rc == WDM_OK)
        rc = ties_of(y, n, &in_y, err);
    if (rc != WDM_OK)
        return rc;
    *variance = (m * (m - 1.0) * (2.0 * m + 5.0) - in_x.kendall - in_y.kendall) / 18.0 +
                in_x.triples * in_y.triples / (9.0 * m * (m - 1.0) * (m - 2.0)) +
                in_x.pairs * in_y.pairs / (2.0 * m * (m - 1.0));
    if (*variance < 1e-9) // all equal in x or y: the terms cancel up to rounding
        *variance = 0.0;
    if (any_ties != NULL)
        *any_ties = in_x.pairs > 0.0 || in_y.pairs > 0.0;
    return WDM_OK;
}

// S = pairs that differ in both, less twice those of them that fall: counted while sorting, O(n log n).
static wdm_rc score(const double *x, const double *y, size_t n, int64_t *s, wdm_err *err)
{
    wdm_pair_point *points = wdm_alloc(n, sizeof *points);
    double *sorted = wdm_alloc(2 * n, sizeof *sorted);
    uint64_t pairs = (uint64_t)n * (n - 1) / 2;
    wdm_rc rc = WDM_OK;
    if (points == NULL || sorted == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        points[i] = (wdm_pair_point){x != NULL ? x[i] : (double)i, y[i], 1};
    wdm_pair_points_sort(points, n); // equal x by y: no pair of them falls
    for (size_t i = 0, same_x = 0, same = 0; i < n; i++) {
        same_x = i > 0 && points[i].x == points[i - 1].x ? same_x + 1 : 0;
        same = same_x > 0 && points[i].y == points[i - 1].y ? same + 1 : 0;
        pairs = pairs + same - same_x; // equal in both: taken off once, with those equal in y
        sorted[i] = points[i].y;
    }
    *s = -2 * (int64_t)wdm_pair_falls(sorted, sorted + n, n);
    for (size_t i = 0, same_y = 0; i < n; i++) {
        same_y = i > 0 && sorted[i] == sorted[i - 1] ? same_y + 1 : 0;
        pairs -= same_y;
    }
    *s += (int64_t)pairs;
out:
    wdm_free(points);
    wdm_free(sorted);
    return rc;
}

// Two-sided exact p: S = pairs - 2 inversions, and the number of orders of n values with k inversions builds
// up by adding one value at a time (each can stand in 0..m-1 inversions). 10! fits a double exactly.
static double exact_p(size_t n, int64_t s)
{
    enum { MAX_PAIRS = WDM_MK_EXACT_MAX_N * (WDM_MK_EXACT_MAX_N - 1) / 2 };
    double count[MAX_PAIRS + 1] = {1.0};
    const int64_t pairs = (int64_t)(n * (n - 1) / 2);
    const int64_t most =
        (pairs - (s < 0 ? -s : s)) / 2; // inversions of an order at least as extreme, in one tail
    double total = 1.0;
    double tail = 0.0;
    for (size_t m = 2; m <= n; m++) {
        double next[MAX_PAIRS + 1] = {0};
        const size_t reach = m * (m - 1) / 2;
        for (size_t k = 0; k <= reach; k++) {
            for (size_t add = 0; add < m && add <= k; add++)
                next[k] += count[k - add];
        }
        memcpy(count, next, sizeof count);
        total *= (double)m;
    }
    for (int64_t k = 0; k <= most; k++)
        tail += count[k];
    return fmin(1.0, 2.0 * tail / total);
}

wdm_rc wdm_mannkendall_test(const double *x, const double *y, size_t n, wdm_mannkendall_result *result,
                            wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    *result = (wdm_mannkendall_result){
        .n = n, .variance = (double)NAN, .z = (double)NAN, .p_normal = (double)NAN, .p = (double)NAN};
    rc = wdm_mannkendall_variance(x, y, n, &result->variance, &result->has_ties, err);
    if (rc == WDM_OK)
        rc = score(x, y, n, &result->s, err);
    if (rc != WDM_OK)
        return rc;
    result->z = 0.0;
    if (result->s != 0 && result->variance > 0.0)
        result->z = (double)(result->s - (result->s > 0 ? 1 : -1)) / sqrt(result->variance);
    result->p_normal = fmin(1.0, 2.0 * gsl_cdf_ugaussian_Q(fabs(result->z)));
    result->is_exact = n <= WDM_MK_EXACT_MAX_N && !result->has_ties;
    result->p = result->is_exact ? exact_p(n, result->s) : result->p_normal;
    return WDM_OK;
}
