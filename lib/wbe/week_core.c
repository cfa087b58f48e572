// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/week_core.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "base/mem.h"
#include "wbe/lognormal_sum.h"
#include "wbe/unsampled.h"
#include "wbe/week_censored.h"

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
        const bool measured = days[i].state == WDM_STATE_MEASURED;
        if (!measured && (!half || isnan(days[i].load_mg_d_1000)))
            return (double)NAN;
        sum += measured ? days[i].load_mg_d_1000 : days[i].load_mg_d_1000 / 2.0;
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
        scratch[i] = wdm_day_lower(&days[i]);
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
        core->bound_low += wdm_day_lower(&days[i]) / (double)n;
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

// What the measurement brings into the mean, as a variance.
static wdm_rc measured_variance(const wdm_day_value *days, size_t n, const wdm_cens_fill *fill,
                                wdm_sampled_mean *mean, wdm_err *err)
{
    wdm_sum_moments sum = {0};
    wdm_sum_term *terms = wdm_alloc(n, sizeof *terms);
    if (terms == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        terms[i] = wdm_sum_term_of_day(&days[i], fill[i].mean);
        terms[i].order = i;
        mean->mean += fill[i].mean / (double)n;
    }
    wdm_sum_lognormals(terms, n, &sum);
    if (sum.mean > 0.0)
        mean->var_measured = sum.var / sum.mean / sum.mean * mean->mean * mean->mean;
    wdm_free(terms);
    return WDM_OK;
}

// Variance of the mean from the days not sampled.
static wdm_rc add_unsampled(const wdm_day_value *days, size_t n, const wdm_period_options *opt,
                            const wdm_cens_fill *fill, wdm_week_core *core, wdm_err *err)
{
    wdm_sampled_mean mean = {0.0, 0.0};
    wdm_spread_day *v = NULL;
    const bool shared = wdm_days_one_batch(days, n);
    if (n >= (size_t)opt->period_days) // every day is there
        return WDM_OK;
    wdm_rc rc = measured_variance(days, n, fill, &mean, err);
    if (rc != WDM_OK)
        return rc;
    v = wdm_alloc(n, sizeof *v);
    if (v == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term term = wdm_sum_term_of_day(&days[i], 1.0);
        v[i] = (wdm_spread_day){.day = days[i].day,
                                .value = fill[i].mean,
                                .var_inside = fill[i].var,
                                .alike = wdm_days_alike(opt),
                                .var_own = wdm_sum_term_own(&term),
                                .var_batch = shared ? 0.0 : term.var_batch};
    }
    rc = wdm_unsampled_get(v, n, &mean, opt, &core->unsampled, err);
    wdm_free(v);
    core->flags |= core->unsampled.flags;
    return rc;
}

// Between the ends of what a day can be: the middle, and the variance of a uniform distribution.
static wdm_cens_fill between_ends(const wdm_day_value *day)
{
    const double low = wdm_day_lower(day);
    if (day->state == WDM_STATE_MEASURED || isnan(day->load_mg_d_1000))
        return (wdm_cens_fill){low, 0.0};
    const double width = day->load_mg_d_1000 - low;
    return (wdm_cens_fill){low + width / 2.0, width * width / 12.0};
}

wdm_rc wdm_week_core_get(const wdm_day_value *days, size_t n, const wdm_period_options *opt,
                         wdm_week_core *core, wdm_cens_fill *fill, wdm_err *err)
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
    for (size_t i = 0; i < n; i++)
        fill[i] = between_ends(&days[i]);
    if (core->n_censored > 0) {
        rc = wdm_week_censored(days, n, opt, core, fill, err);
        if (rc != WDM_OK)
            return rc;
    }
    core->flags |= (int)n < opt->expected_days ? (unsigned)WDM_EST_PROVISIONAL : 0U;
    core->center = isfinite(core->mean) ? core->mean : (core->bound_low + core->bound_high) / 2.0;
    return add_unsampled(days, n, opt, fill, core, err);
}
