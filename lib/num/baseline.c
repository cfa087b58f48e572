// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/baseline.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "num/robust.h"

#define SPREAD_CUT 1.5                  // innovations are cut here for the spread
#define SPREAD_MEAN 0.778396            // E min(Z^2, 1.5^2), Z standard normal
#define CENSORED_DF 0.35                // what a censored week tells of the spread
#define ASSUMED_DF 30.0                 // of a spread that is assumed
#define ROUNDS 6                        // of the spread; 4 are enough for three digits
enum { MEASURED_MIN = 4, START_N = 8 }; // fewer measured weeks show no spread; weeks of the first guess

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

static wdm_rc check(const wdm_baseline_point *points, size_t n, int32_t week, const wdm_baseline_opts *opts,
                    wdm_err *err)
{
    if (opts->min_usable < 3 || opts->window < opts->min_usable)
        return wdm_err_set(err, WDM_E_DATA,
                           "a baseline needs at least 3 usable values and a window that holds them");
    if (!isfinite(opts->min_log_sd) || opts->min_log_sd <= 0.0 || !isfinite(opts->unseen_log_sd) ||
        opts->unseen_log_sd <= 0.0)
        return wdm_err_set(err, WDM_E_DATA, "the least log-sds of a baseline must be positive, got %g and %g",
                           opts->min_log_sd, opts->unseen_log_sd);
    if (!isfinite(opts->drift_log_sd) || opts->drift_log_sd < 0.0)
        return wdm_err_set(err, WDM_E_DATA, "the drift of a baseline is not negative, got %g",
                           opts->drift_log_sd);
    for (size_t i = 0; i < n; i++) {
        const wdm_baseline_point *p = &points[i];
        if (isinf(p->log_value) || isinf(p->log_limit) || isinf(p->log_sd) || p->log_sd < 0.0)
            return wdm_err_set(err, WDM_E_DATA, "point %zu of the window is not a number a baseline can use",
                               i + 1);
        if (p->when >= week || (i > 0 && p->when <= points[i - 1].when))
            return wdm_err_set(err, WDM_E_DATA,
                               "the weeks of a baseline ascend and lie before the judged one");
    }
    return WDM_OK;
}

static bool is_usable(const wdm_baseline_point *p)
{
    return p->excluded == 0 && !(isnan(p->log_value) && isnan(p->log_limit));
}

static double value_or_limit(const wdm_baseline_point *p)
{
    return isnan(p->log_value) ? p->log_limit : p->log_value;
}

static double variance_of(const wdm_baseline_point *p, const wdm_baseline_opts *opts)
{
    const double sd = p->log_sd > opts->min_log_sd ? p->log_sd : opts->min_log_sd; // NaN gives the least
    return sd * sd;
}

// The filter over the window of one fit.
typedef struct filter {
    const wdm_baseline_point *points;
    size_t n;
    const wdm_baseline_opts *opts;
    double start; // first guess of the level
    double tau_sq;
    double sigma_sq; // variance of the first guess
} filter;

// E min(Z^2, cut^2) for Z <= a.
static double mean_square_below(double a)
{
    const double c = SPREAD_CUT;
    const double top = a < c ? a : c;
    const double total = gsl_cdf_ugaussian_P(a);
    double sum = c * c * gsl_cdf_ugaussian_P(a < -c ? a : -c);
    if (total < 1e-12)
        return c * c;
    if (top > -c)
        sum += gsl_cdf_ugaussian_P(top) - top * gsl_ran_ugaussian_pdf(top) - gsl_cdf_ugaussian_P(-c) -
               c * gsl_ran_ugaussian_pdf(c);
    if (a > c)
        sum += c * c * (gsl_cdf_ugaussian_P(a) - gsl_cdf_ugaussian_P(c));
    return sum / total;
}

