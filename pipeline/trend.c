// SPDX-License-Identifier: GPL-3.0-or-later
// wdm trend: baselines, slopes, changes of every series.
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/number.h"
#include "trend_parts.h"

static wdm_rc read_window(const wdm_cli *cli, wdm_trend_job *job, wdm_err *err)
{
    const char *text = wdm_cli_value(cli, "window");
    int64_t weeks = 0;
    job->window_weeks = 52;
    if (text == NULL)
        return WDM_OK;
    if (!wdm_integer_parse(text, &weeks) || weeks < 4 || weeks > 3000)
        return wdm_err_set(err, WDM_E_USAGE, "--window: \"%s\" is not a number of weeks from 4 to 3000",
                           text);
    job->window_weeks = (int)weeks;
    return WDM_OK;
}

static void say_result(const wdm_cli *cli, const wdm_trend_job *job)
{
    char date[WDM_DATE_TEXT];
    char week[WDM_DATE_TEXT];
    wdm_cli_say(cli, "Trend of %s as of %s: %lld series; over %d weeks:",
                wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(job->week)), week),
                wdm_day_format(job->as_of, date), (long long)job->n_series, job->window_weeks);
    for (int class_ = 0; class_ <= (int)WDM_TREND_CENSORED; class_++)
        wdm_cli_say(cli, "%s %lld %s", class_ == 0 ? "" : ",", (long long)job->n_class[class_],
                    wdm_trend_class_text((wdm_trend_class)class_));
    wdm_cli_say(cli, ".%s\n", cli->dry_run ? " Nothing was stored." : "");
}

// One transaction; the caller rolls back when it fails.
static wdm_rc work(const wdm_cli *cli, wdm_trend_job *job, wdm_run *run, wdm_err *err)
{
    wdm_store *store = job->session->store;
    wdm_rc rc = wdm_store_begin(store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(store, run, err);
    if (rc == WDM_OK)
        rc = wdm_store_clear_trend(store, err);
    if (rc == WDM_OK)
        rc = wdm_trend_places(job, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(store, run, "done", job->n_weeks, job->n_series, err);
    if (rc == WDM_OK && !cli->dry_run)
        rc = wdm_store_commit(store, err);
    if (rc != WDM_OK || cli->dry_run)
        wdm_store_rollback(store);
    if (rc == WDM_OK)
        say_result(cli, job);
    return rc;
}

// Without estimates there is no trend: rows of an earlier state must not stay.
static wdm_rc clear_stale(wdm_store *store)
{
    wdm_err ignored = {WDM_OK, ""};
    wdm_rc rc = wdm_store_begin(store, &ignored);
    if (rc == WDM_OK)
        rc = wdm_store_clear_trend(store, &ignored);
    return rc == WDM_OK ? wdm_store_commit(store, &ignored) : rc;
}

static wdm_rc run_trend(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_trend_job job = {.session = &session, .as_of = cli->as_of};
    wdm_last_run estimate = {0};
    char date[WDM_DATE_TEXT];
    char hash[WDM_SHA256_HEX];
    char parameters[64];
    char input[80 + WDM_SHA256_HEX];
    wdm_run run = {.stage = "trend", .parameters = parameters, .input_hash = hash};
    bool current = false;
    wdm_rc rc = read_window(cli, &job, err);
    if (rc != WDM_OK)
        return rc;
    rc = wdm_session_open(&session, cli, WDM_STORE_WRITE, 30, err);
    if (rc == WDM_OK)
        rc = wdm_session_guard_shards(&session, err);
    if (rc == WDM_OK)
        rc = wdm_rules_read(&job.rules, NULL, &session.config, err);
    if (rc == WDM_OK) {
        rc = wdm_store_judged_week(session.store, session.config.factor_set, job.as_of, &job.week, err);
        if (rc == WDM_E_NOINPUT && !cli->dry_run && clear_stale(session.store) != WDM_OK)
            rc = wdm_err_set(err, WDM_E_IO, "store %s: the old trends could not be cleared", cli->store);
    }
    if (rc == WDM_OK)
        rc = wdm_store_last_run(session.store, "estimate", &estimate, err);
    (void)snprintf(parameters, sizeof parameters, "as_of=%s window=%d", wdm_day_format(job.as_of, date),
                   job.window_weeks);
    (void)snprintf(input, sizeof input, "trend %s %s", parameters, estimate.input_hash);
    if (rc == WDM_OK)
        rc = wdm_store_input_hash(session.store, input, hash, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_is_current(session.store, "trend", hash, &current, err);
    if (rc == WDM_OK && current)
        wdm_cli_say(cli, "Nothing to do: the trends are those of these estimates.\n");
    else if (rc == WDM_OK)
        rc = work(cli, &job, &run, err);
    wdm_rules_fini(&job.rules);
    wdm_replay_fini(&job.replay);
    wdm_free(job.weeks.rows);
    wdm_free(job.longer.rows);
    wdm_free(job.region_days);
    wdm_free(job.runs);
    wdm_free(job.effects);
    wdm_segments_fini(&job.segments);
    wdm_source_table_fini(&job.sources);
    wdm_trend_benchmarks_fini(&job);
    wdm_arena_fini(&job.arena);
    wdm_session_close(&session);
    return rc;
}

static const wdm_option options[] = {
    WDM_FACTOR_SET_OPTION,
    {"window", 0, "WEEKS", "weeks of the slope and its test (52)"},
};

const wdm_stage wdm_stage_trend = {
    .name = "trend",
    .usage = "",
    .summary = "baselines, slopes and changes of every weekly series",
    .details =
        "Reads the weekly estimates of the factor set in force; replaces the tables trend and baseline.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_trend,
};
