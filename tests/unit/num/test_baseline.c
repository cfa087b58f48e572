// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"
#include "base/rng.h"
#include "num/baseline.h"
#include "numtest.h"

enum { WEEKS = 26 };

static wdm_baseline_point at(int32_t when, double log_value, double log_sd, unsigned excluded)
{
    return (wdm_baseline_point){when, log_value, (double)NAN, log_sd, excluded};
}

static wdm_baseline_point below(int32_t when, double limit)
{
    return (wdm_baseline_point){when, (double)NAN, log(limit), (double)NAN, 0};
}

// Weeks 0 .. n - 1.
static void constant_points(wdm_baseline_point *points, size_t n, double value, double log_sd)
{
    for (size_t i = 0; i < n; i++)
        points[i] = at((int32_t)i, log(value), log_sd, 0);
}

static wdm_baseline fitted(const wdm_baseline_point *points, size_t n, int32_t week)
{
    wdm_baseline b = {0};
    assert_int_equal(wdm_baseline_fit(points, n, week, 0, NULL, NULL, &b, NULL), WDM_OK);
    return b;
}

static wdm_baseline_score judged(const wdm_baseline *b, double value, double log_sd, int max_weeks)
{
    wdm_scan scan = {0};
    wdm_baseline_score s = {0};
    wdm_scan_prepare(b, log_sd, max_weeks, 0.25, false, &scan);
    wdm_scan_judge(&scan, log(value), &s);
    return s;
}

static double line(const wdm_baseline *b, double log_sd, int max_weeks, double p)
{
    wdm_scan scan = {0};
    wdm_scan_prepare(b, log_sd, max_weeks, 0.0, false, &scan);
    return wdm_scan_line(&scan, p);
}

// METHOD 9: with EARS a flat baseline alarms on 10 -> 11. Here the points' own uncertainty stays.
static void flat_series_does_not_alarm_on_a_small_step(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline b = {0};
    wdm_baseline_score s = {0};
    wdm_scan scan = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, 0.0);
    b = fitted(points, WEEKS, WEEKS);
    assert_near(b.log_floor, 0.068, 1e-12);
    assert_near(b.log_tau, 0.0, 1e-12);
    s = judged(&b, 11.0, 0.0, 8);
    assert_true(s.p_high > 0.05);
    assert_near(s.median, 10.0, 1e-9);
    assert_near(s.factor, 1.1, 1e-9);
    assert_true(judged(&b, 20.0, 0.0, 8).p_high < 1e-4);
    assert_true(judged(&b, 20.0, 0.5, 8).p_high > 0.05); // the same value, badly measured
    wdm_scan_prepare(&b, 0.0, 8, 0.25, true, &scan);
    wdm_scan_judge(&scan, log(5.0), &s);
    assert_true(s.p_low < 1e-4 && s.p_high > 0.99);
}

// Three weeks {0.0, 0.1, 0.4}, u 0.1, a spread that is given (tau 0.3), drift 0.05: the level and every
// figure by hand from the header's formulae.
static void figures_follow_the_formulae(void **state)
{
    const wdm_baseline_point points[] = {at(0, 0.0, 0.1, 0), at(1, 0.1, 0.1, 0), at(2, 0.4, 0.1, 0)};
    const wdm_baseline_opts opts = {26, 3, 0.068, 0.05, 0.37};
    const wdm_baseline spread = {.state = WDM_BASELINE_OK, .log_tau = 0.3, .df = 12.0};
    const double noise = 0.09 + 0.01;
    const double own = 0.09 + 0.04;
    double mean = 0.1; // the median of the three
    double var = 0.1;  // tau^2 + m^2
    double mean2 = 0.0;
    double var2 = 0.0;
    double scale2 = 0.0;
    wdm_baseline b = {0};
    wdm_scan scan = {0};
    wdm_baseline_score s = {0};
    (void)state;
    assert_int_equal(wdm_baseline_fit(points, 3, 3, 0, &opts, &spread, &b, NULL), WDM_OK);
    for (int i = 0; i < 3; i++) {
        if (i > 0)
            var += 0.0025;
        if (i == 2) {
            mean2 = mean;
            var2 = var - 0.0025;
        }
        mean += var / (var + noise) * (points[i].log_value - mean);
        var *= noise / (var + noise);
    }
    assert_near(b.before[0].mean, mean, 1e-12);
    assert_near(b.before[0].var, var, 1e-12);
    assert_near(b.before[1].mean, mean2, 1e-12);
    assert_near(b.before[1].var, var2, 1e-12);
    assert_int_equal(b.before[0].n, 3);
    wdm_scan_prepare(&b, 0.2, 8, 0.0, false, &scan);
    assert_int_equal(scan.n, 1); // a longer window leaves too few weeks before it
    assert_near(scan.windows[0].scale, sqrt(var + 0.0025 + own), 1e-12);
    wdm_scan_judge(&scan, mean + 2.0 * scan.windows[0].scale, &s);
    assert_near(s.factor, exp(2.0 * scan.windows[0].scale), 1e-9);
    assert_near(s.p_week, 0.03433, 1e-5); // R: pt(-2, 12) = 0.03432752
    assert_near(s.p_high + s.p_low, wdm_scan_correct(s.p_week, 1) + 1.0 - s.p_week, 1e-12);
    assert_near(s.band_lo95 * s.band_hi95, exp(2.0 * mean), 1e-9); // symmetric on the log scale
    assert_near(wdm_scan_line(&scan, s.p_high), exp(mean + 2.0 * scan.windows[0].scale), 1e-6);
    // The window of two weeks: ages 1 and 2 after the level, min(a_i, a_j) sums to 1 + 1 + 1 + 2.
    scale2 = sqrt(var2 + (0.0025 * 5.0 + own + noise) / 4.0);
    b.before[1].n = 8;
    wdm_scan_prepare(&b, 0.2, 2, 0.0, false, &scan);
    assert_int_equal(scan.n, 2);
    assert_near(scan.windows[1].scale, scale2, 1e-12);
    assert_near(scan.windows[1].others, 0.4 - mean2, 1e-12);
}

