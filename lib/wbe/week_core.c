// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/week_core.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "base/mem.h"
#include "wbe/lognormal_sum.h"
#include "wbe/unsampled.h"

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

static bool one_batch(const wdm_day_value *days, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (days[i].batch_key != days[0].batch_key)
            return false;
    }
    return true;
}

// Variance of the mean from the days not sampled.
static wdm_rc add_unsampled(const wdm_day_value *days, size_t n, const wdm_period_options *opt,
                            wdm_week_core *core, wdm_err *err)
{
    wdm_unsampled unsampled = {0};
    wdm_spread_day *v = NULL;
    const bool shared = one_batch(days, n);
    double mean = 0.0;
    if (n >= (size_t)opt->period_days) // every day is there
        return WDM_OK;
    v = wdm_alloc(n, sizeof *v);
    if (v == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term term = wdm_sum_term_of_day(&days[i], 1.0);
        v[i] = (wdm_spread_day){.day = days[i].day,
                                .value = wdm_day_fill(&days[i]),
                                .var_own = term.var_sampling + term.var_analysis + term.var_flow +
                                           term.var_population,
                                .var_batch = shared ? 0.0 : term.var_batch};
        mean += v[i].value / (double)n;
    }
    const wdm_rc rc = wdm_unsampled_get(v, n, mean, opt, &unsampled, err);
    wdm_free(v);
    core->var_days = unsampled.var_days + unsampled.var_weeks;
    core->flags |= unsampled.flags;
    return rc;
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
    double *scratch = NULL;
    wdm_rc rc = wdm_days_inside(days, n, opt, err);
    if (rc != WDM_OK)
        return rc;
    scratch = wdm_alloc(n, sizeof *scratch);
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
        rc = censored_mean(days, n, opt, core, err);
        if (rc != WDM_OK)
            return rc;
    }
    core->flags |= (int)n < opt->expected_days ? (unsigned)WDM_EST_PROVISIONAL : 0U;
    core->center = isfinite(core->mean) ? core->mean : (core->bound_low + core->bound_high) / 2.0;
    return add_unsampled(days, n, opt, core, err);
}
