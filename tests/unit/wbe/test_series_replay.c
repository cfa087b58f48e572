// SPDX-License-Identifier: GPL-3.0-or-later
// A weekly series walked week by week: what enters the baseline and what freezes it.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/series_replay.h"

enum { N = 60 };

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

// 7 days, random log-sd 0.08
static wdm_series_week value(int32_t week, double estimate)
{
    return (wdm_series_week){.week = week,
                             .estimate = estimate,
                             .limit = (double)NAN,
                             .bound_high = estimate,
                             .median = estimate,
                             .lo95 = estimate / 1.5,
                             .hi95 = estimate * 1.5,
                             .lo95_random = estimate * exp(-1.959963984540054 * 0.08),
                             .hi95_random = estimate * exp(1.959963984540054 * 0.08),
                             .n_days = 7};
}

static wdm_series_week censored(int32_t week, double limit)
{
    wdm_series_week out = value(week, (double)NAN);
    out.limit = limit;
    out.n_censored = 7;
    return out;
}

// Around 40, by turns 10 % up and down.
static void calm(wdm_series_week *weeks, int32_t n)
{
    static const double wave[] = {1.0, 1.1, 0.95, 0.9, 1.05};
    for (int32_t i = 0; i < n; i++)
        weeks[i] = value(1000 + i, 40.0 * wave[i % 5]);
}

static void run(wdm_replay *replay, const wdm_series_week *weeks, size_t n, int32_t last)
{
    const wdm_replay_opts opts = wdm_replay_opts_default();
    assert_int_equal(wdm_series_replay(replay, weeks, n, last, &opts, NULL), WDM_OK);
}

static void log_sd_comes_from_the_random_interval(void **state)
{
    wdm_series_week week = value(1, 50.0);
    (void)state;
    near(wdm_series_log_sd(&week), 0.08, 1e-12);
    week.lo95_random = 0.0;
    assert_true(isnan(wdm_series_log_sd(&week)));
    week.lo95_random = (double)NAN;
    assert_true(isnan(wdm_series_log_sd(&week)));
}

static void the_first_weeks_say_insufficient_data(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    (void)state;
    calm(weeks, 10);
    weeks[7].estimate = 400.0; // no baseline yet, so no alarm
    run(&replay, weeks, 10, 1009);
    assert_int_equal(replay.n, 10);
    assert_int_equal(replay.weeks[7].state, WDM_WEEK_INSUFFICIENT);
    assert_int_equal(replay.weeks[7].level, WDM_LEVEL_NONE);
    assert_false(replay.weeks[7].judged);
    assert_true(isnan(replay.weeks[7].baseline));
    assert_int_equal(replay.weeks[0].works_from, 1008); // when each week from here on is sampled
    assert_int_equal(replay.weeks[7].works_from, 1008);
    assert_int_equal(replay.weeks[8].works_from, 0);
    assert_int_equal(replay.weeks[8].state, WDM_WEEK_OK); // eight weeks before it
    assert_int_equal(replay.weeks[8].n, 8);
    wdm_replay_fini(&replay);
}

static void a_step_alarms_and_freezes_the_baseline_until_two_calm_weeks(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    (void)state;
    calm(weeks, 50);
    for (size_t i = 30; i < 40; i++)
        weeks[i] = value(weeks[i].week, 120.0);
    run(&replay, weeks, 50, 1049);
    assert_int_equal(replay.weeks[29].level, WDM_LEVEL_NONE);
    assert_int_equal(replay.weeks[30].level, WDM_LEVEL_CRITICAL);
    assert_true(replay.weeks[30].alarmed);
    assert_int_equal(replay.weeks[30].episode_weeks, 1);
    near(replay.weeks[30].baseline, 40.0, 1.0);
    near(replay.weeks[30].factor, 3.0, 0.1);
    // The tenth week of the step is still held against the level before it.
    near(replay.weeks[39].baseline, 40.0, 1.0);
    assert_int_equal(replay.weeks[39].episode_weeks, 10);
    assert_true(replay.weeks[40].frozen);
    assert_int_equal(replay.weeks[40].below_weeks, 1);
    assert_false(replay.weeks[41].frozen);
    assert_int_equal(replay.weeks[41].episode_weeks, 0);
    // None of the alarmed weeks has entered: the level is still about 40.
    near(replay.weeks[49].baseline, 40.0, 2.0);
    assert_int_equal(replay.weeks[49].n, 37); // of 49 the ten of the step and two after it are out
    wdm_replay_fini(&replay);
}

