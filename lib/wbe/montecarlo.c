// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/montecarlo.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "num/draw.h"
#include "wbe/lognormal.h"
#include "wbe/montecarlo_parts.h"

// Streams kept, so that a bias shared by many terms is drawn once: a week's needs 7 x 4 + 3 at most.
enum { STREAMS = 32 };

typedef struct stream {
    double *z;
    uint64_t key;
    unsigned part;
    uint64_t last_use; // 0: empty
} stream;

struct wdm_mc {
    size_t draws;
    uint64_t seed;
    uint64_t clock;
    stream streams[STREAMS];
    double *total;
    double *random;
    double *term;   // log error, then error of the term in hand
    double *site;   // sum over the terms of a site
    double *people; // the same for the population
    double *scratch;
};

enum { VECTORS = 6 };

wdm_rc wdm_mc_new(size_t draws, uint64_t seed, wdm_mc **mc, wdm_err *err)
{
    wdm_mc *m = NULL;
    *mc = NULL;
    if (draws < (size_t)WDM_MC_DRAWS_MIN || draws > (size_t)WDM_MC_DRAWS_MAX)
        return wdm_err_set(err, WDM_E_DATA, "%zu draws; %d to %d expected", draws, (int)WDM_MC_DRAWS_MIN,
                           (int)WDM_MC_DRAWS_MAX);
    m = wdm_alloc(1, sizeof *m);
    if (m == NULL)
        return wdm_err_nomem(err);
    m->draws = draws;
    m->seed = seed;
    double **const vectors[VECTORS] = {&m->total, &m->random, &m->term, &m->site, &m->people, &m->scratch};
    bool ok = true;
    for (size_t i = 0; i < (size_t)VECTORS; i++) {
        *vectors[i] = wdm_alloc(draws, sizeof **vectors[i]);
        ok = ok && *vectors[i] != NULL;
    }
    for (size_t i = 0; i < (size_t)STREAMS; i++) {
        m->streams[i].z = wdm_alloc(draws, sizeof *m->streams[i].z);
        ok = ok && m->streams[i].z != NULL;
    }
    if (!ok) {
        wdm_mc_free(m);
        return wdm_err_nomem(err);
    }
    *mc = m;
    return WDM_OK;
}

void wdm_mc_free(wdm_mc *mc)
{
    if (mc == NULL)
        return;
    for (size_t i = 0; i < (size_t)STREAMS; i++)
        wdm_free(mc->streams[i].z);
    wdm_free(mc->total);
    wdm_free(mc->random);
    wdm_free(mc->term);
    wdm_free(mc->site);
    wdm_free(mc->people);
    wdm_free(mc->scratch);
    wdm_free(mc);
}

size_t wdm_mc_draws(const wdm_mc *mc)
{
    return mc->draws;
}

wdm_mc_summary wdm_mc_summarise(double *x, size_t n)
{
    static const double probs[3] = {0.025, 0.5, 0.975};
    wdm_mc_summary s;
    double mean = 0.0;
    double ss = 0.0;
    for (size_t i = 0; i < n; i++)
        mean += x[i];
    mean /= (double)n;
    for (size_t i = 0; i < n; i++)
        ss += (x[i] - mean) * (x[i] - mean);
    s.rsd = sqrt(ss / (double)n) / mean;
    wdm_sample_quantiles(x, n, probs, 3, s.q);
    return s;
}

// The place for a stream: the one that holds it (*fresh false), else the one longest not used.
static stream *place_of(wdm_mc *mc, uint64_t key, unsigned part, bool *fresh)
{
    stream *oldest = &mc->streams[0];
    *fresh = false;
    mc->clock++;
    for (size_t i = 0; i < (size_t)STREAMS; i++) {
        stream *s = &mc->streams[i];
        if (s->last_use > 0 && s->key == key && s->part == part) {
            s->last_use = mc->clock;
            return s;
        }
        if (s->last_use < oldest->last_use)
            oldest = s;
    }
    *fresh = true;
    *oldest = (stream){.z = oldest->z, .key = key, .part = part, .last_use = mc->clock};
    return oldest;
}

static const double *normals(wdm_mc *mc, uint64_t key, unsigned part)
{
    bool fresh = false;
    stream *s = place_of(mc, key, part, &fresh);
    if (fresh)
        wdm_draw_normals(mc->seed, key, part, s->z, mc->draws);
    return s->z;
}

// x += sigma z.
static void add_error(wdm_mc *mc, double var, uint64_t key, wdm_budget_part part, double *x)
{
    if (!(var > 0.0))
        return;
    const double sigma = sqrt(var);
    const double *z = normals(mc, key, (unsigned)part);
    for (size_t k = 0; k < mc->draws; k++)
        x[k] += sigma * z[k];
}

static void fill(double *x, size_t n, double value)
{
    for (size_t k = 0; k < n; k++)
        x[k] = value;
}

