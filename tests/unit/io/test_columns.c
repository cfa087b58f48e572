// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "io/columns.h"

static const char loads[] =
    "forms = ( { kind = \"load\"; columns = ( [\"site_id\", \"Site ID\", \"点位\"], [\"analyte\"], "
    "[\"year\"] );\n"
    "required = [\"site_id\", \"year\"]; ignored = [\"Web*\"]; days = ( (\"Mon\", 1), (\"Sun\", 7) ); } );";
static const char wide[] =
    "forms = ( { kind = \"assay\"; columns = ( [\"sample_id\", \"样本编号\"], [\"flow\", "
    "\"流量({flow_unit})\"] );\n"
    "required = [\"sample_id\"]; value_columns = [ \"{analyte}({unit})\" ]; other_columns = \"ignore\"; } );";
static const char grouped[] =
    "forms = ( { kind = \"assay\"; header_rows = 2; other_columns = \"ignore\";\n"
    "columns = ( [\"sample_id\", \"Name\"], [\"value\", \"Final Conc.\"], [\"area\", \"Area\"] );\n"
    "groups = ( [\"qualifier\", \"Qualifier ({_}) Results\"], [\"analyte\", \"{analyte} Results\"], "
    "[\"base\", \"Sample\"] );"
    " } );";
static const char compounds[] =
    "forms = ( { kind = \"assay\"; header_rows = 2; other_columns = \"ignore\";\n"
    "columns = ( [\"analyte\", \"Name\"], [\"data_file\", \"Data File\"], [\"area\", \"Area\"] );\n"
    "groups = ( [\"base\", \"Compound Method\"], [\"qualifier\", \"Qualifier *\"], [\"qualifier\", "
    "\"Qualifier {_}\"],\n"
    " [\"sample\", \"{sample_id}\"] ); } );";

static const char methods[] =
    "forms = ( { kind = \"assay\"; header_rows = 2; other_columns = \"ignore\"; required = [\"analyte\"];\n"
    "columns = ( [\"sample_id\", \"Name\"], [\"value\", \"Final Conc.\"], [\"expected\", \"Exp. Conc.\"], "
    "[\"rt\", \"RT\"] );\n"
    "groups = ( [\"method\", \"{analyte} Method\"], [\"analyte\", \"{analyte} Results\"], [\"base\", "
    "\"Sample\"] ); } );";
static const char samples[] =
    "forms = ( { kind = \"assay\"; header_rows = 2; other_columns = \"ignore\";\n"
    "columns = ( [\"analyte\", \"Name\"], [\"data_file\", \"Data File\"], [\"area\", \"Area\"] );\n"
    "groups = ( [\"base\", \"Compound Method\"], [\"sample\", \"{sample_id}\"] ); } );";
static const char preferred[] =
    "forms = ( { kind = \"assay\"; other_columns = \"ignore\"; context = [\"Compound {_}: {analyte}\"];\n"
    "columns = ( [\"sample_id\", \"Name\", \"ID\"], [\"value\", \"Conc.\", \"Amount ({unit})\"] );\n"
    "required = [\"sample_id\", \"analyte\", \"value\"]; value_units = ( [\"ng/mL\", \"ng/mL\"] ); } );";

typedef struct fixture {
    wdm_layout layout;
    wdm_columns columns;
    char cells[2][16][48];
    char *fields[2][16];
} fixture;

static fixture world;

static bool is_meth(void *user, const char *name)
{
    (void)user;
    return strcmp(name, "甲基苯丙胺") == 0;
}

static wdm_rc match(const char *form, const char *const *top, const char *const *header, size_t n,
                    wdm_err *err)
{
    const wdm_known known = {is_meth, NULL};
    size_t fits = 0;
    const char *const *rows[2] = {top, header};
    wdm_columns_fini(&world.columns);
    wdm_layout_fini(&world.layout);
    ASSERT_OK(wdm_layout_parse(&world.layout, "x", "x.cfg", form, err), *err);
    for (size_t r = 0; r < 2; r++) {
        for (size_t i = 0; i < n && rows[r] != NULL; i++) {
            (void)snprintf(world.cells[r][i], sizeof world.cells[r][i], "%s", rows[r][i]);
            world.fields[r][i] = world.cells[r][i];
        }
    }
    return wdm_columns_match(&world.columns, &world.layout.forms[0],
                             &(const wdm_header){top == NULL ? NULL : world.fields[0], world.fields[1], n},
                             &known, &fits, err);
}

