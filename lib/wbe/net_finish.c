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

// (A - x R M) / (1 - x); sigma_b of R M. Returns P(<= 0).
static double add_difference(product *p, const wdm_net_error *e, double sigma_b)
{
    const double x = e->x * e->tilt;
    const double sigma_a = sqrt(e->var_a);
    const double scale = (isnan(e->gross_per_net) ? 1.0 : e->gross_per_net) * e->centre;
    if (!e->net || !(e->x > 0.0) || !(sigma_a + sigma_b > 0.0)) {
        // nothing is taken (a limit), or nothing is uncertain
        if (sigma_a > 0.0)
            add(p, (wdm_dist){WDM_DIST_LOGNORMAL, NOT, e->centre, NOT, wdm_u_of_sigma(sigma_a)}, 1);
        return 0.0;
    }
    const wdm_difference d = {.x = x, .sigma_a = sigma_a, .sigma_b = sigma_b};
    add(p, (wdm_dist){WDM_DIST_DIFFERENCE, sigma_a, x, sigma_b, NOT}, 1);
    add_fixed(p, scale);
    return wdm_difference_p_zero(&d);
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

static double quantile(const wdm_logconv *lc, double sigma, double p_zero, double p)
{
    return p <= p_zero ? 0.0 : wdm_logconv_quantile(lc, sigma, (p - p_zero) / (1.0 - p_zero));
}

static void quantiles(const wdm_logconv *lc, double sigma, double p_zero, double q[3])
{
    q[0] = quantile(lc, sigma, p_zero, 0.025);
    q[1] = quantile(lc, sigma, p_zero, 0.5);
    q[2] = quantile(lc, sigma, p_zero, 0.975);
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

// With the probability p_zero of nothing.
static double rsd(const wdm_logconv *lc, double sigma, double p_zero)
{
    return isfinite(lc->rsd) ? sqrt(exp(sigma * sigma) * (1.0 + lc->rsd * lc->rsd) / (1.0 - p_zero) - 1.0)
                             : NOT;
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

void wdm_net_ends_of(const wdm_estimator *est, const wdm_net_error *error, double sigma, double sigma_random,
                     wdm_net_ends *ends)
{
    product total = {.n = 0};
    product random = {.n = 0};
    wdm_logconv lc;
    memset(ends, 0, sizeof *ends);
    memcpy(total.terms, est->terms, est->n_terms * sizeof *est->terms);
    total.n = est->n_terms;
    ends->p_zero = add_difference(&total, error, sqrt(error->var_m + error->var_ratio));
    add_corrections(&total, error);
    if (wdm_logconv_init(&lc, total.terms, total.n, NULL) != WDM_OK) {
        no_ends(ends);
        return;
    }
    quantiles(&lc, sigma, ends->p_zero, ends->total);
    ends->rsd_total = rsd(&lc, sigma, ends->p_zero);
    ends->log_var[WDM_BUDGET_STABILITY] = log_var_of_decay(error);
    ends->log_var[WDM_BUDGET_SORPTION] = log_var_of_share(error);
    difference_parts(error,
                     fmax(0.0, lc.log_var - est->shared.log_var - ends->log_var[WDM_BUDGET_STABILITY] -
                                   ends->log_var[WDM_BUDGET_SORPTION]),
                     ends);
    const double p_zero = add_difference(&random, error, sqrt(error->var_m));
    if (wdm_logconv_init(&lc, random.terms, random.n, NULL) != WDM_OK) {
        no_ends(ends);
        return;
    }
    quantiles(&lc, sigma_random, p_zero, ends->random);
    ends->rsd_random = rsd(&lc, sigma_random, p_zero);
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
