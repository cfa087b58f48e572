// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs in threads: every job once, results in order, the first failure in that order.
#include "unittest.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/jobs.h"
#include "base/mem.h"

enum { N_JOBS = 500 };

typedef struct world {
    long results[N_JOBS];
    atomic_int worked[N_JOBS];
    size_t handed;         // jobs handed over so far
    size_t ahead;          // that no job may outrun
    bool outran, disorder; //
    size_t fails_at, also_fails_at;
    bool hand_over_fails;
} world;

static long value_of(size_t job)
{
    unsigned long x = job + 1;
    for (size_t i = 0; i < 200 * (job % 17); i++)
        x = x * 6364136223846793005u + 1442695040888963407u;
    return (long)(x >> 1);
}

static wdm_rc work(void *user, int worker, size_t job, wdm_err *err)
{
    world *w = user;
    assert_true(worker >= 0);
    w->results[job] = value_of(job);
    atomic_fetch_add(&w->worked[job], 1);
    if (job == w->fails_at || job == w->also_fails_at)
        return wdm_err_set(err, WDM_E_DATA, "job %zu", job);
    return WDM_OK;
}

static wdm_rc hand_over(void *user, size_t job, wdm_err *err)
{
    world *w = user;
    w->disorder = w->disorder || job != w->handed || w->results[job] != value_of(job);
    w->handed++;
    for (size_t i = job + w->ahead + 1; i < N_JOBS; i++)
        w->outran = w->outran || atomic_load(&w->worked[i]) != 0;
    return w->hand_over_fails && job == 7 ? wdm_err_set(err, WDM_E_IO, "disk") : WDM_OK;
}

static wdm_rc run(world *w, int threads, wdm_err *err)
{
    const wdm_jobs jobs = {
        .n_threads = threads, .n_jobs = N_JOBS, .ahead = 9, .work = work, .hand_over = hand_over, .user = w};
    w->ahead = 9;
    return wdm_jobs_run(&jobs, err);
}

static world *fresh(void)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->fails_at = w->also_fails_at = N_JOBS;
    return w;
}

static void each_job_is_done_once_and_handed_over_in_order_by_any_number_of_threads(void **state)
{
    static const int threads[] = {1, 2, 3, 16};
    (void)state;
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        world *w = fresh();
        wdm_err err = {WDM_OK, ""};
        assert_int_equal(run(w, threads[t], &err), WDM_OK);
        assert_int_equal(w->handed, N_JOBS);
        assert_false(w->disorder);
        assert_false(w->outran);
        for (size_t i = 0; i < N_JOBS; i++)
            assert_int_equal(atomic_load(&w->worked[i]), 1);
        free(w);
    }
}

static void the_first_failure_in_order_is_the_one_that_is_told(void **state)
{
    static const int threads[] = {1, 2, 8};
    (void)state;
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        world *w = fresh();
        wdm_err err = {WDM_OK, ""};
        w->fails_at = 40;
        w->also_fails_at = 42;
        assert_int_equal(run(w, threads[t], &err), WDM_E_DATA);
        assert_string_equal(err.text, "job 40");
        assert_int_equal(w->handed, 40);
        assert_false(w->disorder);
        free(w);
    }
}

static void a_result_that_cannot_be_handed_over_ends_the_run(void **state)
{
    world *w = fresh();
    wdm_err err = {WDM_OK, ""};
    (void)state;
    w->hand_over_fails = true;
    assert_int_equal(run(w, 4, &err), WDM_E_IO);
    assert_string_equal(err.text, "disk");
    assert_int_equal(w->handed, 8);
    free(w);
}

static void no_job_is_no_work(void **state)
{
    const wdm_jobs none = {.n_threads = 4};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_jobs_run(&none, &err), WDM_OK);
}

static void without_memory_nothing_is_done(void **state)
{
    world *w = fresh();
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_mem_fail_at(1, 1);
    assert_int_equal(run(w, 4, &err), WDM_E_NOMEM);
    wdm_mem_fail_at(0, 0);
    assert_int_equal(w->handed, 0);
    assert_true(wdm_jobs_cores() >= 1);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_job_is_done_once_and_handed_over_in_order_by_any_number_of_threads),
        cmocka_unit_test(the_first_failure_in_order_is_the_one_that_is_told),
        cmocka_unit_test(a_result_that_cannot_be_handed_over_ends_the_run),
        cmocka_unit_test(no_job_is_no_work),
        cmocka_unit_test(without_memory_nothing_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
