// SPDX-License-Identifier: GPL-3.0-or-later
// Farrington's detector, its improved form, and the CDC's historical limits: what they do at their edges.
// Comparisons with R are in test_detector_reference.c.
#include "detectortest.h"
#include "num/farrington.h"

enum { WEEKS = 320, NOW = WEEKS - 1 };

static double parameters[WDM_DETECTOR_PARAMETERS_MAX];

// Around 20 for all weeks, then `value`.
static void put_calm(double value)
{
    for (size_t i = 0; i < WEEKS; i++)
        put(i, 20.0 + 3.0 * (double)((i * 7) % 4 + i % 3));
    put(NOW, value);
}

static void worked_example_of_the_bound(void **state)
{
    const wdm_farrington fit = {.mu = 10.0, .se_eta = 0.1, .phi = 2.0};
    double p = 0.0;
    (void)state;
    assert_near(wdm_farrington_bound(&fit, 1.96, 17.0, &p), 20.215621, 1e-6);
    assert_near(p, 0.0823886978665, 1e-9);
}

// A flat series is Poisson with phi 1: R qpois(0.995, 10) = 19, ppois(16, 10, lower = FALSE) = 0.0270416.
static void a_flat_series_is_poisson(void **state)
{
    const wdm_detector *flexible = found("farrington_flexible", parameters);
    (void)state;
    for (size_t i = 0; i < WEEKS; i++)
        put(i, 10.0);
    put(NOW, 17.0);
    run(flexible, parameters, WEEKS);
    assert_near(verdicts[NOW].bound, 19.0, 0.0);
    assert_near(verdicts[NOW].p, 0.0270416097848, 1e-9);
    assert_false(verdicts[NOW].alarm);
    put(NOW, 20.0);
    run(flexible, parameters, WEEKS);
    assert_true(verdicts[NOW].alarm);
    set(flexible, parameters, "method", 2); // the mean's own error widens it
    run(flexible, parameters, WEEKS);
    assert_true(verdicts[NOW].bound > 19.0);
}

static void few_cases_do_not_alarm(void **state)
{
    const wdm_detector *farrington = found("farrington", parameters);
    (void)state;
    for (size_t i = 0; i < WEEKS; i++)
        put(i, i % 13 == 0 ? 0.1 : 0.0);
    put(NOW, 4.0);
    run(farrington, parameters, WEEKS);
    assert_int_equal(verdicts[NOW].state, WDM_DETECTOR_OK);
    assert_false(verdicts[NOW].alarm);
    assert_true(isnan(verdicts[NOW].bound));
    set(farrington, parameters, "cases", 0);
    run(farrington, parameters, WEEKS);
    assert_true(verdicts[NOW].alarm);
    assert_true(verdicts[NOW].bound < 4.0);
}

// Nothing for five years, then something: the mean is 0 and so is the bound.
static void a_first_appearance_alarms(void **state)
{
    static const char *const names[] = {"farrington", "farrington_flexible"};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const wdm_detector *d = found(names[k], parameters);
        for (size_t i = 0; i < WEEKS; i++)
            put(i, 0.0);
        put(NOW, 6.0);
        run(d, parameters, WEEKS);
        assert_true(verdicts[NOW].alarm);
        assert_near(verdicts[NOW].bound, 0.0, 0.0);
        assert_near(verdicts[NOW].expected, 0.0, 0.0);
        assert_near(verdicts[NOW].p, 0.0, 0.0);
    }
}

static void past_outbreaks_are_weighted_down(void **state)
{
    const wdm_detector *farrington = found("farrington", parameters);
    double bound = 0.0;
    (void)state;
    put_calm(25.0);
    for (size_t i = NOW - 104 - 1; i <= NOW - 104 + 1; i++)
        put(i, 150.0);
    run(farrington, parameters, WEEKS);
    bound = verdicts[NOW].bound;
    set(farrington, parameters, "weights_threshold", 1e6);
    run(farrington, parameters, WEEKS);
    assert_true(verdicts[NOW].bound > 1.5 * bound);
}

// A trend that would lead above everything seen is not followed.
static void a_trend_does_not_lead_out_of_what_was_seen(void **state)
{
    const wdm_detector *farrington = found("farrington", parameters);
    (void)state;
    for (size_t i = 0; i < WEEKS; i++)
        put(i, 10.0 * exp(0.01 * (double)i));
    run(farrington, parameters, WEEKS);
    assert_true(verdicts[NOW].expected < 10.0 * exp(0.01 * (double)(NOW - 49)));
    // falling: it is followed
    for (size_t i = 0; i < WEEKS; i++)
        put(i, 400.0 * exp(-0.01 * (double)i));
    run(farrington, parameters, WEEKS);
    assert_near(verdicts[NOW].expected, 400.0 * exp(-0.01 * NOW), 0.1);
}

