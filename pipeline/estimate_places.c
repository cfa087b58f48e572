// SPDX-License-Identifier: GPL-3.0-or-later
#include "estimate_places.h"

#include <stdlib.h>
#include <string.h>

#include "base/jobs.h"
#include "base/mem.h"
#include "estimate_rows.h"
#include "model/region_estimate.h"
#include "model/site_estimate.h"
#include "observations.h"
#include "store/population_store.h"
#include "store/ratio_store.h"

// A site in the year in hand.
typedef struct site_job {
    const wdm_plan_site *plan;
    bool made;      // else it is read for its regions only
    bool in_region; // its series are kept until the regions are made
    wdm_scope scope;
    wdm_site_series series;
    wdm_estimate_rows rows;
} site_job;

typedef struct region_job {
    wdm_index region;
    wdm_scope scope;
    wdm_day *days; // of the scope
    wdm_estimate_rows rows;
} region_job;

typedef struct engine {
    wdm_estimate_work *work;
    const wdm_config *config;
    wdm_store *stores[WDM_JOBS_THREADS_MAX]; // of each thread, for reading
    wdm_mc *mc[WDM_JOBS_THREADS_MAX];        // of each thread; NULL: analytic
    size_t **members;                        // of each region: places in the plan; NULL: not of this part
    size_t *n_members;
    bool *has_level; // site x analyte
    wdm_estimate_sink sink;
    // the year in hand
    wdm_plan_year year;
    site_job *sites;
    size_t n_sites;
    size_t *job_of; // of a place in the plan: 1 + its job; 0: none
    region_job *regions;
    size_t n_regions;
} engine;

static wdm_rc write_row(void *user, const wdm_estimate_row *row, wdm_err *err)
{
    engine *e = user;
    e->work->n_out++;
    return wdm_store_put_estimate(e->work->session->store, e->config, row, err);
}

static wdm_rc write_population(void *user, const wdm_population_row *row, wdm_err *err)
{
    const engine *e = user;
    return wdm_store_put_population_estimate(e->work->session->store, e->config, row, err);
}

static wdm_rc write_ratio(void *user, const wdm_ratio_row *row, wdm_err *err)
{
    const engine *e = user;
    return wdm_store_put_ratio(e->work->session->store, e->config, row, err);
}

// ---- sites

static wdm_rc work_site(void *user, int worker, size_t at, wdm_err *err)
{
    engine *e = user;
    site_job *job = &e->sites[at];
    wdm_estimate_options options = e->work->options;
    const wdm_site_reading what = {.site = job->plan->site,
                                   .first = e->year.first,
                                   .last = e->year.last,
                                   .as_of = e->work->as_of,
                                   .own_first = e->year.own_first,
                                   .own_last = e->year.own_last};
    wdm_rc rc = wdm_observations_read_site(e->stores[worker], e->config, &what, &job->series, err);
    options.scope = &job->scope;
    options.mc = e->mc[worker];
    if (rc == WDM_OK && job->made) {
        const wdm_estimate_sink sink = wdm_estimate_rows_sink(&job->rows, &job->scope);
        rc = wdm_site_estimate(&job->series, &options, &sink, err);
    }
    return rc;
}

static void note_levels(engine *e, const wdm_site_series *series)
{
    for (size_t i = 0; i < series->n; i++) {
        bool *known = &e->has_level[series->site * e->config->analytes.n + series->rows[i].biomarker];
        e->work->n_series += !*known && series->rows[i].n > 0;
        *known = *known || series->rows[i].n > 0;
    }
}

static wdm_rc hand_over_site(void *user, size_t at, wdm_err *err)
{
    engine *e = user;
    site_job *job = &e->sites[at];
    wdm_store *store = e->work->session->store;
    const bool full = e->work->plan->full;
    wdm_rc rc = WDM_OK;
    if (job->made) {
        if (!full)
            rc = wdm_store_clear_place(store, e->config, WDM_PLACE_SITE, job->plan->site, &job->scope, err);
        if (rc == WDM_OK)
            rc = wdm_estimate_rows_hand_on(&job->rows, &e->sink, err);
        if (rc == WDM_OK)
            rc = wdm_store_put_counts(store, e->config->factor_set,
                                      e->config->sites.rows[job->plan->site].site_id, e->year.year,
                                      &job->series.counts, err);
        note_levels(e, &job->series);
        wdm_estimate_rows_fini(&job->rows);
    }
    if (!job->in_region)
        wdm_site_series_fini(&job->series);
    return rc;
}

// ---- regions

