// SPDX-License-Identifier: GPL-3.0-or-later
// What the estimate stage reads (results in force with their flow, published loads) and writes (daily,
// weekly, region_weekly).
#ifndef WDM_STORE_ESTIMATE_STORE_H
#define WDM_STORE_ESTIMATE_STORE_H

#include "model/estimate_row.h"
#include "model/observation.h"
#include "store/estimate_state.h"
#include "store/store.h"

typedef wdm_rc (*wdm_result_fn)(void *user, const wdm_result_row *row, wdm_err *err);

typedef struct wdm_result_filter {
    const char *site_id, *analyte_id; // NULL: all
    wdm_day first, last;              // start days; WDM_DAY_NONE: open
    wdm_day as_of;                    // samples that ended later are left out; WDM_DAY_NONE: none is
    bool all_types;                   // blanks, standards ... too
} wdm_result_filter;
// In the order of site, analyte, day, sample, laboratory, method, replicate.
wdm_rc wdm_store_each_result(wdm_store *store, const wdm_result_filter *filter, wdm_result_fn fn, void *user,
                             wdm_err *err) WDM_MUST_CHECK;

typedef wdm_rc (*wdm_published_fn)(void *user, const wdm_published_row *row, wdm_err *err);
wdm_rc wdm_store_each_published(wdm_store *store, const wdm_result_filter *filter, wdm_published_fn fn,
                                void *user, wdm_err *err) WDM_MUST_CHECK;

// Removes all estimates of the factor set that belong to the part, before they are written anew in the same
// transaction.
wdm_rc wdm_store_clear_estimates(wdm_store *store, const char *factor_set, const wdm_part *part,
                                 wdm_err *err) WDM_MUST_CHECK;
// Removes those of one place that the scope wants. For a site and a region alike: `place` is its index.
wdm_rc wdm_store_clear_place(wdm_store *store, const wdm_config *config, wdm_place_kind kind, wdm_index place,
                             const wdm_scope *scope, wdm_err *err) WDM_MUST_CHECK;

// Writes one estimate under the config's factor set: into daily, weekly, region_weekly or period by its place
// and scale.
wdm_rc wdm_store_put_estimate(wdm_store *store, const wdm_config *config, const wdm_estimate_row *row,
                              wdm_err *err) WDM_MUST_CHECK;

// Writes "sampling=0.12;analysis=0.3;..." of the shares above zero.
void wdm_budget_print(const double budget[WDM_BUDGET_N], wdm_buf *out);

#endif
