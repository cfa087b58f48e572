// SPDX-License-Identifier: GPL-3.0-or-later
// Quality control in the store: rows and groups, native samples, charts, and which results a finding covers.
#include "batch_fixture.h"

#include "store/quality_store.h"

static wdm_assay_row typed(const fixture *f, const char *type, const char *sample_id, double value)
{
    wdm_assay_row row = assay(f, value);
    row.sample_type = type;
    row.sample_id = sample_id;
    row.analysed = DAY + 5;
    row.qc = wdm_qc_measures_none();
    return row;
}

// Puts a row and keeps it for the rules, on a chart when name is given.
static bool keep(fixture *f, const wdm_assay_row *row, const char *name)
{
    wdm_qc_chart chart = {"", (double)NAN, (double)NAN};
    wdm_err err = {WDM_OK, ""};
    bool own = false;
    (void)put(f, row);
    (void)snprintf(chart.name, sizeof chart.name, "%s", name);
    ASSERT_OK(wdm_store_put_qc_row(f->store, &f->config, &f->batch, row, &chart, &own, &err), err);
    return own;
}

static wdm_rc take_group(void *user, const wdm_qc_group *group, wdm_err *err)
{
    (void)err;
    *(wdm_qc_group *)user = *group;
    return WDM_OK;
}

static wdm_qc_group group_of(fixture *f)
{
    wdm_qc_group group = {0};
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_each_qc_group(f->store, f->batch.batch_id, take_group, &group, &err), err);
    return group;
}

static wdm_qc_finding finding(wdm_qc_severity severity)
{
    return (wdm_qc_finding){.kind = WDM_QC_CCV,
                            .rule_id = "ccv",
                            .severity = severity,
                            .value = -31.0,
                            .low = -20.0,
                            .high = 20.0,
                            .below_ng_l = (double)NAN,
                            .line = 7,
                            .message = "m"};
}

static void add(fixture *f, const wdm_qc_group *group, const wdm_qc_finding *what)
{
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_put_qc_finding(f->store, group, what, &err), err);
}

#define VERDICT(id)                                                                                          \
    "SELECT v.severity FROM result_current r JOIN result_verdict v USING (site_key, day, analyte_key, "      \
    "sample_key, method_key, replicate, revision) JOIN sample p ON p.sample_key = r.sample_key WHERE "       \
    "p.sample_type = 'sample' AND p.sample_id = '" id "'"

static void a_group_has_its_medians_and_lowest_standard(void **state)
{
    fixture *f = *state;
    static const double areas[] = {90.0, 0.0, 110.0, 100.0, 400.0};
    static const double nominal[] = {50.0, 5.0, 500.0};
    wdm_qc_group group;
    wdm_assay_row row;
    char id[8];
    start(f, "a.csv", "1");
    for (int i = 0; i < 5; i++) {
        (void)snprintf(id, sizeof id, "S%d", i);
        row = typed(f, "sample", id, 10.0);
        row.qc.is_area = areas[i];
        row.qc.rt = 9.0; // a sample's does not say what is expected
        assert_true(keep(f, &row, ""));
    }
    for (int i = 0; i < 3; i++) {
        (void)snprintf(id, sizeof id, "C%d", i);
        row = typed(f, "standard", id, nominal[i]);
        row.qc.expected_ng_l = nominal[i];
        row.qc.rt = 5.0 + i;
        (void)keep(f, &row, "");
    }
    group = group_of(f);
    assert_string_equal(group.analyte_id, "cocaine");
    assert_string_equal(group.lab_id, "L");
    assert_int_equal(group.analysed, DAY + 5);
    assert_int_equal(group.n_is_area, 4); // a lost standard has no part in the median
    assert_true(group.is_area_median == 105.0);
    assert_int_equal(group.n_rt, 3);
    assert_true(group.rt_median == 6.0);
    assert_int_equal(group.n_ion_ratio, 0);
    assert_true(isnan(group.ion_ratio_median));
    assert_true(group.lowest_standard_ng_l == 5.0);
    assert_int_equal(group.n_controls, 3);
    finish(f);
}

