// SPDX-License-Identifier: GPL-3.0-or-later
// What reports published, and what has changed since: the tables report and reported, and the news of audit,
// batch and alert_event. Lists grow by base/mem.h and are freed with wdm_free(list.rows); texts live in the
// arena given. NaN: not known.
#ifndef WDM_STORE_REPORTED_STORE_H
#define WDM_STORE_REPORTED_STORE_H

#include "base/arena.h"
#include "base/date.h"
#include "store/store.h"

// The report to compare with: the last one that was written of another state of the store. The state is the
// config in force, the batches with their status, and the last runs of estimate, trend and alert; week,
// language and date of a report are not in it. So a report written twice, or in two languages, says the same.
typedef struct wdm_report_base {
    char state[WDM_SHA256_HEX];  // of the store now
    char estimated_now[160];     // parameters of the last estimate
    int64_t newest_run_id;       // of the store now
    bool found;                  // below: of the report, when there is one
    int64_t run_id, seen_run_id; // runs after seen_run_id are news
    int32_t week;
    wdm_day as_of;
    char version[32], config_sha256[WDM_SHA256_HEX], estimated[160];
} wdm_report_base;
wdm_rc wdm_reported_base(wdm_store *store, wdm_report_base *base, wdm_err *err) WDM_MUST_CHECK;

// ---- figures

typedef enum wdm_figure_state {
    WDM_FIGURE_NONE, // not there
    WDM_FIGURE_ESTIMATE,
    WDM_FIGURE_BELOW, // everything below the limit
    WDM_FIGURE_BOUNDS
} wdm_figure_state;

typedef struct wdm_reported_value {
    wdm_figure_state state;
    double estimate, limit, bound_low, bound_high, lo95, hi95;
    const char *factor_set; // "" of WDM_FIGURE_NONE
} wdm_reported_value;
// Same state, and each number within one part in a million: less than a program of another machine may
// differ, far less than is printed.
bool wdm_reported_same(const wdm_reported_value *a, const wdm_reported_value *b);

// Why a figure differs; several may be true.
enum {
    WDM_WHY_CORRECTION = 1,
    WDM_WHY_LATE = 2, // data that came after the report
    WDM_WHY_UNDO = 4,
    WDM_WHY_FACTOR_SET = 8,
    WDM_WHY_CONFIG = 16, // other tables
    WDM_WHY_VERSION = 32,
    WDM_WHY_DATE = 64,     // estimated as of another date, or with other options
    WDM_WHY_OTHER = 128,   // none of these can be told
    WDM_WHY_QUALITY = 256, // a control failed results, or does so no more
    WDM_WHY_N = 9
};

// A weekly value of a site (load, consumption) or of a region (these and mass).
typedef struct wdm_reported_figure {
    int32_t week;
    bool is_region;
    int64_t place, drug, biomarker; // keys
    int quantity;
    const char *place_id, *drug_id, *biomarker_id;
    wdm_reported_value now, old;
    unsigned why; // WDM_WHY_*; set by the caller of wdm_reported_changes
} wdm_reported_figure;
typedef WDM_ROWS(wdm_reported_figure) wdm_reported_figures;

// The figures of the week as a report of it would publish them; `old` is not set.
wdm_rc wdm_reported_week(wdm_store *store, const char *factor_set, int32_t week, wdm_arena *arena,
                         wdm_reported_figures *out, wdm_err *err) WDM_MUST_CHECK;
// Figures that differ from what stood published at base, by week, place, drug, biomarker, quantity: other
// values, values that are gone, and new values of weeks published before. A figure published while its week
// was still running is not compared.
wdm_rc wdm_reported_changes(wdm_store *store, const char *factor_set, const wdm_report_base *base,
                            wdm_arena *arena, wdm_reported_figures *out, wdm_err *err) WDM_MUST_CHECK;

// Notes a written report, in the caller's transaction: its row, and those of the figures that differ from the
// last one published. *n: how many.
typedef struct wdm_report_note {
    int64_t run_id;
    int32_t week;
    wdm_day as_of;
    const char *config_sha256;
    const wdm_report_base *base;
} wdm_report_note;
wdm_rc wdm_reported_note(wdm_store *store, const wdm_report_note *note, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_reported_put(wdm_store *store, const wdm_report_note *note, const wdm_reported_figure *figure,
                        int64_t *n, wdm_err *err) WDM_MUST_CHECK;
// The latest week that a report was of; *found is false when there is none.
wdm_rc wdm_reported_last_week(wdm_store *store, int32_t *week, bool *found, wdm_err *err) WDM_MUST_CHECK;

// ---- news since base

// Corrected rows and undone batches, as the audit has them.
typedef struct wdm_audit_news {
    bool undo;
    const char *item, *site_id, *sample_id, *analyte_id, *old_value, *new_value;
    const char *batch, *file, *user, *at;
    wdm_day day; // WDM_DAY_NONE: not known
    int64_t line;
    int64_t n_rows; // of an undone batch
} wdm_audit_news;
typedef WDM_ROWS(wdm_audit_news) wdm_audit_news_rows;
wdm_rc wdm_news_audit(wdm_store *store, const wdm_report_base *base, wdm_arena *arena,
                      wdm_audit_news_rows *out, wdm_err *err) WDM_MUST_CHECK;

// Rows of a site and week that came after the report.
typedef struct wdm_late_news {
    int32_t week;
    const char *site_id, *batch, *file, *user, *at;
    int64_t n_results, n_flows; // results or published loads; rows of field sheets
} wdm_late_news;
typedef WDM_ROWS(wdm_late_news) wdm_late_news_rows;
// *why gets WDM_WHY_CORRECTION, _LATE, _UNDO and _QUALITY of what happened to the site's week; late rows are
// appended.
wdm_rc wdm_news_of_week(wdm_store *store, const wdm_report_base *base, const char *site_id, int32_t week,
                        unsigned *why, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_news_late(wdm_store *store, const wdm_report_base *base, const char *site_id, int32_t week,
                     wdm_arena *arena, wdm_late_news_rows *out, wdm_err *err) WDM_MUST_CHECK;

// Alerts that opened, changed their level, closed or were withdrawn since, for a week published before; and
// every withdrawal.
typedef struct wdm_alert_news {
    int64_t alert_id;
    const char *event, *level, *site_id, *region_id, *drug_id, *biomarker_id, *rule_id, *reason;
    int quantity;
    int32_t week;
    wdm_day as_of;
    double value;
} wdm_alert_news;
typedef WDM_ROWS(wdm_alert_news) wdm_alert_news_rows;
wdm_rc wdm_news_alerts(wdm_store *store, const wdm_report_base *base, wdm_arena *arena,
                       wdm_alert_news_rows *out, wdm_err *err) WDM_MUST_CHECK;

#endif
