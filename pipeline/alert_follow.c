// SPDX-License-Identifier: GPL-3.0-or-later
// The findings of a run against the open alerts: what opens, changes and ends, and what a fault explains.
#include <stdio.h>
#include <string.h>

#include "alert_parts.h"
#include "base/mem.h"

static wdm_rc append(wdm_alert_job *job, const wdm_open_alert *alert, wdm_err *err)
{
    wdm_rc rc = wdm_grow(&job->open, &job->cap_open, job->n_open + 1, sizeof *job->open, err);
    if (rc == WDM_OK)
        job->open[job->n_open++] = *alert;
    return rc;
}

static wdm_rc take_open(void *context, const wdm_alert *alert, wdm_err *err)
{
    wdm_alert_job *job = context;
    wdm_open_alert open = {.row = *alert, .life = alert->life};
    const char **texts[] = {&open.row.site_id,   &open.row.drug_id,         &open.row.biomarker_id,
                            &open.row.region_id, &open.row.rule_id,         &open.row.family,
                            &open.row.level,     &open.row.state,           &open.row.reason,
                            &open.row.reason_zh, &open.row.acknowledged_by, &open.row.acknowledged_note,
                            &open.row.group_key};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = wdm_arena_strdup(&job->findings.arena, *texts[i]);
        if (*texts[i] == NULL)
            return wdm_err_nomem(err);
    }
    return append(job, &open, err);
}

wdm_open_alert *wdm_alert_find(wdm_alert_job *job, const wdm_finding *finding)
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

wdm_rc wdm_alert_read_open(wdm_alert_job *job, wdm_err *err)
{
    wdm_rc rc = wdm_store_each_alert(job->store, true, take_open, job, err);
    for (size_t i = 0; i < job->findings.n && rc == WDM_OK; i++) {
        wdm_open_alert *alert = wdm_alert_find(job, &job->findings.rows[i]);
        if (alert != NULL)
            alert->now = &job->findings.rows[i];
    }
    return rc;
}

// ---- one finding

// The alert's row with this finding in it.
static void take_finding(wdm_alert_job *job, const wdm_finding *finding, wdm_open_alert *alert)
{
    wdm_alert *row = &alert->row;
    row->level = wdm_alert_level_text(alert->life.level);
    row->last_seen = job->as_of;
    row->weeks = finding->weeks > 0 ? finding->weeks : row->weeks;
    row->value = finding->value;
    row->lo95 = finding->lo95;
    row->hi95 = finding->hi95;
    row->threshold = finding->threshold;
    row->baseline = finding->baseline;
    row->factor = finding->factor;
    row->probability = finding->probability;
    row->reason = finding->reason;
    row->reason_zh = finding->reason_zh == NULL ? finding->reason : finding->reason_zh;
    row->inhibits = finding->inhibits;
}

static wdm_open_alert begin(const wdm_alert_job *job, const wdm_finding *finding)
{
    return (wdm_open_alert){
        .row = {.site_key = finding->site_key,
                .drug_key = finding->drug_key,
                .biomarker_key = finding->biomarker_key,
                .quantity = finding->quantity,
                .site_id = finding->site_id,
                .region_id = finding->region_id,
                .drug_id = finding->drug_id,
                .biomarker_id = finding->biomarker_id,
                .rule_id = finding->rule->row->rule_id,
                .family = finding->rule->row->family,
                .group_key = finding->site_id[0] != '\0' ? finding->site_id : finding->region_id,
                .state = "open",
                .opened = job->as_of,
                .opened_week = finding->week,
                .closed = WDM_DAY_NONE},
        .now = finding};
}

// Whether a fault at the site, younger than the alert, makes the week's level doubtful.
static bool is_held(const wdm_alert_job *job, const wdm_open_alert *alert)
{
    for (size_t i = 0; i < job->n_open; i++) {
        const wdm_open_alert *fault = &job->open[i];
        if (fault->row.inhibits && !fault->ended && fault->row.site_key == alert->row.site_key &&
            alert->row.site_key != 0 && alert->row.drug_key != 0 &&
            alert->row.opened_week < fault->row.opened_week)
            return true;
    }
    return false;
}

static const char *const events[] = {NULL,       "opened", "worse",  "better",
                                     "repeated", NULL,     "closed", "withdrawn"};

static wdm_rc add(wdm_alert_job *job, const wdm_finding *finding, wdm_open_alert *alert, wdm_err *err)
{
    const wdm_alert_change change = {"opened", "", finding, finding->reason, finding->reason_zh};
    wdm_rc rc = WDM_OK;
    take_finding(job, finding, alert);
    alert->row.life = alert->life;
    alert->is_news = true;
    rc = wdm_store_add_alert(job->store, &alert->row, err);
    if (rc == WDM_OK)
        rc = append(job, alert, err);
    return rc == WDM_OK ? wdm_alert_tell(job, alert, &change, err) : rc;
}

