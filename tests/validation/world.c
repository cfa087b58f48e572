// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "wbe/lognormal.h"

#define NOT_USED ((double)NAN)
#define U_TRUE_FLOW                                                                                          \
    0.25 // the flow itself changes from day to day; it dilutes, and moves the limit of the load

const world_errors world_errors_list[WORLD_ERRORS_N] = {
    {"small", 0.03, 0.02, 0.02, 0.03, 0.05, {WDM_DIST_LOGNORMAL, NOT_USED, 0.43, NOT_USED, 0.05}},
    {"medium", 0.10, 0.05, 0.08, 0.10, 0.20, {WDM_DIST_LOGNORMAL, NOT_USED, 0.292, NOT_USED, 0.26}},
    {"large", 0.20, 0.10, 0.15, 0.20, 0.40, {WDM_DIST_TRIANGULAR, 0.10, 0.30, 0.60, NOT_USED}},
};

wdm_day world_first_day(void)
{
    return 20458; // 2026-01-05, a Monday
}

double world_lognormal(wdm_rng *rng, double u_rel)
{
    return exp(wdm_sigma_of_u(u_rel) * wdm_rng_normal(rng));
}

double world_draw(wdm_rng *rng, const wdm_dist *d)
{
    const double width = d->high - d->low;
    if (d->kind == WDM_DIST_LOGNORMAL)
        return d->mode * world_lognormal(rng, d->u_rel);
    if (d->kind != WDM_DIST_TRIANGULAR)
        return d->mode;
    const double p = wdm_rng_uniform(rng);
    return p < (d->mode - d->low) / width ? d->low + sqrt(p * width * (d->mode - d->low))
                                          : d->high - sqrt((1.0 - p) * width * (d->high - d->mode));
}

// The limit that a share of the days of this site is below: what all days share is known to it, what differs
// by day, week and batch is not.
static double limit_of(const world_design *design, const world_site *site, double fraction)
{
    const world_errors *u = design->errors;
    const double var = wdm_log_var_of_u(design->cv_within) + wdm_log_var_of_u(design->cv_between) +
                       2.0 * wdm_log_var_of_u(u->day) + wdm_log_var_of_u(u->batch) +
                       wdm_log_var_of_u(U_TRUE_FLOW);
    if (!(design->censored > 0.0))
        return 0.0;
    return site->level * site->population * fraction *
           exp(gsl_cdf_ugaussian_Pinv(design->censored) * sqrt(var));
}

world_site world_site_draw(const world_design *design, double fraction, wdm_rng *rng)
{
    const world_errors *u = design->errors;
    world_site site = {0};
    site.level = 100.0 * exp(0.7 * wdm_rng_normal(rng));
    site.population = world_lognormal(rng, u->population);
    site.persons = 50000.0 * exp(2.0 * wdm_rng_uniform(rng)) / site.population;
    site.flow_bias = world_lognormal(rng, u->flow_bias);
    site.limit = limit_of(design, &site, fraction);
    return site;
}

// Sets which of a period's weeks, or a week's days, are sampled: k of n, each choice as likely as any other.
static void choose(wdm_rng *rng, int k, int n, bool *chosen)
{
    int left = k;
    for (int i = 0; i < n; i++) {
        chosen[i] = wdm_rng_uniform(rng) * (double)(n - i) < (double)left;
        left -= chosen[i] ? 1 : 0;
    }
}

// What the laboratory and the plant report of one day.
static wdm_day_value report(const world_design *design, const world_site *site, double residue, double batch,
                            wdm_rng *rng)
{
    const world_errors *u = design->errors;
    const double flow = world_lognormal(rng, U_TRUE_FLOW); // true flow over its median
    const double measured_flow = flow * site->flow_bias * world_lognormal(rng, u->flow);
    const double conc = residue * site->population / flow * batch * world_lognormal(rng, u->day) *
                        world_lognormal(rng, u->day);
    const double lod = design->has_lod ? site->limit / 3.0 : 0.0;
    wdm_day_value day = {.load_mg_d_1000 = conc * measured_flow,
                         .state = WDM_STATE_MEASURED,
                         .persons = site->persons,
                         .u_sampling = u->day,
                         .u_analysis = u->day,
                         .u_flow = u->flow,
                         .u_batch = u->batch};
    if (conc < site->limit) {
        const bool detected = design->has_lod && conc >= lod;
        day.state = detected ? WDM_STATE_BELOW_LOQ : WDM_STATE_NOT_DETECTED;
        day.lower = detected ? lod * measured_flow : 0.0;
        day.load_mg_d_1000 = (design->has_lod && !detected ? lod : site->limit) * measured_flow;
    }
    return day;
}

void world_period_draw(const world_design *design, const world_site *site, double fraction,
                       const double *batch, wdm_rng *rng, world_period *period)
{
    bool week_sampled[WORLD_WEEKS_MAX];
    bool day_sampled[7];
    memset(period, 0, sizeof *period);
    choose(rng, design->sampled_weeks, design->weeks, week_sampled);
    for (int w = 0; w < design->weeks; w++) {
        const double week = site->level * world_lognormal(rng, design->cv_between);
        choose(rng, design->sampled_days, 7, day_sampled);
        for (int d = 0; d < 7; d++) {
            const double truth = week * world_lognormal(rng, design->cv_within);
            period->truth += truth / (7.0 * (double)design->weeks);
            if (!week_sampled[w] || !day_sampled[d])
                continue;
            period->day_truth[period->n] = truth;
            period->days[period->n] = report(design, site, truth * fraction, batch[w], rng);
            period->days[period->n].day = world_first_day() + 7 * w + d;
            period->days[period->n].batch_key = w;
            period->n++;
        }
    }
}