static wdm_rc first_row(void *user, const wdm_qc_row *row, wdm_err *err)
{
    (void)err;
    *(wdm_qc_row *)user = *row; // its texts are not looked at
    return WDM_OK;
}

static wdm_qc_native native_of(fixture *f, const wdm_assay_row *row)
{
    wdm_qc_group group;
    wdm_qc_row last = {0};
    wdm_qc_native native;
    wdm_err err = {WDM_OK, ""};
    (void)keep(f, row, "");
    group = group_of(f);
    ASSERT_OK(wdm_store_each_qc_row(f->store, &group, first_row, &last, &err), err);
    last.sample_id = row->sample_id;
    last.parent_sample_id = row->qc.parent_sample_id;
    ASSERT_OK(wdm_store_find_native(f->store, &group, &last, &native, &err), err);
    return native;
}

static void the_native_sample_is_the_parent_or_has_the_same_number(void **state)
{
    fixture *f = *state;
    wdm_assay_row row;
    wdm_qc_native native;
    start(f, "a.csv", "1");
    row = typed(f, "sample", "S1", 100.0);
    (void)put(f, &row);
    row = typed(f, "sample", "S1", 104.0);
    row.replicate = 2;
    native = native_of(f, &row);
    assert_true(native.found && native.value_ng_l == 100.0 && native.replicate == 1);
    row = typed(f, "duplicate", "S1", 96.0);
    native = native_of(f, &row);
    assert_true(native.found && native.value_ng_l == 100.0);
    row = typed(f, "spike", "MS-1", 200.0);
    row.qc.parent_sample_id = "S1";
    native = native_of(f, &row);
    assert_true(native.found && native.value_ng_l == 100.0);
    row = typed(f, "duplicate", "S1 (20261116_07.d)", 97.0);
    native = native_of(f, &row);
    assert_true(native.found && native.value_ng_l == 100.0);
    row = typed(f, "spike", "MS-2", 200.0);
    assert_false(native_of(f, &row).found);
    finish(f);
}

static void a_finding_covers_its_batch_laboratory_method_analyte_and_day(void **state)
{
    fixture *f = *state;
    const wdm_qc_finding fail = finding(WDM_QC_FAIL);
    const wdm_qc_finding note = finding(WDM_QC_NOTE);
    wdm_assay_row row;
    wdm_qc_group group;
    start(f, "a.csv", "1");
    row = typed(f, "sample", "S1", 10.0);
    (void)put(f, &row);
    row = typed(f, "sample", "OTHER-DAY", 10.0);
    row.analysed = DAY + 6;
    (void)put(f, &row);
    row = typed(f, "sample", "NO-DAY", 10.0);
    row.analysed = WDM_DAY_NONE;
    (void)put(f, &row);
    row = typed(f, "sample", "OTHER-LAB", 10.0);
    row.lab_id = "M";
    (void)put(f, &row);
    row = typed(f, "sample", "OTHER-METHOD", 10.0);
    row.method_id = "m2";
    (void)put(f, &row);
    row = typed(f, "sample", "OTHER-ANALYTE", 10.0);
    row.analyte = wdm_config_analyte(&f->config, "mdma");
    (void)put(f, &row);
    row = typed(f, "ccv", "C", 69.0);
    (void)keep(f, &row, "");
    group = group_of(f);
    add(f, &group, &note);
    assert_int_equal(fixture_int(f, VERDICT("S1")), 0);
    add(f, &group, &fail);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("S1")), 2);
    assert_int_equal(fixture_int(f, VERDICT("NO-DAY")), 2);
    assert_int_equal(fixture_int(f, VERDICT("OTHER-DAY")), 0);
    assert_int_equal(fixture_int(f, VERDICT("OTHER-LAB")), 0);
    assert_int_equal(fixture_int(f, VERDICT("OTHER-METHOD")), 0);
    assert_int_equal(fixture_int(f, VERDICT("OTHER-ANALYTE")), 0);
    start(f, "b.csv", "2");
    row = typed(f, "sample", "OTHER-BATCH", 10.0);
    (void)put(f, &row);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("OTHER-BATCH")), 0);
    undo(f, "a/1");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM qc_finding_current"), 0);
}

