// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/plain.h"

enum { NUMBER_MAX = 64 };

static const char *skip_digits(const char *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// Whether text is of the form of a number; the caller has trimmed it.
static bool has_form(const char *text, char decimal)
{
    const char *p = text;
    const char *start = NULL;
    size_t n_digits = 0;
    if (*p == '+' || *p == '-')
        p++;
    start = p;
    p = skip_digits(p);
    n_digits = (size_t)(p - start);
    if (*p == decimal) {
        start = ++p;
        p = skip_digits(p);
        n_digits += (size_t)(p - start);
    }
    if (n_digits == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        if (*p == '+' || *p == '-')
            p++;
        start = p;
        p = skip_digits(p);
        if (p == start)
            return false;
    }
    return *p == '\0';
}

// "31,500", "1,234,567.8": digits in threes after each thousands sign. Strict groups begin with one to three
// digits, of which the first is not 0.
static bool has_thousands(const char *text, wdm_number_style style, bool strict)
{
    const char *first = text + (*text == '+' || *text == '-');
    const char *p = skip_digits(first);
    if (p == first || *p != style.thousands || (strict && (p - first > 3 || *first == '0')))
        return false;
    while (*p == style.thousands) {
        const char *group = p + 1;
        p = skip_digits(group);
        if (p - group != 3)
            return false;
    }
    return *p == '\0' || (*p == style.decimal && *skip_digits(p + 1) == '\0');
}

// Why a text that is not a number nearly is one. It is changed on the way.
static wdm_number_verdict near_miss(char *text, char decimal)
{
    const char other = decimal == '.' ? ',' : '.';
    const bool thousands = has_thousands(text, (wdm_number_style){decimal, other}, false);
    bool letters = false;
    bool replaced = false;
    for (char *p = text; *p != '\0'; p++) {
        if (*p == 'O' || *p == 'o') {
            *p = '0';
            letters = true;
        } else if (*p == 'l' || *p == 'I') {
            *p = '1';
            letters = true;
        } else if (*p == other && !replaced) {
            *p = decimal;
            replaced = true;
        }
    }
    if (thousands)
        return WDM_NUMBER_THOUSANDS;
    if (!has_form(text, decimal))
        return WDM_NUMBER_NOT;
    if (letters)
        return WDM_NUMBER_LETTER_O;
    return decimal == '.' ? WDM_NUMBER_COMMA : WDM_NUMBER_POINT;
}

// Leaves the thousands signs out and makes the decimal sign a point.
static void to_c_locale(char *text, wdm_number_style style)
{
    char *out = text;
    for (const char *p = text; *p != '\0'; p++) {
        if (style.thousands != 0 && *p == style.thousands)
            continue;
        *out++ = *p == style.decimal ? '.' : *p;
    }
    *out = '\0';
}

// Reads a trimmed, plain text, which is changed on the way.
static wdm_number_verdict read_plain(char *text, wdm_number_style style, double *value)
{
    double parsed = 0.0;
    if (*text == '\0')
        return WDM_NUMBER_EMPTY;
    if (!has_form(text, style.decimal) && (style.thousands == 0 || !has_thousands(text, style, true)))
        return near_miss(text, style.decimal);
    if (style.decimal != '.' || style.thousands != 0)
        to_c_locale(text, style);
    // The program never calls setlocale for numbers, so strtod reads the C locale; the form was checked
    // above.
    parsed = strtod(text, NULL);
    // "1e-400" is not 0
    if (!isfinite(parsed) || (parsed == 0.0 && strcspn(text, "123456789") < strcspn(text, "eE")))
        return WDM_NUMBER_RANGE;
    *value = parsed;
    return WDM_NUMBER_OK;
}

// Copies text without the blanks around it; false when it does not fit.
static bool copy_trimmed(const char *text, char copy[NUMBER_MAX])
{
    size_t len = 0;
    while (is_blank(*text))
        text++;
    len = strlen(text);
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    if (len >= NUMBER_MAX)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return true;
}

static bool is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

static bool copy_plain(const char *text, char copy[NUMBER_MAX])
{
    return is_ascii(text) ? copy_trimmed(text, copy) : wdm_plain_fold(text, copy, NUMBER_MAX);
}

wdm_number_verdict wdm_number_parse(const char *text, double *value)
{
    char copy[NUMBER_MAX];
    if (!copy_trimmed(text, copy))
        return WDM_NUMBER_NOT;
    return read_plain(copy, (wdm_number_style){'.', 0}, value);
}

wdm_number_verdict wdm_number_parse_styled(const char *text, wdm_number_style style, double *value)
{
    char copy[NUMBER_MAX];
    if (style.decimal != ',')
        style.decimal = '.';
    if (style.thousands == style.decimal || style.thousands == '\0' ||
        strchr(",. '", style.thousands) == NULL)
        style.thousands = 0;
    if (!copy_plain(text, copy))
        return WDM_NUMBER_NOT;
    return read_plain(copy, style, value);
}

char wdm_number_evidence(const char *text)
{
    static const wdm_number_style styles[] = {{'.', ','}, {'.', ' '}, {'.', '\''},
                                              {',', '.'}, {',', ' '}, {',', '\''}};
    char copy[NUMBER_MAX];
    bool point = false;
    bool comma = false;
    if (!copy_plain(text, copy) || strpbrk(copy, ".,") == NULL)
        return 0;
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        if (has_form(copy, styles[i].decimal) || has_thousands(copy, styles[i], true))
            *(styles[i].decimal == '.' ? &point : &comma) = true;
    }
    if (point && comma)
        return '?';
    if (point)
        return '.';
    return comma ? ',' : 0;
}

