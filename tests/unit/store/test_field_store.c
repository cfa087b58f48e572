// SPDX-License-Identifier: GPL-3.0-or-later
// Flows that come with the assay or later, published loads, and what files bring along.
#include "batch_fixture.h"

// The flow as the export sees it: that of the sample, else that of the site's day.
static double exported_flow(fixture *f)
{
    const wdm_export_filter all = {.site_id = NULL};
    wdm_export export;
    wdm_export_cell cells[WDM_EXPORT_COLUMNS_MAX];
    bool row = false;
    double flow = (double)NAN;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_export_open(f->store, "results", &all, &export, &err), err);
    ASSERT_OK(wdm_export_next(&export, cells, &row, &err), err);
    assert_true(row);
    assert_string_equal(export.columns[10], "flow_m3_d");
    if (cells[10].kind == WDM_EXPORT_REAL)
        flow = cells[10].real;
    ASSERT_OK(wdm_export_next(&export, cells, &row, &err), err);
    assert_false(row);
    return flow;
}

static void flow_may_come_later_and_needs_no_second_import(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    wdm_field_row late = field(f, 2000.0);
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    assert_true(isnan(exported_flow(f))); // pending
    late.sample_id = "";                  // the whole day's
    start(f, "flow.csv", "2");
    assert_int_equal(put_field(f, &late), WDM_OUTCOME_STORED);
    finish(f);
    assert_true(exported_flow(f) == 2000.0);
    late = field(f, 2500.0); // the sample's own goes before it
    start(f, "flow2.csv", "3");
    assert_int_equal(put_field(f, &late), WDM_OUTCOME_STORED);
    assert_int_equal(put_field(f, &late), WDM_OUTCOME_SAME);
    finish(f);
    assert_true(exported_flow(f) == 2500.0);
    undo(f, "flow2/1");
    assert_true(exported_flow(f) == 2000.0);
}

static void flows_conflict_and_are_corrected_like_results(void **state)
{
    fixture *f = *state;
    wdm_field_row row = field(f, 2000.0);
    start(f, "flow.csv", "1");
    assert_int_equal(put_field(f, &row), WDM_OUTCOME_STORED);
    finish(f);
    row.flow_m3_d = 2100.0;
    start(f, "other.csv", "2");
    assert_int_equal(put_field(f, &row), WDM_OUTCOME_CONFLICT);
    finish(f);
    start(f, "flow.csv", "3");
    assert_int_equal(put_field(f, &row), WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_true(fixture_real(f, "SELECT flow_m3_d FROM field_current") == 2100.0);
    undo(f, "flow/2");
    assert_true(fixture_real(f, "SELECT flow_m3_d FROM field_current") == 2000.0);
}

static wdm_load_row load(const fixture *f, double value)
{
    wdm_load_row row;
    memset(&row, 0, sizeof row);
    row.site = wdm_config_site(&f->config, "A");
    row.region_id = "";
    row.analyte = wdm_config_analyte(&f->config, "methamphetamine");
    row.day = DAY;
    row.load_mg_d_1000 = value;
    row.limit_mg_d_1000 = (double)NAN;
    row.raw_value = "raw";
    row.column = "value";
    row.line = 4;
    return row;
}

static wdm_outcome put_load(fixture *f, const wdm_load_row *row)
{
    wdm_put out;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_put_load(f->store, &f->config, &f->batch, &f->run, row, &out, &err), err);
    return out.outcome;
}

static void published_loads_of_sites_and_regions_follow_the_same_rules(void **state)
{
    fixture *f = *state;
    wdm_load_row row = load(f, 29.2);
    wdm_load_row region = load(f, 12.0);
    region.site = WDM_NONE;
    region.region_id = "CITY";
    start(f, "p.csv", "1");
    assert_int_equal(put_load(f, &row), WDM_OUTCOME_STORED);
    assert_int_equal(put_load(f, &row), WDM_OUTCOME_SAME);
    assert_int_equal(put_load(f, &region), WDM_OUTCOME_STORED);
    row.load_mg_d_1000 = 30.0;
    assert_int_equal(put_load(f, &row), WDM_OUTCOME_CONFLICT);
    finish(f);
    start(f, "p.csv", "2");
    assert_int_equal(put_load(f, &row), WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_true(
        fixture_real(f, "SELECT load_mg_d_1000 FROM published_load_current WHERE place_kind = 'site'") ==
        30.0);
    undo(f, "p/2");
    assert_true(
        fixture_real(f, "SELECT load_mg_d_1000 FROM published_load_current WHERE place_kind = 'site'") ==
        29.2);
    assert_int_equal(
        fixture_int(f, "SELECT count(*) FROM published_load_current WHERE place_kind = 'region'"), 1);
}

static void an_undone_batch_changes_the_input_hash(void **state)
{
    fixture *f = *state;
    char none[WDM_SHA256_HEX], one[WDM_SHA256_HEX], undone[WDM_SHA256_HEX], other[WDM_SHA256_HEX];
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_input_hash(f->store, "x", none, &err), err);
    start(f, "a.csv", "1");
    finish(f);
    ASSERT_OK(wdm_store_input_hash(f->store, "x", one, &err), err);
    ASSERT_OK(wdm_store_input_hash(f->store, "y", other, &err), err);
    undo(f, "a/1");
    ASSERT_OK(wdm_store_input_hash(f->store, "x", undone, &err), err);
    assert_string_not_equal(none, one);
    assert_string_not_equal(one, undone);
    assert_string_not_equal(one, other);
}

static void sites_of_imported_files_come_back_with_the_config(void **state)
{
    fixture *f = *state;
    const wdm_site site = {.site_id = "AT001",
                           .name = "Graz",
                           .name_zh = "",
                           .region_id = "AT",
                           .latitude = 47.07,
                           .longitude = 15.4,
                           .imported = true,
                           .bucket = wdm_bucket("AT001")};
    wdm_config back;
    wdm_config_files files;
    wdm_index at;
    wdm_err err = {WDM_OK, ""};
    memset(&files, 0, sizeof files);
    start(f, "sites.csv", "1");
    ASSERT_OK(wdm_store_add_site(f->store, &site, &err), err);
    ASSERT_OK(wdm_store_put_population(f->store, &f->batch, "AT001", 0, 425000.0, "sites.csv", &err), err);
    finish(f);
    ASSERT_OK(wdm_store_get_config(f->store, &back, &files, &err), err);
    at = wdm_config_site(&back, "AT001");
    assert_true(at != WDM_NONE);
    assert_true(back.sites.rows[at].imported);
    assert_true(wdm_config_population(&back, at, DAY)->population == 425000.0);
    wdm_config_fini(&back);
    wdm_config_files_fini(&files);
    undo(f, "sites/1"); // its population no longer counts
    memset(&files, 0, sizeof files);
    ASSERT_OK(wdm_store_get_config(f->store, &back, &files, &err), err);
    assert_null(wdm_config_population(&back, wdm_config_site(&back, "AT001"), DAY));
    wdm_config_fini(&back);
    wdm_config_files_fini(&files);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(flow_may_come_later_and_needs_no_second_import),
        CASE(flows_conflict_and_are_corrected_like_results),
        CASE(published_loads_of_sites_and_regions_follow_the_same_rules),
        CASE(an_undone_batch_changes_the_input_hash),
        CASE(sites_of_imported_files_come_back_with_the_config),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
