// SPDX-License-Identifier: GPL-3.0-or-later
// What an operation did.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/campaign_effect.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

enum { N = 40, START = 7 * 20 - 3 }; // Monday of week 20

// Weeks 0, 1, ... : level before, then times `factor` from week 20 on, with a scatter of +-5 %.
static void fill(wdm_trend_point *points, double factor)
{
    static const double scatter[] = {1.0, 1.05, 0.95, 1.02, 0.97, 1.04, 0.96, 1.01};
    for (int i = 0; i < N; i++)
        points[i] = (wdm_trend_point){.first = 7 * i - 3,
                                      .last = 7 * i + 3,
                                      .estimate = 10.0 * scatter[i % 8] * (i >= 20 ? factor : 1.0),
                                      .log_sd = 0.02,
                                      .enough = true};
}

static void a_fall_during_an_operation_is_found(void **state)
{
    wdm_trend_point points[N];
    wdm_effect effect;
    wdm_effect_figure figure;
    (void)state;
    fill(points, 0.8);
    effect = wdm_effect_of_site(points, N, START, START + 55, WDM_EFFECT_DURING);
    assert_int_equal(effect.n_before, 8);
    assert_int_equal(effect.n, 8);
    near(effect.log, log(0.8), 1e-9); // the same eight factors on both sides
    near(effect.df, 14.0, 0.0);
    figure = wdm_effect_say(effect.log, effect.se, effect.df);
    near(figure.pct, -20.0, 1e-6);
    assert_true(figure.lo95 > -26.0 && figure.hi95 < -14.0);
    assert_string_equal(figure.word, "down");
    effect = wdm_effect_of_site(points, N, START, START + 55, WDM_EFFECT_AFTER); // weeks 28 to 35
    assert_int_equal(effect.n, 8);
    assert_int_equal(effect.first, START + 56);
}

static void three_weeks_on_a_side_are_insufficient(void **state)
{
    wdm_trend_point points[N];
    wdm_effect effect;
    (void)state;
    fill(points, 0.8);
    effect = wdm_effect_of_site(points, N, START, START + 20, WDM_EFFECT_DURING);
    assert_int_equal(effect.n, 3);
    assert_true(isnan(effect.log));
    assert_string_equal(wdm_effect_say(effect.log, effect.se, effect.df).word, "insufficient data");
    effect = wdm_effect_of_site(points, N, START, WDM_DAY_NONE, WDM_EFFECT_AFTER); // it goes on
    assert_int_equal(effect.n, 0);
    assert_int_equal(wdm_effect_of_site(points, N, START, WDM_DAY_NONE, WDM_EFFECT_DURING).n, 20);
}

static void weeks_own_errors_are_the_least_that_is_not_known(void **state)
{
    wdm_trend_point points[N];
    wdm_effect effect;
    (void)state;
    fill(points, 1.0);
    for (int i = 0; i < N; i++) {
        points[i].estimate = 10.0;
        points[i].log_sd = 0.1;
    }
    effect = wdm_effect_of_site(points, N, START, START + 55, WDM_EFFECT_DURING);
    near(effect.se, 0.1 * sqrt(2.0 / 8.0), 1e-12);
    assert_string_equal(wdm_effect_say(effect.log, effect.se, effect.df).word, "cannot be told");
}

static void what_happened_outside_too_is_taken_off(void **state)
{
    const wdm_effect sites[] = {{.log = -0.30, .se = 0.05, .df = 14.0},
                                {.log = -0.20, .se = 0.05, .df = 14.0}};
    const wdm_effect others[] = {{.log = -0.26, .se = 0.05, .df = 14.0},
                                 {.log = -0.24, .se = 0.05, .df = 14.0},
                                 {.log = (double)NAN, .se = (double)NAN, .df = (double)NAN}};
    const wdm_effect_mean inside = wdm_effect_average(sites, 2);
    const wdm_effect_mean outside = wdm_effect_average(others, 3);
    const wdm_effect_mean alone = wdm_effect_average(others, 1);
    (void)state;
    assert_int_equal(outside.n, 2);
    near(inside.log, -0.25, 1e-12);
    near(inside.se, 0.05, 1e-12);  // spread 0.0707 / sqrt(2)
    near(outside.se, 0.05, 1e-12); // their own errors, taken as shared, larger than their spread
    near(wdm_effect_net(&inside, &outside).pct, 0.0, 1e-9);
    assert_string_equal(wdm_effect_net(&inside, &outside).word, "cannot be told");
    assert_string_equal(wdm_effect_net(&inside, &alone).word, "too few sites outside");
    assert_int_equal(wdm_effect_average(NULL, 0).n, 0);
    assert_string_equal(wdm_effect_part_text(WDM_EFFECT_AFTER), "after");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fall_during_an_operation_is_found),
        cmocka_unit_test(three_weeks_on_a_side_are_insufficient),
        cmocka_unit_test(weeks_own_errors_are_the_least_that_is_not_known),
        cmocka_unit_test(what_happened_outside_too_is_taken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
