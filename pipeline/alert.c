// SPDX-License-Identifier: GPL-3.0-or-later
// wdm alert: evaluates the rules and keeps the alerts' life cycles; wdm alert list, wdm alert ack.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alert_list.h"
#include "base/lock.h"
#include "base/mem.h"
#include "findings.h"
#include "notify.h"
#include "session.h"
#include "store/alert_store.h"
#include "wbe/alert_life.h"

// What must be kept of an open alert while its row is changed.
typedef struct open_alert {
    wdm_alert row; // texts in the arena of the findings
    bool ended;    // withdrawn by this run
} open_alert;

typedef struct alert_job {
    const wdm_cli *cli;
    wdm_store *store;
    wdm_findings findings;
    open_alert *open;
    size_t n_open, cap_open;
    int64_t run_id;
    wdm_day as_of;
    int32_t week;
    bool no_data; // there are no estimates at all
    wdm_tabular news;
    int64_t n_action[WDM_ALERT_WITHDRAW + 1];
} alert_job;

static const char *const action_events[] = {NULL,       "opened", "worse",  "better",
                                            "repeated", NULL,     "closed", "withdrawn"};
static const char *const news_columns[] = {"event",   "alert_id", "level",    "site_id", "region_id",
                                           "drug_id", "rule_id",  "iso_week", "reason"};

static wdm_rc take_open(void *context, const wdm_alert *alert, wdm_err *err)
{
    alert_job *job = context;
    open_alert open = {.row = *alert};
    const char **texts[] = {&open.row.site_id,
                            &open.row.drug_id,
                            &open.row.biomarker_id,
                            &open.row.region_id,
                            &open.row.rule_id,
                            &open.row.family,
                            &open.row.level,
                            &open.row.state,
                            &open.row.reason,
                            &open.row.acknowledged_by,
                            &open.row.acknowledged_note};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = wdm_arena_strdup(&job->findings.arena, *texts[i]);
        if (*texts[i] == NULL)
            return wdm_err_nomem(err);
    }
    rc = wdm_grow(&job->open, &job->cap_open, job->n_open + 1, sizeof *job->open, err);
    if (rc == WDM_OK)
        job->open[job->n_open++] = open;
    return rc;
}

static open_alert *find_open(alert_job *job, const wdm_finding *finding)
{
    for (size_t i = 0; i < job->n_open; i++) {
        const wdm_alert *row = &job->open[i].row;
        if (!job->open[i].ended && row->site_key == finding->site_key && row->drug_key == finding->drug_key &&
            row->biomarker_key == finding->biomarker_key && row->quantity == finding->quantity &&
            strcmp(row->rule_id, finding->rule->row->rule_id) == 0 &&
            strcmp(row->region_id, finding->region_id) == 0)
            return &job->open[i];
    }
    return NULL;
}

static wdm_rc report(alert_job *job, const wdm_alert *alert, const wdm_alert_event *event, wdm_err *err)
{
    char week[WDM_DATE_TEXT];
    wdm_rc rc = wdm_store_add_alert_event(job->store, event, err);
    if (rc != WDM_OK || strcmp(event->event, "repeated") == 0)
        return rc;
    wdm_tabular_text(&job->news, event->event);
    wdm_tabular_integer(&job->news, event->alert_id);
    wdm_tabular_text(&job->news, event->level);
    wdm_tabular_text(&job->news, alert->site_id);
    wdm_tabular_text(&job->news, alert->region_id);
    wdm_tabular_text(&job->news, alert->drug_id);
    wdm_tabular_text(&job->news, alert->rule_id);
    wdm_tabular_text(&job->news, wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(event->week)), week));
    wdm_tabular_text(&job->news, event->reason);
    return WDM_OK;
}

// The alert's row as it is with this finding in it.
static wdm_alert row_of(const alert_job *job, const wdm_finding *finding, const wdm_alert *old)
{
    wdm_alert row = {.site_key = finding->site_key,
                     .drug_key = finding->drug_key,
                     .biomarker_key = finding->biomarker_key,
                     .quantity = finding->quantity,
                     .opened = job->as_of};
    if (old != NULL)
        row = *old;
    row.site_id = finding->site_id;
    row.drug_id = finding->drug_id;
    row.region_id = finding->region_id;
    row.rule_id = finding->rule->row->rule_id;
    row.family = finding->rule->row->family;
    row.level = wdm_alert_level_text(finding->level);
    row.state = old == NULL ? "open" : old->state;
    row.last_seen = job->as_of;
    row.closed = WDM_DAY_NONE;
    row.weeks = finding->weeks;
    row.value = finding->value;
    row.lo95 = finding->lo95;
    row.hi95 = finding->hi95;
    row.threshold = finding->threshold;
    row.baseline = finding->baseline;
    row.factor = finding->factor;
    row.probability = finding->probability;
    row.reason = finding->reason;
    return row;
}

