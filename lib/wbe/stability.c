// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/stability.h"

#include <math.h>
#include <stdbool.h>

static bool usable(double residence_h, double half_life_h)
{
    return isfinite(residence_h) && residence_h >= 0.0 && isfinite(half_life_h) && half_life_h > 0.0;
}

double wdm_stability_k(double residence_h, double half_life_h)
{
    return usable(residence_h, half_life_h) ? exp2(residence_h / half_life_h) : (double)NAN;
}

double wdm_stability_u_rel(double residence_h, double half_life_h, double half_life_u_rel)
{
    return usable(residence_h, half_life_h) ? log(2.0) * residence_h / half_life_h * half_life_u_rel
                                            : (double)NAN;
}
