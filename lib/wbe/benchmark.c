// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/benchmark.h"

#include <math.h>

double wdm_rank_log_sd(double rsd)
{
    return isfinite(rsd) && rsd >= 0.0 ? sqrt(log1p(rsd * rsd)) : (double)NAN;
}

double wdm_rank_probability(const wdm_rank_item *a, const wdm_rank_item *b)
{
    const double sd = sqrt(a->log_sd * a->log_sd + b->log_sd * b->log_sd);
    const double difference = log(a->value / b->value);
    if (!isfinite(sd) || !isfinite(difference))
        return (double)NAN;
    if (sd == 0.0)
        return difference > 0.0 ? 1.0 : difference < 0.0 ? 0.0 : 0.5;
    return 0.5 * erfc(-difference / sd / sqrt(2.0));
}

void wdm_rank_sort(wdm_rank_item *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const wdm_rank_item item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].value < item.value; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

size_t wdm_rank_group_end(const wdm_rank_item *items, size_t n, size_t from)
{
    size_t end = from;
    while (end + 1 < n && !(wdm_rank_probability(&items[from], &items[end + 1]) >= 0.95))
        end++;
    return end;
}

#define TOLD 0.95
#define Z95 1.959963984540054

static void finish(const wdm_rank_item *mine, wdm_benchmark *b)
{
    const wdm_rank_item reference = {.value = b->reference, .log_sd = b->log_sd};
    const double sd = hypot(mine->log_sd, b->log_sd);
    b->p_above = wdm_rank_probability(mine, &reference);
    b->ratio = mine->value / b->reference;
    b->lo95 = b->ratio * exp(-Z95 * sd);
    b->hi95 = b->ratio * exp(Z95 * sd);
    b->word = b->p_above >= TOLD ? "above" : b->p_above <= 1.0 - TOLD ? "below" : "cannot be told";
}

static const wdm_benchmark none = {.reference = (double)NAN,
                                   .log_sd = (double)NAN,
                                   .quantile = (double)NAN,
                                   .ratio = (double)NAN,
                                   .lo95 = (double)NAN,
                                   .hi95 = (double)NAN,
                                   .p_above = (double)NAN,
                                   .word = "no reference"};

wdm_benchmark wdm_benchmark_places(const wdm_rank_item *mine, const wdm_rank_item *others, size_t n)
{
    wdm_benchmark b = none;
    bool by_people = true;
    double weight = 0.0;
    double sum = 0.0;
    double variance = 0.0;
    size_t below = 0;
    for (size_t i = 0; i < n; i++)
        by_people = by_people && others[i].population > 0.0;
    b.rank = b.rank_lo = b.rank_hi = 1;
    for (size_t i = 0; i < n; i++) {
        const wdm_rank_item *o = &others[i];
        const double w = by_people ? o->population : 1.0;
        const double p = wdm_rank_probability(mine, o);
        weight += w;
        sum += w * o->value;
        variance += w * w * o->value * o->value * expm1(o->log_sd * o->log_sd); // NaN: not known
        b.rank += o->value > mine->value ? 1 : 0;
        b.rank_lo += p <= 1.0 - TOLD ? 1 : 0;
        b.rank_hi += p >= TOLD ? 0 : 1;
        below += o->value < mine->value ? 1 : 0;
    }
    b.n = n;
    if (n == 0)
        return b;
    b.reference = sum / weight;
    b.log_sd = wdm_rank_log_sd(sqrt(variance) / sum);
    b.quantile = (double)below / (double)n;
    finish(mine, &b);
    return b;
}

wdm_benchmark wdm_benchmark_level(const wdm_rank_item *mine, double level, double log_sd)
{
    wdm_benchmark b = none;
    if (!(level > 0.0))
        return b;
    b.reference = level;
    b.log_sd = log_sd;
    finish(mine, &b);
    return b;
}
