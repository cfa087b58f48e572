// SPDX-License-Identifier: GPL-3.0-or-later
// What has changed since the last report of another state (store/reported_store.h): corrections, undone
// batches, late data; published figures that differ now, with the reason; alerts that moved because of it.
#ifndef WDM_REPORT_CHANGES_H
#define WDM_REPORT_CHANGES_H

#include "report/phrase.h"
#include "report/tabular.h"
#include "store/reported_store.h"

typedef struct wdm_changes {
    wdm_report_base base;
    wdm_audit_news_rows audit;
    wdm_late_news_rows late;
    wdm_reported_figures figures; // greatest change first; then what is gone, then what is new
    wdm_alert_news_rows alerts;
    wdm_arena arena;
} wdm_changes;

// c must be zeroed; call wdm_changes_fini in any case. All lists are empty when no report was noted before.
wdm_rc wdm_changes_load(wdm_changes *c, wdm_store *store, const wdm_config *config,
                        wdm_err *err) WDM_MUST_CHECK;
void wdm_changes_fini(wdm_changes *c);

typedef struct wdm_changes_count {
    int64_t corrections, undone, late_batches; // late: batches
    int64_t changed, gone, fresh;              // figures
    int64_t alerts;
} wdm_changes_count;
wdm_changes_count wdm_changes_counts(const wdm_changes *c);
bool wdm_changes_any(const wdm_changes *c);

// Published 26, now 52 -> 100. NaN unless both are estimates and the old one is above 0.
double wdm_changes_percent(const wdm_reported_figure *figure);
// "correction late_data": words for files, separated by blanks.
void wdm_changes_why(unsigned why, wdm_buf *out);

// All rows with the columns of docs/cmd/export.md; "" or NULL leaves a filter open. A row that has no site
// (a region's figure) is left out by a filter on sites.
typedef struct wdm_changes_filter {
    const char *site_id, *drug_id, *iso_week;
} wdm_changes_filter;
extern const char *const wdm_changes_columns[];
extern const size_t wdm_changes_columns_n;
void wdm_changes_put(const wdm_changes *c, const wdm_changes_filter *filter, wdm_tabular *table);

// One sentence: "Since the report of 2026-W46 (as of 2026-11-16): 3 results corrected, ...", or that no
// published figure has changed. Appends nothing when there is no report to compare with.
void wdm_changes_sentence(const wdm_changes *c, const wdm_words *words, wdm_buf *out);

#endif
