// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/trend_series.h"

#include <math.h>

#include "base/mem.h"
#include "num/robust.h"
#include "num/seasonal_kendall.h"
#include "wbe/trend_fit.h"

wdm_trend_opts wdm_trend_opts_default(wdm_scale scale)
{
    return (wdm_trend_opts){.scale = scale,
                            .window_days = scale == WDM_SCALE_WEEK      ? 364
                                           : scale == WDM_SCALE_MONTH   ? 1096
                                           : scale == WDM_SCALE_QUARTER ? 1827
                                                                        : 0,
                            .min_n = 5,
                            .alpha = 0.05,
                            .stable_pct = 25.0,
                            .max_censored_share = 0.8,
                            .min_n_between = 8,
                            .min_days = 4,
                            .min_seasons_days = 728};
}

const char *wdm_trend_class_text(wdm_trend_class class_)
{
    switch (class_) {
#define CLASS_CASE(code, text)                                                                               \
    case code:                                                                                               \
        return text;
        WDM_TREND_CLASS_LIST(CLASS_CASE)
#undef CLASS_CASE
    }
    return "";
}

// Values of the window for the fit: what compares, and what is below a known limit.
static wdm_rc take_window(const wdm_trend_point *points, size_t n, wdm_day first, const wdm_trend_opts *opts,
                          wdm_trend_values *values, wdm_trend *trend, wdm_err *err)
{
    values->rows = wdm_alloc(n, sizeof *values->rows);
    if (values->rows == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const wdm_trend_point *p = &points[i];
        const bool is_below = !(p->estimate > 0.0);
        if ((opts->window_days > 0 && p->first <= first - opts->window_days) || isnan(p->shift))
            continue;
        trend->n_censored += is_below ? 1 : 0;
        if (is_below ? !(p->upper > 0.0 && isfinite(p->upper)) : !wdm_trend_point_compares(p))
            continue;
        values->rows[values->n++] =
            (wdm_trend_value){.time = p->time,
                              .log = log(is_below ? p->upper : p->estimate) + p->shift,
                              .log_sd = p->log_sd,
                              .shift_sd = p->shift_sd,
                              .censored = is_below};
        trend->n += is_below ? 0 : 1;
        values->shift_sd = fmax(values->shift_sd, p->shift_sd);
    }
    return WDM_OK;
}

static double pct(double log_slope)
{
    const double value = 100.0 * expm1(log_slope);
    return isfinite(value) ? value : (double)NAN;
}

// Spread of the measured values about the line beyond their own uncertainty.
static wdm_rc between(const wdm_trend_values *values, const wdm_trend_fit *fit, wdm_trend *trend,
                      wdm_err *err)
{
    double *residuals = wdm_alloc(values->n, sizeof *residuals);
    double mad = (double)NAN;
    double own = 0.0;
    size_t n = 0;
    size_t n_own = 0;
    wdm_rc rc = WDM_OK;
    if (residuals == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < values->n; i++) {
        const wdm_trend_value *v = &values->rows[i];
        if (v->censored)
            continue;
        residuals[n++] = v->log - fit->slope_per_day * v->time;
        if (isnan(v->log_sd))
            continue;
        own += v->log_sd * v->log_sd;
        n_own++;
    }
    rc = wdm_robust_mad(residuals, n, &mad, err); // about their median: the line's height does not matter
    wdm_free(residuals);
    if (rc == WDM_OK) {
        const double spread = WDM_MAD_TO_SD * wdm_robust_mad_factor(n) * mad;
        trend->between_log_sd = sqrt(fmax(0.0, spread * spread - (n_own > 0 ? own / (double)n_own : 0.0)));
    }
    return rc;
}

static wdm_trend_class class_of(const wdm_trend *trend, const wdm_trend_opts *opts, bool was_shifted)
{
    const bool excludes_none = trend->slope_lo95 <= 0.0 && trend->slope_hi95 >= 0.0;
    if (trend->p_value < opts->alpha && trend->slope_pct_per_year != 0.0 && !(was_shifted && excludes_none))
        return trend->slope_pct_per_year > 0.0 ? WDM_TREND_UP : WDM_TREND_DOWN;
    if (trend->slope_hi95 <= opts->stable_pct && trend->slope_lo95 >= -opts->stable_pct)
        return WDM_TREND_STABLE;
    return WDM_TREND_UNTOLD;
}

static wdm_rc slope(const wdm_trend_values *values, const wdm_trend_opts *opts, wdm_trend *trend,
                    wdm_err *err)
{
    const size_t n_below = values->n - trend->n;
    wdm_trend_fit fit = {0};
    wdm_rc rc = WDM_OK;
    trend->class_ = WDM_TREND_INSUFFICIENT;
    if (trend->n + trend->n_censored >= opts->min_n &&
        ((double)trend->n_censored > opts->max_censored_share * (double)(trend->n + trend->n_censored) ||
         n_below < trend->n_censored || trend->n < 2)) {
        // Nearly all below the limit, or a limit that is not known: where such a value stands cannot be told.
        trend->class_ = WDM_TREND_CENSORED;
        return WDM_OK;
    }
    if (values->n < opts->min_n || values->n > WDM_TREND_FIT_MAX_N)
        return WDM_OK;
    rc = wdm_trend_fit_values(values, opts->scale, &fit, err);
    if (rc == WDM_OK && fit.method != NULL && trend->n >= opts->min_n_between)
        rc = between(values, &fit, trend, err);
    if (rc != WDM_OK || fit.method == NULL)
        return rc;
    trend->method = fit.method;
    trend->slope_pct_per_year = pct(fit.slope_per_day * WDM_DAYS_PER_YEAR);
    trend->slope_lo95 = pct(fit.slope_lo * WDM_DAYS_PER_YEAR);
    trend->slope_hi95 = pct(fit.slope_hi * WDM_DAYS_PER_YEAR);
    trend->p_value = fit.p;
    trend->p_independent = fit.p_independent;
    trend->autocorrelation = fit.autocorrelation;
    trend->n_eff = fit.n_eff;
    trend->class_ = class_of(trend, opts, values->shift_sd > 0.0);
    return WDM_OK;
}

