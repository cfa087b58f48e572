// SPDX-License-Identifier: GPL-3.0-or-later
// Net loads: what is taken off, what stays an interval, what is suppressed; and their intervals against draws
// from the model that they state.
#include "wbe/attribution.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

#include "unittest.h"
#include "wbe/lognormal.h"
#include "wbe/region.h"

#define NOT ((double)NAN)
enum { MONDAY = 20773, DRAWS = 400000 };

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static wdm_day_value value(double load, double u_analysis, double u_batch)
{
    return (wdm_day_value){.day = MONDAY,
                           .load_mg_d_1000 = load,
                           .u_sampling = 0.1,
                           .u_flow = 0.06,
                           .u_analysis = u_analysis,
                           .u_batch = u_batch,
                           .batch_key = 7};
}

static wdm_net_source meth(double load)
{
    wdm_net_source source = {.other = value(load, 0.1, 0.1),
                             .ratio = 0.09,
                             .u_ratio = 0.41,
                             .suppress_below = 0.19,
                             .low_ratio = 0.04};
    source.other.batch_key = 8; // another analyte: another calibration, another analysis
    source.other.analysis_key = 2;
    return source;
}

static void measured_loads_are_subtracted(void **state)
{
    (void)state;
    wdm_day_value day = value(10.0, 0.1, 0.05);
    const wdm_net_source m = meth(20.0);
    assert_int_equal(wdm_net_take(&day, &m, 1), WDM_EST_NET_OF_OTHER);
    near(day.load_mg_d_1000, 8.2, 1e-12);
    assert_int_equal(day.state, WDM_STATE_MEASURED);
    near(day.net.gross, 10.0, 1e-15);
    near(day.net.taken, 1.8, 1e-12);
    near(day.net.u_analysis, 0.1, 1e-15);
    assert_true(day.u_analysis == 0.0 && day.u_batch == 0.0 && day.u_sampling == 0.1);
    // codeine and a known load of therapy
    wdm_day_value morphine = value(10.0, 0.1, 0.05);
    const wdm_net_source two[] = {{.other = value(20.0, 0.1, 0.1),
                                   .ratio = 0.12,
                                   .u_ratio = 0.3,
                                   .suppress_below = NOT,
                                   .low_ratio = NOT},
                                  {.other = {.load_mg_d_1000 = 1.6},
                                   .ratio = 1.0,
                                   .u_ratio = 0.25,
                                   .suppress_below = NOT,
                                   .low_ratio = NOT}};
    (void)wdm_net_take(&morphine, two, 2);
    near(morphine.load_mg_d_1000, 6.0, 1e-12);
    near(morphine.net.u_ratio, hypot(2.4 * 0.3, 1.6 * 0.25) / 4.0, 1e-12);
}

static void nothing_is_below_zero_without_a_word(void **state)
{
    (void)state;
    wdm_day_value day = value(1.0, 0.1, 0.05);
    wdm_net_source m = meth(20.0);
    m.suppress_below = NOT;
    assert_int_equal(wdm_net_take(&day, &m, 1), WDM_EST_NET_OF_OTHER | WDM_EST_CLIPPED_AT_ZERO);
    assert_true(day.load_mg_d_1000 == 0.0);
    near(day.net.taken, 1.8, 1e-12);
}

static void limits_leave_intervals(void **state)
{
    (void)state;
    wdm_day_value day = value(10.0, 0.1, 0.05);
    wdm_net_source m = meth(20.0);
    m.other.state = WDM_STATE_NOT_DETECTED;
    (void)wdm_net_take(&day, &m, 1);
    assert_int_equal(day.state, WDM_STATE_BELOW_LOQ);
    near(day.lower, 8.2, 1e-12);
    near(day.load_mg_d_1000, 10.0, 1e-12);
    // what leaves 2 % open at most is no interval: 50 less 0 to 0.09
    day = value(50.0, 0.1, 0.05);
    m.other.load_mg_d_1000 = 1.0;
    (void)wdm_net_take(&day, &m, 1);
    assert_int_equal(day.state, WDM_STATE_MEASURED);
    near(day.load_mg_d_1000, 49.955, 1e-12);
    // a published zero has no limit: anything may have been taken
    day = value(10.0, 0.1, 0.05);
    m.other.load_mg_d_1000 = NOT;
    (void)wdm_net_take(&day, &m, 1);
    assert_true(day.state == WDM_STATE_BELOW_LOQ && day.lower == 0.0 && day.load_mg_d_1000 == 10.0);
    // A below its limit stays so, at the same limit
    day = value(5.0, 0.1, 0.05);
    day.state = WDM_STATE_BELOW_LOQ;
    day.lower = 2.0;
    m = meth(10.0);
    (void)wdm_net_take(&day, &m, 1);
    assert_true(day.state == WDM_STATE_BELOW_LOQ && day.load_mg_d_1000 == 5.0);
    near(day.lower, 1.1, 1e-12);
}

