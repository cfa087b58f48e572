// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the files that make findings, one for each family of rules; nobody else includes it.
#ifndef WDM_PIPELINE_FINDINGS_PARTS_H
#define WDM_PIPELINE_FINDINGS_PARTS_H

#include "findings.h"
#include "report/phrase.h"
#include "store/finding_store.h"
#include "wbe/rank_rule.h"

enum { WDM_FINDER_WEEKS = 27, WDM_VALUE_TEXT = 64 }; // how far rank and precursor look back for an episode

// The day of the judged week that stands out most from its neighbours, and the one that is marked as
// disposal.
typedef struct wdm_spike_day {
    wdm_day day; // WDM_DAY_NONE: none
    double ratio, load_mg_d_1000, middle;
} wdm_spike_day;
typedef struct wdm_week_spikes {
    int64_t site_key, drug_key, biomarker_key;
    wdm_spike_day top, marked;
} wdm_week_spikes;

typedef struct wdm_load_days {
    wdm_day *days;
    double *values, *limits;
    int64_t *flags;
    size_t n, cap_days, cap_values, cap_limits, cap_flags;
    wdm_load_day key; // of the days above
    const wdm_spike_rule *rule;
} wdm_load_days;

// A plant's last weeks, for ranks.
typedef struct wdm_rank_series {
    wdm_series series; // without weeks; texts in the arena of the findings
    wdm_index site;
    wdm_series_week weeks[WDM_FINDER_WEEKS]; // [0]: the judged one; n_days 0: none
} wdm_rank_series;

// A ratio that some rule asks for.
typedef struct wdm_kept_ratio {
    const wdm_ratio_rule *rule;
    wdm_week_ratio week; // site_id in the arena of the findings
} wdm_kept_ratio;

typedef struct wdm_finder {
    wdm_findings *out;
    const wdm_session *session;
    const wdm_rules *rules;
    wdm_day as_of;
    int32_t week;
    wdm_replay replay;
    wdm_week_spikes *spikes; // in the order of the series
    size_t n_spikes, cap_spikes;
    wdm_load_days days;
    wdm_rank_series *ranked;
    size_t n_ranked, cap_ranked;
    wdm_kept_ratio *ratios; // by site, ratio, newest week first
    size_t n_ratios, cap_ratios;
} wdm_finder;

// A family of rules. start: once, before the series, when a rule of the family is there. series: for each
// series that a rule covers. finish: for each rule, once all series have been read.
typedef struct wdm_family_code {
    wdm_alert_family family;
    wdm_rc (*start)(wdm_finder *f, wdm_err *err);
    wdm_rc (*series)(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_err *err);
    wdm_rc (*finish)(wdm_finder *f, const wdm_rule *rule, wdm_err *err);
} wdm_family_code;
extern const wdm_family_code wdm_family_baseline, wdm_family_level, wdm_family_first, wdm_family_disposal,
    wdm_family_rank, wdm_family_precursor, wdm_family_quality, wdm_family_k_of_n;

// A sentence in both languages, put together from phrases of text.csv.
typedef struct wdm_reason {
    wdm_buf en, zh;
} wdm_reason;
void wdm_reason_init(wdm_reason *reason);
void wdm_reason_fini(wdm_reason *reason);
void wdm_reason_put(const wdm_finder *f, wdm_reason *reason, const char *key, const wdm_place *places,
                    size_t n);
#define WDM_REASON(f, reason, key, ...)                                                                      \
    wdm_reason_put(f, reason, key, (const wdm_place[]){__VA_ARGS__},                                         \
                   sizeof((const wdm_place[]){__VA_ARGS__}) / sizeof(wdm_place))

// A finding of the series (or of a site without one) under the rule: not judged, no level, no figures, the
// days of the week.
wdm_finding wdm_finder_begin(const wdm_finder *f, const wdm_rule *rule, const wdm_series *series);
wdm_finding wdm_finder_begin_site(const wdm_finder *f, const wdm_rule *rule, int64_t site_key,
                                  const char *site_id);
// Copies the texts and appends. The reason is emptied, for the next one.
wdm_rc wdm_finder_add(wdm_finder *f, wdm_finding *finding, wdm_reason *reason, wdm_err *err) WDM_MUST_CHECK;
// The judged week of the series; NULL when it has none.
const wdm_series_week *wdm_finder_week(const wdm_finder *f, const wdm_series *series);
void wdm_finding_take_value(wdm_finding *finding, const wdm_series_week *week);

// "79.1 mg/d/1000": at most three digits, the unit as long as a person says it.
const char *wdm_value_text(double value, wdm_quantity quantity, char text[WDM_VALUE_TEXT]);
// "below ", before a limit that a value lies under.
void wdm_reason_censored(const wdm_finder *f, wdm_reason *reason);
// "; provisional, 3 days", when it is.
void wdm_reason_provisional(const wdm_finder *f, wdm_reason *reason, const wdm_series_week *week);
// "; week 3", or "; below the lines for 2 weeks".
void wdm_reason_weeks(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding);

// Ratios of the weeks that rules ask for are read once (findings_precursor.c).
wdm_rc wdm_finder_read_ratios(wdm_finder *f, wdm_err *err) WDM_MUST_CHECK;
// Whether a rule that asks for parents of a residue may fire at the site. *known false: no ratio says so.
bool wdm_finder_parents_fit(const wdm_finder *f, const wdm_rule *rule, int64_t site_key, bool *known);

// Members of a finding: copied.
wdm_rc wdm_finding_take_members(wdm_finder *f, wdm_finding *finding, const int64_t *members, size_t n,
                                wdm_err *err) WDM_MUST_CHECK;
// Names of sites with commas, in both languages; sites: indices in the config.
void wdm_finder_names(const wdm_finder *f, wdm_reason *names, const wdm_index *sites, size_t n);

// What could fake the alerts that were found (findings_checks.c).
wdm_rc wdm_finder_check_all(wdm_finder *f, wdm_err *err) WDM_MUST_CHECK;

#endif
