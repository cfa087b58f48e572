// SPDX-License-Identifier: GPL-3.0-or-later
// From observations to the day values that the estimation engine takes: all biomarkers of one site, in the
// order in which the rows come.
#ifndef WDM_MODEL_SERIES_H
#define WDM_MODEL_SERIES_H

#include "data/config.h"
#include "model/observation.h"
#include "model/population.h"
#include "wbe/estimate.h"

// One sample of a biomarker with its day value.
typedef struct wdm_point {
    wdm_day_value value;
    int64_t flags; // of the data (data/flags.h)
    bool published;
    double population;       // persons
    double u_population;     // of it that all days of the site share
    double u_flow_bias;      // of the flow meter, what the population leaves of it in the normalised load
    int64_t flow_key;        // where the flow was read
    double field_population; // of the field sheet; NaN: none
    int64_t source_key;      // points with equal keys have populations of the same sources
    int n_results;           // replicates in it
    double temperature_c;    // of the wastewater that day; NaN: not known
} wdm_point;

// A day with a value that gives no level, but whose week must say so.
typedef struct wdm_gap {
    wdm_day day;
    int64_t flag; // above_range, qc_failed
} wdm_gap;

// All samples of one biomarker at one site, by day.
typedef struct wdm_day_series {
    wdm_index biomarker;
    wdm_point *points;
    size_t n, cap;
    wdm_gap *gaps;
    size_t n_gaps, gaps_cap;
    wdm_point *drug_points; // days as consumption sees them, one a day, where they differ from the points
    size_t n_drug_points;   // (model/drug_points.h); NULL: they do not
} wdm_day_series;

// What became of the rows read.
typedef struct wdm_series_counts {
    int64_t n_results;       // rows read
    int64_t n_no_flow;       // wait for a flow
    int64_t n_no_population; // the site has no population for that day
    int64_t n_no_level;      // not analysed, above range
    int64_t n_qc_failed;     // quality control failed
    int64_t n_beside;        // published loads of a day that has own results
    int64_t n_unknown;       // of an analyte that the config no longer has
} wdm_series_counts;

// All biomarkers of one site.
typedef struct wdm_site_series {
    const wdm_config *config; // borrowed
    wdm_index site;
    wdm_day_series *rows;
    size_t n, cap;
    size_t *place;         // of an analyte: 1 + index of its series; 0: none yet
    size_t n_from_results; // series that results made, before the published loads
    wdm_site_population population;
    wdm_series_counts counts;        // of rows with these days; init: of all
    wdm_day count_first, count_last; //
    int n_replicates;                // averaged in the last point
    char key[900];                   // of the sample in hand
} wdm_site_series;

// The day value of one result: N = C Q / P with the relative uncertainties of its parts. false when there is
// none: *why says which count it belongs to ("flow", "population", "level", "quality"). The population is
// that of the site's policy; site has all its rows and is finished.
bool wdm_point_of_result(const wdm_site_series *site, const wdm_result_row *row, wdm_point *point,
                         const char **why);
// The day value of a published load.
void wdm_point_of_published(const wdm_config *config, const wdm_published_row *row, wdm_point *point);

// An empty series of a site. Call wdm_site_series_fini in any case.
wdm_rc wdm_site_series_init(wdm_site_series *series, const wdm_config *config, wdm_index site,
                            wdm_err *err) WDM_MUST_CHECK;
// Adds one row of that site: first all results, in the order analyte, day, sample, laboratory, method,
// replicate; then all published loads in the order analyte, day (a published load of a day with an own result
// stands beside it and is counted only); then finish. Counts say what became of each row.
wdm_rc wdm_site_series_add_result(wdm_site_series *series, const wdm_result_row *row,
                                  wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_site_series_add_published(wdm_site_series *series, const wdm_published_row *row,
                                     wdm_err *err) WDM_MUST_CHECK;
// Divides every load by the people of its day (those that have none leave the series), brings the days of
// every series into order, marks what is not consumption (model/disposal.h), takes off what other substances
// bring and corrects losses (model/drug_points.h).
wdm_rc wdm_site_series_finish(wdm_site_series *series, wdm_err *err) WDM_MUST_CHECK;
void wdm_site_series_fini(wdm_site_series *series);

// The series of a biomarker; NULL when the site has none.
const wdm_day_series *wdm_site_series_of(const wdm_site_series *series, wdm_index biomarker);
// Divides a point's mass C Q, which stands in value.load_mg_d_1000 and value.lower, by the people that the
// site's policy takes for that sample of that biomarker, and sets what the population does to the
// uncertainties: u_sampling, u_flow and u_flow_bias keep what a marker of the same sample leaves of them
// (those of the mass stay in u_*_mass), u_population gets what it brings. false: there is no population.
bool wdm_point_normalise(const wdm_site_population *population, wdm_index biomarker, wdm_point *point);
// What the points of a period share: of one kind of day that of any; of days whose populations are of several
// sources by their shares of the load (wdm_population_shared, with its median).
typedef struct wdm_points_share {
    wdm_shared_u u;
    double median;
} wdm_points_share;
wdm_rc wdm_points_shared(const wdm_site_series *site, wdm_index biomarker, const wdm_point *points, size_t n,
                         wdm_points_share *shared, wdm_err *err) WDM_MUST_CHECK;
// Mean of the days' people.
double wdm_points_population(const wdm_point *points, size_t n);

// Flags of a period's days that have no level (above_range, qc_failed), which its estimate must carry.
int64_t wdm_series_flags_without_level(const wdm_day_series *series, wdm_day first, wdm_day last);
// Index of the first point of that day or a later one; series->n when there is none.
size_t wdm_series_from(const wdm_day_series *series, wdm_day day);
// The days that a quantity is made of: the normalised load of what was measured, the others of drug_points.
const wdm_point *wdm_series_points(const wdm_day_series *series, wdm_quantity quantity, size_t *n);
// Those of the days first .. last; *n may be 0.
const wdm_point *wdm_series_span(const wdm_day_series *series, wdm_quantity quantity, wdm_day first,
                                 wdm_day last, size_t *n);
// The value of one day, its samples averaged, with the flags of all; false when the day has none.
bool wdm_series_day(const wdm_day_series *series, wdm_day day, wdm_day_value *value, int64_t *flags);
// Number of points from `at` on that are of the same day.
size_t wdm_points_of_day(const wdm_point *points, size_t n, size_t at);
void wdm_series_counts_add(wdm_series_counts *sum, const wdm_series_counts *more);

// The factor of a drug and biomarker on a day, and whether it is of low confidence. Without an excretion row
// (or on drug WDM_NONE) the factor has the load only.
wdm_rc wdm_series_factor(const wdm_config *config, wdm_index drug, wdm_index biomarker, wdm_day day,
                         bool published, wdm_factor *factor, int64_t *flags, wdm_err *err) WDM_MUST_CHECK;

#endif
