// SPDX-License-Identifier: GPL-3.0-or-later
// Smoothed levels and steps of a series.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/trend_level.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

enum { N = 40 };

static void fill(wdm_trend_point *points)
{
    uint32_t random = 3;
    for (int i = 0; i < N; i++) {
        random = random * 1103515245U + 12345U;
        points[i] = (wdm_trend_point){.first = 7 * i,
                                      .last = 7 * i + 6,
                                      .time = 7.0 * i + 3.0,
                                      .estimate = (i < 20 ? 10.0 : 20.0) *
                                                  exp(0.2 * ((double)(random >> 16 & 1023U) / 511.5 - 1.0)),
                                      .upper = (double)NAN,
                                      .log_sd = 0.1,
                                      .n_days = 7,
                                      .enough = true};
    }
}

static void the_level_follows_and_says_how_well_it_is_known(void **state)
{
    wdm_trend_point points[N];
    wdm_trend_level levels[N];
    bool found = false;
    (void)state;
    fill(points);
    points[30].enough = false; // has a level all the same
    points[30].estimate = 900.0;
    assert_int_equal(wdm_trend_smooth(points, N, levels, &found, NULL), WDM_OK);
    assert_true(found);
    near(levels[5].level, 10.0, 1.5);
    near(levels[35].level, 20.0, 3.0);
    near(levels[30].level, 20.0, 4.0);
    assert_true(levels[5].lo95 < levels[5].level && levels[5].hi95 > levels[5].level);
    assert_int_equal(wdm_trend_smooth(points, 7, levels, &found, NULL), WDM_OK);
    assert_false(found); // seven values
}

static void a_step_is_dated_and_measured(void **state)
{
    wdm_trend_point points[N];
    wdm_trend_step steps[N];
    size_t count = 0;
    (void)state;
    fill(points);
    points[3].enough = false;
    assert_int_equal(wdm_trend_find_steps(points, N, WDM_SCALE_WEEK, steps, &count, NULL), WDM_OK);
    assert_int_equal(count, 1);
    assert_int_equal(steps[0].at, 20);
    near(steps[0].log, log(2.0), 0.15);
    assert_true(steps[0].log_lo > 0.4 && steps[0].p < 0.01);
    assert_int_equal(wdm_trend_find_steps(points, 10, WDM_SCALE_WEEK, steps, &count, NULL), WDM_OK);
    assert_int_equal(count, 0); // too short for two levels
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_follows_and_says_how_well_it_is_known),
        cmocka_unit_test(a_step_is_dated_and_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
