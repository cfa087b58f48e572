// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/local_level_filter.h"

#include <math.h>
#include <string.h>

#define LOG_2_PI 1.8378770664093453

enum { GRID = 6, STEPS = 400 };

// One value into the level (mean, variance; infinite variance: nothing is known yet).
static void update(double *mean, double *variance, double y, double h)
{
    const double total = *variance + h;
    const double gain = total > 0.0 ? *variance / total : 0.0;
    if (!isfinite(h))
        return;
    if (!isfinite(*variance)) {
        *mean = y;
        *variance = h;
        return;
    }
    *mean += gain * (y - *mean);
    *variance = gain * h;
}

void wdm_local_level_pass(wdm_local_level_series *series)
{
    double mean = 0.0;
    double variance = (double)INFINITY;
    for (size_t i = 0; i < series->n; i++) {
        if (i > 0)
            variance += series->level_variance * (series->x[i] - series->x[i - 1]);
        update(&mean, &variance, series->y[i], series->h[i]);
        series->filtered[i] = mean;
        series->filtered_variance[i] = variance;
    }
    for (size_t i = series->n; i-- > 0;) {
        const double q = i + 1 < series->n ? series->level_variance * (series->x[i + 1] - series->x[i]) : 0.0;
        const double now = series->filtered_variance[i];
        const double ahead = now + q;
        double gain = 0.0;
        series->level[i] = series->filtered[i];
        series->variance[i] = now;
        if (i + 1 == series->n || !(ahead > 0.0))
            continue;
        if (!isfinite(now)) { // before the first value: all from what follows
            series->level[i] = series->level[i + 1];
            series->variance[i] = series->variance[i + 1] + q;
            continue;
        }
        gain = now / ahead;
        series->level[i] += gain * (series->level[i + 1] - series->filtered[i]);
        series->variance[i] += gain * gain * (series->variance[i + 1] - ahead);
    }
}

double wdm_local_level_log_likelihood(const wdm_local_level_series *series)
{
    double mean = 0.0;
    double variance = (double)INFINITY;
    double sum = 0.0;
    for (size_t i = 0; i < series->n; i++) {
        const double h = series->h[i];
        if (i > 0)
            variance += series->level_variance * (series->x[i] - series->x[i - 1]);
        if (isfinite(h) && isfinite(variance)) {
            const double total = variance + h;
            const double off = series->y[i] - mean;
            if (!(total > 0.0) && off != 0.0)
                return -(double)INFINITY;
            if (total > 0.0)
                sum -= 0.5 * (LOG_2_PI + log(total) + off * off / total);
        }
        update(&mean, &variance, series->y[i], h);
    }
    return sum;
}

// What is looked for: sds in units of a scale, and which of them are free.
typedef struct search {
    wdm_local_level_series *series;
    double unit_level; // variances of the scale
    double unit_extra;
    double fixed_level; // NaN: free
    double fixed_extra;
} search;

static double minus_log_likelihood(const search *s, const double sd[2])
{
    wdm_local_level_series *series = s->series;
    series->level_variance = isnan(s->fixed_level) ? s->unit_level * sd[0] * sd[0] : s->fixed_level;
    series->extra_variance = isnan(s->fixed_extra) ? s->unit_extra * sd[1] * sd[1] : s->fixed_extra;
    for (size_t i = 0; i < series->n; i++) {
        if (isfinite(series->h[i]) && series->factor[i] > 0.0)
            series->h[i] = series->factor[i] * (series->own[i] + series->extra_variance);
    }
    return -wdm_local_level_log_likelihood(series);
}

typedef struct corner {
    double sd[2];
    double value;
} corner;

static corner corner_at(const search *s, const corner *base, const corner *away, double by)
{
    corner c = {
        {base->sd[0] + by * (away->sd[0] - base->sd[0]), base->sd[1] + by * (away->sd[1] - base->sd[1])},
        0.0};
    c.value = minus_log_likelihood(s, c.sd);
    return c;
}

