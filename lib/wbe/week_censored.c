// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/week_censored.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "wbe/lognormal.h"
#include "wbe/lognormal_sum.h"
#include "wbe/unsampled.h"

static void use_bounds(wdm_week_core *core)
{
    core->method = WDM_CENS_BOUNDS;
    core->mean = (double)NAN;
    core->flags |= (unsigned)WDM_EST_BOUNDS_ONLY;
}

// A fitted mean can leave the bounds, in which the mean of the sampled days lies for certain. The uncertainty
// about the censored days is at most half the distance of the bounds; the fit's standard error also holds the
// spread between days.
static void use_fit(const wdm_cens_mean_result *fit, wdm_week_core *core)
{
    const double half_width = (core->bound_high - core->bound_low) / 2.0;
    core->method = fit->method;
    core->mean = fmin(core->bound_high, fmax(core->bound_low, fit->mean));
    core->flags |= core->mean != fit->mean ? (unsigned)WDM_EST_CLAMPED : 0U;
    core->flags |= fit->method == WDM_CENS_HALF_LOQ ? (unsigned)WDM_EST_HALF_LOQ : 0U;
    core->var_censoring =
        isfinite(fit->se) ? fmin(fit->se * fit->se, half_width * half_width) : half_width * half_width;
}

// Variance of the log that the measurement brings into the days of a period, on average, and its batches
// where the period has several.
static double noise_of(const wdm_day_value *days, size_t n)
{
    const bool shared = wdm_days_one_batch(days, n);
    double noise = 0.0;
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term t = wdm_sum_term_of_day(&days[i], 1.0);
        noise += wdm_sum_term_own(&t);
        noise += shared ? 0.0 : t.var_batch;
    }
    return noise / (double)n;
}

// What is known of the sd of the logs of the days as measured.
static wdm_cens_prior prior_of(const wdm_day_value *days, size_t n, const wdm_period_options *opt)
{
    const double within = opt->within_week_cv >= 0.0 ? opt->within_week_cv : WDM_DEFAULT_WEEK_CV;
    const double between = opt->between_week_cv >= 0.0 ? opt->between_week_cv : WDM_DEFAULT_BETWEEN_CV;
    const double var = wdm_log_var_of_u(within) + (opt->period_days > 7 ? wdm_log_var_of_u(between) : 0.0);
    const double df = opt->within_week_cv >= 0.0 ? WDM_CV_GIVEN_DF : WDM_CV_ASSUMED_DF;
    return (wdm_cens_prior){sqrt(fmax(var + noise_of(days, n), 1e-6)), df};
}

double wdm_days_alike(const wdm_period_options *opt)
{
    const double within = opt->within_week_cv >= 0.0 ? opt->within_week_cv : WDM_DEFAULT_WEEK_CV;
    const double between = opt->between_week_cv >= 0.0 ? opt->between_week_cv : WDM_DEFAULT_BETWEEN_CV;
    const double day = wdm_log_var_of_u(within);
    const double week = wdm_log_var_of_u(between);
    return opt->period_days > 7 && week > 0.0 ? week / (week + day) : 0.0;
}

// Of one day, see the header.
static double day_variance(const wdm_day_value *day, const wdm_cens_fill *fill, double truth, double seen)
{
    const double h = truth / seen;
    if (day->state == WDM_STATE_MEASURED)
        return 0.0;
    return h * h * fill->var + fill->mean * fill->mean * expm1((1.0 - h) * truth);
}

static double variance_of_truth(const wdm_day_value *days, const wdm_cens_fill *fill, size_t n,
                                const wdm_cens_conditional *fit)
{
    const double seen = fit->sdlog * fit->sdlog;
    const double truth = fmax(0.0, seen - noise_of(days, n));
    double var = 0.0;
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term t = wdm_sum_term_of_day(&days[i], 1.0);
        var += day_variance(&days[i], &fill[i], truth, seen);
        if (days[i].state != WDM_STATE_MEASURED)
            var -= fill[i].mean * fill[i].mean * expm1(wdm_sum_term_own(&t));
    }
    return fmax(0.0, var / (double)n / (double)n + fit->se_fit * fit->se_fit);
}

wdm_rc wdm_week_censored(const wdm_day_value *days, size_t n, const wdm_period_options *opt,
                         wdm_week_core *core, wdm_cens_fill *fill, wdm_err *err)
{
    wdm_cens_mean_result fit = {.method = WDM_CENS_BOUNDS};
    const bool all = core->n_censored == n && opt->censoring != WDM_CENS_HALF_LOQ;
    const bool unknown = (core->flags & (unsigned)WDM_EST_UNKNOWN_LIMIT) != 0U;
    if (all || unknown || opt->censoring == WDM_CENS_BOUNDS) {
        use_bounds(core);
        return WDM_OK;
    }
    wdm_cens *v = wdm_alloc(n, sizeof *v);
    wdm_cens_fill *conditional = wdm_alloc(n, sizeof *conditional);
    const wdm_cens_ask ask = {opt->censoring, prior_of(days, n, opt), conditional};
    wdm_rc rc = v == NULL || conditional == NULL ? WDM_E_NOMEM : WDM_OK;
    if (rc == WDM_OK) {
        for (size_t i = 0; i < n; i++)
            v[i] = (wdm_cens){days[i].load_mg_d_1000, days[i].state != WDM_STATE_MEASURED, days[i].lower};
        rc = wdm_cens_mean(v, n, &ask, &fit, NULL);
    }
    wdm_free(v);
    if (rc == WDM_E_NOMEM) {
        wdm_free(conditional);
        return wdm_err_nomem(err);
    }
    if (rc != WDM_OK || fit.fell_back)
        core->flags |= (unsigned)WDM_EST_CENSORING_FAILED;
    if (rc != WDM_OK || fit.method == WDM_CENS_BOUNDS || !isfinite(fit.mean))
        use_bounds(core);
    else
        use_fit(&fit, core);
    if (core->method == WDM_CENS_CONDITIONAL) {
        memcpy(fill, conditional, n * sizeof *fill);
        core->var_censoring = variance_of_truth(days, fill, n, &fit.conditional);
    }
    wdm_free(conditional);
    return WDM_OK;
}
