// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/exceed.h"
#include "numtest.h"

static double split(double median, double lo, double hi, double limit)
{
    const wdm_exceed_estimate e = {median, lo, hi};
    double p = -1.0;
    assert_int_equal(wdm_exceed_split(&e, limit, &p, NULL), WDM_OK);
    return p;
}

static double plain(double median, double log_sd, double limit)
{
    double p = -1.0;
    assert_int_equal(wdm_exceed_lognormal(median, log_sd, limit, &p, NULL), WDM_OK);
    return p;
}

// The two values at 20 are 1 - pnorm() of R.
static void quantiles_come_back_as_probabilities(void **state)
{
    (void)state;
    assert_near(split(10, 5, 30, 30), 0.025, 1e-12);
    assert_near(split(10, 5, 30, 10), 0.5, 1e-15);
    assert_near(split(10, 5, 30, 5), 0.975, 1e-12);
    assert_near(split(10, 5, 30, 20), 0.1081178854, 1e-10);
    assert_near(plain(10, 0.5, 20), 0.082828519, 1e-9);
    assert_near(plain(10, 0.5, 5), 1.0 - 0.082828519, 1e-9);
}

static void split_with_equal_sides_is_the_plain_lognormal(void **state)
{
    const double width = exp(1.959963984540054 * 0.4);
    (void)state;
    for (double limit = 1.0; limit < 40.0; limit *= 1.7)
        assert_near(split(8, 8 / width, 8 * width, limit), plain(8, 0.4, limit), 1e-12);
}

static void edges(void **state)
{
    (void)state;
    assert_near(plain(10, 0.5, 0), 1.0, 0.0);
    assert_near(plain(10, 0.5, -1), 1.0, 0.0);
    assert_near(plain(10, 0, 9), 1.0, 0.0);
    assert_near(plain(10, 0, 10), 0.0, 0.0); // above means above
    assert_near(split(10, 10, 10, 9.99), 1.0, 0.0);
    assert_near(split(10, 10, 10, 10), 0.0, 0.0);
    assert_near(split(10, 10, 30, 5), 1.0, 0.0); // nothing lies below the median
}

static void nonsense_is_refused(void **state)
{
    static const wdm_exceed_estimate bad[] = {
        {10, 11, 30}, {10, 5, 9}, {10, 0, 30}, {10, -1, 30}, {(double)NAN, 5, 30}, {10, 5, (double)INFINITY},
    };
    const wdm_exceed_estimate good = {10, 5, 30};
    double p = 0.0;
    wdm_err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(wdm_exceed_split(&bad[i], 10, &p, &err), WDM_E_DATA);
        assert_true(isnan(p));
    }
    assert_int_equal(wdm_exceed_split(&good, (double)NAN, &p, &err), WDM_E_DATA);
    assert_int_equal(wdm_exceed_lognormal(0, 0.1, 1, &p, &err), WDM_E_DATA);
    assert_int_equal(wdm_exceed_lognormal(1, -0.1, 1, &p, &err), WDM_E_DATA);
    assert_int_equal(wdm_exceed_lognormal(1, 0.1, (double)NAN, &p, &err), WDM_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_come_back_as_probabilities),
        cmocka_unit_test(split_with_equal_sides_is_the_plain_lognormal),
        cmocka_unit_test(edges),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