// METHOD 3.1.
static void ratios_up_to_0_19_are_not_resolved(void **state)
{
    (void)state;
    static const struct {
        double ratio;
        bool suppressed, low;
    } rows[] = {{0.03, true, true},  {0.0399, true, true},   {0.04, true, false}, {0.10, true, false},
                {0.19, true, false}, {0.1901, false, false}, {0.5, false, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wdm_day_value day = value(100.0 * rows[i].ratio, 0.1, 0.05);
        const wdm_net_source m = meth(100.0);
        (void)wdm_net_take(&day, &m, 1);
        assert_int_equal((wdm_net_flags(&day, 1) & (unsigned)WDM_EST_SUPPRESSED) != 0, rows[i].suppressed);
        assert_int_equal(wdm_net_ratio_is_low(&day), rows[i].low);
    }
    // a limit is suppressed only where even the limit is on the line
    wdm_day_value day = value(18.0, 0.1, 0.05);
    day.state = WDM_STATE_NOT_DETECTED;
    wdm_net_source m = meth(100.0);
    (void)wdm_net_take(&day, &m, 1);
    assert_true((wdm_net_flags(&day, 1) & (unsigned)WDM_EST_SUPPRESSED) != 0);
    day = value(20.0, 0.1, 0.05);
    day.state = WDM_STATE_NOT_DETECTED;
    (void)wdm_net_take(&day, &m, 1);
    assert_true((wdm_net_flags(&day, 1) & (unsigned)WDM_EST_SUPPRESSED) == 0);
    // a week is judged by its sums, not by its days
    wdm_day_value week[2] = {value(30.0, 0.1, 0.05), value(10.0, 0.1, 0.05)};
    m = meth(100.0);
    (void)wdm_net_take(&week[0], &m, 1);
    (void)wdm_net_take(&week[1], &m, 1);
    assert_true((wdm_net_flags(week, 2) & (unsigned)WDM_EST_SUPPRESSED) == 0);
    assert_true((wdm_net_flags(week + 1, 1) & (unsigned)WDM_EST_SUPPRESSED) != 0);
}

static wdm_factor amphetamine(void)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = 1.0;
    factor.excretion = (wdm_dist){WDM_DIST_TRIANGULAR, 0.30, 0.361, 0.40, NOT};
    factor.dose_mg = 30.0;
    return factor;
}

static double normal(gsl_rng *rng, double u)
{
    return exp(gsl_ran_gaussian_ziggurat(rng, wdm_sigma_of_u(u)));
}

// n days of A and M: A_d and M_d share sampling and flow; each analysis is its own; one batch each; one
// ratio.
typedef struct world {
    size_t n;
    double a[7], m[7];
    double u_analysis, u_batch, u_ratio;
} world;

// Truth given what was measured: measured = true x error, so the truth is what was measured over its errors.
static double draw(gsl_rng *rng, const world *w)
{
    const double r = 0.09 * normal(rng, w->u_ratio);
    const double batch_a = normal(rng, w->u_batch);
    const double batch_m = normal(rng, w->u_batch);
    const wdm_factor factor = amphetamine();
    double a = 0.0;
    double measured = 0.0;
    double m = 0.0;
    // the engine's model: R = sum of shares x errors divides the plug-in (estimate_parts.h)
    double common = 0.0;
    double taken = 0.0;
    double net = 0.0;
    for (size_t i = 0; i < w->n; i++) {
        measured += w->a[i];
        taken += w->m[i];
        net += w->a[i] - 0.09 * w->m[i];
    }
    for (size_t i = 0; i < w->n; i++) {
        common += (w->a[i] - 0.09 * w->m[i]) / net * normal(rng, 0.1) * normal(rng, 0.06);
        a += w->a[i] / measured * normal(rng, w->u_analysis);
        m += w->m[i] / taken * normal(rng, w->u_analysis);
    }
    const double left = measured / (a * batch_a) - r * taken / (m * batch_m);
    return fmax(0.0, left) / (double)w->n / common * normal(rng, 0.1) * normal(rng, 0.2) /
           wdm_dist_quantile(&factor.excretion, gsl_rng_uniform_pos(rng));
}

