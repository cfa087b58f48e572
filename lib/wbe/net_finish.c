// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/net_finish.h"

#include <math.h>
#include <string.h>

#include "num/difference.h"
#include "wbe/lognormal.h"

#define NOT ((double)NAN)

// Terms of a product in hand.
typedef struct product {
    wdm_factor_term terms[WDM_LOGCONV_TERMS];
    size_t n;
} product;

static void add(product *p, wdm_dist dist, int power)
{
    if (p->n < WDM_LOGCONV_TERMS)
        p->terms[p->n++] = (wdm_factor_term){dist, power};
}

static void add_fixed(product *p, double value)
{
    add(p, (wdm_dist){WDM_DIST_FIXED, NOT, value, NOT, NOT}, 1);
}

// (A - x R M) / (1 - x); sigma_b of R M. False: nothing is taken (a limit), or nothing is uncertain.
static bool difference_of(const wdm_net_error *e, double sigma_b, wdm_difference *d)
{
    *d = (wdm_difference){.x = e->x * e->tilt, .sigma_a = sqrt(e->var_a), .sigma_b = sigma_b};
    return e->net && d->x > 0.0 && d->sigma_a + d->sigma_b > 0.0;
}

static void add_corrections(product *p, const wdm_net_error *e)
{
    if (e->ln_k > 0.0 && e->u_half_life > 0.0) {
        add(p, (wdm_dist){WDM_DIST_DECAY, NOT, exp(e->ln_k), NOT, e->u_half_life}, 1);
        add_fixed(p, exp(-e->ln_k));
    }
    if (e->share > 0.0 && e->u_share > 0.0) {
        const double k = 1.0 / (1.0 - e->share);
        add(p, (wdm_dist){WDM_DIST_SURPLUS, NOT, k, NOT, wdm_net_u_odds(e->share, e->u_share)}, 1);
        add_fixed(p, 1.0 / k);
    }
}

// Leading contributions to the variance of the log, scaled to what the difference has in all.
static void difference_parts(const wdm_net_error *e, double log_var, wdm_net_ends *ends)
{
    const double x2 = e->x * e->x;
    const double analysis = e->var_a * e->part_a_analysis + x2 * e->var_m * e->part_m_analysis;
    const double batch = e->var_a * e->part_a_batch + x2 * e->var_m * e->part_m_batch;
    const double ratio = x2 * e->var_ratio;
    const double sum = analysis + batch + ratio;
    if (!(sum > 0.0))
        return;
    ends->log_var[WDM_BUDGET_ANALYSIS] = analysis / sum * log_var;
    ends->log_var[WDM_BUDGET_BATCH] = batch / sum * log_var;
    ends->log_var[WDM_BUDGET_ATTRIBUTION] = ratio / sum * log_var;
}

static double log_var_of_decay(const wdm_net_error *e)
{
    // ln k lognormal with median ln_k: its variance is that of a lognormal
    const double u2 = e->u_half_life * e->u_half_life;
    return e->ln_k > 0.0 ? e->ln_k * e->ln_k * (1.0 + u2) * u2 : 0.0;
}

static double log_var_of_share(const wdm_net_error *e)
{
    // of ln(1 + odds E), first order: share x ln E
    return e->share * e->share * wdm_log_var_of_u(wdm_net_u_odds(e->share, e->u_share));
}

static void no_ends(wdm_net_ends *ends)
{
    for (int i = 0; i < 3; i++) {
        ends->total[i] = NOT;
        ends->random[i] = NOT;
    }
    ends->rsd_total = NOT;
    ends->rsd_random = NOT;
}

// Points and 1 + rsd^2 of what multiplies the difference: the estimator's shared factors, corrections, and a
// lognormal of that sigma.
typedef struct base_points {
    double q[3];
    double square_ratio; // NaN when it does not exist
} base_points;

static bool base_of(const product *p, double sigma, base_points *out)
{
    wdm_logconv lc;
    if (wdm_logconv_init(&lc, p->terms, p->n, NULL) != WDM_OK)
        return false;
    out->q[0] = wdm_logconv_quantile(&lc, sigma, 0.025);
    out->q[1] = wdm_logconv_quantile(&lc, sigma, 0.5);
    out->q[2] = wdm_logconv_quantile(&lc, sigma, 0.975);
    out->square_ratio = isfinite(lc.rsd) ? (1.0 + lc.rsd * lc.rsd) * exp(sigma * sigma) : NOT;
    return true;
}

