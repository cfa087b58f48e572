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
#include <gsl/gsl_statistics.h>

#include "base/mem.h"
#include "wbe/region.h"

static const double NOT = (double)NAN;
enum { MONDAY = 20773, DRAWS = 100000, SITE_A = 11, SITE_B = 12, COCAINE = 21, BE = 31 };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static wdm_mc *new_mc(uint64_t seed)
{
    wdm_mc *mc = NULL;
    assert_int_equal(wdm_mc_new(DRAWS, seed, &mc, NULL), WDM_OK);
    return mc;
}

static wdm_factor factor_of(wdm_dist excretion)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = 1.05;
    factor.excretion = excretion;
    factor.dose_mg = 100.0;
    factor.dose_u_rel = 0.2;
    factor.doses_per_user_day = 2.0;
    factor.stability_u_rel = 0.05;
    factor.drug_key = COCAINE;
    factor.biomarker_key = BE;
    return factor;
}

static wdm_factor triangular(void)
{
    return factor_of((wdm_dist){WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, NOT});
}

static wdm_estimator estimator(wdm_quantity q, const wdm_factor *factor, double u_bias, double u_population)
{
    wdm_estimator est;
    const wdm_shared_u shared = {u_bias, u_population};
    assert_int_equal(wdm_estimator_init(&est, q, factor, &shared, NULL), WDM_OK);
    return est;
}

static void fill_days(wdm_day_value days[7], int64_t site, double u)
{
    for (int i = 0; i < 7; i++) {
        days[i] = (wdm_day_value){.day = MONDAY + i,
                                  .load_mg_d_1000 = 30.0 + 15.0 * ((i * 3) % 7),
                                  .u_sampling = u,
                                  .u_analysis = 1.5 * u,
                                  .u_flow = u,
                                  .u_batch = u,
                                  .batch_key = i < 4 ? 101 : 102,
                                  .sample_key = 1000 + i,
                                  .analysis_key = BE,
                                  .site_key = site};
    }
}

static wdm_estimate week(wdm_estimator *est, const wdm_day_value *days, size_t n, wdm_mc *mc)
{
    wdm_estimate e;
    const wdm_week_options opt = wdm_week_options_default();
    est->mc = mc;
    assert_int_equal(wdm_estimate_week(est, days, n, &opt, &e, NULL), WDM_OK);
    return e;
}

// What does not depend on the method is the same, and the intervals meet within the noise of the draws.
static void compare(const char *what, const wdm_estimate *a, const wdm_estimate *m, double rel)
{
    printf("%-28s total %.4f %.4f %.4f  random %.4f %.4f  rsd %.4f\n", what, a->lo95 / m->lo95,
           a->median / m->median, a->hi95 / m->hi95, a->lo95_random / m->lo95_random,
           a->hi95_random / m->hi95_random, a->rsd_total / m->rsd_total);
    assert_true(a->estimate == m->estimate && a->flags == m->flags && a->n_days == m->n_days);
    assert_memory_equal(a->budget, m->budget, sizeof a->budget);
    near(a->lo95, m->lo95, rel);
    near(a->median, m->median, rel);
    near(a->hi95, m->hi95, rel);
    near(a->lo95_random, m->lo95_random, rel);
    near(a->hi95_random, m->hi95_random, rel);
    near(a->rsd_total, m->rsd_total, 3.0 * rel);
    near(a->rsd_random, m->rsd_random, 3.0 * rel);
}

static void all_distributions_agree_with_the_analytic_day(void **state)
{
    static const wdm_dist dists[] = {
        {WDM_DIST_FIXED, NOT, 0.3, NOT, NOT},       {WDM_DIST_LOGNORMAL, NOT, 0.292, NOT, 0.26},
        {WDM_DIST_NORMAL, NOT, 0.4, NOT, 0.2},      {WDM_DIST_UNIFORM, 0.1, 0.25, 0.4, NOT},
        {WDM_DIST_TRIANGULAR, 0.02, 0.2, 0.3, NOT}, {WDM_DIST_BETA, 0.1, 0.2, 0.4, NOT},
    };
    wdm_mc *mc = new_mc(1);
    (void)state;
    for (size_t i = 0; i < sizeof dists / sizeof dists[0]; i++) {
        const wdm_factor factor = factor_of(dists[i]);
        wdm_estimator est = estimator(WDM_Q_DOSES, &factor, 0.1, 0.2);
        wdm_day_value days[7];
        wdm_estimate a;
        wdm_estimate m;
        fill_days(days, SITE_A, 0.1);
        wdm_estimate_day(&est, &days[2], &a);
        est.mc = mc;
        wdm_estimate_day(&est, &days[2], &m);
        compare(wdm_dist_name(dists[i].kind), &a, &m, 0.01);
    }
    wdm_mc_free(mc);
}