// Families whose alert is over with its week, or with what was missing.
static bool of_one_week(wdm_alert_family family)
{
    return wdm_alert_family_is_event(family) || family == WDM_FAMILY_QUALITY;
}

// Why it ends, in words: what has changed or what is usual now, and what the week says.
static wdm_rc why(wdm_alert_job *job, const wdm_finding *finding, const wdm_open_alert *alert,
                  wdm_alert_change *change, wdm_buf texts[2], wdm_err *err)
{
    const char *reasons[2] = {finding->reason,
                              finding->reason_zh == NULL ? finding->reason : finding->reason_zh};
    const bool withdrawn = strcmp(change->event, "withdrawn") == 0;
    wdm_buf what[2] = {{0}};
    wdm_rc rc = WDM_OK;
    for (int i = 0; i < 2; i++)
        wdm_buf_init(&what[i], 65536);
    change->cause = finding->new_level ? "new_level" : of_one_week(finding->rule->family) ? "over" : "calm";
    if (withdrawn)
        rc = wdm_alert_what_changed(job, alert, &change->cause, &what[0], &what[1], err);
    for (int i = 0; i < 2 && rc == WDM_OK; i++) {
        const wdm_words words = {&job->session->config, i == 0 ? WDM_LANG_EN : WDM_LANG_ZH};
        if (!withdrawn && finding->new_level)
            wdm_words_put(&words, &what[i], "life.new_level", NULL, 0);
        if (what[i].len == 0)
            wdm_buf_puts(&texts[i], reasons[i]);
        else
            WDM_WORDS(&words, &texts[i], "life.now", {"what", wdm_buf_text(&what[i])},
                      {"reason", reasons[i]});
        rc = wdm_buf_check(&what[i], err);
        if (rc == WDM_OK)
            rc = wdm_buf_check(&texts[i], err);
    }
    for (int i = 0; i < 2; i++)
        wdm_buf_fini(&what[i]);
    change->reason = wdm_buf_text(&texts[0]);
    change->reason_zh = wdm_buf_text(&texts[1]);
    return rc;
}

// The row keeps what it was last seen with.
static wdm_rc end(wdm_alert_job *job, const wdm_finding *finding, wdm_open_alert *alert,
                  wdm_alert_action action, wdm_err *err)
{
    wdm_alert_change change = {.event = events[action], .finding = finding};
    wdm_buf texts[2] = {{0}};
    int64_t seen = 0;
    wdm_rc rc = wdm_store_alert_seen_weeks(job->store, alert->row.alert_id, &seen, err);
    for (int i = 0; i < 2; i++)
        wdm_buf_init(&texts[i], 65536);
    if (rc == WDM_OK)
        rc = why(job, finding, alert, &change, texts, err);
    alert->ended = true;
    alert->row.state = events[action];
    alert->row.closed = job->as_of;
    alert->row.one_off = action == WDM_ALERT_CLOSE && seen <= 1;
    if (rc == WDM_OK)
        rc = wdm_store_update_alert(job->store, &alert->row, err);
    if (rc == WDM_OK)
        rc = wdm_alert_tell(job, alert, &change, err);
    for (int i = 0; i < 2; i++)
        wdm_buf_fini(&texts[i]);
    return rc;
}

static wdm_rc update(wdm_alert_job *job, const wdm_finding *finding, wdm_open_alert *alert,
                     wdm_alert_action action, wdm_err *err)
{
    const wdm_alert_change change = {events[action], "", finding, finding->reason, finding->reason_zh};
    const wdm_alert_life before = alert->row.life;
    wdm_rc rc = WDM_OK;
    if (action != WDM_ALERT_NOTHING)
        take_finding(job, finding, alert);
    if (action == WDM_ALERT_WORSE) {
        alert->row.state = "open"; // what was acknowledged was less than this
        alert->is_news = true;
    }
    alert->row.life = alert->life;
    if (action == WDM_ALERT_NOTHING && before.judged_week == alert->life.judged_week &&
        before.lower_weeks == alert->life.lower_weeks && before.lower_level == alert->life.lower_level)
        return WDM_OK;
    rc = wdm_store_update_alert(job->store, &alert->row, err);
    if (rc != WDM_OK || events[action] == NULL)
        return rc;
    return wdm_alert_tell(job, alert, &change, err);
}

