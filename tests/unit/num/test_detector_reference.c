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
    size_t first; // point of the first bound, counted from 1
    const double *bounds;
    size_t n;
} reference;

#define BOUNDS(array) array, sizeof(array) / sizeof *(array)

static const reference references[] = {
    {"ears_c1", {{NULL, 0}}, COUNTS, 12, BOUNDS(ears_c1_counts)},
    {"ears_c1", {{NULL, 0}}, LOADS, 12, BOUNDS(ears_c1_loads)},
    {"ears_c1", {{"min_sigma", 0.5}}, SPARSE, 12, BOUNDS(ears_c1_sparse)},
    {"ears_c2", {{NULL, 0}}, COUNTS, 12, BOUNDS(ears_c2_counts)},
    {"ears_c2", {{NULL, 0}}, LOADS, 12, BOUNDS(ears_c2_loads)},
    {"ears_c2", {{"min_sigma", 0.5}}, SPARSE, 12, BOUNDS(ears_c2_sparse)},
    {"ears_c3", {{"today", 0}}, COUNTS, 12, BOUNDS(ears_c3_counts)},
    {"ears_c3", {{"today", 0}}, LOADS, 12, BOUNDS(ears_c3_loads)},
    {"ears_c3", {{"today", 0}, {"min_sigma", 0.5}}, SPARSE, 12, BOUNDS(ears_c3_sparse)},
    {"cusum", {{"reset", 0}, {"baseline", 100}}, COUNTS, 101, BOUNDS(cusum_pearsonNegBin_counts)},
    {"cusum", {{"reset", 0}, {"baseline", 100}}, LOADS, 101, BOUNDS(cusum_pearsonNegBin_loads)},
    {"cusum", {{"reset", 0}, {"baseline", 100}}, SPARSE, 101, BOUNDS(cusum_pearsonNegBin_sparse)},
    {"cusum", {{"reset", 0}, {"baseline", 100}, {"standard", 1}}, COUNTS, 101, BOUNDS(cusum_rossi_counts)},
    {"cusum", {{"reset", 0}, {"baseline", 100}, {"standard", 1}}, LOADS, 101, BOUNDS(cusum_rossi_loads)},
    {"cusum", {{"reset", 0}, {"baseline", 100}, {"standard", 1}}, SPARSE, 101, BOUNDS(cusum_rossi_sparse)},
    {"shewhart", {{NULL, 0}}, COUNTS, 26, shewhart_counts, 1},
    {"shewhart", {{"spread", 1}}, COUNTS, 26, shewhart_counts + 1, 1},
    {"shewhart", {{NULL, 0}}, LOADS, 26, shewhart_loads, 1},
    {"shewhart", {{"spread", 1}}, SPARSE, 26, shewhart_sparse + 1, 1},
    {"ewma", {{NULL, 0}}, COUNTS, 26, BOUNDS(ewma_counts)},
    {"ewma", {{NULL, 0}}, LOADS, 26, BOUNDS(ewma_loads)},
    {"ewma", {{NULL, 0}}, SPARSE, 26, BOUNDS(ewma_sparse)},
};

static void bounds_are_those_of_r(void **state)
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
            assert_int_equal(v->state, WDM_DETECTOR_OK);
            if (isnan(ref->bounds[i])) {
                assert_true(isnan(v->bound));
                continue;
            }
            if (!(fabs(v->bound - ref->bounds[i]) <= 1e-6))
                print_error("%s, row %zu of the table, point %zu\n", ref->name, r, ref->first + i);
            assert_near(v->bound, ref->bounds[i], 1e-6);
            largest = fmax(largest, fabs(v->bound - ref->bounds[i]));
            compared++;
        }
    }
    print_message("%zu bounds, largest difference %.2g\n", compared, largest);
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
        cmocka_unit_test(bounds_are_those_of_r),
        cmocka_unit_test(all_alarms_of_the_published_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
