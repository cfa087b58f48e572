// SPDX-License-Identifier: GPL-3.0-or-later
// Places against the others of each region around them, against a set that was imported, and against
// published levels.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trend_parts.h"

enum {
    DEPTH_MAX = 12,          // regions around a place
    SET_MAX_AGE_DAYS = 1096, // of the newest value of a site of an imported set
    PUBLISHED_MAX_AGE_DAYS = 400
};

typedef struct wdm_bench_item {
    wdm_place_series series;
    wdm_scale scale;
    wdm_day first, last;
    wdm_rank_item rank;          // place: index of the region of a region's item
    wdm_index around[DEPTH_MAX]; // its own region first
    size_t n_around;
    bool counts;   // a site that lies upstream of no other; a region
    bool is_loose; // a site of no region that an import brought
} wdm_bench_item;

typedef struct wdm_level_item {
    wdm_index region;
    int64_t biomarker_key;
    wdm_day day;
    double load_mg_d_1000;
} wdm_level_item;

static void fill_place(const wdm_config *config, const wdm_series *series, wdm_bench_item *item)
{
    wdm_index region = wdm_config_region(config, series->region_id);
    item->counts = true;
    if (series->site_key != 0) {
        const wdm_index site = wdm_config_site(config, series->site_id);
        item->counts = site != WDM_NONE && wdm_site_counts(&config->sites.rows[site]);
        item->is_loose = region == WDM_NONE && site != WDM_NONE && config->sites.rows[site].imported;
    }
    for (; region != WDM_NONE && item->n_around < DEPTH_MAX;
         region = wdm_config_region(config, config->regions.rows[region].parent_id))
        item->around[item->n_around++] = region;
}

wdm_rc wdm_trend_keep_bench(wdm_trend_job *job, const wdm_series *series, wdm_scale scale,
                            const wdm_trend_points *points, wdm_err *err)
{
    const wdm_trend_point *p = NULL;
    wdm_bench_item item = {.scale = scale};
    wdm_rc rc = WDM_OK;
    for (size_t i = points->n; i > 0 && p == NULL; i--)
        p = points->rows[i - 1].estimate > 0.0 && points->rows[i - 1].enough ? &points->rows[i - 1] : NULL;
    // Consumption and doses are the load times what is the same everywhere: same ranks, same probabilities.
    if (series->quantity != WDM_Q_NORMALISED_LOAD || scale > WDM_SCALE_YEAR || p == NULL)
        return WDM_OK;
    item.series = (wdm_place_series){series->site_key, series->region_key, series->drug_key,
                                     series->biomarker_key, series->quantity};
    item.first = p->first;
    item.last = p->last;
    item.rank = (wdm_rank_item){.value = p->estimate, .log_sd = p->total_log_sd, .population = p->population};
    fill_place(&job->session->config, series, &item);
    if (series->site_key == 0 && item.n_around == 0)
        return WDM_OK; // a region that the config no longer has
    item.rank.place = item.n_around > 0 ? item.around[0] : WDM_NONE;
    rc = wdm_grow(&job->bench, &job->bench_cap, job->n_bench + 1, sizeof *job->bench, err);
    if (rc == WDM_OK)
        job->bench[job->n_bench++] = item;
    return rc;
}

static int by_series(const void *a, const void *b)
{
    const wdm_bench_item *x = a;
    const wdm_bench_item *y = b;
    const int64_t keys[][2] = {{x->scale, y->scale},
                               {x->series.drug_key, y->series.drug_key},
                               {x->series.biomarker_key, y->series.biomarker_key},
                               {x->series.site_key == 0, y->series.site_key == 0},
                               {x->series.site_key, y->series.site_key},
                               {x->series.region_key, y->series.region_key}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    }
    return 0;
}

static bool same_group(const wdm_bench_item *a, const wdm_bench_item *b)
{
    return a->scale == b->scale && a->series.drug_key == b->series.drug_key &&
           a->series.biomarker_key == b->series.biomarker_key &&
           (a->series.site_key == 0) == (b->series.site_key == 0);
}

