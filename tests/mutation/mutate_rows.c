// SPDX-License-Identifier: GPL-3.0-or-later
// Damage to rows, columns and headers.
#include <string.h>

#include "mutant.h"

// Swaps two cells of a line, if it has both.
static void swap_in_line(mutant *m, size_t at_line, size_t a, size_t b)
{
    const span line = mutant_line(m, at_line);
    const size_t n = mutant_count_cells(m, line);
    wdm_buf second;
    if (a > b) {
        const size_t c = a;
        a = b;
        b = c;
    }
    if (b >= n || a == b)
        return;
    const span one = mutant_cell(m, line, a);
    const span two = mutant_cell(m, line, b);
    wdm_buf_init(&second, MUTANT_TEXT_MAX);
    wdm_buf_put(&second, m->text.data + two.at, two.len);
    wdm_buf first;
    wdm_buf_init(&first, MUTANT_TEXT_MAX);
    wdm_buf_put(&first, m->text.data + one.at, one.len);
    mutant_splice(m, two.at, two.len, wdm_buf_text(&first), first.len);
    mutant_splice(m, one.at, one.len, wdm_buf_text(&second), second.len);
    wdm_buf_fini(&first);
    wdm_buf_fini(&second);
}

static void pick_two(mutant *m, size_t at_line, size_t two[2])
{
    const size_t n = mutant_count_cells(m, mutant_line(m, at_line));
    two[0] = mutant_random(m, n);
    two[1] = mutant_random(m, 2) == 0 && two[0] + 1 < n ? two[0] + 1 : mutant_random(m, n);
}

void mutate_swap_columns(mutant *m)
{
    size_t two[2];
    const size_t n = mutant_count_lines(m);
    pick_two(m, mutant_data_line(m), two);
    for (size_t i = 0; i < n; i++)
        swap_in_line(m, i, two[0], two[1]);
}

// The header is the line with most cells among the first.
static size_t header_line(const mutant *m)
{
    size_t best = 0;
    size_t most = 0;
    const size_t n = mutant_count_lines(m);
    for (size_t i = 0; i < n && i < 12; i++) {
        const size_t cells = mutant_count_cells(m, mutant_line(m, i));
        if (cells > most) {
            most = cells;
            best = i;
        }
    }
    return best;
}

void mutate_swap_header(mutant *m)
{
    size_t two[2];
    const size_t at = header_line(m);
    pick_two(m, at, two);
    swap_in_line(m, at, two[0], two[1]);
}

void mutate_swap_cells(mutant *m)
{
    size_t two[2];
    const size_t from = mutant_data_line(m);
    const size_t n = mutant_random(m, 2) == 0 ? 1 : mutant_count_lines(m);
    pick_two(m, from, two);
    for (size_t i = from; i < from + n && i < mutant_count_lines(m); i++)
        swap_in_line(m, i, two[0], two[1]);
}

static void remove_cell(mutant *m, size_t at_line, size_t column)
{
    const span line = mutant_line(m, at_line);
    if (column >= mutant_count_cells(m, line))
        return;
    const span cell = mutant_cell(m, line, column);
    const bool is_last = cell.next > line.at + line.len;
    if (is_last && cell.at > line.at)
        mutant_splice(m, cell.at - 1, cell.len + 1, "", 0);
    else
        mutant_splice(m, cell.at, cell.len + !is_last, "", 0);
}

void mutate_column_out(mutant *m)
{
    const size_t header = header_line(m);
    const size_t column = mutant_random(m, mutant_count_cells(m, mutant_line(m, header)));
    const size_t n = mutant_count_lines(m);
    switch (mutant_random(m, 3)) {
    case 0:
        remove_cell(m, header, column);
        break;
    case 1:
        for (size_t i = header + 1; i < n; i++)
            remove_cell(m, i, column);
        break;
    default:
        for (size_t i = 0; i < n; i++)
            remove_cell(m, i, column);
        break;
    }
}

void mutate_shift_row(mutant *m)
{
    const size_t at = mutant_data_line(m);
    const span line = mutant_line(m, at);
    const size_t n = mutant_count_cells(m, line);
    const span cell = mutant_cell(m, line, mutant_random(m, n));
    const char sign = m->delimiter == 0 ? ' ' : m->delimiter;
    if (mutant_random(m, 2) == 0 && n > 1) { // the length stays: one cell in, the last one out
        remove_cell(m, at, n - 1);
        const span now = mutant_line(m, at);
        mutant_splice(m, cell.at < now.at + now.len ? cell.at : now.at, 0, &sign, 1);
    } else {
        mutant_splice(m, cell.at, 0, &sign, 1);
    }
}

static void insert_line(mutant *m, size_t before, const char *text, size_t len)
{
    const size_t n = mutant_count_lines(m);
    wdm_buf copy;
    wdm_buf_init(&copy, MUTANT_TEXT_MAX);
    if (before >= n && m->text.len > 0 && strchr("\r\n", m->text.data[m->text.len - 1]) == NULL)
        wdm_buf_puts(&copy, "\n");
    wdm_buf_put(&copy, text, len);
    wdm_buf_puts(&copy, "\n");
    mutant_splice(m, before < n ? mutant_line(m, before).at : m->text.len, 0, wdm_buf_text(&copy), copy.len);
    wdm_buf_fini(&copy);
}

