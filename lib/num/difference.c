// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/difference.h"

#include <math.h>
#include <stdbool.h>

#define SQRT1_2 0.70710678118654752440
#define INV_SQRT_2PI 0.39894228040143267794
#define Z_END 6.5
// Half a sigma is spectrally exact as long as the inner distribution is as wide as the outer one; where it is
// narrower, the step is smaller by as much.
#define Z_STEP 0.5
#define Z_STEP_MIN 0.05

static double phi(double z)
{
    return 0.5 * erfc(-z * SQRT1_2);
}

// P(ln E <= y) for a lognormal E of that sigma; sigma 0: a step at 0.
static double log_cdf(double y, double sigma)
{
    if (sigma > 0.0)
        return phi(y / sigma);
    return y >= 0.0 ? 1.0 : 0.0;
}

double wdm_difference_p_zero(const wdm_difference *d)
{
    return phi(log(d->x) / hypot(d->sigma_a, d->sigma_b));
}

static double log_density(double y, double sigma)
{
    return sigma > 0.0 ? INV_SQRT_2PI * exp(-0.5 * (y / sigma) * (y / sigma)) / sigma : 0.0;
}

// P(D <= t) and its density for a given b: A <= t + x b.
static double given_b(const wdm_difference *d, double t, double b, double *density)
{
    const double a = t + d->x * b;
    if (!(a > 0.0))
        return 0.0;
    *density = log_density(log(a), d->sigma_a) / a;
    return log_cdf(log(a), d->sigma_a);
}

// The same for a given a: B >= (a - t) / x.
static double given_a(const wdm_difference *d, double t, double a, double *density)
{
    const double b = (a - t) / d->x;
    if (!(b > 0.0))
        return 1.0;
    *density = log_density(log(b), d->sigma_b) / (b * d->x);
    return 1.0 - log_cdf(log(b), d->sigma_b);
}

double wdm_difference_cdf_density(const wdm_difference *d, double t, double *density)
{
    const bool over_a = d->sigma_a < d->x * d->sigma_b;
    const double outer = over_a ? d->sigma_a : d->sigma_b;
    const double inner = over_a ? d->sigma_b : d->sigma_a;
    const double step = outer > inner ? fmax(Z_STEP_MIN, Z_STEP * inner / outer) : Z_STEP;
    const int half = (int)(Z_END / step);
    double sum = 0.0;
    double weights = 0.0;
    *density = 0.0;
    if (isnan(t))
        return t;
    for (int i = -half; i <= half; i++) {
        const double z = step * (double)i;
        const double e = exp(outer * z);
        const double w = INV_SQRT_2PI * exp(-0.5 * z * z);
        double slope = 0.0;
        sum += w * (over_a ? given_a(d, t, e, &slope) : given_b(d, t, e, &slope));
        *density += w * slope;
        weights += w;
    }
    *density /= weights;
    return sum / weights;
}

double wdm_difference_cdf(const wdm_difference *d, double t)
{
    double density = 0.0;
    return wdm_difference_cdf_density(d, t, &density);
}

static double log_quantile(const wdm_difference *d, double p, double within)
{
    const double p_zero = wdm_difference_p_zero(d);
    const double want = p_zero + p * (1.0 - p_zero);
    double lo = -60.0;
    double hi = 9.0 * d->sigma_a + 1e-6;
    while (hi - lo > within) {
        const double mid = lo + (hi - lo) / 2.0;
        if (mid <= lo || mid >= hi)
            break;
        if (wdm_difference_cdf(d, exp(mid)) < want)
            lo = mid;
        else
            hi = mid;
    }
    return lo + (hi - lo) / 2.0;
}

double wdm_difference_quantile(const wdm_difference *d, double p)
{
    return p > 0.0 && p < 1.0 ? exp(log_quantile(d, p, 1e-12)) : (double)NAN;
}

void wdm_difference_log_range(const wdm_difference *d, double tail, double *log_low, double *log_high)
{
    *log_low = log_quantile(d, tail, 1e-3);
    *log_high = log_quantile(d, 1.0 - tail, 1e-3);
}

// E[A^i B^j; A > x B] = exp((i^2 sa^2 + j^2 sb^2) / 2) Phi((i sa^2 - j sb^2 - ln x) / s).
static double partial(const wdm_difference *d, double i, double j)
{
    const double va = d->sigma_a * d->sigma_a;
    const double vb = d->sigma_b * d->sigma_b;
    return exp((i * i * va + j * j * vb) / 2.0) * phi((i * va - j * vb - log(d->x)) / sqrt(va + vb));
}

double wdm_difference_moment(const wdm_difference *d, int k)
{
    const double left = 1.0 - wdm_difference_p_zero(d);
    if (k == 1)
        return (partial(d, 1.0, 0.0) - d->x * partial(d, 0.0, 1.0)) / left;
    if (k == 2)
        return (partial(d, 2.0, 0.0) - 2.0 * d->x * partial(d, 1.0, 1.0) +
                d->x * d->x * partial(d, 0.0, 2.0)) /
               left;
    return (double)NAN;
}
