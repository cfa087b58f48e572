// SPDX-License-Identifier: GPL-3.0-or-later
// Rules of the families level, first and disposal.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/alert_rule.h"
#include "wbe/disposal.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

static wdm_series_week measured(int32_t week, double median, double lo95, double hi95)
{
    return (wdm_series_week){.week = week,
                             .estimate = median,
                             .limit = (double)NAN,
                             .bound_high = median,
                             .median = median,
                             .lo95 = lo95,
                             .hi95 = hi95,
                             .lo95_random = lo95,
                             .hi95_random = hi95,
                             .n_days = 7};
}

static wdm_series_week censored(int32_t week, double limit)
{
    wdm_series_week out = measured(week, (double)NAN, (double)NAN, (double)NAN);
    out.limit = limit;
    out.bound_high = limit;
    out.n_censored = 7;
    return out;
}

static wdm_level_opts limits(double notice, double warning)
{
    return (wdm_level_opts){.limit = {(double)NAN, (double)NAN, notice, warning, (double)NAN},
                            .p = 0.95,
                            .close_weeks = 2,
                            .min_days = 4};
}

static wdm_rule_week level(const wdm_series_week *weeks, size_t n, int32_t last, wdm_level_opts opts)
{
    wdm_rule_week out = {0};
    assert_int_equal(wdm_rule_level(weeks, n, last, &opts, &out, NULL), WDM_OK);
    return out;
}

static void level_takes_the_worst_limit_that_is_surely_exceeded(void **state)
{
    const wdm_series_week week = measured(10, 79.1, 61.0, 102.0);
    // log(79.1 / 61) / 1.959964 = 0.132586; log(79.1 / 50) / 0.132586 = 3.45937; Q(-3.45937) = 0.999729
    wdm_rule_week out = level(&week, 1, 10, limits(50.0, 75.0));
    (void)state;
    assert_true(out.judged);
    assert_int_equal(out.level, WDM_LEVEL_NOTICE); // P(A > 75) is only 0.66
    near(out.threshold, 50.0, 0.0);
    near(out.probability, 0.999729, 1e-6);
    out = level(&week, 1, 10, limits(79.1, (double)NAN));
    assert_int_equal(out.level, WDM_LEVEL_NONE);
    near(out.probability, 0.5, 1e-12);
}

static void a_censored_week_is_judged_only_where_its_limit_decides(void **state)
{
    const wdm_series_week week = censored(10, 1.12);
    wdm_rule_week out = level(&week, 1, 10, limits(2.0, 5.0));
    (void)state;
    assert_true(out.judged);
    assert_int_equal(out.level, WDM_LEVEL_NONE);
    near(out.probability, 0.0, 0.0);
    out = level(&week, 1, 10, limits(1.0, 5.0));
    assert_false(out.judged); // may lie above 1.0
    assert_true(isnan(out.probability));
}

static void a_missing_or_short_week_is_not_judged(void **state)
{
    wdm_series_week weeks[2] = {measured(10, 80.0, 70.0, 90.0), measured(12, 80.0, 70.0, 90.0)};
    (void)state;
    assert_false(level(weeks, 2, 11, limits(50.0, 60.0)).judged);
    weeks[1].flags = WDM_EST_PROVISIONAL;
    weeks[1].n_days = 3;
    assert_false(level(weeks, 2, 12, limits(50.0, 60.0)).judged);
    weeks[1].n_days = 4;
    assert_true(level(weeks, 2, 12, limits(50.0, 60.0)).judged);
}

static void an_episode_outlives_one_calm_week_but_not_two(void **state)
{
    const wdm_series_week weeks[] = {measured(10, 80.0, 70.0, 90.0), measured(11, 20.0, 18.0, 22.0),
                                     measured(12, 80.0, 70.0, 90.0), measured(13, 20.0, 18.0, 22.0),
                                     measured(14, 20.0, 18.0, 22.0), measured(15, 80.0, 70.0, 90.0)};
    const wdm_level_opts opts = limits(50.0, 200.0);
    (void)state;
    assert_int_equal(level(weeks, 6, 10, opts).episode_weeks, 1);
    assert_int_equal(level(weeks, 6, 11, opts).below_weeks, 1);
    assert_int_equal(level(weeks, 6, 12, opts).episode_weeks, 3);
    assert_int_equal(level(weeks, 6, 12, opts).below_weeks, 0);
    assert_int_equal(level(weeks, 6, 14, opts).below_weeks, 2);
    assert_int_equal(level(weeks, 6, 14, opts).episode_weeks, 0);
    assert_int_equal(level(weeks, 6, 15, opts).episode_weeks, 1);
}

static void direction_below_looks_for_low_values(void **state)
{
    const wdm_series_week week = measured(10, 20.0, 18.0, 22.0);
    wdm_level_opts opts = limits(30.0, 10.0);
    wdm_rule_week out = {0};
    (void)state;
    opts.below = true;
    out = level(&week, 1, 10, opts);
    assert_int_equal(out.level, WDM_LEVEL_NOTICE);
    assert_true(out.probability > 0.9999);
    opts.p = 1.5;
    assert_int_equal(wdm_rule_level(&week, 1, 10, &opts, &out, NULL), WDM_E_DATA);
}

