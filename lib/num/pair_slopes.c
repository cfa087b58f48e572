// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/pair_slopes.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

typedef struct weighted {
    double slope;
    uint64_t weight;
} weighted;

static int by_x(const void *a, const void *b)
{
    const wdm_pair_point *p = a;
    const wdm_pair_point *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

wdm_rc wdm_pair_slopes_prepare(wdm_pair_point *points, size_t n, uint64_t *total, wdm_err *err)
{
    double closest = (double)INFINITY;
    double lowest = points[0].y;
    double highest = points[0].y;
    uint64_t before = 0; // points with a smaller x, and their weights
    uint64_t weight_before = 0;
    qsort(points, n, sizeof *points, by_x);
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

static int by_slope(const void *a, const void *b)
{
    const weighted *p = a;
    const weighted *q = b;
    return (p->slope > q->slope) - (p->slope < q->slope);
}

wdm_rc wdm_pair_slopes_at(const wdm_pair_point *points, size_t n, const uint64_t *rank, size_t n_ranks,
                          double *slope, wdm_err *err)
{
    weighted *all = wdm_alloc(n * (n - 1) / 2, sizeof *all);
    size_t count = 0;
    if (all == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            const uint64_t weight = points[i].weight + points[j].weight;
            if (points[i].x == points[j].x || weight == 0)
                continue;
            all[count++] = (weighted){(points[j].y - points[i].y) / (points[j].x - points[i].x), weight};
        }
    }
    qsort(all, count, sizeof *all, by_slope);
    for (size_t r = 0; r < n_ranks; r++) {
        uint64_t upto = 0;
        size_t i = 0;
        while (i < count && upto + all[i].weight < rank[r])
            upto += all[i++].weight;
        slope[r] = i < count ? all[i].slope : (double)NAN;
    }
    wdm_free(all);
    return WDM_OK;
}
