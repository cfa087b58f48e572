// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "io/file.h"
#include "io/layout.h"

static const char two_forms[] =
    "title = \"t\";\n"
    "forms = (\n"
    " { kind = \"load\"; columns = ( [\"site_id\", \"Site ID\", \"点位\"], [\"analyte\"], [\"year\"] );\n"
    "   required = [\"site_id\", \"year\"]; ignored = [\"Website\"]; days = ( (\"Mon\", 1), (\"Sun\", 7) );\n"
    "   nominal_week = 11; zero_is_below_limit = true; add_sites = true;\n"
    "   analytes = ( [\"Cocaine\", \"benzoylecgonine\"] ); regions = ( [\"H\", \"HU\"] );\n"
    "   fixed = { unit = \"mg/d/1000\"; }; },\n"
    " { kind = \"field\"; columns = ( [\"site_id\"], [\"flow\"] ); required = [\"site_id\", \"flow\"]; }\n"
    ");\n";

static void expect_refused(const char *text, const char *says)
{
    wdm_layout layout;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(wdm_layout_parse(&layout, "x", "x.cfg", text, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, says);
    wdm_layout_fini(&layout);
}

static void settings_are_read(void **state)
{
    wdm_layout layout;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(wdm_layout_parse(&layout, "x", "x.cfg", two_forms, &err), err);
    assert_string_equal(layout.title, "t");
    assert_int_equal(layout.n_forms, 2);
    assert_int_equal(layout.forms[0].kind, WDM_FORM_LOAD);
    assert_int_equal(layout.forms[0].nominal_week, 11);
    assert_true(layout.forms[0].zero_is_below_limit);
    assert_true(layout.forms[0].add_sites);
    assert_int_equal(layout.forms[0].n_days, 2);
    assert_int_equal(layout.forms[0].days[1].weekday, 7);
    assert_string_equal(layout.forms[0].fixed[WDM_FIELD_UNIT], "mg/d/1000");
    assert_int_equal(layout.forms[1].kind, WDM_FORM_FIELD);
    assert_string_equal(
        wdm_layout_translate(layout.forms[0].analytes, layout.forms[0].n_analytes, " COCAINE"),
        "benzoylecgonine");
    assert_string_equal(wdm_layout_translate(layout.forms[0].analytes, layout.forms[0].n_analytes, "MDMA"),
                        "MDMA");
    wdm_layout_fini(&layout);
}

static void wrong_settings_name_file_and_line(void **state)
{
    (void)state;
    expect_refused("forms = (\n {{\n", "x.cfg:2: syntax error");
    expect_refused("title = \"x\";\n", "x.cfg: forms: the setting is missing");
    expect_refused("forms = ( {\n kind = \"assay\";\n colour = 1;\n columns = ( [\"site_id\"] ); } );",
                   "x.cfg:3: colour: unknown setting");
    expect_refused("forms = ( {\n kind = \"soup\"; columns = ( [\"site_id\"] ); } );",
                   "kind must be assay, field");
    expect_refused("forms = ( { kind = \"assay\"; } );", "the setting is missing: \"columns\"");
    expect_refused("forms = ( { kind = \"assay\";\n columns = ( [\"siteid\"] ); } );",
                   "unknown field \"siteid\"");
    expect_refused(
        "forms = ( { kind = \"assay\"; columns = ( [\"site_id\"] );\n required = [\"colour\"]; } );",
        "x.cfg:2: required: unknown field \"colour\"");
    expect_refused(
        "forms = ( { kind = \"load\"; columns = ( [\"site_id\"] );\n days = ( (\"Mon\", 8) ); } );",
        "x.cfg:2: days: wants (\"column\", weekday 1 to 7)");
    expect_refused("forms = ( { kind = \"load\"; columns = ( [\"site_id\"] );\n analytes = ( [\"a\"] ); } );",
                   "x.cfg:2: analytes: wants pairs");
    expect_refused(
        "forms = ( { kind = \"load\"; columns = ( [\"site_id\"] );\n fixed = { colour = \"x\"; }; } );",
        "x.cfg:2: colour: unknown field");
}

static wdm_rc match(const char *const *header, size_t n, wdm_layout_match *out, wdm_err *err)
{
    static wdm_layout layout;
    char copies[8][32];
    char *fields[8];
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(copies[i], sizeof copies[i], "%s", header[i]);
        fields[i] = copies[i];
    }
    ASSERT_OK(wdm_layout_parse(&layout, "x", "x.cfg", two_forms, err), *err);
    rc = wdm_layout_match_header(&layout, fields, n, out, err);
    wdm_layout_fini(&layout);
    return rc;
}

