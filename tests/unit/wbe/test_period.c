// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wbe/period.h"

static wdm_day day_of(const char *text)
{
    wdm_day day = WDM_DAY_NONE;
    assert_true(wdm_day_parse(text, &day));
    return day;
}

static void expect(wdm_scale scale, const char *day, const char *name, const char *first, const char *last)
{
    const wdm_period p = wdm_period_of_day(scale, day_of(day));
    char text[WDM_PERIOD_TEXT];
    wdm_period back = {0};
    assert_string_equal(wdm_period_format(&p, text), name);
    assert_int_equal(p.first, day_of(first));
    assert_int_equal(p.last, day_of(last));
    assert_true(wdm_period_parse(name, &back));
    assert_int_equal(back.scale, scale);
    assert_int_equal(back.first, p.first);
    assert_int_equal(back.last, p.last);
}

static void every_scale_has_its_ends_and_name(void **state)
{
    (void)state;
    expect(WDM_SCALE_DAY, "2026-11-16", "2026-11-16", "2026-11-16", "2026-11-16");
    expect(WDM_SCALE_WEEK, "2026-11-18", "2026-W47", "2026-11-16", "2026-11-22");
    expect(WDM_SCALE_MONTH, "2026-11-30", "2026-11", "2026-11-01", "2026-11-30");
    expect(WDM_SCALE_MONTH, "2024-02-01", "2024-02", "2024-02-01", "2024-02-29");
    expect(WDM_SCALE_QUARTER, "2026-11-16", "2026-Q4", "2026-10-01", "2026-12-31");
    expect(WDM_SCALE_QUARTER, "2026-03-31", "2026-Q1", "2026-01-01", "2026-03-31");
    expect(WDM_SCALE_YEAR, "2026-12-31", "2026", "2026-01-01", "2026-12-31");
}

// The week belongs to the year of its Thursday, the day to its own month and year.
static void new_year_belongs_to_two_years(void **state)
{
    (void)state;
    expect(WDM_SCALE_WEEK, "2027-01-01", "2026-W53", "2026-12-28", "2027-01-03");
    expect(WDM_SCALE_YEAR, "2027-01-01", "2027", "2027-01-01", "2027-12-31");
    expect(WDM_SCALE_QUARTER, "2026-12-31", "2026-Q4", "2026-10-01", "2026-12-31");
    expect(WDM_SCALE_WEEK, "2024-12-30", "2025-W01", "2024-12-30", "2025-01-05");
}

static void days_and_weeks_are_counted(void **state)
{
    (void)state;
    const wdm_period november = wdm_period_of_day(WDM_SCALE_MONTH, day_of("2026-11-16"));
    const wdm_period year = wdm_period_of_day(WDM_SCALE_YEAR, day_of("2024-06-01"));
    const wdm_period week = wdm_period_of_day(WDM_SCALE_WEEK, day_of("2026-11-16"));
    assert_int_equal(wdm_period_days(&november), 30);
    assert_int_equal(wdm_period_weeks(&november), 6);
    assert_int_equal(wdm_period_days(&year), 366);
    assert_int_equal(wdm_period_weeks(&year), 53);
    assert_int_equal(wdm_period_days(&week), 7);
    assert_int_equal(wdm_period_weeks(&week), 1);
}

// Every day of 30 years lies in the period that it names, and the next period begins the day after the last.
static void periods_cover_all_days_without_gap(void **state)
{
    (void)state;
    const wdm_day end = day_of("2040-01-01");
    for (int scale = WDM_SCALE_DAY; scale <= (int)WDM_SCALE_YEAR; scale++) {
        wdm_period last = wdm_period_of_day((wdm_scale)scale, day_of("2010-01-01"));
        for (wdm_day day = last.first; day < end; day++) {
            const wdm_period p = wdm_period_of_day((wdm_scale)scale, day);
            assert_true(p.first <= day && day <= p.last);
            assert_true(p.first == last.first ? p.last == last.last : p.first == last.last + 1);
            last = p;
        }
    }
}

static void what_is_no_period_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",           "26",      "2026-13", "2026-Q5",  "2026-Q0", "2026-W54", "2026-q1", "2026-1",
        "2026-02-30", "2026/11", "20x6",    "2026-11-", "-026",    "2026-W5x", "0000",    "2026-11-16T"};
    wdm_period p = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (wdm_period_parse(wrong[i], &p))
            fail_msg("\"%s\" was read as a period", wrong[i]);
    }
}

static void scales_have_words(void **state)
{
    (void)state;
    wdm_scale scale = WDM_SCALE_DAY;
    const wdm_period campaign = {WDM_SCALE_CAMPAIGN, day_of("2026-07-01"), day_of("2026-08-31")};
    char text[WDM_PERIOD_TEXT];
    for (int i = 0; i < (int)WDM_SCALE_N; i++) {
        assert_true(wdm_scale_parse(wdm_scale_name((wdm_scale)i), &scale));
        assert_int_equal(scale, i);
    }
    assert_false(wdm_scale_parse("fortnight", &scale));
    assert_string_equal(wdm_scale_name(WDM_SCALE_N), "unknown");
    assert_string_equal(wdm_period_format(&campaign, text), "2026-07-01/2026-08-31");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scale_has_its_ends_and_name),
        cmocka_unit_test(new_year_belongs_to_two_years),
        cmocka_unit_test(days_and_weeks_are_counted),
        cmocka_unit_test(periods_cover_all_days_without_gap),
        cmocka_unit_test(what_is_no_period_is_refused),
        cmocka_unit_test(scales_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
