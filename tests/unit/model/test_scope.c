// SPDX-License-Identifier: GPL-3.0-or-later
// Which periods a change touches.
#include "unittest.h"

#include "model/scope.h"

enum { DAY = 20773, YEAR_FIRST = 20454, YEAR_LAST = 20818 }; // 2026-11-16, a Monday; 2026

static const wdm_day changed[] = {DAY};
static const wdm_scope one_day = {
    .own_first = YEAR_FIRST, .own_last = YEAR_LAST, .days = changed, .n = 1, .reach = 7};

static void a_changed_day_touches_what_lies_within_its_reach(void **state)
{
    (void)state;
    assert_true(wdm_scope_wants(&one_day, DAY, DAY));
    assert_true(wdm_scope_wants(&one_day, DAY + 7, DAY + 7));
    assert_false(wdm_scope_wants(&one_day, DAY + 8, DAY + 8));
    assert_true(wdm_scope_wants(&one_day, DAY - 7, DAY - 7));
    assert_false(wdm_scope_wants(&one_day, DAY - 8, DAY - 8));
    assert_true(wdm_scope_wants(&one_day, DAY + 7, DAY + 13));   // the week after
    assert_false(wdm_scope_wants(&one_day, DAY + 14, DAY + 20)); // the next but one
    assert_true(wdm_scope_wants(&one_day, YEAR_FIRST, YEAR_LAST));
}

static void only_periods_that_begin_in_the_own_span_are_wanted(void **state)
{
    wdm_scope all = one_day;
    (void)state;
    all.all = true;
    assert_true(wdm_scope_wants(&all, YEAR_LAST, YEAR_LAST + 6));
    assert_false(wdm_scope_wants(&all, YEAR_LAST + 1, YEAR_LAST + 7));
    assert_false(wdm_scope_wants(&one_day, YEAR_FIRST - 365, DAY));
}

static void without_a_scope_everything_is_wanted_and_without_changes_nothing(void **state)
{
    wdm_scope none = one_day;
    (void)state;
    none.n = 0;
    assert_true(wdm_scope_wants(NULL, -5, 5));
    assert_false(wdm_scope_wants(&none, DAY, DAY));
}

static void a_campaign_is_touched_by_every_later_day_because_it_may_be_open(void **state)
{
    const wdm_period campaign = {WDM_SCALE_CAMPAIGN, YEAR_FIRST, YEAR_FIRST + 10};
    const wdm_period month = {WDM_SCALE_MONTH, YEAR_FIRST, YEAR_FIRST + 30};
    (void)state;
    assert_true(wdm_scope_wants(&one_day, campaign.first, wdm_scope_last(&campaign)));
    assert_false(wdm_scope_wants(&one_day, month.first, wdm_scope_last(&month)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_day_touches_what_lies_within_its_reach),
        cmocka_unit_test(only_periods_that_begin_in_the_own_span_are_wanted),
        cmocka_unit_test(without_a_scope_everything_is_wanted_and_without_changes_nothing),
        cmocka_unit_test(a_campaign_is_touched_by_every_later_day_because_it_may_be_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
