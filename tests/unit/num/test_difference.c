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
    const wdm_difference half = {.x = 0.5, .sigma_a = 0.0, .sigma_b = 0.1};
    static const double one[3] = {1.0, 1.0, 1.0};
    double ends[3];
    double log_var = 0.0;
    near(wdm_difference_p_zero(&d), gsl_cdf_ugaussian_P(log(0.474) / hypot(0.15, 0.45)), 1e-12);
    near(wdm_difference_p_zero(&d), 0.0577, 0.002);
    near(wdm_difference_gaussian(&d), 0.1423, 0.001);
    near(wdm_difference_square_ratio(&half), 1.01025, 1e-5);
    wdm_difference_ends(&share, one, ends, &log_var); // a point times 1 - 0.3 B
    near(ends[0], 1.0 - 0.3 * exp(0.4 * 1.959964), 0.02);
    near(ends[1], 0.7, 0.01);
    near(ends[2], 1.0 - 0.3 * exp(-0.4 * 1.959964), 0.01);
    const wdm_difference all = {.x = 1e6, .sigma_a = 0.0, .sigma_b = 0.1};
    wdm_difference_ends(&all, one, ends, &log_var);
    assert_true(ends[0] == 0.0 && ends[2] == 0.0 && log_var == 0.0);
}

// D x 1 / f x error for f triangular (amphetamine), wide enough and narrow errors of both analyses.
static void products_match_a_million_draws(void **state)
{
    (void)state;
    static const double xs[] = {0.02, 0.1, 0.3, 0.474};
    static const double as[] = {0.02, 0.13, 0.3};
    static const double bs[] = {0.1, 0.42};
    static const double ps[] = {0.025, 0.5, 0.975};
    const double sigma = wdm_dist_sigma_of_u(0.2);
    const wdm_factor_term terms[] = {{{WDM_DIST_TRIANGULAR, 0.30, 0.361, 0.40, (double)NAN}, -1}};
    double *v = malloc(DRAWS * sizeof *v);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    wdm_logconv lc;
    double worst = 0.0;
    double worst_rsd = 0.0;
    assert_non_null(v);
    assert_int_equal(wdm_logconv_init(&lc, terms, 1, NULL), WDM_OK);
    for (size_t c = 0; c < 24; c++) {
        const wdm_difference d = {.x = xs[c % 4], .sigma_a = as[c / 4 % 3], .sigma_b = bs[c / 12]};
        const double p_zero = wdm_difference_p_zero(&d);
        const double own = hypot(sigma, wdm_difference_gaussian(&d));
        double base[3];
        double ends[3];
        double log_var = 0.0;
        double sum = 0.0;
        double squares = 0.0;
        for (size_t k = 0; k < 3; k++)
            base[k] = wdm_logconv_quantile(&lc, own, ps[k]);
        wdm_difference_ends(&d, base, ends, &log_var);
        for (size_t i = 0; i < DRAWS; i++) {
            const double a = exp(gsl_ran_gaussian_ziggurat(rng, d.sigma_a));
            const double b = exp(gsl_ran_gaussian_ziggurat(rng, d.sigma_b));
            const double f = wdm_dist_quantile(&terms[0].dist, gsl_rng_uniform_pos(rng));
            const double left = fmax(0.0, a - d.x * b);
            sum += left;
            squares += left * left;
            v[i] = left / f * exp(gsl_ran_gaussian_ziggurat(rng, sigma));
        }
        worst_rsd =
            fmax(worst_rsd, fabs(wdm_difference_square_ratio(&d) * sum * sum / DRAWS / squares - 1.0));
        gsl_sort(v, 1, DRAWS);
        for (size_t k = 0; k < 3; k++) {
            const double drawn = v[(size_t)(ps[k] * DRAWS)];
            if (ps[k] <= p_zero) {
                assert_true(drawn == 0.0 && ends[k] == 0.0);
                continue;
            }
            if (ps[k] - p_zero < 0.01) // within the noise of the draws around where nothing is left
                continue;
            worst = fmax(worst, fabs(ends[k] / drawn - 1.0));
            near(ends[k], drawn, 0.02);
        }
    }
    print_message("largest relative difference of an end point: %.5f; of E[D^2] / E[D]^2: %.5f\n", worst,
                  worst_rsd);
    assert_true(worst_rsd < 0.005);
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
    assert_false(wdm_dist_parse("surplus", &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_header),
        cmocka_unit_test(products_match_a_million_draws),
        cmocka_unit_test(a_decay_is_the_exponential_of_a_lognormal),
        cmocka_unit_test(a_surplus_is_one_and_a_lognormal),
        cmocka_unit_test(none_is_a_word_of_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
