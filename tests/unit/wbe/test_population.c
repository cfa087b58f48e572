// SPDX-License-Identifier: GPL-3.0-or-later
// Populations from markers, put together, and what N keeps of the errors of its sample and flow.
#include "unittest.h"

#include "wbe/lognormal.h"
#include "wbe/population.h"
#include "wbe/units.h"

static void near(double got, double want, double rel)
{
    if (!(fabs(got - want) <= rel * fabs(want)))
        fail_msg("%.15g is not %.15g within %g", got, want, rel);
}

static wdm_population_value table(double persons, double u)
{
    return (wdm_population_value){.persons = persons, .u_shared = u, .shared_key = 1};
}

// A marker of sample 5, its flow read as 7.
static wdm_population_value marker(double persons, double u_person, double u_analysis)
{
    return (wdm_population_value){.persons = persons,
                                  .u_shared = u_person,
                                  .shared_key = 2,
                                  .marker = true,
                                  .u_analysis = u_analysis,
                                  .u_sampling = 0.1,
                                  .u_flow = 0.05,
                                  .u_flow_bias = 0.1,
                                  .sample_key = 5,
                                  .flow_key = 7};
}

// METHOD 4, to all digits that a double has.
static void chinese_cotinine_rule(void **state)
{
    (void)state;
    const double excretion = wdm_cotinine_excretion_mg_d_1000(4.2);
    near(excretion, 588.0, 1e-15);
    const double persons = wdm_population_of_sample(1500.0, 125000.0, 0.9, excretion / 1000.0);
    near(persons, 168750000.0 / 588.0, 3e-16);
    near(wdm_cotinine_population(1500.0, 125000.0, 0.9, excretion), persons, 0.0);
    near(wdm_normalised_load_mg_d_1000(60.0, 125000.0, persons), 392.0 / 15.0, 3e-16);
    assert_true(isnan(wdm_population_of_sample(1500.0, 125000.0, 1.1, 0.588)));
    assert_true(isnan(wdm_population_of_sample(1500.0, (double)NAN, 0.9, 0.588)));
}

static void a_marker_of_the_same_sample_cancels_sampling_and_flow(void **state)
{
    (void)state;
    const wdm_population_value v = marker(286989.0, 0.2, 0.08);
    const double one = 1.0;
    wdm_population_use use = wdm_population_combine(&v, &one, 1, 5, 7);
    assert_true(use.keep_sampling == 0.0 && use.keep_flow == 0.0 && use.keep_flow_bias == 0.0);
    assert_true(use.persons == v.persons && use.marker_weight == 1.0);
    near(use.u_random, 0.08, 1e-12);
    near(use.u_shared, 0.2, 1e-12);
    // of another sample of the day: its sampling comes on top; the flow was read once
    use = wdm_population_combine(&v, &one, 1, 6, 7);
    assert_true(use.keep_sampling == 1.0 && use.keep_flow == 0.0 && use.keep_flow_bias == 0.0);
    near(use.u_random, sqrt(1.01 * (1.0 + 0.08 * 0.08) - 1.0), 1e-12);
    // with a flow of its own, too
    use = wdm_population_combine(&v, &one, 1, 6, 8);
    assert_true(use.keep_flow == 1.0 && use.keep_flow_bias == 0.0);
    near(use.u_random, sqrt(1.01 * (1.0 + 0.08 * 0.08) * (1.0 + 0.05 * 0.05) - 1.0), 1e-12);
    assert_true(wdm_population_keep((double)NAN, 0.0) == 0.0);
    assert_true(isnan(wdm_population_keep((double)NAN, 0.5)));
    near(wdm_population_keep(0.2, 0.5), 0.0993, 1e-3);
}

