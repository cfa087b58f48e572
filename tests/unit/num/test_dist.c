// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/dist.h"

static const double NOT = (double)NAN;

static const wdm_dist KIND[] = {
    {WDM_DIST_LOGNORMAL, (double)NAN, 0.292, (double)NAN, 0.26},
    {WDM_DIST_NORMAL, (double)NAN, 30.0, (double)NAN, 0.1},
    {WDM_DIST_UNIFORM, 0.4, (double)NAN, 0.8, (double)NAN},
    {WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, (double)NAN},
    {WDM_DIST_TRIANGULAR, 0.2, 0.2, 0.3, (double)NAN},
    {WDM_DIST_BETA, 0.15, 0.225, 0.30, (double)NAN},
};
enum { KINDS = sizeof KIND / sizeof KIND[0] };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static void names_are_those_of_the_config(void **state)
{
    (void)state;
    static const char *const name[] = {"fixed", "lognormal", "normal", "uniform", "triangular", "beta"};
    for (size_t i = 0; i < 6; i++) {
        wdm_dist_kind kind = WDM_DIST_FIXED;
        assert_true(wdm_dist_parse(name[i], &kind));
        assert_string_equal(wdm_dist_name(kind), name[i]);
    }
    wdm_dist_kind kind = WDM_DIST_BETA;
    assert_false(wdm_dist_parse("gamma", &kind));
}

static void quantile_inverts_cdf(void **state)
{
    (void)state;
    static const double p[] = {1e-6, 0.025, 0.21, 0.5, 0.75, 0.975, 0.999999};
    for (size_t i = 0; i < KINDS; i++) {
        for (size_t j = 0; j < 7; j++)
            near(wdm_dist_cdf(&KIND[i], wdm_dist_quantile(&KIND[i], p[j])), p[j], 1e-9);
    }
    near(wdm_dist_cdf(&KIND[3], 0.292), 0.21, 1e-12);
    assert_true(isnan(wdm_dist_quantile(&KIND[0], 1.5)));
}

// Moments against the midpoint rule over 20,000 quantiles.
static void moments_match_quantile_integration(void **state)
{
    (void)state;
    enum { N = 20000 };
    static const int power[4] = {-2, -1, 1, 2};
    for (size_t i = 0; i < KINDS; i++) {
        double sum[4] = {0.0, 0.0, 0.0, 0.0};
        for (int k = 0; k < N; k++) {
            const double x = wdm_dist_quantile(&KIND[i], (k + 0.5) / N);
            for (size_t j = 0; j < 4; j++)
                sum[j] += pow(x, power[j]) / N;
        }
        for (size_t j = 0; j < 4; j++)
            near(wdm_dist_moment(&KIND[i], power[j]), sum[j], 3e-4);
    }
}

static void moments_in_closed_form(void **state)
{
    (void)state;
    near(wdm_dist_mean(&KIND[0]), 0.292 * sqrt(1.0 + 0.26 * 0.26), 1e-14);
    near(sqrt(wdm_dist_variance(&KIND[0])) / wdm_dist_mean(&KIND[0]), 0.26, 1e-12);
    near(wdm_dist_moment(&KIND[2], -1), log(2.0) / 0.4, 1e-12);
    near(wdm_dist_moment(&KIND[2], -2), 1.0 / 0.32, 1e-12);
    near(wdm_dist_mean(&KIND[3]), (0.25 + 0.292 + 0.45) / 3.0, 1e-12);
    // PERT: (0.15 + 0.9 + 0.3) / 6 = 0.225, sd 0.025
    near(wdm_dist_mean(&KIND[5]), 0.225, 1e-12);
    near(sqrt(wdm_dist_variance(&KIND[5])), 0.025, 1e-9);
    near(wdm_dist_sigma_of_u(0.26), 0.255758, 1e-5);
}

static void divergent_moments_are_infinite(void **state)
{
    (void)state;
    const wdm_dist uniform = {WDM_DIST_UNIFORM, 0.0, NOT, 1.0, NOT};
    const wdm_dist triangular = {WDM_DIST_TRIANGULAR, 0.0, 0.5, 1.0, NOT};
    assert_true(isinf(wdm_dist_moment(&uniform, -1)));
    near(wdm_dist_moment(&triangular, -1), 4.0 * log(2.0), 1e-12);
    assert_true(isinf(wdm_dist_moment(&triangular, -2)));
    near(wdm_dist_moment(&triangular, 2), 7.0 / 24.0, 1e-12);
}

static void log_masses_sum_to_one_over_the_range(void **state)
{
    (void)state;
    double mass[200];
    for (size_t i = 0; i < KINDS; i++) {
        double lo = 0.0;
        double hi = 0.0;
        double sum = 0.0;
        wdm_dist_log_range(&KIND[i], &lo, &hi);
        wdm_dist_log_masses(&KIND[i], lo, (hi - lo) / 200.0, 200, mass);
        for (size_t j = 0; j < 200; j++)
            sum += mass[j];
        near(sum, 1.0, 5e-9);
    }
}

static void wrong_numbers_are_refused(void **state)
{
    (void)state;
    const wdm_dist wrong[] = {
        {WDM_DIST_FIXED, NOT, 0.0, NOT, NOT},
        {WDM_DIST_LOGNORMAL, NOT, 1.0, NOT, -0.1},
        {WDM_DIST_LOGNORMAL, NOT, NOT, NOT, 0.1},
        {WDM_DIST_NORMAL, NOT, 1.0, NOT, NOT},
        {WDM_DIST_UNIFORM, 0.5, NOT, 0.5, NOT},
        {WDM_DIST_UNIFORM, -0.5, NOT, 0.5, NOT},
        {WDM_DIST_TRIANGULAR, 0.5, 0.4, 0.6, NOT},
        {WDM_DIST_TRIANGULAR, 0.1, 0.7, 0.6, NOT},
        {WDM_DIST_BETA, 0.5, 0.8, 1.2, NOT},
        {(wdm_dist_kind)99, 0.0, 1.0, 2.0, 0.1},
        {WDM_DIST_UNIFORM, 0.1, NOT, (double)INFINITY, NOT},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        wdm_err err = {0};
        assert_int_equal(wdm_dist_validate(&wrong[i], &err), WDM_E_DATA);
        assert_true(err.text[0] != '\0');
    }
    for (size_t i = 0; i < KINDS; i++)
        assert_int_equal(wdm_dist_validate(&KIND[i], NULL), WDM_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_config),
        cmocka_unit_test(quantile_inverts_cdf),
        cmocka_unit_test(moments_match_quantile_integration),
        cmocka_unit_test(moments_in_closed_form),
        cmocka_unit_test(divergent_moments_are_infinite),
        cmocka_unit_test(log_masses_sum_to_one_over_the_range),
        cmocka_unit_test(wrong_numbers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
