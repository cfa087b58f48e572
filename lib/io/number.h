// SPDX-License-Identifier: GPL-3.0-or-later
// The one number parser and the one number formatter: C locale, the whole field, shortest round trip.
#ifndef WDM_IO_NUMBER_H
#define WDM_IO_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum { WDM_NUMBER_TEXT = 32 };

typedef enum wdm_number_verdict {
    WDM_NUMBER_OK,
    WDM_NUMBER_EMPTY,
    WDM_NUMBER_NOT,       // not a number at all
    WDM_NUMBER_LETTER_O,  // would be a number with 0 for the letter O, or 1 for l or I
    WDM_NUMBER_THOUSANDS, // digits in threes with commas
    WDM_NUMBER_COMMA,     // would be a number with a decimal point for the comma
    WDM_NUMBER_POINT,     // would be a number with a decimal comma for the point, in a style of commas
    WDM_NUMBER_RANGE      // overflows a double
} wdm_number_verdict;

// Parses [+-]digits[.digits][(e|E)[+-]digits] with optional blanks around; no hexadecimal, no inf or nan, no
// thousands sign.
// ".5" and "5." are numbers. *value is set only on WDM_NUMBER_OK. Example: "1O4.2" gives WDM_NUMBER_LETTER_O.
wdm_number_verdict wdm_number_parse(const char *text, double *value);
// Words for a verdict that is not OK, e.g. "letter O for zero?"; borrowed.
const char *wdm_number_hint(wdm_number_verdict verdict);

// How a file writes numbers. It is a property of a whole file (its layout says it, or its evidence), never
// of a cell.
typedef struct wdm_number_style {
    char decimal;   // '.' or ',' (anything else counts as '.')
    char thousands; // 0: none; ',' '.' ' ' or '\''; the decimal sign again counts as none
} wdm_number_style;

// As wdm_number_parse, for a laboratory's cell: full-width digits and signs, U+2212 and every blank of
// wdm_plain_code are read as their plain equals. Thousands signs are read only when the style has one, in
// strict groups: one to three digits that do not begin with 0, then threes, none after the decimal sign and
// no exponent. Examples: {',', '.'} "1.234,5" is 1234.5; {',', 0} "12.5" is WDM_NUMBER_POINT and "1.234" is
// WDM_NUMBER_THOUSANDS; {'.', ','} "12,5" is WDM_NUMBER_COMMA and "0,125" WDM_NUMBER_THOUSANDS; {'.', 0}
// "１２．５" is 12.5. *value is set only on WDM_NUMBER_OK.
wdm_number_verdict wdm_number_parse_styled(const char *text, wdm_number_style style, double *value);
// As wdm_number_hint, in the words of the style; borrowed.
const char *wdm_number_hint_styled(wdm_number_verdict verdict, wdm_number_style style);
// What a cell tells about its file's decimal sign: '.' or ',' when the cell is a number with that sign and
// with no other ("12.5", "0,125", "1.234,5", "1,234,567" is '.'); '?' when digits in threes leave both open
// ("1,234"); 0 when it tells nothing ("104", "ND").
char wdm_number_evidence(const char *text);
// Strict decimal integer without blanks.
bool wdm_integer_parse(const char *text, int64_t *value);

// Shortest decimal text that reads back to the same double; "" for NaN (not known). Returns text.
char *wdm_number_format(double value, char text[WDM_NUMBER_TEXT]);
// At most `digits` significant digits for people, without exponent for ordinary sizes: 79.1, 0.0032, 225000.
char *wdm_number_pretty(double value, int digits, char text[WDM_NUMBER_TEXT]);

#endif
