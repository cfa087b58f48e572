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

#include "base/mem.h"
#include "wbe/estimate.h"

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static const double NOT = (double)NAN;
// 2026-11-16, a Monday.
enum { MONDAY = 20773 };

static wdm_factor meth_factor(double u_excretion)
{
    wdm_factor factor = wdm_factor_none();
    factor.mass_ratio = 1.0;
    factor.excretion = (wdm_dist){WDM_DIST_LOGNORMAL, NOT, 0.43, NOT, u_excretion};
    factor.dose_mg = 30.0;
    factor.dose_u_rel = 0.3;
    factor.doses_per_user_day = 4.0;
    return factor;
}

static wdm_day_value measured(int weekday, double load)
{
    return (wdm_day_value){.day = MONDAY + weekday - 1, .load_mg_d_1000 = load, .batch_key = 1};
}

static wdm_day_value censored(int weekday, double limit)
{
    wdm_day_value day = measured(weekday, limit);
    day.state = WDM_STATE_NOT_DETECTED;
    return day;
}

static wdm_estimator estimator(wdm_quantity q, double u_flow, double u_pop, double u_excretion)
{
    wdm_estimator est;
    const wdm_factor factor = meth_factor(u_excretion);
    const wdm_shared_u shared = {u_flow, u_pop};
    assert_int_equal(wdm_estimator_init(&est, q, &factor, &shared, NULL), WDM_OK);
    return est;
}

static wdm_estimate week(wdm_estimator *est, const wdm_day_value *days, size_t n, wdm_cens_method censoring)
{
    wdm_estimate out;
    wdm_week_options opt = wdm_week_options_default();
    opt.censoring = censoring;
    assert_int_equal(wdm_estimate_week(est, days, n, &opt, &out, NULL), WDM_OK);
    return out;
}

static double budget_sum(const wdm_estimate *e)
{
    double sum = 0.0;
    for (int i = 0; i < WDM_BUDGET_N; i++)
        sum += e->budget[i];
    return sum;
}

// METHOD 5: sampling 10 %, analysis 10 % by day; flow bias 10 %, population 20 %, excretion 26 % common.
static void vector_of_method_5(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_CONSUMPTION, 0.10, 0.20, 0.26);
    for (int i = 0; i < 7; i++) {
        days[i] = measured(i + 1, 50.0);
        days[i].u_sampling = 0.10;
        days[i].u_analysis = 0.10;
    }
    const wdm_estimate e = week(&est, days, 7, WDM_CENS_AUTO);
    // first order, as METHOD states it, from the engine's own parts
    const double random_1 = sqrt(2.0 * 0.01 / 7.0);
    near(sqrt(random_1 * random_1 + 0.01 + 0.04 + 0.26 * 0.26), 0.3471, 1e-3);
    near(sqrt(2.0) * random_1, 0.0756, 1e-3);
    // exact lognormal: (1 + 0.0201 / 7) 1.01 1.04 1.0676 - 1
    near(e.rsd_total, sqrt((1.0 + 0.0201 / 7.0) * 1.01 * 1.04 * 1.0676 - 1.0), 1e-12);
    near(e.rsd_total, 0.353, 1e-3);
    near(e.rsd_random, sqrt(0.0201 / 7.0), 1e-12);
    // two weeks at the same site: what is common cancels in the ratio
    near(sqrt(2.0) * e.rsd_random, 0.0756, 5e-3);
    near(e.estimate, 50.0 / 0.43, 1e-13);
    near(budget_sum(&e), 1.0, 1e-12);
    assert_true(e.budget[WDM_BUDGET_EXCRETION] > e.budget[WDM_BUDGET_POPULATION]);
    near(e.budget[WDM_BUDGET_SAMPLING], e.budget[WDM_BUDGET_ANALYSIS], 1e-12);
    assert_true(e.budget[WDM_BUDGET_DAYS] == 0.0);
    assert_int_equal(e.flags, 0);
}

