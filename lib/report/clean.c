// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/clean.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

static bool steers(utf8proc_int32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

const char *wdm_clean_next(const char *text, char piece[8])
{
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
    piece[0] = '\0';
    if (n <= 0)
        return text + 1;
    if (c == '\t' || c == '\n' || c == '\r') {
        (void)memcpy(piece, " ", 2);
    } else if (!steers(c)) {
        (void)memcpy(piece, text, (size_t)n);
        piece[n] = '\0';
    }
    return text + n;
}

void wdm_clean_put(wdm_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        char piece[8] = {0};
        p = wdm_clean_next(p, piece);
        wdm_buf_puts(out, piece);
    }
}
