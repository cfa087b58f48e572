// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/week_core.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include "base/mem.h"

// Degrees of freedom that a within-week CV from elsewhere is worth beside the week's own days: a CV of one
// drug differs from week to week about as one estimated from five days does.
#define CV_PRIOR_DF 4.0
#define Z975 1.959963984540054

static double lower_of(const wdm_day_value *d)
{
    if (d->state == WDM_STATE_MEASURED)
        return d->load_mg_d_1000;
    return d->lower > 0.0 ? d->lower : 0.0;
}

static bool is_weekday_group(wdm_day day)
{
    const int w = wdm_weekday(day);
    return w >= 2 && w <= 4;
}

// Mean over Tue..Thu or Fri..Mon; NaN without such days or, unless half limits are asked for, with a censored
// one.
static double group_mean(const wdm_day_value *days, size_t n, bool weekdays, bool half)
{
    double sum = 0.0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_weekday_group(days[i].day) != weekdays)
            continue;
        if (days[i].state != WDM_STATE_MEASURED && (!half || isnan(days[i].load_mg_d_1000)))
            return (double)NAN;
        sum += wdm_day_fill(&days[i]);
        count++;
    }
    return count > 0 ? sum / (double)count : (double)NAN;
}

static double sorted_median(double *v, size_t n)
{
    gsl_sort(v, 1, n);
    return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2.0;
}

// The median that holds whatever the censored days were: the same with their lower ends and with their
// limits.
static double certain_median(const wdm_day_value *days, size_t n, double *scratch)
{
    for (size_t i = 0; i < n; i++)
        scratch[i] = lower_of(&days[i]);
    const double low = sorted_median(scratch, n);
    for (size_t i = 0; i < n; i++) {
        if (isnan(days[i].load_mg_d_1000))
            scratch[i] = (double)INFINITY;
        else
            scratch[i] = days[i].load_mg_d_1000;
    }
    return sorted_median(scratch, n) == low ? low : (double)NAN;
}

static void add_sums(const wdm_day_value *days, size_t n, wdm_week_core *core)
{
    double limits = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double v = days[i].load_mg_d_1000;
        core->bound_low += lower_of(&days[i]) / (double)n;
        core->bound_high += v / (double)n;
        core->flags |= isnan(days[i].u_sampling) ? (unsigned)WDM_EST_NO_SAMPLING_U : 0U;
        if (days[i].state == WDM_STATE_MEASURED) {
            core->sum += v;
            core->sum_sq += v * v;
        } else {
            core->n_censored++;
            limits += v;
            core->flags |= isnan(v) ? (unsigned)WDM_EST_UNKNOWN_LIMIT : 0U;
        }
    }
    core->limit = core->n_censored == n ? limits / (double)n : (double)NAN;
}

// Variance of the mean from the days not sampled: (1 - n / N) s^2 / n, widened from normal to t for the few
// degrees of freedom of s. s^2 pools the days' own variance with the CV from elsewhere, where one is given or
// fewer than three days are there.
static double unsampled_variance(const wdm_day_value *days, size_t n, const wdm_week_options *opt,
                                 wdm_week_core *core)
{
    double mean = 0.0;
    double ss = 0.0;
    const double k = (double)n;
    const double fpc = 1.0 - k / (double)opt->period_days;
    if (!(fpc > 0.0))
        return 0.0;
    for (size_t i = 0; i < n; i++)
        mean += wdm_day_fill(&days[i]) / k;
    for (size_t i = 0; i < n; i++) {
        const double d = wdm_day_fill(&days[i]) - mean;
        ss += d * d;
    }
    const bool given = opt->within_week_cv >= 0.0;
    const double cv = given ? opt->within_week_cv : WDM_DEFAULT_WEEK_CV;
    const double prior = given || n < 3 ? CV_PRIOR_DF : 0.0;
    const double df = prior + k - 1.0;
    const double s2 = (prior * cv * cv * mean * mean + ss) / df;
    const double widen = gsl_cdf_tdist_Pinv(0.975, df) / Z975;
    core->flags |= !given && n < 3 ? (unsigned)WDM_EST_ASSUMED_DAY_CV : 0U;
    return fpc * s2 / k * widen * widen;
}

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

static wdm_rc censored_mean(const wdm_day_value *days, size_t n, const wdm_week_options *opt,
                            wdm_week_core *core, wdm_err *err)
{
    wdm_cens_mean_result fit = {.method = WDM_CENS_BOUNDS};
    const bool all = core->n_censored == n && opt->censoring != WDM_CENS_HALF_LOQ;
    const bool unknown = (core->flags & (unsigned)WDM_EST_UNKNOWN_LIMIT) != 0U;
    if (all || unknown || opt->censoring == WDM_CENS_BOUNDS) {
        use_bounds(core);
        return WDM_OK;
    }
    wdm_cens *v = wdm_alloc(n, sizeof *v);
    if (v == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++)
        v[i] = (wdm_cens){days[i].load_mg_d_1000, days[i].state != WDM_STATE_MEASURED};
    const wdm_rc rc = wdm_cens_mean(v, n, opt->censoring, &fit, NULL);
    wdm_free(v);
    if (rc == WDM_E_NOMEM)
        return wdm_err_nomem(err);
    if (rc != WDM_OK || fit.fell_back)
        core->flags |= (unsigned)WDM_EST_CENSORING_FAILED;
    if (rc != WDM_OK || fit.method == WDM_CENS_BOUNDS || !isfinite(fit.mean))
        use_bounds(core);
    else
        use_fit(&fit, core);
    return WDM_OK;
}

wdm_rc wdm_week_core_get(const wdm_day_value *days, size_t n, const wdm_week_options *opt,
                         wdm_week_core *core, wdm_err *err)
{
    const bool half = opt->censoring == WDM_CENS_HALF_LOQ;
    double *scratch = wdm_alloc(n, sizeof *scratch);
    if (scratch == NULL)
        return wdm_err_nomem(err);
    memset(core, 0, sizeof *core);
    core->n = n;
    core->method = WDM_CENS_ARITHMETIC;
    add_sums(days, n, core);
    core->mean = core->bound_low;
    core->weekday_mean = group_mean(days, n, true, half);
    core->weekend_mean = group_mean(days, n, false, half);
    core->day_median = certain_median(days, n, scratch);
    wdm_free(scratch);
    if (core->n_censored > 0) {
        const wdm_rc rc = censored_mean(days, n, opt, core, err);
        if (rc != WDM_OK)
            return rc;
    }
    core->flags |= (int)n < opt->expected_days ? (unsigned)WDM_EST_PROVISIONAL : 0U;
    core->var_days = unsampled_variance(days, n, opt, core);
    core->center = isfinite(core->mean) ? core->mean : (core->bound_low + core->bound_high) / 2.0;
    return WDM_OK;
}
