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

char *wdm_text_trim(char *text)
{
    size_t len = 0;
    while (is_space(*text))
        text++;
    len = strlen(text);
    while (len > 0 && is_space(text[len - 1]))
        text[--len] = '\0';
    return text;
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
