// SPDX-License-Identifier: GPL-3.0-or-later
// Rows beside `trend` that wdm trend writes, and the published levels that it compares with.
// wdm_store_clear_trend removes them.
#ifndef WDM_STORE_TREND_ROWS_H
#define WDM_STORE_TREND_ROWS_H

#include "store/trend_store.h"
#include "wbe/benchmark.h"
#include "wbe/campaign_effect.h"

// number: 1, 2, ... in the order of time. source: "lab/method", with " and others" when it is mixed.
wdm_rc wdm_store_put_segment(wdm_store *store, const wdm_series *series, int number,
                             const wdm_segment *segment, const char *source, wdm_err *err) WDM_MUST_CHECK;

wdm_rc wdm_store_put_level(wdm_store *store, const wdm_series *series, int32_t week,
                           const wdm_trend_level *level, wdm_err *err) WDM_MUST_CHECK;

// `at`: the first point of the new level.
wdm_rc wdm_store_put_changepoint(wdm_store *store, const wdm_series *series, wdm_scale scale,
                                 const wdm_trend_point *at, const wdm_trend_step *step,
                                 wdm_err *err) WDM_MUST_CHECK;

// A series by its keys, for what is written after all have been read.
typedef struct wdm_place_series {
    int64_t site_key, region_key; // one of them 0
    int64_t drug_key, biomarker_key;
    wdm_quantity quantity;
} wdm_place_series;

typedef struct wdm_benchmark_row {
    wdm_place_series series;
    wdm_scale scale;
    const char *kind, *reference;          // places, set, published; a region_id, or "imported" (set)
    const char *period, *reference_period; // what they are called
    double value, log_sd;                  // its own
    wdm_benchmark benchmark;
    bool has_rank; // false: against one number
} wdm_benchmark_row;
wdm_rc wdm_store_put_benchmark(wdm_store *store, const wdm_benchmark_row *row, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_effect_row {
    wdm_place_series series;
    const char *campaign_id;
    wdm_effect_part part;
    wdm_day first, last;
    size_t n_before, n_weeks; // of all its sites
    size_t n_sites, n_outside;
    wdm_effect_figure effect, outside, net;
} wdm_effect_row;
wdm_rc wdm_store_put_effect(wdm_store *store, const wdm_effect_row *row, wdm_err *err) WDM_MUST_CHECK;

wdm_rc wdm_store_region_key(wdm_store *store, const char *region_id, int64_t *key,
                            wdm_err *err) WDM_MUST_CHECK;

// A level that somebody published for a region: normalised load, mg/d/1000 people.
typedef struct wdm_region_level {
    const char *region_id;
    int64_t biomarker_key;
    wdm_day day;
    double load_mg_d_1000;
} wdm_region_level;
typedef wdm_rc (*wdm_region_level_fn)(void *context, const wdm_region_level *level, wdm_err *err);
// Those in force with a value, on or before as_of, by region, biomarker and day.
wdm_rc wdm_store_each_region_level(wdm_store *store, wdm_day as_of, wdm_region_level_fn fn, void *context,
                                   wdm_err *err) WDM_MUST_CHECK;

#endif
