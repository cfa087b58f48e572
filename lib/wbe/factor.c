// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/factor.h"

#include <math.h>
#include <string.h>

#include "wbe/units.h"

typedef struct quantity_row {
    const char *name;
    const char *unit;
} quantity_row;

static const quantity_row QUANTITY[] = {
#define QUANTITY_ROW(id, name, unit) {name, unit},
    WDM_QUANTITY_LIST(QUANTITY_ROW)
#undef QUANTITY_ROW
};

const char *wdm_quantity_name(wdm_quantity quantity)
{
    return (unsigned)quantity < WDM_Q_COUNT ? QUANTITY[quantity].name : "unknown";
}

const char *wdm_quantity_unit(wdm_quantity quantity)
{
    return (unsigned)quantity < WDM_Q_COUNT ? QUANTITY[quantity].unit : "unknown";
}

bool wdm_quantity_parse(const char *name, wdm_quantity *quantity)
{
    for (unsigned i = 0; i < WDM_Q_COUNT; i++) {
        if (strcmp(name, QUANTITY[i].name) == 0) {
            *quantity = (wdm_quantity)i;
            return true;
        }
    }
    return false;
}

wdm_factor wdm_factor_none(void)
{
    return (wdm_factor){.mass_ratio = (double)NAN,
                        .excretion = {WDM_DIST_FIXED, (double)NAN, (double)NAN, (double)NAN, (double)NAN},
                        .k_stability = 1.0,
                        .dose_mg = (double)NAN,
                        .doses_per_user_day = (double)NAN};
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

bool wdm_factor_same(const wdm_factor *a, const wdm_factor *b)
{
    const wdm_dist *x = &a->excretion;
    const wdm_dist *y = &b->excretion;
    return same(a->mass_ratio, b->mass_ratio) && x->kind == y->kind && same(x->low, y->low) &&
           same(x->mode, y->mode) && same(x->high, y->high) && same(x->u_rel, y->u_rel) &&
           same(a->k_stability, b->k_stability) && same(a->stability_u_rel, b->stability_u_rel) &&
           same(a->dose_mg, b->dose_mg) && same(a->dose_u_rel, b->dose_u_rel) &&
           same(a->doses_per_user_day, b->doses_per_user_day) &&
           same(a->doses_per_user_day_u_rel, b->doses_per_user_day_u_rel) && a->drug_key == b->drug_key &&
           a->biomarker_key == b->biomarker_key;
}

static wdm_rc check_support(const wdm_excretion_row *row, wdm_err *err)
{
    if (!(row->low > 0.0) || !(row->high <= 1.0) || !(row->low <= row->mode) || !(row->mode <= row->high))
        return wdm_err_set(err, WDM_E_DATA,
                           "excreted fraction: 0 < low <= mode <= high <= 1 expected, found %g, %g, %g",
                           row->low, row->mode, row->high);
    return WDM_OK;
}

wdm_rc wdm_factor_excretion(const wdm_excretion_row *row, wdm_dist *f, wdm_err *err)
{
    const bool around_mode = row->distribution == WDM_DIST_LOGNORMAL || row->distribution == WDM_DIST_NORMAL;
    wdm_dist d = {row->distribution, row->low, row->mode, row->high, row->u_rel};
    if (!(row->mode > 0.0 && row->mode <= 1.0))
        return wdm_err_set(err, WDM_E_DATA, "excreted fraction: mode must be above 0 and at most 1, found %g",
                           row->mode);
    if (row->distribution == WDM_DIST_FIXED) {
        d.kind = WDM_DIST_FIXED;
    } else if (!isnan(row->u_rel)) {
        d.kind = around_mode ? row->distribution : WDM_DIST_LOGNORMAL;
    } else if (around_mode) {
        return wdm_err_set(err, WDM_E_DATA, "excreted fraction: distribution %s needs u_rel",
                           wdm_dist_name(row->distribution));
    } else {
        const wdm_rc rc = check_support(row, err);
        if (rc != WDM_OK)
            return rc;
        if (!(row->low < row->high))
            d.kind = WDM_DIST_FIXED;
    }
    *f = d;
    return wdm_dist_validate(f, err);
}

bool wdm_factor_has(const wdm_factor *factor, wdm_quantity quantity)
{
    return isfinite(wdm_factor_scale(factor, quantity));
}

double wdm_factor_scale(const wdm_factor *factor, wdm_quantity quantity)
{
    if (quantity == WDM_Q_NORMALISED_LOAD)
        return 1.0;
    const double cf = wdm_correction_factor(factor->mass_ratio, factor->excretion.mode);
    const double consumption = wdm_consumption_mg_d_1000(1.0, cf, factor->k_stability);
    if (quantity == WDM_Q_CONSUMPTION)
        return consumption;
    if (quantity == WDM_Q_MASS)
        return wdm_mass_kg_week(consumption);
    const double doses = wdm_doses_d_1000(consumption, factor->dose_mg);
    return quantity == WDM_Q_DOSES ? doses : wdm_users_1000(doses, factor->doses_per_user_day);
}

double wdm_factor_dose_u(const wdm_factor *factor, wdm_quantity quantity)
{
    const double dose = factor->dose_u_rel > 0.0 ? factor->dose_u_rel : 0.0;
    const double per_user = factor->doses_per_user_day_u_rel > 0.0 ? factor->doses_per_user_day_u_rel : 0.0;
    if (quantity == WDM_Q_DOSES)
        return dose;
    return quantity == WDM_Q_PREVALENCE ? sqrt((1.0 + dose * dose) * (1.0 + per_user * per_user) - 1.0) : 0.0;
}

bool wdm_factor_is_skewed(const wdm_factor *factor, wdm_quantity quantity)
{
    const wdm_dist *f = &factor->excretion;
    const bool spread =
        f->kind == WDM_DIST_TRIANGULAR || f->kind == WDM_DIST_BETA || f->kind == WDM_DIST_UNIFORM;
    if (quantity == WDM_Q_NORMALISED_LOAD || !spread)
        return false;
    const double p = wdm_dist_cdf(f, f->mode);
    return !(p >= 0.25 && p <= 0.75);
}
