// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/local_level.h"

#include <gsl/gsl_sf_erf.h>
#include <math.h>

#include "base/mem.h"
#include "num/local_level_filter.h"

#define Z_95 1.959963984540054
#define FAR 37.0

enum { ROUNDS = 4, SITE_ROUNDS = 100, MOST_BOUNDS = 4 };

static bool is_measured(const wdm_local_level_point *point)
{
    return !isnan(point->y) && !point->censored;
}

static wdm_rc check(const wdm_local_level_point *points, size_t n, const wdm_local_level_opts *opts,
                    wdm_local_level_fit *fit, wdm_err *err)
{
    const bool given = !isnan(opts->level_variance) && !isnan(opts->extra_variance);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(points[i].x) || isinf(points[i].y) || isinf(points[i].sd) || points[i].sd < 0.0)
            return wdm_err_set(err, WDM_E_DATA, "a level cannot be drawn: point %zu is not finite", i + 1);
        if (i > 0 && !(points[i].x > points[i - 1].x))
            return wdm_err_set(err, WDM_E_DATA, "a level needs ascending dates: point %zu is not later",
                               i + 1);
        fit->n_measured += is_measured(&points[i]);
        fit->n_censored += !isnan(points[i].y) && points[i].censored;
    }
    if (opts->level_variance < 0.0 || isinf(opts->level_variance) || opts->extra_variance < 0.0 ||
        isinf(opts->extra_variance) || !(opts->clip >= 0.0))
        return wdm_err_set(err, WDM_E_DATA, "a level needs variances and a clip that are not negative");
    if (fit->n_measured < (given ? 2U : 3U))
        return wdm_err_set(err, WDM_E_DATA, "a level needs at least %u measured values, got %zu",
                           given ? 2U : 3U, fit->n_measured);
    return WDM_OK;
}

// Own variances: sd^2, the mean of the known ones where it is not known.
static void own_variances(const wdm_local_level_point *points, size_t n, wdm_local_level_series *series)
{
    double sum = 0.0;
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(points[i].sd) || isnan(points[i].y))
            continue;
        sum += points[i].sd * points[i].sd;
        known++;
    }
    for (size_t i = 0; i < n; i++) {
        series->x[i] = points[i].x;
        series->own[i] =
            isnan(points[i].sd) ? (known > 0 ? sum / (double)known : 0.0) : points[i].sd * points[i].sd;
        series->factor[i] = points[i].censored ? 0.0 : 1.0;
        series->y[i] = points[i].y;
        series->h[i] = (double)INFINITY;
    }
}

// The level at i as the other points see it.
static void leave_out(const wdm_local_level_series *series, size_t i, double *mean, double *variance)
{
    const double rest = 1.0 / series->variance[i] - 1.0 / series->h[i];
    *variance = rest > 0.0 ? 1.0 / rest : (double)INFINITY;
    *mean = rest > 0.0 ? (series->level[i] / series->variance[i] - series->y[i] / series->h[i]) / rest
                       : (double)NAN;
}

// A censored value as a measured one that says the same of the level (expectation propagation for a normal
// distribution cut at the limit); true when it has moved.
static bool move_bound(wdm_local_level_series *series, size_t i, double limit, double h)
{
    double mean = 0.0;
    double variance = 0.0;
    double z = 0.0;
    double ratio = 0.0;
    double precision = 0.0;
    double shift = 0.0;
    const double before = series->h[i];
    leave_out(series, i, &mean, &variance);
    if (!isfinite(variance))
        return false;
    z = (limit - mean) / sqrt(variance + h);
    ratio =
        z < FAR ? gsl_sf_hazard(-z) : 0.0; // density over distribution function; far above: 0, no underflow
    shift = variance * ratio / sqrt(variance + h);
    precision = ratio * (z + ratio) / (variance + h);                // of the cut level, what it gains:
    precision = precision / fmax(1e-12, 1.0 - variance * precision); // 1 / new variance - 1 / variance
    if (!(precision * variance > 1e-9)) {
        series->h[i] = (double)INFINITY;
        series->y[i] = limit;
        return isfinite(before);
    }
    if (isfinite(before)) // half a step: all bounds move at once
        precision = 0.5 * (precision + 1.0 / before);
    series->h[i] = 1.0 / precision;
    series->y[i] = mean - shift * (1.0 + series->h[i] / variance);
    return !(fabs(series->h[i] - before) <= 1e-9 * before);
}

