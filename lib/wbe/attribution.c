// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/attribution.h"

#include <math.h>

#include "base/mem.h"
#include "wbe/lognormal.h"
#include "wbe/lognormal_sum.h"
#include "wbe/week_core.h"

static double or_zero(double x)
{
    return x > 0.0 ? x : 0.0;
}

static double lowest(const wdm_day_value *v)
{
    return v->state == WDM_STATE_MEASURED ? v->load_mg_d_1000 : or_zero(v->lower);
}

static double highest(const wdm_day_value *v)
{
    return isnan(v->load_mg_d_1000) ? (double)INFINITY : v->load_mg_d_1000;
}

double wdm_net_fill(const wdm_day_value *day)
{
    if (day->state == WDM_STATE_MEASURED)
        return day->load_mg_d_1000;
    return isnan(day->load_mg_d_1000) ? or_zero(day->lower)
                                      : (or_zero(day->lower) + day->load_mg_d_1000) / 2.0;
}

// Errors of the sum of what is taken: the sources' own are independent of each other.
static void add_errors(wdm_day_net *net, const wdm_net_source *sources, size_t n)
{
    double analysis = 0.0;
    double batch = 0.0;
    double ratio = 0.0;
    for (size_t i = 0; i < n; i++) {
        const wdm_day_value *m = &sources[i].other;
        const double t = sources[i].ratio * wdm_net_fill(m);
        analysis += t * or_zero(m->u_analysis) * t * or_zero(m->u_analysis);
        batch += t * or_zero(m->u_batch) * t * or_zero(m->u_batch);
        ratio += t * or_zero(sources[i].u_ratio) * t * or_zero(sources[i].u_ratio);
        net->taken_batch_key = i == 0 ? m->batch_key : net->taken_batch_key ^ m->batch_key;
        net->taken_analysis_key = i == 0 ? m->analysis_key : net->taken_analysis_key ^ m->analysis_key;
    }
    if (net->taken > 0.0) {
        net->u_taken_analysis = sqrt(analysis) / net->taken;
        net->u_taken_batch = sqrt(batch) / net->taken;
        net->u_ratio = sqrt(ratio) / net->taken;
    }
}

// The lines that the ratio of loads must exceed; a source below its limit draws none above its lower end.
static void add_lines(wdm_day_net *net, const wdm_net_source *sources, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double m = lowest(&sources[i].other);
        if (sources[i].suppress_below > 0.0)
            net->suppress_at = fmax(net->suppress_at, sources[i].suppress_below * m);
        if (sources[i].low_ratio > 0.0)
            net->low_at = fmax(net->low_at, sources[i].low_ratio * m);
    }
}

// low .. high is what may be left of a measured value.
static unsigned set_measured(wdm_day_value *day, double low, double high)
{
    const double gross = day->load_mg_d_1000;
    const double low0 = or_zero(low);
    unsigned flags = 0;
    if (!(high > 0.0)) {
        flags = (unsigned)WDM_EST_CLIPPED_AT_ZERO;
        day->load_mg_d_1000 = 0.0;
    } else if (high - low0 <= WDM_NET_OPEN * high) {
        day->load_mg_d_1000 = (low0 + high) / 2.0;
    } else {
        day->load_mg_d_1000 = high;
        day->lower = low0;
        day->state = WDM_STATE_BELOW_LOQ;
    }
    day->net.gross = gross;
    return flags;
}

unsigned wdm_net_take(wdm_day_value *day, const wdm_net_source *sources, size_t n)
{
    unsigned flags = (unsigned)WDM_EST_NET_OF_OTHER;
    double low = 0.0; // of what is taken
    double high = 0.0;
    if (n == 0)
        return 0U;
    for (size_t i = 0; i < n; i++) {
        low += sources[i].ratio * lowest(&sources[i].other);
        high += sources[i].ratio * highest(&sources[i].other);
        day->net.taken += sources[i].ratio * wdm_net_fill(&sources[i].other);
    }
    add_errors(&day->net, sources, n);
    add_lines(&day->net, sources, n);
    if (day->state == WDM_STATE_MEASURED) {
        flags |= set_measured(day, day->load_mg_d_1000 - high, day->load_mg_d_1000 - low);
    } else {
        // what is surely at or below a line is suppressed: the limit counts whole, though the middle stands
        // in
        const double middle = wdm_net_fill(day);
        const double part = day->load_mg_d_1000 > 0.0 ? middle / day->load_mg_d_1000 : 0.0;
        day->net.gross = middle;
        day->net.taken = 0.0;
        day->net.suppress_at *= part;
        day->net.low_at *= part;
        day->lower = or_zero(or_zero(day->lower) - high);
    }
    day->net.u_analysis = or_zero(day->u_analysis);
    day->net.u_batch = or_zero(day->u_batch);
    day->u_analysis = 0.0;
    day->u_batch = 0.0;
    return flags;
}

void wdm_net_scale(wdm_day_net *net, double k)
{
    net->gross *= k;
    net->taken *= k;
    net->suppress_at *= k;
    net->low_at *= k;
}

static void scale(wdm_day_value *day, double k)
{
    day->load_mg_d_1000 *= k;
    day->lower *= k;
    wdm_net_scale(&day->net, k);
}

void wdm_net_correct_decay(wdm_day_value *day, double ln_k, double u_half_life)
{
    if (!(ln_k > 0.0))
        return;
    scale(day, exp(ln_k));
    day->net.ln_k = ln_k;
    day->net.u_half_life = u_half_life;
}

void wdm_net_correct_sorption(wdm_day_value *day, double share, double u_share)
{
    if (!(share > 0.0 && share < 1.0))
        return;
    scale(day, 1.0 / (1.0 - share));
    day->net.share = share;
    day->net.u_share = u_share;
}

