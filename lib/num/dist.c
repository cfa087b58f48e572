// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/dist.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

// Half-width in sigmas (beyond it: 2e-9 of the probability) and the same as a tail of a bounded support that
// reaches 0.
#define RANGE_Z 6.0
#define RANGE_TAIL 1e-9
#define NORMAL_FLOOR 0.01
// The same for what formulas give: their tails are long, and the grid must not be spent on them.
#define FORMULA_TAIL 1e-6

enum { PANEL_POINTS = 5 };

static const char *const DIST_NAME[] = {
#define DIST_NAME_ROW(id, name) name,
    WDM_DIST_LIST(DIST_NAME_ROW)
#undef DIST_NAME_ROW
};
enum { DIST_KINDS = sizeof DIST_NAME / sizeof DIST_NAME[0] };

const char *wdm_dist_name(wdm_dist_kind kind)
{
    const size_t k = (size_t)kind;
    if (kind == WDM_DIST_DECAY || kind == WDM_DIST_SURPLUS)
        return kind == WDM_DIST_DECAY ? "decay" : "surplus";
    return k < DIST_KINDS ? DIST_NAME[k] : "unknown";
}

bool wdm_dist_parse(const char *name, wdm_dist_kind *kind)
{
    for (size_t k = 0; k < DIST_KINDS; k++) {
        if (strcmp(name, DIST_NAME[k]) == 0) {
            *kind = (wdm_dist_kind)k;
            return true;
        }
    }
    return false;
}

double wdm_dist_sigma_of_u(double u_rel)
{
    return sqrt(log1p(u_rel * u_rel));
}

typedef struct beta_shape {
    double a;
    double b;
} beta_shape;

// a = m t, b = (1 - m) t with t = m (1 - m) / v - 1.
static beta_shape beta_of(const wdm_dist *d)
{
    const double m = (d->low + 4.0 * d->mode + d->high) / 6.0;
    const double sd = (d->high - d->low) / 6.0;
    const double t = m * (1.0 - m) / (sd * sd) - 1.0;
    return (beta_shape){m * t, (1.0 - m) * t};
}

void wdm_dist_beta_shape(const wdm_dist *dist, double *a, double *b)
{
    const beta_shape s = beta_of(dist);
    *a = s.a;
    *b = s.b;
}

static bool is_bounded(wdm_dist_kind kind)
{
    return kind == WDM_DIST_UNIFORM || kind == WDM_DIST_TRIANGULAR || kind == WDM_DIST_BETA;
}

static wdm_rc validate_support(const wdm_dist *d, wdm_err *err)
{
    const char *name = wdm_dist_name(d->kind);
    if (!isfinite(d->low) || !isfinite(d->high) || d->low < 0.0)
        return wdm_err_set(err, WDM_E_DATA, "%s distribution: low and high must be numbers, low >= 0", name);
    if (!(d->low < d->high))
        return wdm_err_set(err, WDM_E_DATA, "%s distribution: low %g is not below high %g", name, d->low,
                           d->high);
    if (d->kind == WDM_DIST_UNIFORM)
        return WDM_OK;
    if (!(d->mode >= d->low && d->mode <= d->high))
        return wdm_err_set(err, WDM_E_DATA, "%s distribution: mode %g is not between low %g and high %g",
                           name, d->mode, d->low, d->high);
    if (d->kind == WDM_DIST_BETA) {
        const beta_shape s = beta_of(d);
        if (d->high > 1.0 || !(s.a > 0.1) || !(s.b > 0.1) || s.a > 1e7 || s.b > 1e7)
            return wdm_err_set(err, WDM_E_DATA, "beta distribution: %g, %g, %g do not fit into (0, 1]",
                               d->low, d->mode, d->high);
    }
    return WDM_OK;
}

static bool is_correction(wdm_dist_kind kind)
{
    return kind == WDM_DIST_DECAY || kind == WDM_DIST_SURPLUS;
}

