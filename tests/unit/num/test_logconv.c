// SPDX-License-Identifier: GPL-3.0-or-later
// End points of products against closed forms, a published example and Monte Carlo. The Monte Carlo numbers
// below were made with this program: WDM_LOGCONV_DRAWS=10000000 ./num_test_logconv (GSL's taus2, seed
// 20261123, GSL's own samplers).
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

#include "num/logconv.h"

#define NOT ((double)NAN)
#define LN(mode, u)                                                                                          \
    {                                                                                                        \
        {WDM_DIST_LOGNORMAL, NOT, mode, NOT, u}, 1                                                           \
    }
#define NORMAL(mode, u, power)                                                                               \
    {                                                                                                        \
        {WDM_DIST_NORMAL, NOT, mode, NOT, u}, power                                                          \
    }
#define UNIFORM(low, high, power)                                                                            \
    {                                                                                                        \
        {WDM_DIST_UNIFORM, low, NOT, high, NOT}, power                                                       \
    }
#define TRI(low, mode, high, power)                                                                          \
    {                                                                                                        \
        {WDM_DIST_TRIANGULAR, low, mode, high, NOT}, power                                                   \
    }
#define BETA(low, mode, high, power)                                                                         \
    {                                                                                                        \
        {WDM_DIST_BETA, low, mode, high, NOT}, power                                                         \
    }

static const double PROBS[3] = {0.025, 0.5, 0.975};
static const uint64_t SEED = 20261123;

typedef struct mc_case {
    const char *name;
    size_t n;
    wdm_factor_term term[4];
    double want[3]; // 10^7 draws
} mc_case;

static const mc_case CASE[] = {
    {"cocaine triangular, three lognormals",
     4,
     {TRI(0.25, 0.292, 0.45, -1), LN(1.0, 0.1), LN(1.0, 0.1), LN(1.0, 0.2)},
     {1.77540016, 3.05359795, 5.20218681}},
    {"triangular alone", 1, {TRI(0.25, 0.292, 0.45, -1)}, {2.37009853, 3.08366495, 3.78042609}},
    {"beta and a wide lognormal",
     2,
     {BETA(0.15, 0.225, 0.30, -1), LN(1.0, 0.3)},
     {2.41838393, 4.46966489, 8.2862976}},
    {"uniform over a factor of 15",
     2,
     {UNIFORM(0.02, 0.30, -1), LN(1.0, 0.15)},
     {3.04792081, 6.31881737, 37.4484786}},
    {"two triangular divisors",
     2,
     {TRI(0.02, 0.20, 0.30, -1), TRI(20.0, 30.0, 50.0, -1)},
     {0.0957285399, 0.175437468, 0.575210232}},
    {"normal over uniform",
     2,
     {NORMAL(30.0, 0.2, 1), UNIFORM(0.4, 0.8, -1)},
     {27.8317211, 49.992083, 85.4882884}},
    {"all four kinds",
     4,
     {UNIFORM(0.8, 1.2, 1), BETA(0.25, 0.292, 0.45, -1), NORMAL(1.0, 0.1, 1), LN(1.0, 0.26)},
     {1.71071068, 3.19388294, 5.93956859}},
    {"mode at the edge, small lognormal",
     2,
     {TRI(0.45, 0.45, 0.9, -1), LN(1.0, 0.02)},
     {1.20384948, 1.71864935, 2.20484511}},
    {"wide beta near 0", 2, {BETA(0.005, 0.05, 0.5, -1), LN(1.0, 0.1)}, {3.05623749, 10.0499534, 87.5395926}},
    {"normal 50 % as divisor",
     2,
     {NORMAL(1.0, 0.5, -1), LN(1.0, 0.1)},
     {0.48764817, 0.989477082, 5.97109659}},
    {"two triangular fractions, weights 0.7 and 0.3",
     3,
     {TRI(0.25, 0.292, 0.45, -0.7), TRI(0.03, 0.075, 0.12, -0.3), LN(1.0, 0.15)},
     {3.30416096, 4.79177728, 6.97544948}},
    {"beta, uniform and a lognormal, weights 0.5, 0.3, 0.2",
     3,
     {BETA(0.15, 0.225, 0.30, -0.5),
      UNIFORM(0.4, 0.8, -0.3),
      {{WDM_DIST_LOGNORMAL, NOT, 0.05, NOT, 0.4}, -0.2}},
     {3.63845083, 4.50749199, 5.63552961}},
};
enum { CASES = sizeof CASE / sizeof CASE[0] };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

