// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/logconv.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/mem.h"

#define SQRT1_2 0.70710678118654752440
#define INV_SQRT_2PI 0.39894228040143267794

// Cells over the whole grid; a wider log range than this cannot be resolved well (a divisor that reaches down
// to 0).
enum { CELLS = 1000, MIN_CELLS = 64, FINER = 4 };
#define MAX_LOG_RANGE 60.0
#define MAX_POWER 4.0

static bool on_grid(const wdm_dist *d)
{
    return d->kind != WDM_DIST_FIXED && d->kind != WDM_DIST_LOGNORMAL &&
           !(d->kind == WDM_DIST_NORMAL && d->u_rel == 0.0);
}

static wdm_rc check_terms(const wdm_factor_term *terms, size_t n, wdm_err *err)
{
    if (n > WDM_LOGCONV_TERMS)
        return wdm_err_set(err, WDM_E_DATA, "a product of %zu factors, at most %d", n,
                           (int)WDM_LOGCONV_TERMS);
    for (size_t i = 0; i < n; i++) {
        const wdm_rc rc = wdm_dist_validate(&terms[i].dist, err);
        if (rc != WDM_OK)
            return rc;
        if (!(fabs(terms[i].power) > 0.0 && fabs(terms[i].power) <= MAX_POWER))
            return wdm_err_set(err, WDM_E_DATA, "the power of a factor is not 0 and at most %g, not %g",
                               MAX_POWER, terms[i].power);
    }
    return WDM_OK;
}

// E[X^power] of a distribution that goes on the grid, from its masses there, each spread evenly in its cell:
// within 1e-6.
static double grid_moment(const wdm_dist *d, double power)
{
    double mass[WDM_LOGCONV_CELLS];
    double lo = 0.0;
    double hi = 0.0;
    double sum = 0.0;
    double moment = 0.0;
    wdm_dist_log_range(d, &lo, &hi);
    const double step = (hi - lo) / (double)WDM_LOGCONV_CELLS;
    const double half = power * step / 2.0;
    wdm_dist_log_masses(d, lo, step, WDM_LOGCONV_CELLS, mass);
    for (size_t i = 0; i < WDM_LOGCONV_CELLS; i++) {
        sum += mass[i];
        moment += mass[i] * exp(power * (lo + ((double)i + 0.5) * step));
    }
    return moment / sum * (half != 0.0 ? sinh(half) / half : 1.0);
}

static double moment_of(const wdm_dist *d, double power)
{
    const double whole = rint(power);
    if (power == whole && fabs(power) <= 2.0)
        return wdm_dist_moment(d, (int)whole);
    if (on_grid(d))
        return grid_moment(d, power);
    const double var = d->kind == WDM_DIST_LOGNORMAL ? log1p(d->u_rel * d->u_rel) : 0.0;
    return pow(d->mode, power) * exp(power * power * var / 2.0);
}

// Product of the moments of independent factors: E = prod E[X^p], 1 + rsd^2 = prod E[X^2p] / E[X^p]^2.
static void exact_moments(wdm_logconv *lc, const wdm_factor_term *terms, size_t n)
{
    double mean = 1.0;
    double log_ratio = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double m1 = moment_of(&terms[i].dist, terms[i].power);
        const double m2 = moment_of(&terms[i].dist, 2.0 * terms[i].power);
        mean *= m1;
        log_ratio += fmax(0.0, log(m2 / m1 / m1));
    }
    lc->mean = mean;
    lc->rsd = isfinite(mean) ? sqrt(expm1(log_ratio)) : (double)NAN;
}

// Convolves the masses so far (n cells) with those of one more term; the result has n + more - 1 cells.
static void convolve(wdm_logconv *lc, const double *more, size_t n_more, double *scratch)
{
    const size_t n_new = lc->n + n_more - 1;
    memset(scratch, 0, n_new * sizeof *scratch);
    for (size_t i = 0; i < lc->n; i++) {
        for (size_t j = 0; j < n_more; j++)
            scratch[i + j] += lc->mass[i] * more[j];
    }
    memcpy(lc->mass, scratch, n_new * sizeof *scratch);
    lc->n = n_new;
}

