// SPDX-License-Identifier: GPL-3.0-or-later
// Silences: kept with author, reason and end; what they cover and what not.
#include "store_fixture.h"

#include "base/mem.h"
#include "store/silence_store.h"

static wdm_silence silence_of(void)
{
    return (wdm_silence){.author = "Li",
                         .reason = "works at the plant",
                         .created = 100,
                         .starts = 100,
                         .ends = 110,
                         .site_id = "",
                         .region_id = "",
                         .drug_id = "",
                         .rule_id = "",
                         .family = "",
                         .ended = WDM_DAY_NONE,
                         .ended_by = ""};
}

static const wdm_silence_subject at_a = {.alert_id = 7,
                                         .site_id = "A",
                                         .region_id = "",
                                         .drug_id = "cocaine",
                                         .rule_id = "baseline-load",
                                         .family = "baseline"};

static void a_silence_covers_from_its_first_day_to_its_last(void **state)
{
    const wdm_config config = {0};
    wdm_silence s = silence_of();
    (void)state;
    assert_false(wdm_silence_covers(&config, &s, &at_a, 99));
    assert_true(wdm_silence_covers(&config, &s, &at_a, 100));
    assert_true(wdm_silence_covers(&config, &s, &at_a, 110));
    assert_false(wdm_silence_covers(&config, &s, &at_a, 111));
    s.ended = 105;
    assert_true(wdm_silence_covers(&config, &s, &at_a, 104));
    assert_false(wdm_silence_covers(&config, &s, &at_a, 105));
}

static void every_part_of_the_scope_must_fit(void **state)
{
    fixture f = {0};
    wdm_silence s = silence_of();
    wdm_silence_subject province = at_a;
    (void)state;
    assert_int_equal(fixture_open(&f), 0);
    fixture_init(&f);
    s.region_id = "P"; // A lies in CITY, which lies in P
    assert_true(wdm_silence_covers(&f.config, &s, &at_a, 100));
    province.site_id = "";
    province.region_id = "P";
    assert_true(wdm_silence_covers(&f.config, &s, &province, 100));
    s.region_id = "CITY";
    assert_true(wdm_silence_covers(&f.config, &s, &at_a, 100));
    assert_false(wdm_silence_covers(&f.config, &s, &province, 100)); // the province is not inside its city
    s.drug_id = "mdma";
    assert_false(wdm_silence_covers(&f.config, &s, &at_a, 100));
    s.drug_id = "cocaine";
    s.site_id = "B";
    assert_false(wdm_silence_covers(&f.config, &s, &at_a, 100));
    s.site_id = "A";
    s.alert_id = 8;
    assert_false(wdm_silence_covers(&f.config, &s, &at_a, 100));
    s.alert_id = 7;
    s.rule_id = "baseline-load";
    s.family = "baseline";
    assert_true(wdm_silence_covers(&f.config, &s, &at_a, 100));
    wdm_store_rollback(f.store);
    assert_int_equal(fixture_close(&f), 0);
}

static void a_silence_is_kept_ended_once_and_found_by_its_end(void **state)
{
    fixture f = {0};
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_silences all = {0};
    wdm_silence s = silence_of();
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(fixture_open(&f), 0);
    fixture_init(&f);
    s.run_id = f.run.run_id;
    ASSERT_OK(wdm_store_add_silence(f.store, &s, &err), err);
    s.ends = 120;
    s.site_id = "A";
    ASSERT_OK(wdm_store_add_silence(f.store, &s, &err), err);
    assert_int_equal(s.silence_id, 2);
    ASSERT_OK(wdm_store_load_silences(f.store, &arena, &all, &err), err);
    assert_int_equal(all.n, 2);
    assert_string_equal(all.rows[0].author, "Li");
    assert_string_equal(all.rows[0].reason, "works at the plant");
    assert_int_equal(all.rows[0].alert_id, 0);
    assert_int_equal(all.rows[0].ended, WDM_DAY_NONE);
    assert_int_equal(wdm_silences_find(&all, &f.config, &at_a, 105)->silence_id, 2);
    assert_null(wdm_silences_find(&all, &f.config, &at_a, 121));
    ASSERT_OK(wdm_store_end_silence(f.store, 2, "Wang", 106, &err), err);
    assert_int_equal(wdm_store_end_silence(f.store, 2, "Wang", 107, &err), WDM_E_DATA);
    assert_int_equal(wdm_store_end_silence(f.store, 9, "Wang", 107, &err), WDM_E_DATA);
    assert_int_equal(wdm_store_end_silence(f.store, 1, "Wang", 111, &err), WDM_E_DATA); // its time is over
    all.n = 0;
    ASSERT_OK(wdm_store_load_silences(f.store, &arena, &all, &err), err);
    assert_string_equal(all.rows[1].ended_by, "Wang");
    assert_int_equal(wdm_silences_find(&all, &f.config, &at_a, 106)->silence_id, 1);
    wdm_store_rollback(f.store);
    wdm_free(all.rows);
    wdm_arena_fini(&arena);
    assert_int_equal(fixture_close(&f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silence_covers_from_its_first_day_to_its_last),
        cmocka_unit_test(every_part_of_the_scope_must_fit),
        cmocka_unit_test(a_silence_is_kept_ended_once_and_found_by_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
