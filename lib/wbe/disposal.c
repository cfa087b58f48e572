// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/disposal.h"

#include <math.h>
#include <stdlib.h>

#include "num/robust.h"

double wdm_spike_ratio(const wdm_day *days, const double *values, const double *limits, size_t n, size_t at,
                       int window, size_t min_neighbours)
{
    double near[WDM_SPIKE_NEIGHBOURS] = {0};
    double middle = (double)NAN;
    size_t n_near = 0;
    if (!(values[at] > 0.0))
        return (double)NAN;
    for (size_t i = 0; i < n && n_near < (size_t)WDM_SPIKE_NEIGHBOURS; i++) {
        const double value = values[i] > 0.0 || limits == NULL ? values[i] : limits[i];
        if (i == at || days[i] < days[at] - window || days[i] > days[at] + window || days[i] == days[at] ||
            !(value > 0.0))
            continue;
        near[n_near++] = value;
    }
    if (n_near < min_neighbours || n_near == 0 || wdm_robust_median(near, n_near, &middle, NULL) != WDM_OK ||
        !(middle > 0.0))
        return (double)NAN;
    return values[at] / middle;
}

// Whether one of the two nearest measured days on that side is at most `normal`.
static bool is_back(const wdm_day *days, const double *values, size_t n, size_t at, int window, int step,
                    double normal)
{
    int seen = 0;
    for (size_t i = at; seen < 2;) {
        if (step < 0 ? i == 0 : i + 1 == n)
            break;
        i = step < 0 ? i - 1 : i + 1;
        if (abs(days[i] - days[at]) > window)
            break;
        if (!(values[i] > 0.0))
            continue;
        if (values[i] <= normal)
            return true;
        seen++;
    }
    return false;
}

bool wdm_is_spike(const wdm_day *days, const double *values, size_t n, size_t at, const wdm_spike *spike)
{
    size_t from = at; // the neighbours alone, so that long series stay linear
    size_t to = at + 1;
    while (from > 0 && days[from - 1] >= days[at] - spike->window && at - from < WDM_SPIKE_NEIGHBOURS / 2)
        from--;
    while (to < n && days[to] <= days[at] + spike->window && to - at <= WDM_SPIKE_NEIGHBOURS / 2)
        to++;
    const double ratio = wdm_spike_ratio(days + from, values + from, NULL, to - from, at - from,
                                         spike->window, spike->min_neighbours);
    const double normal = values[at] / spike->factor;
    return ratio >= spike->factor && is_back(days, values, n, at, spike->window, -1, normal) &&
           is_back(days, values, n, at, spike->window, 1, normal);
}
