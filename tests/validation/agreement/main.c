// SPDX-License-Identifier: GPL-3.0-or-later
// Agreement of the analytic method, of Monte Carlo and of an independent reference, case by case.
//   wdm-agreement [--scale day|week|region] [--level small|typical|large]
//                 [--draws N] [--mc-draws M] [--seed S]
// N draws of the reference (default 10,000,000), M of Monte Carlo (1,000,000). A Markdown table of every case
// to standard output. Exit 1 when an end of the analytic method is off by more than 0.5 % (day) or 1 % (week,
// region), or one of Monte Carlo by as much; four standard errors of the draws come on top.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"
#include "wbe/region.h"

enum { MONDAY = 20773, CASES_MAX = 200 };

static const double limit[CASE_SCALES] = {0.005, 0.01, 0.01};

static void fail(const char *what)
{
    (void)fprintf(stderr, "wdm-agreement: %s\n", what);
    exit(2);
}

// (1 + u'^2) = (1 + u^2)^(1/2 ...): the u of what is left when a part w of the log error is taken out.
static double left(double u, double w)
{
    const double s = (1.0 - w) * sqrt(log1p(u * u));
    return sqrt(expm1(s * s));
}

static void fill_days(const agreement_case *c, int s, wdm_day_value days[CASE_DAYS])
{
    for (int d = 0; d < c->n_days; d++) {
        days[d] = (wdm_day_value){.day = MONDAY + d,
                                  .load_mg_d_1000 = c->load[s][d],
                                  .u_sampling = left(c->u.sampling, c->marker),
                                  .u_analysis = c->u.analysis,
                                  .u_flow = left(c->u.flow, c->marker),
                                  .u_population = c->u_marker,
                                  .u_batch = c->u.batch,
                                  .batch_key = c->n_batches == 2 && d >= 4 ? 2 : 1,
                                  .u_sampling_mass = c->u.sampling,
                                  .u_flow_mass = c->u.flow,
                                  .site_key = s + 1};
    }
}

static wdm_factor factor_of(const agreement_case *c)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = 1.0;
    factor.excretion = c->f;
    factor.dose_mg = 100.0;
    factor.dose_u_rel = c->u_dose;
    return factor;
}

static interval_set relative(const wdm_estimate *e)
{
    return (interval_set){e->lo95 / e->estimate, e->median / e->estimate, e->hi95 / e->estimate,
                          e->lo95_random / e->estimate, e->hi95_random / e->estimate};
}

// The relative variance that the engine states for the days that were not sampled: an input of the model,
// read off the budget of a load without shared errors.
static double stated_days(const agreement_case *c)
{
    const wdm_factor none = wdm_factor_none();
    const wdm_shared_u shared = {0.0, 0.0};
    static wdm_estimator est;
    wdm_week_options opt = wdm_week_options_default();
    wdm_day_value days[CASE_DAYS];
    wdm_estimate e;
    wdm_err err = {0};
    opt.within_week_cv = c->within_week_cv;
    fill_days(c, 0, days);
    if (wdm_estimator_init(&est, WDM_Q_NORMALISED_LOAD, &none, &shared, &err) != WDM_OK ||
        wdm_estimate_week(&est, days, (size_t)c->n_days, &opt, &e, &err) != WDM_OK)
        fail(err.text);
    const double sigma = log(e.hi95_random / e.lo95_random) / (2.0 * 1.959963984540054);
    return expm1(e.budget[WDM_BUDGET_DAYS] * sigma * sigma);
}

