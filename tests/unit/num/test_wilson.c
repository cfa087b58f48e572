// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/wilson.h"

// R: prop.test(x, n, correct = FALSE)$conf.int
static void agrees_with_published_intervals(void **state)
{
    static const double cases[][4] = {{10.0, 100.0, 0.0552291, 0.1743657},
                                      {0.0, 20.0, 0.0, 0.1611252},
                                      {5.0, 5.0, 0.5655175, 1.0},
                                      {1.0, 30.0, 0.0059089, 0.1667039}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double low = 0.0;
        double high = 0.0;
        wdm_wilson_interval(cases[i][0], cases[i][1], &low, &high);
        assert_true(fabs(low - cases[i][2]) < 5e-7);
        assert_true(fabs(high - cases[i][3]) < 5e-7);
    }
}

static void nothing_tested_is_not_known(void **state)
{
    double low = 0.0;
    double high = 0.0;
    (void)state;
    wdm_wilson_interval(0.0, 0.0, &low, &high);
    assert_true(isnan(low) && isnan(high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_published_intervals),
        cmocka_unit_test(nothing_tested_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
