// SPDX-License-Identifier: GPL-3.0-or-later
// The published detectors on textbook examples. Comparisons with R are in test_detector_reference.c, what no
// method may do in test_detector_edges.c.
#include "detectortest.h"

static void put_all(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(i, values[i]);
}

static void run_named(const char *name, size_t n)
{
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    const wdm_detector *detector = found(name, parameters);
    run(detector, parameters, n);
}

static void worked_example_of_c1(void **state)
{
    static const double values[] = {10, 12, 11, 9, 10, 13, 12, 20};
    (void)state;
    put_all(values, 8);
    run_named("ears_c1", 8);
    assert_int_equal(verdicts[6].state, WDM_DETECTOR_INSUFFICIENT);
    assert_true(isnan(verdicts[6].bound));
    assert_int_equal(verdicts[7].state, WDM_DETECTOR_OK);
    assert_true(verdicts[7].alarm);
    assert_near(verdicts[7].expected, 11.0, 1e-12);
    assert_near(verdicts[7].bound, 15.370248, 1e-6);
    assert_near(verdicts[7].statistic, 6.363961, 1e-6);
    assert_near(verdicts[7].p, 9.8308022e-11, 1e-17);
    assert_int_equal(verdicts[7].n_used, 7);
}

// As published the value itself is in C3's sum: a single high week alarms in its own week. In the sum of R it
// alarms in the two weeks after, on whatever they hold.
static void c3_as_published_and_as_in_r(void **state)
{
    static const double values[] = {10, 12, 11, 9, 10, 13, 12, 11, 10, 12, 11, 30, 11, 11, 11};
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    const wdm_detector *c3 = found("ears_c3", parameters);
    (void)state;
    put_all(values, 15);
    run(c3, parameters, 15);
    assert_int_equal(verdicts[10].state, WDM_DETECTOR_INSUFFICIENT);
    assert_int_equal(verdicts[11].state, WDM_DETECTOR_OK);
    assert_true(verdicts[11].alarm);
    assert_true(verdicts[11].statistic > 1.96);
    assert_true(30.0 > verdicts[11].bound);
    assert_true(verdicts[12].alarm &&
                isnan(verdicts[12].bound)); // the sum alone is enough: no bound on the value
    assert_true(verdicts[13].alarm);
    assert_false(verdicts[14].alarm);
    set(c3, parameters, "today", 0);
    run(c3, parameters, 15);
    assert_false(verdicts[11].alarm);
    assert_true(verdicts[12].alarm && verdicts[13].alarm);
    assert_false(verdicts[14].alarm);
}

// Montgomery, Introduction to Statistical Quality Control, table 9.1: 20 values from N(10, 1), 10 from N(11,
// 1). Two values before it make a baseline of mean 10 and sd 1.
static const double montgomery[] = {10.0 - 0.70710678118654752,
                                    10.0 + 0.70710678118654752,
                                    9.45,
                                    7.99,
                                    9.29,
                                    11.66,
                                    12.16,
                                    10.18,
                                    8.04,
                                    11.46,
                                    9.20,
                                    10.34,
                                    9.03,
                                    11.47,
                                    10.51,
                                    9.40,
                                    10.08,
                                    9.37,
                                    10.62,
                                    10.31,
                                    8.52,
                                    10.84,
                                    10.90,
                                    9.33,
                                    12.29,
                                    11.50,
                                    10.60,
                                    11.08,
                                    10.38,
                                    11.62,
                                    11.31,
                                    10.52};

// Table 9.2 (k 0.5, h 5): the sum alarms first at value 29.
static void cusum_of_the_textbook(void **state)
{
    static const double sums[] = {0,    0,    0,    1.16, 2.82, 2.5,  0.04, 1.0,  0,   0,
                                  0,    0.97, 0.98, 0,    0,    0,    0.12, 0,    0,   0.34,
                                  0.74, 0,    1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28};
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    const wdm_detector *cusum = found("cusum", parameters);
    (void)state;
    put_all(montgomery, 32);
    set(cusum, parameters, "k", 0.5);
    set(cusum, parameters, "h", 5);
    set(cusum, parameters, "baseline", 2);
    set(cusum, parameters, "standard", 2);
    run(cusum, parameters, 32);
    for (size_t i = 0; i < 29; i++) {
        assert_near(verdicts[i + 2].statistic, sums[i], 1e-9);
        assert_int_equal(verdicts[i + 2].alarm, i == 28);
        assert_int_equal(verdicts[i + 2].alarm, montgomery[i + 2] >= verdicts[i + 2].bound - 1e-9);
    }
    assert_near(verdicts[31].statistic, 0.02, 1e-9); // begun anew after the alarm
    set(cusum, parameters, "reset", 0);
    run(cusum, parameters, 32);
    assert_near(verdicts[31].statistic, 5.30, 1e-9);
    assert_true(verdicts[31].alarm);
}

