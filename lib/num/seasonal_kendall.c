// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/seasonal_kendall.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "num/mannkendall.h"
#include "num/robust.h"

// One value a season and year, season by season; and the table of seasons by years that the covariance needs.
typedef struct seasonal {
    wdm_seasonal_point *cell; // sorted by season, year, date
    size_t n;
    size_t *start; // first cell of each season, and the end
    size_t n_seasons;
    double *slopes;
    size_t n_slopes;
    double *scratch; // 2 n
    int *years;      // sorted, each once
    size_t n_years;
    double *y;    // n_seasons x n_years; NaN: no value
    double *rank; // the same; R_ig of the header
} seasonal;

static int by_cell(const void *a, const void *b)
{
    const wdm_seasonal_point *p = a;
    const wdm_seasonal_point *q = b;
    if (p->season != q->season)
        return p->season < q->season ? -1 : 1;
    if (p->year != q->year)
        return p->year < q->year ? -1 : 1;
    return (p->x > q->x) - (p->x < q->x);
}

static int by_number(const void *a, const void *b)
{
    const int *p = a;
    const int *q = b;
    return (*p > *q) - (*p < *q);
}

// Points of one season and year become one: median date, median value.
static wdm_rc merge_cells(seasonal *data, wdm_err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < data->n;) {
        wdm_seasonal_point one = data->cell[i];
        size_t end = i;
        wdm_rc rc = WDM_OK;
        for (; end < data->n && data->cell[end].season == one.season && data->cell[end].year == one.year;
             end++) {
            data->scratch[end - i] = data->cell[end].x;
            data->scratch[data->n + end - i] = data->cell[end].y;
        }
        rc = wdm_robust_median(data->scratch, end - i, &one.x, err);
        if (rc == WDM_OK)
            rc = wdm_robust_median(data->scratch + data->n, end - i, &one.y, err);
        if (rc != WDM_OK)
            return rc;
        data->cell[kept++] = one;
        i = end;
    }
    data->n = kept;
    return WDM_OK;
}

// Seasons of one year only cannot show a trend: left out.
static void keep_seasons(seasonal *data)
{
    size_t kept = 0;
    for (size_t i = 0; i < data->n;) {
        const int season = data->cell[i].season;
        size_t end = i;
        while (end < data->n && data->cell[end].season == season)
            end++;
        if (end - i >= 2) {
            data->start[data->n_seasons++] = kept;
            memmove(&data->cell[kept], &data->cell[i], (end - i) * sizeof *data->cell);
            kept += end - i;
        }
        i = end;
    }
    data->start[data->n_seasons] = kept;
    data->n = kept;
    for (size_t i = 0; i < data->n; i++)
        data->years[i] = data->cell[i].year;
    qsort(data->years, data->n, sizeof *data->years, by_number);
    for (size_t i = 0; i < data->n; i++) {
        if (i == 0 || data->years[i] != data->years[i - 1])
            data->years[data->n_years++] = data->years[i];
    }
}

static int sign(double v)
{
    return (v > 0.0) - (v < 0.0);
}

// S and variance of one season, and its slopes. The variance with ties holds for two values too, where
// num/mannkendall wants three.
static wdm_rc one_season(seasonal *data, size_t g, wdm_seasonal_kendall_result *result, double *z,
                         wdm_err *err)
{
    const wdm_seasonal_point *cell = &data->cell[data->start[g]];
    const size_t n = data->start[g + 1] - data->start[g];
    double variance = 1.0; // of two different values
    int64_t s = 0;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n; i++) {
        data->scratch[i] = cell[i].y;
        for (size_t j = i + 1; j < n; j++) {
            s += sign(cell[j].y - cell[i].y);
            if (cell[j].x != cell[i].x)
                data->slopes[data->n_slopes++] = (cell[j].y - cell[i].y) / (cell[j].x - cell[i].x);
        }
    }
    if (n > 2)
        rc = wdm_mannkendall_variance(NULL, data->scratch, n, &variance, NULL, err);
    else
        variance = cell[0].y == cell[1].y ? 0.0 : 1.0;
    result->s += s;
    result->variance += variance;
    *z = variance > 0.0 ? (double)s / sqrt(variance) : 0.0;
    return rc;
}

