// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"
#include "num/glm_quasipoisson.h"
#include "numtest.h"

enum { N = 9 };

static const double y[N] = {2, 3, 6, 7, 8, 9, 10, 12, 15};
static const double x[N][2] = {{1, -1}, {1, -1}, {1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 1}, {1, 1}, {1, 1}};

static wdm_glm opened(size_t n)
{
    wdm_glm glm = {.n = 0};
    assert_int_equal(wdm_glm_init(&glm, n, NULL), WDM_OK);
    return glm;
}

// R 4.2.2: glm(y ~ x, family = quasipoisson)
static void figures_are_those_of_r(void **state)
{
    wdm_glm glm = opened(N);
    const double intercept[2] = {1.0, 0.0};
    (void)state;
    assert_true(wdm_glm_fit(&glm, &x[0][0], y, NULL, N, 2));
    assert_near(glm.beta[0], 1.88927199562, 1e-11);
    assert_near(glm.beta[1], 0.66978560330, 1e-11);
    assert_near(glm.dispersion, 0.414556, 5e-7);
    assert_near(sqrt(glm.dispersion * wdm_glm_variance(&glm, intercept)), 0.09150029299, 1e-10);
    assert_near(wdm_glm_p(&glm, 1, glm.dispersion), 0.00064899, 5e-9);
    wdm_glm_fini(&glm);
}

// R 4.2.2: glm(y ~ x, family = quasipoisson, weights = seq(0.5, 1.5, length = 9))
static void weights_are_those_of_r(void **state)
{
    static const double hat[N] = {0.18757868980304, 0.23447336225379, 0.12484444312130,
                                  0.14565185030818, 0.16645925749506, 0.18726666468194,
                                  0.28900779767779, 0.31790857744556, 0.34680935721334};
    double weights[N];
    wdm_glm glm = opened(N);
    (void)state;
    for (size_t i = 0; i < N; i++)
        weights[i] = 0.5 + 0.125 * (double)i;
    assert_true(wdm_glm_fit(&glm, &x[0][0], y, weights, N, 2));
    assert_near(glm.beta[0], 1.9377181707602, 1e-12);
    assert_near(glm.beta[1], 0.6128074866020, 1e-12);
    assert_near(glm.dispersion, 0.40785982752907, 1e-12);
    assert_near(wdm_glm_p(&glm, 1, glm.dispersion), 1.3451956341658e-03, 1e-12);
    wdm_glm_hat(&glm, &x[0][0]);
    for (size_t i = 0; i < N; i++)
        assert_near(glm.hat[i], hat[i], 1e-12);
    wdm_glm_fini(&glm);
}

static void what_cannot_be_fitted_is_said(void **state)
{
    static const double twice[N][2] = {{1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2},
                                       {1, 2}, {1, 2}, {1, 2}, {1, 2}};
    static const double zeros[N] = {0.0};
    wdm_glm glm = opened(N);
    (void)state;
    assert_false(wdm_glm_fit(&glm, &twice[0][0], y, NULL, N, 2)); // columns that depend on each other
    assert_false(wdm_glm_fit(&glm, &x[0][0], y, NULL, 2, 2));     // no degree of freedom
    assert_false(wdm_glm_fit(&glm, &x[0][0], y, NULL, N + 1, 2)); // no room
    assert_false(wdm_glm_fit(&glm, &x[0][0], y, NULL, N, 0));
    // the log of a mean of 0 does not exist; the steps end either way
    if (wdm_glm_fit(&glm, &x[0][0], zeros, NULL, N, 2))
        assert_true(isfinite(glm.beta[0]) && isfinite(glm.dispersion));
    wdm_glm_fini(&glm);
}

static void a_perfect_fit_has_no_spread(void **state)
{
    static const double ten[N] = {10, 10, 10, 10, 10, 10, 10, 10, 10};
    wdm_glm glm = opened(N);
    (void)state;
    assert_true(wdm_glm_fit(&glm, &x[0][0], ten, NULL, N, 2));
    assert_near(glm.beta[0], log(10.0), 1e-12);
    assert_near(glm.dispersion, 0.0, 1e-20);
    assert_near(wdm_glm_p(&glm, 1, 0.0), glm.beta[1] == 0.0 ? 1.0 : 0.0, 0.0);
    wdm_glm_fini(&glm);
}

static void memory_running_out_is_said(void **state)
{
    (void)state;
    for (uint64_t nth = 1; nth <= 4; nth++) {
        wdm_glm glm = {.n = 0};
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_glm_init(&glm, N, NULL), WDM_E_NOMEM);
        wdm_mem_fail_at(0, 0);
        wdm_glm_fini(&glm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_r),        cmocka_unit_test(weights_are_those_of_r),
        cmocka_unit_test(what_cannot_be_fitted_is_said), cmocka_unit_test(a_perfect_fit_has_no_spread),
        cmocka_unit_test(memory_running_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