static void weeks_agree(void **state)
{
    const wdm_factor factor = triangular();
    wdm_estimator est = estimator(WDM_Q_CONSUMPTION, &factor, 0.1, 0.2);
    wdm_mc *mc = new_mc(2);
    wdm_day_value days[7];
    (void)state;
    fill_days(days, SITE_A, 0.15);
    wdm_estimate a = week(&est, days, 7, NULL);
    wdm_estimate m = week(&est, days, 7, mc);
    compare("7 days", &a, &m, 0.01);
    a = week(&est, days, 3, NULL); // four days were not sampled
    m = week(&est, days, 3, mc);
    compare("3 days", &a, &m, 0.01);
    for (int i = 0; i < 2; i++)
        days[i].state = WDM_STATE_NOT_DETECTED;
    a = week(&est, days, 7, NULL);
    m = week(&est, days, 7, mc);
    compare("7 days, 2 censored", &a, &m, 0.01);
    for (int i = 0; i < 7; i++)
        days[i].state = WDM_STATE_NOT_DETECTED;
    a = week(&est, days, 7, NULL);
    m = week(&est, days, 7, mc);
    assert_true(isnan(m.estimate) && isnan(m.median) && m.lo95 == 0.0 && m.limit == a.limit);
    near(m.hi95, a.hi95, 0.01);
    wdm_mc_free(mc);
}

static void regions_agree(void **state)
{
    const wdm_factor factor = triangular();
    wdm_day_value days[2][7];
    wdm_region_site sites[2];
    wdm_mc *mc = new_mc(3);
    (void)state;
    for (int marker = 0; marker < 2; marker++) {
        for (int s = 0; s < 2; s++) {
            fill_days(days[s], s == 0 ? SITE_A : SITE_B, 0.1);
            for (int i = 0; i < 7 && marker; i++) { // half of the flow's and sampling's error stays in N
                days[s][i].u_sampling_mass = 0.2;
                days[s][i].u_flow_mass = 0.2;
                days[s][i].u_population = 0.1;
            }
            sites[s] = (wdm_region_site){.days = days[s],
                                         .n_days = 7,
                                         .population = 1e5 * (s + 1),
                                         .shared = {0.1, 0.2},
                                         .u_flow_bias_mass = marker ? 0.2 : 0.0,
                                         .k_stability = 1.0};
        }
        for (int q = 0; q < 2; q++) {
            wdm_region_options opt = wdm_region_options_default(q == 0 ? WDM_Q_NORMALISED_LOAD : WDM_Q_MASS);
            wdm_region_estimate a;
            wdm_region_estimate m;
            assert_int_equal(wdm_estimate_region(&factor, sites, 2, &opt, &a, NULL), WDM_OK);
            opt.mc = mc;
            assert_int_equal(wdm_estimate_region(&factor, sites, 2, &opt, &m, NULL), WDM_OK);
            compare(marker ? "region, marker population" : "region", &a.value, &m.value, 0.01);
        }
    }
    wdm_mc_free(mc);
}

static void the_same_seed_gives_the_same_bytes_in_any_order(void **state)
{
    const wdm_factor factor = triangular();
    wdm_estimator est = estimator(WDM_Q_CONSUMPTION, &factor, 0.1, 0.2);
    wdm_day_value a[7];
    wdm_day_value b[7];
    (void)state;
    fill_days(a, SITE_A, 0.1);
    fill_days(b, SITE_B, 0.2);
    wdm_mc *one = new_mc(7);
    wdm_mc *other = new_mc(7);
    wdm_mc *third = new_mc(8);
    const wdm_estimate a_first = week(&est, a, 7, one);
    const wdm_estimate b_second = week(&est, b, 7, one);
    const wdm_estimate b_first = week(&est, b, 7, other);
    (void)week(&est, b, 3, other);
    const wdm_estimate a_last = week(&est, a, 7, other);
    assert_true(a_first.lo95 == a_last.lo95 && a_first.median == a_last.median &&
                a_first.hi95 == a_last.hi95);
    assert_true(b_first.lo95 == b_second.lo95 && b_first.hi95_random == b_second.hi95_random);
    for (int i = 0; i < 3; i++) { // samples of a week may come in any order
        const wdm_day_value t = a[i];
        a[i] = a[6 - i];
        a[6 - i] = t;
    }
    assert_true(week(&est, a, 7, one).lo95 == a_first.lo95);
    const wdm_estimate c = week(&est, a, 7, third);
    assert_true(c.lo95 != a_first.lo95);
    near(c.lo95, a_first.lo95, 0.02);
    wdm_mc_free(one);
    wdm_mc_free(other);
    wdm_mc_free(third);
}