static void sort_corners(corner c[3])
{
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2 - i; j++) {
            if (c[j + 1].value < c[j].value) {
                const corner swap = c[j];
                c[j] = c[j + 1];
                c[j + 1] = swap;
            }
        }
    }
}

static double size_of(const corner c[3])
{
    double size = 0.0;
    for (int i = 1; i < 3; i++)
        size = fmax(size, fmax(fabs(c[i].sd[0] - c[0].sd[0]), fabs(c[i].sd[1] - c[0].sd[1])));
    return size;
}

static corner walk(const search *s, corner start)
{
    corner c[3] = {start, start, start};
    c[1].sd[0] *= 1.3; // a variance that is fixed makes its direction a flat one, which does no harm
    c[2].sd[1] *= 1.3;
    c[1].value = minus_log_likelihood(s, c[1].sd);
    c[2].value = minus_log_likelihood(s, c[2].sd);
    for (int step = 0; step < STEPS; step++) {
        corner middle = {{0}, 0.0};
        corner next = {{0}, 0.0};
        sort_corners(c);
        if (size_of(c) <= 1e-9 * (fabs(c[0].sd[0]) + fabs(c[0].sd[1])))
            break;
        for (int k = 0; k < 2; k++)
            middle.sd[k] = 0.5 * (c[0].sd[k] + c[1].sd[k]);
        next = corner_at(s, &middle, &c[2], -1.0);
        if (next.value < c[0].value) {
            const corner further = corner_at(s, &middle, &c[2], -2.0);
            c[2] = further.value < next.value ? further : next;
            continue;
        }
        if (next.value < c[1].value) {
            c[2] = next;
            continue;
        }
        next =
            next.value < c[2].value ? corner_at(s, &middle, &next, 0.5) : corner_at(s, &middle, &c[2], 0.5);
        if (next.value < c[2].value) {
            c[2] = next;
            continue;
        }
        c[1] = corner_at(s, &c[0], &c[1], 0.5);
        c[2] = corner_at(s, &c[0], &c[2], 0.5);
    }
    sort_corners(c);
    return c[0];
}

// Mean square of the steps from one value seen to the next, and mean distance.
static void scale(const wdm_local_level_series *series, double *square, double *distance)
{
    double last_x = (double)NAN;
    double last_y = (double)NAN;
    double count = 0.0;
    *square = 0.0;
    *distance = 0.0;
    for (size_t i = 0; i < series->n; i++) {
        if (!isfinite(series->h[i]))
            continue;
        if (!isnan(last_x)) {
            *square += (series->y[i] - last_y) * (series->y[i] - last_y);
            *distance += series->x[i] - last_x;
            count += 1.0;
        }
        last_x = series->x[i];
        last_y = series->y[i];
    }
    *square /= count;
    *distance /= count;
}

void wdm_local_level_fit_variances(wdm_local_level_series *series, double level_variance,
                                   double extra_variance)
{
    static const double grid[GRID] = {0.0, 0.03, 0.1, 0.3, 0.6, 1.0};
    search s = {.series = series, .fixed_level = level_variance, .fixed_extra = extra_variance};
    corner best = {{0.0, 0.0}, (double)INFINITY};
    double square = 0.0;
    double distance = 0.0;
    if (!isnan(level_variance) && !isnan(extra_variance)) {
        (void)minus_log_likelihood(&s, best.sd);
        return;
    }
    scale(series, &square, &distance);
    s.unit_level = square / distance;
    s.unit_extra = square;
    for (int i = 0; i < GRID; i++) {
        for (int j = 0; j < GRID; j++) {
            corner c = {{grid[i], grid[j]}, 0.0};
            c.value = minus_log_likelihood(&s, c.sd);
            if (c.value < best.value)
                best = c;
        }
    }
    for (int k = 0; k < 2; k++) // a start at 0 needs a direction
        best.sd[k] = fmax(best.sd[k], 0.01);
    best.value = minus_log_likelihood(&s, best.sd);
    best = walk(&s, best);
    best = walk(&s, best); // once more from there: a simplex may have collapsed on the way
    (void)minus_log_likelihood(&s, best.sd);
}
