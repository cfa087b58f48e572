// SPDX-License-Identifier: GPL-3.0-or-later
// Pettitt's test and changes of level.
#include "base/mem.h"
#include "base/rng.h"
#include "num/changepoint.h"
#include "numtest.h"

// METHOD 8: at 28, U 1617. p by the published formula: 2 exp(-6 1617^2 / (100^3 + 100^2)), R: 3.5910e-07.
static void pettitt_nile(void **state)
{
    double year[REFDATA_MAX] = {0};
    double flow[REFDATA_MAX] = {0};
    const size_t n = refdata_series("trend/Nile.csv", 0, 1, year, flow);
    wdm_pettitt_result r = {0};
    (void)state;
    assert_int_equal(wdm_pettitt_test(flow, n, &r, NULL), WDM_OK);
    assert_int_equal(r.at, 28);
    assert_near(r.u, 1617.0, 0.0);
    assert_near(r.p, 3.5910e-07, 5e-11);
    assert_false(r.rises);
    print_message("Nile: Pettitt at %zu, U %.0f, p %.4e\n", r.at, r.u, r.p);
}

static void pettitt_by_hand(void **state)
{
    const double y[] = {1, 2, 1, 2, 8, 9, 8, 9};
    const double flat[] = {3, 3, 3};
    wdm_pettitt_result r = {0};
    (void)state;
    assert_int_equal(wdm_pettitt_test(y, 8, &r, NULL), WDM_OK);
    assert_int_equal(r.at, 4);
    assert_near(r.u, 16.0, 0.0);
    assert_near(r.p, fmin(1.0, 2.0 * exp(-6.0 * 256.0 / 576.0)), 1e-15);
    assert_true(r.rises);
    assert_int_equal(wdm_pettitt_test(flat, 3, &r, NULL), WDM_OK);
    assert_near(r.p, 1.0, 0.0);
    assert_int_equal(r.at, 0);
}

static size_t find(const double *y, const double *sd, size_t n, wdm_changepoint *points)
{
    size_t count = 0;
    wdm_err err = {0};
    if (wdm_changepoint_find(y, sd, n, NULL, points, 8, &count, &err) != WDM_OK)
        fail_msg("%s", err.text);
    return count;
}

// Cobb 1978 and all after him: one change, between 1898 and 1899; R: mean(Nile[1:28]) 1097.75,
// mean(Nile[29:100]) 849.9722.
static void nile_changes_once(void **state)
{
    double year[REFDATA_MAX] = {0};
    double flow[REFDATA_MAX] = {0};
    wdm_changepoint points[8] = {{0}};
    const size_t n = refdata_series("trend/Nile.csv", 0, 1, year, flow);
    (void)state;
    assert_int_equal(find(flow, NULL, n, points), 1);
    assert_int_equal(points[0].at, 28);
    assert_near(points[0].before, 1097.75, 2.0); // a few values are drawn in
    assert_near(points[0].after, 849.9722, 2.0);
    assert_true(points[0].step_hi < -150.0 && points[0].p < 1e-4);
    print_message("Nile: %.2f -> %.2f at %zu, step %.1f [%.1f, %.1f], p %.2e\n", points[0].before,
                  points[0].after, points[0].at, points[0].step, points[0].step_lo, points[0].step_hi,
                  points[0].p);
}

// The least cost over all partitions, tried one by one.
static void the_partition_is_the_best_of_all(void **state)
{
    enum { N = 40, LEAST = 8 };
    wdm_rng rng = {{0}};
    double y[N] = {0};
    double sd[N] = {0};
    wdm_changepoint points[8] = {{0}};
    wdm_changepoint_opts opts = WDM_CHANGEPOINT_OPTS_DEFAULT;
    int with_two = 0;
    (void)state;
    opts.autocorrelated = false;
    wdm_rng_init(&rng, 1, "partition");
    for (int series = 0; series < 40; series++) {
        double best = (double)INFINITY;
        size_t at[2] = {0};
        size_t count = 0;
        for (size_t i = 0; i < N; i++) {
            sd[i] = 1.0;
            y[i] = wdm_rng_normal(&rng) * 0.6 +
                   (i >= 12 && i < 27 ? 3.0 : 0.0); // so calm that tau is 0, nothing clipped
            y[i] = fmin(fmax(y[i], -1.2), 4.2);
        }
        for (size_t a = LEAST; a + LEAST <= N; a++) {
            for (size_t b = a + LEAST; b + LEAST <= N; b++) {
                double cost = 0.0;
                for (size_t i = 0, part = 0; i < N; i++) {
                    const size_t from[3] = {0, a, b};
                    const size_t to[3] = {a, b, N};
                    double mean = 0.0;
                    part += i == a || i == b;
                    for (size_t k = from[part]; k < to[part]; k++)
                        mean += y[k] / (double)(to[part] - from[part]);
                    cost += (y[i] - mean) * (y[i] - mean);
                }
                if (cost < best) {
                    best = cost;
                    at[0] = a;
                    at[1] = b;
                }
            }
        }
        assert_int_equal(wdm_changepoint_find(y, sd, N, &opts, points, 8, &count, NULL), WDM_OK);
        if (count != 2)
            continue;
        with_two++;
        assert_int_equal(points[0].at, at[0]);
        assert_int_equal(points[1].at, at[1]);
    }
    assert_true(with_two >= 36);
}