static interval_set engine_site(const agreement_case *c, wdm_mc *mc, double *rel_var_days)
{
    const wdm_factor factor = factor_of(c);
    const wdm_shared_u shared = {c->u.flow_bias, c->u.population};
    const wdm_quantity quantity = c->u_dose > 0.0 ? WDM_Q_DOSES : WDM_Q_CONSUMPTION;
    static wdm_estimator est;
    wdm_week_options opt = wdm_week_options_default();
    wdm_day_value days[CASE_DAYS];
    wdm_estimate e;
    wdm_err err = {0};
    opt.within_week_cv = c->within_week_cv;
    fill_days(c, 0, days);
    if (wdm_estimator_init(&est, quantity, &factor, &shared, &err) != WDM_OK)
        fail(err.text);
    est.mc = mc;
    if (c->scale == CASE_DAY) {
        wdm_estimate_day(&est, days, &e);
        return relative(&e);
    }
    if (wdm_estimate_week(&est, days, (size_t)c->n_days, &opt, &e, &err) != WDM_OK)
        fail(err.text);
    *rel_var_days = stated_days(c);
    return relative(&e);
}

static interval_set engine_region(const agreement_case *c, wdm_mc *mc)
{
    const wdm_factor factor = factor_of(c);
    static wdm_day_value days[CASE_SITES_MAX][CASE_DAYS];
    static wdm_region_site sites[CASE_SITES_MAX];
    wdm_region_options opt = wdm_region_options_default(c->mass ? WDM_Q_MASS : WDM_Q_CONSUMPTION);
    wdm_region_estimate e;
    wdm_err err = {0};
    opt.mc = mc;
    for (int s = 0; s < c->n_sites; s++) {
        fill_days(c, s, days[s]);
        sites[s] = (wdm_region_site){.days = days[s],
                                     .n_days = (size_t)c->n_days,
                                     .population = c->people[s],
                                     .shared = {left(c->u.flow_bias, c->marker), c->u.population},
                                     .u_flow_bias_mass = c->u.flow_bias,
                                     .k_stability = 1.0};
    }
    if (wdm_estimate_region(&factor, sites, (size_t)c->n_sites, &opt, &e, &err) != WDM_OK)
        fail(err.text);
    return relative(&e.value);
}

static interval_set engine(const agreement_case *c, wdm_mc *mc, double *rel_var_days)
{
    *rel_var_days = 0.0;
    return c->scale == CASE_REGION ? engine_region(c, mc) : engine_site(c, mc, rel_var_days);
}

// The greatest deviation of an interval's end from the reference.
static double worst_end(const interval_set *a, const interval_set *r)
{
    const double d[] = {a->lo95 / r->lo95, a->hi95 / r->hi95, a->lo95_random / r->lo95_random,
                        a->hi95_random / r->hi95_random};
    double worst = 0.0;
    for (size_t i = 0; i < sizeof d / sizeof d[0]; i++)
        worst = fmax(worst, fabs(d[i] - 1.0));
    return worst;
}

// Standard error of a 2.5 % point of n draws, relative: sqrt(p (1 - p) / n) / density, of a normal in the
// log.
static double noise(const interval_set *r, double draws)
{
    return sqrt(0.025 * 0.975 / draws) / 0.0584451 * log(r->hi95 / r->lo95) / 3.919928;
}

typedef struct options {
    const char *scale, *level; // only these cases; NULL: all
    size_t draws, mc_draws;
    unsigned long seed;
} options;

typedef struct summary {
    size_t n, n_off;
    double worst, worst_mc;
    const char *worst_name, *worst_level;
} summary;

static void say_case(const agreement_case *c, const interval_set *r, const interval_set *a, double mc)
{
    (void)printf("| %s | %s | %s | %.4f %.4f %.4f | %+.2f %+.2f %+.2f | %+.2f %+.2f | %.2f |\n",
                 case_scale_name(c->scale), c->u.name, c->name, r->lo95, r->median, r->hi95,
                 100.0 * (a->lo95 / r->lo95 - 1.0), 100.0 * (a->median / r->median - 1.0),
                 100.0 * (a->hi95 / r->hi95 - 1.0), 100.0 * (a->lo95_random / r->lo95_random - 1.0),
                 100.0 * (a->hi95_random / r->hi95_random - 1.0), 100.0 * mc);
    (void)fflush(stdout);
}

