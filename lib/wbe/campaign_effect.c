// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/campaign_effect.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define MAX_CORRELATION 0.9

const char *wdm_effect_part_text(wdm_effect_part part)
{
    return part == WDM_EFFECT_DURING ? "during" : "after";
}

typedef struct side {
    wdm_day first, last;
    double sum, sum_own;
    size_t n, n_own;
    double mean;
} side;

static bool is_in(const side *s, const wdm_trend_point *week)
{
    const wdm_day thursday = week->first + 3;
    return thursday >= s->first && thursday <= s->last && wdm_trend_point_compares(week);
}

static double level(const wdm_trend_point *week)
{
    return log(week->estimate) + week->shift;
}

static void take(side *s, const wdm_trend_point *weeks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_in(s, &weeks[i]))
            continue;
        s->sum += level(&weeks[i]);
        s->n++;
        if (isnan(weeks[i].log_sd))
            continue;
        s->sum_own += weeks[i].log_sd * weeks[i].log_sd;
        s->n_own++;
    }
    s->mean = s->sum / (double)s->n;
}

typedef struct spread {
    double sum_sq, sum_next;
    size_t n_next;
} spread;

// Squares about the side's mean, and products of neighbouring weeks.
static void add_spread(spread *sp, const side *s, const wdm_trend_point *weeks, size_t n)
{
    double before = (double)NAN;
    wdm_day before_first = 0;
    for (size_t i = 0; i < n; i++) {
        double rest = 0.0;
        if (!is_in(s, &weeks[i]))
            continue;
        rest = level(&weeks[i]) - s->mean;
        sp->sum_sq += rest * rest;
        if (!isnan(before) && weeks[i].first == before_first + 7) {
            sp->sum_next += rest * before;
            sp->n_next++;
        }
        before = rest;
        before_first = weeks[i].first;
    }
}

static side side_of(wdm_day starts, wdm_day ends, int part)
{
    const wdm_day window = 7 * WDM_EFFECT_WINDOW_WEEKS;
    const wdm_day last = ends == WDM_DAY_NONE ? INT32_MAX : ends;
    if (part < 0)
        return (side){.first = starts - window, .last = starts - 1};
    if (part == (int)WDM_EFFECT_DURING)
        return (side){.first = starts, .last = last};
    return last == INT32_MAX ? (side){.first = 1, .last = 0}
                             : (side){.first = last + 1, .last = last + window};
}

wdm_effect wdm_effect_of_site(const wdm_trend_point *weeks, size_t n, wdm_day starts, wdm_day ends,
                              wdm_effect_part part)
{
    side before = side_of(starts, ends, -1);
    side now = side_of(starts, ends, (int)part);
    wdm_effect effect = {
        .first = now.first, .last = now.last, .log = (double)NAN, .se = (double)NAN, .df = (double)NAN};
    spread sp = {0};
    double variance = 0.0;
    double own = 0.0;
    double r = 0.0;
    take(&before, weeks, n);
    take(&now, weeks, n);
    effect.n_before = before.n;
    effect.n = now.n;
    if (before.n < WDM_EFFECT_MIN_WEEKS || now.n < WDM_EFFECT_MIN_WEEKS)
        return effect;
    add_spread(&sp, &before, weeks, n);
    add_spread(&sp, &now, weeks, n);
    effect.df = (double)(before.n + now.n) - 2.0;
    if (before.n_own + now.n_own > 0)
        own = (before.sum_own + now.sum_own) / (double)(before.n_own + now.n_own);
    variance = fmax(sp.sum_sq / effect.df, own);
    if (sp.n_next > 2 && variance > 0.0)
        r = fmin(MAX_CORRELATION, fmax(0.0, sp.sum_next / (double)sp.n_next / variance));
    effect.log = now.mean - before.mean;
    effect.se = sqrt(variance * (1.0 / (double)before.n + 1.0 / (double)now.n) * (1.0 + r) / (1.0 - r));
    return effect;
}

wdm_effect_mean wdm_effect_average(const wdm_effect *effects, size_t n)
{
    wdm_effect_mean mean = {.log = (double)NAN, .se = (double)NAN, .df = (double)NAN};
    double sum = 0.0;
    double sum_sq = 0.0;
    double sum_se = 0.0;
    double own = 0.0;
    double by_df = 0.0; // Welch and Satterthwaite
    double between_se = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double variance = effects[i].se * effects[i].se;
        if (isnan(effects[i].log))
            continue;
        sum += effects[i].log;
        sum_se += effects[i].se;
        own += variance;
        by_df += variance * variance / effects[i].df;
        mean.n++;
    }
    if (mean.n == 0)
        return mean;
    mean.log = sum / (double)mean.n;
    mean.se = sum_se / (double)mean.n; // shared errors do not average out
    mean.df = own * own / by_df;
    if (mean.n == 1)
        return mean;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(effects[i].log))
            sum_sq += (effects[i].log - mean.log) * (effects[i].log - mean.log);
    }
    between_se = sqrt(sum_sq / ((double)mean.n - 1.0) / (double)mean.n);
    if (between_se > mean.se) { // the sites differ by more than their own errors
        mean.se = between_se;
        mean.df = (double)mean.n - 1.0;
    }
    return mean;
}

wdm_effect_figure wdm_effect_say(double log, double se, double df)
{
    wdm_effect_figure f = {(double)NAN, (double)NAN, (double)NAN, "insufficient data"};
    double t = 0.0;
    if (!isfinite(log) || !isfinite(se) || !(df > 0.0))
        return f;
    t = gsl_cdf_tdist_Pinv(0.975, df);
    f.pct = 100.0 * expm1(log);
    f.lo95 = 100.0 * expm1(log - t * se);
    f.hi95 = 100.0 * expm1(log + t * se);
    f.word = f.lo95 > 0.0 ? "up" : f.hi95 < 0.0 ? "down" : "cannot be told";
    return f;
}

wdm_effect_figure wdm_effect_net(const wdm_effect_mean *inside, const wdm_effect_mean *outside)
{
    const double a = inside->se * inside->se;
    const double b = outside->se * outside->se;
    wdm_effect_figure f = wdm_effect_say((double)NAN, 0.0, 0.0);
    if (outside->n < WDM_EFFECT_MIN_OUTSIDE) {
        f.word = "too few sites outside";
        return f;
    }
    return wdm_effect_say(inside->log - outside->log, sqrt(a + b),
                          (a + b) * (a + b) / (a * a / inside->df + b * b / outside->df));
}