// Takes one usable point into the level; returns its squared standardised innovation, cut.
static double take(wdm_level *level, const wdm_baseline_point *p, double noise_sq)
{
    const double s_sq = level->var + noise_sq;
    const double s = sqrt(s_sq);
    const double z = (value_or_limit(p) - level->mean) / s;
    level->n++;
    if (!isnan(p->log_value)) {
        level->mean += level->var / s * fmax(-WDM_BASELINE_CUT, fmin(WDM_BASELINE_CUT, z));
        level->var *= noise_sq / s_sq;
        return fmin(z * z, SPREAD_CUT * SPREAD_CUT);
    }
    if (z > -8.0) {
        const double hazard = gsl_ran_ugaussian_pdf(z) / gsl_cdf_ugaussian_P(z);
        level->mean -= level->var / s * fmin(WDM_BASELINE_CUT, hazard);
        level->var -= level->var * level->var / s_sq * fmin(1.0, hazard * (z + hazard));
    }
    return mean_square_below(z);
}

// Walks the points; mean of the cut squared innovations. before, or NULL: the levels before the weeks
// bounds[0.. WDM_SCAN_MAX), which do not ascend.
static double walk(const filter *f, const int32_t *bounds, wdm_level *before)
{
    wdm_level level = {.mean = f->start, .var = f->sigma_sq, .when = f->points[0].when, .n = 0};
    const double drift_sq = f->opts->drift_log_sd * f->opts->drift_log_sd;
    int open = before == NULL ? 0 : WDM_SCAN_MAX;
    double sum = 0.0;
    for (size_t i = 0; i < f->n; i++) {
        const wdm_baseline_point *p = &f->points[i];
        while (open > 0 && bounds[open - 1] <= p->when)
            before[--open] = level;
        if (!is_usable(p))
            continue;
        level.var += drift_sq * (double)(p->when - level.when);
        level.when = p->when;
        sum += take(&level, p, f->tau_sq + variance_of(p, f->opts));
    }
    while (open > 0)
        before[--open] = level;
    return level.n > 1 ? sum / (double)(level.n - 1) : 0.0;
}

// First guess: the median of the first usable weeks, limits as values.
static wdm_rc first_guess(filter *f, wdm_err *err)
{
    double values[START_N];
    size_t n = 0;
    for (size_t i = 0; i < f->n && n < START_N; i++) {
        if (is_usable(&f->points[i]))
            values[n++] = value_or_limit(&f->points[i]);
    }
    return wdm_robust_median(values, n, &f->start, err);
}

// The spread by rounds: s grows or shrinks by what the innovations say of it.
static void find_spread(filter *f, wdm_baseline *out)
{
    const double floor_sq = out->log_floor * out->log_floor;
    double s_sq = 4.0 * floor_sq;
    for (int round = 0; round < ROUNDS; round++) {
        f->sigma_sq = fmax(s_sq, floor_sq);
        f->tau_sq = f->sigma_sq - floor_sq;
        s_sq = f->sigma_sq * fmax(0.01, walk(f, NULL, NULL) / SPREAD_MEAN);
    }
    out->log_spread = sqrt(s_sq);
    f->sigma_sq = fmax(s_sq, floor_sq);
    f->tau_sq = f->sigma_sq - floor_sq;
    out->df = WDM_BASELINE_DF *
              ((double)(out->n_used - out->n_censored) - 1.0 + CENSORED_DF * (double)out->n_censored);
}

// Too few measured weeks: the middle of limits and values is the highest that the level can be.
static void fit_below_limit(const filter *f, wdm_baseline *out)
{
    const wdm_level level = {.mean = f->start, .var = 0.0, .when = out->week, .n = out->n_used};
    out->below_limit = true;
    out->log_spread = f->opts->unseen_log_sd;
    out->log_tau = f->opts->unseen_log_sd;
    out->df = ASSUMED_DF;
    for (int k = 0; k < WDM_SCAN_MAX; k++)
        out->before[k] = level;
}

