// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "report/alert_chart.h"
#include "wbe/estimate.h"

enum { WEEKS = 12 };
static const wdm_config no_config; // without text.csv every phrase is its key

// Weeks 0 .. 11: week 3 missing, week 5 below the limit 4, week 8 by another laboratory, week 10 provisional,
// week 11 alarmed above "warning".
static void fill(wdm_series_point points[WEEKS])
{
    const double none = (double)NAN;
    for (int i = 0; i < WEEKS; i++) {
        points[i] = (wdm_series_point){.week = 2900 + i,
                                       .present = i != 3,
                                       .estimate = 10.0 + i,
                                       .limit = none,
                                       .bound_low = 10.0 + i,
                                       .bound_high = 10.0 + i,
                                       .lo95_random = 9.0 + i,
                                       .hi95_random = 11.0 + i,
                                       .has_baseline = true,
                                       .baseline = 12.0,
                                       .band_low = 9.0,
                                       .band_high = 15.0,
                                       .notice = 16.0,
                                       .warning = 18.0,
                                       .critical = 30.0,
                                       .n_samples = i == 3 ? 0 : 7,
                                       .labs = i == 3  ? ""
                                               : i < 8 ? "lab-a"
                                                       : "lab-b"};
    }
    points[5].estimate = points[5].lo95_random = points[5].hi95_random = none;
    points[5].limit = 4.0;
    points[10].flags = (unsigned)WDM_EST_PROVISIONAL;
    points[11].alarmed = true;
}

static void write_script(const wdm_series_point *points, wdm_buf *script)
{
    const wdm_words words = {&no_config, WDM_LANG_EN};
    const wdm_alert_chart chart = {.words = &words,
                                   .title = "it's the `title`",
                                   .subtitle = "sub",
                                   .footer = "foot",
                                   .points = points,
                                   .n = WEEKS,
                                   .region_id = "",
                                   .limit_line = (double)NAN};
    wdm_err err = {WDM_OK, ""};
    wdm_buf_init(script, 1024 * 1024);
    assert_int_equal(wdm_alert_chart_script(&chart, script, &err), WDM_OK);
}

// The lines between "$NAME << EOD" and "EOD".
static void block(const wdm_buf *script, const char *name, char *out, size_t cap)
{
    char open[64] = "$";
    const char *from = NULL, *to = NULL;
    (void)strcat(strcat(open, name), " << EOD\n");
    from = strstr(wdm_buf_text(script), open);
    assert_non_null(from);
    from += strlen(open);
    to = strstr(from, "EOD\n");
    assert_non_null(to);
    assert_true((size_t)(to - from) < cap);
    memcpy(out, from, (size_t)(to - from));
    out[to - from] = '\0';
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what))
        n++;
    return n;
}

static void the_line_breaks_at_gaps_limits_and_laboratories(void **state)
{
    wdm_series_point points[WEEKS];
    wdm_buf script = {0};
    char text[8192];
    (void)state;
    fill(points);
    write_script(points, &script);
    block(&script, "LINE", text, sizeof text);
    assert_int_equal(count(text, "\n\n"), 3);     // week 3, week 5, week 8
    assert_int_equal(count(text, " 15 15\n"), 0); // the censored week is not on the line
    block(&script, "RIBBON", text, sizeof text);
    assert_int_equal(count(text, "\n\n"), 3);
    assert_int_equal(count(text, " 13 15\n"), 2); // week 4 stands alone: two days wide
    block(&script, "CENS", text, sizeof text);
    assert_int_equal(count(text, "\n"), 1);
    assert_non_null(strstr(text, " 4 "));
    assert_null(strstr(wdm_buf_text(&script), "nan"));
    wdm_buf_fini(&script);
}

static void marks_differ_by_level_and_by_being_provisional(void **state)
{
    wdm_series_point points[WEEKS];
    wdm_buf script = {0};
    char text[8192];
    (void)state;
    fill(points);
    assert_int_equal(wdm_chart_point_level(&points[11]), 2);
    assert_int_equal(wdm_chart_point_level(&points[10]), 0); // above the line but not alarmed
    write_script(points, &script);
    block(&script, "M20", text, sizeof text);
    assert_int_equal(count(text, "\n"), 1);
    block(&script, "M01", text, sizeof text); // no level, provisional
    assert_int_equal(count(text, "\n"), 1);
    assert_non_null(strstr(wdm_buf_text(&script), "$M01 using 1:2 with points pt 6"));
    assert_non_null(strstr(wdm_buf_text(&script), "$M20 using 1:2 with points pt 13"));
    wdm_buf_fini(&script);
}

static void the_axis_is_linear_from_zero_and_texts_are_quoted(void **state)
{
    wdm_series_point points[WEEKS];
    wdm_buf script = {0};
    (void)state;
    fill(points);
    write_script(points, &script);
    assert_non_null(strstr(wdm_buf_text(&script), "set yrange [0:"));
    assert_null(strstr(wdm_buf_text(&script), "logscale"));
    assert_non_null(strstr(wdm_buf_text(&script), "set label 'it''s the `title`' at screen"));
    assert_null(strstr(wdm_buf_text(&script), "set output"));
    assert_null(strstr(wdm_buf_text(&script), "\""));
    wdm_buf_fini(&script);
}

// gnuplot must take the script without a word, whatever the data lack.
static void scripts_draw_without_messages(void **state)
{
    (void)state;
    for (int lacking = 0; lacking < 5; lacking++) {
        wdm_series_point points[WEEKS];
        wdm_buf script = {0}, out = {0};
        wdm_err err = {WDM_OK, ""};
        wdm_rc rc = WDM_OK;
        fill(points);
        for (int i = 0; i < WEEKS; i++) {
            points[i].has_baseline = lacking != 1 && lacking != 4;
            points[i].present = lacking != 2 && lacking != 4;
            if (lacking == 3) {
                points[i].estimate = (double)NAN;
                points[i].limit = i % 2 == 0 ? 0.004 : (double)NAN; // some limits are not known
                points[i].bound_high = (double)NAN;
            }
        }
        write_script(points, &script);
        wdm_buf_init(&out, 32 * 1024 * 1024);
        rc = wdm_gnuplot_draw(wdm_buf_text(&script), script.len, WDM_PICTURE_SVG, NULL, &out, &err);
        wdm_buf_fini(&script);
        wdm_buf_fini(&out);
        if (rc == WDM_E_CONFIG) {
            print_message("skipped: no gnuplot\n");
            skip();
        }
        if (rc != WDM_OK)
            print_error("%d: %s\n", lacking, err.text);
        assert_int_equal(rc, WDM_OK);
    }
}

static void labels_are_pushed_apart(void **state)
{
    double close[] = {0.50, 0.51, 0.52}, top[] = {0.2, 0.97, 0.99};
    (void)state;
    wdm_chart_push_apart(close, 3, 0.05);
    assert_true(close[1] - close[0] >= 0.0499 && close[2] - close[1] >= 0.0499);
    wdm_chart_push_apart(top, 3, 0.05);
    assert_true(top[2] <= 1.0 && top[2] - top[1] >= 0.0499);
    assert_true(fabs(top[0] - 0.2) < 1e-12);
    wdm_chart_push_apart(close, 0, 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_breaks_at_gaps_limits_and_laboratories),
        cmocka_unit_test(marks_differ_by_level_and_by_being_provisional),
        cmocka_unit_test(the_axis_is_linear_from_zero_and_texts_are_quoted),
        cmocka_unit_test(scripts_draw_without_messages),
        cmocka_unit_test(labels_are_pushed_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
