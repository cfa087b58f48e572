// SPDX-License-Identifier: GPL-3.0-or-later
#include "config_fixture.h"

static int load_shipped(void **state)
{
    static wdm_config config;
    wdm_config_files files;
    wdm_err err = {WDM_OK, ""};
    wdm_rc rc = wdm_config_files_read(&files, WDM_SOURCE_DIR "/config", WDM_SOURCE_DIR "/config", &err);
    if (rc == WDM_OK)
        rc = wdm_config_parse(&config, &files, &err);
    wdm_config_files_fini(&files);
    if (rc != WDM_OK)
        print_error("%s\n", err.text);
    *state = &config;
    return rc == WDM_OK ? 0 : -1;
}

static int free_shipped(void **state)
{
    wdm_config_fini(*state);
    return 0;
}

static void the_shipped_tables_hold_what_the_design_names(void **state)
{
    static const char *const drugs[] = {
        "cocaine",   "mdma",    "methamphetamine", "amphetamine",   "cannabis",  "heroin",   "ketamine",
        "etomidate", "mda",     "mephedrone",      "methcathinone", "methadone", "fentanyl", "oxycodone",
        "tramadol",  "codeine", "nicotine",        "alcohol"};
    static const char *const biomarkers[] = {
        "benzoylecgonine", "cocaine",    "mdma",      "methamphetamine", "amphetamine",   "thc-cooh",
        "6-mam",           "morphine",   "codeine",   "ketamine",        "norketamine",   "etomidate",
        "etomidate-acid",  "metomidate", "propoxate", "isopropoxate",    "mda",           "mephedrone",
        "methcathinone",   "eddp",       "methadone", "norfentanyl",     "fentanyl",      "noroxycodone",
        "oxycodone",       "tramadol",   "cotinine",  "3-oh-cotinine",   "ethyl-sulfate", "caffeine",
        "paraxanthine",    "creatinine", "ephedrine", "pseudoephedrine"};
    const wdm_config *c = *state;
    for (size_t i = 0; i < sizeof drugs / sizeof drugs[0]; i++) {
        if (wdm_config_drug(c, drugs[i]) == WDM_NONE)
            fail_msg("drugs.csv lacks %s", drugs[i]);
    }
    for (size_t i = 0; i < sizeof biomarkers / sizeof biomarkers[0]; i++) {
        const wdm_index at = wdm_config_analyte(c, biomarkers[i]);
        if (at == WDM_NONE || strcmp(c->analytes.rows[at].analyte_id, biomarkers[i]) != 0)
            fail_msg("analytes.csv lacks %s", biomarkers[i]);
    }
    assert_true(c->analytes.n >= 72); // a current panel
    assert_int_equal(c->warnings.len, 0);
    assert_int_equal(strncmp(c->factor_set, "fs-", 3), 0);
    assert_int_equal(strlen(c->factor_set), 15);
}

static void names_in_every_script_find_the_analyte(void **state)
{
    static const char *const names[] = {"苯甲酰爱康宁",    "苯甲酰芽子碱",    "BE",   "BZE",
                                        "benzoylecgonine", "Benzoylecgonine", "ＢＥ", " be ",
                                        "BENZOYLECGONINE"};
    const wdm_config *c = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const wdm_index at = wdm_config_analyte(c, names[i]);
        if (at == WDM_NONE || strcmp(c->analytes.rows[at].analyte_id, "benzoylecgonine") != 0)
            fail_msg("\"%s\" does not find benzoylecgonine", names[i]);
    }
    assert_true(wdm_config_analyte(c, "冰毒") == wdm_config_analyte(c, "METH"));
    assert_true(wdm_config_analyte(c, "no such substance") == WDM_NONE);
    assert_true(wdm_config_analyte(c, "") == WDM_NONE);
}

