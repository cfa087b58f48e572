// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "wbe/notice.h"

static const wdm_notice_facts calm = {
    .open = true, .told = true, .level = WDM_LEVEL_WARNING, .base = WDM_LEVEL_WARNING};

static void a_new_alert_is_told_once(void **state)
{
    wdm_notice_facts f = calm;
    (void)state;
    f.told = false;
    f.news = true;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_NEW);
    f.told = true;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_QUIET);
}

static void worse_is_told_and_better_is_not(void **state)
{
    wdm_notice_facts f = calm;
    (void)state;
    f.news = true;
    f.level = WDM_LEVEL_CRITICAL;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_WORSE);
    f.level = WDM_LEVEL_NOTICE;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_QUIET);
    f.level = f.base;
    f.risen = true; // further, at the same level
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_WORSE);
}

static void an_end_is_told_when_the_alert_was(void **state)
{
    wdm_notice_facts f = calm;
    (void)state;
    f.open = false;
    f.news = true;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_CLEARED);
    f.muted = true; // a data-quality alert explained it in the end
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_CLEARED);
    f.silenced = true;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_MUTED);
    f.silenced = false;
    f.told = false; // opened and ended between two runs
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_QUIET);
    f.told = true;
    f.news = false; // its end fell into a silence
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_QUIET);
}

static void silences_and_explanations_put_off_what_still_stands_afterwards(void **state)
{
    wdm_notice_facts f = calm;
    (void)state;
    f.told = false;
    f.silenced = true;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_MUTED);
    f.silenced = false;
    f.muted = true;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_MUTED);
    f.muted = false;
    f.news = false; // all its events were passed over
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_NEW);
}

static void a_reminder_comes_only_when_it_is_wished(void **state)
{
    wdm_notice_facts f = calm;
    (void)state;
    f.days_since_told = 28;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_QUIET);
    f.repeat_weeks = 4;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_REPEAT);
    f.days_since_told = 27;
    assert_int_equal(wdm_notice_step(&f), WDM_NOTICE_QUIET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_alert_is_told_once),
        cmocka_unit_test(worse_is_told_and_better_is_not),
        cmocka_unit_test(an_end_is_told_when_the_alert_was),
        cmocka_unit_test(silences_and_explanations_put_off_what_still_stands_afterwards),
        cmocka_unit_test(a_reminder_comes_only_when_it_is_wished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
