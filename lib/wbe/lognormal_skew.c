// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wbe/lognormal_sum.h"
#include "wbe/lognormal_terms.h"

// Terms take their covariance with ln R or ln P of either sum in `cov_own` and `cov_other`.

static void own_and_sites(wdm_sum_term *terms, size_t n, double total)
{
    double site_share = 0.0;
    size_t first = 0;
    for (size_t i = 0; i < n; i++) {
        terms[i].share = wdm_term_mean(&terms[i]) / total;
        terms[i].cov_own = terms[i].share * wdm_sum_term_own(&terms[i]);
        terms[i].cov_other = 0.0;
        site_share += terms[i].share;
        if (i + 1 < n && terms[i + 1].site == terms[i].site)
            continue;
        for (size_t k = first; k <= i; k++)
            terms[k].cov_own += site_share * wdm_term_site_var(&terms[k]);
        first = i + 1;
        site_share = 0.0;
    }
}

static void batches(wdm_sum_term *terms, size_t n)
{
    double batch_share = 0.0;
    size_t first = 0;
    qsort(terms, n, sizeof *terms, wdm_terms_by_batch);
    for (size_t i = 0; i < n; i++) {
        batch_share += terms[i].share;
        if (i + 1 < n && terms[i + 1].batch_key == terms[i].batch_key)
            continue;
        for (size_t k = first; k <= i; k++)
            terms[k].cov_own += batch_share * terms[k].var_batch;
        first = i + 1;
        batch_share = 0.0;
    }
    qsort(terms, n, sizeof *terms, wdm_terms_by_site);
}

// Covariance of each term of `a` with the log of the sum `b`: the day's sampling and flow, the site's flow
// bias.
static void crossed(wdm_sum_term *a, const wdm_sum_term *b, size_t n)
{
    double site_share = 0.0;
    size_t first = 0;
    for (size_t i = 0; i < n; i++) {
        a[i].cov_other =
            b[i].share * (sqrt(a[i].var_sampling * b[i].var_sampling) + sqrt(a[i].var_flow * b[i].var_flow));
        site_share += b[i].share;
        if (i + 1 < n && a[i + 1].site == a[i].site)
            continue;
        for (size_t k = first; k <= i; k++)
            a[k].cov_other += site_share * sqrt(a[k].var_flow_bias * b[k].var_flow_bias);
        first = i + 1;
        site_share = 0.0;
    }
}

// Variance over the terms, weighted by their shares, of own - other times `with_other`.
static double spread(const wdm_sum_term *t, size_t n, double with_other)
{
    double mean = 0.0;
    double var = 0.0;
    for (size_t i = 0; i < n; i++)
        mean += t[i].share * (t[i].cov_own - with_other * t[i].cov_other);
    for (size_t i = 0; i < n; i++) {
        const double d = t[i].cov_own - with_other * t[i].cov_other - mean;
        var += t[i].share * d * d;
    }
    return var;
}

static double prepare(wdm_sum_term *terms, size_t n)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += wdm_term_mean(&terms[i]);
    own_and_sites(terms, n, total);
    batches(terms, n);
    return 3.0 * spread(terms, n, 0.0);
}

void wdm_sum_log_skew(wdm_sum_term *terms, wdm_sum_term *people, size_t n, wdm_sum_skew *out)
{
    memset(out, 0, sizeof *out);
    out->sum = prepare(terms, n);
    out->ratio = out->sum;
    if (people == NULL)
        return;
    out->people = prepare(people, n);
    crossed(terms, people, n);
    crossed(people, terms, n);
    out->ratio = 3.0 * (spread(terms, n, 1.0) - spread(people, n, 1.0));
}
