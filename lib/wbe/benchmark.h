// SPDX-License-Identifier: GPL-3.0-or-later
// One place against others for one drug: rank, share of them below it, probability of being above them. Pure.
//
// Excretion and dose are the same everywhere and cancel; flow-meter bias and population stay (METHOD 5). So a
// place's spread is that of its normalised load, and P(A > B) = Phi(ln(a / b) / sqrt(sa^2 + sb^2)). What
// laboratories and batches share between places is taken as not shared: P errs to the side of "cannot be
// told".
#ifndef WDM_WBE_BENCHMARK_H
#define WDM_WBE_BENCHMARK_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wdm_rank_item {
    size_t place;
    double value;      // > 0
    double log_sd;     // of the value without the shared factors; NaN: not known
    double population; // weight in a mean; NaN: not known
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

typedef struct wdm_benchmark {
    size_t n;                 // others
    double reference, log_sd; // mean of the others by population, and its spread
    size_t rank, rank_lo,
        rank_hi;              // 1: highest; those that cannot be told from it have ranks rank_lo..rank_hi
    double quantile;          // share of the others below it
    double ratio, lo95, hi95; // to the reference
    double p_above;           // that it is above the reference
    const char *word;         // above, below (p_above >= 0.95 or <= 0.05), cannot be told, no reference
} wdm_benchmark;

// Of `mine` among others[0..n) (without it). The mean is weighted by population where all others have one,
// else each counts the same; its log-sd: sqrt(sum (w v)^2 (exp(s^2) - 1)) / mean, as sqrt(ln(1 + rsd^2)). A
// place is a part of its region: against the others, not against the whole, is above or below the same
// question. 30 (s 0.1) among 20 and 10 of equal people (s 0.1 each): rank 1, reference 15, log_sd 0.0745,
// ratio 2, p_above 1.0.
wdm_benchmark wdm_benchmark_places(const wdm_rank_item *mine, const wdm_rank_item *others, size_t n);
// Against one number, such as a published level; log_sd 0: taken as exact.
wdm_benchmark wdm_benchmark_level(const wdm_rank_item *mine, double level, double log_sd);

#endif
