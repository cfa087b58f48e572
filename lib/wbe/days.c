// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "wbe/week_core.h"

static double or_zero(double x)
{
    return x > 0.0 ? x : 0.0;
}

void wdm_day_value_add_replicate(wdm_day_value *mean, int n, double next_load_mg_d_1000)
{
    const double k = n;
    mean->load_mg_d_1000 = (mean->load_mg_d_1000 * k + next_load_mg_d_1000) / (k + 1.0);
    mean->u_analysis *= sqrt(k / (k + 1.0));
}

double wdm_day_lower(const wdm_day_value *day)
{
    return day->state == WDM_STATE_MEASURED ? day->load_mg_d_1000 : or_zero(day->lower);
}

bool wdm_days_one_batch(const wdm_day_value *days, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (days[i].batch_key != days[0].batch_key)
            return false;
    }
    return true;
}

// What a value weighs among those of its day: itself, or half its limit (0 when that is unknown).
static double fill_of(const wdm_day_value *day)
{
    return day->state == WDM_STATE_MEASURED ? day->load_mg_d_1000 : or_zero(day->load_mg_d_1000) / 2.0;
}

wdm_rc wdm_days_check(const wdm_day_value *days, size_t n, wdm_err *err)
{
    for (size_t i = 0; i < n; i++) {
        const double v = days[i].load_mg_d_1000;
        char text[WDM_DATE_TEXT];
        if (days[i].state < WDM_STATE_MEASURED || days[i].state > WDM_STATE_NOT_DETECTED)
            return wdm_err_set(err, WDM_E_DATA, "%s: unknown state %d of a load",
                               wdm_day_format(days[i].day, text), days[i].state);
        const bool measured = days[i].state == WDM_STATE_MEASURED;
        if (measured ? !(isfinite(v) && v >= 0.0) : (isinf(v) || v <= 0.0))
            return wdm_err_set(err, WDM_E_DATA, "%s: %s %g is not a load", wdm_day_format(days[i].day, text),
                               measured ? "value" : "limit", v);
    }
    return WDM_OK;
}

wdm_rc wdm_days_inside(const wdm_day_value *days, size_t n, const wdm_period_options *opt, wdm_err *err)
{
    char text[2][WDM_DATE_TEXT];
    if (opt->period_days <= 7)
        return WDM_OK;
    for (size_t i = 0; i < n; i++) {
        if (days[i].day < opt->first || days[i].day >= opt->first + opt->period_days)
            return wdm_err_set(err, WDM_E_DATA, "%s lies outside the period of %d days from %s",
                               wdm_day_format(days[i].day, text[0]), opt->period_days,
                               wdm_day_format(opt->first, text[1]));
    }
    return WDM_OK;
}

static int order(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

// By day, sample and analysis, then by everything that tells two values apart, so that the result does not
// depend on the order given.
static int by_day(const void *a, const void *b)
{
    const wdm_day_value *x = a;
    const wdm_day_value *y = b;
    const int orders[] = {order(x->day, y->day), order(x->sample_key, y->sample_key),
                          order(x->analysis_key, y->analysis_key), order(x->state, y->state),
                          order(x->batch_key, y->batch_key)};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (orders[i] != 0)
            return orders[i];
    }
    return x->load_mg_d_1000 < y->load_mg_d_1000 ? -1 : x->load_mg_d_1000 > y->load_mg_d_1000;
}

double wdm_day_u_sampling_mass(const wdm_day_value *day)
{
    return day->u_sampling_mass > 0.0 ? day->u_sampling_mass : day->u_sampling;
}

double wdm_day_u_flow_mass(const wdm_day_value *day)
{
    return day->u_flow_mass > 0.0 ? day->u_flow_mass : day->u_flow;
}

// What is averaged: replicates of one analysis, then analyses (laboratories) of one sample, then samples of
// one day.
typedef enum merge_level { MERGE_REPLICATES, MERGE_ANALYSES, MERGE_SAMPLES, MERGE_LEVELS } merge_level;

static bool go_together(const wdm_day_value *a, const wdm_day_value *b, merge_level level)
{
    if (a->day != b->day)
        return false;
    if (level == MERGE_SAMPLES)
        return true;
    return a->sample_key != 0 && a->sample_key == b->sample_key &&
           (level == MERGE_ANALYSES || a->analysis_key == b->analysis_key);
}

