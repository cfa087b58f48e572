// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wbe/formula.h"

typedef struct mass_case {
    const char *name; // as in the draft factor table
    const char *formula;
    double g_mol;
} mass_case;

// The molar masses of the draft factor table, typed from it and not computed here.
static const mass_case DRAFT[] = {
    {"cocaine", "C17H21NO4", 303.358},
    {"benzoylecgonine", "C16H19NO4", 289.331},
    {"MDMA", "C11H15NO2", 193.246},
    {"methamphetamine", "C10H15N", 149.237},
    {"amphetamine", "C9H13N", 135.210},
    {"cannabis(THC)", "C21H30O2", 314.469},
    {"THC-COOH", "C21H28O4", 344.451},
    {"heroin", "C21H23NO5", 369.417},
    {"6-MAM", "C19H21NO4", 327.380},
    {"morphine(net)", "C17H19NO3", 285.343},
    {"ketamine", "C13H16ClNO", 237.727},
    {"norketamine", "C12H14ClNO", 223.700},
    {"etomidate", "C14H16N2O2", 244.294},
    {"etomidate acid", "C12H12N2O2", 216.240},
    {"mephedrone", "C11H15NO", 177.247},
    {"methcathinone", "C10H13NO", 163.220},
    {"methadone", "C21H27NO", 309.453},
    {"EDDP", "C20H23N", 277.411},
    {"fentanyl", "C22H28N2O", 336.479},
    {"norfentanyl", "C14H20N2O", 232.327},
    {"oxycodone", "C18H21NO4", 315.369},
    {"noroxycodone", "C17H19NO4", 301.342},
    {"tramadol", "C16H25NO2", 263.381},
    {"codeine", "C18H21NO3", 299.370},
    {"codeine(total)", "C18H21NO3", 299.370},
    {"nicotine", "C10H14N2", 162.236},
    {"cotinine(total)", "C10H12N2O", 176.219},
    {"trans-3-hydroxycotinine(total)", "C10H12N2O2", 192.218},
    {"ethanol", "C2H6O", 46.069},
    {"ethyl sulfate", "C2H6O4S", 126.126},
    {"MDA", "C10H13NO2", 179.219},
};

static double mass_of(const char *formula)
{
    wdm_err err = {0};
    double g_mol = 0.0;
    wdm_rc rc = wdm_formula_mass(formula, &g_mol, &err);
    if (rc != WDM_OK) {
        fail_msg("%s: %s", formula, err.text);
    }
    return g_mol;
}

static void masses_of_the_draft_factor_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof DRAFT / sizeof DRAFT[0]; i++) {
        double got = mass_of(DRAFT[i].formula);
        if (!(fabs(got - DRAFT[i].g_mol) <= 0.002)) {
            fail_msg("%s: %.4f, expected %.3f", DRAFT[i].name, got, DRAFT[i].g_mol);
        }
    }
}

static const mass_case *draft_find(const char *name)
{
    for (size_t i = 0; i < sizeof DRAFT / sizeof DRAFT[0]; i++) {
        if (strcmp(DRAFT[i].name, name) == 0) {
            return &DRAFT[i];
        }
    }
    return NULL;
}

static void draft_check(const char *name, const char *text, const char *line)
{
    const mass_case *one = draft_find(name);
    if (one == NULL) {
        fail_msg("no formula for \"%s\" in: %s", name, line);
        return;
    }
    if (!(fabs(mass_of(one->formula) - strtod(text, NULL)) <= 0.002)) {
        fail_msg("%s: %.4f, the draft table has %s", name, mass_of(one->formula), text);
    }
}

