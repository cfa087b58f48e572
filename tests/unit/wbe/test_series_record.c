// SPDX-License-Identifier: GPL-3.0-or-later
// Highest and lowest since.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/series_record.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

static void fill(wdm_trend_point *points, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        points[i] = (wdm_trend_point){
            .first = (wdm_day)(7 * i), .estimate = values[i], .log_sd = 0.05, .enough = true};
}

static void the_newest_is_the_highest_since_a_higher_one(void **state)
{
    wdm_trend_point points[4];
    wdm_series_record record;
    (void)state;
    fill(points, (const double[]){10.0, 4.0, 5.0, 6.0}, 4);
    record = wdm_series_record_find(points, 4, 2);
    assert_int_equal(record.kind, WDM_RECORD_HIGHEST);
    assert_int_equal(record.n, 2);
    assert_ptr_equal(record.since, &points[0]);
    assert_ptr_equal(record.former, &points[2]);
    near(record.p, 0.5 * erfc(-log(1.2) / (0.05 * sqrt(2.0)) / sqrt(2.0)), 1e-12); // 0.995
    assert_string_equal(wdm_series_record_word(&record), "told");
    assert_int_equal(wdm_series_record_find(points, 4, 3).kind, WDM_RECORD_NONE); // passes only two
}

static void a_lowest_that_cannot_be_told_from_the_former_says_so(void **state)
{
    wdm_trend_point points[4];
    wdm_series_record record;
    (void)state;
    fill(points, (const double[]){10.0, 9.0, 8.0, 7.9}, 4);
    record = wdm_series_record_find(points, 4, 2);
    assert_string_equal(wdm_series_record_kind_text(record.kind), "lowest");
    assert_null(record.since); // since the beginning
    assert_string_equal(wdm_series_record_word(&record), "cannot be told");
    points[2].log_sd = (double)NAN;
    record = wdm_series_record_find(points, 4, 2);
    assert_string_equal(wdm_series_record_word(&record), "cannot be told");
}

static void values_that_do_not_compare_are_passed_over(void **state)
{
    wdm_trend_point points[5];
    (void)state;
    fill(points, (const double[]){50.0, 60.0, 4.0, 5.0, 6.0}, 5);
    points[0].enough = false;      // provisional
    points[1].shift = (double)NAN; // another laboratory
    assert_null(wdm_series_record_find(points, 5, 2).since);
    points[4].enough = false;
    assert_int_equal(wdm_series_record_find(points, 5, 2).kind, WDM_RECORD_NONE);
    assert_string_equal(wdm_series_record_word(&(wdm_series_record){.kind = WDM_RECORD_NONE}), "");
    assert_int_equal(wdm_series_record_min_n(WDM_SCALE_WEEK), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_is_the_highest_since_a_higher_one),
        cmocka_unit_test(a_lowest_that_cannot_be_told_from_the_former_says_so),
        cmocka_unit_test(values_that_do_not_compare_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