// A term's error without what belongs to its site, times its weight, on to the sum.
static void add_term(wdm_mc *mc, const wdm_sum_term *t, double *sum)
{
    double *x = mc->term;
    fill(x, mc->draws, 0.0);
    add_error(mc, t->var_sampling, t->sample, WDM_BUDGET_SAMPLING, x);
    add_error(mc, t->var_analysis, t->analysis, WDM_BUDGET_ANALYSIS, x);
    add_error(mc, t->var_flow, t->day, WDM_BUDGET_FLOW_RANDOM, x);
    add_error(mc, t->var_population, t->day, WDM_BUDGET_POPULATION, x);
    add_error(mc, t->var_batch, (uint64_t)t->batch_key, WDM_BUDGET_BATCH, x);
    add_error(mc, t->var_population_batch, (uint64_t)t->population_batch_key, WDM_BUDGET_BATCH, x);
    for (size_t k = 0; k < mc->draws; k++)
        sum[k] += t->weight * exp(x[k]);
}

// R or P: random and total sums over the terms, which are ordered by site.
static void draw_sum(wdm_mc *mc, const wdm_sum_term *terms, size_t n, double *total, double *random)
{
    const size_t draws = mc->draws;
    double weights = 0.0;
    fill(total, draws, 0.0);
    fill(random, draws, 0.0);
    fill(mc->site, draws, 0.0);
    for (size_t i = 0; i < n; i++) {
        const wdm_sum_term *t = &terms[i];
        weights += t->weight;
        add_term(mc, t, mc->site);
        if (i + 1 < n && terms[i + 1].site == t->site)
            continue;
        fill(mc->term, draws, 0.0);
        add_error(mc, t->var_flow_bias, t->place, WDM_BUDGET_FLOW_BIAS, mc->term);
        add_error(mc, t->var_site_population, t->place, WDM_BUDGET_POPULATION, mc->term);
        for (size_t k = 0; k < draws; k++) {
            random[k] += mc->site[k];
            total[k] += mc->site[k] * exp(mc->term[k]);
        }
        fill(mc->site, draws, 0.0);
    }
    for (size_t k = 0; k < draws; k++) {
        random[k] /= weights;
        total[k] /= weights;
    }
}

// Takes the further errors of a period, lognormal with mean 1, off both. The days that were not sampled are
// those of the drug: all its biomarkers have the same error. The values below limits are each biomarker's
// own.
static void divide_by_further(wdm_mc *mc, const wdm_parts *parts, uint64_t drug_key)
{
    uint64_t days = drug_key;
    uint64_t own = 0;
    for (size_t i = 0; i < parts->n_terms; i++) {
        days = wdm_key_mix(days, parts->terms[i].day);
        own = wdm_key_mix(own, parts->terms[i].analysis);
    }
    for (int p = 0; p < WDM_BUDGET_N; p++) {
        const double var = log1p(parts->rel_var[p]);
        if (!(var > 0.0))
            continue;
        fill(mc->term, mc->draws, -var / 2.0);
        add_error(mc, var, p == WDM_BUDGET_DAYS ? days : own, (wdm_budget_part)p, mc->term);
        for (size_t k = 0; k < mc->draws; k++) {
            const double x = exp(-mc->term[k]);
            mc->total[k] *= x;
            mc->random[k] *= x;
        }
    }
}

static uint64_t key_of_shared(const wdm_estimator *est, wdm_budget_part part, uint64_t place)
{
    if (part == WDM_BUDGET_FLOW_BIAS || part == WDM_BUDGET_POPULATION)
        return place;
    if (part == WDM_BUDGET_DOSE)
        return est->drug_key;
    if (part == WDM_BUDGET_EXCRETION)
        return wdm_key_mix(est->drug_key, est->biomarker_key);
    return est->biomarker_key;
}

// total *= (lognormal error, or draw of another distribution) to the power.
static void multiply_by_term(wdm_mc *mc, const wdm_factor_term *term, uint64_t key, wdm_budget_part part)
{
    const wdm_dist *d = &term->dist;
    const double sign = term->power;
    wdm_rng state;
    const gsl_rng rng = wdm_rng_as_gsl(&state);
    if (d->kind == WDM_DIST_LOGNORMAL) {
        fill(mc->term, mc->draws, log(d->mode));
        add_error(mc, wdm_log_var_of_u(d->u_rel), key, part, mc->term);
        for (size_t k = 0; k < mc->draws; k++)
            mc->total[k] *= exp(sign * mc->term[k]);
        return;
    }
    wdm_rng_init_key(&state, mc->seed, key, (unsigned)part);
    for (size_t k = 0; k < mc->draws; k++) {
        const double x = wdm_dist_draw(d, &rng);
        mc->total[k] *= sign > 0.0 ? x : 1.0 / x;
    }
}

static void multiply_by_shared(wdm_mc *mc, const wdm_estimator *est, uint64_t place)
{
    for (size_t i = 0; i < est->n_terms; i++)
        multiply_by_term(mc, &est->terms[i], key_of_shared(est, est->term_part[i], place), est->term_part[i]);
}