static void a_day_is_lognormal_in_closed_form(void **state)
{
    (void)state;
    wdm_estimator est = estimator(WDM_Q_CONSUMPTION, 0.10, 0.20, 0.26);
    wdm_day_value day = measured(1, 29.2);
    wdm_estimate e;
    day.u_sampling = 0.05;
    day.u_analysis = 0.15;
    day.u_flow = 0.08;
    day.u_batch = 0.07;
    wdm_estimate_day(&est, &day, &e);
    const double random = sqrt(log(1.0025 * 1.0225 * 1.0064 * 1.0049));
    const double total = sqrt(random * random + log(1.01 * 1.04 * 1.0676));
    near(e.estimate, 67.907, 1e-5);
    near(e.median, e.estimate, 1e-12);
    near(e.lo95, e.estimate * exp(-1.959963984540054 * total), 1e-10);
    near(e.hi95, e.estimate * exp(1.959963984540054 * total), 1e-10);
    near(e.hi95_random, e.estimate * exp(1.959963984540054 * random), 1e-10);
    near(e.rsd_total, sqrt(expm1(total * total)), 1e-12);
    near(budget_sum(&e), 1.0, 1e-12);
    near(e.budget[WDM_BUDGET_EXCRETION], log(1.0676) / total / total, 1e-9);
}

static void quantities_come_from_one_series(void **state)
{
    (void)state;
    const wdm_day_value day = measured(1, 29.2);
    static const double scale[4] = {1.0, 1.0 / 0.43, 1.0 / 12.9, 1.0 / 51.6};
    for (int q = 0; q < 4; q++) {
        wdm_estimator est = estimator((wdm_quantity)q, 0.1, 0.2, 0.26);
        wdm_estimate e;
        wdm_estimate_day(&est, &day, &e);
        near(e.estimate, 29.2 * scale[q], 1e-12);
        assert_int_equal(e.budget[WDM_BUDGET_EXCRETION] > 0.0, q > 0);
        assert_int_equal(e.budget[WDM_BUDGET_DOSE] > 0.0, q > 1);
    }
}

static void a_censored_day_keeps_its_limit(void **state)
{
    (void)state;
    wdm_estimator est = estimator(WDM_Q_CONSUMPTION, 0.0, 0.0, 0.0);
    wdm_day_value day = censored(1, 1.12);
    wdm_estimate e;
    wdm_estimate_day(&est, &day, &e);
    assert_true(isnan(e.estimate) && isnan(e.median));
    near(e.limit, 2.6047, 1e-4);
    assert_true(e.lo95 == 0.0);
    near(e.hi95, e.limit, 1e-12);
    day.load_mg_d_1000 = NOT; // a published zero
    day.u_sampling = NOT;
    wdm_estimate_day(&est, &day, &e);
    assert_true(isnan(e.limit) && isnan(e.hi95));
    assert_int_equal(e.flags, (unsigned)WDM_EST_UNKNOWN_LIMIT | (unsigned)WDM_EST_NO_SAMPLING_U);
    assert_string_equal(wdm_est_flag_name((unsigned)WDM_EST_UNKNOWN_LIMIT), "unknown_limit");
}

static void weekdays_sums_and_median(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.0, 0.0, 0.0);
    for (int i = 0; i < 7; i++)
        days[i] = measured(7 - i, (double)(7 - i)); // Monday 1 .. Sunday 7, given backwards
    const wdm_estimate e = week(&est, days, 7, WDM_CENS_AUTO);
    near(e.estimate, 4.0, 1e-15);
    near(e.weekday_mean, 3.0, 1e-15);
    near(e.weekend_mean, (5.0 + 6.0 + 7.0 + 1.0) / 4.0, 1e-15);
    near(e.day_median, 4.0, 1e-15);
    near(e.sum, 28.0, 1e-15);
    near(e.sum_sq, 140.0, 1e-15);
    near(e.bound_low, 4.0, 1e-15);
    assert_true(e.rsd_total == 0.0);
    assert_true(budget_sum(&e) == 0.0);
    near(e.lo95, 4.0, 1e-12);
}

