// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/estimate.h"

#include <math.h>
#include <string.h>

#include "wbe/estimate_parts.h"
#include "wbe/lognormal.h"
#include "wbe/montecarlo_parts.h"
#include "wbe/net_finish.h"

#define Z975 1.959963984540054

static const char *const BUDGET_NAME[] = {
#define BUDGET_ROW(id, name) name,
    WDM_BUDGET_LIST(BUDGET_ROW)
#undef BUDGET_ROW
};

const char *wdm_budget_name(wdm_budget_part part)
{
    return (unsigned)part < WDM_BUDGET_N ? BUDGET_NAME[part] : "unknown";
}

const char *wdm_est_flag_name(unsigned flag)
{
    switch (flag) {
#define FLAG_CASE(id, bit, name)                                                                             \
    case (unsigned)(id):                                                                                     \
        return name;
        WDM_EST_FLAG_LIST(FLAG_CASE)
#undef FLAG_CASE
    default:
        return NULL;
    }
}

static void add_term(wdm_estimator *est, wdm_budget_part part, const wdm_dist *dist, double power)
{
    est->terms[est->n_terms] = (wdm_factor_term){*dist, power};
    est->term_part[est->n_terms] = part;
    est->n_terms++;
}

static void add_lognormal(wdm_estimator *est, wdm_budget_part part, double u_rel, double power)
{
    const wdm_dist error = {WDM_DIST_LOGNORMAL, (double)NAN, 1.0, (double)NAN, u_rel};
    if (u_rel > 0.0)
        add_term(est, part, &error, power);
    est->log_var[part] = wdm_log_var_of_u(u_rel);
}

// f / plug-in, so that the product is relative. Beta lives on (0, 1) and cannot be rescaled: its plug-in is
// divided out by a fixed factor instead, which serves every kind.
static void add_excretion(wdm_estimator *est, const wdm_dist *f)
{
    const wdm_dist plug_in = {WDM_DIST_FIXED, (double)NAN, f->mode, (double)NAN, (double)NAN};
    add_term(est, WDM_BUDGET_EXCRETION, f, -1);
    add_term(est, WDM_BUDGET_EXCRETION, &plug_in, 1);
}

wdm_rc wdm_estimator_init(wdm_estimator *est, wdm_quantity quantity, const wdm_factor *factor,
                          const wdm_shared_u *shared, wdm_err *err)
{
    const bool drug = quantity != WDM_Q_NORMALISED_LOAD;
    const bool dose = quantity == WDM_Q_DOSES || quantity == WDM_Q_PREVALENCE;
    if ((unsigned)quantity >= WDM_Q_COUNT || !wdm_factor_has(factor, quantity))
        return wdm_err_set(err, WDM_E_DATA,
                           "%s needs an excretion fraction, molar masses%s that are not there",
                           wdm_quantity_name(quantity), dose ? " and a dose" : "");
    memset(est, 0, sizeof *est);
    est->quantity = quantity;
    est->scale = wdm_factor_scale(factor, quantity);
    est->flags = wdm_factor_is_skewed(factor, quantity) ? (unsigned)WDM_EST_SKEWED_FACTOR : 0U;
    est->drug_key = factor->drug_key;
    est->biomarker_key = factor->biomarker_key;
    // what is stated is the true one times its error: N = C Q / P is divided by that of Q, and multiplied by
    // that of P
    add_lognormal(est, WDM_BUDGET_FLOW_BIAS, shared->u_flow_bias, -1);
    add_lognormal(est, WDM_BUDGET_POPULATION, shared->u_population, 1);
    add_lognormal(est, WDM_BUDGET_STABILITY, drug ? factor->stability_u_rel : 0.0, 1);
    add_lognormal(est, WDM_BUDGET_DOSE, wdm_factor_dose_u(factor, quantity), -1);
    if (drug)
        add_excretion(est, &factor->excretion);
    const wdm_rc rc = wdm_logconv_init(&est->shared, est->terms, est->n_terms, err);
    if (rc != WDM_OK)
        return rc;
    double rest = est->shared.log_var;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        rest -= est->log_var[i];
    // without the last line rounding would leave 1e-18 for an excretion without uncertainty
    est->log_var[WDM_BUDGET_EXCRETION] =
        drug && factor->excretion.kind != WDM_DIST_FIXED ? fmax(0.0, rest) : 0.0;
    return WDM_OK;
}

