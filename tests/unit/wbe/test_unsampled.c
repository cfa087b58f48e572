// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "wbe/estimate.h"

// 2026-11-16, a Monday.
enum { MONDAY = 20773 };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static wdm_estimator loads(void)
{
    wdm_estimator est;
    const wdm_factor none = wdm_factor_none();
    const wdm_shared_u shared = {0.0, 0.0};
    assert_int_equal(wdm_estimator_init(&est, WDM_Q_NORMALISED_LOAD, &none, &shared, NULL), WDM_OK);
    return est;
}

static wdm_day_value measured(int weekday, double load)
{
    return (wdm_day_value){.day = MONDAY + weekday - 1, .load_mg_d_1000 = load, .batch_key = 1};
}

// One day a week in 4 of 52 weeks, no errors, CVs given: s^2 of the days and of the weeks by hand.
static void a_year_has_two_stages(void **state)
{
    (void)state;
    wdm_day_value days[8];
    wdm_estimator est = loads();
    wdm_period_options opt = wdm_period_options_default(MONDAY, MONDAY + 363);
    wdm_estimate e;
    for (int i = 0; i < 8; i++)
        days[i] = measured(1 + 91 * (i / 2) + i % 2, 10.0 + 4.0 * (i / 2) + i % 2);
    assert_int_equal(wdm_estimate_period(&est, days, 8, &opt, &e, NULL), WDM_OK);
    // means 10.5 14.5 18.5 22.5: mean squares 2 x 80 / 3 between and 0.5 within
    const double gap = 1.0 / 4.0 - 1.0 / 52.0;
    const double rest = 1.0 / 8.0 - 1.0 / 364.0;
    const double weeks = gap * (160.0 / 3.0 - 0.5) / 2.0;
    const double within = rest * 0.5;
    const double from_b = gap * 80.0 / 3.0;
    const double from_w = (rest - gap / 2.0) * 0.5;
    const double df = (from_b + from_w) * (from_b + from_w) / (from_b * from_b / 3.0 + from_w * from_w / 4.0);
    const double t = gsl_cdf_tdist_Pinv(0.975, df) / 1.959964;
    near(e.estimate, 16.5, 1e-15);
    near(e.rsd_total, sqrt(weeks + within) / 16.5 * t, 1e-6);
    assert_int_equal(e.n_days, 8);
    assert_int_equal(e.flags, 0);
    // every week sampled alike: only days are missing
    opt = wdm_period_options_default(MONDAY, MONDAY + 13);
    days[0] = measured(1, 10.0);
    days[1] = measured(2, 12.0);
    days[2] = measured(8, 14.0);
    days[3] = measured(9, 16.0);
    assert_int_equal(wdm_estimate_period(&est, days, 4, &opt, &e, NULL), WDM_OK);
    near(e.rsd_total, sqrt(2.0 * (1.0 / 4.0 - 1.0 / 14.0)) / 13.0 * 4.302653 / 1.959964, 1e-6);
    // one sampled week stands for the year by assumption, and says so; a day outside is refused
    opt = wdm_period_options_default(MONDAY, MONDAY + 363);
    opt.expected_days = 3;
    assert_int_equal(wdm_estimate_period(&est, days, 2, &opt, &e, NULL), WDM_OK);
    assert_true((e.flags & (unsigned)WDM_EST_ASSUMED_WEEK_CV) != 0);
    assert_true((e.flags & (unsigned)WDM_EST_PROVISIONAL) != 0);
    assert_true(e.rsd_total > 0.25);
    opt.first = MONDAY + 1;
    assert_int_equal(wdm_estimate_period(&est, days, 2, &opt, &e, NULL), WDM_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_has_two_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
