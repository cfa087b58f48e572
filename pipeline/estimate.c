// SPDX-License-Identifier: GPL-3.0-or-later
// wdm estimate: loads, consumption, doses and prevalence by day and week, and per region.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "estimate_region.h"
#include "io/number.h"
#include "series.h"
#include "store/batch_store.h"

typedef struct estimation {
    const wdm_cli *cli;
    wdm_session *session;
    wdm_cens_method censoring;
    int64_t n_out;
    int64_t n_waiting, n_ambiguous; // results whose file names no site, and that no field row places
} estimation;

// One series x drug x quantity in hand.
typedef struct quantity_run {
    estimation *est;
    const wdm_series *series;
    wdm_series_id id;
    wdm_index drug;
    const wdm_excretion *excretion; // the estimator was made for these
    double u_population;
    bool published;
    bool ready;
    bool available; // the factor has what the quantity needs
    int64_t flags;
    wdm_estimator estimator;
} quantity_run;

// Makes the estimator for the factors that hold at that point, unless they are those of the point before.
static wdm_rc prepare(quantity_run *run, const wdm_point *point, wdm_err *err)
{
    const wdm_config *config = &run->est->session->config;
    const wdm_index site = run->series->site;
    const wdm_index biomarker = run->series->biomarker;
    const wdm_day day = point->value.day;
    const wdm_excretion *e =
        run->drug == WDM_NONE ? NULL : wdm_config_excretion(config, run->drug, biomarker, day);
    wdm_factor factor = {0};
    wdm_shared_u shared = {config->sites.rows[site].flow_bias_u_rel, point->u_population};
    wdm_rc rc = WDM_OK;
    if (run->ready && e == run->excretion && point->u_population == run->u_population &&
        point->published == run->published)
        return WDM_OK;
    run->ready = true;
    run->excretion = e;
    run->u_population = point->u_population;
    run->published = point->published;
    rc = wdm_series_factor(config, site, run->drug, biomarker, day, point->published, &factor, &run->flags,
                           err);
    if (run->id.quantity == WDM_Q_NORMALISED_LOAD)
        run->flags = 0; // no factor enters
    run->available = rc == WDM_OK && wdm_factor_has(&factor, run->id.quantity);
    return rc == WDM_OK && run->available
               ? wdm_estimator_init(&run->estimator, run->id.quantity, &factor, &shared, err)
               : rc;
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

// A day with one sample, or with several that are averaged.
static wdm_rc estimate_day(quantity_run *run, const wdm_point *points, size_t n, wdm_err *err)
{
    wdm_day_value values[WDM_PERIOD_DAYS_MAX];
    wdm_week_options options = wdm_week_options_default();
    wdm_estimate e = {0};
    int64_t flags = run->flags;
    int state = worst_state(points, n);
    wdm_rc rc = WDM_OK;
    if (n > WDM_PERIOD_DAYS_MAX)
        return wdm_err_set(err, WDM_E_DATA, "site %s has %zu samples on one day", run->id.site_id, n);
    for (size_t i = 0; i < n; i++) {
        values[i] = points[i].value;
        flags |= points[i].flags;
    }
    if (n == 1) {
        wdm_estimate_day(&run->estimator, values, &e);
    } else {
        options.period_days = 1;
        options.expected_days = 1;
        options.censoring = run->est->censoring;
        rc = wdm_estimate_week(&run->estimator, values, n, &options, &e, err);
    }
    run->est->n_out++;
    if (isnan(e.estimate) && state == WDM_STATE_MEASURED)
        state = WDM_STATE_BELOW_LOQ; // some of the day's samples are below their limit: no single level
    if (rc == WDM_OK)
        rc = wdm_store_put_daily(run->est->session->store, &run->id, points[0].value.day, &e, state,
                                 flags | (int64_t)e.flags, err);
    return rc;
}

static wdm_rc estimate_week(quantity_run *run, const wdm_point *points, size_t n, wdm_err *err)
{
    const wdm_config *config = &run->est->session->config;
    const wdm_site *site = &config->sites.rows[run->series->site];
    wdm_day_value values[WDM_PERIOD_DAYS_MAX];
    wdm_week_options options = wdm_week_options_default();
    wdm_estimate e = {0};
    wdm_buf days = {0};
    int64_t flags = run->flags;
    wdm_day last = WDM_DAY_NONE;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&days, 4096);
    if (n > WDM_PERIOD_DAYS_MAX)
        return wdm_err_set(err, WDM_E_DATA, "site %s has %zu samples in one week", run->id.site_id, n);
    for (size_t i = 0; i < n; i++) {
        char text[WDM_DATE_TEXT];
        values[i] = points[i].value;
        flags |= points[i].flags;
        if (values[i].day != last)
            wdm_buf_printf(&days, "%s%s", days.len == 0 ? "" : " ", wdm_day_format(values[i].day, text));
        last = values[i].day;
    }
    flags |= wdm_series_flags_without_level(run->series, wdm_week_index(points[0].value.day));
    options.censoring = run->est->censoring;
    options.expected_days = site->expected_days;
    options.within_week_cv = config->analytes.rows[run->series->biomarker].within_week_cv;
    rc = wdm_estimate_week(&run->estimator, values, n, &options, &e, err);
    run->est->n_out++;
    if (rc == WDM_OK)
        rc = wdm_buf_check(&days, err);
    if (rc == WDM_OK)
        rc = wdm_store_put_weekly(run->est->session->store, &run->id, wdm_week_index(points[0].value.day), &e,
                                  wdm_buf_text(&days), points[0].population, flags | (int64_t)e.flags, err);
    wdm_buf_fini(&days);
    return rc;
}

