// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "wbe/estimate.h"
#include "wbe/estimate_parts.h"
#include "wbe/net_finish.h"
#include "wbe/week_core.h"

wdm_week_options wdm_week_options_default(void)
{
    return (wdm_week_options){.censoring = WDM_CENS_AUTO,
                              .period_days = 7,
                              .expected_days = 7,
                              .within_week_cv = (double)NAN,
                              .between_week_cv = (double)NAN};
}

wdm_period_options wdm_period_options_default(wdm_day first, wdm_day last)
{
    return (wdm_period_options){.censoring = WDM_CENS_AUTO,
                                .period_days = (int)(last - first) + 1,
                                .expected_days = 1,
                                .within_week_cv = (double)NAN,
                                .first = first,
                                .between_week_cv = (double)NAN};
}

// Relative errors of the mean: each day enters with its share of the sum.
static void relative_errors(const wdm_day_value *days, const wdm_week_core *core, const wdm_cens_fill *fill,
                            wdm_sum_term *terms, wdm_parts *parts)
{
    double total = 0.0;
    for (size_t i = 0; i < core->n; i++)
        total += fill[i].mean;
    for (size_t i = 0; i < core->n; i++) {
        const double share = total > 0.0 ? fill[i].mean / total : 1.0 / (double)core->n;
        terms[i] = wdm_sum_term_of_day(&days[i], share);
        terms[i].order = i;
    }
    wdm_sum_order(terms, core->n);
    parts->terms = terms;
    parts->n_terms = core->n;
    if (core->center > 0.0) {
        parts->rel_var[WDM_BUDGET_DAYS] =
            wdm_unsampled_widened(&core->unsampled) / core->center / core->center;
        parts->rel_var[WDM_BUDGET_CENSORING] = core->var_censoring / core->center / core->center;
    }
}

static void copy_core(const wdm_week_core *core, double scale, wdm_estimate *out)
{
    out->estimate = core->mean * scale;
    out->limit = core->limit * scale;
    out->bound_low = core->bound_low * scale;
    out->bound_high = core->bound_high * scale;
    out->n_days = (int)core->n;
    out->n_censored = (int)core->n_censored;
    out->weekday_mean = core->weekday_mean * scale;
    out->weekend_mean = core->weekend_mean * scale;
    out->day_median = core->day_median * scale;
    out->sum = core->sum * scale;
    out->sum_sq = core->sum_sq * scale * scale;
    out->method = core->method;
    out->flags |= core->flags;
}

wdm_rc wdm_estimate_period(wdm_estimator *est, const wdm_day_value *days, size_t n,
                           const wdm_period_options *opt, wdm_estimate *out, wdm_err *err)
{
    wdm_week_core core = {0};
    wdm_parts parts = {0};
    wdm_net_error net = {0};
    wdm_sum_term *terms = NULL;
    wdm_day_value *own = NULL;
    wdm_cens_fill *fill = NULL;
    wdm_rc rc = WDM_OK;
    wdm_estimate_clear(out);
    if (n < 1 || opt->period_days < 1)
        return wdm_err_set(err, WDM_E_DATA, "a mean of %zu samples of %d days does not exist", n,
                           opt->period_days);
    rc = wdm_days_check(days, n, err);
    if (rc != WDM_OK)
        return rc;
    own = wdm_alloc(n, sizeof *own);
    terms = wdm_alloc(n, sizeof *terms);
    fill = wdm_alloc(n, sizeof *fill);
    if (own == NULL || terms == NULL || fill == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    memcpy(own, days, n * sizeof *own);
    const size_t n_merged = wdm_days_merge(own, n);
    rc = wdm_week_core_get(own, n_merged, opt, &core, fill, err);
    if (rc != WDM_OK)
        goto out;
    relative_errors(own, &core, fill, terms, &parts);
    copy_core(&core, est->scale, out);
    out->flags |= n_merged < n ? (unsigned)WDM_EST_REPEATED_DAY : 0U;
    const bool point = isfinite(out->estimate);
    parts.point = out->estimate;
    parts.low_end = point ? out->estimate : out->bound_low;
    parts.high_end = point ? out->estimate : out->bound_high;
    rc = wdm_net_error_of(own, n_merged, &net, err);
    if (rc != WDM_OK)
        goto out;
    parts.net = &net;
    parts.net_days = own;
    parts.n_net_days = n_merged;
    parts.gross = net.gross / (double)n_merged * est->scale;
    wdm_parts_finish(est, &parts, out);
    wdm_net_close(own, n_merged, out);
out:
    wdm_free(terms);
    wdm_free(fill);
    wdm_free(own);
    return rc;
}

wdm_rc wdm_estimate_week(wdm_estimator *est, const wdm_day_value *days, size_t n, const wdm_week_options *opt,
                         wdm_estimate *out, wdm_err *err)
{
    if (opt->period_days > 7) {
        wdm_estimate_clear(out);
        return wdm_err_set(err, WDM_E_DATA, "a week of %d days", opt->period_days);
    }
    return wdm_estimate_period(est, days, n, opt, out, err);
}
