// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/site_estimate.h"

#include "base/mem.h"
#include "model/combined.h"
#include "model/periods.h"
#include "model/ratios.h"
#include "model/site_value.h"

// One site in hand.
typedef struct site_run {
    wdm_site_value value;
    const wdm_estimate_sink *sink;
    wdm_day *days; // of the series in hand, each once
    size_t n_days, cap;
} site_run;

static wdm_rc list_days(site_run *run, const wdm_day_series *series, wdm_err *err)
{
    run->n_days = 0;
    if (wdm_grow(&run->days, &run->cap, series->n, sizeof *run->days, err) != WDM_OK)
        return WDM_E_NOMEM;
    for (size_t i = 0; i < series->n; i++) {
        if (i == 0 || series->points[i].value.day != run->days[run->n_days - 1])
            run->days[run->n_days++] = series->points[i].value.day;
    }
    return WDM_OK;
}

static wdm_rc estimate_period(site_run *run, const wdm_named_period *period, wdm_err *err)
{
    wdm_site_value *v = &run->value;
    size_t n = 0;
    const wdm_point *points =
        wdm_series_span(v->series, v->quantity, period->period.first, period->period.last, &n);
    wdm_estimate e = {0};
    wdm_estimate_row row = {0};
    wdm_rc rc = wdm_site_value_prepare(v, points, n, err);
    if (rc != WDM_OK || !v->available)
        return rc;
    if (period->period.scale == WDM_SCALE_DAY)
        rc = wdm_site_value_day(v, points, n, &e, &row, err);
    else
        rc = wdm_site_value_period(v, points, n, &period->period, &e, &row, err);
    row.name = period->name;
    return rc == WDM_OK ? run->sink->estimate(run->sink->user, &row, err) : rc;
}

// All quantities of one series under one drug.
static wdm_rc estimate_drug(site_run *run, const wdm_day_series *series, wdm_index drug, bool is_primary,
                            wdm_err *err)
{
    const wdm_config *config = run->value.site->config;
    const char *region_id = config->sites.rows[run->value.site->site].region_id;
    wdm_rc rc = WDM_OK;
    for (int q = WDM_Q_NORMALISED_LOAD; q <= WDM_Q_PREVALENCE && rc == WDM_OK; q++) {
        wdm_period_walk walk =
            wdm_periods_of(config, region_id, run->days, run->n_days, run->value.options->scope);
        wdm_named_period period = {0};
        if (q == WDM_Q_NORMALISED_LOAD && !is_primary)
            continue; // one row per biomarker, under its primary drug
        wdm_site_value_select(&run->value, series, drug, (wdm_quantity)q);
        while (rc == WDM_OK && wdm_periods_next(&walk, &period))
            rc = estimate_period(run, &period, err);
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

static wdm_rc estimate_series(site_run *run, const wdm_day_series *series, wdm_err *err)
{
    const wdm_config *config = run->value.site->config;
    const wdm_index primary = wdm_config_primary_drug(config, series->biomarker);
    wdm_rc rc = list_days(run, series, err);
    if (rc == WDM_OK)
        rc = estimate_drug(run, series, primary, true, err);
    for (size_t d = 0; d < config->drugs.n && rc == WDM_OK; d++) {
        if (d != primary && has_excretion(config, d, series->biomarker))
            rc = estimate_drug(run, series, d, false, err);
    }
    return rc;
}

wdm_rc wdm_site_estimate(const wdm_site_series *site, const wdm_estimate_options *options,
                         const wdm_estimate_sink *sink, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    site_run *run = wdm_alloc(1, sizeof *run); // an estimator is too large for a stack
    if (run == NULL)
        return wdm_err_nomem(err);
    wdm_site_value_init(&run->value, site, options);
    run->sink = sink;
    for (size_t i = 0; i < site->n && rc == WDM_OK; i++)
        rc = estimate_series(run, &site->rows[i], err);
    if (rc == WDM_OK)
        rc = wdm_site_combined(site, options, sink, err);
    if (rc == WDM_OK)
        rc = wdm_site_population_emit(&site->population, sink, err);
    if (rc == WDM_OK)
        rc = wdm_site_ratios(site, sink, err);
    wdm_site_value_fini(&run->value);
    wdm_free(run->days);
    wdm_free(run);
    return rc;
}
