// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/combined.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "model/periods.h"
#include "model/site_value.h"

// One of the biomarkers of the drug in hand.
typedef struct side {
    wdm_site_value value;
    const wdm_point *own; // its points of the period
    size_t n_own;
    int n_own_days;
    bool in;           // takes part in the period
    wdm_point *common; // its points of the days in common
    size_t n_common, cap;
    wdm_estimate_row row;
    double *draws; // Monte Carlo: of the total, then of the random; NULL: analytic
} side;

typedef struct combination {
    const wdm_site_series *site;
    const wdm_estimate_sink *sink;
    wdm_index drug;
    side *sides; // the drug's biomarkers that may be combined and that the site has
    size_t n;
    wdm_day *days; // in common, of the period; of the site where at least two have one
    size_t n_days, cap;
    int n_left_out; // further days in common that are left out as disposal
} combination;

static void close_drug(combination *c)
{
    for (size_t k = 0; k < c->n; k++) {
        wdm_site_value_fini(&c->sides[k].value);
        wdm_free(c->sides[k].common);
        wdm_free(c->sides[k].draws);
    }
    wdm_free(c->sides);
    wdm_free(c->days);
    memset(c, 0, sizeof *c);
}

static bool may_combine(const wdm_config *config, wdm_index drug, wdm_index biomarker)
{
    for (size_t i = 0; i < config->excretion.n; i++) {
        const wdm_excretion *e = &config->excretion.rows[i];
        if (e->drug == drug && e->biomarker == biomarker && e->combine)
            return true;
    }
    return false;
}

static wdm_rc open_drug(combination *c, const wdm_site_series *site, wdm_index drug,
                        const wdm_estimate_options *options, wdm_err *err)
{
    memset(c, 0, sizeof *c);
    c->site = site;
    c->drug = drug;
    c->sides = wdm_alloc(WDM_COMBINE_PARTS_MAX, sizeof *c->sides);
    if (c->sides == NULL)
        return wdm_err_nomem(err);
    memset(c->sides, 0, WDM_COMBINE_PARTS_MAX * sizeof *c->sides);
    for (wdm_index b = 0; b < site->config->analytes.n && c->n < WDM_COMBINE_PARTS_MAX; b++) {
        const wdm_day_series *series = wdm_site_series_of(site, b);
        if (series == NULL || series->n == 0 || !may_combine(site->config, drug, b))
            continue;
        wdm_site_value_init(&c->sides[c->n].value, site, options);
        c->sides[c->n].value.series = series;
        c->n++;
    }
    for (size_t k = 0; k < c->n && c->n >= 2 && options->mc != NULL; k++) {
        c->sides[k].draws = wdm_alloc(2 * wdm_mc_draws(options->mc), sizeof *c->sides[k].draws);
        if (c->sides[k].draws == NULL)
            return wdm_err_nomem(err);
    }
    return WDM_OK;
}

static void select_quantity(combination *c, wdm_quantity quantity)
{
    for (size_t k = 0; k < c->n; k++)
        wdm_site_value_select(&c->sides[k].value, c->sides[k].value.series, c->drug, quantity);
}

// ---- one period

static int distinct_days(const wdm_point *points, size_t n)
{
    int days = 0;
    for (size_t i = 0; i < n; i++)
        days += i == 0 || points[i].value.day != points[i - 1].value.day;
    return days;
}

// Which biomarkers take part: enough days, and a row valid on the first of them that says so. Returns how
// many.
static size_t choose_sides(combination *c, const wdm_period *period)
{
    int most = 0;
    size_t n = 0;
    for (size_t k = 0; k < c->n; k++) {
        side *s = &c->sides[k];
        const wdm_day_series *series = s->value.series;
        const wdm_excretion *e = NULL;
        s->own = wdm_series_span(series, s->value.quantity, period->first, period->last, &s->n_own);
        s->n_own_days = distinct_days(s->own, s->n_own);
        if (s->n_own > 0)
            e = wdm_config_excretion(c->site->config, c->drug, series->biomarker, s->own[0].value.day);
        s->in = e != NULL && e->combine;
        if (s->in && s->n_own_days > most)
            most = s->n_own_days;
    }
    for (size_t k = 0; k < c->n; k++) {
        c->sides[k].in = c->sides[k].in && 2 * c->sides[k].n_own_days >= most;
        n += c->sides[k].in;
    }
    return n;
}

