// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/trend_fit.h"

#include <math.h>

#include "base/mem.h"
#include "num/ats.h"
#include "num/mannkendall.h"
#include "num/theilsen.h"

#define Z95 1.959963984540054
enum { MAX_STEPS_PER_VALUE = 64 }; // that the correction for autocorrelation accepts

double wdm_trend_step_days(wdm_scale scale)
{
    switch (scale) {
    case WDM_SCALE_DAY:
        return 1.0;
    case WDM_SCALE_WEEK:
        return 7.0;
    case WDM_SCALE_MONTH:
        return WDM_DAYS_PER_YEAR / 12.0;
    case WDM_SCALE_QUARTER:
        return WDM_DAYS_PER_YEAR / 4.0;
    case WDM_SCALE_YEAR:
        return WDM_DAYS_PER_YEAR;
    case WDM_SCALE_CAMPAIGN:
    case WDM_SCALE_N:
        break;
    }
    return (double)NAN;
}

// The values with each shift `sds` of its standard deviations higher.
typedef struct arrays {
    double *time, *log;
    wdm_ats_point *points;
    size_t n, n_censored;
} arrays;

static wdm_rc arrays_make(arrays *a, const wdm_trend_values *values, wdm_err *err)
{
    a->n = values->n;
    a->time = wdm_alloc(a->n, sizeof *a->time);
    a->log = wdm_alloc(a->n, sizeof *a->log);
    a->points = wdm_alloc(a->n, sizeof *a->points);
    return a->time == NULL || a->log == NULL || a->points == NULL ? wdm_err_nomem(err) : WDM_OK;
}

static void arrays_fill(arrays *a, const wdm_trend_values *values, double sds)
{
    a->n_censored = 0;
    for (size_t i = 0; i < a->n; i++) {
        const wdm_trend_value *v = &values->rows[i];
        a->time[i] = v->time;
        a->log[i] = v->log + sds * v->shift_sd;
        a->points[i] = (wdm_ats_point){.x = v->time, .y = a->log[i], .censored = v->censored};
        a->n_censored += v->censored ? 1 : 0;
    }
}

static void arrays_free(arrays *a)
{
    wdm_free(a->time);
    wdm_free(a->log);
    wdm_free(a->points);
}

// Data that allow no fit are no error: the method stays NULL.
static wdm_rc no_fit(wdm_rc rc, const wdm_err *why, wdm_err *err)
{
    return rc == WDM_E_DATA || rc == WDM_OK ? WDM_OK : wdm_err_set(err, rc, "%s", why->text);
}

static wdm_rc fit_censored(const arrays *a, wdm_trend_fit *fit, wdm_err *err)
{
    wdm_ats_result line = {0};
    wdm_err why = {WDM_OK, ""};
    wdm_rc rc = wdm_ats_fit(a->points, a->n, 0.95, &line, &why);
    if (rc == WDM_OK) {
        fit->method = "akritas-theil-sen";
        fit->slope_per_day = line.slope;
        fit->slope_lo = line.slope_lo;
        fit->slope_hi = line.slope_hi;
        fit->p = fit->p_independent = line.p;
    }
    return no_fit(rc, &why, err);
}

static wdm_rc test(const arrays *a, double step_days, wdm_trend_fit *fit, double *factor, wdm_err *err)
{
    const double span = a->time[a->n - 1] - a->time[0];
    wdm_mk_autocorr_opts opts = WDM_MK_AUTOCORR_OPTS_DEFAULT;
    wdm_mk_autocorr_result result = {0};
    wdm_rc rc = WDM_OK;
    *factor = 1.0;
    if (!(step_days > 0.0) || span > MAX_STEPS_PER_VALUE * (double)a->n * step_days) {
        rc = wdm_mannkendall_test(a->time, a->log, a->n, &result.plain, err);
        fit->p = fit->p_independent = result.plain.p;
        return rc;
    }
    opts.step = step_days;
    rc = wdm_mannkendall_autocorr(a->time, a->log, a->n, &opts, &result, err);
    if (rc != WDM_OK)
        return rc;
    *factor = result.factor;
    fit->p = result.p;
    fit->p_independent = result.plain.p;
    fit->autocorrelation = result.rho1;
    fit->n_eff = result.n_eff;
    return WDM_OK;
}

static wdm_rc fit_measured(const arrays *a, double step_days, wdm_trend_fit *fit, wdm_err *err)
{
    wdm_theilsen_opts opts = WDM_THEILSEN_OPTS_DEFAULT;
    wdm_theilsen_result line = {0};
    wdm_err why = {WDM_OK, ""};
    double factor = 1.0;
    wdm_rc rc = test(a, step_days, fit, &factor, &why);
    if (factor > 1.0) // a confidence of 1 would ask for more than all slopes
        opts.confidence = fmin(erf(Z95 * sqrt(factor) / sqrt(2.0)), 1.0 - 1e-12);
    if (rc == WDM_OK)
        rc = wdm_theilsen_fit(a->time, a->log, a->n, &opts, &line, &why);
    if (rc == WDM_OK) {
        fit->method = factor > 1.0 ? "theil-sen+hamed-rao" : "theil-sen";
        fit->slope_per_day = line.slope;
        fit->slope_lo = line.slope_lo;
        fit->slope_hi = line.slope_hi;
    }
    return no_fit(rc, &why, err);
}

static wdm_rc fit_arrays(const arrays *a, wdm_scale scale, wdm_trend_fit *fit, wdm_err *err)
{
    *fit = (wdm_trend_fit){.slope_per_day = (double)NAN,
                           .slope_lo = (double)NAN,
                           .slope_hi = (double)NAN,
                           .p = (double)NAN,
                           .p_independent = (double)NAN,
                           .autocorrelation = (double)NAN,
                           .n_eff = (double)NAN};
    return a->n_censored > 0 ? fit_censored(a, fit, err)
                             : fit_measured(a, wdm_trend_step_days(scale), fit, err);
}

wdm_rc wdm_trend_fit_values(const wdm_trend_values *values, wdm_scale scale, wdm_trend_fit *fit, wdm_err *err)
{
    arrays a = {0};
    wdm_trend_fit moved = {0};
    wdm_rc rc = arrays_make(&a, values, err);
    if (rc == WDM_OK) {
        arrays_fill(&a, values, 0.0);
        rc = fit_arrays(&a, scale, fit, err);
    }
    if (rc == WDM_OK && fit->method != NULL && values->shift_sd > 0.0) {
        arrays_fill(&a, values, Z95);
        rc = fit_arrays(&a, scale, &moved, err);
        if (rc == WDM_OK) {
            const double move = moved.slope_per_day - fit->slope_per_day;
            fit->slope_lo = fit->slope_per_day - hypot(fit->slope_per_day - fit->slope_lo, move);
            fit->slope_hi = fit->slope_per_day + hypot(fit->slope_hi - fit->slope_per_day, move);
        }
    }
    arrays_free(&a);
    return rc;
}