static void several_windows_cost(void **state)
{
    (void)state;
    assert_near(wdm_scan_correct(0.01, 1), 0.012, 1e-15);
    assert_near(wdm_scan_correct(0.01, 5), 0.054, 1e-15);
    assert_near(wdm_scan_correct(0.9, 5), 1.0, 0.0);
    for (int n = 1; n <= 5; n++)
        assert_near(wdm_scan_uncorrect(wdm_scan_correct(0.013, n), n), 0.013, 1e-15);
}

// A rise of 1.35 times is nothing for one week, and plain after six.
static void a_lasting_rise_is_seen_in_a_longer_window(void **state)
{
    wdm_baseline_point points[WEEKS + 5];
    wdm_baseline b = {0};
    wdm_baseline_score one = {0};
    wdm_baseline_score s = {0};
    wdm_rng rng = {0};
    (void)state;
    wdm_rng_init(&rng, 1, "num/baseline/rise");
    for (int i = 0; i < WEEKS + 5; i++)
        points[i] = at(i, 0.25 * wdm_rng_normal(&rng) + (i < WEEKS ? 0.0 : log(1.6)), 0.1, 0);
    b = fitted(points, WEEKS + 5, WEEKS + 5);
    one = judged(&b, 1.6, 0.1, 1);
    s = judged(&b, 1.6, 0.1, 8);
    print_message("one week p %.3g; %d weeks, %.2f times, p %.2g\n", one.p_high, s.scan_weeks, s.scan_factor,
                  s.p_high);
    assert_true(one.p_high > 0.05);
    assert_true(s.scan_weeks >= 4 && s.p_high < 0.03);
    assert_true(s.scan_factor > 1.25 && s.scan_factor < 1.9);
    // The line of this week is lower with the weeks before it: they are part of the evidence.
    assert_true(line(&b, 0.1, 8, 0.05) < line(&b, 0.1, 1, 0.05));
}

// A value on the line has that p, whichever window decides.
static void a_value_on_the_line_has_its_p(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_rng rng = {0};
    (void)state;
    wdm_rng_init(&rng, 2, "num/baseline/line");
    for (int run = 0; run < 200; run++) {
        wdm_baseline b = {0};
        wdm_scan scan = {0};
        wdm_baseline_score s = {0};
        double at_line = 0.0;
        for (int i = 0; i < WEEKS; i++)
            points[i] = at(i, 0.25 * wdm_rng_normal(&rng), 0.1, 0);
        b = fitted(points, WEEKS, WEEKS);
        wdm_scan_prepare(&b, 0.1, 8, 0.25, run % 2 == 1, &scan);
        at_line = wdm_scan_line(&scan, 0.01);
        wdm_scan_judge(&scan, log(at_line) + (run % 2 == 1 ? -1e-9 : 1e-9), &s);
        assert_true((run % 2 == 1 ? s.p_low : s.p_high) <= 0.01);
        assert_true(s.p_week <= WDM_SCAN_P_WEEK);
        assert_true(run % 2 == 1 ? s.scan_factor <= 0.8 : s.scan_factor >= 1.25);
        wdm_scan_judge(&scan, log(at_line) + (run % 2 == 1 ? 1e-6 : -1e-6), &s);
        assert_true((run % 2 == 1 ? s.p_low : s.p_high) > 0.01 || s.p_week > WDM_SCAN_P_WEEK ||
                    (run % 2 == 1 ? s.scan_factor > 0.8 : s.scan_factor < 1.25));
    }
}

