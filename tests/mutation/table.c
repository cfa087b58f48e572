// SPDX-License-Identifier: GPL-3.0-or-later
#include "table.h"

#include <stdlib.h>
#include <string.h>

static table_row *new_row(table *t, uint64_t line)
{
    if (t->n == t->cap) {
        const size_t cap = t->cap == 0 ? 64 : t->cap * 2;
        table_row *rows = realloc(t->rows, cap * sizeof *rows);
        if (rows == NULL)
            return NULL;
        t->rows = rows;
        t->cap = cap;
    }
    t->rows[t->n] = (table_row){NULL, 0, line};
    return &t->rows[t->n++];
}

static bool add_cell(table_row *row, const char *text, size_t len)
{
    char **cells = realloc(row->cells, (row->n + 1) * sizeof *cells);
    if (cells == NULL)
        return false;
    row->cells = cells;
    row->cells[row->n] = calloc(len + 1, 1);
    if (row->cells[row->n] == NULL)
        return false;
    memcpy(row->cells[row->n++], text, len);
    return true;
}

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

// One cell from *at on, without its quotes, into cell; counts lines.
static size_t read_cell(table *t, const char *text, size_t len, size_t *at, char delimiter, char *cell,
                        uint64_t *line)
{
    size_t n = 0;
    size_t p = *at;
    while (p < len && (text[p] == ' ' || text[p] == '\t') && text[p] != delimiter)
        p++;
    if (p < len && text[p] == '"') {
        for (p++; p < len; p++) {
            if (text[p] == '"' && p + 1 < len && text[p + 1] == '"')
                p++;
            else if (text[p] == '"')
                break;
            *line += text[p] == '\n' || (text[p] == '\r' && !(p + 1 < len && text[p + 1] == '\n'));
            cell[n++] = text[p];
        }
        t->broken |= p >= len;
        p += p < len;
        while (p < len && (text[p] == ' ' || text[p] == '\t') && text[p] != delimiter)
            p++;
        t->broken |= p < len && text[p] != delimiter && !is_end(text[p]);
    }
    while (p < len && text[p] != delimiter && !is_end(text[p])) {
        t->broken |= text[p] == '"';
        cell[n++] = text[p++];
    }
    *at = p;
    return n;
}

static bool is_blank_line(const char *text, size_t len, size_t at, char delimiter)
{
    while (at < len && (text[at] == ' ' || text[at] == '\t') && text[at] != delimiter)
        at++;
    return at >= len || is_end(text[at]);
}

bool table_read(table *t, const char *text, size_t len, char delimiter)
{
    char *cell = malloc(len + 1);
    uint64_t line = 1;
    bool good = cell != NULL;
    *t = (table){0};
    for (size_t at = 0; good && at < len;) {
        if (!is_blank_line(text, len, at, delimiter)) {
            table_row *row = new_row(t, line);
            bool more = true;
            good = row != NULL;
            while (good && more) {
                const size_t n = read_cell(t, text, len, &at, delimiter, cell, &line);
                good = add_cell(row, cell, n);
                more = at < len && text[at] == delimiter;
                at += more;
            }
        }
        while (at < len && !is_end(text[at])) // blanks of a blank line
            at++;
        if (at < len) {
            at += text[at] == '\r' && at + 1 < len && text[at + 1] == '\n' ? 2 : 1;
            line++;
        }
    }
    free(cell);
    return good;
}

void table_fini(table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->rows[i].n; k++)
            free(t->rows[i].cells[k]);
        free(t->rows[i].cells);
    }
    free(t->rows);
    *t = (table){0};
}

const char *table_cell(const table *t, size_t row, const char *column)
{
    for (size_t i = 0; t->n > 0 && i < t->rows[0].n; i++) {
        if (strcmp(t->rows[0].cells[i], column) == 0)
            return i < t->rows[row].n ? t->rows[row].cells[i] : NULL;
    }
    return NULL;
}

char *table_trim(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        text[--len] = '\0';
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}
