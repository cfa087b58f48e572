// SPDX-License-Identifier: GPL-3.0-or-later
// Mann-Kendall and Theil-Sen on the same reference series.
#include "base/mem.h"
#include "num/mannkendall.h"
#include "num/theilsen.h"
#include "numtest.h"

static wdm_mannkendall_result mk(const double *x, const double *y, size_t n)
{
    wdm_mannkendall_result r = {0};
    assert_int_equal(wdm_mannkendall_test(x, y, n, &r, NULL), WDM_OK);
    return r;
}

static wdm_theilsen_result sen(const double *x, const double *y, size_t n, wdm_sen_rank rank)
{
    const wdm_theilsen_opts opts = {.confidence = 0.95, .rank = rank};
    wdm_theilsen_result r = {0};
    assert_int_equal(wdm_theilsen_fit(x, y, n, &opts, &r, NULL), WDM_OK);
    return r;
}

// R trend: mk.test and sens.slope of datasets::Nile.
static void nile(void **state)
{
    double x[200] = {0};
    double y[200] = {0};
    const size_t n = refdata_series("trend/Nile.csv", 0, 1, x, y);
    const wdm_mannkendall_result r = mk(x, y, n);
    const wdm_theilsen_result rounded = sen(x, y, n, WDM_SEN_RANK_ROUNDED);
    const wdm_theilsen_result between = sen(x, y, n, WDM_SEN_RANK_INTERPOLATED);
    (void)state;
    assert_int_equal(n, 100);
    assert_int_equal(r.s, -1387);
    assert_near(r.variance, 112728.0 + 1.0 / 3.0, 1e-6);
    assert_near(r.z, -4.12806652, 5e-9);
    assert_near(r.p, 3.6583e-05, 5e-10);
    assert_true(r.has_ties && !r.is_exact);
    assert_near(rounded.slope, -2.6, 1e-12);
    assert_near(rounded.slope_lo, -3.627907, 5e-7);
    assert_near(rounded.slope_hi, -1.428571, 5e-7);
    assert_near(between.slope_lo, -3.6279264778, 1e-9); // ranks 2145.97 and 2805.03
    assert_near(between.slope_hi, -1.4284443759, 1e-9);
    print_message("Nile z %.8f p %.4e, Sen %.1f [%.6f, %.6f]\n", r.z, r.p, rounded.slope, rounded.slope_lo,
                  rounded.slope_hi);
}

// EPA Unified Guidance example 17-6; published by R EnvStats (kendallTrendTest), which takes YY.M as a
// number. By true decimal year: R rkt.
static void epa_sulfate(void **state)
{
    double code[200] = {0};
    double year[200] = {0};
    double month[200] = {0};
    double y[200] = {0};
    const size_t n = refdata_series("epa/EPA.09.Ex.17.6.sulfate.csv", 3, 5, code, y);
    wdm_mannkendall_result r = {0};
    wdm_theilsen_result s = {0};
    (void)state;
    assert_int_equal(refdata_series("epa/EPA.09.Ex.17.6.sulfate.csv", 1, 2, year, month), n);
    assert_int_equal(n, 23);
    r = mk(code, y, n);
    assert_near(r.z, 5.107322, 5e-7);
    assert_near(r.p, 3.267574e-07, 5e-13);
    s = sen(code, y, n, WDM_SEN_RANK_INTERPOLATED);
    assert_near(s.slope, 26.6666667, 5e-8);
    assert_near(s.slope_lo, 20.0, 1e-9);
    assert_near(s.slope_hi, 35.71182, 5e-6);
    for (size_t i = 0; i < n; i++)
        year[i] = 1900.0 + year[i] + (month[i] - 1.0) / 12.0;
    s = sen(year, y, n, WDM_SEN_RANK_INTERPOLATED);
    assert_near(s.slope, 26.4935065, 5e-8);
    print_message("sulfate z %.6f p %.6e, Sen by year %.7f [%.4f, %.4f]\n", r.z, r.p, s.slope, s.slope_lo,
                  s.slope_hi);
}

static void small_samples_use_the_exact_distribution(void **state)
{
    // R: cor.test(method = "kendall", exact = TRUE)
    const double a[] = {1, 2, 3, 5};
    const double b[] = {5, 3, 6, 8, 7, 9, 10};
    const double c[] = {1, 3, 2};
    const double d[] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    const double tied[] = {1, 1, 2, 3, 4};
    (void)state;
    assert_int_equal(mk(NULL, a, 4).s, 6);
    assert_near(mk(NULL, a, 4).variance, 26.0 / 3.0, 1e-12);
    assert_near(mk(NULL, a, 4).z, 5.0 / sqrt(26.0 / 3.0), 1e-12);
    assert_near(mk(NULL, a, 4).p, 2.0 / 24.0, 1e-15);
    assert_near(mk(NULL, b, 7).p, 0.01071428571, 1e-10);
    assert_near(mk(NULL, c, 3).p, 1.0, 0.0);
    assert_near(mk(NULL, d, 10).p, 2.0 / 3628800.0, 1e-18);
    assert_true(mk(NULL, d, 10).is_exact);
    assert_false(mk(NULL, tied, 5).is_exact);
    assert_near(mk(NULL, tied, 5).p, mk(NULL, tied, 5).p_normal, 0.0);
}

