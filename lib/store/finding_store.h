// SPDX-License-Identifier: GPL-3.0-or-later
// What alert rules read besides the weekly series: ratios, the days behind a week, flows, and how good the
// data of a site are. Readers hand over one row at a time; what it points to lives until the callback
// returns.
#ifndef WDM_STORE_FINDING_STORE_H
#define WDM_STORE_FINDING_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "store/store.h"

// A week's ratio of ratios.csv at a site.
typedef struct wdm_week_ratio {
    int64_t site_key;
    const char *site_id, *ratio_id, *kind;
    int32_t week;
    double ratio, limit, bound_low, bound_high, lo95, hi95; // NaN: none
    char sign;                                              // '<', '>' of limit, or 0
    int n_days;
} wdm_week_ratio;
typedef wdm_rc (*wdm_week_ratio_fn)(void *context, const wdm_week_ratio *ratio, wdm_err *err);
// Weeks from..to, ordered by site, ratio, newest week first.
wdm_rc wdm_store_each_week_ratio(wdm_store *store, const char *factor_set, int32_t from, int32_t to,
                                 wdm_week_ratio_fn fn, void *context, wdm_err *err) WDM_MUST_CHECK;

// A day of a series.
typedef struct wdm_series_day {
    wdm_day day;
    double estimate, limit; // NaN: none
    int64_t flags;
} wdm_series_day;
typedef struct wdm_series_days {
    int64_t site_key, drug_key, biomarker_key;
    int quantity;
    wdm_day from, to;
} wdm_series_days;
typedef wdm_rc (*wdm_series_day_fn)(void *context, const wdm_series_day *day, wdm_err *err);
wdm_rc wdm_store_each_series_day(wdm_store *store, const char *factor_set, const wdm_series_days *wanted,
                                 wdm_series_day_fn fn, void *context, wdm_err *err) WDM_MUST_CHECK;

// A flow in force with the flags that its checks left.
typedef wdm_rc (*wdm_flow_fn)(void *context, wdm_day day, double flow_m3_d, int64_t flags, wdm_err *err);
wdm_rc wdm_store_each_flow(wdm_store *store, int64_t site_key, wdm_day from, wdm_day to, wdm_flow_fn fn,
                           void *context, wdm_err *err) WDM_MUST_CHECK;

// How good a site's data of some days are.
typedef struct wdm_site_quality {
    int64_t site_key;
    const char *site_id;
    bool imported;
    bool has_data;               // it has an estimate in these days
    int64_t n_results, n_failed; // analysed results of these days; those that quality control failed
} wdm_site_quality;
typedef wdm_rc (*wdm_site_quality_fn)(void *context, const wdm_site_quality *quality, wdm_err *err);
// Every site, also those that never had data. with_results: n_results and n_failed are counted.
wdm_rc wdm_store_each_site_quality(wdm_store *store, const char *factor_set, wdm_day from, wdm_day to,
                                   bool with_results, wdm_site_quality_fn fn, void *context,
                                   wdm_err *err) WDM_MUST_CHECK;

// The longest time from collection to analysis of the results of a site that were analysed in from..to.
typedef struct wdm_site_delay {
    int64_t site_key;
    const char *site_id;
    int64_t n_results; // with a date of analysis in these days
    int days;
    wdm_day collected; // of the latest one
} wdm_site_delay;
typedef wdm_rc (*wdm_site_delay_fn)(void *context, const wdm_site_delay *delay, wdm_err *err);
wdm_rc wdm_store_each_site_delay(wdm_store *store, wdm_day from, wdm_day to, wdm_site_delay_fn fn,
                                 void *context, wdm_err *err) WDM_MUST_CHECK;

// How far another estimate of the people lies from the one that counts, over the days that have both.
typedef struct wdm_site_people {
    int64_t site_key;
    const char *site_id, *method, *other;
    double ratio; // geometric mean of other / method over the days
    int n_days;
} wdm_site_people;
typedef wdm_rc (*wdm_site_people_fn)(void *context, const wdm_site_people *people, wdm_err *err);
// site_key 0: all sites.
wdm_rc wdm_store_each_site_people(wdm_store *store, const char *factor_set, int64_t site_key, wdm_day from,
                                  wdm_day to, wdm_site_people_fn fn, void *context,
                                  wdm_err *err) WDM_MUST_CHECK;

// The newest published level of a region up to a day. *found is false when there is none.
typedef struct wdm_published_level {
    bool found;
    wdm_day day;
    double load_mg_d_1000;
} wdm_published_level;
wdm_rc wdm_store_published_level(wdm_store *store, const char *region_id, int64_t biomarker_key, wdm_day to,
                                 wdm_published_level *level, wdm_err *err) WDM_MUST_CHECK;

// 0: the store has no such drug.
wdm_rc wdm_store_drug_key(wdm_store *store, const char *drug_id, int64_t *key, wdm_err *err) WDM_MUST_CHECK;

#endif
