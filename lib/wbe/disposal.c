// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/disposal.h"

#include <math.h>

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
        const double value = values[i] > 0.0 ? values[i] : limits[i];
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
