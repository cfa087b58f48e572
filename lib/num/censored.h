// SPDX-License-Identifier: GPL-3.0-or-later
// Means of samples with values below a limit ("<x"). A censored value is never taken as 0 or as half its
// limit in silence: every result names its method, and the bounds with 0 and with the limit stand beside it.
// Pure.
//
// Refused with WDM_E_DATA everywhere: a detected value that is NaN, infinite or negative, and a limit that is
// infinite, zero or negative. A limit of NaN means "censored, limit unknown" (a published zero); only the
// bounds can handle it. Missing values have no place in a sample: leave them out before.
#ifndef WDM_NUM_CENSORED_H
#define WDM_NUM_CENSORED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef struct wdm_cens {
    double x;      // the value, or the limit when censored (NaN = limit unknown)
    bool censored; // the true value is somewhere in [low, x]
    double low;    // of a censored value that was detected: the limit of detection; 0, NaN or not below x: 0
} wdm_cens;

// code, text that is stored and printed
#define WDM_CENS_METHOD_LIST(X)                                                                              \
    X(WDM_CENS_AUTO, "auto")                                                                                 \
    X(WDM_CENS_ARITHMETIC, "arithmetic")                                                                     \
    X(WDM_CENS_KM, "km")                                                                                     \
    X(WDM_CENS_ML, "ml")                                                                                     \
    X(WDM_CENS_ROS, "ros")                                                                                   \
    X(WDM_CENS_BOUNDS, "bounds")                                                                             \
    X(WDM_CENS_HALF_LOQ, "half-loq")                                                                         \
    X(WDM_CENS_CONDITIONAL, "conditional")

typedef enum wdm_cens_method {
#define WDM_CENS_ENUM(code, text) code,
    WDM_CENS_METHOD_LIST(WDM_CENS_ENUM)
#undef WDM_CENS_ENUM
} wdm_cens_method;

enum { WDM_CENS_MIN_N = 5 }; // fewer values with any of them censored: bounds only

// "km" and so on; borrowed. Unknown codes give "?".
const char *wdm_cens_method_text(wdm_cens_method method);
// The method of that name; false when there is none.
bool wdm_cens_method_parse(const char *text, wdm_cens_method *method);

// The method by share censored: none: arithmetic; n < 5 or share > 80 %: bounds; else conditional where
// something is known of the spread beforehand, without that km up to a share of 50 % and ml above.
// (7, 0, any) -> arithmetic, (7, 3, true) -> conditional, (7, 3, false) -> km, (7, 4, false) -> ml, (7, 6,
// any) -> bounds, (4, 1, any) -> bounds. The caller takes bounds when a limit is unknown; wdm_cens_mean()
// does so.
wdm_cens_method wdm_cens_choose(size_t n, size_t n_censored, bool prior);

// Lowest and highest possible mean: censored values at their lower ends (0 without one), and at their limits.
// high is NaN when a limit is unknown. {<2, 4, 6} -> low 10/3, high 4.
typedef struct wdm_cens_bounds {
    double low;
    double high;
} wdm_cens_bounds;
wdm_rc wdm_cens_bounds_get(const wdm_cens *v, size_t n, wdm_cens_bounds *bounds, wdm_err *err) WDM_MUST_CHECK;

// Mean with censored values at half their limit, for comparison with SCORE-type reports only. NaN when a
// limit is unknown.
wdm_rc wdm_cens_half_loq(const wdm_cens *v, size_t n, double *mean, wdm_err *err) WDM_MUST_CHECK;

// Lognormal maximum likelihood. mean = exp(meanlog + sdlog^2 / 2), its standard error by the delta method
// from the observed information. Needs positive values and two different detected values (WDM_E_DATA), else
// sdlog has no maximum. The likelihood is concave in (meanlog / sdlog, 1 / sdlog) (Olsen 1978,
// Econometrica 46:1211), so Newton's method with step halving ends at its only maximum. EPA 15.1 manganese ->
// meanlog 2.215905, sdlog 1.356291.
typedef struct wdm_cens_ml {
    double meanlog;
    double sdlog; // maximum likelihood: divisor n, not n - 1
    double se_meanlog;
    double se_sdlog;
    double mean;
    double se_mean;
} wdm_cens_ml;
wdm_rc wdm_cens_ml_fit(const wdm_cens *v, size_t n, wdm_cens_ml *fit, wdm_err *err) WDM_MUST_CHECK;

