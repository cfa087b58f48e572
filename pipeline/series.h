// SPDX-License-Identifier: GPL-3.0-or-later
// From stored results to the day values that the estimation engine takes; shared by estimate and explain.
#ifndef WDM_PIPELINE_SERIES_H
#define WDM_PIPELINE_SERIES_H

#include "stage.h"
#include "store/estimate_store.h"
#include "wbe/estimate.h"

// One sample of a series with its day value and where it came from.
typedef struct wdm_point {
    wdm_day_value value;
    int64_t flags; // of the data (data/flags.h)
    bool published;
    double population; // persons
    double u_population;
} wdm_point;

// All samples of one biomarker at one site, by day.
typedef struct wdm_series {
    wdm_index site, biomarker;
    wdm_point *points;
    size_t n, cap;
    struct wdm_gap { // a day with a value that gives no level, but whose week must say so
        wdm_day day;
        int64_t flag; // above_range, qc_failed
    } * gaps;
    size_t n_gaps, gaps_cap;
} wdm_series;

typedef struct wdm_series_list {
    wdm_series *rows;
    size_t n, cap;
    int64_t n_results;       // results read
    int64_t n_no_flow;       // wait for a flow
    int64_t n_no_population; // the site has no population for that day
    int64_t n_no_level;      // not analysed, above range
    int64_t n_qc_failed;     // quality control failed
    int64_t n_beside;        // published loads of a day that has own results
    int64_t n_unknown;       // of a site or analyte that the config no longer has
} wdm_series_list;

// The day value of one result: N = C Q / P with the relative uncertainties of its parts. false when there is
// none: *why says which count it belongs to ("flow", "population", "level", "quality").
bool wdm_point_of_result(const wdm_config *config, const wdm_result_row *row, wdm_point *point,
                         const char **why);
// The day value of a published load.
void wdm_point_of_published(const wdm_config *config, const wdm_published_row *row, wdm_point *point);

// Reads all series that match the filter. The list is in the order of site and biomarker.
wdm_rc wdm_series_read(wdm_session *session, const wdm_result_filter *filter, wdm_series_list *list,
                       wdm_err *err) WDM_MUST_CHECK;
// Flags of a week's days that have no level (above_range, qc_failed), which its estimate must carry.
int64_t wdm_series_flags_without_level(const wdm_series *series, int32_t week);
void wdm_series_fini(wdm_series_list *list);

// The factor of a drug and biomarker at a site on a day, and whether it is of low confidence. Without an
// excretion row (or on drug WDM_NONE) the factor has the load only.
wdm_rc wdm_series_factor(const wdm_config *config, wdm_index site, wdm_index drug, wdm_index biomarker,
                         wdm_day day, bool published, wdm_factor *factor, int64_t *flags,
                         wdm_err *err) WDM_MUST_CHECK;

#endif
