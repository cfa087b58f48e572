// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/site_estimate.h"

#include <math.h>

#include "base/mem.h"

// One series x drug x quantity in hand.
typedef struct quantity_run {
    const wdm_site_series *site;
    const wdm_day_series *series;
    const wdm_estimate_options *options;
    const wdm_estimate_sink *sink;
    wdm_index drug;
    wdm_quantity quantity;
    const wdm_excretion *excretion; // the estimator was made for these
    double u_population;
    bool published;
    bool ready;
    bool available; // the factor has what the quantity needs
    int64_t flags;
    wdm_estimator estimator;
} quantity_run;

static const char *site_id(const quantity_run *run)
{
    return run->site->config->sites.rows[run->site->site].site_id;
}

// Makes the estimator for the factors that hold at that point, unless they are those of the point before.
static wdm_rc prepare(quantity_run *run, const wdm_point *point, wdm_err *err)
{
    const wdm_config *config = run->site->config;
    const wdm_index biomarker = run->series->biomarker;
    const wdm_day day = point->value.day;
    const wdm_excretion *e =
        run->drug == WDM_NONE ? NULL : wdm_config_excretion(config, run->drug, biomarker, day);
    wdm_factor factor = {0};
    wdm_shared_u shared = {config->sites.rows[run->site->site].flow_bias_u_rel, point->u_population};
    wdm_rc rc = WDM_OK;
    if (run->ready && e == run->excretion && point->u_population == run->u_population &&
        point->published == run->published)
        return WDM_OK;
    run->ready = true;
    run->excretion = e;
    run->u_population = point->u_population;
    run->published = point->published;
    rc = wdm_series_factor(config, run->site->site, run->drug, biomarker, day, point->published, &factor,
                           &run->flags, err);
    if (run->quantity == WDM_Q_NORMALISED_LOAD)
        run->flags = 0; // no factor enters
    run->available = rc == WDM_OK && wdm_factor_has(&factor, run->quantity);
    if (rc == WDM_OK && run->available)
        rc = wdm_estimator_init(&run->estimator, run->quantity, &factor, &shared, err);
    run->estimator.mc = run->options->mc;
    return rc;
}

static int worst_state(const wdm_point *points, size_t n)
{
    int state = WDM_STATE_NOT_DETECTED;
    for (size_t i = 0; i < n; i++) {
        if (points[i].value.state < state)
            state = points[i].value.state;
    }
    return state;
}

static wdm_rc emit(const quantity_run *run, wdm_estimate_row *row, const wdm_estimate *e, wdm_err *err)
{
    row->place_kind = WDM_PLACE_SITE;
    row->place = run->site->site;
    row->drug = run->drug;
    row->biomarker = run->series->biomarker;
    row->quantity = run->quantity;
    row->value = e;
    row->flags |= (int64_t)e->flags;
    row->coverage = (double)NAN;
    return run->sink->estimate(run->sink->user, row, err);
}

// A day with one sample, or with several that are averaged.
static wdm_rc estimate_day(quantity_run *run, const wdm_point *points, size_t n, wdm_err *err)
{
    wdm_day_value values[WDM_PERIOD_DAYS_MAX];
    wdm_week_options options = wdm_week_options_default();
    wdm_estimate e = {0};
    wdm_estimate_row row = {.scale = WDM_SCALE_DAY,
                            .first = points[0].value.day,
                            .state = worst_state(points, n),
                            .flags = run->flags,
                            .population = points[0].population};
    wdm_rc rc = WDM_OK;
    if (n > WDM_PERIOD_DAYS_MAX)
        return wdm_err_set(err, WDM_E_DATA, "site %s has %zu samples on one day", site_id(run), n);
    for (size_t i = 0; i < n; i++) {
        values[i] = points[i].value;
        row.flags |= points[i].flags;
    }
    if (n == 1) {
        wdm_estimate_day(&run->estimator, values, &e);
    } else {
        options.period_days = 1;
        options.expected_days = 1;
        options.censoring = run->options->censoring;
        rc = wdm_estimate_week(&run->estimator, values, n, &options, &e, err);
    }
    if (isnan(e.estimate) && row.state == WDM_STATE_MEASURED)
        row.state = WDM_STATE_BELOW_LOQ; // some of the day's samples are below their limit: no single level
    return rc == WDM_OK ? emit(run, &row, &e, err) : rc;
}