static void excluded_and_missing_weeks_do_not_count(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline b = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, 0.1);
    for (size_t i = 10; i < WEEKS; i++)
        points[i] = at((int32_t)i, log(1000.0), 0.1, i % 2 == 0 ? WDM_BASELINE_OTHER : WDM_BASELINE_DISPOSAL);
    points[9].log_value = (double)NAN;
    b = fitted(points, WEEKS, WEEKS);
    assert_int_equal(b.state, WDM_BASELINE_OK);
    assert_int_equal(b.n_used, 9);
    assert_int_equal(b.n_window, WEEKS);
    assert_near(b.before[0].mean, log(10.0), 1e-12);
    points[0].excluded = WDM_BASELINE_DISPOSAL;
    assert_int_equal(fitted(points, WEEKS, WEEKS).state, WDM_BASELINE_OK);
    points[1].excluded = WDM_BASELINE_OTHER;
    b = fitted(points, WEEKS, WEEKS);
    assert_int_equal(b.state, WDM_BASELINE_INSUFFICIENT);
    assert_int_equal(b.n_used, 7);
    constant_points(points, WEEKS, 10.0, 0.1);
    assert_int_equal(wdm_baseline_fit(points, WEEKS, WEEKS, 10, NULL, NULL, &b, NULL), WDM_OK);
    assert_int_equal(b.n_used, 16); // a gap of ten weeks
    assert_int_equal(b.before[0].when, 15);
}

static void weeks_of_an_episode_do_not_count_as_weeks_of_the_window(void **state)
{
    wdm_baseline_point points[2 * WEEKS];
    wdm_baseline before = {0};
    wdm_baseline b = {0};
    (void)state;
    constant_points(points, 2 * WEEKS, 10.0, 0.1);
    for (size_t i = WEEKS; i < 2 * WEEKS; i++)
        points[i] = at((int32_t)i, log(100.0), 0.1, WDM_BASELINE_ALARMED);
    before = fitted(points, WEEKS, WEEKS);
    b = fitted(points, 2 * WEEKS, 2 * WEEKS);
    assert_int_equal(b.n_used, WEEKS);
    assert_near(b.before[0].mean, before.before[0].mean, 0.0);
    assert_near(b.log_tau, before.log_tau, 0.0);
    // Frozen, but less sure: 26 weeks have passed.
    assert_true(judged(&b, 20.0, 0.1, 1).p_high > judged(&before, 20.0, 0.1, 1).p_high);
}

// The window is the 26 weeks before the longest scan window (16 with the judged week).
static void only_the_last_weeks_of_the_window_count(void **state)
{
    enum { LATE = WEEKS + WDM_SCAN_MAX - 1, ALL = WEEKS + LATE };
    wdm_baseline_point points[ALL];
    (void)state;
    constant_points(points, WEEKS, 500.0, 0.1);
    constant_points(points + WEEKS, LATE, 10.0, 0.1);
    for (int32_t i = 0; i < ALL; i++)
        points[i].when = i;
    assert_near(fitted(points, ALL, ALL).before[0].mean, log(10.0), 1e-12);
    assert_int_equal(fitted(points, ALL, ALL).n_used, LATE);
}

static void the_level_follows_slow_changes(void **state)
{
    wdm_baseline_point points[WEEKS];
    (void)state;
    for (int32_t i = 0; i < WEEKS; i++)
        points[i] = at(i, 0.02 * (double)i, 0.1, 0);
    // The middle of the window is at 0.25, its end at 0.5.
    assert_true(fitted(points, WEEKS, WEEKS).before[0].mean > 0.38);
}

