// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/changepoint.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "num/robust.h"

#define Z_95 1.959963984540054
#define CLIP_SD 3.0
#define MOST_RHO 0.8
#define RHO_MORE 1.0
#define MEAN_ABS_TO_SD 1.2533141373155003 // sqrt(pi / 2)

typedef struct partition {
    size_t n;
    const wdm_changepoint_opts *opts;
    double *y;      // spikes drawn in
    double *sd;     // of each value
    double *weight; // sums of the first i: weights, weighted values and squares
    double *first;
    double *second;
    double inflation; // of a level's variance by autocorrelation
    double *best;     // cost of the first i values
    size_t *from;     // where their last segment begins
    size_t *at;       // the changes kept, with 0 before and n behind
    size_t n_at;
    double *scratch;
} partition;

static wdm_rc check(const double *y, const double *sd, size_t n, const wdm_changepoint_opts *opts,
                    wdm_err *err)
{
    if (n > WDM_CHANGEPOINT_MAX_N)
        return wdm_err_set(err, WDM_E_DATA, "changes of level are looked for in at most %d values, got %zu",
                           WDM_CHANGEPOINT_MAX_N, n);
    if (opts->min_segment < 2 || !(opts->alpha > 0.0 && opts->alpha < 1.0))
        return wdm_err_set(
            err, WDM_E_DATA,
            "changes of level need segments of 2 values or more and a share of false alarms in "
            "0..1");
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(y[i]) || (sd != NULL && (isinf(sd[i]) || sd[i] < 0.0)))
            return wdm_err_set(err, WDM_E_DATA,
                               "changes of level cannot be found: value %zu or its sd is not a finite number",
                               i + 1);
    }
    return WDM_OK;
}

static void release(partition *p)
{
    wdm_free(p->y);
    wdm_free(p->sd);
    wdm_free(p->weight);
    wdm_free(p->first);
    wdm_free(p->second);
    wdm_free(p->best);
    wdm_free(p->from);
    wdm_free(p->at);
    wdm_free(p->scratch);
}

static wdm_rc reserve(partition *p, wdm_err *err)
{
    const size_t n = p->n + 1;
    p->y = wdm_alloc(n, sizeof *p->y);
    p->sd = wdm_alloc(n, sizeof *p->sd);
    p->weight = wdm_alloc(n, sizeof *p->weight);
    p->first = wdm_alloc(n, sizeof *p->first);
    p->second = wdm_alloc(n, sizeof *p->second);
    p->best = wdm_alloc(n, sizeof *p->best);
    p->from = wdm_alloc(n, sizeof *p->from);
    p->at = wdm_alloc(n, sizeof *p->at);
    p->scratch = wdm_alloc(n, sizeof *p->scratch);
    if (p->y == NULL || p->sd == NULL || p->weight == NULL || p->first == NULL || p->second == NULL ||
        p->best == NULL || p->from == NULL || p->at == NULL || p->scratch == NULL)
        return wdm_err_nomem(err);
    return WDM_OK;
}

// Mean square of y[i + lag] - y[i], no difference counted as larger than CLIP_SD of their robust sd (or,
// where most are 0, of the sd that their mean says).
static double difference_variance(partition *p, const double *y, size_t lag)
{
    const size_t n = p->n - lag;
    double mean = 0.0;
    double most = 0.0;
    double square = 0.0;
    for (size_t i = 0; i < n; i++) {
        p->scratch[i] = fabs(y[i + lag] - y[i]);
        mean += p->scratch[i] / (double)n;
    }
    wdm_robust_sort(p->scratch, n);
    most = CLIP_SD * WDM_MAD_TO_SD * 0.5 * (p->scratch[(n - 1) / 2] + p->scratch[n / 2]);
    if (!(most > 0.0))
        most = CLIP_SD * MEAN_ABS_TO_SD * mean;
    for (size_t i = 0; i < n; i++)
        square += fmin(p->scratch[i], most) * fmin(p->scratch[i], most) / (double)n;
    return square;
}

