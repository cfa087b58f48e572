// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of a derivation: their numbers, and how long sentences break in both languages.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/text.h"
#include "report/steps.h"

static const wdm_config no_config; // without text.csv every phrase is its key
static const wdm_words en = {&no_config, WDM_LANG_EN};

static wdm_buf out;

static const char *text_of(const wdm_steps *steps)
{
    wdm_buf_fini(&out);
    wdm_buf_init(&out, 100000);
    wdm_steps_text(steps, &out);
    return wdm_buf_text(&out);
}

// Every line is at most as wide as agreed; returns their number.
static int lines_fit(const char *text)
{
    int n = 0;
    while (*text != '\0') {
        char line[1000] = "";
        const char *end = strchr(text, '\n');
        assert_non_null(end);
        assert_true((size_t)(end - text) < sizeof line);
        memcpy(line, text, (size_t)(end - text));
        if (wdm_text_width(line) > WDM_STEPS_WIDTH)
            fail_msg("%zu columns: %s", wdm_text_width(line), line);
        text = end + 1;
        n++;
    }
    return n;
}

static void numbers_have_the_digits_of_a_calculator(void **state)
{
    wdm_steps s = {0};
    (void)state;
    wdm_steps_init(&s, &en);
    assert_string_equal(wdm_steps_number(&s, 75.970967741935485), "75.970968");
    assert_string_equal(wdm_steps_number(&s, 310000.0), "310000");
    assert_string_equal(wdm_steps_number(&s, 0.41), "0.41");
    assert_string_equal(wdm_steps_number(&s, 100.0), "100");
    assert_string_equal(wdm_steps_number(&s, 0.0), "0");
    assert_string_equal(wdm_steps_number(&s, (double)NAN), "?");
    assert_string_equal(wdm_steps_number_or(&s, (double)NAN, "none.here"), "none.here");
    assert_string_equal(wdm_steps_short(&s, 0.07), "0.07");
    assert_string_equal(wdm_steps_percent(&s, 0.4012), "40.1");
    assert_string_equal(wdm_steps_join(&s, "a", "b", "、"), "a, b");
    assert_string_equal(wdm_steps_join(&s, "", "b", "、"), "b");
    wdm_steps_fini(&s);
}

static void levels_are_indented_and_sections_apart(void **state)
{
    wdm_steps s = {0};
    (void)state;
    wdm_steps_init(&s, &en);
    WDM_STEP_PLAIN(&s, 0, "title");
    WDM_STEP_PLAIN(&s, 1, "one {x}");
    WDM_STEP(&s, 2, "two {x}", {"x", "is filled"});
    WDM_STEP_PLAIN(&s, 0, "next");
    assert_string_equal(text_of(&s), "title\n  one {x}\n    two is filled\n\nnext\n");
    wdm_steps_fini(&s);
}

static void long_lines_break_at_blanks(void **state)
{
    wdm_steps s = {0};
    wdm_buf words = {0};
    (void)state;
    wdm_steps_init(&s, &en);
    wdm_buf_init(&words, 10000);
    for (int i = 0; i < 60; i++)
        wdm_buf_printf(&words, "%sword%d 12.5 %%", i == 0 ? "" : " ", i);
    WDM_STEP_PLAIN(&s, 2, wdm_buf_text(&words));
    assert_true(lines_fit(text_of(&s)) >= 4);
    assert_non_null(strstr(wdm_buf_text(&out), "\n        word")); // four blanks deeper than the first line
    assert_null(strstr(wdm_buf_text(&out), " \n"));
    for (const char *p = strchr(wdm_buf_text(&out), '\n'); p[1] != '\0'; p = strchr(p + 1, '\n'))
        assert_int_not_equal(p[1 + strspn(p + 1, " ")], '%');
    wdm_buf_fini(&words);
    wdm_steps_fini(&s);
}

static void chinese_breaks_between_characters_but_no_line_begins_with_a_comma(void **state)
{
    wdm_steps s = {0};
    wdm_buf words = {0};
    (void)state;
    wdm_steps_init(&s, &en);
    for (int shift = 0; shift < 12; shift++) { // so that every character comes to stand at the edge
        wdm_buf_init(&words, 10000);
        for (int i = 0; i < shift; i++)
            wdm_buf_puts(&words, "a");
        for (int i = 0; i < 30; i++)
            wdm_buf_puts(&words, "污水浓度（定量限），流量 12.5 m3/d；");
        WDM_STEP_PLAIN(&s, 1, wdm_steps_keep(&s, wdm_buf_text(&words)));
        wdm_buf_fini(&words);
    }
    assert_true(lines_fit(text_of(&s)) > 60);
    for (const char *p = strchr(wdm_buf_text(&out), '\n'); p[1] != '\0'; p = strchr(p + 1, '\n')) {
        const char *first = p + 1 + strspn(p + 1, " ");
        assert_int_not_equal(strncmp(first, "，", strlen("，")), 0);
        assert_int_not_equal(strncmp(first, "；", strlen("；")), 0);
        assert_int_not_equal(strncmp(first, "）", strlen("）")), 0);
        assert_int_not_equal(strncmp(p - strlen("（"), "（", strlen("（")), 0);
    }
    assert_null(strstr(wdm_buf_text(&out), "12.\n")); // a number stays whole
    wdm_steps_fini(&s);
}

static void what_steers_a_terminal_is_left_out(void **state)
{
    wdm_steps s = {0};
    (void)state;
    wdm_steps_init(&s, &en);
    WDM_STEP(&s, 0, "{file}", {"file", "a\033[2Jb\nc"});
    assert_string_equal(text_of(&s), "a[2Jb c\n");
    wdm_steps_fini(&s);
}

static void a_table_has_a_row_a_step(void **state)
{
    wdm_steps s = {0};
    wdm_buf table = {0};
    wdm_err err = {WDM_OK, ""};
    wdm_step *step = NULL;
    (void)state;
    wdm_steps_init(&s, &en);
    s.scope.site_id = "A";
    s.scope.day = 0;
    step = WDM_STEP_PLAIN(&s, 1, "explain.flow");
    step->value = 12.5;
    step->unit = "m3/d";
    step->file = "f.csv";
    step->line = 7;
    wdm_buf_init(&table, 10000);
    assert_int_equal(wdm_steps_table(&s, WDM_FORMAT_CSV, &table, &err), WDM_OK);
    assert_string_equal(wdm_buf_text(&table),
                        "step,level,site_id,region_id,drug_id,biomarker_id,quantity,date,value,low,high,unit,"
                        "file,line,source,text\n"
                        "flow,1,A,,,,,1970-01-01,12.5,,,m3/d,f.csv,7,,explain.flow\n");
    wdm_buf_fini(&table);
    wdm_steps_fini(&s);
}

static int teardown(void **state)
{
    (void)state;
    wdm_buf_fini(&out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_the_digits_of_a_calculator),
        cmocka_unit_test(levels_are_indented_and_sections_apart),
        cmocka_unit_test(long_lines_break_at_blanks),
        cmocka_unit_test(chinese_breaks_between_characters_but_no_line_begins_with_a_comma),
        cmocka_unit_test(what_steers_a_terminal_is_left_out),
        cmocka_unit_test(a_table_has_a_row_a_step),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
