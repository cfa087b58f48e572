// SPDX-License-Identifier: GPL-3.0-or-later
// markers.csv: which row holds where and when, the Chinese cotinine rule, shares of households; policies of
// sites.
#include "config_fixture.h"

#define HEADER                                                                                               \
    "analyte_id,per_capita_mg_d,u_rel,source,method,cigarettes_person_day,domestic_share,site_id,region_id," \
    "valid_from\n"
#define REGIONS                                                                                              \
    "region_id,parent_id,level,name,name_zh\nP,,province,P,省\nCITY,P,city,City,市\nD,CITY,district,D,区\n"
#define SITES FIXTURE_SITES_HEADER "A,A,甲,D,,,,,,,,cotinine\nB,B,乙,P,,,,,,,,\nC,C,丙,,,,,,,,,combined\n"
#define POPULATION FIXTURE_POPULATION_HEADER "A,,,100000,,census,s\nC,,,50000,0.1,census,s\n"

static wdm_rc parse(wdm_config *config, const char *sites, const char *population, const char *markers,
                    wdm_err *err)
{
    const fixture_table tables[] = {{"regions.csv", REGIONS},
                                    {"sites.csv", sites},
                                    {"population.csv", population},
                                    {"markers.csv", markers}};
    return fixture_config(config, tables, 4, err);
}

static wdm_day day_of(int year)
{
    return wdm_day_of_civil((wdm_civil){year, 6, 1});
}

static void the_most_special_row_holds(void **state)
{
    (void)state;
    static const char markers[] = HEADER "cotinine,,0.5,s,,3.7,1,,,\n"
                                         "cotinine,,0.4,s,,4.0,0.9,,P,\n"
                                         "cotinine,,0.3,s,,4.2,field,,CITY,2020-01-01\n"
                                         "cotinine,,0.3,s,,4.4,field,,CITY,2025-01-01\n"
                                         "cotinine,0.6,0.2,s,,,,C,,\n"
                                         "ammonium-n,7500,,s,ammonium,,,,,\n";
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(parse(&c, SITES, POPULATION, markers, &err), err);
    const wdm_index cotinine = wdm_config_analyte(&c, "cotinine");
    const wdm_index a = wdm_config_site(&c, "A");
    const wdm_index b = wdm_config_site(&c, "B");
    const wdm_index site_c = wdm_config_site(&c, "C");
    assert_true(wdm_config_marker(&c, cotinine, a, day_of(2026))->cigarettes_person_day == 4.4);
    assert_true(wdm_config_marker(&c, cotinine, a, day_of(2024))->cigarettes_person_day == 4.2);
    assert_true(wdm_config_marker(&c, cotinine, a, day_of(2019))->cigarettes_person_day == 4.0);
    assert_true(wdm_config_marker(&c, cotinine, b, day_of(2026))->cigarettes_person_day == 4.0);
    assert_true(wdm_config_marker(&c, cotinine, site_c, day_of(2026))->per_capita_mg_d == 0.6);
    assert_true(wdm_config_marker(&c, cotinine, WDM_NONE, day_of(2026))->cigarettes_person_day == 3.7);
    // 4.2 cigarettes: 588 mg/d/1000 people
    assert_true(fabs(wdm_config_marker(&c, cotinine, a, day_of(2024))->per_capita_mg_d - 0.588) < 1e-15);
    // the share of households: of the sheet, else the table's, else none is known; not where it does not
    // count
    const wdm_marker *field = wdm_config_marker(&c, cotinine, a, day_of(2026));
    const wdm_marker *number = wdm_config_marker(&c, cotinine, b, day_of(2026));
    const wdm_marker *none = wdm_config_marker(&c, cotinine, site_c, day_of(2026));
    assert_true(wdm_marker_share(field, 0.8) == 0.8 && isnan(wdm_marker_share(field, (double)NAN)));
    assert_true(wdm_marker_share(number, 0.8) == 0.8 && wdm_marker_share(number, (double)NAN) == 0.9);
    assert_true(wdm_marker_share(none, 0.8) == 1.0);
    assert_true(wdm_config_is_marker(&c, cotinine));
    assert_false(wdm_config_is_marker(&c, wdm_config_analyte(&c, "cocaine")));
    assert_int_equal(c.marker_methods.n, 2);
    wdm_config_fini(&c);
}

