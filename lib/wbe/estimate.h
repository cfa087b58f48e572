// SPDX-License-Identifier: GPL-3.0-or-later
// The estimation engine for one series (site x biomarker x drug): day and week. Regions: wbe/region.h. Pure.
//
// A measured value is the true one x errors, the errors independent lognormals of median 1 (METHOD 5), the
// excretion fraction with its own distribution. A mean or sum measured over days S = sum t_d e_d is therefore
// R = sum w_d e_d times the true one (w_d the days' shares), and the truth is S / R: the plug-in is divided
// by the distribution of R. What is shared by all days of the site (flow bias, population, stability,
// excretion, dose) is one factor, convolved exactly (num/logconv.h); the distribution of R is the lognormal
// with its exact mean and variance. Two intervals: total, and random (without the shared factor) for changes
// at one site.
#ifndef WDM_WBE_ESTIMATE_H
#define WDM_WBE_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "num/censored.h"
#include "num/logconv.h"
#include "wbe/day_net.h"
#include "wbe/factor.h"
#include "wbe/montecarlo.h"

// States as stored in the column `censored`.
enum { WDM_STATE_MEASURED = 0, WDM_STATE_BELOW_LOQ = 1, WDM_STATE_NOT_DETECTED = 2 };

// One sample's normalised load. All u_ are relative standard uncertainties, 0 or NaN when not given (a NaN
// sampling sets the flag no_sampling_u).
typedef struct wdm_day_value {
    wdm_day day;
    double load_mg_d_1000; // plug-in; when censored the upper limit, NaN when that is unknown
    int state;             // WDM_STATE_*
    double lower;          // censored: lowest possible load (LOD-derived for state 1), NaN or 0: 0
    double persons;        // people served that day, for mass; 0 or NaN: the site's population
    double u_sampling;     // one sample
    double u_analysis;     // one analysis
    double u_flow;         // random part of the day's flow; 0 when flow cancels (marker-based population)
    double u_population;   // random part of a population estimated that day from a marker; 0 for a static
                           // population
    double u_batch;        // calibration or recovery bias of the batch
    int64_t batch_key;     // equal keys share that bias
    int64_t sample_key;    // analyses with equal keys on a day are of one sample; 0: a sample of its own
    int64_t analysis_key;  // of a sample: equal keys are replicates by one laboratory and method
    // The errors of the mass C Q, in which a marker-based population does not cancel as it does in the
    // normalised load; 0 or NaN: those are u_sampling and u_flow.
    double u_sampling_mass;
    double u_flow_mass;
    // Calibration of the batch of the markers that gave the population; 0 for a static one.
    double u_population_batch;
    int64_t population_batch_key; // equal keys share it
    // What the errors are keyed by (Monte Carlo): 64-bit hashes of natural names, never positions or keys of
    // a database, so that a value has the same draws in every store, order and thread. site_key: the site_id;
    // sample_key: the sample_id (of that site and day); analysis_key: laboratory, method and analyte;
    // batch_key: those, the name of the batch and the day of analysis. 0 where a test has no names: then a
    // region's sites are told apart by their order.
    int64_t site_key;
    wdm_day_net net; // what was taken off and corrected (wbe/attribution.h); all 0: nothing
} wdm_day_value;

// Averages one more measured replicate of the sample into a value that is the mean of n replicates already:
// the load becomes (n load + next) / (n + 1), and u_analysis shrinks by sqrt(n / (n + 1)); all other parts
// are the sample's and stay. Example: load 10, u_analysis 0.2, n 1, next 20: load 15, u_analysis 0.1414.
void wdm_day_value_add_replicate(wdm_day_value *mean, int n, double next_load_mg_d_1000);

// Shared by all days of the site.
typedef struct wdm_shared_u {
    double u_flow_bias;
    double u_population;
} wdm_shared_u;

#define WDM_BUDGET_LIST(X)                                                                                   \
    X(WDM_BUDGET_SAMPLING, "sampling")                                                                       \
    X(WDM_BUDGET_ANALYSIS, "analysis")                                                                       \
    X(WDM_BUDGET_BATCH, "batch")                                                                             \
    X(WDM_BUDGET_FLOW_RANDOM, "flow_random")                                                                 \
    X(WDM_BUDGET_DAYS, "days")                                                                               \
    X(WDM_BUDGET_CENSORING, "censoring")                                                                     \
    X(WDM_BUDGET_FLOW_BIAS, "flow_bias")                                                                     \
    X(WDM_BUDGET_POPULATION, "population")                                                                   \
    X(WDM_BUDGET_STABILITY, "stability")                                                                     \
    X(WDM_BUDGET_EXCRETION, "excretion")                                                                     \
    X(WDM_BUDGET_DOSE, "dose")                                                                               \
    X(WDM_BUDGET_ATTRIBUTION, "attribution")                                                                 \
    X(WDM_BUDGET_SORPTION, "sorption")

