// SPDX-License-Identifier: GPL-3.0-or-later
// Weekly estimates of two factor sets side by side. Choosing a set: wdm_store_choose_factor_set
// (store/store.h).
#ifndef WDM_STORE_FACTOR_SET_STORE_H
#define WDM_STORE_FACTOR_SET_STORE_H

#include "store/store.h"
#include "wbe/factor.h"

// Whether the store has weekly estimates of the set.
wdm_rc wdm_store_has_estimates(wdm_store *store, const char *factor_set, bool *has,
                               wdm_err *err) WDM_MUST_CHECK;

// New / old estimate of one week of one site; ordered by drug, biomarker, quantity and ratio. Weeks without
// an estimate in either set are left out.
typedef struct wdm_set_ratio {
    const char *drug_id, *biomarker_id;
    wdm_quantity quantity;
    double ratio;
} wdm_set_ratio;
typedef wdm_rc (*wdm_set_ratio_fn)(void *user, const wdm_set_ratio *ratio, wdm_err *err);
wdm_rc wdm_store_each_set_ratio(wdm_store *store, const char *old_set, const char *new_set,
                                wdm_set_ratio_fn fn, void *user, wdm_err *err) WDM_MUST_CHECK;

// Series with weeks that the set `in` has and the set `not_in` lacks.
typedef struct wdm_set_only {
    const char *site_id, *drug_id, *biomarker_id;
    wdm_quantity quantity;
    int64_t n_weeks;
} wdm_set_only;
typedef wdm_rc (*wdm_set_only_fn)(void *user, const wdm_set_only *only, wdm_err *err);
wdm_rc wdm_store_each_set_only(wdm_store *store, const char *in, const char *not_in, wdm_set_only_fn fn,
                               void *user, wdm_err *err) WDM_MUST_CHECK;

#endif
