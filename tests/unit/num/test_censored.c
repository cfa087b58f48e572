// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"
#include "base/rng.h"
#include "num/censored.h"
#include "numtest.h"

#include <gsl/gsl_cdf.h>

#define D(value)                                                                                             \
    {                                                                                                        \
        value, false, 0.0                                                                                    \
    }
#define C(limit)                                                                                             \
    {                                                                                                        \
        limit, true, 0.0                                                                                     \
    }

static void method_is_chosen_by_share_censored(void **state)
{
    (void)state;
    for (int prior = 0; prior < 2; prior++) {
        assert_int_equal(wdm_cens_choose(7, 0, prior), WDM_CENS_ARITHMETIC);
        assert_int_equal(wdm_cens_choose(2, 0, prior), WDM_CENS_ARITHMETIC);
        assert_int_equal(wdm_cens_choose(7, 6, prior), WDM_CENS_BOUNDS);
        assert_int_equal(wdm_cens_choose(4, 1, prior), WDM_CENS_BOUNDS);
    }
    assert_int_equal(wdm_cens_choose(7, 3, false), WDM_CENS_KM);
    assert_int_equal(wdm_cens_choose(10, 5, false), WDM_CENS_KM);
    assert_int_equal(wdm_cens_choose(5, 1, false), WDM_CENS_KM);
    assert_int_equal(wdm_cens_choose(7, 4, false), WDM_CENS_ML);
    assert_int_equal(wdm_cens_choose(10, 8, false), WDM_CENS_ML); // 80 % is not above 80 %
    assert_int_equal(wdm_cens_choose(5, 1, true), WDM_CENS_CONDITIONAL);
    assert_int_equal(wdm_cens_choose(10, 8, true), WDM_CENS_CONDITIONAL);
}

static void method_names_go_both_ways(void **state)
{
    static const char *names[] = {"auto", "arithmetic", "km",       "ml",
                                  "ros",  "bounds",     "half-loq", "conditional"};
    wdm_cens_method method = WDM_CENS_AUTO;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        assert_true(wdm_cens_method_parse(names[i], &method));
        assert_string_equal(wdm_cens_method_text(method), names[i]);
    }
    assert_false(wdm_cens_method_parse("KM", &method));
    assert_string_equal(wdm_cens_method_text((wdm_cens_method)99), "?");
}

static void bounds_are_the_means_with_zero_and_limit(void **state)
{
    const wdm_cens v[] = {C(2), D(4), D(6)};
    const wdm_cens unknown[] = {C((double)NAN), D(4), D(6)};
    wdm_cens_bounds b = {0};
    double half = 0.0;
    (void)state;
    assert_int_equal(wdm_cens_bounds_get(v, 3, &b, NULL), WDM_OK);
    assert_near(b.low, 10.0 / 3.0, 1e-15);
    assert_near(b.high, 4.0, 1e-15);
    assert_int_equal(wdm_cens_half_loq(v, 3, &half, NULL), WDM_OK);
    assert_near(half, 11.0 / 3.0, 1e-15);
    assert_int_equal(wdm_cens_bounds_get(unknown, 3, &b, NULL), WDM_OK);
    assert_near(b.low, 10.0 / 3.0, 1e-15);
    assert_true(isnan(b.high));
    assert_int_equal(wdm_cens_half_loq(unknown, 3, &half, NULL), WDM_OK);
    assert_true(isnan(half));
}

