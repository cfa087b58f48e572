// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"
#include "num/robust.h"
#include "numtest.h"

static double number(wdm_rc (*f)(const double *, size_t, double *, wdm_err *), const double *x, size_t n)
{
    wdm_err err = {0};
    double out = 0.0;
    assert_int_equal(f(x, n, &out, &err), WDM_OK);
    return out;
}

static void examples_of_the_header_hold(void **state)
{
    const double a[] = {1, 2, 6};
    const double b[] = {1, 6, 2};
    const double c[] = {1, 2, 3, 4, 100};
    const double d[] = {4, 1, 3, 2};
    double q = 0.0;
    (void)state;
    assert_near(number(wdm_robust_mean, a, 3), 3.0, 0.0);
    assert_near(number(wdm_robust_sd, a, 3), sqrt(7.0), 1e-15);
    assert_near(number(wdm_robust_median, b, 3), 2.0, 0.0);
    assert_near(number(wdm_robust_median, d, 4), 2.5, 0.0);
    assert_near(number(wdm_robust_mad, c, 5), 1.0, 0.0);
    assert_int_equal(wdm_robust_quantile(d, 4, 0.25, &q, NULL), WDM_OK);
    assert_near(q, 1.75, 1e-15);
    assert_near(wdm_robust_mad_factor(26), 26.0 / 25.2, 1e-15);
    assert_near(wdm_robust_mad_factor(9), 1.107, 0.0);
    assert_near(wdm_robust_mad_factor(10), 10.0 / 9.2, 1e-15);
    assert_true(isnan(wdm_robust_mad_factor(1)));
}

// R 4.2: quantile(c(0.2, 3.4, 1.5, 9, 4.4, 2.2, 7), c(.05, .3, .77)) and mad()
static void quantiles_and_mad_are_those_of_r(void **state)
{
    const double x[] = {0.2, 3.4, 1.5, 9, 4.4, 2.2, 7};
    const double p[] = {0.05, 0.3, 0.77, 0.0, 1.0};
    const double expected[] = {0.590, 2.060, 6.012, 0.2, 9.0};
    double q = 0.0;
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(wdm_robust_quantile(x, 7, p[i], &q, NULL), WDM_OK);
        assert_near(q, expected[i], 1e-14);
    }
    assert_near(1.4826 * number(wdm_robust_mad, x, 7), 2.81694, 1e-12);
    assert_near(x[0], 0.2, 0.0); // the input keeps its order
    assert_near(x[3], 9.0, 0.0);
}

static void missing_values_are_refused_not_sorted(void **state)
{
    const double x[] = {1, (double)NAN, 3};
    const double inf[] = {1, (double)INFINITY};
    const double huge[] = {1.7e308, -1.7e308};
    double kept[3] = {0};
    double out = 7.0;
    wdm_err err = {0};
    (void)state;
    assert_int_equal(wdm_robust_mean(x, 3, &out, &err), WDM_E_DATA);
    assert_true(isnan(out));
    assert_non_null(strstr(err.text, "value 2"));
    assert_int_equal(wdm_robust_sd(x, 3, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_median(x, 3, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_mad(x, 3, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_mean(inf, 2, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_mean(x, 0, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_sd(x, 1, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_quantile(x, 1, (double)NAN, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_quantile(x, 1, 1.01, &out, &err), WDM_E_DATA);
    assert_int_equal(wdm_robust_median(huge, 2, &out, &err), WDM_OK);
    assert_near(out, 0.0, 0.0);
    assert_int_equal(wdm_robust_present(x, 3, kept), 2);
    assert_near(kept[1], 3.0, 0.0);
    assert_int_equal(wdm_robust_present(x, 0, kept), 0);
}

static void short_memory_is_reported(void **state)
{
    const double x[] = {1, 2, 3};
    double out = 0.0;
    (void)state;
    for (uint64_t nth = 1; nth <= 3; nth++) {
        wdm_mem_fail_at(nth, 0);
        assert_int_equal(wdm_robust_mad(x, 3, &out, NULL), WDM_E_NOMEM);
    }
    wdm_mem_fail_at(0, 0);
}

typedef struct strd {
    const char *file;
    size_t n;
    double mean;
    double sd;
    double least_digits_sd;
} strd;

// Correct digits: -log10 of the relative error, 15 when exact.
static double digits(double got, double certified)
{
    const double error = fabs(got - certified) / fabs(certified);
    return error > 0.0 ? fmin(15.0, -log10(error)) : 15.0;
}

static bool read_strd(const strd *set, double *x)
{
    char name[64] = "";
    char line[512] = "";
    size_t n = 0;
    FILE *file = NULL;
    snprintf(name, sizeof name, "nist_strd/%s.dat", set->file);
    file = refdata_open(name);
    if (file == NULL)
        return false;
    while (fgets(line, sizeof line, file) != NULL) {
        char *end = NULL;
        const double value = strtod(line, &end);
        if (strncmp(line, "-----", 5) == 0)
            n = 0; // the rule under "Data: Y": numbers before it belong to the text
        else if (end != line && n < 2000)
            x[n++] = value;
    }
    fclose(file);
    assert_int_equal(n, set->n);
    return true;
}

// NIST StRD, univariate summary statistics; the certified values are those in the files. NumAcc3 and NumAcc4
// are 1e6 and 1e7 with a spread of 0.1: their decimals have no exact double, and the rounding of the data
// alone costs sd digits.
static void certified_mean_and_sd_of_nist(void **state)
{
    static const strd sets[] = {
        {"NumAcc1", 3, 10000002.0, 1.0, 9.0},
        {"NumAcc2", 1001, 1.2, 0.1, 9.0},
        {"NumAcc3", 1001, 1000000.2, 0.1, 9.0},
        {"NumAcc4", 1001, 10000000.2, 0.1, 8.0},
        {"Michelso", 100, 299.8524, 0.0790105478190518, 9.0},
        {"Mavro", 50, 2.001856, 0.000429123454003053, 9.0},
        {"Lew", 200, -177.435, 277.332168044316, 9.0},
        {"Lottery", 218, 518.958715596330, 291.699727470969, 9.0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        double x[2000] = {0};
        double digits_mean = 0.0;
        double digits_sd = 0.0;
        if (!read_strd(&sets[i], x)) {
            print_message("skipped: no real data\n");
            skip();
        }
        digits_mean = digits(number(wdm_robust_mean, x, sets[i].n), sets[i].mean);
        digits_sd = digits(number(wdm_robust_sd, x, sets[i].n), sets[i].sd);
        print_message("%-9s correct digits: mean %.1f, sd %.1f\n", sets[i].file, digits_mean, digits_sd);
        assert_true(digits_mean >= 9.0);
        assert_true(digits_sd >= sets[i].least_digits_sd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_header_hold),
        cmocka_unit_test(quantiles_and_mad_are_those_of_r),
        cmocka_unit_test(missing_values_are_refused_not_sorted),
        cmocka_unit_test(short_memory_is_reported),
        cmocka_unit_test(certified_mean_and_sd_of_nist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
