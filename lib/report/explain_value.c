// SPDX-License-Identifier: GPL-3.0-or-later
// A value with its arithmetic, intervals, budget and flags, and what the store holds beside it.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/flags.h"
#include "report/explain_parts.h"
#include "store/export_store.h"
#include "wbe/units.h"

// The load, its limit or the bounds, as one text: "75.970968", "< 2.0762500", "1.2 to 2.4".
static const char *level_text(wdm_explanation *x, const wdm_estimate *e)
{
    const wdm_place places[] = {
        {"n", wdm_steps_number(x->out, isfinite(e->estimate) ? e->estimate : e->limit)},
        {"low", wdm_steps_number(x->out, e->bound_low)},
        {"high", wdm_steps_number(x->out, e->bound_high)}};
    if (isfinite(e->estimate))
        return places[0].value;
    if (isfinite(e->limit))
        return wdm_steps_phrase(x->out, "explain.below", places, 3);
    return wdm_steps_phrase(x->out, isnan(e->bound_high) ? "explain.at_least" : "explain.between", places, 3);
}

// The same inside a formula, bounds as "[1.2, 2.4]".
static const char *term_text(wdm_explanation *x, const wdm_estimate *e)
{
    wdm_buf text = {0};
    const char *kept = NULL;
    if (isfinite(e->estimate) || isfinite(e->limit) || isnan(e->bound_high))
        return level_text(x, e);
    wdm_buf_init(&text, 128);
    wdm_buf_printf(&text, "[%s, %s]", wdm_steps_number(x->out, e->bound_low),
                   wdm_steps_number(x->out, e->bound_high));
    kept = wdm_steps_keep(x->out, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    return kept;
}

// "A = N x CF x k_s = 75.970968 x 2.4390244 x 1 = 185.29504".
static void say_arithmetic(wdm_explanation *x, const wdm_explain_place *place, const wdm_factor *factor,
                           const wdm_explain_value *v)
{
    const wdm_index biomarker = v->row.biomarker;
    const wdm_explain_value *load =
        wdm_explain_value_of(place, x->request->drug, biomarker, WDM_Q_NORMALISED_LOAD);
    const wdm_explain_value *cons =
        wdm_explain_value_of(place, x->request->drug, biomarker, WDM_Q_CONSUMPTION);
    const wdm_explain_value *doses = wdm_explain_value_of(place, x->request->drug, biomarker, WDM_Q_DOSES);
    if ((v->value.flags & (unsigned)WDM_EST_SUPPRESSED) != 0)
        return;
    if (v->row.quantity == WDM_Q_CONSUMPTION && load != NULL) {
        const double cf = wdm_correction_factor(factor->mass_ratio, factor->excretion.mode);
        const bool net = wdm_explain_is_net(x, place, biomarker);
        wdm_estimate days = v->value; // the mean of the days that enter, which the factor was put on
        days.estimate /= cf;
        days.limit /= cf;
        days.bound_low /= cf;
        days.bound_high /= cf;
        WDM_STEP(x->out, 2, net ? "explain.consumption_net" : "explain.consumption",
                 {"n", term_text(x, net ? &days : &load->value)}, {"cf", wdm_steps_number(x->out, cf)},
                 {"a", term_text(x, &v->value)}, {"days", wdm_steps_integer(x->out, v->value.n_days)});
    } else if (v->row.quantity == WDM_Q_DOSES && cons != NULL) {
        WDM_STEP(x->out, 2, "explain.doses", {"a", term_text(x, &cons->value)},
                 {"dose", wdm_steps_number(x->out, factor->dose_mg)}, {"d", term_text(x, &v->value)});
    } else if (v->row.quantity == WDM_Q_PREVALENCE && doses != NULL) {
        WDM_STEP(x->out, 2, "explain.prevalence", {"d", term_text(x, &doses->value)},
                 {"n", wdm_steps_number(x->out, factor->doses_per_user_day)}, {"u", term_text(x, &v->value)});
    }
}

typedef struct share {
    int part;
    double share;
} share;

static int greatest_first(const void *a, const void *b)
{
    const share *x = a;
    const share *y = b;
    if (x->share != y->share)
        return x->share > y->share ? -1 : 1;
    return x->part - y->part;
}

static void say_budget(wdm_explanation *x, const wdm_estimate *e)
{
    share parts[WDM_BUDGET_N];
    bool any = false;
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        parts[i] = (share){i, e->budget[i]};
        any = any || e->budget[i] > 0.0;
    }
    if (!any) {
        WDM_STEP_PLAIN(x->out, 2, "explain.budget_none");
        return;
    }
    qsort(parts, WDM_BUDGET_N, sizeof *parts, greatest_first);
    WDM_STEP(x->out, 2, "explain.budget_heading", {"rsd", wdm_steps_percent(x->out, e->rsd_total)},
             {"rsd_random", wdm_steps_percent(x->out, e->rsd_random)})
        ->value = e->rsd_total;
    for (int i = 0; i < WDM_BUDGET_N && parts[i].share > 0.0; i++) {
        char key[64];
        (void)snprintf(key, sizeof key, "budget.%s", wdm_budget_name((wdm_budget_part)parts[i].part));
        WDM_STEP(x->out, 3, "explain.budget", {"percent", wdm_steps_percent(x->out, parts[i].share)},
                 {"part", wdm_words_get(&x->out->words, key)})
            ->value = parts[i].share;
    }
}