// The arithmetic by hand: F falls at 8 (r 4: 3/4), at 6 (r 3: 2/3), and what is below 6 (1/2: "<5" and "<2")
// stays at 6.
static void kaplan_meier_by_hand(void **state)
{
    const wdm_cens v[] = {C(5), D(8), C(2), D(6)};
    const wdm_cens tied[] = {D(5), C(5), D(9), D(3)}; // the value tied with the limit counts as above it
    const wdm_cens full[] = {D(1), D(2), D(6)};
    wdm_cens_km km = {0};
    (void)state;
    assert_int_equal(wdm_cens_km_fit(v, 4, &km, NULL), WDM_OK);
    assert_near(km.mean, 0.25 * 8 + 0.75 * 6, 1e-15);
    assert_near(km.rest_mass, 0.5, 1e-15);
    assert_near(km.se_mean, sqrt(1.5 * 1.5 / (4.0 * 3.0)), 1e-15);
    assert_int_equal(wdm_cens_km_fit(tied, 4, &km, NULL), WDM_OK);
    assert_near(km.mean, 0.25 * 9 + 0.25 * 5 + 0.5 * 3, 1e-15);
    assert_near(km.rest_mass, 0.0, 1e-15);
    assert_int_equal(wdm_cens_km_fit(full, 3, &km, NULL), WDM_OK);
    assert_near(km.mean, 3.0, 1e-14);
    assert_near(km.se_mean, sqrt(14.0 / 3.0 / 3.0), 1e-14); // population sd / sqrt(n)
}

static size_t read_manganese(wdm_cens *v, size_t most)
{
    FILE *file = refdata_open("epa/EPA.09.Ex.15.1.manganese.csv");
    char line[256] = "";
    char field[64] = "";
    size_t n = 0;
    if (file == NULL) {
        print_message("skipped: no real data\n");
        skip();
        return 0;
    }
    while (n < most && fgets(line, sizeof line, file) != NULL) {
        refdata_field(line, 4, field, sizeof field);
        if (strcmp(field, "TRUE") != 0 && strcmp(field, "FALSE") != 0)
            continue; // the heading
        v[n].censored = strcmp(field, "TRUE") == 0;
        refdata_field(line, 3, field, sizeof field);
        v[n].x = strtod(field, NULL);
        n++;
    }
    fclose(file);
    assert_int_equal(n, 25);
    return n;
}

// EPA Unified Guidance example 15-1; published by R EnvStats (enormCensored) and NADA. Standard errors and
// Kaplan-Meier: R survival 3.5-3 (survreg; survfit of the flipped sample, restricted to the lowest detected
// value).
static void epa_manganese(void **state)
{
    wdm_cens v[32] = {{0}};
    wdm_cens_ml ml = {0};
    wdm_cens_ros ros = {0};
    wdm_cens_km km = {0};
    const size_t n = read_manganese(v, 32);
    (void)state;
    assert_int_equal(wdm_cens_ml_fit(v, n, &ml, NULL), WDM_OK);
    print_message("ml %.9f %.9f, ", ml.meanlog, ml.sdlog);
    assert_near(ml.meanlog, 2.215904669355972, 1e-10);
    assert_near(ml.sdlog, 1.356291184424527, 1e-10);
    assert_near(ml.se_meanlog, 0.2825913808160977, 1e-10);
    assert_near(ml.se_sdlog, 0.2335690291765731, 1e-10);
    assert_near(ml.mean, 23.00398720928055, 1e-8);
    assert_near(ml.se_mean, 8.974948470920197, 1e-8);
    assert_int_equal(wdm_cens_ros_fit(v, n, &ros, NULL), WDM_OK);
    print_message("ros %.9f %.9f\n", ros.meanlog, ros.sdlog);
    assert_near(ros.meanlog, 2.277175, 5e-7);
    assert_near(ros.sdlog, 1.261431, 5e-7);
    assert_int_equal(wdm_cens_km_fit(v, n, &km, NULL), WDM_OK);
    assert_near(km.mean, 20.14, 1e-12);
    assert_near(km.se_mean, 5.025983684812358, 1e-12);
}

