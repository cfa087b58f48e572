// SPDX-License-Identifier: GPL-3.0-or-later
// The life cycle of an alert.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "wbe/alert_life.h"

static void the_life_cycle_opens_follows_and_closes(void **state)
{
    wdm_alert_facts facts = {.judged = true, .level = WDM_LEVEL_WARNING, .may_open = false, .close_weeks = 2};
    (void)state;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_NOTHING); // the false-discovery limit holds it back
    facts.may_open = true;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_OPEN);
    facts.exists = true;
    facts.old_level = WDM_LEVEL_WARNING;
    facts.opening = true;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_SEEN); // the same run again
    facts.opening = false;
    facts.new_week = true;
    facts.may_open = false; // staying open does not need it
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_REPEAT);
    facts.level = WDM_LEVEL_CRITICAL;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_WORSE);
    facts.level = WDM_LEVEL_NOTICE;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_BETTER);
    facts.level = WDM_LEVEL_NONE;
    facts.below_weeks = 1;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_NOTHING);
    facts.below_weeks = 2;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_CLOSE);
    facts.judged = false;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_NOTHING); // no data closes nothing
}

static void an_alert_whose_opening_week_lost_its_cause_is_withdrawn(void **state)
{
    const wdm_alert_facts facts = {.exists = true,
                                   .old_level = WDM_LEVEL_WARNING,
                                   .opening = true,
                                   .judged = true,
                                   .level = WDM_LEVEL_NONE,
                                   .below_weeks = 40,
                                   .close_weeks = 2};
    (void)state;
    assert_int_equal(wdm_alert_step(&facts), WDM_ALERT_WITHDRAW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_life_cycle_opens_follows_and_closes),
        cmocka_unit_test(an_alert_whose_opening_week_lost_its_cause_is_withdrawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
