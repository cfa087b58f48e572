// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/westgard.h"

#include <math.h>
#include <stdbool.h>

const char *wdm_westgard_name(unsigned bit)
{
    static const char *const names[] = {
#define WDM_WESTGARD_NAME(id, bit, name) name,
        WDM_WESTGARD_LIST(WDM_WESTGARD_NAME)
#undef WDM_WESTGARD_NAME
    };
    return bit < WDM_WESTGARD_RULES ? names[bit] : "";
}

// Beyond `limit` on the side of `sign`.
static bool beyond(double z, double sign, double limit)
{
    return z * sign > limit;
}

// Whether the `need` last points up to `at` are all beyond the limit on the side of the last one. Of its
// material only, or of all materials.
static bool row_of(const wdm_westgard_point *points, size_t at, int need, double limit, bool any_material)
{
    const double sign = points[at].z < 0.0 ? -1.0 : 1.0;
    int found = 0;
    for (size_t i = at + 1; i-- > 0;) {
        if (isnan(points[i].z) || (!any_material && points[i].material != points[at].material))
            continue;
        if (!beyond(points[i].z, sign, limit))
            return false;
        if (++found == need)
            return true;
    }
    return false;
}

// Whether an earlier point of the same run is beyond 2 s on that side.
static bool in_run(const wdm_westgard_point *points, size_t at, double sign)
{
    for (size_t i = at; i-- > 0;) {
        if (points[i].run == points[at].run && !isnan(points[i].z) && beyond(points[i].z, sign, 2.0))
            return true;
    }
    return false;
}

static unsigned rules_of(const wdm_westgard_point *points, size_t at)
{
    const double z = points[at].z;
    const double sign = z < 0.0 ? -1.0 : 1.0;
    unsigned rules = 0;
    if (isnan(z))
        return 0;
    if (beyond(z, sign, 2.0)) {
        rules |= WDM_WESTGARD_12S;
        if (beyond(z, sign, 3.0))
            rules |= WDM_WESTGARD_13S;
        if (row_of(points, at, 2, 2.0, false) || in_run(points, at, sign))
            rules |= WDM_WESTGARD_22S;
        if (in_run(points, at, -sign))
            rules |= WDM_WESTGARD_R4S;
    }
    if (row_of(points, at, 4, 1.0, false) || row_of(points, at, 4, 1.0, true))
        rules |= WDM_WESTGARD_41S;
    if (row_of(points, at, 10, 0.0, false) || row_of(points, at, 10, 0.0, true))
        rules |= WDM_WESTGARD_10X;
    return rules;
}

void wdm_westgard(const wdm_westgard_point *points, size_t n, unsigned *rules)
{
    for (size_t i = 0; i < n; i++)
        rules[i] = rules_of(points, i);
}