static void headers_match_by_name_alias_and_in_any_order(void **state)
{
    static const char *const header[] = {"SUN",      " site id ", "Website",
                                         "ＹＥＡＲ", "Mon",       "wdm_reject_reason"};
    wdm_layout_match m;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(match(header, 6, &m, &err), err);
    assert_int_equal(m.column[WDM_FIELD_SITE_ID], 1);
    assert_int_equal(m.column[WDM_FIELD_YEAR], 3);
    assert_true(m.column[WDM_FIELD_ANALYTE] == SIZE_MAX); // not there, not required
    assert_int_equal(m.day_column[0], 4);
    assert_int_equal(m.day_column[1], 0);
    assert_int_equal(m.n_header, 6);
    ASSERT_OK(match((const char *const[]){"flow", "site_id"}, 2, &m, &err), err); // the second form
    assert_int_equal(m.column[WDM_FIELD_FLOW], 0);
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
        wdm_layout_match m;
        wdm_err err = {WDM_OK, ""};
        assert_int_equal(match(cases[i].header, cases[i].n, &m, &err), WDM_E_DATA);
        ASSERT_SAYS(err, cases[i].says);
    }
}

static wdm_rc parse_one(void *user, const char *name, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_layout layout;
    wdm_buf bytes;
    int *n = user;
    wdm_buf_init(&bytes, 1024 * 1024);
    (void)snprintf(path, sizeof path, "%s/config/layouts/%s", WDM_SOURCE_DIR, name);
    ASSERT_OK(wdm_file_read(path, &bytes, err), *err);
    ASSERT_OK(wdm_layout_parse(&layout, name, path, wdm_buf_text(&bytes), err), *err);
    assert_true(layout.title[0] != '\0');
    for (size_t f = 0; f < layout.n_forms; f++)
        assert_true(layout.forms[f].n_columns > 0);
    wdm_layout_fini(&layout);
    wdm_buf_fini(&bytes);
    (*n)++;
    return WDM_OK;
}

static void the_shipped_layouts_parse(void **state)
{
    int n = 0;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(wdm_dir_each(WDM_SOURCE_DIR "/config/layouts", ".cfg", parse_one, &n, &err), err);
    assert_true(n >= 4);
}

// EUDA writes Hungary as H and as HU: two codes of one country.
static void the_euda_layout_knows_both_codes_of_hungary(void **state)
{
    wdm_layout layout;
    wdm_buf bytes;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_buf_init(&bytes, 1024 * 1024);
    ASSERT_OK(wdm_file_read(WDM_SOURCE_DIR "/config/layouts/euda.cfg", &bytes, &err), err);
    ASSERT_OK(wdm_layout_parse(&layout, "euda", "euda.cfg", wdm_buf_text(&bytes), &err), err);
    for (size_t f = 0; f < layout.n_forms; f++) {
        const wdm_form *form = &layout.forms[f];
        assert_string_equal(wdm_layout_translate(form->regions, form->n_regions, "H"), "HU");
        assert_string_equal(wdm_layout_translate(form->regions, form->n_regions, "HU"), "HU");
        assert_string_equal(wdm_layout_translate(form->regions, form->n_regions, "DE"), "DE");
    }
    wdm_layout_fini(&layout);
    wdm_buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(wrong_settings_name_file_and_line),
        cmocka_unit_test(headers_match_by_name_alias_and_in_any_order),
        cmocka_unit_test(headers_that_do_not_match_say_why),
        cmocka_unit_test(the_shipped_layouts_parse),
        cmocka_unit_test(the_euda_layout_knows_both_codes_of_hungary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