// Season of a point: 13 groups of four ISO weeks, months, quarters; several weeks of a group and year stand
// for one.
static wdm_seasonal_point seasonal_point(const wdm_trend_point *p, wdm_scale scale)
{
    const wdm_isoweek iso = wdm_isoweek_of_day(p->first);
    const wdm_civil civil = wdm_civil_of_day(p->first);
    const bool weekly = scale == WDM_SCALE_WEEK;
    return (wdm_seasonal_point){.x = p->time,
                                .y = log(p->estimate) + p->shift,
                                .season = weekly ? (iso.week > 52 ? 12 : (iso.week - 1) / 4) : civil.month,
                                .year = weekly ? iso.year : civil.year};
}

// Over the whole series, measured values alone; years and campaigns have no seasons.
static wdm_rc seasonal(const wdm_trend_point *points, size_t n, const wdm_trend_opts *opts, wdm_trend *trend,
                       wdm_err *err)
{
    const wdm_seasonal_kendall_opts defaults = WDM_SEASONAL_KENDALL_OPTS_DEFAULT;
    wdm_seasonal_kendall_result result = {0};
    wdm_seasonal_point *rows = NULL;
    wdm_err why = {WDM_OK, ""};
    size_t count = 0;
    wdm_rc rc = WDM_OK;
    if (opts->scale > WDM_SCALE_QUARTER || n < 2 ||
        points[n - 1].last - points[0].first + 1 < opts->min_seasons_days)
        return WDM_OK;
    rows = wdm_alloc(n, sizeof *rows);
    if (rows == NULL)
        return wdm_err_nomem(err);
    for (size_t i = n > WDM_SEASONAL_MAX_N ? n - WDM_SEASONAL_MAX_N : 0; i < n; i++) {
        if (wdm_trend_point_compares(&points[i]))
            rows[count++] = seasonal_point(&points[i], opts->scale);
    }
    rc = wdm_seasonal_kendall_test(rows, count, &defaults, &result, &why);
    wdm_free(rows);
    if (rc == WDM_OK && result.n >= opts->min_n) {
        trend->seasonal_slope_pct_per_year = pct(result.slope * WDM_DAYS_PER_YEAR);
        trend->seasonal_p = isnan(result.p_covariance) ? result.p : result.p_covariance;
    }
    // No season with two years is no error: there is no seasonal slope.
    return rc == WDM_OK || rc == WDM_E_DATA ? WDM_OK : wdm_err_set(err, rc, "%s", why.text);
}

static wdm_rc changes(const wdm_trend_point *points, const wdm_trend_opts *opts, wdm_trend *trend,
                      wdm_err *err)
{
    const wdm_trend_point *now = trend->now;
    const wdm_trend_point *previous = NULL;
    const wdm_trend_point *year = NULL;
    wdm_rc rc = WDM_OK;
    if (now != NULL) {
        previous = wdm_trend_find_previous(points, (size_t)(now - points), opts->scale);
        year = wdm_trend_find_year_before(points, (size_t)(now - points), opts->scale);
    }
    rc = wdm_trend_compare(now, previous, trend->between_log_sd, &trend->previous, err);
    return rc == WDM_OK ? wdm_trend_compare(now, year, trend->between_log_sd, &trend->year, err) : rc;
}

wdm_rc wdm_trend_series(const wdm_trend_point *points, size_t n, wdm_day first, const wdm_trend_opts *opts,
                        wdm_trend *trend, wdm_err *err)
{
    wdm_trend_values values = {0};
    wdm_rc rc = WDM_OK;
    *trend = (wdm_trend){.now = n > 0 && points[n - 1].first == first ? &points[n - 1] : NULL,
                         .method = "",
                         .slope_pct_per_year = (double)NAN,
                         .slope_lo95 = (double)NAN,
                         .slope_hi95 = (double)NAN,
                         .p_value = (double)NAN,
                         .p_independent = (double)NAN,
                         .autocorrelation = (double)NAN,
                         .n_eff = (double)NAN,
                         .seasonal_slope_pct_per_year = (double)NAN,
                         .seasonal_p = (double)NAN,
                         .between_log_sd = (double)NAN};
    rc = take_window(points, n, first, opts, &values, trend, err);
    if (rc == WDM_OK)
        rc = slope(&values, opts, trend, err);
    if (rc == WDM_OK)
        rc = seasonal(points, n, opts, trend, err);
    if (rc == WDM_OK)
        rc = changes(points, opts, trend, err);
    wdm_free(values.rows);
    return rc;
}
