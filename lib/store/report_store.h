// SPDX-License-Identifier: GPL-3.0-or-later
// What the bulletin and the charts read. Lists grow by base/mem.h and are freed with wdm_free(list.rows);
// texts in them live in the arena given. Numbers that are not known are NaN. Weeks are the indices of
// base/date.h.
#ifndef WDM_STORE_REPORT_STORE_H
#define WDM_STORE_REPORT_STORE_H

#include "base/arena.h"
#include "base/date.h"
#include "store/store.h"

// A series: site x drug x biomarker x quantity, by the store's keys.
typedef struct wdm_series_key {
    int64_t site, drug, biomarker;
    int quantity;
} wdm_series_key;

// A row of `weekly` with its baseline of that week and, when the trend stage's last run was of that week, its
// trend.
typedef struct wdm_week_row {
    wdm_series_key key;
    wdm_index site, drug, biomarker; // biomarker WDM_NONE: several combined
    const char *biomarker_id;
    double estimate, limit, bound_low, bound_high, lo95, hi95, lo95_random, hi95_random, rsd_total,
        rsd_random;
    int n_days, n_censored;
    const char *days, *censoring_method;
    double population; // persons
    int64_t flags;     // data/flags.h
    double baseline, baseline_lo95, baseline_hi95, factor;
    const char *baseline_state; // "" without a baseline row
    bool has_trend;
    double slope_pct_per_year, slope_lo95, slope_hi95, p_value, change_prev_pct, change_year_pct;
    const char *trend_class, *change_prev_word, *change_year_word;
} wdm_week_row;
typedef WDM_ROWS(wdm_week_row) wdm_week_rows;
// Quantities normalised_load and consumption of that week, ordered by site, drug, biomarker, quantity.
wdm_rc wdm_report_week_rows(wdm_store *store, const wdm_config *config, int32_t week, wdm_arena *arena,
                            wdm_week_rows *out, wdm_err *err) WDM_MUST_CHECK;
// Which series a chart is asked for, and the biomarker that stands for its drug ("": none).
typedef struct wdm_series_wanted {
    const char *site_id, *drug_id, *biomarker_id;
    int quantity;
    int32_t week;
} wdm_series_wanted;
// The site x drug x quantity series that has values in the weeks up to `week`: that of the wanted biomarker,
// else the one with the most recent value; found is false when there is none.
wdm_rc wdm_report_find_series(wdm_store *store, const wdm_series_wanted *wanted, wdm_series_key *key,
                              bool *found, wdm_err *err) WDM_MUST_CHECK;

// One week of a series for a chart. Consecutive weeks without a gap in the numbering.
typedef struct wdm_series_point {
    int32_t week;
    bool present; // there is a row of `weekly`
    double estimate, limit, bound_low, bound_high, lo95, hi95, lo95_random, hi95_random;
    int n_days, n_censored;
    double population;
    int64_t flags;
    bool has_baseline;
    double baseline, band_low, band_high, notice, warning, critical;
    bool alarmed;
    int n_samples; // of the site in that week, any analyte; 0 for published loads
    const char
        *labs; // laboratories that analysed this biomarker, in order, separated by a blank; "" = not known
} wdm_series_point;
// Fills points[0 .. n-1] for the weeks first .. first + n - 1.
wdm_rc wdm_report_series(wdm_store *store, const wdm_series_key *key, int32_t first, size_t n,
                         wdm_arena *arena, wdm_series_point *points, wdm_err *err) WDM_MUST_CHECK;

