// SPDX-License-Identifier: GPL-3.0-or-later
// From the load of each day to what was consumed: what other substances bring, what is lost in the sewer,
// what is bound to particles, days left out; and why a consumption is suppressed.
#include <math.h>
#include <string.h>

#include "data/flags.h"
#include "model/drug_points.h"
#include "report/explain_parts.h"

static bool in_period(const wdm_explanation *x, wdm_day day)
{
    return day >= x->request->span.first && day <= x->request->span.last;
}

bool wdm_explain_is_net(const wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker)
{
    const wdm_day_series *series = wdm_site_series_of(&place->series, biomarker);
    if (series == NULL)
        return false;
    if (series->drug_points != NULL)
        return true;
    for (size_t i = 0; i < series->n; i++) {
        if (in_period(x, series->points[i].value.day) && (series->points[i].flags & WDM_FLAG_DISPOSAL) != 0)
            return true;
    }
    return false;
}

static const char *from_text(const wdm_explanation *x, const wdm_attribution *a)
{
    return a->from_biomarker == WDM_NONE ? "" : x->config->analytes.rows[a->from_biomarker].analyte_id;
}

// The rows of attribution.csv that apply to the biomarker, with their sources.
static void say_rules(wdm_explanation *x, wdm_index biomarker)
{
    for (size_t i = 0; i < x->config->attribution.n; i++) {
        const wdm_attribution *a = &x->config->attribution.rows[i];
        wdm_step *step = NULL;
        if (a->biomarker != biomarker || x->request->span.last < a->valid_from ||
            (a->valid_to != WDM_DAY_NONE && x->request->span.first > a->valid_to))
            continue;
        if (a->from_biomarker == WDM_NONE) {
            step = WDM_STEP(x->out, 2, "explain.attribution_load",
                            {"load", wdm_steps_number(x->out, a->load_mg_d_1000)},
                            {"u", wdm_steps_short(x->out, a->u_rel)}, {"source", a->source});
        } else {
            step = WDM_STEP(x->out, 2, "explain.attribution", {"from", from_text(x, a)},
                            {"r", wdm_steps_number(x->out, a->ratio)},
                            {"u", wdm_steps_short(x->out, a->u_rel)}, {"source", a->source});
            step->value = a->ratio;
        }
        step->source = a->source;
        if (!isnan(a->suppress_below))
            WDM_STEP(x->out, 2, "explain.attribution_limit", {"from", from_text(x, a)},
                     {"limit", wdm_steps_number(x->out, a->suppress_below)})
                ->value = a->suppress_below;
    }
}

// What one other substance brings that day.
static void say_source(wdm_explanation *x, const wdm_net_step *s)
{
    const wdm_day_value *other = &s->source.other;
    const wdm_place places[] = {{"from", from_text(x, s->row)},
                                {"r", wdm_steps_number(x->out, s->source.ratio)},
                                {"m", wdm_steps_number(x->out, other->load_mg_d_1000)},
                                {"low", wdm_steps_number(x->out, other->lower > 0.0 ? other->lower : 0.0)},
                                {"taken", wdm_steps_number(x->out, s->source.ratio * other->load_mg_d_1000)}};
    const char *key = !s->measured                         ? "explain.net_unmeasured"
                      : s->row->from_biomarker == WDM_NONE ? "explain.net_known"
                      : other->state != WDM_STATE_MEASURED ? "explain.net_limit"
                                                           : "explain.net_source";
    wdm_step *step = wdm_steps_put(x->out, 3, key, places, 5);
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
    if (s->measured)
        step->value = s->source.ratio * other->load_mg_d_1000;
}

