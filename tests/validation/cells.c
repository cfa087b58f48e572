// SPDX-License-Identifier: GPL-3.0-or-later
#include "cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "num/change.h"
#include "wbe/region.h"

enum { SEED = 20261123, SITES = 5 };

#define MASS_RATIO 1.05

static void must(wdm_rc rc, const wdm_err *err)
{
    if (rc == WDM_OK)
        return;
    (void)fprintf(stderr, "wdm-validate: %s\n", err->text);
    exit(70);
}

static void count(share *s, bool in)
{
    s->in += in ? 1 : 0;
    s->of++;
}

static bool inside(double x, double low, double high)
{
    return x >= low && x <= high;
}

static wdm_factor factor_of(const world_design *design)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = MASS_RATIO;
    factor.excretion = design->errors->excretion;
    return factor;
}

static wdm_estimator estimator_of(const world_design *design)
{
    const wdm_factor factor = factor_of(design);
    const wdm_shared_u shared = {design->errors->flow_bias, design->errors->population};
    wdm_estimator est;
    wdm_err err = {0};
    must(wdm_estimator_init(&est, WDM_Q_CONSUMPTION, &factor, &shared, &err), &err);
    return est;
}

static wdm_period_options options_of(const cell *c)
{
    const int days = 7 * c->design.weeks;
    wdm_period_options opt = wdm_period_options_default(world_first_day(), world_first_day() + days - 1);
    opt.censoring = c->censoring;
    opt.within_week_cv = c->design.told_within;
    opt.between_week_cv = c->design.told_between;
    return opt;
}

// Worlds of one design are the same for every method.
static void seed_worlds(const cell *c, const char *scale, wdm_rng *rng)
{
    const world_design *d = &c->design;
    char key[128];
    (void)snprintf(key, sizeof key, "%s/%s/%g/%g/%g/%d/%d/%d", scale, d->errors->name, d->cv_within,
                   d->told_within, d->censored, d->weeks, d->sampled_weeks, d->sampled_days);
    wdm_rng_init(rng, SEED, key);
}

static void draw_batches(const world_design *design, wdm_rng *rng, double batch[WORLD_WEEKS_MAX])
{
    for (int w = 0; w < design->weeks; w++)
        batch[w] = world_lognormal(rng, design->errors->batch);
}

// The drug's fraction true to this world, and the residue per unit of drug.
static double draw_fraction(const world_design *design, wdm_rng *rng)
{
    return world_draw(rng, &design->errors->excretion) / MASS_RATIO;
}

// What a flawless measurement of the days would show: the truth with the errors that all values of the site
// share.
static double shared_error(const world_design *design, const world_site *site, double fraction)
{
    return site->population * site->flow_bias * fraction * MASS_RATIO / design->errors->excretion.mode;
}

static void judge(const wdm_estimate *e, double truth, double shared, tally *t)
{
    if (!isfinite(e->estimate)) {
        count(&t->bounds, inside(truth, e->lo95, e->hi95));
        return;
    }
    count(&t->total, inside(truth, e->lo95, e->hi95));
    count(&t->random, inside(truth * shared, e->lo95_random, e->hi95_random));
    t->log_bias += log(e->estimate / (truth * shared));
    t->log_width += log(e->hi95_random / e->lo95_random);
}

tally cell_days(const cell *c)
{
    tally t = {0};
    wdm_rng rng;
    wdm_estimator est = estimator_of(&c->design);
    seed_worlds(c, "day", &rng);
    for (int k = 0; k < c->worlds; k++) {
        double batch[WORLD_WEEKS_MAX];
        world_period period;
        const double fraction = draw_fraction(&c->design, &rng);
        const world_site site = world_site_draw(&c->design, fraction, &rng);
        draw_batches(&c->design, &rng, batch);
        world_period_draw(&c->design, &site, fraction, batch, &rng, &period);
        for (size_t i = 0; i < period.n; i++) {
            wdm_estimate e;
            wdm_estimate_day(&est, &period.days[i], &e);
            judge(&e, period.day_truth[i], shared_error(&c->design, &site, fraction), &t);
        }
    }
    return t;
}

