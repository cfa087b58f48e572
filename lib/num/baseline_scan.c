// SPDX-License-Identifier: GPL-3.0-or-later
// The scan of num/baseline.h.
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "num/baseline.h"

static const int window_weeks[] = {1, 2, 4, 8, 16};
// A level for a longer window rests on so many weeks; below the limit there are only windows of 1, 2 and 4
// weeks.
enum { LEVEL_MIN = 6, BELOW_LIMIT_WINDOWS = 3 };
enum { WINDOWS_N = sizeof window_weeks / sizeof window_weeks[0] };

// What a window of k weeks is given ahead of one of a week, in units of t: ADVANCE ln k. Windows of many
// weeks share most of their weeks with the window of the week before, and so begin fewer alarms by chance.
#define ADVANCE 0.35

// What several windows cost: alarms of calm series over what the least p of the windows says. Simulated,
// series of two years with spreads of 0.15 and 0.37 and drifts of 0.04 and 0.02 at least p of 0.01 and
// 0.003: 1.15, 2.0, 3.0, 3.6, 4.0; on the loads of the protocol of docs/VALIDATION.md, which are more skewed
// and have odd days, about a third more. That of one window is not 1 because weeks that alarm without cause
// leave the baseline, which makes the next such week a little likelier.
static const double costs[] = {1.2, 2.5, 3.9, 4.8, 5.4};

static double cost_of(int n)
{
    return costs[n < 1 ? 0 : n > (int)WINDOWS_N ? (int)WINDOWS_N - 1 : n - 1];
}

double wdm_scan_correct(double p_least, int n)
{
    return fmin(1.0, p_least * cost_of(n));
}

double wdm_scan_uncorrect(double p, int n)
{
    return p / cost_of(n);
}

// sd of one week's value about a level `weeks` weeks before it.
static double predictive_var(const wdm_baseline *b, const wdm_level *level, int32_t when, double own_var)
{
    const double drift_sq = b->below_limit ? 0.0 : b->drift_log_sd * b->drift_log_sd;
    return level->var + drift_sq * (double)(when - level->when) + own_var;
}

static double noise_var(const wdm_baseline *b, double log_sd)
{
    const double own = isnan(log_sd) ? b->log_floor : fmax(log_sd, b->min_log_sd);
    return b->log_tau * b->log_tau + own * own;
}

// Distance from the level of a week that is not measured but below its limit: what it would be without
// change.
static double distance_below(double limit, double level, double sd)
{
    const double a = (limit - level) / sd;
    return a < -8.0 ? limit - level : -sd * gsl_ran_ugaussian_pdf(a) / gsl_cdf_ugaussian_P(a);
}

// false: the window adds no value to the next shorter one, or too little is known before it.
static bool make_window(const wdm_baseline *b, double own_var, int weeks, bool below, wdm_scan_window *w)
{
    const wdm_level *level = &b->before[weeks - 1];
    const double drift_sq = b->below_limit ? 0.0 : b->drift_log_sd * b->drift_log_sd;
    double sum_var = own_var;
    double sum_age = (double)(b->week - level->when); // of ages, each times how often it is the lesser of two
    int after = 1;
    *w = (wdm_scan_window){.weeks = weeks, .n = 1, .level = level->mean};
    for (int k = 1; k < weeks; k++) {
        const wdm_baseline_point *p = &b->recent[k - 1];
        const bool censored = isnan(p->log_value);
        const double noise = noise_var(b, p->log_sd);
        const double sd = sqrt(predictive_var(b, level, p->when, noise));
        double distance = 0.0;
        if ((p->excluded & ~(unsigned)WDM_BASELINE_ALARMED) != 0 || (censored && isnan(p->log_limit))) {
            if (k == weeks - 1)
                return false;
            continue;
        }
        distance = !censored ? p->log_value - w->level
                   : below   ? p->log_limit - w->level
                             : distance_below(p->log_limit, w->level, sd);
        w->others += fmax(-WDM_BASELINE_CUT * sd, fmin(WDM_BASELINE_CUT * sd, distance));
        w->n++;
        sum_var += noise;
        sum_age += (double)(2 * after + 1) * (double)(p->when - level->when);
        after++;
    }
    w->scale = sqrt(level->var + (drift_sq * sum_age + sum_var) / (double)(w->n * w->n));
    w->cut =
        w->n == 1 ? (double)INFINITY : WDM_BASELINE_CUT * sqrt(predictive_var(b, level, b->week, own_var));
    return true;
}

