// SPDX-License-Identifier: GPL-3.0-or-later
// Points of any calendar, and the changes against the period and the year before.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/trend_change.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

static wdm_day day(int year, int month, int d)
{
    return wdm_day_of_civil((wdm_civil){year, month, d});
}

static wdm_trend_point week_point(int year, int week, double estimate)
{
    const wdm_day monday = wdm_day_of_isoweek((wdm_isoweek){year, week}, 1);
    return (wdm_trend_point){.first = monday,
                             .last = monday + 6,
                             .time = monday + 3.0,
                             .estimate = estimate,
                             .log_sd = 0.05,
                             .n_days = 7,
                             .enough = true};
}

static wdm_trend_point month_point(int year, int month, double estimate)
{
    const wdm_period span = wdm_period_of_day(WDM_SCALE_MONTH, day(year, month, 1));
    return (wdm_trend_point){.first = span.first,
                             .last = span.last,
                             .time = span.first + 7.0, // five days at its beginning
                             .estimate = estimate,
                             .log_sd = 0.05,
                             .n_days = 5,
                             .enough = true};
}

static void a_value_stands_at_the_middle_of_its_sampled_days(void **state)
{
    const wdm_day days[] = {day(2024, 3, 10), day(2024, 3, 11), day(2024, 3, 13), day(2024, 7, 1)};
    (void)state;
    near(wdm_trend_middle(days, 4, day(2024, 3, 1), day(2024, 3, 31)), day(2024, 3, 10) + 4.0 / 3.0, 1e-9);
    near(wdm_trend_middle(days, 4, day(2024, 1, 1), day(2024, 1, 31)), day(2024, 1, 16), 1e-9); // none
    near(wdm_trend_log_sd(82.2, 121.7), 0.1001, 1e-4);
    assert_true(isnan(wdm_trend_log_sd(0.0, 121.7)));
}

static void few_days_are_few_beside_what_the_series_has(void **state)
{
    wdm_trend_point points[4] = {month_point(2024, 1, 1.0), month_point(2024, 2, 1.0),
                                 month_point(2024, 3, 1.0), month_point(2024, 4, 1.0)};
    (void)state;
    for (int i = 0; i < 4; i++)
        points[i].n_days = 2;
    points[3].n_days = 1;
    assert_int_equal(wdm_trend_mark_enough(points, 4, 4, NULL), WDM_OK);
    assert_true(points[0].enough && points[3].enough); // half of two
    points[0].n_days = points[1].n_days = points[2].n_days = 20;
    assert_int_equal(wdm_trend_mark_enough(points, 4, 4, NULL), WDM_OK);
    assert_true(points[0].enough && !points[3].enough);
}

static void a_regions_values_of_other_sites_do_not_compare(void **state)
{
    wdm_trend_point points[4] = {month_point(2026, 1, 1.0), month_point(2026, 2, 1.0),
                                 month_point(2026, 3, 1.0), month_point(2026, 4, 1.0)};
    (void)state;
    points[0].population = 85000.0;
    points[1].population = 95000.0;
    points[2].population = (double)NAN;
    points[3].population = 100000.0;
    assert_int_equal(wdm_trend_mark_coverage(points, 4), 1);
    assert_false(wdm_trend_point_compares(&points[0]));
    assert_true(wdm_trend_point_compares(&points[1]) && wdm_trend_point_compares(&points[2]));
    assert_int_equal(wdm_trend_mark_coverage(points, 0), 0);
}

