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

#include "wbe/estimate.h"
#include "wbe/factor.h"

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static const double NOT = (double)NAN;

static wdm_factor fixed_factor(double f)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = 1.0;
    factor.excretion = (wdm_dist){WDM_DIST_FIXED, NOT, f, NOT, NOT};
    return factor;
}

static void quantities_have_names_and_units(void **state)
{
    (void)state;
    static const char *const name[] = {"normalised_load", "consumption", "doses", "prevalence", "mass"};
    for (size_t i = 0; i < WDM_Q_COUNT; i++) {
        wdm_quantity q = WDM_Q_COUNT;
        assert_true(wdm_quantity_parse(name[i], &q));
        assert_int_equal(q, i);
        assert_string_equal(wdm_quantity_name(q), name[i]);
        assert_true(strlen(wdm_quantity_unit(q)) > 3);
    }
}

static void scales_follow_the_chain(void **state)
{
    (void)state;
    wdm_factor factor = fixed_factor(0.43);
    near(wdm_factor_scale(&factor, WDM_Q_NORMALISED_LOAD), 1.0, 0.0);
    near(29.2 * wdm_factor_scale(&factor, WDM_Q_CONSUMPTION), 67.907, 1e-5);
    assert_false(wdm_factor_has(&factor, WDM_Q_DOSES));
    factor.dose_mg = 30.0;
    factor.doses_per_user_day = 4.0;
    near(wdm_factor_scale(&factor, WDM_Q_DOSES), 1.0 / 0.43 / 30.0, 1e-14);
    near(wdm_factor_scale(&factor, WDM_Q_PREVALENCE), 1.0 / 0.43 / 30.0 / 4.0, 1e-14);
    near(wdm_factor_scale(&factor, WDM_Q_MASS), 7e-6 / 0.43, 1e-14);
    factor.k_stability = 1.268;
    near(wdm_factor_scale(&factor, WDM_Q_CONSUMPTION), 1.268 / 0.43, 1e-14);
    near(wdm_factor_scale(&factor, WDM_Q_NORMALISED_LOAD), 1.0, 0.0);
    factor = wdm_factor_none();
    assert_true(wdm_factor_has(&factor, WDM_Q_NORMALISED_LOAD));
    assert_false(wdm_factor_has(&factor, WDM_Q_CONSUMPTION));
}

// Dose and doses per user are independent: the exact RSD of a product of two lognormals.
static void the_dose_table_brings_its_uncertainty(void **state)
{
    (void)state;
    wdm_factor factor = wdm_factor_none();
    assert_true(wdm_factor_dose_u(&factor, WDM_Q_PREVALENCE) == 0.0);
    factor.dose_u_rel = 0.2;
    factor.doses_per_user_day_u_rel = 0.3;
    near(wdm_factor_dose_u(&factor, WDM_Q_DOSES), 0.2, 0.0);
    near(wdm_factor_dose_u(&factor, WDM_Q_PREVALENCE), 0.36551, 1e-5);
    assert_true(wdm_factor_dose_u(&factor, WDM_Q_CONSUMPTION) == 0.0);
    assert_true(wdm_factor_dose_u(&factor, WDM_Q_NORMALISED_LOAD) == 0.0);
    factor.doses_per_user_day_u_rel = 0.0;
    near(wdm_factor_dose_u(&factor, WDM_Q_PREVALENCE), 0.2, 1e-14);
}

static void excretion_rows(void **state)
{
    (void)state;
    wdm_dist f;
    const wdm_excretion_row with_u = {WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, 0.26};
    const wdm_excretion_row without = {WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, NOT};
    const wdm_excretion_row same = {WDM_DIST_TRIANGULAR, 0.43, 0.43, 0.43, NOT};
    const wdm_excretion_row no_u = {WDM_DIST_LOGNORMAL, 0.25, 0.292, 0.45, NOT};
    const wdm_excretion_row to_zero = {WDM_DIST_TRIANGULAR, 0.0, 0.1, 0.3, NOT};
    const wdm_excretion_row above = {WDM_DIST_TRIANGULAR, 0.5, 0.9, 1.2, NOT};
    assert_int_equal(wdm_factor_excretion(&with_u, &f, NULL), WDM_OK);
    assert_int_equal(f.kind, WDM_DIST_LOGNORMAL);
    assert_int_equal(wdm_factor_excretion(&without, &f, NULL), WDM_OK);
    assert_int_equal(f.kind, WDM_DIST_TRIANGULAR);
    assert_int_equal(wdm_factor_excretion(&same, &f, NULL), WDM_OK);
    assert_int_equal(f.kind, WDM_DIST_FIXED);
    assert_int_equal(wdm_factor_excretion(&no_u, &f, NULL), WDM_E_DATA);
    assert_int_equal(wdm_factor_excretion(&to_zero, &f, NULL), WDM_E_DATA);
    assert_int_equal(wdm_factor_excretion(&above, &f, NULL), WDM_E_DATA);
}

