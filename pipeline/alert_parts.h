// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the files that keep the alerts; nobody else includes it.
#ifndef WDM_PIPELINE_ALERT_PARTS_H
#define WDM_PIPELINE_ALERT_PARTS_H

#include "findings.h"
#include "report/phrase.h"
#include "session.h"
#include "store/alert_event_store.h"
#include "store/alert_store.h"

// An alert that is open, or was when the run began.
typedef struct wdm_open_alert {
    wdm_alert row;          // texts in the arena of the findings
    wdm_alert_life life;    // as it is now; row.life is that of the stored row
    const wdm_finding *now; // what its rule says of the judged week; NULL: nothing
    bool ended;             // by this run
    bool is_news;           // opened, worse or released by this run
    bool unsure;            // it looks like an end: has it a cause in the data as they are now?
    bool no_cause;          // it has none
} wdm_open_alert;

typedef struct wdm_alert_job {
    const wdm_cli *cli;
    const wdm_session *session;
    const wdm_rules *rules;
    wdm_store *store;
    wdm_findings findings;
    wdm_open_alert *open;
    size_t n_open, cap_open;
    int64_t run_id;
    wdm_day as_of;
    int32_t week;
    bool no_data; // there are no estimates at all
    wdm_tabular news;
    int64_t n_action[WDM_ALERT_WITHDRAW + 1];
    int64_t n_inhibited, n_released;
} wdm_alert_job;

// ---- alert_follow.c
// The open alerts, each finding against them, and which of them a fault explains.
wdm_rc wdm_alert_read_open(wdm_alert_job *job, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_alert_follow(wdm_alert_job *job, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_alert_explain(wdm_alert_job *job, wdm_err *err) WDM_MUST_CHECK;
wdm_open_alert *wdm_alert_find(wdm_alert_job *job, const wdm_finding *finding);

// ---- alert_event.c
// A change of an alert as it is told and stored. Texts may be short-lived.
typedef struct wdm_alert_change {
    const char *event, *cause;
    const wdm_finding *finding; // the numbers, checks and results behind it; NULL: those of the alert's row
    const char *reason, *reason_zh;
} wdm_alert_change;
wdm_rc wdm_alert_tell(wdm_alert_job *job, const wdm_open_alert *alert, const wdm_alert_change *change,
                      wdm_err *err) WDM_MUST_CHECK;
// The rule's row as "rule_id=...;family=...;...": its cells that are not empty, its parameters as they stand.
void wdm_alert_rule_text(wdm_buf *out, const wdm_config *config, const wdm_alert_rule *row);

// ---- alert_end.c
// Of alerts that may end: whether any week since they opened has a level in the data as they are now.
wdm_rc wdm_alert_find_causes(wdm_alert_job *job, wdm_err *err) WDM_MUST_CHECK;
// Alerts whose rule or data are gone.
wdm_rc wdm_alert_withdraw_orphans(wdm_alert_job *job, wdm_err *err) WDM_MUST_CHECK;
// What has changed since the alert opened: a cause (wdm_alert_event) and a sentence in both languages.
wdm_rc wdm_alert_what_changed(wdm_alert_job *job, const wdm_open_alert *alert, const char **cause,
                              wdm_buf *en, wdm_buf *zh, wdm_err *err) WDM_MUST_CHECK;

#endif