static void estimate_by(const world *w, wdm_mc *mc, wdm_estimate *out)
{
    const wdm_factor factor = amphetamine();
    const wdm_shared_u shared = {0.1, 0.2};
    wdm_day_value days[7];
    wdm_err err = {0};
    wdm_estimator *est = malloc(sizeof *est);
    assert_non_null(est);
    for (size_t i = 0; i < w->n; i++) {
        wdm_net_source m = meth(w->m[i]);
        days[i] = value(w->a[i], w->u_analysis, w->u_batch);
        days[i].day = MONDAY + (wdm_day)i;
        m.other.u_analysis = w->u_analysis;
        m.other.u_batch = w->u_batch;
        m.u_ratio = w->u_ratio;
        m.suppress_below = NOT;
        (void)wdm_net_take(&days[i], &m, 1);
    }
    ASSERT_OK(wdm_estimator_init(est, WDM_Q_CONSUMPTION, &factor, &shared, &err), err);
    est->mc = mc;
    if (w->n == 1) {
        wdm_estimate_day(est, days, out);
    } else {
        const wdm_week_options opt = wdm_week_options_default();
        ASSERT_OK(wdm_estimate_week(est, days, w->n, &opt, out, &err), err);
    }
    free(est);
}

static void estimate(const world *w, wdm_estimate *out)
{
    estimate_by(w, NULL, out);
}

// From a small share taken off to the line of suppression (A / M = 0.19: x = 0.47), for good and for poor
// analyses; a day and a full week.
static void intervals_are_those_of_the_stated_model(void **state)
{
    (void)state;
    static const world worlds[] = {
        {1, {50.0}, {50.0}, 0.07, 0.05, 0.41},
        {1, {20.0}, {80.0}, 0.07, 0.05, 0.41},
        {1, {20.0}, {104.0}, 0.10, 0.10, 0.41},
        {1, {20.0}, {80.0}, 0.25, 0.15, 0.41},
        {1, {20.0}, {60.0}, 0.10, 0.10, 1.0},
        {7, {20, 25, 18, 22, 30, 35, 28}, {80, 90, 75, 85, 100, 110, 95}, 0.10, 0.10, 0.41},
        {7, {20, 25, 18, 22, 30, 35, 28}, {40, 50, 35, 45, 50, 60, 45}, 0.25, 0.15, 0.41},
    };
    double *v = malloc(DRAWS * sizeof *v);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double worst = 0.0;
    assert_non_null(v);
    for (size_t c = 0; c < sizeof worlds / sizeof worlds[0]; c++) {
        wdm_estimate e;
        estimate(&worlds[c], &e);
        for (size_t i = 0; i < DRAWS; i++)
            v[i] = draw(rng, &worlds[c]);
        gsl_sort(v, 1, DRAWS);
        const double drawn[3] = {v[DRAWS / 40], v[DRAWS / 2], v[DRAWS - DRAWS / 40]};
        const double got[3] = {e.lo95, e.median, e.hi95};
        for (size_t k = 0; k < 3; k++) {
            const double off = fabs(got[k] - drawn[k]) / fmax(drawn[k], 0.05 * e.estimate);
            worst = fmax(worst, off);
            if (off > 0.015)
                fail_msg("world %zu, end %zu: %.6g, drawn %.6g", c, k, got[k], drawn[k]);
        }
        assert_true(e.lo95_random >= 0.0 && e.lo95_random < e.estimate && e.hi95_random > e.estimate);
        assert_true(e.hi95_random - e.lo95_random < e.hi95 - e.lo95);
        double sum = 0.0;
        for (int i = 0; i < WDM_BUDGET_N; i++)
            sum += e.budget[i];
        near(sum, 1.0, 1e-9);
        assert_true(e.budget[WDM_BUDGET_ATTRIBUTION] > 0.0);
    }
    print_message("largest relative difference of an end point or median: %.5f\n", worst);
    gsl_rng_free(rng);
    free(v);
}

