// SPDX-License-Identifier: GPL-3.0-or-later
// Which test took a day for disposal, and the ratios of loads that concern a biomarker.
#include <math.h>
#include <string.h>

#include "model/ratios.h"
#include "report/explain_parts.h"
#include "wbe/disposal.h"

static bool has(const wdm_index *list, size_t n, wdm_index analyte)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == analyte)
            return true;
    }
    return false;
}

// Whether a ratio out of its range marks the days of the analyte.
static bool marks(const wdm_ratio_rule *rule, wdm_index analyte)
{
    return rule->n_marks > 0
               ? has(rule->marks, rule->n_marks, analyte)
               : has(rule->above, rule->n_above, analyte) || has(rule->below, rule->n_below, analyte);
}

static const char *limit_text(wdm_explanation *x, double limit)
{
    return isnan(limit) ? "" : wdm_steps_number(x->out, limit);
}

// "0.81", "< 0.3", "0.2 to 0.4".
static const char *ratio_text(wdm_explanation *x, const wdm_ratio *r)
{
    const wdm_place places[] = {{"n", wdm_steps_number(x->out, isfinite(r->ratio) ? r->ratio : r->limit)},
                                {"low", wdm_steps_number(x->out, r->bound_low)},
                                {"high", wdm_steps_number(x->out, r->bound_high)}};
    if (isfinite(r->ratio))
        return places[0].value;
    if (r->sign == '<')
        return wdm_steps_phrase(x->out, "explain.below", places, 3);
    return wdm_steps_phrase(x->out, r->sign == '>' ? "explain.above" : "explain.between", places, 3);
}

static void say_ratio(wdm_explanation *x, int indent, const char *id, wdm_ratio_kind kind, const wdm_ratio *r,
                      double low, double high, wdm_ratio_verdict verdict)
{
    const char *range = isnan(low) && isnan(high) ? "explain.ratio"
                        : isnan(low)              ? "explain.ratio_high"
                        : isnan(high)             ? "explain.ratio_low"
                                                  : "explain.ratio_range";
    const wdm_words *words = &x->out->words;
    wdm_step *step = WDM_STEP(
        x->out, indent, range, {"id", id},
        {"kind", wdm_words_of(words, "ratio_kind.", wdm_ratio_kind_name(kind))}, {"ratio", ratio_text(x, r)},
        {"lo95", wdm_steps_short(x->out, r->lo95)}, {"hi95", wdm_steps_short(x->out, r->hi95)},
        {"low", limit_text(x, low)}, {"high", limit_text(x, high)},
        {"verdict", wdm_words_of(words, "ratio_verdict.", wdm_ratio_verdict_text(verdict))});
    step->value = r->ratio;
    step->low = r->lo95;
    step->high = r->hi95;
}

// The day's load over the median of the days around it, as the mark was set.
static void say_spike(wdm_explanation *x, const wdm_day_series *series, wdm_day day)
{
    const wdm_spike_rule *rule = wdm_config_spike(x->config, series->biomarker);
    wdm_day days[WDM_SPIKE_NEIGHBOURS + 1];
    double values[WDM_SPIKE_NEIGHBOURS + 1];
    double limits[WDM_SPIKE_NEIGHBOURS + 1];
    size_t n = 0;
    size_t at = 0;
    double ratio = (double)NAN;
    if (rule == NULL)
        return;
    for (size_t i = 0; i < series->n && n <= WDM_SPIKE_NEIGHBOURS;
         i += wdm_points_of_day(series->points, series->n, i)) {
        wdm_day_value v = {0};
        int64_t flags = 0;
        const wdm_day d = series->points[i].value.day;
        if (d < day - rule->window_days || d > day + rule->window_days ||
            !wdm_series_day(series, d, &v, &flags))
            continue;
        at = d == day ? n : at;
        days[n] = d;
        values[n] = v.state == WDM_STATE_MEASURED ? v.load_mg_d_1000 : (double)NAN;
        limits[n] = v.state == WDM_STATE_MEASURED ? (double)NAN : v.load_mg_d_1000;
        n++;
    }
    if (n > 0)
        ratio = wdm_spike_ratio(days, values, limits, n, at, rule->window_days, (size_t)rule->min_neighbours);
    if (!(ratio >= rule->factor))
        return;
    WDM_STEP(x->out, 4, "explain.disposal_spike", {"ratio", wdm_steps_number(x->out, ratio)},
             {"days", wdm_steps_integer(x->out, rule->window_days)},
             {"factor", wdm_steps_number(x->out, rule->factor)})
        ->value = ratio;
}

void wdm_explain_disposal(wdm_explanation *x, const wdm_explain_place *place, const wdm_day_series *series,
                          wdm_day day)
{
    WDM_STEP_PLAIN(x->out, 3,
                   x->options.keep_disposal || x->request->span.scale == WDM_SCALE_DAY
                       ? "explain.disposal_kept"
                       : "explain.disposal");
    for (size_t i = 0; i < x->config->ratios.n; i++) {
        const wdm_ratio_rule *rule = &x->config->ratios.rows[i];
        wdm_ratio r = {0};
        int64_t flags = 0;
        if ((rule->kind != WDM_RATIO_DISPOSAL && rule->kind != WDM_RATIO_ENANTIOMER) ||
            !marks(rule, series->biomarker) || !wdm_ratio_of_days(&place->series, rule, day, day, &r, &flags))
            continue;
        const wdm_ratio_verdict verdict = wdm_ratio_judge(&r, rule->low, rule->high);
        if (verdict == WDM_RATIO_ABOVE || verdict == WDM_RATIO_BELOW)
            say_ratio(x, 4, rule->ratio_id, rule->kind, &r, rule->low, rule->high, verdict);
    }
    say_spike(x, series, day);
}

void wdm_explain_ratios(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker)
{
    const wdm_period *span = &x->request->span;
    bool any = false;
    for (size_t i = 0; i < x->config->ratios.n; i++) {
        const wdm_ratio_rule *rule = &x->config->ratios.rows[i];
        wdm_ratio r = {0};
        int64_t flags = 0;
        if ((!has(rule->above, rule->n_above, biomarker) && !has(rule->below, rule->n_below, biomarker)) ||
            !wdm_ratio_of_days(&place->series, rule, span->first, span->last, &r, &flags))
            continue;
        if (!any)
            WDM_STEP_PLAIN(x->out, 1, "explain.ratios");
        any = true;
        say_ratio(x, 2, rule->ratio_id, rule->kind, &r, rule->low, rule->high,
                  wdm_ratio_judge(&r, rule->low, rule->high));
    }
    for (size_t i = 0; i < place->shares.n; i++) {
        const wdm_explain_share *share = &place->shares.rows[i];
        const char *id = x->config->analytes.rows[biomarker].analyte_id;
        const size_t len = strlen(id);
        if (strncmp(share->ratio_id, id, len) != 0 || share->ratio_id[len] != ':')
            continue;
        if (!any)
            WDM_STEP_PLAIN(x->out, 1, "explain.ratios");
        any = true;
        WDM_STEP(x->out, 2, "explain.share", {"parent", share->ratio_id + len + 1}, {"id", id},
                 {"share", ratio_text(x, &share->ratio)},
                 {"lo95", wdm_steps_short(x->out, share->ratio.lo95)},
                 {"hi95", wdm_steps_short(x->out, share->ratio.hi95)})
            ->value = share->ratio.ratio;
    }
}
