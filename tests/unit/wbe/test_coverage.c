// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_sort.h>

#include "base/rng.h"
#include "wbe/estimate.h"

static const double NOT = (double)NAN;
enum { MONDAY = 20773, DRAWS = 200000, WORLDS = 500 };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static double error(wdm_rng *rng, double u)
{
    return exp(sqrt(log(1.0 + u * u)) * wdm_rng_normal(rng));
}

static double triangular(wdm_rng *rng, const wdm_dist *d)
{
    const double u = wdm_rng_uniform(rng);
    const double width = d->high - d->low;
    return u < (d->mode - d->low) / width ? d->low + sqrt(u * width * (d->mode - d->low))
                                          : d->high - sqrt((1.0 - u) * width * (d->high - d->mode));
}

static wdm_factor cocaine(void)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = 303.358 / 289.331;
    factor.excretion = (wdm_dist){WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, NOT};
    return factor;
}

static double percent(int part, int whole)
{
    return 100.0 * part / whole;
}

// Week of unequal days, two batches, large and small uncertainties: end points within 1 % of 200,000 draws.
static void week_matches_monte_carlo(void **state)
{
    (void)state;
    static const double level[3] = {0.5, 1.0, 2.0};
    const wdm_factor factor = cocaine();
    double *x = malloc(DRAWS * sizeof *x);
    assert_non_null(x);
    for (int c = 0; c < 3; c++) {
        const double u = 0.1 * level[c];
        const wdm_shared_u shared = {u, 2.0 * u};
        const wdm_week_options opt = wdm_week_options_default();
        wdm_day_value days[7];
        wdm_estimator est;
        wdm_estimate e;
        wdm_rng rng;
        for (int i = 0; i < 7; i++) {
            days[i] = (wdm_day_value){.day = MONDAY + i,
                                      .load_mg_d_1000 = 30.0 + 15.0 * ((i * 3) % 7),
                                      .u_sampling = u,
                                      .u_analysis = 1.5 * u,
                                      .u_flow = u,
                                      .u_batch = u,
                                      .batch_key = i < 4 ? 0 : 1};
        }
        assert_int_equal(wdm_estimator_init(&est, WDM_Q_CONSUMPTION, &factor, &shared, NULL), WDM_OK);
        assert_int_equal(wdm_estimate_week(&est, days, 7, &opt, &e, NULL), WDM_OK);
        const double e_scale = factor.mass_ratio / factor.excretion.mode; // of the estimate over the load
        wdm_rng_init(&rng, 20261123, "week");
        for (int k = 0; k < DRAWS; k++) {
            const double batch[2] = {error(&rng, u), error(&rng, u)};
            double r = 0.0; // measured over true
            for (int i = 0; i < 7; i++)
                r += days[i].load_mg_d_1000 / 7.0 / e.estimate * e_scale * batch[days[i].batch_key] *
                     error(&rng, u) * error(&rng, u) * error(&rng, 1.5 * u);
            x[k] = e.estimate / e_scale / r * error(&rng, u) / error(&rng, 2.0 * u) * factor.mass_ratio /
                   triangular(&rng, &factor.excretion);
        }
        gsl_sort(x, 1, DRAWS);
        printf("week, engine / Monte Carlo: 2.5 %% %.4f, median %.4f, 97.5 %% %.4f\n", e.lo95 / x[DRAWS / 40],
               e.median / x[DRAWS / 2], e.hi95 / x[DRAWS - DRAWS / 40]);
        near(e.lo95, x[DRAWS / 40], 0.01);
        near(e.median, x[DRAWS / 2], 0.01);
        near(e.hi95, x[DRAWS - DRAWS / 40], 0.01);
    }
    free(x);
}

typedef struct world_case {
    const char *name;
    int n_days;
    double within_week_cv; // told to the engine; NaN: not told
    double true_cv;
    double u;     // scale of all uncertainties
    double limit; // of the load, 0: nothing is censored
} world_case;

typedef struct coverage {
    int total;
    int random;
    int bounds_weeks;
    int bounds;
} coverage;

