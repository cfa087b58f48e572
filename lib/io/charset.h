// SPDX-License-Identifier: GPL-3.0-or-later
// Character sets through iconv. Nothing is guessed: UTF-8 unless a byte order mark or the caller says
// otherwise.
#ifndef WDM_IO_CHARSET_H
#define WDM_IO_CHARSET_H

#include "base/buf.h"
#include "base/err.h"

// Makes *bytes valid UTF-8 without a byte order mark. encoding: NULL for UTF-8 (or what a byte order mark
// says), else a name that iconv knows (GB18030, UTF-16, ISO-8859-1, CP1252). *used is the name in effect.
// name appears in messages; text that is not in the encoding is WDM_E_DATA with the line.
wdm_rc wdm_charset_to_utf8(wdm_buf *bytes, const char *encoding, const char *name, const char **used,
                           wdm_err *err) WDM_MUST_CHECK;

#endif
