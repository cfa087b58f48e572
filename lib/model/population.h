// SPDX-License-Identifier: GPL-3.0-or-later
// The people served by one site, day by day: what the table, the field sheet and each marker say, side by
// side, and which of it the site's policy takes.
#ifndef WDM_MODEL_POPULATION_H
#define WDM_MODEL_POPULATION_H

#include "data/config.h"
#include "model/estimate_row.h"
#include "model/observation.h"
#include "wbe/population.h"

// Keys of what observations share; never 0. A sample is known by its id on its day, a batch by import batch,
// laboratory, method and day of analysis (the analyte is the same within a series), a flow by where it was
// read.
int64_t wdm_row_sample_key(const wdm_result_row *row);
int64_t wdm_row_batch_key(const wdm_result_row *row);
int64_t wdm_row_flow_key(const wdm_result_row *row);

// One measured marker.
typedef struct wdm_marker_value {
    wdm_day day;
    size_t method; // in config->marker_methods
    wdm_population_value value;
    int64_t flags; // of its result that matter for what is divided by it
    size_t order;
} wdm_marker_value;

// A day with results, and the population of its field sheet (NaN: none).
typedef struct wdm_seen_day {
    wdm_day day;
    double field_persons;
    size_t order;
} wdm_seen_day;

typedef struct wdm_site_population {
    const wdm_config *config; // borrowed
    wdm_index site;
    wdm_policy policy;
    wdm_marker_value *markers; // by day and method once finished
    size_t n, cap;
    wdm_seen_day *days; // by day once finished, each once
    size_t n_days, days_cap;
} wdm_site_population;

void wdm_site_population_init(wdm_site_population *population, const wdm_config *config, wdm_index site);
// Looks at a result of the site, of any analyte and in any order.
wdm_rc wdm_site_population_add(wdm_site_population *population, const wdm_result_row *row,
                               wdm_err *err) WDM_MUST_CHECK;
void wdm_site_population_finish(wdm_site_population *population);
void wdm_site_population_fini(wdm_site_population *population);

// What is to be divided: sample_key and flow_key as above, 0 for the day as a whole.
typedef struct wdm_population_query {
    wdm_day day;
    int64_t sample_key, flow_key;
    double field_persons; // of the field sheet; NaN: none
    wdm_index biomarker;  // that is to be divided: a marker does not serve itself; WDM_NONE: none
} wdm_population_query;

enum { WDM_POPULATION_ESTIMATES_MAX = WDM_MARKER_METHODS_MAX + 1 };
#define WDM_POPULATION_STATIC ((size_t)-1) // in `method`: the table's or the field sheet's

// All estimates of a day with the weights that the policy gives them. n 0: there is none.
typedef struct wdm_day_population {
    size_t n;
    size_t
        method[WDM_POPULATION_ESTIMATES_MAX]; // WDM_POPULATION_STATIC first, if there is one; else a marker's
    wdm_population_value value[WDM_POPULATION_ESTIMATES_MAX];
    double weight[WDM_POPULATION_ESTIMATES_MAX]; // sum 1; all 0 when the policy gets no population
    int n_samples[WDM_POPULATION_ESTIMATES_MAX];
    bool known;         // the policy gets a population
    int64_t flags;      // field_population, marker_population, population_fallback, population_disagrees, ...
    int64_t source_key; // equal for days that are put together of the same sources
} wdm_day_population;

// A marker of the very sample goes before the mean of the day's. The policy `static` takes the table's row,
// else the field sheet's; a marker's policy takes the marker, and where that day has none the static one with
// the flag population_fallback; `combined` weighs all by wdm_population_weights. population_disagrees: what
// is taken and any other estimate differ by more than plausibility.csv allows (marker_disagrees).
void wdm_population_of_day(const wdm_site_population *population, const wdm_population_query *query,
                           wdm_day_population *out);

// Whether the i-th estimate of the day disagrees with what the policy takes.
bool wdm_population_differs(const wdm_site_population *population, const wdm_day_population *day, size_t i);

// Hands the estimates of every day with results to the sink (its `population`; NULL: none is wanted): static,
// other rows of the table that hold that day (static:METHOD), field, each marker, combined.
wdm_rc wdm_site_population_emit(const wdm_site_population *population, const wdm_estimate_sink *sink,
                                wdm_err *err) WDM_MUST_CHECK;

#endif
