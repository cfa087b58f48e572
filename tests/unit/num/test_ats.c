// SPDX-License-Identifier: GPL-3.0-or-later
// Slopes of pairs without making them all, and the line through values below limits.
#include <gsl/gsl_cdf.h>

#include "base/mem.h"
#include "base/rng.h"
#include "num/ats.h"
#include "num/mannkendall.h"
#include "num/pair_merge.h"
#include "num/theilsen.h"
#include "numtest.h"

enum { MOST = 90, MOST_STEPS = MOST * (MOST - 1) };

static wdm_ats_result fit(const wdm_ats_point *points, size_t n)
{
    wdm_ats_result r = {0};
    wdm_err err = {0};
    if (wdm_ats_fit(points, n, 0.95, &r, &err) != WDM_OK)
        fail_msg("%s", err.text);
    return r;
}

// Twenty values with limits 2, 5 and 10.
static const wdm_ats_point twenty[] = {
    {0, 5, true},   {1, 2.1, false},  {2, 5, true},     {3.5, 3.4, false}, {4, 2.8, false},
    {5, 2, true},   {6, 4.4, false},  {7, 2, true},     {8.5, 6.1, false}, {9, 5.2, false},
    {10, 10, true}, {11, 4.9, false}, {12, 7.7, false}, {13, 2, true},     {14.5, 8.1, false},
    {15, 5, true},  {16, 9.3, false}, {17, 6.6, false}, {18, 12.5, false}, {19, 10, true}};

// R: S, its variance and the slopes by outer() over all pairs, median by survival::survfit(Surv(-residual,
// measured)).
static void twenty_values_with_three_limits(void **state)
{
    wdm_ats_point moved[20] = {{0}};
    wdm_ats_result r = fit(twenty, 20);
    (void)state;
    assert_int_equal(r.n_censored, 8);
    assert_int_equal(r.s, 71);
    assert_near(r.tau, 0.460708836011, 1e-12);
    assert_near(r.variance, 619.0, 1e-9); // 200,000 random orders in R: 621.9
    assert_near(r.z, 2.81353754870, 1e-11);
    assert_near(r.p, 4.89996631856e-03, 1e-14);
    assert_near(r.slope, 0.441666666667, 1e-12);
    assert_near(r.intercept, 1.225, 1e-12);
    assert_near(r.slope_lo, 0.200845225929, 1e-12);
    assert_near(r.slope_hi, 0.674186405750, 1e-12);
    // R NADA's cenken takes 0.1 % of the smallest value off each limit; its bisection ends at 0.44176940918,
    // somewhere in the stretch 0.438778 to 0.444444 where S is 0, of which this is the middle
    for (size_t i = 0; i < 20; i++) {
        moved[i] = twenty[i];
        moved[i].y -= moved[i].censored ? 0.002 : 0.0;
    }
    r = fit(moved, 20);
    assert_near(r.slope, 0.441769409180, 2e-4);
    assert_near(r.slope, 0.5 * (0.438777777778 + 0.444444444444), 1e-12);
    print_message("limits: slope %.9f (moved by NADA's rule %.9f)\n", 0.441666667, r.slope);
}

static void five_values_by_hand(void **state)
{
    const wdm_ats_point points[] = {{0, 1, true}, {1, 2, false}, {2, 3, true}, {3, 5, false}, {4, 6, false}};
    const wdm_ats_result r = fit(points, 5);
    (void)state;
    assert_int_equal(r.s, 8); // all but (1, 2) with <3: nothing is known of them; and of the two limits
    assert_near(r.slope, 1.416666666667, 1e-12);
    assert_near(r.intercept, 0.458333333333, 1e-12);
    assert_false(r.has_interval);
}

static int compare(const void *a, const void *b)
{
    const double *p = a;
    const double *q = b;
    return (*p > *q) - (*p < *q);
}

static int known(const wdm_ats_point *a, const wdm_ats_point *b)
{
    if (a->censored && b->censored)
        return 0;
    if (a->censored)
        return b->y >= a->y;
    if (b->censored)
        return -(a->y >= b->y);
    return (b->y > a->y) - (b->y < a->y);
}

// Random series with ties in dates and values, far origins and limits of several sizes.
static size_t random_series(wdm_rng *rng, int kind, wdm_ats_point *points)
{
    const size_t n = 4 + wdm_rng_next(rng) % (MOST - 4);
    for (size_t i = 0; i < n; i++) {
        const size_t at = kind % 2 == 0 ? i : wdm_rng_next(rng) % n;
        double y = wdm_rng_normal(rng) + (kind % 3 == 0 ? 1e6 : 0.0);
        if (kind % 5 < 2)
            y = floor(2.0 * y);
        if (kind % 13 == 0)
            y = 3.0;
        points[i] =
            (wdm_ats_point){(kind % 4 < 2 ? 19000.0 + 7.0 * (double)at : (double)at / 52.0), y, false};
        if (kind % 7 < 4)
            points[i].censored = wdm_rng_uniform(rng) < 0.1 * (double)(kind % 7);
    }
    return n;
}