// Number of points from `at` on that share the value of key().
static size_t group_length(const wdm_series *series, size_t at, int32_t (*key)(wdm_day))
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
    const wdm_series *series = run->series;
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

static wdm_rc estimate_drug(estimation *est, const wdm_series *series, wdm_index drug, bool is_primary,
                            wdm_err *err)
{
    const wdm_config *config = &est->session->config;
    wdm_rc rc = WDM_OK;
    for (int q = WDM_Q_NORMALISED_LOAD; q <= WDM_Q_PREVALENCE && rc == WDM_OK; q++) {
        quantity_run *run = NULL;
        if (q == WDM_Q_NORMALISED_LOAD && !is_primary)
            continue; // one row per biomarker, under its primary drug
        run = wdm_alloc(1, sizeof *run);
        if (run == NULL)
            return wdm_err_nomem(err);
        run->est = est;
        run->series = series;
        run->drug = drug;
        run->id = (wdm_series_id){config->sites.rows[series->site].site_id,
                                  drug == WDM_NONE ? "" : config->drugs.rows[drug].drug_id,
                                  config->analytes.rows[series->biomarker].analyte_id, config->factor_set,
                                  (wdm_quantity)q};
        rc = estimate_quantity(run, err);
        wdm_free(run);
    }
    return rc;
}

static wdm_rc estimate_series(estimation *est, const wdm_series *series, wdm_err *err)
{
    const wdm_config *config = &est->session->config;
    const wdm_index primary = wdm_config_primary_drug(config, series->biomarker);
    wdm_rc rc = estimate_drug(est, series, primary, true, err);
    for (size_t d = 0; d < config->drugs.n && rc == WDM_OK; d++) {
        bool has_row = false;
        for (size_t i = 0; i < config->excretion.n && !has_row; i++)
            has_row = config->excretion.rows[i].drug == d &&
                      config->excretion.rows[i].biomarker == series->biomarker;
        if (has_row && d != primary)
            rc = estimate_drug(est, series, d, false, err);
    }
    return rc;
}

static void say_summary(const estimation *est, const wdm_series_list *list)
{
    const wdm_cli *cli = est->cli;
    char date[WDM_DATE_TEXT];
    size_t n_series = 0; // with at least one level
    for (size_t i = 0; i < list->n; i++)
        n_series += list->rows[i].n > 0;
    wdm_cli_say(
        cli, "Estimated %zu series from %" PRId64 " results up to %s: %" PRId64 " values, factor set %s.\n",
        n_series, list->n_results, wdm_day_format(cli->as_of, date), est->n_out,
        est->session->config.factor_set);
    if (list->n_no_flow > 0)
        wdm_cli_say(cli, "  %" PRId64 " results wait for a flow; import the field file.\n", list->n_no_flow);
    if (list->n_no_population > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " results have no population for their day; add it to population.csv.\n",
                    list->n_no_population);
    if (list->n_beside > 0)
        wdm_cli_say(cli,
                    "  %" PRId64
                    " published loads stand beside own results of the same day, which count alone.\n",
                    list->n_beside);
    if (list->n_unknown > 0)
        wdm_cli_say(cli, "  %" PRId64 " results are of a site or analyte that the config no longer has.\n",
                    list->n_unknown);
    if (list->n_no_level > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " results have no level (not analysed, or above the calibrated range).\n",
                    list->n_no_level);
    if (list->n_qc_failed > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " results failed quality control and do not count (wdm export quality).\n",
                    list->n_qc_failed);
}