// Samplers that share nothing with num/dist.c.
static double draw(const wdm_dist *d, gsl_rng *rng)
{
    if (d->kind == WDM_DIST_LOGNORMAL)
        return d->mode * gsl_ran_lognormal(rng, 0.0, sqrt(log(1.0 + d->u_rel * d->u_rel)));
    if (d->kind == WDM_DIST_UNIFORM)
        return gsl_ran_flat(rng, d->low, d->high);
    if (d->kind == WDM_DIST_NORMAL) {
        double x = 0.0;
        while (x < 0.01 * d->mode)
            x = d->mode * (1.0 + gsl_ran_gaussian_ziggurat(rng, d->u_rel));
        return x;
    }
    if (d->kind == WDM_DIST_TRIANGULAR) {
        // the peak at mode: low or high side with the area's probability, then the larger of two uniforms
        const double two = fmax(gsl_rng_uniform(rng), gsl_rng_uniform(rng));
        const double left = (d->mode - d->low) / (d->high - d->low);
        return gsl_rng_uniform(rng) < left ? d->low + (d->mode - d->low) * two
                                           : d->high - (d->high - d->mode) * two;
    }
    const double mean = (d->low + 4.0 * d->mode + d->high) / 6.0;
    const double sd = (d->high - d->low) / 6.0;
    const double t = mean * (1.0 - mean) / (sd * sd) - 1.0;
    return gsl_ran_beta(rng, mean * t, (1.0 - mean) * t);
}

static void monte_carlo(const mc_case *c, size_t draws, double out[3])
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    double *x = malloc(draws * sizeof *x);
    assert_non_null(rng);
    assert_non_null(x);
    gsl_rng_set(rng, SEED);
    for (size_t i = 0; i < draws; i++) {
        x[i] = 1.0;
        for (size_t j = 0; j < c->n; j++)
            x[i] *= pow(draw(&c->term[j].dist, rng), c->term[j].power);
    }
    gsl_sort(x, 1, draws);
    for (size_t k = 0; k < 3; k++)
        out[k] = x[(size_t)(PROBS[k] * (double)draws)];
    free(x);
    gsl_rng_free(rng);
}

static void end_points_match_ten_million_draws(void **state)
{
    (void)state;
    const char *draws = getenv("WDM_LOGCONV_DRAWS");
    double worst = 0.0;
    for (size_t i = 0; i < CASES; i++) {
        double got[3];
        double want[3] = {CASE[i].want[0], CASE[i].want[1], CASE[i].want[2]};
        assert_int_equal(wdm_logconv_quantiles(CASE[i].term, CASE[i].n, PROBS, 3, got, NULL), WDM_OK);
        if (draws != NULL) {
            monte_carlo(&CASE[i], strtoul(draws, NULL, 10), want);
            printf("%-40s {%.9g, %.9g, %.9g} convolution off by", CASE[i].name, want[0], want[1], want[2]);
            for (size_t k = 0; k < 3; k++)
                printf(" %.4f %%", 100.0 * (got[k] / want[k] - 1.0));
            printf("\n");
        }
        for (size_t k = 0; k < 3; k++) {
            worst = fmax(worst, fabs(got[k] / want[k] - 1.0));
            near(got[k], want[k], 0.002);
        }
    }
    printf("worst end point of %d cases against 10^7 draws: %.3f %%\n", (int)CASES, 100.0 * worst);
}

