// SPDX-License-Identifier: GPL-3.0-or-later
// One biomarker of a site as one quantity of one drug: its value over any of its days. What the days, weeks,
// periods and combined values of a site are made of. Internal to model.
#ifndef WDM_MODEL_SITE_VALUE_H
#define WDM_MODEL_SITE_VALUE_H

#include "base/buf.h"
#include "model/estimate_row.h"
#include "model/series.h"

typedef struct wdm_site_value {
    const wdm_site_series *site; // set by init
    const wdm_estimate_options *options;
    const wdm_day_series *series; // set by the caller, with select
    wdm_index drug;
    wdm_quantity quantity;
    bool available; // set by prepare: the factor has what the quantity needs
    int64_t flags;  // of the factor
    wdm_factor factor;
    wdm_estimator estimator;
    bool ready; // the estimator was made for these
    const wdm_excretion *excretion;
    wdm_points_share shared;
    bool published;
    wdm_day_value *values; // of the points in hand that enter
    size_t n, cap;
    wdm_buf days;
} wdm_site_value;

// Heap storage, an estimator is too large for a stack. Call wdm_site_value_fini in any case.
void wdm_site_value_init(wdm_site_value *v, const wdm_site_series *site, const wdm_estimate_options *options);
void wdm_site_value_fini(wdm_site_value *v);
// What is to be estimated from now on. drug WDM_NONE: the load only.
void wdm_site_value_select(wdm_site_value *v, const wdm_day_series *series, wdm_index drug,
                           wdm_quantity quantity);

// Makes the estimator for the factors that hold at the first of the points and for what all of them share,
// unless they are those of the points before.
wdm_rc wdm_site_value_prepare(wdm_site_value *v, const wdm_point *points, size_t n,
                              wdm_err *err) WDM_MUST_CHECK;

// After prepare, where available: the value of points[0..n) of the series, n >= 1, in the order of their
// days. Fills e, and of row all but the sink's: place, drug, biomarker, quantity, period, state, flags, days
// (until the next call), n_weeks, days_share, n_left_out, population. Days of disposal are left out of a
// period as the options say; where that leaves none, e has no number. wdm_site_value_day: all of one day. The
// factors of a period are those of its first sampled day.
wdm_rc wdm_site_value_day(wdm_site_value *v, const wdm_point *points, size_t n, wdm_estimate *e,
                          wdm_estimate_row *row, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_site_value_period(wdm_site_value *v, const wdm_point *points, size_t n, const wdm_period *period,
                             wdm_estimate *e, wdm_estimate_row *row, wdm_err *err) WDM_MUST_CHECK;

// Sampled days that the site owes a period: its days a week x days / 7, rounded down, at least 1.
int wdm_expected_days(const wdm_site *site, const wdm_period *period);

#endif
