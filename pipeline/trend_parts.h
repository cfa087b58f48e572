// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the trend stage: the run in hand, and its steps.
#ifndef WDM_PIPELINE_TREND_PARTS_H
#define WDM_PIPELINE_TREND_PARTS_H

#include "rules.h"
#include "session.h"
#include "store/trend_store.h"

typedef struct wdm_trend_job {
    const wdm_session *session;
    wdm_rules rules;
    wdm_day as_of;
    int32_t week;     // that is judged
    int window_weeks; // of weekly slopes
    wdm_replay replay;
    wdm_trend_points weeks, longer; // of the series in hand
    wdm_day *region_days;
    size_t region_days_cap;
    wdm_arena arena; // names of campaigns of the series in hand
    int64_t n_weeks, n_series;
    int64_t n_class[WDM_TREND_CENSORED + 1]; // weekly series of sites
} wdm_trend_job;

// Baselines and trends of every series of sites, then of regions.
wdm_rc wdm_trend_places(wdm_trend_job *job, wdm_err *err) WDM_MUST_CHECK;

#endif