static void lognormals_are_in_closed_form(void **state)
{
    (void)state;
    const wdm_factor_term t[2] = {LN(2.0, 0.3), LN(3.0, 0.4)};
    const double sigma = sqrt(log(1.09) + log(1.16));
    double got[3];
    wdm_logconv lc;
    assert_int_equal(wdm_logconv_quantiles(t, 2, PROBS, 3, got, NULL), WDM_OK);
    near(sigma, 0.484353, 1e-5);
    near(got[0], 6.0 * exp(-1.959963984540054 * sigma), 1e-12);
    near(got[1], 6.0, 1e-12);
    near(got[2], 6.0 * exp(1.959963984540054 * sigma), 1e-12);
    assert_int_equal(wdm_logconv_init(&lc, t, 2, NULL), WDM_OK);
    near(lc.mean, 6.0 * sqrt(1.09 * 1.16), 1e-13);
    near(lc.rsd, sqrt(1.09 * 1.16 - 1.0), 1e-12);
    near(wdm_logconv_cdf(&lc, 0.0, got[2]), 0.975, 1e-12);
}

// A factor on the grid alone must come back as itself, and with a Gaussian as quadrature over its quantiles
// says.
static void one_factor_matches_its_own_distribution(void **state)
{
    (void)state;
    const wdm_factor_term t[4] = {TRI(0.25, 0.292, 0.45, 1), BETA(0.15, 0.225, 0.30, 1), UNIFORM(0.4, 0.8, 1),
                                  NORMAL(30.0, 0.2, 1)};
    static const double sigma[4] = {0.0, 0.01, 0.1, 0.6};
    enum { NODES = 20000 };
    for (size_t i = 0; i < 4; i++) {
        wdm_logconv lc;
        assert_int_equal(wdm_logconv_init(&lc, &t[i], 1, NULL), WDM_OK);
        for (size_t k = 0; k < 3; k++)
            near(wdm_logconv_quantile(&lc, 0.0, PROBS[k]), wdm_dist_quantile(&t[i].dist, PROBS[k]), 1e-4);
        for (size_t s = 1; s < 4; s++) {
            const double y = wdm_logconv_quantile(&lc, sigma[s], 0.975);
            double p = 0.0;
            for (int j = 0; j < NODES; j++) {
                const double x = wdm_dist_quantile(&t[i].dist, (j + 0.5) / NODES);
                p += gsl_cdf_ugaussian_P(log(y / x) / sigma[s]) / NODES;
            }
            near(p, 0.975, 2e-5);
        }
    }
}

// Moments of fractional powers against quadrature over the quantiles; of lognormals in closed form.
static void fractional_powers_have_their_moments(void **state)
{
    (void)state;
    const wdm_factor_term t[5] = {TRI(0.25, 0.292, 0.45, -0.4),
                                  BETA(0.15, 0.225, 0.30, 0.7),
                                  UNIFORM(0.4, 0.8, -1.5),
                                  NORMAL(30.0, 0.2, -0.3),
                                  {{WDM_DIST_LOGNORMAL, NOT, 2.0, NOT, 0.3}, -0.5}};
    enum { NODES = 200000 };
    for (size_t i = 0; i < 5; i++) {
        wdm_logconv lc;
        double m1 = 0.0;
        double m2 = 0.0;
        assert_int_equal(wdm_logconv_init(&lc, &t[i], 1, NULL), WDM_OK);
        for (int j = 0; j < NODES; j++) {
            const double x = pow(wdm_dist_quantile(&t[i].dist, (j + 0.5) / NODES), t[i].power);
            m1 += x / NODES;
            m2 += x * x / NODES;
        }
        near(lc.mean, m1, 1e-5);
        near(lc.rsd, sqrt(m2 / m1 / m1 - 1.0), 2e-3);
        near(wdm_logconv_quantile(&lc, 0.0, 0.025),
             pow(wdm_dist_quantile(&t[i].dist, t[i].power > 0.0 ? 0.025 : 0.975), t[i].power), 1e-4);
    }
}

