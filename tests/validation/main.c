// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"

// usage: wdm-validate [SCALE [WORLDS [METHOD]]]
static const double TOLD = (double)NAN;
static int worlds = 2000;
static wdm_cens_method method = WDM_CENS_AUTO;

static void print_share(share s)
{
    if (s.of == 0)
        (void)printf("      -      |");
    else
        (void)printf(" %5.1f %6d |", 100.0 * s.in / s.of, s.of);
}

static void row(const char *scale, const cell *c, const tally *t)
{
    const world_design *d = &c->design;
    (void)printf("| %-7s | %-6s | %.2f | %2d x %d | %3.0f %% |", scale, d->errors->name, d->cv_within,
                 d->sampled_weeks, d->sampled_days, 100.0 * d->censored);
    print_share(t->total);
    print_share(t->random);
    print_share(t->ratio);
    print_share(t->bounds);
    const double n = t->total.of > 0 ? t->total.of : 1;
    (void)printf(" %+.3f | %.3f |\n", t->log_bias / n, t->log_width / n);
}

int main(int argc, char **argv)
{
    static const double shares[] = {0.0, 0.2, 0.5, 0.8};
    static const double cvs[] = {0.18, 0.58};
    static const int sampled[] = {3, 7};
    const char *scale = argc > 1 ? argv[1] : "all";
    if (argc > 2)
        worlds = atoi(argv[2]);
    if (argc > 3 && !wdm_cens_method_parse(argv[3], &method))
        return 64;
    (void)TOLD;
    printf("| scale | u | CV | sampled | cens | total | random | ratio | bounds | bias | width |\n");
    for (int u = 0; u < WORLD_ERRORS_N; u++)
        for (int v = 0; v < 2; v++)
            for (int s = 0; s < 4; s++) {
                for (int n = 0; n < 2; n++) {
                    cell c = {.key = "k", .censoring = method, .worlds = worlds};
                    c.design = (world_design){.errors = &world_errors_list[u],
                                              .cv_within = cvs[v],
                                              .told_within = cvs[v],
                                              .told_between = TOLD,
                                              .censored = shares[s],
                                              .weeks = 1,
                                              .sampled_weeks = 1,
                                              .sampled_days = sampled[n]};
                    if (n == 1 && (!strcmp(scale, "all") || !strcmp(scale, "day"))) {
                        const tally t = cell_days(&c);
                        row("day", &c, &t);
                    }
                    if (!strcmp(scale, "all") || !strcmp(scale, "week")) {
                        const tally t = cell_period(&c);
                        row("week", &c, &t);
                    }
                    if (!strcmp(scale, "all") || !strcmp(scale, "region")) {
                        tally t = cell_region(&c, WDM_Q_CONSUMPTION);
                        const tally m = cell_region(&c, WDM_Q_MASS);
                        t.random = m.total;
                        row("region", &c, &t);
                    }
                }
                static const int designs[4][2] = {{52, 7}, {52, 1}, {12, 7}, {4, 3}};
                for (int k = 0; k < 4; k++) {
                    cell c = {.key = "k", .censoring = method, .worlds = worlds};
                    c.design = (world_design){.errors = &world_errors_list[u],
                                              .cv_within = cvs[v],
                                              .cv_between = 0.25,
                                              .told_within = cvs[v],
                                              .told_between = TOLD,
                                              .censored = shares[s],
                                              .weeks = 52,
                                              .sampled_weeks = designs[k][0],
                                              .sampled_days = designs[k][1]};
                    if (!strcmp(scale, "all") || !strcmp(scale, "year")) {
                        const tally t = cell_period(&c);
                        row("year", &c, &t);
                    }
                }
            }
    return 0;
}