static void make_table(seasonal *data)
{
    for (size_t g = 0; g < data->n_seasons; g++) {
        double *y = &data->y[g * data->n_years];
        double *rank = &data->rank[g * data->n_years];
        const double n = (double)(data->start[g + 1] - data->start[g]);
        size_t at = data->start[g];
        for (size_t i = 0; i < data->n_years; i++) {
            y[i] = (double)NAN;
            if (at < data->start[g + 1] && data->cell[at].year == data->years[i])
                y[i] = data->cell[at++].y;
        }
        for (size_t i = 0; i < data->n_years; i++) {
            rank[i] = (n + 1.0) / 2.0;
            for (size_t j = 0; j < data->n_years; j++)
                rank[i] += 0.5 * (double)sign(y[i] - y[j]); // NaN: neither
        }
    }
}

static double covariance(const seasonal *data, size_t g, size_t h)
{
    const double *yg = &data->y[g * data->n_years];
    const double *yh = &data->y[h * data->n_years];
    const double *rank_g = &data->rank[g * data->n_years];
    const double *rank_h = &data->rank[h * data->n_years];
    const double ng = (double)(data->start[g + 1] - data->start[g]);
    const double nh = (double)(data->start[h + 1] - data->start[h]);
    double k = 0.0;
    double products = 0.0;
    for (size_t i = 0; i < data->n_years; i++) {
        products += rank_g[i] * rank_h[i];
        for (size_t j = i + 1; j < data->n_years; j++)
            k += (double)(sign(yg[j] - yg[i]) * sign(yh[j] - yh[i]));
    }
    return (k + 4.0 * products - (double)data->n_years * (ng + 1.0) * (nh + 1.0)) / 3.0;
}

static void judge(int64_t s, double variance, double *z, double *p)
{
    *z = s != 0 && variance > 0.0 ? (double)(s - sign((double)s)) / sqrt(variance) : 0.0;
    *p = fmin(1.0, 2.0 * gsl_cdf_ugaussian_Q(fabs(*z)));
}

// The slope at a real rank counted from 1; NaN outside.
static double at_rank(const double *slopes, size_t count, double rank)
{
    const double below = floor(rank);
    size_t at = 0;
    if (!(rank >= 1.0 && rank <= (double)count))
        return (double)NAN;
    at = (size_t)below - 1;
    return at + 1 < count ? slopes[at] + (rank - below) * (slopes[at + 1] - slopes[at]) : slopes[at];
}

static void slope(seasonal *data, const wdm_seasonal_kendall_opts *opts, wdm_seasonal_kendall_result *result)
{
    const double together = result->variance + result->covariance;
    const double variance = opts->use_covariance && together > 0.0 ? together : result->variance;
    const double half = gsl_cdf_ugaussian_Pinv(0.5 + opts->confidence / 2.0) * sqrt(variance);
    const double count = (double)data->n_slopes;
    if (data->n_slopes == 0)
        return;
    wdm_robust_sort(data->slopes, data->n_slopes);
    result->slope = 0.5 * data->slopes[(data->n_slopes - 1) / 2] + 0.5 * data->slopes[data->n_slopes / 2];
    result->slope_lo = at_rank(data->slopes, data->n_slopes, (count - half) / 2.0);
    result->slope_hi = at_rank(data->slopes, data->n_slopes, (count + half) / 2.0 + 1.0);
    result->has_interval = !isnan(result->slope_lo) && !isnan(result->slope_hi);
    if (!result->has_interval) {
        result->slope_lo = (double)NAN;
        result->slope_hi = (double)NAN;
    }
}