static wdm_rc work_region(void *user, int worker, size_t at, wdm_err *err)
{
    engine *e = user;
    region_job *job = &e->regions[at];
    wdm_estimate_options options = e->work->options;
    const wdm_estimate_sink sink = wdm_estimate_rows_sink(&job->rows, &job->scope);
    const size_t *members = e->members[job->region];
    size_t n = 0;
    wdm_rc rc = WDM_OK;
    wdm_site_series *series = wdm_alloc(e->n_members[job->region], sizeof *series);
    if (series == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < e->n_members[job->region]; i++) { // borrowed from the sites' jobs
        if (e->job_of[members[i]] != 0)
            series[n++] = e->sites[e->job_of[members[i]] - 1].series;
    }
    options.scope = &job->scope;
    options.mc = e->mc[worker];
    rc = wdm_region_estimate_all(e->config, job->region, series, n, &options, &sink, err);
    wdm_free(series);
    return rc;
}

static wdm_rc hand_over_region(void *user, size_t at, wdm_err *err)
{
    engine *e = user;
    region_job *job = &e->regions[at];
    wdm_rc rc = WDM_OK;
    if (!e->work->plan->full)
        rc = wdm_store_clear_place(e->work->session->store, e->config, WDM_PLACE_REGION, job->region,
                                   &job->scope, err);
    if (rc == WDM_OK)
        rc = wdm_estimate_rows_hand_on(&job->rows, &e->sink, err);
    wdm_estimate_rows_fini(&job->rows);
    return rc;
}

// ---- a year

static int by_day(const void *a, const void *b)
{
    const wdm_day x = *(const wdm_day *)a, y = *(const wdm_day *)b;
    return (x > y) - (x < y);
}

// The days of all members that a period of the year may depend on.
static wdm_rc set_region_scope(engine *e, region_job *job, wdm_err *err)
{
    const wdm_plan *plan = e->work->plan;
    size_t cap = 0;
    wdm_scope *scope = &job->scope;
    *scope =
        (wdm_scope){.own_first = e->year.own_first, .own_last = e->year.own_last, .reach = e->year.reach};
    for (size_t i = 0; i < e->n_members[job->region]; i++) {
        const wdm_plan_site *site = &plan->sites[e->members[job->region][i]];
        scope->all = scope->all || (site->all && wdm_plan_touches(site, &e->year));
        for (size_t k = 0; k < site->n && !scope->all; k++) {
            if (site->days[k] < e->year.first || site->days[k] > e->year.last)
                continue;
            if (wdm_grow(&job->days, &cap, scope->n + 1, sizeof *job->days, err) != WDM_OK)
                return WDM_E_NOMEM;
            job->days[scope->n++] = site->days[k];
        }
    }
    if (scope->n > 1)
        qsort(job->days, scope->n, sizeof *job->days, by_day);
    scope->days = job->days;
    return WDM_OK;
}

static bool touches_region(const engine *e, wdm_index region)
{
    for (size_t i = 0; i < e->n_members[region]; i++) {
        if (wdm_plan_touches(&e->work->plan->sites[e->members[region][i]], &e->year))
            return true;
    }
    return false;
}

static void add_site(engine *e, size_t place, bool in_region)
{
    const wdm_plan_site *site = &e->work->plan->sites[place];
    const bool has_data = site->first <= e->year.last && site->last >= e->year.first;
    if (!has_data ||
        (e->job_of[place] == 0 && !in_region && !(site->own && wdm_plan_touches(site, &e->year))))
        return;
    if (e->job_of[place] == 0) {
        e->sites[e->n_sites] = (site_job){.plan = site,
                                          .made = site->own && wdm_plan_touches(site, &e->year),
                                          .scope = wdm_plan_scope(site, &e->year)};
        e->job_of[place] = ++e->n_sites;
    }
    e->sites[e->job_of[place] - 1].in_region = e->sites[e->job_of[place] - 1].in_region || in_region;
}

// Jobs of the year: the regions that a change touches, and the sites that one touches or such a region needs,
// in the order of codes.
static wdm_rc set_jobs(engine *e, wdm_err *err)
{
    const wdm_plan *plan = e->work->plan;
    bool *needed = wdm_alloc(plan->n, sizeof *needed);
    wdm_rc rc = WDM_OK;
    if (needed == NULL)
        return wdm_err_nomem(err);
    e->n_sites = e->n_regions = 0;
    memset(e->job_of, 0, plan->n * sizeof *e->job_of);
    for (wdm_index region = 0; region < e->config->regions.n && rc == WDM_OK; region++) {
        if (e->n_members[region] == 0 || !touches_region(e, region))
            continue;
        e->regions[e->n_regions] = (region_job){.region = region};
        rc = set_region_scope(e, &e->regions[e->n_regions++], err);
        for (size_t i = 0; i < e->n_members[region]; i++)
            needed[e->members[region][i]] = true;
    }
    for (size_t i = 0; i < plan->n && rc == WDM_OK; i++)
        add_site(e, i, needed[i]);
    wdm_free(needed);
    return rc;
}

