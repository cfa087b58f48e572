// SPDX-License-Identifier: GPL-3.0-or-later
// How alerts end other than by calm: what a correction, an undo, a control that failed or another rule takes
// away.
#include <stdio.h>
#include <string.h>

#include "alert_parts.h"

// An alert that a week without a level would close may never have had a cause in the data as they are now:
// its weeks are judged again. Faults of data by age are not: that data were missing stays true when they
// come.
static bool looks_like_an_end(const wdm_open_alert *alert)
{
    const wdm_finding *now = alert->now;
    return now != NULL && now->judged && now->level == WDM_LEVEL_NONE && now->first_day != WDM_DAY_NONE &&
           alert->row.opened_week < now->week &&
           (now->below_weeks >= now->close_weeks || now->week < alert->life.judged_week);
}

static wdm_rc judge_again(wdm_alert_job *job, int32_t week, wdm_err *err)
{
    wdm_findings then = {0};
    wdm_rc rc = wdm_findings_get(&then, job->session, job->rules, job->as_of, week, err);
    for (size_t i = 0; i < then.n && rc == WDM_OK; i++) {
        wdm_open_alert *alert =
            then.rows[i].level > WDM_LEVEL_NONE ? wdm_alert_find(job, &then.rows[i]) : NULL;
        if (alert != NULL && alert->unsure && alert->row.opened_week <= week)
            alert->unsure = false;
    }
    wdm_findings_fini(&then);
    return rc;
}

wdm_rc wdm_alert_find_causes(wdm_alert_job *job, wdm_err *err)
{
    int32_t first = job->week;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < job->n_open; i++) {
        wdm_open_alert *alert = &job->open[i];
        alert->unsure = looks_like_an_end(alert);
        if (alert->unsure && alert->row.opened_week < first)
            first = alert->row.opened_week;
    }
    for (int32_t week = first; week < job->week && rc == WDM_OK; week++) {
        bool wanted = false;
        for (size_t i = 0; i < job->n_open; i++)
            wanted = wanted || (job->open[i].unsure && job->open[i].row.opened_week <= week);
        if (wanted)
            rc = judge_again(job, week, err);
    }
    for (size_t i = 0; i < job->n_open; i++)
        job->open[i].no_cause = job->open[i].unsure;
    return rc;
}

// ---- what has changed

static void put_both(wdm_alert_job *job, wdm_buf *en, wdm_buf *zh, const char *key, const wdm_place *places,
                     size_t n)
{
    const wdm_words english = {&job->session->config, WDM_LANG_EN};
    const wdm_words chinese = {&job->session->config, WDM_LANG_ZH};
    wdm_words_put(&english, en, key, places, n);
    wdm_words_put(&chinese, zh, key, places, n);
}

static bool rule_changed(const wdm_alert_job *job, const wdm_open_alert *alert, const char *was)
{
    bool changed = false;
    for (size_t i = 0; i < job->rules->n && was[0] != '\0'; i++) {
        wdm_buf text = {0};
        if (strcmp(job->rules->rows[i].row->rule_id, alert->row.rule_id) != 0)
            continue;
        wdm_buf_init(&text, 65536);
        wdm_alert_rule_text(&text, &job->session->config, job->rules->rows[i].row);
        changed = strcmp(wdm_buf_text(&text), was) != 0;
        wdm_buf_fini(&text);
        break;
    }
    return changed;
}

wdm_rc wdm_alert_what_changed(wdm_alert_job *job, const wdm_open_alert *alert, const char **cause,
                              wdm_buf *en, wdm_buf *zh, wdm_err *err)
{
    wdm_behind b = {0};
    char n[32];
    char all[32];
    wdm_rc rc = wdm_store_alert_behind(job->store, alert->row.alert_id, &job->findings.arena, &b, err);
    const int64_t count = b.undone > 0 ? b.undone : b.corrected > 0 ? b.corrected : b.failed;
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(n, sizeof n, "%lld", (long long)count);
    (void)snprintf(all, sizeof all, "%lld", (long long)b.all);
    const wdm_place places[] = {
        {"n", n}, {"all", all}, {"batch", b.batch}, {"codes", b.codes}, {"rule", b.rule}};
    if (b.undone > 0)
        *cause = "undone";
    else if (b.corrected > 0)
        *cause = "corrected";
    else if (b.failed > 0)
        *cause = "quality";
    else if (rule_changed(job, alert, b.rule))
        *cause = "rule";
    else
        *cause = "estimates";
    wdm_buf key = {0};
    wdm_buf_init(&key, 64);
    wdm_buf_printf(&key, "life.%s", *cause);
    put_both(job, en, zh, wdm_buf_text(&key), places, sizeof places / sizeof places[0]);
    wdm_buf_fini(&key);
    return WDM_OK;
}

// ---- orphans

static wdm_rc withdraw(wdm_alert_job *job, wdm_open_alert *alert, const char *cause, const wdm_buf *en,
                       const wdm_buf *zh, wdm_err *err)
{
    const wdm_alert_change change = {"withdrawn", cause, NULL, wdm_buf_text(en), wdm_buf_text(zh)};
    wdm_rc rc = wdm_buf_check(en, err);
    if (rc == WDM_OK)
        rc = wdm_buf_check(zh, err);
    alert->row.state = "withdrawn";
    alert->row.closed = job->as_of;
    alert->ended = true;
    job->n_action[WDM_ALERT_WITHDRAW]++;
    if (rc == WDM_OK)
        rc = wdm_store_update_alert(job->store, &alert->row, err);
    return rc == WDM_OK ? wdm_alert_tell(job, alert, &change, err) : rc;
}

static wdm_rc orphan(wdm_alert_job *job, wdm_open_alert *alert, bool has_rule, wdm_err *err)
{
    wdm_buf en = {0};
    wdm_buf zh = {0};
    const char *cause = "rule";
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&en, 65536);
    wdm_buf_init(&zh, 65536);
    if (!has_rule) {
        put_both(job, &en, &zh, "life.no_rule", NULL, 0);
    } else {
        rc = wdm_alert_what_changed(job, alert, &cause, &en, &zh, err);
        if (rc == WDM_OK && (strcmp(cause, "estimates") == 0 || strcmp(cause, "rule") == 0)) {
            cause = "estimates"; // not what the rule says of the data: there are none
            wdm_buf_clear(&en);
            wdm_buf_clear(&zh);
            put_both(job, &en, &zh, "life.gone", NULL, 0);
        }
    }
    if (rc == WDM_OK)
        rc = withdraw(job, alert, cause, &en, &zh, err);
    wdm_buf_fini(&en);
    wdm_buf_fini(&zh);
    return rc;
}

// A series that has only paused still has the weeks that it was seen in.
wdm_rc wdm_alert_withdraw_orphans(wdm_alert_job *job, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < job->n_open && rc == WDM_OK; i++) {
        wdm_open_alert *alert = &job->open[i];
        bool has_rule = false;
        bool has_data = true;
        for (size_t k = 0; k < job->rules->n; k++)
            has_rule = has_rule || strcmp(job->rules->rows[k].row->rule_id, alert->row.rule_id) == 0;
        if (has_rule)
            rc = wdm_store_alert_has_data(job->store, &alert->row, job->session->config.factor_set, &has_data,
                                          err);
        if (rc == WDM_OK && (!has_rule || !has_data))
            rc = orphan(job, alert, has_rule, err);
    }
    return rc;
}
