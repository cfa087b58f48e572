// SPDX-License-Identifier: GPL-3.0-or-later
// From a normalised load to the other quantities of METHOD 1: which factors enter, with their uncertainty.
// Pure.
#ifndef WDM_WBE_FACTOR_H
#define WDM_WBE_FACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "num/dist.h"

#define WDM_QUANTITY_LIST(X)                                                                                 \
    X(WDM_Q_NORMALISED_LOAD, "normalised_load", "mg/d/1000 people")                                          \
    X(WDM_Q_CONSUMPTION, "consumption", "mg/d/1000 people")                                                  \
    X(WDM_Q_DOSES, "doses", "doses/d/1000 people")                                                           \
    X(WDM_Q_PREVALENCE, "prevalence", "users/1000 people")                                                   \
    X(WDM_Q_MASS, "mass", "kg/week")

typedef enum wdm_quantity {
#define WDM_QUANTITY_ENUM(id, name, unit) id,
    WDM_QUANTITY_LIST(WDM_QUANTITY_ENUM)
#undef WDM_QUANTITY_ENUM
        WDM_Q_COUNT
} wdm_quantity;

// Names and units as exported; borrowed. parse is false for an unknown word.
const char *wdm_quantity_name(wdm_quantity quantity);
const char *wdm_quantity_unit(wdm_quantity quantity);
bool wdm_quantity_parse(const char *name, wdm_quantity *quantity);

// What the quantities other than the load need for one drug, biomarker and site. Start from
// wdm_factor_none(). A number that is not known is NaN, and the quantities that need it are not available.
typedef struct wdm_factor {
    double mass_ratio;  // M_drug / M_biomarker
    wdm_dist excretion; // of f, the molar fraction excreted as the biomarker; its plug-in is excretion.mode
    double k_stability; // in-sewer loss correction, >= 1; 1 when off
    double stability_u_rel;
    double dose_mg; // pure drug in a dose
    double dose_u_rel;
    double doses_per_user_day;
    uint64_t drug_key; // hashes of drug_id and analyte_id: what the draws of Monte Carlo are keyed by
    uint64_t biomarker_key;
    double doses_per_user_day_u_rel;
} wdm_factor;

// No excretion, no dose (all NaN), stability off.
wdm_factor wdm_factor_none(void);
// Whether two factors are the same, number by number (NaN like NaN).
bool wdm_factor_same(const wdm_factor *a, const wdm_factor *b);

// Row of excretion.csv: low, mode, high, u_rel (NaN = empty cell).
typedef struct wdm_excretion_row {
    wdm_dist_kind distribution;
    double low;
    double mode;
    double high;
    double u_rel;
} wdm_excretion_row;

// The distribution of f. u_rel given: lognormal (normal when the row says so) around the mode, and low and
// high are not used. Otherwise the row's distribution on low .. high; low = mode = high is fixed; lognormal
// or normal without u_rel is an error. 0 < low <= mode <= high <= 1. Cocaine: {.low .25, .mode .292, .high
// .45, .u_rel .26} -> lognormal 0.292, 26 %.
wdm_rc wdm_factor_excretion(const wdm_excretion_row *row, wdm_dist *f, wdm_err *err) WDM_MUST_CHECK;

// Whether the quantity can be had from the factor (load: always; mass: needs the excretion like consumption).
bool wdm_factor_has(const wdm_factor *factor, wdm_quantity quantity);
// The plug-in multiplier from a normalised load to the quantity, NaN when not available. For mass: from mg/d
// to kg/week of pure drug. Example: methamphetamine f 0.43: consumption = load * 2.3256, so 29.2 -> 67.9 and
// <1.12 -> <2.60.
double wdm_factor_scale(const wdm_factor *factor, wdm_quantity quantity);
// Relative standard uncertainty that the dose table brings to the quantity: of the dose for doses, of dose x
// doses per user and day for prevalence (independent lognormals: 1 + u^2 = product of the 1 + u_i^2), else 0.
// Example: 0.2 and 0.3: doses 0.2, prevalence 0.3655.
double wdm_factor_dose_u(const wdm_factor *factor, wdm_quantity quantity);
// True where the plug-in f lies outside the central half (25 % .. 75 %) of its own distribution.
bool wdm_factor_is_skewed(const wdm_factor *factor, wdm_quantity quantity);

#endif
