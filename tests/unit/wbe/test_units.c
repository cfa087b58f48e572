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

#include "wbe/lognormal.h"
#include "wbe/population.h"
#include "wbe/stability.h"
#include "wbe/units.h"

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static void formulas_of_method_1(void **state)
{
    (void)state;
    near(wdm_load_mg_d(250.0, 40000.0), 10000.0, 1e-15);
    near(wdm_normalised_load_mg_d_1000(250.0, 40000.0, 200000.0), 50.0, 1e-15);
    near(wdm_correction_factor(303.358 / 289.331, 0.292), 3.591, 2e-4);
    near(wdm_consumption_mg_d_1000(29.2, 1.0 / 0.43, 1.0), 67.9, 1e-3);
    near(wdm_doses_d_1000(67.9, 30.0), 2.26, 2e-3);
    near(wdm_users_1000(2.26, 4.0), 0.565, 1e-15);
    near(wdm_mass_kg_week(10000.0), 0.07, 1e-15);
}

static void missing_and_zero_divisors_give_nan(void **state)
{
    (void)state;
    assert_true(isnan(wdm_normalised_load_mg_d_1000(250.0, 40000.0, 0.0)));
    assert_true(isnan(wdm_load_mg_d((double)NAN, 40000.0)));
    assert_true(isnan(wdm_correction_factor(1.0, 0.0)));
}

// METHOD 2: correction factors that must hold, from molar masses and the fraction.
static void checks_of_the_factor_table(void **state)
{
    (void)state;
    near(wdm_correction_factor(314.469 / 344.451, 0.005), 182.6, 1e-3);
    near(wdm_correction_factor(369.417 / 327.380, 0.013), 86.8, 1e-3);
    near(wdm_correction_factor(46.069 / 126.126, 0.00012), 3044.0, 1e-3);
}

// METHOD 3.6, half-lives of Senta et al. 2014: 12 h at 20 C.
static void in_sewer_change(void **state)
{
    (void)state;
    assert_true(fabs(wdm_stability_k(12.0, 87.0) - 1.100) < 0.0005);
    assert_true(fabs(wdm_stability_k(12.0, 35.0) - 1.268) < 0.0005);
    assert_true(fabs(wdm_stability_k(12.0, 7.0) - 3.281) < 0.0005);
    near(wdm_stability_k(0.0, 7.0), 1.0, 1e-15);
    assert_true(isnan(wdm_stability_k(12.0, 0.0)));
    assert_true(isnan(wdm_stability_k(-1.0, 7.0)));
}

// METHOD 4.
static void chinese_cotinine_rule(void **state)
{
    (void)state;
    const double excretion = wdm_cotinine_excretion_mg_d_1000(4.2);
    near(excretion, 588.0, 1e-14);
    const double persons = wdm_cotinine_population(1500.0, 125000.0, 0.9, excretion);
    assert_true(fabs(persons / 1000.0 - 286.989) < 0.001);
    near(persons, 1500.0 * 12.5 * 10.0 * 0.9 / 588.0 * 1000.0, 1e-14);
    const double load = wdm_cotinine_normalised_load(60.0, 1500.0, 0.9, excretion);
    assert_true(fabs(load - 26.1333) < 0.00005);
    // the flow cancels: the long way round gives the same whatever the flow
    near(wdm_normalised_load_mg_d_1000(60.0, 125000.0, persons), load, 1e-14);
    near(wdm_normalised_load_mg_d_1000(60.0, 777.0, wdm_cotinine_population(1500.0, 777.0, 0.9, excretion)),
         load, 1e-14);
}

static void population_wants_positive_numbers(void **state)
{
    (void)state;
    near(wdm_population_of_marker(1.5e9, 7500.0), 200000.0, 1e-15);
    assert_true(isnan(wdm_population_of_marker(0.0, 7500.0)));
    assert_true(isnan(wdm_cotinine_population(1500.0, 125000.0, 1.1, 588.0)));
    assert_true(isnan(wdm_cotinine_normalised_load(60.0, 0.0, 0.9, 588.0)));
    near(wdm_cotinine_normalised_load(0.0, 1500.0, 0.9, 588.0), 0.0, 0.0);
}

static void lognormal_round_trip(void **state)
{
    (void)state;
    near(wdm_sigma_of_u(0.26), 0.255758, 1e-5);
    near(wdm_u_of_sigma(wdm_sigma_of_u(0.26)), 0.26, 1e-14);
    near(wdm_u_product(0.1, 0.1), 0.1417745, 1e-6);
    assert_true(wdm_sigma_of_u((double)NAN) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_of_method_1),       cmocka_unit_test(missing_and_zero_divisors_give_nan),
        cmocka_unit_test(checks_of_the_factor_table), cmocka_unit_test(in_sewer_change),
        cmocka_unit_test(chinese_cotinine_rule),      cmocka_unit_test(population_wants_positive_numbers),
        cmocka_unit_test(lognormal_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