static size_t at(const wdm_column_list *list, wdm_field field)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i].field == field)
            return list->items[i].at;
    }
    return SIZE_MAX;
}

static void headers_match_by_name_alias_and_in_any_order(void **state)
{
    static const char *const header[] = {"SUN",      " site id ", "Website",
                                         "ＹＥＡＲ", "Mon",       "wdm_reject_reason"};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(loads, NULL, header, 6, &err), err);
    assert_int_equal(at(&world.columns.base, WDM_FIELD_SITE_ID), 1);
    assert_int_equal(at(&world.columns.base, WDM_FIELD_YEAR), 3);
    assert_false(wdm_columns_have(&world.columns, WDM_FIELD_ANALYTE)); // not there, not required
    assert_int_equal(world.columns.n_groups, 2);
    assert_int_equal(world.columns.groups[0].weekday, 7);
    assert_int_equal(at(&world.columns.groups[1].columns, WDM_FIELD_VALUE), 4);
}

static void headers_that_do_not_match_say_why(void **state)
{
    static const struct {
        const char *header[5];
        size_t n;
        const char *says;
    } cases[] = {
        {{"site_id", "year", "Mon", "Sun", "colour"}, 5, "column 5 \"colour\" is not known to the layout"},
        {{"site_id", "year", "Mon", "Sun", "year"}, 5, "column 5 \"year\" stands twice"},
        {{"site_id", "点位", "year", "Mon", "Sun"}, 5, "column 2 \"点位\" stands twice, or under two names"},
        {{"site_id", "year", "Mon", "Sun", "mon"}, 5, "column 5 \"mon\" stands twice"},
        {{"analyte", "year", "Mon", "Sun"}, 4, "the column site_id is missing"},
        {{"site_id", "year", "Mon"}, 3, "the column sun is missing"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_err err = {WDM_OK, ""};
        assert_int_equal(match(loads, NULL, cases[i].header, cases[i].n, &err), WDM_E_DATA);
        ASSERT_SAYS(err, cases[i].says);
    }
}

static void a_header_may_name_the_analyte_and_the_unit(void **state)
{
    static const char *const header[] = {"样本编号", "流量（万立方米/天）", "甲基苯丙胺(ng/L)", "备注"};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(wide, NULL, header, 4, &err), err);
    assert_int_equal(world.columns.n_groups, 1);
    assert_string_equal(world.columns.groups[0].fixed[WDM_FIELD_ANALYTE], "甲基苯丙胺");
    assert_string_equal(world.columns.groups[0].fixed[WDM_FIELD_UNIT], "ng/L");
    assert_string_equal(world.columns.fixed[WDM_FIELD_FLOW_UNIT], "万立方米/天");
    assert_int_equal(world.columns.n_unread, 1);
}

static void group_headers_are_carried_to_the_right(void **state)
{
    static const char *const top[] = {"Sample",     "", "METH Results", "", "Qualifier (150 -> 91) Results",
                                      "ETO Results"};
    static const char *const header[] = {"Name", "Level", "Area", "Final Conc.", "Area", "Final Conc."};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(grouped, top, header, 6, &err), err);
    assert_int_equal(world.columns.n_groups, 2);
    assert_string_equal(world.columns.groups[0].fixed[WDM_FIELD_ANALYTE], "METH");
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_AREA), 2);
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_VALUE), 3);
    assert_int_equal(at(&world.columns.groups[1].columns, WDM_FIELD_VALUE), 5);
    assert_int_equal(at(&world.columns.groups[1].columns, WDM_FIELD_AREA),
                     SIZE_MAX); // the qualifier's is not its own
}

// One sample has several groups of one name; the next sample begins where "Data File" comes again.
static void a_sample_may_have_groups_of_one_name(void **state)
{
    static const char *const top[] = {"Compound Method",     "",    "BQC", "",   "BQC",
                                      "Qualifier 1 Results", "BQC", "",    "BQC"};
    static const char *const header[] = {"Name", "Ion",       "Data File", "Date", "Area",
                                         "Area", "Data File", "Date",      "Area"};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(compounds, top, header, 9, &err), err);
    assert_int_equal(world.columns.n_groups, 2);
    assert_string_equal(world.columns.groups[1].fixed[WDM_FIELD_SAMPLE_ID], "BQC");
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_AREA), 4);
    assert_int_equal(at(&world.columns.groups[1].columns, WDM_FIELD_DATA_FILE), 6);
    assert_int_equal(at(&world.columns.groups[1].columns, WDM_FIELD_AREA), 8);
}