static size_t window_start(const wdm_baseline_point *points, size_t n, int32_t week, size_t window)
{
    size_t alarmed = 0;
    while (n > 0) {
        const wdm_baseline_point *p = &points[n - 1];
        alarmed += (p->excluded & WDM_BASELINE_ALARMED) != 0 ? 1 : 0;
        if ((size_t)(week - p->when) > window + (WDM_SCAN_MAX - 1) + alarmed)
            break;
        n--;
    }
    return n;
}

static void take_recent(const wdm_baseline_point *points, size_t n, wdm_baseline *out)
{
    for (int k = 0; k < WDM_SCAN_MAX - 1; k++)
        out->recent[k] = (wdm_baseline_point){.when = out->week - k - 1,
                                              .log_value = (double)NAN,
                                              .log_limit = (double)NAN,
                                              .log_sd = (double)NAN};
    for (; n > 0 && out->week - points[n - 1].when < WDM_SCAN_MAX; n--)
        out->recent[out->week - points[n - 1].when - 1] = points[n - 1];
}

static wdm_baseline nothing(int32_t week, const wdm_baseline_opts *opts)
{
    return (wdm_baseline){.state = WDM_BASELINE_INSUFFICIENT,
                          .week = week,
                          .log_spread = (double)NAN,
                          .log_floor = (double)NAN,
                          .log_tau = (double)NAN,
                          .df = (double)NAN,
                          .min_log_sd = opts->min_log_sd,
                          .drift_log_sd = opts->drift_log_sd};
}

wdm_rc wdm_baseline_fit(const wdm_baseline_point *points, size_t n, int32_t week, int gap,
                        const wdm_baseline_opts *opts, const wdm_baseline *spread, wdm_baseline *baseline,
                        wdm_err *err)
{
    static const wdm_baseline_opts defaults = WDM_BASELINE_OPTS_DEFAULT;
    filter f = {.opts = opts != NULL ? opts : &defaults};
    int32_t bounds[WDM_SCAN_MAX];
    size_t first = 0;
    double sum_sd_sq = 0.0;
    wdm_rc rc = WDM_OK;
    *baseline = nothing(week, f.opts);
    rc = check(points, n, week, f.opts, err);
    if (rc != WDM_OK)
        return rc;
    first = window_start(points, n, week, f.opts->window);
    f.points = points + first;
    f.n = n - first;
    for (size_t i = 0; i < f.n; i++) {
        if ((f.points[i].excluded & WDM_BASELINE_ALARMED) == 0)
            baseline->n_window++;
        if (!is_usable(&f.points[i]) || f.points[i].when >= week - gap)
            continue;
        baseline->n_used++;
        baseline->n_censored += isnan(f.points[i].log_value) ? 1 : 0;
        sum_sd_sq += variance_of(&f.points[i], f.opts);
    }
    take_recent(f.points, f.n, baseline);
    if (baseline->n_used < f.opts->min_usable)
        return WDM_OK;
    baseline->log_floor = sqrt(sum_sd_sq / (double)baseline->n_used);
    rc = first_guess(&f, err);
    if (rc != WDM_OK)
        return rc;
    baseline->state = WDM_BASELINE_OK;
    if (baseline->n_used - baseline->n_censored < MEASURED_MIN && spread == NULL) {
        fit_below_limit(&f, baseline);
        return WDM_OK;
    }
    if (spread != NULL) {
        f.tau_sq = spread->log_tau * spread->log_tau;
        f.sigma_sq = f.tau_sq + baseline->log_floor * baseline->log_floor;
        baseline->log_spread = sqrt(f.sigma_sq);
        baseline->df = spread->df;
    } else {
        find_spread(&f, baseline);
    }
    baseline->log_tau = sqrt(f.tau_sq);
    for (int k = 0; k < WDM_SCAN_MAX; k++)
        bounds[k] = week - (k > gap ? k : gap);
    (void)walk(&f, bounds, baseline->before);
    return WDM_OK;
}
