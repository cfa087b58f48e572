// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"
#include "base/rng.h"
#include "num/baseline.h"
#include "num/robust.h"
#include "numtest.h"

enum { WEEKS = 26 };

static void constant_points(wdm_baseline_point *points, size_t n, double value, double log_sd)
{
    for (size_t i = 0; i < n; i++)
        points[i] = (wdm_baseline_point){log(value), log_sd, 0};
}

static wdm_baseline fitted(const wdm_baseline_point *points, size_t n)
{
    wdm_baseline b = {0};
    assert_int_equal(wdm_baseline_fit(points, n, NULL, &b, NULL), WDM_OK);
    return b;
}

static wdm_baseline_score judged(const wdm_baseline *b, double value, double log_sd)
{
    wdm_baseline_score s = {0};
    wdm_baseline_judge(b, log(value), log_sd, &s);
    return s;
}

// METHOD 9: with EARS a flat baseline alarms on 10 -> 11. Here the points' own uncertainty stays.
static void flat_series_does_not_alarm_on_a_small_step(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline b = {0};
    wdm_baseline_score s = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, 0.0);
    b = fitted(points, WEEKS);
    assert_near(b.log_spread, 0.0, 0.0);
    assert_near(b.log_floor, 0.068, 1e-12);
    s = judged(&b, 11.0, 0.0);
    assert_true(s.p_high > 0.05);
    assert_near(s.median, 10.0, 1e-12);
    assert_near(s.factor, 1.1, 1e-12);
    assert_true(judged(&b, 20.0, 0.0).p_high < 1e-4);
    assert_true(judged(&b, 20.0, 0.5).p_high > 0.05); // the same value, badly measured
    assert_true(judged(&b, 5.0, 0.0).p_low < 1e-4);
}

// {log values 0.0, 0.1 ... 0.9}: median 0.45, MAD 0.25, every figure by hand from the header's formulae.
static void figures_follow_the_formulae(void **state)
{
    wdm_baseline_point points[10];
    const double spread = WDM_MAD_TO_SD * (10.0 / 9.2) * 0.25;
    const double scale = sqrt(spread * spread - 0.01 + 0.04 + 1.5707963267948966 * spread * spread / 10.0);
    wdm_baseline b = {0};
    wdm_baseline_score s = {0};
    (void)state;
    for (size_t i = 0; i < 10; i++)
        points[i] = (wdm_baseline_point){0.1 * (double)i, 0.1, 0};
    b = fitted(points, 10);
    assert_near(b.log_median, 0.45, 1e-12);
    assert_near(b.log_spread, spread, 1e-12);
    assert_near(b.log_tau, sqrt(spread * spread - 0.01), 1e-12);
    assert_near(b.df, 4.5, 0.0);
    wdm_baseline_judge(&b, 1.45, 0.2, &s);
    assert_near(s.t, 1.0 / scale, 1e-12);
    assert_near(s.p_high + s.p_low, 1.0, 1e-12);
    assert_near(s.factor, exp(1.0), 1e-12);
    assert_near(s.band_lo95 * s.band_hi95, exp(0.9), 1e-9); // symmetric on the log scale
    assert_near(wdm_baseline_threshold(&b, 0.2, s.p_high), exp(1.45), 1e-6);
    assert_near(wdm_baseline_threshold(&b, 0.2, 0.025), s.band_hi95, 1e-9);
    assert_near(wdm_baseline_threshold(&b, 0.2, 0.5), s.median, 1e-12);
}

static void excluded_and_missing_weeks_do_not_count(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline clean = {0};
    wdm_baseline b = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, 0.1);
    clean = fitted(points, WEEKS);
    for (size_t i = 10; i < WEEKS; i++)
        points[i] =
            (wdm_baseline_point){log(1000.0), 0.1, i % 2 == 0 ? WDM_BASELINE_ALARMED : WDM_BASELINE_DISPOSAL};
    points[9].log_value = (double)NAN;
    b = fitted(points, WEEKS);
    assert_int_equal(b.state, WDM_BASELINE_OK);
    assert_int_equal(b.n_used, 9);
    assert_int_equal(b.n_window, WEEKS);
    assert_near(b.log_median, clean.log_median, 0.0);
    points[0].excluded = WDM_BASELINE_CENSORED;
    assert_int_equal(fitted(points, WEEKS).state, WDM_BASELINE_OK);
    points[1].excluded = WDM_BASELINE_OTHER;
    b = fitted(points, WEEKS);
    assert_int_equal(b.state, WDM_BASELINE_INSUFFICIENT);
    assert_int_equal(b.n_used, 7);
}