typedef enum wdm_budget_part {
#define WDM_BUDGET_ENUM(id, name) id,
    WDM_BUDGET_LIST(WDM_BUDGET_ENUM)
#undef WDM_BUDGET_ENUM
        WDM_BUDGET_N
} wdm_budget_part;

const char *wdm_budget_name(wdm_budget_part part);

#define WDM_EST_FLAG_LIST(X)                                                                                 \
    X(WDM_EST_PROVISIONAL, 0, "provisional")       /* fewer days than expected */                            \
    X(WDM_EST_SKEWED_FACTOR, 1, "skewed_factor")   /* plug-in f outside the central half of its own */       \
    X(WDM_EST_NO_SAMPLING_U, 2, "no_sampling_u")   /* no sampling uncertainty was given */                   \
    X(WDM_EST_UNKNOWN_LIMIT, 3, "unknown_limit")   /* a censored day has no known limit */                   \
    X(WDM_EST_HALF_LOQ, 4, "half_loq")             /* censored days entered as limit / 2, on request */      \
    X(WDM_EST_ASSUMED_DAY_CV, 5, "assumed_day_cv") /* within-week CV assumed, not seen in the week */        \
    X(WDM_EST_BOUNDS_ONLY, 6, "bounds_only")       /* no mean, only its lowest and highest value */          \
    X(WDM_EST_CENSORED_SITES, 7, "censored_sites") /* region: some sites entered by their bounds */          \
    X(WDM_EST_REPEATED_DAY, 8, "repeated_day")     /* samples of one day were averaged first */              \
    X(WDM_EST_CENSORING_FAILED, 9, "censoring_fell_back") /* the method asked for could not be computed */   \
    X(WDM_EST_CLAMPED, 10, "clamped_to_bounds") /* a fitted mean outside its bounds was set on the bound */  \
    X(WDM_EST_CLIPPED_AT_ZERO, 11, "clipped_at_zero") /* other substances may bring all of it */             \
    X(WDM_EST_ASSUMED_WEEK_CV, 12, "assumed_week_cv") /* between-week CV assumed, not seen in the period */  \
    X(WDM_EST_NET_OF_OTHER, 13, "net_of_other")       /* what other substances bring was taken off */        \
    X(WDM_EST_SUPPRESSED, 14, "suppressed") /* other substances may bring all of it: not resolved */         \
    X(WDM_EST_BIOMARKERS_DISAGREE, 15, "biomarkers_disagree") /* combined: p of their agreement below 0.01   \
                                                               */

typedef enum wdm_est_flag {
#define WDM_EST_FLAG_ENUM(id, bit, name) id = 1 << (bit),
    WDM_EST_FLAG_LIST(WDM_EST_FLAG_ENUM)
#undef WDM_EST_FLAG_ENUM
} wdm_est_flag;

// Name of one flag bit, NULL for an unknown one; borrowed.
const char *wdm_est_flag_name(unsigned flag);

// The result. NaN = not known or does not exist. All in the unit of the quantity.
typedef struct wdm_estimate {
    double estimate;  // plug-in; NaN when censored or bounds only
    double limit;     // the `<` value when everything is censored, else NaN; NaN too when unknown
    double bound_low; // lowest and highest plug-in value possible; both = estimate when nothing is censored
    double bound_high;
    double median; // of the total distribution
    double lo95;   // total interval, 2.5 % and 97.5 %
    double hi95;
    double lo95_random; // random interval
    double hi95_random;
    double rsd_total; // exact sd / mean
    double rsd_random;
    int n_days;
    int n_censored;
    double weekday_mean; // Tue, Wed, Thu; NaN without such days or with a censored one among them
    double weekend_mean; // Fri, Sat, Sun, Mon
    double day_median;   // median of the days; NaN when the censored days leave it open
    double sum;          // of the measured days' plug-in values, and of their squares
    double sum_sq;
    wdm_cens_method method;      // what was done; WDM_CENS_ARITHMETIC: nothing censored
    double log_var;              // variance of the log of the total distribution
    double budget[WDM_BUDGET_N]; // shares of the variance of the log, sum 1; all 0 when nothing is uncertain
    unsigned flags;              // wdm_est_flag bits
} wdm_estimate;

// No value: all doubles NaN, counts 0, budget 0.
void wdm_estimate_clear(wdm_estimate *out);

// Logs of the 2.5, 50 and 97.5 % points of shared factor x exp(sigma Z) at the sigma of a node, made when
// first asked for. Between the nodes they are interpolated: a year of days of a region has as many sigmas as
// days, and each point takes a search for a quantile.
typedef struct wdm_shape_node {
    bool ready;
    double log_q[3];
} wdm_shape_node;

enum { WDM_SHAPE_NODES = 64, WDM_SHARED_TERMS = 12 };

