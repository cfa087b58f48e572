// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

#include "num/difference.h"
#include "num/dist.h"
#include "num/logconv.h"

enum { DRAWS = 1000000 };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static void examples_of_the_header(void **state)
{
    (void)state;
    const wdm_difference d = {.x = 0.474, .sigma_a = 0.15, .sigma_b = 0.45};
    const wdm_difference share = {.x = 0.3, .sigma_a = 0.0, .sigma_b = 0.4};
    near(wdm_difference_p_zero(&d), gsl_cdf_ugaussian_P(log(0.474) / hypot(0.15, 0.45)), 1e-12);
    near(wdm_difference_p_zero(&d), 0.0577, 0.002);
    for (double t = 0.1; t < 0.95; t += 0.1) {
        near(wdm_difference_cdf(&share, t), gsl_cdf_ugaussian_Q(log((1.0 - t) / 0.3) / 0.4), 1e-12);
    }
    assert_true(wdm_difference_cdf(&d, -1e9) < 1e-12);
    assert_true(wdm_difference_cdf(&d, 1e9) > 1.0 - 1e-12);
    assert_true(isnan(wdm_difference_quantile(&d, 1.0)));
    near(wdm_difference_cdf(&d, 0.0), wdm_difference_p_zero(&d), 1e-9); // two ways to one number
}

// The whole range met in practice: amphetamine down to its suppression (x 0.09 / 0.19 = 0.47), the precision
// of a good and of a poor laboratory, batches, and ratios known to 20 to 60 %; x 0.7 lies beyond.
static void matches_a_million_draws(void **state)
{
    (void)state;
    static const double xs[] = {0.05, 0.2, 0.474, 0.7};
    static const double as[] = {0.05, 0.15, 0.3};
    static const double bs[] = {0.45, 0.2, 0.65};
    static const double ps[] = {0.025, 0.5, 0.975};
    double *v = malloc(DRAWS * sizeof *v);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double worst = 0.0;
    assert_non_null(v);
    for (size_t c = 0; c < 12; c++) {
        const wdm_difference d = {.x = xs[c % 4], .sigma_a = as[c / 4], .sigma_b = bs[c / 4]};
        const double p_zero = wdm_difference_p_zero(&d);
        for (size_t i = 0; i < DRAWS; i++) {
            const double a = exp(gsl_ran_gaussian_ziggurat(rng, d.sigma_a));
            v[i] = a - d.x * exp(gsl_ran_gaussian_ziggurat(rng, d.sigma_b));
        }
        gsl_sort(v, 1, DRAWS);
        for (size_t k = 0; k < 3; k++) {
            const double drawn = v[(size_t)(ps[k] * DRAWS)];
            if (drawn <= 0.0) {
                assert_true(ps[k] < p_zero + 0.001);
                continue;
            }
            if (ps[k] <= p_zero)
                continue;
            const double got = wdm_difference_quantile(&d, (ps[k] - p_zero) / (1.0 - p_zero));
            worst = fmax(worst, fabs(got - drawn) / fmax(1.0 - d.x, drawn));
            near(wdm_difference_cdf(&d, drawn), ps[k], 0.02 * fmin(1.0, 0.5 / ps[k]));
        }
    }
    print_message("largest difference of an end point, relative to the plug-in: %.5f\n", worst);
    assert_true(worst < 0.005);
    gsl_rng_free(rng);
    free(v);
}

static void moments_are_those_of_the_quantiles(void **state)
{
    (void)state;
    enum { N = 4000 };
    static const wdm_difference ds[] = {
        {0.05, 0.1, 0.3}, {0.3, 0.13, 0.42}, {0.6, 0.3, 0.4}, {1.2, 0.1, 0.2}};
    for (size_t c = 0; c < 4; c++) {
        double m1 = 0.0;
        double m2 = 0.0;
        double ends[2];
        for (int i = 0; i < N; i++) {
            const double t = wdm_difference_quantile(&ds[c], (i + 0.5) / N);
            m1 += t / N;
            m2 += t * t / N;
        }
        near(wdm_difference_moment(&ds[c], 1), m1, 1e-3);
        near(wdm_difference_moment(&ds[c], 2), m2, 4e-3);
        wdm_difference_log_range(&ds[c], 1e-4, &ends[0], &ends[1]);
        near(exp(ends[0]), wdm_difference_quantile(&ds[c], 1e-4), 2e-3);
        near(exp(ends[1]), wdm_difference_quantile(&ds[c], 1.0 - 1e-4), 2e-3);
    }
    assert_true(isnan(wdm_difference_moment(&ds[0], -1)));
}

