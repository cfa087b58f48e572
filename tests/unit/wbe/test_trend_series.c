// SPDX-License-Identifier: GPL-3.0-or-later
// Slope, test and changes of one weekly series.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "base/date.h"
#include "wbe/trend_series.h"

enum { N = 60 };

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

static wdm_series_week value(int32_t week, double estimate, double log_sd)
{
    return (wdm_series_week){.week = week,
                             .estimate = estimate,
                             .limit = (double)NAN,
                             .median = estimate,
                             .lo95_random = estimate * exp(-1.959963984540054 * log_sd),
                             .hi95_random = estimate * exp(1.959963984540054 * log_sd),
                             .n_days = 7};
}

static wdm_trend fit(const wdm_series_week *weeks, size_t n, int32_t last)
{
    static wdm_trend_point points[N]; // what the trend points to
    const wdm_trend_opts opts = wdm_trend_opts_default(WDM_SCALE_WEEK);
    wdm_trend trend = {0};
    for (size_t i = 0; i < n; i++)
        points[i] = wdm_trend_point_of_week(&weeks[i], NULL, 0, opts.min_days);
    assert_int_equal(wdm_trend_series(points, n, wdm_week_monday(last), &opts, &trend, NULL), WDM_OK);
    return trend;
}

static void constant_growth_of_one_percent_a_week_is_68_percent_a_year(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_trend trend = {0};
    (void)state;
    for (int32_t i = 0; i < N; i++)
        weeks[i] = value(2900 + i, 20.0 * pow(1.01, i), 0.05);
    trend = fit(weeks, N, 2959);
    assert_int_equal(trend.n, 52); // the last 52 of the 60
    near(trend.slope_pct_per_year, 100.0 * (pow(1.01, 365.25 / 7.0) - 1.0), 1e-6);
    near(trend.slope_pct_per_year, 68.1, 0.05);
    assert_int_equal(trend.class_, WDM_TREND_UP);
    assert_true(trend.p_independent < 1e-10); // what is left of it is rounding, which may resemble itself
    near(trend.between_log_sd, 0.0, 1e-9);    // no scatter beyond the weeks' own uncertainty
}

static void gaps_are_bridged_by_dates_not_by_places(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    size_t n = 0;
    (void)state;
    for (int32_t i = 0; i < N; i++) {
        if (i % 3 == 1 || (i > 20 && i < 35))
            continue;
        weeks[n++] = value(2900 + i, 20.0 * pow(0.99, i), 0.05);
    }
    near(fit(weeks, n, 2959).slope_pct_per_year, 100.0 * (pow(0.99, 365.25 / 7.0) - 1.0), 1e-6);
    assert_int_equal(fit(weeks, n, 2959).class_, WDM_TREND_DOWN);
}

static void a_flat_series_is_stable_and_a_noisy_short_one_cannot_be_told(void **state)
{
    static const double noise[] = {1.0, 1.8, 0.6, 1.5, 0.7, 1.3};
    wdm_series_week weeks[N] = {{0}};
    (void)state;
    for (int32_t i = 0; i < 52; i++)
        weeks[i] = value(2900 + i, 20.0 * (i % 2 == 0 ? 1.02 : 0.98), 0.05);
    assert_int_equal(fit(weeks, 52, 2951).class_, WDM_TREND_STABLE);
    for (int32_t i = 0; i < 6; i++)
        weeks[i] = value(2900 + i, 20.0 * noise[i], 0.05);
    assert_int_equal(fit(weeks, 6, 2905).class_, WDM_TREND_UNTOLD);
}

static void four_values_are_insufficient_data(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_trend trend = {0};
    (void)state;
    for (int32_t i = 0; i < 5; i++)
        weeks[i] = value(2900 + i, 20.0 + i, 0.05);
    trend = fit(weeks, 4, 2904);
    assert_int_equal(trend.class_, WDM_TREND_INSUFFICIENT);
    assert_true(isnan(trend.slope_pct_per_year) && isnan(trend.p_value));
    trend = fit(weeks, 5, 2904);
    near(trend.p_value, 2.0 / 120.0, 1e-9); // 1 of 5! orders in each tail
    assert_int_equal(trend.class_, WDM_TREND_UP);
}