// One world: seven days of true consumption, of which n are sampled with every kind of error.
static void one_world(const world_case *c, wdm_rng *rng, coverage *cov)
{
    const wdm_factor factor = cocaine();
    const wdm_shared_u shared = {c->u, 2.0 * c->u};
    wdm_week_options opt = wdm_week_options_default();
    wdm_day_value days[7];
    wdm_estimator est;
    wdm_estimate e;
    double truth = 0.0;
    opt.within_week_cv = c->within_week_cv;
    const double f = triangular(rng, &factor.excretion);
    const double common = error(rng, c->u) * error(rng, 2.0 * c->u) * f / factor.mass_ratio;
    const double batch = error(rng, c->u);
    const int first = (int)(wdm_rng_uniform(rng) * 7.0);
    for (int i = 0; i < 7; i++) {
        const double consumption = 100.0 * error(rng, c->true_cv);
        const double load =
            consumption * common * batch * error(rng, c->u) * error(rng, c->u) * error(rng, c->u);
        const bool below = load < c->limit;
        truth += consumption / 7.0;
        // sampled days are i = 0 .. n - 1; the dates turn so that no weekday is special
        days[i] = (wdm_day_value){.day = MONDAY + (i + first) % 7,
                                  .load_mg_d_1000 = below ? c->limit : load,
                                  .state = below ? WDM_STATE_NOT_DETECTED : WDM_STATE_MEASURED,
                                  .u_sampling = c->u,
                                  .u_analysis = c->u,
                                  .u_flow = c->u,
                                  .u_batch = c->u,
                                  .batch_key = 7};
    }
    assert_int_equal(wdm_estimator_init(&est, WDM_Q_CONSUMPTION, &factor, &shared, NULL), WDM_OK);
    assert_int_equal(wdm_estimate_week(&est, days, (size_t)c->n_days, &opt, &e, NULL), WDM_OK);
    const double seen =
        truth * common * factor.mass_ratio / factor.excretion.mode; // what the random interval is about
    if (isfinite(e.estimate)) {
        cov->total += truth >= e.lo95 && truth <= e.hi95;
        cov->random += seen >= e.lo95_random && seen <= e.hi95_random;
    } else {
        cov->bounds_weeks++;
        cov->bounds += truth >= e.lo95 && truth <= e.hi95;
    }
}

// A small calibration: 500 weeks of each kind. Weeks of which only bounds are known are counted apart.
static void intervals_cover_the_truth(void **state)
{
    (void)state;
    static const world_case c[] = {
        {"7 days", 7, (double)NAN, 0.3, 0.10, 0.0},
        {"7 days, small uncertainties", 7, (double)NAN, 0.3, 0.03, 0.0},
        {"7 days, large uncertainties", 7, (double)NAN, 0.3, 0.20, 0.0},
        {"3 days, day-to-day CV known", 3, 0.3, 0.3, 0.10, 0.0},
        {"3 days, day-to-day CV unknown", 3, (double)NAN, 0.3, 0.10, 0.0},
        {"3 days, MDMA-like week", 3, 0.58, 0.58, 0.10, 0.0},
        {"7 days, about a fifth censored", 7, (double)NAN, 0.3, 0.10, 23.0},
        {"7 days, about half censored", 7, (double)NAN, 0.3, 0.10, 31.0},
    };
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        coverage cov = {0};
        wdm_rng rng;
        wdm_rng_init(&rng, 20261123, c[i].name);
        for (int k = 0; k < WORLDS; k++)
            one_world(&c[i], &rng, &cov);
        const int points = WORLDS - cov.bounds_weeks;
        printf("%-32s total %5.1f %%  random %5.1f %%  of %d weeks; bounds %5.1f %% of %d\n", c[i].name,
               percent(cov.total, points), percent(cov.random, points), points,
               percent(cov.bounds, cov.bounds_weeks > 0 ? cov.bounds_weeks : 1), cov.bounds_weeks);
        if (c[i].limit == 0.0) {
            assert_in_range(cov.total * 1000 / points, 920, 980);
            assert_in_range(cov.random * 1000 / points, 920, 999);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(week_matches_monte_carlo),
        cmocka_unit_test(intervals_cover_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
