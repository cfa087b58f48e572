// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/censored.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "num/robust.h"

typedef struct method_name {
    wdm_cens_method method;
    const char *text;
} method_name;

static const method_name method_names[] = {
#define METHOD_ROW(code, text) {code, text},
    WDM_CENS_METHOD_LIST(METHOD_ROW)
#undef METHOD_ROW
};

enum { METHOD_COUNT = sizeof method_names / sizeof method_names[0] };

const char *wdm_cens_method_text(wdm_cens_method method)
{
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (method_names[i].method == method)
            return method_names[i].text;
    }
    return "?";
}

bool wdm_cens_method_parse(const char *text, wdm_cens_method *method)
{
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (strcmp(method_names[i].text, text) == 0) {
            *method = method_names[i].method;
            return true;
        }
    }
    return false;
}

wdm_cens_method wdm_cens_choose(size_t n, size_t n_censored, bool prior)
{
    if (n_censored == 0)
        return WDM_CENS_ARITHMETIC;
    if (n < WDM_CENS_MIN_N || (double)n_censored > 0.8 * (double)n)
        return WDM_CENS_BOUNDS;
    if (prior)
        return WDM_CENS_CONDITIONAL;
    if (n_censored <= n / 2)
        return WDM_CENS_KM;
    return WDM_CENS_ML;
}

static wdm_rc check_values(const wdm_cens *v, size_t n, wdm_err *err)
{
    if (n == 0)
        return wdm_err_set(err, WDM_E_DATA, "the mean of an empty sample does not exist");
    for (size_t i = 0; i < n; i++) {
        const double x = v[i].x;
        if (v[i].censored && !isnan(x) && (!isfinite(x) || x <= 0.0))
            return wdm_err_set(err, WDM_E_DATA, "value %zu is below a limit of %g, which is no limit", i + 1,
                               x);
        if (!v[i].censored && (!isfinite(x) || x < 0.0))
            return wdm_err_set(err, WDM_E_DATA,
                               "value %zu is %g; detected values are finite and not negative", i + 1, x);
    }
    return WDM_OK;
}

wdm_rc wdm_cens_check_fit(const wdm_cens *v, size_t n, bool positive, size_t distinct, wdm_err *err)
{
    double first = (double)NAN;
    size_t found = 0;
    wdm_rc rc = check_values(v, n, err);
    if (rc != WDM_OK)
        return rc;
    for (size_t i = 0; i < n; i++) {
        if (v[i].censored && isnan(v[i].x))
            return wdm_err_set(err, WDM_E_DATA,
                               "value %zu is censored at an unknown limit: only bounds are possible", i + 1);
        if (v[i].censored)
            continue;
        if (positive && v[i].x <= 0.0)
            return wdm_err_set(err, WDM_E_DATA, "value %zu is 0: a lognormal distribution has no zeros",
                               i + 1);
        if (found == 0) {
            first = v[i].x;
            found = 1;
        } else if (found == 1 && v[i].x != first) {
            found = 2;
        }
    }
    if (found < distinct)
        return wdm_err_set(err, WDM_E_DATA, "%zu different detected values are needed, got %zu", distinct,
                           found);
    return WDM_OK;
}

static double lower_end(const wdm_cens *v)
{
    return v->low > 0.0 && (v->low < v->x || isnan(v->x)) ? v->low : 0.0;
}

// Mean with every censored value at share times its limit, or at its lower end for share 0, which does not
// look at the limit.
static wdm_rc substituted_mean(const wdm_cens *v, size_t n, double share, double *mean, wdm_err *err)
{
    double *x = NULL;
    bool unknown = false;
    wdm_rc rc = WDM_OK;
    *mean = (double)NAN;
    x = wdm_alloc(n, sizeof *x);
    if (x == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        x[i] = v[i].x;
        if (v[i].censored)
            x[i] = share == 0.0 ? lower_end(&v[i]) : share * v[i].x;
        unknown = unknown || isnan(x[i]);
    }
    if (!unknown)
        rc = wdm_robust_mean(x, n, mean, err);
    wdm_free(x);
    return rc;
}

wdm_rc wdm_cens_bounds_get(const wdm_cens *v, size_t n, wdm_cens_bounds *bounds, wdm_err *err)
{
    wdm_rc rc = check_values(v, n, err);
    *bounds = (wdm_cens_bounds){(double)NAN, (double)NAN};
    if (rc == WDM_OK)
        rc = substituted_mean(v, n, 0.0, &bounds->low, err);
    if (rc == WDM_OK)
        rc = substituted_mean(v, n, 1.0, &bounds->high, err);
    return rc;
}

