// SPDX-License-Identifier: GPL-3.0-or-later
// Weekly series as the stages trend and alert read them, and the tables trend and baseline. Readers hand over
// one row at a time; what they point to lives until the callback returns. A callback may write to the store.
#ifndef WDM_STORE_TREND_STORE_H
#define WDM_STORE_TREND_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "store/store.h"
#include "wbe/segments.h"
#include "wbe/series_record.h"
#include "wbe/series_replay.h"
#include "wbe/trend_level.h"
#include "wbe/trend_series.h"

// A series: site (or region) x drug x biomarker x quantity.
typedef struct wdm_series {
    int64_t site_key; // 0: a region's
    int64_t drug_key, biomarker_key;
    const char *site_id; // "" for a region's
    const char *region_id;
    const char *drug_id, *biomarker_id;
    wdm_quantity quantity;
    const wdm_series_week *weeks; // ascending
    size_t n;
    int64_t region_key;  // 0: a site's
    const wdm_day *days; // sampled, ascending; of a site's weeks
    size_t n_days;
    const double *people; // of each week; NaN: not known
} wdm_series;

typedef wdm_rc (*wdm_series_fn)(void *context, const wdm_series *series, wdm_err *err);

// Every weekly series of the factor set, ordered by its keys, with the weeks whose last sampled day is on or
// before as_of.
wdm_rc wdm_store_each_series(wdm_store *store, const char *factor_set, wdm_day as_of, wdm_series_fn fn,
                             void *context, wdm_err *err) WDM_MUST_CHECK;
// The same for regions. The median of a region's week is sqrt(lo95 hi95): that of a lognormal.
wdm_rc wdm_store_each_region_series(wdm_store *store, const char *factor_set, wdm_day as_of, wdm_series_fn fn,
                                    void *context, wdm_err *err) WDM_MUST_CHECK;

// The week that trend and alert speak of: the latest with estimates that had ended by as_of, so that a run in
// the middle of a week does not compare a part of it; the running week when there is no other. WDM_E_NOINPUT:
// no estimates.
wdm_rc wdm_store_judged_week(wdm_store *store, const char *factor_set, wdm_day as_of, int32_t *week,
                             wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_site_age {
    int64_t site_key;
    const char *site_id, *region_id;
    bool imported;
    wdm_day last_day; // newest day with an estimate, on or before as_of
} wdm_site_age;
typedef wdm_rc (*wdm_site_age_fn)(void *context, const wdm_site_age *age, wdm_err *err);
// Sites without any estimate are left out.
wdm_rc wdm_store_each_site_age(wdm_store *store, wdm_day as_of, wdm_site_age_fn fn, void *context,
                               wdm_err *err) WDM_MUST_CHECK;

// One day of normalised load, ordered by site, drug, biomarker and day.
typedef struct wdm_load_day {
    int64_t site_key, drug_key, biomarker_key;
    const char *biomarker_id;
    wdm_day day;
    double load_mg_d_1000; // NaN when censored
    double limit_mg_d_1000;
    int64_t flags;
} wdm_load_day;
typedef wdm_rc (*wdm_load_day_fn)(void *context, const wdm_load_day *day, wdm_err *err);
wdm_rc wdm_store_each_load_day(wdm_store *store, const char *factor_set, wdm_day from, wdm_day to,
                               wdm_load_day_fn fn, void *context, wdm_err *err) WDM_MUST_CHECK;

// The newest finished run of a stage. found is false when there is none.
typedef struct wdm_last_run {
    bool found;
    int64_t run_id;
    wdm_day as_of; // from its parameters, WDM_DAY_NONE when they have none
    int64_t n_in, n_out;
    char input_hash[WDM_SHA256_HEX];
} wdm_last_run;
wdm_rc wdm_store_last_run(wdm_store *store, const char *stage, wdm_last_run *run,
                          wdm_err *err) WDM_MUST_CHECK;

// What the series has at a longer scale than the week: periods that had ended by as_of, ascending. Their
// `enough` is not filled. Points are reused; campaigns' names live in the arena.
typedef struct wdm_trend_points {
    wdm_trend_point *rows;
    size_t n, cap;
} wdm_trend_points;
wdm_rc wdm_store_read_points(wdm_store *store, const wdm_series *series, wdm_scale scale, wdm_day as_of,
                             wdm_arena *arena, wdm_trend_points *points, wdm_err *err) WDM_MUST_CHECK;
// Days on which a region's series has an estimate; `days` is grown as needed.
wdm_rc wdm_store_read_region_days(wdm_store *store, const wdm_series *series, wdm_day as_of, wdm_day **days,
                                  size_t *cap, size_t *n, wdm_err *err) WDM_MUST_CHECK;

// One row of `trend`: a series at a scale. `wdm export trend` (store/export_store.h) reads it.
typedef struct wdm_trend_row {
    const wdm_series *series;
    wdm_scale scale;
    wdm_day as_of, first, last; // of the judged period
    const char *period;         // what it is called
    int window_weeks;           // 0: the whole series
    wdm_trend trend;
    double baseline, baseline_lo95, baseline_hi95, factor, factor_p; // NaN: none
    const char *state;
    wdm_day
        judged_from; // the first day of the week that a baseline will be able to judge; WDM_DAY_NONE: it is
    wdm_trend_level level; // NaN: none
    size_t n_segments;
    wdm_day segment_from;
    const char *segment_word;     // one, corrected, new segment
    const char *source;           // laboratory and method of the newest
    double offset_log, offset_sd; // of the segment before; NaN
    wdm_day changepoint;          // WDM_DAY_NONE: none
    wdm_trend_step step;          // there
    wdm_series_record record;
} wdm_trend_row;

// Removes all that wdm trend wrote for the factor set.
wdm_rc wdm_store_clear_trend(wdm_store *store, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_put_trend(wdm_store *store, const wdm_trend_row *row, wdm_err *err) WDM_MUST_CHECK;
// The week's row of `baseline`.
wdm_rc wdm_store_put_baseline(wdm_store *store, const wdm_series *series, const wdm_replay_week *week,
                              bool below, wdm_err *err) WDM_MUST_CHECK;

#endif
