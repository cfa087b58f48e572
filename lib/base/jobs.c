// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/jobs.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

typedef struct outcome {
    bool finished;
    wdm_err err;
} outcome;

typedef struct crew {
    const wdm_jobs *jobs;
    pthread_mutex_t mutex;  // guards all below
    pthread_cond_t changed; // a job has finished, was handed over, or the run ends
    outcome *outcomes;      // of the jobs in flight, by number modulo ahead
    size_t ahead;
    size_t next, handed; // the next job to begin; jobs handed over
    bool stop;
    int n_started; // threads that have taken their number
} crew;

static void *work(void *argument)
{
    crew *c = argument;
    int worker = 0;
    (void)pthread_mutex_lock(&c->mutex);
    worker = c->n_started++;
    while (!c->stop && c->next < c->jobs->n_jobs) {
        const size_t job = c->next;
        outcome out = {true, {WDM_OK, ""}};
        if (job >= c->handed + c->ahead) {
            (void)pthread_cond_wait(&c->changed, &c->mutex);
            continue;
        }
        c->next++;
        (void)pthread_mutex_unlock(&c->mutex);
        out.err.rc = c->jobs->work(c->jobs->user, worker, job, &out.err);
        (void)pthread_mutex_lock(&c->mutex);
        c->outcomes[job % c->ahead] = out;
        (void)pthread_cond_broadcast(&c->changed);
    }
    (void)pthread_mutex_unlock(&c->mutex);
    return NULL;
}

// In the caller's thread: waits for each job in turn.
static wdm_rc hand_over_all(crew *c, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t job = 0; job < c->jobs->n_jobs && rc == WDM_OK; job++) {
        outcome *out = &c->outcomes[job % c->ahead];
        (void)pthread_mutex_lock(&c->mutex);
        while (!out->finished)
            (void)pthread_cond_wait(&c->changed, &c->mutex);
        if (out->err.rc != WDM_OK)
            rc = wdm_err_set(err, out->err.rc, "%s", out->err.text);
        (void)pthread_mutex_unlock(&c->mutex);
        if (rc == WDM_OK)
            rc = c->jobs->hand_over(c->jobs->user, job, err);
        (void)pthread_mutex_lock(&c->mutex);
        out->finished = false;
        c->handed++;
        c->stop = c->stop || rc != WDM_OK;
        (void)pthread_cond_broadcast(&c->changed);
        (void)pthread_mutex_unlock(&c->mutex);
    }
    return rc;
}

static wdm_rc run_alone(const wdm_jobs *jobs, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t job = 0; job < jobs->n_jobs && rc == WDM_OK; job++) {
        rc = jobs->work(jobs->user, 0, job, err);
        if (rc == WDM_OK)
            rc = jobs->hand_over(jobs->user, job, err);
    }
    return rc;
}

wdm_rc wdm_jobs_run(const wdm_jobs *jobs, wdm_err *err)
{
    crew c = {.jobs = jobs, .ahead = jobs->ahead};
    pthread_t threads[WDM_JOBS_THREADS_MAX];
    int n = 0;
    wdm_rc rc = WDM_OK;
    if (jobs->n_threads <= 1 || jobs->n_jobs <= 1)
        return run_alone(jobs, err);
    if (c.ahead == 0)
        c.ahead = 4 * (size_t)jobs->n_threads;
    c.outcomes = wdm_alloc(c.ahead, sizeof *c.outcomes);
    if (c.outcomes == NULL)
        return wdm_err_nomem(err);
    (void)pthread_mutex_init(&c.mutex, NULL);
    (void)pthread_cond_init(&c.changed, NULL);
    while (n < jobs->n_threads && n < WDM_JOBS_THREADS_MAX &&
           pthread_create(&threads[n], NULL, work, &c) == 0)
        n++;
    rc = n == 0 ? wdm_err_set(err, WDM_E_NOMEM, "no thread can be made") : hand_over_all(&c, err);
    for (int i = 0; i < n; i++)
        (void)pthread_join(threads[i], NULL);
    (void)pthread_cond_destroy(&c.changed);
    (void)pthread_mutex_destroy(&c.mutex);
    wdm_free(c.outcomes);
    return rc;
}

int wdm_jobs_cores(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > WDM_JOBS_THREADS_MAX ? (int)WDM_JOBS_THREADS_MAX : (int)n;
}
