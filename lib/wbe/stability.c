// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/stability.h"

#include <math.h>

#define KELVIN 273.15

double wdm_stability_k(double residence_h, double half_life_h)
{
    const bool usable =
        isfinite(residence_h) && residence_h >= 0.0 && isfinite(half_life_h) && half_life_h > 0.0;
    return usable ? exp2(residence_h / half_life_h) : (double)NAN;
}

static const wdm_half_life_at *nearest(const wdm_half_life_at *rows, size_t n, double temperature_c)
{
    const wdm_half_life_at *best = &rows[0];
    for (size_t i = 1; i < n; i++) {
        if (fabs(rows[i].temperature_c - temperature_c) < fabs(best->temperature_c - temperature_c))
            best = &rows[i];
    }
    return best;
}

// The closest row on that side of the temperature; NULL when there is none.
static const wdm_half_life_at *beside(const wdm_half_life_at *rows, size_t n, double temperature_c,
                                      bool above)
{
    const wdm_half_life_at *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const double t = rows[i].temperature_c;
        if (above ? t <= temperature_c : t > temperature_c)
            continue;
        if (best == NULL || (above ? t < best->temperature_c : t > best->temperature_c))
            best = &rows[i];
    }
    return best;
}

wdm_half_life_how wdm_stability_half_life(const wdm_half_life_at *rows, size_t n, double temperature_c,
                                          wdm_half_life_at *at)
{
    if (n == 0)
        return WDM_HALF_LIFE_NONE;
    if (isnan(temperature_c)) {
        *at = *nearest(rows, n, 20.0);
        return WDM_HALF_LIFE_NEAR_20;
    }
    const wdm_half_life_at *cold = beside(rows, n, temperature_c, false);
    const wdm_half_life_at *warm = beside(rows, n, temperature_c, true);
    if (cold != NULL && cold->temperature_c == temperature_c) {
        *at = *cold;
        return WDM_HALF_LIFE_TABULATED;
    }
    if (cold == NULL || warm == NULL) {
        *at = *nearest(rows, n, temperature_c);
        return WDM_HALF_LIFE_CLAMPED;
    }
    const double from = 1.0 / (cold->temperature_c + KELVIN);
    const double to = 1.0 / (warm->temperature_c + KELVIN);
    const double w = (1.0 / (temperature_c + KELVIN) - from) / (to - from);
    at->temperature_c = temperature_c;
    at->half_life_h = exp(log(cold->half_life_h) * (1.0 - w) + log(warm->half_life_h) * w);
    at->u_rel = cold->u_rel * (1.0 - w) + warm->u_rel * w;
    return WDM_HALF_LIFE_INTERPOLATED;
}
