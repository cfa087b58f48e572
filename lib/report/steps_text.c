// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "io/text.h"
#include "report/clean.h"
#include "report/steps.h"

enum { LEVEL_COLUMNS = 2, FURTHER_COLUMNS = 4, PIECE_MAX = 4096 };

// A line being filled: words and Chinese characters are put on it one by one.
typedef struct line {
    wdm_buf *out;
    size_t indent;         // of further lines
    size_t at;             // columns written
    bool empty;            // nothing but the indent stands on it
    char piece[PIECE_MAX]; // what must not be broken
    size_t len;
    bool blank; // a blank came before the piece
} line;

static bool is_one_of(const char *character, const char *set)
{
    return character[0] != '\0' && strstr(set, character) != NULL;
}

// Signs that do not begin a line, and signs that do not end one.
static bool sticks_left(const char *character)
{
    return is_one_of(character, "，。；：、！？）》」”’…%");
}

static bool sticks_right(const char *character)
{
    return is_one_of(character, "（《「“‘");
}

static void put_blanks(wdm_buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wdm_buf_put(out, " ", 1);
}

static void flush(line *l)
{
    const size_t width = wdm_text_width(l->piece);
    if (l->len == 0)
        return;
    if (!l->empty && l->at + (l->blank ? 1 : 0) + width > WDM_STEPS_WIDTH) {
        wdm_buf_puts(l->out, "\n");
        put_blanks(l->out, l->indent);
        l->at = l->indent;
        l->empty = true;
    }
    if (l->blank && !l->empty) {
        wdm_buf_put(l->out, " ", 1);
        l->at++;
    }
    wdm_buf_put(l->out, l->piece, l->len);
    l->at += width;
    l->empty = false;
    l->blank = false;
    l->len = 0;
    l->piece[0] = '\0';
}

static void take(line *l, const char *character)
{
    const size_t n = strlen(character);
    if (l->len + n >= sizeof l->piece)
        flush(l);
    memcpy(l->piece + l->len, character, n + 1);
    l->len += n;
}

// Breaks the sentence into pieces and puts them on lines.
static void put_sentence(line *l, const char *text)
{
    char before[8] = "";
    for (const char *p = text; *p != '\0';) {
        char character[8] = "";
        p = wdm_clean_next(p, character);
        if (character[0] == '\0')
            continue;
        const bool wide = wdm_text_width(character) == 2 || wdm_text_width(before) == 2;
        if (strcmp(character, " ") == 0 && *p == '%') {
            take(l, character); // a number and its per cent stay together
        } else if (strcmp(character, " ") == 0) {
            flush(l);
            l->blank = true;
        } else {
            if (wide && !sticks_left(character) && !sticks_right(before))
                flush(l);
            take(l, character);
        }
        memcpy(before, character, sizeof before);
    }
    flush(l);
}

void wdm_steps_text(const wdm_steps *steps, wdm_buf *out)
{
    for (size_t i = 0; i < steps->list.n; i++) {
        const wdm_step *step = &steps->list.rows[i];
        const size_t indent = (size_t)step->indent * LEVEL_COLUMNS;
        line l = {.out = out, .indent = indent + FURTHER_COLUMNS, .at = indent, .empty = true};
        if (step->indent == 0 && i > 0)
            wdm_buf_puts(out, "\n");
        put_blanks(out, indent);
        put_sentence(&l, step->text);
        wdm_buf_puts(out, "\n");
    }
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

// The part of a key after its first word: "explain.flow" is "flow".
static const char *name_of(const char *key)
{
    const char *dot = strchr(key, '.');
    return dot == NULL ? key : dot + 1;
}

wdm_rc wdm_steps_table(const wdm_steps *steps, wdm_tabular_format format, wdm_buf *out, wdm_err *err)
{
    static const char *const columns[] = {
        "step",  "level", "site_id", "region_id", "drug_id", "biomarker_id", "quantity", "date",
        "value", "low",   "high",    "unit",      "file",    "line",         "source",   "text"};
    wdm_tabular table = {0};
    wdm_rc rc = WDM_OK;
    wdm_tabular_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < steps->list.n; i++) {
        const wdm_step *s = &steps->list.rows[i];
        wdm_tabular_text(&table, name_of(s->key));
        wdm_tabular_integer(&table, s->indent);
        wdm_tabular_text(&table, or_empty(s->scope.site_id));
        wdm_tabular_text(&table, or_empty(s->scope.region_id));
        wdm_tabular_text(&table, or_empty(s->scope.drug_id));
        wdm_tabular_text(&table, or_empty(s->scope.biomarker_id));
        wdm_tabular_text(&table, or_empty(s->scope.quantity));
        wdm_tabular_day(&table, s->scope.day);
        wdm_tabular_number(&table, s->value);
        wdm_tabular_number(&table, s->low);
        wdm_tabular_number(&table, s->high);
        wdm_tabular_text(&table, s->unit);
        wdm_tabular_text(&table, s->file);
        if (s->line > 0)
            wdm_tabular_integer(&table, s->line);
        else
            wdm_tabular_text(&table, "");
        wdm_tabular_text(&table, s->source);
        wdm_tabular_text(&table, s->text);
    }
    rc = wdm_tabular_write(&table, format, out, err);
    wdm_tabular_fini(&table);
    return rc;
}