static void only_the_last_weeks_of_the_window_count(void **state)
{
    wdm_baseline_point points[2 * WEEKS];
    (void)state;
    constant_points(points, WEEKS, 500.0, 0.1);
    constant_points(points + WEEKS, WEEKS, 10.0, 0.1);
    assert_near(fitted(points, 2 * WEEKS).log_median, log(10.0), 0.0);
    assert_int_equal(fitted(points, 2 * WEEKS).n_used, WEEKS);
}

static void one_spike_hardly_moves_the_band(void **state)
{
    wdm_baseline_point points[WEEKS];
    size_t lowest = 0;
    double before = 0.0;
    double after = 0.0;
    wdm_baseline b = {0};
    wdm_rng rng = {0};
    (void)state;
    wdm_rng_init(&rng, 1, "num/baseline/spike");
    for (size_t i = 0; i < WEEKS; i++)
        points[i] = (wdm_baseline_point){2.3 + 0.2 * wdm_rng_normal(&rng), 0.1, 0};
    b = fitted(points, WEEKS);
    before = wdm_baseline_threshold(&b, 0.1, 0.01);
    for (size_t i = 1; i < WEEKS; i++) {
        if (points[i].log_value < points[lowest].log_value)
            lowest = i;
    }
    points[lowest].log_value += 3.0; // x 20, from below the median to far above, not flagged
    b = fitted(points, WEEKS);
    after = wdm_baseline_threshold(&b, 0.1, 0.01);
    print_message("1 %% line %.2f before, %.2f after a spike of x 20\n", before, after);
    assert_true(after < 1.25 * before);
}

static void too_little_data_is_a_state(void **state)
{
    wdm_baseline_point points[7];
    wdm_baseline b = {0};
    wdm_baseline_score s = {0};
    (void)state;
    constant_points(points, 7, 10.0, 0.1);
    b = fitted(points, 7);
    assert_string_equal(wdm_baseline_state_text(b.state), "insufficient data");
    s = judged(&b, 100.0, 0.1);
    assert_int_equal(s.state, WDM_BASELINE_INSUFFICIENT);
    assert_true(isnan(s.p_high) && isnan(s.median) && isnan(s.band_hi95));
    assert_true(isnan(wdm_baseline_threshold(&b, 0.1, 0.01)));
    assert_int_equal(fitted(NULL, 0).state, WDM_BASELINE_INSUFFICIENT);
}

static void missing_value_keeps_the_band_and_has_no_p(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline b = {0};
    wdm_baseline_score s = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, (double)NAN);
    b = fitted(points, WEEKS);
    wdm_baseline_judge(&b, (double)NAN, (double)NAN, &s);
    assert_string_equal(wdm_baseline_state_text(s.state), "no value");
    assert_true(isnan(s.p_high) && s.band_hi95 > 10.0 && s.band_lo95 < 10.0);
    wdm_baseline_judge(&b, 1.0, -0.1, &s);
    assert_int_equal(s.state, WDM_BASELINE_NO_VALUE);
    assert_true(isnan(wdm_baseline_threshold(&b, 0.1, 0.0)) && isnan(wdm_baseline_threshold(&b, -0.1, 0.1)));
}

static void bad_input_is_refused(void **state)
{
    wdm_baseline_point points[WEEKS];
    const wdm_baseline_opts bad[] = {{26, 2, 0.1}, {5, 8, 0.1}, {26, 8, 0.0}, {26, 8, (double)NAN}};
    wdm_baseline b = {0};
    wdm_err err = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, 0.1);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(wdm_baseline_fit(points, WEEKS, &bad[i], &b, &err), WDM_E_DATA);
    points[3].log_value = -(double)INFINITY; // the log of a zero
    assert_int_equal(wdm_baseline_fit(points, WEEKS, NULL, &b, &err), WDM_E_DATA);
    points[3] = (wdm_baseline_point){1.0, -0.1, 0};
    assert_int_equal(wdm_baseline_fit(points, WEEKS, NULL, &b, &err), WDM_E_DATA);
    constant_points(points, WEEKS, 10.0, 0.1);
    for (uint64_t nth = 1; nth <= 4; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_baseline_fit(points, WEEKS, NULL, &b, &err), WDM_E_NOMEM);
        assert_int_equal(b.state, WDM_BASELINE_INSUFFICIENT);
    }
    wdm_mem_fail_at(0, 0);
}