// The product with other errors goes over the log grid.
static void products_match_a_million_draws(void **state)
{
    (void)state;
    static const double xs[] = {0.1, 0.3, 0.474};
    static const double ps[] = {0.025, 0.5, 0.975};
    double *v = malloc(DRAWS * sizeof *v);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double worst = 0.0;
    assert_non_null(v);
    for (size_t c = 0; c < 3; c++) {
        const wdm_factor_term terms[] = {
            {{WDM_DIST_DIFFERENCE, 0.13, xs[c], 0.42, (double)NAN}, 1},
            {{WDM_DIST_TRIANGULAR, 0.30, 0.361, 0.40, (double)NAN}, -1},
            {{WDM_DIST_LOGNORMAL, (double)NAN, 1.0, (double)NAN, 0.2}, 1},
        };
        const wdm_difference d = {.x = xs[c], .sigma_a = 0.13, .sigma_b = 0.42};
        const double p_zero = wdm_difference_p_zero(&d);
        wdm_logconv lc;
        assert_int_equal(wdm_logconv_init(&lc, terms, 3, NULL), WDM_OK);
        for (size_t i = 0; i < DRAWS; i++) {
            const double a = exp(gsl_ran_gaussian_ziggurat(rng, 0.13));
            const double b = exp(gsl_ran_gaussian_ziggurat(rng, 0.42));
            const double f = wdm_dist_quantile(&terms[1].dist, gsl_rng_uniform_pos(rng));
            v[i] = (a - xs[c] * b) / f * exp(gsl_ran_gaussian_ziggurat(rng, wdm_dist_sigma_of_u(0.2)));
        }
        gsl_sort(v, 1, DRAWS);
        for (size_t k = 0; k < 3; k++) {
            const double drawn = v[(size_t)(ps[k] * DRAWS)];
            if (ps[k] <= p_zero) {
                assert_true(drawn <= 0.02);
                continue;
            }
            const double got = wdm_logconv_quantile(&lc, 0.0, (ps[k] - p_zero) / (1.0 - p_zero));
            worst = fmax(worst, fabs(got / drawn - 1.0));
            near(got, drawn, 0.01);
        }
    }
    print_message("largest relative difference of an end point of a product: %.5f\n", worst);
    gsl_rng_free(rng);
    free(v);
}

static void a_decay_is_the_exponential_of_a_lognormal(void **state)
{
    (void)state;
    // morphine-3-glucuronide, 12 h at a half-life of 7 h with u 0.5: ln k = ln 2 x 12 / 7 = 1.188
    const wdm_dist k = {WDM_DIST_DECAY, (double)NAN, exp2(12.0 / 7.0), (double)NAN, 0.5};
    const double sigma = wdm_dist_sigma_of_u(0.5);
    const wdm_factor_term term = {k, 1};
    static const double ps[] = {0.025, 0.5, 0.975};
    double q[3];
    assert_int_equal(wdm_dist_validate(&k, NULL), WDM_OK);
    assert_int_equal(wdm_logconv_quantiles(&term, 1, ps, 3, q, NULL), WDM_OK);
    for (size_t i = 0; i < 3; i++)
        near(q[i], exp(log(2.0) * 12.0 / 7.0 * exp(sigma * gsl_cdf_ugaussian_Pinv(ps[i]))), 0.002);
    near(wdm_dist_cdf(&k, wdm_dist_quantile(&k, 0.3)), 0.3, 1e-10);
    assert_true(wdm_dist_cdf(&k, 1.0) == 0.0);
    assert_true(isinf(wdm_dist_mean(&k)));
    // the first-order form, a lognormal k of u = ln k x 0.5, is far off at the ends here, and good for 6-MAM
    near(q[2], 20.1, 0.01);
    near(exp2(12.0 / 7.0) * exp(1.96 * wdm_dist_sigma_of_u(0.594)), 9.65, 0.01);
    const wdm_dist mam = {WDM_DIST_DECAY, (double)NAN, exp2(12.0 / 87.0), (double)NAN, 0.5};
    near(wdm_dist_quantile(&mam, 0.975), exp2(12.0 / 87.0) * exp(1.96 * wdm_dist_sigma_of_u(0.0478)), 0.15);
    const wdm_dist none = {WDM_DIST_DECAY, (double)NAN, 1.0, (double)NAN, 0.5};
    assert_int_equal(wdm_dist_validate(&none, NULL), WDM_E_DATA);
}

// 1 + odds E: methadone with 0.37 on particles, u 0.5 of the share, 0.79 of the odds.
static void a_surplus_is_one_and_a_lognormal(void **state)
{
    (void)state;
    const wdm_dist k = {WDM_DIST_SURPLUS, (double)NAN, 1.0 / 0.63, (double)NAN, 0.5 / 0.63};
    const double sigma = wdm_dist_sigma_of_u(0.5 / 0.63);
    const wdm_factor_term term = {k, 1};
    static const double ps[] = {0.025, 0.5, 0.975};
    double q[3];
    assert_int_equal(wdm_logconv_quantiles(&term, 1, ps, 3, q, NULL), WDM_OK);
    for (size_t i = 0; i < 3; i++)
        near(q[i], 1.0 + 0.37 / 0.63 * exp(sigma * gsl_cdf_ugaussian_Pinv(ps[i])), 0.003);
    near(wdm_dist_mean(&k), 1.0 + 0.37 / 0.63 * exp(sigma * sigma / 2.0), 1e-3);
    near(wdm_dist_cdf(&k, wdm_dist_quantile(&k, 0.3)), 0.3, 1e-10);
}

static void none_is_a_word_of_a_table(void **state)
{
    (void)state;
    wdm_dist_kind kind = WDM_DIST_FIXED;
    assert_false(wdm_dist_parse("decay", &kind));
    assert_false(wdm_dist_parse("difference", &kind));
    assert_false(wdm_dist_parse("surplus", &kind));
    const wdm_dist bad[] = {{WDM_DIST_DIFFERENCE, 0.1, 0.0, 0.2, 0.0},
                            {WDM_DIST_DIFFERENCE, 0.0, 0.5, 0.0, 0.0},
                            {WDM_DIST_DIFFERENCE, -0.1, 0.5, 0.2, 0.0}};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(wdm_dist_validate(&bad[i], NULL), WDM_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_header),
        cmocka_unit_test(matches_a_million_draws),
        cmocka_unit_test(moments_are_those_of_the_quantiles),
        cmocka_unit_test(products_match_a_million_draws),
        cmocka_unit_test(a_decay_is_the_exponential_of_a_lognormal),
        cmocka_unit_test(a_surplus_is_one_and_a_lognormal),
        cmocka_unit_test(none_is_a_word_of_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
