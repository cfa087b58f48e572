// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/gnuplot.h"

static void quoted(const char *text, const char *expected)
{
    wdm_buf out = {0};
    wdm_buf_init(&out, 4096);
    wdm_gnuplot_text(&out, text);
    assert_string_equal(wdm_buf_text(&out), expected);
    wdm_buf_fini(&out);
}

static void texts_become_harmless_single_quoted_strings(void **state)
{
    (void)state;
    quoted("it's", "'it''s'");
    quoted("it\xe2\x80\x99s", "'it''s'");
    quoted("a\nset output '|rm x'", "'a set output ''|rm x'''");
    quoted("a\x01\x1b[31m\x7f b", "'a[31m b'");
    quoted("a\xe2\x80\xae"
           "b\xe2\x81\xa6"
           "c\xef\xbb\xbf",
           "'abc'");
    quoted("bad\xff utf8 \xe4\xbd", "'bad utf8 '");
    quoted("白沙门 `date` \"x\" \\n", "'白沙门 `date` \"x\" \\n'");
}

static wdm_rc draw(const char *script, wdm_picture kind, const wdm_gnuplot_limits *limits, wdm_buf *out,
                   wdm_err *err)
{
    wdm_buf_init(out, 64 * 1024 * 1024);
    return wdm_gnuplot_draw(script, strlen(script), kind, limits, out, err);
}

static bool have_gnuplot(void)
{
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    const wdm_rc rc = draw("plot x title 'x'\n", WDM_PICTURE_SVG, NULL, &out, &err);
    wdm_buf_fini(&out);
    if (rc == WDM_E_CONFIG)
        print_message("skipped: no gnuplot\n");
    return rc != WDM_E_CONFIG;
}

static void both_kinds_of_pictures_are_drawn_whole(void **state)
{
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    if (!have_gnuplot())
        skip();
    assert_int_equal(draw("plot x title 'x'\n", WDM_PICTURE_PNG, NULL, &out, &err), WDM_OK);
    assert_memory_equal(out.data, "\x89PNG", 4);
    wdm_buf_fini(&out);
    assert_int_equal(
        draw("set label '< LOQ & 白沙门' at 1,1\nplot x title 'x'\n", WDM_PICTURE_SVG, NULL, &out, &err),
        WDM_OK);
    assert_non_null(strstr(wdm_buf_text(&out), "&lt; LOQ &amp; 白沙门"));
    wdm_buf_fini(&out);
}

static void nothing_in_a_text_is_run(void **state)
{
    char folder[] = "/tmp/wdm-test-XXXXXX", witness[64] = "", text[256] = "";
    wdm_buf out = {0}, script = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    if (!have_gnuplot())
        skip();
    assert_non_null(mkdtemp(folder));
    (void)snprintf(witness, sizeof witness, "%s/ran", folder);
    (void)snprintf(text, sizeof text, "`touch %s` $(touch %s) '\nsystem('touch %s')\n'", witness, witness,
                   witness);
    wdm_buf_init(&script, 4096);
    wdm_buf_puts(&script, "set label ");
    wdm_gnuplot_text(&script, text);
    wdm_buf_puts(&script, " at graph 0.5,0.5\nplot x title ");
    wdm_gnuplot_text(&script, text);
    wdm_buf_puts(&script, "\n");
    assert_int_equal(draw(wdm_buf_text(&script), WDM_PICTURE_SVG, NULL, &out, &err), WDM_OK);
    assert_int_not_equal(access(witness, F_OK), 0);
    wdm_buf_fini(&out);
    wdm_buf_fini(&script);
    (void)rmdir(folder);
}

static void an_error_in_the_script_gives_no_picture(void **state)
{
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    if (!have_gnuplot())
        skip();
    assert_int_equal(draw("nonsense\nplot x title 'x'\n", WDM_PICTURE_SVG, NULL, &out, &err), WDM_E_INTERNAL);
    assert_int_equal(out.len, 0);
    wdm_buf_fini(&out);
}

