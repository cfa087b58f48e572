// SPDX-License-Identifier: GPL-3.0-or-later
// What the model gives out: estimates of sites and regions, handed to a sink one by one. The model neither
// stores nor prints; who calls it decides what becomes of a row.
#ifndef WDM_MODEL_ESTIMATE_ROW_H
#define WDM_MODEL_ESTIMATE_ROW_H

#include "data/config.h"
#include "data/flags.h"
#include "model/scope.h"
#include "wbe/estimate.h"
#include "wbe/period.h"
#include "wbe/population.h"
#include "wbe/ratio.h"

typedef enum wdm_place_kind { WDM_PLACE_SITE, WDM_PLACE_REGION } wdm_place_kind;

// One estimate. Pointers are borrowed until the sink's function returns.
typedef struct wdm_estimate_row {
    wdm_place_kind place_kind;
    wdm_index place;     // of the site or region
    wdm_index drug;      // WDM_NONE: the biomarker belongs to none
    wdm_index biomarker; // WDM_NONE: several combined
    wdm_quantity quantity;
    wdm_scale scale;
    wdm_day first, last; // of the period: the day, the week's Monday and Sunday, ...
    const char *name;    // of a campaign, its campaign_id; NULL: wdm_period_format says it
    const wdm_estimate *value;
    int state;        // day: WDM_STATE_* of the day
    int64_t flags;    // data/flags.h and the estimator's own
    const char *days; // week of a site: the sampled days, ISO dates separated by a blank
    int n_weeks;      // ISO weeks of the period with a sampled day
    double
        days_share; // of the period's days that were sampled; region: of the sampled sites' days, by people
    double population; // persons; region: of the sampled sites
    double coverage;   // region: population / that of the region; NaN: not known
    int n_sites;       // region
    int n_left_out;    // days left out of the mean as disposal; week and longer
} wdm_estimate_row;

// One estimate of the people that a site served on a day. Pointers are borrowed as above.
typedef struct wdm_population_row {
    wdm_index site;
    wdm_day day;
    const char *method; // static, static:METHOD, field, combined, or a method of markers.csv; once a day
    const char *source; // of the row of the table; "": it has none
    wdm_population_interval value;
    double weight; // in the population that counts
    bool used;     // it is the population that counts
    int n;         // samples of markers
    int64_t flags;
} wdm_population_row;
// A ratio of loads at a site. Pointers as above.
typedef struct wdm_ratio_row {
    wdm_index site;
    const char *ratio_id; // of ratios.csv; apportionment: "acid:parent"
    wdm_ratio_kind kind;
    wdm_scale scale;
    wdm_day first;
    const wdm_ratio *value;
    double low, high; // range; NaN: none
    wdm_ratio_verdict verdict;
    int64_t flags; // of the loads' days
} wdm_ratio_row;

typedef struct wdm_estimate_sink {
    wdm_rc (*estimate)(void *user, const wdm_estimate_row *row, wdm_err *err);
    wdm_rc (*ratio)(void *user, const wdm_ratio_row *row, wdm_err *err); // NULL: not wanted
    void *user;
    wdm_rc (*population)(void *user, const wdm_population_row *row, wdm_err *err); // NULL: not wanted
} wdm_estimate_sink;

// How estimates are made; part of a run's parameters.
typedef struct wdm_estimate_options {
    wdm_cens_method censoring;
    wdm_mc *mc;             // Monte Carlo instead of the analytic method, one a thread; NULL: analytic
    bool keep_disposal;     // disposal days enter the means of consumption too
    const wdm_scope *scope; // only these periods; NULL: all. No part of the parameters
} wdm_estimate_options;

// Whether a day's value enters a mean of several days: disposal days are left out of what is consumed, and
// stay in the loads.
static inline bool wdm_flags_enter(int64_t flags, wdm_quantity quantity, const wdm_estimate_options *options)
{
    return quantity == WDM_Q_NORMALISED_LOAD || options->keep_disposal || (flags & WDM_FLAG_DISPOSAL) == 0;
}

#endif