static void one_sample_or_low_values_only(void **state)
{
    fixture *f = *state;
    wdm_qc_finding blank = finding(WDM_QC_ESTIMATE);
    wdm_qc_finding one = finding(WDM_QC_FAIL);
    wdm_assay_row row;
    wdm_qc_group group;
    start(f, "a.csv", "1");
    row = typed(f, "sample", "LOW", 7.9);
    (void)put(f, &row);
    row = typed(f, "sample", "HIGH", 8.0);
    (void)put(f, &row);
    row = typed(f, "sample", "ND", (double)NAN);
    row.state = WDM_RESULT_NOT_DETECTED;
    (void)put(f, &row);
    row = typed(f, "sample", "PEAK", 50.0);
    (void)keep(f, &row, "");
    group = group_of(f);
    blank.kind = WDM_QC_BLANK;
    blank.below_ng_l = 8.0;
    add(f, &group, &blank);
    one.sample_key = fixture_int(f, "SELECT sample_key FROM sample WHERE sample_id = 'PEAK'");
    one.replicate = 1;
    add(f, &group, &one);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("LOW")), 1);
    assert_int_equal(fixture_int(f, VERDICT("HIGH")), 0);
    assert_int_equal(fixture_int(f, VERDICT("ND")), 0);
    assert_int_equal(fixture_int(f, VERDICT("PEAK")), 2);
}

static void add_about(fixture *f, const char *sample_id, wdm_qc_severity severity)
{
    const wdm_qc_group group = group_of(f);
    wdm_qc_finding what = finding(severity);
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT max(sample_key) FROM sample WHERE sample_id = '%s'", sample_id);
    what.of_sample_key = fixture_int(f, sql);
    what.of_replicate = 1;
    (void)snprintf(sql, sizeof sql, "SELECT max(revision) FROM result WHERE sample_key = %lld",
                   (long long)what.of_sample_key);
    what.of_revision = fixture_int(f, sql);
    add(f, &group, &what);
}

static void a_corrected_control_speaks_for_the_rows_that_were_the_same(void **state)
{
    fixture *f = *state;
    const wdm_assay_row sample = typed(f, "sample", "S1", 10.0);
    wdm_assay_row ccv = typed(f, "ccv", "C", 69.0);
    wdm_err err = {WDM_OK, ""};
    wdm_put out;
    start(f, "a.csv", "1");
    (void)put(f, &sample);
    (void)keep(f, &ccv, "");
    add_about(f, "C", WDM_QC_FAIL);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("S1")), 2);
    // issued again with a good control: the failed one is superseded
    start(f, "a.csv", "2");
    out = put(f, &sample);
    ASSERT_OK(wdm_store_note_repeated(f->store, &f->batch, out.of_batch_id, &err), err);
    ccv.value_ng_l = 99.0;
    assert_true(keep(f, &ccv, ""));
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("S1")), 0);
    // and again with a bad one: it covers the row that the first batch holds
    start(f, "a.csv", "3");
    out = put(f, &sample);
    ASSERT_OK(wdm_store_note_repeated(f->store, &f->batch, out.of_batch_id, &err), err);
    ccv.value_ng_l = 50.0;
    (void)keep(f, &ccv, "");
    add_about(f, "C", WDM_QC_FAIL);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("S1")), 2);
    undo(f, "a/3");
    assert_int_equal(fixture_int(f, VERDICT("S1")), 0);
    undo(f, "a/2");
    assert_int_equal(fixture_int(f, VERDICT("S1")), 2);
}

static int64_t inherit(fixture *f, const char *lab_id)
{
    const wdm_qc_reach reach = {lab_id, DAY + 5, DAY + 5};
    wdm_err err = {WDM_OK, ""};
    int64_t n = 0;
    ASSERT_OK(wdm_store_inherit_findings(f->store, &f->batch, &reach, &n, &err), err);
    return n;
}

