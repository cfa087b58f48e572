// SPDX-License-Identifier: GPL-3.0-or-later
// The weekly bulletin: what the store says about one week, and the documents made from it. Nothing is in it
// that the store does not hold: a section without data is left out or says so.
#ifndef WDM_REPORT_BULLETIN_H
#define WDM_REPORT_BULLETIN_H

#include "report/changes.h"
#include "report/doc.h"
#include "report/phrase.h"
#include "store/report_store.h"

typedef struct wdm_bulletin {
    wdm_words words;
    wdm_store *store;
    int32_t week;
    wdm_day as_of;
    wdm_arena arena;
    wdm_week_rows rows;
    wdm_alert_rows alerts;
    wdm_region_rows regions;
    wdm_site_weeks samples;
    wdm_batch_rows batches;
    wdm_limit_rows limits;
    wdm_first_rows firsts;
    wdm_indicator_rows indicators;
    wdm_run_row estimate_run, trend_run, alert_run;
    // Sites expected or reporting, drugs with a row; both in the order of the config tables.
    wdm_index *sites, *drugs;
    size_t n_sites, n_drugs;
    const wdm_week_row **shown; // [site * n_drugs + drug]: the headline series, NULL when there is none
    const wdm_region_row **region_series; // one row of the week for each region and drug that is shown
    size_t n_region_series;
    const wdm_week_row *
        *load; // the normalised load of the same biomarker: its interval is free of excretion and dose
    wdm_changes changes; // since the last report
} wdm_bulletin;

// b must be zeroed. Call wdm_bulletin_fini in any case.
wdm_rc wdm_bulletin_load(wdm_bulletin *b, wdm_store *store, const wdm_words *words, int32_t week,
                         wdm_day as_of, wdm_err *err) WDM_MUST_CHECK;
void wdm_bulletin_fini(wdm_bulletin *b);

// The whole document. charts: NULL, or for every alert the SVG of its chart (empty when it has none);
// charts_dir is the folder of the chart files beside the document.
typedef struct wdm_bulletin_chart {
    wdm_buf svg, title;
    char file[256]; // name in the folder of charts; "" no chart
} wdm_bulletin_chart;
wdm_rc wdm_bulletin_document(const wdm_bulletin *b, const wdm_bulletin_chart *charts, wdm_doc *doc,
                             wdm_err *err) WDM_MUST_CHECK;

// The week's series as CSV: one row a series, numbers in full.
wdm_rc wdm_bulletin_csv(const wdm_bulletin *b, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_bulletin_json(const wdm_bulletin *b, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;
// All changes since the last report as CSV (report/changes.h).
wdm_rc wdm_bulletin_changes_csv(const wdm_bulletin *b, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;
// The summary for a terminal.
wdm_rc wdm_bulletin_summary(const wdm_bulletin *b, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;

#endif