wdm_rc wdm_dist_validate(const wdm_dist *dist, wdm_err *err)
{
    const size_t kind = (size_t)dist->kind;
    if (is_correction(dist->kind) && !(dist->mode > 1.0))
        return wdm_err_set(err, WDM_E_DATA, "%s: a factor above 1 expected, found %g",
                           wdm_dist_name(dist->kind), dist->mode);
    if (kind >= DIST_KINDS && !is_correction(dist->kind))
        return wdm_err_set(err, WDM_E_DATA, "unknown distribution %zu", kind);
    if (is_bounded(dist->kind))
        return validate_support(dist, err);
    if (!isfinite(dist->mode) || !(dist->mode > 0.0))
        return wdm_err_set(err, WDM_E_DATA, "%s distribution: the central value must be a number above 0",
                           wdm_dist_name(dist->kind));
    if (dist->kind == WDM_DIST_FIXED)
        return WDM_OK;
    if (!(dist->u_rel >= 0.0 && dist->u_rel <= 10.0))
        return wdm_err_set(err, WDM_E_DATA, "%s distribution: u_rel must be between 0 and 10",
                           wdm_dist_name(dist->kind));
    return WDM_OK;
}

static double triangular_cdf(const wdm_dist *d, double x)
{
    if (x <= d->low)
        return 0.0;
    if (x >= d->high)
        return 1.0;
    if (x <= d->mode)
        return (x - d->low) / (d->high - d->low) * ((x - d->low) / (d->mode - d->low));
    return 1.0 - (d->high - x) / (d->high - d->low) * ((d->high - x) / (d->high - d->mode));
}

// P(untruncated normal <= floor): the part that the truncation takes away.
static double normal_cut(const wdm_dist *d)
{
    return gsl_cdf_ugaussian_P((NORMAL_FLOOR - 1.0) / d->u_rel);
}

static double normal_cdf(const wdm_dist *d, double x)
{
    const double cut = normal_cut(d);
    const double z = (x / d->mode - 1.0) / d->u_rel;
    return x <= NORMAL_FLOOR * d->mode ? 0.0 : (gsl_cdf_ugaussian_P(z) - cut) / (1.0 - cut);
}

static bool is_point(const wdm_dist *d)
{
    return d->kind == WDM_DIST_FIXED || (!is_bounded(d->kind) && d->u_rel == 0.0);
}

static double correction_cdf(const wdm_dist *d, double x)
{
    const bool decay = d->kind == WDM_DIST_DECAY;
    if (x <= 1.0)
        return 0.0;
    const double e = decay ? log(x) / log(d->mode) : (x - 1.0) / (d->mode - 1.0);
    return gsl_cdf_ugaussian_P(log(e) / wdm_dist_sigma_of_u(d->u_rel));
}

static double correction_quantile(const wdm_dist *d, double p)
{
    const double e = exp(wdm_dist_sigma_of_u(d->u_rel) * gsl_cdf_ugaussian_Pinv(p));
    return d->kind == WDM_DIST_DECAY ? pow(d->mode, e) : 1.0 + (d->mode - 1.0) * e;
}

double wdm_dist_cdf(const wdm_dist *dist, double x)
{
    if (isnan(x))
        return x;
    if (is_point(dist))
        return x >= dist->mode ? 1.0 : 0.0;
    if (x <= 0.0)
        return 0.0;
    switch (dist->kind) {
    case WDM_DIST_LOGNORMAL:
        return gsl_cdf_ugaussian_P(log(x / dist->mode) / wdm_dist_sigma_of_u(dist->u_rel));
    case WDM_DIST_NORMAL:
        return normal_cdf(dist, x);
    case WDM_DIST_UNIFORM:
        return fmin(1.0, fmax(0.0, (x - dist->low) / (dist->high - dist->low)));
    case WDM_DIST_TRIANGULAR:
        return triangular_cdf(dist, x);
    case WDM_DIST_BETA: {
        const beta_shape s = beta_of(dist);
        return x >= 1.0 ? 1.0 : gsl_cdf_beta_P(x, s.a, s.b);
    }
    case WDM_DIST_DECAY:
    case WDM_DIST_SURPLUS:
        return correction_cdf(dist, x);
    case WDM_DIST_FIXED:
        break;
    }
    return (double)NAN;
}

// Bisection in the log: gsl_cdf_beta_Pinv aborts on some inputs.
static double beta_quantile(const wdm_dist *d, double p)
{
    const beta_shape s = beta_of(d);
    double lo = -700.0;
    double hi = 0.0;
    while (hi - lo > 1e-13) {
        const double mid = lo + (hi - lo) / 2.0;
        if (mid <= lo || mid >= hi)
            break;
        if (gsl_cdf_beta_P(exp(mid), s.a, s.b) < p)
            lo = mid;
        else
            hi = mid;
    }
    return exp(lo + (hi - lo) / 2.0);
}

static double triangular_quantile(const wdm_dist *d, double p)
{
    const double width = d->high - d->low;
    if (p <= (d->mode - d->low) / width)
        return d->low + sqrt(p * width * (d->mode - d->low));
    return d->high - sqrt((1.0 - p) * width * (d->high - d->mode));
}

