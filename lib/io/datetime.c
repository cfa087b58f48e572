// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/datetime.h"

#include <math.h>
#include <string.h>

#include "io/datetime_read.h"
#include "io/number.h"
#include "io/plain.h"

enum {
    SERIAL_FIRST = 32874, // 1990-01-01
    SERIAL_LAST = 73050,  // 2099-12-31
    SERIAL_EPOCH = 25569, // the serial number of 1970-01-01
    N_ORDERS = 4
};

static bool in(int value, int low, int high)
{
    return value >= low && value <= high;
}

// The hour of the day, 0..24. Anything but WDM_WHEN_OK leaves it alone.
static wdm_when_verdict hour_of_day(day_part part, int given, int *hour)
{
    int value = given;
    bool possible = true;
    if (part == PART_EVENING && (given <= 5 || given == 12))
        return WDM_WHEN_AMBIGUOUS;
    if (part == PART_MORNING && given == 12)
        return WDM_WHEN_AMBIGUOUS;
    switch (part) {
    case PART_NONE:
        possible = in(given, 0, 24);
        break;
    case PART_AM:
        possible = in(given, 0, 12);
        value = given % 12;
        break;
    case PART_PM:
        possible = in(given, 1, 12);
        value = given % 12 + 12;
        break;
    case PART_MORNING:
        possible = in(given, 0, 11);
        break;
    case PART_AFTERNOON:
        possible = in(given, 1, 23);
        value = given < 12 ? given + 12 : given;
        break;
    case PART_NOON:
        possible = in(given, 11, 13) || given == 1;
        value = given == 1 ? 13 : given;
        break;
    case PART_EVENING:
        possible = in(given, 6, 11) || in(given, 18, 23);
        value = given < 12 ? given + 12 : given;
        break;
    case PART_DAWN:
        possible = in(given, 0, 6) || given == 12;
        value = given % 12;
        break;
    }
    if (!possible)
        return WDM_WHEN_IMPOSSIBLE;
    *hour = value;
    return WDM_WHEN_OK;
}

// The day of the written date under an order; WDM_DAY_NONE: impossible.
static wdm_day day_under(const wdm_written_date *w, wdm_date_order order)
{
    const int *n = w->number;
    wdm_civil civil = w->civil;
    wdm_day day = WDM_DAY_NONE;
    if (w->form == WDM_DATE_SLASHED) {
        switch (order) {
        case WDM_DATES_DMY:
            civil = (wdm_civil){n[2], n[1], n[0]};
            break;
        case WDM_DATES_MDY:
            civil = (wdm_civil){n[2], n[0], n[1]};
            break;
        case WDM_DATES_YMD:
            if (!w->may_be_ymd)
                return WDM_DAY_NONE;
            civil = (wdm_civil){n[0], n[1], n[2]};
            break;
        case WDM_DATES_UNKNOWN:
            return WDM_DAY_NONE;
        }
        civil.year = wdm_date_full_year(civil.year, civil.year < 100 ? 2 : 4);
    }
    if (!wdm_civil_valid(civil))
        return WDM_DAY_NONE;
    day = wdm_day_of_civil(civil);
    return w->weekday == 0 || w->weekday == wdm_weekday(day) ? day : WDM_DAY_NONE;
}

static wdm_when_verdict resolve_day(const wdm_written_date *w, wdm_date_order order, wdm_day *day)
{
    *day = WDM_DAY_NONE;
    if (w->form != WDM_DATE_SLASHED || order != WDM_DATES_UNKNOWN) {
        *day = day_under(w, order);
        return *day == WDM_DAY_NONE ? WDM_WHEN_IMPOSSIBLE : WDM_WHEN_OK;
    }
    for (int i = 1; i < N_ORDERS; i++) {
        const wdm_day reading = day_under(w, (wdm_date_order)i);
        if (reading == WDM_DAY_NONE)
            continue;
        if (*day != WDM_DAY_NONE && *day != reading)
            return WDM_WHEN_AMBIGUOUS;
        *day = reading;
    }
    return *day == WDM_DAY_NONE ? WDM_WHEN_IMPOSSIBLE : WDM_WHEN_OK;
}

