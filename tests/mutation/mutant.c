// SPDX-License-Identifier: GPL-3.0-or-later
#include "mutant.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const mutation_kind mutation_kinds[] = {
    {"bit flipped", NULL, mutate_bit},
    {"byte changed", NULL, mutate_byte},
    {"byte inserted", NULL, mutate_byte_in},
    {"bytes deleted", NULL, mutate_byte_out},
    {"NUL byte", NULL, mutate_nul},
    {"file truncated", NULL, mutate_truncate},
    {"line ends changed", mutate_line_ends, NULL},
    {"byte order mark", NULL, mutate_bom},
    {"encoding changed", mutate_encoding, NULL},
    {"quote removed", mutate_quote_out, NULL},
    {"quote added", mutate_quote_in, NULL},
    {"delimiter swapped", mutate_delimiter, NULL},
    {"all delimiters swapped", mutate_delimiters, NULL},
    {"point to comma", mutate_point_to_comma, NULL},
    {"all points to commas", mutate_points_to_commas, NULL},
    {"comma to point", mutate_comma_to_point, NULL},
    {"digit to letter", mutate_letter, NULL},
    {"digit changed", mutate_digit, NULL},
    {"cell emptied", mutate_empty, NULL},
    {"word in a cell", mutate_word, NULL},
    {"blank in a cell", mutate_blank, NULL},
    {"full-width digits", mutate_full_width, NULL},
    {"huge field", mutate_huge, NULL},
    {"columns swapped", mutate_swap_columns, NULL},
    {"header cells swapped", mutate_swap_header, NULL},
    {"cells of rows swapped", mutate_swap_cells, NULL},
    {"column removed", mutate_column_out, NULL},
    {"row shifted", mutate_shift_row, NULL},
    {"row duplicated", mutate_row_twice, NULL},
    {"row twice, other value", mutate_row_twice_other_value, NULL},
    {"row deleted", mutate_row_out, NULL},
    {"rows swapped", mutate_swap_rows, NULL},
    {"row truncated", mutate_cut_row, NULL},
    {"blank row", mutate_blank_row, NULL},
    {"header removed", mutate_header_out, NULL},
    {"header renamed", mutate_header_name, NULL},
    {"header again", mutate_header_again, NULL},
    {"two files joined", mutate_join_files, NULL},
};
const size_t n_mutation_kinds = sizeof mutation_kinds / sizeof mutation_kinds[0];

size_t mutant_random(mutant *m, size_t n)
{
    return n == 0 ? 0 : (size_t)(wdm_rng_next(&m->rng) % n);
}

void mutant_splice(mutant *m, size_t at, size_t len, const char *text, size_t n)
{
    wdm_buf out;
    wdm_buf_init(&out, MUTANT_TEXT_MAX);
    wdm_buf_put(&out, wdm_buf_text(&m->text), at);
    wdm_buf_put(&out, text, n);
    wdm_buf_put(&out, wdm_buf_text(&m->text) + at + len, m->text.len - at - len);
    if (out.rc == WDM_OK) {
        wdm_buf_fini(&m->text);
        m->text = out;
    } else {
        wdm_buf_fini(&out);
    }
}

// ---- lines and cells

static span line_at(const mutant *m, size_t at)
{
    const char *text = wdm_buf_text(&m->text);
    span line = {at, 0, m->text.len};
    size_t end = at;
    while (end < m->text.len && text[end] != '\n' && text[end] != '\r')
        end++;
    line.len = end - at;
    line.next = end;
    if (end < m->text.len)
        line.next += text[end] == '\r' && end + 1 < m->text.len && text[end + 1] == '\n' ? 2 : 1;
    return line;
}

size_t mutant_count_lines(const mutant *m)
{
    size_t n = 0;
    for (size_t at = 0; at < m->text.len; n++)
        at = line_at(m, at).next;
    return n;
}

