// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/rank_rule.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "num/robust.h"

enum { EXACT_MAX = 64, POINTS = 401 };
static const double z_reach = 6.0; // standard deviations of own that are integrated over

static double normal_below(double z)
{
    return 0.5 * erfc(-z / sqrt(2.0));
}

static bool is_known(const wdm_rank_value *v)
{
    return (v->value > 0.0 && isfinite(v->value) && v->log_sd >= 0.0 && isfinite(v->log_sd)) ||
           v->limit > 0.0;
}

// P(other < t).
static double other_below(const wdm_rank_value *other, double t, bool below)
{
    if (!(other->value > 0.0))
        return below || other->limit < t ? 1.0 : 0.0;
    if (!(other->log_sd > 0.0))
        return other->value < t ? 1.0 : 0.0;
    return normal_below(log(t / other->value) / other->log_sd);
}

// P(at least k of the coins fall), exact: heads[j] is the probability of j.
static double at_least_exact(const double *p, size_t n, size_t k)
{
    double heads[EXACT_MAX + 1] = {1.0};
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j > 0; j--)
            heads[j] = heads[j] * (1.0 - p[i]) + heads[j - 1] * p[i];
        heads[0] *= 1.0 - p[i];
    }
    for (size_t j = k; j <= n; j++)
        sum += heads[j];
    return fmin(sum, 1.0);
}

static double at_least_normal(const double *p, size_t n, size_t k)
{
    double mean = 0.0;
    double var = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += p[i];
        var += p[i] * (1.0 - p[i]);
    }
    if (!(var > 0.0))
        return mean >= (double)k ? 1.0 : 0.0;
    return 1.0 - normal_below(((double)k - 0.5 - mean) / sqrt(var));
}

static double at_least(const double *p, size_t n, size_t k)
{
    return n <= EXACT_MAX ? at_least_exact(p, n, k) : at_least_normal(p, n, k);
}

// P(median of the others < t); p has room for n.
static double median_below(const wdm_rank_value *others, size_t n, double t, bool below, double *p)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_known(&others[i]))
            p[used++] = other_below(&others[i], t, below);
    }
    if (used % 2 == 1)
        return at_least(p, used, (used + 1) / 2);
    return 0.5 * (at_least(p, used, used / 2) + at_least(p, used, used / 2 + 1));
}

wdm_rc wdm_rank_beside(const wdm_rank_value *own, const wdm_rank_value *others, size_t n, double factor,
                       bool below, double *p, wdm_err *err)
{
    double *coins = NULL;
    double weight = 0.0;
    double sum = 0.0;
    size_t known = 0;
    *p = (double)NAN;
    if (!(factor > 0.0) || isinf(factor))
        return wdm_err_set(err, WDM_E_DATA, "the factor is %g; it must be above 0", factor);
    for (size_t i = 0; i < n; i++)
        known += is_known(&others[i]);
    if (known == 0 || !(own->value > 0.0) || !(own->log_sd >= 0.0) || isinf(own->log_sd))
        return WDM_OK;
    coins = wdm_alloc(n, sizeof *coins);
    if (coins == NULL)
        return wdm_err_nomem(err);
    for (int i = 0; i < POINTS; i++) {
        const double z = z_reach * (2.0 * i / (POINTS - 1) - 1.0);
        const double w = exp(-0.5 * z * z);
        const double t = own->value * exp(own->log_sd * z) / factor;
        weight += w;
        sum += w * median_below(others, n, t, below, coins);
    }
    *p = below ? 1.0 - sum / weight : sum / weight;
    *p = fmin(fmax(*p, 0.0), 1.0);
    wdm_free(coins);
    return WDM_OK;
}

wdm_rc wdm_rank_middle(const wdm_rank_value *others, size_t n, double *middle, wdm_err *err)
{
    double *values = NULL;
    size_t used = 0;
    *middle = (double)NAN;
    if (n == 0)
        return WDM_OK;
    values = wdm_alloc(n, sizeof *values);
    if (values == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (is_known(&others[i]))
            values[used++] = others[i].value > 0.0 ? others[i].value : others[i].limit;
    }
    const wdm_rc rc = used == 0 ? WDM_OK : wdm_robust_median(values, used, middle, err);
    wdm_free(values);
    return rc;
}

static int compare_longest_first(const void *a, const void *b)
{
    return *(const int *)b - *(const int *)a;
}

int wdm_weeks_together(int *weeks, size_t n, size_t k)
{
    if (k == 0 || k > n)
        return 0;
    qsort(weeks, n, sizeof *weeks, compare_longest_first);
    return weeks[k - 1];
}

void wdm_episode_take(wdm_episode *episode, int32_t week, bool level)
{
    if (episode->done)
        return;
    episode->calm = level ? 0 : episode->calm + 1;
    if (level) {
        episode->any = true;
        episode->began = week;
    } else if (!episode->any) {
        episode->below_weeks++;
    }
    episode->done = episode->calm >= episode->close_weeks;
}

int wdm_episode_weeks(const wdm_episode *episode)
{
    return episode->any ? episode->last - episode->began + 1 : 0;
}
