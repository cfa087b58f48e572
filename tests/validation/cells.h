// SPDX-License-Identifier: GPL-3.0-or-later
// One cell of the coverage table: many worlds of one design, and how often the intervals hold the truth.
#ifndef WDM_VALIDATION_CELLS_H
#define WDM_VALIDATION_CELLS_H

#include "world.h"

typedef struct share {
    int in;
    int of;
} share;

typedef struct tally {
    share total;      // 95 % total interval against the truth, where there is an estimate
    share random;     // 95 % random interval against the truth times the world's shared errors
    share ratio;      // ratio of two periods of one site
    share bounds;     // total interval of what has bounds only
    double log_bias;  // sums over the estimates: ln(estimate / truth times shared errors),
    double log_width; // ln(high / low) of the random interval
} tally;

typedef struct cell {
    world_design design;
    wdm_cens_method censoring;
    int worlds;
} cell;

// Every reported day of a week of its own.
tally cell_days(const cell *c);
// A week or a longer period; with ratios also that of two of them at one site.
tally cell_period(const cell *c, bool ratios);
// Five sites that share laboratory and excretion: consumption, and the mass.
tally cell_region(const cell *c, wdm_quantity quantity);

#endif
