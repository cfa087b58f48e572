// SPDX-License-Identifier: GPL-3.0-or-later
// Worlds drawn from the stated model: true consumption of every day, and what a laboratory reports of the
// sampled ones.
#ifndef WDM_VALIDATION_WORLD_H
#define WDM_VALIDATION_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rng.h"
#include "wbe/estimate.h"

// Relative standard uncertainties, k = 1.
typedef struct world_errors {
    const char *name;
    double day;  // of sampling and of one analysis, each
    double flow; // random, of a day
    double batch;
    double flow_bias;
    double population;
    wdm_dist excretion;
} world_errors;

enum { WORLD_ERRORS_N = 3, WORLD_DAYS_MAX = 371, WORLD_WEEKS_MAX = 53 };
extern const world_errors world_errors_list[WORLD_ERRORS_N]; // small, medium, large

// What a world is like, and what the engine is told of it.
typedef struct world_design {
    const world_errors *errors;
    double cv_within; // true day-to-day CV within weeks, and CV of the weeks' levels
    double cv_between;
    double told_within; // to the engine; NaN: not told
    double told_between;
    double censored; // share of the days below the limit, about
    bool has_lod;    // a limit of detection at a third of that of quantification
    int weeks;       // of the period
    int sampled_weeks;
    int sampled_days; // of each sampled week
} world_design;

// A site: what all its values share, drawn once.
typedef struct world_site {
    double level;      // median of its true consumption, mg/d/1000 people
    double persons;    // as stated
    double population; // true persons over stated ones
    double flow_bias;
    double limit; // concentration, in units of load per person at median flow
} world_site;

// Days of a period: reported ones, and the true means.
typedef struct world_period {
    wdm_day_value days[WORLD_DAYS_MAX];
    double day_truth[WORLD_DAYS_MAX]; // of the reported days
    size_t n;
    double truth; // mean true consumption over all days of the period
} world_period;

double world_lognormal(wdm_rng *rng, double u_rel); // median 1
double world_draw(wdm_rng *rng, const wdm_dist *d); // fixed, lognormal or triangular

// fraction: the true excretion fraction of the world.
world_site world_site_draw(const world_design *design, double fraction, wdm_rng *rng);
// batch: one error a week, WORLD_WEEKS_MAX of them (sites that share a laboratory share them).
void world_period_draw(const world_design *design, const world_site *site, double fraction,
                       const double *batch, wdm_rng *rng, world_period *period);

// Monday of the first week of every period.
wdm_day world_first_day(void);

#endif