static void a_corrected_line_does_not_shake_off_the_failed_control(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = typed(f, "sample", "S1", 10.0);
    wdm_assay_row ccv = typed(f, "ccv", "C", 69.0);
    start(f, "a.csv", "1");
    (void)put(f, &row);
    (void)keep(f, &ccv, "");
    add_about(f, "C", WDM_QC_ESTIMATE);
    assert_int_equal(inherit(f, "L"), 0);
    finish(f);
    start(f, "a.csv", "2"); // the same file, the sample corrected, no control
    row.value_ng_l = 11.0;
    (void)put(f, &row);
    assert_int_equal(inherit(f, "L"), 1);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("S1")), 1);
    start(f, "put-right.csv", "3"); // another name, the same day of analysis
    row = typed(f, "sample", "S2", 10.0);
    (void)put(f, &row);
    assert_int_equal(inherit(f, "L"), 1);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("S2")), 1);
    start(f, "own.csv", "4"); // with a control of its own
    row = typed(f, "sample", "S3", 10.0);
    (void)put(f, &row);
    ccv = typed(f, "ccv", "C2", 100.0);
    (void)keep(f, &ccv, "");
    assert_int_equal(inherit(f, "L"), 0);
    finish(f);
    assert_int_equal(fixture_int(f, VERDICT("S3")), 0);
    start(f, "lab.csv", "5");
    assert_int_equal(inherit(f, "M"), 0);
    finish(f);
}

static void charts_hold_the_controls_in_force_oldest_first(void **state)
{
    fixture *f = *state;
    static wdm_qc_point points[16];
    wdm_err err = {WDM_OK, ""};
    wdm_qc_group group;
    wdm_assay_row row;
    size_t n = 0;
    for (int day = 1; day <= 3; day++) {
        char file[16];
        char id[16];
        (void)snprintf(file, sizeof file, "day%d.csv", day);
        start(f, file, file);
        for (int level = 0; level < 2; level++) {
            (void)snprintf(id, sizeof id, "C%d-%d", level, day);
            row = typed(f, "ccv", id, 100.0 * (level + 1) + day);
            row.analysed = DAY + day;
            (void)keep(f, &row, level == 0 ? "low" : "high");
        }
        finish(f);
    }
    undo(f, "day2/1");
    start(f, "late.csv", "late"); // an older day imported late comes before
    row = typed(f, "ccv", "C-late", 99.0);
    row.analysed = DAY;
    (void)keep(f, &row, "low");
    finish(f);
    start(f, "now.csv", "now");
    row = typed(f, "ccv", "C-now", 104.0);
    row.analysed = DAY + 9;
    (void)keep(f, &row, "low");
    group = group_of(f);
    ASSERT_OK(wdm_store_chart_points(f->store, &group, points, 16, &n, &err), err);
    assert_int_equal(n, 6);
    assert_true(points[0].value_ng_l == 99.0 && points[1].value_ng_l == 101.0 &&
                points[2].value_ng_l == 201.0);
    assert_true(points[1].run == points[2].run && points[2].run != points[3].run);
    assert_int_equal(points[0].material, points[1].material);
    assert_int_not_equal(points[1].material, points[2].material);
    assert_true(points[5].in_group && !points[4].in_group);
    ASSERT_OK(wdm_store_chart_points(f->store, &group, points, 2, &n, &err), err);
    assert_int_equal(n, 2); // the latest
    assert_true(points[1].in_group);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_group_has_its_medians_and_lowest_standard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_native_sample_is_the_parent_or_has_the_same_number, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_finding_covers_its_batch_laboratory_method_analyte_and_day, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_sample_or_low_values_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_corrected_control_speaks_for_the_rows_that_were_the_same, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_corrected_line_does_not_shake_off_the_failed_control, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(charts_hold_the_controls_in_force_oldest_first, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
