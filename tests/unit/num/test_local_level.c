// SPDX-License-Identifier: GPL-3.0-or-later
// The Kalman smoother against R's StructTS and KalmanSmooth on the Nile.
#include "base/mem.h"
#include "base/rng.h"
#include "num/local_level.h"
#include "numtest.h"

// Annual flow of the Nile at Aswan 1871-1970 (R datasets::Nile).
static const double nile[100] = {
    1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
    799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
    701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
    845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
    771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
    986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740};

static void nile_points(wdm_local_level_point *points)
{
    for (size_t i = 0; i < 100; i++)
        points[i] = (wdm_local_level_point){1871.0 + (double)i, nile[i], 0.0, false};
}

static wdm_local_level_fit smooth(const wdm_local_level_point *points, size_t n,
                                  const wdm_local_level_opts *opts, wdm_local_level_value *values)
{
    wdm_local_level_fit fit = {0};
    wdm_err err = {0};
    if (wdm_local_level_smooth(points, n, opts, values, &fit, &err) != WDM_OK)
        fail_msg("%s", err.text);
    return fit;
}

// R: stats::StructTS(Nile, "level") 1469.147, 15098.577; Durbin and Koopman 2012 print 1469.1 and 15099, log
// likelihood -632.54. R again, multivariate normal likelihood of the differences: 1469.1754, 15098.5206,
// -632.545625.
static void nile_variances_by_maximum_likelihood(void **state)
{
    wdm_local_level_opts opts = WDM_LOCAL_LEVEL_OPTS_DEFAULT;
    wdm_local_level_point points[100] = {0};
    wdm_local_level_value values[100] = {0};
    wdm_local_level_fit fit = {0};
    (void)state;
    nile_points(points);
    opts.clip = 0.0;
    fit = smooth(points, 100, &opts, values);
    assert_near(fit.level_variance, 1469.1754, 0.01);
    assert_near(fit.extra_variance, 15098.5206, 0.02);
    assert_near(fit.log_likelihood, -632.545625103041, 1e-8);
    assert_int_equal(fit.n_measured, 100);
    opts.extra_variance = 15098.5206;
    assert_near(smooth(points, 100, &opts, values).level_variance, 1469.1754, 0.01);
    opts = (wdm_local_level_opts){1469.1754, (double)NAN, 0.0};
    assert_near(smooth(points, 100, &opts, values).extra_variance, 15098.5206, 0.02);
    print_message("Nile level variance %.4f, observation variance %.4f, log likelihood %.9f\n",
                  fit.level_variance, fit.extra_variance, fit.log_likelihood);
}

// R stats::KalmanSmooth gives these to 1e-8 (to its 1e7 start for the gaps to 1e-6); here the exact ones,
// from solve() of the precision matrix.
static void nile_smoothed_with_and_without_gaps(void **state)
{
    static const struct {
        size_t at;
        double level, variance;
    } whole[] = {{0, 1111.6680272963, 4032.041854427},
                 {27, 999.5846586779, 2326.679647376},
                 {28, 950.9312236836, 2326.679606497},
                 {49, 834.7635084235, 2326.679559040},
                 {99, 798.3727266746, 4032.041854427}},
      gaps[] = {{0, 1111.3205837280, 4032.070720935}, {19, 999.7120815342, 3614.286372615},
                {20, 990.0830462564, 4723.402579965}, {29, 903.4217287561, 9714.423921876},
                {39, 807.1313759780, 4723.395861716}, {69, 837.1781414637, 9714.423568284},
                {99, 798.3175412388, 4032.070720935}};
    const wdm_local_level_opts opts = {1469.0, 15099.0, 0.0};
    wdm_local_level_point points[100] = {0};
    wdm_local_level_value values[100] = {0};
    double worst = 0.0;
    (void)state;
    nile_points(points);
    (void)smooth(points, 100, &opts, values);
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        assert_near(values[whole[i].at].level, whole[i].level, 1e-6);
        assert_near(values[whole[i].at].sd, sqrt(whole[i].variance), 1e-6);
        worst = fmax(worst, fabs(values[whole[i].at].level - whole[i].level));
    }
    for (size_t i = 20; i < 40; i++)
        points[i].y = points[i + 40].y = (double)NAN;
    assert_int_equal(smooth(points, 100, &opts, values).n_measured, 60);
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        assert_near(values[gaps[i].at].level, gaps[i].level, 1e-6);
        assert_near(values[gaps[i].at].sd, sqrt(gaps[i].variance), 1e-6);
        worst = fmax(worst, fabs(values[gaps[i].at].level - gaps[i].level));
    }
    print_message("Nile smoothed: largest difference %.1e\n", worst);
}

