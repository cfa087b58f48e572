// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the trend stage: the run in hand, and its steps.
#ifndef WDM_PIPELINE_TREND_PARTS_H
#define WDM_PIPELINE_TREND_PARTS_H

#include "rules.h"
#include "session.h"
#include "store/source_store.h"
#include "store/trend_rows.h"

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
    wdm_source_table sources;
    wdm_source_run *runs; // of the series in hand
    size_t n_runs, runs_cap;
    wdm_segments segments;
    struct wdm_bench_item *bench; // newest values of places, for the benchmarks
    size_t n_bench, bench_cap;
    struct wdm_level_item *published; // published levels of regions
    size_t n_published, published_cap;
    struct wdm_effect_item *effects; // of campaigns at sites
    size_t n_effects, effects_cap;
    wdm_arena arena; // names of campaigns of the series in hand
    int64_t n_weeks, n_series;
    int64_t n_class[WDM_TREND_CENSORED + 1]; // weekly series of sites
} wdm_trend_job;

// Baselines and trends of every series of sites, then of regions.
wdm_rc wdm_trend_places(wdm_trend_job *job, wdm_err *err) WDM_MUST_CHECK;

// ---- trend_segments.c: who measured a site's series

// Makes job->runs those of the series.
wdm_rc wdm_trend_choose_runs(wdm_trend_job *job, const wdm_series *series, wdm_err *err) WDM_MUST_CHECK;
// Fills the points' shifts, and job->segments.
wdm_rc wdm_trend_mark_segments(wdm_trend_job *job, const wdm_series *series, wdm_trend_points *points,
                               wdm_err *err) WDM_MUST_CHECK;
// Of the weekly series: stores job->segments when there are several, and fills the row's columns.
wdm_rc wdm_trend_put_segments(wdm_trend_job *job, wdm_trend_row *row, wdm_err *err) WDM_MUST_CHECK;

// ---- trend_level.c: the smoothed level of a weekly series, and changes of level at any scale

wdm_rc wdm_trend_put_level(wdm_trend_job *job, wdm_trend_row *row, const wdm_trend_points *points,
                           wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_trend_put_steps(wdm_trend_job *job, wdm_trend_row *row, const wdm_trend_points *points,
                           wdm_err *err) WDM_MUST_CHECK;

// ---- trend_benchmark.c: places against others, once all have been read

// Keeps the newest value of a normalised load.
wdm_rc wdm_trend_keep_bench(wdm_trend_job *job, const wdm_series *series, wdm_scale scale,
                            const wdm_trend_points *points, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_trend_put_benchmarks(wdm_trend_job *job, wdm_err *err) WDM_MUST_CHECK;
void wdm_trend_benchmarks_fini(wdm_trend_job *job);

// ---- trend_campaign.c: what the operations of campaigns.csv did

// Keeps the effects at a site's weekly series.
wdm_rc wdm_trend_keep_effects(wdm_trend_job *job, const wdm_series *series, const wdm_trend_points *weeks,
                              wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_trend_put_effects(wdm_trend_job *job, wdm_err *err) WDM_MUST_CHECK;

#endif