static void without_censoring_ml_is_the_moments_of_the_logs(void **state)
{
    const wdm_cens v[] = {D(1), D(2), D(4), D(8)};
    const double step = log(2.0);
    wdm_cens_ml ml = {0};
    (void)state;
    assert_int_equal(wdm_cens_ml_fit(v, 4, &ml, NULL), WDM_OK);
    assert_near(ml.meanlog, 1.5 * step, 1e-12);
    assert_near(ml.sdlog, step * sqrt(1.25), 1e-12);
    assert_near(ml.se_meanlog, ml.sdlog / 2.0, 1e-12);
    assert_near(ml.se_sdlog, ml.sdlog / sqrt(8.0), 1e-12);
}

static void ml_recovers_the_truth_and_its_interval_covers(void **state)
{
    enum { RUNS = 400, N = 60 };
    const double truth = exp(1.0 + 0.5 * 0.25);
    size_t covered = 0;
    wdm_rng rng = {0};
    (void)state;
    wdm_rng_init(&rng, 1, "num/censored");
    for (int run = 0; run < RUNS; run++) {
        wdm_cens v[N] = {{0}};
        wdm_cens_ml ml = {0};
        for (size_t i = 0; i < N; i++) {
            const double limit = i % 2 == 0 ? 2.0 : 3.0;
            const double x = exp(1.0 + 0.5 * wdm_rng_normal(&rng));
            v[i] = x < limit ? (wdm_cens){limit, true, 0.0} : (wdm_cens){x, false, 0.0};
        }
        assert_int_equal(wdm_cens_ml_fit(v, N, &ml, NULL), WDM_OK);
        covered += fabs(ml.mean - truth) <= 1.96 * ml.se_mean;
    }
    print_message("95 %% interval of the mean covers in %zu of %d\n", covered, RUNS);
    assert_in_range(covered, 364, 396); // 91..99 %
}

static void extreme_samples_give_a_finite_fit_or_a_refusal(void **state)
{
    const wdm_cens far_above[] = {C(1e6), C(1e6), D(1.0), D(1.5), D(1.2)};
    const wdm_cens far_below[] = {C(1e-9), C(1e-9), D(1.0), D(1.5), D(1.2)};
    const wdm_cens close[] = {C(1), D(2), D(2.0000000001), D(2), D(2)};
    wdm_cens_ml ml = {0};
    wdm_cens_ros ros = {0};
    (void)state;
    assert_int_equal(wdm_cens_ml_fit(far_above, 5, &ml, NULL), WDM_OK);
    assert_near(ml.meanlog, (log(1.5) + log(1.2)) / 3.0, 1e-6); // limits far above say nothing
    assert_int_equal(wdm_cens_ml_fit(far_below, 5, &ml, NULL), WDM_OK);
    assert_true(ml.sdlog > 3.0);
    assert_int_equal(wdm_cens_ml_fit(close, 5, &ml, NULL), WDM_OK);
    assert_true(isfinite(ml.se_mean));
    assert_int_equal(wdm_cens_ros_fit(far_above, 5, &ros, NULL), WDM_OK);
    assert_true(isfinite(ros.mean));
}

static void what_cannot_be_fitted_is_refused(void **state)
{
    const wdm_cens one[] = {C(1), C(1), D(3), D(3)};
    const wdm_cens zero[] = {D(0), D(3), D(4)};
    const wdm_cens none[] = {C(1), C(2)};
    const wdm_cens unknown[] = {C((double)NAN), D(3), D(4)};
    const wdm_cens bad_limit[] = {C(0), D(3)};
    const wdm_cens negative[] = {D(-1), D(3)};
    const wdm_cens missing[] = {D((double)NAN), D(3)};
    wdm_cens_ml ml = {0};
    wdm_cens_ros ros = {0};
    wdm_cens_km km = {0};
    wdm_cens_bounds b = {0};
    (void)state;
    assert_int_equal(wdm_cens_ml_fit(one, 4, &ml, NULL), WDM_E_DATA);
    assert_true(isnan(ml.mean));
    assert_int_equal(wdm_cens_ros_fit(one, 4, &ros, NULL), WDM_E_DATA);
    assert_int_equal(wdm_cens_ml_fit(zero, 3, &ml, NULL), WDM_E_DATA);
    assert_int_equal(wdm_cens_km_fit(zero, 3, &km, NULL), WDM_OK);
    assert_int_equal(wdm_cens_km_fit(none, 2, &km, NULL), WDM_E_DATA);
    assert_int_equal(wdm_cens_km_fit(unknown, 3, &km, NULL), WDM_E_DATA);
    assert_int_equal(wdm_cens_bounds_get(bad_limit, 2, &b, NULL), WDM_E_DATA);
    assert_int_equal(wdm_cens_bounds_get(negative, 2, &b, NULL), WDM_E_DATA);
    assert_int_equal(wdm_cens_bounds_get(missing, 2, &b, NULL), WDM_E_DATA);
    assert_int_equal(wdm_cens_bounds_get(missing, 0, &b, NULL), WDM_E_DATA);
}