static void a_gap_by_dates_is_a_gap_by_missing_points(void **state)
{
    const wdm_local_level_opts opts = {1469.0, 15099.0, 0.0};
    wdm_local_level_point points[100] = {0};
    wdm_local_level_value values[100] = {0};
    wdm_local_level_value fewer[80] = {0};
    (void)state;
    nile_points(points);
    for (size_t i = 40; i < 60; i++)
        points[i].y = (double)NAN;
    (void)smooth(points, 100, &opts, values);
    memmove(points + 40, points + 60, 40 * sizeof points[0]);
    (void)smooth(points, 80, &opts, fewer);
    for (size_t i = 0; i < 80; i++)
        assert_near(fewer[i].level, values[i < 40 ? i : i + 20].level, 1e-9);
}

static void points_outside_the_values_get_a_level_and_a_wider_band(void **state)
{
    const wdm_local_level_point points[] = {{0, (double)NAN, (double)NAN, false},
                                            {1, 10, 1, false},
                                            {2, 12, 1, false},
                                            {4, (double)NAN, 0, false}};
    const wdm_local_level_opts opts = {0.5, 0.0, 0.0};
    wdm_local_level_value values[4] = {{0}};
    (void)state;
    (void)smooth(points, 4, &opts, values);
    assert_near(values[1].level, 10.8, 1e-12); // two values, variance of the difference 1 + 0.5 + 1
    assert_near(values[1].sd, sqrt(0.6), 1e-12);
    assert_near(values[0].level, values[1].level, 0.0);
    assert_near(values[0].sd, sqrt(0.6 + 0.5), 1e-12);
    assert_near(values[3].sd, sqrt(0.6 + 1.0), 1e-12);
    assert_near(values[3].hi95 - values[3].lo95, 2 * 1.959963984540054 * sqrt(1.6), 1e-12);
}

static void one_spike_hardly_moves_a_clipped_level(void **state)
{
    const wdm_local_level_opts plain = {0.001, 0.04, 0.0};
    const wdm_local_level_opts clipped = {0.001, 0.04, 2.5};
    wdm_local_level_point points[52] = {0};
    wdm_local_level_value values[52] = {0};
    (void)state;
    for (size_t i = 0; i < 52; i++)
        points[i] = (wdm_local_level_point){(double)i, i % 2 == 0 ? 0.1 : -0.1, 0.0, false};
    points[26].y = 4.0; // 20 sds
    (void)smooth(points, 52, &plain, values);
    assert_true(values[26].level > 0.25);
    (void)smooth(points, 52, &clipped, values);
    assert_true(values[26].level < 0.06 && values[26].level > 0.0);
    print_message("spike of 4: clipped level %.4f\n", values[26].level);
}

// One value and one bound of known level variance: the posterior by numerical integration (R integrate).
static void a_bound_pulls_the_level_down_and_never_below_what_it_says(void **state)
{
    const wdm_local_level_opts opts = {0.0, 0.0, 0.0};
    wdm_local_level_point points[] = {{0, 0.0, 1.0, false}, {1, 0.0, 1.0, false}, {2, -1.0, 1.0, true}};
    wdm_local_level_value values[3] = {{0}};
    (void)state;
    (void)smooth(points, 3, &opts, values);
    // posterior of the level: normal(0, 1/2) times Phi(-1 - level); exact moments of a normal distribution
    // cut
    assert_near(values[0].level, -0.56347227461254, 1e-8);
    assert_near(values[0].sd, 0.60854177118788, 1e-8);
    points[2].y = 50.0; // says nothing
    (void)smooth(points, 3, &opts, values);
    assert_near(values[0].level, 0.0, 1e-8);
    assert_near(values[0].sd, sqrt(0.5), 1e-8);
}

