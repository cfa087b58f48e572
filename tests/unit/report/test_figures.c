// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <math.h>

#include "report/figure.h"
#include "report/rank.h"
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

// Phi(ln 1.2 / 0.141421) = Phi(1.28920) = 0.90133, from a table of the normal distribution (0.9013).
static void a_rank_is_a_probability(void **state)
{
    const wdm_rank_item a = {0, 120.0, 0.1}, b = {1, 100.0, 0.1}, unknown = {2, 50.0, (double)NAN};
    (void)state;
    assert_true(fabs(wdm_rank_probability(&a, &b) - 0.9013) < 1e-4);
    assert_true(fabs(wdm_rank_probability(&a, &b) + wdm_rank_probability(&b, &a) - 1.0) < 1e-12);
    assert_true(isnan(wdm_rank_probability(&a, &unknown)));
    assert_true(fabs(wdm_rank_log_sd(0.2) - 0.19804) < 1e-5); // sqrt(ln 1.04)
    assert_true(isnan(wdm_rank_log_sd((double)NAN)));
}

static void overlapping_groups_are_found(void **state)
{
    // Neighbours 10 % apart with log sd 0.1: two steps, ln(1.21) / 0.1414 = 1.348, P = 0.911; three, 2.02, P
    // = 0.978.
    wdm_rank_item items[] = {{0, 100.0, 0.1}, {1, 121.0, 0.1}, {2, 110.0, 0.1}, {3, 133.1, 0.1}};
    (void)state;
    wdm_rank_sort(items, 4);
    assert_int_equal(items[0].site, 3);
    assert_int_equal(items[3].site, 0);
    assert_int_equal(wdm_rank_group_end(items, 4, 0), 2);
    assert_int_equal(wdm_rank_group_end(items, 4, 1), 3);
    items[3].log_sd = (double)NAN; // unknown spread: cannot be told
    assert_int_equal(wdm_rank_group_end(items, 4, 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spark_line_starts_at_zero),
        cmocka_unit_test(figures_read_well),
        cmocka_unit_test(a_rank_is_a_probability),
        cmocka_unit_test(overlapping_groups_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
