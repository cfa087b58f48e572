// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/common_factor.h"

#include <math.h>

#include "num/robust.h"

wdm_common_factor wdm_common_factor_of(double *factors, size_t n, bool below, const wdm_common_opts *opts)
{
    const double effect = 1.0 + opts->effect_pct / 100.0;
    wdm_common_factor out = {.factor = (double)NAN};
    size_t used = 0;
    size_t begin = 0;
    for (size_t i = 0; i < n; i++) {
        if (factors[i] > 0.0 && isfinite(factors[i]))
            factors[used++] = factors[i];
    }
    out.n = used;
    wdm_robust_sort(factors, used);
    for (size_t end = 0; end < used; end++) {
        const bool moved = below ? factors[end] <= 1.0 / effect : factors[end] >= effect;
        if (!moved) {
            begin = end + 1;
            continue;
        }
        while (factors[end] > opts->similar * factors[begin])
            begin++;
        if (end - begin + 1 > out.n_together) {
            const size_t middle = begin + (end - begin) / 2;
            out.n_together = end - begin + 1;
            out.factor =
                out.n_together % 2 == 1 ? factors[middle] : 0.5 * (factors[middle] + factors[middle + 1]);
        }
    }
    out.is_common = out.n_together >= opts->least && (double)out.n_together >= opts->share * (double)used;
    return out;
}
