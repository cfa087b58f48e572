// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/region.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "wbe/estimate_parts.h"
#include "wbe/lognormal.h"
#include "wbe/week_core.h"

// Sums over the sites, in mg/d of the residue (times each site's stability correction unless the load is
// asked for).
typedef struct region_sums {
    double mid; // with sites known by bounds only at the middle of their bounds
    double low;
    double high;
    double var_days; // absolute
    double var_censoring;
    double population;
    double population_mean; // of the sum of lognormals, above the plug-in population
    double population_var;
    double stability_u; // first order, all sites move together
    size_t n_terms;
} region_sums;

wdm_region_options wdm_region_options_default(wdm_quantity quantity)
{
    return (wdm_region_options){.quantity = quantity,
                                .week = wdm_week_options_default(),
                                .region_population = (double)NAN,
                                .censored_share = 0.10};
}

static bool is_load(wdm_quantity q)
{
    return q == WDM_Q_NORMALISED_LOAD;
}

// Loads of the days as mg/d: normalised load x persons / 1000.
static void days_to_mass(wdm_day_value *days, const wdm_region_site *site)
{
    memcpy(days, site->days, site->n_days * sizeof *days);
    for (size_t i = 0; i < site->n_days; i++) {
        const double persons = days[i].persons > 0.0 ? days[i].persons : site->population;
        days[i].load_mg_d_1000 *= persons / 1000.0;
        days[i].lower *= persons / 1000.0;
        days[i].u_population =
            0.0; // a population estimated from a marker cancels in the mass as a static one does
    }
}

static void add_terms(const wdm_day_value *days, const wdm_week_core *core, double center,
                      wdm_sum_term *terms)
{
    double total = 0.0;
    for (size_t i = 0; i < core->n; i++)
        total += wdm_day_fill(&days[i]);
    for (size_t i = 0; i < core->n; i++) {
        const double share = total > 0.0 ? wdm_day_fill(&days[i]) / total : 1.0 / (double)core->n;
        terms[i] = wdm_sum_term_of_day(&days[i], share * center);
    }
}

static void add_to_sums(const wdm_week_core *core, double k, double stability_u, region_sums *sums)
{
    const bool has_mean = isfinite(core->mean);
    const double center = isfinite(core->center) ? core->center : core->bound_low;
    sums->mid += center * k;
    sums->low += (has_mean ? core->mean : core->bound_low) * k;
    sums->high += (has_mean ? core->mean : core->bound_high) * k;
    sums->var_days += core->var_days * k * k;
    sums->var_censoring += core->var_censoring * k * k;
    sums->stability_u += stability_u > 0.0 ? center * k * stability_u : 0.0;
}

// Total population: a sum of independent lognormals with their exact mean and variance.
static void add_population(const wdm_region_site *site, region_sums *sums)
{
    const double u2 =
        site->shared.u_population > 0.0 ? site->shared.u_population * site->shared.u_population : 0.0;
    sums->population += site->population;
    sums->population_mean += site->population * sqrt(1.0 + u2);
    sums->population_var += site->population * site->population * (1.0 + u2) * u2;
}

// One site into the sums and terms.
static wdm_rc add_site(const wdm_region_site *site, size_t index, const wdm_region_options *opt,
                       wdm_sum_term *terms, region_sums *sums, wdm_region_estimate *out, wdm_err *err)
{
    wdm_week_core core = {0};
    const double k = is_load(opt->quantity) ? 1.0 : site->k_stability;
    if (site->n_days < 1 || site->n_days > WDM_PERIOD_DAYS_MAX || !(site->population > 0.0) || !(k >= 1.0))
        return wdm_err_set(err, WDM_E_DATA,
                           "site %zu of a region has no days, no population or a stability factor below 1",
                           index + 1);
    wdm_rc rc = wdm_days_check(site->days, site->n_days, err);
    if (rc != WDM_OK)
        return rc;
    wdm_day_value *days = wdm_alloc(site->n_days, sizeof *days);
    if (days == NULL)
        return wdm_err_nomem(err);
    days_to_mass(days, site);
    const size_t n = wdm_days_merge(days, site->n_days);
    rc = wdm_week_core_get(days, n, &opt->week, &core, err);
    if (rc == WDM_OK) {
        const double center = isfinite(core.center) ? core.center : core.bound_low;
        add_terms(days, &core, center * k, terms + sums->n_terms);
        for (size_t i = 0; i < n; i++) {
            terms[sums->n_terms].site = index;
            terms[sums->n_terms].order = sums->n_terms;
            terms[sums->n_terms].var_site = wdm_log_var_of_u(site->shared.u_flow_bias);
            sums->n_terms++;
        }
        add_to_sums(&core, k, site->stability_u_rel, sums);
        add_population(site, sums);
        out->value.n_days += (int)n;
        out->value.n_censored += (int)core.n_censored;
        out->value.flags |= core.flags & ~(unsigned)WDM_EST_BOUNDS_ONLY;
        out->n_bounds_sites += isfinite(core.mean) ? 0 : 1;
    }
    wdm_free(days);
    return rc;
}

