// SPDX-License-Identifier: GPL-3.0-or-later
// Shewhart's chart for single values, upper limit only: alarm above centre + limit * spread. Centre and
// spread are those of the first `baseline` values (phase I), for good; rolling = 1: of the last ones before
// each point. spread = 0: mean moving range / (2 / sqrt(pi)), as for single values in Montgomery,
// Introduction to Statistical Quality Control, 6.4; 1: standard deviation. Worked example: 10 12 11 9:
// mean 10.5, moving ranges 2 1 2, mean 5/3, spread 1.477045; bound 14.931135.

#include "num/detector_parts.h"

enum { LIMIT, BASELINE, ROLLING, SPREAD };

static const wdm_detector_parameter parameters[] = {
    {"limit", 0.0, 100.0, false, 3.0, "spreads above the centre"},
    {"baseline", 2.0, 520.0, true, 25.0, "values that make centre and spread"},
    {"rolling", 0.0, 1.0, true, 0.0, "0: the first values of the series; 1: the last before the point"},
    {"spread", 0.0, 1.0, true, 0.0, "0: moving range; 1: standard deviation"}};

static void judge(const wdm_detector_series *series, size_t at, const wdm_detector_chart *chart,
                  wdm_detector_verdict *verdict)
{
    const double bound = chart->centre + series->parameters[LIMIT] * chart->spread;
    const double z = wdm_detector_z(series->x[at], chart->centre, chart->spread);
    wdm_detector_judge(series, at,
                       (wdm_detector_verdict){.alarm = wdm_detector_above(series->x[at], bound),
                                              .expected = chart->centre,
                                              .bound = bound,
                                              .statistic = z,
                                              .p = wdm_detector_p(z),
                                              .n_used = chart->baseline},
                       verdict);
}

static wdm_rc run(const wdm_detector_point *points, size_t n, const double *values,
                  wdm_detector_verdict *verdicts, wdm_err *err)
{
    wdm_detector_series series;
    const wdm_rc rc = wdm_detector_open(&series, &wdm_detector_shewhart, points, n, values, verdicts, err);
    wdm_detector_chart chart = {.baseline = (size_t)series.parameters[BASELINE],
                                .rolling = series.parameters[ROLLING] != 0.0,
                                .kind = (wdm_detector_spread)series.parameters[SPREAD]};
    for (size_t i = 0; rc == WDM_OK && i < n; i++) {
        if (wdm_detector_chart_at(&chart, &series, i))
            judge(&series, i, &chart, &verdicts[i]);
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

const wdm_detector wdm_detector_shewhart = {"shewhart",
                                            "Shewhart chart: above centre + 3 spreads",
                                            "Shewhart 1926, doi:10.1002/j.1538-7305.1926.tb00125.x",
                                            parameters,
                                            sizeof parameters / sizeof *parameters,
                                            run,
                                            needs,
                                            works_from};
