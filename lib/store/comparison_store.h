// SPDX-License-Identifier: GPL-3.0-or-later
// Samples that two laboratories analysed: both results are kept, and compared here.
#ifndef WDM_STORE_COMPARISON_STORE_H
#define WDM_STORE_COMPARISON_STORE_H

#include "store/store.h"
#include "wbe/compare.h"

// One sample and analyte at two laboratories, lab_id before other_lab_id in the order of their codes (and of
// their methods). Replicates of a laboratory are averaged first; one below a limit makes the state that of
// the laboratory. Values are NaN unless the state is measured. Texts are borrowed until the callback returns.
typedef struct wdm_comparison_row {
    const char *site_id, *sample_id, *analyte_id, *lab_id, *other_lab_id;
    wdm_day day;
    double value_ng_l, other_value_ng_l;
    int state, other_state; // WDM_RESULT_*
    wdm_comparison comparison;
} wdm_comparison_row;
typedef wdm_rc (*wdm_comparison_fn)(void *user, const wdm_comparison_row *row, wdm_err *err);

typedef struct wdm_comparison_filter {
    const char *site_id; // NULL: all
    wdm_day first, last; // WDM_DAY_NONE: open
    int64_t batch_id;    // only pairs that have a result of this batch; 0: all
} wdm_comparison_filter;
// In the order of site, day, sample, analyte, laboratories. Uncertainties: the row's u_rel, else analysis.csv
// of the sample's day; the batch part is analysis.csv's. The random part of a mean of n replicates is divided
// by sqrt(n).
wdm_rc wdm_store_each_comparison(wdm_store *store, const wdm_config *config,
                                 const wdm_comparison_filter *filter, wdm_comparison_fn fn, void *user,
                                 wdm_err *err) WDM_MUST_CHECK;

// Pairs that have a result of the batch, by verdict (index WDM_COMPARE_*).
wdm_rc wdm_store_count_comparisons(wdm_store *store, const wdm_config *config, int64_t batch_id,
                                   int64_t counts[3], wdm_err *err) WDM_MUST_CHECK;

#endif