static double share_with_changes(const char *key, size_t n, double rho, bool spikes, bool step)
{
    enum { SERIES = 300 };
    double y[208] = {0};
    double sd[208] = {0};
    wdm_rng rng = {{0}};
    int any = 0;
    wdm_rng_init(&rng, 1, key);
    for (int s = 0; s < SERIES; s++) {
        double level = wdm_rng_normal(&rng) / sqrt(1.0 - rho * rho);
        wdm_changepoint points[8] = {{0}};
        for (size_t i = 0; i < n; i++) {
            level = rho * level + wdm_rng_normal(&rng);
            sd[i] = i % 10 == 0 ? (double)NAN : 0.1;
            y[i] = 0.2 * level + (spikes && i % 23 == 11 ? 2.0 : 0.0) + (step && i >= n / 2 ? 0.4 : 0.0);
        }
        any += find(y, sd, n, points) > 0;
    }
    print_message("%s: changes in %.1f %%\n", key, 100.0 * any / SERIES);
    return (double)any / SERIES;
}

static void no_more_than_one_series_in_twenty_changes_without_cause(void **state)
{
    (void)state;
    assert_true(share_with_changes("52 independent values", 52, 0.0, false, false) <= 0.05);
    assert_true(share_with_changes("208 independent values", 208, 0.0, false, false) <= 0.05);
    assert_true(share_with_changes("104 values, autocorrelation 0.3", 104, 0.3, false, false) <= 0.05);
    assert_true(share_with_changes("104 values with spikes of 10 sds", 104, 0.0, true, false) <= 0.05);
    assert_true(share_with_changes("52 values with a step of 2 sds", 52, 0.0, false, true) >= 0.9);
}

static void own_uncertainties_weigh(void **state)
{
    double y[32] = {0};
    double sd[32] = {0};
    wdm_changepoint points[8] = {{0}};
    (void)state;
    for (size_t i = 0; i < 32; i++) {
        y[i] = (i % 2 == 0 ? 0.1 : -0.1) + (i >= 16 ? 1.0 : 0.0);
        sd[i] = 0.1;
    }
    assert_int_equal(find(y, sd, 32, points), 1);
    assert_int_equal(points[0].at, 16);
    assert_near(points[0].step, 1.0, 0.02);
    assert_true(points[0].step_lo > 0.8 && points[0].step_hi < 1.2);
    for (size_t i = 0; i < 32; i++)
        sd[i] = 3.0; // the same values measured badly: nothing can be said
    assert_int_equal(find(y, sd, 32, points), 0);
}

static void flat_short_and_bad_input(void **state)
{
    double y[40] = {0};
    wdm_changepoint points[8] = {{0}};
    wdm_changepoint_opts opts = WDM_CHANGEPOINT_OPTS_DEFAULT;
    wdm_pettitt_result r = {0};
    size_t count = 7;
    wdm_err err = {0};
    (void)state;
    assert_int_equal(find(y, NULL, 40, points), 0);
    assert_int_equal(find(y, NULL, 15, points), 0);
    for (size_t i = 20; i < 40; i++)
        y[i] = 1.0; // all differences but one are 0
    assert_int_equal(find(y, NULL, 40, points), 1);
    assert_int_equal(points[0].at, 20);
    assert_int_equal(wdm_changepoint_find(y, NULL, 40, &opts, points, 0, &count, &err), WDM_OK);
    assert_int_equal(count, 1); // no room, but counted
    opts.min_segment = 1;
    assert_int_equal(wdm_changepoint_find(y, NULL, 40, &opts, points, 8, &count, &err), WDM_E_DATA);
    opts.min_segment = 8;
    opts.alpha = 0.0;
    assert_int_equal(wdm_changepoint_find(y, NULL, 40, &opts, points, 8, &count, &err), WDM_E_DATA);
    for (uint64_t nth = 1; nth <= 9; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_changepoint_find(y, NULL, 40, NULL, points, 8, &count, &err), WDM_E_NOMEM);
    }
    for (uint64_t nth = 1; nth <= 2; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_pettitt_test(y, 40, &r, &err), WDM_E_NOMEM);
    }
    wdm_mem_fail_at(0, 0);
    y[3] = (double)NAN;
    assert_int_equal(wdm_changepoint_find(y, NULL, 40, NULL, points, 8, &count, &err), WDM_E_DATA);
    assert_int_equal(wdm_pettitt_test(y, 40, &r, &err), WDM_E_DATA);
    assert_int_equal(wdm_pettitt_test(y, 1, &r, &err), WDM_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pettitt_nile),
        cmocka_unit_test(pettitt_by_hand),
        cmocka_unit_test(nile_changes_once),
        cmocka_unit_test(the_partition_is_the_best_of_all),
        cmocka_unit_test(no_more_than_one_series_in_twenty_changes_without_cause),
        cmocka_unit_test(own_uncertainties_weigh),
        cmocka_unit_test(flat_short_and_bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
