// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference.h"

#include <math.h>
#include <string.h>

// xorshift64* (Vigna 2016).
typedef struct generator {
    uint64_t state;
    double spare;
    bool has_spare;
} generator;

static double uniform(generator *g)
{
    g->state ^= g->state >> 12;
    g->state ^= g->state << 25;
    g->state ^= g->state >> 27;
    return ((double)(g->state * 2685821657736338717u >> 12) + 0.5) * 0x1p-52;
}

// The polar method (Marsaglia and Bray 1964).
static double normal(generator *g)
{
    double u = 0.0;
    double v = 0.0;
    double r2 = 0.0;
    if (g->has_spare) {
        g->has_spare = false;
        return g->spare;
    }
    do {
        u = 2.0 * uniform(g) - 1.0;
        v = 2.0 * uniform(g) - 1.0;
        r2 = u * u + v * v;
    } while (r2 >= 1.0);
    const double scale = sqrt(-2.0 * log(r2) / r2);
    g->spare = v * scale;
    g->has_spare = true;
    return u * scale;
}

// Marsaglia and Tsang 2000, shape >= 1.
static double gamma_draw(generator *g, double shape)
{
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        const double x = normal(g);
        const double v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
        if (v > 0.0 && log(uniform(g)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

// f, as config/README.md describes the distributions.
static double fraction(generator *g, const wdm_dist *f)
{
    const double lo = f->low;
    const double hi = f->high;
    const double m = f->mode;
    if (f->kind == WDM_DIST_LOGNORMAL)
        return m * exp(sqrt(log(1.0 + f->u_rel * f->u_rel)) * normal(g));
    if (f->kind == WDM_DIST_UNIFORM)
        return lo + (hi - lo) * uniform(g);
    if (f->kind == WDM_DIST_NORMAL) {
        double x = 0.0;
        while (x < m / 100.0)
            x = m + f->u_rel * m * normal(g);
        return x;
    }
    if (f->kind == WDM_DIST_TRIANGULAR) {
        // the density 2 (x - lo) / ((hi - lo) (m - lo)) is that of the greater of two uniform numbers, and
        // its mirror
        const double u = fmax(uniform(g), uniform(g));
        return uniform(g) * (hi - lo) < m - lo ? lo + (m - lo) * u : hi - (hi - m) * u;
    }
    if (f->kind == WDM_DIST_BETA) { // mean and sd of PERT on (0, 1)
        const double mean = (lo + 4.0 * m + hi) / 6.0;
        const double t = mean * (1.0 - mean) * 36.0 / ((hi - lo) * (hi - lo)) - 1.0;
        const double a = gamma_draw(g, mean * t);
        return a / (a + gamma_draw(g, (1.0 - mean) * t));
    }
    return m;
}

static double sigma(double u)
{
    return sqrt(log(1.0 + u * u));
}

typedef struct model {
    double mass[CASE_SITES_MAX][CASE_DAYS]; // shares of the measured mass, sum 1
    double people[CASE_SITES_MAX];
    double composite; // sigmas: sampling and flow of one composite, whose sum is one normal
    double own;       // those and the analysis
    double analysis, batch, bias, population, marker, dose, days;
} model;

static void make_model(const agreement_case *c, double rel_var_days, model *m)
{
    double mass = 0.0;
    double people = 0.0;
    for (int s = 0; s < c->n_sites; s++) {
        people += c->people[s];
        for (int d = 0; d < c->n_days; d++)
            mass += c->load[s][d] * c->people[s];
    }
    for (int s = 0; s < c->n_sites; s++) {
        m->people[s] = c->people[s] / people;
        for (int d = 0; d < c->n_days; d++)
            m->mass[s][d] = c->load[s][d] * c->people[s] / mass;
    }
    m->analysis = sigma(c->u.analysis);
    m->composite = hypot(sigma(c->u.sampling), sigma(c->u.flow));
    m->own = hypot(m->composite, m->analysis);
    m->batch = sigma(c->u.batch);
    m->bias = sigma(c->u.flow_bias);
    m->population = sigma(c->u.population);
    m->marker = sigma(c->u_marker);
    m->dose = sigma(c->u_dose);
    m->days = sqrt(log(1.0 + rel_var_days));
}

// Measured over true: mass and people, with what cancels in comparisons at one site and without.
typedef struct errors {
    double mass, mass_random, people, people_random;
} errors;

static void draw_site(generator *g, const agreement_case *c, const model *m, int s, const double batch[2],
                      errors *e)
{
    const double bias = m->bias * normal(g);
    const double population = m->population * normal(g);
    double mass = 0.0;
    double people = 0.0;
    for (int d = 0; d < c->n_days; d++) {
        const double b = batch[c->n_batches == 2 && d >= 4 ? 1 : 0];
        if (!(c->marker > 0.0)) {
            mass += m->mass[s][d] * exp(m->own * normal(g) + b);
            continue;
        }
        const double of_composite = m->composite * normal(g);
        mass += m->mass[s][d] * exp(of_composite + m->analysis * normal(g) + b);
        people += m->people[s] / c->n_days * exp(c->marker * of_composite + m->marker * normal(g));
    }
    if (!(c->marker > 0.0))
        people = m->people[s];
    e->mass += mass * exp(bias);
    e->mass_random += mass;
    e->people += people * exp(c->marker * bias + population);
    e->people_random += people;
}

static void draw(generator *g, const agreement_case *c, const model *m, double *total, double *random)
{
    const double batch[2] = {m->batch * normal(g), m->batch * normal(g)};
    errors e = {0};
    for (int s = 0; s < c->n_sites; s++)
        draw_site(g, c, m, s, batch, &e);
    if (c->mass) {
        e.people = 1.0;
        e.people_random = 1.0;
    }
    const double days = m->days > 0.0 ? exp(m->days * normal(g) - m->days * m->days / 2.0) : 1.0;
    const double shared = exp(m->dose * normal(g)) * fraction(g, &c->f) / c->f.mode;
    *total = e.people / e.mass / days / shared;
    *random = e.people_random / e.mass_random / days;
}

// Radix sort on the bits of positive numbers, 11 bits a pass.
static void sort_positive(double *x, size_t n, double *room)
{
    uint64_t *a = (uint64_t *)(void *)x;
    uint64_t *b = (uint64_t *)(void *)room;
    for (unsigned shift = 0; shift < 64; shift += 11) {
        size_t count[2049] = {0};
        for (size_t i = 0; i < n; i++)
            count[(a[i] >> shift & 2047u) + 1]++;
        for (size_t k = 0; k < 2048; k++)
            count[k + 1] += count[k];
        for (size_t i = 0; i < n; i++)
            b[count[a[i] >> shift & 2047u]++] = a[i];
        uint64_t *t = a;
        a = b;
        b = t;
    }
}

// Order statistic nearest to p; ten million of them leave nothing to interpolate.
static double at(const double *x, size_t n, double p)
{
    return x[(size_t)(p * (double)n)];
}

interval_set reference_draw(const agreement_case *c, double rel_var_days, uint64_t seed, size_t draws,
                            double *work)
{
    generator g = {.state = seed * 2862933555777941757u + 3037000493u};
    model m;
    double *total = work;
    double *random = work + draws;
    double *room = work + 2 * draws;
    make_model(c, rel_var_days, &m);
    for (int i = 0; i < 20; i++)
        (void)uniform(&g);
    for (size_t k = 0; k < draws; k++)
        draw(&g, c, &m, &total[k], &random[k]);
    sort_positive(total, draws, room); // an even number of passes: sorted where it was
    sort_positive(random, draws, room);
    return (interval_set){at(total, draws, 0.025), at(total, draws, 0.5), at(total, draws, 0.975),
                          at(random, draws, 0.025), at(random, draws, 0.975)};
}