static void one_spike_hardly_moves_the_band(void **state)
{
    wdm_baseline_point points[WEEKS];
    double worst = 0.0;
    wdm_rng rng = {0};
    (void)state;
    wdm_rng_init(&rng, 1, "num/baseline/spike");
    for (int i = 0; i < WEEKS; i++)
        points[i] = at(i, 2.3 + 0.2 * wdm_rng_normal(&rng), 0.1, 0);
    const wdm_baseline clean = fitted(points, WEEKS, WEEKS);
    for (size_t i = 0; i < WEEKS - 1; i++) {
        const double kept = points[i].log_value;
        wdm_baseline b = {0};
        points[i].log_value = 5.3; // x 20, not flagged
        b = fitted(points, WEEKS, WEEKS);
        worst = fmax(worst, line(&b, 0.1, 1, 0.01) / line(&clean, 0.1, 1, 0.01));
        points[i].log_value = kept;
    }
    print_message("a spike of x 20 raises the 1 %% line by %.0f %% at most\n", 100.0 * (worst - 1.0));
    assert_true(worst < 1.35);
}

static void one_spike_is_no_lasting_rise(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline b = {0};
    (void)state;
    for (int i = 0; i < WEEKS; i++)
        points[i] = at(i, i % 2 == 0 ? 0.2 : -0.2, 0.1, 0);
    points[WEEKS - 1].log_value = 3.0; // the week before
    b = fitted(points, WEEKS, WEEKS);
    assert_true(judged(&b, 1.2, 0.1, 8).p_high > 0.01);
    assert_true(judged(&b, 20.0, 0.1, 8).p_high < 1e-4);
}

static void weeks_below_the_limit_pull_the_level_down(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline half = {0};
    wdm_baseline b = {0};
    double sum = 0.0;
    wdm_rng rng = {0};
    enum { RUNS = 400 };
    (void)state;
    wdm_rng_init(&rng, 1, "num/baseline/censored");
    // The truth: level 0, spread 0.3, everything below 1.0 (half) not seen.
    for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < WEEKS; i++) {
            const double value = 0.3 * wdm_rng_normal(&rng);
            points[i] = value < 0.0 ? below(i, 1.0) : at(i, value, 0.1, 0);
        }
        half = fitted(points, WEEKS, WEEKS);
        if (half.below_limit)
            continue;
        sum += half.before[0].mean;
    }
    print_message("level of half censored weeks: mean %.3f (truth 0, at the limit 0.12)\n", sum / RUNS);
    assert_true(fabs(sum / RUNS) < 0.05);
    // A measured week just below a higher limit tells more than the limit.
    for (int i = 0; i < WEEKS; i++)
        points[i] = i % 2 == 0 ? below(i, 5.0) : at(i, 0.0, 0.1, 0);
    b = fitted(points, WEEKS, WEEKS);
    assert_near(b.before[0].mean, 0.0, 0.02);
    assert_int_equal(b.n_censored, WEEKS / 2);
}

static void a_series_below_its_limit_is_judged_by_the_limit(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline b = {0};
    (void)state;
    for (int i = 0; i < WEEKS; i++)
        points[i] = below(i, 2.0);
    b = fitted(points, WEEKS, WEEKS);
    assert_int_equal(b.state, WDM_BASELINE_OK);
    assert_true(b.below_limit);
    assert_near(b.before[0].mean, log(2.0), 1e-12);
    assert_true(judged(&b, 2.2, 0.1, 8).p_high > 0.1); // just above the limit: not news yet
    assert_true(judged(&b, 8.0, 0.1, 8).p_high < 0.01);
    for (int i = 0; i < WEEKS; i++)
        points[i].log_limit = (double)NAN; // published zeros: nothing is known
    assert_int_equal(fitted(points, WEEKS, WEEKS).state, WDM_BASELINE_INSUFFICIENT);
}

static void too_little_data_is_a_state(void **state)
{
    wdm_baseline_point points[7];
    wdm_baseline b = {0};
    wdm_baseline_score s = {0};
    (void)state;
    constant_points(points, 7, 10.0, 0.1);
    b = fitted(points, 7, 7);
    assert_string_equal(wdm_baseline_state_text(b.state), "insufficient data");
    s = judged(&b, 100.0, 0.1, 8);
    assert_int_equal(s.state, WDM_BASELINE_INSUFFICIENT);
    assert_true(isnan(s.p_high) && isnan(s.median) && isnan(s.band_hi95));
    assert_true(isnan(line(&b, 0.1, 8, 0.01)));
    assert_int_equal(fitted(NULL, 0, 7).state, WDM_BASELINE_INSUFFICIENT);
}

static void missing_value_keeps_the_band_and_has_no_p(void **state)
{
    wdm_baseline_point points[WEEKS];
    wdm_baseline b = {0};
    wdm_baseline_score s = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, (double)NAN);
    b = fitted(points, WEEKS, WEEKS);
    s = judged(&b, (double)NAN, (double)NAN, 8);
    assert_string_equal(wdm_baseline_state_text(s.state), "no value");
    assert_true(isnan(s.p_high) && s.band_hi95 > 10.0 && s.band_lo95 < 10.0);
    assert_true(isnan(line(&b, 0.1, 8, 0.0)) && isnan(line(&b, 0.1, 8, 1.0)));
}