static wdm_rc test(seasonal *data, const wdm_seasonal_kendall_opts *opts, wdm_seasonal_kendall_result *result,
                   wdm_err *err)
{
    double sum_z = 0.0;
    double sum_z2 = 0.0;
    wdm_rc rc = merge_cells(data, err);
    if (rc != WDM_OK)
        return rc;
    keep_seasons(data);
    if (data->n_seasons == 0)
        return wdm_err_set(err, WDM_E_DATA, "a seasonal test needs a season with values of two years");
    data->slopes = wdm_alloc(data->n * data->n_years, sizeof *data->slopes); // more than all pairs
    data->y = wdm_alloc(data->n_seasons * data->n_years, sizeof *data->y);
    data->rank = wdm_alloc(data->n_seasons * data->n_years, sizeof *data->rank);
    if (data->slopes == NULL || data->y == NULL || data->rank == NULL)
        return wdm_err_nomem(err);
    for (size_t g = 0; g < data->n_seasons && rc == WDM_OK; g++) {
        double z = 0.0;
        rc = one_season(data, g, result, &z, err);
        sum_z += z;
        sum_z2 += z * z;
    }
    if (rc != WDM_OK)
        return rc;
    make_table(data);
    for (size_t g = 0; g < data->n_seasons; g++) {
        for (size_t h = 0; h < g; h++)
            result->covariance += 2.0 * covariance(data, g, h);
    }
    result->n = data->n;
    result->n_seasons = data->n_seasons;
    result->n_years = data->n_years;
    judge(result->s, result->variance, &result->z, &result->p);
    if (result->variance + result->covariance > 0.0)
        judge(result->s, result->variance + result->covariance, &result->z_covariance, &result->p_covariance);
    if (data->n_seasons > 1) {
        const double m = (double)data->n_seasons;
        result->homogeneity = fmax(0.0, sum_z2 - sum_z * sum_z / m);
        result->p_homogeneity = gsl_cdf_chisq_Q(result->homogeneity, m - 1.0);
    }
    slope(data, opts, result);
    return WDM_OK;
}

static wdm_rc check(const wdm_seasonal_point *points, size_t n, const wdm_seasonal_kendall_opts *opts,
                    wdm_err *err)
{
    if (n < 2 || n > WDM_SEASONAL_MAX_N)
        return wdm_err_set(err, WDM_E_DATA, "a seasonal test needs 2 to %d values, got %zu",
                           WDM_SEASONAL_MAX_N, n);
    if (!(opts->confidence > 0.0 && opts->confidence < 1.0))
        return wdm_err_set(err, WDM_E_DATA, "the confidence must lie between 0 and 1, got %g",
                           opts->confidence);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(points[i].x) || !isfinite(points[i].y))
            return wdm_err_set(err, WDM_E_DATA,
                               "a trend cannot be tested: value %zu is missing or not finite", i + 1);
    }
    return WDM_OK;
}

wdm_rc wdm_seasonal_kendall_test(const wdm_seasonal_point *points, size_t n,
                                 const wdm_seasonal_kendall_opts *opts, wdm_seasonal_kendall_result *result,
                                 wdm_err *err)
{
    static const wdm_seasonal_kendall_opts defaults = WDM_SEASONAL_KENDALL_OPTS_DEFAULT;
    const wdm_seasonal_kendall_opts *used = opts != NULL ? opts : &defaults;
    const double none = (double)NAN;
    seasonal data = {.n = n};
    wdm_rc rc = WDM_OK;
    *result = (wdm_seasonal_kendall_result){.z = none,
                                            .p = none,
                                            .z_covariance = none,
                                            .p_covariance = none,
                                            .homogeneity = none,
                                            .p_homogeneity = none,
                                            .slope = none,
                                            .slope_lo = none,
                                            .slope_hi = none};
    rc = check(points, n, used, err);
    if (rc != WDM_OK)
        return rc;
    data.cell = wdm_alloc(n, sizeof *data.cell);
    data.start = wdm_alloc(n + 1, sizeof *data.start);
    data.scratch = wdm_alloc(2 * n, sizeof *data.scratch);
    data.years = wdm_alloc(n, sizeof *data.years);
    if (data.cell == NULL || data.start == NULL || data.scratch == NULL || data.years == NULL) {
        rc = wdm_err_nomem(err);
    } else {
        memcpy(data.cell, points, n * sizeof *points);
        qsort(data.cell, n, sizeof *data.cell, by_cell);
        rc = test(&data, used, result, err);
    }
    wdm_free(data.cell);
    wdm_free(data.start);
    wdm_free(data.scratch);
    wdm_free(data.years);
    wdm_free(data.slopes);
    wdm_free(data.y);
    wdm_free(data.rank);
    return rc;
}
