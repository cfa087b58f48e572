// SPDX-License-Identifier: GPL-3.0-or-later
// Who measured what, and what a change of laboratory did.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "base/mem.h"
#include "wbe/segments.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

enum { METH = 3, A = 0, B = 1, C = 2 };

static void runs_go_on_until_another_source_comes_between(void **state)
{
    wdm_source_runs runs = {0};
    (void)state;
    assert_int_equal(wdm_source_runs_add(&runs, METH, A, 1, NULL), WDM_OK);
    assert_int_equal(wdm_source_runs_add(&runs, METH, A, 2, NULL), WDM_OK);
    assert_int_equal(wdm_source_runs_add(&runs, METH, B, 3, NULL), WDM_OK);
    assert_int_equal(wdm_source_runs_add(&runs, METH, A, 5, NULL), WDM_OK);
    assert_int_equal(runs.n, 3);
    assert_int_equal(runs.rows[0].last, 2);
    assert_int_equal(runs.rows[2].first, 5);
    assert_int_equal(wdm_source_runs_add(&runs, METH, B, 5, NULL),
                     WDM_OK); // both on day 5: A was not between
    assert_int_equal(wdm_source_runs_add(&runs, METH, B, 6, NULL), WDM_OK);
    assert_int_equal(wdm_source_runs_add(&runs, METH, A, 6, NULL), WDM_OK);
    assert_int_equal(runs.n, 3);
    assert_int_equal(runs.rows[1].last, 6);
    assert_int_equal(wdm_source_runs_add(&runs, METH + 1, A, 6, NULL), WDM_OK); // another analyte
    assert_int_equal(runs.n, 4);
    wdm_source_runs_fini(&runs);
}

static void an_offset_is_the_mean_of_weeks(void **state)
{
    wdm_source_pair pairs[] = {{METH, A, B, 10, 0.1}, {METH, A, B, 11, 0.15}, {METH, A, B, 11, 0.25},
                               {METH, A, B, 12, 0.3}, {METH, A, C, 12, 0.3},  {METH + 1, A, B, 12, 0.0}};
    wdm_source_offsets offsets = {0};
    (void)state;
    assert_int_equal(wdm_source_offsets_fit(pairs, 6, &offsets, NULL), WDM_OK);
    assert_int_equal(offsets.n, 3);
    near(offsets.rows[0].log, 0.2, 1e-12);
    assert_int_equal(offsets.rows[0].n_weeks, 3);
    assert_int_equal(offsets.rows[0].n_days, 4);
    near(offsets.rows[0].sd, 0.12674, 2e-5);
    assert_true(isnan(offsets.rows[1].sd)); // one week: the two calibrations of one week
    assert_int_equal(wdm_source_offsets_fit(pairs, 0, &offsets, NULL), WDM_OK);
    assert_int_equal(offsets.n, 0);
    wdm_free(offsets.rows);
}

// Eight weeks of seven days.
typedef struct world {
    wdm_day days[56];
    wdm_trend_point points[8];
} world;

static world make(void)
{
    world w;
    for (int i = 0; i < 56; i++)
        w.days[i] = 4 + i;
    for (int i = 0; i < 8; i++)
        w.points[i] =
            (wdm_trend_point){.first = 4 + 7 * i, .last = 10 + 7 * i, .estimate = 10.0, .enough = true};
    return w;
}

static void a_change_of_laboratory_begins_a_segment(void **state)
{
    const wdm_source_run runs[] = {{METH, A, 4, 31, 0}, {METH, B, 32, 59, 0}};
    world w = make();
    wdm_segments segments = {0};
    wdm_segment_input input = {.runs = runs, .n_runs = 2, .days = w.days, .n_days = 56};
    const wdm_source_offset offset = {METH, A, B, 0.2, 0.1, 3, 9};
    (void)state;
    assert_int_equal(wdm_segments_mark(&input, w.points, 8, &segments, NULL), WDM_OK);
    assert_int_equal(segments.n, 2);
    assert_int_equal(segments.rows[1].first, 32);
    assert_int_equal(segments.rows[1].source, B);
    assert_true(isnan(w.points[0].shift) && isnan(segments.rows[0].shift));
    assert_true(w.points[7].shift == 0.0);
    input.offsets = &offset;
    input.n_offsets = 1;
    assert_int_equal(wdm_segments_mark(&input, w.points, 8, &segments, NULL), WDM_OK);
    near(w.points[0].shift, 0.2, 1e-12);
    near(w.points[0].shift_sd, 0.1, 1e-12);
    assert_int_equal(segments.rows[0].n_weeks, 3);
    wdm_segments_fini(&segments);
}

static void a_week_that_two_shared_is_half_shifted(void **state)
{
    const wdm_source_run runs[] = {{METH, A, 4, 31, 0}, {METH, B, 25, 59, 0}}; // both in the fourth week
    const wdm_source_offset offset = {METH, A, B, log(1.25), 0.1, 3, 9};
    world w = make();
    wdm_segments segments = {0};
    const wdm_segment_input input = {runs, 2, &offset, 1, w.days, 56};
    (void)state;
    assert_int_equal(wdm_segments_mark(&input, w.points, 8, &segments, NULL), WDM_OK);
    assert_int_equal(segments.n, 3);
    assert_true(segments.rows[1].mixed && segments.rows[1].n == 1);
    near(w.points[3].shift, 0.10536, 1e-5); // -ln(0.5 + 0.5 / 1.25)
    near(w.points[3].shift_sd, 0.1 * 0.4 / 0.9, 1e-12);
    wdm_segments_fini(&segments);
}

static void offsets_go_over_a_third_laboratory(void **state)
{
    const wdm_source_run runs[] = {{METH, A, 4, 31, 0}, {METH, C, 32, 59, 0}};
    const wdm_source_offset offsets[] = {{METH, A, B, 0.2, 0.03, 5, 9}, {METH, B, C, -0.1, 0.04, 3, 9}};
    world w = make();
    wdm_segments segments = {0};
    const wdm_segment_input input = {runs, 2, offsets, 2, w.days, 56};
    (void)state;
    assert_int_equal(wdm_segments_mark(&input, w.points, 8, &segments, NULL), WDM_OK);
    near(w.points[0].shift, 0.1, 1e-12);
    near(w.points[0].shift_sd, 0.05, 1e-12);
    wdm_segments_fini(&segments);
}

static void published_days_are_a_source_of_their_own(void **state)
{
    const wdm_source_run runs[] = {{METH, A, 32, 59, 0}};
    world w = make();
    wdm_segments segments = {0};
    const wdm_segment_input input = {runs, 1, NULL, 0, w.days, 56};
    (void)state;
    assert_int_equal(wdm_segments_mark(&input, w.points, 8, &segments, NULL), WDM_OK);
    assert_int_equal(segments.n, 2);
    assert_true(segments.rows[0].source == WDM_SOURCE_NONE && isnan(w.points[0].shift));
    wdm_segments_fini(&segments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_go_on_until_another_source_comes_between),
        cmocka_unit_test(an_offset_is_the_mean_of_weeks),
        cmocka_unit_test(a_change_of_laboratory_begins_a_segment),
        cmocka_unit_test(a_week_that_two_shared_is_half_shifted),
        cmocka_unit_test(offsets_go_over_a_third_laboratory),
        cmocka_unit_test(published_days_are_a_source_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
