// SPDX-License-Identifier: GPL-3.0-or-later
// What the estimate stage reads (results in force with their flow, published loads) and writes (daily,
// weekly, region_weekly).
#ifndef WDM_STORE_ESTIMATE_STORE_H
#define WDM_STORE_ESTIMATE_STORE_H

#include "store/store.h"
#include "wbe/estimate.h"
#include "wbe/region.h"

// One result in force, with where it came from. Texts are borrowed until the callback returns; NaN = not
// known.
typedef struct wdm_result_row {
    const char *site_id, *analyte_id, *sample_id, *sample_type, *lab_id, *method_id;
    wdm_when start, end;
    wdm_day analysed;
    int replicate, state; // state: WDM_RESULT_*
    double value_ng_l, lod_ng_l, loq_ng_l, u_rel;
    double flow_m3_d, u_flow_rel, temperature_c, population; // of the sample, else of the site's day
    const char *flow_file;                                   // where the flow came from
    int64_t flow_line;
    int64_t revision, batch_id, line, flags; // flags of the result, and of the flow that it is used with
    const char *batch, *file, *raw_value, *raw_unit;
    const char *qc_codes; // of the findings of quality control that make it an estimate or fail it; "" = none
    bool bound; // its file names no site: site and times are those of the field row of its sample_id
    const char *field_file; // that row, or the field row of the sample; "" when there is none
    int64_t field_line;
} wdm_result_row;
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

// One published load in force of a site.
typedef struct wdm_published_row {
    const char *site_id, *analyte_id;
    wdm_day day;
    int state;
    double load_mg_d_1000, limit_mg_d_1000;
    int64_t batch_id, line, flags;
    const char *batch, *file, *column, *raw_value;
} wdm_published_row;
typedef wdm_rc (*wdm_published_fn)(void *user, const wdm_published_row *row, wdm_err *err);
wdm_rc wdm_store_each_published(wdm_store *store, const wdm_result_filter *filter, wdm_published_fn fn,
                                void *user, wdm_err *err) WDM_MUST_CHECK;

// Removes all estimates of the factor set, before they are written anew in the same transaction.
wdm_rc wdm_store_clear_estimates(wdm_store *store, const char *factor_set, wdm_err *err) WDM_MUST_CHECK;

// Which series an estimate belongs to. drug_id "": none.
typedef struct wdm_series_id {
    const char *site_id, *drug_id, *biomarker_id, *factor_set;
    wdm_quantity quantity;
} wdm_series_id;
wdm_rc wdm_store_put_daily(wdm_store *store, const wdm_series_id *id, wdm_day day, const wdm_estimate *e,
                           int censored, int64_t flags, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_put_weekly(wdm_store *store, const wdm_series_id *id, int32_t week, const wdm_estimate *e,
                            const char *days, double population, int64_t flags, wdm_err *err) WDM_MUST_CHECK;
// id->site_id holds the region's code.
wdm_rc wdm_store_put_region(wdm_store *store, const wdm_series_id *id, int32_t week,
                            const wdm_region_estimate *e, int64_t flags, wdm_err *err) WDM_MUST_CHECK;

// Writes "sampling=0.12;analysis=0.3;..." of the shares above zero.
void wdm_budget_print(const double budget[WDM_BUDGET_N], wdm_buf *out);

#endif