wdm_rc wdm_estimator_shift(wdm_estimator *est, double factor, wdm_err *err)
{
    const wdm_dist fixed = {WDM_DIST_FIXED, (double)NAN, factor, (double)NAN, (double)NAN};
    add_term(est, WDM_BUDGET_POPULATION, &fixed, 1);
    return wdm_logconv_init(&est->shared, est->terms, est->n_terms, err);
}

static const double PROBS[3] = {0.025, 0.5, 0.975};

// Nodes lie evenly in ln(1 + sigma / NODE_FIRST): close together at 0, where the edge of a bounded factor is
// blurred first. Node 0 is below 0, where the points are those above.
#define NODE_FIRST 0.01
#define NODE_STEP 0.1

static const double *node_at(wdm_estimator *est, size_t index)
{
    wdm_shape_node *node = &est->node[index];
    const double sigma = fabs(NODE_FIRST * expm1(((double)index - 1.0) * NODE_STEP));
    for (int i = 0; i < 3 && !node->ready; i++)
        node->log_q[i] = log(wdm_logconv_quantile(&est->shared, sigma, PROBS[i]));
    node->ready = true;
    return node->log_q;
}

// The points of shared factor x exp(sigma Z): cubic through the four nodes around sigma, within 1e-4 of the
// quantile itself; beyond the nodes, and where the factor is lognormal and the quantile is a formula, that
// itself.
void wdm_estimator_points(wdm_estimator *est, double sigma, double q[3])
{
    const double at = 1.0 + log1p(sigma / NODE_FIRST) / NODE_STEP;
    const double left = floor(at);
    const double t = at - left;
    if (est->shared.n == 0 || !(at < (double)(WDM_SHAPE_NODES - 2))) {
        for (int i = 0; i < 3; i++)
            q[i] = wdm_logconv_quantile(&est->shared, sigma, PROBS[i]);
        return;
    }
    const size_t n = (size_t)left;
    const double *y[4] = {node_at(est, n - 1), node_at(est, n), node_at(est, n + 1), node_at(est, n + 2)};
    const double w[4] = {-t * (t - 1.0) * (t - 2.0) / 6.0, (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
                         -(t + 1.0) * t * (t - 2.0) / 2.0, (t + 1.0) * t * (t - 1.0) / 6.0};
    for (int i = 0; i < 3; i++)
        q[i] = exp(w[0] * y[0][i] + w[1] * y[1][i] + w[2] * y[2][i] + w[3] * y[3][i]);
}

// ln(R X / P): its first three cumulants, and the parts of the second.
typedef struct divisor {
    double log_mean;
    double log_var;
    double log_skew;
    double part[WDM_BUDGET_N];
} divisor;

static double weight_sum(const wdm_sum_term *terms, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += terms[i].weight;
    return sum;
}

static void add_parts(const wdm_sum_moments *m, double scale, divisor *d)
{
    for (int i = 0; i < WDM_BUDGET_N; i++)
        d->part[i] += scale * m->part[i];
}

// The variance of the log in proportion to the leading contributions, which add up to it only to first order.
static void share_out(divisor *d)
{
    double sum = 0.0;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        sum += fmax(0.0, d->part[i]);
    for (int i = 0; i < WDM_BUDGET_N; i++)
        d->part[i] = sum > 0.0 ? fmax(0.0, d->part[i]) / sum * d->log_var : 0.0;
}

// The leading order of a third cumulant holds while it is small beside the variance.
static double limited(double k3, double var)
{
    return fmax(-var / 2.0, fmin(var / 2.0, k3));
}

// Adds the log of a sum with its exact mean and variance, given the third cumulant k3 of its log: with E[R^n]
// = exp(n k1 + n^2 k2 / 2 + n^3 k3 / 6),   k2 = ln(1 + var / mean^2) - k3,   k1 = ln mean - (k2 + k3 / 3)
// / 2.
static void add_sum(const wdm_sum_moments *m, double weights, double k3, double sign, divisor *d)
{
    const double matched = log1p(m->var / m->mean / m->mean);
    k3 = limited(k3, matched);
    const double log_var = matched - k3;
    d->log_var += log_var;
    d->log_mean += sign * (log(m->mean / weights) - (log_var + k3 / 3.0) / 2.0);
    add_parts(m, 1.0 / m->mean / m->mean, d);
}

static void divisor_of(const wdm_parts *parts, divisor *d)
{
    wdm_sum_moments sum;
    wdm_sum_moments people;
    wdm_sum_moments cross;
    wdm_sum_skew skew;
    memset(d, 0, sizeof *d);
    wdm_sum_lognormals(parts->terms, parts->n_terms, &sum);
    wdm_sum_log_skew(parts->terms, parts->people, parts->n_terms, &skew);
    add_sum(&sum, weight_sum(parts->terms, parts->n_terms), skew.sum, 1.0, d);
    if (parts->people != NULL) {
        wdm_sum_lognormals(parts->people, parts->n_terms, &people);
        wdm_sum_cross(parts->terms, parts->people, parts->n_terms, &cross);
        add_sum(&people, weight_sum(parts->people, parts->n_terms), skew.people, -1.0, d);
        d->log_var = fmax(0.0, d->log_var - 2.0 * log1p(cross.var / sum.mean / people.mean));
        add_parts(&cross, -2.0 / sum.mean / people.mean, d);
    }
    d->log_skew = limited(skew.ratio, d->log_var);
    share_out(d);
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        const double log_var = log1p(parts->rel_var[i]);
        d->part[i] += log_var;
        d->log_var += log_var;
        d->log_mean -= log_var / 2.0;
    }
}

