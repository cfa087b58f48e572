// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/difference.h"

#include <math.h>
#include <stddef.h>

#define SQRT1_2 0.70710678118654752440
#define INV_SQRT_2PI 0.39894228040143267794
#define Z975 1.959963984540054
#define Z_END 6.0

enum { NODES = 128, ITERATIONS = 80 };

static const double PROBS[3] = {0.025, 0.5, 0.975};

// The values of g and their probabilities, which add up to P(D > 0).
typedef struct mixture {
    double value[NODES];
    double mass[NODES];
    double cell_var[NODES]; // of the values within the cell of each
    double mean, var;       // given D > 0
} mixture;

static double phi(double z)
{
    return 0.5 * erfc(-z * SQRT1_2);
}

static double spread(const wdm_difference *d)
{
    return hypot(d->sigma_a, d->sigma_b);
}

double wdm_difference_p_zero(const wdm_difference *d)
{
    return phi(log(d->x) / spread(d));
}

double wdm_difference_gaussian(const wdm_difference *d)
{
    return d->sigma_a * d->sigma_b / spread(d);
}

static double g_at(const wdm_difference *d, double s, double z)
{
    return log1p(-d->x * exp(s * z)) - z * d->sigma_a * d->sigma_a / s;
}

static void mix(const wdm_difference *d, mixture *m)
{
    const double s = spread(d);
    const double end = fmin(Z_END, -log(d->x) / s); // where D is 0
    const double step = (end + Z_END) / NODES;
    double below = phi(-Z_END);
    double total = 0.0;
    *m = (mixture){.mean = 0.0};
    for (int i = 0; i < NODES; i++) {
        const double z = -Z_END + step * (i + 0.5);
        const double next = phi(-Z_END + step * (i + 1));
        m->value[i] = g_at(d, s, z);
        const double half_width = g_at(d, s, z - step / 2.0) - m->value[i];
        m->cell_var[i] = half_width * half_width / 3.0;
        m->mass[i] = next - below;
        m->mean += m->mass[i] * m->value[i];
        total += m->mass[i];
        below = next;
    }
    m->mean /= total;
    for (int i = 0; i < NODES; i++)
        m->var += m->mass[i] / total * ((m->value[i] - m->mean) * (m->value[i] - m->mean) + m->cell_var[i]);
}

// F on the log scale: median and the sd of each side.
typedef struct two_sided {
    double median, low, high;
} two_sided;

// P(ln(D F) <= y, D > 0) and its density.
static double mixed_cdf(const mixture *m, const two_sided *f, double y, double *density)
{
    double sum = 0.0;
    *density = 0.0;
    for (int i = 0; i < NODES; i++) {
        const double u = y - m->value[i] - f->median;
        const double side = u < 0.0 ? f->low : f->high;
        const double sd = sqrt(side * side + m->cell_var[i]);
        sum += m->mass[i] * phi(u / sd);
        *density += m->mass[i] * INV_SQRT_2PI * exp(-0.5 * (u / sd) * (u / sd)) / sd;
    }
    return sum;
}

// Newton's method from the Gaussian's answer, bisection whenever it leaves the bracket.
static double solve(const mixture *m, const two_sided *f, double want, double start)
{
    double lo = m->value[NODES - 1] + f->median - 10.0 * f->low;
    double hi = m->value[0] + f->median + 10.0 * f->high;
    double y = start;
    for (int i = 0; i < ITERATIONS && hi - lo > 1e-9; i++) {
        double density = 0.0;
        if (!(y > lo && y < hi))
            y = (lo + hi) / 2.0;
        const double error = mixed_cdf(m, f, y, &density) - want;
        if (fabs(error) < 1e-9)
            break;
        if (error < 0.0)
            lo = y;
        else
            hi = y;
        y = density > 0.0 ? y - error / density : (lo + hi) / 2.0;
    }
    return y;
}

void wdm_difference_ends(const wdm_difference *d, const double base[3], double ends[3], double *log_var)
{
    mixture m;
    const double p_zero = wdm_difference_p_zero(d);
    const two_sided f = {.median = log(base[1]),
                         .low = fmax(1e-6, log(base[1] / base[0]) / Z975),
                         .high = fmax(1e-6, log(base[2] / base[1]) / Z975)};
    *log_var = 0.0;
    if (!(p_zero < 1.0 - 1e-9)) {
        ends[0] = ends[1] = ends[2] = 0.0;
        return;
    }
    mix(d, &m);
    *log_var = m.var;
    for (int i = 0; i < 3; i++) {
        const double z = ((double)i - 1.0) * Z975;
        const double sd = hypot(sqrt(m.var), i == 0 ? f.low : f.high);
        ends[i] = PROBS[i] > p_zero ? exp(solve(&m, &f, PROBS[i] - p_zero, m.mean + f.median + z * sd)) : 0.0;
    }
}

// E[A^j (x B)^k; D > 0] = x^k exp((j^2 sigma_a^2 + k^2 sigma_b^2) / 2) P(D > 0 under the shifted normals).
static double truncated(const wdm_difference *d, double j, double k)
{
    const double s = spread(d);
    const double va = d->sigma_a * d->sigma_a;
    const double vb = d->sigma_b * d->sigma_b;
    return pow(d->x, k) * exp((j * j * va + k * k * vb) / 2.0) * phi((-log(d->x) - k * vb + j * va) / s);
}

double wdm_difference_square_ratio(const wdm_difference *d)
{
    const double mean = truncated(d, 1.0, 0.0) - truncated(d, 0.0, 1.0);
    const double square = truncated(d, 2.0, 0.0) - 2.0 * truncated(d, 1.0, 1.0) + truncated(d, 0.0, 2.0);
    return square / mean / mean;
}