static void say_decay(wdm_explanation *x, wdm_index site, wdm_index biomarker, const wdm_point *point)
{
    static const char *const how[] = {[WDM_HALF_LIFE_NONE] = "half_life.none",
                                      [WDM_HALF_LIFE_TABULATED] = "half_life.tabulated",
                                      [WDM_HALF_LIFE_INTERPOLATED] = "half_life.interpolated",
                                      [WDM_HALF_LIFE_CLAMPED] = "half_life.clamped",
                                      [WDM_HALF_LIFE_NEAR_20] = "half_life.near_20"};
    const wdm_decay_step d = wdm_decay_of(x->config, site, biomarker, point->temperature_c);
    if (!(d.k > 1.0))
        return;
    WDM_STEP(x->out, 3, isnan(point->temperature_c) ? "explain.net_decay_unknown" : "explain.net_decay",
             {"k", wdm_steps_number(x->out, d.k)},
             {"hours", wdm_steps_short(x->out, x->config->sites.rows[site].retention_h)},
             {"half_life", wdm_steps_short(x->out, d.at.half_life_h)},
             {"temperature", wdm_steps_number(x->out, point->temperature_c)},
             {"how", wdm_words_get(&x->out->words, how[d.how])}, {"u", wdm_steps_short(x->out, d.at.u_rel)})
        ->value = d.k;
}

static void say_sorption(wdm_explanation *x, wdm_index site, wdm_index biomarker)
{
    const wdm_sorption *s =
        x->config->sites.rows[site].sorption ? wdm_config_sorption(x->config, biomarker) : NULL;
    wdm_step *step = NULL;
    if (s == NULL)
        return;
    step =
        WDM_STEP(x->out, 3, "explain.net_sorption", {"share", wdm_steps_number(x->out, s->particulate_share)},
                 {"u", wdm_steps_short(x->out, s->u_rel)}, {"source", s->source});
    step->value = s->particulate_share;
    step->source = s->source;
}

static void say_day_result(wdm_explanation *x, const wdm_point *point)
{
    const wdm_day_value *v = &point->value;
    const bool measured = v->state == WDM_STATE_MEASURED;
    wdm_step *step = WDM_STEP(x->out, 3, measured ? "explain.net_day" : "explain.net_day_limit",
                              {"n", wdm_steps_number(x->out, v->load_mg_d_1000)},
                              {"low", wdm_steps_number(x->out, v->lower > 0.0 ? v->lower : 0.0)});
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
    if (measured)
        step->value = v->load_mg_d_1000;
    else
        step->high = v->load_mg_d_1000;
}

// One day: its load, what is taken off and put on.
static void say_day(wdm_explanation *x, const wdm_explain_place *place, const wdm_day_series *series,
                    const wdm_point *point)
{
    wdm_net_step steps[WDM_NET_SOURCES];
    wdm_day_value load = {0};
    int64_t flags = 0;
    const wdm_day day = point->value.day;
    const size_t n = wdm_net_steps(&place->series, series->biomarker, day, steps);
    if (!wdm_series_day(series, day, &load, &flags))
        return;
    x->out->scope.day = day;
    WDM_STEP(x->out, 2, load.state == WDM_STATE_MEASURED ? "explain.net_load" : "explain.net_load_limit",
             {"day", wdm_steps_day(x->out, day)}, {"n", wdm_steps_number(x->out, load.load_mg_d_1000)},
             {"low", wdm_steps_number(x->out, load.lower > 0.0 ? load.lower : 0.0)});
    for (size_t i = 0; i < n; i++)
        say_source(x, &steps[i]);
    if (!point->published) {
        say_decay(x, place->series.site, series->biomarker, point);
        say_sorption(x, place->series.site, series->biomarker);
    }
    if (series->drug_points != NULL)
        say_day_result(x, point);
    if ((point->flags & (int64_t)WDM_EST_CLIPPED_AT_ZERO) != 0)
        WDM_STEP_PLAIN(x->out, 3, "explain.net_clipped");
    if ((point->flags & WDM_FLAG_DISPOSAL) != 0)
        wdm_explain_disposal(x, place, series, day);
    x->out->scope.day = WDM_DAY_NONE;
}