// METHOD 2: CF = (M_drug / M_biomarker) / f.
static void shipped_correction_factors(void **state)
{
    static const struct {
        const char *drug, *biomarker;
        double factor, tolerance;
    } cases[] = {{"cocaine", "benzoylecgonine", 3.591, 0.0005},
                 {"cannabis", "thc-cooh", 182.6, 0.05},
                 {"heroin", "6-mam", 86.8, 0.05},
                 {"alcohol", "ethyl-sulfate", 3044.0, 0.5}};
    const wdm_config *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const wdm_index d = wdm_config_drug(c, cases[i].drug);
        const wdm_index b = wdm_config_analyte(c, cases[i].biomarker);
        const wdm_excretion *e = wdm_config_excretion(c, d, b, 20773);
        double factor = 0.0;
        assert_non_null(e);
        assert_true(e->primary);
        factor = c->drugs.rows[d].molar_mass / c->analytes.rows[b].molar_mass / e->fraction.mode;
        if (fabs(factor - cases[i].factor) > cases[i].tolerance)
            fail_msg("%s from %s: %.6g, expected %.6g", cases[i].drug, cases[i].biomarker, factor,
                     cases[i].factor);
        assert_true(wdm_config_primary_drug(c, b) == d);
    }
    // METHOD 2: load only.
    assert_true(isnan(wdm_config_excretion(c, wdm_config_drug(c, "mda"), wdm_config_analyte(c, "mda"), 20773)
                          ->fraction.mode));
    assert_true(wdm_config_primary_drug(c, wdm_config_analyte(c, "creatinine")) == WDM_NONE);
}

