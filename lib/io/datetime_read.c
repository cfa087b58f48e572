// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/datetime_read.h"

#include <string.h>

enum { COMPACT_YEAR_FIRST = 1900, COMPACT_YEAR_LAST = 2199, PIVOT = 90 };

// Walks the tokens; at is moved only over what was read.
typedef struct cursor {
    const date_token *at;
} cursor;

static bool take(cursor *c, date_token_kind kind)
{
    if (c->at->kind != kind)
        return false;
    c->at++;
    return true;
}

static bool is_sign(const date_token *token, char sign)
{
    return token->kind == DATE_SIGN && token->value == sign;
}

static bool take_sign(cursor *c, char sign)
{
    if (!is_sign(c->at, sign))
        return false;
    c->at++;
    return true;
}

static bool take_unit(cursor *c, date_unit unit)
{
    if (c->at->kind != DATE_UNIT || c->at->value != (int)unit)
        return false;
    c->at++;
    return true;
}

static bool take_number(cursor *c, int least_digits, int most_digits, int *value)
{
    if (c->at->kind != DATE_NUMBER || c->at->n < least_digits || c->at->n > most_digits)
        return false;
    *value = c->at->value;
    c->at++;
    return true;
}

int wdm_date_full_year(int year, int digits)
{
    if (digits != 2)
        return year;
    return year + (year >= PIVOT ? 1900 : 2000);
}

// A year of two or four digits.
static bool take_year(cursor *c, int *year)
{
    const int digits = c->at->n;
    if (digits == 3 || !take_number(c, 2, 4, year))
        return false;
    *year = wdm_date_full_year(*year, digits);
    return true;
}

static bool take_weekday(cursor *c, wdm_written_date *w)
{
    const bool bracket = is_sign(c->at, '(');
    const date_token *day = c->at + bracket;
    if (day->kind != DATE_WEEKDAY || w->weekday != 0 || (bracket && !is_sign(day + 1, ')')))
        return false;
    w->weekday = day->value;
    c->at = day + 1 + bracket;
    return true;
}

// What may stand between the parts of a date with a month's name: one sign and words such as "de".
static void skip_joint(cursor *c)
{
    while (take(c, DATE_FILL))
        ;
    if (c->at->kind == DATE_SIGN && strchr("-/.,", (char)c->at->value) != NULL)
        c->at++;
    while (take(c, DATE_FILL))
        ;
}

