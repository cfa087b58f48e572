// SPDX-License-Identifier: GPL-3.0-or-later
// Mann-Kendall corrected for autocorrelation, and by seasons, against published figures.
#include "base/mem.h"
#include "base/rng.h"
#include "num/mannkendall.h"
#include "num/seasonal_kendall.h"
#include "numtest.h"

static wdm_mk_autocorr_result corrected(const double *x, const double *y, size_t n,
                                        const wdm_mk_autocorr_opts *opts)
{
    wdm_mk_autocorr_result r = {0};
    wdm_err err = {0};
    if (wdm_mannkendall_autocorr(x, y, n, opts, &r, &err) != WDM_OK)
        fail_msg("%s", err.text);
    return r;
}

static wdm_seasonal_kendall_result seasonal(const wdm_seasonal_point *points, size_t n,
                                            const wdm_seasonal_kendall_opts *opts)
{
    wdm_seasonal_kendall_result r = {0};
    wdm_err err = {0};
    if (wdm_seasonal_kendall_test(points, n, opts, &r, &err) != WDM_OK)
        fail_msg("%s", err.text);
    return r;
}

// pyMannKendall 1.4.3, tests/Unit_Testing/test_pymannkendall.py (checked there against R modifiedmk, fume,
// rkt, trend): 360 months of rain, 353 with a value, numbered as they follow.
static size_t rain(double *t, double *y)
{
    double month[REFDATA_MAX] = {0};
    double value[REFDATA_MAX] = {0};
    const size_t all = refdata_series("trend/pymk_arbitrary_1d.csv", 0, 1, month, value);
    size_t n = 0;
    assert_int_equal(all, 360);
    for (size_t i = 0; i < all; i++) {
        if (isnan(value[i]))
            continue;
        t[n] = (double)n;
        y[n++] = value[i];
    }
    return n;
}

static void hamed_and_rao_as_published_by_pymannkendall(void **state)
{
    double t[REFDATA_MAX] = {0};
    double y[REFDATA_MAX] = {0};
    const size_t n = rain(t, y);
    wdm_mk_autocorr_opts opts = {.step = 1.0, .max_lag = 0, .alpha = 0.05, .never_smaller = false};
    wdm_mk_autocorr_result r = corrected(t, y, n, &opts);
    (void)state;
    assert_int_equal(n, 353);
    assert_int_equal(r.plain.s, -1959);
    assert_near(r.plain.variance, 4889800.333333333, 1e-6);
    assert_near(r.plain.z, -0.8854562842589916, 1e-14);
    assert_near(r.plain.p, 0.37591058740506833, 1e-14);
    assert_near(r.variance, 257403.38678462413, 1e-6);
    assert_near(r.z, -3.859273515045842, 1e-12);
    assert_near(r.p, 0.00011372459883540742, 1e-15);
    print_message("rain, all lags: variance %.9f, z %.15f, factor %.4f\n", r.variance, r.z, r.factor);
    opts.max_lag = 3;
    r = corrected(t, y, n, &opts);
    assert_near(r.variance, 14226812.425138814, 1e-6);
    assert_near(r.z, -0.5191093899188985, 1e-13);
    assert_near(r.p, 0.603684460662274, 1e-13);
    print_message("rain, 3 lags: variance %.9f, z %.15f, factor %.4f\n", r.variance, r.z, r.factor);
    opts.max_lag = 0;
    opts.never_smaller = true; // the months of a year alternate: not for us a reason to be surer
    r = corrected(t, y, n, &opts);
    assert_near(r.factor, 1.0, 0.0);
    assert_near(r.p, r.plain.p, 0.0);
}

// R: acf(rank(resid), na.action = na.pass) on the calendar of 360 months.
static void gaps_keep_their_place_in_the_calendar(void **state)
{
    double month[REFDATA_MAX] = {0};
    double value[REFDATA_MAX] = {0};
    double x[REFDATA_MAX] = {0};
    double y[REFDATA_MAX] = {0};
    const size_t all = refdata_series("trend/pymk_arbitrary_1d.csv", 0, 1, month, value);
    const wdm_mk_autocorr_opts opts = {.step = 1.0, .max_lag = 3, .alpha = 0.05, .never_smaller = false};
    wdm_mk_autocorr_result r = {0};
    size_t n = 0;
    (void)state;
    for (size_t i = 0; i < all; i++) {
        if (isnan(value[i]))
            continue;
        x[n] = month[i];
        y[n++] = value[i];
    }
    r = corrected(x, y, n, &opts);
    assert_near(r.rho1, 0.643168492534634, 1e-12);
    assert_near(r.factor, 2.90236484396894, 1e-11);
    assert_int_equal(r.n_lags, 2);
    for (size_t i = 0; i < n; i++) // dates in days, in any order
        x[i] = 30.0 * x[i] + 3.0;
    for (size_t i = 0; i + 1 < n; i += 2) {
        const double keep_x = x[i];
        const double keep_y = y[i];
        x[i] = x[i + 1];
        y[i] = y[i + 1];
        x[i + 1] = keep_x;
        y[i + 1] = keep_y;
    }
    {
        wdm_mk_autocorr_opts days = opts;
        days.step = 30.0;
        assert_near(corrected(x, y, n, &days).factor, r.factor, 1e-11);
    }
}

