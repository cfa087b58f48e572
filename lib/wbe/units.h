// SPDX-License-Identifier: GPL-3.0-or-later
// The exact formulas of METHOD 1, in the project's canonical units. Conversion to these units is done by a
// config table (config/units.csv), not here. NaN in gives NaN out; a divisor of 0 gives NaN, never infinity.
// Pure.
#ifndef WDM_WBE_UNITS_H
#define WDM_WBE_UNITS_H

// L = C Q / 1000. 250 ng/L in 40,000 m3/d: 10,000 mg/d. (1000 L/m3, 1e-6 mg/ng)
double wdm_load_mg_d(double conc_ng_l, double flow_m3_d);
// N = C Q / P, mg/d/1000 people: the unit factor is exactly 1. 250 ng/L, 40,000 m3/d, 200,000 people: 50.
double wdm_normalised_load_mg_d_1000(double conc_ng_l, double flow_m3_d, double persons);
// CF = mass_ratio / f, mass_ratio = M_drug / M_biomarker. Cocaine from benzoylecgonine: 303.358 / 289.331 /
// 0.292 = 3.591.
double wdm_correction_factor(double mass_ratio, double excreted_fraction);
// A = N CF k_s, mg/d/1000 people. 29.2 mg/d/1000 of methamphetamine, CF 1 / 0.43, k_s 1: 67.9.
double wdm_consumption_mg_d_1000(double load_mg_d_1000, double correction_factor, double k_stability);
// D = A / dose, doses/d/1000 people. 67.9 mg/d/1000 at 30 mg: 2.26.
double wdm_doses_d_1000(double consumption_mg_d_1000, double dose_mg);
// U = D / (doses per user and day), users/1000 people. 2.26 at 4 a day: 0.566.
double wdm_users_1000(double doses_d_1000, double doses_per_user_day);
// 7 days of a mean daily mass, kg/week. 10,000 mg/d: 0.07.
double wdm_mass_kg_week(double mean_mg_d);

#endif
