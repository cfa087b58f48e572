// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_sort.h>

#include "base/rng.h"
#include "wbe/region.h"

static const double NOT = (double)NAN;
enum { MONDAY = 20773, SITES = 3, DRAWS = 200000 };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static wdm_factor plain_factor(void)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = 1.0;
    factor.excretion = (wdm_dist){WDM_DIST_FIXED, NOT, 1.0, NOT, NOT};
    return factor;
}

static wdm_region_site site_of(const wdm_day_value *days, size_t n, double population)
{
    return (wdm_region_site){.days = days, .n_days = n, .population = population, .k_stability = 1.0};
}

static void fill(wdm_day_value *days, size_t n, double load)
{
    for (size_t i = 0; i < n; i++)
        days[i] = (wdm_day_value){.day = MONDAY + (wdm_day)i, .load_mg_d_1000 = load, .batch_key = 1};
}

static wdm_region_estimate region(const wdm_factor *factor, const wdm_region_site *sites, size_t n,
                                  const wdm_region_options *opt)
{
    wdm_region_estimate out;
    assert_int_equal(wdm_estimate_region(factor, sites, n, opt, &out, NULL), WDM_OK);
    return out;
}

static void masses_add_up(void **state)
{
    (void)state;
    wdm_day_value a[7];
    wdm_day_value b[7];
    const wdm_factor factor = plain_factor();
    wdm_region_options opt = wdm_region_options_default(WDM_Q_MASS);
    fill(a, 7, 10.0);
    fill(b, 7, 20.0);
    wdm_region_site sites[2] = {site_of(a, 7, 1e5), site_of(b, 7, 3e5)};
    opt.region_population = 1e6;
    wdm_region_estimate r = region(&factor, sites, 2, &opt);
    near(r.value.estimate, 0.049, 1e-12);
    near(r.population, 4e5, 1e-15);
    near(r.coverage, 0.4, 1e-15);
    assert_int_equal(r.n_sites, 2);
    opt.quantity = WDM_Q_CONSUMPTION;
    r = region(&factor, sites, 2, &opt);
    near(r.value.estimate, 17.5, 1e-12);
    near(r.value.lo95, 17.5, 1e-12);
    for (int i = 0; i < 7; i++)
        b[i].persons = 6e5; // twice the people on those days: twice the mass
    opt.quantity = WDM_Q_MASS;
    near(region(&factor, sites, 2, &opt).value.estimate, 0.091, 1e-12);
}

static void population_cancels_in_the_mass_only(void **state)
{
    (void)state;
    wdm_day_value a[7];
    const wdm_factor factor = plain_factor();
    fill(a, 7, 10.0);
    wdm_region_site site = site_of(a, 7, 1e5);
    site.shared.u_population = 0.2;
    wdm_region_options opt = wdm_region_options_default(WDM_Q_MASS);
    near(region(&factor, &site, 1, &opt).value.rsd_total, 0.0, 1e-12);
    opt.quantity = WDM_Q_NORMALISED_LOAD;
    near(region(&factor, &site, 1, &opt).value.rsd_total, 0.2, 1e-12);
}

static void shared_parts_stay_and_own_parts_average(void **state)
{
    (void)state;
    wdm_day_value a[7];
    wdm_day_value b[7];
    wdm_factor factor = plain_factor();
    wdm_region_options opt = wdm_region_options_default(WDM_Q_MASS);
    fill(a, 7, 10.0);
    fill(b, 7, 10.0);
    wdm_region_site sites[2] = {site_of(a, 7, 1e5), site_of(b, 7, 1e5)};
    sites[0].shared.u_flow_bias = 0.1;
    sites[1].shared.u_flow_bias = 0.1;
    wdm_region_estimate r = region(&factor, sites, 2, &opt);
    near(r.value.rsd_total, 0.1 / sqrt(2.0), 1e-12); // flow bias is each site's own
    near(r.value.rsd_random, 0.0, 1e-12);            // and cancels in changes
    for (int i = 0; i < 7; i++) {
        a[i].u_batch = 0.1;
        b[i].u_batch = 0.1;
    }
    r = region(&factor, sites, 2, &opt);
    near(r.value.rsd_random, 0.1, 1e-12); // one batch for both sites
    near(r.value.rsd_total, sqrt(1.005 * 1.01 - 1.0), 1e-10);
    factor.excretion = (wdm_dist){WDM_DIST_LOGNORMAL, NOT, 1.0, NOT, 0.26};
    r = region(&factor, sites, 2, &opt);
    near(r.value.rsd_total, sqrt(1.005 * 1.01 * 1.0676 - 1.0), 1e-10);
    sites[0].stability_u_rel = 0.05;
    sites[1].stability_u_rel = 0.05;
    r = region(&factor, sites, 2, &opt);
    near(r.value.rsd_total, sqrt(1.005 * 1.01 * 1.0676 * 1.0025 - 1.0), 1e-10);
}

