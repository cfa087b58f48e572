// SPDX-License-Identifier: GPL-3.0-or-later
// Lognormal arithmetic in relative standard uncertainties. Pure.
#ifndef WDM_WBE_LOGNORMAL_H
#define WDM_WBE_LOGNORMAL_H

// sigma = sqrt(ln(1 + u^2)) and back, u = sqrt(exp(sigma^2) - 1). NaN or a negative value counts as 0 (not
// given). 0.26 -> 0.255758 -> 0.26.
double wdm_sigma_of_u(double u_rel);
double wdm_u_of_sigma(double sigma);
// The variance of the log, ln(1 + u^2), same rule.
double wdm_log_var_of_u(double u_rel);
// RSD of a product of independent factors: sqrt((1 + a^2)(1 + b^2) - 1). 0.1 and 0.1: 0.1417745.
double wdm_u_product(double u_a, double u_b);

#endif
