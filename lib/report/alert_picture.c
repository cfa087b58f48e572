// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "report/clean.h"
#include "report/figure.h"
#include "wbe/factor.h"

enum { WEEKS_MAX = 520, LINE_MAX_BYTES = 8192, FOOT_MAX_BYTES = 32768 };

static void put_title(const wdm_alert_picture *pic, const wdm_series_point *last, wdm_buf *out)
{
    const wdm_words *w = &pic->words;
    const double own = last->estimate / last->baseline; // the stored baseline first: it is the one drawn
    const double factor = isfinite(own) || pic->alert == NULL ? own : pic->alert->factor;
    const int weeks = pic->alert == NULL ? 0 : pic->alert->weeks;
    const bool limit_rule = pic->alert != NULL && strcmp(pic->alert->family, "level") == 0;
    const char *key = "title.value";
    char f[WDM_FIGURE_TEXT], n[WDM_FIGURE_TEXT], v[WDM_FIGURE_TEXT], t[WDM_FIGURE_TEXT], week[WDM_DATE_TEXT];
    char low[WDM_FIGURE_TEXT], high[WDM_FIGURE_TEXT];
    if (!last->present)
        key = "title.missing";
    else if (wdm_chart_point_censored(last))
        key = "title.censored";
    else if (wdm_chart_point_bounds(last))
        key = "title.bounds";
    else if (limit_rule)
        key = "title.alert_level";
    else if (pic->alert != NULL && isfinite(factor))
        key = "title.alert";
    else if (pic->alert != NULL)
        key = "title.alert_value";
    else if (isfinite(factor))
        key = "title.baseline";
    (void)snprintf(f, sizeof f, "%.1f", factor);
    WDM_WORDS(w, out, key, {"site", wdm_words_site(w, pic->site)}, {"drug", wdm_words_drug(w, pic->drug)},
              {"factor", f}, {"weeks", wdm_figure_count(weeks, n)}, {"value", wdm_figure(last->estimate, v)},
              {"unit", wdm_figure_unit(w, pic->key.quantity)}, {"week", wdm_figure_week(pic->week, week)},
              {"low", wdm_figure(last->bound_low, low)}, {"high", wdm_figure(last->bound_high, high)},
              {"threshold", wdm_figure(pic->alert == NULL ? (double)NAN : pic->alert->threshold, t)});
}

static void put_subtitle(const wdm_alert_picture *pic, const wdm_series_point *points, size_t n, wdm_buf *out)
{
    const wdm_series_point *last = &points[n - 1];
    bool ribbon = false;
    const wdm_words *w = &pic->words;
    char range[WDM_FIGURE_TEXT];
    WDM_WORDS(w, out, "chart.subtitle", {"quantity", wdm_figure_quantity(w, pic->key.quantity)},
              {"unit", wdm_figure_unit(w, pic->key.quantity)});
    for (size_t i = 0; i < n; i++)
        ribbon = ribbon || (isfinite(points[i].estimate) && isfinite(points[i].lo95_random));
    if (ribbon)
        wdm_buf_printf(out, " %s", wdm_words_get(w, "chart.subtitle_ribbon"));
    if (isfinite(last->lo95) && isfinite(last->hi95) && isfinite(last->estimate)) {
        wdm_buf_puts(out, " ");
        WDM_WORDS(w, out, "chart.subtitle_total", {"range", wdm_figure_range(last->lo95, last->hi95, range)});
    }
}

void wdm_excretion_put(const wdm_words *words, wdm_buf *out, wdm_index drug, wdm_index biomarker, wdm_day day)
{
    const wdm_excretion *row = drug == WDM_NONE || biomarker == WDM_NONE
                                   ? NULL
                                   : wdm_config_excretion(words->config, drug, biomarker, day);
    char mode[WDM_FIGURE_TEXT], range[WDM_FIGURE_TEXT], u[WDM_FIGURE_TEXT];
    if (row == NULL || !isfinite(row->fraction.mode))
        return;
    (void)snprintf(u, sizeof u, "%.0f %%", 100.0 * row->fraction.u_rel);
    if (isfinite(row->fraction.u_rel)) {
        WDM_WORDS(words, out, "factor.u_rel", {"mode", wdm_figure(row->fraction.mode, mode)}, {"u", u});
    } else if (isfinite(row->fraction.low) && row->fraction.low < row->fraction.high) {
        WDM_WORDS(words, out, "factor.range", {"mode", wdm_figure(row->fraction.mode, mode)},
                  {"range", wdm_figure_range(row->fraction.low, row->fraction.high, range)});
    } else {
        WDM_WORDS(words, out, "factor.fixed", {"mode", wdm_figure(row->fraction.mode, mode)});
    }
}