static void inverse_variance_on_the_log_scale(void **state)
{
    (void)state;
    double w[3];
    const wdm_population_value two[] = {table(100000.0, 0.1), table(120000.0, 0.2)};
    wdm_population_weights(two, 2, w);
    near(w[0], log(1.04) / (log(1.01) + log(1.04)), 1e-12);
    near(w[0], 0.7976, 1e-3);
    near(w[0] + w[1], 1.0, 1e-15);
    // one without a stated uncertainty cannot be weighed; when none has one, they count alike
    const wdm_population_value none[] = {table(100000.0, 0.0), table(120000.0, 0.2), table(1.0, (double)NAN)};
    wdm_population_weights(none, 3, w);
    assert_true(w[0] == 0.0 && w[1] == 1.0 && w[2] == 0.0);
    wdm_population_weights(none, 1, w);
    assert_true(w[0] == 1.0);
    // the marker's weight takes all of its parts into account, and the day's N keeps 1 - w of sample and flow
    const wdm_population_value both[] = {table(100000.0, 0.1), marker(120000.0, 0.2, 0.08)};
    wdm_population_weights(both, 2, w);
    const double var = log(1.04) + log(1.0064) + log(1.01) + log(1.0025) + log(1.01);
    near(wdm_population_log_var(&both[1]), var, 1e-14);
    near(w[1], log(1.01) / (log(1.01) + var), 1e-12);
    const wdm_population_use use = wdm_population_combine(both, w, 2, 5, 7);
    near(use.persons, exp(w[0] * log(100000.0) + w[1] * log(120000.0)), 1e-12);
    near(use.keep_sampling, 1.0 - w[1], 1e-12);
    near(use.keep_flow, 1.0 - w[1], 1e-12);
    near(use.keep_flow_bias, 1.0 - w[1], 1e-12);
    near(wdm_log_var_of_u(use.u_random), w[1] * w[1] * log(1.0064), 1e-10);
    near(wdm_log_var_of_u(use.u_shared), w[0] * w[0] * log(1.01) + w[1] * w[1] * log(1.04), 1e-10);
}

// Two markers of one sample: their sampling and flow errors are one error, not two.
static void markers_of_one_sample_share_its_errors(void **state)
{
    (void)state;
    const double w[] = {0.5, 0.5};
    wdm_population_value v[] = {marker(100000.0, 0.2, 0.0), marker(100000.0, 0.2, 0.0)};
    v[1].shared_key = 3;
    wdm_population_interval i = wdm_population_interval_of(v, w, 2);
    near(wdm_log_var_of_u(i.u_random), log(1.01) + log(1.0025), 1e-10);
    near(wdm_log_var_of_u(i.u_shared), log(1.04) / 2.0 + log(1.01), 1e-10);
    near(i.lo95 * i.hi95, 1e10, 1e-12);
    near(i.rsd * i.rsd + 1.0, (1.0 + i.u_random * i.u_random) * (1.0 + i.u_shared * i.u_shared), 1e-12);
    v[1].sample_key = 6;
    v[1].flow_key = 8;
    i = wdm_population_interval_of(v, w, 2);
    near(wdm_log_var_of_u(i.u_random), (log(1.01) + log(1.0025)) / 2.0, 1e-10);
    // batches: equal keys share theirs
    v[0].u_batch = v[1].u_batch = 0.1;
    v[0].batch_key = v[1].batch_key = 9;
    near(wdm_log_var_of_u(wdm_population_combine(v, w, 2, 0, 0).u_batch), log(1.01), 1e-10);
    v[1].batch_key = 10;
    near(wdm_log_var_of_u(wdm_population_combine(v, w, 2, 0, 0).u_batch), log(1.01) / 2.0, 1e-10);
    assert_true(wdm_population_combine(v, w, 2, 0, 0).batch_key != 0);
}

static void samples_of_a_day_are_averaged(void **state)
{
    (void)state;
    wdm_population_value v[] = {marker(100000.0, 0.2, 0.1), marker(100000.0, 0.2, 0.1)};
    wdm_population_value m = wdm_population_mean(v, 2); // replicates of one sample
    near(m.u_analysis, 0.1 / sqrt(2.0), 1e-12);
    near(m.u_sampling, 0.1, 1e-12);
    assert_true(m.sample_key == 5 && m.flow_key == 7 && m.u_shared == 0.2);
    v[1].persons = 300000.0; // two samples, one flow of the day
    v[1].sample_key = 6;
    m = wdm_population_mean(v, 2);
    near(m.persons, 200000.0, 1e-15);
    near(m.u_sampling, 0.1 * sqrt(0.25 * 0.25 + 0.75 * 0.75), 1e-12);
    near(m.u_flow, 0.05, 1e-12);
    assert_true(m.sample_key == 0 && m.flow_key == 7);
}

