// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"
#include "wbe/disposal.h"
#include "wbe/ratio.h"

#define NOT ((double)NAN)
enum { DAY = 20773 };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static wdm_ratio_term term(bool above, double load, double u_analysis)
{
    return (wdm_ratio_term){.value = {.day = DAY,
                                      .load_mg_d_1000 = load,
                                      .u_sampling = 0.3,
                                      .u_flow = 0.2,
                                      .u_population = 0.4,
                                      .u_analysis = u_analysis,
                                      .batch_key = 1},
                            .weight = 1.0,
                            .analyte = above ? 1 : 2,
                            .above = above};
}

static wdm_ratio_term limit(bool above, double load, double lower)
{
    wdm_ratio_term t = term(above, load, 0.1);
    t.value.state = lower > 0.0 ? WDM_STATE_BELOW_LOQ : WDM_STATE_NOT_DETECTED;
    t.value.lower = lower;
    return t;
}

// Sampling 30 %, flow 20 %, population 40 % are in both and cancel; both analyses 10 % do not.
static void what_the_day_shares_cancels(void **state)
{
    (void)state;
    const wdm_ratio_term terms[] = {term(true, 27.0, 0.1), term(false, 100.0, 0.1)};
    wdm_ratio r;
    assert_true(wdm_ratio_of(terms, 2, false, &r));
    const double sigma = sqrt(2.0 * log(1.01));
    near(r.ratio, 0.27, 1e-12);
    near(r.sigma, sigma, 1e-9);
    near(r.lo95, 0.27 * exp(-1.959964 * sigma), 1e-6);
    near(r.hi95, 0.27 * exp(1.959964 * sigma), 1e-6);
    near(r.lo95, 0.2048, 1e-3);
    near(r.hi95, 0.3560, 1e-3);
    assert_int_equal(r.sign, 0);
}

static void a_batch_is_one_of_its_analyte(void **state)
{
    (void)state;
    wdm_ratio_term terms[4] = {term(true, 10.0, 0.0), term(false, 20.0, 0.0), term(true, 10.0, 0.0),
                               term(false, 20.0, 0.0)};
    wdm_ratio r;
    for (size_t i = 0; i < 4; i++)
        terms[i].value.u_batch = 0.2;
    terms[2].value.day = terms[3].value.day = DAY + 1;
    assert_true(wdm_ratio_of(terms, 4, false, &r));
    near(r.sigma, sqrt(2.0 * log(1.04)), 1e-9); // two days of one batch average nothing out
    assert_int_equal(r.n_days, 2);
    terms[2].value.batch_key = terms[3].value.batch_key = 2;
    assert_true(wdm_ratio_of(terms, 4, false, &r));
    assert_true(r.sigma < sqrt(2.0 * log(1.04)) * 0.75);
}

static void limits_give_bounds(void **state)
{
    (void)state;
    wdm_ratio r;
    const wdm_ratio_term above[] = {term(true, 27.0, 0.1), limit(false, 10.0, 0.0)};
    assert_true(wdm_ratio_of(above, 2, false, &r));
    assert_true(isnan(r.ratio) && r.sign == '>' && r.limit == 2.7 && isinf(r.hi95));
    const wdm_ratio_term below[] = {limit(true, 5.0, 0.0), term(false, 10.0, 0.1)};
    assert_true(wdm_ratio_of(below, 2, false, &r));
    assert_true(isnan(r.ratio) && r.sign == '<' && r.limit == 0.5 && r.lo95 == 0.0);
    const wdm_ratio_term both[] = {limit(true, 5.0, 1.0), term(false, 10.0, 0.1)};
    assert_true(wdm_ratio_of(both, 2, false, &r));
    assert_true(isnan(r.ratio) && r.sign == 0 && r.bound_low == 0.1 && r.bound_high == 0.5);
    const wdm_ratio_term none[] = {limit(true, 5.0, 0.0), limit(false, 10.0, 0.0)};
    assert_false(wdm_ratio_of(none, 2, false, &r));
    assert_false(wdm_ratio_of(above, 1, false, &r));
    // a published zero: below a limit that nobody states
    const wdm_ratio_term unknown[] = {limit(true, NOT, 0.0), term(false, 10.0, 0.1)};
    assert_false(wdm_ratio_of(unknown, 2, false, &r));
}

static void a_share_is_transformed_with_its_ends(void **state)
{
    (void)state;
    const wdm_ratio_term terms[] = {term(true, 65.0, 0.1), term(false, 35.0, 0.1)};
    const wdm_ratio_term alone[] = {term(true, 65.0, 0.1), limit(false, 5.0, 0.0)};
    wdm_ratio r;
    assert_true(wdm_ratio_of(terms, 2, true, &r));
    near(r.ratio, 0.65, 1e-12);
    near(r.lo95, 0.585, 2e-3);
    near(r.hi95, 0.710, 2e-3);
    assert_true(wdm_ratio_of(alone, 2, true, &r));
    assert_true(r.sign == '>');
    near(r.limit, 65.0 / 70.0, 1e-12);
    assert_true(r.hi95 == 1.0);
}