static bool is_inside(const wdm_bench_item *item, wdm_index region)
{
    for (size_t i = 0; i < item->n_around; i++) {
        if (item->around[i] == region)
            return true;
    }
    return false;
}

// What a place is held against within its group: others of the same period inside a region, or the set.
typedef struct group {
    wdm_trend_job *job;
    const wdm_bench_item *items;
    size_t n;
    wdm_rank_item *others; // room for n
} group;

static bool same_level(const wdm_config *config, const wdm_bench_item *a, const wdm_bench_item *b)
{
    return a->series.site_key != 0 ||
           strcmp(config->regions.rows[a->around[0]].level, config->regions.rows[b->around[0]].level) == 0;
}

static size_t others_inside(const group *g, const wdm_bench_item *mine, wdm_index region)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const wdm_bench_item *other = &g->items[i];
        if (other != mine && other->counts && other->first == mine->first && is_inside(other, region) &&
            same_level(&g->job->session->config, mine, other))
            g->others[n++] = other->rank;
    }
    return n;
}

static size_t others_of_set(const group *g, const wdm_bench_item *mine, wdm_day *first, wdm_day *last)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const wdm_bench_item *other = &g->items[i];
        if (other == mine || !other->is_loose || other->last > mine->last ||
            other->first < mine->first - SET_MAX_AGE_DAYS)
            continue;
        *first = n == 0 || other->first < *first ? other->first : *first;
        *last = n == 0 || other->last > *last ? other->last : *last;
        g->others[n++] = other->rank;
    }
    return n;
}

static wdm_benchmark_row begin_row(const wdm_bench_item *mine, const char *kind, const char *reference,
                                   const char *period)
{
    return (wdm_benchmark_row){.series = mine->series,
                               .scale = mine->scale,
                               .kind = kind,
                               .reference = reference,
                               .period = period,
                               .reference_period = period,
                               .value = mine->rank.value,
                               .log_sd = mine->rank.log_sd,
                               .has_rank = true};
}

// Mean of the levels of the region published for days of the period; none: the newest before its end.
static double published_level(const wdm_trend_job *job, const wdm_bench_item *mine, wdm_index region,
                              wdm_day *first, wdm_day *last)
{
    const wdm_level_item *newest = NULL;
    double sum = 0.0;
    size_t n = 0;
    for (size_t i = 0; i < job->n_published; i++) {
        const wdm_level_item *level = &job->published[i];
        if (level->region != region || level->biomarker_key != mine->series.biomarker_key ||
            level->day > mine->last)
            continue;
        newest = level;
        if (level->day < mine->first)
            continue;
        *first = n == 0 ? level->day : *first;
        *last = level->day;
        sum += level->load_mg_d_1000;
        n++;
    }
    if (n > 0)
        return sum / (double)n;
    if (newest == NULL || newest->day < mine->last - PUBLISHED_MAX_AGE_DAYS)
        return (double)NAN;
    *first = *last = newest->day;
    return newest->load_mg_d_1000;
}

static const char *span_text(wdm_day first, wdm_day last, char text[WDM_PERIOD_TEXT])
{
    const wdm_period span = {first == last ? WDM_SCALE_DAY : WDM_SCALE_CAMPAIGN, first, last};
    return wdm_period_format(&span, text);
}

static wdm_rc against_region(const group *g, const wdm_bench_item *mine, wdm_index region, const char *period,
                             wdm_err *err)
{
    const char *region_id = g->job->session->config.regions.rows[region].region_id;
    const bool is_own = mine->series.site_key == 0 && region == mine->around[0];
    const size_t n = is_own ? 0 : others_inside(g, mine, region);
    char text[WDM_PERIOD_TEXT];
    wdm_day first = 0;
    wdm_day last = 0;
    double level = 0.0;
    wdm_rc rc = WDM_OK;
    if (n > 0) {
        wdm_benchmark_row row = begin_row(mine, "places", region_id, period);
        row.benchmark = wdm_benchmark_places(&mine->rank, g->others, n);
        rc = wdm_store_put_benchmark(g->job->session->store, &row, err);
    }
    level = published_level(g->job, mine, region, &first, &last);
    if (rc == WDM_OK && level > 0.0) {
        wdm_benchmark_row row = begin_row(mine, "published", region_id, period);
        row.reference_period = span_text(first, last, text);
        row.benchmark = wdm_benchmark_level(&mine->rank, level, 0.0);
        row.has_rank = false;
        rc = wdm_store_put_benchmark(g->job->session->store, &row, err);
    }
    return rc;
}

