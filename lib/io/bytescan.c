// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/bytescan.h"

#include <string.h>

// ---- one byte

static void not_utf8(wdm_bytescan *s, uint64_t at)
{
    s->more = 0;
    if (!s->not_utf8)
        s->not_utf8_at = at;
    s->not_utf8 = true;
}

// First byte of a sequence, after table 3-7 of the Unicode Standard: no overlong forms, no surrogates, at
// most U+10FFFF.
static void start_sequence(wdm_bytescan *s, unsigned char c, uint64_t at)
{
    s->sequence_at = at;
    s->low = 0x80;
    s->high = 0xbf;
    if (c >= 0xc2 && c <= 0xdf) {
        s->more = 1;
    } else if (c >= 0xe0 && c <= 0xef) {
        s->more = 2;
        s->low = c == 0xe0 ? 0xa0 : 0x80;
        s->high = c == 0xed ? 0x9f : 0xbf;
    } else if (c >= 0xf0 && c <= 0xf4) {
        s->more = 3;
        s->low = c == 0xf0 ? 0x90 : 0x80;
        s->high = c == 0xf4 ? 0x8f : 0xbf;
    } else {
        not_utf8(s, at);
    }
}

static void take_utf8(wdm_bytescan *s, unsigned char c, uint64_t at)
{
    if (s->more == 0) {
        start_sequence(s, c, at);
        return;
    }
    if (c < s->low || c > s->high) {
        not_utf8(s, s->sequence_at);
        return;
    }
    s->more--;
    s->low = 0x80;
    s->high = 0xbf;
}

static void take_run(wdm_bytescan *s, unsigned char c)
{
    const bool first = s->run % 2 == 0;
    const bool fits = first ? (c >= 0xa1 && c <= 0xa9) || (c >= 0xb0 && c <= 0xf7) : c >= 0xa1 && c <= 0xfe;
    s->not_pairs = s->not_pairs || !fits;
    s->not_alone =
        s->not_alone || s->run > 0 || c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d;
    s->run++;
    s->words = s->words || s->run == 4;
}

static void take_ascii(wdm_bytescan *s, unsigned char c, uint64_t at)
{
    if (s->more > 0)
        not_utf8(s, s->sequence_at);
    s->not_pairs = s->not_pairs || s->run % 2 == 1;
    s->run = 0;
    if (c == 0)
        s->n_nul[at % 2]++;
    s->n_control += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1a;
}

// ---- the scan

// Eight bytes without a control character and without a byte above 0x7F.
static bool plain_eight(const unsigned char *bytes)
{
    uint64_t w = 0;
    memcpy(&w, bytes, sizeof w);
    return ((w | ((w - UINT64_C(0x2020202020202020)) & ~w)) & UINT64_C(0x8080808080808080)) == 0;
}

void wdm_bytescan_feed(wdm_bytescan *s, const unsigned char *bytes, size_t len)
{
    if (s->size < WDM_BYTESCAN_HEAD) {
        const size_t room = WDM_BYTESCAN_HEAD - (size_t)s->size;
        memcpy(s->head + s->size, bytes, len < room ? len : room);
    }
    for (size_t i = 0; i < len; i++) {
        while (s->run == 0 && i + 8 <= len && plain_eight(bytes + i))
            i += 8;
        if (i == len)
            break;
        if (bytes[i] < 0x80) {
            take_ascii(s, bytes[i], s->size + i);
        } else {
            take_utf8(s, bytes[i], s->size + i);
            take_run(s, bytes[i]);
        }
    }
    s->size += len;
}

void wdm_bytescan_end(wdm_bytescan *s)
{
    if (s->more > 0)
        not_utf8(s, s->sequence_at);
    s->not_pairs = s->not_pairs || s->run % 2 == 1;
    s->run = 0;
}

// ---- what it says

const char *wdm_bytescan_mark(const wdm_bytescan *s, bool *big)
{
    static const struct {
        unsigned char bytes[4];
        size_t n;
        const char *encoding;
        bool big;
    } marks[] = {
        {{0xef, 0xbb, 0xbf, 0}, 3, "UTF-8", false}, {{0xff, 0xfe, 0, 0}, 4, "UTF-32", false},
        {{0, 0, 0xfe, 0xff}, 4, "UTF-32", true},    {{0xff, 0xfe, 0, 0}, 2, "UTF-16", false},
        {{0xfe, 0xff, 0, 0}, 2, "UTF-16", true},    {{0x84, 0x31, 0x95, 0x33}, 4, "GB18030", false},
    };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (s->size >= marks[i].n && memcmp(s->head, marks[i].bytes, marks[i].n) == 0) {
            *big = marks[i].big;
            return marks[i].encoding;
        }
    }
    return NULL;
}

const char *wdm_bytescan_utf16(const wdm_bytescan *s)
{
    const uint64_t n = s->n_nul[0] + s->n_nul[1];
    const uint64_t fewer = s->n_nul[0] < s->n_nul[1] ? s->n_nul[0] : s->n_nul[1];
    if (n < 4 || n * 10 < s->size || fewer * 20 > n)
        return NULL;
    return s->n_nul[1] > s->n_nul[0] ? "UTF-16LE" : "UTF-16BE";
}

const char *wdm_bytescan_encoding(const wdm_bytescan *s, bool *guessed)
{
    *guessed = s->not_utf8;
    if (!s->not_utf8)
        return "UTF-8";
    if (!s->not_pairs)
        return s->words ? "GB18030" : NULL;
    return s->not_alone ? NULL : "CP1252";
}

bool wdm_bytescan_binary(const wdm_bytescan *s)
{
    bool big = false;
    const char *mark = wdm_bytescan_mark(s, &big);
    if (wdm_bytescan_utf16(s) != NULL || (mark != NULL && strncmp(mark, "UTF-", 4) == 0 && mark[4] != '8'))
        return false;
    return s->n_control > 8 && s->n_control * 50 > s->size;
}
