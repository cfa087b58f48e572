// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/region_estimate.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "wbe/region.h"

// Where a series stands while the weeks go by.
typedef struct cursor {
    wdm_index site;
    const wdm_day_series *series;
    size_t at;
} cursor;

typedef struct region_run {
    const wdm_config *config;
    const wdm_estimate_options *options;
    const wdm_estimate_sink *sink;
    wdm_index region, drug, biomarker;
    cursor *cursors; // the plants of the region that have the biomarker
    size_t n_cursors;
    wdm_day_value *values; // of one week, all plants
    size_t values_cap;
    wdm_region_site *sites;
} region_run;

static bool is_inside(const wdm_config *config, const char *region_id, wdm_index region)
{
    for (size_t steps = 0; region_id[0] != '\0' && steps <= config->regions.n; steps++) {
        const wdm_index at = wdm_config_region(config, region_id);
        if (at == WDM_NONE)
            return false;
        if (at == region)
            return true;
        region_id = config->regions.rows[at].parent_id;
    }
    return false;
}

bool wdm_region_counts(const wdm_config *config, wdm_index site, wdm_index region)
{
    const wdm_site *s = &config->sites.rows[site];
    return wdm_site_counts(s) && is_inside(config, s->region_id, region);
}

// Gathers the plants' day values of one week; returns the number of plants, *published: all of them are
// published loads.
static wdm_rc gather(region_run *run, int32_t week, size_t *n_sites, bool *published, wdm_err *err)
{
    const wdm_config *config = run->config;
    size_t n_values = 0;
    *n_sites = 0;
    *published = true;
    for (size_t c = 0; c < run->n_cursors; c++) {
        cursor *cur = &run->cursors[c];
        const wdm_day_series *s = cur->series;
        const wdm_point *point = NULL;
        wdm_factor factor = {0};
        int64_t flags = 0;
        while (cur->at < s->n && wdm_week_index(s->points[cur->at].value.day) < week)
            cur->at++;
        const size_t first = n_values;
        for (size_t i = cur->at; i < s->n && wdm_week_index(s->points[i].value.day) == week; i++) {
            if (wdm_grow(&run->values, &run->values_cap, n_values + 1, sizeof *run->values, err) != WDM_OK)
                return WDM_E_NOMEM;
            run->values[n_values++] = s->points[i].value;
            point = &s->points[i];
        }
        if (point == NULL || isnan(point->population)) {
            n_values = first;
            continue;
        }
        *published = *published && point->published;
        if (wdm_series_factor(config, cur->site, run->drug, run->biomarker, point->value.day,
                              point->published, &factor, &flags, err) != WDM_OK)
            return err->rc;
        run->sites[*n_sites] =
            (wdm_region_site){.days = NULL,
                              .n_days = n_values - first,
                              .population = point->population,
                              .shared = {config->sites.rows[cur->site].flow_bias_u_rel, point->u_population},
                              .k_stability = factor.k_stability,
                              .stability_u_rel = factor.stability_u_rel};
        (*n_sites)++;
    }
    n_values = 0;
    for (size_t i = 0; i < *n_sites; i++) { // the array has stopped moving
        run->sites[i].days = run->values + n_values;
        n_values += run->sites[i].n_days;
    }
    return WDM_OK;
}

static wdm_rc emit(const region_run *run, wdm_quantity quantity, int32_t week, const wdm_region_estimate *e,
                   int64_t flags, wdm_err *err)
{
    const wdm_estimate_row row = {.place_kind = WDM_PLACE_REGION,
                                  .place = run->region,
                                  .drug = run->drug,
                                  .biomarker = run->biomarker,
                                  .quantity = quantity,
                                  .scale = WDM_SCALE_WEEK,
                                  .first = wdm_week_monday(week),
                                  .value = &e->value,
                                  .flags = (int64_t)e->value.flags |
                                           (quantity == WDM_Q_NORMALISED_LOAD ? 0 : flags),
                                  .population = e->population,
                                  .coverage = e->coverage,
                                  .n_sites = e->n_sites};
    return run->sink->estimate(run->sink->user, &row, err);
}