// False alarms at 5 % of an autoregressive series without trend, 104 weeks with a fifth of them missing.
static void false_alarms_of_an_autocorrelated_series_with_gaps(void **state)
{
    enum { WEEKS = 104, SERIES = 400 };
    const wdm_mk_autocorr_opts opts = WDM_MK_AUTOCORR_OPTS_DEFAULT;
    double x[WEEKS] = {0};
    double y[WEEKS] = {0};
    int plain = 0;
    int better = 0;
    wdm_rng rng = {{0}};
    (void)state;
    wdm_rng_init(&rng, 1, "autocorrelated");
    for (int s = 0; s < SERIES; s++) {
        double level = wdm_rng_normal(&rng) / 0.8;
        size_t n = 0;
        wdm_mk_autocorr_result r = {0};
        for (int w = 0; w < WEEKS; w++) {
            level = 0.6 * level + wdm_rng_normal(&rng);
            if (wdm_rng_uniform(&rng) < 0.2)
                continue;
            x[n] = (double)w;
            y[n++] = level;
        }
        r = corrected(x, y, n, &opts);
        plain += r.plain.p < 0.05;
        better += r.p < 0.05;
    }
    print_message("autocorrelation 0.6: false alarms %.1f %% plain, %.1f %% corrected\n",
                  100.0 * plain / SERIES, 100.0 * better / SERIES);
    assert_true(plain > SERIES / 5);
    assert_true(better < plain / 2);
}

// EPA Unified Guidance example 14-10, published by R EnvStats (kendallSeasonalTrendTest).
static size_t epa_months(wdm_seasonal_point *points)
{
    double year[REFDATA_MAX] = {0};
    double value[REFDATA_MAX] = {0};
    const size_t n = refdata_series("epa/EPA.09.Ex.14.8.csv", 1, 2, year, value);
    for (size_t i = 0; i < n; i++)
        points[i] = (wdm_seasonal_point){year[i], value[i], (int)(i % 12), (int)year[i]};
    return n;
}

static void epa_example_14_10(void **state)
{
    const wdm_seasonal_kendall_opts independent = {0.95, false};
    wdm_seasonal_point points[REFDATA_MAX] = {{0}};
    const size_t n = epa_months(points);
    wdm_seasonal_kendall_result r = seasonal(points, n, &independent);
    (void)state;
    assert_int_equal(n, 36);
    assert_int_equal(r.n_seasons, 12);
    assert_near(r.z, 5.1849514, 5e-8);
    assert_near(r.p, 2.160712e-07, 5e-14);
    assert_near(r.homogeneity, 0.1071882, 5e-8);
    assert_near(r.p_homogeneity, 1.0, 5e-7);
    assert_near(r.slope, 0.06, 1e-9);
    assert_near(r.slope_lo, 0.05786914, 5e-9);
    assert_near(r.slope_hi, 0.07213086, 5e-9);
    print_message("EPA 14-10: z %.7f p %.6e slope %.4f [%.8f, %.8f]\n", r.z, r.p, r.slope, r.slope_lo,
                  r.slope_hi);
}

// pyMannKendall as above: seasonal_test, seasonal_sens_slope with period 12; correlated_seasonal_test drops
// the years with a month missing.
static void months_of_rain_as_published_by_pymannkendall(void **state)
{
    double month[REFDATA_MAX] = {0};
    double value[REFDATA_MAX] = {0};
    bool whole[30] = {false};
    wdm_seasonal_point points[REFDATA_MAX] = {{0}};
    wdm_seasonal_point kept[REFDATA_MAX] = {{0}};
    const size_t all = refdata_series("trend/pymk_arbitrary_1d.csv", 0, 1, month, value);
    size_t n = 0;
    size_t n_kept = 0;
    wdm_seasonal_kendall_result r = {0};
    (void)state;
    memset(whole, 1, sizeof whole);
    for (size_t i = 0; i < all; i++) {
        if (isnan(value[i]))
            whole[i / 12] = false;
        else
            points[n++] =
                (wdm_seasonal_point){floor((double)i / 12.0), value[i], (int)(i % 12), (int)(i / 12)};
    }
    r = seasonal(points, n, NULL);
    assert_int_equal(r.s, -399);
    assert_near(r.variance, 34702.333333333336, 1e-8);
    assert_near(r.z, -2.136504114534638, 1e-13);
    assert_near(r.p, 0.03263834596177739, 1e-14);
    assert_near(r.slope, -0.08695652173913043, 1e-15);
    for (size_t i = n; i > 0; i--) { // any order
        if (whole[points[i - 1].year])
            kept[n_kept++] = points[i - 1];
    }
    r = seasonal(kept, n_kept, NULL);
    assert_int_equal(r.s, -333);
    assert_near(r.variance + r.covariance, 31427.666666666664, 1e-8);
    assert_near((double)r.s / sqrt(r.variance + r.covariance), -1.878400366918792, 1e-13);
    print_message("rain by months: S %lld, variance %.6f; whole years: with covariance %.6f\n",
                  (long long)-399, 34702.333333, r.variance + r.covariance);
}

