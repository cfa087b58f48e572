// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/detector_parts.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

// Two figures that differ by less than this share of them are the same but for rounding.
static const double ROUNDING = 1e-12;

wdm_rc wdm_detector_open(wdm_detector_series *series, const wdm_detector *detector,
                         const wdm_detector_point *points, size_t n, const double *parameters,
                         wdm_detector_verdict *verdicts, wdm_err *err)
{
    size_t packed = 0;
    wdm_rc rc = WDM_OK;
    *series = (wdm_detector_series){.points = points, .n = n};
    wdm_detector_defaults(detector, series->parameters);
    if (parameters != NULL)
        memcpy(series->parameters, parameters, detector->n_parameters * sizeof *parameters);
    rc = wdm_detector_check(detector, points, n, series->parameters, err);
    if (rc != WDM_OK) {
        wdm_detector_defaults(detector, series->parameters); // refused ones may not even be numbers
        return rc;
    }
    series->x = wdm_alloc(n, sizeof *series->x);
    series->packed = wdm_alloc(n, sizeof *series->packed);
    series->when = wdm_alloc(n, sizeof *series->when);
    series->n_before = wdm_alloc(n, sizeof *series->n_before);
    if (series->x == NULL || series->packed == NULL || series->when == NULL || series->n_before == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        series->x[i] = isnan(points[i].value) ? 0.5 * points[i].limit : points[i].value;
        verdicts[i] = (wdm_detector_verdict){.state = isnan(series->x[i]) ? WDM_DETECTOR_NO_VALUE
                                                                          : WDM_DETECTOR_INSUFFICIENT,
                                             .alarm = false,
                                             .expected = (double)NAN,
                                             .bound = (double)NAN,
                                             .statistic = (double)NAN,
                                             .p = (double)NAN,
                                             .n_used = 0};
        series->n_before[i] = packed;
        if (wdm_detector_usable(series, i)) {
            series->packed[packed] = series->x[i];
            series->when[packed++] = points[i].when;
        }
    }
    return WDM_OK;
}

void wdm_detector_close(wdm_detector_series *series)
{
    wdm_free(series->x);
    wdm_free(series->packed);
    wdm_free(series->when);
    wdm_free(series->n_before);
    *series = (wdm_detector_series){.n = 0};
}

bool wdm_detector_usable(const wdm_detector_series *series, size_t at)
{
    return !isnan(series->x[at]) && !series->points[at].excluded;
}

bool wdm_detector_censored(const wdm_detector_series *series, size_t at)
{
    return isnan(series->points[at].value) && !isnan(series->x[at]);
}

const double *wdm_detector_window(const wdm_detector_series *series, size_t at, int32_t lag, size_t want)
{
    // 64 bits: periods may lie anywhere in 32
    const int64_t newest = (int64_t)series->points[at].when - lag - 1;
    const int64_t oldest = (int64_t)series->points[at].when - lag - WDM_DETECTOR_REACH * (int64_t)want;
    size_t end = series->n_before[at];
    while (end > 0 && series->when[end - 1] > newest)
        end--;
    if (want > end || series->when[end - want] < oldest)
        return NULL;
    return series->packed + (end - want);
}

static bool has_value(const wdm_detector_point *point)
{
    return !point->excluded && !(isnan(point->value) && isnan(point->limit));
}

static int32_t clamped(int64_t period)
{
    return (int32_t)(period < INT32_MAX ? period : INT32_MAX);
}

int32_t wdm_detector_works_values(const wdm_detector_point *points, size_t n, size_t want, int32_t lag,
                                  int64_t reach)
{
    const int64_t last = points[n - 1].when;
    int64_t now = last + 1;
    for (;; now++) {
        const int64_t newest = now - lag - 1;
        int64_t found = newest > last ? newest - last : 0;
        for (size_t i = n; i-- > 0 && found < (int64_t)want;) {
            if (reach > 0 && points[i].when < now - lag - reach)
                break;
            found += points[i].when <= newest && has_value(&points[i]) ? 1 : 0;
        }
        if (found >= (int64_t)want)
            return clamped(now);
    }
}

size_t wdm_detector_count(const wdm_detector_point *points, size_t n, int64_t from, int64_t to)
{
    const int64_t last = points[n - 1].when;
    size_t found = to > last ? (size_t)(to - (from > last ? from - 1 : last)) : 0;
    // none of the points before this index is as late: each is at least one period from the next
    size_t i = from >= last || last - from >= (int64_t)n ? 0 : n - 1 - (size_t)(last - from);
    if (from > last)
        return found;
    for (; i < n && points[i].when <= to; i++)
        found += points[i].when >= from && has_value(&points[i]) ? 1 : 0;
    return found;
}

