// SPDX-License-Identifier: GPL-3.0-or-later
// Earlier flows of a site, other flows of its day, and samples of population markers: what the checks at
// import compare with.
#ifndef WDM_STORE_FLOW_HISTORY_H
#define WDM_STORE_FLOW_HISTORY_H

#include "store/batch_store.h"
#include "wbe/flow_check.h"

// Flows in force of a site, one a day (that of the whole day, else that of the sample first by name), in
// ascending order of days.
typedef struct wdm_flow_history {
    wdm_flow_day *days;
    size_t n, cap;
} wdm_flow_history;

// Reads the site's history without the rows of not_batch: what is being imported must not count as its own
// witness. One query a site; the caller keeps and frees it with wdm_flow_history_fini, also after a failure.
wdm_rc wdm_store_flow_history(wdm_store *store, const char *site_id, const wdm_batch *not_batch,
                              wdm_flow_history *history, wdm_err *err) WDM_MUST_CHECK;
void wdm_flow_history_fini(wdm_flow_history *history);

// A flow in force of that site and day, of any batch. sample_id "": the whole day's.
typedef wdm_rc (*wdm_day_flow_fn)(void *user, const char *sample_id, double flow_m3_d, wdm_err *err);
wdm_rc wdm_store_each_day_flow(wdm_store *store, const char *site_id, wdm_day day, wdm_day_flow_fn fn,
                               void *user, wdm_err *err) WDM_MUST_CHECK;

// A measured result in force of an analyte, with the flow and the households' share of it of its sample, else
// of its day. Results without flow are left out.
typedef struct wdm_marker_sample {
    double value_ng_l, flow_m3_d;
    double domestic_share; // NaN when not given
} wdm_marker_sample;
typedef wdm_rc (*wdm_marker_fn)(void *user, const wdm_marker_sample *sample, wdm_err *err);
wdm_rc wdm_store_each_marker(wdm_store *store, const char *site_id, const char *analyte_id, wdm_day day,
                             wdm_marker_fn fn, void *user, wdm_err *err) WDM_MUST_CHECK;

#endif