static wdm_cens_mean_result mean_of(const wdm_cens *v, size_t n, wdm_cens_method method)
{
    wdm_cens_mean_result r = {0};
    const wdm_cens_ask ask = {.method = method};
    assert_int_equal(wdm_cens_mean(v, n, &ask, &r, NULL), WDM_OK);
    return r;
}

static void automatic_mean_prints_its_choice_and_bounds(void **state)
{
    const wdm_cens plain[] = {D(1), D(2), D(6)};
    const wdm_cens km[] = {C(1), D(2), D(6), D(3), D(4)};
    const wdm_cens ml[] = {C(1), C(1), C(1), D(6), D(3)};
    const wdm_cens no_ml[] = {C(1), C(1), C(1), D(3), D(3)};
    const wdm_cens unknown[] = {C((double)NAN), D(2), D(6), D(3), D(4)};
    wdm_cens_mean_result r = mean_of(plain, 3, WDM_CENS_AUTO);
    (void)state;
    assert_int_equal(r.method, WDM_CENS_ARITHMETIC);
    assert_near(r.mean, 3.0, 1e-15);
    assert_near(r.se, sqrt(7.0 / 3.0), 1e-15);
    assert_near(r.bounds.low, 3.0, 1e-15);
    r = mean_of(km, 5, WDM_CENS_AUTO);
    assert_int_equal(r.method, WDM_CENS_KM);
    assert_int_equal(r.n_censored, 1);
    assert_near(r.mean, 17.0 / 5.0, 1e-14);
    assert_near(r.bounds.low, 3.0, 1e-15);
    assert_near(r.bounds.high, 3.2, 1e-15);
    r = mean_of(ml, 5, WDM_CENS_AUTO);
    assert_int_equal(r.method, WDM_CENS_ML);
    assert_true(r.mean > 0.0 && r.se > 0.0 && !r.fell_back);
    r = mean_of(no_ml, 5, WDM_CENS_AUTO);
    assert_int_equal(r.method, WDM_CENS_BOUNDS);
    assert_true(r.fell_back && isnan(r.mean) && isnan(r.se));
    r = mean_of(unknown, 5, WDM_CENS_AUTO);
    assert_int_equal(r.method, WDM_CENS_BOUNDS);
    assert_true(r.limit_unknown && !r.fell_back && isnan(r.bounds.high));
    r = mean_of(km, 5, WDM_CENS_HALF_LOQ);
    assert_near(r.mean, 3.1, 1e-15);
    r = mean_of(plain, 1, WDM_CENS_AUTO);
    assert_true(isnan(r.se));
    assert_int_equal(mean_of(ml, 5, WDM_CENS_ROS).method, WDM_CENS_ROS);
}

