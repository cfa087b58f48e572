// SPDX-License-Identifier: GPL-3.0-or-later
// The flow check: what is called a slip, unusual, wet, and when there is no verdict.
#include "unittest.h"

#include "base/mem.h"
#include "wbe/flow_check.h"

enum { MONDAY = 20773 /* 2026-11-16 */, YEARS = 2 * 365 };
#define NOT ((double)NAN)

static const wdm_flow_limits limits = {.ten_low = 0.7,
                                       .ten_high = 1.8,
                                       .seen_before = 2,
                                       .score_low = -3.0,
                                       .score_high = 3.0,
                                       .spread_floor = 0.1,
                                       .least_weekday = 4,
                                       .least_all = 8,
                                       .days = 730,
                                       .rain_mm = 10.0,
                                       .wet_score = 2.0};

static void assert_near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("%.17g is not %.17g", got, want);
}

static wdm_flow_usual usual_of(const wdm_flow_day *history, size_t n, wdm_day day)
{
    wdm_flow_usual usual;
    assert_int_equal(wdm_flow_usual_of(history, n, day, &limits, &usual, NULL), WDM_OK);
    return usual;
}

static wdm_flow_verdict judge(const wdm_flow_day *history, size_t n, double flow, double rain)
{
    const wdm_flow_usual usual = usual_of(history, n, MONDAY);
    return wdm_flow_judge(&usual, &limits, history, n, (const double[2]){flow, rain});
}

// Weeks of Mondays before MONDAY, flow alternating by `swing` around 225000.
static size_t mondays(wdm_flow_day *history, int weeks, double swing)
{
    for (int w = 0; w < weeks; w++)
        history[w] =
            (wdm_flow_day){MONDAY - 7 * (weeks - w), 225000.0 * (w % 2 == 0 ? 1.0 + swing : 1.0 - swing)};
    return (size_t)weeks;
}

static void usual_is_the_weekdays_median(void **state)
{
    (void)state;
    const wdm_flow_day h[] = {{MONDAY - 35, 100}, {MONDAY - 28, 110}, {MONDAY - 21, 90},
                              {MONDAY - 20, 500}, {MONDAY - 14, 105}, {MONDAY - 7, 1000}};
    wdm_flow_limits fine = limits;
    wdm_flow_usual usual = usual_of(h, 6, MONDAY);
    assert_int_equal(usual.basis, WDM_FLOW_WEEKDAY);
    assert_int_equal(usual.n, 5);
    assert_near(usual.usual_m3_d, 105.0, 1e-9);
    assert_near(usual.spread, 0.1, 1e-12);
    fine.spread_floor = 0.001; // 1.206 x 1.482602 x ln(105/100), R: mad(log(x)) is 1.482602 x 0.04879016
    assert_int_equal(wdm_flow_usual_of(h, 6, MONDAY, &fine, &usual, NULL), WDM_OK);
    assert_near(usual.spread, 1.206 * 1.482602218505602 * 0.04879016416943205, 1e-9);
}

static void little_history_is_no_verdict(void **state)
{
    (void)state;
    wdm_flow_day h[16];
    size_t n = mondays(h, 3, 0.05);
    assert_int_equal(usual_of(h, n, MONDAY).basis, WDM_FLOW_UNKNOWN);
    assert_false(judge(h, n, 2250000, NOT).judged);
    assert_int_equal(judge(h, n, 2250000, NOT).slip, 0);
    n = mondays(h, 4, 0.05);
    assert_int_equal(usual_of(h, n, MONDAY).basis, WDM_FLOW_WEEKDAY);
    for (int d = 0; d < 8; d++)
        h[d] = (wdm_flow_day){MONDAY - 8 + d, 225000};
    assert_int_equal(usual_of(h, 7, MONDAY).basis, WDM_FLOW_UNKNOWN);
    assert_int_equal(usual_of(h, 8, MONDAY).basis, WDM_FLOW_ALL);
    assert_int_equal(usual_of(NULL, 0, MONDAY).basis, WDM_FLOW_UNKNOWN);
}