static void shipped_biomarkers_are_combined_where_both_are_known(void **state)
{
    const wdm_config *c = *state;
    const wdm_excretion *rows[WDM_COMBINE_MAX];
    static const struct {
        const char *drug;
        size_t n;
    } cases[] = {{"cocaine", 2}, {"nicotine", 2}, {"oxycodone", 2}, {"heroin", 0},
                 {"mdma", 0},    {"ketamine", 0}, {"etomidate", 0}, {"methadone", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(wdm_config_combinable(c, wdm_config_drug(c, cases[i].drug), 20773, rows),
                         cases[i].n);
    assert_int_equal(wdm_config_combinable(c, wdm_config_drug(c, "cocaine"), 20773, rows), 2);
    // the usual ratio of loads cocaine/benzoylecgonine, 0.27, gives the same consumption from both
    const double from_be = c->analytes.rows[rows[0]->biomarker].molar_mass * rows[0]->fraction.mode;
    const double from_parent = c->analytes.rows[rows[1]->biomarker].molar_mass * rows[1]->fraction.mode;
    assert_true(fabs(from_parent / from_be - 0.27) < 0.001);
}

static void units_are_exact(void **state)
{
    static const struct {
        wdm_unit_quantity quantity;
        const char *name;
        double factor;
    } cases[] = {{WDM_UNIT_CONCENTRATION, "ng/L", 1.0},
                 {WDM_UNIT_CONCENTRATION, "\xc2\xb5g/L", 1000.0},
                 {WDM_UNIT_CONCENTRATION, "\xce\xbcg/L", 1000.0},
                 {WDM_UNIT_CONCENTRATION, "ng/mL", 1000.0},
                 {WDM_UNIT_CONCENTRATION, "pg/mL", 1.0},
                 {WDM_UNIT_CONCENTRATION, "mg/L", 1e6},
                 {WDM_UNIT_FLOW, "m³/d", 1.0},
                 {WDM_UNIT_FLOW, "万m3/d", 1e4},
                 {WDM_UNIT_FLOW, "万m³/d", 1e4},
                 {WDM_UNIT_FLOW, "ML/d", 1000.0},
                 {WDM_UNIT_FLOW, "MGD", 3785.411784},
                 {WDM_UNIT_FLOW, "L/s", 86.4},
                 {WDM_UNIT_FLOW, "m3/h", 24.0},
                 {WDM_UNIT_FLOW, "m3/s", 86400.0},
                 {WDM_UNIT_FLOW, "吨/天", 1.0},
                 {WDM_UNIT_LOAD, "mg/1000 people/day", 1.0},
                 {WDM_UNIT_LOAD, "mg/千人·天", 1.0},
                 {WDM_UNIT_POPULATION, "万人", 1e4}};
    const wdm_config *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const wdm_unit *unit = wdm_config_unit(c, cases[i].quantity, cases[i].name);
        if (unit == NULL || unit->to_canonical != cases[i].factor)
            fail_msg("unit \"%s\"", cases[i].name);
    }
    assert_null(wdm_config_unit(c, WDM_UNIT_CONCENTRATION, "ppb"));  // ambiguous in water
    assert_null(wdm_config_unit(c, WDM_UNIT_CONCENTRATION, "m3/d")); // another quantity
}

static void phrases_stand_in_both_languages(void **state)
{
    const wdm_config *c = *state;
    assert_true(c->text.n > 0);
    for (size_t i = 0; i < c->text.n; i++) {
        assert_true(c->text.rows[i].en[0] != '\0');
        assert_true(c->text.rows[i].zh[0] != '\0');
    }
    assert_string_equal(wdm_config_text(c, WDM_LANG_ZH, "month.1"), "1月");
    assert_string_equal(wdm_config_text(c, WDM_LANG_EN, "no.such.key"), "no.such.key");
}

static void refused(const fixture_table *tables, size_t n, const char *says)
{
    wdm_config config;
    wdm_err err = {WDM_OK, ""};
    memset(&config, 0, sizeof config);
    if (fixture_config(&config, tables, n, &err) != WDM_E_CONFIG)
        fail_msg("was not refused: %s", says);
    ASSERT_SAYS(err, says);
    wdm_config_fini(&config);
}

static void refused_one(const char *name, const char *text, const char *says)
{
    refused(&(const fixture_table){name, text}, 1, says);
}

#define ANALYTES "analyte_id,name,name_zh,aliases,cas,molar_mass,source,formula\n"
#define DRUGS "drug_id,name,name_zh,molar_mass,dose_mg,doses_per_user_day,source,formula\n"
#define EXCRETION                                                                                            \
    "drug_id,biomarker_id,valid_from,low,mode,high,distribution,confidence,headline,primary,source\n"
#define EXCRETION_COMBINE                                                                                    \
    "drug_id,biomarker_id,valid_from,low,mode,high,distribution,confidence,headline,primary,source,"         \
    "combine\n"

static void errors_of_the_science_tables_name_file_line_and_column(void **state)
{
    (void)state;
    refused_one("analytes.csv", ANALYTES "x,X,,,,100,s,\nx,Y,,,,100,s,\n",
                "analytes.csv:3: analyte_id: \"x\" stands twice");
    refused_one("analytes.csv", ANALYTES "x,X,,AA|BB,,100,s,\ny,Y,,bb,,100,s,\n",
                "analytes.csv:3: aliases: \"bb\" already names another row");
    refused_one("analytes.csv", ANALYTES "x,X,,,,100,,\n", "analytes.csv:2: source: the cell is empty");
    refused_one(
        "analytes.csv", ANALYTES "x,X,,,,300,s,C17H21NO4\n",
        "analytes.csv:2: molar_mass: 300.000 g/mol does not agree with the formula C17H21NO4 = 303.35");
    refused_one("analytes.csv", ANALYTES "x,X,,,,,s,C17Xx2\n", "analytes.csv:2: formula:");
    refused_one("drugs.csv", DRUGS "cocaine,C,,303.358,-1,,s,\n",
                "drugs.csv:2: dose_mg: -1 is outside the possible range");
    refused_one("drugs.csv", DRUGS "cocaine,C,,303.358,1,,s,\ncocaine,C,,303.358,1,,s,\n",
                "drugs.csv:3: drug_id: \"cocaine\" stands twice");
    refused_one("excretion.csv", EXCRETION "crack,cocaine,,,,,,low,load,0,s\n",
                "excretion.csv:2: drug_id: \"crack\" is not in drugs.csv");
    refused_one("excretion.csv", EXCRETION "cocaine,ecgonine-x,,,,,,low,load,0,s\n",
                "excretion.csv:2: biomarker_id: \"ecgonine-x\" is not in analytes.csv");
    refused_one("excretion.csv", EXCRETION "cocaine,cocaine,,0.1,1.2,0.3,triangular,low,load,0,s\n",
                "excretion.csv:2: mode: 1.2 is outside the possible range 0 to 1");
    refused_one("excretion.csv", EXCRETION "cocaine,cocaine,,0.3,0.2,0.4,triangular,low,load,0,s\n",
                "excretion.csv:2: mode:");
    refused_one("excretion.csv", EXCRETION "cocaine,cocaine,,,,,,low,consumption,0,s\n",
                "excretion.csv:2: mode: without a mode");
    refused_one("excretion.csv", EXCRETION "cocaine,cocaine,,0.1,0.2,0.4,square,low,load,0,s\n",
                "excretion.csv:2: distribution: \"square\" is not known");
    refused_one("excretion.csv",
                EXCRETION "cocaine,cocaine,,,,,,low,load,0,s\ncocaine,cocaine,1900-01-01,,,,,low,load,0,s\n",
                "excretion.csv:3: drug_id: drug, biomarker and valid_from stand twice");
    refused_one("excretion.csv",
                EXCRETION "cocaine,cocaine,,,,,,low,load,1,s\nmdma,cocaine,,,,,,low,load,1,s\n",
                "excretion.csv:3: primary: the biomarker is already primary for cocaine");
    refused_one("analytes.csv", ANALYTES "combined,C,,,,100,s,\n",
                "analytes.csv:2: analyte_id: \"combined\" stands for several biomarkers of a drug combined");
    refused_one("excretion.csv", EXCRETION_COMBINE "cocaine,cocaine,,,,,,low,load,0,s,1\n",
                "excretion.csv:2: combine: a row without a fraction cannot be combined");
    refused_one("excretion.csv", EXCRETION_COMBINE "cocaine,cocaine,,0.1,0.2,0.3,triangular,low,load,0,s,1\n",
                "excretion.csv:2: combine: a row of low confidence cannot be combined");
    refused_one("excretion.csv",
                EXCRETION_COMBINE "cocaine,cocaine,,0.1,0.2,0.3,triangular,medium,load,0,s,2\n",
                "excretion.csv:2: combine: \"2\" is not known; write one of: 0, 1");
    refused_one("attribution.csv",
                "biomarker_id,from_biomarker_id,ratio,u_rel,source\namphetamine,x,0.1,,s\n",
                "attribution.csv:2: from_biomarker_id: \"x\" is not in analytes.csv");
    refused_one("stability.csv", "analyte_id,temperature_c,half_life_h,u_rel,source\n6-mam,20,0,,s\n",
                "stability.csv:2: half_life_h: 0 is outside");
    refused_one("units.csv", "unit,quantity,to_canonical,aliases,source\nng/L,colour,1,,s\n",
                "units.csv:2: quantity: \"colour\" is not known; write one of: concentration, flow, load, "
                "population");
    refused_one("units.csv", "unit,quantity,to_canonical,aliases,source\nng/L,flow,1,,s\nML,flow,1,NG/l,s\n",
                "units.csv:3: aliases: \"NG/l\" already names another row");
    refused_one("words.csv", "word,meaning\nND,not_detected\nnd,not_analysed\n",
                "words.csv:3: word: \"nd\" already names another row");
    refused_one("text.csv", "key,en,zh\na,b,c\na,d,e\n", "text.csv:3: key: the key \"a\" stands twice");
}

static void errors_of_the_place_tables_name_file_line_and_column(void **state)
{
    const fixture_table places[] = {{"regions.csv", FIXTURE_REGIONS}, {"sites.csv", FIXTURE_SITES}};
    fixture_table three[3] = {places[0], places[1], {NULL, NULL}};
    (void)state;
    refused_one("regions.csv", "region_id,parent_id,level,name,name_zh\nX,Y,city,,\n",
                "regions.csv:2: parent_id: \"Y\" is not a region_id");
    refused_one("regions.csv", "region_id,parent_id,level,name,name_zh\nX,Y,city,,\nY,X,city,,\n",
                "the region is inside itself");
    refused_one("regions.csv", "region_id,parent_id,level,name,name_zh\nX,,planet,,\n",
                "regions.csv:2: level: \"planet\" is not known");
    refused_one("sites.csv", FIXTURE_SITES_HEADER "A,,,NOWHERE,,,,,,,,\n",
                "sites.csv:2: region_id: \"NOWHERE\" is not in regions.csv");
    refused_one("sites.csv", FIXTURE_SITES_HEADER "A,,,,,,,,,,,\nA,,,,,,,,,,,\n",
                "sites.csv:3: site_id: \"A\" stands twice");
    refused_one("sites.csv", FIXTURE_SITES_HEADER "A,,,,91,,,,,,,\n", "sites.csv:2: latitude: 91 is outside");
    refused_one("sites.csv", FIXTURE_SITES_HEADER "A,,,,,,,,,,8,\n",
                "sites.csv:2: expected_days: 8 is outside");
    three[2] = (fixture_table){"population.csv", FIXTURE_POPULATION_HEADER "C,,,1,,m,s\n"};
    refused(three, 3, "population.csv:2: site_id: \"C\" is not in sites.csv");
    three[2] =
        (fixture_table){"population.csv", FIXTURE_POPULATION_HEADER "A,2026-02-01,2026-01-31,1,,m,s\n"};
    refused(three, 3, "population.csv:2: valid_to: valid_to lies before valid_from");
    three[2] = (fixture_table){"population.csv", FIXTURE_POPULATION_HEADER "A,,,0,,m,s\n"};
    refused(three, 3, "population.csv:2: population: 0 is outside the possible range 1 to 1e+09");
    three[2] = (fixture_table){"population.csv", FIXTURE_POPULATION_HEADER "A,2026-02-30,,1,,m,s\n"};
    refused(three, 3, "population.csv:2: valid_from: \"2026-02-30\" is not a date");
    three[2] = (fixture_table){"analysis.csv", FIXTURE_ANALYSIS_HEADER ",,,,5,2,,,,s\n"};
    refused(three, 3, "analysis.csv:2: lod: lod is greater than loq");
    three[2] = (fixture_table){"analysis.csv", FIXTURE_ANALYSIS_HEADER ",,soup,,1,2,,,,s\n"};
    refused(three, 3, "analysis.csv:2: analyte_id: \"soup\" is not in analytes.csv");
    refused_one("campaigns.csv",
                "campaign_id,region_id,starts,ends,name,name_zh\nx,,2026-02-01,2026-01-01,,\n",
                "campaigns.csv:2: ends: ends lies before starts");
}

static void rules_that_name_something_unknown_are_inactive_with_a_warning(void **state)
{
    const fixture_table table = {
        "alerts.csv",
        "rule_id,family,drug_id,site_id,region_id,quantity,unit,direction,parameters,info,notice,"
        "warning,critical,source\nr1,baseline,,,,,,,,,,,,s\nr2,baseline,crack,,,,,,,,,,,s\n"
        "r3,baseline,,NOSITE,,,,,,,,,,s\nr4,baseline,,,NOREGION,,,,,,,,,s\n"};
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(fixture_config(&c, &table, 1, &err), err);
    assert_int_equal(c.alerts.n, 4);
    assert_true(c.alerts.rows[0].active);
    for (size_t i = 1; i < 4; i++)
        assert_false(c.alerts.rows[i].active);
    assert_non_null(strstr(wdm_buf_text(&c.warnings),
                           "alerts.csv:3: drug_id: unknown drug \"crack\"; the row is inactive"));
    assert_non_null(strstr(wdm_buf_text(&c.warnings), "alerts.csv:4: site_id: unknown site \"NOSITE\""));
    assert_non_null(
        strstr(wdm_buf_text(&c.warnings), "alerts.csv:5: region_id: unknown region \"NOREGION\""));
    wdm_config_fini(&c);
}

// Each number comes from the most special row that gives it; the analyte goes before the laboratory.
static void limits_come_from_the_most_special_row(void **state)
{
    const fixture_table table = {"analysis.csv",
                                 FIXTURE_ANALYSIS_HEADER ",,,,1,10,,0.10,0.10,any\n"
                                                         "L,,,,2,20,,,,lab\n"
                                                         "L,m,,,3,,,,,method\n"
                                                         ",,cocaine,,4,,,,,analyte\n"
                                                         "L,m,cocaine,2026-01-01,5,50,500,0.2,,all\n"
                                                         "L,m,cocaine,2026-06-01,6,,,,,later\n"};
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    wdm_limits l;
    wdm_index cocaine, mdma;
    (void)state;
    ASSERT_OK(fixture_config(&c, &table, 1, &err), err);
    cocaine = wdm_config_analyte(&c, "cocaine");
    mdma = wdm_config_analyte(&c, "mdma");
    l = wdm_config_limits(&c, "Z", "", mdma, 20773);
    assert_true(l.lod_ng_l == 1.0 && l.loq_ng_l == 10.0 && isnan(l.uloq_ng_l));
    l = wdm_config_limits(&c, "L", "", mdma, 20773);
    assert_true(l.lod_ng_l == 2.0 && l.loq_ng_l == 20.0 && l.u_rel_random == 0.10);
    l = wdm_config_limits(&c, "L", "m", mdma, 20773);
    assert_true(l.lod_ng_l == 3.0 && l.loq_ng_l == 20.0);
    l = wdm_config_limits(&c, "L", "m", cocaine, 20453); // 2025-12-31: the last two rows are not valid yet
    assert_true(l.lod_ng_l == 4.0 && l.loq_ng_l == 20.0);
    l = wdm_config_limits(&c, "L", "m", cocaine, 20454); // 2026-01-01
    assert_true(l.lod_ng_l == 5.0 && l.loq_ng_l == 50.0 && l.uloq_ng_l == 500.0 && l.u_rel_random == 0.2);
    l = wdm_config_limits(&c, "L", "m", cocaine, 20773); // the later row gives the LOD alone
    assert_true(l.lod_ng_l == 6.0 && l.loq_ng_l == 50.0 && l.u_rel_batch == 0.10);
    wdm_config_fini(&c);
}

static void the_population_is_that_of_the_day(void **state)
{
    const fixture_table tables[] = {{"regions.csv", FIXTURE_REGIONS},
                                    {"sites.csv", FIXTURE_SITES},
                                    {"population.csv", FIXTURE_POPULATION_HEADER
                                     "A,2020-01-01,2025-12-31,1000,0.1,census,s\n"
                                     "A,2026-01-01,,2000,,register,s\nA,2026-06-01,2026-06-30,3000,,x,s\n"}};
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    wdm_index a;
    (void)state;
    ASSERT_OK(fixture_config(&c, tables, 3, &err), err);
    a = wdm_config_site(&c, "A");
    assert_null(wdm_config_population(&c, a, 18261)); // 2019-12-31
    assert_true(wdm_config_population(&c, a, 18262)->population == 1000.0);
    assert_true(wdm_config_population(&c, a, 20453)->population == 1000.0); // 2025-12-31, its last day
    assert_true(wdm_config_population(&c, a, 20454)->population == 2000.0);
    assert_true(wdm_config_population(&c, a, 20620)->population ==
                3000.0); // 2026-06-16: the latest valid_from counts
    assert_true(wdm_config_population(&c, a, 20635)->population == 2000.0); // 2026-07-01
    assert_null(wdm_config_population(&c, wdm_config_site(&c, "B"), 20773));
    wdm_config_fini(&c);
}

static void the_factor_set_changes_with_the_factors_and_only_with_them(void **state)
{
    const fixture_table sites[] = {{"regions.csv", FIXTURE_REGIONS}, {"sites.csv", FIXTURE_SITES}};
    const fixture_table stability = {"stability.csv", "analyte_id,temperature_c,half_life_h,u_rel,source\n"};
    const wdm_config *shipped = *state;
    wdm_config c;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(fixture_config(&c, sites, 2, &err), err);
    assert_string_equal(c.factor_set, shipped->factor_set);
    assert_string_not_equal(c.set_sha256, shipped->set_sha256);
    wdm_config_fini(&c);
    ASSERT_OK(fixture_config(&c, &stability, 1, &err), err);
    assert_string_not_equal(c.factor_set, shipped->factor_set);
    wdm_config_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_tables_hold_what_the_design_names),
        cmocka_unit_test(names_in_every_script_find_the_analyte),
        cmocka_unit_test(shipped_correction_factors),
        cmocka_unit_test(shipped_biomarkers_are_combined_where_both_are_known),
        cmocka_unit_test(units_are_exact),
        cmocka_unit_test(phrases_stand_in_both_languages),
        cmocka_unit_test(errors_of_the_science_tables_name_file_line_and_column),
        cmocka_unit_test(errors_of_the_place_tables_name_file_line_and_column),
        cmocka_unit_test(rules_that_name_something_unknown_are_inactive_with_a_warning),
        cmocka_unit_test(limits_come_from_the_most_special_row),
        cmocka_unit_test(the_population_is_that_of_the_day),
        cmocka_unit_test(the_factor_set_changes_with_the_factors_and_only_with_them),
    };
    return cmocka_run_group_tests(tests, load_shipped, free_shipped);
}
