// SPDX-License-Identifier: GPL-3.0-or-later
// Westgard's rules. Values with the verdicts that other people's programs and courses give them:
//  - evaluator: test vectors of the public program abusuraihsakhri/westgard-qc-evaluator
//  (test_westgard_qc.py), control
//    values with mean 100, sd 5 (level 1) and mean 200, sd 10 (level 2);
//  - simulator: test vectors of the public program fbientrigo/westgard-sim (tests/test_rules.py), mean 100,
//  sd 2;
//  - definitions: table 1 of doi:10.1007/s10815-013-0107-x.
#include "numtest.h"

#include "num/westgard.h"

enum { POINTS = 16 };

typedef struct level {
    double mean, sd;
} level;

static const level levels[] = {{100.0, 5.0}, {200.0, 10.0}};

typedef struct control {
    int run, material;
    double value;
} control;

static void evaluate(const control *controls, size_t n, unsigned *rules)
{
    wdm_westgard_point points[POINTS];
    for (size_t i = 0; i < n; i++) {
        const level *l = &levels[controls[i].material];
        points[i] = (wdm_westgard_point){(controls[i].value - l->mean) / l->sd, controls[i].run,
                                         controls[i].material};
    }
    wdm_westgard(points, n, rules);
}

#define EVALUATE(controls, rules) evaluate(controls, sizeof(controls) / sizeof((controls)[0]), rules)

static void evaluator_a_clean_series_passes(void **state)
{
    static const control c[] = {{1, 0, 101}, {1, 1, 198}, {2, 0, 99}, {2, 1, 203}, {3, 0, 102}, {3, 1, 197}};
    unsigned rules[POINTS];
    (void)state;
    EVALUATE(c, rules);
    for (int i = 0; i < 6; i++)
        assert_int_equal(rules[i], 0);
}

static void evaluator_1_2s_warns_and_1_3s_rejects(void **state)
{
    static const control out[] = {{1, 0, 101}, {2, 0, 116}};
    static const control warn[] = {{1, 0, 100}, {2, 0, 111}};
    static const control beside[] = {{1, 0, 101}, {1, 1, 199}, {2, 0, 116}, {2, 1, 200}};
    unsigned rules[POINTS];
    (void)state;
    EVALUATE(out, rules);
    assert_int_equal(rules[0], 0);
    assert_int_equal(rules[1], WDM_WESTGARD_12S | WDM_WESTGARD_13S);
    EVALUATE(warn, rules);
    assert_int_equal(rules[1], WDM_WESTGARD_12S);
    EVALUATE(beside, rules);
    assert_true((rules[2] & WDM_WESTGARD_13S) != 0);
    assert_int_equal(rules[3], 0); // the level in control is not blamed
}

static void evaluator_2_2s_across_runs_and_within_a_run(void **state)
{
    static const control across[] = {{1, 1, 222}, {2, 1, 223}};
    static const control above[] = {{1, 0, 112}, {1, 1, 222}};
    static const control below[] = {{1, 0, 88}, {1, 1, 178}};
    static const control other_run[] = {{1, 0, 112}, {2, 1, 222}};
    unsigned rules[POINTS];
    (void)state;
    EVALUATE(across, rules);
    assert_int_equal(rules[0], WDM_WESTGARD_12S);
    assert_int_equal(rules[1], WDM_WESTGARD_12S | WDM_WESTGARD_22S);
    EVALUATE(above, rules);
    assert_true((rules[1] & WDM_WESTGARD_22S) != 0);
    EVALUATE(below, rules);
    assert_true((rules[1] & WDM_WESTGARD_22S) != 0);
    EVALUATE(other_run, rules); // across materials it is a rule of one run
    assert_int_equal(rules[1], WDM_WESTGARD_12S);
}

static void evaluator_r_4s_is_within_the_run(void **state)
{
    static const control run[] = {{1, 0, 112}, {1, 1, 178}};
    static const control runs[] = {{1, 0, 112}, {2, 0, 88}};
    unsigned rules[POINTS];
    (void)state;
    EVALUATE(run, rules);
    assert_int_equal(rules[0], WDM_WESTGARD_12S);
    assert_int_equal(rules[1], WDM_WESTGARD_12S | WDM_WESTGARD_R4S);
    EVALUATE(runs, rules);
    assert_int_equal(rules[1], WDM_WESTGARD_12S);
}

