// SPDX-License-Identifier: GPL-3.0-or-later
// Farrington's detector as improved by Noufaily: a factor of the season (10 levels: the windows and 9 blocks
// of 5 weeks a year) lets all weeks of the last years enter, the trend always stays where it may, only
// residuals above 2.58 count as past outbreaks, the last 26 weeks are left out. Bound at z(1 - alpha),
// one-sided:
//   method 0  on the 2/3 power, as in the method of 1996 (R surveillance: "delta", its default)
//   method 1  quantile of the negative binomial with mean mu, variance phi mu (R: "nbPlugin"; the
//   publication's) method 2  the same with mean exp(log mu + z se) ("muan")
// A whole number with methods 1 and 2, so that loads want method 0, phi_min 0 and cases 0. No alarm, and no
// bound, when the last 4 periods hold fewer than 5 cases. R's farringtonFlexible has other defaults: periods
// 1, past_out 3, trend_p 0.05, method 0, alpha 0.05; and another standard error (parameter r_variance,
// farrington.h).
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "num/detector_parts.h"
#include "num/farrington.h"

enum {
    ALPHA,
    YEARS,
    HALF_WINDOW,
    SEASON,
    LEVELS,
    PAST_OUT,
    WEIGHTS_THRESHOLD,
    TREND_P,
    CASES,
    CASE_PERIODS,
    PHI_MIN,
    METHOD,
    R_VARIANCE
};
enum { POWER, PLUG_IN, MUAN };

// Above this mean the quantile is that of the normal distribution with the same two moments (1e-4 of the
// spread).
static const double MEAN_MAX = 1e8;

static const wdm_detector_parameter parameters[] = {
    {"alpha", 1e-12, 0.5, false, 0.005, "one-sided probability above the bound"},
    {"years", 1.0, 20.0, true, 5.0, "years back"},
    {"half_window", 0.0, 26.0, true, 3.0, "periods on both sides of the same time of a year"},
    {"season", 4.0, 366.0, true, 52.0, "periods of a year"},
    {"levels", 1.0, 30.0, true, 10.0, "levels of the season; 1: only the windows enter"},
    {"past_out", 0.0, 366.0, true, 26.0, "last periods that do not enter"},
    {"weights_threshold", 0.0, 1e6, false, 2.58, "residuals above it are past outbreaks; 1e6: no weights"},
    {"trend_p", 0.0, 1.0, false, 1.0, "the trend stays below this p; 0: no trend"},
    {"cases", 0.0, 1e6, false, 5.0, "least sum of the last case_periods for an alarm"},
    {"case_periods", 1.0, 52.0, true, 4.0, "periods of that sum, this one included"},
    {"phi_min", 0.0, 1.0, false, 1.0, "least dispersion; 1: counts"},
    {"method", 0.0, 2.0, true, 1.0, "0: 2/3 power; 1: negative binomial; 2: that of the mean's upper bound"},
    {"r_variance", 0.0, 1.0, true, 0.0, "1: standard error as R surveillance 1.20.3"}};

// P(X > k) of counts with that mean and variance phi * mean, k >= 0.
static double count_above(double k, double mean, double phi)
{
    // so near to 1 the negative binomial is the Poisson distribution, and its size without end
    if (phi > 1.0 + 1e-6)
        return gsl_cdf_beta_Q(1.0 / phi, mean / (phi - 1.0), k + 1.0);
    return gsl_cdf_gamma_P(mean, k + 1.0, 1.0);
}

// Smallest count with P(X > count) <= alpha.
static double count_quantile(double alpha, double mean, double phi)
{
    const double normal = mean + wdm_detector_z_alpha(alpha) * sqrt(fmax(phi, 1.0) * mean);
    double low = -1.0; // too small
    double high = ceil(normal) + 1.0;
    if (mean == 0.0)
        return 0.0;
    if (!(mean <= MEAN_MAX))
        return normal;
    while (count_above(high, mean, phi) > alpha) {
        low = high;
        high *= 2.0;
    }
    while (high - low > 1.0) {
        const double middle = floor((low + high) / 2.0);
        if (count_above(middle, mean, phi) > alpha)
            low = middle;
        else
            high = middle;
    }
    return high;
}

// P(X >= value).
static double count_p(double value, double mean, double phi)
{
    const double below = floor(value - 1.0 + 1e-7); // R's rounding
    if (below < 0.0)
        return 1.0;
    if (mean == 0.0)
        return 0.0;
    if (!(mean <= MEAN_MAX))
        return wdm_detector_p(wdm_detector_z(value, mean, sqrt(fmax(phi, 1.0) * mean)));
    return count_above(below, mean, phi);
}

static double bound_of(const wdm_farrington *fit, const double *parameter, double value, double *p)
{
    const double z = wdm_detector_z_alpha(parameter[ALPHA]);
    const double mean = parameter[METHOD] == MUAN ? fit->mu * exp(z * fit->se_eta) : fit->mu;
    if (parameter[METHOD] == POWER)
        return wdm_farrington_bound(fit, z, value, p);
    *p = count_p(value, mean, fit->phi);
    return count_quantile(parameter[ALPHA], mean, fit->phi);
}

static wdm_farrington_opts opts_of(const double *value)
{
    return (wdm_farrington_opts){.years = (int)value[YEARS],
                                 .half_window = (int)value[HALF_WINDOW],
                                 .season = (int)value[SEASON],
                                 .levels = (int)value[LEVELS],
                                 .past_out = (int)value[PAST_OUT],
                                 .weights_threshold = value[WEIGHTS_THRESHOLD],
                                 .trend_p = value[TREND_P],
                                 .phi_min = value[PHI_MIN],
                                 .r_variance = value[R_VARIANCE] != 0.0,
                                 .cases = value[CASES],
                                 .case_periods = (int)value[CASE_PERIODS]};
}

static const wdm_farrington_kind kind = {&wdm_detector_farrington_flexible, opts_of, bound_of};

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

const wdm_detector wdm_detector_farrington_flexible = {
    "farrington_flexible",
    "Farrington as improved by Noufaily: all weeks of the last 5 years with a factor of the season",
    "Noufaily et al. 2013, doi:10.1002/sim.5595",
    parameters,
    sizeof parameters / sizeof *parameters,
    run,
    needs,
    works_from};
