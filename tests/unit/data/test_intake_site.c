// SPDX-License-Identifier: GPL-3.0-or-later
// Which site a record is of: by code, by name, or none; and how sites are checked against each other.
#include "config_fixture.h"

#include "data/flags.h"
#include "data/intake.h"

typedef struct world {
    wdm_config config;
    wdm_form form;
    wdm_issues issues;
    wdm_intake in;
    wdm_record record;
} world;

#define SITES                                                                                                \
    FIXTURE_SITES_HEADER "A,Plant A,甲,CITY,,,,,,,,\nB,Plant B,乙,CITY,,,,,,,,\nC,Twin,丙,CITY,,,,,,,,\n" \
                         "D,Twin,丁,CITY,,,,,,,,\n"

static int set_up(void **state)
{
    const fixture_table tables[] = {{"regions.csv", FIXTURE_REGIONS},
                                    {"sites.csv", SITES},
                                    {"population.csv", FIXTURE_POPULATION},
                                    {"analysis.csv",
                                     FIXTURE_ANALYSIS_HEADER "T,,,2020-01-01,2,8,1000,,,old limits\n"
                                                             "T,,,2026-01-01,1,4,1000,,,new limits\n"}};
    world *w = calloc(1, sizeof *w);
    wdm_err err = {WDM_OK, ""};
    if (w == NULL)
        return -1;
    if (fixture_config(&w->config, tables, 4, &err) != WDM_OK) {
        print_error("%s\n", err.text);
        return -1;
    }
    w->in = (wdm_intake){.config = &w->config,
                         .form = &w->form,
                         .default_lab = "T",
                         .default_unit = "",
                         .numbers = {'.', '\0'},
                         .issues = &w->issues};
    for (int f = 0; f < WDM_FIELD_N; f++)
        w->record.cells[f] = "";
    w->record.line = 7;
    w->record.column = "value";
    w->record.cells[WDM_FIELD_SAMPLE_ID] = "S1";
    w->record.cells[WDM_FIELD_ANALYTE] = "BE";
    w->record.cells[WDM_FIELD_VALUE] = "ND";
    w->record.cells[WDM_FIELD_UNIT] = "ng/L";
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world *w = *state;
    wdm_issues_fini(&w->issues);
    wdm_config_fini(&w->config);
    free(w);
    return 0;
}

static wdm_assay_row good(world *w)
{
    wdm_assay_row row;
    if (wdm_intake_assay(&w->in, &w->record, &row) != WDM_OK)
        fail_msg("refused: %s", w->issues.n == 0 ? "" : w->issues.rows[w->issues.n - 1].message);
    return row;
}

static void bad(world *w, const char *column, const char *code)
{
    const size_t before = w->issues.n;
    wdm_assay_row row;
    assert_int_equal(wdm_intake_assay(&w->in, &w->record, &row), WDM_E_DATA);
    assert_int_equal(w->issues.n, before + 1);
    assert_string_equal(w->issues.rows[before].code, code);
    assert_string_equal(w->issues.rows[before].column, column);
}

static void a_form_without_site_columns_has_no_site_and_needs_no_collection(void **state)
{
    world *w = *state;
    wdm_assay_row row = good(w);
    assert_true(row.site == WDM_NONE);
    assert_int_equal(row.start.day, 0);
    assert_int_equal(row.start.minute, -1);
    w->record.cells[WDM_FIELD_ANALYSED_AT] = "2025-11-18T14:05";
    row = good(w);
    assert_int_equal(row.start.day, wdm_day_of_civil((wdm_civil){2025, 11, 18}));
    assert_int_equal(row.start.minute, 14 * 60 + 5);
    assert_int_equal(row.end.day, row.start.day);
    assert_int_equal(row.analysed, row.start.day);
}

static void its_limits_are_those_of_the_analysis_else_the_latest(void **state)
{
    world *w = *state;
    assert_true(good(w).lod_ng_l == 1.0);
    w->record.cells[WDM_FIELD_ANALYSED_AT] = "2025-11-18";
    assert_true(good(w).lod_ng_l == 2.0);
    w->record.cells[WDM_FIELD_ANALYSED_AT] = "2026-11-18";
    assert_true(good(w).lod_ng_l == 1.0);
}

static void a_flow_needs_a_site(void **state)
{
    world *w = *state;
    w->record.cells[WDM_FIELD_FLOW] = "2000";
    w->record.cells[WDM_FIELD_FLOW_UNIT] = "m3/d";
    bad(w, "flow", "flow_without_site");
}