// Value and intervals.
static void say_value(wdm_explanation *x, const wdm_explain_value *v)
{
    const wdm_estimate *e = &v->value;
    const wdm_quantity q = v->row.quantity;
    wdm_step *step = WDM_STEP(x->out, 2, "explain.value", {"value", level_text(x, e)},
                              {"unit", wdm_figure_unit(&x->out->words, (int)q)});
    step->unit = wdm_quantity_unit(q);
    step->value = e->estimate;
    step->low = e->bound_low;
    step->high = e->bound_high;
    step = WDM_STEP(x->out, 2, isnan(e->median) ? "explain.total_censored" : "explain.total",
                    {"low", wdm_steps_number(x->out, e->lo95)}, {"high", wdm_steps_number(x->out, e->hi95)},
                    {"median", wdm_steps_number(x->out, e->median)});
    step->low = e->lo95;
    step->high = e->hi95;
    step->value = e->median;
    step->unit = wdm_quantity_unit(q);
    step = WDM_STEP(x->out, 2,
                    v->row.place_kind == WDM_PLACE_REGION ? "explain.random_region" : "explain.random",
                    {"low", wdm_steps_number(x->out, e->lo95_random)},
                    {"high", wdm_steps_number(x->out, e->hi95_random)});
    step->low = e->lo95_random;
    step->high = e->hi95_random;
    step->unit = wdm_quantity_unit(q);
    if (!isnan(e->weekday_mean) || !isnan(e->weekend_mean))
        WDM_STEP(x->out, 2, "explain.weekend",
                 {"weekday", wdm_steps_number_or(x->out, e->weekday_mean, "explain.not_there")},
                 {"weekend", wdm_steps_number_or(x->out, e->weekend_mean, "explain.not_there")});
}

void wdm_explain_one_value(wdm_explanation *x, const wdm_explain_place *place, const wdm_explain_value *v)
{
    const bool suppressed = (v->value.flags & (unsigned)WDM_EST_SUPPRESSED) != 0;
    if (suppressed && place != NULL && v->row.biomarker != WDM_NONE) {
        wdm_explain_suppressed(x, place, v);
    } else if (suppressed) {
        WDM_STEP_PLAIN(x->out, 2, "explain.suppressed_all");
    } else {
        say_value(x, v);
        say_budget(x, &v->value);
    }
    wdm_explain_flags(x, 2, v->row.flags);
}

// ---- what the store holds

static double number_of(const wdm_export *export, const wdm_export_cell *cells, const char *column)
{
    for (size_t i = 0; i < export->n_columns; i++) {
        if (strcmp(export->columns[i], column) == 0)
            return cells[i].kind == WDM_EXPORT_REAL      ? cells[i].real
                   : cells[i].kind == WDM_EXPORT_INTEGER ? (double)cells[i].integer
                                                         : (double)NAN;
    }
    return (double)NAN;
}

