// SPDX-License-Identifier: GPL-3.0-or-later
// The cells' results as Markdown, and what is counted of them.
#ifndef WDM_VALIDATION_TABLES_H
#define WDM_VALIDATION_TABLES_H

#include "cells.h"

typedef struct report {
    bool quick;
    int judged; // cells of which at least a quarter of the worlds has an estimate, and 500 at least
    int inside; // of them 93.5 to 96.5 %
    double lowest;
    double highest;
    int judged_bounds; // of at least 200 worlds
    double lowest_bounds;
    int out_of_tolerance;
} report;

extern const double report_cv[2];
extern const double report_share[4];

// Heading and sentence, then the table's head.
void report_heading(const report *r, const char *heading, const char *sentence, const char *head);
// One week, medium batch: the design that most tables share. u: index of the uncertainties.
cell report_cell(int u, double cv, double censored, int days, int worlds);
// First columns of a row.
void report_design(const cell *c, bool days);
// A share that has to lie between 93.5 and 96.5 %: bold when it does not; in brackets when fewer than a
// quarter of the worlds, or fewer than 500, have an estimate, which is a choice of worlds by their errors.
// Counted.
void report_share_of(report *r, share s, int of_worlds);
// One that has to be 95 % or more: bold when it is not, in brackets below 200 worlds. Counted.
void report_bounds(report *r, share s);
void report_plain(share s);
void report_summary(const report *r);

#endif
