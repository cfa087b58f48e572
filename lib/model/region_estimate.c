// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/region_estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/periods.h"
#include "model/site_value.h"
#include "wbe/region.h"

// A plant of the region that has the biomarker.
typedef struct plant {
    const wdm_site_series *site;
    const wdm_day_series *series;
} plant;

typedef struct region_run {
    const wdm_config *config;
    const wdm_estimate_options *options;
    const wdm_estimate_sink *sink;
    wdm_index region, drug, biomarker;
    plant *plants;
    size_t n_plants;
    wdm_day *days; // on which any of them has a sample, in order, each once
    size_t n_days, days_cap;
    wdm_day_value *values; // of one period, all plants
    size_t values_cap;
    wdm_region_site *sites;
    wdm_region_memo *memo; // one a quantity
    wdm_quantity quantity; // whose days are gathered
    bool published;        // all of them are published loads
    wdm_factor factor;     // of the period
    int64_t flags;         // of the factor
    double people_days;    // sampled
    int n_weeks;           // most of any plant
    bool provisional;      // a plant has fewer days than it owes
} region_run;

bool wdm_region_counts(const wdm_config *config, wdm_index site, wdm_index region)
{
    const wdm_site *s = &config->sites.rows[site];
    return wdm_site_counts(s) && wdm_region_is_inside(config, s->region_id, region);
}

// One plant's days of the period; no site when it has none, or no population.
static wdm_rc gather_plant(region_run *run, const plant *p, const wdm_period *period, size_t *n_values,
                           size_t *n_sites, wdm_err *err)
{
    const wdm_config *config = run->config;
    const size_t before = *n_values;
    size_t n = 0;
    const wdm_point *points = wdm_series_span(p->series, run->quantity, period->first, period->last, &n);
    const wdm_point *last = NULL;
    int n_days = 0;
    int n_weeks = 0;
    double population = (double)NAN;
    wdm_points_share shared = {{0.0, 0.0}, 1.0};
    if (n == 0)
        return WDM_OK;
    population = wdm_points_population(points, n);
    if (isnan(population))
        return WDM_OK;
    if (wdm_grow(&run->values, &run->values_cap, before + n, sizeof *run->values, err) != WDM_OK)
        return WDM_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const wdm_day day = points[i].value.day;
        if (!wdm_flags_enter(points[i].flags, run->quantity, run->options))
            continue;
        run->values[(*n_values)++] = points[i].value;
        n_days += last == NULL || day != last->value.day;
        n_weeks += last == NULL || wdm_week_index(day) != wdm_week_index(last->value.day);
        last = &points[i];
    }
    if (last == NULL)
        return WDM_OK;
    run->published = run->published && last->published;
    if (wdm_points_shared(p->site, run->biomarker, points, n, &shared, err) != WDM_OK)
        return err->rc;
    run->sites[*n_sites] =
        (wdm_region_site){.days = NULL, // set when the array has stopped moving
                          .n_days = *n_values - before,
                          .population = population,
                          .shared = shared.u,
                          .u_flow_bias_mass = config->sites.rows[p->site->site].flow_bias_u_rel,
                          .k_stability = 1.0}; // the correction is in the days
    (*n_sites)++;
    run->people_days += population * (double)n_days;
    run->n_weeks = n_weeks > run->n_weeks ? n_weeks : run->n_weeks;
    run->provisional =
        run->provisional || n_days < wdm_expected_days(&config->sites.rows[p->site->site], period);
    return WDM_OK;
}

// The plants' days of one period that the quantity is made of, and the factor that they share.
static wdm_rc gather(region_run *run, const wdm_period *period, size_t *n_sites, wdm_err *err)
{
    size_t n_values = 0;
    wdm_rc rc = WDM_OK;
    *n_sites = 0;
    run->published = true;
    run->people_days = 0.0;
    run->n_weeks = 0;
    run->provisional = false;
    for (size_t i = 0; i < run->n_plants && rc == WDM_OK; i++)
        rc = gather_plant(run, &run->plants[i], period, &n_values, n_sites, err);
    n_values = 0;
    for (size_t i = 0; i < *n_sites && rc == WDM_OK; i++) {
        run->sites[i].days = run->values + n_values;
        n_values += run->sites[i].n_days;
    }
    if (rc == WDM_OK && *n_sites > 0)
        rc = wdm_series_factor(run->config, run->drug, run->biomarker, period->first, run->published,
                               &run->factor, &run->flags, err);
    return rc;
}

static wdm_rc emit(const region_run *run, wdm_quantity quantity, const wdm_named_period *period,
                   const wdm_region_estimate *e, wdm_err *err)
{
    const double all_days = e->population * (double)wdm_period_days(&period->period);
    const wdm_estimate_row row = {.place_kind = WDM_PLACE_REGION,
                                  .place = run->region,
                                  .drug = run->drug,
                                  .biomarker = run->biomarker,
                                  .quantity = quantity,
                                  .scale = period->period.scale,
                                  .first = period->period.first,
                                  .last = period->period.last,
                                  .name = period->name,
                                  .value = &e->value,
                                  .flags = (int64_t)e->value.flags |
                                           (quantity == WDM_Q_NORMALISED_LOAD ? 0 : run->flags) |
                                           (run->provisional ? (int64_t)WDM_EST_PROVISIONAL : 0),
                                  .days = "",
                                  .n_weeks = run->n_weeks,
                                  .days_share = run->people_days / all_days,
                                  .population = e->population,
                                  .coverage = e->coverage,
                                  .n_sites = e->n_sites};
    return run->sink->estimate(run->sink->user, &row, err);
}