static void first_needs_enough_sampled_weeks_without(void **state)
{
    const wdm_series_week weeks[] = {censored(1, 0.4), censored(2, 0.4), censored(4, 0.4),
                                     measured(5, 1.5, 1.0, 2.0), measured(6, 1.5, 1.0, 2.0)};
    int clean = 0;
    (void)state;
    assert_true(wdm_rule_first(weeks, 5, 5, 3, &clean));
    assert_int_equal(clean, 3); // week 3 was not sampled and proves nothing
    assert_false(wdm_rule_first(weeks, 5, 5, 4, &clean));
    assert_false(wdm_rule_first(weeks, 5, 6, 3, &clean)); // no longer the first
    assert_false(wdm_rule_first(weeks, 5, 4, 1, &clean)); // censored is no detection
    assert_false(wdm_rule_first(weeks, 5, 7, 1, &clean)); // missing is none either
}

static void disposal_compares_a_day_with_its_neighbours(void **state)
{
    const wdm_day days[] = {100, 101, 102, 103, 104, 120};
    const double values[] = {10.0, 11.0, 9.0, 80.0, 10.0, 500.0};
    double none[] = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    double half[] = {10.0, (double)NAN, 9.0, 80.0, 10.0, 500.0};
    (void)state;
    near(wdm_spike_ratio(days, values, none, 6, 3, 7, 4), 8.0, 1e-12);   // 80 / median(9, 10, 10, 11)
    assert_true(isnan(wdm_spike_ratio(days, values, none, 6, 5, 7, 4))); // nothing near
    assert_true(isnan(wdm_spike_ratio(days, half, none, 6, 3, 7, 4)));   // 3 neighbours are too few
    none[1] = 2.0;
    near(wdm_spike_ratio(days, half, none, 6, 3, 7, 4), 80.0 / 9.5, 1e-12); // a censored one at its limit
}

static double ratio_p(wdm_rule_ratio ratio, double line, bool below)
{
    wdm_err err = {WDM_OK, ""};
    double p = 0.0;
    if (wdm_rule_ratio_probability(&ratio, line, below, &p, &err) != WDM_OK)
        fail_msg("%s", err.text);
    return p;
}

static void a_ratio_is_beyond_a_line_by_its_interval_or_its_limit(void **state)
{
    const double nan = (double)NAN;
    const wdm_rule_ratio number = {0.9, 0.7, 1.2, nan, 0.9, 0.9, 0};
    const wdm_rule_ratio over = {nan, nan, nan, 2.0, nan, nan, '>'};
    const wdm_rule_ratio under = {nan, nan, nan, 0.1, nan, nan, '<'};
    const wdm_rule_ratio bounds = {nan, nan, nan, nan, 0.5, 0.8, 0};
    const wdm_rule_ratio nothing = {nan, nan, nan, nan, nan, nan, 0};
    const wdm_rule_ratio wrong = {0.9, 1.0, 1.2, nan, 0.9, 0.9, 0};
    wdm_err err = {WDM_OK, ""};
    double p = 0.0;
    (void)state;
    near(ratio_p(number, 0.75, false), 0.5 * erfc(-log(0.9 / 0.75) / (log(0.9 / 0.7) / 1.959964) / sqrt(2.0)),
         1e-6);
    near(ratio_p(number, 0.75, true), 1.0 - ratio_p(number, 0.75, false), 1e-12);
    near(ratio_p(over, 1.0, false), 1.0, 0.0);
    near(ratio_p(over, 1.0, true), 0.0, 0.0);
    assert_true(isnan(ratio_p(over, 3.0, false)));
    near(ratio_p(under, 0.5, false), 0.0, 0.0);
    near(ratio_p(under, 0.5, true), 1.0, 0.0);
    assert_true(isnan(ratio_p(under, 0.05, false)));
    near(ratio_p(bounds, 0.4, false), 1.0, 0.0);
    near(ratio_p(bounds, 0.8, false), 0.0, 0.0);
    assert_true(isnan(ratio_p(bounds, 0.6, false)));
    assert_true(isnan(ratio_p(nothing, 0.6, false)));
    assert_int_equal(wdm_rule_ratio_probability(&wrong, 0.75, false, &p, &err), WDM_E_DATA);
}

static void families_and_levels_have_their_exported_names(void **state)
{
    (void)state;
    assert_string_equal(wdm_alert_family_text(WDM_FAMILY_K_OF_N), "k_of_n");
    assert_int_equal(wdm_alert_family_parse("disposal"), WDM_FAMILY_DISPOSAL);
    assert_int_equal(wdm_alert_family_parse("other"), WDM_FAMILY_N);
    assert_int_equal(wdm_alert_level_parse("critical"), WDM_LEVEL_CRITICAL);
    assert_int_equal(wdm_alert_level_parse("red"), WDM_LEVEL_N);
    assert_string_equal(wdm_alert_level_text(WDM_LEVEL_INFO), "info");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(level_takes_the_worst_limit_that_is_surely_exceeded),
        cmocka_unit_test(a_censored_week_is_judged_only_where_its_limit_decides),
        cmocka_unit_test(a_missing_or_short_week_is_not_judged),
        cmocka_unit_test(an_episode_outlives_one_calm_week_but_not_two),
        cmocka_unit_test(direction_below_looks_for_low_values),
        cmocka_unit_test(first_needs_enough_sampled_weeks_without),
        cmocka_unit_test(disposal_compares_a_day_with_its_neighbours),
        cmocka_unit_test(a_ratio_is_beyond_a_line_by_its_interval_or_its_limit),
        cmocka_unit_test(families_and_levels_have_their_exported_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
