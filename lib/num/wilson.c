// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/wilson.h"

#include <math.h>

void wdm_wilson_interval(double positive, double tested, double *low, double *high)
{
    const double z = 1.959963984540054;
    const double z2 = z * z;
    const double p = positive / tested;
    const double middle = p + z2 / (2.0 * tested);
    const double half = z * sqrt(p * (1.0 - p) / tested + z2 / (4.0 * tested * tested));
    *low = *high = (double)NAN;
    if (!(tested > 0.0))
        return;
    *low = fmax(0.0, (middle - half) / (1.0 + z2 / tested));
    *high = fmin(1.0, (middle + half) / (1.0 + z2 / tested));
}
