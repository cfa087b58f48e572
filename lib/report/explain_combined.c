// SPDX-License-Identifier: GPL-3.0-or-later
// Several biomarkers of one drug together: each over the days in common, its weight, their agreement.
#include <math.h>
#include <string.h>

#include "model/combined.h"
#include "report/explain_parts.h"

// Every biomarker with its estimate and weight, and how far they agree.
static void say_parts(wdm_explanation *x, const wdm_site_combination *c)
{
    wdm_buf terms = {0};
    wdm_buf_init(&terms, 4096);
    WDM_STEP(x->out, 2, "explain.combined_days", {"n", wdm_steps_integer(x->out, c->n_days)});
    for (size_t k = 0; k < c->n; k++) {
        const wdm_estimate *e = &c->value[k];
        wdm_step *step = WDM_STEP(
            x->out, 2, "explain.combined_part", {"id", x->config->analytes.rows[c->biomarker[k]].analyte_id},
            {"value", wdm_steps_number(x->out, e->estimate)}, {"low", wdm_steps_number(x->out, e->lo95)},
            {"high", wdm_steps_number(x->out, e->hi95)}, {"own", wdm_steps_integer(x->out, c->n_own_days[k])},
            {"weight", wdm_steps_number(x->out, c->combined.weight[k])},
            {"sd", wdm_steps_percent(x->out, sqrt(c->combined.var_own[k]))});
        step->value = e->estimate;
        step->low = e->lo95;
        step->high = e->hi95;
        wdm_buf_printf(&terms, "%s%s^%s", k == 0 ? "" : " x ", wdm_steps_number(x->out, e->estimate),
                       wdm_steps_number(x->out, c->combined.weight[k]));
    }
    WDM_STEP_PLAIN(x->out, 2, "explain.combined_weights");
    WDM_STEP(
        x->out, 2,
        (c->combined.value.flags & (unsigned)WDM_EST_BIOMARKERS_DISAGREE) != 0 ? "explain.combined_disagree"
                                                                               : "explain.combined_agree",
        {"q", wdm_steps_short(x->out, c->combined.q)}, {"df", wdm_steps_integer(x->out, (int64_t)c->n - 1)},
        {"p", wdm_steps_short(x->out, c->combined.p)})
        ->value = c->combined.p;
    WDM_STEP(x->out, 2, "explain.combined", {"terms", wdm_buf_text(&terms)},
             {"a", wdm_steps_number(x->out, c->combined.value.estimate)})
        ->value = c->combined.value.estimate;
    wdm_buf_fini(&terms);
}

wdm_rc wdm_explain_combined(wdm_explanation *x, const wdm_explain_place *place, wdm_err *err)
{
    const wdm_excretion *rows[WDM_COMBINE_MAX];
    const wdm_index drug = x->request->drug;
    bool any = false;
    wdm_rc rc = WDM_OK;
    if (wdm_config_combinable(x->config, drug, x->request->span.first, rows) < 2)
        return WDM_OK;
    x->out->scope.biomarker_id = WDM_COMBINED;
    WDM_STEP_PLAIN(x->out, 0, "explain.combined_heading");
    for (int q = WDM_Q_CONSUMPTION; q <= WDM_Q_PREVALENCE && rc == WDM_OK; q++) {
        const wdm_explain_value *v = wdm_explain_value_of(place, drug, WDM_NONE, (wdm_quantity)q);
        wdm_site_combination c = {0};
        if (v == NULL)
            continue;
        rc = wdm_site_combine(&place->series, drug, (wdm_quantity)q, &x->request->span, &x->options, &c, err);
        if (rc != WDM_OK)
            break;
        any = true;
        x->out->scope.quantity = wdm_quantity_name((wdm_quantity)q);
        WDM_STEP(x->out, 1, "explain.quantity", {"quantity", wdm_figure_quantity(&x->out->words, q)});
        if (c.n >= 2)
            say_parts(x, &c);
        wdm_explain_one_value(x, place, v);
        rc = wdm_explain_stored(x, v, err);
    }
    if (rc == WDM_OK && !any)
        WDM_STEP_PLAIN(x->out, 1, "explain.combined_none");
    x->out->scope.quantity = NULL;
    x->out->scope.biomarker_id = NULL;
    return rc;
}