static void half_of_the_references_are_needed(void **state)
{
    const wdm_detector *farrington = found("farrington", parameters);
    size_t gone = 0;
    (void)state;
    put_calm(25.0);
    for (size_t year = 1; year <= 5; year++) {
        for (size_t i = NOW - 52 * year - 3; i <= NOW - 52 * year + 3 && gone < 17; i++, gone++)
            put(i, (double)NAN);
    }
    run(farrington, parameters, WEEKS);
    assert_int_equal(verdicts[NOW].state, WDM_DETECTOR_OK);
    assert_int_equal(verdicts[NOW].n_used, 18);
    put(NOW - 52 * 4, (double)NAN);
    run(farrington, parameters, WEEKS);
    assert_int_equal(verdicts[NOW].state, WDM_DETECTOR_INSUFFICIENT);
    assert_true(isnan(verdicts[NOW].expected) && isnan(verdicts[NOW].bound));
}

static void settings_that_do_not_fit_together_are_refused(void **state)
{
    static const struct {
        const char *name, *first;
        double first_value;
        const char *second;
        double second_value;
    } wrong[] = {{"farrington", "season", 12, "half_window", 6},
                 {"farrington_flexible", "season", 12, "levels", 10},
                 {"farrington_flexible", "past_out", 49, "levels", 10},
                 {"cdc_historical", "season", 28, "blocks", 4}};
    (void)state;
    put_calm(25.0);
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        wdm_err err = {0};
        const wdm_detector *d = found(wrong[k].name, parameters);
        set(d, parameters, wrong[k].first, wrong[k].first_value);
        set(d, parameters, wrong[k].second, wrong[k].second_value);
        assert_int_equal(d->run(points, WEEKS, parameters, verdicts, &err), WDM_E_DATA);
        assert_non_null(strstr(err.text, wrong[k].name));
    }
}

// Values of 2e9: the quantile of counts goes over into that of the normal distribution.
static void large_counts_have_a_quantile(void **state)
{
    const wdm_detector *flexible = found("farrington_flexible", parameters);
    (void)state;
    for (size_t i = 0; i < WEEKS; i++)
        put(i, 2e9 + 1e6 * (double)(i % 5));
    put(NOW, 3e9);
    run(flexible, parameters, WEEKS);
    assert_int_equal(verdicts[NOW].state, WDM_DETECTOR_OK);
    assert_true(verdicts[NOW].alarm);
    assert_true(verdicts[NOW].bound > 2.002e9 && verdicts[NOW].bound < 2.01e9);
    assert_true(verdicts[NOW].p < 1e-9);
}

// Two sums of 4 weeks, 40 and 48; the limit of the sum is 57.579029.
static void cdc_by_hand(void **state)
{
    const wdm_detector *cdc = found("cdc_historical", parameters);
    (void)state;
    for (size_t i = 0; i < 60; i++)
        put(i, i < 4 ? 10.0 : (i >= 28 && i < 32 ? 12.0 : 14.0));
    put(59, 16.0);
    set(cdc, parameters, "years", 2);
    set(cdc, parameters, "blocks", 0);
    set(cdc, parameters, "season", 28);
    run(cdc, parameters, 60);
    assert_int_equal(verdicts[58].state, WDM_DETECTOR_INSUFFICIENT);
    assert_near(verdicts[59].bound, 57.57902881 - 42.0, 1e-8);
    assert_near(verdicts[59].statistic, (58.0 - 44.0) / 6.92820323, 1e-8);
    assert_near(verdicts[59].expected, 11.0, 1e-12);
    assert_true(verdicts[59].alarm);
    // a week without value: three are scaled to four
    put(57, (double)NAN);
    run(cdc, parameters, 60);
    assert_near(verdicts[59].bound, 57.57902881 * 0.75 - 28.0, 1e-8);
    // the weeks before are enough: no bound, and any value alarms
    put(56, 300.0);
    put(59, 0.0);
    run(cdc, parameters, 60);
    assert_true(verdicts[59].alarm && isnan(verdicts[59].bound));
    // three of a block of four missing: the block is left out, and one of two is not enough
    put(29, (double)NAN);
    put(30, (double)NAN);
    put(31, (double)NAN);
    run(cdc, parameters, 60);
    assert_int_equal(verdicts[59].state, WDM_DETECTOR_INSUFFICIENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example_of_the_bound),
        cmocka_unit_test(a_flat_series_is_poisson),
        cmocka_unit_test(few_cases_do_not_alarm),
        cmocka_unit_test(a_first_appearance_alarms),
        cmocka_unit_test(past_outbreaks_are_weighted_down),
        cmocka_unit_test(a_trend_does_not_lead_out_of_what_was_seen),
        cmocka_unit_test(half_of_the_references_are_needed),
        cmocka_unit_test(settings_that_do_not_fit_together_are_refused),
        cmocka_unit_test(large_counts_have_a_quantile),
        cmocka_unit_test(cdc_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