static void skewed_factors_are_flagged(void **state)
{
    (void)state;
    wdm_factor factor = fixed_factor(0.292);
    assert_false(wdm_factor_is_skewed(&factor, WDM_Q_CONSUMPTION));
    factor.excretion = (wdm_dist){WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, NOT}; // F(mode) = 0.21
    assert_true(wdm_factor_is_skewed(&factor, WDM_Q_CONSUMPTION));
    assert_false(wdm_factor_is_skewed(&factor, WDM_Q_NORMALISED_LOAD));
    factor.excretion = (wdm_dist){WDM_DIST_TRIANGULAR, 0.15, 0.225, 0.30, NOT}; // 0.5
    assert_false(wdm_factor_is_skewed(&factor, WDM_Q_CONSUMPTION));
}

// Consumption of one cell, published and from the load; true when they agree within 0.6 %. A `<` stays a `<`.
static bool cell_agrees(const char *load, const char *published, double f, double *got)
{
    const bool censored = load[0] == '<';
    const wdm_factor factor = fixed_factor(f);
    const wdm_shared_u shared = {0.0, 0.0};
    const wdm_day_value day = {.load_mg_d_1000 = strtod(load + (censored ? 1 : 0), NULL),
                               .state = censored ? WDM_STATE_BELOW_LOQ : WDM_STATE_MEASURED};
    wdm_estimator est;
    wdm_estimate out;
    assert_int_equal(wdm_estimator_init(&est, WDM_Q_CONSUMPTION, &factor, &shared, NULL), WDM_OK);
    wdm_estimate_day(&est, &day, &out);
    assert_int_equal(isnan(out.estimate), censored);
    assert_int_equal(isnan(out.limit), !censored);
    assert_int_equal(published[0] == '<', censored);
    *got = censored ? out.limit : out.estimate;
    const double want = strtod(published + (censored ? 1 : 0), NULL);
    return fabs(*got / want - 1.0) <= 0.006;
}

static size_t split(char *line, char *field[], size_t max)
{
    size_t n = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *p = line; p != NULL && n < max; n++) {
        field[n] = p;
        p = strchr(p, ',');
        if (p != NULL) {
            *p = '\0';
            p++;
        }
    }
    return n;
}

// METHOD 2: 15 Korean plants, methamphetamine = load / 0.43, codeine = load / 0.638: 29 of 30 published
// cells.
static void korean_plants_reproduce(void **state)
{
    (void)state;
    const char *dir = getenv("WDM_REALDATA_DIR");
    char path[4096];
    char line[512];
    char *field[16];
    int agree = 0;
    int cells = 0;
    double got = 0.0;
    (void)snprintf(path, sizeof path, "%s/golden/korea_2015_loads_consumption.csv",
                   dir != NULL ? dir : WDM_SOURCE_DIR "/../shared/data");
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        printf("skipped: no real data\n");
        skip();
        return;
    }
    (void)fgets(line, sizeof line, f);
    while (fgets(line, sizeof line, f) != NULL) {
        assert_int_equal(split(line, field, 16), 11);
        for (int drug = 0; drug < 2; drug++) {
            const char *load = field[drug == 0 ? 5 : 7];
            const char *published = field[drug == 0 ? 9 : 10];
            const bool ok = cell_agrees(load, published, drug == 0 ? 0.43 : 0.638, &got);
            cells++;
            agree += ok ? 1 : 0;
            if (!ok)
                printf("plant %s, %s: load %s gives %.4g, published %s\n", field[1],
                       drug == 0 ? "methamphetamine" : "codeine", load, got, published);
        }
    }
    (void)fclose(f);
    printf("%d of %d cells within 0.6 %%\n", agree, cells);
    assert_int_equal(cells, 30);
    assert_int_equal(agree, 29);
}

// Quoted from the same table, so that the arithmetic is tested without the file too.
static void quoted_cells_reproduce(void **state)
{
    (void)state;
    double got = 0.0;
    assert_true(cell_agrees("29.2", "67.9", 0.43, &got));
    assert_true(cell_agrees("2.09", "4.86", 0.43, &got));
    assert_true(cell_agrees("<1.12", "<2.60", 0.43, &got));
    near(got, 1.12 / 0.43, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_have_names_and_units),
        cmocka_unit_test(scales_follow_the_chain),
        cmocka_unit_test(the_dose_table_brings_its_uncertainty),
        cmocka_unit_test(excretion_rows),
        cmocka_unit_test(skewed_factors_are_flagged),
        cmocka_unit_test(quoted_cells_reproduce),
        cmocka_unit_test(korean_plants_reproduce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
