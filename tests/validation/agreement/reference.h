// SPDX-License-Identifier: GPL-3.0-or-later
// The reference of the agreement table: plain loops over draws, with a generator, normals, gammas and a sort
// of its own, that share nothing with lib/num and lib/wbe.
#ifndef WDM_VALIDATION_REFERENCE_H
#define WDM_VALIDATION_REFERENCE_H

#include <stdint.h>

#include "case.h"

// Ends and median relative to the plug-in.
typedef struct interval_set {
    double lo95, median, hi95, lo95_random, hi95_random;
} interval_set;

// rel_var_days: relative variance of the week's mean from the days that were not sampled, as stated (an input
// of the model). work: room for 3 x draws numbers.
interval_set reference_draw(const agreement_case *c, double rel_var_days, uint64_t seed, size_t draws,
                            double *work);

#endif
