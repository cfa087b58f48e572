// SPDX-License-Identifier: GPL-3.0-or-later
// Coverage of the engine's intervals in worlds drawn from the stated model, as Markdown tables.
//
// usage: wdm-validate [--quick]
//   --quick   few worlds of a part of the cells; status 1 when a cell leaves a wide tolerance
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "tables.h"

static void days_table(report *r)
{
    report_heading(
        r, "Days",
        "Every reported day; day-to-day CV, share of days below the limit, and what the 95 % intervals hold.",
        "| uncertainties | CV | below limit | total, measured days | bounds, days below "
        "|\n|---|---|---|---|---|\n");
    for (int u = 0; u < WORLD_ERRORS_N; u++) {
        for (int v = 0; v < 2; v++) {
            for (int s = 0; s < 4; s++) {
                const cell c = report_cell(u, report_cv[v], report_share[s], 7, r->quick ? 100 : 2000);
                const tally t = cell_days(&c);
                report_design(&c, false);
                report_share_of(r, t.total, t.total.of + t.bounds.of);
                report_bounds(r, t.bounds);
                (void)printf("\n");
            }
        }
    }
}

static void weeks_table(report *r)
{
    report_heading(
        r, "Weeks",
        "Mean of the seven days of a week; ratio: of two weeks at one site, from their random intervals.",
        "| uncertainties | CV | below limit | days | total | random | ratio | bounds only "
        "|\n|---|---|---|---|---|---|---|---|\n");
    for (int u = 0; u < WORLD_ERRORS_N; u++) {
        for (int v = 0; v < 2; v++) {
            for (int s = 0; s < 4; s++) {
                for (int n = 3; n <= 7; n += 4) {
                    const cell c = report_cell(u, report_cv[v], report_share[s], n, r->quick ? 500 : 4000);
                    const tally t = cell_period(&c, true);
                    report_design(&c, true);
                    report_share_of(r, t.total, c.worlds);
                    report_share_of(r, t.random, c.worlds);
                    report_share_of(r, t.ratio, c.worlds);
                    report_bounds(r, t.bounds);
                    (void)printf("\n");
                }
            }
        }
    }
}

static void regions_table(report *r)
{
    report_heading(
        r, "Regions",
        "A week of five sites that share laboratory, batch and drug: consumption per 1000 people, and mass.",
        "| uncertainties | CV | below limit | days | consumption | mass | bounds only "
        "|\n|---|---|---|---|---|---|---|\n");
    for (int u = 0; u < WORLD_ERRORS_N; u++) {
        for (int v = 0; v < 2; v++) {
            for (int s = 0; s < 4; s++) {
                for (int n = 3; n <= 7; n += 4) {
                    const cell c = report_cell(u, report_cv[v], report_share[s], n, r->quick ? 150 : 2000);
                    const tally t = cell_region(&c, WDM_Q_CONSUMPTION);
                    const tally m = cell_region(&c, WDM_Q_MASS);
                    report_design(&c, true);
                    report_share_of(r, t.total, c.worlds);
                    report_share_of(r, m.total, c.worlds);
                    report_bounds(r, t.bounds);
                    (void)printf("\n");
                }
            }
        }
    }
}

static void years_table(report *r)
{
    static const int designs[][2] = {{52, 7}, {52, 3}, {12, 7}};
    report_heading(r, "Years",
                   "Mean of 364 days; weeks have levels of their own, CV 0.25, which the engine is not told.",
                   "| uncertainties | CV | below limit | weeks x days | total | random | bounds only "
                   "|\n|---|---|---|---|---|---|---|\n");
    for (int u = 0; u < WORLD_ERRORS_N; u++) {
        for (int v = 0; v < 2; v++) {
            for (int s = 0; s < 4; s++) {
                for (int k = r->quick ? 1 : 0; k < (r->quick ? 2 : 3); k++) {
                    cell c =
                        report_cell(u, report_cv[v], report_share[s], designs[k][1], r->quick ? 100 : 2000);
                    c.design.weeks = 52;
                    c.design.sampled_weeks = designs[k][0];
                    c.design.cv_between = 0.25;
                    const tally t = cell_period(&c, false);
                    report_design(&c, true);
                    report_share_of(r, t.total, c.worlds);
                    report_share_of(r, t.random, c.worlds);
                    report_bounds(r, t.bounds);
                    (void)printf("\n");
                }
            }
        }
    }
}

