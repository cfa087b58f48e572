// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks of sites for one drug. Excretion and dose are the same at every site and cancel; flow-meter bias and
// population stay (METHOD 5). So a site's spread is that of its normalised load, and P(A > B) = Phi(ln(a / b)
// / sqrt(sa^2 + sb^2)). What laboratories and batches share between sites is taken as not shared: P errs to
// the side of "cannot be told".
#ifndef WDM_REPORT_RANK_H
#define WDM_REPORT_RANK_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wdm_rank_item {
    size_t site;
    double value;  // > 0
    double log_sd; // of the value without the shared factors; NaN: not known
} wdm_rank_item;

// sd of the log of a lognormal with that relative standard deviation: sqrt(ln(1 + rsd^2)).
double wdm_rank_log_sd(double rsd);
// P(a > b). Example: 120 against 100, both with log sd 0.1: Phi(0.18232 / 0.14142) = 0.9013. NaN when a
// spread is not known.
double wdm_rank_probability(const wdm_rank_item *a, const wdm_rank_item *b);
// Greatest value first; equal values keep their order.
void wdm_rank_sort(wdm_rank_item *items, size_t n);
// The last place of the sorted list that cannot be told apart from the place `from`: P(from > it) < 0.95, and
// so for all places between them. `from` itself when even the next one can.
size_t wdm_rank_group_end(const wdm_rank_item *items, size_t n, size_t from);

#endif
