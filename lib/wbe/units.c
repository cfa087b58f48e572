// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/units.h"

#include <math.h>

static double ratio(double a, double b)
{
    return b != 0.0 ? a / b : (double)NAN;
}

double wdm_load_mg_d(double conc_ng_l, double flow_m3_d)
{
    return conc_ng_l * flow_m3_d / 1000.0;
}

double wdm_normalised_load_mg_d_1000(double conc_ng_l, double flow_m3_d, double persons)
{
    return ratio(conc_ng_l * flow_m3_d, persons);
}

double wdm_correction_factor(double mass_ratio, double excreted_fraction)
{
    return ratio(mass_ratio, excreted_fraction);
}

double wdm_consumption_mg_d_1000(double load_mg_d_1000, double correction_factor, double k_stability)
{
    return load_mg_d_1000 * correction_factor * k_stability;
}

double wdm_doses_d_1000(double consumption_mg_d_1000, double dose_mg)
{
    return ratio(consumption_mg_d_1000, dose_mg);
}

double wdm_users_1000(double doses_d_1000, double doses_per_user_day)
{
    return ratio(doses_d_1000, doses_per_user_day);
}

double wdm_mass_kg_week(double mean_mg_d)
{
    return mean_mg_d * 7.0 / 1e6;
}
