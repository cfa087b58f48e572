// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "base/date.h"

static wdm_day day(int y, int m, int d)
{
    return wdm_day_of_civil((wdm_civil){y, m, d});
}

// Dates and their ISO weeks, from `date -d DATE +%G-W%V`.
static void iso_weeks_at_year_ends(void **state)
{
    static const struct {
        const char *date, *week;
        int weekday;
    } cases[] = {
        {"2020-12-31", "2020-W53", 4}, {"2021-01-01", "2020-W53", 5}, {"2021-01-03", "2020-W53", 7},
        {"2021-01-04", "2021-W01", 1}, {"2026-12-31", "2026-W53", 4}, {"2027-01-01", "2026-W53", 5},
        {"2027-01-04", "2027-W01", 1}, {"2024-12-30", "2025-W01", 1}, {"2025-12-29", "2026-W01", 1},
        {"2000-02-29", "2000-W09", 2}, {"1970-01-01", "1970-W01", 4}, {"1969-12-28", "1969-W52", 7},
        {"2026-11-22", "2026-W47", 7}, {"2010-01-03", "2009-W53", 7}, {"1900-01-01", "1900-W01", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_day d = 0;
        char text[WDM_DATE_TEXT];
        assert_true(wdm_day_parse(cases[i].date, &d));
        assert_string_equal(wdm_isoweek_format(wdm_isoweek_of_day(d), text), cases[i].week);
        assert_int_equal(wdm_weekday(d), cases[i].weekday);
        assert_string_equal(wdm_day_format(d, text), cases[i].date);
    }
}

static void days_count_from_1970(void **state)
{
    (void)state;
    assert_int_equal(day(1970, 1, 1), 0);
    assert_int_equal(day(1969, 12, 31), -1);
    assert_int_equal(day(2000, 3, 1), 11017);
    assert_int_equal(day(2026, 11, 16), 20773);
}

static void impossible_dates_are_refused(void **state)
{
    static const char *const bad[] = {"2021-02-30", "2021-02-29", "1900-02-29",      "2100-02-29",
                                      "2021-00-10", "2021-13-01", "2021-04-31",      "2021-01-00",
                                      "0000-01-01", "2021-1-01",  "2021-01-1",       "21-01-01",
                                      "2021/01/01", "20210101",   "2021-01-01 ",     " 2021-01-01",
                                      "2021-01-0x", "",           "2021-01-01T08:00"};
    wdm_day d = 77;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (wdm_day_parse(bad[i], &d))
            fail_msg("\"%s\" was taken for a date", bad[i]);
    }
    assert_int_equal(d, 77); // untouched
}

static void leap_years_follow_the_400_year_rule(void **state)
{
    (void)state;
    assert_true(wdm_civil_valid((wdm_civil){2000, 2, 29}));
    assert_true(wdm_civil_valid((wdm_civil){2024, 2, 29}));
    assert_false(wdm_civil_valid((wdm_civil){1900, 2, 29}));
    assert_false(wdm_civil_valid((wdm_civil){2023, 2, 29}));
    assert_int_equal(day(2024, 3, 1) - day(2024, 2, 28), 2);
    assert_int_equal(day(2100, 3, 1) - day(2100, 2, 28), 1);
}

// Every day of 1900..2100: civil date, weekday, week number and week index agree with each other.
static void every_day_of_two_centuries_round_trips(void **state)
{
    int32_t last_index = wdm_week_index(day(1900, 1, 1) - 1);
    (void)state;
    for (wdm_day d = day(1900, 1, 1); d <= day(2100, 12, 31); d++) {
        const wdm_civil civil = wdm_civil_of_day(d);
        const wdm_isoweek week = wdm_isoweek_of_day(d);
        const int32_t index = wdm_week_index(d);
        assert_true(wdm_civil_valid(civil));
        assert_int_equal(wdm_day_of_civil(civil), d);
        assert_int_equal(wdm_day_of_isoweek(week, wdm_weekday(d)), d);
        assert_int_equal(wdm_week_monday(index), d - wdm_weekday(d) + 1);
        assert_int_equal(index - last_index, wdm_weekday(d) == 1);
        last_index = index;
    }
    assert_int_equal(wdm_week_index(0), 0);
    assert_int_equal(wdm_week_index(-4), -1); // Sunday 1969-12-28
}

static void weeks_that_do_not_exist_are_refused(void **state)
{
    wdm_isoweek week = {0, 0};
    (void)state;
    assert_int_equal(wdm_day_of_isoweek((wdm_isoweek){2025, 53}, 1), WDM_DAY_NONE);
    assert_int_equal(wdm_day_of_isoweek((wdm_isoweek){2026, 53}, 5), day(2027, 1, 1));
    assert_int_equal(wdm_day_of_isoweek((wdm_isoweek){2026, 10}, 8), WDM_DAY_NONE);
    assert_false(wdm_isoweek_parse("2025-W53", &week));
    assert_false(wdm_isoweek_parse("2025-W00", &week));
    assert_false(wdm_isoweek_parse("2025-W1", &week));
    assert_false(wdm_isoweek_parse("2025-w10", &week));
    assert_true(wdm_isoweek_parse("2026-W53", &week));
    assert_int_equal(week.year, 2026);
    assert_int_equal(week.week, 53);
}

static void times_are_civil_and_24_00_is_the_next_day(void **state)
{
    static const char *const bad[] = {"2026-11-16T24:01", "2026-11-16T08",       "2026-11-16T08:00Z",
                                      "2026-11-16T25:00", "2026-11-16T08:60",    "2026-11-16T08:00:60",
                                      "2026-11-16X08:00", "2026-11-16T08:00+08", "2026-02-30T08:00"};
    wdm_when when = {0, 0};
    char text[WDM_WHEN_TEXT];
    (void)state;
    assert_true(wdm_when_parse("2026-11-16", &when));
    assert_int_equal(when.minute, -1);
    assert_true(wdm_when_parse("2026-11-16 08:05:59", &when));
    assert_int_equal(when.minute, 485);
    assert_string_equal(wdm_when_format(when, text), "2026-11-16T08:05");
    assert_true(wdm_when_parse("2026-12-31T24:00", &when));
    assert_string_equal(wdm_when_format(when, text), "2027-01-01T00:00");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (wdm_when_parse(bad[i], &when))
            fail_msg("\"%s\" was taken for a time", bad[i]);
    }
}

static void the_clock_is_written_in_utc(void **state)
{
    char text[WDM_WHEN_TEXT];
    char date[WDM_DATE_TEXT];
    wdm_day parsed = 0;
    (void)state;
    wdm_now_format(text);
    assert_int_equal(strlen(text), 20);
    assert_int_equal(text[19], 'Z');
    memcpy(date, text, 10);
    date[10] = '\0';
    assert_true(wdm_day_parse(date, &parsed));
    assert_in_range(wdm_today() - parsed, 0, 1); // midnight may pass between the two calls
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso_weeks_at_year_ends),
        cmocka_unit_test(days_count_from_1970),
        cmocka_unit_test(impossible_dates_are_refused),
        cmocka_unit_test(leap_years_follow_the_400_year_rule),
        cmocka_unit_test(every_day_of_two_centuries_round_trips),
        cmocka_unit_test(weeks_that_do_not_exist_are_refused),
        cmocka_unit_test(times_are_civil_and_24_00_is_the_next_day),
        cmocka_unit_test(the_clock_is_written_in_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
