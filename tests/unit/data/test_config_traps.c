// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped tables of the traps, what their loaders refuse, and the half-lives against the published ones.
#include "config_fixture.h"
#include "wbe/stability.h"

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static void shipped_rows_say_what_the_method_says(void **state)
{
    (void)state;
    wdm_config config;
    wdm_err err = {0};
    ASSERT_OK(fixture_config(&config, NULL, 0, &err), err);
    const wdm_index amphetamine = wdm_config_analyte(&config, "amphetamine");
    size_t at = 0;
    while (at < config.attribution.n && config.attribution.rows[at].biomarker != amphetamine)
        at++;
    assert_true(at < config.attribution.n);
    const wdm_attribution *row = &config.attribution.rows[at];
    assert_int_equal(row->from_biomarker, wdm_config_analyte(&config, "METH"));
    near(row->ratio, 0.09, 1e-15);
    near(row->suppress_below, 0.19, 1e-15);
    near(row->low_ratio, 0.04, 1e-15);
    bool cocaine = false;
    bool enantiomers = false;
    for (size_t i = 0; i < config.ratios.n; i++) {
        const wdm_ratio_rule *r = &config.ratios.rows[i];
        if (strcmp(r->ratio_id, "cocaine-be") == 0)
            cocaine = r->kind == WDM_RATIO_DISPOSAL && r->high == 0.75 && isnan(r->low) && !r->share;
        if (strcmp(r->ratio_id, "mdma-enantiomers") == 0)
            enantiomers = r->kind == WDM_RATIO_ENANTIOMER && r->share && r->n_below == 1 &&
                          r->below[0] == wdm_config_analyte(&config, "S-MDMA") && r->n_marks == 3;
    }
    assert_true(cocaine && enantiomers);
    assert_non_null(wdm_config_spike(&config, amphetamine));
    assert_null(wdm_config_spike(&config, wdm_config_analyte(&config, "benzoylecgonine")));
    assert_int_equal(config.apportionment.n, 4);
    wdm_config_fini(&config);
}

#define ATTRIBUTION_HEADER                                                                                   \
    "biomarker_id,from_biomarker_id,ratio,u_rel,source,suppress_below,low_ratio,load_mg_d_1000,valid_from,"  \
    "valid_to\n"
#define RATIO_HEADER "ratio_id,numerator,denominator,basis,kind,low,high,source,marks\n"

