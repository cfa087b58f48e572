// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/unsampled.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/mem.h"

#define Z975 1.959963984540054

// One ISO week of the sample.
typedef struct cluster {
    double n;    // sampled days
    double size; // days of the week that lie in the period
    double sum;
} cluster;

// A mean square and its degrees of freedom.
typedef struct mean_square {
    double ms;
    double df;
} mean_square;

typedef struct anova {
    cluster *weeks;
    size_t n_weeks;
    double n;
    double total_days;
    double mean;
    double ss_within;
    double ss_between;
    double noise;       // mean over the days of the variance that the measurement itself brings
    double noise_batch; // and its batch
} anova;

static int by_day(const void *a, const void *b)
{
    const wdm_spread_day *x = a;
    const wdm_spread_day *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

// Days of the week of `day` that lie in the period.
static double days_inside(wdm_day day, const wdm_period_options *opt)
{
    const wdm_day monday = day - (wdm_weekday(day) - 1);
    const wdm_day from = monday > opt->first ? monday : opt->first;
    const wdm_day last = opt->first + opt->period_days - 1;
    const wdm_day to = monday + 6 < last ? monday + 6 : last;
    return (double)(to - from + 1);
}

// sorted: by day. Weeks of the sample, sums of squares, and what the measurement scatters.
static void analyse(const wdm_spread_day *sorted, size_t n, const wdm_period_options *opt, anova *a)
{
    const bool one_week = opt->period_days <= 7;
    wdm_day monday = 0;
    for (size_t i = 0; i < n; i++) {
        const wdm_day this_monday = one_week ? 0 : sorted[i].day - (wdm_weekday(sorted[i].day) - 1);
        if (i == 0 || this_monday != monday) {
            a->weeks[a->n_weeks++] =
                (cluster){.size = one_week ? (double)opt->period_days : days_inside(sorted[i].day, opt)};
            monday = this_monday;
        }
        a->weeks[a->n_weeks - 1].n += 1.0;
        a->weeks[a->n_weeks - 1].sum += sorted[i].value;
        a->mean += sorted[i].value / a->n;
    }
    size_t i = 0;
    for (size_t w = 0; w < a->n_weeks; w++) {
        const cluster *c = &a->weeks[w];
        const double mean = c->sum / c->n;
        double own = 0.0; // of the censored days of the week: variance of their sum
        double common = 0.0;
        a->ss_between += c->n * (mean - a->mean) * (mean - a->mean);
        for (size_t k = 0; k < (size_t)c->n; k++, i++) {
            const double square = sorted[i].value * sorted[i].value / a->n;
            a->ss_within += (sorted[i].value - mean) * (sorted[i].value - mean) + sorted[i].var_inside;
            own += (1.0 - sorted[i].alike) * sorted[i].var_inside;
            common += sqrt(sorted[i].alike * sorted[i].var_inside);
            // value^2 overstates the level^2 by exp(all its variance)
            a->noise += square * -expm1(-sorted[i].var_own);
            a->noise_batch += square * -expm1(-sorted[i].var_batch);
        }
        const double of_sum = own + common * common;
        a->ss_within -= of_sum / c->n;
        a->ss_between += of_sum * (1.0 / c->n - 1.0 / a->n);
    }
}

static double square_of(double cv, double default_cv, double level)
{
    const double used = cv >= 0.0 ? cv : default_cv;
    return used * used * level * level;
}

// The sample's own mean square (ss over df) pooled with the one expected.
static mean_square pool(double ss, double df, double expected, double prior_df)
{
    const double all = df + prior_df;
    return (mean_square){(ss + prior_df * expected) / all, all};
}

// Within weeks: expected is day^2 + noise.
static mean_square within(const anova *a, double level, const wdm_period_options *opt, unsigned *flags)
{
    const double df = a->n - (double)a->n_weeks;
    const bool given = opt->within_week_cv >= 0.0;
    const bool assume = !given && df < 2.0;
    *flags |= assume ? (unsigned)WDM_EST_ASSUMED_DAY_CV : 0U;
    return pool(a->ss_within, df, square_of(opt->within_week_cv, WDM_DEFAULT_WEEK_CV, level) + a->noise,
                given    ? WDM_CV_GIVEN_DF
                : assume ? WDM_CV_ASSUMED_DF
                         : 0.0);
}

// Between weeks: expected is day^2 + noise + per_week (week^2 + batch).
static mean_square between(const anova *a, double level, double ms_within, double per_week,
                           const wdm_period_options *opt, unsigned *flags)
{
    const double df = (double)a->n_weeks - 1.0;
    const bool given = opt->between_week_cv >= 0.0;
    const bool assume = !given && df < 2.0;
    const double week = square_of(opt->between_week_cv, WDM_DEFAULT_BETWEEN_CV, level);
    *flags |= assume ? (unsigned)WDM_EST_ASSUMED_WEEK_CV : 0U;
    return pool(a->ss_between, df, ms_within + per_week * (week + a->noise_batch),
                given    ? WDM_CV_GIVEN_DF
                : assume ? WDM_CV_ASSUMED_DF
                         : 0.0);
}

// Mean number of sampled days a week, as the analysis of variance needs it.
static double days_per_week(const anova *a)
{
    double squares = 0.0;
    for (size_t w = 0; w < a->n_weeks; w++)
        squares += a->weeks[w].n * a->weeks[w].n;
    return a->n_weeks > 1 ? (a->n - squares / a->n) / ((double)a->n_weeks - 1.0) : a->n;
}

// What the sample's weights and the period's differ by, squared, over all weeks.
static double weight_gap(const anova *a)
{
    double gap = 0.0;
    double inside = 0.0; // days of the sampled weeks
    double rest_sq = 0.0;
    for (size_t w = 0; w < a->n_weeks; w++) {
        const double d = a->weeks[w].n / a->n - a->weeks[w].size / a->total_days;
        gap += d * d;
        inside += a->weeks[w].size;
    }
    // the other weeks: whole ones of 7 days and what is left over
    const double rest = fmax(a->total_days - inside, 0.0);
    const double whole = floor(rest / 7.0);
    const double left = rest - 7.0 * whole;
    rest_sq = (whole * 49.0 + left * left) / (a->total_days * a->total_days);
    return gap + rest_sq;
}

static void finish(const anova *a, const wdm_sampled_mean *mean, const wdm_period_options *opt,
                   wdm_unsampled *out)
{
    const double per_week = days_per_week(a);
    const mean_square w = within(a, mean->mean, opt, &out->flags);
    const double rest = fmax(1.0 / a->n - 1.0 / a->total_days, 0.0);
    mean_square b = {0.0, 1.0};
    double gap = 0.0;
    if (opt->period_days > 7) {
        b = between(a, mean->mean, w.ms, per_week, opt, &out->flags);
        gap = weight_gap(a) / per_week;
    }
    const double v_days = rest * fmax(w.ms - a->noise, 0.0);
    const double v_weeks = gap * (b.ms - w.ms - per_week * a->noise_batch);
    const double from_b = gap * b.ms;
    const double from_w = (rest - gap) * w.ms;
    out->var = fmax(v_days + v_weeks, 0.0);
    out->var_measured = mean->var_measured;
    out->seen = fmax(out->var + mean->var_measured, fabs(from_b) + fabs(from_w));
    out->doubt = from_b * from_b / b.df + from_w * from_w / w.df;
}

void wdm_unsampled_add(wdm_unsampled *total, const wdm_unsampled *mean, double k)
{
    const double k2 = k * k;
    total->var += k2 * mean->var;
    total->var_measured += k2 * mean->var_measured;
    total->seen += k2 * mean->seen;
    total->doubt += k2 * k2 * mean->doubt;
    total->flags |= mean->flags;
}

double wdm_unsampled_widened(const wdm_unsampled *u)
{
    if (!(u->doubt > 0.0))
        return u->var;
    const double widen = gsl_cdf_tdist_Pinv(0.975, u->seen * u->seen / u->doubt) / Z975;
    return (u->var + u->var_measured) * widen * widen - u->var_measured;
}

wdm_rc wdm_unsampled_get(const wdm_spread_day *days, size_t n, const wdm_sampled_mean *mean,
                         const wdm_period_options *opt, wdm_unsampled *out, wdm_err *err)
{
    anova a = {.n = (double)n, .total_days = fmax((double)n, (double)opt->period_days)};
    wdm_spread_day *sorted = wdm_alloc(n, sizeof *sorted);
    wdm_rc rc = WDM_OK;
    memset(out, 0, sizeof *out);
    a.weeks = wdm_alloc(n, sizeof *a.weeks);
    if (sorted == NULL || a.weeks == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    memcpy(sorted, days, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_day);
    analyse(sorted, n, opt, &a);
    finish(&a, mean, opt, out);
out:
    wdm_free(sorted);
    wdm_free(a.weeks);
    return rc;
}