static wdm_rc make_year(engine *e, wdm_err *err)
{
    wdm_rc rc = set_jobs(e, err);
    const wdm_jobs sites = {.n_threads = e->work->threads,
                            .n_jobs = e->n_sites,
                            .work = work_site,
                            .hand_over = hand_over_site,
                            .user = e};
    const wdm_jobs regions = {.n_threads = e->work->threads,
                              .n_jobs = e->n_regions,
                              .work = work_region,
                              .hand_over = hand_over_region,
                              .user = e};
    if (rc == WDM_OK)
        rc = wdm_jobs_run(&sites, err);
    if (rc == WDM_OK)
        rc = wdm_jobs_run(&regions, err);
    for (size_t i = 0; i < e->n_sites; i++) { // what a failure left
        wdm_estimate_rows_fini(&e->sites[i].rows);
        wdm_site_series_fini(&e->sites[i].series);
    }
    for (size_t i = 0; i < e->n_regions; i++) {
        wdm_estimate_rows_fini(&e->regions[i].rows);
        wdm_free(e->regions[i].days);
    }
    return rc;
}

// ---- all of it

static wdm_rc set_members(engine *e, wdm_err *err)
{
    const wdm_plan *plan = e->work->plan;
    for (wdm_index region = 0; region < e->config->regions.n; region++) {
        size_t cap = 0;
        if (!wdm_part_has(&plan->part, e->config->regions.rows[region].region_id))
            continue;
        for (size_t i = 0; i < plan->n; i++) {
            if (!wdm_region_counts(e->config, plan->sites[i].site, region))
                continue;
            if (wdm_grow(&e->members[region], &cap, e->n_members[region] + 1, sizeof **e->members, err) !=
                WDM_OK)
                return WDM_E_NOMEM;
            e->members[region][e->n_members[region]++] = i;
        }
    }
    return WDM_OK;
}

static wdm_rc open_engine(engine *e, wdm_err *err)
{
    const wdm_plan *plan = e->work->plan;
    wdm_rc rc = WDM_OK;
    e->members = wdm_alloc(e->config->regions.n, sizeof *e->members);
    e->n_members = wdm_alloc(e->config->regions.n, sizeof *e->n_members);
    e->regions = wdm_alloc(e->config->regions.n, sizeof *e->regions);
    e->has_level = wdm_alloc(e->config->sites.n * e->config->analytes.n, sizeof *e->has_level);
    e->sites = wdm_alloc(plan->n, sizeof *e->sites);
    e->job_of = wdm_alloc(plan->n, sizeof *e->job_of);
    if (e->members == NULL || e->n_members == NULL || e->regions == NULL || e->has_level == NULL ||
        e->sites == NULL || e->job_of == NULL)
        return wdm_err_nomem(err);
    e->stores[0] = e->work->session->store;
    for (int i = 0; i < e->work->threads && e->work->threads > 1 && rc == WDM_OK; i++)
        rc = wdm_store_open(&e->stores[i], wdm_store_uri(e->work->session->store), WDM_STORE_READ, 0, err);
    for (int i = 0; i < e->work->threads && rc == WDM_OK; i++)
        rc = wdm_method_open(e->work->method, &e->mc[i], err);
    return rc == WDM_OK ? set_members(e, err) : rc;
}

static void close_engine(engine *e)
{
    for (int i = 0; i < e->work->threads; i++) {
        wdm_mc_free(e->mc[i]);
        if (e->stores[i] != e->work->session->store)
            wdm_store_close(e->stores[i]);
    }
    for (wdm_index region = 0; region < e->config->regions.n && e->members != NULL; region++)
        wdm_free(e->members[region]);
    wdm_free(e->members);
    wdm_free(e->n_members);
    wdm_free(e->regions);
    wdm_free(e->has_level);
    wdm_free(e->sites);
    wdm_free(e->job_of);
    wdm_free(e);
}

wdm_rc wdm_estimate_places(wdm_estimate_work *work, wdm_err *err)
{
    const wdm_plan *plan = work->plan;
    engine *e = wdm_alloc(1, sizeof *e);
    wdm_rc rc = WDM_OK;
    if (e == NULL)
        return wdm_err_nomem(err);
    e->work = work;
    e->config = &work->session->config;
    e->sink = (wdm_estimate_sink){
        .estimate = write_row, .ratio = write_ratio, .population = write_population, .user = e};
    rc = open_engine(e, err);
    if (rc == WDM_OK && plan->full)
        rc = wdm_store_clear_estimates(work->session->store, e->config->factor_set, &plan->part, err);
    for (int year = plan->first_year; year <= plan->last_year && plan->n > 0 && rc == WDM_OK; year++) {
        e->year = wdm_plan_year_of(e->config, year);
        rc = make_year(e, err);
    }
    close_engine(e);
    return rc;
}
