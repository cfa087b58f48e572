// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/pattern.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "io/plain.h"

typedef enum item_kind { ITEM_END, ITEM_CHAR, ITEM_BLANK, ITEM_ANY, ITEM_DIGITS, ITEM_TEXT } item_kind;

// One element of a pattern or glob.
typedef struct item {
    item_kind kind;
    int32_t code;      // ITEM_CHAR, folded
    bool may_be_empty; // ITEM_TEXT
    const char *name;  // ITEM_TEXT of a capture; NULL: left out
    size_t name_len;   //
    const char *next;  // the pattern after it
} item;

// NO: not here, a longer text before may help; NEVER: no longer text before helps, since a text of any length
// has been tried up to the end. This keeps the time within pattern length x text length.
typedef enum outcome { MATCH_YES, MATCH_NO, MATCH_NEVER } outcome;

// Digits that were tried in vain: any later start within the same run of digits fails too.
typedef struct tried {
    const char *item; // the pattern after the digits; NULL: free
    const char *from;
    const char *to;
} tried;

enum { TRIED_MAX = 4 };

typedef struct matcher {
    bool glob;
    tried tried[TRIED_MAX];
    const char *pattern_end; // of the pattern, without blanks
    const char *start;       // of the text
    const char *end;         // of the text, without blanks
    wdm_capture *captures;
    size_t max;
    size_t n;
} matcher;

// The folded character at p, which is before end, and its bytes; a byte that is not UTF-8 is a character of
// its own.
static int32_t folded(const char *p, const char *end, size_t *n_bytes)
{
    utf8proc_int32_t code = (unsigned char)*p;
    utf8proc_ssize_t n = 1;
    if (code >= 0x80)
        n = utf8proc_iterate((const utf8proc_uint8_t *)p, end - p, &code);
    if (n <= 0) {
        *n_bytes = 1;
        return -(int32_t)(unsigned char)*p;
    }
    *n_bytes = (size_t)n;
    code = wdm_plain_code(code);
    if (code == '\t' || code == '\n' || code == '\r')
        return ' ';
    if (code >= 'A' && code <= 'Z')
        return code - 'A' + 'a';
    if (code == 0x00B5) // micro sign: the Greek letter
        return 0x03BC;
    return code < 0x80 ? code : utf8proc_tolower(code);
}

static bool is_bracket(const char *p, const char *end)
{
    return end - p >= 3 && (memcmp(p, "\xef\xbc\x88", 3) == 0 || memcmp(p, "\xef\xbc\x89", 3) == 0);
}

static const char *skip_blanks(const char *p, const char *end)
{
    size_t n = 0;
    while (p < end && folded(p, end, &n) == ' ')
        p += n;
    return p;
}

static const char *end_of_text(const char *text)
{
    const char *all = text + strlen(text);
    const char *end = text;
    size_t n = 0;
    for (const char *p = text; p < all; p += n) {
        if (folded(p, all, &n) != ' ')
            end = p + n;
    }
    return end;
}

// "{name}", "{_}", "{#}"; false when the brace at p is an ordinary character.
static bool read_brace(const char *p, item *out)
{
    const char *close = strpbrk(p + 1, "{}");
    const size_t len = close == NULL ? 0 : (size_t)(close - p - 1);
    if (len == 0 || *close != '}')
        return false;
    out->next = close + 1;
    if (len == 1 && p[1] == '#') {
        out->kind = ITEM_DIGITS;
        return true;
    }
    out->kind = ITEM_TEXT;
    if (!(len == 1 && p[1] == '_')) {
        out->name = p + 1;
        out->name_len = len;
    }
    return true;
}

static bool read_wildcard(const char *p, item *out)
{
    if (*p == '[' && p[1] != '\0' && p[2] == ']' && strchr("[*?", p[1]) != NULL) {
        out->kind = ITEM_CHAR;
        out->code = (unsigned char)p[1];
        out->next = p + 3;
        return true;
    }
    out->next = p + 1;
    out->kind = *p == '*' ? ITEM_TEXT : ITEM_ANY;
    out->may_be_empty = true;
    return *p == '*' || *p == '?';
}

static item read_item(bool glob, const char *p, const char *end)
{
    item out = {.kind = ITEM_END, .next = p};
    size_t n = 0;
    if (p >= end)
        return out;
    if (glob ? read_wildcard(p, &out) : *p == '{' && read_brace(p, &out))
        return out;
    out = (item){.kind = ITEM_CHAR};
    out.code = folded(p, end, &n);
    out.next = p + n;
    if (out.code == ' ') {
        out.kind = ITEM_BLANK;
        out.next = skip_blanks(p, end);
    }
    return out;
}

static outcome match_rest(matcher *m, const char *pattern, const char *text);