// Measured values far from where the others put the level count less: their variance is multiplied.
static bool move_factor(wdm_local_level_series *series, size_t i, double h, double clip)
{
    const double before = series->factor[i];
    double mean = 0.0;
    double variance = 0.0;
    leave_out(series, i, &mean, &variance);
    if (!isfinite(variance))
        return false;
    series->factor[i] = fmax(1.0, fabs(series->y[i] - mean) / sqrt(variance + h) / clip);
    return fabs(series->factor[i] - before) > 1e-9 * before;
}

static void settle(const wdm_local_level_point *points, wdm_local_level_series *series, double clip)
{
    bool moved = true;
    for (int turn = 0; turn < SITE_ROUNDS && moved; turn++) {
        moved = false;
        wdm_local_level_pass(series);
        for (size_t i = 0; i < series->n; i++) {
            const double h = series->own[i] + series->extra_variance;
            if (isnan(points[i].y))
                continue;
            if (points[i].censored)
                moved = move_bound(series, i, points[i].y, h) || moved;
            else if (clip > 0.0 && h > 0.0)
                moved = move_factor(series, i, h, clip) || moved;
            if (!points[i].censored)
                series->h[i] = h * series->factor[i];
        }
    }
    wdm_local_level_pass(series);
}

static wdm_rc reserve(wdm_local_level_series *series, double **block, wdm_err *err)
{
    const size_t n = series->n;
    double *next = wdm_alloc(9 * n, sizeof *next);
    *block = next;
    if (next == NULL)
        return wdm_err_nomem(err);
    series->x = next;
    series->y = next + n;
    series->h = next + 2 * n;
    series->own = next + 3 * n;
    series->factor = next + 4 * n;
    series->level = next + 5 * n;
    series->variance = next + 6 * n;
    series->filtered = next + 7 * n;
    series->filtered_variance = next + 8 * n;
    return WDM_OK;
}

// The variances from the measured values and, from the second round on, what stands for the bounds: where
// these no longer move, that is a maximum of the likelihood with the bounds in it, as far as the level's
// variance goes.
static void fit_variances(const wdm_local_level_point *points, wdm_local_level_series *series,
                          const wdm_local_level_opts *opts, const wdm_local_level_fit *fit)
{
    const bool few = fit->n_censored > MOST_BOUNDS * fit->n_measured;
    for (size_t i = 0; i < series->n; i++) {
        if (is_measured(&points[i]))
            series->h[i] = 0.0; // any finite one: set for each trial
        else if (few)
            series->h[i] = (double)INFINITY;
    }
    wdm_local_level_fit_variances(series, opts->level_variance, opts->extra_variance);
}

wdm_rc wdm_local_level_smooth(const wdm_local_level_point *points, size_t n, const wdm_local_level_opts *opts,
                              wdm_local_level_value *values, wdm_local_level_fit *fit, wdm_err *err)
{
    static const wdm_local_level_opts defaults = WDM_LOCAL_LEVEL_OPTS_DEFAULT;
    const wdm_local_level_opts *used = opts != NULL ? opts : &defaults;
    wdm_local_level_series series = {.n = n};
    double *block = NULL;
    wdm_rc rc = WDM_OK;
    *fit = (wdm_local_level_fit){
        .level_variance = (double)NAN, .extra_variance = (double)NAN, .log_likelihood = (double)NAN};
    rc = check(points, n, used, fit, err);
    if (rc == WDM_OK)
        rc = reserve(&series, &block, err);
    if (rc != WDM_OK || block == NULL)
        return rc;
    own_variances(points, n, &series);
    for (int round = 0; round < (used->clip > 0.0 || fit->n_censored > 0 ? ROUNDS : 1); round++) {
        fit_variances(points, &series, used, fit);
        fit->log_likelihood = wdm_local_level_log_likelihood(&series);
        settle(points, &series, used->clip);
    }
    fit->level_variance = series.level_variance;
    fit->extra_variance = series.extra_variance;
    if (!isfinite(fit->log_likelihood))
        rc = wdm_err_set(err, WDM_E_DATA, "a level that never moves cannot meet values without error");
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        const double sd = sqrt(fmax(0.0, series.variance[i]));
        values[i] = (wdm_local_level_value){.level = series.level[i],
                                            .sd = sd,
                                            .lo95 = series.level[i] - Z_95 * sd,
                                            .hi95 = series.level[i] + Z_95 * sd};
    }
    wdm_free(block);
    return rc;
}