// Without corrections the shared factors are those of the estimator, which remembers its points.
static bool shared_base(wdm_estimator *est, const wdm_net_error *error, double sigma, base_points *out)
{
    product p = {.n = 0};
    if (!error->corrected) {
        wdm_estimator_points(est, sigma, out->q);
        out->square_ratio = (1.0 + est->shared.rsd * est->shared.rsd) * exp(sigma * sigma);
        return true;
    }
    memcpy(p.terms, est->terms, est->n_terms * sizeof *est->terms);
    p.n = est->n_terms;
    add_corrections(&p, error);
    return base_of(&p, sigma, out);
}

static void random_base(double sigma, base_points *out)
{
    const double half_width = exp(1.959963984540054 * sigma);
    out->q[0] = 1.0 / half_width;
    out->q[1] = 1.0;
    out->q[2] = half_width;
    out->square_ratio = exp(sigma * sigma);
}

// The ends of base x difference, and the variance of the log that the difference has.
static double ends_of(const wdm_net_error *e, const wdm_difference *d, bool net, const base_points *base,
                      double q[3], double *rsd)
{
    double log_var = 0.0;
    const double scale = (isnan(e->gross_per_net) || !e->net ? 1.0 : e->gross_per_net) * e->centre;
    double square_ratio = base->square_ratio;
    memcpy(q, base->q, sizeof base->q);
    if (net) {
        const double gaussian = wdm_difference_gaussian(d);
        wdm_difference_ends(d, base->q, q, &log_var);
        log_var += gaussian * gaussian;
        // the base has the Gaussian part of the difference already
        square_ratio *= wdm_difference_square_ratio(d) * exp(-gaussian * gaussian);
    }
    for (int i = 0; i < 3 && (net || e->var_a > 0.0); i++)
        q[i] *= scale;
    *rsd = isnan(square_ratio) ? NOT : sqrt(fmax(0.0, square_ratio - 1.0));
    return log_var;
}

void wdm_net_ends_of(wdm_estimator *est, const wdm_net_error *error, double sigma, double sigma_random,
                     wdm_net_ends *ends)
{
    wdm_difference d;
    base_points base;
    memset(ends, 0, sizeof *ends);
    const bool net = difference_of(error, sqrt(error->var_m + error->var_ratio), &d);
    // where nothing is taken off, the analysis of A is all there is of the difference
    double own = net ? wdm_difference_gaussian(&d) : sqrt(error->var_a);
    ends->p_zero = net ? wdm_difference_p_zero(&d) : 0.0;
    if (!shared_base(est, error, hypot(sigma, own), &base)) {
        no_ends(ends);
        return;
    }
    const double log_var = ends_of(error, &d, net, &base, ends->total, &ends->rsd_total);
    ends->log_var[WDM_BUDGET_STABILITY] = log_var_of_decay(error);
    ends->log_var[WDM_BUDGET_SORPTION] = log_var_of_share(error);
    difference_parts(error, net ? log_var : error->var_a, ends);
    const bool net_random = difference_of(error, sqrt(error->var_m), &d);
    own = net_random ? wdm_difference_gaussian(&d) : sqrt(error->var_a);
    random_base(hypot(sigma_random, own), &base);
    (void)ends_of(error, &d, net_random, &base, ends->random, &ends->rsd_random);
}

void wdm_net_close(const wdm_day_value *days, size_t n, wdm_estimate *out)
{
    const unsigned flags = wdm_net_flags(days, n);
    const int n_days = out->n_days;
    const int n_censored = out->n_censored;
    if ((flags & (unsigned)WDM_EST_SUPPRESSED) != 0U) {
        const unsigned kept = out->flags & ~(unsigned)(WDM_EST_BOUNDS_ONLY | WDM_EST_CLIPPED_AT_ZERO);
        wdm_estimate_clear(out);
        out->n_days = n_days;
        out->n_censored = n_censored;
        out->flags = kept;
    }
    out->flags |= flags;
}
