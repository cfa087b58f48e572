// SPDX-License-Identifier: GPL-3.0-or-later
// Text from files on its way to a page, a picture or a terminal: without characters that steer.
#ifndef WDM_REPORT_CLEAN_H
#define WDM_REPORT_CLEAN_H

#include "base/buf.h"

// Copies the next character of the UTF-8 text into piece, "" when it is left out: control characters (a tab
// or a newline becomes a blank), bidirectional controls, line separators, byte order marks and wrong UTF-8.
// Returns where to go on.
const char *wdm_clean_next(const char *text, char piece[8]);
// Appends the text so cleaned.
void wdm_clean_put(wdm_buf *out, const char *text);

#endif
