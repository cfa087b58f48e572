// SPDX-License-Identifier: GPL-3.0-or-later
// wdm alert: evaluates the rules and keeps the alerts' life cycles; wdm alert list, wdm alert ack.
#include <stdio.h>
#include <string.h>

#include "alert_list.h"
#include "alert_parts.h"
#include "base/lock.h"
#include "base/mem.h"
#include "notify.h"
#include "store/trend_store.h"

static const char *const news_columns[] = {"event",   "alert_id", "level",    "site_id", "region_id",
                                           "drug_id", "rule_id",  "iso_week", "reason"};

static wdm_rc work(wdm_alert_job *job, wdm_run *run, wdm_err *err)
{
    wdm_rc rc = wdm_store_begin(job->store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(job->store, run, err);
    job->run_id = run->run_id;
    if (rc == WDM_OK && !job->no_data)
        rc = wdm_findings_get(&job->findings, job->session, job->rules, job->as_of, job->week, err);
    if (rc == WDM_OK)
        rc = wdm_alert_read_open(job, err);
    if (rc == WDM_OK)
        rc = wdm_alert_withdraw_orphans(job, err);
    if (rc == WDM_OK)
        rc = wdm_alert_find_causes(job, err);
    if (rc == WDM_OK)
        rc = wdm_alert_follow(job, err);
    if (rc == WDM_OK)
        rc = wdm_alert_explain(job, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(job->store, run, "done", (int64_t)job->findings.n_series,
                                  job->n_action[WDM_ALERT_OPEN], err);
    const bool keep = !job->cli->dry_run && !(job->no_data && job->n_action[WDM_ALERT_WITHDRAW] == 0);
    if (rc == WDM_OK && keep)
        rc = wdm_store_commit(job->store, err);
    if (rc != WDM_OK || !keep)
        wdm_store_rollback(job->store);
    return rc;
}

static wdm_rc say_result(wdm_alert_job *job, wdm_err *err)
{
    const wdm_cli *cli = job->cli;
    const int64_t *n = job->n_action;
    bool is_news = false;
    char explained[96] = "";
    char date[WDM_DATE_TEXT];
    char week[WDM_DATE_TEXT];
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < job->n_open; i++)
        is_news = is_news || (job->open[i].is_news && job->open[i].row.inhibited_by == 0);
    if (job->n_inhibited + job->n_released > 0)
        (void)snprintf(explained, sizeof explained, ", %lld explained by a fault, %lld released",
                       (long long)job->n_inhibited, (long long)job->n_released);
    wdm_cli_say(
        cli,
        "Alerts of %s as of %s: %zu series; %lld new, %lld worse, %lld better, %lld unchanged, %lld closed, "
        "%lld withdrawn%s.%s\n",
        wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(job->week)), week),
        wdm_day_format(job->as_of, date), job->findings.n_series, (long long)n[WDM_ALERT_OPEN],
        (long long)n[WDM_ALERT_WORSE], (long long)n[WDM_ALERT_BETTER],
        (long long)n[WDM_ALERT_REPEAT] + (long long)n[WDM_ALERT_SEEN], (long long)n[WDM_ALERT_CLOSE],
        (long long)n[WDM_ALERT_WITHDRAW], explained, cli->dry_run ? " Nothing was stored." : "");
    if (job->news.n_cells > 0 || cli->format == WDM_FORMAT_CSV)
        rc = wdm_cli_print(cli, &job->news, err);
    if (rc == WDM_OK && wdm_cli_has(cli, "exit-code") && is_news)
        *cli->status = 1;
    return rc;
}

// The history is written forwards only.
static wdm_rc input_hash(const wdm_cli *cli, wdm_store *store, char parameters[32], char hash[WDM_SHA256_HEX],
                         wdm_err *err)
{
    wdm_last_run estimate = {0};
    char date[WDM_DATE_TEXT];
    char input[80 + WDM_SHA256_HEX];
    wdm_rc rc = wdm_store_last_run(store, "estimate", &estimate, err);
    (void)snprintf(parameters, 32, "as_of=%s", wdm_day_format(cli->as_of, date));
    (void)snprintf(input, sizeof input, "alert %s %s", parameters, estimate.input_hash);
    return rc == WDM_OK ? wdm_store_input_hash(store, input, hash, err) : rc;
}

// Without any estimate nothing can be judged; but when that is because no data are in force, alerts do not
// stay open. Ends with WDM_E_NOINPUT in any case. Estimates that were not made yet (of new factors, say) tell
// nothing.
static wdm_rc evaluate_nothing(wdm_alert_job *job, wdm_run *run, wdm_err *err)
{
    wdm_err failed = {WDM_OK, ""};
    bool current = false;
    wdm_rc rc = wdm_store_estimates_are_current(job->store, &current, &failed);
    job->no_data = true;
    if (rc == WDM_OK && current) {
        rc = work(job, run, &failed);
        if (rc == WDM_OK && job->n_action[WDM_ALERT_WITHDRAW] > 0) {
            wdm_cli_say(job->cli, "No estimates are left: %lld alerts withdrawn.%s\n",
                        (long long)job->n_action[WDM_ALERT_WITHDRAW],
                        job->cli->dry_run ? " Nothing was stored." : "");
            rc = wdm_cli_print(job->cli, &job->news, &failed);
        }
    }
    return rc == WDM_OK ? err->rc : wdm_err_set(err, rc, "%s", failed.text);
}

