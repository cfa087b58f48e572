// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/lognormal.h"

#include <math.h>

double wdm_log_var_of_u(double u_rel)
{
    return u_rel > 0.0 ? log1p(u_rel * u_rel) : 0.0;
}

double wdm_sigma_of_u(double u_rel)
{
    return sqrt(wdm_log_var_of_u(u_rel));
}

double wdm_u_of_sigma(double sigma)
{
    return sigma > 0.0 ? sqrt(expm1(sigma * sigma)) : 0.0;
}

double wdm_u_product(double u_a, double u_b)
{
    return sqrt(expm1(wdm_log_var_of_u(u_a) + wdm_log_var_of_u(u_b)));
}