static void put_part(wdm_buf *out, const char *text)
{
    if (text[0] == '\0')
        return;
    if (out->len > 0)
        wdm_buf_puts(out, " · ");
    wdm_clean_put(out, text);
}

static wdm_rc put_batches(wdm_store *store, const wdm_alert_picture *pic, wdm_arena *arena, wdm_buf *out,
                          wdm_err *err)
{
    wdm_batch_rows batches = {0};
    wdm_buf text = {0};
    char more[WDM_FIGURE_TEXT];
    wdm_rc rc = wdm_report_batches(store, pic->week, pic->key.site, arena, &batches, err);
    wdm_buf_init(&text, LINE_MAX_BYTES);
    if (rc == WDM_OK && batches.n == 1) {
        WDM_WORDS(&pic->words, &text, "footer.batch", {"batch", batches.rows[0].name});
    } else if (rc == WDM_OK && batches.n > 1) {
        WDM_WORDS(&pic->words, &text, "footer.batches", {"batch", batches.rows[batches.n - 1].name},
                  {"n", wdm_figure_count((long long)batches.n - 1, more)});
    }
    put_part(out, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    wdm_free(batches.rows);
    return rc;
}

static wdm_rc put_limits(wdm_store *store, const wdm_alert_picture *pic, const char *biomarker_id,
                         wdm_arena *arena, wdm_buf *out, wdm_err *err)
{
    wdm_limit_rows limits = {0};
    wdm_buf text = {0};
    wdm_rc rc = wdm_report_limits(store, pic->week, pic->key.site, arena, &limits, err);
    wdm_buf_init(&text, LINE_MAX_BYTES);
    for (size_t i = 0; rc == WDM_OK && i < limits.n; i++) {
        const wdm_limit_row *l = &limits.rows[i];
        char loq[WDM_FIGURE_TEXT];
        if (strcmp(l->analyte_id, biomarker_id) != 0 || !isfinite(l->loq_low))
            continue;
        WDM_WORDS(&pic->words, &text, "footer.loq", {"loq", wdm_figure_limits(l->loq_low, l->loq_high, loq)},
                  {"lab", l->labs});
    }
    put_part(out, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    wdm_free(limits.rows);
    return rc;
}

static void put_population(const wdm_alert_picture *pic, const wdm_series_point *last, wdm_buf *out)
{
    const wdm_population *p =
        wdm_config_population(pic->words.config, pic->site, wdm_week_monday(pic->week) + 3);
    const bool marker = (last->flags & WDM_FLAG_MARKER_POPULATION) != 0;
    const char *method = marker      ? pic->words.config->sites.rows[pic->site].population_policy
                         : p != NULL ? p->method
                                     : "";
    wdm_buf text = {0};
    char persons[WDM_FIGURE_TEXT];
    if (!isfinite(last->population))
        return;
    wdm_buf_init(&text, LINE_MAX_BYTES);
    WDM_WORDS(&pic->words, &text, "footer.population", {"n", wdm_figure_persons(last->population, persons)});
    if (method[0] != '\0')
        wdm_buf_printf(&text, " (%s)", method);
    put_part(out, wdm_buf_text(&text));
    wdm_buf_fini(&text);
}

static void put_excretion(const wdm_alert_picture *pic, wdm_index biomarker, wdm_buf *out)
{
    wdm_buf fraction = {0}, text = {0};
    if (pic->key.quantity == (int)WDM_Q_NORMALISED_LOAD)
        return;
    wdm_buf_init(&fraction, LINE_MAX_BYTES);
    wdm_buf_init(&text, LINE_MAX_BYTES);
    wdm_excretion_put(&pic->words, &fraction, pic->drug, biomarker, wdm_week_monday(pic->week) + 3);
    if (fraction.len > 0)
        WDM_WORDS(&pic->words, &text, "footer.excretion", {"fraction", wdm_buf_text(&fraction)});
    put_part(out, wdm_buf_text(&text));
    wdm_buf_fini(&fraction);
    wdm_buf_fini(&text);
}

static wdm_rc put_footer(wdm_store *store, const wdm_alert_picture *pic, const wdm_series_point *last,
                         wdm_arena *arena, wdm_buf *out, wdm_err *err)
{
    const wdm_words *w = &pic->words;
    const char *biomarker_id = "";
    wdm_index biomarker = WDM_NONE;
    wdm_buf text = {0};
    char n[WDM_FIGURE_TEXT], day[WDM_DATE_TEXT];
    wdm_rc rc = put_batches(store, pic, arena, out, err);
    if (rc != WDM_OK)
        return rc;
    wdm_buf_init(&text, LINE_MAX_BYTES);
    if (last->present)
        WDM_WORDS(w, &text, "footer.days", {"n", wdm_figure_count(last->n_days, n)});
    put_part(out, wdm_buf_text(&text));
    rc = wdm_report_biomarker(store, pic->key.biomarker, arena, &biomarker_id, err);
    biomarker = wdm_config_analyte(w->config, biomarker_id);
    put_excretion(pic, biomarker, out);
    put_population(pic, last, out);
    if (rc == WDM_OK)
        rc = put_limits(store, pic, biomarker_id, arena, out, err);
    wdm_buf_clear(&text);
    if (pic->alert != NULL)
        WDM_WORDS(w, &text, "footer.rule", {"rule", pic->alert->rule_id});
    put_part(out, wdm_buf_text(&text));
    put_part(out, w->config->factor_set);
    wdm_buf_clear(&text);
    WDM_WORDS(w, &text, "footer.version", {"version", wdm_version()},
              {"as_of", wdm_day_format(pic->as_of, day)});
    put_part(out, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    return rc;
}

static const char *region_of(const wdm_alert_picture *picture)
{
    const wdm_config *c = picture->words.config;
    return picture->site < c->sites.n ? c->sites.rows[picture->site].region_id : "";
}

wdm_rc wdm_alert_picture_script(wdm_store *store, const wdm_alert_picture *picture, wdm_buf *script,
                                wdm_buf *title, wdm_err *err)
{
    const size_t n = (size_t)(picture->weeks < 1           ? 1
                              : picture->weeks > WEEKS_MAX ? WEEKS_MAX
                                                           : picture->weeks);
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_buf head = {0}, sub = {0}, foot = {0};
    wdm_series_point *points = wdm_arena_alloc(&arena, n, sizeof *points);
    wdm_rc rc = WDM_OK;
    if (points == NULL)
        return wdm_err_nomem(err);
    wdm_buf_init(&head, LINE_MAX_BYTES);
    wdm_buf_init(&sub, LINE_MAX_BYTES);
    wdm_buf_init(&foot, FOOT_MAX_BYTES);
    rc = wdm_report_series(store, &picture->key, picture->week - (int32_t)n + 1, n, &arena, points, err);
    if (rc == WDM_OK) {
        put_title(picture, &points[n - 1], &head);
        put_subtitle(picture, points, n, &sub);
        rc = put_footer(store, picture, &points[n - 1], &arena, &foot, err);
    }
    if (rc == WDM_OK) {
        const bool limit_rule = picture->alert != NULL && strcmp(picture->alert->family, "level") == 0;
        const wdm_alert_chart chart = {.words = &picture->words,
                                       .title = wdm_buf_text(&head),
                                       .subtitle = wdm_buf_text(&sub),
                                       .footer = wdm_buf_text(&foot),
                                       .points = points,
                                       .n = n,
                                       .region_id = region_of(picture),
                                       .limit_line = limit_rule ? picture->alert->threshold : (double)NAN};
        rc = wdm_alert_chart_script(&chart, script, err);
    }
    if (rc == WDM_OK && title != NULL)
        wdm_buf_puts(title, wdm_buf_text(&head));
    wdm_buf_fini(&head);
    wdm_buf_fini(&sub);
    wdm_buf_fini(&foot);
    wdm_arena_fini(&arena);
    return rc;
}

void wdm_alert_picture_name(const wdm_alert_picture *picture, wdm_buf *name)
{
    const wdm_config *c = picture->words.config;
    char week[WDM_DATE_TEXT];
    wdm_buf_puts(name, wdm_figure_week(picture->week, week));
    wdm_buf_puts(name, "_");
    wdm_picture_name_put(name, picture->site < c->sites.n ? c->sites.rows[picture->site].site_id : "site");
    wdm_buf_puts(name, "_");
    wdm_picture_name_put(name, picture->drug < c->drugs.n ? c->drugs.rows[picture->drug].drug_id : "drug");
    wdm_buf_puts(name, "_");
    wdm_picture_name_put(name, wdm_quantity_name((wdm_quantity)picture->key.quantity));
    if (picture->alert != NULL)
        wdm_buf_printf(name, "_%lld", (long long)picture->alert->alert_id);
}
