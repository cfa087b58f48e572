// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <math.h>

#include "report/figure.h"
#include "report/spark.h"

static void a_spark_line_starts_at_zero(void **state)
{
    const double values[] = {1.0, 4.0, (double)NAN, 8.0, -1.0, 0.0};
    wdm_buf out = {0};
    (void)state;
    wdm_buf_init(&out, 100);
    wdm_spark_put(&out, values, 6);
    assert_string_equal(wdm_buf_text(&out), "▁▄ █·▁");
    wdm_buf_fini(&out);
}

static void figures_read_well(void **state)
{
    char text[WDM_FIGURE_TEXT];
    (void)state;
    assert_string_equal(wdm_figure(79.123, text), "79.1");
    assert_string_equal(wdm_figure((double)NAN, text), "");
    assert_string_equal(wdm_figure_range(61.0, 102.4, text), "61.0 – 102");
    assert_string_equal(wdm_figure_range((double)NAN, 102.4, text), "");
    assert_string_equal(wdm_figure_limits(3.0, 3.0, text), "3");
    assert_string_equal(wdm_figure_limits(3.0, 5.5, text), "3 – 5.5");
    assert_string_equal(wdm_figure_persons(640000.0, text), "640\xc2\xa0"
                                                            "000");
    assert_string_equal(wdm_figure_persons(1234567.0, text), "1\xc2\xa0"
                                                             "234\xc2\xa0"
                                                             "567");
    assert_string_equal(wdm_figure_persons(999.0, text), "999");
    assert_string_equal(wdm_figure_percent(14.4, text), "+14 %");
    assert_string_equal(wdm_figure_percent(-7.2, text), "−7 %");
    assert_string_equal(wdm_figure_percent(0.3, text), "0 %");
    assert_string_equal(wdm_figure_percent(1000.0, text), "× 11");
    assert_string_equal(wdm_figure_percent((double)NAN, text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spark_line_starts_at_zero),
        cmocka_unit_test(figures_read_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