static wdm_rc act(alert_job *job, const wdm_finding *finding, const wdm_alert *old, wdm_alert_action action,
                  wdm_err *err)
{
    const bool ends = old != NULL && (action == WDM_ALERT_CLOSE || action == WDM_ALERT_WITHDRAW);
    wdm_alert row = ends ? *old : row_of(job, finding, old);
    wdm_alert_event event = {.run_id = job->run_id,
                             .as_of = job->as_of,
                             .event = action_events[action],
                             .level = row.level,
                             .week = finding->week,
                             .value = finding->value,
                             .threshold = finding->threshold,
                             .probability = finding->probability,
                             .reason = finding->reason};
    wdm_rc rc = WDM_OK;
    job->n_action[action]++;
    if (ends) { // the row keeps what it was last seen with
        row.state = action_events[action];
        row.closed = job->as_of;
    }
    if (action == WDM_ALERT_WORSE)
        row.state = "open"; // what was acknowledged was less than this
    rc = old == NULL ? wdm_store_add_alert(job->store, &row, err)
                     : wdm_store_update_alert(job->store, &row, err);
    event.alert_id = row.alert_id;
    if (rc == WDM_OK && event.event != NULL)
        rc = report(job, &row, &event, err);
    return rc;
}

static wdm_rc follow(alert_job *job, const wdm_finding *finding, wdm_err *err)
{
    open_alert *open = find_open(job, finding);
    const bool by_day = finding->rule->family == WDM_FAMILY_QUALITY;
    wdm_alert_facts facts = {.exists = open != NULL,
                             .judged = finding->judged,
                             .level = finding->level,
                             .may_open = finding->may_open,
                             .below_weeks = finding->below_weeks,
                             .close_weeks = finding->close_weeks};
    wdm_alert_action action = WDM_ALERT_NOTHING;
    if (open != NULL) {
        facts.old_level = wdm_alert_level_parse(open->row.level);
        facts.opening = by_day ? open->row.opened == job->as_of : open->row.opened_week == finding->week;
        facts.new_week = finding->week > open->row.event_week;
    }
    action = wdm_alert_step(&facts);
    if (action == WDM_ALERT_NOTHING)
        return WDM_OK;
    return act(job, finding, open == NULL ? NULL : &open->row, action, err);
}

static wdm_rc withdraw(alert_job *job, open_alert *open, const char *reason, wdm_err *err)
{
    wdm_alert row = open->row;
    const wdm_alert_event event = {.alert_id = row.alert_id,
                                   .run_id = job->run_id,
                                   .as_of = job->as_of,
                                   .event = "withdrawn",
                                   .level = row.level,
                                   .week = job->week > row.event_week ? job->week : row.event_week,
                                   .value = (double)NAN,
                                   .threshold = (double)NAN,
                                   .probability = (double)NAN,
                                   .reason = reason};
    wdm_rc rc = WDM_OK;
    row.state = "withdrawn";
    row.closed = job->as_of;
    open->ended = true;
    job->n_action[WDM_ALERT_WITHDRAW]++;
    rc = wdm_store_update_alert(job->store, &row, err);
    return rc == WDM_OK ? report(job, &row, &event, err) : rc;
}

// Alerts whose rule is no longer in force cannot be followed any more; those whose data are gone (an undone
// batch, a corrected date) never had a cause. A series that has only paused still has the weeks that it was
// seen in.
static wdm_rc withdraw_orphans(alert_job *job, const wdm_rules *rules, const char *factor_set, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < job->n_open && rc == WDM_OK; i++) {
        open_alert *open = &job->open[i];
        bool found = false;
        bool has_data = false;
        for (size_t k = 0; k < rules->n; k++)
            found = found || strcmp(rules->rows[k].row->rule_id, open->row.rule_id) == 0;
        rc = wdm_store_alert_has_data(job->store, &open->row, factor_set, &has_data, err);
        if (rc == WDM_OK && !found)
            rc = withdraw(job, open, "its rule is no longer in force", err);
        else if (rc == WDM_OK && !has_data)
            rc = withdraw(job, open, "the data behind it are no longer in force", err);
    }
    return rc;
}

