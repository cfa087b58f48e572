// SPDX-License-Identifier: GPL-3.0-or-later
// Points of a series divided by the people of their day.
#include <math.h>

#include "base/mem.h"
#include "model/series.h"

static void query_of(const wdm_point *point, wdm_index biomarker, wdm_population_query *query)
{
    *query = (wdm_population_query){.day = point->value.day,
                                    .sample_key = point->value.sample_key,
                                    .flow_key = point->flow_key,
                                    .field_persons = point->field_population,
                                    .biomarker = biomarker};
}

bool wdm_point_normalise(const wdm_site_population *population, wdm_index biomarker, wdm_point *point)
{
    const wdm_site *site = &population->config->sites.rows[population->site];
    wdm_day_value *v = &point->value;
    wdm_population_query query;
    wdm_day_population day;
    wdm_population_use use;
    query_of(point, biomarker, &query);
    wdm_population_of_day(population, &query, &day);
    if (!day.known)
        return false;
    use = wdm_population_combine(day.value, day.weight, day.n, query.sample_key, query.flow_key);
    v->load_mg_d_1000 /= use.persons;
    v->lower /= use.persons;
    v->persons = use.persons;
    if (use.marker_weight > 0.0) {
        v->u_sampling_mass = v->u_sampling;
        v->u_flow_mass = v->u_flow;
        v->u_sampling = wdm_population_keep(v->u_sampling, use.keep_sampling);
        v->u_flow = wdm_population_keep(v->u_flow, use.keep_flow);
        v->u_population = use.u_random;
        v->u_population_batch = use.u_batch;
        v->population_batch_key = use.batch_key;
    }
    point->population = use.persons;
    point->u_population = use.u_shared;
    point->u_flow_bias = wdm_population_keep(site->flow_bias_u_rel, use.keep_flow_bias);
    point->source_key = day.source_key;
    point->flags |= day.flags;
    return true;
}

static bool are_alike(const wdm_point *points, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (points[i].source_key != points[0].source_key ||
            points[i].u_population != points[0].u_population ||
            points[i].u_flow_bias != points[0].u_flow_bias)
            return false;
    }
    return true;
}

// What a load weighs in the period: a censored one half its limit, as in the mean's errors.
static double weight_of(const wdm_point *point)
{
    const double load = point->value.load_mg_d_1000;
    return isnan(load) ? 0.0 : point->value.state == WDM_STATE_MEASURED ? load : load / 2.0;
}

wdm_rc wdm_points_shared(const wdm_site_series *site, wdm_index biomarker, const wdm_point *points, size_t n,
                         wdm_points_share *shared, wdm_err *err)
{
    const double bias = site->config->sites.rows[site->site].flow_bias_u_rel;
    wdm_day_population *populations = NULL;
    wdm_population_day *days = NULL;
    double sum = 0.0;
    size_t k = 0;
    *shared = (wdm_points_share){{points[0].u_flow_bias, points[0].u_population}, 1.0};
    if (are_alike(points, n))
        return WDM_OK;
    populations = wdm_alloc(n, sizeof *populations);
    days = wdm_alloc(n, sizeof *days);
    if (populations == NULL || days == NULL) {
        wdm_free(populations);
        wdm_free(days);
        return wdm_err_nomem(err);
    }
    for (size_t i = 0; i < n; i++)
        sum += weight_of(&points[i]);
    for (size_t i = 0; i < n; i++) {
        wdm_population_query query;
        query_of(&points[i], biomarker, &query);
        wdm_population_of_day(&site->population, &query, &populations[k]);
        days[k] = (wdm_population_day){populations[k].value, populations[k].weight, populations[k].n,
                                       sum > 0.0 ? weight_of(&points[i]) / sum : 1.0 / (double)n};
        k++;
    }
    shared->u = wdm_population_shared(days, k, bias, &shared->median);
    wdm_free(populations);
    wdm_free(days);
    return WDM_OK;
}

double wdm_points_population(const wdm_point *points, size_t n)
{
    double sum = 0.0;
    size_t n_days = 0;
    bool alike = true;
    for (size_t i = 0, k = 0; i < n; i += k, n_days++) {
        double of_day = 0.0;
        for (k = 0; i + k < n && points[i + k].value.day == points[i].value.day; k++) {
            of_day += points[i + k].population;
            alike = alike && points[i + k].population == points[0].population;
        }
        sum += of_day / (double)k;
    }
    return alike ? points[0].population : sum / (double)n_days;
}
