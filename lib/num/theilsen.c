// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/theilsen.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/mem.h"
#include "num/draw.h"
#include "num/mannkendall.h"
#include "num/pair_slopes.h"

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

// The slopes between which the end at a real rank, counted from 1, lies; false outside 1..count.
static bool ranks_of(double rank, uint64_t count, uint64_t *below, uint64_t *above)
{
    if (!(rank >= 1.0 && rank <= (double)count))
        return false;
    *below = (uint64_t)floor(rank);
    *above = *below < count ? *below + 1 : count;
    return true;
}

static double between(double rank, const double *slope)
{
    const double part = rank - floor(rank);
    return slope[0] == slope[1] ? slope[0] : slope[0] + part * (slope[1] - slope[0]);
}

// The middle slopes and those of the ends, in one search.
static wdm_rc slopes(const wdm_pair_point *points, size_t n, uint64_t steps, double half_width,
                     wdm_sen_rank rule, wdm_theilsen_result *result, wdm_err *err)
{
    const uint64_t count = steps / 2; // each measured pair counts twice
    double lower = ((double)count - half_width) / 2.0;
    double upper = ((double)count + half_width) / 2.0 + 1.0;
    uint64_t rank[6] = {0};
    double slope[6] = {0};
    size_t first = 2; // without ends only the middle is asked for
    size_t n_ranks = 2;
    wdm_rc rc = WDM_OK;
    if (rule == WDM_SEN_RANK_ROUNDED) {
        lower = nearbyint(lower); // half to even, as R's round()
        upper = nearbyint(upper);
    }
    rank[2] = (count + 1) / 2;
    rank[3] = count / 2 + 1;
    result->has_interval =
        ranks_of(lower, count, &rank[0], &rank[1]) && ranks_of(upper, count, &rank[4], &rank[5]);
    if (result->has_interval) {
        first = 0;
        n_ranks = 6;
        rank[1] = rank[1] < rank[2] ? rank[1] : rank[2]; // past the middle only where the interval is a point
        rank[4] = rank[4] > rank[3] ? rank[4] : rank[3];
    }
    for (size_t i = first; i < first + n_ranks; i++)
        rank[i] *= 2;
    rc = wdm_pair_slopes_at(points, n, steps, &rank[first], n_ranks, &slope[first], err);
    if (rc != WDM_OK)
        return rc;
    result->n_slopes = (size_t)count;
    result->slope = 0.5 * slope[2] + 0.5 * slope[3];
    if (result->has_interval) {
        result->slope_lo = between(lower, &slope[0]);
        result->slope_hi = between(upper, &slope[4]);
    }
    return WDM_OK;
}

static wdm_rc fit(const double *x, const double *y, size_t n, const wdm_theilsen_opts *opts,
                  wdm_theilsen_result *result, wdm_err *err)
{
    wdm_pair_point *points = wdm_alloc(n, sizeof *points);
    double *rest = wdm_alloc(n, sizeof *rest);
    const double z = gsl_cdf_ugaussian_Pinv(0.5 + opts->confidence / 2.0);
    double variance = (double)NAN;
    uint64_t steps = 0;
    wdm_theilsen_result line = *result;
    wdm_rc rc = WDM_OK;
    if (points == NULL || rest == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        points[i] = (wdm_pair_point){x[i], y[i], 1};
    rc = wdm_pair_slopes_prepare(points, n, &steps, err);
    if (rc == WDM_OK)
        rc = wdm_mannkendall_variance(x, y, n, &variance, NULL, err);
    if (rc == WDM_OK)
        rc = slopes(points, n, steps, z * sqrt(variance), opts->rank, &line, err);
    if (rc != WDM_OK)
        goto out;
    for (size_t i = 0; i < n; i++)
        rest[i] = y[i] - line.slope * x[i];
    line.intercept = 0.5 * wdm_select(rest, n, (n - 1) / 2);
    line.intercept += 0.5 * wdm_select(rest, n, n / 2);
    *result = line;
out:
    wdm_free(points);
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