static wdm_rc one_place(const group *g, const wdm_bench_item *mine, wdm_err *err)
{
    char period[WDM_PERIOD_TEXT];
    char text[WDM_PERIOD_TEXT];
    wdm_day first = 0;
    wdm_day last = 0;
    wdm_rc rc = WDM_OK;
    size_t n = 0;
    (void)wdm_period_format(&(wdm_period){mine->scale, mine->first, mine->last}, period);
    for (size_t i = 0; i < mine->n_around && rc == WDM_OK; i++)
        rc = against_region(g, mine, mine->around[i], period, err);
    if (rc == WDM_OK && mine->series.site_key != 0)
        n = others_of_set(g, mine, &first, &last);
    if (n > 0) {
        wdm_benchmark_row row = begin_row(mine, "set", "imported", period);
        row.reference_period = span_text(first, last, text);
        row.benchmark = wdm_benchmark_places(&mine->rank, g->others, n);
        rc = wdm_store_put_benchmark(g->job->session->store, &row, err);
    }
    return rc;
}

static wdm_rc keep_level(void *context, const wdm_region_level *level, wdm_err *err)
{
    wdm_trend_job *job = context;
    wdm_rc rc =
        wdm_grow(&job->published, &job->published_cap, job->n_published + 1, sizeof *job->published, err);
    if (rc == WDM_OK)
        job->published[job->n_published++] =
            (wdm_level_item){wdm_config_region(&job->session->config, level->region_id), level->biomarker_key,
                             level->day, level->load_mg_d_1000};
    return rc;
}

// The period that a scale is judged at: the judged week; else the newest one that any place has.
static wdm_day judged_first(const wdm_trend_job *job, wdm_scale scale)
{
    wdm_day newest = WDM_DAY_NONE;
    if (scale == WDM_SCALE_WEEK)
        return wdm_week_monday(job->week);
    for (size_t i = 0; i < job->n_bench; i++) {
        if (job->bench[i].scale == scale && (newest == WDM_DAY_NONE || job->bench[i].first > newest))
            newest = job->bench[i].first;
    }
    return newest;
}

wdm_rc wdm_trend_put_benchmarks(wdm_trend_job *job, wdm_err *err)
{
    wdm_rank_item *others = wdm_alloc(job->n_bench, sizeof *others);
    wdm_day judged[WDM_SCALE_N];
    wdm_rc rc = others == NULL ? wdm_err_nomem(err) : WDM_OK;
    for (int scale = 0; scale < (int)WDM_SCALE_N; scale++)
        judged[scale] = judged_first(job, (wdm_scale)scale);
    if (rc == WDM_OK)
        rc = wdm_store_each_region_level(job->session->store, job->as_of, keep_level, job, err);
    if (job->n_bench > 1)
        qsort(job->bench, job->n_bench, sizeof *job->bench, by_series);
    for (size_t i = 0; i < job->n_bench && rc == WDM_OK;) {
        group g = {job, &job->bench[i], 1, others};
        while (i + g.n < job->n_bench && same_group(&job->bench[i], &job->bench[i + g.n]))
            g.n++;
        for (size_t k = 0; k < g.n && rc == WDM_OK; k++) {
            if (g.items[k].first == judged[g.items[k].scale])
                rc = one_place(&g, &g.items[k], err);
        }
        i += g.n;
    }
    wdm_free(others);
    return rc;
}

void wdm_trend_benchmarks_fini(wdm_trend_job *job)
{
    wdm_free(job->bench);
    wdm_free(job->published);
}