// The same without what cancels in comparisons at one site.
static void random_divisor(const wdm_parts *parts, divisor *d)
{
    for (size_t i = 0; i < parts->n_terms; i++) {
        parts->terms[i].var_flow_bias = 0.0;
        parts->terms[i].var_site_population = 0.0;
        if (parts->people != NULL) {
            parts->people[i].var_flow_bias = 0.0;
            parts->people[i].var_site_population = 0.0;
        }
    }
    divisor_of(parts, d);
}

// Both are shared out among their parts, and add up because their product is of independent factors.
static void fill_budget(const double *shared_log_var, const divisor *d, wdm_estimate *out)
{
    double total = 0.0;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        total += d->part[i] + shared_log_var[i];
    for (int i = 0; i < WDM_BUDGET_N; i++)
        out->budget[i] = total > 0.0 ? (d->part[i] + shared_log_var[i]) / total : 0.0;
    out->log_var = total;
}

// The third cumulant of the log moves the point of the standard normal's z by k3 (z^2 - 1) / (6 var) (Cornish
// and Fisher): here that of -ln R within the log of the whole, whose variance is var.
static double skewed(const divisor *d, double var, double z)
{
    return var > 0.0 ? exp(-d->log_skew * (z * z - 1.0) / 6.0 / var) : 1.0;
}

// sd / mean of 1 / R from the cumulants of ln R.
static double squared_rsd(const divisor *d)
{
    return expm1(d->log_var - d->log_skew);
}

// Median and ends of truth over plug-in, and both RSDs.
static void analytic(wdm_estimator *est, const divisor *total, const divisor *random, wdm_mc_summary *t,
                     wdm_mc_summary *r)
{
    static const double z[3] = {-Z975, 0.0, Z975};
    double q[3];
    wdm_estimator_points(est, sqrt(total->log_var), q);
    const double var = total->log_var + est->shared.log_var;
    for (int i = 0; i < 3; i++) {
        t->q[i] = q[i] / exp(total->log_mean) * skewed(total, var, z[i]);
        r->q[i] =
            exp(z[i] * sqrt(random->log_var) - random->log_mean) * skewed(random, random->log_var, z[i]);
    }
    t->rsd = sqrt((1.0 + squared_rsd(total)) * (1.0 + est->shared.rsd * est->shared.rsd) - 1.0);
    r->rsd = sqrt(squared_rsd(random));
}

// The same where something was taken off or corrected; the parts that this adds to the variance.
static void finish_net(wdm_estimator *est, const wdm_parts *parts, const divisor *total,
                       const divisor *random, wdm_mc_summary *t, wdm_mc_summary *r, wdm_estimate *out)
{
    static const double z[3] = {-Z975, 0.0, Z975};
    wdm_net_ends ends;
    double log_var[WDM_BUDGET_N];
    double var = total->log_var;
    wdm_net_ends_of(est, parts->net, sqrt(total->log_var), sqrt(random->log_var), &ends);
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        log_var[i] = est->log_var[i] + ends.log_var[i];
        var += log_var[i];
    }
    const double var_random =
        random->log_var + ends.log_var[WDM_BUDGET_ANALYSIS] + ends.log_var[WDM_BUDGET_BATCH];
    for (int i = 0; i < 3 && est->mc == NULL; i++) {
        t->q[i] = ends.total[i] / exp(total->log_mean) * skewed(total, var, z[i]);
        r->q[i] = ends.random[i] / exp(random->log_mean) * skewed(random, var_random, z[i]);
        t->rsd = ends.rsd_total;
        r->rsd = ends.rsd_random;
    }
    fill_budget(log_var, total, out);
    if (ends.p_zero > 0.025)
        out->flags |= (unsigned)WDM_EST_CLIPPED_AT_ZERO;
}