// Mean and variance of a histogram with its masses at the cell centres.
static void centre_moments(const double *mass, size_t n, double x0, double step, double out[2])
{
    double sum = 0.0;
    double mean = 0.0;
    double var = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += mass[i];
        mean += mass[i] * ((double)i + 0.5);
    }
    mean /= sum;
    for (size_t i = 0; i < n; i++)
        var += mass[i] * ((double)i + 0.5 - mean) * ((double)i + 0.5 - mean);
    out[0] = x0 + step * mean;
    out[1] = var / sum * step * step;
}

// The masses of the cells, and mean and variance of ln X, from the grid and one four times finer: the error
// of both goes with the square of the step.
static void log_moments(const wdm_dist *d, double x0, double step, size_t n, double *fine, double *mass,
                        double out[2])
{
    double coarse[2];
    wdm_dist_log_masses(d, x0, step / FINER, n * FINER, fine);
    centre_moments(fine, n * FINER, x0, step / FINER, out);
    if (d->kind == WDM_DIST_DIFFERENCE) { // whose cells cost integrals: the finer ones are summed
        for (size_t i = 0; i < n; i++) {
            mass[i] = 0.0;
            for (size_t k = 0; k < (size_t)FINER; k++)
                mass[i] += fine[i * FINER + k];
        }
    } else {
        wdm_dist_log_masses(d, x0, step, n, mass);
    }
    centre_moments(mass, n, x0, step, coarse);
    for (int i = 0; i < 2; i++)
        out[i] += (out[i] - coarse[i]) / (FINER * FINER - 1.0);
}

static void reverse(double *v, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        const double swap = v[i];
        v[i] = v[n - 1 - i];
        v[n - 1 - i] = swap;
    }
}

// Puts one factor on the grid or convolves it with what is there, and adds its exact log mean and variance to
// want.
static wdm_rc add_to_grid(wdm_logconv *lc, const wdm_factor_term *term, double want[2], wdm_err *err)
{
    double lo = 0.0;
    double hi = 0.0;
    double moments[2];
    const double scale = fabs(term->power); // cells of ln X that are as wide as a step of its power
    const double step = lc->step / scale;
    wdm_dist_log_range(&term->dist, &lo, &hi);
    size_t n = (size_t)ceil((hi - lo) / step * (1.0 - 1e-12));
    n = n == 0 ? 1 : n;
    if (lc->n + n > WDM_LOGCONV_CELLS)
        return wdm_err_set(err, WDM_E_INTERNAL, "log grid of %d cells is too small", (int)WDM_LOGCONV_CELLS);
    double *work = wdm_alloc((1 + FINER) * (size_t)WDM_LOGCONV_CELLS, sizeof *work);
    if (work == NULL)
        return wdm_err_nomem(err);
    double *more = work + (size_t)FINER * WDM_LOGCONV_CELLS;
    log_moments(&term->dist, lo, step, n, work, more, moments);
    want[0] += term->power * moments[0];
    want[1] += scale * scale * moments[1];
    if (term->power < 0.0)
        reverse(more, n);
    const double left = term->power > 0.0 ? scale * lo : -(scale * lo + lc->step * (double)n);
    if (lc->n == 0) {
        memcpy(lc->mass, more, n * sizeof *more);
        lc->n = n;
        lc->x0 = left;
    } else {
        convolve(lc, more, n, work);
        lc->x0 += left + lc->step / 2.0;
    }
    wdm_free(work);
    return WDM_OK;
}

// The histogram's mean and variance differ from the exact ones by terms of the order of step^2 (its cells are
// filled evenly). The Gaussian beside it takes the difference up, as far as it has the variance to give.
static void correct_grid(wdm_logconv *lc, double var, const double want[2])
{
    double have[2];
    lc->log_mean = lc->mu + want[0];
    lc->log_var = var;
    lc->sigma = sqrt(var);
    if (lc->n == 0)
        return;
    centre_moments(lc->mass, lc->n, lc->x0, lc->step, have);
    lc->x0 += want[0] - have[0];
    lc->sigma = sqrt(fmax(0.0, var + want[1] - have[1] - lc->step * lc->step / 12.0));
    lc->log_var = var + want[1];
}