// Every order statistic that is asked for is, to the last bit, the one that sorting all slopes gives.
static void steps_are_those_of_sorting_all(void **state)
{
    static double all[MOST_STEPS];
    wdm_ats_point points[MOST] = {{0}};
    wdm_pair_point pairs[MOST] = {{0}};
    wdm_rng rng = {{0}};
    size_t compared = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "pairs");
    for (int series = 0; series < 1500; series++) {
        const size_t n = random_series(&rng, series, points);
        uint64_t rank[8] = {0};
        double got[8] = {0};
        uint64_t total = 0;
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
            pairs[i] = (wdm_pair_point){points[i].x, points[i].y, !points[i].censored};
            for (size_t j = 0; j < i; j++) {
                const double up = points[i].x > points[j].x ? 1.0 : -1.0; // the later less the earlier one
                if (points[i].x == points[j].x)
                    continue;
                for (int times = !points[i].censored + !points[j].censored; times > 0; times--)
                    all[count++] = (up * (points[i].y - points[j].y)) / (up * (points[i].x - points[j].x));
            }
        }
        if (wdm_pair_slopes_prepare(pairs, n, &total, NULL) != WDM_OK) {
            assert_int_equal(count, 0);
            continue;
        }
        assert_int_equal(total, count);
        if (count == 0) // cannot be, and said for the divisions below
            continue;
        qsort(all, count, sizeof all[0], compare);
        for (size_t k = 0; k < 8; k++)
            rank[k] = 1 + wdm_rng_next(&rng) % count / (k % 2 == 0 ? 1 : 4);
        for (size_t k = 1; k < 8; k++) {
            for (size_t m = k; m > 0 && rank[m] < rank[m - 1]; m--) {
                const uint64_t swap = rank[m];
                rank[m] = rank[m - 1];
                rank[m - 1] = swap;
            }
        }
        assert_int_equal(wdm_pair_slopes_at(pairs, n, total, rank, 8, got, NULL), WDM_OK);
        for (size_t k = 0; k < 8; k++, compared++)
            assert_near(got[k], all[rank[k] - 1], 0.0);
    }
    print_message("%zu order statistics equal to those of all slopes\n", compared);
}

// S and its slope against their definitions.
static void line_is_where_the_residuals_have_no_trend(void **state)
{
    wdm_ats_point points[MOST] = {{0}};
    wdm_rng rng = {{0}};
    (void)state;
    wdm_rng_init(&rng, 2, "residuals");
    for (int series = 0; series < 300; series++) {
        const size_t n = random_series(&rng, series * 2 + 1, points);
        wdm_ats_result r = {0};
        int64_t s = 0;
        if (wdm_ats_fit(points, n, 0.95, &r, NULL) != WDM_OK)
            continue;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < i; j++)
                s += (int64_t)((points[i].x > points[j].x) - (points[i].x < points[j].x)) *
                     known(&points[j], &points[i]);
        }
        assert_int_equal(r.s, s);
        for (int side = -1; side <= 1 && !isnan(r.slope);
             side += 2) { // a little below: not falling; above: not rising
            int64_t left = 0;
            const double slope = r.slope + side * (1e-7 + 1e-9 * fabs(r.slope));
            for (size_t i = 0; i < n; i++) {
                for (size_t j = 0; j < i; j++) {
                    const double x = points[i].x - points[j].x;
                    wdm_ats_point one = {0, 0.0, points[j].censored};
                    wdm_ats_point two = {0, points[i].y - points[j].y - slope * x, points[i].censored};
                    left += (int64_t)((x > 0.0) - (x < 0.0)) * known(&one, &two);
                }
            }
            assert_true(side < 0 ? left >= 0 : left <= 0);
        }
    }
}