void wdm_explain_net(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker)
{
    const wdm_day_series *series = wdm_site_series_of(&place->series, biomarker);
    const wdm_explain_value *v = wdm_explain_value_of(place, x->request->drug, biomarker, WDM_Q_CONSUMPTION);
    size_t n = 0;
    const wdm_point *points = series == NULL ? NULL : wdm_series_points(series, WDM_Q_CONSUMPTION, &n);
    if (!wdm_explain_is_net(x, place, biomarker))
        return;
    x->out->scope.quantity = wdm_quantity_name(WDM_Q_CONSUMPTION);
    WDM_STEP_PLAIN(x->out, 1, "explain.net");
    say_rules(x, biomarker);
    for (size_t i = 0; i < n; i += wdm_points_of_day(points, n, i)) {
        if (in_period(x, points[i].value.day))
            say_day(x, place, series, &points[i]);
    }
    if (v != NULL && v->row.n_left_out > 0)
        WDM_STEP(x->out, 2, "explain.left_out", {"n", wdm_steps_integer(x->out, v->row.n_left_out)})->value =
            v->row.n_left_out;
    x->out->scope.quantity = NULL;
}

// ---- why a value is suppressed

// Whether a day of the period enters what the value is made of.
static bool enters(const wdm_explanation *x, const wdm_point *point, wdm_quantity quantity)
{
    return in_period(x, point->value.day) &&
           (x->request->span.scale == WDM_SCALE_DAY || wdm_flags_enter(point->flags, quantity, &x->options));
}

// The ratio of the days' loads to those of the other substance, beside the line of its row.
static void say_suppressing_ratio(wdm_explanation *x, const wdm_explain_place *place,
                                  const wdm_day_series *series, const wdm_attribution *row,
                                  wdm_quantity quantity)
{
    size_t n = 0;
    const wdm_point *points = wdm_series_points(series, WDM_Q_CONSUMPTION, &n);
    double a = 0.0;
    double m = 0.0;
    if (row->biomarker != series->biomarker || row->from_biomarker == WDM_NONE || isnan(row->suppress_below))
        return;
    for (size_t i = 0; i < n; i += wdm_points_of_day(points, n, i)) {
        wdm_day_value own = {0};
        wdm_day_value other = {0};
        int64_t flags = 0;
        const wdm_day day = points[i].value.day;
        if (!enters(x, &points[i], quantity) || !wdm_series_day(series, day, &own, &flags) ||
            !wdm_series_day(wdm_site_series_of(&place->series, row->from_biomarker), day, &other, &flags))
            continue;
        a += own.load_mg_d_1000;
        m += other.load_mg_d_1000;
    }
    if (m > 0.0)
        WDM_STEP(x->out, 2, "explain.suppressed_ratio", {"from", from_text(x, row)},
                 {"a", wdm_steps_number(x->out, a)}, {"m", wdm_steps_number(x->out, m)},
                 {"ratio", wdm_steps_number(x->out, a / m)},
                 {"limit", wdm_steps_number(x->out, row->suppress_below)})
            ->value = a / m;
}

void wdm_explain_suppressed(wdm_explanation *x, const wdm_explain_place *place, const wdm_explain_value *v)
{
    const wdm_day_series *series = wdm_site_series_of(&place->series, v->row.biomarker);
    size_t n = 0;
    const wdm_point *points = series == NULL ? NULL : wdm_series_points(series, WDM_Q_CONSUMPTION, &n);
    double gross = 0.0;
    double line = 0.0;
    wdm_step *step = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!enters(x, &points[i], v->row.quantity))
            continue;
        gross += points[i].value.net.gross;
        line += points[i].value.net.suppress_at;
    }
    step = WDM_STEP(x->out, 2, "explain.suppressed", {"gross", wdm_steps_number(x->out, gross)},
                    {"line", wdm_steps_number(x->out, line)});
    step->value = gross;
    step->high = line;
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
    for (size_t i = 0; i < x->config->attribution.n && series != NULL; i++)
        say_suppressing_ratio(x, place, series, &x->config->attribution.rows[i], v->row.quantity);
}