double wdm_dist_quantile(const wdm_dist *dist, double p)
{
    if (!(p >= 0.0 && p <= 1.0))
        return (double)NAN;
    if (is_point(dist))
        return dist->mode;
    if (p == 0.0 || p == 1.0) {
        if (dist->kind == WDM_DIST_BETA)
            return p;
        return is_bounded(dist->kind) ? (p == 0.0 ? dist->low : dist->high) : (double)NAN;
    }
    switch (dist->kind) {
    case WDM_DIST_LOGNORMAL:
        return dist->mode * exp(wdm_dist_sigma_of_u(dist->u_rel) * gsl_cdf_ugaussian_Pinv(p));
    case WDM_DIST_NORMAL: {
        // from the upper tail, which stays exact for p near 1
        const double q = (1.0 - p) * (1.0 - normal_cut(dist));
        return dist->mode * (1.0 + dist->u_rel * gsl_cdf_ugaussian_Qinv(q));
    }
    case WDM_DIST_UNIFORM:
        return dist->low + p * (dist->high - dist->low);
    case WDM_DIST_TRIANGULAR:
        return triangular_quantile(dist, p);
    case WDM_DIST_BETA:
        return beta_quantile(dist, p);
    case WDM_DIST_DECAY:
    case WDM_DIST_SURPLUS:
        return correction_quantile(dist, p);
    case WDM_DIST_FIXED:
        break;
    }
    return (double)NAN;
}

static double density(const wdm_dist *d, double x)
{
    if (d->kind == WDM_DIST_NORMAL) {
        const double z = (x / d->mode - 1.0) / d->u_rel;
        return gsl_ran_ugaussian_pdf(z) / (d->u_rel * d->mode * (1.0 - normal_cut(d)));
    }
    if (d->kind == WDM_DIST_UNIFORM)
        return 1.0 / (d->high - d->low);
    if (x < d->mode)
        return 2.0 * (x - d->low) / ((d->high - d->low) * (d->mode - d->low));
    return 2.0 * (d->high - x) / ((d->high - d->low) * (d->high - d->mode));
}

// Integral of x^k density over [a, b], smooth inside: Gauss-Legendre of five points on panels of equal ratio.
static double piece_moment(const wdm_dist *d, int k, double a, double b)
{
    static const double node[PANEL_POINTS] = {-0.9061798459386640, -0.5384693101056831, 0.0,
                                              0.5384693101056831, 0.9061798459386640};
    static const double weight[PANEL_POINTS] = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889,
                                                0.4786286704993665, 0.2369268850561891};
    double sum = 0.0;
    if (!(b > a))
        return 0.0;
    const double log_ratio = log(b / a);
    const size_t panels =
        16 + (size_t)fmin(2000.0, log_ratio * 20.0 +
                                      (d->kind == WDM_DIST_NORMAL ? 16.0 * log_ratio / d->u_rel : 0.0));
    for (size_t i = 0; i < panels; i++) {
        const double lo = a * exp(log_ratio * (double)i / (double)panels);
        const double hi = a * exp(log_ratio * (double)(i + 1) / (double)panels);
        const double half = (hi - lo) / 2.0;
        for (size_t j = 0; j < PANEL_POINTS; j++) {
            const double x = lo + half * (1.0 + node[j]);
            sum += half * weight[j] * density(d, x) * pow(x, (double)k);
        }
    }
    return sum;
}

static double beta_moment(const wdm_dist *d, int k)
{
    const beta_shape s = beta_of(d);
    const double t = s.a + s.b;
    switch (k) {
    case 1:
        return s.a / t;
    case 2:
        return s.a * (s.a + 1.0) / (t * (t + 1.0));
    case -1:
        return s.a > 1.0 ? (t - 1.0) / (s.a - 1.0) : (double)INFINITY;
    default:
        return s.a > 2.0 ? (t - 1.0) * (t - 2.0) / ((s.a - 1.0) * (s.a - 2.0)) : (double)INFINITY;
    }
}

// Support that touches 0: positive moments in closed form, negative ones as the integrals say.
static double zero_low_moment(const wdm_dist *d, int k)
{
    const double h = d->high;
    const double m = d->mode;
    if (k == 1)
        return d->kind == WDM_DIST_UNIFORM ? h / 2.0 : (m + h) / 3.0;
    if (k == 2)
        return d->kind == WDM_DIST_UNIFORM ? h * h / 3.0 : (m * m + m * h + h * h) / 6.0;
    if (k == -1 && d->kind == WDM_DIST_TRIANGULAR && m > 0.0)
        return m < h ? 2.0 * log(h / m) / (h - m) : 2.0 / h;
    return (double)INFINITY;
}