static wdm_rc estimate_week(region_run *run, int32_t week, wdm_err *err)
{
    static const wdm_quantity quantities[] = {WDM_Q_NORMALISED_LOAD, WDM_Q_CONSUMPTION, WDM_Q_DOSES,
                                              WDM_Q_MASS};
    const wdm_config *config = run->config;
    size_t n_sites = 0;
    bool published = false;
    wdm_factor factor = {0};
    int64_t flags = 0;
    wdm_rc rc = gather(run, week, &n_sites, &published, err);
    if (rc != WDM_OK || n_sites == 0)
        return rc;
    // The site matters for the stability only, which each plant brings itself.
    rc = wdm_series_factor(config, run->cursors[0].site, run->drug, run->biomarker, wdm_week_monday(week),
                           published, &factor, &flags, err);
    for (size_t q = 0; q < sizeof quantities / sizeof quantities[0] && rc == WDM_OK; q++) {
        wdm_region_options options = wdm_region_options_default(quantities[q]);
        wdm_region_estimate e = {0};
        if (!wdm_factor_has(&factor, quantities[q]))
            continue;
        options.week.censoring = run->options->censoring;
        options.mc = run->options->mc;
        options.week.within_week_cv = config->analytes.rows[run->biomarker].within_week_cv;
        options.region_population = config->regions.rows[run->region].population;
        rc = wdm_estimate_region(&factor, run->sites, n_sites, &options, &e, err);
        if (rc == WDM_OK)
            rc = emit(run, quantities[q], week, &e, flags, err);
    }
    return rc;
}

// The first week after *week that any of the plants has; false when there is none.
static bool next_week(const region_run *run, int32_t *week)
{
    int32_t best = INT32_MAX;
    for (size_t c = 0; c < run->n_cursors; c++) {
        const cursor *cur = &run->cursors[c];
        for (size_t i = cur->at; i < cur->series->n; i++) {
            const int32_t w = wdm_week_index(cur->series->points[i].value.day);
            if (w > *week) {
                best = w < best ? w : best;
                break;
            }
        }
    }
    *week = best;
    return best != INT32_MAX;
}

static wdm_rc estimate_biomarker(region_run *run, const wdm_site_series *sites, size_t n_sites, wdm_err *err)
{
    int32_t week = INT32_MIN;
    wdm_rc rc = WDM_OK;
    run->n_cursors = 0;
    for (size_t i = 0; i < n_sites; i++) {
        const wdm_day_series *series = wdm_site_series_of(&sites[i], run->biomarker);
        if (series != NULL && wdm_region_counts(run->config, sites[i].site, run->region))
            run->cursors[run->n_cursors++] = (cursor){sites[i].site, series, 0};
    }
    while (rc == WDM_OK && next_week(run, &week))
        rc = estimate_week(run, week, err);
    return rc;
}

wdm_rc wdm_region_estimate_all(const wdm_config *config, wdm_index region, const wdm_site_series *sites,
                               size_t n_sites, const wdm_estimate_options *options,
                               const wdm_estimate_sink *sink, wdm_err *err)
{
    region_run run = {.config = config, .options = options, .sink = sink, .region = region};
    wdm_rc rc = WDM_OK;
    run.cursors = wdm_alloc(n_sites, sizeof *run.cursors);
    run.sites = wdm_alloc(n_sites, sizeof *run.sites);
    if (run.cursors == NULL || run.sites == NULL)
        rc = wdm_err_nomem(err);
    for (run.biomarker = 0; run.biomarker < config->analytes.n && rc == WDM_OK; run.biomarker++) {
        run.drug = wdm_config_primary_drug(config, run.biomarker);
        rc = estimate_biomarker(&run, sites, n_sites, err);
    }
    wdm_free(run.cursors);
    wdm_free(run.sites);
    wdm_free(run.values);
    return rc;
}