// Autocorrelation of neighbours from differences, which a change of level hardly touches: for an
// autoregressive series of order one their variances at lags 2 and 1 are as 1 + rho to 1. One standard error
// more, since a series of this length shows too little of it.
static double neighbours(partition *p, const double *y)
{
    const double one = difference_variance(p, y, 1);
    const double two = difference_variance(p, y, 2);
    if (!p->opts->autocorrelated || !(one > 0.0))
        return 0.0;
    return fmin(MOST_RHO, fmax(0.0, two / one - 1.0 + RHO_MORE / sqrt((double)p->n)));
}

// Median of |difference| / its sd, were tau2 the variance beside the own one of each value; 1 / 1.4826 when
// right.
static double scaled_difference(partition *p, const double *y, double tau2, double rho)
{
    const size_t n = p->n - 1;
    for (size_t i = 0; i < n; i++) {
        const double variance = p->sd[i] * p->sd[i] + p->sd[i + 1] * p->sd[i + 1] + 2.0 * tau2;
        p->scratch[i] = fabs(y[i + 1] - y[i]) / sqrt(fmax(variance * (1.0 - rho), DBL_MIN));
    }
    wdm_robust_sort(p->scratch, n);
    return 0.5 * (p->scratch[(n - 1) / 2] + p->scratch[n / 2]);
}

// The sd of each value: sqrt(own^2 + tau2), tau2 such that the differences have the size they should have.
static void spread(partition *p, const double *y, const double *sd)
{
    double known = 0.0;
    double low = 0.0;
    double high = 0.0;
    double rho = neighbours(p, y);
    size_t n_known = 0;
    for (size_t i = 0; sd != NULL && i < p->n; i++) {
        if (isnan(sd[i]))
            continue;
        known += sd[i] * sd[i];
        n_known++;
    }
    known = n_known > 0 ? known / (double)n_known : 0.0;
    for (size_t i = 0; i < p->n; i++)
        p->sd[i] = sd != NULL && !isnan(sd[i]) ? sd[i] : sqrt(known);
    if (scaled_difference(p, y, 0.0, rho) * WDM_MAD_TO_SD > 1.0) {
        high = 100.0 * difference_variance(p, y, 1); // differences that large are 1 in 7 sds
        for (int turn = 0; turn < 60; turn++) {
            const double middle = 0.5 * (low + high);
            if (scaled_difference(p, y, middle, rho) * WDM_MAD_TO_SD > 1.0)
                low = middle;
            else
                high = middle;
        }
    } else if (known == 0.0) { // most differences are 0: what the others say
        high = difference_variance(p, y, 1) / (2.0 * (1.0 - rho));
    }
    for (size_t i = 0; i < p->n; i++)
        p->sd[i] = sqrt(p->sd[i] * p->sd[i] + high);
    p->inflation = (1.0 + rho) / (1.0 - rho);
}

// Values further than CLIP_SD from the median of their surroundings come to there; sums of what is left.
static wdm_rc draw_in(partition *p, const double *y, wdm_err *err)
{
    const size_t reach = p->opts->min_segment;
    for (size_t i = 0; i < p->n; i++) {
        const size_t from = i > reach ? i - reach : 0;
        const size_t to = i + reach < p->n ? i + reach + 1 : p->n;
        const double far = CLIP_SD * p->sd[i];
        double middle = 0.0;
        double w = 0.0;
        wdm_rc rc = wdm_robust_median(y + from, to - from, &middle, err);
        if (rc != WDM_OK)
            return rc;
        p->y[i] = fmin(middle + far, fmax(middle - far, y[i]));
        w = 1.0 / (p->sd[i] * p->sd[i]);
        p->weight[i + 1] = p->weight[i] + w;
        p->first[i + 1] = p->first[i] + w * (p->y[i] - y[0]);
        p->second[i + 1] = p->second[i] + w * (p->y[i] - y[0]) * (p->y[i] - y[0]);
    }
    return WDM_OK;
}

static double cost(const partition *p, size_t from, size_t to)
{
    const double sum = p->first[to] - p->first[from];
    return (p->second[to] - p->second[from] - sum * sum / (p->weight[to] - p->weight[from])) / p->inflation;
}

// P(the largest |Z| of a split of n values, at least m on either side, is b or more) without a change: Miller
// and Siegmund 1982.
static double p_of(double b, size_t n, size_t m)
{
    const double share = (double)m / (double)n;
    const double density = gsl_ran_ugaussian_pdf(b);
    if (!(b > 1.0))
        return 1.0;
    return fmin(1.0, 4.0 * density / b + density * (b - 1.0 / b) * 2.0 * log((1.0 - share) / share));
}

