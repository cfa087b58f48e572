// SPDX-License-Identifier: GPL-3.0-or-later
// What is left when an uncertain share is taken off an uncertain whole:
//   D = A - x B,  ln A ~ N(0, sigma_a^2), ln B ~ N(0, sigma_b^2) independent, x > 0.
// Two uses: a load net of what another substance brings (x = r M / A), and, with sigma_a = 0, the complement
// 1 - share. D can fall below 0; the functions below give P(D <= 0) apart and the rest as a distribution of
// its own. Pure.
#ifndef WDM_NUM_DIFFERENCE_H
#define WDM_NUM_DIFFERENCE_H

typedef struct wdm_difference {
    double x;       // stated share taken off, above 0
    double sigma_a; // of the log, >= 0; not both 0
    double sigma_b;
} wdm_difference;

// P(D <= 0) = Phi(ln x / sqrt(sigma_a^2 + sigma_b^2)). Example: x 0.474, sigma_a 0.15, sigma_b 0.45: 0.0577.
double wdm_difference_p_zero(const wdm_difference *d);

// P(D <= t), t of any sign: one integral over the narrower of the two, by the trapezoidal rule (relative
// error below 1e-9). Example: sigma_a 0: 1 - Phi(ln((1 - t) / x) / sigma_b).
double wdm_difference_cdf(const wdm_difference *d, double t);

// The same with the density of D at t.
double wdm_difference_cdf_density(const wdm_difference *d, double t, double *density);

// t with P(D <= t | D > 0) = p, by bisection of the log within 1e-12; NaN unless 0 < p < 1.
double wdm_difference_quantile(const wdm_difference *d, double p);

// E[D | D > 0] and E[D^2 | D > 0] in closed form (Margrabe's exchange of two lognormals); NaN for another k.
double wdm_difference_moment(const wdm_difference *d, int k);

// Ends of ln D that leave about that probability beyond each (given D > 0), within 0.1 %.
void wdm_difference_log_range(const wdm_difference *d, double tail, double *log_low, double *log_high);

#endif
