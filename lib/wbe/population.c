// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/population.h"

#include <math.h>
#include <stdbool.h>

// mg of cotinine excreted for one cigarette, as the rule has it.
#define COTININE_MG_PER_CIGARETTE 0.14

static bool positive(double x)
{
    return isfinite(x) && x > 0.0;
}

static bool is_share(double x)
{
    return positive(x) && x <= 1.0;
}

double wdm_population_of_marker(double marker_load_mg_d, double per_capita_mg_d)
{
    return positive(marker_load_mg_d) && positive(per_capita_mg_d) ? marker_load_mg_d / per_capita_mg_d
                                                                   : (double)NAN;
}

double wdm_cotinine_excretion_mg_d_1000(double cigarettes_person_day)
{
    return positive(cigarettes_person_day) ? cigarettes_person_day * COTININE_MG_PER_CIGARETTE * 1000.0
                                           : (double)NAN;
}

double wdm_cotinine_population(double cotinine_ng_l, double flow_m3_d, double domestic_share,
                               double excretion_mg_d_1000)
{
    if (!positive(cotinine_ng_l) || !positive(flow_m3_d) || !is_share(domestic_share) ||
        !positive(excretion_mg_d_1000))
        return (double)NAN;
    return cotinine_ng_l * flow_m3_d * domestic_share / excretion_mg_d_1000;
}

double wdm_cotinine_normalised_load(double conc_ng_l, double cotinine_ng_l, double domestic_share,
                                    double excretion_mg_d_1000)
{
    if (!isfinite(conc_ng_l) || conc_ng_l < 0.0 || !positive(cotinine_ng_l) || !is_share(domestic_share) ||
        !positive(excretion_mg_d_1000))
        return (double)NAN;
    return conc_ng_l / cotinine_ng_l * excretion_mg_d_1000 / domestic_share;
}
