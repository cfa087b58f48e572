// SPDX-License-Identifier: GPL-3.0-or-later
// What the operations of campaigns.csv did at the sites of their region, beside the sites outside it.
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/periods.h"
#include "trend_parts.h"

typedef struct wdm_effect_item {
    size_t campaign; // row of the config
    wdm_effect_part part;
    wdm_place_series series;
    bool inside;
    bool counts; // does not lie upstream of another site
    wdm_effect effect;
} wdm_effect_item;

static bool lies_inside(const wdm_config *config, const wdm_campaign *campaign, const char *region_id)
{
    return campaign->region_id[0] == '\0' ||
           wdm_region_is_inside(config, region_id, wdm_config_region(config, campaign->region_id));
}

wdm_rc wdm_trend_keep_effects(wdm_trend_job *job, const wdm_series *series, const wdm_trend_points *weeks,
                              wdm_err *err)
{
    const wdm_config *config = &job->session->config;
    const wdm_index site = wdm_config_site(config, series->site_id);
    wdm_rc rc = WDM_OK;
    for (size_t c = 0; c < config->campaigns.n && rc == WDM_OK; c++) {
        const wdm_campaign *campaign = &config->campaigns.rows[c];
        if (!campaign->active || campaign->starts == WDM_DAY_NONE || campaign->starts > job->as_of)
            continue;
        for (int part = 0; part < (int)WDM_EFFECT_PARTS && rc == WDM_OK; part++) {
            const wdm_effect effect = wdm_effect_of_site(weeks->rows, weeks->n, campaign->starts,
                                                         campaign->ends, (wdm_effect_part)part);
            if (effect.n == 0) // nothing of that part yet, or never
                continue;
            rc = wdm_grow(&job->effects, &job->effects_cap, job->n_effects + 1, sizeof *job->effects, err);
            if (rc != WDM_OK)
                return rc;
            job->effects[job->n_effects++] = (wdm_effect_item){
                .campaign = c,
                .part = (wdm_effect_part)part,
                .series = {series->site_key, 0, series->drug_key, series->biomarker_key, series->quantity},
                .inside = lies_inside(config, campaign, series->region_id),
                .counts = site != WDM_NONE && wdm_site_counts(&config->sites.rows[site]),
                .effect = effect};
        }
    }
    return rc;
}

static int by_group(const void *a, const void *b)
{
    const wdm_effect_item *x = a;
    const wdm_effect_item *y = b;
    const int64_t keys[][2] = {{(int64_t)x->campaign, (int64_t)y->campaign},
                               {(int64_t)x->part, (int64_t)y->part},
                               {x->series.drug_key, y->series.drug_key},
                               {x->series.biomarker_key, y->series.biomarker_key},
                               {(int64_t)x->series.quantity, (int64_t)y->series.quantity},
                               {x->series.site_key, y->series.site_key}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    }
    return 0;
}

static bool same_group(const wdm_effect_item *a, const wdm_effect_item *b)
{
    return a->campaign == b->campaign && a->part == b->part && a->series.drug_key == b->series.drug_key &&
           a->series.biomarker_key == b->series.biomarker_key && a->series.quantity == b->series.quantity;
}

static wdm_effect_mean average(const wdm_effect_item *items, size_t n, bool inside, wdm_effect *room)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (items[i].inside == inside && items[i].counts)
            room[count++] = items[i].effect;
    }
    return wdm_effect_average(room, count);
}

static wdm_effect_row begin_row(const wdm_trend_job *job, const wdm_effect_item *item,
                                const wdm_effect_mean *inside, const wdm_effect_mean *outside)
{
    const wdm_day last = item->effect.last < job->as_of ? item->effect.last : job->as_of;
    return (wdm_effect_row){.series = item->series,
                            .campaign_id = job->session->config.campaigns.rows[item->campaign].campaign_id,
                            .part = item->part,
                            .first = item->effect.first,
                            .last = last,
                            .n_sites = inside->n,
                            .n_outside = outside->n,
                            .effect = wdm_effect_say(inside->log, inside->se, inside->df),
                            .outside = wdm_effect_say(outside->log, outside->se, outside->df),
                            .net = wdm_effect_net(inside, outside)};
}

// Each site inside, then the sites inside as one.
static wdm_rc put_group(const wdm_trend_job *job, const wdm_effect_item *items, size_t n, wdm_effect *room,
                        wdm_err *err)
{
    const wdm_campaign *campaign = &job->session->config.campaigns.rows[items[0].campaign];
    const wdm_effect_mean outside = average(items, n, false, room);
    const wdm_effect_mean together = average(items, n, true, room);
    wdm_effect_row row = begin_row(job, &items[0], &together, &outside);
    bool any = false;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        const wdm_effect_mean mean = wdm_effect_average(&items[i].effect, 1);
        wdm_effect_row own = begin_row(job, &items[i], &mean, &outside);
        if (!items[i].inside)
            continue;
        own.n_sites = 1;
        own.n_before = items[i].effect.n_before;
        own.n_weeks = items[i].effect.n;
        row.n_before += items[i].counts ? own.n_before : 0;
        row.n_weeks += items[i].counts ? own.n_weeks : 0;
        any = any || items[i].counts;
        rc = wdm_store_put_effect(job->session->store, &own, err);
    }
    if (rc != WDM_OK || !any || campaign->region_id[0] == '\0')
        return rc;
    row.series.site_key = 0;
    rc = wdm_store_region_key(job->session->store, campaign->region_id, &row.series.region_key, err);
    return rc == WDM_OK ? wdm_store_put_effect(job->session->store, &row, err) : rc;
}

wdm_rc wdm_trend_put_effects(wdm_trend_job *job, wdm_err *err)
{
    wdm_effect *room = wdm_alloc(job->n_effects, sizeof *room);
    wdm_rc rc = WDM_OK;
    if (room == NULL)
        return wdm_err_nomem(err);
    if (job->n_effects > 1)
        qsort(job->effects, job->n_effects, sizeof *job->effects, by_group);
    for (size_t i = 0; i < job->n_effects && rc == WDM_OK;) {
        size_t n = 1;
        while (i + n < job->n_effects && same_group(&job->effects[i], &job->effects[i + n]))
            n++;
        rc = put_group(job, &job->effects[i], n, room, err);
        i += n;
    }
    wdm_free(room);
    return rc;
}
