// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/tabular.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/csv.h"
#include "io/number.h"
#include "io/text.h"
#include "report/clean.h"

enum { CELL_TEXT = 64, COLUMNS_MAX = 96 };

void wdm_tabular_init(wdm_tabular *table, const char *const *columns, size_t n_columns)
{
    memset(table, 0, sizeof *table);
    table->columns = columns;
    table->n_columns = n_columns;
}

void wdm_tabular_fini(wdm_tabular *table)
{
    wdm_free(table->cells);
    wdm_arena_fini(&table->arena);
    memset(table, 0, sizeof *table);
}

static void add(wdm_tabular *table, wdm_cell cell)
{
    if (table->rc == WDM_OK)
        table->rc = wdm_grow(&table->cells, &table->cap, table->n_cells + 1, sizeof *table->cells, NULL);
    if (table->rc == WDM_OK)
        table->cells[table->n_cells++] = cell;
}

void wdm_tabular_text(wdm_tabular *table, const char *text)
{
    wdm_cell cell = {.kind = WDM_CELL_EMPTY};
    if (text != NULL && text[0] != '\0') {
        cell.kind = WDM_CELL_TEXT;
        cell.text = wdm_arena_strdup(&table->arena, text);
        if (cell.text == NULL)
            table->rc = WDM_E_NOMEM;
    }
    add(table, cell);
}

void wdm_tabular_number(wdm_tabular *table, double number)
{
    add(table, (wdm_cell){.kind = isfinite(number) ? WDM_CELL_NUMBER : WDM_CELL_EMPTY, .number = number});
}

void wdm_tabular_integer(wdm_tabular *table, int64_t integer)
{
    add(table, (wdm_cell){.kind = WDM_CELL_INTEGER, .integer = integer});
}

void wdm_tabular_day(wdm_tabular *table, wdm_day day)
{
    char text[WDM_DATE_TEXT];
    wdm_tabular_text(table, day == WDM_DAY_NONE ? "" : wdm_day_format(day, text));
}

// The cell's text; scratch holds it when it is a number.
static const char *cell_text(const wdm_cell *cell, char scratch[CELL_TEXT])
{
    switch (cell->kind) {
    case WDM_CELL_TEXT:
        return cell->text;
    case WDM_CELL_NUMBER:
        return wdm_number_format(cell->number, scratch);
    case WDM_CELL_INTEGER:
        (void)snprintf(scratch, CELL_TEXT, "%" PRId64, cell->integer);
        return scratch;
    case WDM_CELL_EMPTY:
        break;
    }
    return "";
}

static void write_csv(const wdm_tabular *table, wdm_buf *out)
{
    char scratch[CELL_TEXT];
    for (size_t c = 0; c < table->n_columns; c++) {
        wdm_buf_puts(out, c == 0 ? "" : ",");
        wdm_csv_put(out, table->columns[c]);
    }
    wdm_buf_puts(out, "\n");
    for (size_t i = 0; i < table->n_cells; i++) {
        wdm_csv_put(out, cell_text(&table->cells[i], scratch));
        wdm_buf_puts(out, (i + 1) % table->n_columns == 0 ? "\n" : ",");
    }
}

static void pad(wdm_buf *out, size_t n)
{
    for (; n > 0; n--)
        wdm_buf_puts(out, " ");
}

// The cell on a terminal: a text of a file must not steer it, nor begin a line. Borrowed until the next call.
static const char *cell_shown(const wdm_cell *cell, char scratch[CELL_TEXT], wdm_buf *clean)
{
    if (cell->kind != WDM_CELL_TEXT)
        return cell_text(cell, scratch);
    wdm_buf_clear(clean);
    wdm_clean_put(clean, cell->text);
    return wdm_buf_text(clean);
}

static void write_table(const wdm_tabular *table, wdm_buf *out)
{
    char scratch[CELL_TEXT];
    wdm_buf clean = {0};
    size_t width[COLUMNS_MAX] = {0};
    for (size_t c = 0; c < table->n_columns; c++)
        width[c] = wdm_text_width(table->columns[c]);
    wdm_buf_init(&clean, WDM_BUF_DEFAULT_MAX);
    for (size_t i = 0; i < table->n_cells; i++) {
        const size_t w = wdm_text_width(cell_shown(&table->cells[i], scratch, &clean));
        if (w > width[i % table->n_columns])
            width[i % table->n_columns] = w;
    }
    for (size_t c = 0; c < table->n_columns; c++) {
        wdm_buf_puts(out, table->columns[c]);
        if (c + 1 < table->n_columns)
            pad(out, width[c] + 2 - wdm_text_width(table->columns[c]));
    }
    wdm_buf_puts(out, "\n");
    for (size_t i = 0; i < table->n_cells; i++) {
        const size_t c = i % table->n_columns;
        const char *text = cell_shown(&table->cells[i], scratch, &clean);
        const bool right =
            table->cells[i].kind == WDM_CELL_NUMBER || table->cells[i].kind == WDM_CELL_INTEGER;
        const size_t space = width[c] - wdm_text_width(text);
        if (right)
            pad(out, space);
        wdm_buf_puts(out, text);
        if (c + 1 < table->n_columns)
            pad(out, (right ? 0 : space) + 2);
        else
            wdm_buf_puts(out, "\n");
    }
    if (clean.rc != WDM_OK)
        out->rc = clean.rc;
    wdm_buf_fini(&clean);
}

static wdm_rc write_json_text(wdm_buf *out, const char *text, wdm_err *err)
{
    json_t *string = json_string(text);
    char *dumped = string == NULL ? NULL : json_dumps(string, JSON_ENCODE_ANY);
    json_decref(string);
    if (dumped == NULL)
        return wdm_err_set(err, WDM_E_INTERNAL, "a text is not valid UTF-8 or memory is short");
    wdm_buf_puts(out, dumped);
    free(dumped); // allocated by jansson
    return WDM_OK;
}

static wdm_rc write_jsonl(const wdm_tabular *table, wdm_buf *out, wdm_err *err)
{
    char scratch[CELL_TEXT];
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < table->n_cells && rc == WDM_OK; i++) {
        const wdm_cell *cell = &table->cells[i];
        const size_t c = i % table->n_columns;
        wdm_buf_puts(out, c == 0 ? "{" : ",");
        rc = write_json_text(out, table->columns[c], err);
        wdm_buf_puts(out, ":");
        if (rc == WDM_OK && cell->kind == WDM_CELL_TEXT)
            rc = write_json_text(out, cell->text, err);
        else
            wdm_buf_puts(out, cell->kind == WDM_CELL_EMPTY ? "null" : cell_text(cell, scratch));
        if (c + 1 == table->n_columns)
            wdm_buf_puts(out, "}\n");
    }
    return rc;
}

wdm_rc wdm_tabular_write(const wdm_tabular *table, wdm_tabular_format format, wdm_buf *out, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (table->rc != WDM_OK)
        return wdm_err_nomem(err);
    if (table->n_columns == 0 || table->n_columns > COLUMNS_MAX || table->n_cells % table->n_columns != 0)
        return wdm_err_set(err, WDM_E_INTERNAL, "a table's last row is not complete");
    if (format == WDM_FORMAT_CSV)
        write_csv(table, out);
    else if (format == WDM_FORMAT_TABLE)
        write_table(table, out);
    else
        rc = write_jsonl(table, out, err);
    return rc == WDM_OK ? wdm_buf_check(out, err) : rc;
}
