// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a row: stored, the same, a correction, a conflict; and what undoing a batch brings back.
#include "batch_fixture.h"
#include "data/flags.h"
#include "io/text.h"

#define CURRENT "SELECT value_ng_l FROM result_current"

static void the_same_value_is_stored_once(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    start(f, "a.csv", "1");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_STORED);
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_SAME);
    finish(f);
    start(f, "b.csv", "2");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_SAME);
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result"), 1);
}

static void every_part_of_the_natural_key_makes_another_result(void **state)
{
    fixture *f = *state;
    wdm_assay_row rows[8];
    start(f, "a.csv", "1");
    for (int i = 0; i < 8; i++)
        rows[i] = assay(f, 10.0 + i);
    rows[1].site = wdm_config_site(&f->config, "B");
    rows[2].analyte = wdm_config_analyte(&f->config, "mdma");
    rows[3].sample_id = "S2";
    rows[4].sample_type = "duplicate";
    rows[5].lab_id = "L2";
    rows[6].method_id = "";
    rows[7].replicate = 2;
    for (int i = 0; i < 8; i++)
        assert_int_equal(put(f, &rows[i]).outcome, WDM_OUTCOME_STORED);
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_current"), 8);
}

static void another_value_is_a_conflict_that_names_what_stands_there(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    wdm_put out;
    start(f, "a.csv", "1");
    (void)put(f, &row);
    row.value_ng_l = 11.0;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CONFLICT); // within one file
    finish(f);
    start(f, "other.csv", "2");
    out = put(f, &row);
    assert_int_equal(out.outcome, WDM_OUTCOME_CONFLICT);
    assert_string_equal(out.what, "raw ng/L (batch a/1, line 2)");
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result"), 1);
    assert_true(fixture_real(f, CURRENT) == 10.0);
}

static void states_and_limits_count_as_values(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, (double)NAN);
    row.state = WDM_RESULT_BELOW_LOQ;
    row.loq_ng_l = 5.0;
    start(f, "a.csv", "1");
    (void)put(f, &row);
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_SAME); // NaN is the same as NaN
    row.loq_ng_l = 6.0;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CONFLICT);
    row.loq_ng_l = 5.0;
    row.state = WDM_RESULT_NOT_DETECTED;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CONFLICT);
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT state FROM result_current"), WDM_RESULT_BELOW_LOQ);
}

// A table of limits may change; what the laboratory itself says about its limits is a value like any other.
static void limits_of_the_row_are_not_taken_for_those_of_the_table(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, (double)NAN);
    row.state = WDM_RESULT_NOT_DETECTED;
    row.lod_ng_l = 1.0;
    row.loq_ng_l = 3.0;
    row.flags = WDM_FLAG_LIMIT_FROM_TABLE;
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    start(f, "b.csv", "2");
    row.lod_ng_l = 2.0; // the table's new one
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_SAME);
    row.flags = 0;
    row.lod_ng_l = 7.0; // the row's own
    row.loq_ng_l = 21.0;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CONFLICT);
    finish(f);
    start(f, "a.csv", "3");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_true(fixture_real(f, "SELECT lod_ng_l FROM result_current") == 7.0);
}

