// SPDX-License-Identifier: GPL-3.0-or-later
// EWMA chart, upper limit only, with the exact variance of the first values:
//   e(t) = lambda y(t) + (1 - lambda) e(t-1),  e(0) = centre
//   sd of e(t) = spread sqrt(lambda / (2 - lambda) (1 - (1 - lambda)^(2 t))),  t values since the start
//   alarm when e(t) > centre + limit * that
// Centre and spread as in the Shewhart chart. The bound is the value y(t) that brings e(t) to its limit. An
// average forgets by itself, so that it is not reset after an alarm as published; reset = 1 starts it at the
// centre again. Worked example (Montgomery, Introduction to Statistical Quality Control, 9.2: centre 10,
// spread 1, lambda 0.1, limit 2.7): 9.45 7.99 9.29 -> e = 9.945, 9.7495, 9.70355; limits of
// e 10.27, 10.363, 10.423.
#include <math.h>

#include "num/detector_parts.h"

enum { LAMBDA, LIMIT, BASELINE, ROLLING, SPREAD, RESET };

static const wdm_detector_parameter parameters[] = {
    {"lambda", 0.01, 1.0, false, 0.2, "weight of the newest value"},
    {"limit", 0.0, 100.0, false, 3.0, "standard deviations of the average above the centre"},
    {"baseline", 2.0, 520.0, true, 25.0, "values that make centre and spread"},
    {"rolling", 0.0, 1.0, true, 0.0, "0: the first values of the series; 1: the last before the point"},
    {"spread", 0.0, 1.0, true, 0.0, "0: moving range; 1: standard deviation"},
    {"reset", 0.0, 1.0, true, 0.0, "1: the average starts at the centre again after an alarm"}};

typedef struct average {
    double e;    // NaN: not begun
    double fade; // (1 - lambda)^(2 t)
} average;

static void step(const wdm_detector_series *series, size_t at, const wdm_detector_chart *chart,
                 average *state, wdm_detector_verdict *verdict)
{
    const double lambda = series->parameters[LAMBDA];
    const double before = isnan(state->e) ? chart->centre : state->e;
    const double fade = state->fade * (1.0 - lambda) * (1.0 - lambda);
    const double spread = chart->spread * sqrt(lambda / (2.0 - lambda) * (1.0 - fade));
    const double highest = chart->centre + series->parameters[LIMIT] * spread;
    const double e = lambda * wdm_detector_chart_value(chart, series, at) + (1.0 - lambda) * before;
    const double z = wdm_detector_z(e, chart->centre, spread);
    wdm_detector_judge(
        series, at,
        (wdm_detector_verdict){.alarm = wdm_detector_above(e, highest),
                               .expected = chart->centre,
                               .bound = fmax(0.0, (highest - (1.0 - lambda) * before) / lambda),
                               .statistic = z,
                               .p = wdm_detector_p(z),
                               .n_used = chart->baseline},
        verdict);
    if (!wdm_detector_usable(series, at))
        return;
    *state = (average){e, fade};
    if (verdict->alarm && series->parameters[RESET] != 0.0)
        *state = (average){(double)NAN, 1.0};
}

static wdm_rc run(const wdm_detector_point *points, size_t n, const double *values,
                  wdm_detector_verdict *verdicts, wdm_err *err)
{
    wdm_detector_series series;
    const wdm_rc rc = wdm_detector_open(&series, &wdm_detector_ewma, points, n, values, verdicts, err);
    wdm_detector_chart chart = {.baseline = (size_t)series.parameters[BASELINE],
                                .rolling = series.parameters[ROLLING] != 0.0,
                                .kind = (wdm_detector_spread)series.parameters[SPREAD]};
    average state = {(double)NAN, 1.0};
    for (size_t i = 0; rc == WDM_OK && i < n; i++) {
        if (wdm_detector_chart_at(&chart, &series, i) && !isnan(series.x[i]))
            step(&series, i, &chart, &state, &verdicts[i]);
    }
    wdm_detector_close(&series);
    return rc;
}

static size_t needs(const double *values)
{
    return (size_t)(values != NULL ? values[BASELINE] : parameters[BASELINE].value);
}

static int32_t works_from(const wdm_detector_point *points, size_t n, const double *values)
{
    return wdm_detector_chart_works_from(points, n, needs(values), values != NULL && values[ROLLING] != 0.0);
}

const wdm_detector wdm_detector_ewma = {
    "ewma",
    "EWMA chart: exponentially weighted average above its limit",
    "Roberts 1959, doi:10.1080/00401706.1959.10489860; Lucas and Saccucci "
    "1990, doi:10.1080/00401706.1990.10484583",
    parameters,
    sizeof parameters / sizeof *parameters,
    run,
    needs,
    works_from};
