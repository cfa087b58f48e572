// SPDX-License-Identifier: GPL-3.0-or-later
// What the published detectors share: a checked series, windows of its last values, verdicts, control charts'
// centre and spread. For lib/num/detector_*.c only; what a missing or censored value is, says detector.h.
// Pure.
#ifndef WDM_NUM_DETECTOR_PARTS_H
#define WDM_NUM_DETECTOR_PARTS_H

#include "num/detector.h"

extern const wdm_detector wdm_detector_ears_c1;
extern const wdm_detector wdm_detector_ears_c2;
extern const wdm_detector wdm_detector_ears_c3;
extern const wdm_detector wdm_detector_cusum;
extern const wdm_detector wdm_detector_ewma;
extern const wdm_detector wdm_detector_shewhart;
extern const wdm_detector wdm_detector_farrington;
extern const wdm_detector wdm_detector_farrington_flexible;
extern const wdm_detector wdm_detector_cdc;

// A window may be this many times as many periods long as it has values.
enum { WDM_DETECTOR_REACH = 4 };

// A deviation from a centre without any spread.
#define WDM_DETECTOR_Z_MAX 1e6

typedef struct wdm_detector_series {
    const wdm_detector_point *points;
    size_t n;
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    double *x;        // the value, or half the limit, or NaN
    double *packed;   // the usable ones of x in order, without gaps
    int32_t *when;    // of these
    size_t *n_before; // how many of these lie before each point
} wdm_detector_series;

// What run() refuses.
wdm_rc wdm_detector_check(const wdm_detector *detector, const wdm_detector_point *points, size_t n,
                          const double *parameters, wdm_err *err) WDM_MUST_CHECK;

// Checks points and parameters and sets each verdict to "no value" or "insufficient data" with no figures.
// series needs wdm_detector_close() after any result.
wdm_rc wdm_detector_open(wdm_detector_series *series, const wdm_detector *detector,
                         const wdm_detector_point *points, size_t n, const double *parameters,
                         wdm_detector_verdict *verdicts, wdm_err *err) WDM_MUST_CHECK;
void wdm_detector_close(wdm_detector_series *series);

// A value or half a limit that may enter a baseline.
bool wdm_detector_usable(const wdm_detector_series *series, size_t at);
bool wdm_detector_censored(const wdm_detector_series *series, size_t at);

// The last `want` usable values before point `at` that are more than `lag` and at most lag + 4 want periods
// old, in order; borrowed from the series. NULL when there are fewer.
const double *wdm_detector_window(const wdm_detector_series *series, size_t at, int32_t lag, size_t want);

// works_from of a detector that wants `want` values older than `lag` periods, at most lag + reach periods old
// (reach 0: as old as they may be). What is added to the series are periods with a value.
int32_t wdm_detector_works_values(const wdm_detector_point *points, size_t n, size_t want, int32_t lag,
                                  int64_t reach);
// How many of the periods from .. to have a value; those after the last point do.
size_t wdm_detector_count(const wdm_detector_point *points, size_t n, int64_t from, int64_t to);
// Whether a series, with a value in each period after its last point, has enough references for a point at
// `now`.
typedef bool wdm_detector_enough_fn(const wdm_detector_point *points, size_t n, int64_t now,
                                    const double *parameters);
// works_from of a detector whose series must reach `needs` periods back from its first value, and have
// enough.
int32_t wdm_detector_works_span(const wdm_detector_point *points, size_t n, size_t needs,
                                wdm_detector_enough_fn *enough, const double *parameters);

// Mean, and sample standard deviation (divisor n - 1; 0 below the rounding of equal values), n >= 2.
void wdm_detector_moments(const double *x, size_t n, double *mean, double *sd);
// (value - centre) / spread, within -+ WDM_DETECTOR_Z_MAX; spread 0: one of these ends, or 0.
double wdm_detector_z(double value, double centre, double spread);
// value > bound by more than rounding.
bool wdm_detector_above(double value, double bound);
// The z of a one-sided probability alpha in (0, 1).
double wdm_detector_z_alpha(double alpha);
// The one-sided probability of a normal value above z: 0.5 erfc(z / sqrt(2)), within rounding of R's pnorm.
double wdm_detector_p(double z);

// Takes `judged` (its state is not read) as the verdict on point `at`, unless it has no value, or is censored
// and not known to lie below the bound. Infinite figures become NaN.
void wdm_detector_judge(const wdm_detector_series *series, size_t at, wdm_detector_verdict judged,
                        wdm_detector_verdict *verdict);

// Centre and spread of a control chart for single values.
typedef enum wdm_detector_spread {
    WDM_SPREAD_MOVING_RANGE, // mean |x_i - x_(i-1)| / (2 / sqrt(pi)), as for single values in the textbooks
    WDM_SPREAD_SD
} wdm_detector_spread;

typedef struct wdm_detector_chart {
    size_t baseline; // values that the chart is made of, >= 2
    bool rolling;    // the last ones before each point; else the first of the series, for good
    wdm_detector_spread kind;
    double centre, spread; // valid when `ready`
    bool ready;
} wdm_detector_chart;

// Makes the chart for point `at`; to be called for each point in order. False: too few values before it.
bool wdm_detector_chart_at(wdm_detector_chart *chart, const wdm_detector_series *series, size_t at);
// works_from of a detector with such a chart.
int32_t wdm_detector_chart_works_from(const wdm_detector_point *points, size_t n, size_t baseline,
                                      bool rolling);
// What point `at` adds to a sum or an average: its value; of a censored one not more than the centre.
double wdm_detector_chart_value(const wdm_detector_chart *chart, const wdm_detector_series *series,
                                size_t at);

#endif
