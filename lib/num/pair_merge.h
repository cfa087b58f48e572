// SPDX-License-Identifier: GPL-3.0-or-later
// Inside of num/pair_slopes and num/mannkendall: pairs out of order, counted or listed while merging. Pure.
#ifndef WDM_NUM_PAIR_MERGE_H
#define WDM_NUM_PAIR_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "num/pair_slopes.h"

// Sorts v[0..n), no NaN; returns how many pairs were out of order. {3, 1, 2} -> 2. spare: room for n.
uint64_t wdm_pair_falls(double *v, double *spare, size_t n);

typedef struct wdm_pair_item {
    double rest; // what is sorted by
    uint32_t at; // place in the points
    uint32_t weight;
} wdm_pair_item;

typedef struct wdm_pair_list {
    double *slope; // wdm_free
    size_t cap;
    size_t n;
} wdm_pair_list;

// Sorts by rest, equal ones staying in order; returns the sum of both weights over the pairs that were out of
// order. {3, 1, 2} of weight 1 -> 4. spare: room for n.
uint64_t wdm_pair_inversions(wdm_pair_item *item, wdm_pair_item *spare, size_t n);

// The same order; lists the slope of each pair that was out of order though its places in the points are in
// order: as often as its weight says, once where each_once is set.
wdm_rc wdm_pair_exchanged(const wdm_pair_point *points, wdm_pair_item *item, wdm_pair_item *spare, size_t n,
                          bool each_once, wdm_pair_list *list, wdm_err *err) WDM_MUST_CHECK;

// The slopes of all pairs with different x.
wdm_rc wdm_pair_all(const wdm_pair_point *points, size_t n, bool each_once, wdm_pair_list *list,
                    wdm_err *err) WDM_MUST_CHECK;

#endif