// Errors of the analyses of one side of a net value over its days, by the same keys as in an estimate of that
// residue alone: x = 1 / sum of shares x errors.
static void draw_side(wdm_mc *mc, const wdm_day_value *days, size_t n, bool of_taken, double *x)
{
    double sum = 0.0;
    fill(x, mc->draws, 0.0);
    for (size_t i = 0; i < n; i++) {
        const wdm_day_net *d = &days[i].net;
        const double weight = of_taken ? d->taken : d->gross;
        const wdm_sum_term t = wdm_sum_term_of_day(&days[i], 1.0);
        if (!(weight > 0.0))
            continue;
        sum += weight;
        fill(mc->term, mc->draws, 0.0);
        add_error(mc, wdm_log_var_of_u(of_taken ? d->u_taken_analysis : d->u_analysis),
                  of_taken ? wdm_key_mix(t.sample, (uint64_t)d->taken_analysis_key) : t.analysis,
                  WDM_BUDGET_ANALYSIS, mc->term);
        add_error(mc, wdm_log_var_of_u(of_taken ? d->u_taken_batch : d->u_batch),
                  (uint64_t)(of_taken ? d->taken_batch_key : days[i].batch_key), WDM_BUDGET_BATCH, mc->term);
        for (size_t k = 0; k < mc->draws; k++)
            x[k] += weight * exp(mc->term[k]);
    }
    for (size_t k = 0; k < mc->draws; k++)
        x[k] = x[k] > 0.0 ? sum / x[k] : 1.0;
}

// What is left when the other residues' part is taken off, over the plug-in (over the gross value where that
// leaves nothing); never below 0. The ratio is one for all days and sites, and no part of the random errors.
static void multiply_by_net(wdm_mc *mc, const wdm_estimator *est, const wdm_parts *parts)
{
    const wdm_net_error *e = parts->net;
    const double scale = isnan(e->gross_per_net) ? 1.0 : e->gross_per_net;
    const double *gross = mc->people;
    const double *taken = mc->scratch;
    draw_side(mc, parts->net_days, parts->n_net_days, false, mc->people);
    draw_side(mc, parts->net_days, parts->n_net_days, true, mc->scratch);
    fill(mc->term, mc->draws, 0.0);
    add_error(mc, e->var_ratio, est->biomarker_key, WDM_BUDGET_ATTRIBUTION, mc->term);
    for (size_t k = 0; k < mc->draws; k++) {
        mc->total[k] *= scale * fmax(0.0, gross[k] - e->x * exp(mc->term[k]) * taken[k]);
        mc->random[k] *= scale * fmax(0.0, gross[k] - e->x * taken[k]);
    }
}

// k^(E - 1) of the half-life, and (1 + o E) / (1 + o) of the share bound to particles.
static void multiply_by_corrections(wdm_mc *mc, const wdm_estimator *est, const wdm_net_error *e)
{
    fill(mc->term, mc->draws, 0.0);
    add_error(mc, e->ln_k > 0.0 ? wdm_log_var_of_u(e->u_half_life) : 0.0, est->biomarker_key,
              WDM_BUDGET_STABILITY, mc->term);
    for (size_t k = 0; k < mc->draws; k++)
        mc->total[k] *= exp(e->ln_k * expm1(mc->term[k]));
    fill(mc->term, mc->draws, 0.0);
    add_error(mc, e->share > 0.0 ? wdm_log_var_of_u(wdm_net_u_odds(e->share, e->u_share)) : 0.0,
              est->biomarker_key, WDM_BUDGET_SORPTION, mc->term);
    for (size_t k = 0; k < mc->draws; k++)
        mc->total[k] *= 1.0 + e->share * expm1(mc->term[k]);
}

void wdm_mc_draw(const wdm_estimator *est, const wdm_parts *parts, wdm_mc_summary *total,
                 wdm_mc_summary *random)
{
    wdm_mc *mc = est->mc;
    const size_t n = mc->draws;
    draw_sum(mc, parts->terms, parts->n_terms, mc->total, mc->random);
    for (size_t k = 0; k < n; k++) {
        mc->total[k] = 1.0 / mc->total[k];
        mc->random[k] = 1.0 / mc->random[k];
    }
    if (parts->people != NULL) {
        draw_sum(mc, parts->people, parts->n_terms, mc->people, mc->scratch);
        for (size_t k = 0; k < n; k++) {
            mc->total[k] *= mc->people[k];
            mc->random[k] *= mc->scratch[k];
        }
    }
    divide_by_further(mc, parts, est->drug_key);
    multiply_by_shared(mc, est, parts->n_terms > 0 ? parts->terms[0].place : 0);
    if (parts->net != NULL && parts->net->net)
        multiply_by_net(mc, est, parts);
    if (parts->net != NULL && parts->net->corrected)
        multiply_by_corrections(mc, est, parts->net);
    if (est->capture.total != NULL)
        memcpy(est->capture.total, mc->total, n * sizeof *mc->total);
    if (est->capture.random != NULL)
        memcpy(est->capture.random, mc->random, n * sizeof *mc->random);
    *total = wdm_mc_summarise(mc->total, n);
    *random = wdm_mc_summarise(mc->random, n);
}
