// SPDX-License-Identifier: GPL-3.0-or-later
// Reading CSV: the one place that knows libcsv and its traps. Strict quoting; physical line numbers; capped
// fields.
#ifndef WDM_IO_CSV_H
#define WDM_IO_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { WDM_CSV_FIELD_MAX = 64 * 1024, WDM_CSV_COLUMNS_MAX = 4096 };

// One record. Fields are NUL-terminated and borrowed until the callback returns. Blanks and tabs around an
// unquoted field or around the quotes are not part of it; those inside quotes are.
typedef struct wdm_csv_row {
    char *const *fields;
    size_t n;
    uint64_t line; // physical line on which the record starts, 1-based
} wdm_csv_row;

// Anything but WDM_OK stops the reading and is returned by the reader.
typedef wdm_rc (*wdm_csv_row_fn)(void *user, const wdm_csv_row *row, wdm_err *err);

// How a file separates its cells.
typedef struct wdm_dialect {
    char delimiter; // ',' ';' '\t' '|'; 0: a text table under a ruler line (io/sheet.h only)
    bool quotes;    // false: quotes are ordinary characters, as in tab-separated instrument exports
} wdm_dialect;

// The delimiter for messages: "comma", "semicolon", "tab", "vertical bar", else "delimiter".
const char *wdm_dialect_delimiter(wdm_dialect dialect);

typedef struct wdm_csv wdm_csv;

// A reader that calls fn for every record, blank lines left out. name appears in messages ("name:line: ...").
// With the delimiter tab, tabs are not blanks: "\ta\t" has three fields.
wdm_rc wdm_csv_new(wdm_csv **out, const char *name, wdm_dialect dialect, wdm_csv_row_fn fn, void *user,
                   wdm_err *err) WDM_MUST_CHECK;
// Feeds UTF-8 bytes, in pieces of any size (up to 64 KiB each keeps memory bounded). NUL bytes, wrong quotes
// and oversized fields are WDM_E_DATA with name:line.
wdm_rc wdm_csv_feed(wdm_csv *csv, const char *bytes, size_t len, wdm_err *err) WDM_MUST_CHECK;
// Ends the input: an unclosed quote is WDM_E_DATA and names the line on which it was opened.
wdm_rc wdm_csv_finish(wdm_csv *csv, wdm_err *err) WDM_MUST_CHECK;
void wdm_csv_free(wdm_csv *csv);

// Whole text at once, commas and quotes; a UTF-8 byte order mark is skipped.
wdm_rc wdm_csv_read(const char *name, const char *bytes, size_t len, wdm_csv_row_fn fn, void *user,
                    wdm_err *err) WDM_MUST_CHECK;

// Appends one field, quoted where needed (RFC 4180); separators are the caller's. A text that a spreadsheet
// would run as a formula (it starts with = + - @ and is not a number) gets a leading apostrophe.
void wdm_csv_put(wdm_buf *out, const char *field);

#endif
