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
    assert_string_equal(wdm_layout_translate(&layout.forms[0].analytes, " COCAINE"), "benzoylecgonine");
    assert_string_equal(wdm_layout_translate(&layout.forms[0].analytes, "MDMA"), "MDMA");
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
    expect_refused(
        "forms = ( { kind = \"assay\"; columns = ( [\"site_id\"] );\n words = ( [\"fail\", \"qc_failed\"] ); "
        "} );",
        "x.cfg:2: words: config/README.md lists what it may be; not \"qc_failed\"");
    expect_refused(
        "forms = ( { kind = \"assay\"; columns = ( [\"site_id\"] );\n context = [\"Lot: {lot}\"]; } );",
        "x.cfg:2: context: captures what is no field: \"Lot: {lot}\"");
    expect_refused("forms = ( { kind = \"assay\"; columns = (\n [\"site_id\", \"Site {plant}\"] ); } );",
                   "captures what is no field");
}

static void settings_have_defaults_and_shapes(void **state)
{
    wdm_layout layout;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(
        wdm_layout_parse(
            &layout, "x", "x.cfg",
            "forms = ( { kind = \"assay\"; columns = ( [\"value\", \"Conc. ({unit})\"] );\n"
            "delimiters = \"\\t\"; quotes = false; decimal = \",\"; thousands = \".\"; dates = \"dmy\";\n"
            "header_rows = 2; groups = ( [\"analyte\", \"{analyte} Results\"] ); preamble = 7;\n"
            "context = [ \"Printed {analysed_at}\" ]; empty = \"peak\"; no_peak = [ \"N/A\" ];\n"
            "other_columns = \"ignore\"; duplicates = \"first\"; sample_types = ( [\"Cal\", \"standard\"] ); "
            "},\n"
            "{ kind = \"field\"; columns = ( [\"flow\"] ); } );",
            &err),
        err);
    assert_string_equal(layout.forms[0].delimiters, "\t");
    assert_false(layout.forms[0].quotes);
    assert_int_equal(layout.forms[0].decimal, ',');
    assert_int_equal(layout.forms[0].thousands, '.');
    assert_int_equal(layout.forms[0].dates, WDM_DATES_DMY);
    assert_int_equal(layout.forms[0].preamble, 7);
    assert_int_equal(layout.forms[0].groups[0].role, WDM_GROUP_ANALYTE);
    assert_int_equal(layout.forms[0].empty, WDM_EMPTY_PEAK);
    assert_true(layout.forms[0].columns[1].is_pattern);
    assert_true(layout.forms[0].ignore_others);
    assert_true(layout.forms[0].first_of_duplicates);
    assert_true(wdm_layout_holds(&layout.forms[0].no_peak, "n/a"));
    assert_string_equal(wdm_layout_lookup(&layout.forms[0].sample_types, "CAL"), "standard");
    assert_null(wdm_layout_lookup(&layout.forms[0].sample_types, "Calx"));
    assert_string_equal(layout.forms[1].delimiters, ",;\t");
    assert_true(layout.forms[1].quotes);
    assert_int_equal(layout.forms[1].header_rows, 1);
    assert_int_equal(layout.forms[1].empty, WDM_EMPTY_ERROR);
    wdm_layout_fini(&layout);
    expect_refused("forms = ( { kind = \"assay\"; columns = ( [\"value\"] );\n decimal = \"x\"; } );",
                   "x.cfg:2: decimal: config/README.md lists what it may be");
    expect_refused("forms = ( { kind = \"assay\"; columns = ( [\"value\"] );\n delimiters = \"x\"; } );",
                   "x.cfg:2: delimiters: wants one or more of");
    expect_refused("forms = ( { kind = \"assay\"; columns = ( [\"value\"] );\n header_rows = 2; } );",
                   "header_rows must be 1, or 2 with groups");
    expect_refused("forms = ( { kind = \"assay\"; columns = ( [\"value\"] );\n quotes = 1; } );",
                   "x.cfg:2: quotes: wants true or false");
    expect_refused(
        "forms = ( { kind = \"assay\"; columns = ( [\"value\"] );\n words = ( [\"N/F\", \"absent\"] ); } );",
        "x.cfg:2: words: config/README.md lists what it may be; not \"absent\"");
    expect_refused("forms = ( { kind = \"assay\"; columns = ( [\"value\"] );\n sample_types = ( [\"Cal\", "
                   "\"standart\"] ); } );",
                   "x.cfg:2: sample_types: config/README.md lists what it may be; not \"standart\"");
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
        assert_string_equal(wdm_layout_translate(&form->regions, "H"), "HU");
        assert_string_equal(wdm_layout_translate(&form->regions, "HU"), "HU");
        assert_string_equal(wdm_layout_translate(&form->regions, "DE"), "DE");
    }
    wdm_layout_fini(&layout);
    wdm_buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(wrong_settings_name_file_and_line),
        cmocka_unit_test(settings_have_defaults_and_shapes),
        cmocka_unit_test(the_shipped_layouts_parse),
        cmocka_unit_test(the_euda_layout_knows_both_codes_of_hungary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
