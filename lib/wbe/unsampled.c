// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/unsampled.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/mem.h"

// Degrees of freedom that a CV from elsewhere is worth beside the period's own days: a CV of one drug differs
// from week to week about as one estimated from five days does.
#define CV_PRIOR_DF 4.0
#define Z975 1.959963984540054

// One ISO week of the sample.
typedef struct cluster {
    double n;    // sampled days
    double size; // days of the week that lie in the period
    double sum;
} cluster;

// A variance with what it is worth.
typedef struct spread {
    double s2;
    double df;
} spread;

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
        a->ss_between += c->n * (mean - a->mean) * (mean - a->mean);
        for (size_t k = 0; k < (size_t)c->n; k++, i++) {
            const double square = sorted[i].value * sorted[i].value / a->n;
            a->ss_within += (sorted[i].value - mean) * (sorted[i].value - mean);
            // value^2 overstates the level^2 by exp(all its variance)
            a->noise += square * -expm1(-sorted[i].var_own);
            a->noise_batch += square * -expm1(-sorted[i].var_batch);
        }
    }
}

// s2 of the true spread: pools the sample's own (own_s2 from own_df, of which noise is the measurement's)
// with a CV from elsewhere. What the sample is worth falls with the share of noise in what it shows.
static spread pool(double own_s2, double own_df, double noise, double prior_s2, double prior_df)
{
    spread out = {prior_s2, prior_df};
    if (own_df > 0.0) {
        const double seen = prior_df > 0.0 ? prior_s2 : fmax(own_s2 - noise, 0.0);
        const double share = noise > 0.0 ? (seen > 0.0 ? seen / (seen + noise) : 0.0) : 1.0;
        const double worth = prior_df > 0.0 ? own_df * share * share : own_df;
        out.df = prior_df + worth;
        out.s2 = (prior_df * prior_s2 + worth * (own_s2 - noise)) / out.df;
    }
    out.s2 = fmax(out.s2, 0.0);
    return out;
}

static spread spread_within(const anova *a, double level, const wdm_period_options *opt, unsigned *flags)
{
    const bool given = opt->within_week_cv >= 0.0;
    const double cv = given ? opt->within_week_cv : WDM_DEFAULT_WEEK_CV;
    const double own_df = a->n - (double)a->n_weeks;
    const bool assume = !given && own_df < 2.0;
    *flags |= assume ? (unsigned)WDM_EST_ASSUMED_DAY_CV : 0U;
    return pool(own_df > 0.0 ? a->ss_within / own_df : 0.0, own_df, a->noise, cv * cv * level * level,
                given || assume ? CV_PRIOR_DF : 0.0);
}

// Between weeks: the mean square between them less what days and batches bring into it, over the mean number
// of days a week.
static spread spread_between(const anova *a, double level, spread within, const wdm_period_options *opt,
                             unsigned *flags)
{
    const bool given = opt->between_week_cv >= 0.0;
    const double cv = given ? opt->between_week_cv : WDM_DEFAULT_BETWEEN_CV;
    const double own_df = (double)a->n_weeks - 1.0;
    const bool assume = !given && own_df < 2.0;
    double squares = 0.0;
    *flags |= assume ? (unsigned)WDM_EST_ASSUMED_WEEK_CV : 0U;
    for (size_t w = 0; w < a->n_weeks; w++)
        squares += a->weeks[w].n * a->weeks[w].n;
    const double per_week = own_df > 0.0 ? (a->n - squares / a->n) / own_df : 1.0;
    const double noise = (within.s2 + a->noise) / per_week + a->noise_batch;
    return pool(own_df > 0.0 ? a->ss_between / own_df / per_week : 0.0, own_df, noise,
                cv * cv * level * level, given || assume ? CV_PRIOR_DF : 0.0);
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

static void finish(const anova *a, double level, const wdm_period_options *opt, wdm_unsampled *out)
{
    const spread within = spread_within(a, level, opt, &out->flags);
    spread between = {0.0, 1.0};
    double gap = 0.0;
    if (opt->period_days > 7) {
        between = spread_between(a, level, within, opt, &out->flags);
        gap = weight_gap(a);
    }
    const double v_days = within.s2 * fmax(1.0 / a->n - 1.0 / a->total_days, 0.0);
    const double v_weeks = between.s2 * gap;
    const double both = v_days + v_weeks;
    out->sd_within = sqrt(within.s2);
    out->sd_between = sqrt(between.s2);
    if (!(both > 0.0))
        return;
    const double df = both * both / (v_days * v_days / within.df + v_weeks * v_weeks / between.df);
    const double widen = gsl_cdf_tdist_Pinv(0.975, df) / Z975;
    out->var_days = v_days * widen * widen;
    out->var_weeks = v_weeks * widen * widen;
}

wdm_rc wdm_unsampled_get(const wdm_spread_day *days, size_t n, double mean, const wdm_period_options *opt,
                         wdm_unsampled *out, wdm_err *err)
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
