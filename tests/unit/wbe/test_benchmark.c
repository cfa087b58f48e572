// SPDX-License-Identifier: GPL-3.0-or-later
// Places against places.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/benchmark.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

// Phi(ln 1.2 / 0.141421) = Phi(1.28920) = 0.90133, from a table of the normal distribution (0.9013).
static void a_rank_is_a_probability(void **state)
{
    const wdm_rank_item a = {0, 120.0, 0.1, 1.0}, b = {1, 100.0, 0.1, 1.0},
                        unknown = {2, 50.0, (double)NAN, 1.0};
    (void)state;
    assert_true(fabs(wdm_rank_probability(&a, &b) - 0.9013) < 1e-4);
    assert_true(fabs(wdm_rank_probability(&a, &b) + wdm_rank_probability(&b, &a) - 1.0) < 1e-12);
    assert_true(isnan(wdm_rank_probability(&a, &unknown)));
    assert_true(fabs(wdm_rank_log_sd(0.2) - 0.19804) < 1e-5); // sqrt(ln 1.04)
    assert_true(isnan(wdm_rank_log_sd((double)NAN)));
}

static void overlapping_groups_are_found(void **state)
{
    // Neighbours 10 % apart with log sd 0.1: two steps, ln(1.21) / 0.1414 = 1.348, P = 0.911; three, 2.02, P
    // = 0.978.
    wdm_rank_item items[] = {
        {0, 100.0, 0.1, 1.0}, {1, 121.0, 0.1, 1.0}, {2, 110.0, 0.1, 1.0}, {3, 133.1, 0.1, 1.0}};
    (void)state;
    wdm_rank_sort(items, 4);
    assert_int_equal(items[0].place, 3);
    assert_int_equal(items[3].place, 0);
    assert_int_equal(wdm_rank_group_end(items, 4, 0), 2);
    assert_int_equal(wdm_rank_group_end(items, 4, 1), 3);
    items[3].log_sd = (double)NAN; // unknown spread: cannot be told
    assert_int_equal(wdm_rank_group_end(items, 4, 2), 3);
}

static void a_place_is_held_against_the_mean_of_the_others_by_people(void **state)
{
    const wdm_rank_item mine = {0, 30.0, 0.1, 1.0};
    const wdm_rank_item others[] = {{1, 20.0, 0.1, 5.0}, {2, 10.0, 0.1, 5.0}};
    const wdm_rank_item unequal[] = {{1, 20.0, 0.1, 30.0}, {2, 10.0, 0.1, 10.0}};
    wdm_benchmark b = wdm_benchmark_places(&mine, others, 2);
    (void)state;
    assert_int_equal(b.rank, 1);
    assert_int_equal(b.rank_lo, 1);
    assert_int_equal(b.rank_hi, 1); // 30 against 20: P = Phi(0.405 / 0.1414) = 0.998
    near(b.reference, 15.0, 1e-12);
    near(b.log_sd, 0.07462, 1e-5); // rsd sqrt(20^2 + 10^2) x 0.10025 / 30 = 0.07472
    near(b.ratio, 2.0, 1e-12);
    near(b.quantile, 1.0, 1e-12);
    assert_true(b.p_above > 0.9999);
    assert_string_equal(b.word, "above");
    near(wdm_benchmark_places(&mine, unequal, 2).reference, 17.5, 1e-12);
    b = wdm_benchmark_places(&others[0], (const wdm_rank_item[]){mine, {2, 19.0, 0.1, 1.0}}, 2);
    assert_int_equal(b.rank, 2);
    assert_int_equal(b.rank_hi, 3); // 20 and 19 cannot be told apart
    near(b.quantile, 0.5, 1e-12);
}

static void no_others_and_no_spread_are_said(void **state)
{
    const wdm_rank_item mine = {0, 30.0, 0.1, 1.0};
    const wdm_rank_item unknown = {1, 20.0, (double)NAN, (double)NAN};
    wdm_benchmark b = wdm_benchmark_places(&mine, NULL, 0);
    (void)state;
    assert_string_equal(b.word, "no reference");
    assert_true(isnan(b.p_above));
    b = wdm_benchmark_places(&mine, &unknown, 1);
    assert_string_equal(b.word, "cannot be told");
    assert_int_equal(b.rank_hi, 2);
    near(b.ratio, 1.5, 1e-12);
}

static void a_published_level_is_taken_as_exact(void **state)
{
    const wdm_rank_item mine = {0, 120.0, 0.1, 1.0};
    wdm_benchmark b = wdm_benchmark_level(&mine, 100.0, 0.0);
    (void)state;
    near(b.p_above, 0.9659, 1e-4); // Phi(0.18232 / 0.1), table of the normal distribution
    assert_string_equal(b.word, "above");
    near(b.lo95, 1.2 * exp(-0.1959963984540054), 1e-9);
    assert_string_equal(wdm_benchmark_level(&mine, 140.0, 0.0).word, "cannot be told"); // P = 0.062
    assert_string_equal(wdm_benchmark_level(&mine, 150.0, 0.0).word, "below");
    assert_string_equal(wdm_benchmark_level(&mine, (double)NAN, 0.0).word, "no reference");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rank_is_a_probability),
        cmocka_unit_test(overlapping_groups_are_found),
        cmocka_unit_test(a_place_is_held_against_the_mean_of_the_others_by_people),
        cmocka_unit_test(no_others_and_no_spread_are_said),
        cmocka_unit_test(a_published_level_is_taken_as_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
