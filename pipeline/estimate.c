// SPDX-License-Identifier: GPL-3.0-or-later
// wdm estimate: loads, consumption, doses and prevalence by day and week, and per region.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/jobs.h"
#include "estimate_method.h"
#include "estimate_places.h"
#include "io/number.h"
#include "store/batch_store.h"
#include "store/estimate_store.h"

enum { MADE_OF = 256 };

typedef struct estimation {
    const wdm_cli *cli;
    wdm_session session;
    wdm_estimate_options options;
    wdm_method method;
    int threads;
    wdm_part part;
    char parameters[MADE_OF + 32]; // of the run: as of, options
    wdm_estimate_state wanted;     // what this run makes
    wdm_estimate_state stored;     // what is there
    wdm_plan plan;
    wdm_estimate_work work;
    wdm_series_counts counts;
    int64_t n_waiting, n_ambiguous; // results whose file names no site, and that no field row places
} estimation;

// ---- messages

static void say_count(const estimation *est, int64_t n, const char *what)
{
    if (n > 0)
        wdm_cli_say(est->cli, "  %" PRId64 " %s\n", n, what);
}

static void say_made(const estimation *est)
{
    const char *factor_set = est->session.config.factor_set;
    char date[WDM_DATE_TEXT];
    char of_part[48] = "";
    (void)wdm_day_format(est->cli->as_of, date);
    if (est->part.parts > 1)
        (void)snprintf(of_part, sizeof of_part, " of shard %d/%d", est->part.part, est->part.parts);
    if (est->plan.full)
        wdm_cli_say(est->cli,
                    "Estimated %" PRId64 " series%s from %" PRId64 " results up to %s: %" PRId64
                    " values, factor set %s.\n",
                    est->work.n_series, of_part, est->counts.n_results, date, est->work.n_out, factor_set);
    else
        wdm_cli_say(est->cli,
                    "Estimated anew what %" PRId64 " changed site-days%s touch, up to %s: %" PRId64
                    " values, factor set %s.\n",
                    est->plan.n_changed_days, of_part, date, est->work.n_out, factor_set);
}

static void say_summary(const estimation *est)
{
    const wdm_series_counts *c = &est->counts;
    say_made(est);
    say_count(est, c->n_no_flow, "results wait for a flow; import the field file.");
    say_count(est, c->n_no_population, "results have no population for their day; add it to population.csv.");
    say_count(est, c->n_beside,
              "published loads stand beside own results of the same day, which count alone.");
    say_count(est, c->n_unknown, "results are of a site or analyte that the config no longer has.");
    say_count(est, c->n_no_level, "results have no level (not analysed, or above the calibrated range).");
    say_count(est, c->n_qc_failed, "results failed quality control and do not count (wdm export quality).");
    say_count(est, est->n_waiting, "results wait for their field sheet.");
    say_count(est, est->n_ambiguous,
              "results name a sample that stands in field sheets of two sites or days; correct the sheets.");
}

// ---- work

// Nothing but rows that changed: everything else that the estimates depend on is as it was.
static bool is_incremental(const estimation *est)
{
    return est->stored.found && strcmp(est->stored.made_of, est->wanted.made_of) == 0 &&
           !wdm_cli_has(est->cli, "force");
}

static wdm_rc count(estimation *est, wdm_err *err)
{
    int64_t n_bound = 0;
    wdm_store *store = est->session.store;
    wdm_rc rc = wdm_store_sum_counts(store, est->session.config.factor_set, &est->part, &est->counts, err);
    est->counts.n_results += est->plan.n_unknown;
    est->counts.n_unknown += est->plan.n_unknown;
    return rc == WDM_OK
               ? wdm_store_count_unplaced(store, 0, &est->n_waiting, &est->n_ambiguous, &n_bound, err)
               : rc;
}