static bool has_text(const wdm_export *export, const wdm_export_cell *cells, const char *column,
                     const char *text)
{
    for (size_t i = 0; i < export->n_columns; i++) {
        if (strcmp(export->columns[i], column) == 0)
            return cells[i].kind == WDM_EXPORT_TEXT && strcmp(cells[i].text, text) == 0;
    }
    return false;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

// The export that holds such a row; NULL when no export does.
static const char *table_of(const wdm_estimate_row *row)
{
    const bool site = row->place_kind == WDM_PLACE_SITE;
    if (site && row->scale == WDM_SCALE_DAY)
        return "daily";
    if (row->scale == WDM_SCALE_WEEK)
        return site ? "weekly" : "region";
    for (size_t i = 0; wdm_export_names[i] != NULL; i++) {
        if (strcmp(wdm_export_names[i], "period") == 0)
            return wdm_export_names[i];
    }
    return NULL;
}

static bool is_row_of(const wdm_explanation *x, const wdm_explain_value *v, const char *table,
                      const wdm_export *export, const wdm_export_cell *cells)
{
    const wdm_config *c = x->config;
    char day[WDM_DATE_TEXT];
    if (!has_text(export, cells, "biomarker_id",
                  v->row.biomarker == WDM_NONE ? WDM_COMBINED
                                               : c->analytes.rows[v->row.biomarker].analyte_id) ||
        !has_text(export, cells, "quantity", wdm_quantity_name(v->row.quantity)))
        return false;
    if (v->row.place_kind == WDM_PLACE_REGION &&
        !has_text(export, cells, "region_id", c->regions.rows[v->row.place].region_id))
        return false;
    if (strcmp(table, "period") == 0)
        return has_text(export, cells, "scale", wdm_scale_name(v->row.scale)) &&
               has_text(export, cells, "first", wdm_day_format(v->row.first, day)) &&
               has_text(export, cells, "period", x->request->period);
    return v->row.scale != WDM_SCALE_DAY ||
           has_text(export, cells, "date", wdm_day_format(v->row.first, day));
}

static void compare(wdm_explanation *x, const wdm_explain_value *v, const wdm_export *export,
                    const wdm_export_cell *cells)
{
    const double estimate = number_of(export, cells, "estimate");
    const double lo = number_of(export, cells, "lo95");
    const double hi = number_of(export, cells, "hi95");
    if (same_number(estimate, v->value.estimate) && same_number(lo, v->value.lo95) &&
        same_number(hi, v->value.hi95))
        return;
    WDM_STEP(x->out, 2, "explain.stored_differs", {"estimate", wdm_steps_number(x->out, estimate)},
             {"low", wdm_steps_number(x->out, lo)}, {"high", wdm_steps_number(x->out, hi)})
        ->value = estimate;
}

wdm_rc wdm_explain_stored(wdm_explanation *x, const wdm_explain_value *v, wdm_err *err)
{
    const wdm_config *c = x->config;
    const char *table = table_of(&v->row);
    char week[WDM_DATE_TEXT];
    const wdm_export_filter filter = {
        .site_id = v->row.place_kind == WDM_PLACE_SITE ? c->sites.rows[v->row.place].site_id : NULL,
        .drug_id = v->row.drug == WDM_NONE ? "" : c->drugs.rows[v->row.drug].drug_id,
        .iso_week = table != NULL && strcmp(table, "period") == 0
                        ? NULL
                        : wdm_isoweek_format(wdm_isoweek_of_day(v->row.first), week)};
    wdm_export export = {0};
    wdm_export_cell cells[WDM_EXPORT_COLUMNS_MAX];
    bool row = false;
    bool found = false;
    wdm_rc rc = WDM_OK;
    if (table == NULL)
        return WDM_OK;
    rc = wdm_export_open(x->store, table, &filter, &export, err);
    while (rc == WDM_OK && (rc = wdm_export_next(&export, cells, &row, err)) == WDM_OK && row) {
        if (!found && is_row_of(x, v, table, &export, cells)) {
            found = true;
            compare(x, v, &export, cells);
        }
    }
    if (rc == WDM_OK && !found)
        WDM_STEP_PLAIN(x->out, 2, "explain.stored_none");
    return rc;
}

// ---- all quantities of a biomarker

// Why the quantity cannot be had from these factors.
static const char *unavailable_key(const wdm_explanation *x, const wdm_explain_place *place,
                                   wdm_index biomarker, wdm_quantity quantity)
{
    const wdm_excretion *e =
        wdm_config_excretion(x->config, x->request->drug, biomarker, x->request->span.first);
    const wdm_drug *drug = &x->config->drugs.rows[x->request->drug];
    if (e == NULL || isnan(e->fraction.mode))
        return "explain.absent_fraction";
    if ((quantity == WDM_Q_DOSES || quantity == WDM_Q_PREVALENCE) && isnan(drug->dose_mg))
        return "explain.absent_dose";
    if (quantity == WDM_Q_PREVALENCE && isnan(drug->doses_per_user_day))
        return "explain.absent_users";
    if (quantity != WDM_Q_NORMALISED_LOAD && wdm_explain_is_net(x, place, biomarker))
        return "explain.absent_disposal"; // every day of the period was left out
    return "explain.absent_value";
}

wdm_rc wdm_explain_values(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker,
                          const wdm_factor *factor, wdm_err *err)
{
    const wdm_words *words = &x->out->words;
    wdm_rc rc = WDM_OK;
    for (int q = WDM_Q_NORMALISED_LOAD; q <= WDM_Q_PREVALENCE && rc == WDM_OK; q++) {
        const wdm_explain_value *v =
            wdm_explain_value_of(place, x->request->drug, biomarker, (wdm_quantity)q);
        x->out->scope.quantity = wdm_quantity_name((wdm_quantity)q);
        WDM_STEP(x->out, 1, "explain.quantity", {"quantity", wdm_figure_quantity(words, q)});
        if (v == NULL) {
            WDM_STEP_PLAIN(x->out, 2, unavailable_key(x, place, biomarker, (wdm_quantity)q));
            continue;
        }
        say_arithmetic(x, place, factor, v);
        wdm_explain_one_value(x, place, v);
        rc = wdm_explain_stored(x, v, err);
    }
    x->out->scope.quantity = NULL;
    return rc;
}