// Step of the grid: fine enough for the narrowest part, and an eighth of the Gaussian sigma is enough where
// that is wide.
static double choose_step(double range, double sigma)
{
    const double fine = range / (double)CELLS;
    const double coarse = range / (double)MIN_CELLS;
    return fmin(coarse, fmax(fine, sigma / 8.0));
}

wdm_rc wdm_logconv_init(wdm_logconv *lc, const wdm_factor_term *terms, size_t n, wdm_err *err)
{
    double var = 0.0;
    double range = 0.0;
    double want[2] = {0.0, 0.0};
    size_t n_grid = 0;
    wdm_rc rc = check_terms(terms, n, err);
    if (rc != WDM_OK)
        return rc;
    memset(lc, 0, sizeof *lc);
    exact_moments(lc, terms, n);
    for (size_t i = 0; i < n; i++) {
        double lo = 0.0;
        double hi = 0.0;
        const wdm_dist *d = &terms[i].dist;
        if (on_grid(d)) {
            wdm_dist_log_range(d, &lo, &hi);
            range += fabs(terms[i].power) * (hi - lo);
            n_grid++;
        } else {
            const double p2 = terms[i].power * terms[i].power;
            lc->mu += terms[i].power * log(d->mode);
            var += d->kind == WDM_DIST_LOGNORMAL ? p2 * log1p(d->u_rel * d->u_rel) : 0.0;
        }
    }
    if (!(range < MAX_LOG_RANGE))
        return wdm_err_set(err, WDM_E_DATA,
                           "a factor reaches too far down towards 0 for a product distribution");
    lc->step = n_grid > 0 ? choose_step(range, sqrt(var)) : 0.0;
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        if (on_grid(&terms[i].dist))
            rc = add_to_grid(lc, &terms[i], want, err);
    }
    if (rc == WDM_OK)
        correct_grid(lc, var, want);
    return rc;
}

// Standard normal distribution function at z and its integral z Phi(z) + phi(z).
static void phi_at(double z, double *phi, double *integral)
{
    if (z > 9.0 || z < -9.0) {
        *phi = z > 0.0 ? 1.0 : 0.0;
        *integral = z > 0.0 ? z : 0.0;
        return;
    }
    *phi = 0.5 * erfc(-z * SQRT1_2);
    *integral = z * *phi + INV_SQRT_2PI * exp(-0.5 * z * z);
}

// P(G <= x) with the masses spread evenly inside their cells, and the density there.
static double grid_cdf(const wdm_logconv *lc, double x, double *density)
{
    const double pos = (x - lc->x0) / lc->step;
    double sum = 0.0;
    double below = 0.0;
    *density = 0.0;
    for (size_t i = 0; i < lc->n; i++) {
        const double part = pos - (double)i;
        sum += lc->mass[i];
        below += lc->mass[i] * fmin(1.0, fmax(0.0, part));
        *density += part >= 0.0 && part < 1.0 ? lc->mass[i] / lc->step : 0.0;
    }
    *density /= sum;
    return below / sum;
}

// P(ln product <= x), evenly spread cells convolved with the Gaussian, and the density of ln product.
static double log_cdf(const wdm_logconv *lc, double sigma, double x, double *density)
{
    double sum = 0.0;
    double below = 0.0;
    double slope = 0.0;
    double phi = 0.0;
    double integral = 0.0;
    double phi_right = 0.0;
    double integral_right = 0.0;
    x -= lc->mu;
    if (sigma < 1e-3 * lc->step)
        return grid_cdf(lc, x, density);
    const double dz = lc->step / sigma;
    const double z0 = (x - lc->x0) / sigma;
    phi_at(z0, &phi, &integral);
    for (size_t i = 0; i < lc->n; i++) {
        phi_at(z0 - dz * (double)(i + 1), &phi_right, &integral_right);
        below += lc->mass[i] * (integral - integral_right);
        slope += lc->mass[i] * (phi - phi_right);
        sum += lc->mass[i];
        phi = phi_right;
        integral = integral_right;
    }
    *density = slope / lc->step / sum;
    return below / dz / sum;
}