static void a_value_on_a_line_is_what_the_line_says(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    double warning = 0.0;
    (void)state;
    calm(weeks, 31);
    run(&replay, weeks, 31, 1030);
    warning = replay.weeks[30].line[WDM_LEVEL_WARNING];
    assert_true(warning > replay.weeks[30].line[WDM_LEVEL_NOTICE]);
    assert_true(replay.weeks[30].line[WDM_LEVEL_NOTICE] >= 1.25 * replay.weeks[30].baseline);
    weeks[30] = value(1030, warning * 1.0001);
    run(&replay, weeks, 31, 1030);
    assert_int_equal(replay.weeks[30].level, WDM_LEVEL_WARNING);
    weeks[30] = value(1030, warning * 0.9999);
    run(&replay, weeks, 31, 1030);
    assert_int_equal(replay.weeks[30].level, WDM_LEVEL_NOTICE);
    wdm_replay_fini(&replay);
}

static void the_least_effect_keeps_small_changes_quiet(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    wdm_replay_opts opts = wdm_replay_opts_default();
    (void)state;
    for (int32_t i = 0; i < 41; i++)
        weeks[i] = value(1000 + i, i < 40 ? 40.0 : 56.0);
    opts.min_effect_pct = 50.0;
    assert_int_equal(wdm_series_replay(&replay, weeks, 41, 1040, &opts, NULL), WDM_OK);
    assert_true(replay.weeks[40].p_high < 0.01);
    assert_int_equal(replay.weeks[40].level, WDM_LEVEL_NONE); // 1.4 times is less than 1.5
    near(replay.weeks[40].line[WDM_LEVEL_NOTICE], 60.0, 1e-9);
    opts.min_effect_pct = 25.0;
    assert_int_equal(wdm_series_replay(&replay, weeks, 41, 1040, &opts, NULL), WDM_OK);
    assert_true(replay.weeks[40].level > WDM_LEVEL_NONE);
    wdm_replay_fini(&replay);
}

static void missing_censored_and_short_weeks_are_told_apart_and_never_zero(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    size_t n = 0;
    (void)state;
    calm(weeks, 40);
    weeks[20] = censored(1020, 0.5);
    weeks[25].flags = WDM_EST_PROVISIONAL;
    weeks[25].n_days = 6;
    weeks[30] = value(1030, 400.0);
    weeks[30].flags = WDM_EST_PROVISIONAL;
    weeks[30].n_days = 2;
    n = 40;
    memmove(&weeks[35], &weeks[36], 4 * sizeof weeks[0]); // week 1035 is missing
    n--;
    run(&replay, weeks, n, 1041);
    assert_int_equal(replay.n, 42);
    assert_int_equal(replay.weeks[20].state, WDM_WEEK_CENSORED);
    assert_true(replay.weeks[20].judged); // its limit says that it is no alarm
    assert_true(isnan(replay.weeks[20].factor) && isnan(replay.weeks[20].p_high));
    assert_int_equal(replay.weeks[25].state, WDM_WEEK_PROVISIONAL);
    assert_true(replay.weeks[25].judged); // 6 days are enough
    assert_int_equal(replay.weeks[30].state, WDM_WEEK_PROVISIONAL);
    assert_false(replay.weeks[30].judged); // 2 are not
    assert_int_equal(replay.weeks[30].level, WDM_LEVEL_NONE);
    assert_int_equal(replay.weeks[35].state, WDM_WEEK_MISSING);
    assert_true(replay.weeks[35].at == SIZE_MAX);
    near(replay.weeks[35].baseline, 40.0, 1.0); // a line to draw through the gap
    assert_int_equal(replay.weeks[41].state, WDM_WEEK_MISSING);
    // Weeks 1000 .. 1039 less the short and the missing one; the censored one tells that it was low.
    assert_int_equal(replay.weeks[40].n, 38);
    near(replay.weeks[40].baseline, 40.0, 1.0);
    wdm_replay_fini(&replay);
}