// The other method of the program on the same days.
static void monte_carlo_agrees(void **state)
{
    (void)state;
    static const world worlds[] = {
        {1, {20.0}, {80.0}, 0.10, 0.10, 0.41},
        {7, {20, 25, 18, 22, 30, 35, 28}, {80, 90, 75, 85, 100, 110, 95}, 0.10, 0.10, 0.41},
    };
    wdm_mc *mc = NULL;
    wdm_err err = {0};
    double worst = 0.0;
    ASSERT_OK(wdm_mc_new(200000, 1, &mc, &err), err);
    for (size_t c = 0; c < 2; c++) {
        wdm_estimate e;
        wdm_estimate m;
        estimate(&worlds[c], &e);
        estimate_by(&worlds[c], mc, &m);
        const double got[] = {e.lo95, e.median, e.hi95, e.lo95_random, e.hi95_random};
        const double drawn[] = {m.lo95, m.median, m.hi95, m.lo95_random, m.hi95_random};
        for (size_t k = 0; k < 5; k++)
            worst = fmax(worst, fabs(got[k] / drawn[k] - 1.0));
        near(e.rsd_total, m.rsd_total, 0.02);
        near(e.estimate, m.estimate, 1e-15);
    }
    print_message("largest relative difference of the two methods: %.5f\n", worst);
    assert_true(worst < 0.015);
    wdm_mc_free(mc);
}

// Small errors: analyses of A amplified by 1 / (1 - x), those of M by x / (1 - x), the ratio likewise.
static void budget_is_that_of_first_order(void **state)
{
    (void)state;
    const world w = {1, {20.0}, {66.6666667}, 0.02, 0.01, 0.05};
    const double x = 0.3;
    const double gain = 1.0 / (1.0 - x);
    const double analysis = (0.02 * 0.02 * (1.0 + x * x)) * gain * gain;
    const double ratio = 0.05 * 0.05 * x * x * gain * gain;
    wdm_estimate e;
    estimate(&w, &e);
    near(e.budget[WDM_BUDGET_ATTRIBUTION] / e.budget[WDM_BUDGET_ANALYSIS], ratio / analysis, 0.01);
    near(e.budget[WDM_BUDGET_ANALYSIS] / e.budget[WDM_BUDGET_SAMPLING], analysis / wdm_log_var_of_u(0.1),
         0.02);
    near(e.estimate, 14.0 / 0.361, 1e-6);
}

static void more_than_all_leaves_zero_to_what_may_be(void **state)
{
    (void)state;
    const world w = {1, {5.0}, {60.0}, 0.1, 0.1, 0.41}; // 5 - 5.4
    wdm_estimate e;
    estimate(&w, &e);
    assert_true(e.estimate == 0.0 && e.lo95 == 0.0 && e.hi95 > 0.0 && e.hi95 < 5.0 / 0.3 * 2.0);
    assert_true((e.flags & (unsigned)WDM_EST_CLIPPED_AT_ZERO) != 0U);
    assert_true((e.flags & (unsigned)WDM_EST_NET_OF_OTHER) != 0U);
}

static void a_suppressed_value_has_no_number(void **state)
{
    (void)state;
    const wdm_factor factor = amphetamine();
    const wdm_shared_u shared = {0.1, 0.2};
    wdm_day_value day = value(10.0, 0.1, 0.1);
    const wdm_net_source m = meth(100.0);
    wdm_estimate e;
    wdm_err err = {0};
    wdm_estimator *est = malloc(sizeof *est);
    assert_non_null(est);
    (void)wdm_net_take(&day, &m, 1);
    ASSERT_OK(wdm_estimator_init(est, WDM_Q_DOSES, &factor, &shared, &err), err);
    wdm_estimate_day(est, &day, &e);
    assert_true(isnan(e.estimate) && isnan(e.limit) && isnan(e.lo95) && isnan(e.hi95) && isnan(e.median));
    assert_true((e.flags & (unsigned)WDM_EST_SUPPRESSED) != 0U);
    assert_int_equal(e.n_days, 1);
    free(est);
}

// Two plants of one region: the ratio is one for both.
static void a_region_is_net_as_its_sites_are(void **state)
{
    (void)state;
    wdm_day_value one = value(20.0, 0.1, 0.1);
    wdm_day_value two = value(40.0, 0.1, 0.1);
    wdm_net_source m = meth(60.0);
    const wdm_factor factor = amphetamine();
    const wdm_region_options opt = wdm_region_options_default(WDM_Q_CONSUMPTION);
    wdm_region_estimate r;
    wdm_err err = {0};
    (void)wdm_net_take(&one, &m, 1);
    m = meth(80.0);
    (void)wdm_net_take(&two, &m, 1);
    const wdm_region_site sites[] = {
        {.days = &one, .n_days = 1, .population = 100000.0, .shared = {0.1, 0.2}, .k_stability = 1.0},
        {.days = &two, .n_days = 1, .population = 300000.0, .shared = {0.1, 0.2}, .k_stability = 1.0}};
    ASSERT_OK(wdm_estimate_region(&factor, sites, 2, &opt, &r, &err), err);
    near(r.value.estimate, (14.6 * 0.25 + 32.8 * 0.75) / 0.361, 1e-9);
    assert_true(r.value.budget[WDM_BUDGET_ATTRIBUTION] > 0.0);
    assert_true(r.value.lo95 < r.value.median && r.value.median < r.value.hi95);
    assert_true((r.value.flags & (unsigned)WDM_EST_NET_OF_OTHER) != 0U);
}

