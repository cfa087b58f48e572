// SPDX-License-Identifier: GPL-3.0-or-later
// levels.csv: what a level is called where, what the loader refuses, and a config that is older than the
// table.
#include "config_fixture.h"

#define HEADER "region_id,level,name,name_zh,colour,messages\n"
#define EVERYWHERE                                                                                           \
    ",info,I,甲,#000001,1\n,notice,N,乙,#000002,1\n,warning,W,丙,#000003,1\n,critical,C,丁,#000004,1\n"

static const char *const levels[] = {"info", "notice", "warning", "critical"};

static void the_shipped_levels_are_the_four_colours(void **state)
{
    static const char *const names[] = {"Blue", "Yellow", "Orange", "Red"};
    static const char *const signs[] = {"蓝", "黄", "橙", "红"};
    wdm_config c;
    wdm_err err = {0};
    (void)state;
    ASSERT_OK(fixture_config(&c, NULL, 0, &err), err);
    for (size_t i = 0; i < 4; i++) {
        const wdm_level_row *row = wdm_config_level(&c, "", levels[i]);
        assert_non_null(row);
        assert_string_equal(row->name, names[i]);
        assert_memory_equal(row->name_zh, signs[i], strlen(signs[i]));
        assert_true(row->messages);
        assert_ptr_equal(wdm_config_level(&c, "NOWHERE", levels[i]), row);
    }
    assert_null(wdm_config_level(&c, "", "none"));
    wdm_config_fini(&c);
}

static void the_smallest_region_with_a_row_decides(void **state)
{
    const fixture_table tables[] = {{"regions.csv", FIXTURE_REGIONS},
                                    {"sites.csv", FIXTURE_SITES},
                                    {"population.csv", FIXTURE_POPULATION},
                                    {"analysis.csv", FIXTURE_ANALYSIS_HEADER},
                                    {"levels.csv", HEADER EVERYWHERE
                                     "P,warning,Grade II,二级,#00aaFF,0\nCITY,critical,Alarm,,#111111,1\n"
                                     "X,info,lost,,#111111,1\n"}};
    wdm_config c;
    wdm_err err = {0};
    const wdm_level_row *row = NULL;
    (void)state;
    ASSERT_OK(fixture_config(&c, tables, 5, &err), err);
    row = wdm_config_level(&c, wdm_config_site_region(&c, "A"), "warning");
    assert_string_equal(row->name, "Grade II");
    assert_string_equal(row->colour, "#00aaFF");
    assert_false(row->messages);
    assert_string_equal(wdm_config_level(&c, "CITY", "critical")->name_zh, "Alarm");
    assert_string_equal(wdm_config_level(&c, "P", "critical")->name, "C");
    assert_string_equal(wdm_config_level(&c, "X", "info")->name, "I");
    assert_string_equal(wdm_config_site_region(&c, "NOSITE"), "");
    assert_non_null(strstr(wdm_buf_text(&c.warnings), "levels.csv:8: region_id: unknown region \"X\""));
    wdm_config_fini(&c);
}

static void a_config_older_than_the_table_keeps_the_words_of_then(void **state)
{
    wdm_config_files files;
    wdm_config c;
    wdm_err err = {0};
    (void)state;
    ASSERT_OK(fixture_files(&files, NULL, 0, &err), err);
    for (size_t i = 0; i < files.n; i++) {
        if (strcmp(files.files[i].name, "levels.csv") == 0)
            (void)snprintf(files.files[i].name, sizeof files.files[i].name, "none.csv");
    }
    ASSERT_OK(wdm_config_parse(&c, &files, &err), err);
    assert_int_equal(c.levels.n, 0);
    assert_string_equal(wdm_config_level(&c, "", "warning")->name, "warning");
    assert_string_equal(wdm_config_level(&c, "HK", "critical")->name_zh, "红色警报");
    assert_null(wdm_config_level(&c, "", "severe"));
    wdm_config_fini(&c);
    wdm_config_files_fini(&files);
}

static void wrong_rows_name_the_cell(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {HEADER ",blue,B,,#000000,1\n", "levels.csv:2: level: \"blue\" is not known"},
        {HEADER ",info,,,#000000,1\n", "levels.csv:2: name: the cell is empty"},
        {HEADER ",info,I,,blue,1\n", "levels.csv:2: colour: \"blue\" is no colour"},
        {HEADER ",info,I,,#00000g,1\n", "is no colour"},
        {HEADER ",info,I,,#000000,\n", "levels.csv:2: messages"},
        {HEADER EVERYWHERE ",info,I,,#000000,1\n", "region and level stand twice"},
        {HEADER ",info,I,,#000000,1\n", "level notice has no row without region_id"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const fixture_table table = {"levels.csv", rows[i].text};
        wdm_config c;
        wdm_err err = {0};
        assert_int_equal(fixture_config(&c, &table, 1, &err), WDM_E_CONFIG);
        if (strstr(err.text, rows[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.text, rows[i].says);
        wdm_config_fini(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_levels_are_the_four_colours),
        cmocka_unit_test(the_smallest_region_with_a_row_decides),
        cmocka_unit_test(a_config_older_than_the_table_keeps_the_words_of_then),
        cmocka_unit_test(wrong_rows_name_the_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
