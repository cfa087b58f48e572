// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool wdm_civil_valid(wdm_civil civil)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (civil.year < 1 || civil.year > 9999 || civil.month < 1 || civil.month > 12 || civil.day < 1)
        return false;
    return civil.day <= days[civil.month - 1] + (civil.month == 2 && is_leap(civil.year));
}

// Days from civil and back: the era arithmetic of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"
// (2013).
wdm_day wdm_day_of_civil(wdm_civil civil)
{
    const int year = civil.year - (civil.month <= 2);
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int year_of_era = year - era * 400;
    const int day_of_year = (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

wdm_civil wdm_civil_of_day(wdm_day day)
{
    const int shifted = day + 719468;
    const int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int day_of_era = shifted - era * 146097;
    const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int month_from_march = (5 * day_of_year + 2) / 153;
    wdm_civil civil = {0};
    civil.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    civil.month = month_from_march + (month_from_march < 10 ? 3 : -9);
    civil.year = year_of_era + era * 400 + (civil.month <= 2);
    return civil;
}

static int floor_mod(int a, int b)
{
    const int r = a % b;
    return r < 0 ? r + b : r;
}

int wdm_weekday(wdm_day day)
{
    return floor_mod(day + 3, 7) + 1; // 1970-01-01 was a Thursday
}

wdm_isoweek wdm_isoweek_of_day(wdm_day day)
{
    const wdm_day thursday = day - wdm_weekday(day) + 4; // the week belongs to the year of its Thursday
    const int year = wdm_civil_of_day(thursday).year;
    const wdm_day first = wdm_day_of_civil((wdm_civil){year, 1, 1});
    return (wdm_isoweek){year, (thursday - first) / 7 + 1};
}

wdm_day wdm_day_of_isoweek(wdm_isoweek week, int weekday)
{
    wdm_day fourth = 0;
    wdm_day monday = 0;
    wdm_isoweek back = {0};
    if (week.year < 1 || week.year > 9999 || week.week < 1 || week.week > 53 || weekday < 1 || weekday > 7)
        return WDM_DAY_NONE;
    fourth = wdm_day_of_civil((wdm_civil){week.year, 1, 4}); // 4 January is always in week 1
    monday = fourth - wdm_weekday(fourth) + 1 + (week.week - 1) * 7;
    back = wdm_isoweek_of_day(monday);
    if (back.year != week.year || back.week != week.week)
        return WDM_DAY_NONE;
    return monday + weekday - 1;
}

int32_t wdm_week_index(wdm_day day)
{
    const wdm_day monday = day - wdm_weekday(day) + 1;
    return (monday + 3 - floor_mod(monday + 3, 7)) / 7;
}

wdm_day wdm_week_monday(int32_t week_index)
{
    return week_index * 7 - 3;
}

static bool digits(const char *text, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

static bool parse_date_prefix(const char *text, wdm_day *day)
{
    wdm_civil civil = {0};
    if (strlen(text) < 10 || !digits(text, 4, &civil.year) || text[4] != '-' ||
        !digits(text + 5, 2, &civil.month) || text[7] != '-' || !digits(text + 8, 2, &civil.day))
        return false;
    if (!wdm_civil_valid(civil))
        return false;
    *day = wdm_day_of_civil(civil);
    return true;
}

bool wdm_day_parse(const char *text, wdm_day *day)
{
    return strlen(text) == 10 && parse_date_prefix(text, day);
}

bool wdm_isoweek_parse(const char *text, wdm_isoweek *week)
{
    wdm_isoweek w = {0};
    if (strlen(text) != 8 || !digits(text, 4, &w.year) || text[4] != '-' || text[5] != 'W' ||
        !digits(text + 6, 2, &w.week))
        return false;
    if (wdm_day_of_isoweek(w, 1) == WDM_DAY_NONE)
        return false;
    *week = w;
    return true;
}

bool wdm_when_parse(const char *text, wdm_when *when)
{
    wdm_when w = {0, -1};
    int hour = 0;
    int minute = 0;
    int second = 0;
    size_t len = strlen(text);
    if (!parse_date_prefix(text, &w.day))
        return false;
    if (len == 10) {
        *when = w;
        return true;
    }
    if ((len != 16 && len != 19) || (text[10] != 'T' && text[10] != ' ') || !digits(text + 11, 2, &hour) ||
        text[13] != ':' || !digits(text + 14, 2, &minute))
        return false;
    if (len == 19 && (text[16] != ':' || !digits(text + 17, 2, &second)))
        return false;
    if (hour == 24 && minute == 0 && second == 0) {
        hour = 0;
        w.day++;
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    w.minute = hour * 60 + minute;
    *when = w;
    return true;
}

char *wdm_day_format(wdm_day day, char text[WDM_DATE_TEXT])
{
    const wdm_civil c = wdm_civil_of_day(day);
    (void)snprintf(text, WDM_DATE_TEXT, "%04d-%02d-%02d", c.year % 10000, c.month % 100, c.day % 100);
    return text;
}

char *wdm_isoweek_format(wdm_isoweek week, char text[WDM_DATE_TEXT])
{
    (void)snprintf(text, WDM_DATE_TEXT, "%04d-W%02d", week.year % 10000, week.week % 100);
    return text;
}

char *wdm_when_format(wdm_when when, char text[WDM_WHEN_TEXT])
{
    char date[WDM_DATE_TEXT];
    wdm_day_format(when.day, date);
    if (when.minute < 0)
        (void)snprintf(text, WDM_WHEN_TEXT, "%s", date);
    else
        (void)snprintf(text, WDM_WHEN_TEXT, "%sT%02d:%02d", date, when.minute / 60 % 24, when.minute % 60);
    return text;
}

wdm_day wdm_today(void)
{
    return (wdm_day)(time(NULL) / 86400);
}

char *wdm_now_format(char text[WDM_WHEN_TEXT])
{
    const time_t now = time(NULL);
    struct tm tm = {0};
    (void)gmtime_r(&now, &tm);
    (void)strftime(text, WDM_WHEN_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return text;
}
