// SPDX-License-Identifier: GPL-3.0-or-later
// Work in several threads, results in order: jobs 0, 1, 2 ... are worked on by any thread and handed over by
// the caller's thread one by one, in the order of their numbers. So the number of threads cannot be seen in
// what comes out.
#ifndef WDM_BASE_JOBS_H
#define WDM_BASE_JOBS_H

#include <stddef.h>

#include "base/err.h"

enum { WDM_JOBS_THREADS_MAX = 256 };

typedef struct wdm_jobs {
    int n_threads; // 1: all of it in the caller's thread; at most WDM_JOBS_THREADS_MAX
    size_t n_jobs;
    size_t ahead; // no job begins while this many before it are not handed over: bounds the memory; 0: 4 a
                  // thread
    // A job, in any thread; worker is 0 .. n_threads - 1, for what a thread has of its own. err is the job's.
    wdm_rc (*work)(void *user, int worker, size_t job, wdm_err *err);
    // Its results, in the caller's thread.
    wdm_rc (*hand_over)(void *user, size_t job, wdm_err *err);
    void *user;
} wdm_jobs;

// Runs all jobs. The first failure in the order of the jobs ends the run and is returned; later jobs may have
// been worked on by then, none of them is handed over. WDM_E_NOMEM also when no thread can be made.
wdm_rc wdm_jobs_run(const wdm_jobs *jobs, wdm_err *err) WDM_MUST_CHECK;
// Number of threads that the machine runs at the same time, at least 1.
int wdm_jobs_cores(void);

#endif
