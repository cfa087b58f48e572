// SPDX-License-Identifier: GPL-3.0-or-later
// CUSUM, upper side: S(t) = max(0, S(t-1) + z(t) - k), alarm when S(t) >= h. m = mean of the first `baseline`
// values, for good (rolling = 1: of the last ones before each point). z by `standard`:
//   0  (y - m) / sqrt(m), counts: the default of R surveillance (cusum, trans = "standard")
//   1  Rossi: (y - 3 m + 2 sqrt(y m)) / (2 sqrt(m)), counts: R's trans = "rossi"
//   2  (y - m) / sd of the baseline, for quantities: the tabular CUSUM of the textbooks (Montgomery, 9.1, k
//   0.5, h 5)
// The bound is the value that brings S(t) to h; R rounds it up to a whole number with "standard".
// Reset: Page's scheme is a row of sequential tests, each begun at 0 after the one before has ended in a
// signal, so that the sum goes back to 0 after an alarm. reset = 0 is what R does: the sum runs on, and one
// large outbreak alarms for ever after. Worked example (m 4, h 2.26, k 1.04, standard 0): y = 8 gives z = 2,
// S = 0.96, no alarm; the next bound is 4 + 2 (2.26 + 1.04 - 0.96) = 8.68.
#include <math.h>

#include "num/detector_parts.h"

enum { K, H, BASELINE, ROLLING, STANDARD, RESET };
enum { POISSON, ROSSI, SD };

static const wdm_detector_parameter parameters[] = {
    {"k", 0.0, 100.0, false, 1.04, "reference value, in spreads"},
    {"h", 1e-6, 1e5, false, 2.26, "decision limit, in spreads"},
    {"baseline", 2.0, 520.0, true, 26.0, "values that make mean and spread"},
    {"rolling", 0.0, 1.0, true, 0.0, "0: the first values of the series; 1: the last before the point"},
    {"standard", 0.0, 2.0, true, 0.0, "0: (y - m) / sqrt(m); 1: Rossi; 2: (y - m) / sd"},
    {"reset", 0.0, 1.0, true, 1.0, "1: the sum is 0 after an alarm; 0: it runs on, as in R"}};

static double standardised(double y, double m, double sd, int standard)
{
    if (standard == SD)
        return wdm_detector_z(y, m, sd);
    if (standard == POISSON || m == 0.0)
        return wdm_detector_z(y, m, sqrt(m));
    return (y - 3.0 * m + 2.0 * sqrt(y) * sqrt(m)) / (2.0 * sqrt(m));
}

// The y whose standardised value is q; 0 where that would be negative.
static double value_of(double q, double m, double sd, int standard)
{
    double root = 0.0;
    if (standard == SD)
        return fmax(0.0, m + sd * q);
    if (standard == POISSON)
        return fmax(0.0, m + sqrt(m) * q);
    // y + 2 sqrt(m) sqrt(y) - 3 m - 2 sqrt(m) q = 0
    root = sqrt(fmax(0.0, 4.0 * m + 2.0 * sqrt(m) * q)) - sqrt(m);
    return root > 0.0 ? root * root : 0.0;
}

static void step(const wdm_detector_series *series, size_t at, const wdm_detector_chart *chart, double *sum,
                 wdm_detector_verdict *verdict)
{
    const double k = series->parameters[K];
    const double h = series->parameters[H];
    const int standard = (int)series->parameters[STANDARD];
    const double y = wdm_detector_chart_value(chart, series, at);
    const double next = fmax(0.0, *sum + standardised(y, chart->centre, chart->spread, standard) - k);
    wdm_detector_judge(
        series, at,
        (wdm_detector_verdict){.alarm = next >= h,
                               .expected = chart->centre,
                               .bound = value_of(h + k - *sum, chart->centre, chart->spread, standard),
                               .statistic = next,
                               .p = (double)NAN,
                               .n_used = chart->baseline},
        verdict);
    if (!wdm_detector_usable(series, at))
        return;
    *sum = verdict->alarm && series->parameters[RESET] != 0.0 ? 0.0 : next;
}

static wdm_rc run(const wdm_detector_point *points, size_t n, const double *values,
                  wdm_detector_verdict *verdicts, wdm_err *err)
{
    wdm_detector_series series;
    const wdm_rc rc = wdm_detector_open(&series, &wdm_detector_cusum, points, n, values, verdicts, err);
    wdm_detector_chart chart = {.baseline = (size_t)series.parameters[BASELINE],
                                .rolling = series.parameters[ROLLING] != 0.0,
                                .kind = WDM_SPREAD_SD};
    double sum = 0.0;
    for (size_t i = 0; rc == WDM_OK && i < n; i++) {
        if (wdm_detector_chart_at(&chart, &series, i) && !isnan(series.x[i]))
            step(&series, i, &chart, &sum, &verdicts[i]);
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

const wdm_detector wdm_detector_cusum = {
    "cusum",
    "CUSUM: sum of the excesses over k spreads reaches h",
    "Page 1954, doi:10.1093/biomet/41.1-2.100; Rossi et al. 1999, "
    "doi:10.1002/(SICI)1097-0258(19990830)18:16<2111::AID-SIM171>3.0.CO;2-Q",
    parameters,
    sizeof parameters / sizeof *parameters,
    run,
    needs,
    works_from};