// Table 9.10 (lambda 0.1, limit 2.7).
static void ewma_of_the_textbook(void **state)
{
    static const double averages[] = {9.945,   9.7495,  9.70355, 9.8992,  10.1253, 10.1307, 9.92167, 10.0755,
                                      9.98796, 10.0232, 9.92384, 10.0785, 10.1216, 10.0495, 10.0525, 9.98426,
                                      10.0478, 10.074,  9.91864, 10.0108, 10.0997, 10.0227, 10.2495, 10.3745,
                                      10.3971, 10.4654, 10.4568, 10.5731, 10.6468, 10.6341};
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    const wdm_detector *ewma = found("ewma", parameters);
    (void)state;
    put_all(montgomery, 32);
    set(ewma, parameters, "lambda", 0.1);
    set(ewma, parameters, "limit", 2.7);
    set(ewma, parameters, "baseline", 2);
    set(ewma, parameters, "spread", 1);
    run(ewma, parameters, 32);
    for (size_t i = 0; i < 30; i++) {
        const double spread = sqrt(0.1 / 1.9 * (1.0 - pow(0.9, 2.0 * (double)(i + 1))));
        assert_near(10.0 + verdicts[i + 2].statistic * spread, averages[i], 1e-4);
        assert_int_equal(verdicts[i + 2].alarm, i >= 28);
    }
    assert_near((verdicts[2].bound - 10.0) * 0.1 + 10.0, 10.27, 1e-9); // limit of the average
    set(ewma, parameters, "reset", 1);
    run(ewma, parameters, 32);
    assert_true(verdicts[30].alarm);
    assert_false(verdicts[31].alarm);
    assert_near(verdicts[31].statistic, 0.52, 1e-9); // 0.1 * 0.52 over its own sd of 0.1
}

static void worked_example_of_shewhart(void **state)
{
    static const double values[] = {10, 12, 11, 9, 15, 14};
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    const wdm_detector *shewhart = found("shewhart", parameters);
    (void)state;
    put_all(values, 6);
    set(shewhart, parameters, "baseline", 4);
    run(shewhart, parameters, 6);
    assert_int_equal(verdicts[3].state, WDM_DETECTOR_INSUFFICIENT);
    assert_near(verdicts[4].bound, 14.931135, 1e-6);
    assert_true(verdicts[4].alarm);
    assert_near(verdicts[5].bound, 14.931135, 1e-6); // the first values, for good
    assert_false(verdicts[5].alarm);
    set(shewhart, parameters, "rolling", 1);
    run(shewhart, parameters, 6);
    assert_near(verdicts[5].expected, 11.75, 1e-12);
}

// Half of R's complaint about CUSUM: after one outbreak it alarms for ever. Not with the reset.
static void cusum_loses_no_second_event_behind_a_first(void **state)
{
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    const wdm_detector *cusum = found("cusum", parameters);
    size_t with = 0;
    size_t without = 0;
    (void)state;
    for (size_t i = 0; i < 80; i++)
        put(i, i == 40 ? 200.0 : (i % 2 == 0 ? 9.0 : 11.0));
    run(cusum, parameters, 80);
    for (size_t i = 0; i < 80; i++)
        with += verdicts[i].alarm ? 1 : 0;
    assert_true(verdicts[40].alarm);
    assert_int_equal(with, 1);
    set(cusum, parameters, "reset", 0);
    run(cusum, parameters, 80);
    for (size_t i = 0; i < 80; i++)
        without += verdicts[i].alarm ? 1 : 0;
    assert_int_equal(without, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example_of_c1),
        cmocka_unit_test(c3_as_published_and_as_in_r),
        cmocka_unit_test(cusum_of_the_textbook),
        cmocka_unit_test(ewma_of_the_textbook),
        cmocka_unit_test(worked_example_of_shewhart),
        cmocka_unit_test(cusum_loses_no_second_event_behind_a_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
