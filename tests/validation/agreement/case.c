// SPDX-License-Identifier: GPL-3.0-or-later
#include "case.h"

#include <math.h>
#include <stdio.h>

static const double NOT = (double)NAN;

// Small: a good laboratory, a flow meter in order, a census. Typical: the shipped defaults. Large: the upper
// ends of what is published (analysis between laboratories 26 %, population 55 %).
static const case_level levels[] = {
    {"small", 0.03, 0.05, 0.03, 0.03, 0.03, 0.07},
    {"typical", 0.10, 0.10, 0.08, 0.06, 0.08, 0.15},
    {"large", 0.20, 0.26, 0.20, 0.15, 0.20, 0.55},
};
enum { LEVELS = sizeof levels / sizeof levels[0] };

static const struct {
    const char *name;
    wdm_dist f;
} fractions[] = {
    {"f fixed", {WDM_DIST_FIXED, NOT, 0.30, NOT, NOT}},
    {"f lognormal 26 % (cocaine)", {WDM_DIST_LOGNORMAL, NOT, 0.292, NOT, 0.26}},
    {"f triangular .25 .292 .45 (cocaine)", {WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, NOT}},
    {"f triangular .0045 .005 .006 (cannabis)", {WDM_DIST_TRIANGULAR, 0.0045, 0.005, 0.006, NOT}},
    {"f triangular .005 .013 .020 (heroin)", {WDM_DIST_TRIANGULAR, 0.005, 0.013, 0.020, NOT}},
    {"f triangular .02 .20 .30 (ketamine)", {WDM_DIST_TRIANGULAR, 0.02, 0.20, 0.30, NOT}},
    {"f beta .1 .2 .4", {WDM_DIST_BETA, 0.10, 0.20, 0.40, NOT}},
    {"f uniform .2 .5", {WDM_DIST_UNIFORM, 0.20, 0.35, 0.50, NOT}},
    {"f normal 20 %", {WDM_DIST_NORMAL, NOT, 0.40, NOT, 0.20}},
};
enum { FRACTIONS = sizeof fractions / sizeof fractions[0], FIXED = 0, COCAINE = 1, HEROIN = 4, KETAMINE = 5 };

// Days of a week, four to one from the highest to the lowest, and nearly equal ones.
static const double unequal[CASE_DAYS] = {1.0, 3.0, 0.75, 2.0, 1.5, 3.0, 0.8};
static const double equal[CASE_DAYS] = {1.00, 1.05, 0.95, 1.02, 0.98, 1.10, 0.90};

typedef struct case_list {
    agreement_case *rows;
    size_t n, max;
} case_list;

static agreement_case *add(case_list *list, case_scale scale, size_t level, size_t fraction)
{
    if (list->n == list->max)
        return NULL;
    agreement_case *c = &list->rows[list->n++];
    *c = (agreement_case){.scale = scale,
                          .u = levels[level],
                          .f = fractions[fraction].f,
                          .n_sites = 1,
                          .n_days = scale == CASE_DAY ? 1 : CASE_DAYS,
                          .n_batches = 1,
                          .within_week_cv = 0.26};
    for (int s = 0; s < CASE_SITES_MAX; s++) {
        c->people[s] = 2e6 / (1.0 + s); // a few large plants and many small ones
        for (int d = 0; d < CASE_DAYS; d++)
            c->load[s][d] = 40.0 * unequal[(d + s) % CASE_DAYS] * (1.0 + 0.5 * (s % 3));
    }
    return c;
}

static void days(case_list *list)
{
    for (size_t l = 0; l < LEVELS; l++) {
        for (size_t f = 0; f < FRACTIONS; f++) {
            for (int dose = 0; dose < 2; dose++) {
                agreement_case *c =
                    dose == 0 || f == HEROIN || f == KETAMINE ? add(list, CASE_DAY, l, f) : NULL;
                if (c == NULL)
                    continue;
                c->u_dose = dose ? 0.30 : 0.0;
                (void)snprintf(c->name, sizeof c->name, "%s%s", fractions[f].name, dose ? ", dose 30 %" : "");
            }
        }
    }
}

static void weeks(case_list *list)
{
    static const size_t fs[] = {FIXED, COCAINE, HEROIN, KETAMINE};
    for (size_t l = 0; l < LEVELS; l++) {
        for (size_t k = 0; k < 4 * sizeof fs / sizeof fs[0]; k++) {
            const size_t f = fs[k / 4];
            const bool two = k % 2 == 1;
            const bool short_week = k / 2 % 2 == 1;
            agreement_case *c = add(list, CASE_WEEK, l, f);
            if (c == NULL)
                return;
            c->n_batches = two ? 2 : 1;
            c->n_days = short_week ? 3 : CASE_DAYS;
            c->u_dose = f == HEROIN ? 0.30 : 0.0;
            for (int d = 0; d < CASE_DAYS; d++)
                c->load[0][d] = 40.0 * (two ? unequal[d] : equal[d]);
            (void)snprintf(c->name, sizeof c->name, "%d days%s, %s%s", c->n_days,
                           two ? " from 1 to 4, two batches" : "", fractions[f].name,
                           c->u_dose > 0.0 ? ", dose 30 %" : "");
        }
    }
}

static void regions(case_list *list)
{
    static const int sites[] = {2, 8, 50};
    for (size_t l = 0; l < LEVELS; l++) {
        for (size_t k = 0; k < 3; k++) {
            for (int what = 0; what < 4; what++) {
                if (sites[k] == 50 && what % 2 == 0)
                    continue; // ten million draws of 350 site-days take their time
                const size_t f = what == 1 ? HEROIN : what == 2 ? COCAINE : FIXED;
                agreement_case *c = add(list, CASE_REGION, l, f);
                if (c == NULL)
                    return;
                c->n_sites = sites[k];
                c->n_batches = 2;
                c->mass = what == 2;
                c->marker = what == 3 ? 0.5 : 0.0;
                c->u_marker = what == 3 ? c->u.analysis : 0.0;
                (void)snprintf(c->name, sizeof c->name, "%d sites, %s%s", sites[k],
                               what == 2   ? "mass, "
                               : what == 3 ? "load, half of the population from a marker"
                                           : "",
                               what == 3 ? "" : fractions[f].name);
            }
        }
    }
}

size_t agreement_cases(agreement_case *cases, size_t max)
{
    case_list list = {cases, 0, max};
    days(&list);
    weeks(&list);
    regions(&list);
    return list.n;
}

const char *case_scale_name(case_scale scale)
{
    static const char *const names[CASE_SCALES] = {"day", "week", "region"};
    return names[scale];
}
