// SPDX-License-Identifier: GPL-3.0-or-later
// Separated cells, read plainly: what the test sees in a file is not what the program's reader says.
#ifndef WDM_TESTS_MUTATION_TABLE_H
#define WDM_TESTS_MUTATION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct table_row {
    char **cells;
    size_t n;
    uint64_t line; // on which it starts; CRLF, LF and CR end lines, in quotes too
} table_row;

typedef struct table {
    table_row *rows; // lines of nothing but blanks are none
    size_t n, cap;
    bool broken; // a quote that never closes, or text behind a closing one
} table;

// false: no memory. Cells keep their blanks.
bool table_read(table *t, const char *text, size_t len, char delimiter);
void table_fini(table *t);
// The cell under the header's name of the first row; NULL: no such column or cell.
const char *table_cell(const table *t, size_t row, const char *column);
// Cuts blanks at both ends, in place.
char *table_trim(char *text);

#endif
