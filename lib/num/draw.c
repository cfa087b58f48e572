// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/draw.h"

#include <limits.h>
#include <math.h>

#include <gsl/gsl_randist.h>

#define NORMAL_FLOOR 0.01 // of the mode, as in num/dist.h

static void set_state(void *state, unsigned long seed)
{
    wdm_rng_init_key(state, seed, 0, 0);
}

static unsigned long get(void *state)
{
    return (unsigned long)wdm_rng_next(state);
}

static double get_double(void *state)
{
    return (double)(wdm_rng_next(state) >> 11) * 0x1p-53;
}

_Static_assert(ULONG_MAX == UINT64_MAX, "the generator hands GSL 64 bits at a time");

const gsl_rng_type wdm_gsl_rng = {
    .name = "xoshiro256++ keyed",
    .max = ULONG_MAX,
    .min = 0,
    .size = sizeof(wdm_rng),
    .set = set_state,
    .get = get,
    .get_double = get_double,
};

gsl_rng wdm_rng_as_gsl(wdm_rng *rng)
{
    return (gsl_rng){.type = &wdm_gsl_rng, .state = rng};
}

static double draw_triangular(const wdm_dist *d, double p)
{
    const double width = d->high - d->low;
    if (p <= (d->mode - d->low) / width)
        return d->low + sqrt(p * width * (d->mode - d->low));
    return d->high - sqrt((1.0 - p) * width * (d->high - d->mode));
}

static double draw_normal(const wdm_dist *d, const gsl_rng *rng)
{
    double x = 0.0;
    do {
        x = 1.0 + d->u_rel * gsl_ran_gaussian_ziggurat(rng, 1.0);
    } while (x < NORMAL_FLOOR);
    return d->mode * x;
}

double wdm_dist_draw(const wdm_dist *dist, const gsl_rng *rng)
{
    double a = 0.0;
    double b = 0.0;
    switch (dist->kind) {
    case WDM_DIST_LOGNORMAL:
        return dist->mode * exp(gsl_ran_gaussian_ziggurat(rng, wdm_dist_sigma_of_u(dist->u_rel)));
    case WDM_DIST_NORMAL:
        return draw_normal(dist, rng);
    case WDM_DIST_UNIFORM:
        return gsl_ran_flat(rng, dist->low, dist->high);
    case WDM_DIST_TRIANGULAR:
        return draw_triangular(dist, gsl_rng_uniform_pos(rng));
    case WDM_DIST_BETA:
        wdm_dist_beta_shape(dist, &a, &b);
        return gsl_ran_beta(rng, a, b);
    case WDM_DIST_DECAY:
    case WDM_DIST_SURPLUS:
        return wdm_dist_quantile(dist, gsl_rng_uniform_pos(rng));
    case WDM_DIST_FIXED:
        break;
    }
    return dist->mode;
}

void wdm_draw_normals(uint64_t seed, uint64_t key, unsigned part, double *z, size_t n)
{
    wdm_rng state;
    const gsl_rng rng = wdm_rng_as_gsl(&state);
    wdm_rng_init_key(&state, seed, key, part);
    for (size_t i = 0; i < n; i++)
        z[i] = gsl_ran_gaussian_ziggurat(&rng, 1.0);
}

static void swap(double *a, double *b)
{
    const double t = *a;
    *a = *b;
    *b = t;
}

// Puts the median of the ends and the middle in the middle and returns it.
static double pivot_of(double *x, size_t lo, size_t hi)
{
    const size_t mid = lo + (hi - lo) / 2;
    if (x[mid] < x[lo])
        swap(&x[mid], &x[lo]);
    if (x[hi] < x[lo])
        swap(&x[hi], &x[lo]);
    if (x[hi] < x[mid])
        swap(&x[hi], &x[mid]);
    return x[mid];
}

// Between lo and hi, both included.
static double select_within(double *x, size_t lo, size_t hi, size_t k)
{
    while (lo < hi) {
        const double pivot = pivot_of(x, lo, hi);
        size_t i = lo;
        size_t j = hi;
        for (;;) {
            while (x[i] < pivot)
                i++;
            while (pivot < x[j])
                j--;
            if (i >= j)
                break;
            swap(&x[i], &x[j]);
            i++;
            j--;
        }
        // x[lo .. j'] <= pivot <= x[i' .. hi]; where they meet on the pivot it is in place
        if (i == j) {
            if (k == i)
                return x[k];
            if (k < i)
                hi = i - 1;
            else
                lo = i + 1;
        } else if (k <= j) {
            hi = j;
        } else {
            lo = i;
        }
    }
    return x[k];
}

double wdm_select(double *x, size_t n, size_t k)
{
    return n == 0 || k >= n ? (double)NAN : select_within(x, 0, n - 1, k);
}

void wdm_sample_quantiles(double *x, size_t n, const double *probs, size_t n_probs, double *out)
{
    size_t lo = 0; // everything before it is not greater than what stands after
    for (size_t i = 0; i < n_probs; i++) {
        const double at = (double)(n - 1) * probs[i];
        const size_t k = (size_t)fmin(floor(at), (double)(n - 1));
        const double below = select_within(x, lo, n - 1, k);
        double above = below;
        if (k + 1 < n && at > (double)k) {
            above = x[k + 1];
            for (size_t j = k + 2; j < n; j++)
                above = fmin(above, x[j]);
        }
        out[i] = below + (at - (double)k) * (above - below);
        lo = k;
    }
}