static void the_period_before_follows_the_calendar_of_the_series(void **state)
{
    wdm_trend_point weeks[6];
    wdm_trend_point months[4] = {month_point(2026, 1, 1.0), month_point(2026, 3, 1.0),
                                 month_point(2026, 5, 1.0), month_point(2026, 7, 1.0)};
    wdm_trend_point years[4] = {week_point(2021, 10, 1.0), week_point(2022, 11, 1.0),
                                week_point(2023, 11, 1.0), week_point(2024, 12, 1.0)};
    (void)state;
    for (int i = 0; i < 6; i++)
        weeks[i] = week_point(2026, 30 + i, 1.0);
    assert_ptr_equal(wdm_trend_find_previous(weeks, 5, WDM_SCALE_WEEK), &weeks[4]);
    weeks[5] = week_point(2026, 36, 1.0); // one week was missed
    assert_null(wdm_trend_find_previous(weeks, 5, WDM_SCALE_WEEK));
    assert_ptr_equal(wdm_trend_find_previous(months, 3, WDM_SCALE_MONTH), &months[2]); // every second month
    assert_ptr_equal(wdm_trend_find_previous(years, 3, WDM_SCALE_WEEK), &years[2]);    // one week a year
    assert_null(wdm_trend_find_previous(months, 1, WDM_SCALE_MONTH)); // no rhythm is known yet
    assert_null(wdm_trend_find_previous(months, 0, WDM_SCALE_MONTH));
    assert_ptr_equal(wdm_trend_find_previous(months, 1, WDM_SCALE_CAMPAIGN), &months[0]);
}

static void last_years_campaign_week_is_found_beside_the_same_iso_week(void **state)
{
    const wdm_trend_point points[] = {week_point(2023, 14, 1.0), week_point(2024, 10, 1.0),
                                      week_point(2025, 12, 1.0), week_point(2026, 10, 1.0),
                                      week_point(2026, 11, 1.0)};
    (void)state;
    assert_ptr_equal(wdm_trend_find_year_before(points, 2, WDM_SCALE_WEEK), &points[1]); // 10 for 12
    assert_null(wdm_trend_find_year_before(points, 1, WDM_SCALE_WEEK)); // 14 for 10 is four weeks off
    assert_ptr_equal(wdm_trend_find_year_before(points, 4, WDM_SCALE_WEEK), &points[2]);
    assert_ptr_equal(wdm_trend_find_year_before(points, 3, WDM_SCALE_WEEK), &points[2]);
}

static void the_same_month_goes_before_a_nearer_one(void **state)
{
    const wdm_trend_point points[] = {month_point(2025, 5, 1.0), month_point(2025, 6, 1.0),
                                      month_point(2026, 5, 1.0), month_point(2026, 7, 1.0)};
    (void)state;
    assert_ptr_equal(wdm_trend_find_year_before(points, 2, WDM_SCALE_MONTH), &points[0]);
    assert_ptr_equal(wdm_trend_find_year_before(points, 3, WDM_SCALE_MONTH),
                     &points[1]);                                          // July: June is near
    assert_null(wdm_trend_find_year_before(points, 3, WDM_SCALE_QUARTER)); // no tolerance
}

static void another_laboratory_without_overlap_is_not_compared(void **state)
{
    wdm_trend_point now = week_point(2026, 11, 120.0);
    wdm_trend_point then = week_point(2026, 10, 100.0);
    wdm_trend_change change = {0};
    (void)state;
    then.shift = (double)NAN;
    assert_int_equal(wdm_trend_compare(&now, &then, 0.0, &change, NULL), WDM_OK);
    assert_string_equal(change.word, "not comparable");
    assert_true(isnan(change.pct));
    then.shift = log(1.2); // the newest laboratory would have found 120
    then.shift_sd = 0.1;
    assert_int_equal(wdm_trend_compare(&now, &then, 0.0, &change, NULL), WDM_OK);
    near(change.pct, 0.0, 1e-9);
    near(change.hi95, 100.0 * expm1(1.959963984540054 * sqrt(0.0025 + 0.0025 + 0.01)), 1e-6);
    assert_string_equal(change.word, "cannot be told");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_stands_at_the_middle_of_its_sampled_days),
        cmocka_unit_test(few_days_are_few_beside_what_the_series_has),
        cmocka_unit_test(a_regions_values_of_other_sites_do_not_compare),
        cmocka_unit_test(the_period_before_follows_the_calendar_of_the_series),
        cmocka_unit_test(last_years_campaign_week_is_found_beside_the_same_iso_week),
        cmocka_unit_test(the_same_month_goes_before_a_nearer_one),
        cmocka_unit_test(another_laboratory_without_overlap_is_not_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