static double log_sd(const wdm_estimate *e)
{
    return log(e->hi95_random / e->lo95_random) / (2.0 * 1.959964);
}

static void judge_ratio(const wdm_estimate e[2], const world_period periods[2], tally *t)
{
    const double truth = periods[0].truth / periods[1].truth;
    wdm_change_result change;
    wdm_err err = {0};
    if (!isfinite(e[0].estimate) || !isfinite(e[1].estimate))
        return;
    const wdm_change_input input = {e[0].estimate, e[1].estimate, log_sd(&e[0]), log_sd(&e[1]), 0.0};
    must(wdm_change_ratio(&input, &change, &err), &err);
    count(&t->ratio, inside(truth, change.lo95, change.hi95));
}

tally cell_period(const cell *c, bool ratios)
{
    tally t = {0};
    wdm_rng rng;
    wdm_estimator est = estimator_of(&c->design);
    const wdm_period_options opt = options_of(c);
    static world_period periods[2];
    seed_worlds(c, "period", &rng);
    for (int k = 0; k < c->worlds; k++) {
        wdm_estimate e[2];
        wdm_err err = {0};
        const double fraction = draw_fraction(&c->design, &rng);
        const world_site site = world_site_draw(&c->design, fraction, &rng);
        for (int i = 0; i < (ratios ? 2 : 1); i++) {
            double batch[WORLD_WEEKS_MAX];
            draw_batches(&c->design, &rng, batch);
            world_period_draw(&c->design, &site, fraction, batch, &rng, &periods[i]);
            must(wdm_estimate_period(&est, periods[i].days, periods[i].n, &opt, &e[i], &err), &err);
        }
        judge(&e[0], periods[0].truth, shared_error(&c->design, &site, fraction), &t);
        if (ratios)
            judge_ratio(e, periods, &t);
    }
    return t;
}

// One world of a region into the engine. shared: what a region with the shared errors of its sites would
// show.
static wdm_region_estimate region_world(const cell *c, wdm_quantity quantity, wdm_rng *rng, double *truth)
{
    static world_period periods[SITES];
    wdm_region_site sites[SITES];
    wdm_region_options opt = wdm_region_options_default(quantity);
    wdm_region_estimate out;
    wdm_err err = {0};
    double batch[WORLD_WEEKS_MAX];
    double mass = 0.0;
    double people = 0.0;
    const wdm_factor factor = factor_of(&c->design);
    const double fraction = draw_fraction(&c->design, rng);
    opt.week = options_of(c);
    draw_batches(&c->design, rng, batch);
    for (int i = 0; i < SITES; i++) {
        const world_site site = world_site_draw(&c->design, fraction, rng);
        world_period_draw(&c->design, &site, fraction, batch, rng, &periods[i]);
        mass += periods[i].truth * site.persons * site.population / 1000.0;
        people += site.persons * site.population;
        sites[i] = (wdm_region_site){.days = periods[i].days,
                                     .n_days = periods[i].n,
                                     .population = site.persons,
                                     .shared = {c->design.errors->flow_bias, c->design.errors->population},
                                     .k_stability = 1.0};
    }
    must(wdm_estimate_region(&factor, sites, SITES, &opt, &out, &err), &err);
    *truth = quantity == WDM_Q_MASS ? mass * 7e-6 : mass / people * 1000.0;
    return out;
}

tally cell_region(const cell *c, wdm_quantity quantity)
{
    tally t = {0};
    wdm_rng rng;
    seed_worlds(c, "region", &rng);
    for (int k = 0; k < c->worlds; k++) {
        double truth = 0.0;
        const wdm_region_estimate e = region_world(c, quantity, &rng, &truth);
        share *s = isfinite(e.value.estimate) ? &t.total : &t.bounds;
        count(s, inside(truth, e.value.lo95, e.value.hi95));
    }
    return t;
}