// Normal weeks without change must give p < 0.01 in one of a hundred: the reason for (n - 1) / 2 degrees of
// freedom.
static void p_values_are_calibrated(void **state)
{
    static const size_t sizes[] = {8, 13, 26};
    enum { RUNS = 20000 };
    wdm_rng rng = {0};
    (void)state;
    wdm_rng_init(&rng, 1, "num/baseline/calibration");
    for (size_t k = 0; k < 3; k++) {
        size_t below_5 = 0;
        size_t below_1 = 0;
        for (int run = 0; run < RUNS; run++) {
            wdm_baseline_point points[WEEKS];
            wdm_baseline b = {0};
            wdm_baseline_score s = {0};
            for (size_t i = 0; i < sizes[k]; i++)
                points[i] = (wdm_baseline_point){0.5 * wdm_rng_normal(&rng), 0.07, 0};
            b = fitted(points, sizes[k]);
            wdm_baseline_judge(&b, 0.5 * wdm_rng_normal(&rng), 0.07, &s);
            below_5 += s.p_high < 0.05;
            below_1 += s.p_high < 0.01;
        }
        print_message("n %2zu: p < 0.05 in %.4f, p < 0.01 in %.4f\n", sizes[k], (double)below_5 / RUNS,
                      (double)below_1 / RUNS);
        assert_in_range(below_5, 0.039 * RUNS, 0.056 * RUNS);
        assert_in_range(below_1, 0.006 * RUNS, 0.014 * RUNS);
    }
}

// R: p.adjust(c(0.01, 0.04, 0.03, 0.20, 0.0005, 0.5, NA, 0.04), "BH")
static void benjamini_hochberg_is_that_of_r(void **state)
{
    const double p[] = {0.01, 0.04, 0.03, 0.20, 0.0005, 0.5, (double)NAN, 0.04};
    const double expected[] = {0.035, 0.056, 0.056, 0.7 / 3.0, 0.0035, 0.5, (double)NAN, 0.056};
    const double small[] = {0.01, 0.04, 0.03, 0.20};
    double adjusted[8] = {0};
    bool rejected[8] = {false};
    size_t count = 99;
    (void)state;
    assert_int_equal(wdm_bh_adjust(p, 8, adjusted, NULL), WDM_OK);
    for (size_t i = 0; i < 8; i++) {
        if (isnan(expected[i]))
            assert_true(isnan(adjusted[i]));
        else
            assert_near(adjusted[i], expected[i], 1e-12);
    }
    assert_int_equal(wdm_bh_reject(p, 8, 0.05, rejected, &count, NULL), WDM_OK);
    assert_int_equal(count, 2);
    assert_true(rejected[0] && rejected[4] && !rejected[1] && !rejected[6]);
    assert_int_equal(wdm_bh_adjust(small, 4, adjusted, NULL), WDM_OK);
    assert_near(adjusted[1], 0.16 / 3.0, 1e-15);
    assert_near(adjusted[2], 0.16 / 3.0, 1e-15);
}

static void benjamini_hochberg_edges(void **state)
{
    const double bad[] = {0.1, 1.5};
    const double none[] = {(double)NAN};
    double adjusted[2] = {0};
    bool rejected[2] = {true, true};
    size_t count = 99;
    wdm_err err = {0};
    (void)state;
    assert_int_equal(wdm_bh_adjust(bad, 2, adjusted, &err), WDM_E_DATA);
    assert_int_equal(wdm_bh_reject(bad, 1, 0.0, rejected, NULL, &err), WDM_E_DATA);
    assert_int_equal(wdm_bh_reject(none, 1, 0.1, rejected, &count, &err), WDM_OK);
    assert_int_equal(count, 0);
    assert_false(rejected[0]);
    assert_int_equal(wdm_bh_reject(none, 0, 0.1, rejected, &count, &err), WDM_OK);
    for (uint64_t nth = 1; nth <= 2; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_bh_reject(bad, 1, 0.1, rejected, NULL, &err), WDM_E_NOMEM);
    }
    wdm_mem_fail_at(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_series_does_not_alarm_on_a_small_step),
        cmocka_unit_test(figures_follow_the_formulae),
        cmocka_unit_test(excluded_and_missing_weeks_do_not_count),
        cmocka_unit_test(only_the_last_weeks_of_the_window_count),
        cmocka_unit_test(one_spike_hardly_moves_the_band),
        cmocka_unit_test(too_little_data_is_a_state),
        cmocka_unit_test(missing_value_keeps_the_band_and_has_no_p),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(p_values_are_calibrated),
        cmocka_unit_test(benjamini_hochberg_is_that_of_r),
        cmocka_unit_test(benjamini_hochberg_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
