// SPDX-License-Identifier: GPL-3.0-or-later
// Plain characters: the ASCII equals of what Chinese input methods and office programs write for digits,
// signs and blanks. Used where a cell is read as a number, a date or a pattern; nothing else is changed.
#ifndef WDM_IO_PLAIN_H
#define WDM_IO_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The plain equal of a code point, or the code point itself: full-width forms U+FF01..U+FF5E are ASCII ("０"
// is "0", "（" is "(", "％" is "%"); NBSP U+00A0, figure, thin, hair, narrow and ideographic spaces
// (U+2007, U+2009, U+200A, U+202F, U+3000) are ' '; minus U+2212 is '-'; apostrophe U+2019 is '\''.
int32_t wdm_plain_code(int32_t code);

// Copies text with every character made plain and the blanks and tabs at both ends left out. Example:
// "　１２．５ " gives "12.5". out holds out_cap bytes and is never longer than text; false when the text is
// not valid UTF-8 or does not fit.
bool wdm_plain_fold(const char *text, char *out, size_t out_cap);

#endif