static void bad_input_is_refused(void **state)
{
    wdm_baseline_point points[WEEKS];
    const wdm_baseline_opts bad[] = {{26, 2, 0.1, 0.0, 0.3},  {5, 8, 0.1, 0.0, 0.3},
                                     {26, 8, 0.0, 0.0, 0.3},  {26, 8, (double)NAN, 0.0, 0.3},
                                     {26, 8, 0.1, -0.1, 0.3}, {26, 8, 0.1, 0.0, 0.0}};
    wdm_baseline b = {0};
    wdm_err err = {0};
    (void)state;
    constant_points(points, WEEKS, 10.0, 0.1);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(wdm_baseline_fit(points, WEEKS, WEEKS, 0, &bad[i], NULL, &b, &err), WDM_E_DATA);
    assert_int_equal(wdm_baseline_fit(points, WEEKS, WEEKS - 1, 0, NULL, NULL, &b, &err), WDM_E_DATA);
    points[3].log_value = -(double)INFINITY; // the log of a zero
    assert_int_equal(wdm_baseline_fit(points, WEEKS, WEEKS, 0, NULL, NULL, &b, &err), WDM_E_DATA);
    points[3] = at(3, 1.0, -0.1, 0);
    assert_int_equal(wdm_baseline_fit(points, WEEKS, WEEKS, 0, NULL, NULL, &b, &err), WDM_E_DATA);
    points[3] = at(2, 1.0, 0.1, 0); // the same week twice
    assert_int_equal(wdm_baseline_fit(points, WEEKS, WEEKS, 0, NULL, NULL, &b, &err), WDM_E_DATA);
    constant_points(points, WEEKS, 10.0, 0.1);
    wdm_mem_fail_at(1, 0);
    assert_int_equal(wdm_baseline_fit(points, WEEKS, WEEKS, 0, NULL, NULL, &b, &err), WDM_E_NOMEM);
    wdm_mem_fail_at(0, 0);
}

// One week by itself, weeks without change: p < 0.01 in one of a hundred. Several windows: see
// docs/VALIDATION.md.
static void p_values_are_calibrated(void **state)
{
    static const int sizes[] = {8, 13, 26};
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
            double level = 0.0;
            for (int i = 0; i < sizes[k]; i++) {
                points[i] = at(i, level + 0.25 * wdm_rng_normal(&rng), 0.07, 0);
                level += 0.03 * wdm_rng_normal(&rng);
            }
            b = fitted(points, (size_t)sizes[k], sizes[k]);
            s = judged(&b, exp(level + 0.25 * wdm_rng_normal(&rng)), 0.07, 1);
            below_5 += s.p_week < 0.05;
            below_1 += s.p_week < 0.01;
        }
        print_message("n %2d: p < 0.05 in %.4f, p < 0.01 in %.4f\n", sizes[k], (double)below_5 / RUNS,
                      (double)below_1 / RUNS);
        assert_in_range(below_5, 0.040 * RUNS, 0.060 * RUNS);
        assert_in_range(below_1, 0.007 * RUNS, 0.014 * RUNS);
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
        cmocka_unit_test(several_windows_cost),
        cmocka_unit_test(a_lasting_rise_is_seen_in_a_longer_window),
        cmocka_unit_test(a_value_on_the_line_has_its_p),
        cmocka_unit_test(excluded_and_missing_weeks_do_not_count),
        cmocka_unit_test(weeks_of_an_episode_do_not_count_as_weeks_of_the_window),
        cmocka_unit_test(only_the_last_weeks_of_the_window_count),
        cmocka_unit_test(the_level_follows_slow_changes),
        cmocka_unit_test(one_spike_hardly_moves_the_band),
        cmocka_unit_test(one_spike_is_no_lasting_rise),
        cmocka_unit_test(weeks_below_the_limit_pull_the_level_down),
        cmocka_unit_test(a_series_below_its_limit_is_judged_by_the_limit),
        cmocka_unit_test(too_little_data_is_a_state),
        cmocka_unit_test(missing_value_keeps_the_band_and_has_no_p),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(p_values_are_calibrated),
        cmocka_unit_test(benjamini_hochberg_is_that_of_r),
        cmocka_unit_test(benjamini_hochberg_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