static void a_late_week_changes_nothing_before_it(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay all = {0};
    wdm_replay part = {0};
    (void)state;
    calm(weeks, 50);
    for (size_t i = 33; i < 37; i++)
        weeks[i] = value(weeks[i].week, 90.0);
    run(&all, weeks, 50, 1049);
    for (int32_t last = 1000; last < 1050; last++) {
        run(&part, weeks, 50, last);
        assert_int_equal(part.n, last - 999);
        assert_int_equal(part.weeks[part.n - 1].week, last);
        assert_true(part.n <= 8 || part.weeks[part.n - 1].p_high == all.weeks[part.n - 1].p_high);
        assert_int_equal(part.weeks[part.n - 1].frozen, all.weeks[part.n - 1].frozen);
        assert_int_equal(part.weeks[part.n - 1].level, all.weeks[part.n - 1].level);
        assert_int_equal(part.weeks[part.n - 1].episode_weeks, all.weeks[part.n - 1].episode_weeks);
    }
    wdm_replay_fini(&all);
    wdm_replay_fini(&part);
}

static void a_gap_keeps_a_slow_ramp_out_of_its_own_baseline(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    wdm_replay_opts opts = wdm_replay_opts_default();
    double near_baseline = 0.0;
    (void)state;
    calm(weeks, 50);
    for (int32_t i = 30; i < 50; i++)
        weeks[i] = value(weeks[i].week, weeks[i].estimate * pow(1.02, i - 29));
    assert_int_equal(wdm_series_replay(&replay, weeks, 50, 1040, &opts, NULL), WDM_OK);
    near_baseline = replay.weeks[40].baseline;
    opts.gap_weeks = 10;
    assert_int_equal(wdm_series_replay(&replay, weeks, 50, 1040, &opts, NULL), WDM_OK);
    near(replay.weeks[40].baseline, 40.0, 1.0); // weeks 1004 .. 1029
    assert_true(near_baseline > 40.0);
    assert_int_equal(replay.weeks[17].state, WDM_WEEK_INSUFFICIENT); // 8 weeks and the gap must have passed
    assert_int_equal(replay.weeks[18].state, WDM_WEEK_OK);
    wdm_replay_fini(&replay);
}

static int first_alarm(const wdm_replay *replay, size_t from)
{
    for (size_t i = from; i < replay->n; i++) {
        if (replay->weeks[i].alarmed)
            return (int)i;
    }
    return -1;
}

// A rise of 1.5 times in a series that varies by a fifth: the window and its factor say what was seen.
static void a_lasting_rise_is_found_by_its_window(void **state)
{
    static const double wave[] = {1.0, 1.3, 0.8, 1.1, 0.75, 1.25, 0.9};
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    int at = 0;
    (void)state;
    for (int32_t i = 0; i < N; i++)
        weeks[i] = value(1000 + i, 40.0 * wave[i % 7] * (i < 35 ? 1.0 : 1.5));
    run(&replay, weeks, N, 1059);
    assert_int_equal(first_alarm(&replay, 0), first_alarm(&replay, 35));
    at = first_alarm(&replay, 35);
    print_message("found after %d weeks, in a window of %d: %.2f times\n", at - 34,
                  replay.weeks[at].scan_weeks, replay.weeks[at].scan_factor);
    assert_in_range(at, 36, 42);
    assert_true(replay.weeks[at].scan_weeks > 1);
    near(replay.weeks[at].scan_factor, 1.5, 0.2);
    near(replay.weeks[at].baseline, 40.0, 4.0);
    // The weeks of the window are no part of the baseline either.
    near(replay.weeks[at + 1].baseline, replay.weeks[at].baseline, 0.5);
    wdm_replay_fini(&replay);
}

static void one_spike_alarms_once(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    (void)state;
    calm(weeks, N);
    weeks[30] = value(1030, 800.0);
    run(&replay, weeks, N, 1059);
    assert_true(replay.weeks[30].alarmed);
    assert_int_equal(first_alarm(&replay, 31), -1);
    assert_int_equal(replay.weeks[32].episode_weeks, 0);
    wdm_replay_fini(&replay);
}

static void a_disposal_week_is_judged_and_leaves_no_trace(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay plain = {0};
    wdm_replay replay = {0};
    (void)state;
    calm(weeks, N);
    weeks[4] = value(1004, 800.0); // too early to alarm
    run(&plain, weeks, N, 1059);
    weeks[4].disposal = true;
    run(&replay, weeks, N, 1059);
    assert_int_equal(replay.weeks[8].state, WDM_WEEK_INSUFFICIENT);
    assert_int_equal(plain.weeks[8].state, WDM_WEEK_OK);
    assert_int_equal(replay.weeks[9].n, 8);
    assert_true(replay.weeks[20].hi95 < plain.weeks[20].hi95);
    wdm_replay_fini(&plain);
    wdm_replay_fini(&replay);
}