// One transaction; the caller closes the store when it fails.
static wdm_rc estimate_all(estimation *est, wdm_run *run, wdm_err *err)
{
    wdm_store *store = est->session.store;
    const wdm_changes_since since = {est->stored.run_id, est->stored.as_of, est->cli->as_of};
    wdm_rc rc = wdm_store_begin(store, err);
    est->work = (wdm_estimate_work){.session = &est->session,
                                    .options = est->options,
                                    .method = &est->method,
                                    .as_of = est->cli->as_of,
                                    .threads = est->threads,
                                    .plan = &est->plan};
    if (rc == WDM_OK)
        rc = wdm_store_run_start(store, run, err);
    if (rc == WDM_OK)
        rc = wdm_plan_make(&est->plan, &est->session, &est->part, est->cli->as_of,
                           is_incremental(est) ? &since : NULL, err);
    if (rc == WDM_OK)
        rc = wdm_estimate_places(&est->work, err);
    if (rc == WDM_OK)
        rc = count(est, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(store, run, "done", est->counts.n_results, est->work.n_out, err);
    est->wanted.run_id = run->run_id;
    if (rc == WDM_OK)
        rc = wdm_store_put_estimate_state(store, est->session.config.factor_set, &est->part, &est->wanted,
                                          err);
    if (rc == WDM_OK && !est->cli->dry_run)
        rc = wdm_store_commit(store, err);
    if (rc == WDM_OK)
        say_summary(est);
    return rc;
}

// ---- options

// "3/7"
static bool read_part(const char *text, wdm_part *part)
{
    int64_t numbers[2] = {0, 0};
    char first[8] = "";
    const char *slash = strchr(text, '/');
    if (slash == NULL || (size_t)(slash - text) >= sizeof first)
        return false;
    (void)memcpy(first, text, (size_t)(slash - text));
    if (!wdm_integer_parse(first, &numbers[0]) || !wdm_integer_parse(slash + 1, &numbers[1]) ||
        numbers[0] < 1 || numbers[1] < numbers[0] || numbers[1] > 256)
        return false;
    *part = (wdm_part){(int)numbers[0], (int)numbers[1]};
    return true;
}

// How the work is divided; no part of the run's parameters, because the result is the same.
static wdm_rc read_division(estimation *est, wdm_err *err)
{
    const char *shard = wdm_cli_value(est->cli, "shard");
    const char *threads = wdm_cli_value(est->cli, "threads");
    int64_t n = wdm_jobs_cores() < 4 ? wdm_jobs_cores() : 4;
    est->part = (wdm_part){1, 1};
    if (shard != NULL && !read_part(shard, &est->part))
        return wdm_err_set(err, WDM_E_USAGE,
                           "--shard: \"%s\" is not K/N with N up to 256 and K from 1 to N, such as 2/3",
                           shard);
    if (threads != NULL && (!wdm_integer_parse(threads, &n) || n < 1 || n > WDM_JOBS_THREADS_MAX))
        return wdm_err_set(err, WDM_E_USAGE, "--threads: \"%s\" is not a number from 1 to %d", threads,
                           (int)WDM_JOBS_THREADS_MAX);
    est->threads = (int)n;
    return WDM_OK;
}

// Options that change the result; `made_of` names all of them, the parameters of the run too.
static wdm_rc read_options(estimation *est, char made_of[MADE_OF], wdm_err *err)
{
    const char *censoring = wdm_cli_value(est->cli, "censoring");
    const char *disposal = wdm_cli_value(est->cli, "disposal");
    char method[WDM_METHOD_TEXT];
    wdm_rc rc = wdm_method_of(est->cli, &est->method, err);
    est->options.censoring = WDM_CENS_AUTO;
    if (rc == WDM_OK && censoring != NULL && !wdm_cens_method_parse(censoring, &est->options.censoring))
        rc = wdm_err_set(err, WDM_E_USAGE,
                         "--censoring: \"%s\" is not known; write auto, conditional, km, ml, ros, bounds "
                         "or half-loq",
                         censoring);
    if (rc == WDM_OK && disposal != NULL && strcmp(disposal, "keep") != 0 && strcmp(disposal, "exclude") != 0)
        rc =
            wdm_err_set(err, WDM_E_USAGE, "--disposal: \"%s\" is not known; write keep or exclude", disposal);
    est->options.keep_disposal = disposal != NULL && strcmp(disposal, "keep") == 0;
    if (rc == WDM_OK)
        (void)snprintf(made_of, MADE_OF, "censoring=%s %s%s", censoring == NULL ? "auto" : censoring,
                       wdm_method_text(&est->method, method),
                       est->options.keep_disposal ? " disposal=keep" : "");
    return rc;
}

// Config, options and version as one hash: where it differs, everything is made anew.
static void set_made_of(estimation *est, const char *made_of)
{
    const char *const parts[] = {wdm_version(), est->session.config.set_sha256, made_of};
    wdm_hash hash;
    wdm_hash_init(&hash);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        wdm_hash_update(&hash, parts[i], strlen(parts[i]) + 1);
    wdm_hash_final_hex(&hash, est->wanted.made_of);
}

static wdm_rc run_open(estimation *est, const char *made_of, wdm_err *err)
{
    wdm_store *store = est->session.store;
    wdm_run run = {.stage = "estimate", .parameters = est->parameters, .input_hash = est->wanted.input_hash};
    wdm_rc rc = wdm_store_input_hash(store, est->parameters, est->wanted.input_hash, err);
    set_made_of(est, made_of);
    est->wanted.as_of = est->cli->as_of;
    if (rc == WDM_OK)
        rc = wdm_store_get_estimate_state(store, est->session.config.factor_set, &est->part, &est->wanted,
                                          &est->stored, err);
    if (rc != WDM_OK)
        return rc;
    if (est->stored.found && strcmp(est->stored.input_hash, est->wanted.input_hash) == 0 &&
        !wdm_cli_has(est->cli, "force")) {
        wdm_cli_say(est->cli, "Estimates are up to date (factor set %s).\n", est->session.config.factor_set);
        return WDM_OK;
    }
    return estimate_all(est, &run, err);
}

static wdm_rc run_estimate(const wdm_cli *cli, wdm_err *err)
{
    estimation est = {.cli = cli};
    char made_of[MADE_OF];
    char date[WDM_DATE_TEXT];
    wdm_rc rc = read_options(&est, made_of, err);
    if (rc == WDM_OK)
        rc = read_division(&est, err);
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(est.parameters, sizeof est.parameters, "as_of=%s %s", wdm_day_format(cli->as_of, date),
                   made_of);
    rc = wdm_session_open(&est.session, cli, WDM_STORE_WRITE, 60, err);
    if (rc == WDM_OK)
        rc = run_open(&est, made_of, err);
    wdm_plan_fini(&est.plan);
    wdm_session_close(&est.session);
    return rc;
}

static const wdm_option options[] = {
    {"censoring", 0, "M",
     "auto, arithmetic, conditional, km, ml, ros, bounds or half-loq (default auto: by the share below the "
     "limit)"},
    WDM_METHOD_OPTIONS,
    {"disposal", 0, "M", "exclude (default) or keep days of disposal in means of consumption"},
    {"threads", 0, "N", "threads that compute (default: the cores, up to 4); the result is the same"},
    {"shard", 0, "K/N", "only the sites and regions of the K-th of N parts; all N together are one run"},
    WDM_FACTOR_SET_OPTION,
    {"force", 0, NULL, "compute everything anew even when nothing has changed"},
};

const wdm_stage wdm_stage_estimate = {
    .name = "estimate",
    .usage = "",
    .summary = "loads, consumption, doses and their intervals, per day, week and region",
    .details =
        "Reads the results in force and the config tables. Only what has changed since the last run is "
        "made anew;\nanother config, version or option makes everything anew. The result is the same.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_estimate,
};