static void a_form_with_a_site_column_needs_it_filled(void **state)
{
    world *w = *state;
    wdm_layout_column columns[] = {{WDM_FIELD_SITE_NAME, "site_name", false, true}};
    w->form.columns = columns;
    w->form.n_columns = 1;
    bad(w, "site_id", "missing_value");
    w->record.cells[WDM_FIELD_SITE_NAME] = "Plant A";
    bad(w, "collected_start", "missing_value");
}

static void a_site_is_found_by_its_name_in_both_languages(void **state)
{
    static const char *const names[] = {"Plant B", " plant  b", "乙", "B", "ＰＬＡＮＴ Ｂ"};
    world *w = *state;
    w->record.cells[WDM_FIELD_COLLECTED_START] = "2026-11-16T08:00";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        w->record.cells[WDM_FIELD_SITE_NAME] = names[i];
        assert_int_equal(good(w).site, wdm_config_site(&w->config, "B"));
    }
    w->record.cells[WDM_FIELD_SITE_NAME] = "Twin"; // two sites
    bad(w, "site_name", "ambiguous_site");
    w->record.cells[WDM_FIELD_SITE_NAME] = "丙";
    assert_int_equal(good(w).site, wdm_config_site(&w->config, "C"));
    w->record.cells[WDM_FIELD_SITE_NAME] = "Plant Z";
    bad(w, "site_name", "unknown_site");
    w->record.cells[WDM_FIELD_SITE_ID] = "A"; // the code goes before the name
    assert_int_equal(good(w).site, wdm_config_site(&w->config, "A"));
}

// ---- sub-catchments

#define SUB_HEADER                                                                                           \
    "site_id,name,name_zh,region_id,latitude,longitude,timezone,retention_h,flow_u_rel,flow_bias_u_rel,"     \
    "expected_days,population_policy,kind,parent_site_id\n"
#define REGIONS                                                                                               \
    "region_id,parent_id,level,name,name_zh\nP,,province,P,省\nX,P,city,X,甲市\nX1,X,district,X1,一区\n" \
    "X2,X,district,X2,二区\nY,P,city,Y,乙市\n"

static wdm_rc parse(const char *sites, wdm_config *config, wdm_err *err)
{
    const fixture_table tables[] = {
        {"regions.csv", REGIONS}, {"sites.csv", sites}, {"population.csv", FIXTURE_POPULATION_HEADER}};
    memset(config, 0, sizeof *config);
    return fixture_config(config, tables, 3, err);
}

static void refuse(const char *sites, const char *what)
{
    wdm_config config;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(parse(sites, &config, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, what);
    wdm_config_fini(&config);
}

static void a_sub_catchment_hangs_below_a_plant_of_its_city(void **state)
{
    wdm_config config;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(parse(SUB_HEADER "M,,,X2,,,,,,,,,manhole,S\nS,,,X1,,,,,,,,,pump_station,A\n"
                               "A,,,X1,,,,,,,,,plant,\nB,,,,,,,,,,,,plant,A\nV,,,,,,,,,,,,venue,\n",
                    &config, &err),
              err);
    for (size_t i = 0; i < config.sites.n; i++)
        assert_int_equal(wdm_site_counts(&config.sites.rows[i]),
                         strcmp(config.sites.rows[i].site_id, "A") == 0);
    wdm_config_fini(&config);
    refuse(SUB_HEADER "S,,,X1,,,,,,,,,pump_station,Q\n", "\"Q\" is not a site_id of this table");
    refuse(SUB_HEADER "S,,,X1,,,,,,,,,pump_station,S\n", "upstream of itself");
    refuse(SUB_HEADER "S,,,X1,,,,,,,,,pump_station,M\nM,,,X1,,,,,,,,,manhole,S\n", "upstream of itself");
    refuse(SUB_HEADER "S,,,Y,,,,,,,,,pump_station,A\nA,,,X1,,,,,,,,,plant,\n",
           "no city in common with \"X1\"");
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_form_without_site_columns_has_no_site_and_needs_no_collection),
        CASE(its_limits_are_those_of_the_analysis_else_the_latest),
        CASE(a_flow_needs_a_site),
        CASE(a_form_with_a_site_column_needs_it_filled),
        CASE(a_site_is_found_by_its_name_in_both_languages),
        cmocka_unit_test(a_sub_catchment_hangs_below_a_plant_of_its_city),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
