// SPDX-License-Identifier: GPL-3.0-or-later
// Many substances of one site that rise together by a similar factor: what they share is the flow, the
// population or the composite, not their use. Pure.
#ifndef WDM_WBE_COMMON_FACTOR_H
#define WDM_WBE_COMMON_FACTOR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wdm_common_opts {
    double
        effect_pct; // a substance has risen when its factor is at least 1 + e/100 (below: at most 1 / that)
    double similar; // greatest / least factor of those that move together; >= 1
    double share;   // of all substances that must move together, 0..1
    size_t least;   // and at least so many of them
} wdm_common_opts;

typedef struct wdm_common_factor {
    size_t n;          // substances with a factor
    size_t n_together; // the largest group that has moved by a similar factor
    double factor;     // the median of the group; NaN: no substance has moved
    bool is_common;
} wdm_common_factor;

// factors[0..n): value / baseline of each substance this week, sorted here; NaN and values that are not
// positive are left out. Example: 1.9, 2.0, 2.1, 2.2, 1.0, 0.9 with effect 25 %, similar 1.5, share 0.5,
// least 4: n 6, together 4, factor 2.05, common. 2.0, 2.0, 9.0, 1.0: together 2, not common.
wdm_common_factor wdm_common_factor_of(double *factors, size_t n, bool below, const wdm_common_opts *opts);

#endif
