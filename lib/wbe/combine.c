// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/combine.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "wbe/estimate_parts.h"

#define Z975 1.959963984540054
// So that parts without uncertainty can be weighted; its root, a millionth, is nobody's precision.
#define VAR_FLOOR 1e-12

// Variances of the log of one biomarker's value, by part of the budget.
typedef struct log_vars {
    double random[WDM_BUDGET_N]; // in the random interval
    double fixed[WDM_BUDGET_N];  // of the estimator: shared by all days of the site
    double centre;               // log of (median without the estimator's factor / plug-in)
} log_vars;

bool wdm_combine_is_shared(wdm_budget_part part)
{
    switch (part) {
    case WDM_BUDGET_SAMPLING:
    case WDM_BUDGET_FLOW_RANDOM:
    case WDM_BUDGET_DAYS:
    case WDM_BUDGET_FLOW_BIAS:
    case WDM_BUDGET_POPULATION:
    case WDM_BUDGET_DOSE:
        return true;
    default:
        return false;
    }
}

// Takes an estimate apart again: its budget has the shares of the whole variance of the log, which is that of
// the estimator's factor and that of the random part.
static void take_apart(const wdm_combine_part *part, log_vars *v)
{
    const wdm_estimate *e = part->value;
    const double random = log1p(e->rsd_random * e->rsd_random);
    const double total = part->estimator->shared.log_var + random;
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        v->fixed[i] = part->estimator->log_var[i];
        v->random[i] = fmax(0.0, e->budget[i] * total - v->fixed[i]);
    }
    v->centre = (log(e->lo95_random) + log(e->hi95_random)) / 2.0 - log(e->estimate);
}

static double own_variance(const log_vars *v)
{
    double sum = 0.0;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        sum += wdm_combine_is_shared((wdm_budget_part)i) ? 0.0 : v->fixed[i] + v->random[i];
    return fmax(sum, VAR_FLOOR);
}

static void set_weights(const wdm_combine_part *parts, const log_vars *v, wdm_combined *out)
{
    double sum = 0.0;
    double mean = 0.0;
    for (size_t k = 0; k < out->n; k++) {
        out->var_own[k] = own_variance(&v[k]);
        sum += 1.0 / out->var_own[k];
    }
    for (size_t k = 0; k < out->n; k++) {
        out->weight[k] = 1.0 / out->var_own[k] / sum;
        mean += out->weight[k] * log(parts[k].value->median);
    }
    out->q = 0.0;
    for (size_t k = 0; k < out->n; k++) {
        const double d = log(parts[k].value->median) - mean;
        out->q += d * d / out->var_own[k];
    }
    out->p = gsl_cdf_chisq_Q(out->q, (double)(out->n - 1));
}

// Variance of one part in the weighted mean.
static double weighted(const wdm_combined *out, const log_vars *v, int part, bool random)
{
    double squares = 0.0;
    double sum = 0.0;
    for (size_t k = 0; k < out->n; k++) {
        const double var = random ? v[k].random[part] : v[k].fixed[part];
        squares += out->weight[k] * out->weight[k] * var;
        sum += out->weight[k] * sqrt(var);
    }
    return wdm_combine_is_shared((wdm_budget_part)part) ? sum * sum : squares;
}

// The weighted mean on the log scale of a field that both ends of an estimate have; NaN where one part has
// none, 0 where one is 0.
static double mean_of(const wdm_combine_part *parts, const wdm_combined *out, size_t offset)
{
    double sum = 0.0;
    for (size_t k = 0; k < out->n; k++) {
        double value = 0.0;
        memcpy(&value, (const char *)parts[k].value + offset, sizeof value);
        sum += out->weight[k] * log(value);
    }
    return exp(sum);
}

