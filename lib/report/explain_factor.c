// SPDX-License-Identifier: GPL-3.0-or-later
// The factors from a normalised load to consumption, doses and prevalence, each with its source.
#include <math.h>
#include <string.h>

#include "data/flags.h"
#include "model/drug_points.h"
#include "report/explain_parts.h"
#include "wbe/units.h"

static void say_mass(wdm_explanation *x, const char *id, double mass, const char *source)
{
    wdm_step *step = WDM_STEP(x->out, 2, "explain.molar_mass", {"id", id},
                              {"mass", wdm_steps_number(x->out, mass)}, {"source", source});
    step->value = mass;
    step->unit = "g/mol";
    step->source = source;
}

static void say_fraction(wdm_explanation *x, const wdm_excretion *e, const wdm_factor *factor)
{
    const char *id = x->config->analytes.rows[e->biomarker].analyte_id;
    const bool by_u = !isnan(e->fraction.u_rel);
    char key[64] = "distribution.";
    wdm_step *step = NULL;
    (void)strncat(key, wdm_dist_name(factor->excretion.kind), sizeof key - strlen(key) - 1);
    const char *distribution = wdm_words_get(&x->out->words, wdm_steps_keep(x->out, key));
    step = WDM_STEP(x->out, 2,
                    factor->excretion.kind == WDM_DIST_FIXED ? "explain.fraction_fixed"
                    : by_u                                   ? "explain.fraction_u"
                                                             : "explain.fraction_range",
                    {"f", wdm_steps_number(x->out, e->fraction.mode)}, {"id", id},
                    {"distribution", distribution}, {"u", wdm_steps_short(x->out, e->fraction.u_rel)},
                    {"low", wdm_steps_short(x->out, e->fraction.low)},
                    {"high", wdm_steps_short(x->out, e->fraction.high)}, {"source", e->source});
    step->value = e->fraction.mode;
    step->low = by_u ? (double)NAN : e->fraction.low;
    step->high = by_u ? (double)NAN : e->fraction.high;
    step->source = e->source;
}

static void say_correction(wdm_explanation *x, const wdm_excretion *e, const wdm_factor *factor)
{
    const wdm_drug *drug = &x->config->drugs.rows[x->request->drug];
    const wdm_analyte *analyte = &x->config->analytes.rows[e->biomarker];
    const double cf = wdm_correction_factor(factor->mass_ratio, e->fraction.mode);
    wdm_step *step =
        WDM_STEP(x->out, 2, "explain.correction", {"drug", drug->drug_id}, {"biomarker", analyte->analyte_id},
                 {"a", wdm_steps_number(x->out, drug->molar_mass)},
                 {"b", wdm_steps_number(x->out, analyte->molar_mass)},
                 {"f", wdm_steps_number(x->out, e->fraction.mode)}, {"cf", wdm_steps_number(x->out, cf)});
    step->value = cf;
}

// Whether a correction of in-sewer change stands in the days; it differs with their temperature.
static void say_stability(wdm_explanation *x, wdm_index site, wdm_index biomarker)
{
    const wdm_decay_step d = wdm_decay_of(x->config, site, biomarker, (double)NAN);
    const char *source = "";
    for (size_t i = 0; i < x->config->stability.n; i++) {
        if (x->config->stability.rows[i].analyte == biomarker)
            source = x->config->stability.rows[i].source;
    }
    WDM_STEP(x->out, 2,
             !x->config->sites.rows[site].stability ? "explain.stability_off"
             : d.how == WDM_HALF_LIFE_NONE          ? "explain.stability_none"
                                                    : "explain.stability",
             {"source", source})
        ->source = source;
}

static void say_dose(wdm_explanation *x)
{
    const wdm_drug *drug = &x->config->drugs.rows[x->request->drug];
    wdm_step *step = NULL;
    if (isnan(drug->dose_mg)) {
        WDM_STEP(x->out, 2, "explain.dose_none", {"id", drug->drug_id});
        return;
    }
    step = WDM_STEP(x->out, 2, "explain.dose", {"dose", wdm_steps_number(x->out, drug->dose_mg)},
                    {"u", wdm_steps_short(x->out, drug->dose_u_rel)});
    step->value = drug->dose_mg;
    step->unit = "mg";
    step->source = drug->source;
    if (isnan(drug->doses_per_user_day)) {
        WDM_STEP_PLAIN(x->out, 2, "explain.users_none");
        return;
    }
    step = WDM_STEP(x->out, 2, "explain.users", {"n", wdm_steps_number(x->out, drug->doses_per_user_day)});
    step->value = drug->doses_per_user_day;
}

wdm_rc wdm_explain_factors(wdm_explanation *x, wdm_index site, wdm_index biomarker, wdm_day day,
                           bool published, wdm_factor *factor, wdm_err *err)
{
    const wdm_config *config = x->config;
    const wdm_excretion *e = wdm_config_excretion(config, x->request->drug, biomarker, day);
    const wdm_drug *drug = &config->drugs.rows[x->request->drug];
    const wdm_analyte *analyte = &config->analytes.rows[biomarker];
    int64_t flags = 0;
    wdm_rc rc = wdm_series_factor(config, x->request->drug, biomarker, day, published, factor, &flags, err);
    if (rc != WDM_OK)
        return rc;
    WDM_STEP_PLAIN(x->out, 1, "explain.factors");
    if (e == NULL || isnan(e->fraction.mode)) {
        wdm_step *step = WDM_STEP(x->out, 2, "explain.load_only", {"id", analyte->analyte_id},
                                  {"source", e == NULL ? "-" : e->source});
        step->source = e == NULL ? "" : e->source;
        return WDM_OK;
    }
    say_mass(x, drug->drug_id, drug->molar_mass, drug->source);
    if (strcmp(drug->drug_id, analyte->analyte_id) != 0)
        say_mass(x, analyte->analyte_id, analyte->molar_mass, analyte->source);
    say_fraction(x, e, factor);
    say_correction(x, e, factor);
    if (published)
        WDM_STEP_PLAIN(x->out, 2, "explain.stability_published");
    else
        say_stability(x, site, biomarker);
    say_dose(x);
    if (e->confidence == WDM_CONFIDENCE_LOW)
        WDM_STEP_PLAIN(x->out, 2, "explain.low_confidence");
    return WDM_OK;
}