// A random walk that sinks below the limit and comes back; both variances fitted.
static void bands_hold_the_level_below_the_limit(void **state)
{
    enum { SERIES = 150, WEEKS = 80 };
    wdm_rng rng = {{0}};
    size_t inside = 0;
    size_t inside_censored = 0;
    size_t n = 0;
    size_t n_censored = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "bands");
    for (int s = 0; s < SERIES; s++) {
        wdm_local_level_point points[WEEKS] = {{0}};
        wdm_local_level_value values[WEEKS] = {{0}};
        double truth[WEEKS] = {0};
        double level = 3.0;
        wdm_local_level_fit fit = {0};
        for (size_t i = 0; i < WEEKS; i++) {
            double y = 0.0;
            level += 0.05 * wdm_rng_normal(&rng);
            y = level + 0.14 * wdm_rng_normal(&rng);
            truth[i] = level;
            points[i] = (wdm_local_level_point){7.0 * (double)i, fmax(y, 2.9), 0.1, y < 2.9};
        }
        if (wdm_local_level_smooth(points, WEEKS, NULL, values, &fit, NULL) != WDM_OK || fit.n_measured < 20)
            continue;
        for (size_t i = 0; i < WEEKS; i++) {
            const bool holds = truth[i] > values[i].lo95 && truth[i] < values[i].hi95;
            inside += holds;
            inside_censored += holds && points[i].censored;
            n_censored += points[i].censored;
            n++;
        }
    }
    print_message("bands hold %.1f %% of the levels, %.1f %% where censored\n",
                  100.0 * (double)inside / (double)n, 100.0 * (double)inside_censored / (double)n_censored);
    assert_true((double)inside > 0.85 * (double)n);
    assert_true((double)inside_censored > 0.8 * (double)n_censored);
}

static void bad_input_is_refused(void **state)
{
    wdm_local_level_point points[] = {{0, 1, 0, false}, {1, 2, 0, false}, {2, 4, 0, false}};
    const wdm_local_level_opts still = {0.0, 0.0, 0.0};
    const wdm_local_level_opts negative = {-1.0, 0.0, 0.0};
    wdm_local_level_value values[3] = {{0}};
    wdm_local_level_fit fit = {0};
    wdm_err err = {0};
    (void)state;
    assert_int_equal(wdm_local_level_smooth(points, 3, &still, values, &fit, &err), WDM_E_DATA);
    assert_int_equal(wdm_local_level_smooth(points, 3, &negative, values, &fit, &err), WDM_E_DATA);
    assert_int_equal(wdm_local_level_smooth(points, 2, NULL, values, &fit, &err), WDM_E_DATA);
    points[2].x = 1.0;
    assert_int_equal(wdm_local_level_smooth(points, 3, NULL, values, &fit, &err), WDM_E_DATA);
    points[2].x = (double)INFINITY;
    assert_int_equal(wdm_local_level_smooth(points, 3, NULL, values, &fit, &err), WDM_E_DATA);
    points[2].x = 2.0;
    wdm_mem_fail_at(1, 0);
    assert_int_equal(wdm_local_level_smooth(points, 3, NULL, values, &fit, &err), WDM_E_NOMEM);
    wdm_mem_fail_at(0, 0);
    for (size_t i = 0; i < 3; i++)
        points[i].y = 5.0;
    assert_int_equal(wdm_local_level_smooth(points, 3, NULL, values, &fit, &err), WDM_OK);
    assert_near(values[1].level, 5.0, 0.0);
    assert_near(values[1].sd, 0.0, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nile_variances_by_maximum_likelihood),
        cmocka_unit_test(nile_smoothed_with_and_without_gaps),
        cmocka_unit_test(a_gap_by_dates_is_a_gap_by_missing_points),
        cmocka_unit_test(points_outside_the_values_get_a_level_and_a_wider_band),
        cmocka_unit_test(one_spike_hardly_moves_a_clipped_level),
        cmocka_unit_test(a_bound_pulls_the_level_down_and_never_below_what_it_says),
        cmocka_unit_test(bands_hold_the_level_below_the_limit),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
