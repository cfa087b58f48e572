// SPDX-License-Identifier: GPL-3.0-or-later
// What is left when an uncertain share is taken off an uncertain whole:
//   D = A - x B,  ln A ~ N(0, sigma_a^2), ln B ~ N(0, sigma_b^2) independent, x > 0.
// Used for a load net of what another substance brings (x = r M / A). D can fall below 0; P(D <= 0) is given
// apart, and D counts as 0 there. Pure.
//
// With W = ln B - ln A = s Z, s^2 = sigma_a^2 + sigma_b^2: D = A (1 - x e^W), and ln A given W is normal with
// mean -W sigma_a^2 / s^2 and the constant sd sigma_c = sigma_a sigma_b / s. So, where D > 0,
//   ln D = g(Z) + sigma_c Z',   g(z) = ln(1 - x e^(s z)) - z sigma_a^2 / s,
// one falling function of one normal beside a Gaussian: a product with D is a mixture over Z alone.
#ifndef WDM_NUM_DIFFERENCE_H
#define WDM_NUM_DIFFERENCE_H

typedef struct wdm_difference {
    double x;       // stated share taken off, above 0
    double sigma_a; // of the log, >= 0; not both 0
    double sigma_b;
} wdm_difference;

// P(D <= 0) = Phi(ln x / s). Example: x 0.474, sigma_a 0.15, sigma_b 0.45: 0.0577.
double wdm_difference_p_zero(const wdm_difference *d);

// sigma_c, the part of ln D that is Gaussian beside g(Z). Example: 0.15 and 0.45: 0.1423.
double wdm_difference_gaussian(const wdm_difference *d);

// 2.5, 50 and 97.5 % points of D x F, F independent with base[] as these points, which already have the
// factor exp(sigma_c Z') in them. F is taken as normal on the log scale below and above its median, each side
// with its own sd. 0 where P(D <= 0) reaches that far. Ends are within 2 % of 10^6 draws (tests). *log_var:
// variance of g(Z) given D > 0. Example: sigma_a 0, base 1, 1, 1: the points of 1 - x B.
void wdm_difference_ends(const wdm_difference *d, const double base[3], double ends[3], double *log_var);

// E[D^2] / E[D]^2 with D = 0 where it would be below, from the truncated lognormal's moments. Example: x 0.5,
// sigma_a 0, sigma_b 0.1: 1.01025.
double wdm_difference_square_ratio(const wdm_difference *d);

#endif
