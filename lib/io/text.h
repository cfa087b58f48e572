// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8 text on utf8proc: validity, folding of names and units, display width.
#ifndef WDM_IO_TEXT_H
#define WDM_IO_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// Whether the bytes are valid UTF-8 (no overlong forms, no surrogates, at most U+10FFFF). *bad is the offset
// of the first wrong byte.
bool wdm_utf8_valid(const char *bytes, size_t len, size_t *bad);

// The folded form under which names, units and value words are compared: NFKC, case folded, control
// characters removed, blanks trimmed and runs of blanks made one. "µg/L", "μg/L" and "ΜG/l" fold alike;
// "万m³/d" folds to "万m3/d". out holds out_cap bytes; false when the text is not valid UTF-8 or does not
// fit.
bool wdm_text_fold(const char *text, char *out, size_t out_cap);

// Trims blanks (ASCII, NBSP, ideographic) in place and returns the start.
char *wdm_text_trim(char *text);

// Drops an incomplete character at the end of a text that was cut to a size. The text was valid UTF-8 before.
void wdm_text_cut(char *text);

// Width on a terminal in columns (CJK 2, Latin 1).
size_t wdm_text_width(const char *text);

#endif
