// SPDX-License-Identifier: GPL-3.0-or-later
// What the rules say of the judged week: one finding for each rule and series (or site) that it covers.
#ifndef WDM_PIPELINE_FINDINGS_H
#define WDM_PIPELINE_FINDINGS_H

#include "base/arena.h"
#include "base/date.h"
#include "rules.h"

// A look at what could fake an alert.
typedef struct wdm_finding_check {
    const char *check_id;       // flow, population, disposal, one_day, quality, few_days
    const char *verdict;        // ok, suspect, unknown
    const char *text, *text_zh; // a sentence with its numbers
} wdm_finding_check;

typedef struct wdm_finding {
    const wdm_rule *rule;
    int64_t site_key, drug_key, biomarker_key;                // 0: none
    const char *site_id, *region_id, *drug_id, *biomarker_id; // "" for none; site_id or region_id is given
    int quantity;                                             // WDM_ALERT_NO_QUANTITY for none
    int32_t week;
    bool judged;
    wdm_alert_level level;
    bool may_open; // within the false-discovery limit; true for families without p-values
    int weeks;     // of the episode
    int below_weeks, close_weeks;
    double value, lo95, hi95, threshold, baseline, factor, probability; // NaN: none
    const char *reason, *reason_zh;                                     // a sentence with the numbers
    wdm_day first_day, last_day; // the days whose results are behind it; WDM_DAY_NONE: none
    const int64_t *member_sites; // site keys that a finding on several sites rests on
    size_t n_members;
    const wdm_finding_check *checks;
    size_t n_checks;
    bool new_level; // the raised level has become the usual one: an open alert ends so
    bool risen;     // it has risen further on top of an episode that may have been told
    bool inhibits;  // while its alert is open, those of drugs at the site are explained by it
} wdm_finding;

typedef struct wdm_findings {
    wdm_finding *rows;
    size_t n, cap;
    size_t n_series; // weekly series that some rule covers
    wdm_arena arena;
} wdm_findings;

// The judged week of the store, all rules, then the false-discovery limit over the p-values of all baseline
// rules.
wdm_rc wdm_findings_get(wdm_findings *findings, const wdm_session *session, const wdm_rules *rules,
                        wdm_day as_of, int32_t week, wdm_err *err) WDM_MUST_CHECK;
void wdm_findings_fini(wdm_findings *findings);

#endif
