// SPDX-License-Identifier: GPL-3.0-or-later
// Mutants in portions through the program, and what came of them.
#ifndef WDM_TESTS_MUTATION_CAMPAIGN_H
#define WDM_TESTS_MUTATION_CAMPAIGN_H

#include <stdint.h>

#include "corpus.h"
#include "oracle.h"

enum { KINDS_MAX = 64, PORTION_MAX = 500 };

typedef struct tally {
    int64_t mutants, stored, partial, refused, duplicate; // files
    int64_t rows, n_new, same, corrected, conflict, rejected, left_out;
    int64_t numbers, words,
        measured; // cells that were accepted as a number, as a word; results that are measured
    int64_t failures;
} tally;

typedef struct tallies {
    tally of_kind[KINDS_MAX];
    int64_t crashes, sums, values, others; // failures by what failed
    int64_t into_store, keep_good;         // mutants of such portions
} tallies;

typedef struct campaign {
    const char *wdm;     // the program
    const char *samples; // folder data-samples
    const char *work;    // folder of this worker, with seed.db
    const char *keep;    // folder where failing mutants are left
    uint64_t seed;
    uint64_t portion; // mutants of a portion
    corpus corpus;
    oracle oracle;
    tallies tallies;
} campaign;

// Runs mutants first .. first + n - 1. 0, or -1 when the machine fails.
int campaign_portion(campaign *c, uint64_t first, uint64_t n);

#endif
