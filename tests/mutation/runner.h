// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the program on a portion of files.
#ifndef WDM_TESTS_MUTATION_RUNNER_H
#define WDM_TESTS_MUTATION_RUNNER_H

#include <stddef.h>

enum { RUN_ARGS_MAX = 40 };

typedef struct run_result {
    int status; // exit status; -N: ended by signal N; -1000: ran too long
    char *out, *err;
    size_t n_out, n_err;
} run_result;

// argv ends with NULL; its output goes through files in folder `dir`. Returns 0, or -1 when nothing could be
// run.
int run_program(const char *const *argv, const char *dir, unsigned seconds, run_result *result);
void run_fini(run_result *result);

#endif
