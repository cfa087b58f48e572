// SPDX-License-Identifier: GPL-3.0-or-later
// What no published detector may do, whatever the series; each test walks all of them.
#include "base/mem.h"
#include "detectortest.h"

static void put_censored(size_t i, double limit)
{
    points[i] = (wdm_detector_point){(int32_t)i, (double)NAN, limit, (double)NAN, false};
}

static const wdm_detector *needed(size_t at, size_t *needs)
{
    const wdm_detector *detector = wdm_detectors[at];
    if (detector != NULL)
        *needs = detector->needs(NULL);
    return detector;
}

static void check_figures(const wdm_detector *detector, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const wdm_detector_verdict *v = &verdicts[i];
        if (isinf(v->expected) || isinf(v->bound) || isinf(v->statistic) || isinf(v->p) ||
            (v->state == WDM_DETECTOR_OK && isnan(v->expected)) ||
            (v->state != WDM_DETECTOR_OK && v->alarm) ||
            (v->state != WDM_DETECTOR_OK && !isnan(v->expected)) || v->p < 0.0 || v->p > 1.0)
            fail_msg("%s, point %zu: state %d, alarm %d, %g %g %g %g", detector->name, i, (int)v->state,
                     v->alarm, v->expected, v->bound, v->statistic, v->p);
    }
}

static void the_list_is_sound(void **state)
{
    size_t needs = 0;
    const wdm_detector *d = NULL;
    (void)state;
    for (size_t k = 0; (d = needed(k, &needs)) != NULL; k++) {
        assert_ptr_equal(wdm_detector_find(d->name), d);
        assert_true(d->n_parameters <= WDM_DETECTOR_PARAMETERS_MAX);
        assert_non_null(strstr(d->source, "doi:"));
        for (size_t i = 0; i < d->n_parameters; i++) {
            const wdm_detector_parameter *p = &d->parameters[i];
            assert_true(p->value >= p->least && p->value <= p->greatest);
            assert_true(!p->whole || p->value == floor(p->value));
        }
        assert_true(needs >= 3 && needs < 300);
    }
    assert_null(wdm_detector_find("c4"));
    assert_string_equal(wdm_detector_state_text(WDM_DETECTOR_INSUFFICIENT), "insufficient data");
}

static void a_parameter_out_of_range_is_refused(void **state)
{
    double parameters[WDM_DETECTOR_PARAMETERS_MAX];
    const wdm_detector *c1 = found("ears_c1", parameters);
    wdm_err err = {0};
    (void)state;
    assert_int_equal(wdm_detector_set(c1, parameters, "baseline", 7.5, &err), WDM_E_CONFIG);
    assert_string_equal(err.text, "detector ears_c1: baseline must be a whole number from 3 to 104, got 7.5");
    assert_int_equal(wdm_detector_set(c1, parameters, "alfa", 0.1, &err), WDM_E_CONFIG);
    assert_string_equal(err.text,
                        "detector ears_c1 has no parameter alfa; it has alpha, baseline, min_sigma");
    put(0, 1.0);
    for (size_t k = 0; wdm_detectors[k] != NULL; k++) {
        const wdm_detector *d = wdm_detectors[k];
        for (size_t i = 0; i < d->n_parameters; i++) {
            const double wrong[] = {d->parameters[i].least - 1.0, d->parameters[i].greatest + 1.0,
                                    (double)NAN, (double)INFINITY};
            for (size_t w = 0; w < 4; w++) {
                wdm_detector_defaults(d, parameters);
                parameters[i] = wrong[w];
                assert_int_equal(d->run(points, 1, parameters, verdicts, &err), WDM_E_DATA);
            }
        }
    }
}

