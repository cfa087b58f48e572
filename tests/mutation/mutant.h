// SPDX-License-Identifier: GPL-3.0-or-later
// One damaged copy of a sample file. Which one it is depends on seed and number alone, so that any mutant can
// be made again.
#ifndef WDM_TESTS_MUTATION_MUTANT_H
#define WDM_TESTS_MUTATION_MUTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rng.h"
#include "corpus.h"

typedef struct mutant {
    wdm_rng rng;
    wdm_buf text;         // UTF-8 while cells and rows are changed, then the file's bytes
    char delimiter;       // of the sample; 0 when it is a text table
    const char *encoding; // what the text is written as
    const corpus *samples;
} mutant;

enum { MUTANT_TEXT_MAX = 4 * 1024 * 1024 };

// A way to damage a file.
typedef struct mutation_kind {
    const char *name;
    void (*of_text)(mutant *m);  // cells and rows, before the encoding; NULL: none
    void (*of_bytes)(mutant *m); // the bytes as written; NULL: none
} mutation_kind;

extern const mutation_kind mutation_kinds[];
extern const size_t n_mutation_kinds;

// Makes mutant `number`: *kind is the first mutation done to it (there may be more), *of the sample.
void mutant_make(mutant *m, const corpus *samples, uint64_t seed, uint64_t number, size_t *kind, size_t *of);
void mutant_fini(mutant *m);

// ---- for the mutations

size_t mutant_random(mutant *m, size_t n); // 0..n-1, 0 when n is 0
// Replaces len bytes at `at` by n bytes of text.
void mutant_splice(mutant *m, size_t at, size_t len, const char *text, size_t n);
typedef struct span {
    size_t at, len, next; // next: where the following one begins
} span;
size_t mutant_count_lines(const mutant *m);
span mutant_line(const mutant *m, size_t i); // without its line end
size_t mutant_count_cells(const mutant *m, span line);
span mutant_cell(const mutant *m, span line, size_t i); // with its quotes
// A line below the first, at random; the only line when there is one.
size_t mutant_data_line(mutant *m);
// A cell at random, rather one of a column of values, and with a digit if there is one. false: the text is
// empty.
bool mutant_pick_cell(mutant *m, bool with_digit, span *cell);

// Mutations of bytes (mutate_bytes.c), of cells (mutate_cells.c), of rows and columns (mutate_rows.c).
void mutate_bit(mutant *m);
void mutate_byte(mutant *m);
void mutate_byte_in(mutant *m);
void mutate_byte_out(mutant *m);
void mutate_nul(mutant *m);
void mutate_truncate(mutant *m);
void mutate_line_ends(mutant *m);
void mutate_bom(mutant *m);
void mutate_encoding(mutant *m);

void mutate_quote_out(mutant *m);
void mutate_quote_in(mutant *m);
void mutate_delimiter(mutant *m);
void mutate_delimiters(mutant *m);
void mutate_point_to_comma(mutant *m);
void mutate_points_to_commas(mutant *m);
void mutate_comma_to_point(mutant *m);
void mutate_letter(mutant *m);
void mutate_digit(mutant *m);
void mutate_empty(mutant *m);
void mutate_word(mutant *m);
void mutate_blank(mutant *m);
void mutate_full_width(mutant *m);
void mutate_huge(mutant *m);

void mutate_swap_columns(mutant *m);
void mutate_swap_header(mutant *m);
void mutate_swap_cells(mutant *m);
void mutate_column_out(mutant *m);
void mutate_shift_row(mutant *m);
void mutate_row_twice(mutant *m);
void mutate_row_twice_other_value(mutant *m);
void mutate_row_out(mutant *m);
void mutate_swap_rows(mutant *m);
void mutate_cut_row(mutant *m);
void mutate_blank_row(mutant *m);
void mutate_header_out(mutant *m);
void mutate_header_name(mutant *m);
void mutate_header_again(mutant *m);
void mutate_join_files(mutant *m);

#endif