// k of cocaine at 12 h and 20 C, 1.268, and a fifth bound to particles, x 1.25; the ends follow the
// half-life.
static void corrections_multiply_and_widen(void **state)
{
    (void)state;
    wdm_factor factor = wdm_factor_none();
    const wdm_shared_u shared = {0.0, 0.0};
    wdm_day_value day = {.day = MONDAY, .load_mg_d_1000 = 10.0};
    wdm_estimate e;
    wdm_err err = {0};
    wdm_estimator *est = malloc(sizeof *est);
    assert_non_null(est);
    factor.mass_ratio = 1.0;
    factor.excretion = (wdm_dist){WDM_DIST_FIXED, NOT, 1.0, NOT, NOT};
    const double ln_k = log(2.0) * 12.0 / 35.0;
    wdm_net_correct_decay(&day, ln_k, 0.5);
    ASSERT_OK(wdm_estimator_init(est, WDM_Q_CONSUMPTION, &factor, &shared, &err), err);
    wdm_estimate_day(est, &day, &e);
    near(e.estimate, 12.683, 1e-4);
    near(e.hi95, 10.0 * exp(ln_k * exp(1.959964 * wdm_sigma_of_u(0.5))), 0.002);
    near(e.lo95, 10.0 * exp(ln_k * exp(-1.959964 * wdm_sigma_of_u(0.5))), 0.002);
    near(e.budget[WDM_BUDGET_STABILITY], 1.0, 1e-6);
    wdm_net_correct_sorption(&day, 0.2, 0.3);
    wdm_estimate_day(est, &day, &e);
    near(e.estimate, 12.683 * 1.25, 1e-4);
    assert_true(e.budget[WDM_BUDGET_SORPTION] > 0.0 && e.budget[WDM_BUDGET_SORPTION] < 1.0);
    day = (wdm_day_value){.day = MONDAY, .load_mg_d_1000 = 10.0};
    wdm_net_correct_sorption(&day, 0.2, 0.3);
    wdm_estimate_day(est, &day, &e);
    near(e.hi95, 10.0 * (1.0 + 0.25 * exp(1.959964 * wdm_sigma_of_u(0.375))), 0.003);
    near(e.lo95, 10.0 * (1.0 + 0.25 * exp(-1.959964 * wdm_sigma_of_u(0.375))), 0.003);
    free(est);
}

// All days of a long period enter, not the first few hundred: a year of five plants.
static void a_long_sum_of_days_has_all_of_them(void **state)
{
    (void)state;
    enum { DAYS = 1714 };
    wdm_day_value *days = calloc(DAYS, sizeof *days);
    wdm_net_error error;
    assert_non_null(days);
    for (int i = 0; i < DAYS; i++) {
        const wdm_net_source m = meth(20.0);
        days[i] = value(10.0, 0.1, 0.05);
        days[i].batch_key = i / 7;
        (void)wdm_net_take(&days[i], &m, 1);
        days[i].net.taken_batch_key = 1000000 + i / 7;
    }
    assert_int_equal(wdm_net_error_of(days, DAYS, &error, NULL), WDM_OK);
    near(error.gross, 10.0 * DAYS, 1e-9);
    near(error.centre, 1.0, 0.01);
    near(error.tilt, 1.0, 0.01);
    // 245 batches of 5 % and 1714 analyses of 10 %
    near(error.var_a, 0.0025 / 245.0 + 0.01 / DAYS, 0.05);
    free(days);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measured_loads_are_subtracted),
        cmocka_unit_test(a_long_sum_of_days_has_all_of_them),
        cmocka_unit_test(nothing_is_below_zero_without_a_word),
        cmocka_unit_test(limits_leave_intervals),
        cmocka_unit_test(ratios_up_to_0_19_are_not_resolved),
        cmocka_unit_test(intervals_are_those_of_the_stated_model),
        cmocka_unit_test(monte_carlo_agrees),
        cmocka_unit_test(budget_is_that_of_first_order),
        cmocka_unit_test(more_than_all_leaves_zero_to_what_may_be),
        cmocka_unit_test(a_suppressed_value_has_no_number),
        cmocka_unit_test(a_region_is_net_as_its_sites_are),
        cmocka_unit_test(corrections_multiply_and_widen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