static void named_method_is_refused_not_replaced(void **state)
{
    const wdm_cens v[] = {C((double)NAN), D(2), D(6), D(3), D(4)};
    static const wdm_cens_method methods[] = {WDM_CENS_ARITHMETIC, WDM_CENS_KM,       WDM_CENS_ML,
                                              WDM_CENS_ROS,        WDM_CENS_HALF_LOQ, WDM_CENS_CONDITIONAL};
    const wdm_cens known[] = {C(1), D(2), D(6)};
    wdm_cens_mean_result r = {0};
    wdm_err err = {0};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        const wdm_cens_ask ask = {.method = methods[i], .prior = {0.3, 10.0}};
        assert_int_equal(wdm_cens_mean(v, 5, &ask, &r, &err), WDM_E_DATA);
        assert_true(isnan(r.mean));
    }
    const wdm_cens_ask no_prior = {.method = WDM_CENS_CONDITIONAL};
    assert_int_equal(wdm_cens_mean(known, 3, &no_prior, &r, &err), WDM_E_DATA);
}

// The posterior on a fine grid of meanlog and log sdlog, as a check of the quadrature.
static void grid_posterior(const wdm_cens *v, size_t n, const wdm_cens_prior *prior, double *mean, double *se)
{
    double weight = 0.0;
    double sum = 0.0;
    double sum_sq = 0.0;
    double inside = 0.0;
    for (double mu = -6.0; mu < 3.0; mu += 0.02) {
        for (double ls = -3.0; ls < 1.5; ls += 0.02) {
            const double s = exp(ls);
            double log_w = -prior->df * ls - 0.5 * prior->df * prior->sdlog * prior->sdlog / (s * s);
            double filled = 0.0;
            double var = 0.0;
            for (size_t i = 0; i < n; i++) {
                const double b = (log(v[i].x) - mu) / s;
                const double a = v[i].low > 0.0 ? (log(v[i].low) - mu) / s : -40.0;
                const double p = gsl_cdf_ugaussian_P(b) - gsl_cdf_ugaussian_P(a);
                if (!v[i].censored) {
                    log_w -= ls + 0.5 * b * b;
                    filled += v[i].x;
                    continue;
                }
                const double first = gsl_cdf_ugaussian_P(b - s) - gsl_cdf_ugaussian_P(a - s);
                const double second = gsl_cdf_ugaussian_P(b - 2.0 * s) - gsl_cdf_ugaussian_P(a - 2.0 * s);
                const double m = p > 1e-250 ? exp(mu + 0.5 * s * s) * first / p : 0.0;
                log_w += p > 1e-250 ? log(p) : -1e9;
                filled += m;
                var += p > 1e-250 ? exp(2.0 * mu + 2.0 * s * s) * second / p - m * m : 0.0;
            }
            const double w = exp(log_w + 20.0);
            weight += w;
            sum += w * filled;
            sum_sq += w * filled * filled;
            inside += w * var;
        }
    }
    *mean = sum / weight / (double)n;
    *se = sqrt(sum_sq / weight - sum / weight * sum / weight + inside / weight) / (double)n;
}

static void conditional_means_are_those_of_the_posterior(void **state)
{
    static const wdm_cens few[] = {C(1), C(1.2), D(1.5), C(0.9), D(2.1), C(1.1), C(1)};
    static const wdm_cens many[] = {D(1.9), D(2.2), C(1.5), D(2.5), D(1.7), C(1.4), D(3.1)};
    static const wdm_cens between[] = {{1.0, true, 0.3}, D(1.5), {1.0, true, 0.3}, C(0.3), D(2.5)};
    static const struct {
        const wdm_cens *v;
        size_t n;
        wdm_cens_prior prior;
    } c[] = {{few, 7, {0.3, 15.0}}, {few, 7, {0.6, 4.0}}, {many, 7, {0.3, 15.0}}, {between, 5, {0.5, 10.0}}};
    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        wdm_cens_fill fill[7];
        wdm_cens_conditional fit = {0};
        double mean = 0.0;
        double se = 0.0;
        double filled = 0.0;
        grid_posterior(c[i].v, c[i].n, &c[i].prior, &mean, &se);
        assert_int_equal(wdm_cens_conditional_fit(c[i].v, c[i].n, &c[i].prior, fill, &fit, NULL), WDM_OK);
        print_message("mean %.6f of %.6f, se %.6f of %.6f\n", fit.mean, mean,
                      hypot(fit.se_inside, fit.se_fit), se);
        assert_near(fit.mean, mean, 0.003 * mean);
        assert_near(hypot(fit.se_inside, fit.se_fit), se, 0.03 * se);
        for (size_t k = 0; k < c[i].n; k++) {
            filled += fill[k].mean / (double)c[i].n;
            assert_true(fill[k].mean <= c[i].v[k].x && (fill[k].mean > c[i].v[k].low));
            assert_true(c[i].v[k].censored ? fill[k].var > 0.0 : fill[k].var == 0.0);
        }
        assert_near(filled, fit.mean, 1e-12);
    }
}

