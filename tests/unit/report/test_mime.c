// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs these before it
#include <cmocka.h>
#include <string.h>

#include "report/alert_mail.h"
#include "report/mime.h"

static const char *header(wdm_buf *buf, const char *text)
{
    wdm_buf_clear(buf);
    wdm_mime_header(buf, "Subject", text);
    return wdm_buf_text(buf);
}

static void a_plain_text_stays_and_another_is_encoded(void **state)
{
    wdm_buf b = {0};
    (void)state;
    wdm_buf_init(&b, 65536);
    assert_string_equal(header(&b, "week 3"), "Subject: week 3\n");
    assert_string_equal(header(&b, "现"), "Subject: =?UTF-8?B?546w?=\n");
    // What looks encoded is encoded, so that it is shown as it was typed.
    assert_string_equal(header(&b, "=?UTF-8?B?546w?="), "Subject: =?UTF-8?B?PT9VVEYtOD9CPzU0Nnc/PQ==?=\n");
    wdm_buf_fini(&b);
}

// RFC 2047: a word of at most 75 characters, of whole characters.
static void long_texts_go_in_several_words(void **state)
{
    char text[600] = "";
    wdm_buf b = {0};
    (void)state;
    wdm_buf_init(&b, 65536);
    for (int i = 0; i < 100; i++)
        (void)strncat(text, "白", 4);
    (void)header(&b, text);
    for (const char *p = wdm_buf_text(&b); *p != '\0';) {
        const char *end = strchr(p, '\n');
        assert_true(end - p <= 9 + 75);
        assert_true(strncmp(p + (p == wdm_buf_text(&b) ? 8 : 0), " =?UTF-8?B?", 11) == 0);
        p = end + 1;
    }
    wdm_buf_fini(&b);
}

static void no_text_breaks_out_of_its_header(void **state)
{
    static const char *const hostile[] = {"a\r\nBcc: x@y.z",
                                          "a\nBcc: x@y.z",
                                          "a\rBcc: x",
                                          "a\x0b\x0c"
                                          "b",
                                          "a\xe2\x80\xa8"
                                          "Bcc: x",
                                          "a\n\nbody"};
    wdm_buf b = {0};
    (void)state;
    wdm_buf_init(&b, 65536);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        const char *got = header(&b, hostile[i]);
        assert_non_null(strchr(got, '\n'));
        assert_string_equal(strchr(got, '\n'), "\n"); // one line
        assert_null(strchr(got, '\r'));
    }
    wdm_buf_fini(&b);
}

// RFC 4648, section 10.
static void base64_is_that_of_the_standard(void **state)
{
    static const char *const pairs[][2] = {{"f", "Zg==\n"},         {"fo", "Zm8=\n"},
                                           {"foo", "Zm9v\n"},       {"foob", "Zm9vYg==\n"},
                                           {"fooba", "Zm9vYmE=\n"}, {"foobar", "Zm9vYmFy\n"}};
    wdm_buf b = {0};
    (void)state;
    wdm_buf_init(&b, 65536);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        wdm_buf_clear(&b);
        wdm_mime_base64(&b, pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(wdm_buf_text(&b), pairs[i][1]);
    }
    wdm_buf_fini(&b);
}

static void a_message_has_its_parts_and_its_thread(void **state)
{
    const wdm_mail mail = {.from = "wdm@example.org",
                           .to = "duty@example.org",
                           .name = "2026-11-16_worse_1_00000001",
                           .previous = "2026-11-09_alert_1_00000000",
                           .thread = "2026-11-09_alert_1_00000000",
                           .date = "",
                           .subject = "s",
                           .text = "text\n",
                           .picture = "PNG",
                           .picture_len = 3,
                           .series = "a,b\n",
                           .file = "x/../y"};
    wdm_buf b = {0};
    (void)state;
    wdm_buf_init(&b, 65536);
    wdm_mail_put(&mail, &b);
    assert_string_equal(wdm_buf_text(&b),
                        "From: wdm@example.org\nTo: duty@example.org\nSubject: s\n"
                        "Message-ID: <2026-11-16_worse_1_00000001@example.org>\n"
                        "In-Reply-To: <2026-11-09_alert_1_00000000@example.org>\n"
                        "References: <2026-11-09_alert_1_00000000@example.org>\n"
                        "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
                        "Content-Type: multipart/mixed; boundary=\"=_wdm_2026-11-16_worse_1_00000001\"\n\n"
                        "--=_wdm_2026-11-16_worse_1_00000001\nContent-Type: text/plain; charset=UTF-8\n"
                        "Content-Transfer-Encoding: base64\nContent-Disposition: inline\n\ndGV4dAo=\n"
                        "--=_wdm_2026-11-16_worse_1_00000001\nContent-Type: image/png\n"
                        "Content-Transfer-Encoding: base64\n"
                        "Content-Disposition: attachment; filename=\"x_.._y.png\"\n\nUE5H\n"
                        "--=_wdm_2026-11-16_worse_1_00000001\nContent-Type: text/csv; charset=UTF-8\n"
                        "Content-Transfer-Encoding: base64\n"
                        "Content-Disposition: attachment; filename=\"x_.._y.csv\"\n\nYSxiCg==\n"
                        "--=_wdm_2026-11-16_worse_1_00000001--\n");
    wdm_buf_clear(&b);
    wdm_mail_date(20770, &b); // 2026-11-13
    assert_string_equal(wdm_buf_text(&b), "Fri, 13 Nov 2026 00:00:00 +0000");
    wdm_buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_text_stays_and_another_is_encoded),
        cmocka_unit_test(long_texts_go_in_several_words),
        cmocka_unit_test(no_text_breaks_out_of_its_header),
        cmocka_unit_test(base64_is_that_of_the_standard),
        cmocka_unit_test(a_message_has_its_parts_and_its_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