// Kaplan-Meier for left-censored data: the sample is read from the highest value down (as right-censored
// times), F(x) is the product over detected values y > x of 1 - d(y) / r(y), r(y) = number of values or
// limits at or below y. A value tied with a limit counts as above it. The mean is the sum of y times the fall
// of F; the mass that stays below the lowest detected value, if limits lie there, is placed AT the lowest
// detected value (NADA's convention, so the mean leans upwards); rest_mass says how much. The standard error
// is Greenwood's (R survival's se(rmean)); without censoring it is the population sd / sqrt(n). Values >= 0;
// at least one detected.
typedef struct wdm_cens_km {
    double mean;
    double se_mean;
    double rest_mass; // share of the distribution placed at the lowest detected value for want of information
} wdm_cens_km;
wdm_rc wdm_cens_km_fit(const wdm_cens *v, size_t n, wdm_cens_km *fit, wdm_err *err) WDM_MUST_CHECK;

// Robust regression on order statistics: Helsel-Cohn plotting positions (doi:10.1029/WR024i012p01997) with
// constant 0, least squares of log value on normal quantile over the detected, the line's value for each
// censored one; mean, meanlog and sdlog (divisor n - 1) over detected and filled-in values together. No
// standard error: it would ignore the fit. Needs positive values and two different detected values. EPA 15.1
// manganese -> meanlog 2.277175, sdlog 1.261431.
typedef struct wdm_cens_ros {
    double mean;
    double meanlog;
    double sdlog;
} wdm_cens_ros;
wdm_rc wdm_cens_ros_fit(const wdm_cens *v, size_t n, wdm_cens_ros *fit, wdm_err *err) WDM_MUST_CHECK;

// What is known beforehand of the sd of the logs: its value, as if estimated with df degrees of freedom.
typedef struct wdm_cens_prior {
    double sdlog; // > 0
    double df;    // >= 2
} wdm_cens_prior;

// The mean of the sample itself (not of a population that it is from), with each censored value at its
// conditional mean, E[x | low < x < limit], under a lognormal distribution. Its sdlog has a scaled inverse
// chi-squared prior (prior.sdlog, prior.df), meanlog a flat one; means and variances are taken over the
// posterior of both, by Gauss-Hermite quadrature around its maximum. One detected value is enough. fill (n
// elements) gets each value and its variance, the censored at their conditional means. Detected values are
// left alone, so without censored ones this is the arithmetic mean with no error. Example: {<1, <1.2,
// 1.5, <0.9, 2.1, <1.1, <1}, sdlog 0.3 with 15 df: mean 1.0510, se 0.0763 in all.
typedef struct wdm_cens_fill {
    double mean;
    double var; // 0 for a detected value
} wdm_cens_fill;
typedef struct wdm_cens_conditional {
    double mean;      // of fill
    double se_inside; // of the mean: what the censored values scatter about their conditional means
    double se_fit;    // and what these move with the fit
    double meanlog;   // posterior means
    double sdlog;
} wdm_cens_conditional;
wdm_rc wdm_cens_conditional_fit(const wdm_cens *v, size_t n, const wdm_cens_prior *prior, wdm_cens_fill *fill,
                                wdm_cens_conditional *fit, wdm_err *err) WDM_MUST_CHECK;

// What is asked for.
typedef struct wdm_cens_ask {
    wdm_cens_method method;
    wdm_cens_prior prior; // df 0: nothing is known beforehand
    wdm_cens_fill *fill;  // NULL, or n elements for conditional
} wdm_cens_ask;

// The mean by the asked method, with everything that must be printed beside it.
typedef struct wdm_cens_mean_result {
    wdm_cens_method method; // the one used; never WDM_CENS_AUTO
    bool fell_back;         // auto's choice could not be computed (no maximum, a value of 0): bounds instead
    bool limit_unknown;     // at least one censored value has no limit
    size_t n;
    size_t n_censored;
    double mean; // NaN for bounds: no single value is defensible
    double se; // NaN where the method gives none (bounds, ros, half-loq, n == 1). Conditional: of the mean of
               // the sample's own values; the others: of the mean of what the sample is from
    wdm_cens_conditional conditional; // where that is the method
    wdm_cens_bounds bounds;
} wdm_cens_mean_result;

// method WDM_CENS_AUTO chooses by wdm_cens_choose(), and bounds when a limit is unknown. A method named
// explicitly that the sample cannot support is refused with WDM_E_DATA: arithmetic with censored values, km,
// ml, ros, conditional or half-loq with an unknown limit, conditional without a prior. n == 0 is refused. se
// of arithmetic: sample sd / sqrt(n).
wdm_rc wdm_cens_mean(const wdm_cens *v, size_t n, const wdm_cens_ask *ask, wdm_cens_mean_result *result,
                     wdm_err *err) WDM_MUST_CHECK;

// Checks of the fits above: values valid, n >= 1, every limit known, at least distinct different detected
// values, and all of them above 0 when positive is set.
wdm_rc wdm_cens_check_fit(const wdm_cens *v, size_t n, bool positive, size_t distinct,
                          wdm_err *err) WDM_MUST_CHECK;

#endif