int32_t wdm_detector_works_span(const wdm_detector_point *points, size_t n, size_t needs,
                                wdm_detector_enough_fn *enough, const double *parameters)
{
    const int64_t last = points[n - 1].when;
    int64_t now = 0;
    size_t first = 0;
    while (first < n && !has_value(&points[first]))
        first++;
    now = (first < n ? points[first].when : last + 1) + (int64_t)needs;
    now = now > last ? now : last + 1;
    // when all of the span is anew it is enough
    while (now < last + 1 + (int64_t)needs && !enough(points, n, now, parameters))
        now++;
    return clamped(now);
}

void wdm_detector_moments(const double *x, size_t n, double *mean, double *sd)
{
    double sum = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - *mean) * (x[i] - *mean);
    *sd = sqrt(squares / (double)(n - 1));
    if (*sd <= ROUNDING * fabs(*mean))
        *sd = 0.0;
}

double wdm_detector_z(double value, double centre, double spread)
{
    const double distance = fabs(value - centre) <= ROUNDING * fabs(centre) ? 0.0 : value - centre;
    if (distance == 0.0)
        return 0.0;
    if (!(fabs(distance) < WDM_DETECTOR_Z_MAX * spread))
        return copysign(WDM_DETECTOR_Z_MAX, distance);
    return distance / spread;
}

bool wdm_detector_above(double value, double bound)
{
    return value > bound + ROUNDING * fabs(bound);
}

double wdm_detector_z_alpha(double alpha)
{
    return gsl_cdf_ugaussian_Qinv(alpha);
}

double wdm_detector_p(double z)
{
    return 0.5 * erfc(z / M_SQRT2);
}

static double finite_or_nan(double x)
{
    return isfinite(x) ? x : (double)NAN;
}

void wdm_detector_judge(const wdm_detector_series *series, size_t at, wdm_detector_verdict judged,
                        wdm_detector_verdict *verdict)
{
    if (isnan(series->x[at]))
        return;
    if (wdm_detector_censored(series, at)) {
        judged.alarm = false;
        if (!(series->points[at].limit <= judged.bound)) {
            verdict->state = WDM_DETECTOR_NO_VALUE;
            return;
        }
    }
    judged.state = WDM_DETECTOR_OK;
    judged.expected = finite_or_nan(judged.expected);
    judged.bound = finite_or_nan(judged.bound);
    judged.statistic = finite_or_nan(judged.statistic);
    judged.p = finite_or_nan(judged.p);
    *verdict = judged;
}

// From the chart's values in order.
static void chart_make(wdm_detector_chart *chart, const double *x)
{
    double ranges = 0.0;
    wdm_detector_moments(x, chart->baseline, &chart->centre, &chart->spread);
    chart->ready = true;
    if (chart->kind == WDM_SPREAD_SD)
        return;
    for (size_t i = 1; i < chart->baseline; i++)
        ranges += fabs(x[i] - x[i - 1]);
    // 2 / sqrt(pi): the mean difference of two standard normal values (d2 of two)
    chart->spread = chart->spread > 0.0 ? ranges / (double)(chart->baseline - 1) / M_2_SQRTPI : 0.0;
}

bool wdm_detector_chart_at(wdm_detector_chart *chart, const wdm_detector_series *series, size_t at)
{
    const double *x = series->packed;
    if (chart->rolling)
        x = wdm_detector_window(series, at, 0, chart->baseline);
    else if (chart->ready)
        return true;
    else if (series->n_before[at] < chart->baseline)
        return false;
    chart->ready = x != NULL;
    if (chart->ready)
        chart_make(chart, x);
    return chart->ready;
}

int32_t wdm_detector_chart_works_from(const wdm_detector_point *points, size_t n, size_t baseline,
                                      bool rolling)
{
    return wdm_detector_works_values(points, n, baseline, 0,
                                     rolling ? WDM_DETECTOR_REACH * (int64_t)baseline : 0);
}

double wdm_detector_chart_value(const wdm_detector_chart *chart, const wdm_detector_series *series, size_t at)
{
    return wdm_detector_censored(series, at) ? fmin(series->x[at], chart->centre) : series->x[at];
}