typedef enum day_state { DAY_MISSING, DAY_LEFT_OUT, DAY_ENTERS } day_state;

// Whether the biomarker has the day, and whether one of its samples of that day enters the mean.
static day_state state_of(const side *s, bool one_day, wdm_day day, size_t *at)
{
    day_state state = DAY_MISSING;
    while (*at < s->n_own && s->own[*at].value.day < day)
        (*at)++;
    for (size_t i = *at; i < s->n_own && s->own[i].value.day == day && state != DAY_ENTERS; i++)
        state = one_day || wdm_flags_enter(s->own[i].flags, s->value.quantity, s->value.options)
                    ? DAY_ENTERS
                    : DAY_LEFT_OUT;
    return state;
}

// The days that all biomarkers that take part have, and that none of them leaves out (disposal).
static wdm_rc find_common(combination *c, bool one_day, wdm_err *err)
{
    size_t at[WDM_COMBINE_PARTS_MAX] = {0};
    const side *first = c->sides;
    while (!first->in)
        first++;
    c->n_days = 0;
    c->n_left_out = 0;
    if (wdm_grow(&c->days, &c->cap, first->n_own, sizeof *c->days, err) != WDM_OK)
        return WDM_E_NOMEM;
    for (size_t i = 0; i < first->n_own; i++) {
        const wdm_day day = first->own[i].value.day;
        day_state worst = DAY_ENTERS;
        if (i > 0 && day == first->own[i - 1].value.day)
            continue;
        for (size_t k = 0; k < c->n; k++) {
            const day_state state =
                c->sides[k].in ? state_of(&c->sides[k], one_day, day, &at[k]) : DAY_ENTERS;
            worst = state < worst ? state : worst;
        }
        c->n_left_out += worst == DAY_LEFT_OUT;
        if (worst == DAY_ENTERS)
            c->days[c->n_days++] = day;
    }
    return WDM_OK;
}

static wdm_rc take_common(combination *c, side *s, wdm_err *err)
{
    size_t at = 0;
    s->n_common = 0;
    if (wdm_grow(&s->common, &s->cap, s->n_own, sizeof *s->common, err) != WDM_OK)
        return WDM_E_NOMEM;
    for (size_t i = 0; i < s->n_own; i++) {
        while (at < c->n_days && c->days[at] < s->own[i].value.day)
            at++;
        if (at < c->n_days && c->days[at] == s->own[i].value.day)
            s->common[s->n_common++] = s->own[i];
    }
    return WDM_OK;
}

// The biomarker's value over the days in common; e->estimate stays NaN where it has none.
static wdm_rc value_of(combination *c, side *s, const wdm_period *period, wdm_estimate *e, wdm_err *err)
{
    wdm_rc rc = take_common(c, s, err);
    e->estimate = (double)NAN;
    if (rc == WDM_OK)
        rc = wdm_site_value_prepare(&s->value, s->common, s->n_common, err);
    if (rc != WDM_OK || !s->value.available)
        return rc;
    if (s->draws != NULL)
        s->value.estimator.capture =
            (wdm_mc_capture){s->draws, s->draws + wdm_mc_draws(s->value.estimator.mc)};
    return period->scale == WDM_SCALE_DAY
               ? wdm_site_value_day(&s->value, s->common, s->n_common, e, &s->row, err)
               : wdm_site_value_period(&s->value, s->common, s->n_common, period, e, &s->row, err);
}

// out->n below 2: no combined value. row: that of the sink, but for its name.
static wdm_rc combine_period(combination *c, const wdm_period *period, wdm_site_combination *out,
                             wdm_estimate_row *row, wdm_err *err)
{
    wdm_combine_part parts[WDM_COMBINE_PARTS_MAX];
    wdm_rc rc = WDM_OK;
    out->n = 0;
    if (choose_sides(c, period) < 2)
        return WDM_OK;
    rc = find_common(c, period->scale == WDM_SCALE_DAY, err);
    out->n_days = (int)c->n_days;
    for (size_t k = 0; k < c->n && rc == WDM_OK && c->n_days > 0; k++) {
        side *s = &c->sides[k];
        if (!s->in)
            continue;
        rc = value_of(c, s, period, &out->value[out->n], err);
        if (rc != WDM_OK || !(out->value[out->n].estimate > 0.0))
            continue;
        if (out->n == 0)
            *row = s->row;
        row->flags |= s->row.flags;
        parts[out->n] =
            (wdm_combine_part){&out->value[out->n], &s->value.estimator, &s->value.factor.excretion, s->draws,
                               s->draws == NULL ? NULL : s->value.estimator.capture.random};
        out->biomarker[out->n] = s->value.series->biomarker;
        out->n_own_days[out->n] = s->n_own_days;
        out->n++;
    }
    if (rc != WDM_OK || out->n < 2)
        return rc;
    rc = wdm_combine(parts, out->n, &out->combined, err);
    row->biomarker = WDM_NONE;
    row->value = &out->combined.value;
    row->state = WDM_STATE_MEASURED;
    row->n_left_out = c->n_left_out;
    row->flags |= c->n_left_out > 0 ? WDM_FLAG_DISPOSAL : 0;
    row->flags |= (int64_t)out->combined.value.flags;
    return rc;
}