static void the_day_itself_and_old_flows_do_not_count(void **state)
{
    (void)state;
    wdm_flow_day h[16];
    const size_t n = mondays(h, 4, 0.0);
    assert_int_equal(usual_of(h, n, h[3].day).basis, WDM_FLOW_UNKNOWN); // three others are left
    assert_int_equal(usual_of(h, n, h[0].day + 7 * 104 + 7).basis,
                     WDM_FLOW_UNKNOWN); // two years later: three
    assert_int_equal(usual_of(h, n, h[3].day + 7 * 100).basis, WDM_FLOW_WEEKDAY);
    assert_int_equal(usual_of(h, n, h[0].day - 7).basis, WDM_FLOW_WEEKDAY); // flows after the day serve too
}

static void a_slip_of_digits_is_found(void **state)
{
    (void)state;
    wdm_flow_day h[64];
    const size_t n = mondays(h, 52, 0.05);
    static const struct {
        double flow;
        int slip;
    } c[] = {{2250000, 1}, {1600000, 1}, {4000000, 1}, {22500000, 2}, {22500, -1},  {2250, -2},
             {225, -3},    {22.5, -4},   {225000, 0},  {450000, 0},   {1350000, 0}, {1550000, 0},
             {5000000, 0}, {100000, 0},  {45000, 0},   {2.25, 0},     {2.25e9, 4},  {2.25e10, 0}};
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++)
        assert_int_equal(judge(h, n, c[i].flow, NOT).slip, c[i].slip);
    assert_near(judge(h, n, 2250000, NOT).ratio, 10.0, 0.1);
}

// A small plant on a combined sewer: 2000 m3/d dry, heavy rain brings 3 to 6 times as much.
static void rain_on_a_small_plant_is_no_slip(void **state)
{
    (void)state;
    wdm_flow_day h[64];
    const size_t n = mondays(h, 52, 0.15);
    for (double times = 1.5; times <= 6.0; times += 0.5) {
        const wdm_flow_verdict v = judge(h, n, times * 225000.0, 45.0);
        assert_int_equal(v.slip, 0);
        assert_true(v.wet);
        assert_false(v.unusual);
    }
    assert_int_equal(judge(h, n, 2250000, 45.0).slip, 1); // ten times is asked about, rain or not
    h[3].flow_m3_d = h[9].flow_m3_d = 1800000;            // but not where the site had such days
    assert_int_equal(judge(h, n, 2250000, 45.0).slip, 0);
    assert_int_equal(judge(h, n, 22500000, 45.0).slip, 2);
}

static void unusual_is_three_robust_deviations(void **state)
{
    (void)state;
    wdm_flow_day h[64];
    size_t n = mondays(h, 52, 0.0);
    assert_false(judge(h, n, 225000 * 1.34, NOT).unusual); // a constant history: the floor, 3 x 0.1
    assert_true(judge(h, n, 225000 * 1.36, NOT).unusual);
    assert_false(judge(h, n, 225000 / 1.34, NOT).unusual);
    assert_true(judge(h, n, 225000 / 1.36, NOT).unusual);
    n = mondays(h, 52, 0.2); // spread 1.4826 x 0.2027 x 52/51.2 = 0.305: three of them are 2.5 times
    assert_false(judge(h, n, 225000 * 2.3, NOT).unusual);
    assert_true(judge(h, n, 225000 * 2.6, NOT).unusual);
}