static void points_that_cannot_be_are_refused(void **state)
{
    static const double wrong[] = {-1.0, (double)INFINITY, 1e101};
    (void)state;
    for (size_t k = 0; wdm_detectors[k] != NULL; k++) {
        put(0, 1.0);
        put(1, 1.0);
        points[1].when = 0;
        assert_int_equal(wdm_detectors[k]->run(points, 2, NULL, verdicts, NULL), WDM_E_DATA);
        for (size_t i = 0; i < 3; i++) {
            put(1, wrong[i]);
            assert_int_equal(wdm_detectors[k]->run(points, 2, NULL, verdicts, NULL), WDM_E_DATA);
            put_censored(1, wrong[i]);
            assert_int_equal(wdm_detectors[k]->run(points, 2, NULL, verdicts, NULL), WDM_E_DATA);
        }
        assert_int_equal(wdm_detectors[k]->run(NULL, 0, NULL, NULL, NULL), WDM_OK);
    }
}

// A series of one value, of zeros, of nothing, and of what doubles can just hold.
static void no_series_makes_a_figure_that_is_none(void **state)
{
    static const double kinds[] = {10.0, 0.1, 0.0, 1e100, 1e-300};
    size_t needs = 0;
    const wdm_detector *d = NULL;
    (void)state;
    for (size_t k = 0; (d = needed(k, &needs)) != NULL; k++) {
        for (size_t kind = 0; kind < 5; kind++) {
            for (size_t i = 0; i < MAX; i++)
                put(i, kinds[kind]);
            run(d, NULL, MAX);
            check_figures(d, MAX);
            for (size_t i = 0; i < MAX; i++) {
                assert_false(verdicts[i].alarm);
                // at the ends of doubles a regression need not converge: it says so
                if (kind < 3 || verdicts[i].state != WDM_DETECTOR_INSUFFICIENT)
                    assert_int_equal(verdicts[i].state,
                                     i < needs ? WDM_DETECTOR_INSUFFICIENT : WDM_DETECTOR_OK);
            }
        }
        for (size_t i = 0; i < MAX; i++)
            put(i, i % 3 == 0 ? 1e100 : (i % 3 == 1 ? 0.0 : 1e-300));
        run(d, NULL, MAX);
        check_figures(d, MAX);
        for (size_t i = 0; i < MAX; i++)
            put(i, (double)NAN);
        run(d, NULL, MAX);
        for (size_t i = 0; i < MAX; i++)
            assert_int_equal(verdicts[i].state, WDM_DETECTOR_NO_VALUE);
        check_figures(d, MAX);
    }
}

// 20 % of the weeks missing, most of them not even as points: a step is still seen.
static void missing_weeks_do_not_disable(void **state)
{
    size_t needs = 0;
    const wdm_detector *d = NULL;
    (void)state;
    for (size_t k = 0; (d = needed(k, &needs)) != NULL; k++) {
        size_t n = 0;
        for (size_t week = 0; n < 400; week++) {
            if (week % 5 == 3 && week % 10 != 8)
                continue;
            put(n, week % 5 == 3 ? (double)NAN : 20.0 + 3.0 * (double)((week * 7) % 4));
            points[n++].when = (int32_t)week;
        }
        points[397].value = points[398].value = points[399].value = 200.0;
        run(d, NULL, n);
        assert_int_equal(verdicts[399].state, WDM_DETECTOR_OK);
        assert_true(verdicts[397].alarm || verdicts[398].alarm);
        for (size_t i = 390; i < 397; i++)
            assert_int_equal(verdicts[i].state,
                             isnan(points[i].value) ? WDM_DETECTOR_NO_VALUE : WDM_DETECTOR_OK);
    }
}

