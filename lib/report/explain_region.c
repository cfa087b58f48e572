// SPDX-License-Identifier: GPL-3.0-or-later
// A region: its plants, their loads and people, the sum, and the plants that are not in it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/region_estimate.h"
#include "report/explain_parts.h"
#include "wbe/units.h"

typedef struct plants {
    wdm_explain_place *places; // one a plant of the region
    wdm_site_series *series;   // shallow copies, as the engine takes them
    size_t n;
    wdm_explain_place region; // values of the region
} plants;

static void fini(plants *p)
{
    for (size_t i = 0; i < p->n; i++)
        wdm_explain_place_fini(&p->places[i]);
    wdm_free(p->places);
    wdm_free(p->series);
    wdm_free(p->region.values.rows);
}

static int by_code(const void *a, const void *b)
{
    const wdm_site_series *x = &((const wdm_explain_place *)a)->series;
    const wdm_site_series *y = &((const wdm_explain_place *)b)->series;
    return strcmp(x->config->sites.rows[x->site].site_id, y->config->sites.rows[y->site].site_id);
}

static wdm_rc read_plants(wdm_explanation *x, plants *p, wdm_err *err)
{
    const wdm_config *c = x->config;
    wdm_explain_sink keeper = {x, &p->region};
    const wdm_estimate_sink sink = {.estimate = wdm_explain_keep, .user = &keeper};
    wdm_rc rc = WDM_OK;
    p->places = wdm_alloc(c->sites.n, sizeof *p->places);
    p->series = wdm_alloc(c->sites.n, sizeof *p->series);
    if (p->places == NULL || p->series == NULL)
        return wdm_err_nomem(err);
    for (wdm_index site = 0; site < c->sites.n && rc == WDM_OK; site++) {
        if (!wdm_region_counts(c, site, x->request->place))
            continue;
        p->n++;
        rc = wdm_explain_read(x, site, &p->places[p->n - 1], err);
    }
    if (rc == WDM_OK && p->n > 1) // as wdm estimate takes them: the sum is the same to the last digit
        qsort(p->places, p->n, sizeof *p->places, by_code);
    for (size_t i = 0; i < p->n; i++)
        p->series[i] = p->places[i].series;
    return rc == WDM_OK
               ? wdm_region_estimate_all(c, x->request->place, p->series, p->n, &x->options, &sink, err)
               : rc;
}

// *sum_mg_d becomes NaN with a plant that has bounds only.
static void say_plant(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker,
                      double *sum_mg_d)
{
    const wdm_explain_value *v =
        wdm_explain_value_of(place, x->request->drug, biomarker, WDM_Q_NORMALISED_LOAD);
    const char *name = wdm_words_site(&x->out->words, place->series.site);
    wdm_step *step = NULL;
    x->out->scope.site_id = x->config->sites.rows[place->series.site].site_id;
    if (v == NULL) {
        WDM_STEP(x->out, 2, "explain.plant_none", {"id", x->out->scope.site_id}, {"name", name},
                 {"period", x->request->period}, {"drug_id", x->out->scope.drug_id});
    } else {
        const wdm_estimate *e = &v->value;
        const bool point = isfinite(e->estimate);
        const double mg_d = e->estimate * v->row.population / 1000.0;
        *sum_mg_d += mg_d;
        step = WDM_STEP(
            x->out, 2, point ? "explain.plant" : "explain.plant_bounds", {"id", x->out->scope.site_id},
            {"name", name}, {"n", wdm_steps_number(x->out, e->estimate)},
            {"low", wdm_steps_number(x->out, e->bound_low)},
            {"high", wdm_steps_number(x->out, e->bound_high)},
            {"p", wdm_steps_number(x->out, v->row.population)}, {"mg", wdm_steps_number(x->out, mg_d)},
            {"days", wdm_steps_integer(x->out, e->n_days)});
        step->value = e->estimate;
        step->low = e->bound_low;
        step->high = e->bound_high;
        step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
    }
    x->out->scope.site_id = NULL;
}

