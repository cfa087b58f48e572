// SPDX-License-Identifier: GPL-3.0-or-later
// A day that stands out from the days around it as no consumption does: something was thrown away. Pure.
#ifndef WDM_WBE_DISPOSAL_H
#define WDM_WBE_DISPOSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"

// Value of day `at` divided by the median of the other days at most `window` days away. A day below its limit
// (value NaN) is a neighbour at its limit, and none when that is not known either; limits NULL: none is
// known. NaN with fewer than min_neighbours (at most WDM_SPIKE_NEIGHBOURS are looked at) or without a value.
// Values 10, 11, 9, 80, 10 of consecutive days, window 7, 4 neighbours, at 3: 80 / 10 = 8.
double wdm_spike_ratio(const wdm_day *days, const double *values, const double *limits, size_t n, size_t at,
                       int window, size_t min_neighbours);

enum { WDM_SPIKE_NEIGHBOURS = 64 };

// A rule of disposal.csv.
typedef struct wdm_spike {
    double factor;
    int window; // days before and after
    size_t min_neighbours;
} wdm_spike;

// Whether day `at` is a spike: at least factor times the median of its measured neighbours, and back to
// normal on both sides: of the two nearest measured days before, and of the two after, one is at most value /
// factor. Two, because a composite covers two dates. A level that stays high is none, and the last day is
// none before the next one is known. values NaN: below the limit, no neighbour. Days are in order. Example:
// 10, 11, 9, 80, 10, factor 5: day 3 is; 10, 11, 9, 10, 80, 80, 80, 80: no day is.
bool wdm_is_spike(const wdm_day *days, const double *values, size_t n, size_t at, const wdm_spike *spike);

#endif