// The same distribution on cells as wide as the whole Gaussian allows (a sixteenth of it), in room; lc itself
// where its cells are that wide. The Gaussian takes up what the wider cells change of mean and variance.
static const wdm_logconv *coarsen(const wdm_logconv *lc, double extra_sigma, wdm_logconv *room)
{
    double fine[2];
    double coarse[2];
    const double step = choose_step(lc->step * (double)lc->n, hypot(lc->sigma, extra_sigma) / 2.0);
    const size_t merged = lc->n == 0 ? 0 : (size_t)(step / lc->step);
    if (merged < 2)
        return lc;
    *room = *lc;
    memset(room->mass, 0, sizeof room->mass);
    room->n = (lc->n + merged - 1) / merged;
    room->step = lc->step * (double)merged;
    for (size_t i = 0; i < lc->n; i++)
        room->mass[i / merged] += lc->mass[i];
    centre_moments(lc->mass, lc->n, lc->x0, lc->step, fine);
    centre_moments(room->mass, room->n, room->x0, room->step, coarse);
    room->x0 += fine[0] - coarse[0];
    const double var =
        lc->sigma * lc->sigma + fine[1] - coarse[1] + (lc->step * lc->step - room->step * room->step) / 12.0;
    if (var + extra_sigma * extra_sigma <= 0.0)
        return lc;
    // less than 0 by itself is made up by the extra Gaussian, which is the wider one then
    room->sigma = var > 0.0 ? sqrt(var) : -sqrt(-var);
    return room;
}

static double total_sigma(const wdm_logconv *lc, double extra_sigma)
{
    const double var = copysign(lc->sigma * lc->sigma, lc->sigma) + extra_sigma * extra_sigma;
    return sqrt(fmax(0.0, var));
}

double wdm_logconv_cdf(const wdm_logconv *lc, double extra_sigma, double y)
{
    const double sigma = total_sigma(lc, extra_sigma);
    double density = 0.0;
    if (!(y > 0.0))
        return (double)NAN;
    if (lc->n > 0)
        return log_cdf(lc, sigma, log(y), &density);
    const double x = log(y) - lc->mu;
    return sigma > 0.0 ? 0.5 * erfc(-x / sigma * SQRT1_2) : (x >= 0.0 ? 1.0 : 0.0);
}

double wdm_logconv_quantile(const wdm_logconv *lc, double extra_sigma, double p)
{
    wdm_logconv room;
    if (!(p > 0.0 && p < 1.0))
        return (double)NAN;
    lc = coarsen(lc, extra_sigma, &room);
    const double sigma = total_sigma(lc, extra_sigma);
    const double z = gsl_cdf_ugaussian_Pinv(p);
    if (lc->n == 0)
        return exp(lc->mu + sigma * z);
    double lo = lc->mu + lc->x0 - 9.0 * sigma;
    double hi = lc->mu + lc->x0 + lc->step * (double)lc->n + 9.0 * sigma;
    double x = lc->log_mean + z * sqrt(lc->log_var + extra_sigma * extra_sigma);
    double last = 1.0;
    // Newton from the Gaussian's answer, bisection whenever it leaves the bracket or does not halve the error
    for (int i = 0; i < 100 && hi - lo > 1e-10; i++) {
        double density = 0.0;
        if (!(x > lo && x < hi))
            x = (lo + hi) / 2.0;
        const double f = log_cdf(lc, sigma, x, &density) - p;
        if (fabs(f) < 1e-10 * fmin(p, 1.0 - p))
            return exp(x);
        if (f < 0.0)
            lo = x;
        else
            hi = x;
        x = density > 0.0 && fabs(f) < 0.5 * last ? x - f / density : (lo + hi) / 2.0;
        last = fabs(f);
    }
    return exp((lo + hi) / 2.0);
}

wdm_rc wdm_logconv_quantiles(const wdm_factor_term *terms, size_t n, const double *probs, size_t n_probs,
                             double *out, wdm_err *err)
{
    wdm_logconv lc;
    const wdm_rc rc = wdm_logconv_init(&lc, terms, n, err);
    if (rc != WDM_OK)
        return rc;
    for (size_t i = 0; i < n_probs; i++)
        out[i] = wdm_logconv_quantile(&lc, 0.0, probs[i]);
    return WDM_OK;
}
