// SPDX-License-Identifier: GPL-3.0-or-later
// A file's bytes as text: hashed and looked at once, then read again and again in bounded memory (two buffers
// of 64 KiB, whatever the file's size). What cannot be sought in (standard input, a pipe) is spooled to an
// unlinked temporary file.
#ifndef WDM_IO_SOURCE_H
#define WDM_IO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// What the first bytes (a zip: its list of files too) say. BINARY: control characters as no text has them.
typedef enum wdm_source_kind {
    WDM_SOURCE_TEXT,
    WDM_SOURCE_XLSX,
    WDM_SOURCE_XLS,
    WDM_SOURCE_PDF,
    WDM_SOURCE_ARCHIVE,
    WDM_SOURCE_BINARY
} wdm_source_kind;

typedef struct wdm_source wdm_source;

// Opens path ("-": standard input) and reads it once: SHA-256, size, kind, byte statistics. Temporary files
// go to TMPDIR, else /tmp, mode 0600. Failures: as wdm_err_errno.
wdm_rc wdm_source_open(wdm_source **out, const char *path, wdm_err *err) WDM_MUST_CHECK;
void wdm_source_close(wdm_source *source);

// Of the bytes as given, 64 hex digits; borrowed.
const char *wdm_source_sha256(const wdm_source *source);
int64_t wdm_source_size(const wdm_source *source); // bytes
wdm_source_kind wdm_source_kind_of(const wdm_source *source);
// Sheets of a workbook (WDM_SOURCE_XLSX), of which a converter gives the first; 0: not known.
int wdm_source_sheets(const wdm_source *source);

// Runs command with the workbook's path as its only argument, without a shell, and takes its standard output
// as the text; the SHA-256 stays that of the workbook. command NULL or "": WDM_E_DATA with what to do. A
// command that is not there is WDM_E_CONFIG; one that fails, writes nothing, writes more than 1 GiB or needs
// more than 120 s is WDM_E_DATA with the last line of its messages.
wdm_rc wdm_source_convert(wdm_source *source, const char *command, wdm_err *err) WDM_MUST_CHECK;

// Finds the encoding and fixes it for all readings; name appears in messages. declared: a name that iconv
// knows, or NULL for: what a byte order mark says, else UTF-8 if all of the file is valid UTF-8, else one
// guess for the whole file, which wdm_source_encoding_guessed tells:
//   GB18030  every byte above 0x7F belongs to a pair of GB2312 (first 0xA1-0xA9 or 0xB0-0xF7, second
//            0xA1-0xFE), and somewhere two such pairs stand side by side (Chinese words do, accents do not);
//   CP1252   every byte above 0x7F stands alone between ASCII and is defined in CP1252 ("1\xba De", "\xb5g").
// WDM_E_DATA: neither; the line of the first such byte is named, with what to declare. So is UTF-16 without a
// mark, a declared encoding that the mark contradicts, and anything that is not text (workbook, PDF, archive)
// unless it was converted. WDM_E_USAGE: iconv does not know the name.
wdm_rc wdm_source_decode(wdm_source *source, const char *name, const char *declared,
                         wdm_err *err) WDM_MUST_CHECK;
const char *wdm_source_encoding(const wdm_source *source); // "" before wdm_source_decode; borrowed
bool wdm_source_encoding_guessed(const wdm_source *source);

// Valid UTF-8, whole characters, without byte order mark, at most 64 KiB a call. Anything but WDM_OK stops
// the reading and is returned.
typedef wdm_rc (*wdm_source_fn)(void *user, const char *bytes, size_t len, wdm_err *err);

// The text from its beginning, at most limit bytes of it (0: all), cut at a character. Bytes that are not in
// the encoding are WDM_E_DATA "name:line: ...", as is a file that changed since it was opened.
wdm_rc wdm_source_each(wdm_source *source, uint64_t limit, wdm_source_fn fn, void *user,
                       wdm_err *err) WDM_MUST_CHECK;
// Whether the last wdm_source_each ended at its limit, with text left.
bool wdm_source_was_cut(const wdm_source *source);

#endif
