// SPDX-License-Identifier: GPL-3.0-or-later
// Runs and offsets of wbe/segments.h.
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "wbe/segments.h"

#define Z95 1.959963984540054

// Whether another source measured the analyte on a day after `since` and before `day`.
static bool interrupted(const wdm_source_runs *runs, const wdm_source_run *run, wdm_day day)
{
    for (size_t i = 0; i < runs->n_open; i++) {
        const wdm_source_run *other = &runs->rows[runs->open[i]];
        if (other->analyte_key != run->analyte_key || other->source == run->source)
            continue;
        if ((other->last < day ? other->last : other->before) > run->last)
            return true;
    }
    return false;
}

wdm_rc wdm_source_runs_add(wdm_source_runs *runs, int64_t analyte_key, size_t source, wdm_day day,
                           wdm_err *err)
{
    size_t at = 0;
    wdm_rc rc = WDM_OK;
    while (at < runs->n_open && (runs->rows[runs->open[at]].analyte_key != analyte_key ||
                                 runs->rows[runs->open[at]].source != source))
        at++;
    if (at < runs->n_open) {
        wdm_source_run *run = &runs->rows[runs->open[at]];
        if (run->last == day)
            return WDM_OK;
        if (!interrupted(runs, run, day)) {
            run->before = run->last;
            run->last = day;
            return WDM_OK;
        }
    }
    rc = wdm_grow(&runs->rows, &runs->cap, runs->n + 1, sizeof *runs->rows, err);
    if (rc == WDM_OK && at == runs->n_open)
        rc = wdm_grow(&runs->open, &runs->open_cap, at + 1, sizeof *runs->open, err);
    if (rc != WDM_OK)
        return rc;
    runs->n_open = at == runs->n_open ? at + 1 : runs->n_open;
    runs->open[at] = runs->n;
    runs->rows[runs->n++] = (wdm_source_run){analyte_key, source, day, day, INT32_MIN};
    return WDM_OK;
}

void wdm_source_runs_fini(wdm_source_runs *runs)
{
    wdm_free(runs->rows);
    wdm_free(runs->open);
    *runs = (wdm_source_runs){0};
}

static int by_pair_and_week(const void *a, const void *b)
{
    const wdm_source_pair *x = a;
    const wdm_source_pair *y = b;
    if (x->analyte_key != y->analyte_key)
        return x->analyte_key < y->analyte_key ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    if (x->week != y->week)
        return x->week < y->week ? -1 : 1;
    return x->log < y->log   ? -1
           : x->log > y->log ? 1
                             : 0; // so that sums do not depend on the order of reading
}

static bool same_pair(const wdm_source_pair *a, const wdm_source_pair *b)
{
    return a->analyte_key == b->analyte_key && a->from == b->from && a->to == b->to;
}

// Of the rows of one pair, by week.
static wdm_source_offset fit_pair(const wdm_source_pair *rows, size_t n)
{
    wdm_source_offset o = {
        .analyte_key = rows[0].analyte_key, .from = rows[0].from, .to = rows[0].to, .sd = (double)NAN};
    double sum_sq = 0.0; // of the weeks' means about their mean (Welford)
    size_t i = 0;
    while (i < n) {
        double sum = 0.0;
        size_t count = 0;
        double delta = 0.0;
        for (const int32_t week = rows[i].week; i < n && rows[i].week == week; i++, count++)
            sum += rows[i].log;
        delta = sum / (double)count - o.log;
        o.n_weeks++;
        o.log += delta / o.n_weeks;
        sum_sq += delta * (sum / (double)count - o.log);
    }
    o.n_days = (int)n;
    if (o.n_weeks >= WDM_OFFSET_MIN_WEEKS) {
        const double k = o.n_weeks;
        o.sd = sqrt(sum_sq / (k - 1.0) / k) * gsl_cdf_tdist_Pinv(0.975, k - 1.0) / Z95;
    }
    return o;
}

wdm_rc wdm_source_offsets_fit(wdm_source_pair *pairs, size_t n, wdm_source_offsets *offsets, wdm_err *err)
{
    offsets->n = 0;
    if (n > 1)
        qsort(pairs, n, sizeof *pairs, by_pair_and_week);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        wdm_rc rc = WDM_OK;
        while (end < n && same_pair(&pairs[i], &pairs[end]))
            end++;
        rc = wdm_grow(&offsets->rows, &offsets->cap, offsets->n + 1, sizeof *offsets->rows, err);
        if (rc != WDM_OK)
            return rc;
        offsets->rows[offsets->n++] = fit_pair(&pairs[i], end - i);
        i = end;
    }
    return WDM_OK;
}