static void a_week_of_one_marker(void **state)
{
    (void)state;
    const double one = 1.0;
    wdm_population_value v = {
        .persons = 1000.0, .u_shared = 0.2, .shared_key = 2, .marker = true, .u_analysis = 0.1};
    wdm_population_day days[7];
    for (size_t d = 0; d < 7; d++)
        days[d] = (wdm_population_day){&v, &one, 1, 1.0 / 7.0};
    wdm_population_interval i = wdm_population_period(days, 7);
    near(i.persons, 1000.0, 1e-14);
    near(i.u_random, 0.0377, 1e-3);
    near(i.u_shared, 0.2, 1e-12);
    v.u_batch = 0.1; // one batch does not average out
    v.batch_key = 4;
    i = wdm_population_period(days, 7);
    near(wdm_log_var_of_u(i.u_random), log(1.01) / 7.0 + log(1.01), 1e-10);
    // bias of the meter, and shared errors over days of one kind: as they are
    v.u_flow_bias = 0.1;
    i = wdm_population_period(days, 7);
    near(wdm_log_var_of_u(i.u_shared), log(1.04) + log(1.01), 1e-10);
}

static void days_of_other_methods_do_not_share(void **state)
{
    (void)state;
    const double one = 1.0;
    const wdm_population_value by_marker = marker(1000.0, 0.2, 0.1);
    const wdm_population_value by_table = table(1000.0, 0.1);
    const wdm_population_day days[] = {{&by_marker, &one, 1, 0.5}, {&by_table, &one, 1, 0.5}};
    double median = 0.0;
    wdm_shared_u u = wdm_population_shared(days, 2, 0.1, &median);
    near(wdm_log_var_of_u(u.u_population), (log(1.04) + log(1.01)) / 4.0, 1e-10);
    near(wdm_log_var_of_u(u.u_flow_bias), log(1.01) / 4.0, 1e-10);
    near(u.u_population, 0.1103, 2e-2);
    near(u.u_flow_bias, 0.0499, 1e-3);
    near(median, (sqrt(1.04) + 1.01) / 2.0 / exp((log(1.04) + 2.0 * log(1.01)) / 8.0), 1e-10);
    near(median, 1.0074, 1e-4);
    u = wdm_population_shared(days, 1, 0.1,
                              NULL); // half of the sum on days of the marker; the rest is not given
    near(wdm_log_var_of_u(u.u_population), log(1.04) / 4.0, 1e-10);
    assert_true(u.u_flow_bias == 0.0);
    const wdm_population_day same[] = {{&by_table, &one, 1, 0.25}, {&by_table, &one, 1, 0.75}};
    u = wdm_population_shared(same, 2, 0.1, &median);
    near(u.u_population, 0.1, 1e-12);
    near(u.u_flow_bias, 0.1, 1e-12);
    near(median, 1.0, 1e-14);
}

static void disagreement_is_of_the_marker_to_the_table(void **state)
{
    (void)state;
    const wdm_population_value t = table(58000.0, 0.1);
    const wdm_population_value high = marker(155000.0, 0.2, 0.1);
    const wdm_population_value low = marker(36000.0, 0.2, 0.1); // 0.62 of the table, which is 1.61 of it
    assert_true(wdm_population_disagree(&high, &t, 0.5, 1.5));
    assert_true(wdm_population_disagree(&t, &high, 0.5, 1.5));
    assert_false(wdm_population_disagree(&t, &low, 0.5, 1.5));
    assert_false(wdm_population_disagree(&low, &t, 0.5, 1.5));
    assert_true(wdm_population_disagree(&low, &high, 0.5, 1.5));
    assert_true(wdm_population_disagree(&high, &low, 0.5, 1.5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_cotinine_rule),
        cmocka_unit_test(a_marker_of_the_same_sample_cancels_sampling_and_flow),
        cmocka_unit_test(inverse_variance_on_the_log_scale),
        cmocka_unit_test(markers_of_one_sample_share_its_errors),
        cmocka_unit_test(samples_of_a_day_are_averaged),
        cmocka_unit_test(a_week_of_one_marker),
        cmocka_unit_test(days_of_other_methods_do_not_share),
        cmocka_unit_test(disagreement_is_of_the_marker_to_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
