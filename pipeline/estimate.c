// SPDX-License-Identifier: GPL-3.0-or-later
// wdm estimate: loads, consumption, doses and prevalence by day and week, and per region.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "estimate_method.h"
#include "model/region_estimate.h"
#include "model/site_estimate.h"
#include "observations.h"
#include "store/batch_store.h"
#include "store/population_store.h"
#include "store/ratio_store.h"

typedef struct estimation {
    const wdm_cli *cli;
    wdm_session *session;
    wdm_estimate_options options;
    wdm_observations seen;
    int64_t n_out;
    int64_t n_waiting, n_ambiguous; // results whose file names no site, and that no field row places
} estimation;

static wdm_rc write_row(void *user, const wdm_estimate_row *row, wdm_err *err)
{
    estimation *est = user;
    est->n_out++;
    return wdm_store_put_estimate(est->session->store, &est->session->config, row, err);
}

static wdm_rc write_population(void *user, const wdm_population_row *row, wdm_err *err)
{
    const estimation *est = user;
    return wdm_store_put_population_estimate(est->session->store, &est->session->config, row, err);
}

static wdm_rc write_ratio(void *user, const wdm_ratio_row *row, wdm_err *err)
{
    estimation *est = user;
    return wdm_store_put_ratio(est->session->store, &est->session->config, row, err);
}

static void say_summary(const estimation *est)
{
    const wdm_cli *cli = est->cli;
    char date[WDM_DATE_TEXT];
    size_t n_series = 0; // with at least one level
    wdm_series_counts counts = {0};
    for (size_t i = 0; i < est->seen.n; i++) {
        const wdm_site_series *site = &est->seen.sites[i];
        wdm_series_counts_add(&counts, &site->counts);
        for (size_t k = 0; k < site->n; k++)
            n_series += site->rows[k].n > 0;
    }
    counts.n_results += est->seen.n_unknown;
    counts.n_unknown += est->seen.n_unknown;
    wdm_cli_say(
        cli, "Estimated %zu series from %" PRId64 " results up to %s: %" PRId64 " values, factor set %s.\n",
        n_series, counts.n_results, wdm_day_format(cli->as_of, date), est->n_out,
        est->session->config.factor_set);
    if (counts.n_no_flow > 0)
        wdm_cli_say(cli, "  %" PRId64 " results wait for a flow; import the field file.\n", counts.n_no_flow);
    if (counts.n_no_population > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " results have no population for their day; add it to population.csv.\n",
                    counts.n_no_population);
    if (counts.n_beside > 0)
        wdm_cli_say(cli,
                    "  %" PRId64
                    " published loads stand beside own results of the same day, which count alone.\n",
                    counts.n_beside);
    if (counts.n_unknown > 0)
        wdm_cli_say(cli, "  %" PRId64 " results are of a site or analyte that the config no longer has.\n",
                    counts.n_unknown);
    if (counts.n_no_level > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " results have no level (not analysed, or above the calibrated range).\n",
                    counts.n_no_level);
    if (counts.n_qc_failed > 0)
        wdm_cli_say(cli,
                    "  %" PRId64 " results failed quality control and do not count (wdm export quality).\n",
                    counts.n_qc_failed);
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

static int64_t rows_read(const wdm_observations *seen)
{
    int64_t n = seen->n_unknown;
    for (size_t i = 0; i < seen->n; i++)
        n += seen->sites[i].counts.n_results;
    return n;
}

// Every site, then every region, into the store.
static wdm_rc estimate_places(estimation *est, wdm_err *err)
{
    const wdm_config *config = &est->session->config;
    const wdm_estimate_sink sink = {
        .estimate = write_row, .ratio = write_ratio, .population = write_population, .user = est};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < est->seen.n && rc == WDM_OK; i++)
        rc = wdm_site_estimate(&est->seen.sites[i], &est->options, &sink, err);
    for (wdm_index region = 0; region < config->regions.n && rc == WDM_OK; region++)
        rc = wdm_region_estimate_all(config, region, est->seen.sites, est->seen.n, &est->options, &sink, err);
    return rc;
}

static wdm_rc estimate_all(estimation *est, wdm_run *run, wdm_err *err)
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
        rc = wdm_observations_read(est->session, &filter, &est->seen, err);
    if (rc == WDM_OK)
        rc = estimate_places(est, err);
    if (rc == WDM_OK)
        rc = wdm_store_count_unplaced(store, 0, &est->n_waiting, &est->n_ambiguous, &n_bound, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(store, run, "done", rows_read(&est->seen), est->n_out, err);
    if (rc == WDM_OK && !est->cli->dry_run)
        rc = wdm_store_commit(store, err);
    return rc;
}

static wdm_rc run_estimate(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    estimation est = {.cli = cli, .session = &session, .options = {.censoring = WDM_CENS_AUTO}};
    const char *censoring = wdm_cli_value(cli, "censoring");
    const char *disposal = wdm_cli_value(cli, "disposal");
    wdm_method method = {0};
    char method_text[WDM_METHOD_TEXT];
    char parameters[256];
    char date[WDM_DATE_TEXT];
    char input_hash[WDM_SHA256_HEX] = "";
    bool current = false;
    wdm_run run = {.stage = "estimate", .parameters = parameters, .input_hash = input_hash};
    wdm_rc rc = WDM_OK;
    rc = wdm_method_of(cli, &method, err);
    if (rc != WDM_OK)
        return rc;
    if (censoring != NULL && !wdm_cens_method_parse(censoring, &est.options.censoring))
        return wdm_err_set(err, WDM_E_USAGE,
                           "--censoring: \"%s\" is not known; write auto, conditional, km, ml, ros, bounds "
                           "or half-loq",
                           censoring);
    if (disposal != NULL && strcmp(disposal, "keep") != 0 && strcmp(disposal, "exclude") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "--disposal: \"%s\" is not known; write keep or exclude",
                           disposal);
    est.options.keep_disposal = disposal != NULL && strcmp(disposal, "keep") == 0;
    (void)snprintf(parameters, sizeof parameters, "as_of=%s censoring=%s %s%s",
                   wdm_day_format(cli->as_of, date), censoring == NULL ? "auto" : censoring,
                   wdm_method_text(&method, method_text), est.options.keep_disposal ? " disposal=keep" : "");
    rc = wdm_session_open(&session, cli, WDM_STORE_WRITE, 60, err);
    if (rc == WDM_OK)
        rc = wdm_store_input_hash(session.store, parameters, input_hash, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_is_current(session.store, "estimate", input_hash, &current, err);
    if (rc == WDM_OK && current && !wdm_cli_has(cli, "force")) {
        wdm_cli_say(cli, "Estimates are up to date (factor set %s).\n", session.config.factor_set);
    } else if (rc == WDM_OK) {
        rc = wdm_method_open(&method, &est.options.mc, err);
        if (rc == WDM_OK)
            rc = estimate_all(&est, &run, err);
        if (rc == WDM_OK) {
            say_summary(&est);
            say_unplaced(&est);
        }
    }
    wdm_mc_free(est.options.mc);
    wdm_observations_fini(&est.seen);
    wdm_session_close(&session);
    return rc;
}

static const wdm_option options[] = {
    {"censoring", 0, "M",
     "auto, arithmetic, conditional, km, ml, ros, bounds or half-loq (default auto: by the share below the "
     "limit)"},
    WDM_METHOD_OPTIONS,
    {"disposal", 0, "M", "exclude (default) or keep days of disposal in means of consumption"},
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
