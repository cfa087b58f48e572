// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/estimate.h"

#include <math.h>
#include <string.h>

#include "wbe/estimate_parts.h"
#include "wbe/lognormal.h"

#define Z975 1.959963984540054

static const char *const BUDGET_NAME[] = {
#define BUDGET_ROW(id, name) name,
    WDM_BUDGET_LIST(BUDGET_ROW)
#undef BUDGET_ROW
};

const char *wdm_budget_name(wdm_budget_part part)
{
    return (unsigned)part < WDM_BUDGET_N ? BUDGET_NAME[part] : "unknown";
}

const char *wdm_est_flag_name(unsigned flag)
{
    switch (flag) {
#define FLAG_CASE(id, bit, name)                                                                             \
    case (unsigned)(id):                                                                                     \
        return name;
        WDM_EST_FLAG_LIST(FLAG_CASE)
#undef FLAG_CASE
    default:
        return NULL;
    }
}

static void add_lognormal(wdm_factor_term *terms, size_t *n, double u_rel, int power)
{
    if (u_rel > 0.0) {
        terms[*n] = (wdm_factor_term){{WDM_DIST_LOGNORMAL, (double)NAN, 1.0, (double)NAN, u_rel}, power};
        (*n)++;
    }
}

// f / plug-in, so that the product is relative. Beta lives on (0, 1) and cannot be rescaled: its plug-in is
// divided out by a fixed factor instead, which serves every kind.
static size_t add_excretion(wdm_factor_term *terms, size_t n, const wdm_dist *f)
{
    terms[n] = (wdm_factor_term){*f, -1};
    terms[n + 1] = (wdm_factor_term){{WDM_DIST_FIXED, (double)NAN, f->mode, (double)NAN, (double)NAN}, 1};
    return n + 2;
}

wdm_rc wdm_estimator_init(wdm_estimator *est, wdm_quantity quantity, const wdm_factor *factor,
                          const wdm_shared_u *shared, wdm_err *err)
{
    wdm_factor_term terms[8];
    size_t n = 0;
    const bool drug = quantity != WDM_Q_NORMALISED_LOAD;
    const bool dose = quantity == WDM_Q_DOSES || quantity == WDM_Q_PREVALENCE;
    if ((unsigned)quantity >= WDM_Q_COUNT || !wdm_factor_has(factor, quantity))
        return wdm_err_set(err, WDM_E_DATA,
                           "%s needs an excretion fraction, molar masses%s that are not there",
                           wdm_quantity_name(quantity), dose ? " and a dose" : "");
    memset(est, 0, sizeof *est);
    est->quantity = quantity;
    est->scale = wdm_factor_scale(factor, quantity);
    est->flags = wdm_factor_is_skewed(factor, quantity) ? (unsigned)WDM_EST_SKEWED_FACTOR : 0U;
    add_lognormal(terms, &n, shared->u_flow_bias, 1);
    add_lognormal(terms, &n, shared->u_population, -1);
    add_lognormal(terms, &n, drug ? factor->stability_u_rel : 0.0, 1);
    add_lognormal(terms, &n, dose ? factor->dose_u_rel : 0.0, -1);
    if (drug)
        n = add_excretion(terms, n, &factor->excretion);
    const wdm_rc rc = wdm_logconv_init(&est->shared, terms, n, err);
    if (rc != WDM_OK)
        return rc;
    est->log_var[WDM_BUDGET_FLOW_BIAS] = wdm_log_var_of_u(shared->u_flow_bias);
    est->log_var[WDM_BUDGET_POPULATION] = wdm_log_var_of_u(shared->u_population);
    est->log_var[WDM_BUDGET_STABILITY] = drug ? wdm_log_var_of_u(factor->stability_u_rel) : 0.0;
    est->log_var[WDM_BUDGET_DOSE] = dose ? wdm_log_var_of_u(factor->dose_u_rel) : 0.0;
    double rest = est->shared.log_var;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        rest -= est->log_var[i];
    // without the last line rounding would leave 1e-18 for an excretion without uncertainty
    est->log_var[WDM_BUDGET_EXCRETION] =
        drug && factor->excretion.kind != WDM_DIST_FIXED ? fmax(0.0, rest) : 0.0;
    return WDM_OK;
}

static const double *shape_of(wdm_estimator *est, double sigma)
{
    for (unsigned i = 0; i < WDM_SHAPE_MEMOS; i++) {
        if (est->memo[i].used && est->memo[i].sigma == sigma)
            return est->memo[i].q;
    }
    wdm_shape_memo *memo = &est->memo[est->memo_next];
    est->memo_next = (est->memo_next + 1) % (unsigned)WDM_SHAPE_MEMOS;
    memo->used = true;
    memo->sigma = sigma;
    memo->q[0] = wdm_logconv_quantile(&est->shared, sigma, 0.025);
    memo->q[1] = wdm_logconv_quantile(&est->shared, sigma, 0.5);
    memo->q[2] = wdm_logconv_quantile(&est->shared, sigma, 0.975);
    return memo->q;
}