static void weeks_below_the_limit_enter_as_that(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_trend trend = {0};
    (void)state;
    for (int32_t i = 0; i < 20; i++) {
        weeks[i] = value(2900 + i, i < 5 ? (double)NAN : 10.0 + i, 0.05);
        weeks[i].limit = 0.4;
    }
    trend = fit(weeks, 20, 2919);
    assert_string_equal(trend.method, "akritas-theil-sen");
    assert_int_equal(trend.n, 15);
    assert_int_equal(trend.n_censored, 5);
    assert_int_equal(trend.class_, WDM_TREND_UP);
    for (int32_t i = 0; i < 17; i++)
        weeks[i].estimate = (double)NAN;
    trend = fit(weeks, 20, 2919);
    assert_int_equal(trend.class_, WDM_TREND_CENSORED); // 17 of 20 are more than four in five
    assert_true(isnan(trend.slope_pct_per_year));
    for (int32_t i = 0; i < 20; i++)
        weeks[i] = value(2900 + i, i < 5 ? (double)NAN : 10.0, 0.05);
    trend = fit(weeks, 20, 2919); // a limit that is not known: where such a week stands cannot be told
    assert_int_equal(trend.class_, WDM_TREND_CENSORED);
}

static void changes_have_random_intervals_and_words(void **state)
{
    wdm_series_week weeks[3] = {value(2900, 50.0, 0.05), value(2951, 100.0, 0.05), value(2952, 130.0, 0.05)};
    wdm_trend trend = fit(weeks, 3, 2952);
    (void)state;
    near(trend.previous.pct, 30.0, 1e-9);
    near(trend.previous.lo95, 13.176, 0.005); // 1.3 exp(-1.96 x 0.0707)
    near(trend.previous.hi95, 49.325, 0.005);
    assert_string_equal(trend.previous.word, "up");
    near(trend.year.pct, 160.0, 1e-9); // weeks 2900 and 2952 lie 52 weeks apart
    assert_string_equal(trend.year.word, "up");
}

static void a_change_that_cannot_be_made_says_why(void **state)
{
    wdm_series_week weeks[2] = {value(2951, 100.0, 0.05), value(2952, 130.0, 0.05)};
    wdm_trend trend = fit(weeks, 2, 2952);
    (void)state;
    assert_string_equal(trend.year.word, "no previous data");
    assert_true(isnan(trend.year.pct));
    assert_string_equal(fit(weeks, 2, 2953).previous.word, "no current data");
    weeks[0].estimate = (double)NAN;
    trend = fit(weeks, 2, 2952);
    assert_string_equal(trend.previous.word, "censored");
    assert_true(isnan(trend.previous.pct));
    weeks[0] = value(2951, 100.0, 0.05);
    weeks[1].flags = WDM_EST_PROVISIONAL;
    weeks[1].n_days = 2;
    assert_string_equal(fit(weeks, 2, 2952).previous.word, "provisional");
}

static void scatter_between_weeks_widens_the_change(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_trend trend = {0};
    (void)state;
    for (int32_t i = 0; i < 40; i++)
        weeks[i] = value(2900 + i, 20.0 * exp(0.2 * sin(2.4 * i)), 0.02);
    weeks[39] = value(2939, weeks[38].estimate * 1.3, 0.02);
    trend = fit(weeks, 40, 2939);
    assert_true(trend.between_log_sd > 0.1);
    near(trend.previous.pct, 30.0, 1e-9);
    assert_string_equal(trend.previous.word,
                        "cannot be told"); // the weeks' own uncertainty alone would say up
}

static void neighbours_that_resemble_each_other_make_the_test_more_careful(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_trend trend = {0};
    double level = 0.0;
    uint32_t random = 7;
    (void)state;
    for (int32_t i = 0; i < 52; i++) {
        random = random * 1103515245U + 12345U;
        level = 0.85 * level + 0.3 * ((double)(random >> 16 & 1023U) / 511.5 - 1.0); // wanders
        weeks[i] = value(2900 + i, 20.0 * exp(level), 0.02);
    }
    trend = fit(weeks, 52, 2951);
    assert_string_equal(trend.method, "theil-sen+hamed-rao");
    assert_true(trend.autocorrelation > 0.4 && trend.n_eff < 40.0);
    assert_true(trend.p_value > trend.p_independent);
}

