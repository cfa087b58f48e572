// SPDX-License-Identifier: GPL-3.0-or-later
// Exact mean and variance of a sum of lognormals of which some share an error. Internal to wbe. Pure.
#ifndef WDM_WBE_LOGNORMAL_SUM_H
#define WDM_WBE_LOGNORMAL_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "wbe/estimate.h"

// One term: weight x exp(own errors) x exp(error of its batch) x exp(errors of its site), all medians 1.
typedef struct wdm_sum_term {
    double weight;       // plug-in value of the term, >= 0
    double var_sampling; // variances of the log
    double var_analysis;
    double var_flow;
    double var_population;
    double var_batch;            // equal for equal batch_key
    double var_flow_bias;        // equal for equal site
    double var_site_population;  // the site's population as a whole, equal for equal site
    double var_population_batch; // of the batch of its markers, equal for equal site (of one site's days
                                 // `site` is that batch)
    int64_t batch_key;
    int64_t population_batch_key;
    // Natural keys of the errors, for Monte Carlo: of the sample, the analysis, the site's day, the site.
    uint64_t sample;
    uint64_t analysis;
    uint64_t day;
    uint64_t place;
    size_t site;
    size_t order; // position in the input, so that sums do not depend on the sort
    double share; // work of wdm_sum_log_skew
    double cov_own;
    double cov_other;
} wdm_sum_term;

typedef struct wdm_sum_moments {
    double mean;
    double var;
    double part[WDM_BUDGET_N]; // leading contributions to var by component
} wdm_sum_moments;

// Terms of one day; weight is set by the caller. What belongs to a site, and order, are 0; site is the batch
// of the population's markers.
wdm_sum_term wdm_sum_term_of_day(const wdm_day_value *day, double weight);

// Variance of the log of what is the day's own: sampling, analysis, flow, population from a marker.
double wdm_sum_term_own(const wdm_sum_term *term);

// Orders terms by site, then order, and sets order to the index.
void wdm_sum_order(wdm_sum_term *terms, size_t n);

// With a_t = weight exp(var_t / 2), var_t the sum of all its variances, and eB = exp(var_batch), eF =
// exp(var_flow_bias + var_site_population):
//   mean = sum a
//   var  = sum a^2 (exp(own) - 1) eB eF + sum over batches (eB - 1) (sum a)^2 + sum over sites (eF - 1) (sum
//   a)^2
//          + sum over (site, batch) (eB - 1)(eF - 1) (sum a)^2
// which is the full double sum of a_t a_u (exp(cov) - 1), grouped: O(n log n). The terms are ordered by site,
// order is their index; they are sorted on the way and come back in that order.
// Example: two terms of weight 1, one batch of u 10 %, nothing else: mean 2 sqrt(1.01), var = 4 x 1.01 x
// 0.01.
void wdm_sum_lognormals(wdm_sum_term *terms, size_t n, wdm_sum_moments *out);

// Covariance of two sums over the same sites and days, terms[i] and people[i] of one site and day: sampling
// and flow of a day and the site's flow bias are the same errors in both, the rest is independent. out->mean
// is 0, out->var the covariance, out->part its leading contributions. Example: masses with 10 % flow error
// over a population from a marker, whose own flow error is the same: the ratio of the two sums has none.
void wdm_sum_cross(const wdm_sum_term *terms, const wdm_sum_term *people, size_t n, wdm_sum_moments *out);

// Third cumulants of the log, to their leading order: with x_t the log errors of the terms, p_t their shares
// of the mean and L = sum p_t x_t, that of ln R is 3 times the variance (over t, weighted by p_t) of cov(x_t,
// L); that of ln(R / P) the same over the terms of R less that over those of P, L the difference of both. 0
// where all terms are alike, as one day is, or days of equal load.
typedef struct wdm_sum_skew {
    double sum;    // of ln R
    double people; // of ln P
    double ratio;  // of ln(R / P)
} wdm_sum_skew;

// people may be NULL. Uses share, cov_own and cov_other of the terms.
void wdm_sum_log_skew(wdm_sum_term *terms, wdm_sum_term *people, size_t n, wdm_sum_skew *out);

#endif