static wdm_rc evaluate(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_rules rules = {0};
    wdm_alert_job job = {.cli = cli, .session = &session, .rules = &rules, .as_of = cli->as_of};
    char parameters[32] = "";
    char hash[WDM_SHA256_HEX] = "";
    wdm_run run = {.stage = "alert", .parameters = parameters, .input_hash = hash};
    bool current = false;
    wdm_rc rc = wdm_session_open(&session, cli, WDM_STORE_WRITE, 30, err);
    wdm_tabular_init(&job.news, news_columns, sizeof news_columns / sizeof news_columns[0]);
    job.store = session.store;
    if (rc == WDM_OK)
        rc = wdm_session_refuse_earlier(session.store, job.as_of, err);
    if (rc == WDM_OK)
        rc = wdm_session_guard_shards(&session, err);
    if (rc == WDM_OK)
        rc = wdm_rules_read(&rules, cli, &session.config, err);
    if (rc == WDM_OK)
        rc = input_hash(cli, session.store, parameters, hash, err);
    if (rc == WDM_OK) {
        rc = wdm_store_judged_week(session.store, session.config.factor_set, job.as_of, &job.week, err);
        if (rc == WDM_E_NOINPUT)
            rc = evaluate_nothing(&job, &run, err);
    }
    if (rc == WDM_OK)
        rc = wdm_store_run_is_current(session.store, "alert", hash, &current, err);
    if (rc == WDM_OK && current) {
        wdm_cli_say(cli, "Nothing to do: the alerts are those of these estimates.\n");
    } else if (rc == WDM_OK) {
        rc = work(&job, &run, err);
        if (rc == WDM_OK)
            rc = say_result(&job, err);
    }
    wdm_tabular_fini(&job.news);
    wdm_free(job.open);
    wdm_findings_fini(&job.findings);
    wdm_rules_fini(&rules);
    wdm_session_close(&session);
    return rc;
}

// Evaluates and tells. Without estimates there may still be alerts that were withdrawn; that they could not
// be told is the worse news. Else the first failure is reported.
static wdm_rc evaluate_and_notify(const wdm_cli *cli, wdm_err *err)
{
    wdm_err failed = {WDM_OK, ""};
    int lock = -1;
    wdm_rc told = WDM_OK;
    wdm_rc rc = wdm_run_lock(cli, &lock, err);
    if (rc == WDM_OK) {
        rc = evaluate(cli, err);
        if (rc == WDM_OK || rc == WDM_E_NOINPUT)
            told = wdm_notify(cli, &failed);
        if (rc == WDM_E_NOINPUT && told == WDM_E_IO)
            (void)wdm_err_also(&failed, err->text);
        if (told != WDM_OK && (rc == WDM_OK || told == WDM_E_IO))
            rc = wdm_err_set(err, told, "%s", failed.text);
    }
    wdm_lock_drop(lock);
    return rc;
}

static wdm_rc run_alert(const wdm_cli *cli, wdm_err *err)
{
    if (cli->n_args == 0)
        return wdm_cli_has(cli, "notify") ? evaluate_and_notify(cli, err) : evaluate(cli, err);
    if (strcmp(cli->args[0], "outbox") == 0)
        return wdm_alert_outbox(cli, err);
    if (strcmp(cli->args[0], "list") == 0)
        return wdm_alert_list(cli, err);
    if (strcmp(cli->args[0], "ack") == 0)
        return wdm_alert_ack(cli, err);
    if (strcmp(cli->args[0], "show") == 0)
        return wdm_alert_show(cli, err);
    if (strcmp(cli->args[0], "silence") == 0)
        return wdm_alert_silence(cli, err);
    return wdm_err_set(err, WDM_E_USAGE,
                       "\"%s\" is not one of list, show, ack, silence, outbox; see wdm alert --help",
                       cli->args[0]);
}

static const wdm_option options[] = {
    {"notify", 0, NULL, "send messages about what is new, worse or over (wdm.cfg says how)"},
    {"exit-code", 0, NULL, "exit with 1 when an alert is new or worse"},
    {"state", 0, "STATE", "list: open (with acknowledged; the default) or all"},
    {"by", 0, "NAME", "ack: who has seen it; silence: who wants it"},
    {"note", 0, "TEXT", "ack: what is being done"},
    {"reason", 0, "TEXT", "silence add, outbox drop: why"},
    {"from", 0, "DATE", "silence add: its first day (--as-of)"},
    {"until", 0, "DATE", "silence add: its last day, at most 366 days"},
    {"alert", 0, "ID", "silence add: messages about this alert"},
    {"site", 0, "ID", "silence add: about this site"},
    {"region", 0, "ID", "silence add: about this region and what is inside it"},
    {"drug", 0, "ID", "silence add: about this drug"},
    {"rule", 0, "ID", "silence add: by this rule"},
    {"family", 0, "NAME", "silence add: by rules of this family"},
    {"all", 0, NULL, "silence list: also those that are over; silence add: about everything"},
};

const wdm_stage wdm_stage_alert = {
    .name = "alert",
    .usage = "[list | show ID | ack ID | silence add|list|end | outbox [retry | show ID | drop ID]]",
    .summary = "evaluate the alert rules; list, show, acknowledge alerts; silence messages",
    .details = "Without a word: evaluates alerts.csv for the last ISO week that had ended by --as-of and "
               "prints what is\n"
               "new, worse, better, closed or withdrawn; prints nothing when nothing is.\n"
               "list: the alerts. show ID: one with its events, their numbers, checks and result rows. ack "
               "ID --by NAME [--note TEXT]: marks one as seen; it opens again when it "
               "gets worse.\n"
               "silence: no messages about what is known, until a date; the alerts go on.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .max_args = 3,
    .run = run_alert,
};
