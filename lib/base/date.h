// SPDX-License-Identifier: GPL-3.0-or-later
// Civil dates (proleptic Gregorian calendar) and ISO 8601 weeks. No time zone: a sample belongs to its civil
// day.
#ifndef WDM_BASE_DATE_H
#define WDM_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Days since 1970-01-01 (a Thursday). 1969-12-31 is -1.
typedef int32_t wdm_day;
#define WDM_DAY_NONE INT32_MIN

typedef struct wdm_civil {
    int year;  // 1..9999
    int month; // 1..12
    int day;   // 1..31
} wdm_civil;

// The ISO year is not the calendar year around new year: 2027-01-01 is in 2026-W53.
typedef struct wdm_isoweek {
    int year;
    int week; // 1..53
} wdm_isoweek;

// A civil time: day and minute of the day, minute -1 when only a date was given.
typedef struct wdm_when {
    wdm_day day;
    int minute;
} wdm_when;

enum { WDM_DATE_TEXT = 16, WDM_WHEN_TEXT = 24 };

bool wdm_civil_valid(wdm_civil civil);
wdm_day wdm_day_of_civil(wdm_civil civil); // civil must be valid
wdm_civil wdm_civil_of_day(wdm_day day);

// ISO weekday, 1 = Monday .. 7 = Sunday.
int wdm_weekday(wdm_day day);
wdm_isoweek wdm_isoweek_of_day(wdm_day day);
// Day of the weekday (1..7) in that ISO week; WDM_DAY_NONE when the week does not exist (2025-W53).
wdm_day wdm_day_of_isoweek(wdm_isoweek week, int weekday);
// Weeks since the week of 1970-01-01; consecutive weeks have consecutive numbers.
int32_t wdm_week_index(wdm_day day);
// Monday of the week with that index.
wdm_day wdm_week_monday(int32_t week_index);

// Strict "YYYY-MM-DD"; impossible dates (2021-02-30) are false. The whole text must match.
bool wdm_day_parse(const char *text, wdm_day *day);
// Strict "YYYY-Www", e.g. "2026-W47".
bool wdm_isoweek_parse(const char *text, wdm_isoweek *week);
// "YYYY-MM-DD", optionally followed by "T" or " " and "HH:MM" or "HH:MM:SS"; seconds are dropped; 24:00 is
// the next day 00:00. A time zone suffix is refused: times are civil times of the site.
bool wdm_when_parse(const char *text, wdm_when *when);

// Write into text (WDM_DATE_TEXT or WDM_WHEN_TEXT bytes) and return it: "2026-11-16", "2026-W47",
// "2026-11-16T08:00".
char *wdm_day_format(wdm_day day, char text[WDM_DATE_TEXT]);
char *wdm_isoweek_format(wdm_isoweek week, char text[WDM_DATE_TEXT]);
char *wdm_when_format(wdm_when when, char text[WDM_WHEN_TEXT]);

// Today's civil date and the present time as "YYYY-MM-DDTHH:MM:SSZ" (UTC). For stage starts and `--as-of`
// defaults only.
wdm_day wdm_today(void);
char *wdm_now_format(char text[WDM_WHEN_TEXT]);

#endif
