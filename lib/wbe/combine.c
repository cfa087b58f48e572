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

// Parts that change no comparison at one site: those of the estimator's factor, and what was taken off or
// corrected by shared numbers.
static bool is_fixed(int part)
{
    return part == WDM_BUDGET_ATTRIBUTION || part == WDM_BUDGET_SORPTION || part == WDM_BUDGET_STABILITY;
}

// Takes an estimate apart again by its budget.
static void take_apart(const wdm_combine_part *part, log_vars *v)
{
    const wdm_estimate *e = part->value;
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        const double all = e->budget[i] * e->log_var;
        v->fixed[i] = is_fixed(i) ? all : fmin(all, part->estimator->log_var[i]);
        v->random[i] = all - v->fixed[i];
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

// Variances of the log of the result, by part.
typedef struct result_vars {
    double part[WDM_BUDGET_N];
    double random; // of the random interval
    double rest;   // of all but the excretions
    double centre; // log of the random interval's middle over the plug-in
} result_vars;

static result_vars vars_of(const log_vars *v, const wdm_combined *out)
{
    result_vars r = {.random = 0.0};
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        const double random = weighted(out, v, i, true);
        r.part[i] = random + weighted(out, v, i, false);
        r.random += random;
        r.rest += i == WDM_BUDGET_EXCRETION ? 0.0 : r.part[i];
    }
    for (size_t k = 0; k < out->n; k++)
        r.centre += out->weight[k] * v[k].centre;
    return r;
}

// Points and RSDs over the plug-in: own excretions as they are, the rest one lognormal.
static wdm_rc analytic(const wdm_combine_part *parts, const result_vars *vars, const wdm_combined *out,
                       wdm_mc_summary *total, wdm_mc_summary *random, wdm_err *err)
{
    static const double probs[3] = {0.025, 0.5, 0.975};
    static const double z[3] = {-Z975, 0.0, Z975};
    wdm_factor_term terms[WDM_COMBINE_PARTS_MAX + 1];
    wdm_logconv shape;
    double plug_in = 0.0;
    size_t n = 0;
    for (size_t k = 0; k < out->n; k++) {
        terms[n++] = (wdm_factor_term){*parts[k].excretion, -out->weight[k]};
        plug_in -= out->weight[k] * log(parts[k].excretion->mode);
    }
    if (vars->rest > 0.0)
        terms[n++] = (wdm_factor_term){
            {WDM_DIST_LOGNORMAL, (double)NAN, 1.0, (double)NAN, sqrt(expm1(vars->rest))}, 1.0};
    const wdm_rc rc = wdm_logconv_init(&shape, terms, n, err);
    if (rc != WDM_OK)
        return rc;
    for (size_t i = 0; i < 3; i++) {
        total->q[i] = exp(vars->centre - plug_in) * wdm_logconv_quantile(&shape, 0.0, probs[i]);
        random->q[i] = exp(vars->centre + z[i] * sqrt(vars->random));
    }
    total->rsd = shape.rsd;
    random->rsd = sqrt(expm1(vars->random));
    return WDM_OK;
}

// The weighted mean of the logs, draw by draw, into the draws of the first part.
static wdm_mc_summary drawn(const wdm_combine_part *parts, const wdm_combined *out, bool random)
{
    double *x = random ? parts[0].random : parts[0].total;
    const size_t n_draws = wdm_mc_draws(parts[0].estimator->mc);
    for (size_t i = 0; i < n_draws; i++) {
        double sum = out->weight[0] * log(x[i]);
        for (size_t k = 1; k < out->n; k++)
            sum += out->weight[k] * log(random ? parts[k].random[i] : parts[k].total[i]);
        x[i] = exp(sum);
    }
    return wdm_mc_summarise(x, n_draws);
}

static wdm_rc fill_intervals(const wdm_combine_part *parts, const log_vars *v, wdm_combined *out,
                             wdm_err *err)
{
    wdm_estimate *e = &out->value;
    const result_vars vars = vars_of(v, out);
    const double variance = vars.rest + vars.part[WDM_BUDGET_EXCRETION];
    wdm_mc_summary total = {.rsd = 0.0};
    wdm_mc_summary random = {.rsd = 0.0};
    if (parts[0].total != NULL && parts[0].random != NULL) {
        total = drawn(parts, out, false);
        random = drawn(parts, out, true);
    } else {
        const wdm_rc rc = analytic(parts, &vars, out, &total, &random, err);
        if (rc != WDM_OK)
            return rc;
    }
    e->lo95 = e->estimate * total.q[0];
    e->median = e->estimate * total.q[1];
    e->hi95 = e->estimate * total.q[2];
    e->lo95_random = e->estimate * random.q[0];
    e->hi95_random = e->estimate * random.q[2];
    e->rsd_total = total.rsd;
    e->rsd_random = random.rsd;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        e->budget[i] = variance > 0.0 ? vars.part[i] / variance : 0.0;
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
