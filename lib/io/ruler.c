// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/ruler.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/text.h"

enum { BARS_MAX = 512, HELD_MAX = 2, LINE_MAX_BYTES = WDM_CSV_FIELD_MAX };

typedef struct held_line {
    wdm_buf text;
    uint64_t line;
} held_line;

struct wdm_ruler {
    char name[256];
    wdm_csv_row_fn fn;
    void *user;
    wdm_buf text; // the line in hand
    uint64_t line;
    bool last_cr;
    held_line held[HELD_MAX]; // lines that may turn out to be headers
    size_t n_held;
    size_t bars[BARS_MAX]; // places of the bars in characters
    size_t n_bars;         // 0: outside a table
    bool closed;           // the ruler ends in a bar
    size_t begin;          // where the table's first line begins, SIZE_MAX before it
    bool numbers;          // it begins with a digit
    wdm_buf cells;
    char *fields[BARS_MAX + 2];
};

// ---- places

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static bool is_inside(char c) // a character's second or later byte
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

// The byte at which character number `place` starts, or the text's length.
static size_t byte_of(const char *text, size_t place)
{
    size_t at = 0;
    for (; text[at] != '\0'; at++) {
        if (!is_inside(text[at]) && place-- == 0)
            break;
    }
    return at;
}

static bool blank_at(const char *text, size_t at)
{
    return text[at] == '\0' || is_blank(text[at]);
}

static size_t next_char(const char *text, size_t at)
{
    if (text[at] == '\0')
        return at;
    do
        at++;
    while (is_inside(text[at]));
    return at;
}

static size_t char_before(const char *text, size_t at)
{
    while (at > 0 && is_inside(text[--at])) {
    }
    return at;
}

// Where to cut at a bar. *sure: the text does not run over the bar.
static size_t cut_at(const char *text, size_t place, bool *sure)
{
    const size_t at = byte_of(text, place);
    const size_t after = next_char(text, at);
    size_t from = at;
    size_t to = at;
    if (blank_at(text, at))
        return at;
    const bool left = at > 0 && !blank_at(text, char_before(text, at));
    const bool right = !blank_at(text, after);
    *sure = *sure && left != right;
    while (from > 0 && !is_blank(text[from - 1]))
        from--;
    while (!blank_at(text, to))
        to++;
    if (left != right)
        return left ? after : at;
    return at - from >= to - after ? to : from;
}

// ---- rows

static wdm_rc give(wdm_ruler *r, size_t n, uint64_t line, wdm_err *err)
{
    const wdm_csv_row row = {r->fields, n, line};
    return r->fn(r->user, &row, err);
}

static void put_cell(wdm_ruler *r, const char *text, size_t len)
{
    while (len > 0 && is_blank(text[0])) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    wdm_buf_put(&r->cells, text, len);
    wdm_buf_put(&r->cells, "", 1);
}

static wdm_rc give_line(wdm_ruler *r, const char *text, uint64_t line, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_buf_clear(&r->cells);
    put_cell(r, text, strlen(text));
    rc = wdm_buf_check(&r->cells, err);
    r->fields[0] = rc == WDM_OK ? r->cells.data : NULL;
    return rc == WDM_OK ? give(r, 1, line, err) : rc;
}

static wdm_rc give_cut(wdm_ruler *r, const char *text, uint64_t line, bool header, wdm_err *err)
{
    size_t from = 0;
    size_t n = r->n_bars + (r->closed ? 0 : 1);
    size_t at = 0;
    bool sure = true;
    wdm_rc rc = WDM_OK;
    wdm_buf_clear(&r->cells);
    for (size_t i = 0; i < r->n_bars; i++) {
        size_t to = cut_at(text, r->bars[i], &sure);
        to = to < from ? from : to;
        put_cell(r, text + from, to - from);
        from = to;
    }
    if (!r->closed)
        put_cell(r, text + from, strlen(text + from));
    else if (text[from + strspn(text + from, " \t\f\v")] != '\0')
        sure = false;
    if (!sure && !header) {
        put_cell(r, text, strlen(text));
        n++;
    }
    rc = wdm_buf_check(&r->cells, err);
    for (size_t i = 0; rc == WDM_OK && i < n; i++) {
        r->fields[i] = r->cells.data + at;
        at += strlen(r->fields[i]) + 1;
    }
    return rc == WDM_OK ? give(r, n, line, err) : rc;
}

// ---- lines

static wdm_rc let_go(wdm_ruler *r, bool header, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < r->n_held && rc == WDM_OK; i++) {
        const char *text = wdm_buf_text(&r->held[i].text);
        rc =
            header ? give_cut(r, text, r->held[i].line, true, err) : give_line(r, text, r->held[i].line, err);
    }
    r->n_held = 0;
    return rc;
}

static wdm_rc hold(wdm_ruler *r, const char *text, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (r->n_held == HELD_MAX) {
        const held_line first = r->held[0];
        rc = give_line(r, wdm_buf_text(&first.text), first.line, err);
        r->held[0] = r->held[1];
        r->held[1] = first;
        r->n_held--;
    }
    held_line *to = &r->held[r->n_held++];
    wdm_buf_clear(&to->text);
    wdm_buf_puts(&to->text, text);
    to->line = r->line;
    return rc == WDM_OK ? wdm_buf_check(&to->text, err) : rc;
}