static void wet_weather_explains_high_flows_only(void **state)
{
    (void)state;
    wdm_flow_day h[64];
    const size_t n = mondays(h, 52, 0.0);
    assert_true(judge(h, n, 225000, 10.1).wet);
    assert_false(judge(h, n, 225000, 10.0).wet);
    assert_true(judge(h, n, 225000 * 1.25, 0.5).wet); // high with some rain
    assert_false(judge(h, n, 225000 * 1.25, 0.0).wet);
    assert_false(judge(h, n, 225000 * 1.5, 3.0).unusual);
    assert_true(judge(h, n, 225000 * 1.5, 0.0).unusual);
    assert_true(judge(h, n, 225000 * 0.5, 30.0).unusual); // low in the rain is odd
    assert_true(judge(h, 0, NOT, 30.0).wet);              // without a flow or a history
    assert_false(judge(h, 0, NOT, 30.0).judged);
}

static void bad_history_is_an_error(void **state)
{
    (void)state;
    const wdm_flow_day h[] = {{MONDAY - 28, 1}, {MONDAY - 21, 0}, {MONDAY - 14, 1}, {MONDAY - 7, 1}};
    wdm_flow_usual usual;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(wdm_flow_usual_of(h, 4, MONDAY, &limits, &usual, &err), WDM_E_DATA);
    wdm_mem_fail_at(1, 0);
    assert_int_equal(wdm_flow_usual_of(h, 4, MONDAY, &limits, &usual, &err), WDM_E_NOMEM);
    wdm_mem_fail_at(0, 0);
}

static void composite_hours_by_time_or_by_date(void **state)
{
    (void)state;
    assert_near(wdm_composite_hours((wdm_when){MONDAY, 480}, (wdm_when){MONDAY + 1, 480}), 24.0, 0.0);
    assert_near(wdm_composite_hours((wdm_when){MONDAY, 480}, (wdm_when){MONDAY + 1, 510}), 24.5, 0.0);
    assert_near(wdm_composite_hours((wdm_when){MONDAY, 480}, (wdm_when){MONDAY, 480}), 0.0, 0.0);
    assert_near(wdm_composite_hours((wdm_when){MONDAY, -1}, (wdm_when){MONDAY, -1}), 24.0, 0.0);
    assert_near(wdm_composite_hours((wdm_when){MONDAY, -1}, (wdm_when){MONDAY + 1, -1}), 24.0, 0.0);
    assert_near(wdm_composite_hours((wdm_when){MONDAY, -1}, (wdm_when){MONDAY + 3, -1}), 72.0, 0.0);
    assert_true(isnan(wdm_composite_hours((wdm_when){MONDAY, 480}, (wdm_when){MONDAY + 1, -1})));
    assert_true(isnan(wdm_composite_hours((wdm_when){MONDAY, 480}, (wdm_when){MONDAY, 479})));
    assert_true(isnan(wdm_composite_hours((wdm_when){MONDAY, -1}, (wdm_when){MONDAY - 1, -1})));
}

static void disagreement_needs_two_numbers(void **state)
{
    (void)state;
    assert_true(wdm_disagree(155000, 58000, 0.5, 1.5));
    assert_true(wdm_disagree(28000, 58000, 0.5, 1.5));
    assert_false(wdm_disagree(29000, 58000, 0.5, 1.5));
    assert_false(wdm_disagree(87000, 58000, 0.5, 1.5));
    assert_false(wdm_disagree(NOT, 58000, 0.5, 1.5));
    assert_false(wdm_disagree(58000, NOT, 0.5, 1.5));
    assert_false(wdm_disagree(58000, 0.0, 0.5, 1.5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_is_the_weekdays_median),
        cmocka_unit_test(little_history_is_no_verdict),
        cmocka_unit_test(the_day_itself_and_old_flows_do_not_count),
        cmocka_unit_test(a_slip_of_digits_is_found),
        cmocka_unit_test(rain_on_a_small_plant_is_no_slip),
        cmocka_unit_test(unusual_is_three_robust_deviations),
        cmocka_unit_test(wet_weather_explains_high_flows_only),
        cmocka_unit_test(bad_history_is_an_error),
        cmocka_unit_test(composite_hours_by_time_or_by_date),
        cmocka_unit_test(disagreement_needs_two_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
