// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbers.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PLAIN_MAX = 256 };

// Full-width and typographic signs of the raw text as ASCII; false: something else is in it, or it is too
// long.
static bool to_ascii(const char *raw, char out[PLAIN_MAX])
{
    static const struct {
        const char *wide;
        char plain;
    } signs[] = {{"\xef\xbc\x8b", '+'}, {"\xef\xbc\x8d", '-'}, {"\xe2\x88\x92", '-'}, {"\xef\xbc\x8e", '.'},
                 {"\xef\xbc\x8c", ','}, {"\xef\xbd\x85", 'e'}, {"\xef\xbc\xa5", 'E'}, {"\xc2\xa0", ' '},
                 {"\xe3\x80\x80", ' '}, {"\xe2\x80\x87", ' '}, {"\xe2\x80\x89", ' '}, {"\xe2\x80\x8a", ' '},
                 {"\xe2\x80\xaf", ' '}};
    size_t n = 0;
    while (*raw != '\0' && n + 1 < PLAIN_MAX) {
        const unsigned char last = (unsigned char)raw[strlen(raw) < 3 ? 0 : 2];
        size_t i = 0;
        if ((unsigned char)*raw < 0x80) {
            out[n++] = *raw++;
            continue;
        }
        if (strncmp(raw, "\xef\xbc", 2) == 0 && last >= 0x90 && last <= 0x99) {
            out[n++] = (char)('0' + (last - 0x90));
            raw += 3;
            continue;
        }
        while (i < sizeof signs / sizeof signs[0] && strncmp(raw, signs[i].wide, strlen(signs[i].wide)) != 0)
            i++;
        if (i == sizeof signs / sizeof signs[0])
            return false;
        out[n++] = signs[i].plain;
        raw += strlen(signs[i].wide);
    }
    out[n] = '\0';
    return *raw == '\0';
}

static bool matches(const char *text, const char *pattern)
{
    regex_t compiled;
    bool found = false;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    found = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

bool strict_number(const char *raw, char decimal, char thousands, double *value)
{
    char plain[PLAIN_MAX];
    char c_form[PLAIN_MAX];
    size_t n = 0;
    const char *text = NULL;
    bool good = false;
    if (!to_ascii(raw, plain))
        return false;
    text = table_trim(plain);
    good = matches(text, decimal == ',' ? "^[+-]?([0-9]+(,[0-9]*)?|,[0-9]+)([eE][+-]?[0-9]+)?$"
                                        : "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$");
    if (!good && thousands == ',' && decimal == '.')
        good = matches(text, "^[+-]?[1-9][0-9]?[0-9]?(,[0-9][0-9][0-9])+(\\.[0-9]*)?$");
    if (!good)
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == ',' && decimal == '.')
            continue;
        c_form[n++] = *p == decimal ? '.' : *p;
    }
    c_form[n] = '\0';
    *value = strtod(c_form, NULL); // the test never sets a locale
    return isfinite(*value) != 0;
}

// ---- units

bool units_load(unit_table *units, const char *path)
{
    static char text[256 * 1024];
    FILE *f = fopen(path, "rb");
    size_t n = 0;
    *units = (unit_table){0};
    if (f == NULL)
        return false;
    n = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    return table_read(&units->rows, text, n, ',') && !units->rows.broken && units->rows.n > 10;
}

void units_fini(unit_table *units)
{
    table_fini(&units->rows);
}

// Length of a sign that names are compared without: blanks, control characters, signs of no width.
static size_t nothing(const char *text)
{
    static const char *const signs[] = {"\xc2\xa0",     "\xc2\xad",     "\xe2\x80\x8b",
                                        "\xe3\x80\x80", "\xe2\x80\xaf", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    }
    return ((unsigned char)*text <= ' ' && *text != '\0') || *text == 0x7f ? 1 : 0;
}

// Without case (of ASCII) and what says nothing, and with one micro sign.
static void fold(const char *text, size_t len, char out[PLAIN_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 1 < PLAIN_MAX;) {
        const unsigned char c = (unsigned char)text[i];
        if (nothing(text + i) > 0) {
            i += nothing(text + i);
        } else if (i + 1 < len && ((c == 0xc2 && (unsigned char)text[i + 1] == 0xb5) ||
                                   (c == 0xce && ((unsigned char)text[i + 1] == 0xbc ||
                                                  (unsigned char)text[i + 1] == 0x9c)))) {
            out[n++] = 'u';
            i += 2;
        } else if (i + 2 < len && c == 0xef && (unsigned char)text[i + 1] == 0xbc) { // U+FF00..U+FF3F
            out[n++] = (char)((unsigned char)text[i + 2] - 0x60);
            i += 3;
        } else if (i + 2 < len && c == 0xef && (unsigned char)text[i + 1] == 0xbd) { // U+FF40..U+FF5E
            out[n++] = (char)((unsigned char)text[i + 2] - 0x20);
            i += 3;
        } else {
            out[n++] = (char)c;
            i++;
        }
    }
    out[n] = '\0';
    for (char *p = out; *p != '\0'; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
}

static bool is_name(const char *names, const char *unit, bool folded)
{
    char want[PLAIN_MAX];
    fold(unit, strlen(unit), want);
    while (*names != '\0') {
        const size_t len = strcspn(names, "|");
        char have[PLAIN_MAX];
        fold(names, len, have);
        if (folded ? strcmp(have, want) == 0 : strlen(unit) == len && strncmp(names, unit, len) == 0)
            return true;
        names += len + (names[len] == '|');
    }
    return false;
}

bool units_factor(const unit_table *units, const char *quantity, const char *unit, double *factor)
{
    for (int folded = 0; folded < 2; folded++) {
        for (size_t i = 1; i < units->rows.n; i++) {
            char **cells = units->rows.rows[i].cells;
            if (units->rows.rows[i].n < 4 || strcmp(cells[1], quantity) != 0)
                continue;
            if (is_name(cells[0], unit, folded != 0) || is_name(cells[3], unit, folded != 0)) {
                *factor = strtod(cells[2], NULL);
                return true;
            }
        }
    }
    return false;
}