static int digits_at(const char *text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

static void set_clock(wdm_written_date *w, const char *digits, int n)
{
    w->has_time = true;
    w->hour = digits_at(digits, 2);
    w->minute = digits_at(digits + 2, 2);
    w->second = n == 6 ? digits_at(digits + 4, 2) : 0;
}

// "20261116", "202611160800", "20261116T080000".
static bool read_compact(cursor *c, wdm_written_date *w)
{
    const date_token *t = c->at;
    const date_token *clock = NULL;
    if (t->kind != DATE_NUMBER || (t->n != 8 && t->n != 12 && t->n != 14))
        return false;
    w->form = WDM_DATE_YMD;
    w->civil = (wdm_civil){digits_at(t->text, 4), digits_at(t->text + 4, 2), digits_at(t->text + 6, 2)};
    if (w->civil.year < COMPACT_YEAR_FIRST || w->civil.year > COMPACT_YEAR_LAST)
        return false;
    c->at++;
    if (t->n > 8)
        set_clock(w, t->text + 8, t->n - 8);
    clock = c->at + (c->at->kind == DATE_T);
    if (t->n == 8 && clock->kind == DATE_NUMBER && (clock->n == 4 || clock->n == 6)) {
        set_clock(w, clock->text, clock->n);
        c->at = clock + 1;
    }
    return true;
}

static bool read_chinese(cursor *c, wdm_written_date *w)
{
    w->form = WDM_DATE_CHINESE;
    return take_year(c, &w->civil.year) && take_unit(c, UNIT_YEAR) && take_number(c, 1, 2, &w->civil.month) &&
           take_unit(c, UNIT_MONTH) && take_number(c, 1, 2, &w->civil.day) && take_unit(c, UNIT_DAY);
}

// Three numbers with one sign between them.
static bool read_numbers(cursor *c, wdm_written_date *w)
{
    const date_token *t = c->at;
    const bool year_first = t->n == 4;
    char sign = 0;
    if (t[0].kind != DATE_NUMBER || t[1].kind != DATE_SIGN || strchr("-/.", (char)t[1].value) == NULL)
        return false;
    sign = (char)t[1].value;
    if (t[2].kind != DATE_NUMBER || t[2].n > 2 || !is_sign(&t[3], sign) || t[4].kind != DATE_NUMBER)
        return false;
    c->at = t + 5;
    if (year_first) {
        w->form = WDM_DATE_YMD;
        w->civil = (wdm_civil){t[0].value, t[2].value, t[4].value};
        return t[4].n <= 2;
    }
    w->form = WDM_DATE_SLASHED;
    w->may_be_ymd = t[0].n == 2 && t[4].n <= 2;
    for (size_t i = 0; i < 3; i++)
        w->number[i] = t[2 * i].value;
    if (t[4].n == 1)
        return w->may_be_ymd; // 26/1/5
    w->number[2] = t[4].value;
    return t[0].n <= 2 && (t[4].n == 2 || t[4].n == 4);
}

static bool read_time(cursor *c, wdm_written_date *w);

// "16-Nov-26", "16. November 2026", "1er janvier 2026", "2026-Nov-16", "16nov2026".
static bool read_day_month_name(cursor *c, wdm_written_date *w)
{
    const date_token first = *c->at;
    w->form = WDM_DATE_MONTH_NAME;
    if (!take(c, DATE_NUMBER) || first.n > 4 || first.n == 3)
        return false;
    (void)take(c, DATE_ORDINAL);
    skip_joint(c);
    w->civil.month = c->at->value;
    if (!take(c, DATE_MONTH))
        return false;
    skip_joint(c);
    if (first.n == 4) {
        w->civil.year = first.value;
        return take_number(c, 1, 2, &w->civil.day);
    }
    w->civil.day = first.value;
    return take_year(c, &w->civil.year);
}

// "Nov 16, 2026", "Dec 04 12:11:50 2020", "Nov 23 14:00:00 CST 2026".
static bool read_month_name_day(cursor *c, wdm_written_date *w)
{
    cursor clock = {NULL};
    w->form = WDM_DATE_MONTH_NAME;
    w->civil.month = c->at->value;
    if (!take(c, DATE_MONTH))
        return false;
    skip_joint(c);
    if (!take_number(c, 1, 2, &w->civil.day))
        return false;
    (void)take(c, DATE_ORDINAL);
    clock = *c;
    if (read_time(&clock, w)) {
        *c = clock;
        (void)take(c, DATE_ZONE);
        return take_number(c, 4, 4, &w->civil.year);
    }
    skip_joint(c);
    return take_year(c, &w->civil.year);
}

// The rest of "8:30:15.5".
static bool read_colons(cursor *c, wdm_written_date *w)
{
    int ignored = 0;
    if (!take_number(c, 2, 2, &w->minute))
        return false;
    if (!take_sign(c, ':'))
        return true;
    if (!take_number(c, 2, 2, &w->second))
        return false;
    if (is_sign(c->at, '.') || is_sign(c->at, ',')) {
        c->at++;
        return take_number(c, 1, 9, &ignored);
    }
    return true;
}

// The rest of "8时30分15秒", "8点半", "8h30".
static bool read_units(cursor *c, wdm_written_date *w)
{
    if (take(c, DATE_HALF)) {
        w->minute = 30;
        return true;
    }
    if (!take_number(c, 1, 2, &w->minute) || !take_unit(c, UNIT_MINUTE))
        return true; // no minutes, or minutes at the end: 8h30
    return !take_number(c, 1, 2, &w->second) || take_unit(c, UNIT_SECOND);
}

static void take_part(cursor *c, wdm_written_date *w)
{
    if (w->part == PART_NONE && c->at->kind == DATE_PART) {
        w->part = (day_part)c->at->value;
        c->at++;
    }
}

// A time of day at the cursor. false: there is none, w->has_time is not set.
static bool read_time(cursor *c, wdm_written_date *w)
{
    bool ok = false;
    w->part = PART_NONE;
    w->minute = w->second = 0;
    take_part(c, w);
    if (!take_number(c, 1, 2, &w->hour))
        return false;
    if (take_sign(c, ':'))
        ok = read_colons(c, w);
    else if (take_unit(c, UNIT_HOUR))
        ok = read_units(c, w);
    else
        ok = w->part == PART_NONE && c->at->kind == DATE_PART; // 8 PM
    take_part(c, w);
    if (!take(c, DATE_UHR)) // "8:30 h"
        (void)take_unit(c, UNIT_HOUR);
    w->has_time = ok;
    return ok;
}

static bool read_date(cursor *c, wdm_written_date *w)
{
    static bool (*const readers[])(cursor *, wdm_written_date *) = {read_compact, read_chinese, read_numbers,
                                                                    read_day_month_name, read_month_name_day};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        cursor try = *c;
        wdm_written_date out = {.weekday = w->weekday};
        if (readers[i](&try, &out)) {
            *c = try;
            *w = out;
            return true;
        }
    }
    return false;
}

bool wdm_date_take_apart(const char *text, wdm_written_date *w)
{
    char copy[WDM_DATE_CELL];
    date_token tokens[WDM_DATE_TOKENS];
    cursor c = {tokens};
    if (strlen(text) >= sizeof copy)
        return false;
    memcpy(copy, text, strlen(text) + 1);
    if (!wdm_date_tokens(copy, tokens))
        return false;
    *w = (wdm_written_date){0};
    if (tokens[0].kind == DATE_MONTH && tokens[0].weekday != 0 && tokens[1].kind != DATE_END) {
        // "mar. 16 nov. 2026" and "Mar 16, 2026": a weekday when another month follows
        for (const date_token *t = tokens + 1; t->kind != DATE_END; t++) {
            if (t->kind == DATE_MONTH)
                tokens[0].kind = DATE_WEEKDAY;
        }
        if (tokens[0].kind == DATE_WEEKDAY)
            tokens[0].value = tokens[0].weekday;
    }
    if (take_weekday(&c, w))
        (void)take_sign(&c, ',');
    if (!read_date(&c, w))
        return false;
    if (c.at->kind == DATE_END)
        return true;
    (void)take_weekday(&c, w);
    if (c.at->kind != DATE_END && !w->has_time) {
        if (!take(&c, DATE_T)) {
            (void)take_sign(&c, ',');
            (void)take(&c, DATE_FILL);
        }
        if (!read_time(&c, w))
            return false;
    }
    return c.at->kind == DATE_END;
}
