// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/pair_slopes.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "num/draw.h"
#include "num/pair_merge.h"

enum {
    SAMPLE = 256,    // slopes from which the first trials come
    FEW = 2,         // a bracket of at most FEW n slopes is taken out
    SORTED = 8,      // so many a point are sorted
    MOST_TRIALS = 60 // then the bracket is taken out however many it holds: most of them are equal
};

// A trial slope and how many steps lie below it.
typedef struct knot {
    double slope;
    uint64_t below;
} knot;

typedef struct search {
    const wdm_pair_point *points;
    size_t n;
    uint64_t unit; // steps counted as one: 2 where all points are measured
    uint64_t total;
    wdm_pair_item *item; // n, and room for sorting
    wdm_pair_item *spare;
    double *rest;        // 2 n: as item, where all weights are alike
    wdm_pair_list found; // the steps between low and high
    bool sorted;         // they are
    double *spare_slope;
    size_t spare_cap;
    knot low;
    knot high;
    double size_y; // of rounding errors: largest |y|, range and smallest distance of x
    double range_x;
    double closest_x;
    double sample[SAMPLE];
    size_t n_sample;
} search;

static int by_x(const void *a, const void *b)
{
    const wdm_pair_point *p = a;
    const wdm_pair_point *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

void wdm_pair_points_sort(wdm_pair_point *points, size_t n)
{
    size_t i = 1;
    while (i < n && by_x(&points[i - 1], &points[i]) <= 0)
        i++;
    if (i < n)
        qsort(points, n, sizeof *points, by_x);
}

wdm_rc wdm_pair_slopes_prepare(wdm_pair_point *points, size_t n, uint64_t *total, wdm_err *err)
{
    double closest = (double)INFINITY;
    double lowest = points[0].y;
    double highest = points[0].y;
    uint64_t before = 0; // points with a smaller x, and their weights
    uint64_t weight_before = 0;
    wdm_pair_points_sort(points, n);
    *total = 0;
    for (size_t i = 0; i < n;) {
        uint64_t count = 0;
        uint64_t weight = 0;
        const double x = points[i].x;
        if (i > 0)
            closest = fmin(closest, x - points[i - 1].x);
        for (; i < n && points[i].x == x; i++) {
            count++;
            weight += points[i].weight;
            lowest = fmin(lowest, points[i].y);
            highest = fmax(highest, points[i].y);
        }
        *total += before * weight + weight_before * count;
        before += count;
        weight_before += weight;
    }
    if (*total == 0 || !isfinite((highest - lowest) / closest) || !isfinite(points[n - 1].x - points[0].x))
        return wdm_err_set(err, WDM_E_DATA,
                           "a trend line needs two different dates and values of ordinary size");
    return WDM_OK;
}

// Points in the order of x, with what is left of y beside the trial slope.
static void lay_out(const search *s, double slope)
{
    const double origin = s->points[0].x;
    for (size_t i = 0; i < s->n; i++)
        s->item[i] = (wdm_pair_item){.rest = s->points[i].y - slope * (s->points[i].x - origin),
                                     .at = (uint32_t)i,
                                     .weight = (uint32_t)s->points[i].weight};
}

// Slopes below the trial: pairs whose order by rest is not that by x.
static knot try_slope(const search *s, double slope)
{
    const double origin = s->points[0].x;
    if (s->unit == 2) {
        for (size_t i = 0; i < s->n; i++)
            s->rest[i] = s->points[i].y - slope * (s->points[i].x - origin);
        return (knot){slope, wdm_pair_falls(s->rest, s->rest + s->n, s->n)};
    }
    lay_out(s, slope);
    return (knot){slope, wdm_pair_inversions(s->item, s->spare, s->n) / s->unit};
}

// How far rounding of the rests may carry a pair over a trial slope, with room.
static double rounding(const search *s, double slope)
{
    return 16.0 * DBL_EPSILON * (s->size_y + 4.0 * fabs(slope) * s->range_x) / s->closest_x;
}

// A sample of slopes, drawn by a fixed rule so that results never depend on chance.
static void take_sample(search *s)
{
    uint64_t state = 88172645463325252U;
    for (int draw = 0; draw < 4 * SAMPLE && s->n_sample < SAMPLE; draw++) {
        size_t i = 0;
        size_t j = 0;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        i = (size_t)((state >> 32) % s->n);
        j = (size_t)((state & 0xffffffffU) % s->n);
        if (s->points[i].x == s->points[j].x || s->points[i].weight + s->points[j].weight == 0)
            continue;
        s->sample[s->n_sample++] = (s->points[j].y - s->points[i].y) / (s->points[j].x - s->points[i].x);
    }
}

static double sample_at(search *s, double share)
{
    const double at = share * (double)s->n_sample;
    const size_t k = at < 0.0 ? 0 : at < (double)s->n_sample ? (size_t)at : s->n_sample - 1;
    return wdm_select(s->sample, s->n_sample, k);
}

// Few steps are sorted, once for all ranks among them; pick() selects from many.
static wdm_rc sort_found(search *s, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    s->sorted = s->found.n <= SORTED * s->n;
    if (!s->sorted)
        return WDM_OK;
    rc = wdm_grow(&s->spare_slope, &s->spare_cap, s->found.n, sizeof *s->spare_slope, err);
    if (rc == WDM_OK)
        (void)wdm_pair_falls(s->found.slope, s->spare_slope, s->found.n);
    return rc;
}

// All steps between the knots into s->found; infinite knots: all there are.
static wdm_rc take_out(search *s, const knot *low, const knot *high, wdm_err *err)
{
    const double origin = s->points[0].x;
    wdm_rc rc = WDM_OK;
    s->found.n = 0;
    if (!isfinite(low->slope)) {
        rc = wdm_pair_all(s->points, s->n, s->unit == 2, &s->found, err);
    } else {
        lay_out(s, low->slope);
        (void)wdm_pair_inversions(s->item, s->spare, s->n); // in the order at the lower knot
        for (size_t i = 0; i < s->n; i++) {
            const wdm_pair_point *point = &s->points[s->item[i].at];
            s->item[i].rest = point->y - high->slope * (point->x - origin);
        }
        rc = wdm_pair_exchanged(s->points, s->item, s->spare, s->n, s->unit == 2, &s->found, err);
    }
    return rc == WDM_OK ? sort_found(s, err) : rc;
}

// Trial slopes until few steps are left around the wanted one, or nothing moves any more.
static void close_in(search *s, uint64_t rank, knot *low, knot *high)
{
    const uint64_t few = FEW * s->n;
    for (int trial = 0; trial < MOST_TRIALS && high->below - low->below > few; trial++) {
        const double span = high->slope - low->slope;
        const double inside = (double)(high->below - low->below);
        const bool from_low = rank - low->below > high->below - rank;
        const double margin = fmax((double)few / 4.0, 0.02 * inside);
        double share = from_low ? ((double)(rank - low->below) - margin) / inside
                                : ((double)(rank - low->below) + margin) / inside;
        knot next = {0};
        if (trial % 4 == 3 || !(share > 0.0 && share < 1.0)) // a skewed bracket: halve it
            share = 0.5;
        next = try_slope(s, low->slope + share * span);
        if (!(next.slope > low->slope && next.slope < high->slope))
            return;
        if (next.below < rank)
            *low = next;
        else
            *high = next;
    }
}

// The known knots next to the rank, or none on either side.
static void bracket(search *s, uint64_t rank, const knot *known, size_t n_known, knot *low, knot *high)
{
    *low = (knot){-(double)INFINITY, 0};
    *high = (knot){(double)INFINITY, s->total};
    for (size_t i = 0; i < n_known; i++) {
        if (known[i].below < rank && known[i].slope > low->slope)
            *low = known[i];
        if (known[i].below >= rank && known[i].slope < high->slope)
            *high = known[i];
    }
    if (isinf(low->slope) || isinf(high->slope)) {
        *low = (knot){-(double)INFINITY, 0};
        *high = (knot){(double)INFINITY, s->total};
    }
}

// The step of that rank among those between the knots; false: too near to a knot to be sure of its count.
static bool pick(search *s, uint64_t rank, const knot *low, const knot *high, double *slope)
{
    const uint64_t at = rank - low->below - 1;
    if (at >= s->found.n)
        return false;
    *slope = s->sorted ? s->found.slope[at] : wdm_select(s->found.slope, s->found.n, (size_t)at);
    return (!isfinite(low->slope) || *slope - low->slope > rounding(s, low->slope)) &&
           (!isfinite(high->slope) || high->slope - *slope > rounding(s, high->slope));
}

static wdm_rc one(search *s, uint64_t rank, const knot *known, size_t n_known, double *slope, wdm_err *err)
{
    knot *low = &s->low;
    knot *high = &s->high;
    wdm_rc rc = WDM_OK;
    if (rank > low->below && rank <= high->below &&
        pick(s, rank, low, high, slope)) // those of the rank before
        return WDM_OK;
    bracket(s, rank, known, n_known, low, high);
    if (isfinite(low->slope))
        close_in(s, rank, low, high);
    rc = take_out(s, low, high, err);
    if (rc != WDM_OK || pick(s, rank, low, high, slope))
        return rc;
    if (isfinite(low->slope)) { // many equal slopes at a knot: further away from them
        *low = try_slope(s, low->slope - 4.0 * rounding(s, low->slope));
        *high = try_slope(s, high->slope + 4.0 * rounding(s, high->slope));
        rc = take_out(s, low, high, err);
        if (rc != WDM_OK || (low->below < rank && pick(s, rank, low, high, slope)))
            return rc;
    }
    bracket(s, rank, known, 0, low, high);
    rc = take_out(s, low, high, err);
    if (rc == WDM_OK && !pick(s, rank, low, high, slope))
        rc = wdm_err_set(err, WDM_E_INTERNAL, "a slope was not found among its pairs");
    return rc;
}

static void measure(search *s)
{
    bool all = true;
    s->closest_x = (double)INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        const double gap = i > 0 ? s->points[i].x - s->points[i - 1].x : 0.0;
        s->size_y = fmax(s->size_y, fabs(s->points[i].y));
        if (gap > 0.0)
            s->closest_x = fmin(s->closest_x, gap);
        all = all && s->points[i].weight == 1;
    }
    s->range_x = s->points[s->n - 1].x - s->points[0].x;
    s->unit = all ? 2 : 1;
}

