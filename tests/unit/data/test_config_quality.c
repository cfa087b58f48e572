// SPDX-License-Identifier: GPL-3.0-or-later
// qc.csv and controls.csv: what is shipped, what is refused, and which row holds.
#include "config_fixture.h"

#define QC "rule_id,kind,lab_id,method_id,analyte_id,low,high,severity,parameters,source\n"
#define CONTROLS "lab_id,method_id,analyte_id,control,valid_from,target,sd,unit,source,use\n"

static void refused(const char *name, const char *text, const char *what)
{
    const fixture_table table = {name, text};
    wdm_config config;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(fixture_config(&config, &table, 1, &err), WDM_E_CONFIG);
    if (strstr(err.text, what) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", what, err.text);
    wdm_config_fini(&config);
}

static void read_world(wdm_config *config, const char *qc, const char *controls)
{
    const fixture_table tables[] = {{"qc.csv", qc}, {"controls.csv", controls}};
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(fixture_config(config, tables, 2, &err), err);
}

static void every_kind_has_a_shipped_rule_with_the_limits_of_method_11(void **state)
{
    wdm_config config;
    wdm_qc_rule rules[WDM_QC_SEVERITY_N];
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(fixture_config(&config, NULL, 0, &err), err);
    for (int k = 0; k < (int)WDM_QC_KIND_N; k++)
        assert_true(wdm_config_qc(&config, (wdm_qc_kind)k, "any", "", 3, rules) >= 1);
    assert_int_equal(wdm_config_qc(&config, WDM_QC_IS_AREA, "", "", 0, rules), 2);
    assert_int_equal(wdm_config_qc(&config, WDM_QC_SPIKE_RECOVERY, "", "", 0, rules), 1);
    assert_true(rules[0].low == 70.0 && rules[0].high == 130.0);
    assert_int_equal(rules[0].severity, WDM_QC_ESTIMATE);
    assert_int_equal(wdm_config_qc(&config, WDM_QC_RETENTION_TIME, "", "", 0, rules), 1);
    assert_true(rules[0].minutes == 0.1 && rules[0].high == 2.5);
    assert_int_equal(wdm_config_qc(&config, WDM_QC_BLANK, "", "", 0, rules), 1);
    assert_true(rules[0].sample_percent == 10.0 && rules[0].high == 50.0 && isnan(rules[0].low));
    assert_string_equal(config.analytes.rows[wdm_config_analyte(&config, "methamphetamine")].short_name,
                        "METH");
    assert_string_equal(config.analytes.rows[wdm_config_analyte(&config, "mdma")].short_name, "MDMA");
    assert_string_equal(config.analytes.rows[wdm_config_analyte(&config, "etomidate")].short_name, "ETO");
    wdm_config_fini(&config);
}

static void the_most_special_scope_holds_alone(void **state)
{
    wdm_config config;
    wdm_qc_rule rules[WDM_QC_SEVERITY_N];
    wdm_index mdma = 0;
    (void)state;
    read_world(&config,
               QC "a,is_area,,,,50,150,estimate,,s\n"
                  "b,is_area,,,,20,,fail,,s\n"
                  "c,is_area,lab-a,,,40,160,note,,s\n"
                  "d,is_area,,,mdma,30,170,fail,,s\n"
                  "e,is_area,lab-b,m1,,,,off,,s\n",
               CONTROLS);
    mdma = wdm_config_analyte(&config, "mdma");
    assert_int_equal(wdm_config_qc(&config, WDM_QC_IS_AREA, "x", "", 0, rules), 2);
    assert_int_equal(wdm_config_qc(&config, WDM_QC_IS_AREA, "lab-a", "", 0, rules), 1);
    assert_string_equal(rules[0].rule_id, "c");
    assert_int_equal(wdm_config_qc(&config, WDM_QC_IS_AREA, "lab-a", "", mdma, rules), 1);
    assert_string_equal(rules[0].rule_id, "d"); // the analyte goes before the laboratory, as in analysis.csv
    assert_int_equal(wdm_config_qc(&config, WDM_QC_IS_AREA, "lab-b", "m1", 0, rules), 0);
    assert_int_equal(wdm_config_qc(&config, WDM_QC_IS_AREA, "lab-b", "m2", 0, rules), 2);
    assert_int_equal(wdm_config_qc(&config, WDM_QC_CCV, "", "", 0, rules), 0); // the table has none
    wdm_config_fini(&config);
}

static void errors_name_file_line_and_column(void **state)
{
    (void)state;
    refused("qc.csv", QC "a,soup,,,,1,2,note,,s\n", "qc.csv:2: kind: \"soup\" is not known");
    refused("qc.csv", QC "a,ccv,,,,1,2,bad,,s\n", "qc.csv:2: severity: \"bad\" is not known");
    refused("qc.csv", QC "a,ccv,,,,3,2,note,,s\n", "qc.csv:2: low: low is greater than high");
    refused("qc.csv", QC "a,ccv,,,,,,note,,s\n", "qc.csv:2: low: give low or high");
    refused("qc.csv", QC "a,range,,,,1,,note,,s\n", "qc.csv:2: low: range has no limits");
    refused("qc.csv", QC "a,ccv,,,,1,2,note,,\n", "qc.csv:2: source: the cell is empty");
    refused("qc.csv", QC "a,ccv,,,,1,2,note,minutes=1,s\n",
            "qc.csv:2: parameters: \"minutes\" is not a parameter of ccv");
    refused("qc.csv", QC "a,blank,,,,,2,note,sample_percent=1O,s\n",
            "sample_percent: \"1O\" is not a number");
    refused("qc.csv", QC "a,ccv,,,,1,2,note,,s\na,blank,,,,,2,note,,s\n",
            "qc.csv:3: rule_id: \"a\" stands twice");
    refused("qc.csv", QC "a,ccv,,,,1,2,note,,s\nb,ccv,,,,1,3,note,,s\n",
            "qc.csv:3: kind: kind, scope and severity");
    refused("qc.csv", QC "a,ccv,,,,1,2,note,,s\nb,ccv,,,,,,off,,s\n",
            "qc.csv:3: kind: kind, scope and severity");
    refused("controls.csv", CONTROLS ",,,QC*,,100,5,furlong,s,\n", "controls.csv:2: unit: \"furlong\"");
    refused("controls.csv", CONTROLS ",,,QC*,,100,,ng/L,s,\n", "controls.csv:2: sd: the cell is empty");
    refused("controls.csv", CONTROLS ",,,,,100,5,ng/L,s,\n", "controls.csv:2: control: the cell is empty");
    refused("controls.csv", CONTROLS ",,,QC*,,100,5,ng/L,s,\n,,,QC*,,90,5,ng/L,s,\n", "stand twice");
}

static void an_unknown_analyte_makes_a_row_inactive_with_a_warning(void **state)
{
    wdm_config config;
    (void)state;
    read_world(&config, QC "a,ccv,,,soup,1,2,note,,s\n", CONTROLS ",,broth,QC*,,100,5,ng/L,s,\n");
    assert_int_equal(config.qc.n, 0);
    assert_int_equal(config.controls.n, 0);
    assert_non_null(strstr(wdm_buf_text(&config.warnings), "qc.csv:2: analyte_id: unknown analyte \"soup\""));
    assert_non_null(strstr(wdm_buf_text(&config.warnings), "controls.csv:2"));
    wdm_config_fini(&config);
}

static void a_control_is_found_by_name_scope_and_date(void **state)
{
    wdm_config config;
    const wdm_control *c = NULL;
    wdm_index mdma = 0;
    wdm_day day = 0;
    (void)state;
    read_world(&config, QC,
               CONTROLS ",,,QC*,,100,5,ng/L,s,\n"
                        ",,,qc low?,2026-06-01,0.01,0.002,µg/L,s,\n"
                        "lab-a,,,PT-*,,80,4,ng/L,s,proficiency\n"
                        ",,mdma,QC*,2026-01-01,200,9,ng/L,s,chart\n"
                        ",,mdma,QC*,2026-06-01,210,9,ng/L,s,chart\n");
    mdma = wdm_config_analyte(&config, "mdma");
    assert_true(wdm_day_parse("2026-07-01", &day));
    c = wdm_config_control(&config, "x", "", 0, "QC Low1", day);
    assert_non_null(c);
    assert_true(c->target_ng_l == 10.0 && c->sd_ng_l == 2.0); // of equal ones the latest, in ng/L
    assert_null(wdm_config_control(&config, "x", "", 0, "PT-7", day));
    c = wdm_config_control(&config, "lab-a", "", 0, "pt-7", day);
    assert_true(c != NULL && c->proficiency);
    c = wdm_config_control(&config, "x", "", mdma, "QC 1", day);
    assert_true(c != NULL && c->target_ng_l == 210.0);
    c = wdm_config_control(&config, "x", "", mdma, "QC 1", day - 60);
    assert_true(c != NULL && c->target_ng_l == 200.0);
    c = wdm_config_control(&config, "x", "", mdma, "QC 1", day - 365);
    assert_true(c != NULL && c->target_ng_l == 100.0);
    wdm_config_fini(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_shipped_rule_with_the_limits_of_method_11),
        cmocka_unit_test(the_most_special_scope_holds_alone),
        cmocka_unit_test(errors_name_file_line_and_column),
        cmocka_unit_test(an_unknown_analyte_makes_a_row_inactive_with_a_warning),
        cmocka_unit_test(a_control_is_found_by_name_scope_and_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