static wdm_rc estimate_week(quantity_run *run, const wdm_point *points, size_t n, wdm_err *err)
{
    const wdm_config *config = run->site->config;
    const int32_t week = wdm_week_index(points[0].value.day);
    wdm_day_value values[WDM_PERIOD_DAYS_MAX];
    wdm_week_options options = wdm_week_options_default();
    wdm_estimate e = {0};
    wdm_buf days = {0};
    wdm_day last = WDM_DAY_NONE;
    wdm_estimate_row row = {.scale = WDM_SCALE_WEEK,
                            .first = wdm_week_monday(week),
                            .flags = run->flags | wdm_series_flags_without_level(run->series, week),
                            .population = points[0].population};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&days, 4096);
    if (n > WDM_PERIOD_DAYS_MAX)
        return wdm_err_set(err, WDM_E_DATA, "site %s has %zu samples in one week", site_id(run), n);
    for (size_t i = 0; i < n; i++) {
        char text[WDM_DATE_TEXT];
        values[i] = points[i].value;
        row.flags |= points[i].flags;
        if (values[i].day != last)
            wdm_buf_printf(&days, "%s%s", days.len == 0 ? "" : " ", wdm_day_format(values[i].day, text));
        last = values[i].day;
    }
    options.censoring = run->options->censoring;
    options.expected_days = config->sites.rows[run->site->site].expected_days;
    options.within_week_cv = config->analytes.rows[run->series->biomarker].within_week_cv;
    rc = wdm_estimate_week(&run->estimator, values, n, &options, &e, err);
    if (rc == WDM_OK)
        rc = wdm_buf_check(&days, err);
    row.days = wdm_buf_text(&days);
    if (rc == WDM_OK)
        rc = emit(run, &row, &e, err);
    wdm_buf_fini(&days);
    return rc;
}

// Number of points from `at` on that share the value of key().
static size_t group_length(const wdm_day_series *series, size_t at, int32_t (*key)(wdm_day))
{
    size_t n = 1;
    while (at + n < series->n && key(series->points[at + n].value.day) == key(series->points[at].value.day))
        n++;
    return n;
}

static int32_t same_day(wdm_day day)
{
    return day;
}

static wdm_rc estimate_quantity(quantity_run *run, wdm_err *err)
{
    const wdm_day_series *series = run->series;
    wdm_rc rc = WDM_OK;
    for (size_t at = 0, n = 0; at < series->n && rc == WDM_OK; at += n) {
        n = group_length(series, at, same_day);
        rc = prepare(run, &series->points[at], err);
        if (rc == WDM_OK && run->available)
            rc = estimate_day(run, &series->points[at], n, err);
    }
    for (size_t at = 0, n = 0; at < series->n && rc == WDM_OK; at += n) {
        n = group_length(series, at, wdm_week_index);
        rc = prepare(run, &series->points[at], err);
        if (rc == WDM_OK && run->available)
            rc = estimate_week(run, &series->points[at], n, err);
    }
    return rc;
}

// All quantities of one series under one drug; run has series, drug and where the rows go.
static wdm_rc estimate_drug(quantity_run *run, bool is_primary, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (int q = WDM_Q_NORMALISED_LOAD; q <= WDM_Q_PREVALENCE && rc == WDM_OK; q++) {
        if (q == WDM_Q_NORMALISED_LOAD && !is_primary)
            continue; // one row per biomarker, under its primary drug
        run->quantity = (wdm_quantity)q;
        run->ready = false;
        rc = estimate_quantity(run, err);
    }
    return rc;
}

static bool has_excretion(const wdm_config *config, wdm_index drug, wdm_index biomarker)
{
    for (size_t i = 0; i < config->excretion.n; i++) {
        if (config->excretion.rows[i].drug == drug && config->excretion.rows[i].biomarker == biomarker)
            return true;
    }
    return false;
}

wdm_rc wdm_site_estimate(const wdm_site_series *site, const wdm_estimate_options *options,
                         const wdm_estimate_sink *sink, wdm_err *err)
{
    const wdm_config *config = site->config;
    wdm_rc rc = WDM_OK;
    quantity_run *run = wdm_alloc(1, sizeof *run); // an estimator is too large for a stack
    if (run == NULL)
        return wdm_err_nomem(err);
    run->site = site;
    run->options = options;
    run->sink = sink;
    for (size_t i = 0; i < site->n && rc == WDM_OK; i++) {
        const wdm_index primary = wdm_config_primary_drug(config, site->rows[i].biomarker);
        run->series = &site->rows[i];
        run->drug = primary;
        rc = estimate_drug(run, true, err);
        for (size_t d = 0; d < config->drugs.n && rc == WDM_OK; d++) {
            run->drug = d;
            if (d != primary && has_excretion(config, d, run->series->biomarker))
                rc = estimate_drug(run, false, err);
        }
    }
    wdm_free(run);
    return rc;
}