static void without_limits_it_is_theil_and_sen(void **state)
{
    wdm_rng rng = {{0}};
    (void)state;
    wdm_rng_init(&rng, 3, "no limits");
    for (int series = 0; series < 100; series++) {
        wdm_ats_point points[MOST] = {{0}};
        double x[MOST] = {0};
        double y[MOST] = {0};
        const size_t n = random_series(&rng, 7 * series + 4, points);
        wdm_theilsen_result line = {0};
        wdm_mannkendall_result test = {0};
        wdm_ats_result r = {0};
        for (size_t i = 0; i < n; i++) {
            x[i] = points[i].x;
            y[i] = points[i].y;
        }
        if (wdm_theilsen_fit(x, y, n, NULL, &line, NULL) != WDM_OK)
            continue;
        assert_int_equal(wdm_mannkendall_test(x, y, n, &test, NULL), WDM_OK);
        r = fit(points, n);
        assert_int_equal(r.s, test.s);
        assert_near(r.variance, test.variance, 1e-9 * test.variance);
        assert_near(r.slope, line.slope, 1e-12 * fabs(line.slope));
        assert_near(r.intercept, line.intercept, 1e-9 * fabs(line.intercept));
        assert_int_equal(r.has_interval, line.has_interval);
        if (line.has_interval) {
            assert_near(r.slope_lo, line.slope_lo, 1e-9 * (1.0 + fabs(line.slope_lo)));
            assert_near(r.slope_hi, line.slope_hi, 1e-9 * (1.0 + fabs(line.slope_hi)));
        }
    }
}

static void permute(double *x, size_t n, size_t from, wdm_ats_point *points, double *sum, double *count)
{
    if (from == n) {
        double s = 0.0;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < i; j++)
                s += ((x[i] > x[j]) - (x[i] < x[j])) * known(&points[j], &points[i]);
        }
        *sum += s * s;
        *count += 1.0;
        return;
    }
    for (size_t i = from; i < n; i++) {
        double keep = x[from];
        x[from] = x[i];
        x[i] = keep;
        permute(x, n, from + 1, points, sum, count);
        keep = x[from];
        x[from] = x[i];
        x[i] = keep;
    }
}

// All 5040 orders of seven dates, two of them equal, against seven values with ties and two limits.
static void variance_is_that_of_all_orders(void **state)
{
    wdm_ats_point points[] = {{0, 3, true}, {1, 1, false}, {1, 4, false}, {2, 4, false},
                              {3, 2, true}, {4, 3, false}, {5, 6, false}};
    double x[] = {0, 1, 1, 2, 3, 4, 5};
    double sum = 0.0;
    double count = 0.0;
    (void)state;
    permute(x, 7, 0, points, &sum, &count);
    assert_near(count, 5040.0, 0.0);
    assert_near(fit(points, 7).variance, sum / count, 1e-10);
}

static void falls_are_counted_while_sorting(void **state)
{
    double v[] = {3, 1, 2};
    double spare[3] = {0};
    wdm_pair_item item[] = {{3, 0, 1}, {1, 1, 1}, {2, 2, 1}};
    wdm_pair_item spare_item[3] = {{0}};
    (void)state;
    assert_int_equal(wdm_pair_falls(v, spare, 3), 2);
    assert_near(v[0], 1.0, 0.0);
    assert_int_equal(wdm_pair_inversions(item, spare_item, 3), 4);
    assert_near(item[2].rest, 3.0, 0.0);
}

static void bad_input_is_refused(void **state)
{
    wdm_ats_point points[] = {{0, 1, true}, {1, 2, true}, {2, 3, true}};
    wdm_ats_result r = {0};
    wdm_err err = {0};
    (void)state;
    assert_int_equal(wdm_ats_fit(points, 3, 0.95, &r, &err), WDM_E_DATA); // nothing can be compared
    assert_int_equal(wdm_ats_fit(points, 2, 0.95, &r, &err), WDM_E_DATA);
    assert_int_equal(wdm_ats_fit(points, 3, 1.0, &r, &err), WDM_E_DATA);
    points[2].censored = false;
    assert_int_equal(wdm_ats_fit(points, 3, 0.95, &r, &err),
                     WDM_OK); // it lies above both limits: no upper side
    assert_int_equal(r.s, 2);
    assert_true(isnan(r.slope) && isnan(r.intercept) && !r.has_interval);
    for (uint64_t nth = 1; nth <= 2; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_ats_fit(points, 3, 0.95, &r, &err), WDM_E_NOMEM);
    }
    wdm_mem_fail_at(0, 0);
    points[1].y = (double)NAN;
    assert_int_equal(wdm_ats_fit(points, 3, 0.95, &r, &err), WDM_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_values_with_three_limits),
        cmocka_unit_test(five_values_by_hand),
        cmocka_unit_test(steps_are_those_of_sorting_all),
        cmocka_unit_test(line_is_where_the_residuals_have_no_trend),
        cmocka_unit_test(without_limits_it_is_theil_and_sen),
        cmocka_unit_test(variance_is_that_of_all_orders),
        cmocka_unit_test(falls_are_counted_while_sorting),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
