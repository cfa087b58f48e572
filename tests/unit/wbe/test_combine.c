// SPDX-License-Identifier: GPL-3.0-or-later
// Biomarkers of one drug combined, against draws that share nothing with the engine: every error of every day
// is drawn, shared ones once, and the truths of the biomarkers are put together draw by draw.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

#include "wbe/combine.h"

#define MONDAY 20773 // 2026-11-16
#define NOT ((double)NAN)
#define LN(mode, u)                                                                                          \
    {                                                                                                        \
        WDM_DIST_LOGNORMAL, NOT, mode, NOT, u                                                                \
    }
#define TRI(low, mode, high)                                                                                 \
    {                                                                                                        \
        WDM_DIST_TRIANGULAR, low, mode, high, NOT                                                            \
    }
#define UNI(low, mode, high)                                                                                 \
    {                                                                                                        \
        WDM_DIST_UNIFORM, low, mode, high, NOT                                                               \
    }

enum { DAYS_MAX = 7, DRAWS = 1000000, N_BIOMARKERS_MAX = 3 };

typedef struct biomarker {
    wdm_dist excretion;
    double u_analysis, u_batch, u_stability;
    double load[DAYS_MAX]; // of the measured days
} biomarker;

// One site and week.
typedef struct scene {
    const char *name;
    size_t n_days, n;
    double u_sampling, u_flow, u_flow_bias, u_population, u_dose, within_week_cv;
    wdm_quantity quantity;
    biomarker b[N_BIOMARKERS_MAX];
} scene;

static const scene SCENES[] = {
    {"a week of cocaine",
     7,
     2,
     0.10,
     0.06,
     0.10,
     0.15,
     0.0,
     0.26,
     WDM_Q_CONSUMPTION,
     {{LN(0.292, 0.26), 0.10, 0.10, 0.0, {30, 28, 31, 33, 45, 52, 47}},
      {TRI(0.03, 0.075, 0.12), 0.15, 0.10, 0.0, {9, 8, 8, 9, 13, 14, 12}}}},
    {"one day, prevalence",
     1,
     2,
     0.10,
     0.08,
     0.08,
     0.20,
     0.30,
     0.26,
     WDM_Q_PREVALENCE,
     {{TRI(0.25, 0.30, 0.35), 0.12, 0.08, 0.0, {900}}, {TRI(0.35, 0.40, 0.44), 0.08, 0.10, 0.0, {1400}}}},
    {"three days of a week, skewed fractions, other profiles",
     3,
     2,
     0.20,
     0.10,
     0.15,
     0.10,
     0.20,
     0.58,
     WDM_Q_DOSES,
     {{TRI(0.05, 0.12, 0.40), 0.25, 0.15, 0.10, {10, 20, 30}},
      {UNI(0.1, 0.2, 0.4), 0.10, 0.20, 0.0, {30, 30, 42}}}},
    {"three biomarkers, little in common",
     7,
     3,
     0.05,
     0.05,
     0.05,
     0.05,
     0.0,
     0.20,
     WDM_Q_CONSUMPTION,
     {{TRI(0.1, 0.2, 0.3), 0.30, 0.20, 0.05, {5, 6, 7, 8, 9, 10, 11}},
      {TRI(0.2, 0.3, 0.5), 0.20, 0.25, 0.0, {9, 9, 9, 12, 15, 16, 16}},
      {LN(0.4, 0.3), 0.15, 0.10, 0.2, {12, 11, 13, 17, 20, 18, 25}}}},
};
enum { N_SCENES = sizeof SCENES / sizeof SCENES[0] };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.12g is not %.12g within %g", got, want, rel);
}

static wdm_factor factor_of(const scene *s, size_t k)
{
    wdm_factor f = wdm_factor_none();
    f.mass_ratio = 1.0 + 0.1 * (double)k;
    f.excretion = s->b[k].excretion;
    f.stability_u_rel = s->b[k].u_stability;
    f.dose_mg = 20.0;
    f.dose_u_rel = s->u_dose;
    f.doses_per_user_day = 3.0;
    f.drug_key = 5;
    f.biomarker_key = 50 + k;
    return f;
}

