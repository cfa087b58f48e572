// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/drug_points.h"

#include <math.h>

#include "base/mem.h"
#include "data/flags.h"

enum { HALF_LIVES = 32 }; // tabulated for one analyte

size_t wdm_net_steps(const wdm_site_series *site, wdm_index biomarker, wdm_day day,
                     wdm_net_step steps[WDM_NET_SOURCES])
{
    const wdm_config *config = site->config;
    size_t n = 0;
    for (size_t i = 0; i < config->attribution.n && n < WDM_NET_SOURCES; i++) {
        const wdm_attribution *a = &config->attribution.rows[i];
        wdm_net_step *step = &steps[n];
        int64_t flags = 0;
        if (a->biomarker != biomarker || day < a->valid_from ||
            (a->valid_to != WDM_DAY_NONE && day > a->valid_to))
            continue;
        *step = (wdm_net_step){.row = a,
                               .source = {.ratio = a->ratio,
                                          .u_ratio = a->u_rel,
                                          .suppress_below = a->suppress_below,
                                          .low_ratio = a->low_ratio}};
        if (a->from_biomarker == WDM_NONE) {
            step->measured = true;
            step->source.ratio = 1.0;
            step->source.other.day = day;
            step->source.other.load_mg_d_1000 = a->load_mg_d_1000;
        } else {
            step->measured =
                wdm_series_day(wdm_site_series_of(site, a->from_biomarker), day, &step->source.other, &flags);
        }
        n++;
    }
    return n;
}

wdm_decay_step wdm_decay_of(const wdm_config *config, wdm_index site, wdm_index biomarker,
                            double temperature_c)
{
    const wdm_site *s = &config->sites.rows[site];
    wdm_half_life_at rows[HALF_LIVES];
    wdm_decay_step step = {.how = WDM_HALF_LIFE_NONE, .k = 1.0};
    size_t n = 0;
    if (!s->stability || isnan(s->retention_h))
        return step;
    for (size_t i = 0; i < config->stability.n && n < HALF_LIVES; i++) {
        const wdm_half_life *h = &config->stability.rows[i];
        if (h->analyte == biomarker)
            rows[n++] = (wdm_half_life_at){h->temperature_c, h->half_life_h, h->u_rel};
    }
    step.how = wdm_stability_half_life(rows, n, temperature_c, &step.at);
    if (step.how != WDM_HALF_LIFE_NONE)
        step.k = wdm_stability_k(s->retention_h, step.at.half_life_h);
    return step;
}

static void take_off(const wdm_site_series *site, wdm_index biomarker, wdm_point *point)
{
    wdm_net_step steps[WDM_NET_SOURCES];
    wdm_net_source sources[WDM_NET_SOURCES];
    size_t n_sources = 0;
    const size_t n = wdm_net_steps(site, biomarker, point->value.day, steps);
    for (size_t i = 0; i < n; i++) {
        if (steps[i].measured)
            sources[n_sources++] = steps[i].source;
        else
            point->flags |= WDM_FLAG_UNATTRIBUTED;
    }
    point->flags |= (int64_t)wdm_net_take(&point->value, sources, n_sources);
    if (wdm_net_ratio_is_low(&point->value))
        point->flags |= WDM_FLAG_RATIO_OUT_OF_RANGE;
}

static void correct(const wdm_site_series *site, wdm_index biomarker, wdm_point *point)
{
    const wdm_config *config = site->config;
    const wdm_decay_step decay = wdm_decay_of(config, site->site, biomarker, point->temperature_c);
    const wdm_sorption *sorption =
        config->sites.rows[site->site].sorption ? wdm_config_sorption(config, biomarker) : NULL;
    if (decay.k > 1.0) {
        wdm_net_correct_decay(&point->value, log(decay.k), decay.at.u_rel);
        point->flags |= WDM_FLAG_STABILITY_CORRECTED;
    }
    if (sorption != NULL) {
        wdm_net_correct_sorption(&point->value, sorption->particulate_share, sorption->u_rel);
        point->flags |= WDM_FLAG_SORPTION_CORRECTED;
    }
}

static bool applies(const wdm_site_series *site, wdm_index biomarker)
{
    const wdm_config *config = site->config;
    const wdm_site *s = &config->sites.rows[site->site];
    for (size_t i = 0; i < config->attribution.n; i++) {
        if (config->attribution.rows[i].biomarker == biomarker)
            return true;
    }
    return wdm_decay_of(config, site->site, biomarker, (double)NAN).k > 1.0 ||
           (s->sorption && wdm_config_sorption(config, biomarker) != NULL);
}

wdm_rc wdm_drug_points_make(const wdm_site_series *site, wdm_day_series *series, wdm_err *err)
{
    if (series->n == 0 || !applies(site, series->biomarker))
        return WDM_OK;
    series->drug_points = wdm_alloc(series->n, sizeof *series->drug_points);
    if (series->drug_points == NULL)
        return wdm_err_nomem(err);
    for (size_t at = 0; at < series->n; at += wdm_points_of_day(series->points, series->n, at)) {
        wdm_point *point = &series->drug_points[series->n_drug_points++];
        *point = series->points[at];
        (void)wdm_series_day(series, point->value.day, &point->value, &point->flags);
        take_off(site, series->biomarker, point);
        if (!point->published)
            correct(site, series->biomarker, point);
    }
    return WDM_OK;
}