static wdm_rc estimate_period(region_run *run, const wdm_named_period *period, wdm_err *err)
{
    static const wdm_quantity quantities[] = {WDM_Q_NORMALISED_LOAD, WDM_Q_CONSUMPTION, WDM_Q_DOSES,
                                              WDM_Q_PREVALENCE, WDM_Q_MASS};
    const wdm_config *config = run->config;
    size_t n_sites = 0;
    wdm_rc rc = WDM_OK;
    for (size_t q = 0; q < sizeof quantities / sizeof quantities[0] && rc == WDM_OK; q++) {
        wdm_region_options options = wdm_region_options_default(quantities[q]);
        wdm_region_estimate e = {0};
        run->quantity = quantities[q];
        if (q < 2) // the load's days, then those of all others
            rc = gather(run, &period->period, &n_sites, err);
        if (rc != WDM_OK || n_sites == 0 || !wdm_factor_has(&run->factor, quantities[q]))
            continue;
        options.week = wdm_period_options_default(period->period.first, period->period.last);
        options.week.censoring = run->options->censoring;
        options.week.within_week_cv = config->analytes.rows[run->biomarker].within_week_cv;
        options.mc = run->options->mc;
        options.memo = &run->memo[quantities[q]];
        options.region_population = config->regions.rows[run->region].population;
        rc = wdm_estimate_region(&run->factor, run->sites, n_sites, &options, &e, err);
        if (rc == WDM_OK)
            rc = emit(run, quantities[q], period, &e, err);
    }
    return rc;
}

static int by_value(const void *a, const void *b)
{
    const wdm_day x = *(const wdm_day *)a;
    const wdm_day y = *(const wdm_day *)b;
    return (x > y) - (x < y);
}

static wdm_rc list_days(region_run *run, wdm_err *err)
{
    size_t n = 0;
    size_t kept = 0;
    run->n_days = 0;
    for (size_t i = 0; i < run->n_plants; i++) {
        const wdm_day_series *s = run->plants[i].series;
        if (wdm_grow(&run->days, &run->days_cap, n + s->n, sizeof *run->days, err) != WDM_OK)
            return WDM_E_NOMEM;
        for (size_t k = 0; k < s->n; k++)
            run->days[n++] = s->points[k].value.day;
    }
    if (n > 1)
        qsort(run->days, n, sizeof *run->days, by_value);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || run->days[kept - 1] != run->days[i])
            run->days[kept++] = run->days[i];
    }
    run->n_days = kept;
    return WDM_OK;
}

static wdm_rc estimate_biomarker(region_run *run, const wdm_site_series *sites, size_t n_sites, wdm_err *err)
{
    wdm_named_period period = {0};
    wdm_rc rc = WDM_OK;
    run->n_plants = 0;
    for (size_t i = 0; i < n_sites; i++) {
        const wdm_day_series *series = wdm_site_series_of(&sites[i], run->biomarker);
        if (series != NULL && wdm_region_counts(run->config, sites[i].site, run->region))
            run->plants[run->n_plants++] = (plant){&sites[i], series};
    }
    rc = list_days(run, err);
    wdm_period_walk walk = wdm_periods_of(run->config, run->config->regions.rows[run->region].region_id,
                                          run->days, run->n_days, run->options->scope);
    while (rc == WDM_OK && wdm_periods_next(&walk, &period))
        rc = estimate_period(run, &period, err);
    return rc;
}

wdm_rc wdm_region_estimate_all(const wdm_config *config, wdm_index region, const wdm_site_series *sites,
                               size_t n_sites, const wdm_estimate_options *options,
                               const wdm_estimate_sink *sink, wdm_err *err)
{
    region_run run = {.config = config, .options = options, .sink = sink, .region = region};
    wdm_rc rc = WDM_OK;
    run.plants = wdm_alloc(n_sites, sizeof *run.plants);
    run.sites = wdm_alloc(n_sites, sizeof *run.sites);
    run.memo = wdm_alloc(WDM_Q_COUNT, sizeof *run.memo);
    if (run.plants == NULL || run.sites == NULL || run.memo == NULL)
        rc = wdm_err_nomem(err);
    for (run.biomarker = 0; run.biomarker < config->analytes.n && rc == WDM_OK; run.biomarker++) {
        run.drug = wdm_config_primary_drug(config, run.biomarker);
        rc = estimate_biomarker(&run, sites, n_sites, err);
    }
    wdm_free(run.plants);
    wdm_free(run.memo);
    wdm_free(run.days);
    wdm_free(run.sites);
    wdm_free(run.values);
    return rc;
}