// Draw k of two estimates has the same errors where they share them.
static void shared_draws_are_shared(void **state)
{
    const wdm_factor factor = triangular();
    const wdm_factor fixed = factor_of((wdm_dist){WDM_DIST_FIXED, NOT, 0.3, NOT, NOT});
    wdm_estimator est = estimator(WDM_Q_CONSUMPTION, &factor, 0.0, 0.0);
    wdm_estimator bias = estimator(WDM_Q_CONSUMPTION, &fixed, 0.1, 0.2);
    wdm_day_value a[7];
    wdm_day_value b[7];
    wdm_mc *mc = new_mc(9);
    double *x = malloc(2 * DRAWS * sizeof *x);
    double *y = x + DRAWS;
    (void)state;
    assert_non_null(x);
    fill_days(a, SITE_A, 0.0);
    fill_days(b, SITE_B, 0.0);
    est.capture.total = x;
    (void)week(&est, a, 7, mc);
    est.capture.total = y;
    (void)week(&est, b, 7, mc); // another site: excretion and stability are the same
    near(gsl_stats_correlation(x, 1, y, 1, DRAWS), 1.0, 1e-9);
    bias.capture.total = x;
    (void)week(&bias, a, 7, mc);
    bias.capture.total = y;
    (void)week(&bias, b, 7, mc); // flow bias and population are each site's own; stability is 5 %
    assert_true(fabs(gsl_stats_correlation(x, 1, y, 1, DRAWS) - 0.0025 / 0.0534) < 0.02);
    for (int i = 0; i < 7; i++) {
        a[i].u_flow = 0.1;
        a[i].u_analysis = 0.1;
        b[i] = a[i];
        b[i].analysis_key = BE + 1; // another biomarker in the same sample
    }
    est.capture = (wdm_mc_capture){NULL, x};
    wdm_estimate_day(&est, a, &(wdm_estimate){0});
    est.capture.random = y;
    wdm_estimate_day(&est, b, &(wdm_estimate){0});
    near(gsl_stats_correlation(x, 1, y, 1, DRAWS), 0.5, 0.05); // the flow of that day
    free(x);
    wdm_mc_free(mc);
}

static void wrong_numbers_of_draws_and_short_memory_are_errors(void **state)
{
    wdm_mc *mc = NULL;
    wdm_err err = {0};
    int failures = 0;
    (void)state;
    assert_int_equal(wdm_mc_new(WDM_MC_DRAWS_MIN - 1, 1, &mc, &err), WDM_E_DATA);
    assert_int_equal(wdm_mc_new((size_t)WDM_MC_DRAWS_MAX + 1, 1, &mc, &err), WDM_E_DATA);
    assert_null(mc);
    for (uint64_t nth = 1; nth < 100; nth++) {
        wdm_mem_fail_at(nth, 0);
        const wdm_rc rc = wdm_mc_new(WDM_MC_DRAWS_MIN, 1, &mc, NULL);
        wdm_mem_fail_at(0, 0);
        if (rc == WDM_OK)
            break;
        assert_int_equal(rc, WDM_E_NOMEM);
        assert_null(mc);
        failures++;
    }
    assert_true(failures > 30);
    assert_true(wdm_mc_draws(mc) == WDM_MC_DRAWS_MIN);
    wdm_mc_free(mc);
    wdm_mc_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_distributions_agree_with_the_analytic_day),
        cmocka_unit_test(weeks_agree),
        cmocka_unit_test(regions_agree),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes_in_any_order),
        cmocka_unit_test(shared_draws_are_shared),
        cmocka_unit_test(wrong_numbers_of_draws_and_short_memory_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
