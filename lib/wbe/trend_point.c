// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/trend_point.h"

#include <math.h>

#include "base/mem.h"
#include "num/robust.h"

#define Z95 1.959963984540054

double wdm_trend_log_sd(double lo95, double hi95)
{
    return lo95 > 0.0 && hi95 >= lo95 && isfinite(hi95) ? (log(hi95) - log(lo95)) / (2.0 * Z95) : (double)NAN;
}

size_t wdm_trend_first_day(const wdm_day *days, size_t n, wdm_day first)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (days[middle] < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double wdm_trend_middle(const wdm_day *days, size_t n, wdm_day first, wdm_day last)
{
    double sum = 0.0;
    size_t count = 0;
    for (size_t i = wdm_trend_first_day(days, n, first); i < n && days[i] <= last; i++, count++)
        sum += days[i];
    return count > 0 ? sum / (double)count : ((double)first + (double)last) / 2.0;
}

bool wdm_trend_point_compares(const wdm_trend_point *point)
{
    return point->estimate > 0.0 && isfinite(point->estimate) && point->enough && !isnan(point->shift);
}

wdm_rc wdm_trend_mark_enough(wdm_trend_point *points, size_t n, int min_days, wdm_err *err)
{
    double *days = wdm_alloc(n, sizeof *days);
    double median = 0.0;
    wdm_rc rc = WDM_OK;
    if (days == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++)
        days[i] = points[i].n_days;
    if (n > 0)
        rc = wdm_robust_median(days, n, &median, err);
    for (size_t i = 0; i < n && rc == WDM_OK; i++)
        points[i].enough = points[i].n_days >= min_days || 2.0 * points[i].n_days >= median;
    wdm_free(days);
    return rc;
}

size_t wdm_trend_mark_coverage(wdm_trend_point *points, size_t n)
{
    size_t others = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        const double ratio = points[i].population / points[n - 1].population;
        if (!(ratio > WDM_COVERAGE_RATIO || ratio < 1.0 / WDM_COVERAGE_RATIO))
            continue;
        points[i].shift = (double)NAN;
        others++;
    }
    return others;
}

wdm_trend_point wdm_trend_point_of_week(const wdm_series_week *week, const wdm_day *days, size_t n_days,
                                        int min_days)
{
    const wdm_day monday = wdm_week_monday(week->week);
    return (wdm_trend_point){.first = monday,
                             .last = monday + 6,
                             .time = wdm_trend_middle(days, n_days, monday, monday + 6),
                             .estimate = week->estimate,
                             .upper = isnan(week->limit) ? week->bound_high : week->limit,
                             .log_sd = wdm_series_log_sd(week),
                             .total_log_sd = wdm_trend_log_sd(week->lo95, week->hi95),
                             .population = (double)NAN,
                             .n_days = week->n_days,
                             .enough = (week->flags & WDM_EST_PROVISIONAL) == 0 || week->n_days >= min_days};
}
