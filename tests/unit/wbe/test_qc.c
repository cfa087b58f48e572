// SPDX-License-Identifier: GPL-3.0-or-later
// The worked examples of wbe/qc.h.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wbe/qc.h"

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-12 * fmax(1.0, fabs(want))))
        fail_msg("%.15g is not %.15g", got, want);
}

static void formulas(void **state)
{
    (void)state;
    near(wdm_qc_rpd_percent(104.0, 96.0), 8.0);
    near(wdm_qc_rpd_percent(96.0, 104.0), 8.0);
    near(wdm_qc_recovery_percent(162.0, 100.0, 100.0), 62.0); // DESIGN's transcript: ETO 62 %
    near(wdm_qc_deviation_percent(88.0, 100.0), -12.0);
    near(wdm_qc_share_percent(30000.0, 120000.0), 25.0);
    near(wdm_qc_collected_hours((wdm_when){10, 480}, (wdm_when){11, 390}), 22.5);
    near(wdm_qc_z(112.0, 100.0, 5.0), 2.4);
}

static void nothing_is_made_of_nothing(void **state)
{
    (void)state;
    assert_true(isnan(wdm_qc_rpd_percent(0.0, 0.0)));
    assert_true(isnan(wdm_qc_recovery_percent(10.0, 0.0, 0.0)));
    assert_true(isnan(wdm_qc_deviation_percent(10.0, 0.0)));
    assert_true(isnan(wdm_qc_share_percent(10.0, (double)NAN)));
    assert_true(isnan(wdm_qc_collected_hours((wdm_when){10, -1}, (wdm_when){11, 390})));
    assert_true(isnan(wdm_qc_z(1.0, 1.0, 0.0)));
}

static void an_outlier_does_not_widen_the_limits(void **state)
{
    static const double x[] = {98.0, 100.0, 102.0, 100.0, 150.0};
    static const double flat[] = {5.0, 5.0, 5.0};
    double mean = 0.0;
    double sd = 0.0;
    size_t used = 0;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_qc_chart_limits(x, 5, &mean, &sd, &used, &err), WDM_OK);
    assert_int_equal(used, 4);
    near(mean, 100.0);
    near(sd, sqrt(8.0 / 3.0));
    assert_int_equal(wdm_qc_chart_limits(flat, 3, &mean, &sd, &used, &err), WDM_E_DATA);
    assert_int_equal(wdm_qc_chart_limits(x, 1, &mean, &sd, &used, &err), WDM_E_DATA);
}

static void measures_know_whether_they_hold_anything(void **state)
{
    wdm_qc_measures m = wdm_qc_measures_none();
    (void)state;
    assert_false(wdm_qc_measures_any(&m));
    m.signal_to_noise = 12.0; // no rule reads it
    m.area = 1000.0;
    assert_false(wdm_qc_measures_any(&m));
    m.is_area = 0.0;
    assert_true(wdm_qc_measures_any(&m));
    m = wdm_qc_measures_none();
    m.manual = true;
    assert_true(wdm_qc_measures_any(&m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas),
        cmocka_unit_test(nothing_is_made_of_nothing),
        cmocka_unit_test(an_outlier_does_not_widen_the_limits),
        cmocka_unit_test(measures_know_whether_they_hold_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