static void two_years_of_weeks_have_a_seasonal_slope(void **state)
{
    wdm_trend_point points[156];
    const wdm_trend_opts opts = wdm_trend_opts_default(WDM_SCALE_WEEK);
    wdm_trend trend = {0};
    (void)state;
    for (int32_t i = 0; i < 156; i++) {
        const double years = 7.0 * i / 365.25;
        const wdm_series_week week =
            value(2800 + i, 20.0 * exp(0.1 * years + 0.5 * sin(6.283185 * years)), 0.05);
        points[i] = wdm_trend_point_of_week(&week, NULL, 0, 4);
    }
    assert_int_equal(wdm_trend_series(points, 156, points[155].first, &opts, &trend, NULL), WDM_OK);
    near(trend.seasonal_slope_pct_per_year, 100.0 * expm1(0.1), 0.5);
    assert_true(trend.seasonal_p < 0.05);
    assert_int_equal(wdm_trend_series(points, 100, points[99].first, &opts, &trend, NULL), WDM_OK);
    assert_true(isnan(trend.seasonal_p)); // not two years
}

static void what_two_laboratories_differ_by_widens_the_slope(void **state)
{
    wdm_trend_point points[40];
    const wdm_trend_opts opts = wdm_trend_opts_default(WDM_SCALE_WEEK);
    wdm_trend plain = {0};
    wdm_trend shifted = {0};
    (void)state;
    for (int32_t i = 0; i < 40; i++) {
        const wdm_series_week week = value(2900 + i, 20.0 * exp(0.01 * i + 0.05 * sin(2.4 * i)), 0.05);
        points[i] = wdm_trend_point_of_week(&week, NULL, 0, 4);
    }
    assert_int_equal(wdm_trend_series(points, 40, points[39].first, &opts, &plain, NULL), WDM_OK);
    assert_int_equal(plain.class_, WDM_TREND_UP);
    for (int32_t i = 0; i < 20; i++)
        points[i].shift_sd = 0.3;
    assert_int_equal(wdm_trend_series(points, 40, points[39].first, &opts, &shifted, NULL), WDM_OK);
    near(shifted.slope_pct_per_year, plain.slope_pct_per_year, 1e-9);
    assert_true(shifted.slope_lo95 < 0.0 && shifted.slope_hi95 > plain.slope_hi95);
    assert_int_equal(shifted.class_, WDM_TREND_UNTOLD);
    for (int32_t i = 0; i < 20; i++)
        points[i].shift = (double)NAN; // no overlap: another segment
    assert_int_equal(wdm_trend_series(points, 40, points[39].first, &opts, &shifted, NULL), WDM_OK);
    assert_int_equal(shifted.n, 20);
}

static int32_t week_of(int year, int week)
{
    return wdm_week_index(wdm_day_of_isoweek((wdm_isoweek){year, week}, 1));
}

static void a_year_before_is_the_same_iso_week(void **state)
{
    (void)state;
    assert_int_equal(wdm_trend_year_before(week_of(2026, 47)), week_of(2025, 47));
    assert_int_equal(wdm_trend_year_before(week_of(2027, 10)), week_of(2026, 10)); // 53 weeks earlier
    assert_int_equal(wdm_trend_year_before(week_of(2026, 53)), week_of(2025, 52));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_growth_of_one_percent_a_week_is_68_percent_a_year),
        cmocka_unit_test(gaps_are_bridged_by_dates_not_by_places),
        cmocka_unit_test(a_flat_series_is_stable_and_a_noisy_short_one_cannot_be_told),
        cmocka_unit_test(four_values_are_insufficient_data),
        cmocka_unit_test(weeks_below_the_limit_enter_as_that),
        cmocka_unit_test(changes_have_random_intervals_and_words),
        cmocka_unit_test(a_change_that_cannot_be_made_says_why),
        cmocka_unit_test(scatter_between_weeks_widens_the_change),
        cmocka_unit_test(neighbours_that_resemble_each_other_make_the_test_more_careful),
        cmocka_unit_test(two_years_of_weeks_have_a_seasonal_slope),
        cmocka_unit_test(what_two_laboratories_differ_by_widens_the_slope),
        cmocka_unit_test(a_year_before_is_the_same_iso_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
