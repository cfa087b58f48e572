// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/region.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "wbe/estimate_parts.h"
#include "wbe/lognormal.h"
#include "wbe/net_finish.h"
#include "wbe/week_core.h"

// Sums over the sites, in mg/d of the residue (times each site's stability correction unless the load is
// asked for).
typedef struct region_sums {
    double mid; // with sites known by bounds only at the middle of their bounds
    double low;
    double high;
    wdm_unsampled unsampled; // absolute, and var_censoring
    double var_censoring;
    double population;
    double stability_u; // first order, all sites move together
    size_t n_terms;
} region_sums;

// Terms of the two sums, mass and people, one of each for a site's day.
typedef struct region_terms {
    wdm_sum_term *mass;
    wdm_sum_term *people;
    wdm_day_value *days; // mg/d over the number of the site's days: their sum is the region's mean
    size_t n;
    size_t site; // in hand
} region_terms;

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
static void days_to_mass(wdm_day_value *days, const wdm_region_site *site, size_t index)
{
    memcpy(days, site->days, site->n_days * sizeof *days);
    for (size_t i = 0; i < site->n_days; i++) {
        const double persons = days[i].persons > 0.0 ? days[i].persons : site->population;
        days[i].load_mg_d_1000 *= persons / 1000.0;
        days[i].lower *= persons / 1000.0;
        if (days[i].site_key == 0)
            days[i].site_key = (int64_t)index + 1;
        wdm_net_scale(&days[i].net, persons / 1000.0);
    }
}

static void add_to_sums(const wdm_week_core *core, double k, double stability_u, region_sums *sums)
{
    const bool has_mean = isfinite(core->mean);
    const double center = isfinite(core->center) ? core->center : core->bound_low;
    sums->mid += center * k;
    sums->low += (has_mean ? core->mean : core->bound_low) * k;
    sums->high += (has_mean ? core->mean : core->bound_high) * k;
    wdm_unsampled_add(&sums->unsampled, &core->unsampled, k);
    sums->var_censoring += core->var_censoring * k * k;
    sums->stability_u += stability_u > 0.0 ? center * k * stability_u : 0.0;
}

// Log variance of what the population has of an error that the mass has in full and the normalised load in
// part: N = C Q / P, so that the logs' deviations are those of the mass less those of N.
static double left_to_population(double u_mass, double u_normalised)
{
    const double sigma = fmax(0.0, wdm_sigma_of_u(u_mass) - wdm_sigma_of_u(u_normalised));
    return sigma * sigma;
}

// The term of the day's mass and that of the site's people on that day.
static void set_errors(const wdm_day_value *day, const wdm_region_site *site, wdm_sum_term *mass,
                       wdm_sum_term *people)
{
    const double bias = site->u_flow_bias_mass > 0.0 ? site->u_flow_bias_mass : site->shared.u_flow_bias;
    mass->var_sampling = wdm_log_var_of_u(wdm_day_u_sampling_mass(day));
    mass->var_flow = wdm_log_var_of_u(wdm_day_u_flow_mass(day));
    mass->var_population = 0.0;
    mass->var_population_batch = 0.0;
    mass->var_flow_bias = wdm_log_var_of_u(bias);
    people->var_sampling = left_to_population(wdm_day_u_sampling_mass(day), day->u_sampling);
    people->var_flow = left_to_population(wdm_day_u_flow_mass(day), day->u_flow);
    people->var_population = wdm_log_var_of_u(day->u_population);
    people->var_flow_bias = left_to_population(bias, site->shared.u_flow_bias);
    people->var_site_population = wdm_log_var_of_u(site->shared.u_population);
    people->var_population_batch = wdm_log_var_of_u(day->u_population_batch);
    people->population_batch_key = day->population_batch_key;
}

// The site's days into the sums' terms: masses by their share of the mean mass, people evenly.
static void add_terms(const wdm_day_value *days, const wdm_week_core *core, const wdm_cens_fill *fill,
                      const wdm_region_site *site, double mean_mass, region_terms *to)
{
    double total = 0.0;
    for (size_t i = 0; i < core->n; i++)
        total += fill[i].mean;
    for (size_t i = 0; i < core->n; i++) {
        const double share = total > 0.0 ? fill[i].mean / total : 1.0 / (double)core->n;
        wdm_sum_term *mass = &to->mass[to->n];
        wdm_sum_term *people = &to->people[to->n];
        *mass = wdm_sum_term_of_day(&days[i], share * mean_mass);
        *people = (wdm_sum_term){.weight = site->population / (double)core->n};
        set_errors(&days[i], site, mass, people);
        people->sample = mass->sample;
        people->day = mass->day;
        people->place = mass->place;
        mass->site = to->site;
        people->site = to->site;
        mass->order = to->n;
        people->order = to->n;
        to->days[to->n] = days[i];
        to->days[to->n].load_mg_d_1000 /= (double)core->n;
        wdm_net_scale(&to->days[to->n].net, 1.0 / (double)core->n);
        to->n++;
    }
}