// Outside the range and not by noise: with probability 0.95, which needs 1.645 sigma.
static void noise_is_no_finding(void **state)
{
    (void)state;
    wdm_ratio r;
    wdm_ratio_term terms[] = {term(true, 90.0, 0.05), term(false, 100.0, 0.05)};
    assert_true(wdm_ratio_of(terms, 2, false, &r));
    assert_int_equal(wdm_ratio_judge(&r, NOT, 0.75), WDM_RATIO_ABOVE);
    assert_int_equal(wdm_ratio_judge(&r, NOT, 0.95), WDM_RATIO_NORMAL);
    assert_int_equal(wdm_ratio_judge(&r, 1.5, NOT), WDM_RATIO_BELOW);
    assert_int_equal(wdm_ratio_judge(&r, NOT, NOT), WDM_RATIO_NONE);
    terms[0] = term(true, 90.0, 0.15);
    terms[1] = term(false, 100.0, 0.15);
    assert_true(wdm_ratio_of(terms, 2, false, &r));
    assert_int_equal(wdm_ratio_judge(&r, NOT, 0.75), WDM_RATIO_UNCLEAR);
    // the line itself: 0.9 / exp(1.644854 sigma)
    assert_int_equal(wdm_ratio_judge(&r, NOT, 0.9 * exp(-1.6449 * r.sigma)), WDM_RATIO_ABOVE);
    assert_int_equal(wdm_ratio_judge(&r, NOT, 0.9 * exp(-1.6448 * r.sigma)), WDM_RATIO_UNCLEAR);
    const wdm_ratio_term above[] = {term(true, 27.0, 0.1), limit(false, 10.0, 0.0)};
    assert_true(wdm_ratio_of(above, 2, false, &r)); // > 2.7
    assert_int_equal(wdm_ratio_judge(&r, NOT, 0.75), WDM_RATIO_ABOVE);
    assert_int_equal(wdm_ratio_judge(&r, 0.75, NOT), WDM_RATIO_NORMAL);
    assert_int_equal(wdm_ratio_judge(&r, NOT, 3.0), WDM_RATIO_UNCLEAR);
}

static void a_spike_stands_out_of_its_neighbours(void **state)
{
    (void)state;
    const wdm_day days[] = {DAY, DAY + 1, DAY + 2, DAY + 3, DAY + 4, DAY + 30};
    const double values[] = {10.0, 11.0, 9.0, 80.0, 10.0, 50.0};
    const double limits[] = {NOT, NOT, NOT, NOT, NOT, NOT};
    near(wdm_spike_ratio(days, values, limits, 6, 3, 7, 4), 8.0, 1e-12);
    assert_true(isnan(wdm_spike_ratio(days, values, limits, 6, 3, 7, 5)));
    assert_true(isnan(wdm_spike_ratio(days, values, limits, 6, 3, 1, 4)));
    near(wdm_spike_ratio(days, values, limits, 6, 3, 1, 2), 80.0 / 9.5, 1e-12);
}

static void a_step_is_no_spike(void **state)
{
    (void)state;
    const wdm_spike spike = {5.0, 7, 4};
    wdm_day days[12];
    for (int i = 0; i < 12; i++)
        days[i] = DAY + i;
    const double one[] = {10.0, 11.0, 9.0, 80.0, 10.0, 12.0, 9.0};
    const double two[] = {10.0, 11.0, 9.0, 80.0, 70.0, 12.0, 9.0, 10.0};
    const double step[] = {10.0, 11.0, 9.0, 10.0, 12.0, 10.0, 80.0, 80.0, 80.0, 90.0, 85.0, 80.0};
    const double last[] = {10.0, 11.0, 9.0, 10.0, 12.0, 80.0};
    const double limits[] = {NOT, NOT, NOT, 80.0, NOT, NOT, NOT};
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(wdm_is_spike(days, one, 7, i, &spike), i == 3);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(wdm_is_spike(days, two, 8, i, &spike), i == 3 || i == 4);
    for (size_t i = 0; i < 12; i++)
        assert_false(wdm_is_spike(days, step, 12, i, &spike));
    assert_false(wdm_is_spike(days, last, 6, 5, &spike)); // it may be a step
    assert_false(wdm_is_spike(days, limits, 7, 3, &spike));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_day_shares_cancels),
        cmocka_unit_test(a_batch_is_one_of_its_analyte),
        cmocka_unit_test(limits_give_bounds),
        cmocka_unit_test(a_share_is_transformed_with_its_ends),
        cmocka_unit_test(a_step_is_no_spike),
        cmocka_unit_test(noise_is_no_finding),
        cmocka_unit_test(a_spike_stands_out_of_its_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
