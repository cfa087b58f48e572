// SPDX-License-Identifier: GPL-3.0-or-later
// The people of a sample's day: every estimate side by side, which of them count and why, and what that
// leaves of the errors of sampling and flow in N.
#include <math.h>
#include <string.h>

#include "data/flags.h"
#include "report/explain_parts.h"

static const char *method_of(const wdm_explanation *x, const wdm_day_population *day, size_t i)
{
    return day->method[i] == WDM_POPULATION_STATIC ? "static"
                                                   : x->config->marker_methods.rows[day->method[i]].method;
}

static const char *policy_name(const wdm_explanation *x, wdm_index site)
{
    const wdm_policy policy = wdm_config_policy(x->config, site);
    return policy.kind == WDM_POLICY_STATIC     ? "static"
           : policy.kind == WDM_POLICY_COMBINED ? "combined"
                                                : x->config->marker_methods.rows[policy.method].method;
}

// "P = C Q share / load of a person" of each sample of the marker that day.
static void say_marker_samples(wdm_explanation *x, const wdm_explain_place *place, wdm_index analyte,
                               wdm_day day)
{
    const wdm_marker *marker = wdm_config_marker(x->config, analyte, place->series.site, day);
    for (size_t i = 0; i < place->markers.n && marker != NULL; i++) {
        const wdm_result_row *row = &place->markers.rows[i];
        const double share = wdm_marker_share(marker, row->domestic_share);
        const double persons =
            wdm_population_of_sample(row->value_ng_l, row->flow_m3_d, share, marker->per_capita_mg_d);
        if (row->start.day != day || wdm_config_analyte(x->config, row->analyte_id) != analyte ||
            row->state != WDM_RESULT_MEASURED || isnan(persons))
            continue;
        const wdm_place places[] = {{"c", wdm_steps_number(x->out, row->value_ng_l)},
                                    {"q", wdm_steps_number(x->out, row->flow_m3_d)},
                                    {"share", wdm_steps_number(x->out, share)},
                                    {"load", wdm_steps_number(x->out, marker->per_capita_mg_d)},
                                    {"p", wdm_steps_number(x->out, persons)},
                                    {"cigarettes", wdm_steps_number(x->out, marker->cigarettes_person_day)},
                                    {"sample", row->sample_id},
                                    {"file", row->file},
                                    {"line", wdm_steps_integer(x->out, row->line)},
                                    {"u", wdm_steps_short(x->out, marker->u_rel)},
                                    {"source", marker->source}};
        wdm_step *step = wdm_steps_put(
            x->out, 4, marker->share_counts ? "explain.marker_sample_share" : "explain.marker_sample", places,
            11);
        step->value = persons;
        step->unit = "persons";
        step->file = wdm_steps_keep(x->out, row->file);
        step->line = row->line;
        if (x->told[analyte]) // the load of a person once
            continue;
        x->told[analyte] = true;
        step = wdm_steps_put(x->out, 4,
                             isnan(marker->cigarettes_person_day) ? "explain.marker_load"
                                                                  : "explain.marker_cigarettes",
                             places, 11);
        step->value = marker->per_capita_mg_d;
        step->unit = "mg/d/person";
        step->source = marker->source;
    }
}

static void say_estimate(wdm_explanation *x, const wdm_explain_place *place, const wdm_day_population *day,
                         size_t i, wdm_day date)
{
    const double one = 1.0;
    const wdm_population_interval v = wdm_population_interval_of(&day->value[i], &one, 1);
    const bool differs = wdm_population_differs(&place->series.population, day, i);
    wdm_step *step =
        WDM_STEP(x->out, 3, differs ? "explain.population_estimate_differs" : "explain.population_estimate",
                 {"method", method_of(x, day, i)}, {"p", wdm_steps_number(x->out, v.persons)},
                 {"low", wdm_steps_integer(x->out, llround(v.lo95))},
                 {"high", wdm_steps_integer(x->out, llround(v.hi95))},
                 {"weight", wdm_steps_short(x->out, day->weight[i])});
    step->value = v.persons;
    step->low = v.lo95;
    step->high = v.hi95;
    step->unit = "persons";
    if (day->method[i] != WDM_POPULATION_STATIC &&
        (day->weight[i] > 0.0 || x->request->span.scale == WDM_SCALE_DAY))
        say_marker_samples(x, place, x->config->marker_methods.rows[day->method[i]].analyte, date);
}

static void say_static(wdm_explanation *x, wdm_index site, const wdm_point *point)
{
    const wdm_population *p = wdm_config_population(x->config, site, point->value.day);
    wdm_step *step =
        p != NULL
            ? WDM_STEP(x->out, 2, "explain.population_table", {"p", wdm_steps_number(x->out, p->population)},
                       {"method", p->method}, {"source", p->source}, {"u", wdm_steps_short(x->out, p->u_rel)})
            : WDM_STEP(x->out, 2, "explain.population_field",
                       {"p", wdm_steps_number(x->out, point->population)});
    step->value = point->population;
    step->unit = "persons";
    step->source = p == NULL ? "" : p->source;
}

// What stays in N of the log errors of a sample's own C and Q, in per cent.
static void say_kept(wdm_explanation *x, const wdm_explain_result *r, const wdm_day_population *day)
{
    const wdm_population_use use =
        wdm_population_combine(day->value, day->weight, day->n, r->point.value.sample_key, r->point.flow_key);
    WDM_STEP(x->out, 3, "explain.population_keeps", {"weight", wdm_steps_percent(x->out, use.marker_weight)},
             {"sampling", wdm_steps_percent(x->out, use.keep_sampling)},
             {"flow", wdm_steps_percent(x->out, use.keep_flow)},
             {"bias", wdm_steps_percent(x->out, use.keep_flow_bias)})
        ->value = use.marker_weight;
}

void wdm_explain_population(wdm_explanation *x, const wdm_explain_place *place, const wdm_explain_result *r)
{
    const wdm_index site = place->series.site;
    const wdm_population_query query = {.day = r->point.value.day,
                                        .sample_key = r->point.value.sample_key,
                                        .flow_key = r->point.flow_key,
                                        .field_persons = r->point.field_population,
                                        .biomarker = wdm_config_analyte(x->config, r->row.analyte_id)};
    const bool marker = (r->point.flags & WDM_FLAG_MARKER_POPULATION) != 0;
    wdm_day_population day = {0};
    wdm_step *step = NULL;
    wdm_population_of_day(&place->series.population, &query, &day);
    if (marker) {
        step =
            WDM_STEP(x->out, 2, "explain.population_marker",
                     {"p", wdm_steps_number(x->out, r->point.population)}, {"policy", policy_name(x, site)});
        step->value = r->point.population;
        step->unit = "persons";
    } else {
        say_static(x, site, &r->point);
    }
    if (day.n < 2 && !marker)
        return;
    for (size_t i = 0; i < day.n; i++) {
        if (marker || day.method[i] != WDM_POPULATION_STATIC) // the static one alone stands above
            say_estimate(x, place, &day, i, query.day);
    }
    if (marker)
        say_kept(x, r, &day);
}
