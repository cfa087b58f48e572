// SPDX-License-Identifier: GPL-3.0-or-later
// plausibility.csv, markers.csv and the words that confirm a number.
#include "config_fixture.h"

#define HEADER "check,site_id,low,high,severity,source\n"
#define REST                                                                                                 \
    "flow_seen_before,,2,,,s\nflow_unusual,,-3,3,warning,s\nflow_spread,,0.1,,,s\n"                          \
    "flow_history_weekday,,4,730,,s\nflow_history_all,,8,,,s\nwet_weather,,,10,off,s\n"                      \
    "wet_weather_flow,,,2,,s\nflow_contradicts_day,,0.8,1.25,warning,s\ncomposite_hours,,22,26,warning,s\n"  \
    "population_disagrees,,0.5,1.5,warning,s\nmarker_disagrees,,0.5,1.5,warning,s\n"
#define TEN "flow_ten_times,,0.7,1.8,error,s\n"

static wdm_rc parse(wdm_config *config, const char *plausibility, const char *markers, wdm_err *err)
{
    const fixture_table tables[] = {{"regions.csv", FIXTURE_REGIONS},
                                    {"sites.csv", FIXTURE_SITES},
                                    {"population.csv", FIXTURE_POPULATION},
                                    {"plausibility.csv", plausibility},
                                    {"markers.csv", markers}};
    return fixture_config(config, tables, 5, err);
}

static void a_site_may_have_lines_of_its_own(void **state)
{
    (void)state;
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    const wdm_plausibility *p = NULL;
    ASSERT_OK(parse(&c, HEADER TEN REST "composite_hours,A,0,26,off,grab samples\nwet_weather,X,,5,off,s\n",
                    "analyte_id,per_capita_mg_d,u_rel,source\nbod5,60000,0.3,s\nxyz,1,,s\n", &err),
              err);
    p = wdm_config_plausibility(&c, WDM_CHECK_COMPOSITE_HOURS, wdm_config_site(&c, "A"));
    assert_true(p->low == 0.0 && p->high == 26.0 && p->severity == WDM_CHECK_OFF);
    p = wdm_config_plausibility(&c, WDM_CHECK_COMPOSITE_HOURS, wdm_config_site(&c, "B"));
    assert_true(p->low == 22.0 && p->high == 26.0 && p->severity == WDM_CHECK_WARNS);
    p = wdm_config_plausibility(&c, WDM_CHECK_FLOW_TEN_TIMES, WDM_NONE);
    assert_true(p->low == 0.7 && p->high == 1.8 && p->severity == WDM_CHECK_REFUSES);
    assert_true(isnan(wdm_config_plausibility(&c, WDM_CHECK_WET_WEATHER, WDM_NONE)->low));
    assert_non_null(strstr(wdm_buf_text(&c.warnings), "unknown site \"X\"")); // inactive, not a failed start
    assert_non_null(strstr(wdm_buf_text(&c.warnings), "unknown analyte \"xyz\""));
    assert_non_null(wdm_config_marker(&c, wdm_config_analyte(&c, "BOD"), WDM_NONE, 0));
    assert_null(wdm_config_marker(&c, wdm_config_analyte(&c, "cocaine"), WDM_NONE, 0));
    assert_null(wdm_config_marker(&c, WDM_NONE, WDM_NONE, 0));
    wdm_config_fini(&c);
}

static void wrong_cells_are_named(void **state)
{
    (void)state;
    static const char markers[] = "analyte_id,per_capita_mg_d,u_rel,source\n";
    static const struct {
        const char *plausibility, *markers, *says;
    } cases[] = {
        {HEADER REST, markers, "flow_ten_times has no row for every site"},
        {HEADER TEN TEN REST, markers, "flow_ten_times stands twice for every site"},
        {HEADER "flow_ten_times,,0.7,,error,s\n" REST, markers, "high: the cell is empty"},
        {HEADER "flow_ten_times,,1.8,0.7,error,s\n" REST, markers, "low is greater than high"},
        {HEADER "flow_ten_times,,0.7,5,error,s\n" REST, markers, "high"}, // the powers of ten would overlap
        {HEADER "flow_ten_times,,0.7,1.8,error,\n" REST, markers, "source: the cell is empty"},
        {HEADER "flow_ten_times,,0.7,1.8,,s\n" REST, markers, "severity"},
        {HEADER "flow_ten_times,,0.7,1.8,fatal,s\n" REST, markers, "severity"},
        {HEADER "flow_tenfold,,0.7,1.8,error,s\n" REST, markers, "check"},
        {HEADER TEN REST "flow_spread,A,0.1,0.2,,s\n", markers, "flow_spread has no such line"},
        {HEADER TEN REST "flow_spread,A,0.1,,error,s\n", markers, "has no severity"},
        {HEADER TEN REST "marker_disagrees,A,0.5,1.5,error,s\n", markers, "can be a warning or off"},
        {HEADER TEN REST, "analyte_id,per_capita_mg_d,u_rel,source\nbod5,,0.3,s\n", "per_capita_mg_d"},
        {HEADER TEN REST, "analyte_id,per_capita_mg_d,u_rel,source\nbod5,1,0.3,\n", "source"},
        {HEADER TEN REST, "analyte_id,per_capita_mg_d,u_rel,source\nbod5,1,0.3,s\nBOD,1,0.3,s\n",
         "stands twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_config c;
        wdm_err err = {WDM_OK, ""};
        assert_int_equal(parse(&c, cases[i].plausibility, cases[i].markers, &err), WDM_E_CONFIG);
        ASSERT_SAYS(err, cases[i].says);
        wdm_config_fini(&c);
    }
}

static void a_note_confirms_by_a_clause(void **state)
{
    (void)state;
    static const char *const yes[] = {"confirmed",
                                      "Confirmed",
                                      " confirmed by the plant",
                                      "sent late; confirmed",
                                      "confirmed: pump test",
                                      "已确认",
                                      "确认",
                                      "暴雨，已确认",
                                      "迟交；确认",
                                      "迟交。已确认。",
                                      "confirmé",
                                      "ＣＯＮＦＩＲＭＥＤ"};
    static const char *const no[] = {"",       "not confirmed",   "unconfirmed", "未确认", "待确认",
                                     "确认中", "to be confirmed", "confirmedly", ";",      "；。"};
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    wdm_word word = WDM_WORD_N;
    ASSERT_OK(fixture_config(&c, NULL, 0, &err), err);
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (!wdm_config_confirms(&c, yes[i]))
            fail_msg("\"%s\" does not confirm", yes[i]);
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        if (wdm_config_confirms(&c, no[i]))
            fail_msg("\"%s\" confirms", no[i]);
    }
    assert_false(wdm_config_word(&c, "confirmed", &word)); // it is no word of a value cell
    wdm_config_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_may_have_lines_of_its_own),
        cmocka_unit_test(wrong_cells_are_named),
        cmocka_unit_test(a_note_confirms_by_a_clause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