static void policies_are_names_of_methods_or_analytes(void **state)
{
    (void)state;
    static const char markers[] = HEADER "cotinine,0.5,0.5,s,,,,,,\nammonium-n,7500,0.2,s,ammonium,,,,,\n";
    static const char sites[] =
        FIXTURE_SITES_HEADER "A,A,甲,D,,,,,,,,ammonium\nB,B,乙,P,,,,,,,,\nC,C,丙,,,,,,,,,combined\n"
                             "E,E,戊,,,,,,,,,ammonium-n\n";
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(parse(&c, sites, POPULATION, markers, &err), err);
    const wdm_policy by_name = wdm_config_policy(&c, wdm_config_site(&c, "A"));
    const wdm_policy by_analyte = wdm_config_policy(&c, wdm_config_site(&c, "E"));
    assert_true(by_name.kind == WDM_POLICY_MARKER && by_analyte.kind == WDM_POLICY_MARKER);
    assert_int_equal(by_name.method, by_analyte.method);
    assert_string_equal(c.marker_methods.rows[by_name.method].method, "ammonium");
    assert_true(wdm_config_policy(&c, wdm_config_site(&c, "B")).kind == WDM_POLICY_STATIC);
    assert_true(wdm_config_policy(&c, wdm_config_site(&c, "C")).kind == WDM_POLICY_COMBINED);
    wdm_config_fini(&c);
}

static void what_cannot_be_followed_is_named(void **state)
{
    (void)state;
    static const char good[] = HEADER "cotinine,0.5,0.5,s,,,,,,\n";
    static const struct {
        const char *sites, *population, *markers, *says;
    } cases[] = {
        {FIXTURE_SITES_HEADER "A,A,甲,D,,,,,,,,cotinin\n", FIXTURE_POPULATION_HEADER, good,
         "sites.csv:2: population_policy: \"cotinin\" is not known; write static, combined or a method of "
         "markers.csv: cotinine"},
        {SITES, FIXTURE_POPULATION_HEADER "C,,,50000,,census,s\n", good, "a row of population.csv has none"},
        {SITES, POPULATION, HEADER "cotinine,0.5,0.5,s,,3.7,,,,\n", "gives the load of a person"},
        {SITES, POPULATION, HEADER "cotinine,,0.5,s,,,,,,\n", "per_capita_mg_d: the cell is empty"},
        {SITES, POPULATION, HEADER "cotinine,0.5,0.5,s,,,1.2,,,\n", "domestic_share"},
        {SITES, POPULATION, HEADER "cotinine,0.5,0.5,s,combined,,,,,\n", "is the name of another method"},
        {SITES, POPULATION, HEADER "cotinine,0.5,0.5,s,,,,,,\ncotinine,0.5,0.5,s,cn,,,A,,\n",
         "has another method"},
        {SITES, POPULATION, HEADER "cotinine,0.5,0.5,s,,,,,,\nammonium-n,7500,0.5,s,cotinine,,,,,\n",
         "is the method of another analyte"},
        {SITES, POPULATION, HEADER "cotinine,0.5,0.5,s,,,,A,D,\n", "of one site or of one region"},
        {SITES, POPULATION, HEADER "cotinine,0.5,0.5,s,,,,,D,\ncotinine,0.6,0.5,s,,,,,D,\n", "stands twice"},
        {SITES, FIXTURE_POPULATION_HEADER "C,,,50000,0.1,census,s\nC,,,60000,0.1,census,s\n", good,
         "site, valid_from and method stand twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_config c;
        wdm_err err = {WDM_OK, ""};
        if (parse(&c, cases[i].sites, cases[i].population, cases[i].markers, &err) != WDM_E_CONFIG)
            fail_msg("case %zu was not refused", i);
        ASSERT_SAYS(err, cases[i].says);
        wdm_config_fini(&c);
    }
}

static void a_row_of_an_unknown_place_is_inactive(void **state)
{
    (void)state;
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(parse(&c, SITES, POPULATION, HEADER "cotinine,0.5,,s,,,,X,,\ncotinine,0.6,,s,,,,,Y,\n", &err),
              err);
    assert_non_null(strstr(wdm_buf_text(&c.warnings), "unknown site \"X\""));
    assert_non_null(strstr(wdm_buf_text(&c.warnings), "unknown region \"Y\""));
    assert_false(wdm_config_is_marker(&c, wdm_config_analyte(&c, "cotinine")));
    wdm_config_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_special_row_holds),
        cmocka_unit_test(policies_are_names_of_methods_or_analytes),
        cmocka_unit_test(what_cannot_be_followed_is_named),
        cmocka_unit_test(a_row_of_an_unknown_place_is_inactive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
