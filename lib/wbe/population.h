// SPDX-License-Identifier: GPL-3.0-or-later
// People served: from a marker in the sample, several estimates of one day put together, and what N = C Q / P
// inherits from them. Pure.
//
// Model, on the log scale: ln P = sum of w_k ln P_k with weights of sum 1. A static estimate has one error,
// shared by all days. A marker estimate P_k = C_k Q share / (load of a person) has the errors of its sample,
// analysis, batch and flow, the bias of the flow meter, and the load of a person, which all days share. N has
// C and Q of its own sample: what P has of the same sample and flow cancels there in the proportion of the
// markers' weight.
#ifndef WDM_WBE_POPULATION_H
#define WDM_WBE_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wbe/estimate.h"

// P = marker load / per-capita load. Ammonium-N: 1,500,000 g/d at 7.5 g/d a person: 200,000 people (both in
// mg/d here). NaN unless both are finite and > 0, as in the functions below (share: 0 < share <= 1).
double wdm_population_of_marker(double marker_load_mg_d, double per_capita_mg_d);

// The same from a sample, with the share of the flow that households give (1: the load of all of it counts).
// Cotinine 1500 ng/L, 125,000 m3/d, share 0.9, 0.588 mg a day and person: 286,989.796 people.
double wdm_population_of_sample(double conc_ng_l, double flow_m3_d, double domestic_share,
                                double per_capita_mg_d);

// The Chinese cotinine rule (METHOD 4): cotinine excretion in mg/d/1000 people = cigarettes a person and day
// x 0.14 x 1000. 4.2 cigarettes: 588. Over 1000 it is the per-capita load of the functions above.
double wdm_cotinine_excretion_mg_d_1000(double cigarettes_person_day);
// Persons: cotinine ng/L x flow m3/d x domestic share / excretion. 1500 ng/L, 125,000 m3/d, 0.9, 588:
// 286,989.8 people. (The rule is written with the flow in 10^4 m3/d and P in thousands; the factor 10 there
// is 10^4 / 10^3.)
double wdm_cotinine_population(double cotinine_ng_l, double flow_m3_d, double domestic_share,
                               double excretion_mg_d_1000);
// N = C Q / P with that P: the flow cancels and is not asked for. C / cotinine x excretion / domestic share,
// mg/d/1000. Methamphetamine 60 ng/L, cotinine 1500 ng/L, 0.9, 588: 26.1333.
double wdm_cotinine_normalised_load(double conc_ng_l, double cotinine_ng_l, double domestic_share,
                                    double excretion_mg_d_1000);

// One estimate of the people served on a day. u_: relative standard uncertainties, k = 1; 0 or NaN: not
// given.
typedef struct wdm_population_value {
    double persons;
    double u_shared;    // by all days of the site: the table's, or that of the load of a person
    int64_t shared_key; // equal keys share that error
    bool marker;        // the rest is of markers only
    double u_analysis, u_batch, u_sampling, u_flow, u_flow_bias;
    int64_t batch_key;  // equal keys share the batch error
    int64_t sample_key; // equal keys are of one sample; 0: of none that is known
    int64_t flow_key;   // equal keys are one reading of the flow; 0: of none that is known
} wdm_population_value;

// Variance of ln P, all parts.
double wdm_population_log_var(const wdm_population_value *value);

// Several samples (or laboratories, replicates) of one marker on one day: the arithmetic mean; equal keys
// share their error, others are independent. n >= 1; of more than WDM_POPULATION_VALUES_MAX the first ones
// count.
enum { WDM_POPULATION_VALUES_MAX = 64 };
wdm_population_value wdm_population_mean(const wdm_population_value *values, size_t n);

// Weights by the inverse of the variance of ln P, sum 1. A method that states no uncertainty of its own
// (u_shared) cannot be weighed: weight 0, unless none states one: equal weights. Example: u_shared 0.1 and
// 0.2, nothing else: ln(1.04) / (ln(1.01) + ln(1.04)) = 0.7976 and 0.2024.
void wdm_population_weights(const wdm_population_value *values, size_t n, double *weights);

// What N of one sample takes from the population of its day.
typedef struct wdm_population_use {
    double persons;       // exp(sum of w ln P)
    double marker_weight; // w of all markers
    double keep_sampling; // of the log errors of the sample, its flow and the flow meter's bias, this share
                          // stays
    double keep_flow;     // in N: 1 - w of the markers of the same sample, reading, meter
    double keep_flow_bias;
    double u_random;   // brought by the population, independent from day to day: the markers' analyses, and
                       // samples and flows that are not this one
    double u_batch;    // the markers' batches
    int64_t batch_key; //
    double u_shared;   // by all days of the site: static estimates and loads of a person
} wdm_population_use;

// sample_key and flow_key: of the sample that is to be normalised; 0: none (then nothing cancels).
// Example: one marker, weight 1, same sample and flow: keep_ are 0, u_random is that of its analysis.
wdm_population_use wdm_population_combine(const wdm_population_value *values, const double *weights, size_t n,
                                          int64_t sample_key, int64_t flow_key);

// u that is left of a relative uncertainty when the share `keep` of its log error stays: keep 1: u; 0: 0
// (also of NaN). Example: u 0.2, keep 0.5: sqrt(exp(0.25 ln 1.04) - 1) = 0.0993.
double wdm_population_keep(double u_rel, double keep);

// An estimate with its own interval: lognormal about the value.
typedef struct wdm_population_interval {
    double persons, lo95, hi95;
    double rsd;      // exact sd / mean
    double u_random; // analysis, batch, sampling, flow
    double u_shared; // static estimates, loads of a person, flow meter's bias
} wdm_population_interval;
wdm_population_interval wdm_population_interval_of(const wdm_population_value *values, const double *weights,
                                                   size_t n);

// One day of a period: its estimates with their weights, and the share that the day has of the period's sum.
typedef struct wdm_population_day {
    const wdm_population_value *values;
    const double *weights;
    size_t n;
    double share; // not used by wdm_population_period
} wdm_population_day;

// The day values of a period (a week) to one: the mean of the days; shared errors and batches by key, the
// rest independent by day; first order in the log errors. The days may be of several methods. n >= 1.
// Example: seven days of one marker, analysis 0.1, per person 0.2: u_random 0.0377, u_shared 0.2.
wdm_population_interval wdm_population_period(const wdm_population_day *days, size_t n);

// What all days of a period share in N when the population is put together otherwise from day to day: each
// source enters with the shares of the days that use it, the flow meter's bias with what is left of it on
// each; first order in the log errors, exact when the days are alike. *median (may be NULL): median of what
// was measured of the period over the truth, as far as these errors go: the sum of lognormals that do not
// move together lies above the plug-in; 1 when the days are alike. Example: half the load on days of a marker
// (u 0.2), half on days of a static estimate (u 0.1), bias 0.1: u_population 0.1103, u_flow_bias 0.0499,
// *median 1.0074.
wdm_shared_u wdm_population_shared(const wdm_population_day *days, size_t n, double u_flow_bias,
                                   double *median);

// Whether two estimates of a day disagree: marker / static (either order given), else the larger / the
// smaller, outside low..high. 155,000 by a marker, 58,000 static, 0.5 to 1.5: true.
bool wdm_population_disagree(const wdm_population_value *a, const wdm_population_value *b, double low,
                             double high);

#endif
