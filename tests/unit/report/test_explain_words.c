// SPDX-License-Identifier: GPL-3.0-or-later
// What wdm explain builds its sentences of: each flag, part of the budget, way with values below the limit,
// distribution and weekday has a phrase in both languages, and docs/cmd/estimate.md lists exactly the flags
// there are.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "data/flags.h"
#include "io/file.h"
#include "report/phrase.h"
#include "wbe/estimate.h"

static wdm_config config;

static const char *const flag_names[] = {
#define NAME(id, bit, name) name,
    WDM_EST_FLAG_LIST(NAME) WDM_FLAG_LIST(NAME)
#undef NAME
};
enum { N_FLAGS = sizeof flag_names / sizeof flag_names[0] };

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

static void has_phrase(const char *prefix, const char *name)
{
    char key[96];
    (void)snprintf(key, sizeof key, "%s%s", prefix, name);
    if (strcmp(wdm_config_text(&config, WDM_LANG_EN, key), key) == 0 ||
        strcmp(wdm_config_text(&config, WDM_LANG_ZH, key), key) == 0)
        fail_msg("text.csv lacks the phrase %s", key);
}

static void every_flag_has_a_sentence(void **state)
{
    (void)state;
    assert_true(N_FLAGS > 20);
    for (size_t i = 0; i < N_FLAGS; i++)
        has_phrase("flag.", flag_names[i]);
}

// Flags are printed by their names, so a name that only the lists know would never be explained.
static void every_flag_prints_by_its_name(void **state)
{
    static const int bits[] = {
#define BIT(id, bit, name) bit,
        WDM_EST_FLAG_LIST(BIT) WDM_FLAG_LIST(BIT)
#undef BIT
    };
    (void)state;
    for (size_t i = 0; i < N_FLAGS; i++) {
        wdm_buf out = {0};
        wdm_buf_init(&out, 100);
        wdm_flags_print((int64_t)1 << bits[i], &out);
        assert_string_equal(wdm_buf_text(&out), flag_names[i]);
        wdm_buf_fini(&out);
    }
}

static void every_part_of_the_budget_has_a_sentence(void **state)
{
    (void)state;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        has_phrase("budget.", wdm_budget_name((wdm_budget_part)i));
}

static void methods_distributions_and_weekdays_have_words(void **state)
{
#define METHOD(code, text) text,
    static const char *const methods[] = {WDM_CENS_METHOD_LIST(METHOD)};
#undef METHOD
#define KIND(id, name) name,
    static const char *const kinds[] = {WDM_DIST_LIST(KIND)};
#undef KIND
    (void)state;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(methods[i], "auto") != 0) // no value was made by "auto": it chooses another
            has_phrase("censoring.", methods[i]);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        has_phrase("distribution.", kinds[i]);
    for (int day = 1; day <= 7; day++) {
        char digit[2] = {(char)('0' + day), '\0'};
        has_phrase("weekday.", digit);
    }
}

static bool is_flag(const char *name, size_t len)
{
    for (size_t i = 0; i < N_FLAGS; i++) {
        if (strlen(flag_names[i]) == len && strncmp(flag_names[i], name, len) == 0)
            return true;
    }
    return false;
}

static void the_document_lists_the_flags(void **state)
{
    wdm_buf bytes = {0};
    wdm_err err = {WDM_OK, ""};
    const char *table = NULL;
    int n = 0;
    (void)state;
    wdm_buf_init(&bytes, 1024 * 1024);
    assert_int_equal(wdm_file_read(WDM_SOURCE_DIR "/docs/cmd/estimate.md", &bytes, &err), WDM_OK);
    table = strstr(wdm_buf_text(&bytes), "| flag | says |");
    assert_non_null(table);
    for (size_t i = 0; i < N_FLAGS; i++) {
        char quoted[64];
        (void)snprintf(quoted, sizeof quoted, "`%s`", flag_names[i]);
        if (strstr(table, quoted) == NULL)
            fail_msg("docs/cmd/estimate.md: the table of flags lacks %s", flag_names[i]);
    }
    for (const char *row = strstr(table, "\n| `"); row != NULL; row = strstr(row + 1, "\n| `")) {
        const char *end = strstr(row + 3, " | ");
        assert_non_null(end);
        for (const char *p = strchr(row, '`'); p != NULL && p < end;
             p = strchr(strchr(p + 1, '`') + 1, '`')) {
            if (!is_flag(p + 1, (size_t)(strchr(p + 1, '`') - p - 1)))
                fail_msg("docs/cmd/estimate.md: no such flag: %.30s", p);
            n++;
        }
    }
    assert_int_equal(n, N_FLAGS);
    wdm_buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flag_has_a_sentence),
        cmocka_unit_test(every_flag_prints_by_its_name),
        cmocka_unit_test(every_part_of_the_budget_has_a_sentence),
        cmocka_unit_test(methods_distributions_and_weekdays_have_words),
        cmocka_unit_test(the_document_lists_the_flags),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