// Every row of the draft table itself, so that a row that the list above lacks is noticed.
static void every_row_of_the_draft_file(void **state)
{
    (void)state;
    char line[1024] = {0};
    char path[1024] = {0};
    const char *dir = getenv("WDM_REALDATA_DIR");
    FILE *file = NULL;
    int rows = 0;
    (void)snprintf(path, sizeof path, "%s/factors_draft.csv",
                   dir != NULL ? dir : WDM_SOURCE_DIR "/../shared/data");
    file = fopen(path, "r");
    if (file == NULL) {
        print_message("skipped: no real data\n");
        skip();
        return;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        char drug[64] = {0};
        char biomarker[64] = {0};
        char mass_drug[16] = {0};
        char mass_biomarker[16] = {0};
        if (sscanf(line, "%63[^,],%63[^,],%15[^,],%15[^,],", drug, biomarker, mass_drug, mass_biomarker) !=
                4 ||
            strcmp(drug, "drug") == 0) {
            continue;
        }
        draft_check(drug, mass_drug, line);
        draft_check(biomarker, mass_biomarker, line);
        rows++;
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rows, 22);
}

// Masses as product sheets print them, to two decimals.
static void halogens_sulfur_and_salts(void **state)
{
    (void)state;
    static const mass_case CASES[] = {
        {"2-fluorodeschloroketamine", "C13H16FNO", 221.28},
        {"2C-B", "C10H14BrNO2", 260.13},
        {"25I-NBOMe", "C18H22INO3", 427.28},
        {"sufentanil", "C22H30N2O2S", 386.55},
        {"sodium chloride", "NaCl", 58.44},
        {"potassium dihydrogen phosphate", "KH2PO4", 136.08},
        {"boric acid", "H3BO3", 61.83},
        {"silicon dioxide", "SiO2", 60.08},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        if (!(fabs(mass_of(CASES[i].formula) - CASES[i].g_mol) <= 0.0075)) {
            fail_msg("%s: %.4f, expected %.2f", CASES[i].name, mass_of(CASES[i].formula), CASES[i].g_mol);
        }
    }
}

static void symbols_are_told_apart_by_their_letters(void **state)
{
    (void)state;
    assert_true(fabs(mass_of("Co") - 58.933) < 1e-9); // cobalt
    assert_true(fabs(mass_of("CO") - 28.010) < 1e-9); // carbon monoxide
    assert_true(fabs(mass_of("CH3CH2OH") - mass_of("C2H6O")) < 1e-9);
    assert_true(fabs(mass_of("H9999") - 9999 * 1.008) < 1e-9);
}

static void wrong_formulae_are_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "",     " ",      "C17H21NO4 ",   " C2H6O", "c2h6o",   "2H2O",  "C0",
        "C02",  "H10000", "H99999999999", "C(CH3)", "C2H6O+",  "C2-H6", "Xx",
        "XeF6", "C12Hh2", "D2O",          "C1.5H2", "C2H6O\n", "C₂H₆O", "(CH3)2",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        wdm_err err = {0};
        double g_mol = -1.0;
        if (wdm_formula_mass(WRONG[i], &g_mol, &err) != WDM_E_DATA || err.text[0] == '\0') {
            fail_msg("\"%s\" was taken", WRONG[i]);
        }
        assert_true(g_mol < 0.0); // untouched
    }
    double g_mol = -1.0;
    assert_int_equal(wdm_formula_mass(NULL, &g_mol, NULL), WDM_E_DATA);
}

static void messages_name_the_place(void **state)
{
    (void)state;
    wdm_err err = {0};
    double g_mol = 0.0;
    assert_int_equal(wdm_formula_mass("C2H6Q", &g_mol, &err), WDM_E_DATA);
    assert_non_null(strstr(err.text, "\"Q\" is not an element"));
    assert_int_equal(wdm_formula_mass("C2(H6)", &g_mol, &err), WDM_E_DATA);
    assert_non_null(strstr(err.text, "character 3 "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masses_of_the_draft_factor_table),
        cmocka_unit_test(every_row_of_the_draft_file),
        cmocka_unit_test(halogens_sulfur_and_salts),
        cmocka_unit_test(symbols_are_told_apart_by_their_letters),
        cmocka_unit_test(wrong_formulae_are_refused),
        cmocka_unit_test(messages_name_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