double wdm_net_u_odds(double share, double u_share)
{
    return u_share / (1.0 - share);
}

// One side of a sum of days: its own errors and its batches'.
typedef struct side {
    double median; // of the errors' sum
    double log_var;
    double analysis, batch; // shares
} side;

static wdm_rc side_of(const wdm_day_value *days, size_t n, double total, bool of_taken, side *s, wdm_err *err)
{
    wdm_sum_term one; // a single day takes no memory
    wdm_sum_term *terms = n == 1 ? &one : wdm_alloc(n, sizeof *terms);
    wdm_sum_moments m = {0};
    size_t k = 0;
    *s = (side){.median = 1.0};
    if (terms == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const wdm_day_net *d = &days[i].net;
        const double value = of_taken ? d->taken : d->gross;
        if (!(value > 0.0))
            continue;
        terms[k] = (wdm_sum_term){
            .weight = value / total,
            .var_analysis = wdm_log_var_of_u(of_taken ? d->u_taken_analysis : d->u_analysis),
            .var_batch = wdm_log_var_of_u(of_taken ? d->u_taken_batch : d->u_batch),
            .batch_key = of_taken ? d->taken_batch_key : days[i].batch_key,
            .order = k,
        };
        k++;
    }
    if (k > 0) {
        wdm_sum_lognormals(terms, k, &m);
        s->log_var = log1p(m.var / m.mean / m.mean);
        s->median = m.mean / exp(s->log_var / 2.0);
    }
    const double parts = m.part[WDM_BUDGET_ANALYSIS] + m.part[WDM_BUDGET_BATCH];
    if (parts > 0.0) {
        s->analysis = m.part[WDM_BUDGET_ANALYSIS] / parts;
        s->batch = m.part[WDM_BUDGET_BATCH] / parts;
    }
    if (terms != &one)
        wdm_free(terms);
    return WDM_OK;
}

// Sums over the days that are net, and over all days of what the corrections were.
typedef struct sums {
    double gross, taken, ratio, load, source, half_life, share;
} sums;

static sums sum_days(const wdm_day_value *days, size_t n)
{
    sums s = {0};
    for (size_t i = 0; i < n; i++) {
        const wdm_day_net *d = &days[i].net;
        const double load = d->gross > 0.0 ? d->gross : wdm_net_fill(&days[i]);
        s.gross += d->gross;
        s.taken += d->taken;
        s.ratio += d->taken * d->u_ratio;
        s.load += load;
        s.source += load * exp(-d->ln_k);
        s.half_life += load * d->u_half_life * (d->ln_k > 0.0);
        s.share += load * d->share;
    }
    return s;
}

static double corrected_share_u(const wdm_day_value *days, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (days[i].net.share > 0.0)
            return days[i].net.u_share;
    }
    return 0.0;
}

wdm_rc wdm_net_error_of(const wdm_day_value *days, size_t n, wdm_net_error *error, wdm_err *err)
{
    const sums s = sum_days(days, n);
    double decayed = 0.0;
    *error = (wdm_net_error){.gross_per_net = 1.0, .tilt = 1.0, .centre = 1.0};
    if (s.load > 0.0 && s.source > 0.0 && s.source < s.load) {
        for (size_t i = 0; i < n; i++)
            decayed += days[i].net.ln_k > 0.0
                           ? (days[i].net.gross > 0.0 ? days[i].net.gross : wdm_net_fill(&days[i]))
                           : 0.0;
        error->ln_k = log(s.load / s.source);
        error->u_half_life = s.half_life / decayed;
    }
    if (s.load > 0.0 && s.share > 0.0) {
        error->share = s.share / s.load;
        error->u_share = corrected_share_u(days, n);
    }
    error->corrected = error->ln_k > 0.0 || error->share > 0.0;
    if (!(s.gross > 0.0))
        return WDM_OK;
    side a = {0};
    side m = {0};
    wdm_rc rc = side_of(days, n, s.gross, false, &a, err);
    if (rc == WDM_OK)
        rc = side_of(days, n, s.taken, true, &m, err);
    if (rc != WDM_OK)
        return rc;
    error->net = true;
    error->gross = s.gross;
    error->x = s.taken / s.gross;
    error->gross_per_net = error->x < 1.0 ? 1.0 / (1.0 - error->x) : (double)NAN;
    error->var_a = a.log_var;
    error->var_m = m.log_var;
    error->part_a_analysis = a.analysis;
    error->part_a_batch = a.batch;
    error->part_m_analysis = m.analysis;
    error->part_m_batch = m.batch;
    error->var_ratio = s.taken > 0.0 ? wdm_log_var_of_u(s.ratio / s.taken) : 0.0;
    error->tilt = a.median / m.median;
    error->centre = 1.0 / a.median;
    return WDM_OK;
}

unsigned wdm_net_flags(const wdm_day_value *days, size_t n)
{
    double gross = 0.0;
    double suppress = 0.0;
    unsigned flags = 0;
    for (size_t i = 0; i < n; i++) {
        const wdm_day_net *d = &days[i].net;
        if (!(d->gross > 0.0) && !(d->taken > 0.0))
            continue;
        gross += d->gross;
        suppress += d->suppress_at;
        flags = (unsigned)WDM_EST_NET_OF_OTHER;
    }
    if (suppress > 0.0 && gross <= suppress * (1.0 + 1e-9)) // 19 / 100 is 0.19
        flags |= (unsigned)WDM_EST_SUPPRESSED;
    return flags;
}

bool wdm_net_ratio_is_low(const wdm_day_value *day)
{
    return day->net.gross < day->net.low_at * (1.0 - 1e-9);
}
