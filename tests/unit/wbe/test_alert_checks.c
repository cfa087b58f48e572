// SPDX-License-Identifier: GPL-3.0-or-later
// What could fake an alert, and substances that rise together: the examples of the headers and their limits.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/alert_checks.h"
#include "wbe/common_factor.h"

static const double none = (double)NAN;

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.15g is not %.15g within %g", got, want, within);
}

static void one_day_is_taken_out_of_the_mean(void **state)
{
    const double values[] = {10, 12, 11, 67};
    const double limits[] = {none, none, none, none};
    const double low[] = {none, 8.0, none};
    const double low_limits[] = {4.0, none, none};
    (void)state;
    near(wdm_without_highest_day(values, limits, 4), 11.0 / 25.0, 1e-15);
    near(wdm_without_highest_day(low, low_limits, 3), (2.0 / 2.0) / (10.0 / 3.0), 1e-15);
    assert_true(isnan(wdm_without_highest_day(values, limits, 1)));
    assert_true(isnan(wdm_without_highest_day(limits, low_limits, 3)));
}

static void a_week_of_double_flow_is_suspect(void **state)
{
    const double before[] = {100, 100, 100, 100, 100, 100, 100, 100, 100, 100};
    const double high[] = {200, 210};
    const double usual[] = {105, 95};
    wdm_verdict verdict = WDM_VERDICT_OK;
    wdm_err err = {WDM_OK, ""};
    double ratio = 0.0;
    (void)state;
    assert_int_equal(wdm_verdict_flow(high, 2, before, 10, 0, &ratio, &verdict, &err), WDM_OK);
    near(ratio, 2.05, 1e-12);
    assert_int_equal(verdict, WDM_VERDICT_SUSPECT);
    assert_int_equal(wdm_verdict_flow(usual, 2, before, 10, 0, &ratio, &verdict, &err), WDM_OK);
    assert_int_equal(verdict, WDM_VERDICT_OK);
    assert_int_equal(wdm_verdict_flow(usual, 2, before, 10, 1, &ratio, &verdict, &err), WDM_OK);
    assert_int_equal(verdict, WDM_VERDICT_SUSPECT);
    assert_int_equal(wdm_verdict_flow(usual, 2, before, 6, 0, &ratio, &verdict, &err), WDM_OK);
    assert_int_equal(verdict, WDM_VERDICT_UNKNOWN);
    assert_true(isnan(ratio));
    assert_int_equal(wdm_verdict_flow(NULL, 0, before, 10, 0, &ratio, &verdict, &err), WDM_OK);
    assert_int_equal(verdict, WDM_VERDICT_UNKNOWN);
    assert_string_equal(wdm_verdict_text(WDM_VERDICT_SUSPECT), "suspect");
    assert_string_equal(wdm_verdict_text((wdm_verdict)9), "");
}

static void a_common_factor_is_what_many_share(void **state)
{
    const wdm_common_opts opts = {25.0, 1.5, 0.5, 4};
    double together[] = {1.9, 2.1, 1.0, 2.0, 0.9, 2.2};
    double apart[] = {2.0, 9.0, 2.0, 1.0};
    double down[] = {0.5, 0.48, 0.52, 0.55, 1.1, none};
    double few[] = {2.0, 2.0, 2.0, 2.0, 1, 1, 1, 1, 1};
    wdm_common_factor c = wdm_common_factor_of(together, 6, false, &opts);
    (void)state;
    assert_int_equal(c.n, 6);
    assert_int_equal(c.n_together, 4);
    near(c.factor, 2.05, 1e-12);
    assert_true(c.is_common);
    c = wdm_common_factor_of(apart, 4, false, &opts);
    assert_int_equal(c.n_together, 2);
    assert_false(c.is_common);
    c = wdm_common_factor_of(down, 6, true, &opts);
    assert_int_equal(c.n, 5);
    near(c.factor, 0.51, 1e-12);
    assert_true(c.is_common);
    c = wdm_common_factor_of(few, 9, false, &opts); // 4 of 9 are less than half
    assert_int_equal(c.n_together, 4);
    assert_false(c.is_common);
    c = wdm_common_factor_of(few, 0, false, &opts);
    assert_int_equal(c.n, 0);
    assert_false(c.is_common);
    assert_true(isnan(c.factor));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_day_is_taken_out_of_the_mean),
        cmocka_unit_test(a_week_of_double_flow_is_suspect),
        cmocka_unit_test(a_common_factor_is_what_many_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