static double penalty(const partition *p)
{
    double low = 1.0;
    double high = 40.0;
    for (int i = 0; i < 60; i++) {
        const double middle = 0.5 * (low + high);
        if (p_of(middle, p->n, p->opts->min_segment) > p->opts->alpha)
            low = middle;
        else
            high = middle;
    }
    return high * high;
}

static void partition_best(partition *p)
{
    const double price = penalty(p);
    const size_t m = p->opts->min_segment;
    size_t end = p->n;
    size_t count = 0;
    for (size_t to = 1; to <= p->n; to++)
        p->best[to] = (double)INFINITY;
    p->best[0] = -price;
    for (size_t to = m; to <= p->n; to++) {
        for (size_t from = 0; from + m <= to; from++) {
            const double c = p->best[from] + price + (isfinite(p->best[from]) ? cost(p, from, to) : 0.0);
            if (c < p->best[to]) {
                p->best[to] = c;
                p->from[to] = from;
            }
        }
    }
    for (size_t to = p->n; to > 0; to = p->from[to])
        count++;
    p->n_at = count + 1;
    for (size_t i = count + 1; i > 0; i--) {
        p->at[i - 1] = end;
        end = end > 0 ? p->from[end] : 0;
    }
}

static double p_at(const partition *p, size_t i)
{
    const size_t from = p->at[i - 1];
    const size_t to = p->at[i + 1];
    const double gain = cost(p, from, to) - cost(p, from, p->at[i]) - cost(p, p->at[i], to);
    return p_of(sqrt(fmax(0.0, gain)), to - from, p->opts->min_segment);
}

// The least sure change goes as long as it is not sure enough by itself.
static void drop_unsure(partition *p)
{
    while (p->n_at > 2) {
        size_t worst = 1;
        for (size_t i = 2; i + 1 < p->n_at; i++) {
            if (p_at(p, i) > p_at(p, worst))
                worst = i;
        }
        if (p_at(p, worst) <= p->opts->alpha)
            return;
        memmove(&p->at[worst], &p->at[worst + 1], (p->n_at - worst - 1) * sizeof *p->at);
        p->n_at--;
    }
}

static wdm_changepoint describe(const partition *p, size_t i, double origin)
{
    const size_t from = p->at[i - 1];
    const size_t at = p->at[i];
    const size_t to = p->at[i + 1];
    const double before = p->weight[at] - p->weight[from];
    const double after = p->weight[to] - p->weight[at];
    const double half = Z_95 * sqrt(p->inflation * (1.0 / before + 1.0 / after));
    wdm_changepoint point = {.at = at, .p = p_at(p, i)};
    point.before = origin + (p->first[at] - p->first[from]) / before;
    point.after = origin + (p->first[to] - p->first[at]) / after;
    point.step = point.after - point.before;
    point.step_lo = point.step - half;
    point.step_hi = point.step + half;
    return point;
}

wdm_rc wdm_changepoint_find(const double *y, const double *sd, size_t n, const wdm_changepoint_opts *opts,
                            wdm_changepoint *points, size_t capacity, size_t *count, wdm_err *err)
{
    static const wdm_changepoint_opts defaults = WDM_CHANGEPOINT_OPTS_DEFAULT;
    partition p = {.n = n, .opts = opts != NULL ? opts : &defaults};
    wdm_rc rc = check(y, sd, n, p.opts, err);
    *count = 0;
    if (rc != WDM_OK || n < 2 * p.opts->min_segment)
        return rc;
    rc = reserve(&p, err);
    if (rc != WDM_OK)
        goto out;
    spread(&p, y, sd);
    for (size_t i = 0; i < n; i++) {
        if (!(p.sd[i] > 0.0)) // all values equal, or one known without any error: nothing to weigh
            goto out;
    }
    rc = draw_in(&p, y, err);
    if (rc != WDM_OK)
        goto out;
    partition_best(&p);
    drop_unsure(&p);
    for (size_t i = 1; i + 1 < p.n_at; i++) {
        if (*count < capacity)
            points[*count] = describe(&p, i, y[0]);
        (*count)++;
    }
out:
    release(&p);
    return rc;
}