static void order_of_points_does_not_matter_when_dates_are_given(void **state)
{
    const double x[] = {3, 1, 2, 5, 4};
    const double y[] = {30, 10, 20, 50, 40};
    const double tied_x[] = {1, 1, 2, 2, 3};
    (void)state;
    assert_int_equal(mk(x, y, 5).s, 10);
    assert_near(sen(x, y, 5, WDM_SEN_RANK_INTERPOLATED).slope, 10.0, 1e-12);
    assert_int_equal(sen(tied_x, y, 5, WDM_SEN_RANK_INTERPOLATED).n_slopes, 8);
    assert_int_equal(mk(tied_x, y, 5).s, 4); // of the 8 pairs 6 rise and 2 fall
    assert_near(mk(tied_x, y, 5).variance, (300.0 - 36.0) / 18.0, 1e-12);
}

static void constant_series_has_no_trend_and_no_division_by_zero(void **state)
{
    const double y[] = {4, 4, 4, 4, 4};
    const double x[] = {1, 2, 3, 4, 5};
    const double same_day[] = {2, 2, 2, 2, 2};
    const wdm_mannkendall_result r = mk(NULL, y, 5);
    wdm_theilsen_result s = sen(x, y, 5, WDM_SEN_RANK_ROUNDED);
    (void)state;
    assert_int_equal(r.s, 0);
    assert_near(r.variance, 0.0, 0.0);
    assert_near(r.z, 0.0, 0.0);
    assert_near(r.p, 1.0, 0.0);
    assert_near(s.slope, 0.0, 0.0);
    assert_near(s.intercept, 4.0, 0.0);
    assert_int_equal(wdm_theilsen_fit(same_day, x, 5, NULL, &s, NULL), WDM_E_DATA);
    assert_true(isnan(s.slope));
}

static void line_and_missing_interval_of_few_points(void **state)
{
    const double x[] = {0, 1, 2, 4};
    const double y[] = {1, 3, 5, 9};
    wdm_theilsen_result s = sen(x, y, 4, WDM_SEN_RANK_INTERPOLATED);
    (void)state;
    assert_near(s.slope, 2.0, 0.0);
    assert_near(s.intercept, 1.0, 0.0);
    assert_false(s.has_interval); // 6 slopes cannot bound anything with 95 % confidence
    assert_true(isnan(s.slope_lo) && isnan(s.slope_hi));
    assert_int_equal(sen(x, y, 4, WDM_SEN_RANK_ROUNDED).has_interval, false);
}

static void bad_input_is_refused(void **state)
{
    const double x[] = {0, 1, 2};
    const double y[] = {1, (double)NAN, 5};
    const double far[] = {-1e308, 1e308, 0};
    const wdm_theilsen_opts opts = {.confidence = 1.0, .rank = WDM_SEN_RANK_ROUNDED};
    wdm_mannkendall_result r = {0};
    wdm_theilsen_result s = {0};
    wdm_err err = {0};
    (void)state;
    assert_int_equal(wdm_mannkendall_test(NULL, y, 3, &r, &err), WDM_E_DATA);
    assert_true(isnan(r.p));
    assert_int_equal(wdm_mannkendall_test(NULL, x, 2, &r, &err), WDM_E_DATA);
    assert_int_equal(wdm_theilsen_fit(x, y, 3, NULL, &s, &err), WDM_E_DATA);
    assert_int_equal(wdm_theilsen_fit(x, x, 2, NULL, &s, &err), WDM_E_DATA);
    assert_int_equal(wdm_theilsen_fit(x, x, 3, &opts, &s, &err), WDM_E_DATA);
    assert_int_equal(wdm_theilsen_fit(x, far, 3, NULL, &s, &err), WDM_E_DATA);
    assert_int_equal(wdm_theilsen_fit(x, x, WDM_SEN_MAX_N + 1, NULL, &s, &err), WDM_E_DATA);
    for (uint64_t nth = 1; nth <= 5; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_theilsen_fit(x, x, 3, NULL, &s, &err), WDM_E_NOMEM);
        assert_true(isnan(s.slope));
    }
    wdm_mem_fail_at(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nile),
        cmocka_unit_test(epa_sulfate),
        cmocka_unit_test(small_samples_use_the_exact_distribution),
        cmocka_unit_test(order_of_points_does_not_matter_when_dates_are_given),
        cmocka_unit_test(constant_series_has_no_trend_and_no_division_by_zero),
        cmocka_unit_test(line_and_missing_interval_of_few_points),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