// Series with holes, cut off anywhere: with a value in each period from then on the detector works in the
// period that was said, and where no hole is the reason not before it.
static void works_from_is_when_it_works(void **state)
{
    size_t needs = 0;
    const wdm_detector *d = NULL;
    (void)state;
    for (size_t k = 0; (d = needed(k, &needs)) != NULL; k++) {
        for (size_t every = 2; every < 9; every += 3) {
            for (size_t cut = 1; cut < 300; cut += 37) {
                size_t n = 0;
                int32_t last = 0;
                int32_t from = 0;
                for (size_t week = 0; n < cut; week++) {
                    if (week % every == 1)
                        continue;
                    put(n, week % 11 == 4 ? (double)NAN : 20.0);
                    points[n++].when = (int32_t)week;
                }
                put(n, 20.0);
                last = points[n].when = points[n - 1].when + 1;
                run(d, NULL, ++n);
                if (verdicts[n - 1].state != WDM_DETECTOR_INSUFFICIENT)
                    continue;
                from = d->works_from(points, n, NULL);
                assert_true(from > last && from <= last + 1 + (int32_t)needs);
                while (points[n - 1].when < from) {
                    put(n, 20.0);
                    points[n].when = points[n - 1].when + 1;
                    n++;
                }
                run(d, NULL, n);
                assert_int_equal(verdicts[n - 1].state, WDM_DETECTOR_OK);
                if (from > last + 1)
                    assert_int_equal(verdicts[n - 2].state, WDM_DETECTOR_INSUFFICIENT);
            }
        }
    }
}

static void censored_points_never_alarm(void **state)
{
    size_t needs = 0;
    const wdm_detector *d = NULL;
    (void)state;
    for (size_t k = 0; (d = needed(k, &needs)) != NULL; k++) {
        size_t ok = 0;
        for (size_t i = 0; i < MAX; i++)
            put(i, 20.0 + 3.0 * (double)((i * 7) % 4));
        for (size_t i = needs + 20; i < MAX; i += 11)
            put_censored(i, i % 2 == 0 ? 2.0 : 5000.0);
        run(d, NULL, MAX);
        check_figures(d, MAX);
        for (size_t i = needs + 20; i < MAX; i += 11) {
            assert_false(verdicts[i].alarm);
            if (points[i].limit == 5000.0)
                assert_int_equal(verdicts[i].state, WDM_DETECTOR_NO_VALUE);
            ok += verdicts[i].state == WDM_DETECTOR_OK ? 1 : 0;
        }
        assert_true(ok > 0); // a low limit is judged
    }
}

// An excluded point is judged itself; all others are as if it were missing.
static void excluded_points_leave_no_trace(void **state)
{
    static wdm_detector_verdict without[MAX];
    size_t needs = 0;
    const wdm_detector *d = NULL;
    (void)state;
    for (size_t k = 0; (d = needed(k, &needs)) != NULL; k++) {
        const size_t at = needs + 60;
        for (size_t i = 0; i < MAX; i++)
            put(i, 20.0 + 3.0 * (double)((i * 7) % 4));
        put(at, (double)NAN);
        run(d, NULL, MAX);
        memcpy(without, verdicts, sizeof without);
        put(at, 900.0);
        points[at].excluded = true;
        run(d, NULL, MAX);
        assert_int_equal(verdicts[at].state, WDM_DETECTOR_OK);
        for (size_t i = 0; i < MAX; i++) {
            if (i == at || without[i].state != WDM_DETECTOR_OK)
                continue;
            assert_int_equal(verdicts[i].alarm, without[i].alarm);
            assert_true(verdicts[i].bound == without[i].bound || isnan(without[i].bound));
        }
    }
}

static void memory_running_out_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < MAX; i++)
        put(i, 20.0 + 3.0 * (double)((i * 7) % 4));
    for (size_t k = 0; wdm_detectors[k] != NULL; k++) {
        wdm_rc rc = WDM_E_NOMEM;
        uint64_t nth = 0;
        while (rc == WDM_E_NOMEM) {
            wdm_mem_fail_at(++nth, 0);
            rc = wdm_detectors[k]->run(points, MAX, NULL, verdicts, NULL);
            wdm_mem_fail_at(0, 0);
        }
        assert_int_equal(rc, WDM_OK);
        assert_true(nth >= 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_sound),
        cmocka_unit_test(a_parameter_out_of_range_is_refused),
        cmocka_unit_test(points_that_cannot_be_are_refused),
        cmocka_unit_test(no_series_makes_a_figure_that_is_none),
        cmocka_unit_test(missing_weeks_do_not_disable),
        cmocka_unit_test(works_from_is_when_it_works),
        cmocka_unit_test(censored_points_never_alarm),
        cmocka_unit_test(excluded_points_leave_no_trace),
        cmocka_unit_test(memory_running_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
