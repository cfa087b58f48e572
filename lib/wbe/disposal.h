// SPDX-License-Identifier: GPL-3.0-or-later
// A day that stands out from the days around it as no consumption does: something was thrown away. Pure.
#ifndef WDM_WBE_DISPOSAL_H
#define WDM_WBE_DISPOSAL_H

#include <stddef.h>

#include "base/date.h"

// Value of day `at` divided by the median of the other days at most `window` days away. A day below its limit
// (value NaN) is a neighbour at its limit, and none when that is not known either. NaN with fewer than
// min_neighbours (at most WDM_SPIKE_NEIGHBOURS are looked at) or without a value. Values 10, 11, 9, 80, 10 of
// consecutive days, window 7, 4 neighbours, at 3: 80 / 10 = 8.
double wdm_spike_ratio(const wdm_day *days, const double *values, const double *limits, size_t n, size_t at,
                       int window, size_t min_neighbours);

enum { WDM_SPIKE_NEIGHBOURS = 64 };

#endif