static void repeated_samples_are_averaged_first(void **state)
{
    (void)state;
    wdm_day_value days[3] = {measured(2, 10.0), measured(2, 30.0), measured(3, 40.0)};
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.0, 0.0, 0.0);
    wdm_week_options opt = wdm_week_options_default();
    wdm_estimate e;
    opt.period_days = 2;
    opt.expected_days = 2;
    days[0].u_sampling = 0.1;
    days[1].u_sampling = 0.1;
    assert_int_equal(wdm_estimate_week(&est, days, 3, &opt, &e, NULL), WDM_OK);
    near(e.estimate, 30.0, 1e-15);
    assert_int_equal(e.n_days, 2);
    assert_int_equal(e.flags, (unsigned)WDM_EST_REPEATED_DAY);
    // sd of the merged day 0.1 sqrt(10^2 + 30^2) / 2 = 1.581, of the mean half of it
    near(e.rsd_random, 0.1 * sqrt(1000.0) / 4.0 / 30.0, 5e-3); // first order
    days[1] = censored(2, 30.0);                               // measured 10 and <30: the day lies in 5 .. 20
    opt.censoring = WDM_CENS_BOUNDS;
    assert_int_equal(wdm_estimate_week(&est, days, 3, &opt, &e, NULL), WDM_OK);
    near(e.bound_low, (5.0 + 40.0) / 2.0, 1e-15);
    near(e.bound_high, (20.0 + 40.0) / 2.0, 1e-15);
}

static void one_batch_does_not_average_out(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.0, 0.0, 0.0);
    for (int i = 0; i < 7; i++) {
        days[i] = measured(i + 1, 20.0);
        days[i].u_batch = 0.10;
    }
    near(week(&est, days, 7, WDM_CENS_AUTO).rsd_random, 0.10, 1e-12);
    for (int i = 0; i < 7; i++)
        days[i].batch_key = i;
    near(week(&est, days, 7, WDM_CENS_AUTO).rsd_random, 0.10 / sqrt(7.0), 1e-12);
}

// What was measured is R times the truth: the mean of many days with large errors lies above it by
// exp(sigma^2 / 2), and the engine takes that off. One day has median 1.
static void the_bias_of_a_mean_is_taken_off(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.0, 0.0, 0.0);
    for (int i = 0; i < 7; i++) {
        days[i] = measured(i + 1, 20.0);
        days[i].u_analysis = 0.5;
    }
    const wdm_estimate e = week(&est, days, 7, WDM_CENS_AUTO);
    near(e.estimate, 20.0, 1e-15);
    // R has mean sqrt(1.25) and relative variance 0.25 / 7
    near(e.median, 20.0 / sqrt(1.25) * sqrt(1.0 + 0.25 / 7.0), 1e-12);
    near(sqrt(e.lo95 * e.hi95), e.median, 1e-12);
    near(e.rsd_total, sqrt(0.25 / 7.0), 1e-12);
}

static void unsampled_days_widen_the_week(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.0, 0.0, 0.0);
    wdm_week_options opt = wdm_week_options_default();
    wdm_estimate e;
    static const double load[7] = {8.0, 10.0, 12.0, 9.0, 11.0, 10.0, 10.0};
    for (int i = 0; i < 7; i++)
        days[i] = measured(i + 1, load[i]);
    assert_true(week(&est, days, 7, WDM_CENS_AUTO).rsd_total == 0.0);
    assert_int_equal(wdm_estimate_week(&est, days, 3, &opt, &e, NULL), WDM_OK);
    // (1 - 3/7) s^2 / 3 with s = 2, times (4.302653 / 1.959964)^2
    near(e.rsd_total, sqrt(4.0 / 7.0 * 4.0 / 3.0) / 10.0 * 4.302653 / 1.959964, 1e-6);
    assert_int_equal(e.flags, (unsigned)WDM_EST_PROVISIONAL);
    near(e.budget[WDM_BUDGET_DAYS], 1.0, 1e-12);
    assert_int_equal(wdm_estimate_week(&est, days, 1, &opt, &e, NULL), WDM_OK);
    // 4 degrees of freedom that an assumed CV is worth
    near(e.rsd_total, sqrt(6.0 / 7.0) * 0.30 * 2.776445 / 1.959964, 1e-6);
    assert_int_equal(e.flags, (unsigned)WDM_EST_PROVISIONAL | (unsigned)WDM_EST_ASSUMED_DAY_CV);
}