void wdm_parts_finish(wdm_estimator *est, const wdm_parts *parts, wdm_estimate *out)
{
    const bool net = parts->net != NULL && (parts->net->net || parts->net->corrected);
    const bool nothing_left =
        net && isnan(parts->net->gross_per_net); // then the ends are over the gross value
    divisor total;
    divisor random;
    wdm_mc_summary t;
    wdm_mc_summary r;
    if (est->mc != NULL)
        wdm_mc_draw(est, parts, &t, &r);
    divisor_of(parts, &total);
    random_divisor(parts, &random);
    fill_budget(est->log_var, &total, out);
    if (net)
        finish_net(est, parts, &total, &random, &t, &r, out);
    else if (est->mc == NULL)
        analytic(est, &total, &random, &t, &r);
    out->median = (nothing_left ? parts->gross : parts->point) * t.q[1];
    out->lo95 = (nothing_left ? 0.0 : parts->low_end) * t.q[0];
    out->hi95 = (nothing_left ? parts->gross : parts->high_end) * t.q[2];
    out->lo95_random = (nothing_left ? 0.0 : parts->low_end) * r.q[0];
    out->hi95_random = (nothing_left ? parts->gross : parts->high_end) * r.q[2];
    out->rsd_random = r.rsd;
    out->rsd_total = t.rsd;
    out->flags |= est->flags;
}

void wdm_estimate_clear(wdm_estimate *out)
{
    memset(out, 0, sizeof *out);
    out->estimate = (double)NAN;
    out->limit = (double)NAN;
    out->bound_low = (double)NAN;
    out->bound_high = (double)NAN;
    out->weekday_mean = (double)NAN;
    out->weekend_mean = (double)NAN;
    out->day_median = (double)NAN;
    out->sum = (double)NAN;
    out->sum_sq = (double)NAN;
    out->median = (double)NAN;
    out->lo95 = (double)NAN;
    out->hi95 = (double)NAN;
    out->lo95_random = (double)NAN;
    out->hi95_random = (double)NAN;
    out->rsd_total = (double)NAN;
    out->rsd_random = (double)NAN;
    out->method = WDM_CENS_ARITHMETIC;
}

void wdm_estimate_day(wdm_estimator *est, const wdm_day_value *day, wdm_estimate *out)
{
    const bool measured = day->state == WDM_STATE_MEASURED;
    const double value = day->load_mg_d_1000 * est->scale;
    const double low = measured ? value : (day->lower > 0.0 ? day->lower * est->scale : 0.0);
    wdm_sum_term term = wdm_sum_term_of_day(day, 1.0);
    wdm_net_error net;
    const wdm_parts parts = {.point = measured ? value : (double)NAN,
                             .low_end = low,
                             .high_end = value,
                             .terms = &term,
                             .n_terms = 1,
                             .net = &net,
                             .net_days = day,
                             .n_net_days = 1,
                             .gross = day->net.gross * est->scale};
    if (wdm_net_error_of(day, 1, &net, NULL) != WDM_OK)
        return; // a single day takes no memory: not reached
    wdm_estimate_clear(out);
    out->estimate = parts.point;
    out->limit = measured ? (double)NAN : value;
    out->bound_low = low;
    out->bound_high = value;
    out->n_days = 1;
    out->n_censored = measured ? 0 : 1;
    out->day_median = parts.point;
    out->sum = measured ? value : 0.0;
    out->sum_sq = measured ? value * value : 0.0;
    out->method = measured ? WDM_CENS_ARITHMETIC : WDM_CENS_BOUNDS;
    out->flags |= isnan(day->u_sampling) ? (unsigned)WDM_EST_NO_SAMPLING_U : 0U;
    out->flags |= !measured && isnan(value) ? (unsigned)WDM_EST_UNKNOWN_LIMIT : 0U;
    wdm_parts_finish(est, &parts, out);
    wdm_net_close(day, 1, out);
}
