// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

bool wdm_utf8_valid(const char *bytes, size_t len, size_t *bad)
{
    size_t at = 0;
    while (at < len) {
        utf8proc_int32_t code = 0;
        utf8proc_ssize_t n = 1;
        if ((unsigned char)bytes[at] >= 0x80)
            n = utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, (utf8proc_ssize_t)(len - at), &code);
        if (n <= 0) {
            *bad = at;
            return false;
        }
        at += (size_t)n;
    }
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Copies text with blanks trimmed and runs of blanks made one.
static bool squeeze(const char *text, char *out, size_t out_cap)
{
    size_t len = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (is_space(*p) && (len == 0 || out[len - 1] == ' '))
            continue;
        if (len + 1 >= out_cap)
            return false;
        out[len++] = is_space(*p) ? ' ' : *p;
    }
    if (len > 0 && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
    return true;
}

static bool fold_ascii(const char *text, char *out, size_t out_cap)
{
    if (!squeeze(text, out, out_cap))
        return false;
    for (char *p = out; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return false;
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    }
    return true;
}

bool wdm_text_fold(const char *text, char *out, size_t out_cap)
{
    utf8proc_uint8_t *mapped = NULL;
    bool plain = true;
    bool ok = false;
    for (const char *p = text; *p != '\0' && plain; p++)
        plain = (unsigned char)*p < 0x80;
    if (plain && fold_ascii(text, out, out_cap))
        return true;
    if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped,
                     UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPCC) < 0)
        return false;
    ok = squeeze((const char *)mapped, out, out_cap);
    free(mapped); // allocated by utf8proc
    return ok;
}

// Length of the blank that starts at p, 0 when there is none: ASCII blanks, NBSP (U+00A0), ideographic space
// (U+3000).
static size_t blank_at(const char *p)
{
    if (is_space(*p))
        return 1;
    if (strncmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    return strncmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

char *wdm_text_trim(char *text)
{
    char *end = NULL;
    while (blank_at(text) > 0)
        text += blank_at(text);
    end = text;
    for (char *p = text; *p != '\0';) {
        const size_t blank = blank_at(p);
        p += blank > 0 ? blank : 1;
        if (blank == 0)
            end = p;
    }
    *end = '\0';
    return text;
}

void wdm_text_cut(char *text)
{
    size_t bad = 0;
    if (!wdm_utf8_valid(text, strlen(text), &bad))
        text[bad] = '\0';
}

size_t wdm_text_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        utf8proc_int32_t code = 0;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code);
        if (n <= 0) {
            text++;
            width++;
            continue;
        }
        width += (size_t)utf8proc_charwidth(code);
        text += n;
    }
    return width;
}
