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
#include <gsl/gsl_statistics.h>

#include "num/draw.h"

static const double NOT = (double)NAN;

// Kolmogorov's distance of n draws from the distribution function: below 1.95 / sqrt(n) with probability
// 0.999.
static void draws_follow_their_distribution(void **state)
{
    enum { N = 100000 };
    static const wdm_dist dists[] = {
        {WDM_DIST_LOGNORMAL, NOT, 0.292, NOT, 0.26}, {WDM_DIST_NORMAL, NOT, 0.4, NOT, 0.6},
        {WDM_DIST_UNIFORM, 0.1, NOT, 0.4, NOT},      {WDM_DIST_TRIANGULAR, 0.02, 0.20, 0.30, NOT},
        {WDM_DIST_TRIANGULAR, 0.2, 0.2, 0.5, NOT},   {WDM_DIST_BETA, 0.05, 0.2, 0.6, NOT},
    };
    double *x = malloc(N * sizeof *x);
    (void)state;
    assert_non_null(x);
    for (size_t d = 0; d < sizeof dists / sizeof dists[0]; d++) {
        wdm_rng stream;
        const gsl_rng rng = wdm_rng_as_gsl(&stream);
        double distance = 0.0;
        wdm_rng_init_key(&stream, 1, d, 0);
        for (size_t i = 0; i < N; i++)
            x[i] = wdm_dist_draw(&dists[d], &rng);
        gsl_sort(x, 1, N);
        for (size_t i = 0; i < N; i++)
            distance = fmax(distance, fabs(wdm_dist_cdf(&dists[d], x[i]) - ((double)i + 0.5) / N));
        if (!(distance < 1.95 / sqrt(N)))
            fail_msg("%s: distance %g", wdm_dist_name(dists[d].kind), distance);
    }
    free(x);
}

static void a_fixed_value_takes_nothing_from_the_stream(void **state)
{
    const wdm_dist fixed = {WDM_DIST_FIXED, NOT, 0.43, NOT, NOT};
    wdm_rng a;
    wdm_rng b;
    (void)state;
    wdm_rng_init_key(&a, 1, 2, 3);
    b = a;
    const gsl_rng rng = wdm_rng_as_gsl(&a);
    assert_true(wdm_dist_draw(&fixed, &rng) == 0.43);
    assert_true(wdm_rng_next(&a) == wdm_rng_next(&b));
}

static void normals_are_standard_and_keyed(void **state)
{
    enum { N = 200000 };
    double *z = malloc(2 * N * sizeof *z);
    (void)state;
    assert_non_null(z);
    wdm_draw_normals(1, 77, 3, z, N);
    wdm_draw_normals(1, 77, 3, z + N, N);
    assert_memory_equal(z, z + N, N * sizeof *z);
    wdm_draw_normals(1, 77, 4, z + N, N); // another part of the same key
    assert_true(fabs(gsl_stats_correlation(z, 1, z + N, 1, N)) < 5.0 / sqrt(N));
    assert_true(fabs(gsl_stats_mean(z, 1, N)) < 5.0 / sqrt(N));
    assert_true(fabs(gsl_stats_variance(z, 1, N) - 1.0) < 5.0 * sqrt(2.0 / N));
    free(z);
}

// Against a full sort, with and without ties.
static void selection_finds_what_sorting_finds(void **state)
{
    enum { N = 1001 };
    static const double probs[5] = {0.0, 0.025, 0.5, 0.9755, 1.0};
    double x[N];
    double sorted[N];
    double copy[N];
    double q[5];
    (void)state;
    for (int round = 0; round < 60; round++) {
        const size_t n = round % 2 == 0 ? (size_t)N : 1 + (size_t)round;
        wdm_rng rng;
        wdm_rng_init_key(&rng, 5, (uint64_t)round, 0);
        for (size_t i = 0; i < n; i++)
            x[i] = round % 3 == 0 ? floor(10.0 * wdm_rng_uniform(&rng)) : wdm_rng_normal(&rng);
        if (round % 5 == 0)
            gsl_sort(x, 1, n); // already in order
        memcpy(sorted, x, n * sizeof *x);
        gsl_sort(sorted, 1, n);
        for (size_t k = 0; k < n; k += n / 7 + 1) {
            memcpy(copy, x, n * sizeof *x);
            assert_true(wdm_select(copy, n, k) == sorted[k]);
        }
        wdm_sample_quantiles(x, n, probs, 5, q);
        for (int p = 0; p < 5; p++)
            assert_true(fabs(q[p] - gsl_stats_quantile_from_sorted_data(sorted, 1, n, probs[p])) < 1e-12);
    }
    assert_true(isnan(wdm_select(x, 0, 0)) && isnan(wdm_select(x, 3, 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_follow_their_distribution),
        cmocka_unit_test(a_fixed_value_takes_nothing_from_the_stream),
        cmocka_unit_test(normals_are_standard_and_keyed),
        cmocka_unit_test(selection_finds_what_sorting_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
