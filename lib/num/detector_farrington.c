// SPDX-License-Identifier: GPL-3.0-or-later
// Farrington's detector of 1996: the seasonal regression of farrington.h on the windows of the last years,
// with the bound on the 2/3 power at z(1 - alpha / 2). No alarm when the last 4 periods, this one included,
// hold fewer than 5 cases; there is no bound then. R surveillance 1.20.3: farrington(), whose alpha is 0.05;
// the publication's bound is the 99.5 % point. A season is 52 weeks, also where a year has 53. Made for
// counts: phi is at least 1 and 5 is a number of cases. Loads want phi_min 0 and cases 0.
#include "num/detector_parts.h"
#include "num/farrington.h"

#include <math.h>

enum { ALPHA, YEARS, HALF_WINDOW, SEASON, WEIGHTS_THRESHOLD, TREND_P, CASES, CASE_PERIODS, PHI_MIN };

static const wdm_detector_parameter parameters[] = {
    {"alpha", 1e-12, 0.5, false, 0.01, "two-sided probability outside of the interval"},
    {"years", 1.0, 20.0, true, 5.0, "years back"},
    {"half_window", 0.0, 26.0, true, 3.0, "periods on both sides of the same time of a year"},
    {"season", 4.0, 366.0, true, 52.0, "periods of a year"},
    {"weights_threshold", 0.0, 1e6, false, 1.0, "residuals above it are past outbreaks; 1e6: no weights"},
    {"trend_p", 0.0, 1.0, false, 0.05, "the trend stays below this p; 0: no trend"},
    {"cases", 0.0, 1e6, false, 5.0, "least sum of the last case_periods for an alarm"},
    {"case_periods", 1.0, 52.0, true, 4.0, "periods of that sum, this one included"},
    {"phi_min", 0.0, 1.0, false, 1.0, "least dispersion; 1: counts"}};

static double bound_of(const wdm_farrington *fit, const double *value, double y, double *p)
{
    return wdm_farrington_bound(fit, wdm_detector_z_alpha(value[ALPHA] / 2.0), y, p);
}

static wdm_farrington_opts opts_of(const double *value)
{
    return (wdm_farrington_opts){.years = (int)value[YEARS],
                                 .half_window = (int)value[HALF_WINDOW],
                                 .season = (int)value[SEASON],
                                 .levels = 1,
                                 .past_out = (int)value[HALF_WINDOW],
                                 .weights_threshold = value[WEIGHTS_THRESHOLD],
                                 .trend_p = value[TREND_P],
                                 .phi_min = value[PHI_MIN],
                                 .cases = value[CASES],
                                 .case_periods = (int)value[CASE_PERIODS]};
}

static const wdm_farrington_kind kind = {&wdm_detector_farrington, opts_of, bound_of};

static wdm_rc run(const wdm_detector_point *points, size_t n, const double *values,
                  wdm_detector_verdict *verdicts, wdm_err *err)
{
    return wdm_farrington_run(&kind, points, n, values, verdicts, err);
}

static size_t needs(const double *values)
{
    return wdm_farrington_needs(&kind, values);
}

static int32_t works_from(const wdm_detector_point *points, size_t n, const double *values)
{
    return wdm_farrington_works_from(&kind, points, n, values);
}

const wdm_detector wdm_detector_farrington = {
    "farrington",
    "Farrington: seasonal quasi-Poisson regression on the same weeks of the last 5 years",
    "Farrington et al. 1996, doi:10.2307/2983331",
    parameters,
    sizeof parameters / sizeof *parameters,
    run,
    needs,
    works_from};