static void fill_plain(const wdm_combine_part *parts, wdm_combined *out)
{
    wdm_estimate *e = &out->value;
    wdm_estimate_clear(e);
    e->estimate = mean_of(parts, out, offsetof(wdm_estimate, estimate));
    e->bound_low = mean_of(parts, out, offsetof(wdm_estimate, bound_low));
    e->bound_high = mean_of(parts, out, offsetof(wdm_estimate, bound_high));
    e->weekday_mean = mean_of(parts, out, offsetof(wdm_estimate, weekday_mean));
    e->weekend_mean = mean_of(parts, out, offsetof(wdm_estimate, weekend_mean));
    e->day_median = mean_of(parts, out, offsetof(wdm_estimate, day_median));
    for (size_t k = 0; k < out->n; k++) {
        const wdm_estimate *part = parts[k].value;
        e->n_days = part->n_days > e->n_days ? part->n_days : e->n_days;
        e->n_censored = part->n_censored > e->n_censored ? part->n_censored : e->n_censored;
        e->method = e->method == WDM_CENS_ARITHMETIC ? part->method : e->method;
        e->flags |= part->flags;
    }
    e->flags |= out->p < WDM_COMBINE_DISAGREE_P ? (unsigned)WDM_EST_BIOMARKERS_DISAGREE : 0U;
}

// The distribution: own excretions as they are, the rest one lognormal.
static wdm_rc fill_intervals(const wdm_combine_part *parts, const log_vars *v, wdm_combined *out,
                             wdm_err *err)
{
    wdm_factor_term terms[WDM_COMBINE_PARTS_MAX + 1];
    wdm_logconv shape;
    wdm_estimate *e = &out->value;
    double part[WDM_BUDGET_N];
    double random = 0.0;
    double rest = 0.0;
    double centre = 0.0;
    double plug_in = 0.0;
    size_t n = 0;
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        const double own_random = weighted(out, v, i, true);
        part[i] = own_random + weighted(out, v, i, false);
        random += own_random;
        rest += i == WDM_BUDGET_EXCRETION ? 0.0 : part[i];
    }
    for (size_t k = 0; k < out->n; k++) {
        terms[n++] = (wdm_factor_term){*parts[k].excretion, -out->weight[k]};
        plug_in -= out->weight[k] * log(parts[k].excretion->mode);
        centre += out->weight[k] * v[k].centre;
    }
    if (rest > 0.0)
        terms[n++] =
            (wdm_factor_term){{WDM_DIST_LOGNORMAL, (double)NAN, 1.0, (double)NAN, sqrt(expm1(rest))}, 1.0};
    const wdm_rc rc = wdm_logconv_init(&shape, terms, n, err);
    if (rc != WDM_OK)
        return rc;
    const double scale = e->estimate * exp(centre - plug_in);
    e->median = scale * wdm_logconv_quantile(&shape, 0.0, 0.5);
    e->lo95 = scale * wdm_logconv_quantile(&shape, 0.0, 0.025);
    e->hi95 = scale * wdm_logconv_quantile(&shape, 0.0, 0.975);
    e->lo95_random = e->estimate * exp(centre - Z975 * sqrt(random));
    e->hi95_random = e->estimate * exp(centre + Z975 * sqrt(random));
    e->rsd_total = shape.rsd;
    e->rsd_random = sqrt(expm1(random));
    const double total = rest + part[WDM_BUDGET_EXCRETION];
    for (int i = 0; i < WDM_BUDGET_N; i++)
        e->budget[i] = total > 0.0 ? part[i] / total : 0.0;
    return WDM_OK;
}

wdm_rc wdm_combine(const wdm_combine_part *parts, size_t n, wdm_combined *out, wdm_err *err)
{
    log_vars v[WDM_COMBINE_PARTS_MAX];
    memset(out, 0, sizeof *out);
    wdm_estimate_clear(&out->value);
    if (n < 2 || n > WDM_COMBINE_PARTS_MAX)
        return wdm_err_set(err, WDM_E_DATA, "%zu biomarkers to combine; 2 to %d expected", n,
                           (int)WDM_COMBINE_PARTS_MAX);
    for (size_t k = 0; k < n; k++) {
        if (!(parts[k].value->estimate > 0.0))
            return wdm_err_set(err, WDM_E_DATA, "biomarker %zu of %zu has no estimate to combine", k + 1, n);
        take_apart(&parts[k], &v[k]);
    }
    out->n = n;
    set_weights(parts, v, out);
    fill_plain(parts, out);
    return fill_intervals(parts, v, out, err);
}

void wdm_combine_draws(const double *const *draws, const double *weight, size_t n, size_t n_draws,
                       double *out)
{
    for (size_t i = 0; i < n_draws; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < n; k++)
            sum += weight[k] * log(draws[k][i]);
        out[i] = exp(sum);
    }
}
