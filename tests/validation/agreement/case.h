// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs of the agreement table: one case is a day, a week or a region's week with the relative standard
// uncertainties that enter it. Plain numbers; the engine and the reference each read them in their own way.
#ifndef WDM_VALIDATION_CASE_H
#define WDM_VALIDATION_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "num/dist.h"

enum { CASE_DAYS = 7, CASE_SITES_MAX = 50, CASE_NAME = 120 };

typedef enum case_scale { CASE_DAY, CASE_WEEK, CASE_REGION, CASE_SCALES } case_scale;

typedef struct case_level {
    const char *name;
    double sampling, analysis, flow, batch, flow_bias, population; // relative standard uncertainties
} case_level;

typedef struct agreement_case {
    char name[CASE_NAME];
    case_scale scale;
    case_level u;
    wdm_dist f; // excretion fraction; kind fixed: none
    double u_dose;
    int n_sites;
    int n_days;                             // sampled, of 7
    int n_batches;                          // 1, or 2: the first four days, and the others
    bool mass;                              // region: the mass instead of the load per 1000 people
    double marker;                          // region: weight of a marker in the population, 0: static
    double u_marker;                        // analysis of the marker
    double within_week_cv;                  // for unsampled days
    double load[CASE_SITES_MAX][CASE_DAYS]; // mg/d/1000 people, measured
    double people[CASE_SITES_MAX];
} agreement_case;

// Fills cases and returns how many there are; max is the room.
size_t agreement_cases(agreement_case *cases, size_t max);
const char *case_scale_name(case_scale scale);

#endif