// A method says what is expected; its "RT" is none of a peak. Its group and the results' are one.
static void a_method_gives_only_what_is_expected(void **state)
{
    static const char *const top[] = {"Sample", "METH Method", "", "METH Results", "", "ETO Results"};
    static const char *const header[] = {"Name", "RT", "Exp. Conc.", "Final Conc.", "RT", "Final Conc."};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(methods, top, header, 6, &err), err);
    assert_int_equal(world.columns.n_groups, 2);
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_EXPECTED), 2);
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_VALUE), 3);
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_RT), 4);
    assert_int_equal(at(&world.columns.groups[1].columns, WDM_FIELD_VALUE), 5);
}

// "Name" over each sample's columns is the sample's; the compound's stands in the first columns.
static void a_name_in_a_samples_group_is_not_the_analyte(void **state)
{
    static const char *const top[] = {"Compound Method", "S1", "", ""};
    static const char *const header[] = {"Name", "Data File", "Name", "Area"};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(samples, top, header, 4, &err), err);
    assert_int_equal(world.columns.n_groups, 1);
    assert_int_equal(at(&world.columns.base, WDM_FIELD_ANALYTE), 0);
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_ANALYTE), SIZE_MAX);
    assert_int_equal(at(&world.columns.groups[0].columns, WDM_FIELD_AREA), 3);
}

// The header that the layout names first counts, wherever it stands, and the unit is its own.
static void the_header_named_first_counts(void **state)
{
    static const struct {
        const char *header[3];
        size_t value;
        const char *unit;
    } cases[] = {
        {{"ID", "Amount (ng/L)", "Conc."}, 2, NULL},   {{"ID", "Conc.", "Amount (ng/L)"}, 1, NULL},
        {{"ID", "Amount (ng/L)", "Other"}, 1, "ng/l"}, {{"ID", "ng/mL", "Other"}, 1, "ng/mL"},
        {{"ID", "ng/mL", "Amount (ng/L)"}, 2, "ng/l"}, {{"ID", "ng/mL", "Conc."}, 2, NULL},
        {{"ID", "Conc.", "ng/mL"}, 1, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_err err = {WDM_OK, ""};
        const char *unit = NULL;
        ASSERT_OK(match(preferred, NULL, cases[i].header, 3, &err), err);
        assert_int_equal(at(&world.columns.base, WDM_FIELD_VALUE), cases[i].value);
        unit = world.columns.fixed[WDM_FIELD_UNIT];
        assert_string_equal(unit == NULL ? "" : unit, cases[i].unit == NULL ? "" : cases[i].unit);
    }
}

// Lines between tables may say what the header lacks; a line of one cell is no header.
static void a_required_field_may_be_of_the_context(void **state)
{
    static const char *const header[] = {"Name", "Conc."};
    static const char *const line[] = {"Name", "Flow"};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(preferred, NULL, header, 2, &err), err);
    assert_false(wdm_columns_have(&world.columns, WDM_FIELD_ANALYTE));
    assert_int_equal(match(preferred, NULL, line, 2, &err), WDM_E_DATA);
    ASSERT_SAYS(err, "the column value is missing");
    assert_int_equal(match(preferred, NULL, line, 1, &err), WDM_E_DATA);
    ASSERT_SAYS(err, "the line is one cell and no row of column names");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_match_by_name_alias_and_in_any_order),
        cmocka_unit_test(headers_that_do_not_match_say_why),
        cmocka_unit_test(a_header_may_name_the_analyte_and_the_unit),
        cmocka_unit_test(group_headers_are_carried_to_the_right),
        cmocka_unit_test(a_sample_may_have_groups_of_one_name),
        cmocka_unit_test(a_method_gives_only_what_is_expected),
        cmocka_unit_test(a_name_in_a_samples_group_is_not_the_analyte),
        cmocka_unit_test(the_header_named_first_counts),
        cmocka_unit_test(a_required_field_may_be_of_the_context),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wdm_columns_fini(&world.columns);
    wdm_layout_fini(&world.layout);
    return failed;
}
