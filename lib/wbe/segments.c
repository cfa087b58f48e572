// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/segments.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { SHARES_MAX = 8 };

// Which sources measured a point, and how much of it. More than SHARES_MAX sources in one period: the rest
// does not compare.
typedef struct shares {
    size_t source[SHARES_MAX];
    double share[SHARES_MAX];
    size_t n;
    bool too_many;
} shares;

static void add_share(shares *of, size_t source, double days)
{
    size_t at = 0;
    while (at < of->n && of->source[at] != source)
        at++;
    if (at == SHARES_MAX) {
        of->too_many = true;
        return;
    }
    if (at == of->n) {
        of->source[at] = source;
        of->share[at] = 0.0;
        of->n++;
    }
    of->share[at] += days;
}

static bool is_in(const wdm_source_run *run, wdm_day day)
{
    return day >= run->first && day <= run->last;
}

// The days of the series in the period: each counts one, split among the sources that measured on it.
static shares shares_of(const wdm_segment_input *input, const wdm_trend_point *point)
{
    shares of = {.n = 0};
    double sum = 0.0;
    for (size_t d = wdm_trend_first_day(input->days, input->n_days, point->first);
         d < input->n_days && input->days[d] <= point->last; d++) {
        const wdm_day day = input->days[d];
        size_t sources = 0;
        for (size_t r = 0; r < input->n_runs; r++)
            sources += is_in(&input->runs[r], day) ? 1 : 0;
        for (size_t r = 0; r < input->n_runs; r++) {
            if (is_in(&input->runs[r], day))
                add_share(&of, input->runs[r].source, 1.0 / (double)sources);
        }
        if (sources == 0)
            add_share(&of, WDM_SOURCE_NONE, 1.0);
        sum += 1.0;
    }
    if (sum == 0.0) {
        add_share(&of, WDM_SOURCE_NONE, 1.0);
        sum = 1.0;
    }
    for (size_t i = 0; i < of.n; i++)
        of.share[i] /= sum;
    return of;
}

static bool same_sources(const shares *a, const shares *b)
{
    for (size_t i = 0; i < a->n; i++) {
        bool found = false;
        for (size_t k = 0; k < b->n; k++)
            found = found || a->source[i] == b->source[k];
        if (!found)
            return false;
    }
    return a->n == b->n && !a->too_many && !b->too_many;
}

static size_t largest(const shares *of)
{
    size_t best = 0;
    for (size_t i = 1; i < of->n; i++) {
        if (of->share[i] > of->share[best])
            best = i;
    }
    return of->source[best];
}

// The direct offset from -> to; sd NaN when there is none.
static wdm_source_offset direct(const wdm_segment_input *input, size_t from, size_t to)
{
    wdm_source_offset none = {.from = from, .to = to, .sd = from == to ? 0.0 : (double)NAN};
    for (size_t i = 0; i < input->n_offsets && from != to; i++) {
        const wdm_source_offset *o = &input->offsets[i];
        if (o->from == from && o->to == to)
            return *o;
        if (o->from == to && o->to == from) {
            none = *o;
            none.log = -o->log;
            return none;
        }
    }
    return none;
}

static wdm_source_offset offset(const wdm_segment_input *input, size_t from, size_t to)
{
    wdm_source_offset best = direct(input, from, to);
    for (size_t i = 0; i < input->n_offsets && isnan(best.sd); i++) {
        const size_t ends[] = {input->offsets[i].from, input->offsets[i].to};
        for (int e = 0; e < 2 && isnan(best.sd); e++) {
            const wdm_source_offset a = direct(input, from, ends[e]);
            const wdm_source_offset b = direct(input, ends[e], to);
            best.log = a.log + b.log;
            best.sd = hypot(a.sd, b.sd);
            best.n_weeks = a.n_weeks < b.n_weeks ? a.n_weeks : b.n_weeks;
        }
    }
    return best;
}

// Fills the point's shift towards source `to`; returns the weeks of overlap behind it.
static int shift_point(const wdm_segment_input *input, const shares *of, size_t to, wdm_trend_point *point)
{
    double sum = 0.0;
    double sum_sd = 0.0;
    int n_weeks = 0;
    for (size_t i = 0; i < of->n; i++) {
        const wdm_source_offset o = offset(input, of->source[i], to);
        const double part = of->share[i] * exp(-o.log);
        sum += part;
        sum_sd += part * o.sd; // NaN when it cannot be told
        n_weeks = of->source[i] == to ? n_weeks : n_weeks == 0 || o.n_weeks < n_weeks ? o.n_weeks : n_weeks;
    }
    point->shift = isnan(sum_sd) || of->too_many       ? (double)NAN
                   : of->n == 1 && of->source[0] == to ? 0.0
                                                       : -log(sum);
    point->shift_sd = isnan(point->shift) ? 0.0 : sum_sd / sum;
    return n_weeks;
}

static wdm_rc add_to_segment(wdm_segments *segments, const shares *of, bool begins,
                             const wdm_trend_point *point, int n_weeks, wdm_err *err)
{
    wdm_segment *s = NULL;
    if (begins) {
        const wdm_rc rc =
            wdm_grow(&segments->rows, &segments->cap, segments->n + 1, sizeof *segments->rows, err);
        if (rc != WDM_OK)
            return rc;
        segments->rows[segments->n++] =
            (wdm_segment){.first = point->first, .source = largest(of), .mixed = of->n > 1};
    }
    s = &segments->rows[segments->n - 1];
    s->last = point->last;
    s->n++;
    s->shift += (point->shift - s->shift) / (double)s->n; // mean; NaN stays
    s->shift_sd = fmax(s->shift_sd, point->shift_sd);
    s->n_weeks = n_weeks;
    return WDM_OK;
}

wdm_rc wdm_segments_mark(const wdm_segment_input *input, wdm_trend_point *points, size_t n,
                         wdm_segments *segments, wdm_err *err)
{
    const shares newest = n > 0 ? shares_of(input, &points[n - 1]) : (shares){.n = 0};
    shares before = {.n = 0};
    wdm_rc rc = WDM_OK;
    segments->n = 0;
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        const shares of = shares_of(input, &points[i]);
        int n_weeks = shift_point(input, &of, largest(&newest), &points[i]);
        if (isnan(points[i].shift) && same_sources(&of, &newest)) {
            points[i].shift = 0.0; // the same mixture as the newest
            n_weeks = 0;
        }
        rc = add_to_segment(segments, &of, i == 0 || !same_sources(&of, &before), &points[i], n_weeks, err);
        before = of;
    }
    return rc;
}

void wdm_segments_fini(wdm_segments *segments)
{
    wdm_free(segments->rows);
    *segments = (wdm_segments){0};
}