// Decay and surplus: from exact masses on a grid of the log. The mean of a decay does not exist.
static double grid_moment(const wdm_dist *d, int k)
{
    enum { CELLS = 400 };
    double mass[CELLS];
    double lo = 0.0;
    double hi = 0.0;
    double sum = 0.0;
    double total = 0.0;
    if (d->kind == WDM_DIST_DECAY && k > 0)
        return (double)INFINITY;
    wdm_dist_log_range(d, &lo, &hi);
    const double step = (hi - lo) / CELLS;
    wdm_dist_log_masses(d, lo, step, CELLS, mass);
    for (int i = 0; i < CELLS; i++) {
        sum += mass[i] * exp(k * (lo + step * (i + 0.5)));
        total += mass[i];
    }
    // a cell evenly filled in the log: sinh(k step / 2) / (k step / 2) times its middle
    const double h = k * step / 2.0;
    return sum / total * sinh(h) / h;
}

double wdm_dist_moment(const wdm_dist *dist, int k)
{
    if (k == 0 || k < -2 || k > 2)
        return (double)NAN;
    if (is_point(dist))
        return pow(dist->mode, (double)k);
    if (dist->kind == WDM_DIST_LOGNORMAL)
        return pow(dist->mode, (double)k) * pow(1.0 + dist->u_rel * dist->u_rel, (double)(k * k) / 2.0);
    if (dist->kind == WDM_DIST_BETA)
        return beta_moment(dist, k);
    if (is_correction(dist->kind))
        return grid_moment(dist, k);
    if (dist->kind == WDM_DIST_NORMAL)
        return piece_moment(dist, k, NORMAL_FLOOR * dist->mode, dist->mode * (1.0 + 9.0 * dist->u_rel));
    if (dist->low == 0.0)
        return zero_low_moment(dist, k);
    if (dist->kind == WDM_DIST_UNIFORM)
        return piece_moment(dist, k, dist->low, dist->high);
    return piece_moment(dist, k, dist->low, dist->mode) + piece_moment(dist, k, dist->mode, dist->high);
}

double wdm_dist_mean(const wdm_dist *dist)
{
    return wdm_dist_moment(dist, 1);
}

double wdm_dist_variance(const wdm_dist *dist)
{
    const double mean = wdm_dist_moment(dist, 1);
    if (is_point(dist))
        return 0.0;
    if (dist->kind == WDM_DIST_LOGNORMAL)
        return mean * mean * dist->u_rel * dist->u_rel;
    if (dist->kind == WDM_DIST_UNIFORM)
        return (dist->high - dist->low) * (dist->high - dist->low) / 12.0;
    return fmax(0.0, wdm_dist_moment(dist, 2) - mean * mean);
}

void wdm_dist_log_range(const wdm_dist *dist, double *log_low, double *log_high)
{
    if (is_point(dist)) {
        *log_low = log(dist->mode);
        *log_high = *log_low;
        return;
    }
    if (dist->kind == WDM_DIST_LOGNORMAL) {
        const double sigma = wdm_dist_sigma_of_u(dist->u_rel);
        *log_low = log(dist->mode) - RANGE_Z * sigma;
        *log_high = log(dist->mode) + RANGE_Z * sigma;
        return;
    }
    if (is_correction(dist->kind)) {
        *log_low = log(wdm_dist_quantile(dist, FORMULA_TAIL));
        *log_high = log(wdm_dist_quantile(dist, 1.0 - FORMULA_TAIL));
        return;
    }
    const bool whole = is_bounded(dist->kind) && dist->kind != WDM_DIST_BETA;
    const double low = whole && dist->low > 0.0 ? dist->low : wdm_dist_quantile(dist, RANGE_TAIL);
    const double high = whole ? dist->high : wdm_dist_quantile(dist, 1.0 - RANGE_TAIL);
    *log_low = log(low);
    *log_high = log(high);
}

void wdm_dist_log_masses(const wdm_dist *dist, double x0, double step, size_t n, double *mass)
{
    double below = wdm_dist_cdf(dist, exp(x0));
    for (size_t i = 0; i < n; i++) {
        const double next = wdm_dist_cdf(dist, exp(x0 + step * (double)(i + 1)));
        mass[i] = next - below;
        below = next;
    }
}
