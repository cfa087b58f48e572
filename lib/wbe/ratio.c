// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wbe/attribution.h"
#include "wbe/lognormal.h"
#include "wbe/lognormal_sum.h"

#define Z975 1.959963984540054
#define Z95 1.644853626951472

static const char *const VERDICT[WDM_RATIO_VERDICT_N] = {"", "normal", "above", "below", "cannot be told"};

const char *wdm_ratio_verdict_text(wdm_ratio_verdict verdict)
{
    return (unsigned)verdict < WDM_RATIO_VERDICT_N ? VERDICT[verdict] : "";
}

// One side of the ratio.
typedef struct side {
    double low, high; // of the sum of weight x load
    double median;    // of the errors' sum
    double log_var;
    size_t n;
    size_t n_days;
    wdm_day last;
} side;

enum { TERMS_MAX = 512 };

static int by_analyte(const void *a, const void *b)
{
    const wdm_sum_term *x = a;
    const wdm_sum_term *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void add_bounds(const wdm_ratio_term *t, side *s)
{
    const bool measured = t->value.state == WDM_STATE_MEASURED;
    const double high = t->value.load_mg_d_1000 * t->weight;
    const double lower = t->value.lower > 0.0 ? t->value.lower * t->weight : 0.0;
    s->low += measured ? high : lower;
    s->high += isnan(high) ? (double)INFINITY : high;
    s->n_days += s->n == 0 || t->value.day != s->last;
    s->last = t->value.day;
    s->n++;
}

// The errors that do not cancel. Terms beyond TERMS_MAX (a week has 7 days and a few analytes) enter the
// value and not its error.
static side side_of(const wdm_ratio_term *terms, size_t n, bool above)
{
    wdm_sum_term sum[TERMS_MAX];
    wdm_sum_moments m = {0};
    side s = {.median = 1.0};
    double total = 0.0;
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const wdm_ratio_term *t = &terms[i];
        if (t->above != above)
            continue;
        add_bounds(t, &s);
        if (k == TERMS_MAX || !(wdm_net_fill(&t->value) > 0.0))
            continue;
        sum[k] = (wdm_sum_term){.weight = wdm_net_fill(&t->value) * t->weight,
                                .var_analysis = wdm_log_var_of_u(t->value.u_analysis),
                                .var_batch = wdm_log_var_of_u(t->value.u_batch),
                                .var_flow_bias = wdm_log_var_of_u(t->u_weight),
                                .batch_key = t->value.batch_key ^ (int64_t)(t->analyte * 2654435761u),
                                .site = t->analyte,
                                .order = k};
        total += sum[k].weight;
        k++;
    }
    if (k == 0)
        return s;
    qsort(sum, k, sizeof *sum, by_analyte);
    for (size_t i = 0; i < k; i++) {
        sum[i].order = i;
        sum[i].weight /= total;
    }
    wdm_sum_lognormals(sum, k, &m);
    s.log_var = log1p(m.var / m.mean / m.mean);
    s.median = m.mean / exp(s.log_var / 2.0);
    return s;
}

static double part_of(double ratio)
{
    return isinf(ratio) ? 1.0 : ratio / (1.0 + ratio);
}

bool wdm_ratio_of(const wdm_ratio_term *terms, size_t n, bool share, wdm_ratio *r)
{
    const side above = side_of(terms, n, true);
    const side below = side_of(terms, n, false);
    const double tilt = below.median / above.median;
    memset(r, 0, sizeof *r);
    if (above.n == 0 || below.n == 0)
        return false;
    r->bound_low = isinf(below.high) ? 0.0 : above.low / below.high;
    r->bound_high = below.low > 0.0 ? above.high / below.low : (double)INFINITY;
    if (isnan(r->bound_low) || (!(r->bound_low > 0.0) && isinf(r->bound_high)))
        return false;
    r->sigma = sqrt(above.log_var + below.log_var);
    r->lo95 = r->bound_low * tilt * exp(-Z975 * r->sigma);
    r->hi95 = r->bound_high * tilt * exp(Z975 * r->sigma);
    r->n_days = above.n_days > below.n_days ? above.n_days : below.n_days;
    if (share) {
        r->bound_low = part_of(r->bound_low);
        r->bound_high = part_of(r->bound_high);
        r->lo95 = part_of(r->lo95);
        r->hi95 = part_of(r->hi95);
    }
    r->ratio = r->bound_low == r->bound_high ? r->bound_low : (double)NAN;
    r->limit = (double)NAN;
    const double top = share ? 1.0 : (double)INFINITY;
    if (isnan(r->ratio) && !(r->bound_low > 0.0))
        r->sign = '<';
    else if (isnan(r->ratio) && !(r->bound_high < top))
        r->sign = '>';
    if (r->sign != 0)
        r->limit = r->sign == '<' ? r->bound_high : r->bound_low;
    return true;
}

// One-sided 95 % end of the interval: between the bound and the 97.5 % end, on the scale of the log.
static double end(double bound, double end975)
{
    return bound > 0.0 && isfinite(bound) && end975 > 0.0 ? bound * pow(end975 / bound, Z95 / Z975) : bound;
}

wdm_ratio_verdict wdm_ratio_judge(const wdm_ratio *r, double low, double high)
{
    if (isnan(low) && isnan(high))
        return WDM_RATIO_NONE;
    if (end(r->bound_low, r->lo95) > high)
        return WDM_RATIO_ABOVE;
    if (end(r->bound_high, r->hi95) < low)
        return WDM_RATIO_BELOW;
    const bool not_above = isnan(high) || r->bound_high <= high;
    const bool not_below = isnan(low) || r->bound_low >= low;
    return not_above && not_below ? WDM_RATIO_NORMAL : WDM_RATIO_UNCLEAR;
}