void wdm_scan_prepare(const wdm_baseline *baseline, double log_sd, int max_weeks, double effect, bool below,
                      wdm_scan *scan)
{
    const double own_var = noise_var(baseline, isfinite(log_sd) && log_sd >= 0.0 ? log_sd : (double)NAN);
    *scan = (wdm_scan){.state = baseline->state,
                       .below = below,
                       .df = baseline->df,
                       .log_effect = log1p(effect),
                       .scale_week = (double)NAN};
    if (scan->state != WDM_BASELINE_OK)
        return;
    for (int i = 0; i < (int)WINDOWS_N && window_weeks[i] <= max_weeks; i++) {
        wdm_scan_window *w = &scan->windows[scan->n];
        if (baseline->below_limit ? i >= BELOW_LIMIT_WINDOWS
                                  : i > 0 && baseline->before[window_weeks[i] - 1].n < LEVEL_MIN)
            break;
        if (!make_window(baseline, own_var, window_weeks[i], below, w))
            continue;
        scan->n++;
        if (2.326 * w->scale <= scan->log_effect)
            break;
    }
    scan->scale_week = scan->windows[0].scale;
}

static double mean_of(const wdm_scan_window *w, double log_value)
{
    const double distance = log_value - w->level;
    return (w->others + fmax(-w->cut, fmin(w->cut, distance))) / (double)w->n;
}

// t of a window, with what a longer one is given ahead.
static double advanced_t(const wdm_scan_window *w, double mean)
{
    return mean / w->scale + ADVANCE * log((double)w->weeks);
}

// The window with the greatest t of those that reach the effect, or of all when none does.
static const wdm_scan_window *best_window(const wdm_scan *scan, double log_value, double *most)
{
    const double sign = scan->below ? -1.0 : 1.0;
    const wdm_scan_window *best = NULL;
    bool reached = false;
    for (int i = 0; i < scan->n; i++) {
        const wdm_scan_window *w = &scan->windows[i];
        const double mean = sign * mean_of(w, log_value);
        const bool reaches = mean >= scan->log_effect;
        if (best != NULL && (reached > reaches || (reached == reaches && advanced_t(w, mean) <= *most)))
            continue;
        best = w;
        reached = reaches;
        *most = advanced_t(w, mean);
    }
    return best;
}

void wdm_scan_judge(const wdm_scan *scan, double log_value, wdm_baseline_score *score)
{
    const double sign = scan->below ? -1.0 : 1.0;
    const wdm_scan_window *first = &scan->windows[0];
    const wdm_scan_window *best = NULL;
    double most = (double)NAN;
    double half_width = (double)NAN;
    double p = (double)NAN;
    *score = (wdm_baseline_score){.state = scan->state,
                                  .median = (double)NAN,
                                  .band_lo95 = (double)NAN,
                                  .band_hi95 = (double)NAN,
                                  .factor = (double)NAN,
                                  .p_high = (double)NAN,
                                  .p_low = (double)NAN,
                                  .p_week = (double)NAN,
                                  .scan_level = (double)NAN,
                                  .scan_factor = (double)NAN};
    if (scan->state != WDM_BASELINE_OK)
        return;
    half_width = gsl_cdf_tdist_Qinv(0.025, scan->df) * first->scale;
    score->median = exp(first->level);
    score->band_lo95 = exp(first->level - half_width);
    score->band_hi95 = exp(first->level + half_width);
    if (!isfinite(log_value)) {
        score->state = WDM_BASELINE_NO_VALUE;
        return;
    }
    best = best_window(scan, log_value, &most);
    score->factor = exp(log_value - first->level);
    score->p_week = gsl_cdf_tdist_Q(sign * (log_value - first->level) / first->scale, scan->df);
    p = wdm_scan_correct(gsl_cdf_tdist_Q(most, scan->df), scan->n);
    score->p_high = scan->below ? 1.0 - score->p_week : p;
    score->p_low = scan->below ? p : 1.0 - score->p_week;
    score->scan_weeks = best->weeks;
    score->scan_level = exp(best->level);
    score->scan_factor = exp(mean_of(best, log_value));
}

double wdm_scan_line(const wdm_scan *scan, double p)
{
    const double sign = scan->below ? -1.0 : 1.0;
    double nearest = (double)INFINITY; // in the direction scanned
    double t = 0.0;
    if (scan->state != WDM_BASELINE_OK || !(p > 0.0 && p < 1.0))
        return (double)NAN;
    t = gsl_cdf_tdist_Qinv(wdm_scan_uncorrect(p, scan->n), scan->df);
    for (int i = 0; i < scan->n; i++) {
        const wdm_scan_window *w = &scan->windows[i];
        const double mean = fmax((t - ADVANCE * log((double)w->weeks)) * w->scale, scan->log_effect);
        const double distance = mean * (double)w->n - sign * w->others;
        if (distance <= w->cut)
            nearest = fmin(nearest, sign * w->level + distance);
    }
    nearest = fmax(nearest, sign * scan->windows[0].level +
                                gsl_cdf_tdist_Qinv(WDM_SCAN_P_WEEK, scan->df) * scan->scale_week);
    return exp(sign * nearest);
}
