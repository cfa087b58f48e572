// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/trend_series.h"

#include <math.h>

#include "base/date.h"
#include "base/mem.h"
#include "num/change.h"
#include "num/mannkendall.h"
#include "num/robust.h"
#include "num/theilsen.h"

#define DAYS_PER_YEAR 365.25

wdm_trend_opts wdm_trend_opts_default(void)
{
    return (wdm_trend_opts){.window_weeks = 52,
                            .min_n = 5,
                            .alpha = 0.05,
                            .stable_pct = 25.0,
                            .max_censored_share = 0.2,
                            .min_n_between = 8,
                            .min_days = 4};
}

const char *wdm_trend_class_text(wdm_trend_class class_)
{
    switch (class_) {
#define CLASS_CASE(code, text)                                                                               \
    case code:                                                                                               \
        return text;
        WDM_TREND_CLASS_LIST(CLASS_CASE)
#undef CLASS_CASE
    }
    return "";
}

int32_t wdm_trend_year_before(int32_t week)
{
    wdm_isoweek iso = wdm_isoweek_of_day(wdm_week_monday(week));
    wdm_day day = WDM_DAY_NONE;
    iso.year--;
    day = wdm_day_of_isoweek(iso, 1);
    if (day == WDM_DAY_NONE) {
        iso.week = 52;
        day = wdm_day_of_isoweek(iso, 1);
    }
    return wdm_week_index(day);
}

// The window's values: years, log estimates and squared log-sds.
typedef struct window {
    double *years, *logs, *residuals;
    size_t n;
    double sum_sd_sq;
    size_t n_sd;
} window;

static wdm_rc window_take(window *win, const wdm_series_week *weeks, size_t n, const wdm_trend_opts *opts,
                          wdm_trend *trend, wdm_err *err)
{
    win->years = wdm_alloc(n, sizeof *win->years);
    win->logs = wdm_alloc(n, sizeof *win->logs);
    win->residuals = wdm_alloc(n, sizeof *win->residuals);
    if (win->years == NULL || win->logs == NULL || win->residuals == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const double sd = wdm_series_log_sd(&weeks[i]);
        if (weeks[i].week <= trend->week - opts->window_weeks)
            continue;
        if (!(weeks[i].estimate > 0.0))
            trend->n_censored++;
        if (!wdm_series_is_judged(&weeks[i], opts->min_days))
            continue;
        win->years[win->n] = ((double)wdm_week_monday(weeks[i].week) + 3.0) / DAYS_PER_YEAR;
        win->logs[win->n] = log(weeks[i].estimate);
        win->n++;
        if (isnan(sd))
            continue;
        win->sum_sd_sq += sd * sd;
        win->n_sd++;
    }
    trend->n = win->n;
    return WDM_OK;
}

static void window_fini(window *win)
{
    wdm_free(win->years);
    wdm_free(win->logs);
    wdm_free(win->residuals);
}

static double pct(double log_slope)
{
    const double value = 100.0 * expm1(log_slope);
    return isfinite(value) ? value : (double)NAN;
}

static wdm_rc between(const window *win, const wdm_theilsen_result *line, wdm_trend *trend, wdm_err *err)
{
    double mad = (double)NAN;
    double spread = 0.0;
    double own = 0.0;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < win->n; i++)
        win->residuals[i] = win->logs[i] - line->intercept - line->slope * win->years[i];
    rc = wdm_robust_mad(win->residuals, win->n, &mad, err);
    if (rc != WDM_OK)
        return rc;
    spread = WDM_MAD_TO_SD * wdm_robust_mad_factor(win->n) * mad;
    own = win->n_sd > 0 ? win->sum_sd_sq / (double)win->n_sd : 0.0;
    trend->between_log_sd = sqrt(fmax(0.0, spread * spread - own));
    return WDM_OK;
}

static wdm_trend_class class_of(const wdm_trend *trend, const wdm_trend_opts *opts)
{
    if (trend->p_value < opts->alpha && trend->slope_pct_per_year != 0.0)
        return trend->slope_pct_per_year > 0.0 ? WDM_TREND_UP : WDM_TREND_DOWN;
    if (trend->slope_hi95 <= opts->stable_pct && trend->slope_lo95 >= -opts->stable_pct)
        return WDM_TREND_STABLE;
    return WDM_TREND_UNTOLD;
}

