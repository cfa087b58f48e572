// SPDX-License-Identifier: GPL-3.0-or-later
// What a file's bytes say about it, collected in one pass: which encodings they can be, and what kind of file
// it is.
#ifndef WDM_IO_BYTESCAN_H
#define WDM_IO_BYTESCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WDM_BYTESCAN_HEAD = 64 };

typedef struct wdm_bytescan {
    unsigned char head[WDM_BYTESCAN_HEAD]; // the first bytes
    uint64_t size;
    uint64_t n_nul[2];  // at even and odd offsets
    uint64_t n_control; // NUL and others that no text has
    bool not_utf8;
    uint64_t not_utf8_at; // offset of the first byte sequence that is not UTF-8
    bool not_pairs;       // some byte above 0x7F is in no GB2312 pair
    bool words;           // two GB2312 pairs side by side
    bool not_alone;       // some byte above 0x7F has such a neighbour, or is not defined in CP1252
    // state between two pieces
    uint64_t sequence_at;
    uint64_t run; // bytes above 0x7F side by side so far
    unsigned more;
    unsigned char low, high; // range of the next byte of a UTF-8 sequence
} wdm_bytescan;

// Takes the next piece; a scan starts as {0}.
void wdm_bytescan_feed(wdm_bytescan *scan, const unsigned char *bytes, size_t len);
// Ends the scan: a sequence or pair that is cut off there counts as wrong.
void wdm_bytescan_end(wdm_bytescan *scan);

// The encoding that a byte order mark names (UTF-8, UTF-16, UTF-32, GB18030), NULL without one. *big: the
// mark's byte order is big-endian.
const char *wdm_bytescan_mark(const wdm_bytescan *scan, bool *big);
// "UTF-16LE" or "UTF-16BE" when NUL bytes stand at every other place as in UTF-16 without a mark, else NULL.
const char *wdm_bytescan_utf16(const wdm_bytescan *scan);
// "UTF-8", or the guess "GB18030" or "CP1252" by the rule of io/source.h, or NULL.
const char *wdm_bytescan_encoding(const wdm_bytescan *scan, bool *guessed);
// More control characters than a text has, and no UTF-16.
bool wdm_bytescan_binary(const wdm_bytescan *scan);

#endif
