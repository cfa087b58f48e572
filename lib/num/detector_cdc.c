// SPDX-License-Identifier: GPL-3.0-or-later
// The CDC's historical limits: the sum of the last 4 weeks against the sums of 4 weeks at the same time of
// earlier years (the same 4 weeks, the 4 before and the 4 after; 15 sums with 5 years):
//   alarm when the sum > mean + z(1 - alpha / 2) sd sqrt(1 + 1 / sums)
// as R surveillance 1.20.3 (algo.cdc; its alpha is 0.025). The CDC's own figure draws 2 sd. The bound is the
// value of the week that brings the sum to its limit; none when the weeks before are enough. A block of 4
// weeks with 2 or 3 values is scaled to 4; with fewer it is left out, and half of the blocks are needed.
// Worked example (years 2, blocks 0): two sums 40 and 48 give mean 44, sd 5.656854; limit 44 + 1.959964
// x 6.928203 = 57.579030.
#include <math.h>

#include "num/detector_parts.h"

enum { ALPHA, YEARS, BLOCKS, SEASON };
enum { WEEKS = 4, LEAST_WEEKS = 2, BLOCKS_MAX = 20 * 13 };

static const wdm_detector_parameter parameters[] = {
    {"alpha", 1e-12, 0.5, false, 0.05, "two-sided probability outside of the interval"},
    {"years", 2.0, 20.0, true, 5.0, "years back"},
    {"blocks", 0.0, 6.0, true, 1.0, "blocks of 4 weeks on both sides of the same time"},
    {"season", 28.0, 366.0, true, 52.0, "periods of a year"}};

// Sum and number of the usable values of the 4 weeks that end at `end`; the point `own` counts even when
// excluded. *from is moved to the first point that is not older than these weeks.
static size_t block_sum(const wdm_detector_series *series, size_t own, int64_t end, size_t *from, double *sum)
{
    size_t found = 0;
    *sum = 0.0;
    while (*from < own && series->points[*from].when <= end - WEEKS)
        (*from)++;
    for (size_t i = *from; i <= own && series->points[i].when <= end; i++) {
        if (i == own ? !isnan(series->x[i]) : wdm_detector_usable(series, i)) {
            *sum += series->x[i];
            found++;
        }
    }
    return found;
}

// The sums of the earlier years, oldest first; how many.
static size_t history(const wdm_detector_series *series, size_t at, size_t *from, double *sums)
{
    const double *value = series->parameters;
    const int blocks = (int)value[BLOCKS];
    size_t n = 0;
    for (int year = (int)value[YEARS]; year >= 1; year--) {
        for (int block = -blocks; block <= blocks; block++) {
            const int64_t end = (int64_t)series->points[at].when - (int64_t)year * (int64_t)value[SEASON] +
                                (int64_t)WEEKS * block;
            double sum = 0.0;
            const size_t found = block_sum(series, at, end, from, &sum);
            if (found >= LEAST_WEEKS)
                sums[n++] = sum * (double)WEEKS / (double)found;
        }
    }
    return n;
}

static size_t needs(const double *values)
{
    double value[WDM_DETECTOR_PARAMETERS_MAX];
    wdm_detector_defaults(&wdm_detector_cdc, value);
    if (values == NULL)
        values = value;
    return (size_t)(values[YEARS] * values[SEASON] + WEEKS * values[BLOCKS]) + WEEKS - 1;
}

// start: the first usable point of the series. oldest: where the last point's history began.
static void judge(const wdm_detector_series *series, size_t at, size_t start, size_t *oldest,
                  wdm_detector_verdict *verdict)
{
    const double *value = series->parameters;
    const int64_t now = series->points[at].when;
    const size_t wanted = (size_t)(value[YEARS] * (2.0 * value[BLOCKS] + 1.0));
    double sums[BLOCKS_MAX];
    double mean = 0.0;
    double sd = 0.0;
    double sum = 0.0;
    double limit = 0.0;
    double scale = 0.0;
    double before = 0.0;
    size_t n = 0;
    size_t from = 0;
    if (now - series->points[start].when < (int64_t)needs(value))
        return;
    while (now - series->points[*oldest].when > (int64_t)needs(value))
        (*oldest)++;
    from = *oldest;
    n = history(series, at, &from, sums);
    if (2 * n < wanted || n < 2)
        return;
    scale = (double)WEEKS / (double)block_sum(series, at, now, &from, &sum);
    before = sum - series->x[at];
    sum *= scale;
    wdm_detector_moments(sums, n, &mean, &sd);
    sd *= sqrt(1.0 + 1.0 / (double)n);
    limit = mean + wdm_detector_z_alpha(value[ALPHA] / 2.0) * sd;
    wdm_detector_judge(
        series, at,
        (wdm_detector_verdict){.alarm = wdm_detector_above(sum, limit),
                               .expected = mean / (double)WEEKS,
                               .bound = limit / scale >= before ? limit / scale - before : (double)NAN,
                               .statistic = wdm_detector_z(sum, mean, sd),
                               .p = wdm_detector_p(wdm_detector_z(sum, mean, sd)),
                               .n_used = n},
        verdict);
}

static wdm_rc run(const wdm_detector_point *points, size_t n, const double *values,
                  wdm_detector_verdict *verdicts, wdm_err *err)
{
    wdm_detector_series series;
    size_t start = 0;
    size_t oldest = 0;
    wdm_rc rc = wdm_detector_open(&series, &wdm_detector_cdc, points, n, values, verdicts, err);
    if (rc == WDM_OK && WEEKS * (2.0 * series.parameters[BLOCKS] + 1.0) > series.parameters[SEASON])
        rc = wdm_err_set(err, WDM_E_DATA,
                         "detector cdc_historical: blocks of a year overlap with those of the next");
    while (rc == WDM_OK && start < n && !wdm_detector_usable(&series, start))
        start++;
    for (size_t i = start; rc == WDM_OK && i < n; i++) {
        if (!isnan(series.x[i]))
            judge(&series, i, start, &oldest, &verdicts[i]);
    }
    wdm_detector_close(&series);
    return rc;
}

// Half of the blocks with enough weeks.
static bool enough(const wdm_detector_point *points, size_t n, int64_t now, const double *value)
{
    const int blocks = (int)value[BLOCKS];
    size_t wanted = 0;
    size_t found = 0;
    for (int year = 1; year <= (int)value[YEARS]; year++) {
        for (int block = -blocks; block <= blocks; block++) {
            const int64_t end = now - (int64_t)year * (int64_t)value[SEASON] + (int64_t)WEEKS * block;
            found += wdm_detector_count(points, n, end - WEEKS + 1, end) >= LEAST_WEEKS ? 1 : 0;
            wanted++;
        }
    }
    return 2 * found >= wanted && found >= 2;
}

static int32_t works_from(const wdm_detector_point *points, size_t n, const double *values)
{
    double value[WDM_DETECTOR_PARAMETERS_MAX];
    wdm_detector_defaults(&wdm_detector_cdc, value);
    if (values == NULL)
        values = value;
    return wdm_detector_works_span(points, n, needs(values), enough, values);
}

const wdm_detector wdm_detector_cdc = {"cdc_historical",
                                       "CDC historical limits: 4 weeks against those of the last 5 years",
                                       "Stroup et al. 1989, doi:10.1002/sim.4780080312",
                                       parameters,
                                       sizeof parameters / sizeof *parameters,
                                       run,
                                       needs,
                                       works_from};