// Prepared once for a series and quantity, then used for all its days and weeks. Caller's storage, nothing to
// free.
typedef struct wdm_estimator {
    wdm_quantity quantity;
    double scale;                 // from normalised load to the quantity
    wdm_logconv shared;           // relative: product of the shared errors, median near 1
    double log_var[WDM_BUDGET_N]; // of the shared parts, by component
    wdm_shape_node node[WDM_SHAPE_NODES];
    unsigned flags;
    wdm_factor_term terms[WDM_SHARED_TERMS]; // of the shared factor, and the part that each belongs to
    wdm_budget_part term_part[WDM_SHARED_TERMS];
    size_t n_terms;
    uint64_t drug_key; // natural keys of the excretion, dose and stability draws: those of the factor
    uint64_t biomarker_key;
    wdm_mc *mc;             // NULL: analytic; else set after init: every estimate by Monte Carlo
    wdm_mc_capture capture; // Monte Carlo: where the draws go beside
} wdm_estimator;

// For MASS the values are mg/d instead of mg/d/1000 people (regions use it so). WDM_E_DATA when the factor
// lacks what the quantity needs or a distribution is invalid.
wdm_rc wdm_estimator_init(wdm_estimator *est, wdm_quantity quantity, const wdm_factor *factor,
                          const wdm_shared_u *shared, wdm_err *err) WDM_MUST_CHECK;

// Multiplies the distribution of every value by a fixed factor, not the plug-in: where the shared errors of a
// period are not one factor and their median is not 1 (wdm_population_shared). At most once.
wdm_rc wdm_estimator_shift(wdm_estimator *est, double factor, wdm_err *err) WDM_MUST_CHECK;

// One day, one sample (several of one day: wdm_estimate_week with period_days 1 and expected_days 1).
// Censored: estimate and median NaN, limit carried through the arithmetic, and the interval is lower x 2.5 %
// factor (0 when lower is 0) .. limit x 97.5 % factor: every value the day may have had, not a 95 % statement
// about its middle. rsd_ are those that a measured value would have. Example: load 29.2, f 0.43 fixed, no
// uncertainty: estimate 67.907. State 2, limit 1.12: limit 2.6047, [0, 2.6047].
void wdm_estimate_day(wdm_estimator *est, const wdm_day_value *day, wdm_estimate *out);

// A period whose mean is wanted. A day: 1 day. An ISO week: 7 days. A month, quarter, year or campaign: the
// days from `first` on; its ISO weeks are then the first stage of sampling (partial weeks at its ends count
// with the days that lie in it).
typedef struct wdm_period_options {
    wdm_cens_method censoring; // default WDM_CENS_AUTO
    int period_days;           // 7: days whose mean is wanted
    int expected_days;         // fewer sampled days: provisional
    double within_week_cv;     // true day-to-day CV within a week; NaN: not known (WDM_DEFAULT_WEEK_CV)
    wdm_day first;             // first day of the period; read when period_days > 7 only
    double between_week_cv; // CV of weekly means within the period; NaN: not known (WDM_DEFAULT_BETWEEN_CV)
} wdm_period_options;
typedef wdm_period_options wdm_week_options;

#define WDM_DEFAULT_WEEK_CV 0.30
// Between-week CV that is assumed where neither a table nor the weeks themselves give one [M].
#define WDM_DEFAULT_BETWEEN_CV 0.25

// auto, 7, 7, NaN, 0, NaN
wdm_week_options wdm_week_options_default(void);
// auto, the days first .. last, 1 expected day, NaN, first, NaN. last >= first.
wdm_period_options wdm_period_options_default(wdm_day first, wdm_day last);

enum { WDM_PERIOD_DAYS_MAX = 400 }; // room that callers keep for the samples of a week

// Mean of a period from its samples, in any order, any number, several a day allowed; n >= 1. Unsampled days
// of sampled weeks bring the spread between days, unsampled weeks that between weeks:
//   var = s_week^2 sum over weeks (n_w/n - M_w/N)^2 + s_day^2 (1/n - 1/N)
// for n of N days, n_w of the M_w days of week w (wbe/unsampled.h). Both s^2 are the samples' own without
// what the measurement scatters, pooled with the CVs of the options; flags assumed_day_cv and assumed_week_cv
// say where the samples are too few (fewer than 3 days, 3 weeks) and no CV was given. Values below limits:
// one choice (wbe/week_core.h) over all days of the period. WDM_E_DATA: n is 0, a value is no load, or
// (period_days > 7) a day lies outside the period. Takes O(n log n). The caller leaves out disposal days and
// days that do not count.
wdm_rc wdm_estimate_period(wdm_estimator *est, const wdm_day_value *days, size_t n,
                           const wdm_period_options *opt, wdm_estimate *out, wdm_err *err) WDM_MUST_CHECK;

// The same for an ISO week (or a day with several samples): period_days at most 7.
wdm_rc wdm_estimate_week(wdm_estimator *est, const wdm_day_value *days, size_t n, const wdm_week_options *opt,
                         wdm_estimate *out, wdm_err *err) WDM_MUST_CHECK;

#endif
