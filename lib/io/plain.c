// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/plain.h"

#include <string.h>
#include <utf8proc.h>

int32_t wdm_plain_code(int32_t code)
{
    if (code >= 0xFF01 && code <= 0xFF5E)
        return code - 0xFF01 + '!';
    switch (code) {
    case '\t':
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

bool wdm_plain_fold(const char *text, char *out, size_t out_cap)
{
    size_t len = 0;
    while (*text != '\0') {
        utf8proc_int32_t code = (unsigned char)*text;
        utf8proc_ssize_t n = 1;
        size_t put = 1;
        if (code >= 0x80)
            n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code);
        if (n <= 0)
            return false;
        code = wdm_plain_code(code);
        put = code < 0x80 ? 1 : (size_t)n;
        if (!(code == ' ' && len == 0)) {
            if (len + put >= out_cap)
                return false;
            if (code < 0x80)
                out[len] = (char)code;
            else
                memcpy(out + len, text, put);
            len += put;
        }
        text += n;
    }
    while (len > 0 && out[len - 1] == ' ')
        len--;
    if (out_cap == 0)
        return false;
    out[len] = '\0';
    return true;
}