void wdm_parts_add(wdm_sum_moments *moments, wdm_budget_part part, double rel_var)
{
    moments->var += rel_var;
    moments->part[part] += rel_var;
}

// Relative variance of the moments, and median and log variance of the lognormal with the same mean and
// variance.
static double matched(const wdm_sum_moments *m, double *median, double *log_var)
{
    const double rel_var = m->var / m->mean / m->mean;
    *log_var = log1p(rel_var);
    *median = m->mean / sqrt(1.0 + rel_var);
    return rel_var;
}

// The log variance of the sum is shared out in proportion to the leading contributions; that of the shared
// factor is known part by part, and the two add up because their product is of independent factors.
static void fill_budget(const wdm_estimator *est, const wdm_sum_moments *sum, double sum_log_var,
                        double *budget)
{
    double parts = 0.0;
    double total = sum_log_var;
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        parts += sum->part[i];
        total += est->log_var[i];
    }
    for (int i = 0; i < WDM_BUDGET_N; i++) {
        const double own = parts > 0.0 ? sum->part[i] / parts * sum_log_var : 0.0;
        budget[i] = total > 0.0 ? (own + est->log_var[i]) / total : 0.0;
    }
}

void wdm_parts_finish(wdm_estimator *est, const wdm_parts *parts, wdm_estimate *out)
{
    double median = 1.0;
    double median_random = 1.0;
    double log_var = 0.0;
    double log_var_random = 0.0;
    const double rel_var = matched(&parts->total, &median, &log_var);
    const double rel_var_random = matched(&parts->random, &median_random, &log_var_random);
    const double *q = shape_of(est, sqrt(log_var));
    const double half_width = exp(Z975 * sqrt(log_var_random));
    out->median = parts->point * median * q[1];
    out->lo95 = parts->low_end * median * q[0];
    out->hi95 = parts->high_end * median * q[2];
    out->lo95_random = parts->low_end * median_random / half_width;
    out->hi95_random = parts->high_end * median_random * half_width;
    out->rsd_random = sqrt(rel_var_random);
    out->rsd_total = sqrt((1.0 + rel_var) * (1.0 + est->shared.rsd * est->shared.rsd) - 1.0);
    fill_budget(est, &parts->total, log_var, out->budget);
    out->flags |= est->flags;
}

void wdm_estimate_clear(wdm_estimate *out)
{
    memset(out, 0, sizeof *out);
    out->estimate = (double)NAN;
    out->limit = (double)NAN;
    out->bound_low = (double)NAN;
    out->bound_high = (double)NAN;
    out->weekday_mean = (double)NAN;
    out->weekend_mean = (double)NAN;
    out->day_median = (double)NAN;
    out->sum = (double)NAN;
    out->sum_sq = (double)NAN;
    out->method = WDM_CENS_ARITHMETIC;
}

void wdm_estimate_day(wdm_estimator *est, const wdm_day_value *day, wdm_estimate *out)
{
    const bool measured = day->state == WDM_STATE_MEASURED;
    const double value = day->load_mg_d_1000 * est->scale;
    const double low = measured ? value : (day->lower > 0.0 ? day->lower * est->scale : 0.0);
    wdm_parts parts = {.point = measured ? value : (double)NAN, .low_end = low, .high_end = value};
    wdm_sum_term term = wdm_sum_term_of_day(day, 1.0);
    wdm_estimate_clear(out);
    wdm_sum_lognormals(&term, 1, &parts.total);
    parts.random = parts.total;
    out->estimate = parts.point;
    out->limit = measured ? (double)NAN : value;
    out->bound_low = low;
    out->bound_high = value;
    out->n_days = 1;
    out->n_censored = measured ? 0 : 1;
    out->day_median = parts.point;
    out->sum = measured ? value : 0.0;
    out->sum_sq = measured ? value * value : 0.0;
    out->method = measured ? WDM_CENS_ARITHMETIC : WDM_CENS_BOUNDS;
    out->flags |= isnan(day->u_sampling) ? (unsigned)WDM_EST_NO_SAMPLING_U : 0U;
    out->flags |= !measured && isnan(value) ? (unsigned)WDM_EST_UNKNOWN_LIMIT : 0U;
    wdm_parts_finish(est, &parts, out);
}