span mutant_line(const mutant *m, size_t i)
{
    span line = line_at(m, 0);
    while (i-- > 0 && line.next < m->text.len)
        line = line_at(m, line.next);
    return line;
}

static span cell_from(const mutant *m, span line, size_t at)
{
    const char *text = wdm_buf_text(&m->text);
    const size_t end = line.at + line.len;
    span cell = {at, 0, end};
    bool quoted = false;
    while (at < end && (quoted || m->delimiter == 0 || text[at] != m->delimiter)) {
        quoted ^= text[at] == '"';
        at++;
    }
    cell.len = at - cell.at;
    cell.next = at < end ? at + 1 : end + 1;
    return cell;
}

size_t mutant_count_cells(const mutant *m, span line)
{
    size_t n = 0;
    for (size_t at = line.at; at <= line.at + line.len; n++)
        at = cell_from(m, line, at).next;
    return n;
}

span mutant_cell(const mutant *m, span line, size_t i)
{
    span cell = cell_from(m, line, line.at);
    while (i-- > 0 && cell.next <= line.at + line.len)
        cell = cell_from(m, line, cell.next);
    return cell;
}

size_t mutant_data_line(mutant *m)
{
    const size_t n = mutant_count_lines(m);
    return n < 2 ? 0 : 1 + mutant_random(m, n - 1);
}

static bool names_values(const char *cell, size_t len)
{
    static const char *const words[] = {"value", "conc", "quantity", "amount", "ng/l", "flow",
                                        "lod",   "loq",  "area",     "检测值", "结果", "浓度"};
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        const size_t n = strlen(words[w]);
        for (size_t i = 0; i + n <= len; i++) {
            if (strncasecmp(cell + i, words[w], n) == 0)
                return true;
        }
    }
    return false;
}

enum { HEADER_LINES = 40, COLUMNS_KNOWN = 64 };

// A column whose name says values, among the first lines; COLUMNS_KNOWN * 1000: none.
static size_t value_column(mutant *m)
{
    size_t found[COLUMNS_KNOWN];
    size_t n = 0;
    size_t at = 0;
    for (size_t i = 0; i < HEADER_LINES && at < m->text.len; i++) {
        const span line = line_at(m, at);
        const size_t n_cells = m->delimiter == 0 ? 0 : mutant_count_cells(m, line);
        span cell = cell_from(m, line, line.at);
        for (size_t k = 0; k < n_cells && n < COLUMNS_KNOWN; k++) {
            if (names_values(wdm_buf_text(&m->text) + cell.at, cell.len))
                found[n++] = k;
            cell = k + 1 < n_cells ? cell_from(m, line, cell.next) : cell;
        }
        at = line.next;
    }
    return n == 0 ? (size_t)COLUMNS_KNOWN * 1000 : found[mutant_random(m, n)];
}

bool mutant_pick_cell(mutant *m, bool with_digit, span *cell)
{
    const size_t column = mutant_random(m, 3) > 0 ? value_column(m) : (size_t)COLUMNS_KNOWN * 1000;
    if (m->text.len == 0)
        return false;
    for (int i = 0; i < 20; i++) {
        const span line = mutant_line(m, mutant_data_line(m));
        const size_t n = mutant_count_cells(m, line);
        *cell = mutant_cell(m, line, column < n ? column : mutant_random(m, n));
        for (size_t k = 0; k < cell->len; k++) {
            const char c = wdm_buf_text(&m->text)[cell->at + k];
            if (!with_digit || (c >= '0' && c <= '9'))
                return true;
        }
    }
    return cell->len > 0;
}

// ---- making one

enum { CROP_OVER = 5000, CROP_HEAD = 6000, CROP_ROWS_MAX = 40, CROP_ROWS_BYTES = 6000 };