const char *wdm_number_hint(wdm_number_verdict verdict)
{
    switch (verdict) {
    case WDM_NUMBER_EMPTY:
        return "the cell is empty";
    case WDM_NUMBER_LETTER_O:
        return "letter O for zero, or l for one?";
    case WDM_NUMBER_THOUSANDS:
        return "a thousands sign, or a decimal comma? write 31500 or 31.5, without a comma";
    case WDM_NUMBER_COMMA:
        return "decimal comma? this layout uses a decimal point";
    case WDM_NUMBER_POINT:
        return "decimal point? this file uses a decimal comma";
    case WDM_NUMBER_RANGE:
        return "too large";
    case WDM_NUMBER_OK:
    case WDM_NUMBER_NOT:
        break;
    }
    return "write a number such as 104.2";
}

const char *wdm_number_hint_styled(wdm_number_verdict verdict, wdm_number_style style)
{
    if (style.decimal == ',' && verdict == WDM_NUMBER_THOUSANDS)
        return "a thousands sign, or a decimal point? write 31500 or 31,5, without a point";
    if (style.decimal == ',' && verdict == WDM_NUMBER_NOT)
        return "write a number such as 104,2";
    if (style.decimal != ',' && style.thousands == ',' && verdict == WDM_NUMBER_THOUSANDS)
        return "a thousands sign in the wrong place, or a decimal comma? write 31,500 or 31500 or 31.5";
    return wdm_number_hint(verdict);
}

bool wdm_integer_parse(const char *text, int64_t *value)
{
    const bool negative = text[0] == '-';
    const char *p = text + (negative ? 1 : 0);
    uint64_t n = 0;
    if (*p == '\0' || strlen(p) > 18)
        return false;
    for (; *p != '\0'; p++) {
        if (*p < '0' || *p > '9')
            return false;
        n = n * 10 + (uint64_t)(*p - '0');
    }
    *value = negative ? -(int64_t)n : (int64_t)n;
    return true;
}

char *wdm_number_format(double value, char text[WDM_NUMBER_TEXT])
{
    text[0] = '\0';
    if (isnan(value))
        return text;
    for (int precision = 1; precision <= 17; precision++) {
        (void)snprintf(text, WDM_NUMBER_TEXT, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    if (strchr(text, 'e') != NULL && fabs(value) >= 1e-5 && fabs(value) < 1e15) {
        char plain[WDM_NUMBER_TEXT]; // 3e+05 reads badly in a table: write 300000 when that reads back the
                                     // same
        for (int decimals = 0; decimals <= 10; decimals++) {
            (void)snprintf(plain, sizeof plain, "%.*f", decimals, value);
            if (strtod(plain, NULL) == value) {
                (void)snprintf(text, WDM_NUMBER_TEXT, "%s", plain);
                break;
            }
        }
    }
    return text;
}

char *wdm_number_pretty(double value, int digits, char text[WDM_NUMBER_TEXT])
{
    int decimals = 0;
    if (isnan(value)) {
        text[0] = '\0';
        return text;
    }
    if (value != 0.0) {
        char rounded[WDM_NUMBER_TEXT]; // rounding may carry into a new digit: 99.96 has the exponent of 100
        (void)snprintf(rounded, sizeof rounded, "%.*e", digits - 1, value);
        decimals = digits - 1 - (int)floor(log10(fabs(strtod(rounded, NULL))));
    }
    if (decimals < 0)
        decimals = 0;
    if (decimals > 12 || fabs(value) >= 1e15)
        (void)snprintf(text, WDM_NUMBER_TEXT, "%.*g", digits, value);
    else
        (void)snprintf(text, WDM_NUMBER_TEXT, "%.*f", decimals, value);
    return text;
}
