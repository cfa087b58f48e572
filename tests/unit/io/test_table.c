// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "io/table.h"

enum { ID, SIZE, WHEN, KIND, NOTE };
static const wdm_table_column columns[] = {
    {"id", true}, {"size", true}, {"when", true}, {"kind", true}, {"note", false}};
static const char *const kinds[] = {"plant", "manhole"};

static wdm_rc read_table(wdm_table *table, const char *text, wdm_err *err)
{
    return wdm_table_read(table, "t.csv", text, strlen(text), columns, 5, err);
}

static void expect_refused(const char *text, const char *message)
{
    wdm_table table;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(read_table(&table, text, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, message);
    assert_int_equal(err.rc, WDM_E_CONFIG);
    wdm_table_fini(&table);
}

static void columns_come_in_any_order_and_optional_ones_read_as_empty(void **state)
{
    wdm_table table;
    wdm_err err = {WDM_OK, ""};
    double size = 0.0;
    wdm_day when = 0;
    size_t kind = 0;
    (void)state;
    ASSERT_OK(read_table(&table, "kind,size,id,when\nmanhole, 2.5 ,a,2026-11-23\n\nplant,,b,\n", &err), err);
    assert_int_equal(table.n_rows, 2);
    assert_int_equal(table.rows[1].line, 4);
    assert_string_equal(wdm_table_cell(&table, 0, ID), "a");
    assert_string_equal(wdm_table_cell(&table, 0, NOTE), "");
    ASSERT_OK(wdm_table_number(&table, 0, SIZE, (const double[3]){0.0, 10.0, -1.0}, &size, &err), err);
    assert_true(size == 2.5);
    ASSERT_OK(wdm_table_number(&table, 1, SIZE, (const double[3]){0.0, 10.0, -1.0}, &size, &err), err);
    assert_true(size == -1.0); // the value of an empty cell
    ASSERT_OK(wdm_table_day(&table, 0, WHEN, WDM_DAY_NONE, &when, &err), err);
    assert_int_equal(when, 20780);
    ASSERT_OK(wdm_table_day(&table, 1, WHEN, WDM_DAY_NONE, &when, &err), err);
    assert_int_equal(when, WDM_DAY_NONE);
    ASSERT_OK(wdm_table_word(&table, 0, KIND, kinds, 2, SIZE_MAX, &kind, &err), err);
    assert_int_equal(kind, 1);
    wdm_table_fini(&table);
}

static void a_wrong_header_is_named(void **state)
{
    (void)state;
    expect_refused("id,size,when,kind,colour\n", "t.csv:1: colour: unknown column");
    expect_refused("id,size,when,kind,size\n", "t.csv:1: size: the column stands twice");
    expect_refused("id,size,kind\n", "t.csv:1: when: the column is missing");
    expect_refused("id,size,when,kind,\n", "t.csv:1: (empty): unknown column");
    expect_refused("", "t.csv: empty");
}

static void a_wrong_row_is_named(void **state)
{
    (void)state;
    expect_refused("id,size,when,kind\na,1,2026-01-01,plant\nb,1,2,3,4\n",
                   "t.csv:3: 5 cells where the header has 4");
    expect_refused("id,size,when,kind\na,1,\"2026\n",
                   "t.csv:2: the quoted field that starts here never ends");
    expect_refused("id,size,when,kind\n\xff,1,,\n", "t.csv: not valid UTF-8 at byte 18");
}

static void a_wrong_cell_is_named_with_file_line_and_column(void **state)
{
    wdm_table table;
    wdm_err err = {WDM_OK, ""};
    double size = 0.0;
    wdm_day when = 0;
    size_t kind = 0;
    const double range[3] = {0.0, 10.0, 0.0};
    (void)state;
    ASSERT_OK(read_table(&table, "id,size,when,kind\na,1O,2026-02-30,sewer\n\nb,11,x,\n", &err), err);
    assert_int_equal(wdm_table_number(&table, 0, SIZE, range, &size, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, "t.csv:2: size: \"1O\" is not a number; letter O");
    assert_int_equal(wdm_table_number(&table, 1, SIZE, range, &size, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, "t.csv:4: size: 11 is outside the possible range 0 to 10");
    assert_int_equal(wdm_table_day(&table, 0, WHEN, 0, &when, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, "t.csv:2: when: \"2026-02-30\" is not a date");
    assert_int_equal(wdm_table_word(&table, 0, KIND, kinds, 2, 0, &kind, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, "t.csv:2: kind: \"sewer\" is not known; write one of: plant, manhole");
    assert_int_equal(wdm_table_word(&table, 1, KIND, kinds, 2, SIZE_MAX, &kind, &err), WDM_E_CONFIG);
    ASSERT_OK(wdm_table_word(&table, 1, KIND, kinds, 2, 1, &kind, &err), err);
    assert_int_equal(kind, 1);
    wdm_table_fini(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_come_in_any_order_and_optional_ones_read_as_empty),
        cmocka_unit_test(a_wrong_header_is_named),
        cmocka_unit_test(a_wrong_row_is_named),
        cmocka_unit_test(a_wrong_cell_is_named_with_file_line_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