// Most mutants have the head and some rows of their file: damage is then close together, and many can be
// tried.
static void crop(mutant *m, bool one_header)
{
    const size_t n = mutant_count_lines(m);
    const size_t head = one_header ? 1 : 2 + mutant_random(m, 30);
    const size_t rows = 1 + mutant_random(m, CROP_ROWS_MAX);
    span last = mutant_line(m, 0);
    wdm_buf out;
    if (m->text.len <= CROP_OVER || mutant_random(m, 200) == 0 || n <= head)
        return;
    for (size_t i = 1; i < head && last.next < CROP_HEAD; i++)
        last = line_at(m, last.next);
    wdm_buf_init(&out, MUTANT_TEXT_MAX);
    wdm_buf_put(&out, wdm_buf_text(&m->text), last.next);
    span row = mutant_random(m, 2) == 0 ? last : mutant_line(m, head + mutant_random(m, n - head));
    row = line_at(m, row.next < m->text.len ? row.next : last.next);
    for (size_t i = 0; i < rows && out.len < last.next + CROP_ROWS_BYTES && row.at < m->text.len; i++) {
        wdm_buf_put(&out, wdm_buf_text(&m->text) + row.at, row.next - row.at);
        row = line_at(m, row.next);
    }
    wdm_buf_fini(&m->text);
    m->text = out;
}

static size_t pick_sample(mutant *m)
{
    unsigned total = 0;
    size_t g = 0;
    for (size_t i = 0; i < CORPUS_GROUPS; i++)
        total += m->samples->groups[i].weight;
    size_t at = mutant_random(m, total);
    while (at >= m->samples->groups[g].weight)
        at -= m->samples->groups[g++].weight;
    return m->samples->groups[g].first + mutant_random(m, m->samples->groups[g].n);
}

static void encode(mutant *m)
{
    size_t n = 0;
    const char *to = strcmp(m->encoding, "UTF-16LE BOM") == 0 ? "UTF-16LE" : m->encoding;
    char *bytes = NULL;
    if (strcmp(to, "UTF-8") == 0)
        return;
    if (strncmp(to, "UTF-16", 6) == 0 && mutant_random(m, 8) > 0)
        mutant_splice(m, 0, 0, "\xef\xbb\xbf", 3);
    bytes = corpus_convert("UTF-8", to, wdm_buf_text(&m->text), m->text.len, true, &n);
    if (bytes == NULL)
        return;
    wdm_buf_clear(&m->text);
    wdm_buf_put(&m->text, bytes, n);
    free(bytes);
}

void mutant_make(mutant *m, const corpus *samples, uint64_t seed, uint64_t number, size_t *kind, size_t *of)
{
    char key[64];
    size_t kinds[4];
    size_t n = 1;
    memset(m, 0, sizeof *m);
    (void)snprintf(key, sizeof key, "mutant/%" PRIu64, number);
    wdm_rng_init(&m->rng, seed, key);
    m->samples = samples;
    *of = pick_sample(m);
    const sample *s = &samples->files[*of];
    *kind = kinds[0] = (size_t)(number % n_mutation_kinds);
    while (n < 4 && mutant_random(m, 5) < 2)
        kinds[n++] = mutant_random(m, n_mutation_kinds);
    m->delimiter = s->delimiter;
    m->encoding = s->encoding == NULL ? "UTF-8" : s->encoding;
    wdm_buf_init(&m->text, MUTANT_TEXT_MAX);
    wdm_buf_put(&m->text, s->text == NULL ? "" : s->text, s->n_text);
    crop(m, *of < samples->groups[0].n);
    for (size_t i = 0; i < n; i++) {
        if (mutation_kinds[kinds[i]].of_text != NULL)
            mutation_kinds[kinds[i]].of_text(m);
    }
    encode(m);
    for (size_t i = 0; i < n; i++) {
        if (mutation_kinds[kinds[i]].of_bytes != NULL)
            mutation_kinds[kinds[i]].of_bytes(m);
    }
}

void mutant_fini(mutant *m)
{
    wdm_buf_fini(&m->text);
}
