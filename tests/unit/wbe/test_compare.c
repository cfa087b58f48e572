// SPDX-License-Identifier: GPL-3.0-or-later
// Several values of one day: replicates, then laboratories, then samples; and whether two laboratories agree.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wbe/compare.h"
#include "wbe/week_core.h"

static const double NOT = (double)NAN;

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static wdm_comparison compare(double a, double u_a, double b, double u_b)
{
    const wdm_compare_value x = {a, u_a, 0.0};
    const wdm_compare_value y = {b, u_b, NOT};
    return wdm_compare(&x, &y);
}

// Reference: the zeta score of ISO 13528 on logarithms, computed by hand in double precision.
static void two_laboratories_agree_up_to_two_uncertainties(void **state)
{
    wdm_comparison c = compare(120.0, 0.1, 100.0, 0.1);
    (void)state;
    near(c.ratio, 1.2, 1e-15);
    near(c.difference_in_u, 1.2924217614402025, 1e-12);
    assert_int_equal(c.verdict, WDM_COMPARE_AGREE);
    c = compare(140.0, 0.1, 100.0, 0.1);
    near(c.difference_in_u, 2.3851487908320217, 1e-12);
    assert_int_equal(c.verdict, WDM_COMPARE_DIFFER);
    near(compare(100.0, 0.1, 140.0, 0.1).difference_in_u, c.difference_in_u, 1e-14); // either way round
    const wdm_compare_value x = {150.0, 0.1, 0.15};
    const wdm_compare_value y = {100.0, 0.0, 0.2};
    c = wdm_compare(&x, &y);
    near(c.difference_in_u, 1.517184994987164, 1e-12);
    assert_string_equal(wdm_compare_verdict_text(c.verdict), "agree");
}

static void nothing_is_told_without_two_levels_and_their_uncertainties(void **state)
{
    (void)state;
    assert_int_equal(compare(NOT, 0.1, 100.0, 0.1).verdict, WDM_COMPARE_CANNOT_BE_TOLD);
    assert_true(isnan(compare(NOT, 0.1, 100.0, 0.1).ratio));
    assert_int_equal(compare(0.0, 0.1, 100.0, 0.1).verdict, WDM_COMPARE_CANNOT_BE_TOLD);
    assert_int_equal(compare(100.0, NOT, 100.0, 0.1).verdict, WDM_COMPARE_CANNOT_BE_TOLD);
    assert_true(compare(100.0, NOT, 50.0, 0.1).ratio == 2.0);
    assert_int_equal(compare(100.0, 0.0, 100.0, 0.0).verdict, WDM_COMPARE_CANNOT_BE_TOLD);
}

static wdm_day_value value(double load, int64_t sample, int64_t analysis)
{
    return (wdm_day_value){.day = 20773,
                           .load_mg_d_1000 = load,
                           .sample_key = sample,
                           .analysis_key = analysis,
                           .u_sampling = 0.1,
                           .u_analysis = 0.1,
                           .batch_key = analysis,
                           .u_batch = 0.1};
}

// METHOD 7 by hand: replicates, then laboratories, then samples.
static void laboratories_are_averaged_before_samples(void **state)
{
    wdm_day_value days[] = {value(30.0, 2, 1), value(20.0, 1, 2), value(10.0, 1, 1)};
    (void)state;
    assert_int_equal(wdm_days_merge(days, 3), 1);
    near(days[0].load_mg_d_1000, 22.5, 1e-15); // all three alike would give 20
}

static void replicates_that_are_left_are_averaged_before_laboratories(void **state)
{
    wdm_day_value days[] = {value(10.0, 1, 1), value(20.0, 1, 1), value(40.0, 1, 2)};
    days[1].state = WDM_STATE_BELOW_LOQ; // a replicate below its limit
    days[1].lower = 4.0;
    (void)state;
    assert_int_equal(wdm_days_merge(days, 3), 1);
    assert_int_equal(days[0].state, WDM_STATE_BELOW_LOQ);
    near(days[0].load_mg_d_1000, 27.5, 1e-15); // (15 + 40) / 2
    near(days[0].lower, 23.5, 1e-15);          // (7 + 40) / 2
}

static void the_sampling_error_of_a_sample_does_not_average_out(void **state)
{
    wdm_day_value one[] = {value(10.0, 1, 1), value(10.0, 1, 2)};
    wdm_day_value two[] = {value(10.0, 1, 1), value(10.0, 2, 1)};
    (void)state;
    assert_int_equal(wdm_days_merge(one, 2), 1);
    near(one[0].u_sampling, 0.1, 1e-14);
    near(one[0].u_analysis, 0.1 / sqrt(2.0), 1e-14);
    near(one[0].u_batch, 0.1 / sqrt(2.0), 1e-14);
    assert_int_equal(wdm_days_merge(two, 2), 1);
    near(two[0].u_sampling, 0.1 / sqrt(2.0), 1e-14);
    near(two[0].u_batch, 0.1, 1e-14); // one batch
}

static void values_without_a_sample_key_are_samples_of_their_own(void **state)
{
    wdm_day_value days[] = {value(10.0, 0, 1), value(20.0, 0, 1), value(30.0, 0, 2)};
    (void)state;
    assert_int_equal(wdm_days_merge(days, 3), 1);
    near(days[0].load_mg_d_1000, 20.0, 1e-15);
    near(days[0].u_sampling, 0.1 * sqrt(14.0) / 6.0, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_laboratories_agree_up_to_two_uncertainties),
        cmocka_unit_test(nothing_is_told_without_two_levels_and_their_uncertainties),
        cmocka_unit_test(laboratories_are_averaged_before_samples),
        cmocka_unit_test(replicates_that_are_left_are_averaged_before_laboratories),
        cmocka_unit_test(the_sampling_error_of_a_sample_does_not_average_out),
        cmocka_unit_test(values_without_a_sample_key_are_samples_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