static void two_seasons_by_hand(void **state)
{
    const wdm_seasonal_point points[] = {{1, 1, 1, 1}, {2, 2, 1, 2}, {3, 3, 1, 3}, {1, 5, 2, 1},
                                         {2, 7, 2, 2}, {3, 9, 2, 3}, {1, 4, 3, 1}};
    const wdm_seasonal_point doubled[] = {{1, 1, 1, 1}, {2, 2, 1, 2}, {3, 2, 1, 3}, {3, 4, 1, 3},
                                          {3, 3, 1, 3}, {1, 5, 2, 1}, {2, 7, 2, 2}, {3, 9, 2, 3}};
    wdm_seasonal_kendall_result r = seasonal(points, 7, NULL);
    (void)state;
    assert_int_equal(r.s, 6);
    assert_near(r.variance, 2.0 * 66.0 / 18.0, 1e-12);
    assert_near(r.covariance, 2.0 * (3.0 + 4.0 * 14.0 - 48.0) / 3.0,
                1e-12); // ranks 1, 2, 3 twice: as one series
    assert_near(r.slope, 1.5, 0.0);
    assert_int_equal(r.n, 6); // season 3 has one year only
    assert_int_equal(r.n_seasons, 2);
    r = seasonal(doubled, 8, NULL); // 2, 4, 3 of one year stand for 3
    assert_int_equal(r.s, 6);
    assert_near(r.slope, 1.5, 0.0);
    assert_int_equal(r.n, 6);
}

static void bad_input_is_refused(void **state)
{
    wdm_seasonal_point points[] = {{1, 1, 1, 1}, {2, 2, 1, 2}, {3, 3, 1, 3}, {4, 1, 1, 4}};
    const wdm_seasonal_kendall_opts wrong = {1.0, true};
    const double x[] = {1, 2, 3, 4};
    const double far[] = {1, 2, 3, 1e9};
    wdm_mk_autocorr_opts opts = WDM_MK_AUTOCORR_OPTS_DEFAULT;
    wdm_seasonal_kendall_result r = {0};
    wdm_mk_autocorr_result a = {0};
    wdm_err err = {0};
    (void)state;
    assert_int_equal(wdm_seasonal_kendall_test(points, 1, NULL, &r, &err), WDM_E_DATA);
    assert_int_equal(wdm_seasonal_kendall_test(points, 4, &wrong, &r, &err), WDM_E_DATA);
    for (uint64_t nth = 1; nth <= 8; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_seasonal_kendall_test(points, 4, NULL, &r, &err), WDM_E_NOMEM);
    }
    wdm_mem_fail_at(0, 0);
    points[1].y = (double)NAN;
    assert_int_equal(wdm_seasonal_kendall_test(points, 4, NULL, &r, &err), WDM_E_DATA);
    for (size_t i = 0; i < 4; i++)
        points[i] = (wdm_seasonal_point){1, 1, (int)i, 1};
    assert_int_equal(wdm_seasonal_kendall_test(points, 4, NULL, &r, &err), WDM_E_DATA);
    assert_int_equal(wdm_mannkendall_autocorr(x, x, 3, &opts, &a, &err), WDM_E_DATA);
    assert_int_equal(wdm_mannkendall_autocorr(far, x, 4, &opts, &a, &err), WDM_E_DATA);
    assert_int_equal(wdm_mannkendall_autocorr(x, x, 4, &opts, &a, &err), WDM_OK);
    assert_near(a.factor, 1.0, 0.0); // nothing is left beside the line
    opts.step = 0.0;
    assert_int_equal(wdm_mannkendall_autocorr(x, x, 4, &opts, &a, &err), WDM_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hamed_and_rao_as_published_by_pymannkendall),
        cmocka_unit_test(gaps_keep_their_place_in_the_calendar),
        cmocka_unit_test(false_alarms_of_an_autocorrelated_series_with_gaps),
        cmocka_unit_test(epa_example_14_10),
        cmocka_unit_test(months_of_rain_as_published_by_pymannkendall),
        cmocka_unit_test(two_seasons_by_hand),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