static void a_second_event_is_not_lost_behind_the_first(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    (void)state;
    calm(weeks, N);
    for (size_t i = 30; i < 36; i++)
        weeks[i] = value(weeks[i].week, weeks[i].estimate * 2.0);
    for (size_t i = 44; i < 50; i++) // eight weeks after the first one ended
        weeks[i] = value(weeks[i].week, weeks[i].estimate * 2.0);
    run(&replay, weeks, N, 1059);
    assert_int_equal(replay.weeks[30].episode_weeks, 1);
    assert_int_equal(replay.weeks[43].episode_weeks, 0);
    assert_int_equal(replay.weeks[44].episode_weeks, 1);
    near(replay.weeks[44].baseline, 40.0, 2.0);
    wdm_replay_fini(&replay);
}

static void a_further_rise_on_top_of_an_episode_is_said(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    int risen = 0;
    (void)state;
    calm(weeks, N);
    for (size_t i = 30; i < N; i++)
        weeks[i] = value(weeks[i].week, weeks[i].estimate * (i < 40 ? 2.0 : 4.0));
    run(&replay, weeks, N, 1059);
    assert_int_equal(replay.weeks[39].level, WDM_LEVEL_CRITICAL); // no worse level is left
    for (size_t i = 30; i < N; i++)
        risen += replay.weeks[i].risen ? 1 : 0;
    assert_int_equal(risen, 1);
    assert_true(replay.weeks[40].risen);
    near(replay.weeks[40].risen_factor, 2.0, 0.2);
    near(replay.weeks[40].baseline, 40.0, 1.0);
    wdm_replay_fini(&replay);
}

static void a_stable_new_level_becomes_the_baseline(void **state)
{
    enum { LONG = 80 };
    wdm_series_week weeks[LONG] = {{0}};
    wdm_replay replay = {0};
    wdm_replay_opts opts = wdm_replay_opts_default();
    (void)state;
    calm(weeks, LONG);
    for (size_t i = 30; i < LONG; i++)
        weeks[i] = value(weeks[i].week, weeks[i].estimate * (i < 70 ? 2.0 : 4.0));
    run(&replay, weeks, LONG, 1079);
    assert_int_equal(replay.weeks[55].episode_weeks, 26);
    assert_true(replay.weeks[56].rebased);
    assert_int_equal(replay.weeks[56].level, WDM_LEVEL_NONE);
    assert_int_equal(replay.weeks[56].below_weeks, 2); // closes the alert
    near(replay.weeks[56].baseline, 80.0, 2.0);
    assert_int_equal(first_alarm(&replay, 56), 70); // and from there the next rise is found
    near(replay.weeks[70].baseline, 80.0, 2.0);
    opts.rebase_weeks = 0;
    assert_int_equal(wdm_series_replay(&replay, weeks, LONG, 1079, &opts, NULL), WDM_OK);
    assert_int_equal(replay.weeks[69].episode_weeks, 40);
    assert_true(replay.weeks[70].risen);
    wdm_replay_fini(&replay);
}

static void a_new_substance_alarms_against_its_limit(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    (void)state;
    for (int32_t i = 0; i < N; i++)
        weeks[i] = i < 30 || i >= 50 ? censored(1000 + i, 2.0) : value(1000 + i, 8.0);
    run(&replay, weeks, N, 1059);
    assert_int_equal(replay.weeks[29].state, WDM_WEEK_CENSORED);
    assert_true(replay.weeks[29].judged);
    near(replay.weeks[29].baseline, 2.0, 1e-9); // at most
    assert_true(replay.weeks[30].alarmed);
    near(replay.weeks[30].factor, 4.0, 1e-9);
    assert_true(replay.weeks[49].episode_weeks == 20);
    assert_int_equal(replay.weeks[51].episode_weeks, 0); // below the limit again: over
    wdm_replay_fini(&replay);
}

