// SPDX-License-Identifier: GPL-3.0-or-later
// What a number and a unit are, told without the program's own code: regular expressions, strtod, and a plain
// reading of units.csv.
#ifndef WDM_TESTS_MUTATION_NUMBERS_H
#define WDM_TESTS_MUTATION_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "table.h"

// decimal '.' or ','; thousands ',' or 0 (read in strict threes). Blanks around, full-width digits and signs
// are allowed.
bool strict_number(const char *raw, char decimal, char thousands, double *value);

typedef struct unit_table {
    table rows;
} unit_table;

bool units_load(unit_table *units, const char *path);
void units_fini(unit_table *units);
// Factor to ng/L, m3/d or mg/d/1000 by exact name or, failing that, without case, blanks and the two micro
// signs.
bool units_factor(const unit_table *units, const char *quantity, const char *unit, double *factor);

#endif
