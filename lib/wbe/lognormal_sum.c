// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/lognormal_sum.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "wbe/lognormal.h"
#include "wbe/lognormal_terms.h"

wdm_sum_term wdm_sum_term_of_day(const wdm_day_value *day, double weight)
{
    const uint64_t place = (uint64_t)day->site_key;
    const uint64_t date = wdm_key_mix(place, (uint64_t)day->day);
    const uint64_t sample = wdm_key_mix(date, (uint64_t)day->sample_key);
    return (wdm_sum_term){.weight = weight,
                          .var_sampling = wdm_log_var_of_u(day->u_sampling),
                          .var_analysis = wdm_log_var_of_u(day->u_analysis),
                          .var_flow = wdm_log_var_of_u(day->u_flow),
                          .var_population = wdm_log_var_of_u(day->u_population),
                          .var_batch = wdm_log_var_of_u(day->u_batch),
                          .var_population_batch = wdm_log_var_of_u(day->u_population_batch),
                          .site = day->u_population_batch > 0.0 ? (size_t)day->population_batch_key : 0,
                          .batch_key = day->batch_key,
                          .population_batch_key = day->population_batch_key,
                          .sample = sample,
                          .analysis = wdm_key_mix(sample, (uint64_t)day->analysis_key),
                          .day = date,
                          .place = place};
}

int wdm_terms_by_site(const void *a, const void *b)
{
    const wdm_sum_term *x = a;
    const wdm_sum_term *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

int wdm_terms_by_batch(const void *a, const void *b)
{
    const wdm_sum_term *x = a;
    const wdm_sum_term *y = b;
    if (x->batch_key != y->batch_key)
        return x->batch_key < y->batch_key ? -1 : 1;
    return wdm_terms_by_site(a, b);
}

double wdm_sum_term_own(const wdm_sum_term *t)
{
    return t->var_sampling + t->var_analysis + t->var_flow + t->var_population;
}

double wdm_term_site_var(const wdm_sum_term *t)
{
    return t->var_flow_bias + t->var_site_population + t->var_population_batch;
}

double wdm_term_mean(const wdm_sum_term *t)
{
    return t->weight * exp((wdm_sum_term_own(t) + t->var_batch + wdm_term_site_var(t)) / 2.0);
}

static void add_own_and_sites(const wdm_sum_term *terms, size_t n, wdm_sum_moments *out)
{
    double site_sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term *t = &terms[i];
        const double a = wdm_term_mean(t);
        out->mean += a;
        out->var += a * a * expm1(wdm_sum_term_own(t)) * exp(t->var_batch + wdm_term_site_var(t));
        out->part[WDM_BUDGET_SAMPLING] += a * a * expm1(t->var_sampling);
        out->part[WDM_BUDGET_ANALYSIS] += a * a * expm1(t->var_analysis);
        out->part[WDM_BUDGET_FLOW_RANDOM] += a * a * expm1(t->var_flow);
        out->part[WDM_BUDGET_POPULATION] += a * a * expm1(t->var_population);
        site_sum += a;
        if (i + 1 == n || terms[i + 1].site != t->site) {
            out->var += expm1(wdm_term_site_var(t)) * site_sum * site_sum;
            out->part[WDM_BUDGET_FLOW_BIAS] += expm1(t->var_flow_bias) * site_sum * site_sum;
            out->part[WDM_BUDGET_POPULATION] +=
                expm1(t->var_site_population + t->var_population_batch) * site_sum * site_sum;
            site_sum = 0.0;
        }
    }
}

static void add_batches(wdm_sum_term *terms, size_t n, wdm_sum_moments *out)
{
    double batch_sum = 0.0;
    double both_sum = 0.0;
    qsort(terms, n, sizeof *terms, wdm_terms_by_batch);
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term *t = &terms[i];
        const bool batch_ends = i + 1 == n || terms[i + 1].batch_key != t->batch_key;
        batch_sum += wdm_term_mean(t);
        both_sum += wdm_term_mean(t);
        if (batch_ends || terms[i + 1].site != t->site) {
            out->var += expm1(t->var_batch) * expm1(wdm_term_site_var(t)) * both_sum * both_sum;
            both_sum = 0.0;
        }
        if (batch_ends) {
            const double v = expm1(t->var_batch) * batch_sum * batch_sum;
            out->var += v;
            out->part[WDM_BUDGET_BATCH] += v;
            batch_sum = 0.0;
        }
    }
}

void wdm_sum_order(wdm_sum_term *terms, size_t n)
{
    qsort(terms, n, sizeof *terms, wdm_terms_by_site);
    for (size_t i = 0; i < n; i++)
        terms[i].order = i;
}

void wdm_sum_lognormals(wdm_sum_term *terms, size_t n, wdm_sum_moments *out)
{
    memset(out, 0, sizeof *out);
    add_own_and_sites(terms, n, out);
    add_batches(terms, n, out);
    qsort(terms, n, sizeof *terms, wdm_terms_by_site);
}

// The same error with log sd a in one sum and b in the other.
static double cov_of(double var_a, double var_b)
{
    return sqrt(var_a * var_b);
}

void wdm_sum_cross(const wdm_sum_term *terms, const wdm_sum_term *people, size_t n, wdm_sum_moments *out)
{
    double a_site = 0.0;
    double b_site = 0.0;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term *t = &terms[i];
        const wdm_sum_term *p = &people[i];
        const double bias = cov_of(t->var_flow_bias, p->var_flow_bias);
        const double sampling = cov_of(t->var_sampling, p->var_sampling);
        const double flow = cov_of(t->var_flow, p->var_flow);
        const double ab = wdm_term_mean(t) * wdm_term_mean(p);
        a_site += wdm_term_mean(t);
        b_site += wdm_term_mean(p);
        out->var += ab * expm1(sampling + flow) * exp(bias);
        out->part[WDM_BUDGET_SAMPLING] += ab * expm1(sampling);
        out->part[WDM_BUDGET_FLOW_RANDOM] += ab * expm1(flow);
        if (i + 1 == n || terms[i + 1].site != t->site) {
            const double v = expm1(bias) * a_site * b_site;
            out->var += v;
            out->part[WDM_BUDGET_FLOW_BIAS] += v;
            a_site = 0.0;
            b_site = 0.0;
        }
    }
}