static wdm_rc follow(wdm_alert_job *job, const wdm_finding *finding, wdm_err *err)
{
    const bool by_day = finding->first_day == WDM_DAY_NONE; // data by age: judged on a day, not for a week
    wdm_open_alert fresh = begin(job, finding);
    wdm_open_alert *alert = wdm_alert_find(job, finding);
    wdm_alert_facts facts = {.week = finding->week,
                             .judged = finding->judged,
                             .level = finding->level,
                             .may_open = finding->may_open,
                             .new_level = finding->new_level,
                             .risen = finding->risen,
                             .below_weeks = finding->below_weeks,
                             .close_weeks = finding->close_weeks,
                             .better_weeks = (int)finding->rule->parameter[WDM_PARAM_BETTER_WEEKS]};
    wdm_alert_action action = WDM_ALERT_NOTHING;
    if (alert == NULL) {
        action = wdm_alert_step(&facts, &fresh.life);
    } else {
        facts.opening = by_day ? alert->row.opened == job->as_of : alert->row.opened_week == finding->week;
        facts.no_cause = alert->no_cause;
        facts.held = is_held(job, alert);
        action = wdm_alert_step(&facts, &alert->life);
    }
    job->n_action[action]++;
    if (action == WDM_ALERT_OPEN)
        return add(job, finding, &fresh, err);
    if (alert == NULL)
        return WDM_OK;
    if (action == WDM_ALERT_CLOSE || action == WDM_ALERT_WITHDRAW)
        return end(job, finding, alert, action, err);
    return update(job, finding, alert, action, err);
}

// Faults first: they decide what the others mean.
wdm_rc wdm_alert_follow(wdm_alert_job *job, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < job->findings.n && rc == WDM_OK; i++) {
            const wdm_finding *finding = &job->findings.rows[i];
            if ((finding->drug_key == 0) == (pass == 0))
                rc = follow(job, finding, err);
        }
    }
    return rc;
}

// ---- what a fault explains

static const wdm_open_alert *fault_of(const wdm_alert_job *job, const wdm_open_alert *alert)
{
    const wdm_alert_place place = {alert->row.site_key, alert->row.drug_key, alert->row.opened_week};
    for (size_t i = 0; i < job->n_open; i++) {
        const wdm_open_alert *fault = &job->open[i];
        const wdm_alert_place at = {fault->row.site_key, fault->row.drug_key, fault->row.opened_week};
        if (fault->row.inhibits && !fault->ended && wdm_alert_explains(&at, &place))
            return fault;
    }
    return NULL;
}

// fault NULL: what had explained it has ended.
static wdm_rc set_inhibited(wdm_alert_job *job, wdm_open_alert *alert, const wdm_open_alert *fault,
                            wdm_err *err)
{
    const wdm_alert *about = fault != NULL ? &fault->row : &alert->row;
    wdm_alert_change change = {.event = fault != NULL ? "inhibited" : "released"};
    wdm_buf texts[2] = {{0}};
    char id[32];
    wdm_rc rc = WDM_OK;
    (void)snprintf(id, sizeof id, "%lld",
                   (long long)(fault != NULL ? fault->row.alert_id : alert->row.inhibited_by));
    for (int i = 0; i < 2; i++) {
        const wdm_words words = {&job->session->config, i == 0 ? WDM_LANG_EN : WDM_LANG_ZH};
        wdm_buf_init(&texts[i], 65536);
        WDM_WORDS(&words, &texts[i], fault != NULL ? "life.inhibited" : "life.released", {"id", id},
                  {"reason", i == 0 ? about->reason : about->reason_zh});
        if (rc == WDM_OK)
            rc = wdm_buf_check(&texts[i], err);
    }
    change.reason = wdm_buf_text(&texts[0]);
    change.reason_zh = wdm_buf_text(&texts[1]);
    alert->row.inhibited_by = fault != NULL ? fault->row.alert_id : 0;
    alert->is_news = fault == NULL;
    job->n_inhibited += fault != NULL ? 1 : 0;
    job->n_released += fault == NULL ? 1 : 0;
    if (rc == WDM_OK)
        rc = wdm_store_update_alert(job->store, &alert->row, err);
    if (rc == WDM_OK)
        rc = wdm_alert_tell(job, alert, &change, err);
    for (int i = 0; i < 2; i++)
        wdm_buf_fini(&texts[i]);
    return rc;
}

wdm_rc wdm_alert_explain(wdm_alert_job *job, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < job->n_open && rc == WDM_OK; i++) {
        wdm_open_alert *alert = &job->open[i];
        const wdm_open_alert *fault = fault_of(job, alert);
        if (!alert->ended && (fault == NULL ? 0 : fault->row.alert_id) != alert->row.inhibited_by)
            rc = set_inhibited(job, alert, fault, err);
    }
    return rc;
}