// Errors of the average of k values of one day. Weights are the values' shares of the sum. The sampling error
// is one for all analyses of a sample, and the batch error one for all values of a batch.
static void merge_errors(const wdm_day_value *s, size_t k, merge_level level, wdm_day_value *out)
{
    bool one_batch = true;
    double shared_sampling = 0.0;
    double shared_sampling_mass = 0.0;
    double total = 0.0;
    double sampling = 0.0;
    double sampling_mass = 0.0;
    double analysis = 0.0;
    double batch_sq = 0.0;
    double batch = 0.0;
    double flow = 0.0;
    double flow_mass = 0.0;
    double population = 0.0;
    double population_batch = 0.0;
    for (size_t i = 0; i < k; i++)
        total += fill_of(&s[i]);
    for (size_t i = 0; i < k; i++) {
        const double w = total > 0.0 ? fill_of(&s[i]) / total : 1.0 / (double)k;
        sampling += w * or_zero(s[i].u_sampling) * w * or_zero(s[i].u_sampling);
        shared_sampling += w * or_zero(s[i].u_sampling);
        const double mass = or_zero(wdm_day_u_sampling_mass(&s[i]));
        sampling_mass += w * mass * w * mass;
        shared_sampling_mass += w * mass;
        flow_mass += w * or_zero(wdm_day_u_flow_mass(&s[i]));
        one_batch = one_batch && s[i].batch_key == s[0].batch_key;
        analysis += w * or_zero(s[i].u_analysis) * w * or_zero(s[i].u_analysis);
        batch += w * or_zero(s[i].u_batch);
        batch_sq += w * or_zero(s[i].u_batch) * w * or_zero(s[i].u_batch);
        flow += w * or_zero(s[i].u_flow);
        population += w * or_zero(s[i].u_population);
        population_batch += w * or_zero(s[i].u_population_batch);
        out->u_sampling +=
            isnan(s[i].u_sampling) ? (double)NAN : 0.0; // a sampling u that one sample lacks stays visible
    }
    if (!isnan(out->u_sampling))
        out->u_sampling = level == MERGE_SAMPLES ? sqrt(sampling) : shared_sampling;
    out->u_sampling_mass = level == MERGE_SAMPLES ? sqrt(sampling_mass) : shared_sampling_mass;
    out->u_flow_mass = flow_mass;
    out->u_analysis = sqrt(analysis);
    out->u_batch = one_batch ? batch : sqrt(batch_sq);
    out->u_flow = flow;
    out->u_population = population;
    out->u_population_batch = population_batch;
}

static wdm_day_value merge(const wdm_day_value *s, size_t k, merge_level level)
{
    wdm_day_value out = s[0];
    double high = 0.0;
    double low = 0.0;
    int worst = WDM_STATE_MEASURED;
    int best = WDM_STATE_NOT_DETECTED;
    if (k == 1)
        return out;
    for (size_t i = 0; i < k; i++) {
        const int state = s[i].state;
        high += s[i].load_mg_d_1000 / (double)k;
        low += (state == WDM_STATE_MEASURED ? s[i].load_mg_d_1000 : or_zero(s[i].lower)) / (double)k;
        worst = state > worst ? state : worst;
        best = state < best ? state : best;
    }
    out.load_mg_d_1000 = high;
    out.lower = worst == WDM_STATE_MEASURED ? 0.0 : low;
    out.state = worst == best ? worst : WDM_STATE_BELOW_LOQ;
    merge_errors(s, k, level, &out);
    return out;
}

static size_t merge_level_of(wdm_day_value *days, size_t n, merge_level level)
{
    size_t n_out = 0;
    for (size_t i = 0; i < n;) {
        size_t k = 1;
        while (i + k < n && go_together(&days[i], &days[i + k], level))
            k++;
        days[n_out] = merge(&days[i], k, level);
        n_out++;
        i += k;
    }
    return n_out;
}

size_t wdm_days_merge(wdm_day_value *days, size_t n)
{
    qsort(days, n, sizeof *days, by_day);
    for (int level = 0; level < MERGE_LEVELS; level++)
        n = merge_level_of(days, n, (merge_level)level);
    return n;
}
