// SPDX-License-Identifier: GPL-3.0-or-later
// The published detectors against R surveillance: upper bounds of generated series
// (tests/reference/detectors.R wrote them), and all alarms of the published salmonella series in the
// reference folder.
#include "detector_reference.h"
#include "num/detector.h"
#include "numtest.h"

enum { N = 420, MAX_POINTS = 600 };
enum { COUNTS, LOADS, SPARSE };

// As in tests/reference/detectors.R.
static void generate(int kind, wdm_detector_point *points)
{
    double u[2 * N];
    double x = 20260105.0;
    for (size_t i = 0; i < sizeof u / sizeof *u; i++) {
        x = fmod(16807.0 * x, 2147483647.0);
        u[i] = x / 2147483647.0;
    }
    for (int32_t t = 1; t <= N; t++) {
        const double season = 6.0 + fabs((double)(t % 52) - 26.0) / 4.0;
        const double a = u[t - 1];
        double y = floor(season * (0.4 + 1.2 * a)) + ((t >= 200 && t <= 203) || t == 380 ? 30.0 : 0.0);
        if (kind == LOADS)
            y = 40.0 * (0.6 + 0.8 * u[N + t - 1]) + 0.05 * (double)t;
        if (kind == SPARSE)
            y = floor(2.2 * (a * a * a) * (1.0 + (double)t / (double)N));
        points[t - 1] = (wdm_detector_point){t, y, (double)NAN, (double)NAN, false};
    }
}

typedef struct setting {
    const char *name;
    double value;
} setting;

enum { SETTINGS = 10 };

static void run(const char *name, const setting *settings, const wdm_detector_point *points, size_t n,
                wdm_detector_verdict *verdicts)
{
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    wdm_err err = {0};
    const wdm_detector *detector = wdm_detector_find(name);
    assert_non_null(detector);
    wdm_detector_defaults(detector, parameters);
    for (size_t i = 0; i < SETTINGS && settings[i].name != NULL; i++)
        assert_int_equal(wdm_detector_set(detector, parameters, settings[i].name, settings[i].value, &err),
                         WDM_OK);
    assert_int_equal(detector->run(points, n, parameters, verdicts, &err), WDM_OK);
}

typedef struct reference {
    const char *name;
    setting settings[SETTINGS];
    int kind;
    size_t first; // point of the first figure, counted from 1
    const double *figures;
    size_t n;
    bool is_p; // the figures are p, not bounds
} reference;

#define FIGURES(array) array, sizeof(array) / sizeof *(array)
#define NOUFAILY                                                                                             \
    {"levels", 10}, {"past_out", 26}, {"trend_p", 1},                                                        \
    {                                                                                                        \
        "alpha", 0.005                                                                                       \
    }
#define R_DEFAULT                                                                                            \
    {"levels", 1}, {"past_out", 3}, {"trend_p", 0.05},                                                       \
    {                                                                                                        \
        "method", 0                                                                                          \
    }