wdm_rc wdm_cens_half_loq(const wdm_cens *v, size_t n, double *mean, wdm_err *err)
{
    wdm_rc rc = check_values(v, n, err);
    *mean = (double)NAN;
    if (rc != WDM_OK)
        return rc;
    return substituted_mean(v, n, 0.5, mean, err);
}

static wdm_rc arithmetic(const wdm_cens *v, wdm_cens_mean_result *result, wdm_err *err)
{
    double *x = NULL;
    double sd = (double)NAN;
    wdm_rc rc = WDM_OK;
    if (result->n_censored > 0)
        return wdm_err_set(err, WDM_E_DATA, "an arithmetic mean cannot hold censored values (%zu of %zu)",
                           result->n_censored, result->n);
    x = wdm_alloc(result->n, sizeof *x);
    if (x == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < result->n; i++)
        x[i] = v[i].x;
    rc = wdm_robust_mean(x, result->n, &result->mean, err);
    if (rc == WDM_OK && result->n > 1) {
        rc = wdm_robust_sd(x, result->n, &sd, err);
        result->se = sd / sqrt((double)result->n);
    }
    wdm_free(x);
    return rc;
}

static wdm_rc conditional(const wdm_cens *v, const wdm_cens_ask *ask, wdm_cens_mean_result *result,
                          wdm_err *err)
{
    wdm_cens_conditional *fit = &result->conditional;
    wdm_cens_fill *own = NULL;
    if (ask->fill == NULL) {
        own = wdm_alloc(result->n, sizeof *own);
        if (own == NULL)
            return wdm_err_nomem(err);
    }
    const wdm_rc rc =
        wdm_cens_conditional_fit(v, result->n, &ask->prior, own != NULL ? own : ask->fill, fit, err);
    wdm_free(own);
    if (rc == WDM_OK) {
        result->mean = fit->mean;
        result->se = hypot(fit->se_inside, fit->se_fit);
    }
    return rc;
}

static wdm_rc by_method(const wdm_cens *v, const wdm_cens_ask *ask, wdm_cens_mean_result *result,
                        wdm_err *err)
{
    wdm_cens_km km = {0};
    wdm_cens_ml ml = {0};
    wdm_cens_ros ros = {0};
    wdm_rc rc = WDM_OK;
    switch (result->method) {
    case WDM_CENS_ARITHMETIC:
        return arithmetic(v, result, err);
    case WDM_CENS_KM:
        rc = wdm_cens_km_fit(v, result->n, &km, err);
        if (rc == WDM_OK) {
            result->mean = km.mean;
            result->se = km.se_mean;
        }
        return rc;
    case WDM_CENS_ML:
        rc = wdm_cens_ml_fit(v, result->n, &ml, err);
        if (rc == WDM_OK) {
            result->mean = ml.mean;
            result->se = ml.se_mean;
        }
        return rc;
    case WDM_CENS_ROS:
        rc = wdm_cens_ros_fit(v, result->n, &ros, err);
        if (rc == WDM_OK)
            result->mean = ros.mean;
        return rc;
    case WDM_CENS_CONDITIONAL:
        return conditional(v, ask, result, err);
    case WDM_CENS_HALF_LOQ:
        if (result->limit_unknown)
            return wdm_err_set(err, WDM_E_DATA, "half of an unknown limit cannot be taken");
        return wdm_cens_half_loq(v, result->n, &result->mean, err);
    case WDM_CENS_BOUNDS:
    case WDM_CENS_AUTO:
        break;
    }
    return WDM_OK; // bounds: no single mean
}

wdm_rc wdm_cens_mean(const wdm_cens *v, size_t n, const wdm_cens_ask *ask, wdm_cens_mean_result *result,
                     wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    *result = (wdm_cens_mean_result){.method = ask->method,
                                     .n = n,
                                     .mean = (double)NAN,
                                     .se = (double)NAN,
                                     .bounds = {(double)NAN, (double)NAN}};
    rc = wdm_cens_bounds_get(v, n, &result->bounds, err);
    if (rc != WDM_OK)
        return rc;
    for (size_t i = 0; i < n; i++) {
        result->n_censored += v[i].censored;
        result->limit_unknown = result->limit_unknown || (v[i].censored && isnan(v[i].x));
    }
    if (ask->method != WDM_CENS_AUTO)
        return by_method(v, ask, result, err);
    result->method =
        result->limit_unknown ? WDM_CENS_BOUNDS : wdm_cens_choose(n, result->n_censored, ask->prior.df > 0.0);
    rc = by_method(v, ask, result, err);
    if (rc == WDM_E_DATA && (result->method == WDM_CENS_ML || result->method == WDM_CENS_CONDITIONAL)) {
        result->method = WDM_CENS_BOUNDS;
        result->fell_back = true;
        rc = WDM_OK;
    }
    return rc;
}