// NIST TN 1900 example E3 (falling-ball viscometer): 4.63 mPa s (1 %), times 61 s (10 %) and 36.6 s (15 %),
// densities 2217, 1180 and 810 kg/m3 (0.5). Published Monte Carlo: mean 5.82, 95 % from 4.05 to 8.39;
// plug-in 5.69.
static void nist_tn1900_e3(void **state)
{
    (void)state;
    const double u_density = sqrt(2.0) * 0.5;
    const wdm_factor_term t[5] = {NORMAL(4.63, 0.01, 1), NORMAL(61.0, 0.10, 1), NORMAL(36.6, 0.15, -1),
                                  NORMAL(1037.0, u_density / 1037.0, 1),
                                  NORMAL(1407.0, u_density / 1407.0, -1)};
    wdm_logconv lc;
    assert_int_equal(wdm_logconv_init(&lc, t, 5, NULL), WDM_OK);
    const double lo = wdm_logconv_quantile(&lc, 0.0, 0.025);
    const double hi = wdm_logconv_quantile(&lc, 0.0, 0.975);
    printf("TN 1900 E3: mean %.3f, u %.3f, 95 %% %.3f to %.3f\n", lc.mean, lc.mean * lc.rsd, lo, hi);
    assert_true(fabs(lc.mean - 5.82) < 0.01);
    assert_true(fabs(lc.mean * lc.rsd - 1.11) < 0.1);
    assert_true(fabs(lo - 4.05) < 0.011);
    assert_true(fabs(hi - 8.39) < 0.011);
}

static void constants_and_nothing(void **state)
{
    (void)state;
    wdm_logconv lc;
    const wdm_factor_term two = {{WDM_DIST_FIXED, NOT, 2.0, NOT, NOT}, -1};
    assert_int_equal(wdm_logconv_init(&lc, NULL, 0, NULL), WDM_OK);
    near(wdm_logconv_quantile(&lc, 0.0, 0.975), 1.0, 1e-15);
    assert_true(lc.rsd == 0.0);
    assert_int_equal(wdm_logconv_init(&lc, &two, 1, NULL), WDM_OK);
    near(wdm_logconv_quantile(&lc, 0.0, 0.025), 0.5, 1e-15);
    near(lc.mean, 0.5, 1e-15);
    assert_true(isnan(wdm_logconv_quantile(&lc, 0.0, 0.0)));
    assert_true(isnan(wdm_logconv_quantile(&lc, 0.0, NOT)));
    assert_true(isnan(wdm_logconv_cdf(&lc, 0.0, -1.0)));
}

static void wrong_terms_are_refused(void **state)
{
    (void)state;
    wdm_logconv lc;
    wdm_err err = {0};
    const wdm_factor_term power = {{WDM_DIST_FIXED, NOT, 2.0, NOT, NOT}, 0};
    const wdm_factor_term high = {{WDM_DIST_FIXED, NOT, 2.0, NOT, NOT}, 4.1};
    const wdm_factor_term dist = TRI(0.5, 0.4, 0.6, 1);
    assert_int_equal(wdm_logconv_init(&lc, &power, 1, &err), WDM_E_DATA);
    assert_int_equal(wdm_logconv_init(&lc, &high, 1, &err), WDM_E_DATA);
    assert_int_equal(wdm_logconv_init(&lc, &dist, 1, &err), WDM_E_DATA);
    assert_int_equal(wdm_logconv_init(&lc, &power, 17, &err), WDM_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lognormals_are_in_closed_form),
        cmocka_unit_test(one_factor_matches_its_own_distribution),
        cmocka_unit_test(fractional_powers_have_their_moments),
        cmocka_unit_test(end_points_match_ten_million_draws),
        cmocka_unit_test(nist_tn1900_e3),
        cmocka_unit_test(constants_and_nothing),
        cmocka_unit_test(wrong_terms_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