// clang-format off
#define ROWS(kind, name, sigma)                                                                              \
    {"ears_c1", {{"min_sigma", sigma}}, kind, 12, FIGURES(ears_c1_##name), false},                           \
    {"ears_c2", {{"min_sigma", sigma}}, kind, 12, FIGURES(ears_c2_##name), false},                           \
    {"ears_c3", {{"min_sigma", sigma}, {"today", 0}}, kind, 12, FIGURES(ears_c3_##name), false},             \
    {"cusum", {{"reset", 0}, {"baseline", 100}}, kind, 101, FIGURES(cusum_pearsonNegBin_##name), false},     \
    {"cusum", {{"reset", 0}, {"baseline", 100}, {"standard", 1}}, kind, 101, FIGURES(cusum_rossi_##name),    \
     false},                                                                                                 \
    {"shewhart", {{"spread", 0}}, kind, 26, shewhart_##name, 1, false},                                      \
    {"shewhart", {{"spread", 1}}, kind, 26, shewhart_##name + 1, 1, false},                                  \
    {"ewma", {{"lambda", 0.2}}, kind, 26, FIGURES(ewma_##name), false},                                      \
    {"farrington", {{"alpha", 0.05}}, kind, 371, FIGURES(farrington_5_##name), false},                       \
    {"farrington", {{"alpha", 0.01}, {"years", 3}}, kind, 371, FIGURES(farrington_1_##name), false},         \
    {"farrington_flexible", {R_DEFAULT, {"alpha", 0.05}, {"r_variance", 1}}, kind, 371,                      \
     FIGURES(flexible_plain_##name), false},                                                                 \
    {"farrington_flexible", {R_DEFAULT, {"alpha", 0.01}, {"r_variance", 1}, {"years", 3}}, kind, 371,        \
     FIGURES(flexible_three_##name), false},                                                                 \
    {"farrington_flexible", {NOUFAILY, {"r_variance", 1}, {"method", 0}}, kind, 371,                         \
     FIGURES(flexible_delta_##name), false},                                                                 \
    {"farrington_flexible", {NOUFAILY, {"r_variance", 1}, {"method", 0}}, kind, 371,                         \
     FIGURES(flexible_delta_p_##name), true},                                                                \
    {"farrington_flexible", {NOUFAILY, {"r_variance", 1}, {"method", 1}}, kind, 371,                         \
     FIGURES(flexible_nb_##name), false},                                                                    \
    {"farrington_flexible", {NOUFAILY, {"r_variance", 1}, {"method", 1}}, kind, 371,                         \
     FIGURES(flexible_nb_p_##name), true},                                                                   \
    {"farrington_flexible", {NOUFAILY, {"r_variance", 1}, {"method", 2}}, kind, 371,                         \
     FIGURES(flexible_muan_##name), false},                                                                  \
    {"farrington_flexible", {{"levels", 5}, {"past_out", 20}, {"years", 4}, {"half_window", 2},              \
                             {"alpha", 0.05}, {"weights_threshold", 1e6}, {"trend_p", 0.05},                 \
                             {"method", 0}, {"phi_min", 1}},                                                 \
     kind, 371, FIGURES(flexible_unweighted_##name), false},                                                 \
    {"cdc_historical", {{"alpha", 0.025}}, kind, 281, FIGURES(cdc_##name), false}

static const reference references[] = {
    ROWS(COUNTS, counts, 0),
    ROWS(LOADS, loads, 0),
    ROWS(SPARSE, sparse, 0.5),
};
// clang-format on

static void figures_are_those_of_r(void **state)
{
    static wdm_detector_point points[N];
    static wdm_detector_verdict verdicts[N];
    double largest = 0.0;
    size_t compared = 0;
    (void)state;
    for (size_t r = 0; r < sizeof references / sizeof *references; r++) {
        const reference *ref = &references[r];
        generate(ref->kind, points);
        run(ref->name, ref->settings, points, N, verdicts);
        for (size_t i = 0; i < ref->n; i++) {
            const wdm_detector_verdict *v = &verdicts[ref->first - 1 + i];
            const double got = ref->is_p ? v->p : v->bound;
            assert_int_equal(v->state, WDM_DETECTOR_OK);
            if (isnan(ref->figures[i]) && isnan(got))
                continue;
            if (!(fabs(got - ref->figures[i]) <= 1e-6))
                print_error("%s, row %zu of the table, point %zu\n", ref->name, r, ref->first + i);
            assert_near(got, ref->figures[i], 1e-6);
            largest = fmax(largest, fabs(got - ref->figures[i]));
            compared++;
        }
    }
    print_message("%zu figures, largest difference %.2g\n", compared, largest);
}

static size_t read_cases(const char *file, size_t at, int32_t from, wdm_detector_point *points)
{
    char line[256];
    char field[64];
    size_t n = 0;
    FILE *f = refdata_open(file);
    if (f == NULL)
        return 0;
    assert_non_null(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f) != NULL) {
        refdata_field(line, at, field, sizeof field);
        assert_true(from >= 0 && (size_t)from + n < MAX_POINTS);
        points[n] =
            (wdm_detector_point){from + (int32_t)n, strtod(field, NULL), (double)NAN, (double)NAN, false};
        n++;
    }
    (void)fclose(f);
    return n;
}

// The alarms are those of R surveillance behind a Python package with these parameters, found by trying until
// all agreed; R 4.2.2 with surveillance 1.20.3 gives them too.
static const struct {
    const char *name;
    setting settings[SETTINGS];
    const char *file;
} salmonella[] = {
    {"ears_c1", {{"alpha", 0.001}, {"baseline", 7}}, "EarsC1"},
    {"ears_c2", {{"alpha", 0.001}, {"baseline", 7}}, "EarsC2"},
    {"ears_c3", {{"alpha", 0.001}, {"baseline", 7}, {"today", 0}}, "EarsC3"},
    {"cusum", {{"k", 1.04}, {"h", 2.26}, {"baseline", 365}, {"reset", 0}}, "Cusum"},
    {"farrington", {{"years", 3}, {"half_window", 3}, {"alpha", 0.01}}, "Farrington"},
    {"farrington_flexible",
     {R_DEFAULT, {"years", 3}, {"half_window", 3}, {"alpha", 0.01}, {"r_variance", 1}},
     "FarringtonFlexible"},
    {"cdc_historical", {{"years", 5}, {"blocks", 1}, {"alpha", 0.001}}, "CDC"},
};

static void all_alarms_of_the_published_series(void **state)
{
    static wdm_detector_point points[MAX_POINTS];
    static wdm_detector_point expected[MAX_POINTS];
    static wdm_detector_verdict verdicts[MAX_POINTS];
    size_t n_train = 0;
    size_t n_test = 0;
    (void)state;
    n_train = read_cases("detectors_mit/salmonella_train.csv", 1, 0, points);
    if (n_train == 0) {
        print_message("skipped: no real data (reference/detectors_mit is not in WDM_REALDATA_DIR)\n");
        skip();
        return;
    }
    n_test = read_cases("detectors_mit/salmonella_test.csv", 1, (int32_t)n_train, points + n_train);
    assert_int_equal(n_test, 105);
    for (size_t s = 0; s < sizeof salmonella / sizeof *salmonella; s++) {
        char file[128];
        size_t alarms = 0;
        (void)snprintf(file, sizeof file, "detectors_mit/%s_pred.csv", salmonella[s].file);
        assert_int_equal(read_cases(file, 4, 0, expected), n_test);
        run(salmonella[s].name, salmonella[s].settings, points, n_train + n_test, verdicts);
        for (size_t i = 0; i < n_test; i++) {
            const wdm_detector_verdict *v = &verdicts[n_train + i];
            assert_int_equal(v->state, WDM_DETECTOR_OK);
            if (v->alarm != (expected[i].value > 0.0))
                print_error("%s: week %zu\n", salmonella[s].file, i + 1);
            assert_int_equal(v->alarm, expected[i].value > 0.0);
            alarms += v->alarm ? 1 : 0;
        }
        print_message("%s: all %zu weeks agree, %zu alarms\n", salmonella[s].file, n_test, alarms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_r),
        cmocka_unit_test(all_alarms_of_the_published_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