// Population by a marker in the same composite and flow: P = C_m Q / load per person, so that the flow and
// the sampling cancel in N, and in the region's load per 1000 people too, but not in its mass.
static void a_marker_takes_flow_and_sampling_out_of_the_load(void **state)
{
    (void)state;
    wdm_day_value a[7];
    wdm_day_value b[7];
    const wdm_factor factor = plain_factor();
    wdm_region_options opt = wdm_region_options_default(WDM_Q_NORMALISED_LOAD);
    fill(a, 7, 10.0);
    fill(b, 7, 10.0);
    for (int i = 0; i < 7; i++) {
        a[i].u_sampling_mass = 0.1;
        a[i].u_flow_mass = 0.2;
        b[i].u_sampling_mass = 0.1;
        b[i].u_flow_mass = 0.2;
    }
    wdm_region_site sites[2] = {site_of(a, 7, 1e5), site_of(b, 7, 1e5)};
    sites[0].u_flow_bias_mass = 0.15;
    sites[1].u_flow_bias_mass = 0.15;
    near(1.0 + region(&factor, sites, 2, &opt).value.rsd_total, 1.0, 1e-9);
    near(1.0 + region(&factor, sites, 2, &opt).value.rsd_random, 1.0, 1e-9);
    for (int i = 0; i < 7; i++) // the marker's own analysis stays
        a[i].u_population = b[i].u_population = 0.1;
    wdm_region_estimate r = region(&factor, sites, 2, &opt);
    // 14 independent ones, weighted by masses that vary by 1.01 x 1.04 - 1
    near(r.value.rsd_random, 0.1 * sqrt(1.01 * 1.04 / 14.0), 3e-3);
    near(r.value.budget[WDM_BUDGET_POPULATION], 1.0, 1e-6);
    opt.quantity = WDM_Q_MASS;
    r = region(&factor, sites, 2, &opt);
    near(r.value.rsd_random, sqrt((1.01 * 1.04 - 1.0) / 14.0), 1e-9);
    assert_true(r.value.budget[WDM_BUDGET_FLOW_BIAS] > 0.5);
    assert_true(r.value.budget[WDM_BUDGET_POPULATION] == 0.0);
}

static void censored_sites_leave_the_total_open(void **state)
{
    (void)state;
    wdm_day_value a[7];
    wdm_day_value b[7];
    const wdm_factor factor = plain_factor();
    wdm_region_options opt = wdm_region_options_default(WDM_Q_NORMALISED_LOAD);
    fill(a, 7, 100.0);
    fill(b, 7, 4.0);
    for (int i = 0; i < 7; i++)
        b[i].state = WDM_STATE_NOT_DETECTED;
    const wdm_region_site sites[2] = {site_of(a, 7, 1e5), site_of(b, 7, 1e5)};
    wdm_region_estimate r = region(&factor, sites, 2, &opt);
    near(r.value.estimate, 51.0, 1e-12); // 4 % open: the middle of 50 .. 52
    near(r.value.lo95, 50.0, 1e-9);
    near(r.value.hi95, 52.0, 1e-9);
    assert_int_equal(r.n_bounds_sites, 1);
    assert_int_equal(r.value.flags, (unsigned)WDM_EST_CENSORED_SITES);
    fill(a, 7, 10.0);
    r = region(&factor, sites, 2, &opt);
    assert_true(isnan(r.value.estimate) && isnan(r.value.median));
    near(r.value.bound_low, 5.0, 1e-12);
    near(r.value.bound_high, 7.0, 1e-12);
    near(r.value.hi95, 7.0, 1e-9);
    assert_true((r.value.flags & (unsigned)WDM_EST_BOUNDS_ONLY) != 0);
}

static void wrong_regions_are_refused(void **state)
{
    (void)state;
    wdm_day_value a[1];
    const wdm_factor factor = plain_factor();
    const wdm_region_options opt = wdm_region_options_default(WDM_Q_MASS);
    wdm_region_estimate out;
    fill(a, 1, 1.0);
    const wdm_region_site no_people = site_of(a, 1, 0.0);
    const wdm_region_site no_days = site_of(a, 0, 1e5);
    assert_int_equal(wdm_estimate_region(&factor, NULL, 0, &opt, &out, NULL), WDM_E_DATA);
    assert_int_equal(wdm_estimate_region(&factor, &no_people, 1, &opt, &out, NULL), WDM_E_DATA);
    assert_int_equal(wdm_estimate_region(&factor, &no_days, 1, &opt, &out, NULL), WDM_E_DATA);
}

