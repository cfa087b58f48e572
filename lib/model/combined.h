// SPDX-License-Identifier: GPL-3.0-or-later
// Several biomarkers of one drug at a site combined (wbe/combine.h): which of them, over which days.
#ifndef WDM_MODEL_COMBINED_H
#define WDM_MODEL_COMBINED_H

#include "model/estimate_row.h"
#include "model/series.h"
#include "wbe/combine.h"

// What went into one combined value, for the sink and for people.
typedef struct wdm_site_combination {
    size_t n; // biomarkers; below 2: there is no combined value
    wdm_index biomarker[WDM_COMBINE_PARTS_MAX];
    wdm_estimate value[WDM_COMBINE_PARTS_MAX]; // of each, over the common days
    int n_own_days[WDM_COMBINE_PARTS_MAX];     // days of the period that the biomarker has
    int n_days;                                // days in common
    wdm_combined combined;                     // weights in the order of the biomarkers
} wdm_site_combination;

// The biomarkers of a drug that excretion.csv lets combine, over one period. Combined are those that have an
// estimate above 0, over the days that all of them have: a biomarker with fewer than half as many days as the
// one with the most is left out, so that it does not cost the others their days. quantity: consumption, doses
// or prevalence.
wdm_rc wdm_site_combine(const wdm_site_series *site, wdm_index drug, wdm_quantity quantity,
                        const wdm_period *period, const wdm_estimate_options *options,
                        wdm_site_combination *out, wdm_err *err) WDM_MUST_CHECK;

// Hands every combined value of the site to the sink: by drug, quantity, day, week, month, quarter, year,
// campaign; biomarker is WDM_NONE.
wdm_rc wdm_site_combined(const wdm_site_series *site, const wdm_estimate_options *options,
                         const wdm_estimate_sink *sink, wdm_err *err) WDM_MUST_CHECK;

#endif