static void evaluator_4_1s_at_the_fourth(void **state)
{
    static const control c[] = {{1, 0, 106}, {2, 0, 107}, {3, 0, 105.5}, {4, 0, 106.5}};
    // the same four over two materials in two runs: consecutive across materials
    static const control both[] = {{1, 0, 106}, {1, 1, 214}, {2, 0, 105.5}, {2, 1, 213}};
    static const control broken[] = {{1, 0, 106}, {2, 0, 107}, {3, 0, 104}, {4, 0, 106.5}, {5, 0, 107}};
    unsigned rules[POINTS];
    (void)state;
    EVALUATE(c, rules);
    assert_int_equal(rules[2], 0);
    assert_int_equal(rules[3], WDM_WESTGARD_41S);
    EVALUATE(both, rules);
    assert_int_equal(rules[2], 0);
    assert_int_equal(rules[3], WDM_WESTGARD_41S);
    EVALUATE(broken, rules);
    assert_int_equal(rules[4], 0);
}

static void evaluator_10_x_at_the_tenth(void **state)
{
    static const double offsets[] = {0.3, 0.4, 0.2, 0.5, 0.3, 0.4, 0.2, 0.3, 0.5, 0.4};
    wdm_westgard_point points[11];
    unsigned rules[11];
    (void)state;
    for (int i = 0; i < 10; i++)
        points[i] = (wdm_westgard_point){-offsets[i], i, 0};
    points[10] = (wdm_westgard_point){0.0, 10, 0}; // on the mean is on no side
    wdm_westgard(points, 11, rules);
    for (int i = 0; i < 9; i++)
        assert_int_equal(rules[i], 0);
    assert_int_equal(rules[9], WDM_WESTGARD_10X);
    assert_int_equal(rules[10], 0);
}

static void simulator_vectors(void **state)
{
    static const struct {
        double z[5];
        size_t n, at;
        unsigned rules;
    } cases[] = {
        {{0, 0, 2.1, 0, 0}, 5, 2, WDM_WESTGARD_12S},
        {{0, -2.1, 0}, 3, 1, WDM_WESTGARD_12S},
        {{2.0}, 1, 0, 0},                // exactly on the limit does not exceed it
        {{3.0}, 1, 0, WDM_WESTGARD_12S}, //
        {{0, 0, 3.1, 0}, 4, 2, WDM_WESTGARD_12S | WDM_WESTGARD_13S},
        {{0, -3.1}, 2, 1, WDM_WESTGARD_12S | WDM_WESTGARD_13S},
        {{0, 2.1, 2.1, 0}, 4, 2, WDM_WESTGARD_12S | WDM_WESTGARD_22S},
        {{0, -2.1, -2.1, 0}, 4, 2, WDM_WESTGARD_12S | WDM_WESTGARD_22S},
        {{2.1, -2.1}, 2, 1, WDM_WESTGARD_12S},   // opposite sides, two runs
        {{2.1, 0, 2.1}, 3, 2, WDM_WESTGARD_12S}, // not consecutive
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        wdm_westgard_point points[5];
        unsigned rules[5];
        for (size_t i = 0; i < cases[k].n; i++)
            points[i] = (wdm_westgard_point){cases[k].z[i], (int64_t)i, 0};
        wdm_westgard(points, cases[k].n, rules);
        assert_int_equal(rules[cases[k].at], cases[k].rules);
    }
}

static void a_missing_value_neither_counts_nor_breaks(void **state)
{
    wdm_westgard_point points[] = {{2.5, 1, 0}, {(double)NAN, 2, 0}, {2.5, 3, 0}};
    unsigned rules[3];
    (void)state;
    wdm_westgard(points, 3, rules);
    assert_int_equal(rules[1], 0);
    assert_true((rules[2] & WDM_WESTGARD_22S) != 0);
    assert_string_equal(wdm_westgard_name(3), "westgard_r_4s");
    assert_string_equal(wdm_westgard_name(6), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluator_a_clean_series_passes),
        cmocka_unit_test(evaluator_1_2s_warns_and_1_3s_rejects),
        cmocka_unit_test(evaluator_2_2s_across_runs_and_within_a_run),
        cmocka_unit_test(evaluator_r_4s_is_within_the_run),
        cmocka_unit_test(evaluator_4_1s_at_the_fourth),
        cmocka_unit_test(evaluator_10_x_at_the_tenth),
        cmocka_unit_test(simulator_vectors),
        cmocka_unit_test(a_missing_value_neither_counts_nor_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