static void say_unplaced(const estimation *est)
{
    if (est->n_waiting > 0)
        wdm_cli_say(est->cli, "  %" PRId64 " results wait for their field sheet.\n", est->n_waiting);
    if (est->n_ambiguous > 0)
        wdm_cli_say(est->cli,
                    "  %" PRId64
                    " results name a sample that stands in field sheets of two sites or days; correct the "
                    "sheets.\n",
                    est->n_ambiguous);
}

static wdm_rc estimate_all(estimation *est, wdm_series_list *list, wdm_run *run, wdm_err *err)
{
    wdm_store *store = est->session->store;
    const wdm_result_filter filter = {.first = WDM_DAY_NONE, .last = WDM_DAY_NONE, .as_of = est->cli->as_of};
    int64_t n_bound = 0;
    wdm_rc rc = wdm_store_begin(store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(store, run, err);
    if (rc == WDM_OK)
        rc = wdm_store_clear_estimates(store, est->session->config.factor_set, err);
    if (rc == WDM_OK)
        rc = wdm_series_read(est->session, &filter, list, err);
    for (size_t i = 0; i < list->n && rc == WDM_OK; i++)
        rc = estimate_series(est, &list->rows[i], err);
    if (rc == WDM_OK)
        rc = wdm_estimate_regions(est->session, list, est->censoring, &est->n_out, err);
    if (rc == WDM_OK)
        rc = wdm_store_count_unplaced(store, 0, &est->n_waiting, &est->n_ambiguous, &n_bound, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(store, run, "done", list->n_results, est->n_out, err);
    if (rc == WDM_OK && !est->cli->dry_run)
        rc = wdm_store_commit(store, err);
    return rc;
}

static wdm_rc run_estimate(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_series_list list = {0};
    estimation est = {.cli = cli, .session = &session, .censoring = WDM_CENS_AUTO};
    const char *censoring = wdm_cli_value(cli, "censoring");
    const char *method = wdm_cli_value(cli, "method");
    char parameters[128];
    char date[WDM_DATE_TEXT];
    char input_hash[WDM_SHA256_HEX] = "";
    bool current = false;
    wdm_run run = {.stage = "estimate", .parameters = parameters, .input_hash = input_hash};
    wdm_rc rc = WDM_OK;
    if (method != NULL && strcmp(method, "analytic") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "--method: \"%s\" is not known; this version has analytic",
                           method);
    if (censoring != NULL && !wdm_cens_method_parse(censoring, &est.censoring))
        return wdm_err_set(err, WDM_E_USAGE,
                           "--censoring: \"%s\" is not known; write auto, km, ml, ros, bounds or half-loq",
                           censoring);
    (void)snprintf(parameters, sizeof parameters, "as_of=%s censoring=%s", wdm_day_format(cli->as_of, date),
                   censoring == NULL ? "auto" : censoring);
    rc = wdm_session_open(&session, cli, WDM_STORE_WRITE, 60, err);
    if (rc == WDM_OK)
        rc = wdm_store_input_hash(session.store, parameters, input_hash, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_is_current(session.store, "estimate", input_hash, &current, err);
    if (rc == WDM_OK && current && !wdm_cli_has(cli, "force")) {
        wdm_cli_say(cli, "Estimates are up to date (factor set %s).\n", session.config.factor_set);
    } else if (rc == WDM_OK) {
        rc = estimate_all(&est, &list, &run, err);
        if (rc == WDM_OK) {
            say_summary(&est, &list);
            say_unplaced(&est);
        }
    }
    wdm_series_fini(&list);
    wdm_session_close(&session);
    return rc;
}

static const wdm_option options[] = {
    {"censoring", 0, "M",
     "auto, arithmetic, km, ml, ros, bounds or half-loq (default auto: by the share below the limit)"},
    {"method", 0, "M", "analytic (default)"},
    {"force", 0, NULL, "compute anew even when nothing has changed"},
};

const wdm_stage wdm_stage_estimate = {
    .name = "estimate",
    .usage = "",
    .summary = "loads, consumption, doses and their intervals, per day, week and region",
    .details = "Reads the results in force and the config tables; replaces the estimates of the current "
               "factor set.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_estimate,
};