static wdm_rc slope(const window *win, const wdm_trend_opts *opts, wdm_trend *trend, wdm_err *err)
{
    const size_t sampled = trend->n + trend->n_censored;
    wdm_theilsen_result line = {0};
    wdm_mannkendall_result test = {0};
    wdm_rc rc = WDM_OK;
    trend->class_ = WDM_TREND_INSUFFICIENT;
    if (sampled >= opts->min_n && (double)trend->n_censored > opts->max_censored_share * (double)sampled) {
        trend->class_ = WDM_TREND_CENSORED;
        return WDM_OK;
    }
    if (win->n < opts->min_n || win->n < WDM_SEN_MIN_N || win->n > WDM_SEN_MAX_N)
        return WDM_OK;
    rc = wdm_theilsen_fit(win->years, win->logs, win->n, NULL, &line, err);
    if (rc == WDM_OK)
        rc = wdm_mannkendall_test(win->years, win->logs, win->n, &test, err);
    if (rc == WDM_OK && win->n >= opts->min_n_between)
        rc = between(win, &line, trend, err);
    if (rc != WDM_OK)
        return rc;
    trend->slope_pct_per_year = pct(line.slope);
    trend->slope_lo95 = pct(line.slope_lo);
    trend->slope_hi95 = pct(line.slope_hi);
    trend->p_value = test.p;
    trend->class_ = class_of(trend, opts);
    return WDM_OK;
}

static const wdm_series_week *find(const wdm_series_week *weeks, size_t n, int32_t week)
{
    for (size_t i = n; i > 0; i--) {
        if (weeks[i - 1].week == week)
            return &weeks[i - 1];
        if (weeks[i - 1].week < week)
            break;
    }
    return NULL;
}

static wdm_rc compare(const wdm_series_week *now, const wdm_series_week *then, double between_log_sd,
                      int min_days, wdm_trend_change *change, wdm_err *err)
{
    wdm_change_input input = {0};
    wdm_change_result result = {0};
    wdm_rc rc = WDM_OK;
    *change = (wdm_trend_change){.pct = (double)NAN, .lo95 = (double)NAN, .hi95 = (double)NAN};
    change->word = now == NULL ? wdm_change_class_text(WDM_CHANGE_NO_CURRENT)
                               : wdm_change_class_text(WDM_CHANGE_NO_PREVIOUS);
    if (now == NULL || then == NULL)
        return WDM_OK;
    change->word = wdm_week_state_text(WDM_WEEK_CENSORED);
    if (!(now->estimate > 0.0 && then->estimate > 0.0))
        return WDM_OK;
    input = (wdm_change_input){.current = now->estimate,
                               .previous = then->estimate,
                               .current_log_sd = fmax(0.0, wdm_series_log_sd(now)),
                               .previous_log_sd = fmax(0.0, wdm_series_log_sd(then)),
                               .between_log_sd = fmax(0.0, between_log_sd)}; // fmax: NaN counts as 0
    rc = wdm_change_ratio(&input, &result, err);
    if (rc != WDM_OK)
        return rc;
    change->pct = 100.0 * (result.ratio - 1.0);
    change->lo95 = 100.0 * (result.lo95 - 1.0);
    change->hi95 = 100.0 * (result.hi95 - 1.0);
    change->word = wdm_change_word_text(result.word);
    if (!wdm_series_is_judged(now, min_days) || !wdm_series_is_judged(then, min_days))
        change->word = wdm_week_state_text(WDM_WEEK_PROVISIONAL);
    return WDM_OK;
}

wdm_rc wdm_trend_series(const wdm_series_week *weeks, size_t n, int32_t last, const wdm_trend_opts *opts,
                        wdm_trend *trend, wdm_err *err)
{
    window win = {0};
    const wdm_series_week *now = NULL;
    wdm_rc rc = WDM_OK;
    *trend = (wdm_trend){.week = last,
                         .slope_pct_per_year = (double)NAN,
                         .slope_lo95 = (double)NAN,
                         .slope_hi95 = (double)NAN,
                         .p_value = (double)NAN,
                         .between_log_sd = (double)NAN};
    while (n > 0 && weeks[n - 1].week > last)
        n--;
    now = find(weeks, n, last);
    rc = window_take(&win, weeks, n, opts, trend, err);
    if (rc == WDM_OK)
        rc = slope(&win, opts, trend, err);
    if (rc == WDM_OK)
        rc = compare(now, find(weeks, n, last - 1), trend->between_log_sd, opts->min_days, &trend->previous,
                     err);
    if (rc == WDM_OK)
        rc = compare(now, find(weeks, n, wdm_trend_year_before(last)), trend->between_log_sd, opts->min_days,
                     &trend->year, err);
    window_fini(&win);
    return rc;
}