static void likelihood_uses_both_ends_of_an_interval(void **state)
{
    const wdm_cens wide[] = {C(1), C(1), D(1.5), D(2.5), D(3), D(1.2)};
    const wdm_cens narrow[] = {{1, true, 0.9}, {1, true, 0.9}, D(1.5), D(2.5), D(3), D(1.2)};
    wdm_cens_ml ml[2];
    (void)state;
    assert_int_equal(wdm_cens_ml_fit(wide, 6, &ml[0], NULL), WDM_OK);
    assert_int_equal(wdm_cens_ml_fit(narrow, 6, &ml[1], NULL), WDM_OK);
    // close to the sample with 0.95 in place of the intervals, which is what they say
    const wdm_cens points[] = {D(0.95), D(0.95), D(1.5), D(2.5), D(3), D(1.2)};
    wdm_cens_ml exact = {0};
    assert_int_equal(wdm_cens_ml_fit(points, 6, &exact, NULL), WDM_OK);
    assert_near(ml[1].meanlog, exact.meanlog, 0.002);
    assert_near(ml[1].sdlog, exact.sdlog, 0.002);
    assert_true(ml[0].meanlog < ml[1].meanlog - 0.02 && ml[0].sdlog > ml[1].sdlog + 0.02);
}

static void short_memory_is_reported(void **state)
{
    const wdm_cens v[] = {C(1), C(1), C(1), D(6), D(3)};
    static const wdm_cens_method methods[] = {WDM_CENS_KM, WDM_CENS_ML, WDM_CENS_ROS, WDM_CENS_HALF_LOQ,
                                              WDM_CENS_CONDITIONAL};
    wdm_cens_mean_result r = {0};
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        const wdm_cens_ask ask = {.method = methods[i], .prior = {0.3, 10.0}};
        wdm_rc rc = WDM_E_NOMEM;
        uint64_t nth = 1;
        for (; rc != WDM_OK; nth++) {
            wdm_mem_fail_at(nth, 0);
            rc = wdm_cens_mean(v, 5, &ask, &r, NULL);
            assert_true(rc == WDM_OK || rc == WDM_E_NOMEM);
        }
        assert_true(nth > 3);
    }
    wdm_mem_fail_at(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(method_is_chosen_by_share_censored),
        cmocka_unit_test(method_names_go_both_ways),
        cmocka_unit_test(bounds_are_the_means_with_zero_and_limit),
        cmocka_unit_test(kaplan_meier_by_hand),
        cmocka_unit_test(epa_manganese),
        cmocka_unit_test(without_censoring_ml_is_the_moments_of_the_logs),
        cmocka_unit_test(ml_recovers_the_truth_and_its_interval_covers),
        cmocka_unit_test(extreme_samples_give_a_finite_fit_or_a_refusal),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
        cmocka_unit_test(automatic_mean_prints_its_choice_and_bounds),
        cmocka_unit_test(named_method_is_refused_not_replaced),
        cmocka_unit_test(conditional_means_are_those_of_the_posterior),
        cmocka_unit_test(likelihood_uses_both_ends_of_an_interval),
        cmocka_unit_test(short_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