// An alert that was open in a week, with the level it had then.
typedef struct wdm_alert_row {
    int64_t alert_id;
    wdm_series_key key; // site 0: a region's or a general alert; biomarker 0: none
    wdm_index site, drug;
    const char *region_id, *biomarker_id, *rule_id, *family, *level, *state, *reason, *acknowledged_by, *note;
    wdm_day opened, last_seen, closed;
    int32_t first_week; // of its first event
    int weeks;          // above its line, up to and with the week asked for
    double value, lo95, hi95, threshold, baseline, factor, probability;
} wdm_alert_row;
typedef WDM_ROWS(wdm_alert_row) wdm_alert_rows;
// Open or acknowledged in the week: opened for it or an earlier week and by as_of, and not closed for it or
// earlier. Withdrawn alerts are left out. Worst level first, then greatest factor.
wdm_rc wdm_report_alerts(wdm_store *store, const wdm_config *config, int32_t week, wdm_day as_of,
                         wdm_arena *arena, wdm_alert_rows *out, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_region_row {
    wdm_index region, drug;
    const char *biomarker_id;
    int quantity;
    int32_t week;
    double estimate, bound_low, bound_high, lo95, hi95, lo95_random, hi95_random, population, coverage;
    int n_sites, n_days, n_censored;
    int64_t flags;
} wdm_region_row;
typedef WDM_ROWS(wdm_region_row) wdm_region_rows;
// Weeks `week` - 4 .. `week` and the same week a year (52 weeks) before; loads, consumption and mass.
wdm_rc wdm_report_regions(wdm_store *store, const wdm_config *config, int32_t week, wdm_arena *arena,
                          wdm_region_rows *out, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_site_week {
    wdm_index site;
    int n_samples, n_days, n_results, n_censored;
} wdm_site_week;
typedef WDM_ROWS(wdm_site_week) wdm_site_weeks;
// Sites with samples in force in the week.
wdm_rc wdm_report_coverage(wdm_store *store, const wdm_config *config, int32_t week, wdm_site_weeks *out,
                           wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_batch_row {
    const char *name, *file, *status, *imported_at;
    int64_t rows, stored, corrected, conflict, rejected;
    int64_t in_week; // results (or published loads) of the week
} wdm_batch_row;
typedef WDM_ROWS(wdm_batch_row) wdm_batch_rows;
// Batches with results of the week. site_key 0: all sites.
wdm_rc wdm_report_batches(wdm_store *store, int32_t week, int64_t site_key, wdm_arena *arena,
                          wdm_batch_rows *out, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_limit_row {
    const char *analyte_id, *name, *name_zh;
    int64_t analyte_key;
    int n, n_below, n_not_detected;
    double loq_low, loq_high;   // ng/L
    const char *labs, *methods; // separated by blanks
    int n_failed;               // of n, those that quality control failed: they do not count
} wdm_limit_row;
typedef WDM_ROWS(wdm_limit_row) wdm_limit_rows;
// Results of the week by analyte: how many, how many below the limit, and the limits. site_key 0: all sites.
wdm_rc wdm_report_limits(wdm_store *store, int32_t week, int64_t site_key, wdm_arena *arena,
                         wdm_limit_rows *out, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_first_row {
    wdm_index site, drug;
    const char *biomarker_id;
    int weeks_before; // analysed before without a value above the limit
    bool anywhere;    // measured at no site before
} wdm_first_row;
typedef WDM_ROWS(wdm_first_row) wdm_first_rows;
// Series measured above the limit in the week for the first time, though analysed before.
wdm_rc wdm_report_firsts(wdm_store *store, const wdm_config *config, int32_t week, wdm_arena *arena,
                         wdm_first_rows *out, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_indicator_row {
    const char *region_id, *kind, *substance, *source;
    wdm_day starts, ends;
    int64_t tested, positive;
} wdm_indicator_row;
typedef WDM_ROWS(wdm_indicator_row) wdm_indicator_rows;
// Indicators whose period ended in the 92 days up to `until`, at most 200, latest first.
wdm_rc wdm_report_indicators(wdm_store *store, wdm_day until, wdm_arena *arena, wdm_indicator_rows *out,
                             wdm_err *err) WDM_MUST_CHECK;

// Last finished run of a stage; all "" when it never ran.
typedef struct wdm_run_row {
    const char *version, *finished_at, *parameters, *input_hash;
} wdm_run_row;
wdm_rc wdm_report_run(wdm_store *store, const char *stage, wdm_arena *arena, wdm_run_row *out,
                      wdm_err *err) WDM_MUST_CHECK;

// The analyte_id of a key, "" for an unknown one.
wdm_rc wdm_report_biomarker(wdm_store *store, int64_t analyte_key, wdm_arena *arena, const char **analyte_id,
                            wdm_err *err) WDM_MUST_CHECK;

// The latest week with weekly estimates; false in *found when there is none.
wdm_rc wdm_report_last_week(wdm_store *store, int32_t *week, bool *found, wdm_err *err) WDM_MUST_CHECK;

#endif
