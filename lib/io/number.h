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
    WDM_NUMBER_RANGE      // overflows a double
} wdm_number_verdict;

// Parses [+-]digits[.digits][(e|E)[+-]digits] with optional blanks around; no hexadecimal, no inf or nan, no
// thousands sign.
// ".5" and "5." are numbers. *value is set only on WDM_NUMBER_OK. Example: "1O4.2" gives WDM_NUMBER_LETTER_O.
wdm_number_verdict wdm_number_parse(const char *text, double *value);
// Words for a verdict that is not OK, e.g. "letter O for zero?"; borrowed.
const char *wdm_number_hint(wdm_number_verdict verdict);
// Strict decimal integer without blanks.
bool wdm_integer_parse(const char *text, int64_t *value);

// Shortest decimal text that reads back to the same double; "" for NaN (not known). Returns text.
char *wdm_number_format(double value, char text[WDM_NUMBER_TEXT]);
// At most `digits` significant digits for people, without exponent for ordinary sizes: 79.1, 0.0032, 225000.
char *wdm_number_pretty(double value, int digits, char text[WDM_NUMBER_TEXT]);

#endif