// A blank of the pattern: one or more blanks, or none beside a full-width bracket of the text. NULL: neither.
static const char *match_blank(const matcher *m, const char *text)
{
    const char *after = skip_blanks(text, m->end);
    if (after > text || is_bracket(text, m->end))
        return after;
    return text - m->start >= 3 && is_bracket(text - 3, m->end) ? text : NULL;
}

static void keep(matcher *m, size_t at, const item *it, const char *from, const char *to)
{
    from = skip_blanks(from, to);
    m->captures[at] = (wdm_capture){it->name, it->name_len, from, (size_t)(to - from)};
}

// The shortest text for which the rest matches.
static outcome match_text(matcher *m, const item *it, const char *text)
{
    const size_t at = m->n;
    const char *last = skip_blanks(text, m->end); // end of the piece without the blanks after it
    const char *p = text;
    bool filled = it->may_be_empty;
    size_t n = 0;
    if (it->name != NULL && m->n++ >= m->max)
        return MATCH_NEVER;
    for (;;) {
        if (filled) {
            const outcome rest = match_rest(m, it->next, p);
            if (rest == MATCH_YES && it->name != NULL)
                keep(m, at, it, text, last);
            if (rest != MATCH_NO)
                return rest;
        }
        if (p >= m->end)
            return MATCH_NEVER;
        if (folded(p, m->end, &n) != ' ') {
            filled = true;
            last = p + n;
        }
        p += n;
    }
}

static outcome match_digits(matcher *m, const item *it, const char *text)
{
    const char *p = text;
    tried *slot = NULL;
    size_t n = 0;
    for (size_t i = 0; i < TRIED_MAX && slot == NULL; i++) {
        if (m->tried[i].item == NULL || m->tried[i].item == it->next)
            slot = &m->tried[i];
    }
    if (slot != NULL && slot->item != NULL && text >= slot->from && text < slot->to)
        return MATCH_NO;
    while (p < m->end) {
        const int32_t code = folded(p, m->end, &n);
        outcome rest = MATCH_NO;
        if (code < '0' || code > '9')
            break;
        p += n;
        rest = match_rest(m, it->next, p);
        if (rest != MATCH_NO)
            return rest;
    }
    if (slot != NULL)
        *slot = (tried){it->next, text, p};
    return MATCH_NO;
}

static outcome match_rest(matcher *m, const char *pattern, const char *text)
{
    const size_t n_captures = m->n;
    for (;;) {
        const item it = read_item(m->glob, pattern, m->pattern_end);
        outcome rest = MATCH_NO;
        size_t n = 0;
        if (it.kind == ITEM_END)
            return text == m->end ? MATCH_YES : MATCH_NO;
        if (it.kind == ITEM_TEXT || it.kind == ITEM_DIGITS) {
            rest = it.kind == ITEM_TEXT ? match_text(m, &it, text) : match_digits(m, &it, text);
            if (rest != MATCH_YES)
                m->n = n_captures;
            return rest;
        }
        if (it.kind == ITEM_BLANK) {
            text = match_blank(m, text);
            if (text == NULL)
                return MATCH_NO;
        } else {
            if (text >= m->end || (folded(text, m->end, &n) != it.code && it.kind == ITEM_CHAR))
                return MATCH_NO;
            text += n;
        }
        pattern = it.next;
    }
}

static bool match_all(matcher *m, const char *pattern, const char *text)
{
    m->pattern_end = end_of_text(pattern);
    m->end = end_of_text(text);
    m->start = skip_blanks(text, m->end);
    return match_rest(m, skip_blanks(pattern, m->pattern_end), m->start) == MATCH_YES;
}

// Most texts differ from a pattern in their first character, which costs nothing to see where both are plain
// letters or digits.
static bool begins_otherwise(const char *pattern, const char *text)
{
    const unsigned char a = (unsigned char)pattern[0];
    const unsigned char b = (unsigned char)text[0];
    return a < 0x80 && b < 0x80 && isalnum(a) && isalnum(b) && tolower(a) != tolower(b);
}

bool wdm_pattern_match(const char *pattern, const char *text, wdm_capture *captures, size_t max, size_t *n)
{
    *n = 0;
    if (begins_otherwise(pattern, text))
        return false;
    matcher m = {.captures = captures, .max = max};
    const bool matched = match_all(&m, pattern, text);
    *n = matched ? m.n : 0;
    return matched;
}

size_t wdm_pattern_names(const char *pattern, wdm_capture *names, size_t max)
{
    const char *end = end_of_text(pattern);
    size_t n = 0;
    for (const char *p = skip_blanks(pattern, end); p < end;) {
        const item it = read_item(false, p, end);
        p = it.next;
        if (it.name == NULL)
            continue;
        if (n < max)
            names[n] = (wdm_capture){it.name, it.name_len, NULL, 0};
        n++;
    }
    return n;
}

bool wdm_glob_match(const char *glob, const char *text)
{
    if (begins_otherwise(glob, text))
        return false;
    matcher m = {.glob = true};
    return match_all(&m, glob, text);
}