wdm_rc wdm_site_combine(const wdm_site_series *site, wdm_index drug, wdm_quantity quantity,
                        const wdm_period *period, const wdm_estimate_options *options,
                        wdm_site_combination *out, wdm_err *err)
{
    combination c;
    wdm_estimate_row row = {0};
    memset(out, 0, sizeof *out);
    wdm_rc rc = open_drug(&c, site, drug, options, err);
    if (rc == WDM_OK && c.n >= 2) {
        select_quantity(&c, quantity);
        rc = combine_period(&c, period, out, &row, err);
    }
    close_drug(&c);
    return rc;
}

// ---- all periods

static int by_value(const void *a, const void *b)
{
    const wdm_day x = *(const wdm_day *)a;
    const wdm_day y = *(const wdm_day *)b;
    return (x > y) - (x < y);
}

// The days of the site on which at least two of the biomarkers have a value; *days is the caller's to free.
static wdm_rc shared_days(const combination *c, wdm_day **days, size_t *n, wdm_err *err)
{
    size_t room = 0;
    size_t kept = 0;
    *n = 0;
    for (size_t k = 0; k < c->n; k++)
        room += c->sides[k].value.series->n;
    *days = wdm_alloc(room, sizeof **days);
    if (*days == NULL)
        return wdm_err_nomem(err);
    for (size_t k = 0; k < c->n; k++) {
        const wdm_day_series *series = c->sides[k].value.series;
        for (size_t i = 0; i < series->n; i++) {
            if (i == 0 || series->points[i].value.day != series->points[i - 1].value.day)
                (*days)[(*n)++] = series->points[i].value.day;
        }
    }
    qsort(*days, *n, sizeof **days, by_value);
    for (size_t i = 1; i < *n; i++) {
        if ((*days)[i] == (*days)[i - 1] && (kept == 0 || (*days)[kept - 1] != (*days)[i]))
            (*days)[kept++] = (*days)[i];
    }
    *n = kept;
    return WDM_OK;
}

static wdm_rc combine_drug(combination *c, wdm_err *err)
{
    const wdm_config *config = c->site->config;
    wdm_site_combination *out = wdm_alloc(1, sizeof *out);
    wdm_day *days = NULL;
    size_t n_days = 0;
    if (out == NULL)
        return wdm_err_nomem(err);
    wdm_rc rc = shared_days(c, &days, &n_days, err);
    for (int q = WDM_Q_CONSUMPTION; q <= WDM_Q_PREVALENCE && rc == WDM_OK; q++) {
        wdm_period_walk walk = wdm_periods_of(config, config->sites.rows[c->site->site].region_id, days,
                                              n_days, c->sides[0].value.options->scope);
        wdm_named_period period = {0};
        select_quantity(c, (wdm_quantity)q);
        while (rc == WDM_OK && wdm_periods_next(&walk, &period)) {
            wdm_estimate_row row = {0};
            rc = combine_period(c, &period.period, out, &row, err);
            row.name = period.name;
            if (rc == WDM_OK && out->n >= 2)
                rc = c->sink->estimate(c->sink->user, &row, err);
        }
    }
    wdm_free(days);
    wdm_free(out);
    return rc;
}

wdm_rc wdm_site_combined(const wdm_site_series *site, const wdm_estimate_options *options,
                         const wdm_estimate_sink *sink, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (wdm_index drug = 0; drug < site->config->drugs.n && rc == WDM_OK; drug++) {
        combination c;
        rc = open_drug(&c, site, drug, options, err);
        c.sink = sink;
        if (rc == WDM_OK && c.n >= 2)
            rc = combine_drug(&c, err);
        close_drug(&c);
    }
    return rc;
}
