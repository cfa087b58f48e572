// SPDX-License-Identifier: GPL-3.0-or-later
// A site: each biomarker of the drug from its samples to its values, or why it has none.
#include <inttypes.h>
#include <string.h>

#include "report/explain_parts.h"
#include "store/batch_store.h"

typedef struct unused {
    int64_t n, flow, population, quality, level;
} unused;

static unused count_unused(const wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker)
{
    const char *id = x->config->analytes.rows[biomarker].analyte_id;
    unused u = {0};
    for (size_t i = 0; i < place->results.n; i++) {
        const wdm_explain_result *r = &place->results.rows[i];
        if (strcmp(r->row.analyte_id, id) != 0)
            continue;
        u.n++;
        if (r->why == NULL)
            continue;
        u.flow += strcmp(r->why, "flow") == 0;
        u.population += strcmp(r->why, "population") == 0;
        u.quality += strcmp(r->why, "quality") == 0;
        u.level += strcmp(r->why, "level") == 0;
    }
    return u;
}

wdm_rc wdm_explain_absent(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker,
                          wdm_err *err)
{
    const unused u = count_unused(x, place, biomarker);
    const struct {
        int64_t n;
        const char *key;
    } reasons[] = {{u.flow, "explain.absent_flow"},
                   {u.population, "explain.absent_population"},
                   {u.quality, "explain.absent_quality"},
                   {u.level, "explain.absent_level"}};
    int64_t waiting = 0;
    int64_t ambiguous = 0;
    int64_t bound = 0;
    wdm_rc rc = WDM_OK;
    if (u.n == 0) {
        WDM_STEP_PLAIN(x->out, 1, "explain.absent");
        rc = wdm_store_count_unplaced(x->store, 0, &waiting, &ambiguous, &bound, err);
    } else {
        WDM_STEP(x->out, 1, "explain.absent_unused", {"n", wdm_steps_integer(x->out, u.n)});
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].n > 0)
            WDM_STEP(x->out, 2, reasons[i].key, {"n", wdm_steps_integer(x->out, reasons[i].n)})->value =
                (double)reasons[i].n;
    }
    if (rc == WDM_OK && waiting > 0)
        WDM_STEP(x->out, 2, "explain.absent_waiting", {"n", wdm_steps_integer(x->out, waiting)});
    if (rc == WDM_OK && ambiguous > 0)
        WDM_STEP(x->out, 2, "explain.absent_ambiguous", {"n", wdm_steps_integer(x->out, ambiguous)});
    return rc;
}

// The first sample of the period: the engine takes the factors of its day. NULL when there is none.
static const wdm_point *first_point(const wdm_day_series *series, const wdm_explanation *x)
{
    for (size_t i = 0; series != NULL && i < series->n; i++) {
        const wdm_point *p = &series->points[i];
        if (p->value.day >= x->request->span.first && p->value.day <= x->request->span.last)
            return p;
    }
    return NULL;
}

static wdm_rc explain_biomarker(wdm_explanation *x, const wdm_explain_place *place, const wdm_excretion *e,
                                wdm_err *err)
{
    const wdm_point *first = first_point(wdm_site_series_of(&place->series, e->biomarker), x);
    wdm_factor factor = {0};
    wdm_rc rc = WDM_OK;
    x->out->scope.biomarker_id = x->config->analytes.rows[e->biomarker].analyte_id;
    WDM_STEP(x->out, 0, e->primary ? "explain.biomarker" : "explain.biomarker_other",
             {"id", x->out->scope.biomarker_id}, {"name", wdm_explain_analyte(x, e->biomarker)});
    if (x->request->span.scale <= WDM_SCALE_WEEK)
        wdm_explain_samples(x, place, e->biomarker);
    else
        WDM_STEP(x->out, 1, "explain.samples_elsewhere", {"id", x->out->scope.site_id},
                 {"drug", x->out->scope.drug_id});
    if (first == NULL ||
        wdm_explain_value_of(place, x->request->drug, e->biomarker, WDM_Q_NORMALISED_LOAD) == NULL)
        return wdm_explain_absent(x, place, e->biomarker, err);
    rc = wdm_explain_mean(x, place, e->biomarker, err);
    wdm_explain_net(x, place, e->biomarker);
    wdm_explain_ratios(x, place, e->biomarker);
    if (rc == WDM_OK)
        rc = wdm_explain_factors(x, place->series.site, e->biomarker, first->value.day, first->published,
                                 &factor, err);
    return rc == WDM_OK ? wdm_explain_values(x, place, e->biomarker, &factor, err) : rc;
}

wdm_rc wdm_explain_site(wdm_explanation *x, wdm_err *err)
{
    const wdm_config *c = x->config;
    wdm_explain_place place = {0};
    wdm_rc rc = wdm_explain_read(x, x->request->place, &place, err);
    x->out->scope.site_id = c->sites.rows[x->request->place].site_id;
    for (size_t i = 0; i < c->excretion.n && rc == WDM_OK; i++) {
        const wdm_excretion *e = &c->excretion.rows[i];
        if (e->drug == x->request->drug &&
            e == wdm_config_excretion(c, e->drug, e->biomarker, x->request->span.first))
            rc = explain_biomarker(x, &place, e, err);
    }
    x->out->scope.biomarker_id = NULL;
    if (rc == WDM_OK)
        rc = wdm_explain_combined(x, &place, err);
    wdm_explain_place_fini(&place);
    return rc;
}