// End points come from nodes of sigma; between them they are those of the quantile itself.
static void interpolated_points_are_those_of_the_quantile(void **state)
{
    (void)state;
    static const wdm_dist kinds[] = {{WDM_DIST_TRIANGULAR, 0.25, 0.292, 0.45, (double)NAN},
                                     {WDM_DIST_UNIFORM, 0.02, 0.2, 0.30, (double)NAN},
                                     {WDM_DIST_BETA, 0.15, 0.225, 0.30, (double)NAN},
                                     {WDM_DIST_TRIANGULAR, 0.0045, 0.005, 0.006, (double)NAN}};
    static const double probs[3] = {0.025, 0.5, 0.975};
    const wdm_shared_u shared = {0.0, 0.0};
    wdm_estimator *est = malloc(sizeof *est);
    double worst = 0.0;
    assert_non_null(est);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        wdm_factor f = wdm_factor_none();
        f.mass_ratio = 1.0;
        f.excretion = kinds[k];
        assert_int_equal(wdm_estimator_init(est, WDM_Q_CONSUMPTION, &f, &shared, NULL), WDM_OK);
        for (double sigma = 0.0; sigma < 3.0; sigma += 0.0137) {
            wdm_day_value day = measured(1, 10.0);
            wdm_estimate e;
            day.u_sampling = sqrt(expm1(sigma * sigma));
            wdm_estimate_day(est, &day, &e);
            const double got[3] = {e.lo95, e.median, e.hi95};
            for (int i = 0; i < 3; i++)
                worst = fmax(
                    worst,
                    fabs(got[i] / e.estimate / wdm_logconv_quantile(&est->shared, sigma, probs[i]) - 1.0));
        }
    }
    printf("interpolated end points: at most %.1e off\n", worst);
    assert_true(worst < 1e-4);
    free(est);
}

static void censored_weeks_say_what_they_are(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.1, 0.1, 0.0);
    for (int i = 0; i < 7; i++) {
        days[i] = i < 2 ? censored(i + 1, 2.0) : measured(i + 1, 3.0 + i);
        days[i].u_analysis = 0.1;
    }
    wdm_estimate e = week(&est, days, 7, WDM_CENS_AUTO);
    assert_int_equal(e.method, WDM_CENS_CONDITIONAL);
    near(e.bound_low, 35.0 / 7.0, 1e-12);
    near(e.bound_high, 39.0 / 7.0, 1e-12);
    assert_true(e.estimate >= e.bound_low && e.estimate <= e.bound_high);
    assert_true(e.budget[WDM_BUDGET_CENSORING] > 0.0);
    assert_true(isnan(e.limit) && isnan(e.weekday_mean));
    assert_true(isnan(e.weekend_mean)); // Monday is censored
    e = week(&est, days, 7, WDM_CENS_HALF_LOQ);
    near(e.estimate, 37.0 / 7.0, 1e-12);
    assert_true((e.flags & (unsigned)WDM_EST_HALF_LOQ) != 0);
    e = week(&est, days, 7, WDM_CENS_BOUNDS);
    assert_true(isnan(e.estimate) && isnan(e.median));
    assert_true(e.lo95 < e.bound_low && e.hi95 > e.bound_high);
    days[0].load_mg_d_1000 = NOT;
    e = week(&est, days, 7, WDM_CENS_AUTO);
    assert_int_equal(e.method, WDM_CENS_BOUNDS);
    assert_true(isnan(e.bound_high) && isnan(e.hi95) && isnan(e.estimate));
    near(e.bound_low, 5.0, 1e-12);
}