// Notes the bars of a ruler line; false when it is none.
static bool take_ruler(wdm_ruler *r, const char *text)
{
    size_t n = 0;
    size_t dashes = 0;
    size_t end = strlen(text);
    while (end > 0 && is_blank(text[end - 1]))
        end--;
    for (size_t i = 0; i < end; i++) {
        dashes += text[i] == '-';
        n += text[i] == '|';
        if (text[i] != '-' && text[i] != '|' && !(dashes + n == 0 && is_blank(text[i])))
            return false;
    }
    if (n == 0 || n > BARS_MAX || dashes < 2 * n)
        return false;
    n = 0;
    for (size_t i = 0; i < end; i++) {
        if (text[i] == '|')
            r->bars[n++] = i;
    }
    r->n_bars = n;
    r->closed = text[end - 1] == '|';
    r->begin = SIZE_MAX;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool ends_table(const wdm_ruler *r, const char *text, size_t begin)
{
    return r->begin != SIZE_MAX && !is_digit(text[begin]) &&
           (begin < r->begin || (begin == r->begin && r->numbers));
}

static wdm_rc take_line(wdm_ruler *r, wdm_err *err)
{
    const char *text = wdm_buf_text(&r->text);
    const size_t begin = strspn(text, " \t\f\v");
    if (text[begin] == '\0') {
        r->n_bars = 0;
        return let_go(r, false, err);
    }
    if (take_ruler(r, text))
        return let_go(r, true, err);
    if (r->n_bars > 0 && ends_table(r, text, begin))
        r->n_bars = 0;
    if (r->n_bars == 0)
        return hold(r, text, err);
    if (r->begin == SIZE_MAX) {
        r->begin = begin;
        r->numbers = is_digit(text[begin]);
    }
    return give_cut(r, text, r->line, false, err);
}

static wdm_rc end_line(wdm_ruler *r, wdm_err *err)
{
    const wdm_rc rc = take_line(r, err);
    wdm_buf_clear(&r->text);
    r->line++;
    return rc;
}

// ---- the reader

wdm_rc wdm_ruler_new(wdm_ruler **out, const char *name, wdm_csv_row_fn fn, void *user, wdm_err *err)
{
    wdm_ruler *r = wdm_alloc(1, sizeof *r);
    const size_t len = strlen(name);
    *out = r;
    if (r == NULL)
        return wdm_err_nomem(err);
    memcpy(r->name, name, len < sizeof r->name ? len : sizeof r->name - 1);
    r->fn = fn;
    r->user = user;
    r->line = 1;
    wdm_buf_init(&r->text, LINE_MAX_BYTES);
    wdm_buf_init(&r->cells, 3 * (size_t)LINE_MAX_BYTES); // each cell, then the whole line
    for (size_t i = 0; i < HELD_MAX; i++)
        wdm_buf_init(&r->held[i].text, LINE_MAX_BYTES);
    return WDM_OK;
}

static wdm_rc add_text(wdm_ruler *r, const char *bytes, size_t len, wdm_err *err)
{
    if (memchr(bytes, '\0', len) != NULL)
        return wdm_err_set(err, WDM_E_DATA, "%s:%" PRIu64 ": a NUL byte; is this a binary file?", r->name,
                           r->line);
    wdm_buf_put(&r->text, bytes, len);
    if (r->text.rc == WDM_E_INTERNAL)
        return wdm_err_set(err, WDM_E_DATA, "%s:%" PRIu64 ": the line is longer than %d bytes", r->name,
                           r->line, LINE_MAX_BYTES);
    return wdm_buf_check(&r->text, err);
}

wdm_rc wdm_ruler_feed(wdm_ruler *r, const char *bytes, size_t len, wdm_err *err)
{
    size_t start = 0;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < len && rc == WDM_OK; i++) {
        const bool second_half = bytes[i] == '\n' && r->last_cr; // of CRLF
        r->last_cr = bytes[i] == '\r';
        if (second_half) {
            start = i + 1;
        } else if (bytes[i] == '\n' || bytes[i] == '\r') {
            rc = add_text(r, bytes + start, i - start, err);
            if (rc == WDM_OK)
                rc = end_line(r, err);
            start = i + 1;
        }
    }
    return rc == WDM_OK && start < len ? add_text(r, bytes + start, len - start, err) : rc;
}

wdm_rc wdm_ruler_finish(wdm_ruler *r, bool cut, wdm_err *err)
{
    const wdm_rc rc = cut || r->text.len == 0 ? WDM_OK : end_line(r, err);
    return rc == WDM_OK ? let_go(r, false, err) : rc;
}

void wdm_ruler_free(wdm_ruler *r)
{
    if (r == NULL)
        return;
    wdm_buf_fini(&r->text);
    wdm_buf_fini(&r->cells);
    for (size_t i = 0; i < HELD_MAX; i++)
        wdm_buf_fini(&r->held[i].text);
    wdm_free(r);
}
