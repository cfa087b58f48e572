// SPDX-License-Identifier: GPL-3.0-or-later
// Mail messages as bytes: headers that no text can break out of (RFC 5322, RFC 2047) and parts in base64 (RFC
// 2045). Lines end in LF: what a sendmail program takes on its standard input.
#ifndef WDM_REPORT_MIME_H
#define WDM_REPORT_MIME_H

#include <stddef.h>

#include "base/buf.h"

// Appends "name: text". ASCII stays as it is when it fits on one line; else the text goes in encoded words of
// base64 of whole characters, each at most 75 characters, one a line. Control characters are left out, a line
// break becomes a blank. ("Subject", "现") gives "Subject: =?UTF-8?B?546w?=".
void wdm_mime_header(wdm_buf *out, const char *name, const char *text);
// Appends the bytes in base64, in lines of 76. (Of "Man": "TWFu" and a line end.)
void wdm_mime_base64(wdm_buf *out, const char *bytes, size_t len);
// A text for a file name or boundary: letters, digits, '.', '-', '_' stay, all else becomes '_'.
void wdm_mime_token(wdm_buf *out, const char *text);

// A part of a multipart message: its head and its bytes. file NULL: shown inline, else attached under that
// name.
typedef struct wdm_mime_part {
    const char *type; // "text/plain; charset=UTF-8"
    const char *file;
    const char *bytes;
    size_t len;
} wdm_mime_part;
// Appends the header of a multipart/mixed message and its parts. boundary: a token that no base64 line
// equals.
void wdm_mime_parts(wdm_buf *out, const char *boundary, const wdm_mime_part *parts, size_t n);

#endif
