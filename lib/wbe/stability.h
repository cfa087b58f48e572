// SPDX-License-Identifier: GPL-3.0-or-later
// In-sewer first-order change: what was excreted is C k, k = 2^(t / t_half). Pure.
#ifndef WDM_WBE_STABILITY_H
#define WDM_WBE_STABILITY_H

// k for a residence time, both in hours. NaN unless residence_h >= 0 and half_life_h > 0, both finite.
// 12 h at 20 C (half-lives of Senta et al. 2014): 6-MAM 87 h: 1.100; cocaine 35 h: 1.268;
// morphine-3-glucuronide 7 h: 3.281.
double wdm_stability_k(double residence_h, double half_life_h);

// Relative standard uncertainty of k from that of the half-life, first order: ln(2) t / t_half * u. Cocaine
// above with u_rel 0.3 of the half-life: 0.0713.
double wdm_stability_u_rel(double residence_h, double half_life_h, double half_life_u_rel);

#endif