// The engine's value of each biomarker, and what they give together; by Monte Carlo with mc, draws has room
// for twice its draws a biomarker.
static void engine(const scene *s, wdm_mc *mc, double *draws, wdm_estimator *est, wdm_estimate *e,
                   wdm_combined *out)
{
    wdm_combine_part parts[N_BIOMARKERS_MAX];
    wdm_week_options opt = wdm_week_options_default();
    opt.period_days = s->n_days == 1 ? 1 : 7;
    opt.expected_days = (int)s->n_days;
    opt.within_week_cv = s->within_week_cv;
    for (size_t k = 0; k < s->n; k++) {
        const wdm_factor f = factor_of(s, k);
        const wdm_shared_u shared = {s->u_flow_bias, s->u_population};
        wdm_day_value days[DAYS_MAX];
        for (size_t d = 0; d < s->n_days; d++)
            days[d] = (wdm_day_value){.day = MONDAY + (wdm_day)d,
                                      .load_mg_d_1000 = s->b[k].load[d],
                                      .u_sampling = s->u_sampling,
                                      .u_analysis = s->b[k].u_analysis,
                                      .u_flow = s->u_flow,
                                      .u_batch = s->b[k].u_batch,
                                      .batch_key = 7 + (int64_t)k,
                                      .sample_key = 1,
                                      .analysis_key = 70 + (int64_t)k};
        assert_int_equal(wdm_estimator_init(&est[k], s->quantity, &f, &shared, NULL), WDM_OK);
        est[k].mc = mc;
        if (mc != NULL)
            est[k].capture =
                (wdm_mc_capture){draws + 2 * k * wdm_mc_draws(mc), draws + (2 * k + 1) * wdm_mc_draws(mc)};
        assert_int_equal(wdm_estimate_week(&est[k], days, s->n_days, &opt, &e[k], NULL), WDM_OK);
        parts[k] = (wdm_combine_part){&e[k], &est[k], &s->b[k].excretion, est[k].capture.total,
                                      est[k].capture.random};
    }
    assert_int_equal(wdm_combine(parts, s->n, out, NULL), WDM_OK);
}

// The log of an error; the conversion of the last uncertainties is kept, it costs more than the draw.
static double log_error(gsl_rng *rng, double u)
{
    static double of[64];
    static double sigma[64];
    const int at = (int)(u * 100.0 + 0.5) % 64;
    if (!(u > 0.0))
        return 0.0;
    if (of[at] != u) {
        of[at] = u;
        sigma[at] = sqrt(log(1.0 + u * u));
    }
    return sigma[at] * gsl_ran_gaussian_ziggurat(rng, 1.0);
}

static double error(gsl_rng *rng, double u)
{
    return exp(log_error(rng, u));
}

static double fraction(const wdm_dist *d, gsl_rng *rng)
{
    return d->kind == WDM_DIST_LOGNORMAL ? d->mode * error(rng, d->u_rel)
                                         : wdm_dist_quantile(d, gsl_rng_uniform_pos(rng));
}

// One draw of the truth over the plug-in from each biomarker; random: only what counts at one site. What the
// days without a sample bring is the engine's own (test_estimate holds it), the same error for all
// biomarkers.
static void draw_world(const scene *s, const double *days_sd, gsl_rng *rng, double *total, double *random)
{
    double common[DAYS_MAX];
    const double z_days = gsl_ran_gaussian_ziggurat(rng, 1.0);
    const double site = error(rng, s->u_flow_bias) * error(rng, s->u_population) *
                        (s->quantity == WDM_Q_CONSUMPTION ? 1.0 : error(rng, s->u_dose));
    for (size_t d = 0; d < s->n_days; d++)
        common[d] = log_error(rng, s->u_sampling) + log_error(rng, s->u_flow);
    for (size_t k = 0; k < s->n; k++) {
        const biomarker *b = &s->b[k];
        const double batch = log_error(rng, b->u_batch);
        double sum = 0.0;
        double r = 0.0;
        for (size_t d = 0; d < s->n_days; d++) {
            sum += b->load[d];
            r += b->load[d] * exp(common[d] + batch + log_error(rng, b->u_analysis));
        }
        random[k] = sum / r / exp(days_sd[k] * z_days - days_sd[k] * days_sd[k] / 2.0);
        total[k] = random[k] * site * error(rng, b->u_stability) /
                   (fraction(&b->excretion, rng) / b->excretion.mode);
    }
}