// EARS C1 by hand: 7 weeks before, mean 40, sd sqrt(10 / 6) ...; a published detector keeps its alarmed
// weeks.
static void a_published_detector_keeps_its_own_ways(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    wdm_replay_opts opts = wdm_replay_opts_default();
    (void)state;
    calm(weeks, N);
    weeks[30] = value(1030, 400.0);
    weeks[31] = value(1031, 400.0);
    opts.detector = wdm_detector_find("ears_c1");
    assert_non_null(opts.detector);
    wdm_detector_defaults(opts.detector, opts.detector_parameters);
    opts.fixed_level = WDM_LEVEL_WARNING;
    assert_int_equal(wdm_series_replay(&replay, weeks, N, 1059, &opts, NULL), WDM_OK);
    assert_int_equal(replay.n, N);
    assert_int_equal(replay.weeks[6].state, WDM_WEEK_INSUFFICIENT);
    assert_int_equal(replay.weeks[3].works_from, 1007);
    assert_int_equal(replay.weeks[7].state, WDM_WEEK_OK);
    assert_int_equal(replay.weeks[30].level, WDM_LEVEL_WARNING);
    assert_int_equal(replay.weeks[30].episode_weeks, 1);
    assert_true(replay.weeks[30].line[WDM_LEVEL_WARNING] < 400.0);
    assert_true(isnan(replay.weeks[30].line[WDM_LEVEL_NOTICE]));
    assert_int_equal(replay.weeks[31].level, WDM_LEVEL_NONE); // the spike hides the next one, as published
    assert_true(replay.weeks[31].line[WDM_LEVEL_WARNING] > 400.0);
    wdm_replay_fini(&replay);
}

static void direction_below_alarms_on_a_fall(void **state)
{
    wdm_series_week weeks[N] = {{0}};
    wdm_replay replay = {0};
    wdm_replay_opts opts = wdm_replay_opts_default();
    (void)state;
    calm(weeks, 31);
    weeks[30] = value(1030, 13.0);
    opts.below = true;
    assert_int_equal(wdm_series_replay(&replay, weeks, 31, 1030, &opts, NULL), WDM_OK);
    assert_int_equal(replay.weeks[30].level, WDM_LEVEL_CRITICAL);
    assert_true(replay.weeks[30].line[WDM_LEVEL_WARNING] < replay.weeks[30].line[WDM_LEVEL_NOTICE]);
    assert_true(replay.weeks[30].line[WDM_LEVEL_NOTICE] <= 40.0 / 1.25);
    wdm_replay_fini(&replay);
}

static void bad_options_are_refused(void **state)
{
    const wdm_series_week week = value(1000, 40.0);
    wdm_replay replay = {0};
    wdm_replay_opts opts = wdm_replay_opts_default();
    (void)state;
    opts.p[WDM_LEVEL_NOTICE] = 1.0;
    assert_int_equal(wdm_series_replay(&replay, &week, 1, 1000, &opts, NULL), WDM_E_DATA);
    opts = wdm_replay_opts_default();
    opts.close_weeks = 0;
    assert_int_equal(wdm_series_replay(&replay, &week, 1, 1000, &opts, NULL), WDM_E_DATA);
    run(&replay, NULL, 0, 1000);
    assert_int_equal(replay.n, 0);
    run(&replay, &week, 1, 999); // begins later
    assert_int_equal(replay.n, 0);
    wdm_replay_fini(&replay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_sd_comes_from_the_random_interval),
        cmocka_unit_test(the_first_weeks_say_insufficient_data),
        cmocka_unit_test(a_step_alarms_and_freezes_the_baseline_until_two_calm_weeks),
        cmocka_unit_test(a_value_on_a_line_is_what_the_line_says),
        cmocka_unit_test(the_least_effect_keeps_small_changes_quiet),
        cmocka_unit_test(missing_censored_and_short_weeks_are_told_apart_and_never_zero),
        cmocka_unit_test(a_late_week_changes_nothing_before_it),
        cmocka_unit_test(a_gap_keeps_a_slow_ramp_out_of_its_own_baseline),
        cmocka_unit_test(a_lasting_rise_is_found_by_its_window),
        cmocka_unit_test(one_spike_alarms_once),
        cmocka_unit_test(a_disposal_week_is_judged_and_leaves_no_trace),
        cmocka_unit_test(a_second_event_is_not_lost_behind_the_first),
        cmocka_unit_test(a_further_rise_on_top_of_an_episode_is_said),
        cmocka_unit_test(a_stable_new_level_becomes_the_baseline),
        cmocka_unit_test(a_new_substance_alarms_against_its_limit),
        cmocka_unit_test(a_published_detector_keeps_its_own_ways),
        cmocka_unit_test(direction_below_alarms_on_a_fall),
        cmocka_unit_test(bad_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