static size_t repeat_line(mutant *m, size_t i)
{
    const span line = mutant_line(m, i);
    const size_t to = mutant_random(m, 2) == 0 ? i + 1 : 1 + mutant_random(m, mutant_count_lines(m));
    wdm_buf copy;
    wdm_buf_init(&copy, MUTANT_TEXT_MAX);
    wdm_buf_put(&copy, wdm_buf_text(&m->text) + line.at, line.len);
    insert_line(m, to, wdm_buf_text(&copy), copy.len);
    wdm_buf_fini(&copy);
    return to;
}

void mutate_row_twice(mutant *m)
{
    const size_t n = 1 + mutant_random(m, 4);
    for (size_t i = 0; i < n; i++)
        (void)repeat_line(m, mutant_data_line(m));
}

void mutate_row_twice_other_value(mutant *m)
{
    const size_t at = repeat_line(m, mutant_data_line(m));
    const span line = mutant_line(m, at);
    const span cell = mutant_cell(m, line, mutant_random(m, mutant_count_cells(m, line)));
    mutant_splice(m, cell.at, 0, "1", 1);
}

void mutate_row_out(mutant *m)
{
    const size_t n = mutant_random(m, 3) == 0 ? 1 + mutant_random(m, 8) : 1;
    for (size_t i = 0; i < n && m->text.len > 0; i++) {
        const span line = mutant_line(m, mutant_data_line(m));
        mutant_splice(m, line.at, line.next - line.at, "", 0);
    }
}

void mutate_swap_rows(mutant *m)
{
    const size_t from =
        mutant_random(m, 4) == 0 ? mutant_random(m, mutant_count_lines(m)) : mutant_data_line(m);
    const span line = mutant_line(m, from);
    wdm_buf copy;
    wdm_buf_init(&copy, MUTANT_TEXT_MAX);
    wdm_buf_put(&copy, wdm_buf_text(&m->text) + line.at, line.len);
    mutant_splice(m, line.at, line.next - line.at, "", 0);
    insert_line(m, mutant_random(m, mutant_count_lines(m) + 1), wdm_buf_text(&copy), copy.len);
    wdm_buf_fini(&copy);
}

void mutate_cut_row(mutant *m)
{
    const span line = mutant_line(m, mutant_data_line(m));
    const size_t keep = mutant_random(m, line.len);
    mutant_splice(m, line.at + keep, line.len - keep, "", 0);
}

void mutate_blank_row(mutant *m)
{
    char cells[200];
    const size_t n = mutant_random(m, sizeof cells);
    memset(cells, mutant_random(m, 2) == 0 || m->delimiter == 0 ? ' ' : m->delimiter, sizeof cells);
    const size_t to = mutant_random(m, mutant_count_lines(m) + 1);
    const size_t fit = mutant_count_cells(m, mutant_line(m, header_line(m)));
    insert_line(m, to, cells, mutant_random(m, 2) == 0 && fit <= sizeof cells ? fit - 1 : n);
}

void mutate_header_out(mutant *m)
{
    const span line = mutant_line(m, mutant_random(m, 2) == 0 ? 0 : header_line(m));
    mutant_splice(m, line.at, line.next - line.at, "", 0);
}

void mutate_header_name(mutant *m)
{
    static const char *const names[] = {
        "value",     "Value",    "unit",       "lod",          "flow",        "Area",
        "Conc.",     "ng/L",     "",           "Amount",       "X",           "analyte",
        "sample_id", "note",     "检测值",     "value (ng/L)", "METH (ng/L)", "flow_unit",
        "lab_id",    "expected", "Final Conc."};
    const span line = mutant_line(m, header_line(m));
    const span cell = mutant_cell(m, line, mutant_random(m, mutant_count_cells(m, line)));
    const char *name = names[mutant_random(m, sizeof names / sizeof names[0])];
    mutant_splice(m, cell.at, cell.len, name, strlen(name));
}

void mutate_header_again(mutant *m)
{
    const span line = mutant_line(m, header_line(m));
    wdm_buf copy;
    wdm_buf_init(&copy, MUTANT_TEXT_MAX);
    wdm_buf_put(&copy, wdm_buf_text(&m->text) + line.at, line.len);
    insert_line(m, mutant_random(m, mutant_count_lines(m) + 1), wdm_buf_text(&copy), copy.len);
    wdm_buf_fini(&copy);
}

void mutate_join_files(mutant *m)
{
    const sample *s = &m->samples->files[mutant_random(m, m->samples->n)];
    const size_t from = mutant_random(m, 2) == 0 ? 0 : mutant_random(m, s->n_text);
    const size_t n = s->n_text - from < 5000 ? s->n_text - from : 1000 + mutant_random(m, 4000);
    if (s->text != NULL && n > 0)
        mutant_splice(m, mutant_random(m, 3) > 0 ? m->text.len : mutant_random(m, m->text.len + 1), 0,
                      s->text + from, n);
}