static void reference(const scene *s, const wdm_combined *c, const double *days_sd, double *total,
                      double *random)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 20261123);
    for (size_t i = 0; i < DRAWS; i++) {
        double t[N_BIOMARKERS_MAX];
        double r[N_BIOMARKERS_MAX];
        draw_world(s, days_sd, rng, t, r);
        total[i] = c->value.estimate;
        random[i] = c->value.estimate;
        for (size_t k = 0; k < s->n; k++) {
            total[i] *= pow(t[k], c->weight[k]);
            random[i] *= pow(r[k], c->weight[k]);
        }
    }
    gsl_rng_free(rng);
    gsl_sort(total, 1, DRAWS);
    gsl_sort(random, 1, DRAWS);
}

static void intervals_are_those_of_a_million_draws(void **state)
{
    (void)state;
    double *total = malloc(DRAWS * sizeof *total);
    double *random = malloc(DRAWS * sizeof *random);
    wdm_estimator *est = malloc(N_BIOMARKERS_MAX * sizeof *est);
    double worst = 0.0;
    assert_true(total != NULL && random != NULL && est != NULL);
    for (size_t i = 0; i < N_SCENES; i++) {
        const scene *s = &SCENES[i];
        wdm_estimate e[N_BIOMARKERS_MAX];
        wdm_combined c;
        double days_sd[N_BIOMARKERS_MAX];
        engine(s, NULL, NULL, est, e, &c);
        for (size_t k = 0; k < s->n; k++)
            days_sd[k] = sqrt(e[k].budget[WDM_BUDGET_DAYS] *
                              (est[k].shared.log_var + log1p(e[k].rsd_random * e[k].rsd_random)));
        reference(s, &c, days_sd, total, random);
        const double got[] = {c.value.lo95, c.value.median, c.value.hi95, c.value.lo95_random,
                              c.value.hi95_random};
        const double want[] = {total[DRAWS / 40], total[DRAWS / 2], total[DRAWS - DRAWS / 40],
                               random[DRAWS / 40], random[DRAWS - DRAWS / 40]};
        printf("%-55s", s->name);
        for (size_t j = 0; j < 5; j++) {
            printf(" %+.2f %%", 100.0 * (got[j] / want[j] - 1.0));
            worst = fmax(worst, fabs(got[j] / want[j] - 1.0));
        }
        printf("\n");
        for (size_t j = 0; j < 5; j++)
            near(got[j], want[j], 0.01);
    }
    printf("worst end point of %d scenes against 10^6 draws: %.2f %%\n", (int)N_SCENES, 100.0 * worst);
    free(total);
    free(random);
    free(est);
}

// 100 and 150 from excretions of 20 % and 40 %, with a flow bias of 10 % that both have.
static void two_values_by_hand(void **state)
{
    (void)state;
    scene s = {.n_days = 1,
               .n = 2,
               .u_flow_bias = 0.10,
               .quantity = WDM_Q_CONSUMPTION,
               .b = {{.excretion = LN(1.0, 0.2), .load = {100.0}},
                     {.excretion = LN(1.0, 0.4), .load = {150.0 / 1.1}}}};
    wdm_estimator *est = malloc(2 * sizeof *est);
    wdm_estimate e[2];
    wdm_combined c;
    const double v1 = log(1.04);
    const double v2 = log(1.16);
    assert_non_null(est);
    engine(&s, NULL, NULL, est, e, &c);
    near(e[1].estimate, 150.0, 1e-14);
    near(c.weight[0], v2 / (v1 + v2), 1e-9);
    near(c.value.estimate, exp((v2 * log(100.0) + v1 * log(150.0)) / (v1 + v2)), 1e-9);
    near(c.value.estimate, 108.8, 1e-3);
    near(c.q, log(1.5) * log(1.5) / (v1 + v2), 1e-9);
    near(c.q, 0.876, 1e-3);
    near(c.p, 0.349, 2e-3);
    // the flow bias once and whole, the excretions' variances harmonically
    const double var = log(1.01) + v1 * v2 / (v1 + v2);
    near(c.value.hi95, c.value.estimate * exp(1.959963984540054 * sqrt(var)), 1e-9);
    near(c.value.rsd_total, sqrt(expm1(var)), 1e-9);
    near(c.value.budget[WDM_BUDGET_FLOW_BIAS], log(1.01) / var, 1e-9);
    near(c.value.budget[WDM_BUDGET_EXCRETION], v1 * v2 / (v1 + v2) / var, 1e-9);
    near(c.value.lo95_random, c.value.estimate, 1e-12);
    assert_int_equal(c.value.flags & (unsigned)WDM_EST_BIOMARKERS_DISAGREE, 0);
    // ten times as much from one as from the other
    s.b[1].load[0] = 1000.0;
    engine(&s, NULL, NULL, est, e, &c);
    assert_true(c.p < 1e-6);
    assert_int_equal(c.value.flags & (unsigned)WDM_EST_BIOMARKERS_DISAGREE, WDM_EST_BIOMARKERS_DISAGREE);
    free(est);
}