static void methods_table(report *r)
{
    static const wdm_cens_method methods[] = {WDM_CENS_CONDITIONAL, WDM_CENS_KM, WDM_CENS_ML, WDM_CENS_ROS,
                                              WDM_CENS_HALF_LOQ};
    report_heading(r, "Methods for censored days",
                   "Weeks of seven sampled days; bias: mean of ln(estimate / truth); width: mean of ln(high "
                   "/ low) of the "
                   "random interval.",
                   "| uncertainties | CV | below limit | method | random | ratio | bias | width "
                   "|\n|---|---|---|---|---|---|---|---|\n");
    for (int u = 0; u < 2; u++) {
        for (int v = 0; v < 2; v++) {
            for (int s = 1; s < 4; s++) {
                for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
                    cell c = report_cell(u, report_cv[v], report_share[s], 7, 2000);
                    c.censoring = methods[m];
                    const tally t = cell_period(&c, true);
                    report_design(&c, false);
                    (void)printf(" %s |", wdm_cens_method_text(methods[m]));
                    report_plain(t.random);
                    report_plain(t.ratio);
                    const double n = t.total.of > 0 ? (double)t.total.of : 1.0;
                    (void)printf(" %+.3f | %.3f |\n", t.log_bias / n, t.log_width / n);
                }
            }
        }
    }
}

// Worlds that are not what the engine was told.
static void stress_table(report *r)
{
    static const struct {
        const char *name;
        double told, truth; // within-week CV
        int days;
        double share;
        bool lod;
    } stress[] = {{"CV not told, 3 days", (double)NAN, 0.30, 3, 0.0, false},
                  {"CV not told, 0.18 in truth, 3 days", (double)NAN, 0.18, 3, 0.0, false},
                  {"CV not told, 0.58 in truth, 3 days", (double)NAN, 0.58, 3, 0.0, false},
                  {"CV 0.30 told, 0.45 in truth, 3 days", 0.30, 0.45, 3, 0.0, false},
                  {"CV 0.30 told, 0.20 in truth, 3 days", 0.30, 0.20, 3, 0.0, false},
                  {"CV not told, half below limit, 7 days", (double)NAN, 0.30, 7, 0.5, false},
                  {"CV 0.30 told, 0.45 in truth, half below, 7 days", 0.30, 0.45, 7, 0.5, false},
                  {"CV 0.30 told, 0.20 in truth, half below, 7 days", 0.30, 0.20, 7, 0.5, false},
                  {"LOD a third of LOQ, half below LOQ, 7 days", 0.30, 0.30, 7, 0.5, true},
                  {"LOD a third of LOQ, 80 % below LOQ, 7 days", 0.58, 0.58, 7, 0.8, true}};
    report_heading(r, "Worlds that are not as told",
                   "Weeks with medium uncertainties; not part of what is promised.",
                   "| world | total | random | ratio | bounds only |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof stress / sizeof stress[0]; i++) {
        cell c = report_cell(1, stress[i].truth, stress[i].share, stress[i].days, 4000);
        c.design.told_within = stress[i].told;
        c.design.has_lod = stress[i].lod;
        const tally t = cell_period(&c, true);
        (void)printf("| %s |", stress[i].name);
        report_plain(t.total);
        report_plain(t.random);
        report_plain(t.ratio);
        report_plain(t.bounds);
        (void)printf("\n");
    }
}

int main(int argc, char **argv)
{
    report r = {.quick = argc == 2 && strcmp(argv[1], "--quick") == 0,
                .lowest = 1.0,
                .highest = 0.0,
                .lowest_bounds = 1.0};
    if (argc > 1 && !r.quick) {
        (void)fprintf(stderr, "usage: wdm-validate [--quick]\n");
        return 64;
    }
    days_table(&r);
    weeks_table(&r);
    regions_table(&r);
    years_table(&r);
    if (!r.quick) {
        methods_table(&r);
        stress_table(&r);
    }
    report_summary(&r);
    return r.quick && r.out_of_tolerance > 0 ? 1 : 0;
}
