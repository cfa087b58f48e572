// SPDX-License-Identifier: GPL-3.0-or-later
// Order statistics of the slopes between all pairs of points, without making them all. Pure.
//
// A point is measured (weight 1) or only known to lie below its y (weight 0). The slope of two points with
// different x counts as many steps as their weights add up to: 2, 1 or none. Step k is the k-th smallest
// slope, each repeated as often as it counts.
#ifndef WDM_NUM_PAIR_SLOPES_H
#define WDM_NUM_PAIR_SLOPES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct wdm_pair_point {
    double x;
    double y;
    uint64_t weight; // 0 or 1
} wdm_pair_point;

// points[0..n), n >= 2, finite; sorted in place by x, then y. total: number of steps. Slopes are
// (y[j] - y[i]) / (x[j] - x[i]) as the machine computes it. WDM_E_DATA: no step, or a slope may not be
// finite.
wdm_rc wdm_pair_slopes_prepare(wdm_pair_point *points, size_t n, uint64_t *total,
                               wdm_err *err) WDM_MUST_CHECK;

// Sorts by x, then y; at once where they are in order.
void wdm_pair_points_sort(wdm_pair_point *points, size_t n);

// slope[i] = step rank[i] (1..total, ascending) of prepared points, exactly as if all slopes were made and
// sorted. x {0, 1, 2, 4}, y {1, 3, 6, 9}, weight 1: the slopes are 1.5, 2, 2, 2.333, 2.5, 3; rank 1 and 2
// -> 1.5, rank 3
// -> 2. For each rank: counts of the steps below a few trial slopes, by inversions of the residuals (merge
// sort, O(n log n)), until a small bracket is left, whose slopes are made and selected from. Matousek 1991,
// doi:10.1016/0020-0190(91)90177-J.
wdm_rc wdm_pair_slopes_at(const wdm_pair_point *points, size_t n, uint64_t total, const uint64_t *rank,
                          size_t n_ranks, double *slope, wdm_err *err) WDM_MUST_CHECK;

#endif
