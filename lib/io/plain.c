// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/plain.h"

#include <string.h>
#include <utf8proc.h>

int32_t wdm_plain_code(int32_t code)
{
    if (code >= 0xFF01 && code <= 0xFF5E)
        return code - 0xFF01 + '!';
    switch (code) {
    case 0x00A0:
    case 0x2007:
    case 0x2009:
    case 0x200A:
    case 0x202F:
    case 0x3000:
        return ' ';
    case 0x2212:
        return '-';
    case 0x2019:
        return '\'';
    default:
        return code;
    }
}

static bool is_blank(int32_t code)
{
    return code == ' ' || code == '\t';
}

// The plain character at p and its bytes, 0 for what is not UTF-8.
static int32_t plain_at(const char *p, size_t *n_bytes)
{
    utf8proc_int32_t code = (unsigned char)*p;
    utf8proc_ssize_t n = 1;
    if (code >= 0x80)
        n = utf8proc_iterate((const utf8proc_uint8_t *)p, -1, &code);
    *n_bytes = n > 0 ? (size_t)n : 0;
    return n > 0 ? wdm_plain_code(code) : 0;
}

bool wdm_plain_fold(const char *text, char *out, size_t out_cap)
{
    const char *end = text; // of the text without the blanks after it
    size_t len = 0;
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p += n) {
        const bool blank = is_blank(plain_at(p, &n));
        if (n == 0)
            return false;
        if (!blank)
            end = p + n;
    }
    for (const char *p = text; p < end; p += n) {
        const int32_t code = plain_at(p, &n);
        const size_t put = code < 0x80 ? 1 : n;
        if (is_blank(code) && len == 0)
            continue;
        if (len + put >= out_cap)
            return false;
        if (code < 0x80)
            out[len] = (char)code;
        else
            memcpy(out + len, p, put);
        len += put;
    }
    if (out_cap == 0)
        return false;
    out[len] = '\0';
    return true;
}
