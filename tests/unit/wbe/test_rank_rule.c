// SPDX-License-Identifier: GPL-3.0-or-later
// A plant beside the others (exact cases and a simulation), weeks in alarm together, episodes from their end.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include <stdlib.h>

#include "wbe/rank_rule.h"

static const double none = (double)NAN;

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

static double beside(wdm_rank_value own, const wdm_rank_value *others, size_t n, double factor, bool below)
{
    wdm_err err = {WDM_OK, ""};
    double p = 0.0;
    if (wdm_rank_beside(&own, others, n, factor, below, &p, &err) != WDM_OK)
        fail_msg("%s", err.text);
    return p;
}

static void one_other_is_the_ratio_of_two_lognormals(void **state)
{
    const wdm_rank_value other = {100.0, 0.1, none};
    (void)state;
    // Phi(ln 1.2 / sqrt(0.02)) = 0.9013, as report/rank.h
    near(beside((wdm_rank_value){120.0, 0.1, none}, &other, 1, 1.0, false), 0.901337, 1e-6);
    near(beside((wdm_rank_value){120.0, 0.1, none}, &other, 1, 1.0, true), 1.0 - 0.901337, 1e-6);
    near(beside((wdm_rank_value){200.0, 0.1, none}, &other, 1, 2.0, false), 0.5, 1e-9);
}

// x below 1 for each; the generator is only for the simulation.
static double uniform(unsigned long long *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return ((double)(*state >> 11U) + 0.5) / 9007199254740992.0;
}

static double normal(unsigned long long *state)
{
    return sqrt(-2.0 * log(uniform(state))) * cos(6.283185307179586 * uniform(state));
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void several_others_agree_with_a_simulation(void **state)
{
    const wdm_rank_value others[] = {
        {10.0, 0.2, none}, {14.0, 0.3, none}, {8.0, 0.25, none}, {30.0, 0.2, none}, {9.0, 0.1, none}};
    unsigned long long seed = 5;
    (void)state;
    near(beside((wdm_rank_value){30.0, 0.2, none},
                (const wdm_rank_value[]){{10, 0.2, none}, {10, 0.2, none}, {10, 0.2, none}}, 3, 2.0, false),
         0.954, 0.001);
    enum { DRAWS = 200000 };
    int above = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x[5];
        for (int k = 0; k < 5; k++)
            x[k] = others[k].value * exp(others[k].log_sd * normal(&seed));
        qsort(x, 5, sizeof x[0], compare);
        above += 18.0 * exp(0.2 * normal(&seed)) > 1.5 * x[2];
    }
    near(beside((wdm_rank_value){18.0, 0.2, none}, others, 5, 1.5, false), (double)above / DRAWS, 0.004);
}

static void what_is_below_its_limit_speaks_against_an_alert(void **state)
{
    const wdm_rank_value low[] = {{none, none, 5.0}, {none, none, 5.0}, {none, none, 5.0}};
    const wdm_rank_value nothing = {none, none, none};
    const wdm_rank_value own = {20.0, 0.1, none};
    wdm_err err = {WDM_OK, ""};
    double middle = 0.0;
    double p = 0.0;
    (void)state;
    near(beside(own, low, 3, 3.0, false), 1.0 - 0.5 * erfc(log(20.0 / 15.0) / 0.1 / sqrt(2.0)), 1e-4);
    near(beside(own, low, 3, 0.5, true), 0.0, 1e-12); // they may be 0: nothing is below half of that
    assert_true(isnan(beside(own, &nothing, 1, 1.0, false)));
    assert_true(isnan(beside(nothing, low, 3, 1.0, false)));
    assert_true(isnan(beside(own, low, 0, 1.0, false)));
    assert_int_equal(wdm_rank_middle(low, 3, &middle, &err), WDM_OK);
    near(middle, 5.0, 0.0);
    assert_int_equal(wdm_rank_middle(&nothing, 1, &middle, &err), WDM_OK);
    assert_true(isnan(middle));
    assert_int_equal(wdm_rank_middle(low, 0, &middle, &err), WDM_OK);
    assert_true(isnan(middle));
    assert_int_equal(wdm_rank_beside(&own, low, 3, 0.0, false, &p, &err), WDM_E_DATA);
}

static void many_plants_pass_from_exact_to_normal_without_a_step(void **state)
{
    wdm_rank_value others[66];
    (void)state;
    for (size_t i = 0; i < 66; i++)
        others[i] = (wdm_rank_value){10.0 + 0.01 * (double)(i % 11), 0.3, none};
    const wdm_rank_value own = {11.0, 0.05, none};
    near(beside(own, others, 64, 1.0, false), beside(own, others, 65, 1.0, false), 0.01);
    near(beside(own, others, 66, 1.0, false), beside(own, others, 65, 1.0, false), 0.01);
    for (size_t i = 0; i < 66; i++)
        others[i].log_sd = 0.0;
    near(beside(own, others, 66, 1.0, false), 1.0 - 0.5 * erfc(log(11.0 / 10.05) / 0.05 / sqrt(2.0)), 0.02);
}

static void weeks_together_are_the_kth_longest(void **state)
{
    int weeks[] = {3, 1, 5, 0};
    (void)state;
    assert_int_equal(wdm_weeks_together(weeks, 4, 2), 3);
    assert_int_equal(wdm_weeks_together(weeks, 4, 4), 0);
    assert_int_equal(wdm_weeks_together(weeks, 4, 5), 0);
    assert_int_equal(wdm_weeks_together(weeks, 4, 0), 0);
}

static void an_episode_is_read_from_its_end(void **state)
{
    static const bool levels[] = {false, true, false, true, false, false, true};
    wdm_episode e = {.last = 100, .close_weeks = 2};
    wdm_episode calm = {.last = 7, .close_weeks = 1};
    (void)state;
    for (int i = 0; i < 7; i++)
        wdm_episode_take(&e, 100 - i, levels[i]);
    assert_true(e.done);
    assert_int_equal(wdm_episode_weeks(&e), 4);
    assert_int_equal(e.below_weeks, 1);
    wdm_episode_take(&calm, 7, false);
    wdm_episode_take(&calm, 6, true);
    assert_int_equal(wdm_episode_weeks(&calm), 0);
    assert_int_equal(calm.below_weeks, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_other_is_the_ratio_of_two_lognormals),
        cmocka_unit_test(several_others_agree_with_a_simulation),
        cmocka_unit_test(what_is_below_its_limit_speaks_against_an_alert),
        cmocka_unit_test(many_plants_pass_from_exact_to_normal_without_a_step),
        cmocka_unit_test(weeks_together_are_the_kth_longest),
        cmocka_unit_test(an_episode_is_read_from_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
