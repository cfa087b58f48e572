// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/change.h"
#include "numtest.h"

// Rows of EUDA's 2025 release (CC BY 4.0, EUDA and SCORE): current, previous, published percent, published
// word.
static void published_changes_of_euda(void **state)
{
    typedef struct row {
        double current, previous, pct;
        const char *word;
    } row;
    static const row rows[] = {
        {15.53, 23.73, -34.5554150863885, "decrease"},
        {7.05, 7.61, -7.3587385019711, "stable"},
        {22.71, 19.57, 16.0449667858968, "increase"},
        {4.53, 4.12, 9.95145631067961, "stable"},
        {0.0, 7.08, -100.0, "decrease"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_near(wdm_change_pct(rows[i].current, rows[i].previous), rows[i].pct, 1e-9);
        assert_string_equal(wdm_change_class_text(wdm_change_class(rows[i].current, rows[i].previous)),
                            rows[i].word);
    }
    assert_true(isinf(wdm_change_pct(10.93, 0.0)) && wdm_change_pct(10.93, 0.0) > 0.0);
    assert_int_equal(wdm_change_class(10.93, 0.0), WDM_CHANGE_INCREASE);
    assert_true(isnan(wdm_change_pct(0.0, 0.0)));
    assert_int_equal(wdm_change_class(0.0, 0.0), WDM_CHANGE_STABLE);
}

static void missing_and_boundary_changes(void **state)
{
    const double none = (double)NAN;
    (void)state;
    assert_true(isnan(wdm_change_pct(1.0, none)) && isnan(wdm_change_pct(none, 1.0)));
    assert_true(isnan(wdm_change_pct(1.0, -1.0)) && isnan(wdm_change_pct((double)INFINITY, 1.0)));
    assert_string_equal(wdm_change_class_text(wdm_change_class(1.0, none)), "no previous data");
    assert_string_equal(wdm_change_class_text(wdm_change_class(0.0, none)), "no previous data");
    assert_string_equal(wdm_change_class_text(wdm_change_class(none, none)), "no current data");
    assert_int_equal(wdm_change_class(1.1, 1.0), WDM_CHANGE_INCREASE);
    assert_int_equal(wdm_change_class(0.9, 1.0), WDM_CHANGE_DECREASE); // -9.999999999999998 in binary
    assert_int_equal(wdm_change_class(1.0999, 1.0), WDM_CHANGE_STABLE);
    assert_int_equal(wdm_change_class(0.9001, 1.0), WDM_CHANGE_STABLE);
}

static wdm_change_result ratio(double current, double previous, double sd, double tau)
{
    const wdm_change_input input = {current, previous, sd, sd, tau};
    wdm_change_result r = {0};
    assert_int_equal(wdm_change_ratio(&input, &r, NULL), WDM_OK);
    return r;
}

static void word_follows_the_interval(void **state)
{
    const wdm_change_result r = ratio(130, 100, 0.05, 0.0);
    (void)state;
    assert_near(r.ratio, 1.3, 1e-15);
    assert_near(r.lo95, 1.1318, 5e-5);
    assert_near(r.hi95, 1.4932, 5e-5);
    assert_string_equal(wdm_change_word_text(r.word), "up");
    assert_string_equal(wdm_change_word_text(ratio(70, 100, 0.05, 0.0).word), "down");
    assert_string_equal(wdm_change_word_text(ratio(102, 100, 0.05, 0.0).word), "stable");
    assert_string_equal(wdm_change_word_text(ratio(105, 100, 0.2, 0.0).word), "cannot be told");
    assert_string_equal(wdm_change_word_text(ratio(130, 100, 0.05, 0.2).word),
                        "cannot be told"); // weeks differ anyway
    assert_near(ratio(1, 1, 0.3, 0.4).log_sd, sqrt(2 * 0.09 + 2 * 0.16), 1e-15);
    assert_string_equal(wdm_change_word_text(ratio(5, 5, 0.0, 0.0).word), "stable");
    assert_near(r.lo95 * ratio(100, 130, 0.05, 0.0).hi95, 1.0,
                1e-12); // the other way round is the reciprocal
}

// METHOD 5: two weeks at one site, seven days each, sampling 10 % and analysis 10 %: ratio's RSD 0.0756.
static void ratio_of_two_weeks_has_the_published_spread(void **state)
{
    (void)state;
    assert_near(ratio(1, 1, sqrt((0.01 + 0.01) / 7.0), 0.0).log_sd, 0.0756, 5e-5);
}

static void ratio_refuses_what_has_no_logarithm(void **state)
{
    const wdm_change_input bad[] = {
        {0, 1, 0.1, 0.1, 0},
        {1, 0, 0.1, 0.1, 0},
        {1, (double)NAN, 0.1, 0.1, 0},
        {1, 1, (double)NAN, 0.1, 0},
        {1, 1, 0.1, -0.1, 0},
        {1, 1, 0.1, 0.1, (double)INFINITY},
        {(double)INFINITY, 1, 0.1, 0.1, 0},
    };
    wdm_change_result r = {0};
    wdm_err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(wdm_change_ratio(&bad[i], &r, &err), WDM_E_DATA);
        assert_true(isnan(r.ratio) && r.word == WDM_CHANGE_UNTOLD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_changes_of_euda),
        cmocka_unit_test(missing_and_boundary_changes),
        cmocka_unit_test(word_follows_the_interval),
        cmocka_unit_test(ratio_of_two_weeks_has_the_published_spread),
        cmocka_unit_test(ratio_refuses_what_has_no_logarithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