static void say_sum(wdm_explanation *x, const wdm_explain_value *load, double sum_mg_d)
{
    const wdm_region *region = &x->config->regions.rows[x->request->place];
    WDM_STEP(x->out, 2, "explain.region_people", {"n", wdm_steps_integer(x->out, load->row.n_sites)},
             {"p", wdm_steps_number(x->out, load->row.population)})
        ->value = load->row.population;
    if (isnan(load->row.coverage))
        WDM_STEP_PLAIN(x->out, 2, "explain.region_coverage_unknown");
    else
        WDM_STEP(x->out, 2, "explain.region_coverage",
                 {"percent", wdm_steps_percent(x->out, load->row.coverage)},
                 {"p", wdm_steps_number(x->out, region->population)},
                 {"source", region->population_source[0] == '\0' ? "regions.csv" : region->population_source})
            ->value = load->row.coverage;
    if (isfinite(sum_mg_d))
        WDM_STEP(x->out, 2, "explain.region_load", {"sum", wdm_steps_number(x->out, sum_mg_d)},
                 {"p", wdm_steps_number(x->out, load->row.population)},
                 {"n", wdm_steps_number(x->out, load->value.estimate)})
            ->value = load->value.estimate;
    else
        WDM_STEP(x->out, 2, "explain.region_bounds", {"n", wdm_steps_integer(x->out, load->row.n_sites)});
}

// The mass from the sum of the loads; where plants have net loads or days left out it is made of those.
static void say_mass(wdm_explanation *x, const wdm_factor *factor, double sum_mg_d, double kg_week)
{
    const double cf = wdm_correction_factor(factor->mass_ratio, factor->excretion.mode);
    const double of_loads = wdm_mass_kg_week(sum_mg_d * cf);
    if (fabs(of_loads - kg_week) > 1e-9 * kg_week) {
        WDM_STEP_PLAIN(x->out, 2, "explain.mass_net");
        return;
    }
    WDM_STEP(x->out, 2, "explain.mass", {"sum", wdm_steps_number(x->out, sum_mg_d)},
             {"cf", wdm_steps_number(x->out, cf)}, {"kg", wdm_steps_number(x->out, kg_week)})
        ->value = kg_week;
}

static wdm_rc explain_biomarker(wdm_explanation *x, const plants *p, const wdm_excretion *e, wdm_err *err)
{
    const wdm_explain_value *load =
        wdm_explain_value_of(&p->region, x->request->drug, e->biomarker, WDM_Q_NORMALISED_LOAD);
    wdm_factor factor = {0};
    double sum_mg_d = 0.0;
    wdm_rc rc = WDM_OK;
    x->out->scope.biomarker_id = x->config->analytes.rows[e->biomarker].analyte_id;
    WDM_STEP(x->out, 0, e->primary ? "explain.biomarker" : "explain.biomarker_other",
             {"id", x->out->scope.biomarker_id}, {"name", wdm_explain_analyte(x, e->biomarker)});
    WDM_STEP_PLAIN(x->out, 1, "explain.plants");
    for (size_t i = 0; i < p->n; i++)
        say_plant(x, &p->places[i], e->biomarker, &sum_mg_d);
    if (load == NULL) {
        WDM_STEP_PLAIN(x->out, 1, "explain.region_none");
        return WDM_OK;
    }
    say_sum(x, load, sum_mg_d);
    rc = wdm_explain_factors(x, p->places[0].series.site, e->biomarker, x->request->span.first, false,
                             &factor, err);
    for (int q = WDM_Q_NORMALISED_LOAD; q < WDM_Q_COUNT && rc == WDM_OK; q++) {
        const wdm_explain_value *v =
            wdm_explain_value_of(&p->region, x->request->drug, e->biomarker, (wdm_quantity)q);
        if (v == NULL)
            continue;
        x->out->scope.quantity = wdm_quantity_name((wdm_quantity)q);
        WDM_STEP(x->out, 1, "explain.quantity", {"quantity", wdm_figure_quantity(&x->out->words, q)});
        if (q == WDM_Q_MASS && isfinite(sum_mg_d) && isfinite(v->value.estimate))
            say_mass(x, &factor, sum_mg_d, v->value.estimate);
        wdm_explain_one_value(x, NULL, v);
        rc = wdm_explain_stored(x, v, err);
    }
    x->out->scope.quantity = NULL;
    return rc;
}

wdm_rc wdm_explain_region(wdm_explanation *x, wdm_err *err)
{
    const wdm_config *c = x->config;
    plants p = {0};
    wdm_rc rc = read_plants(x, &p, err);
    x->out->scope.region_id = c->regions.rows[x->request->place].region_id;
    if (rc == WDM_OK && p.n == 0)
        WDM_STEP_PLAIN(x->out, 1, "explain.plants_none");
    for (size_t i = 0; i < c->excretion.n && rc == WDM_OK && p.n > 0; i++) {
        const wdm_excretion *e = &c->excretion.rows[i];
        if (e->drug == x->request->drug &&
            e == wdm_config_excretion(c, e->drug, e->biomarker, x->request->span.first))
            rc = explain_biomarker(x, &p, e, err);
    }
    x->out->scope.biomarker_id = NULL;
    fini(&p);
    return rc;
}
