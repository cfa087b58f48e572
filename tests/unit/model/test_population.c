// SPDX-License-Identifier: GPL-3.0-or-later
// The people that a site's loads are divided by: which estimate of the day, for which sample, of which
// biomarker.
#include "config_fixture.h"

#include "data/flags.h"
#include "model/series.h"

#define SITES                                                                                                \
    "site_id,name,name_zh,region_id,latitude,longitude,timezone,retention_h,flow_u_rel,flow_bias_u_rel,"     \
    "expected_days,population_policy,sampling_u_rel\nA,Plant A,甲,CITY,,,,,0.1,0.1,,ammonium,0.1\n"
#define MARKERS "analyte_id,per_capita_mg_d,u_rel,source,method\nammonium-n,7500,0.2,s,ammonium\n"
enum { DAY = 20773 };

static void config_of(wdm_config *config, const char *population)
{
    wdm_err err = {WDM_OK, ""};
    const fixture_table tables[] = {{"regions.csv", FIXTURE_REGIONS},
                                    {"sites.csv", SITES},
                                    {"population.csv", population},
                                    {"markers.csv", MARKERS}};
    ASSERT_OK(fixture_config(config, tables, 4, &err), err);
}

// value in ng/L; 20,000 m3/d.
static void add(wdm_site_series *s, const char *analyte, const char *sample, int day, double value_ng_l)
{
    wdm_err err = {WDM_OK, ""};
    const wdm_result_row row = {.site_id = "A",
                                .analyte_id = analyte,
                                .sample_id = sample,
                                .sample_type = "sample",
                                .lab_id = "L",
                                .method_id = "",
                                .start = {DAY + day, -1},
                                .end = {DAY + day + 1, -1},
                                .analysed = WDM_DAY_NONE,
                                .value_ng_l = value_ng_l,
                                .lod_ng_l = (double)NAN,
                                .loq_ng_l = (double)NAN,
                                .u_rel = (double)NAN,
                                .flow_m3_d = 20000.0,
                                .u_flow_rel = (double)NAN,
                                .population = (double)NAN,
                                .domestic_share = (double)NAN,
                                .flow_file = "field.csv",
                                .flow_line = 2 + day,
                                .batch = "b",
                                .qc_codes = ""};
    ASSERT_OK(wdm_site_series_add_result(s, &row, &err), err);
}

static const wdm_point *points_of(const wdm_site_series *s, const char *analyte, size_t n)
{
    const wdm_day_series *series = wdm_site_series_of(s, wdm_config_analyte(s->config, analyte));
    assert_non_null(series);
    assert_int_equal(series->n, n);
    return series->points;
}

// 37.5 mg/L of ammonium: 100,000 people.
static void a_marker_serves_its_sample_then_its_day(void **state)
{
    (void)state;
    wdm_config c;
    wdm_site_series s;
    wdm_err err = {WDM_OK, ""};
    config_of(&c, FIXTURE_POPULATION_HEADER "A,,,80000,0.15,census,s\n");
    ASSERT_OK(wdm_site_series_init(&s, &c, wdm_config_site(&c, "A"), &err), err);
    add(&s, "ammonium-n", "S0", 0, 37.5e6);
    add(&s, "ammonium-n", "T0", 0, 75e6); // another sample of the day: 200,000
    add(&s, "methamphetamine", "S0", 0, 50.0);
    add(&s, "methamphetamine", "U0", 0, 50.0);
    add(&s, "methamphetamine", "S1", 1, 50.0); // a day without the marker
    ASSERT_OK(wdm_site_series_finish(&s, &err), err);
    const wdm_point *p = points_of(&s, "methamphetamine", 3);
    assert_true(fabs(p[0].value.load_mg_d_1000 - 10.0) < 1e-12);
    assert_true(p[0].value.u_sampling == 0.0 && p[0].value.u_flow == 0.0 && p[0].u_flow_bias == 0.0);
    assert_true(p[0].value.u_sampling_mass == 0.1 && p[0].value.u_flow_mass == 0.1);
    assert_true(fabs(p[0].u_population - 0.2) < 1e-12 && p[0].value.u_population > 0.0);
    assert_int_equal(p[0].flags & WDM_FLAG_MARKER_POPULATION, WDM_FLAG_MARKER_POPULATION);
    assert_int_equal(p[0].flags & WDM_FLAG_POPULATION_DISAGREES, 0);
    // U0 has no marker of its own: the mean of the day's, 150,000, which the table's 80,000 disagrees with
    assert_true(fabs(p[1].population - 150000.0) < 1e-6);
    assert_true(p[1].value.u_sampling == 0.1 && p[1].value.u_flow == 0.0);
    assert_int_equal(p[1].flags & WDM_FLAG_POPULATION_DISAGREES, WDM_FLAG_POPULATION_DISAGREES);
    assert_true(p[2].population == 80000.0 && fabs(p[2].u_population - 0.15) < 1e-12 &&
                p[2].u_flow_bias == 0.1);
    assert_int_equal(p[2].flags & WDM_FLAG_POPULATION_FALLBACK, WDM_FLAG_POPULATION_FALLBACK);
    // the marker is not divided by itself
    p = points_of(&s, "ammonium-n", 2);
    assert_true(p[0].population == 80000.0);
    assert_int_equal(p[0].flags & WDM_FLAG_POPULATION_FALLBACK, WDM_FLAG_POPULATION_FALLBACK);
    wdm_site_series_fini(&s);
    wdm_config_fini(&c);
}

static void without_a_static_population_such_days_have_none(void **state)
{
    (void)state;
    wdm_config c;
    wdm_site_series s;
    wdm_err err = {WDM_OK, ""};
    config_of(&c, FIXTURE_POPULATION_HEADER);
    ASSERT_OK(wdm_site_series_init(&s, &c, wdm_config_site(&c, "A"), &err), err);
    add(&s, "ammonium-n", "S0", 0, 37.5e6);
    add(&s, "methamphetamine", "S0", 0, 50.0);
    add(&s, "methamphetamine", "S1", 1, 50.0);
    ASSERT_OK(wdm_site_series_finish(&s, &err), err);
    assert_true(fabs(points_of(&s, "methamphetamine", 1)[0].value.load_mg_d_1000 - 10.0) < 1e-12);
    assert_int_equal(s.counts.n_no_population,
                     2); // methamphetamine of the day without, and the marker itself
    wdm_site_series_fini(&s);
    wdm_config_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_marker_serves_its_sample_then_its_day),
        cmocka_unit_test(without_a_static_population_such_days_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