static double error(wdm_rng *rng, double u)
{
    return exp(sqrt(log(1.0 + u * u)) * wdm_rng_normal(rng));
}

static double triangular(wdm_rng *rng, double low, double mode, double high)
{
    const double u = wdm_rng_uniform(rng);
    const double left = (mode - low) / (high - low);
    return u < left ? low + sqrt(u * (high - low) * (mode - low))
                    : high - sqrt((1.0 - u) * (high - low) * (high - mode));
}

static void make_world(wdm_day_value days[SITES][7], wdm_region_site sites[SITES])
{
    for (int s = 0; s < SITES; s++) {
        for (int i = 0; i < 7; i++) {
            days[s][i] = (wdm_day_value){.day = MONDAY + i,
                                         .load_mg_d_1000 = 20.0 * (s + 1) * (1.0 + 0.1 * ((i * 5 + s) % 7)),
                                         .u_sampling = 0.15,
                                         .u_analysis = 0.2,
                                         .u_flow = 0.1,
                                         .u_batch = 0.15,
                                         .batch_key = i < 4 ? 0 : 1};
        }
        sites[s] = site_of(days[s], 7, 1e5 * (s + 1));
        sites[s].shared = (wdm_shared_u){0.1, 0.2};
    }
}

// One draw of the region's true consumption per 1000: what was measured, over the errors of its sums;
// everything shared is drawn once.
static double draw_region(wdm_rng *rng, const wdm_region_site *sites, const wdm_dist *f)
{
    const double batch[2] = {error(rng, 0.15), error(rng, 0.15)};
    double mass = 0.0;
    double people = 0.0;
    double true_mass = 0.0;
    double true_people = 0.0;
    for (int s = 0; s < SITES; s++) {
        const double bias = error(rng, sites[s].shared.u_flow_bias);
        true_people += sites[s].population;
        people += sites[s].population * error(rng, sites[s].shared.u_population);
        for (int i = 0; i < 7; i++) {
            const wdm_day_value *d = &sites[s].days[i];
            const double m = d->load_mg_d_1000 * sites[s].population / 7000.0;
            true_mass += m;
            mass += m * bias * batch[d->batch_key] * error(rng, d->u_sampling) * error(rng, d->u_analysis) *
                    error(rng, d->u_flow);
        }
    }
    return true_mass / mass * true_mass * people / true_people / true_people * 1000.0 /
           triangular(rng, f->low, f->mode, f->high);
}

// The transparent cross-check: end points within 1 % of 200,000 draws.
static void region_matches_monte_carlo(void **state)
{
    (void)state;
    wdm_day_value days[SITES][7];
    wdm_region_site sites[SITES];
    wdm_rng rng;
    wdm_factor factor = plain_factor();
    const wdm_region_options opt = wdm_region_options_default(WDM_Q_CONSUMPTION);
    double *x = malloc(DRAWS * sizeof *x);
    assert_non_null(x);
    factor.excretion = (wdm_dist){WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, NOT};
    make_world(days, sites);
    const wdm_region_estimate r = region(&factor, sites, SITES, &opt);
    wdm_rng_init(&rng, 20261123, "region");
    for (int k = 0; k < DRAWS; k++)
        x[k] = draw_region(&rng, sites, &factor.excretion);
    gsl_sort(x, 1, DRAWS);
    printf("region, engine / Monte Carlo: 2.5 %% %.4f, median %.4f, 97.5 %% %.4f\n",
           r.value.lo95 / x[DRAWS / 40], r.value.median / x[DRAWS / 2], r.value.hi95 / x[DRAWS - DRAWS / 40]);
    near(r.value.lo95, x[DRAWS / 40], 0.01);
    near(r.value.median, x[DRAWS / 2], 0.01);
    near(r.value.hi95, x[DRAWS - DRAWS / 40], 0.01);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masses_add_up),
        cmocka_unit_test(population_cancels_in_the_mass_only),
        cmocka_unit_test(shared_parts_stay_and_own_parts_average),
        cmocka_unit_test(a_marker_takes_flow_and_sampling_out_of_the_load),
        cmocka_unit_test(censored_sites_leave_the_total_open),
        cmocka_unit_test(wrong_regions_are_refused),
        cmocka_unit_test(region_matches_monte_carlo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