static void compare(const options *o, const agreement_case *c, uint64_t seed, wdm_mc *mc, double *work,
                    summary *sums)
{
    summary *s = &sums[c->scale];
    double rel_var_days = 0.0;
    const interval_set a = engine(c, NULL, &rel_var_days);
    const interval_set m = engine(c, mc, &rel_var_days);
    const interval_set r = reference_draw(c, rel_var_days, seed, o->draws, work);
    const double off = worst_end(&a, &r);
    const double off_mc = worst_end(&m, &r);
    const double slack = 4.0 * noise(&r, (double)o->draws);
    const double slack_mc = slack + 4.0 * noise(&r, (double)o->mc_draws);
    if (s->n == 0 || off > s->worst) {
        s->worst = off;
        s->worst_name = c->name;
        s->worst_level = c->u.name;
    }
    s->worst_mc = fmax(s->worst_mc, off_mc);
    s->n++;
    s->n_off += off > limit[c->scale] + slack || off_mc > limit[c->scale] + slack_mc;
    say_case(c, &r, &a, off_mc);
}

static void say_summary(const summary *sums)
{
    (void)printf("\n| scale | cases | limit %% | analytic, worst end %% | of | Monte Carlo, worst end %% |\n"
                 "|---|---|---|---|---|---|\n");
    for (int i = 0; i < CASE_SCALES; i++) {
        const summary *s = &sums[i];
        if (s->n == 0)
            continue;
        (void)printf("| %s | %zu | %.1f | %.2f | %s, %s | %.2f |\n", case_scale_name((case_scale)i), s->n,
                     100.0 * limit[i], 100.0 * s->worst, s->worst_level, s->worst_name, 100.0 * s->worst_mc);
    }
}

static void parse(int argc, char **argv, options *o)
{
    for (int i = 1; i < argc; i++) {
        if (i + 1 < argc && strcmp(argv[i], "--scale") == 0) {
            o->scale = argv[++i];
            continue;
        }
        if (i + 1 < argc && strcmp(argv[i], "--level") == 0) {
            o->level = argv[++i];
            continue;
        }
        const unsigned long n = i + 1 < argc ? strtoul(argv[i + 1], NULL, 10) : 0;
        if (strcmp(argv[i], "--draws") == 0 && n >= 10000)
            o->draws = n;
        else if (strcmp(argv[i], "--mc-draws") == 0 && n >= (unsigned long)WDM_MC_DRAWS_MIN)
            o->mc_draws = n;
        else if (strcmp(argv[i], "--seed") == 0 && n > 0)
            o->seed = n;
        else
            fail("usage: wdm-agreement [--scale day|week|region] [--level small|typical|large] [--draws N] "
                 "[--mc-draws M] [--seed S]");
        i++;
    }
}

static bool wanted(const char *only, const char *name)
{
    return only == NULL || strcmp(only, name) == 0;
}

int main(int argc, char **argv)
{
    static agreement_case cases[CASES_MAX];
    options o = {.draws = 10000000, .mc_draws = 1000000, .seed = 20261123};
    summary sums[CASE_SCALES] = {0};
    wdm_mc *mc = NULL;
    wdm_err err = {0};
    size_t n_off = 0;
    parse(argc, argv, &o);
    const size_t n = agreement_cases(cases, CASES_MAX);
    double *work = malloc(3 * o.draws * sizeof *work);
    if (work == NULL || wdm_mc_new(o.mc_draws, o.seed, &mc, &err) != WDM_OK)
        fail("no memory for the draws");
    (void)printf("| scale | u | case | reference: 2.5 50 97.5 %% point over plug-in | analytic, total: off "
                 "by %% | analytic, random: "
                 "off by %% | Monte Carlo: worst end %% |\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < n; i++) {
        if (wanted(o.scale, case_scale_name(cases[i].scale)) && wanted(o.level, cases[i].u.name))
            compare(&o, &cases[i], (uint64_t)o.seed + i, mc, work, sums);
    }
    say_summary(sums);
    for (int i = 0; i < CASE_SCALES; i++)
        n_off += sums[i].n_off;
    wdm_mc_free(mc);
    free(work);
    return n_off > 0 ? 1 : 0;
}
