// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/mime.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "report/clean.h"

// An encoded word is at most 75 characters: "=?UTF-8?B?" and "?=" take 12, 45 bytes make 60.
enum { LINE_BYTES = 57, WORD_BYTES = 45, LINE_CHARS = 76, CLEAN_MAX = 64 * 1024 };

static void put_group(wdm_buf *out, const unsigned char *p, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint32_t bits =
        (uint32_t)p[0] << 16 | (uint32_t)(n > 1 ? p[1] : 0) << 8 | (uint32_t)(n > 2 ? p[2] : 0);
    char four[4] = {digits[bits >> 18 & 63], digits[bits >> 12 & 63], '=', '='};
    if (n > 1)
        four[2] = digits[bits >> 6 & 63];
    if (n > 2)
        four[3] = digits[bits & 63];
    wdm_buf_put(out, four, sizeof four);
}

static void put_digits(wdm_buf *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i += 3)
        put_group(out, (const unsigned char *)bytes + i, len - i < 3 ? len - i : 3);
}

void wdm_mime_base64(wdm_buf *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i += LINE_BYTES) {
        put_digits(out, bytes + i, len - i < LINE_BYTES ? len - i : LINE_BYTES);
        wdm_buf_puts(out, "\n");
    }
}

// Bytes of the text's beginning that are whole characters and fit into one encoded word.
static size_t word_of(const char *text, size_t len)
{
    size_t n = len < WORD_BYTES ? len : WORD_BYTES;
    while (n < len && n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

void wdm_mime_header(wdm_buf *out, const char *name, const char *text)
{
    wdm_buf clean = {0};
    const char *p = NULL;
    size_t len = 0;
    bool plain = false;
    wdm_buf_init(&clean, CLEAN_MAX);
    wdm_clean_put(&clean, text);
    p = wdm_buf_text(&clean);
    len = strlen(p);
    // "=?" in a plain text would be read as an encoded word.
    plain = strlen(name) + 2 + len <= LINE_CHARS && strstr(p, "=?") == NULL;
    for (size_t i = 0; i < len; i++)
        plain = plain && (unsigned char)p[i] < 0x80;
    wdm_buf_printf(out, "%s:", name);
    if (plain)
        wdm_buf_printf(out, " %s\n", p);
    while (!plain && len > 0) {
        const size_t n = word_of(p, len);
        wdm_buf_puts(out, " =?UTF-8?B?");
        put_digits(out, p, n);
        wdm_buf_puts(out, "?=\n");
        p += n;
        len -= n;
    }
    if (clean.rc != WDM_OK && out->rc == WDM_OK)
        out->rc = clean.rc;
    wdm_buf_fini(&clean);
}

void wdm_mime_token(wdm_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        const bool stays = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
                           *p == '.' || *p == '-' || *p == '_';
        wdm_buf_put(out, stays ? p : "_", 1);
    }
}

void wdm_mime_parts(wdm_buf *out, const char *boundary, const wdm_mime_part *parts, size_t n)
{
    wdm_buf_printf(out, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"%s\"\n\n", boundary);
    for (size_t i = 0; i < n; i++) {
        wdm_buf_printf(out, "--%s\nContent-Type: %s\nContent-Transfer-Encoding: base64\n", boundary,
                       parts[i].type);
        if (parts[i].file == NULL) {
            wdm_buf_puts(out, "Content-Disposition: inline\n\n");
        } else {
            wdm_buf_puts(out, "Content-Disposition: attachment; filename=\"");
            wdm_mime_token(out, parts[i].file);
            wdm_buf_puts(out, "\"\n\n");
        }
        wdm_mime_base64(out, parts[i].bytes, parts[i].len);
    }
    wdm_buf_printf(out, "--%s--\n", boundary);
}