static void an_all_censored_week_keeps_the_mean_limit(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_CONSUMPTION, 0.0, 0.0, 0.0);
    for (int i = 0; i < 7; i++)
        days[i] = censored(i + 1, 1.0 + i); // limits differ by day: mean 4
    const wdm_estimate e = week(&est, days, 7, WDM_CENS_AUTO);
    assert_true(isnan(e.estimate));
    near(e.limit, 4.0 / 0.43, 1e-12);
    assert_true(e.lo95 == 0.0 && e.bound_low == 0.0);
    near(e.hi95, e.limit, 1e-12);
    assert_int_equal(e.n_censored, 7);
}

static void wrong_input_is_refused(void **state)
{
    (void)state;
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.0, 0.0, 0.0);
    const wdm_week_options opt = wdm_week_options_default();
    const wdm_factor none = wdm_factor_none();
    const wdm_shared_u shared = {0.0, 0.0};
    wdm_estimate e;
    wdm_err err = {0};
    assert_int_equal(wdm_estimate_week(&est, NULL, 0, &opt, &e, &err), WDM_E_DATA);
    wdm_day_value bad[4] = {measured(1, NOT), measured(1, -1.0), censored(1, 0.0), measured(1, 1.0)};
    bad[3].state = 7;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(wdm_estimate_week(&est, &bad[i], 1, &opt, &e, &err), WDM_E_DATA);
        assert_non_null(strstr(err.text, "2026-11-16"));
    }
    assert_int_equal(wdm_estimator_init(&est, WDM_Q_DOSES, &none, &shared, &err), WDM_E_DATA);
    assert_non_null(strstr(err.text, "dose"));
}

// Every allocation of a censored week fails once: an error comes back each time, and the week works
// afterwards.
static void short_memory_is_an_error(void **state)
{
    (void)state;
    wdm_day_value days[7];
    wdm_estimator est = estimator(WDM_Q_NORMALISED_LOAD, 0.1, 0.1, 0.0);
    const wdm_week_options opt = wdm_week_options_default();
    int failures = 0;
    for (int i = 0; i < 7; i++)
        days[i] = i < 2 ? censored(i + 1, 2.0) : measured(i + 1, 3.0 + i);
    for (uint64_t nth = 1; nth < 20; nth++) {
        wdm_estimate e;
        wdm_mem_fail_at(nth, 0);
        const wdm_rc rc = wdm_estimate_week(&est, days, 7, &opt, &e, NULL);
        wdm_mem_fail_at(0, 0);
        if (rc == WDM_OK)
            break;
        assert_int_equal(rc, WDM_E_NOMEM);
        failures++;
    }
    assert_true(failures >= 4);
    assert_true(isfinite(week(&est, days, 7, WDM_CENS_AUTO).estimate));
}

static void replicates_share_all_but_the_noise_of_the_analysis(void **state)
{
    wdm_day_value mean = {.load_mg_d_1000 = 10.0, .u_analysis = 0.2, .u_sampling = 0.1};
    (void)state;
    wdm_day_value_add_replicate(&mean, 1, 20.0);
    wdm_day_value_add_replicate(&mean, 2, 30.0);
    assert_true(fabs(mean.load_mg_d_1000 - 20.0) < 1e-12);
    assert_true(fabs(mean.u_analysis - 0.2 / sqrt(3.0)) < 1e-12);
    assert_true(mean.u_sampling == 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replicates_share_all_but_the_noise_of_the_analysis),
        cmocka_unit_test(vector_of_method_5),
        cmocka_unit_test(a_day_is_lognormal_in_closed_form),
        cmocka_unit_test(quantities_come_from_one_series),
        cmocka_unit_test(a_censored_day_keeps_its_limit),
        cmocka_unit_test(weekdays_sums_and_median),
        cmocka_unit_test(repeated_samples_are_averaged_first),
        cmocka_unit_test(one_batch_does_not_average_out),
        cmocka_unit_test(the_bias_of_a_mean_is_taken_off),
        cmocka_unit_test(unsampled_days_widen_the_week),
        cmocka_unit_test(interpolated_points_are_those_of_the_quantile),
        cmocka_unit_test(censored_weeks_say_what_they_are),
        cmocka_unit_test(an_all_censored_week_keeps_the_mean_limit),
        cmocka_unit_test(wrong_input_is_refused),
        cmocka_unit_test(short_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