// One site into the sums and terms.
static wdm_rc add_site(const wdm_region_site *site, const wdm_region_options *opt, region_terms *terms,
                       region_sums *sums, wdm_region_estimate *out, wdm_err *err)
{
    wdm_week_core core = {0};
    const double k = is_load(opt->quantity) ? 1.0 : site->k_stability;
    if (site->n_days < 1 || !(site->population > 0.0) || !(k >= 1.0))
        return wdm_err_set(err, WDM_E_DATA,
                           "site %zu of a region has no days, no population or a stability factor below 1",
                           terms->site + 1);
    wdm_rc rc = wdm_days_check(site->days, site->n_days, err);
    if (rc != WDM_OK)
        return rc;
    wdm_day_value *days = wdm_alloc(site->n_days, sizeof *days);
    wdm_cens_fill *fill = wdm_alloc(site->n_days, sizeof *fill);
    if (days == NULL || fill == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    days_to_mass(days, site, terms->site);
    const size_t n = wdm_days_merge(days, site->n_days);
    rc = wdm_week_core_get(days, n, &opt->week, &core, fill, err);
    if (rc == WDM_OK) {
        const double center = isfinite(core.center) ? core.center : core.bound_low;
        add_terms(days, &core, fill, site, center * k, terms);
        add_to_sums(&core, k, site->stability_u_rel, sums);
        sums->population += site->population;
        sums->n_terms = terms->n;
        terms->site++;
        out->value.n_days += (int)n;
        out->value.n_censored += (int)core.n_censored;
        out->value.flags |= core.flags & ~(unsigned)WDM_EST_BOUNDS_ONLY;
        out->n_bounds_sites += isfinite(core.mean) ? 0 : 1;
    }
out:
    wdm_free(fill);
    wdm_free(days);
    return rc;
}

// The estimator for what all sites share: flow bias and population are in the sums.
static wdm_rc shared_estimator(const wdm_factor *factor, const region_sums *sums, wdm_quantity quantity,
                               wdm_region_memo *memo, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_factor common = *factor;
    const wdm_shared_u shared = {0.0, 0.0};
    common.k_stability = 1.0;
    common.stability_u_rel = sums->mid > 0.0 ? sums->stability_u / sums->mid : 0.0;
    if (memo->ready && memo->quantity == quantity && wdm_factor_same(&common, &memo->factor))
        return WDM_OK;
    rc = wdm_estimator_init(&memo->estimator, quantity, &common, &shared, err);
    memo->ready = rc == WDM_OK;
    memo->quantity = quantity;
    memo->factor = common;
    return rc;
}

// Weights to shares of the sums, and the unsampled days and censored values of the sites beside them.
static void relative_parts(const region_sums *sums, wdm_parts *parts)
{
    const double center = sums->mid > 0.0 ? sums->mid : 1.0;
    for (size_t i = 0; i < sums->n_terms; i++) {
        parts->terms[i].weight =
            sums->mid > 0.0 ? parts->terms[i].weight / center : 1.0 / (double)sums->n_terms;
        if (parts->people != NULL)
            parts->people[i].weight /= sums->population;
    }
    parts->n_terms = sums->n_terms;
    parts->rel_var[WDM_BUDGET_DAYS] = wdm_unsampled_widened(&sums->unsampled) / center / center;
    parts->rel_var[WDM_BUDGET_CENSORING] = sums->var_censoring / center / center;
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
    wdm_region_memo own = {0};
    wdm_region_memo *memo = opt->memo != NULL ? opt->memo : &own;
    region_sums sums = {0};
    wdm_parts parts = {0};
    region_terms terms = {0};
    wdm_net_error net;
    wdm_rc rc = WDM_OK;
    size_t n_terms = 0;
    memset(out, 0, sizeof *out);
    wdm_estimate_clear(&out->value);
    for (size_t i = 0; i < n; i++)
        n_terms += sites[i].n_days;
    if (n == 0 || n_terms == 0)
        return wdm_err_set(err, WDM_E_DATA, "a region without sampled sites");
    terms.mass = wdm_alloc(2 * n_terms, sizeof *terms.mass);
    terms.days = wdm_alloc(n_terms, sizeof *terms.days);
    if (terms.mass == NULL || terms.days == NULL)
        rc = wdm_err_nomem(err);
    terms.people = terms.mass + n_terms;
    for (size_t i = 0; i < n && rc == WDM_OK; i++)
        rc = add_site(&sites[i], opt, &terms, &sums, out, err);
    if (rc == WDM_OK)
        rc = shared_estimator(factor, &sums, opt->quantity, memo, err);
    if (rc == WDM_OK)
        rc = wdm_net_error_of(terms.days, terms.n, &net, err);
    if (rc == WDM_OK) {
        memo->estimator.mc = opt->mc;
        memo->estimator.capture = opt->capture != NULL ? *opt->capture : (wdm_mc_capture){NULL, NULL};
        // mg/d of the residue: to kg/week of the drug, or per 1000 people of the sampled sites
        const double per_1000 = opt->quantity == WDM_Q_MASS ? 1.0 : 1000.0 / sums.population;
        parts.terms = terms.mass;
        parts.people = opt->quantity != WDM_Q_MASS ? terms.people : NULL; // the population is not in the mass
        relative_parts(&sums, &parts);
        fill_values(&sums, opt, per_1000 * memo->estimator.scale, &parts, out);
        parts.net = &net;
        parts.net_days = terms.days;
        parts.n_net_days = terms.n;
        parts.gross = net.gross * per_1000 * memo->estimator.scale;
        wdm_parts_finish(&memo->estimator, &parts, &out->value);
        wdm_net_close(terms.days, terms.n, &out->value);
        out->n_sites = (int)n;
        out->population = sums.population;
        out->coverage = sums.population / opt->region_population;
    }
    wdm_free(terms.mass);
    wdm_free(terms.days);
    return rc;
}