static wdm_when_verdict resolve(const wdm_written_date *w, wdm_date_order order, wdm_when *when)
{
    wdm_day day = WDM_DAY_NONE;
    int hour = 0;
    wdm_when_verdict verdict = WDM_WHEN_OK;
    if (w->has_time)
        verdict = hour_of_day(w->part, w->hour, &hour);
    if (verdict == WDM_WHEN_IMPOSSIBLE || w->minute > 59 || w->second > 59 ||
        (hour == 24 && (w->minute > 0 || w->second > 0)))
        return WDM_WHEN_IMPOSSIBLE;
    if (verdict == WDM_WHEN_OK)
        verdict = resolve_day(w, order, &day);
    if (verdict != WDM_WHEN_OK)
        return verdict;
    when->day = day + (hour == 24);
    when->minute = w->has_time ? hour % 24 * 60 + w->minute : -1;
    return WDM_WHEN_OK;
}

// "46342", "46342.5", "46342,5".
static bool read_serial(const char *text, wdm_when *when)
{
    const char *p = text + strspn(text, "0123456789");
    const size_t decimals = *p == '\0' ? 0 : strspn(p + 1, "0123456789");
    double serial = 0.0;
    double seconds = 0.0;
    int64_t minutes = 0;
    if (p - text != 5 ||
        (*p != '\0' && ((*p != '.' && *p != ',') || decimals == 0 || p[1 + decimals] != '\0')))
        return false;
    if (wdm_number_parse_styled(text, (wdm_number_style){*p == ',' ? ',' : '.', 0}, &serial) !=
            WDM_NUMBER_OK ||
        serial < SERIAL_FIRST || serial >= SERIAL_LAST + 1)
        return false;
    when->day = (wdm_day)floor(serial) - SERIAL_EPOCH;
    when->minute = -1;
    seconds = (serial - floor(serial)) * 86400.0;
    if (seconds == 0.0)
        return true;
    minutes = (int64_t)(decimals < 5 ? floor(seconds / 60.0 + 0.5) : floor(floor(seconds + 0.5) / 60.0));
    when->day += (wdm_day)(minutes / 1440);
    when->minute = (int)(minutes % 1440);
    return true;
}

wdm_when_verdict wdm_when_read(const char *text, wdm_date_order order, wdm_when *when, wdm_date_form *form)
{
    char copy[WDM_DATE_CELL];
    wdm_written_date w = {0};
    wdm_when_verdict verdict = WDM_WHEN_OK;
    w.form = WDM_DATE_ISO;
    if (!wdm_when_parse(text, when)) { // else the common case: nothing to fold
        if (!wdm_plain_fold(text, copy, sizeof copy))
            return WDM_WHEN_NOT;
        if (copy[0] == '\0')
            return WDM_WHEN_EMPTY;
        if (read_serial(copy, when)) {
            w.form = WDM_DATE_SERIAL;
        } else if (!wdm_when_parse(copy, when)) {
            if (!wdm_date_take_apart(copy, &w))
                return WDM_WHEN_NOT;
            verdict = resolve(&w, order, when);
        }
    }
    if (verdict == WDM_WHEN_OK && form != NULL)
        *form = w.form;
    return verdict;
}

unsigned wdm_when_orders(const char *text)
{
    wdm_written_date w = {0};
    char copy[WDM_DATE_CELL];
    unsigned orders = 0;
    if (!wdm_plain_fold(text, copy, sizeof copy) || !wdm_date_take_apart(copy, &w) ||
        w.form != WDM_DATE_SLASHED)
        return WDM_DATES_ALL;
    for (int i = 1; i < N_ORDERS; i++) {
        if (day_under(&w, (wdm_date_order)i) != WDM_DAY_NONE)
            orders |= 1u << i;
    }
    return orders;
}

wdm_date_order wdm_when_evidence(const char *text)
{
    switch (wdm_when_orders(text)) {
    case 1u << WDM_DATES_DMY:
        return WDM_DATES_DMY;
    case 1u << WDM_DATES_MDY:
        return WDM_DATES_MDY;
    case 1u << WDM_DATES_YMD:
        return WDM_DATES_YMD;
    default:
        return WDM_DATES_UNKNOWN;
    }
}
