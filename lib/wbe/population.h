// SPDX-License-Identifier: GPL-3.0-or-later
// People served, from a marker in the same sample. Pure. NaN unless every input is finite and > 0 (share: 0 <
// share <= 1).
#ifndef WDM_WBE_POPULATION_H
#define WDM_WBE_POPULATION_H

// P = marker load / per-capita load. Ammonium-N: 1,500,000 g/d at 7.5 g/d a person: 200,000 people (both in
// mg/d here).
double wdm_population_of_marker(double marker_load_mg_d, double per_capita_mg_d);

// The Chinese cotinine rule (METHOD 4): cotinine excretion in mg/d/1000 people = cigarettes a person and day
// x 0.14 x 1000. 4.2 cigarettes: 588.
double wdm_cotinine_excretion_mg_d_1000(double cigarettes_person_day);
// Persons: cotinine ng/L x flow m3/d x domestic share / excretion. 1500 ng/L, 125,000 m3/d, 0.9, 588:
// 286,989.8 people. (The rule is written with the flow in 10^4 m3/d and P in thousands; the factor 10 there
// is 10^4 / 10^3.)
double wdm_cotinine_population(double cotinine_ng_l, double flow_m3_d, double domestic_share,
                               double excretion_mg_d_1000);
// N = C Q / P with that P: the flow cancels and is not asked for. C / cotinine x excretion / domestic share,
// mg/d/1000. Methamphetamine 60 ng/L, cotinine 1500 ng/L, 0.9, 588: 26.1333. Its uncertainty has no flow
// term; cotinine's analytical term enters instead (wdm_day_value: u_flow = 0, u_population = u of the
// cotinine result; u_flow_bias = 0).
double wdm_cotinine_normalised_load(double conc_ng_l, double cotinine_ng_l, double domestic_share,
                                    double excretion_mg_d_1000);

#endif
