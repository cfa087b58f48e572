// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/baseline.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>

#include "base/mem.h"
#include "num/robust.h"

const char *wdm_baseline_state_text(wdm_baseline_state state)
{
    switch (state) {
#define STATE_CASE(code, text)                                                                               \
    case code:                                                                                               \
        return text;
        WDM_BASELINE_STATE_LIST(STATE_CASE)
#undef STATE_CASE
    }
    return "?";
}

static wdm_rc check(const wdm_baseline_point *window, size_t n, const wdm_baseline_opts *opts, wdm_err *err)
{
    if (opts->min_usable < 3 || opts->window < opts->min_usable)
        return wdm_err_set(err, WDM_E_DATA,
                           "a baseline needs at least 3 usable values and a window that holds them");
    if (!isfinite(opts->min_log_sd) || opts->min_log_sd <= 0.0)
        return wdm_err_set(err, WDM_E_DATA, "the least log-sd of a baseline must be positive, got %g",
                           opts->min_log_sd);
    for (size_t i = 0; i < n; i++) {
        if (isinf(window[i].log_value) || isinf(window[i].log_sd) || window[i].log_sd < 0.0)
            return wdm_err_set(err, WDM_E_DATA, "point %zu of the window is not a number a baseline can use",
                               i + 1);
    }
    return WDM_OK;
}

static double floored(double log_sd, double least)
{
    return log_sd > least ? log_sd : least; // NaN gives the least
}

static wdm_rc fit_values(const double *values, double sum_sd_sq, wdm_baseline *out, wdm_err *err)
{
    const size_t n = out->n_used;
    double mad = (double)NAN;
    double median = (double)NAN;
    double spread = (double)NAN;
    wdm_rc rc = wdm_robust_median(values, n, &median, err);
    if (rc == WDM_OK)
        rc = wdm_robust_mad(values, n, &mad, err);
    if (rc != WDM_OK)
        return rc;
    spread = WDM_MAD_TO_SD * wdm_robust_mad_factor(n) * mad;
    out->log_median = median;
    out->log_spread = spread;
    out->log_floor = sqrt(sum_sd_sq / (double)n);
    out->log_tau = spread > out->log_floor ? sqrt(spread * spread - out->log_floor * out->log_floor) : 0.0;
    out->df = ((double)n - 1.0) / 2.0;
    out->state = WDM_BASELINE_OK;
    return WDM_OK;
}

wdm_rc wdm_baseline_fit(const wdm_baseline_point *points, size_t n, const wdm_baseline_opts *opts,
                        wdm_baseline *baseline, wdm_err *err)
{
    static const wdm_baseline_opts defaults = WDM_BASELINE_OPTS_DEFAULT;
    const wdm_baseline_opts *used = opts != NULL ? opts : &defaults;
    const size_t width = n < used->window ? n : used->window;
    const wdm_baseline_point *window = width > 0 ? points + (n - width) : points;
    double *values = NULL;
    double sum_sd_sq = 0.0;
    wdm_rc rc = WDM_OK;
    *baseline = (wdm_baseline){.state = WDM_BASELINE_INSUFFICIENT,
                               .n_window = width,
                               .log_median = (double)NAN,
                               .log_spread = (double)NAN,
                               .log_floor = (double)NAN,
                               .log_tau = (double)NAN,
                               .df = (double)NAN,
                               .min_log_sd = used->min_log_sd};
    rc = check(window, width, used, err);
    if (rc != WDM_OK)
        return rc;
    values = wdm_alloc(width, sizeof *values);
    if (values == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < width; i++) {
        const double sd = floored(window[i].log_sd, used->min_log_sd);
        if (isnan(window[i].log_value) || window[i].excluded != 0)
            continue;
        values[baseline->n_used++] = window[i].log_value;
        sum_sd_sq += sd * sd;
    }
    if (baseline->n_used >= used->min_usable)
        rc = fit_values(values, sum_sd_sq, baseline, err);
    wdm_free(values);
    return rc;
}

// Scale of the predictive distribution for a point with that random log-sd.
static double scale_of(const wdm_baseline *b, double log_sd)
{
    const double own = isnan(log_sd) ? b->log_floor : floored(log_sd, b->min_log_sd);
    const double tau_sq = b->log_tau * b->log_tau;
    const double sigma_sq = tau_sq + b->log_floor * b->log_floor;
    return sqrt(tau_sq + own * own + M_PI_2 * sigma_sq / (double)b->n_used);
}

void wdm_baseline_judge(const wdm_baseline *baseline, double log_value, double log_sd,
                        wdm_baseline_score *score)
{
    double scale = (double)NAN;
    double half_width = (double)NAN;
    *score = (wdm_baseline_score){.state = baseline->state,
                                  .median = (double)NAN,
                                  .band_lo95 = (double)NAN,
                                  .band_hi95 = (double)NAN,
                                  .factor = (double)NAN,
                                  .t = (double)NAN,
                                  .p_high = (double)NAN,
                                  .p_low = (double)NAN};
    if (baseline->state != WDM_BASELINE_OK)
        return;
    if (isinf(log_sd) || log_sd < 0.0)
        log_value = (double)NAN; // a value whose uncertainty makes no sense is not judged
    if (!isfinite(log_value))
        score->state = WDM_BASELINE_NO_VALUE;
    scale = scale_of(baseline, isfinite(log_sd) && log_sd >= 0.0 ? log_sd : (double)NAN);
    half_width = gsl_cdf_tdist_Qinv(0.025, baseline->df) * scale;
    score->median = exp(baseline->log_median);
    score->band_lo95 = exp(baseline->log_median - half_width);
    score->band_hi95 = exp(baseline->log_median + half_width);
    if (score->state != WDM_BASELINE_OK)
        return;
    score->factor = exp(log_value - baseline->log_median);
    score->t = (log_value - baseline->log_median) / scale;
    score->p_high = gsl_cdf_tdist_Q(score->t, baseline->df);
    score->p_low = gsl_cdf_tdist_P(score->t, baseline->df);
}

double wdm_baseline_threshold(const wdm_baseline *baseline, double log_sd, double p)
{
    if (baseline->state != WDM_BASELINE_OK || !(p > 0.0 && p < 1.0) || isinf(log_sd) || log_sd < 0.0)
        return (double)NAN;
    return exp(baseline->log_median + gsl_cdf_tdist_Qinv(p, baseline->df) * scale_of(baseline, log_sd));
}