static wdm_rc work(alert_job *job, const wdm_session *session, const wdm_rules *rules, wdm_run *run,
                   wdm_err *err)
{
    wdm_rc rc = wdm_store_begin(job->store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(job->store, run, err);
    job->run_id = run->run_id;
    if (rc == WDM_OK && !job->no_data)
        rc = wdm_findings_get(&job->findings, session, rules, job->as_of, job->week, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_alert(job->store, true, take_open, job, err);
    if (rc == WDM_OK)
        rc = withdraw_orphans(job, rules, session->config.factor_set, err);
    for (size_t i = 0; i < job->findings.n && rc == WDM_OK; i++)
        rc = follow(job, &job->findings.rows[i], err);
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

static wdm_rc say_result(alert_job *job, wdm_err *err)
{
    const wdm_cli *cli = job->cli;
    const int64_t *n = job->n_action;
    char date[WDM_DATE_TEXT];
    char week[WDM_DATE_TEXT];
    wdm_rc rc = WDM_OK;
    wdm_cli_say(
        cli,
        "Alerts of %s as of %s: %zu series; %lld new, %lld worse, %lld better, %lld unchanged, %lld closed, "
        "%lld withdrawn.%s\n",
        wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(job->week)), week),
        wdm_day_format(job->as_of, date), job->findings.n_series, (long long)n[WDM_ALERT_OPEN],
        (long long)n[WDM_ALERT_WORSE], (long long)n[WDM_ALERT_BETTER],
        (long long)n[WDM_ALERT_REPEAT] + (long long)n[WDM_ALERT_SEEN], (long long)n[WDM_ALERT_CLOSE],
        (long long)n[WDM_ALERT_WITHDRAW], cli->dry_run ? " Nothing was stored." : "");
    if (job->news.n_cells > 0 || cli->format == WDM_FORMAT_CSV)
        rc = wdm_cli_print(cli, &job->news, err);
    if (rc == WDM_OK && wdm_cli_has(cli, "exit-code") && n[WDM_ALERT_OPEN] + n[WDM_ALERT_WORSE] > 0)
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
static wdm_rc evaluate_nothing(alert_job *job, const wdm_session *session, const wdm_rules *rules,
                               wdm_run *run, wdm_err *err)
{
    wdm_err failed = {WDM_OK, ""};
    bool current = false;
    wdm_rc rc = wdm_store_estimates_are_current(job->store, &current, &failed);
    job->no_data = true;
    if (rc == WDM_OK && current) {
        rc = work(job, session, rules, run, &failed);
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
    alert_job job = {.cli = cli, .as_of = cli->as_of};
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
            rc = evaluate_nothing(&job, &session, &rules, &run, err);
    }
    if (rc == WDM_OK)
        rc = wdm_store_run_is_current(session.store, "alert", hash, &current, err);
    if (rc == WDM_OK && current) {
        wdm_cli_say(cli, "Nothing to do: the alerts are those of these estimates.\n");
    } else if (rc == WDM_OK) {
        rc = work(&job, &session, &rules, &run, err);
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

// Evaluates and tells. Without estimates there may still be alerts that were withdrawn; the first failure is
// reported.
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
        if (rc == WDM_OK && told != WDM_OK)
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
    return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is not one of list, ack, outbox; see wdm alert --help",
                       cli->args[0]);
}

static const wdm_option options[] = {
    {"notify", 0, NULL, "send messages about what is new, worse or over (wdm.cfg says how)"},
    {"exit-code", 0, NULL, "exit with 1 when an alert is new or worse"},
    {"state", 0, "STATE", "list: open (with acknowledged; the default) or all"},
    {"by", 0, "NAME", "ack: who has seen it"},
    {"note", 0, "TEXT", "ack: what is being done"},
    {"reason", 0, "TEXT", "outbox drop: why"},
};

const wdm_stage wdm_stage_alert = {
    .name = "alert",
    .usage = "[list | ack ID | outbox [retry | show ID | drop ID]]",
    .summary = "evaluate the alert rules; list alerts, acknowledge one",
    .details = "Without a word: evaluates alerts.csv for the last ISO week that had ended by --as-of and "
               "prints what is\n"
               "new, worse, better, closed or withdrawn; prints nothing when nothing is.\n"
               "list: the alerts. ack ID --by NAME [--note TEXT]: marks one as seen; it opens again when it "
               "gets worse.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .max_args = 3,
    .run = run_alert,
};