static uint64_t in_units(const search *s, uint64_t rank)
{
    return (rank + s->unit - 1) / s->unit;
}

wdm_rc wdm_pair_slopes_at(const wdm_pair_point *points, size_t n, uint64_t total, const uint64_t *rank,
                          size_t n_ranks, double *slope, wdm_err *err)
{
    search s = {.points = points, .n = n};
    knot known[2] = {{0}};
    size_t n_known = 0;
    wdm_rc rc = WDM_OK;
    measure(&s);
    s.total = total / s.unit;
    s.item = wdm_alloc(n, sizeof *s.item);
    s.spare = wdm_alloc(n, sizeof *s.spare);
    s.rest = wdm_alloc(2 * n, sizeof *s.rest);
    if (s.item == NULL || s.spare == NULL || s.rest == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    if (s.total > FEW * n) {
        const double slack = 1.5 / sqrt(SAMPLE); // three standard errors of a share
        take_sample(&s);
        if (s.n_sample == SAMPLE) {
            const double first = (double)in_units(&s, rank[0]) / (double)s.total;
            const double last = (double)in_units(&s, rank[n_ranks - 1]) / (double)s.total;
            known[0] = try_slope(&s, sample_at(&s, first - slack));
            known[1] = try_slope(&s, sample_at(&s, last + slack));
            n_known = 2;
        }
    }
    for (size_t r = 0; r < n_ranks && rc == WDM_OK; r++) {
        const uint64_t at = in_units(&s, rank[r]);
        if (r > 0 && at == in_units(&s, rank[r - 1]))
            slope[r] = slope[r - 1];
        else
            rc = one(&s, at, known, n_known, &slope[r], err);
    }
out:
    wdm_free(s.item);
    wdm_free(s.spare);
    wdm_free(s.rest);
    wdm_free(s.found.slope);
    wdm_free(s.spare_slope);
    return rc;
}
