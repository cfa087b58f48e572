// SPDX-License-Identifier: GPL-3.0-or-later
// Pettitt's test and changes of level.
#include "base/mem.h"
#include "base/rng.h"
#include "num/changepoint.h"
#include "numtest.h"

// METHOD 8: at 28, U 1617. p by the published formula: 2 exp(-6 1617^2 / (100^3 + 100^2)), R: 3.5910e-07.
static void pettitt_nile(void **state)
{
    double year[REFDATA_MAX] = {0};
    double flow[REFDATA_MAX] = {0};
    const size_t n = refdata_series("trend/Nile.csv", 0, 1, year, flow);
    wdm_pettitt_result r = {0};
    (void)state;
    assert_int_equal(wdm_pettitt_test(flow, n, &r, NULL), WDM_OK);
    assert_int_equal(r.at, 28);
    assert_near(r.u, 1617.0, 0.0);
    assert_near(r.p, 3.5910e-07, 5e-11);
    assert_false(r.rises);
    print_message("Nile: Pettitt at %zu, U %.0f, p %.4e\n", r.at, r.u, r.p);
}

static void pettitt_by_hand(void **state)
{
    const double y[] = {1, 2, 1, 2, 8, 9, 8, 9};
    const double flat[] = {3, 3, 3};
    wdm_pettitt_result r = {0};
    (void)state;
    assert_int_equal(wdm_pettitt_test(y, 8, &r, NULL), WDM_OK);
    assert_int_equal(r.at, 4);
    assert_near(r.u, 16.0, 0.0);
    assert_near(r.p, fmin(1.0, 2.0 * exp(-6.0 * 256.0 / 576.0)), 1e-15);
    assert_true(r.rises);
    assert_int_equal(wdm_pettitt_test(flat, 3, &r, NULL), WDM_OK);
    assert_near(r.p, 1.0, 0.0);
    assert_int_equal(r.at, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pettitt_nile),
        cmocka_unit_test(pettitt_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
