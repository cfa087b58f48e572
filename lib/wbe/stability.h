// SPDX-License-Identifier: GPL-3.0-or-later
// In-sewer first-order change: what was excreted is C k, k = 2^(t / t_half), t_half by temperature. METHOD
// 3.6. Pure.
#ifndef WDM_WBE_STABILITY_H
#define WDM_WBE_STABILITY_H

#include <stdbool.h>
#include <stddef.h>

// k for a residence time, both in hours. NaN unless residence_h >= 0 and half_life_h > 0, both finite.
// 12 h at 20 C (half-lives of Senta et al. 2014): 6-MAM 87 h: 1.100; cocaine 35 h: 1.268;
// morphine-3-glucuronide 7 h: 3.281. With a lognormal half-life of relative uncertainty u the log of k is
// lognormal with median ln k and the same u: WDM_DIST_DECAY (num/dist.h). First order, u(k) = ln k u, is good
// where ln k u is small: at ln k u = 0.05 its 95 % ends are within 0.5 % of the exact ones, for
// morphine-3-glucuronide (ln k 1.19, u 0.5) they are 30 % and 54 % off (test_stability).
double wdm_stability_k(double residence_h, double half_life_h);

// A tabulated half-life.
typedef struct wdm_half_life_at {
    double temperature_c, half_life_h, u_rel;
} wdm_half_life_at;

// How the half-life of a day was found.
typedef enum wdm_half_life_how {
    WDM_HALF_LIFE_NONE,         // nothing is tabulated
    WDM_HALF_LIFE_TABULATED,    // at that temperature
    WDM_HALF_LIFE_INTERPOLATED, // between two
    WDM_HALF_LIFE_CLAMPED,      // outside the table: its nearest end
    WDM_HALF_LIFE_NEAR_20       // no temperature is known: the one nearest to 20 C
} wdm_half_life_how;

// The half-life at a temperature: ln t_half linear in 1 / T (T in kelvin; Arrhenius) between the tabulated
// ones, u_rel in between likewise; outside the nearest. temperature_c NaN: the one tabulated nearest to 20 C.
// The rows stand in any order. Example: cocaine 35 h at 20 C and 173 h at 10 C: 76.8 h at 15 C.
wdm_half_life_how wdm_stability_half_life(const wdm_half_life_at *rows, size_t n, double temperature_c,
                                          wdm_half_life_at *at);

#endif