static void a_re_issue_corrects_and_undo_brings_the_old_value_back(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    start(f, "a.csv", "2");
    assert_string_equal(f->batch.name, "a/2");
    row.value_ng_l = 11.0;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_true(fixture_real(f, CURRENT) == 11.0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result"), 2); // nothing was deleted
    assert_int_equal(fixture_int(f, "SELECT corrects_batch_id FROM batch WHERE name = 'a/2'"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE action = 'correct' AND line = 2"), 1);
    undo(f, "a/2");
    assert_true(fixture_real(f, CURRENT) == 10.0);
    assert_int_equal(fixture_int(f, "SELECT revision FROM result_current"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE action = 'undo'"), 1);
    start(f, "a.csv", "2"); // and the undone file may come again
    assert_string_equal(f->batch.name, "a/3");
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_true(fixture_real(f, CURRENT) == 11.0);
    assert_int_equal(fixture_int(f, "SELECT revision FROM result_current"), 3);
}

// Undoing the first of two batches leaves the correction in force; undoing both leaves nothing.
static void undo_in_any_order(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    start(f, "a.csv", "2");
    row.value_ng_l = 11.0;
    (void)put(f, &row);
    finish(f);
    undo(f, "a/1");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_current"), 1);
    assert_true(fixture_real(f, CURRENT) == 11.0);
    undo(f, "a/2");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_current"), 0);
    undo(f, "a/2"); // again: nothing happens
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE action = 'undo'"), 2);
}

static void a_corrected_date_moves_the_result(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    start(f, "a.csv", "2");
    row.start.day++;
    row.end.day++;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_current"), 1);
    assert_int_equal(fixture_int(f, "SELECT day FROM result_current"), DAY + 1);
    undo(f, "a/2");
    assert_int_equal(fixture_int(f, "SELECT day FROM result_current"), DAY);
}

static void replace_corrects_under_any_name(void **state)
{
    fixture *f = *state;
    wdm_assay_row row = assay(f, 10.0);
    start(f, "a.csv", "1");
    (void)put(f, &row);
    finish(f);
    start(f, "other.csv", "2");
    f->batch.replace = true;
    row.value_ng_l = 12.0;
    assert_int_equal(put(f, &row).outcome, WDM_OUTCOME_CORRECTED);
    finish(f);
    assert_true(fixture_real(f, CURRENT) == 12.0);
}

static void a_long_name_is_cut_between_characters(void **state)
{
    fixture *f = *state;
    char file[256] = "a";
    size_t bad = 0;
    for (int i = 0; i < 84; i++)
        memcpy(file + strlen(file), "白", sizeof "白"); // 253 bytes; the stem ends within the last one
    start(f, file, "1");
    finish(f);
    assert_true(wdm_utf8_valid(f->batch.name, strlen(f->batch.name), &bad));
    assert_string_equal(f->batch.name + strlen(f->batch.name) - 2, "/1");
}

static void an_unknown_batch_cannot_be_undone(void **state)
{
    fixture *f = *state;
    wdm_batch undone;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(wdm_store_undo_batch(f->store, "a/9", &f->run, &undone, &err), WDM_E_NOINPUT);
    ASSERT_SAYS(err, "no batch is called \"a/9\"");
}

static void a_file_is_found_again_by_its_bytes_until_it_is_undone(void **state)
{
    fixture *f = *state;
    wdm_batch found;
    char sha256[WDM_SHA256_HEX];
    wdm_err err = {WDM_OK, ""};
    wdm_sha256_hex("1", 1, sha256);
    start(f, "a.csv", "1");
    f->batch.counts = (wdm_counts){
        .rows = 9, .stored = 2, .same = 1, .corrected = 1, .conflict = 1, .rejected = 3, .left_out = 1};
    finish(f);
    ASSERT_OK(wdm_store_find_batch(f->store, sha256, &found, &err), err);
    assert_string_equal(found.name, "a/1");
    assert_string_equal(found.status, "partial"); // rows were rejected
    assert_memory_equal(&found.counts, &f->batch.counts, sizeof found.counts);
    undo(f, "a/1");
    ASSERT_OK(wdm_store_find_batch(f->store, sha256, &found, &err), err);
    assert_int_equal(found.batch_id, 0);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(the_same_value_is_stored_once),
        CASE(every_part_of_the_natural_key_makes_another_result),
        CASE(another_value_is_a_conflict_that_names_what_stands_there),
        CASE(states_and_limits_count_as_values),
        CASE(limits_of_the_row_are_not_taken_for_those_of_the_table),
        CASE(a_re_issue_corrects_and_undo_brings_the_old_value_back),
        CASE(undo_in_any_order),
        CASE(a_corrected_date_moves_the_result),
        CASE(replace_corrects_under_any_name),
        CASE(a_long_name_is_cut_between_characters),
        CASE(an_unknown_batch_cannot_be_undone),
        CASE(a_file_is_found_again_by_its_bytes_until_it_is_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
