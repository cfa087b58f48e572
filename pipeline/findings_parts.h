// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the files that make findings; nobody else includes it.
#ifndef WDM_PIPELINE_FINDINGS_PARTS_H
#define WDM_PIPELINE_FINDINGS_PARTS_H

#include "findings.h"

// The day of the judged week that stands out most from its neighbours.
typedef struct wdm_spike {
    int64_t site_key, drug_key, biomarker_key;
    wdm_day day;
    double ratio, load_mg_d_1000, middle;
} wdm_spike;

typedef struct wdm_day_series {
    wdm_day *days;
    double *values, *limits;
    size_t n, cap_days, cap_values, cap_limits;
    wdm_load_day key; // of the days above
} wdm_day_series;

typedef struct wdm_finder {
    wdm_findings *out;
    const wdm_session *session;
    const wdm_rules *rules;
    wdm_day as_of;
    int32_t week;
    wdm_replay replay;
    wdm_spike *spikes; // in the order of the series
    size_t n_spikes, cap_spikes;
    wdm_day_series days;
} wdm_finder;

// A finding of the series under the rule: not judged, no level, no figures.
wdm_finding wdm_finder_begin(const wdm_finder *f, const wdm_rule *rule, const wdm_series *series);
// Copies the texts and appends.
wdm_rc wdm_finder_add(wdm_finder *f, wdm_finding *finding, const wdm_buf *reason,
                      wdm_err *err) WDM_MUST_CHECK;
// "79.1" and "79.1 mg/d/1000": at most three digits, the unit as long as a person says it.
void wdm_finder_put_number(wdm_buf *buf, double value);
void wdm_finder_put_value(wdm_buf *buf, double value, wdm_quantity quantity);

// Family disposal (findings_disposal.c). The days are read once for all series, before the first finding.
wdm_rc wdm_finder_read_spikes(wdm_finder *f, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_finder_disposal(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_buf *buf,
                           wdm_err *err) WDM_MUST_CHECK;

#endif