static void wrong_rows_name_the_cell(void **state)
{
    (void)state;
    static const struct {
        fixture_table table;
        const char *says;
    } rows[] = {
        {{"attribution.csv", ATTRIBUTION_HEADER "mda,mda,0.1,0,s,,,,,\n"}, "does not bring itself"},
        {{"attribution.csv", ATTRIBUTION_HEADER "mda,mdma,,0,s,,,,,\n"}, "the ratio is missing"},
        {{"attribution.csv", ATTRIBUTION_HEADER "mda,,,0,s,,,,,\n"}, "must be given"},
        {{"attribution.csv", ATTRIBUTION_HEADER "mda,mdma,0.1,0,s,,,2,,\n"}, "not both"},
        {{"attribution.csv", ATTRIBUTION_HEADER "mda,mdma,0.1,0,s,0.1,0.2,,,\n"}, "above suppress_below"},
        {{"attribution.csv", ATTRIBUTION_HEADER "mda,mdma,0.1,0,s,,,,2026-02-01,2026-01-01\n"}, "before"},
        {{"stability.csv", "analyte_id,temperature_c,half_life_h,u_rel,source\ncocaine,20,35,0,s\n"
                           "cocaine,,36,0,s\n"},
         "stand twice"},
        {{"sorption.csv", "analyte_id,particulate_share,u_rel,source\ncocaine,1.2,0,s\n"},
         "particulate_share"},
        {{"ratios.csv", RATIO_HEADER "a,cocaine,nothing,mass,disposal,,,s,\n"}, "not in analytes.csv"},
        {{"ratios.csv", RATIO_HEADER "a,cocaine+mda,cocaine+mdma,mass,disposal,,,s,\n"},
         "part of the numerator"},
        {{"ratios.csv", RATIO_HEADER "a,cocaine,cocaine,mass,disposal,,,s,\n"}, "nothing but the numerator"},
        {{"ratios.csv", RATIO_HEADER "a,cocaine,mda,mass,apportionment,,,s,\n"}, "kind"},
        {{"ratios.csv", RATIO_HEADER "a,cocaine,mda,mass,parent,2,1,s,\n"}, "low lies above high"},
        {{"ratios.csv", RATIO_HEADER "a,cocaine,mda,mass,parent,,,s,\na,cocaine,mdma,mass,parent,,,s,\n"},
         "stands twice"},
        {{"disposal.csv", "analyte_id,factor,window_days,min_neighbours,source\ncocaine,1,,,s\n"}, "factor"},
        {{"apportionment.csv", "acid_id,parent_id,weight,u_rel,hospital,source\nmda,mda,,,,s\n"},
         "no parent"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wdm_config config;
        wdm_err err = {0};
        assert_int_equal(fixture_config(&config, &rows[i].table, 1, &err), WDM_E_CONFIG);
        ASSERT_SAYS(err, rows[i].says);
        wdm_config_fini(&config);
    }
}

static void a_known_load_needs_no_ratio(void **state)
{
    (void)state;
    const fixture_table table = {"attribution.csv", ATTRIBUTION_HEADER
                                 "morphine,,,0.3,prescriptions 2026,,,1.6,2026-01-01,2026-12-31\n"};
    wdm_config config;
    wdm_err err = {0};
    ASSERT_OK(fixture_config(&config, &table, 1, &err), err);
    assert_int_equal(config.attribution.n, 1);
    assert_true(config.attribution.rows[0].from_biomarker == WDM_NONE);
    near(config.attribution.rows[0].load_mg_d_1000, 1.6, 1e-15);
    wdm_config_fini(&config);
}

// A config set of before these tables parses, and has none of their rows.
static void older_sets_lack_the_new_tables(void **state)
{
    (void)state;
    wdm_config_files files;
    wdm_config_files old = {0};
    wdm_config config;
    wdm_err err = {0};
    ASSERT_OK(fixture_files(&files, NULL, 0, &err), err);
    for (size_t i = 0; i < files.n; i++) {
        const wdm_config_file *f = &files.files[i];
        if (strcmp(f->name, "ratios.csv") == 0 || strcmp(f->name, "disposal.csv") == 0 ||
            strcmp(f->name, "sorption.csv") == 0 || strcmp(f->name, "apportionment.csv") == 0)
            continue;
        ASSERT_OK(wdm_config_files_add(&old, f->name, f->origin, wdm_buf_text(&f->bytes), f->bytes.len, &err),
                  err);
    }
    ASSERT_OK(wdm_config_parse(&config, &old, &err), err);
    assert_int_equal(config.ratios.n + config.spikes.n + config.sorption.n + config.apportionment.n, 0);
    wdm_config_fini(&config);
    wdm_config_files_fini(&old);
    wdm_config_files_fini(&files);
}

// Every published half-life is the shipped one, and gives k at 12 h.
static void half_lives_are_the_published_ones(void **state)
{
    (void)state;
    const char *dir = getenv("WDM_REALDATA_DIR");
    char path[4096];
    char line[512];
    wdm_config config;
    wdm_err err = {0};
    int n = 0;
    (void)snprintf(path, sizeof path, "%s/golden/stability_first_order.csv",
                   dir != NULL ? dir : WDM_SOURCE_DIR "/../shared/data");
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        printf("skipped: no real data (golden/stability_first_order.csv is not in WDM_REALDATA_DIR)\n");
        skip();
        return;
    }
    ASSERT_OK(fixture_config(&config, NULL, 0, &err), err);
    assert_non_null(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f) != NULL) {
        wdm_half_life_at rows[16];
        wdm_half_life_at at = {0};
        size_t n_rows = 0;
        char *name = strtok(line, ",");
        const double temperature = strtod(strtok(NULL, ","), NULL);
        const double half_life = strtod(strtok(NULL, ","), NULL);
        const wdm_index analyte = wdm_config_analyte(&config, name);
        assert_true(analyte != WDM_NONE);
        for (size_t i = 0; i < config.stability.n; i++) {
            const wdm_half_life *h = &config.stability.rows[i];
            if (h->analyte == analyte)
                rows[n_rows++] = (wdm_half_life_at){h->temperature_c, h->half_life_h, h->u_rel};
        }
        assert_int_equal(wdm_stability_half_life(rows, n_rows, temperature, &at), WDM_HALF_LIFE_TABULATED);
        near(at.half_life_h, half_life, 1e-12);
        near(wdm_stability_k(12.0, at.half_life_h), exp(log(2.0) * 12.0 / half_life), 1e-12);
        n++;
    }
    (void)fclose(f);
    printf("%d published half-lives\n", n);
    assert_int_equal(n, 8);
    wdm_config_fini(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_rows_say_what_the_method_says),
        cmocka_unit_test(wrong_rows_name_the_cell),
        cmocka_unit_test(a_known_load_needs_no_ratio),
        cmocka_unit_test(older_sets_lack_the_new_tables),
        cmocka_unit_test(half_lives_are_the_published_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
