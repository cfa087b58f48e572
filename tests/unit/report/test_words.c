// SPDX-License-Identifier: GPL-3.0-or-later
// config/text.csv: every key that report and chart use is there, and both languages have the same places to
// fill.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "report/phrase.h"

static wdm_config config;

static int setup(void **state)
{
    wdm_config_files files = {0};
    wdm_err err = {WDM_OK, ""};
    wdm_rc rc = wdm_config_files_read(&files, WDM_SOURCE_DIR "/config", WDM_SOURCE_DIR "/config", &err);
    (void)state;
    if (rc == WDM_OK)
        rc = wdm_config_parse(&config, &files, &err);
    wdm_config_files_fini(&files);
    if (rc != WDM_OK)
        print_error("%s\n", err.text);
    return rc == WDM_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    wdm_config_fini(&config);
    return 0;
}

// Every "{name}" of a is in b.
static bool places_within(const char *a, const char *b)
{
    for (const char *p = strchr(a, '{'); p != NULL; p = strchr(p + 1, '{')) {
        char place[64] = "";
        const char *end = strchr(p, '}');
        if (end == NULL || (size_t)(end - p) >= sizeof place - 1)
            return false;
        memcpy(place, p, (size_t)(end - p) + 1);
        if (strstr(b, place) == NULL)
            return false;
    }
    return true;
}

static void both_languages_are_complete(void **state)
{
    (void)state;
    assert_true(config.text.n > 150);
    for (size_t i = 0; i < config.text.n; i++) {
        const wdm_phrase *t = &config.text.rows[i];
        if (t->en[0] == '\0' || t->zh[0] == '\0' || !places_within(t->en, t->zh) ||
            !places_within(t->zh, t->en))
            fail_msg("text.csv: %s: a language is empty or the places differ", t->key);
    }
}

// A literal such as "chart.this_week", whose first word begins a key of the table, must be a key; prefixes
// end in a dot.
static void check_literal(const char *literal, const char *file)
{
    const char *dot = strchr(literal, '.');
    bool family = false;
    if (dot == NULL || dot == literal || dot[1] == '\0')
        return;
    for (const char *p = literal; *p != '\0'; p++) {
        if (!(islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_' || *p == '.'))
            return;
    }
    for (size_t i = 0; i < config.text.n; i++)
        family = family || strncmp(config.text.rows[i].key, literal, (size_t)(dot - literal) + 1) == 0;
    if (family && strcmp(dot, ".html") != 0 && strcmp(dot, ".md") != 0 && strcmp(dot, ".csv") != 0 &&
        strcmp(dot, ".json") != 0 && strcmp(wdm_config_text(&config, WDM_LANG_EN, literal), literal) == 0)
        fail_msg("%s: text.csv lacks the key %s", file, literal);
}

static wdm_rc check_file(void *user, const char *name, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_buf bytes = {0};
    wdm_rc rc = wdm_path_join(path, user, name, err);
    wdm_buf_init(&bytes, 4 * 1024 * 1024);
    if (rc == WDM_OK)
        rc = wdm_file_read(path, &bytes, err);
    for (const char *p = strchr(wdm_buf_text(&bytes), '"'); p != NULL; p = strchr(p + 1, '"')) {
        const char *end = strchr(p + 1, '"');
        char literal[128] = "";
        if (end == NULL)
            break;
        if ((size_t)(end - p) < sizeof literal) {
            memcpy(literal, p + 1, (size_t)(end - p) - 1);
            check_literal(literal, name);
        }
    }
    wdm_buf_fini(&bytes);
    return rc;
}

static void every_key_in_the_sources_is_in_the_table(void **state)
{
    char report[] = WDM_SOURCE_DIR "/lib/report", pipeline[] = WDM_SOURCE_DIR "/pipeline";
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_dir_each(report, ".c", check_file, report, &err), WDM_OK);
    assert_int_equal(wdm_dir_each(pipeline, ".c", check_file, pipeline, &err), WDM_OK);
}

static void phrases_are_filled(void **state)
{
    const wdm_words en = {&config, WDM_LANG_EN}, zh = {&config, WDM_LANG_ZH};
    wdm_buf out = {0};
    (void)state;
    wdm_buf_init(&out, 1000);
    WDM_WORDS(&en, &out, "headline.alerts", {"n", "4"}, {"all", "56"});
    assert_string_equal(wdm_buf_text(&out), "4 of 56 series in alert.");
    wdm_buf_clear(&out);
    WDM_WORDS(&zh, &out, "headline.alerts", {"n", "4"}, {"all", "{n}"}); // a value is not a pattern
    assert_non_null(strstr(wdm_buf_text(&out), "{n}"));
    assert_string_equal(wdm_words_of(&en, "word.", "cannot be told"), "cannot be told");
    assert_string_equal(wdm_words_of(&zh, "word.", "cannot be told"), "无法判断");
    assert_string_equal(wdm_words_of(&zh, "word.", "unheard of"), "unheard of");
    wdm_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages_are_complete),
        cmocka_unit_test(every_key_in_the_sources_is_in_the_table),
        cmocka_unit_test(phrases_are_filled),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