// What both share takes no part in the weights, and does not get less.
static void shared_errors_stay_whole(void **state)
{
    (void)state;
    scene s = SCENES[0];
    wdm_estimator *est = malloc(2 * sizeof *est);
    wdm_estimate e[2];
    wdm_combined c;
    double weight = 0.0;
    double sum = 0.0;
    assert_non_null(est);
    engine(&s, NULL, NULL, est, e, &c);
    weight = c.weight[0];
    near(c.weight[0] + c.weight[1], 1.0, 1e-15);
    for (int i = 0; i < WDM_BUDGET_N; i++)
        sum += c.value.budget[i];
    near(sum, 1.0, 1e-12);
    assert_true(c.value.rsd_total < e[0].rsd_total && c.value.rsd_total < e[1].rsd_total);
    s.u_flow_bias = 0.5;
    s.u_population = 0.6;
    s.u_sampling = 0.4;
    engine(&s, NULL, NULL, est, e, &c);
    near(c.weight[0], weight, 0.02); // the split of the week's variance among its parts moves a little
    assert_true(c.value.rsd_total > sqrt(1.25 * 1.36) - 1.0);
    free(est);
}

static void agreement_is_judged_at_its_level(void **state)
{
    (void)state;
    // worlds in which both biomarkers tell of the same consumption: p is uniform, 1 % have p below 0.01
    enum { WORLDS = 20000 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    wdm_estimator *est = malloc(2 * sizeof *est);
    wdm_dist excretion[2] = {LN(0.3, 0.2), LN(0.1, 0.3)};
    size_t below = 0;
    size_t half = 0;
    assert_true(rng != NULL && est != NULL);
    for (size_t k = 0; k < 2; k++) {
        wdm_factor f = wdm_factor_none();
        const wdm_shared_u shared = {0.1, 0.2};
        f.mass_ratio = 1.0;
        f.excretion = excretion[k];
        assert_int_equal(wdm_estimator_init(&est[k], WDM_Q_CONSUMPTION, &f, &shared, NULL), WDM_OK);
    }
    for (int i = 0; i < WORLDS; i++) {
        wdm_estimate e[2];
        wdm_combine_part parts[2];
        wdm_combined c;
        const double common = 50.0 * error(rng, 0.1) * error(rng, 0.1) * error(rng, 0.2);
        for (size_t k = 0; k < 2; k++) {
            const wdm_day_value day = {.day = MONDAY,
                                       .load_mg_d_1000 =
                                           common * fraction(&excretion[k], rng) * error(rng, 0.15),
                                       .u_sampling = 0.1,
                                       .u_analysis = 0.15};
            wdm_estimate_day(&est[k], &day, &e[k]);
            parts[k] = (wdm_combine_part){&e[k], &est[k], &excretion[k], NULL, NULL};
        }
        assert_int_equal(wdm_combine(parts, 2, &c, NULL), WDM_OK);
        below += (c.value.flags & (unsigned)WDM_EST_BIOMARKERS_DISAGREE) != 0;
        half += c.p < 0.5;
    }
    printf("flagged %.2f %%, p below 0.5 %.1f %%\n", 100.0 * (double)below / WORLDS,
           100.0 * (double)half / WORLDS);
    assert_true(fabs((double)below / WORLDS - 0.01) < 0.0025);
    assert_true(fabs((double)half / WORLDS - 0.5) < 0.015);
    free(est);
    gsl_rng_free(rng);
}

static void no_uncertainty_means_equal_weights(void **state)
{
    (void)state;
    scene s = {.n_days = 1,
               .n = 2,
               .quantity = WDM_Q_CONSUMPTION,
               .b = {{.excretion = {WDM_DIST_FIXED, NOT, 0.5, NOT, NOT}, .load = {10.0}},
                     {.excretion = {WDM_DIST_FIXED, NOT, 0.5, NOT, NOT}, .load = {10.0 / 1.1}}}};
    wdm_estimator *est = malloc(2 * sizeof *est);
    wdm_estimate e[2];
    wdm_combined c;
    assert_non_null(est);
    engine(&s, NULL, NULL, est, e, &c);
    near(c.weight[0], 0.5, 1e-12);
    near(c.value.estimate, 20.0, 1e-12);
    near(c.value.lo95, 20.0, 1e-9);
    near(c.p, 1.0, 1e-6);
    free(est);
}

static void what_cannot_be_combined_is_refused(void **state)
{
    (void)state;
    scene s = SCENES[1];
    wdm_estimator *est = malloc(2 * sizeof *est);
    wdm_estimate e[2];
    wdm_combined c;
    wdm_err err = {0};
    assert_non_null(est);
    engine(&s, NULL, NULL, est, e, &c);
    wdm_combine_part parts[2] = {{&e[0], &est[0], &s.b[0].excretion, NULL, NULL},
                                 {&e[1], &est[1], &s.b[1].excretion, NULL, NULL}};
    assert_int_equal(wdm_combine(parts, 1, &c, &err), WDM_E_DATA);
    assert_int_equal(wdm_combine(parts, WDM_COMBINE_PARTS_MAX + 1, &c, &err), WDM_E_DATA);
    e[1].estimate = NOT;
    assert_int_equal(wdm_combine(parts, 2, &c, &err), WDM_E_DATA);
    e[1].estimate = 0.0;
    assert_int_equal(wdm_combine(parts, 2, &c, &err), WDM_E_DATA);
    free(est);
}

// The engine's own Monte Carlo, draw by draw, beside the analytic result.
static void monte_carlo_agrees(void **state)
{
    (void)state;
    enum { N = 200000 };
    wdm_mc *mc = NULL;
    wdm_estimator *est = malloc(N_BIOMARKERS_MAX * sizeof *est);
    double *draws = malloc((size_t)4 * N * sizeof *draws);
    assert_true(est != NULL && draws != NULL);
    assert_int_equal(wdm_mc_new(N, 1, &mc, NULL), WDM_OK);
    for (size_t i = 0; i < 3; i++) {
        const scene *s = &SCENES[i];
        wdm_estimate e[N_BIOMARKERS_MAX];
        wdm_combined a;
        wdm_combined m;
        engine(s, NULL, NULL, est, e, &a);
        engine(s, mc, draws, est, e, &m);
        near(m.value.estimate, a.value.estimate, 0.002); // the weights come from the draws' RSDs
        near(m.value.lo95 / m.value.estimate, a.value.lo95 / a.value.estimate, 0.01);
        near(m.value.median / m.value.estimate, a.value.median / a.value.estimate, 0.01);
        near(m.value.hi95 / m.value.estimate, a.value.hi95 / a.value.estimate, 0.01);
        near(m.value.lo95_random / m.value.estimate, a.value.lo95_random / a.value.estimate, 0.01);
        near(m.value.hi95_random / m.value.estimate, a.value.hi95_random / a.value.estimate, 0.01);
        near(m.value.rsd_total, a.value.rsd_total, 0.02);
    }
    wdm_mc_free(mc);
    free(draws);
    free(est);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_values_by_hand),
        cmocka_unit_test(shared_errors_stay_whole),
        cmocka_unit_test(intervals_are_those_of_a_million_draws),
        cmocka_unit_test(agreement_is_judged_at_its_level),
        cmocka_unit_test(no_uncertainty_means_equal_weights),
        cmocka_unit_test(what_cannot_be_combined_is_refused),
        cmocka_unit_test(monte_carlo_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