// The estimator for what all sites share. Flow bias is in the sum, population in the divisor.
static wdm_rc shared_estimator(const wdm_factor *factor, const region_sums *sums, wdm_quantity quantity,
                               wdm_estimator *est, wdm_err *err)
{
    wdm_factor common = *factor;
    wdm_shared_u shared = {0.0, 0.0};
    common.k_stability = 1.0;
    common.stability_u_rel = sums->mid > 0.0 ? sums->stability_u / sums->mid : 0.0;
    if (quantity != WDM_Q_MASS)
        shared.u_population = sqrt(sums->population_var) / sums->population_mean;
    return wdm_estimator_init(est, quantity, &common, &shared, err);
}

// Scales the sums' moments to a plug-in of 1, with and without the sites' flow bias.
static void relative_moments(wdm_sum_term *terms, const region_sums *sums, wdm_parts *parts)
{
    const double center = sums->mid > 0.0 ? sums->mid : 1.0;
    for (size_t i = 0; i < sums->n_terms; i++)
        terms[i].weight = sums->mid > 0.0 ? terms[i].weight / center : 1.0 / (double)sums->n_terms;
    wdm_sum_lognormals(terms, sums->n_terms, &parts->total);
    for (size_t i = 0; i < sums->n_terms; i++)
        terms[i].var_site = 0.0;
    wdm_sum_lognormals(terms, sums->n_terms, &parts->random);
    wdm_parts_add(&parts->total, WDM_BUDGET_DAYS, sums->var_days / center / center);
    wdm_parts_add(&parts->total, WDM_BUDGET_CENSORING, sums->var_censoring / center / center);
    wdm_parts_add(&parts->random, WDM_BUDGET_DAYS, sums->var_days / center / center);
    wdm_parts_add(&parts->random, WDM_BUDGET_CENSORING, sums->var_censoring / center / center);
}

// The median of the total population is above the sum of the sites' medians; the value per 1000 is below by
// as much.
static void recentre_population(const region_sums *sums, wdm_sum_moments *total)
{
    const double rel = sqrt(sums->population_var) / sums->population_mean;
    const double shift = sums->population_mean / sums->population / sqrt(1.0 + rel * rel);
    total->mean /= shift;
    total->var /= shift * shift;
}

static void fill_values(const region_sums *sums, const wdm_region_options *opt, double scale,
                        wdm_parts *parts, wdm_region_estimate *out)
{
    wdm_estimate *v = &out->value;
    const bool open = !(sums->high - sums->low <= opt->censored_share * sums->high);
    const bool point = out->n_bounds_sites == 0 || !open;
    v->bound_low = sums->low * scale;
    v->bound_high = sums->high * scale;
    v->estimate = point ? sums->mid * scale : (double)NAN;
    v->method = v->n_censored == 0 ? WDM_CENS_ARITHMETIC : opt->week.censoring;
    if (v->n_days == v->n_censored && !point)
        v->limit = v->bound_high;
    if (out->n_bounds_sites > 0)
        v->flags |= (unsigned)WDM_EST_CENSORED_SITES;
    if (!point) {
        v->flags |= (unsigned)WDM_EST_BOUNDS_ONLY;
        v->method = WDM_CENS_BOUNDS;
    }
    parts->point = v->estimate;
    parts->low_end = v->bound_low;
    parts->high_end = v->bound_high;
}

wdm_rc wdm_estimate_region(const wdm_factor *factor, const wdm_region_site *sites, size_t n,
                           const wdm_region_options *opt, wdm_region_estimate *out, wdm_err *err)
{
    wdm_estimator est;
    region_sums sums = {0};
    wdm_parts parts = {0};
    wdm_sum_term *terms = NULL;
    wdm_rc rc = WDM_OK;
    size_t n_terms = 0;
    memset(out, 0, sizeof *out);
    wdm_estimate_clear(&out->value);
    for (size_t i = 0; i < n; i++)
        n_terms += sites[i].n_days;
    if (n == 0 || n_terms == 0)
        return wdm_err_set(err, WDM_E_DATA, "a region without sampled sites");
    terms = wdm_alloc(n_terms, sizeof *terms);
    if (terms == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n && rc == WDM_OK; i++)
        rc = add_site(&sites[i], i, opt, terms, &sums, out, err);
    if (rc == WDM_OK)
        rc = shared_estimator(factor, &sums, opt->quantity, &est, err);
    if (rc == WDM_OK) {
        // mg/d of the residue: to kg/week of the drug, or per 1000 people of the sampled sites
        const double per_1000 = opt->quantity == WDM_Q_MASS ? 1.0 : 1000.0 / sums.population;
        relative_moments(terms, &sums, &parts);
        if (opt->quantity != WDM_Q_MASS)
            recentre_population(&sums, &parts.total);
        fill_values(&sums, opt, per_1000 * est.scale, &parts, out);
        wdm_parts_finish(&est, &parts, &out->value);
        out->n_sites = (int)n;
        out->population = sums.population;
        out->coverage = sums.population / opt->region_population;
    }
    wdm_free(terms);
    return rc;
}