// A stand-in for gnuplot that does what the body says.
static wdm_rc with_program(const char *body, wdm_picture kind, wdm_gnuplot_limits limits, wdm_buf *out,
                           wdm_err *err)
{
    char path[] = "/tmp/wdm-test-XXXXXX";
    const int fd = mkstemp(path);
    wdm_rc rc = WDM_E_IO;
    char text[1024] = "";
    assert_true(fd >= 0);
    (void)snprintf(text, sizeof text, "#!/bin/sh\nPATH=/usr/bin:/bin\n%s\n", body);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, 0700), 0);
    assert_int_equal(close(fd), 0);
    limits.program = path;
    rc = draw("", kind, &limits, out, err);
    (void)unlink(path);
    return rc;
}

#define SVG "printf '<svg>%080d</svg>\\n' 1"

static void what_the_program_did_is_checked(void **state)
{
    static const struct {
        const char *body;
        wdm_rc rc;
    } cases[] = {{SVG, WDM_OK},
                 {SVG "; echo 'Fontconfig error: No writable cache directories' >&2", WDM_OK},
                 {SVG "; echo 'warning: Skipping data file' >&2", WDM_E_INTERNAL},
                 {SVG "; exit 1", WDM_E_INTERNAL},
                 {SVG "; kill -9 $$", WDM_E_INTERNAL},
                 {"printf '<svg>%0800d' 1", WDM_E_INTERNAL}, // half a picture and exit 0: a full disk
                 {":", WDM_E_INTERNAL},
                 {"head -c 300000 /dev/zero", WDM_E_INTERNAL}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_buf out = {0};
        wdm_err err = {WDM_OK, ""};
        const wdm_gnuplot_limits limits = {.bytes = 200000};
        const wdm_rc rc = with_program(cases[i].body, WDM_PICTURE_SVG, limits, &out, &err);
        if (rc != cases[i].rc)
            print_error("%s: %s\n", cases[i].body, err.text);
        assert_int_equal(rc, cases[i].rc);
        assert_int_equal(out.len > 0, rc == WDM_OK);
        wdm_buf_fini(&out);
    }
}

static void a_slow_program_is_stopped(void **state)
{
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(
        with_program("exec sleep 20", WDM_PICTURE_SVG, (wdm_gnuplot_limits){.seconds = 1}, &out, &err),
        WDM_E_INTERNAL);
    assert_non_null(strstr(err.text, "longer than 1 s"));
    wdm_buf_fini(&out);
}

static void a_missing_program_says_what_to_install(void **state)
{
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(
        draw("", WDM_PICTURE_PNG, &(wdm_gnuplot_limits){.program = "wdm-no-such-program"}, &out, &err),
        WDM_E_CONFIG);
    assert_non_null(strstr(err.text, "gnuplot-nox"));
    wdm_buf_fini(&out);
}

static void the_environment_is_minimal(void **state)
{
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(setenv("WDM_TEST_SECRET", "1", 1), 0);
    assert_int_equal(with_program("test -z \"$WDM_TEST_SECRET\" && test \"$LC_ALL\" = C.UTF-8 && " SVG,
                                  WDM_PICTURE_SVG, (wdm_gnuplot_limits){0}, &out, &err),
                     WDM_OK);
    wdm_buf_fini(&out);
}

static void file_names_have_no_surprises(void **state)
{
    wdm_buf out = {0};
    (void)state;
    assert_true(wdm_picture_name_valid("2026-W47_HK-BSM_x.png"));
    assert_false(wdm_picture_name_valid("../x"));
    assert_false(wdm_picture_name_valid(".hidden"));
    assert_false(wdm_picture_name_valid("-o"));
    assert_false(wdm_picture_name_valid("a b"));
    assert_false(wdm_picture_name_valid(""));
    wdm_buf_init(&out, 100);
    wdm_picture_name_put(&out, "../a b/白");
    assert_true(wdm_picture_name_valid(wdm_buf_text(&out)));
    assert_string_equal(wdm_buf_text(&out), "_._a_b____");
    wdm_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_harmless_single_quoted_strings),
        cmocka_unit_test(both_kinds_of_pictures_are_drawn_whole),
        cmocka_unit_test(nothing_in_a_text_is_run),
        cmocka_unit_test(an_error_in_the_script_gives_no_picture),
        cmocka_unit_test(what_the_program_did_is_checked),
        cmocka_unit_test(a_slow_program_is_stopped),
        cmocka_unit_test(a_missing_program_says_what_to_install),
        cmocka_unit_test(the_environment_is_minimal),
        cmocka_unit_test(file_names_have_no_surprises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
