// SPDX-License-Identifier: GPL-3.0-or-later
// Estimates per second of the engine, by scale and method; tests/bench/estimate runs it.
//   wdm-bench-estimate [SECONDS [PROCESSES]]      at least SECONDS of each kind (default 1), in PROCESSES at
//   once
// Prints one line a kind: scale, method, draws, estimates, seconds (CPU of one process, or elapsed for more),
// estimates/s.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wbe/region.h"

enum { MONDAY = 20773, YEAR = 364, SITES = 8, DRAWS = WDM_MC_DRAWS_DEFAULT };

typedef struct bench {
    wdm_factor factor;
    wdm_estimator *est;
    wdm_day_value days[SITES][YEAR];
    wdm_region_memo *memo;
    wdm_mc *mc;
    double sum; // so that nothing is left out
} bench;

typedef void work_fn(bench *b, int turn);

static void fail(const char *what)
{
    (void)fprintf(stderr, "wdm-bench-estimate: %s\n", what);
    exit(1);
}

static void set_up(bench *b)
{
    const wdm_shared_u shared = {0.08, 0.15};
    b->factor = wdm_factor_none();
    b->factor.mass_ratio = 1.1;
    b->factor.excretion = (wdm_dist){WDM_DIST_TRIANGULAR, 0.005, 0.013, 0.020, (double)NAN};
    b->factor.dose_mg = 20.0;
    b->factor.dose_u_rel = 0.3;
    b->est = malloc(sizeof *b->est);
    b->memo = calloc(1, sizeof *b->memo);
    if (b->est == NULL || b->memo == NULL ||
        wdm_estimator_init(b->est, WDM_Q_DOSES, &b->factor, &shared, NULL) != WDM_OK)
        fail("no estimator");
    for (int s = 0; s < SITES; s++) {
        for (int d = 0; d < YEAR; d++)
            b->days[s][d] = (wdm_day_value){.day = MONDAY + d,
                                            .load_mg_d_1000 = 20.0 + (d * 7 + s) % 31,
                                            .u_sampling = 0.10,
                                            .u_analysis = 0.08 + 0.01 * (d % 13),
                                            .u_flow = 0.08,
                                            .u_batch = 0.06,
                                            .batch_key = d / 7 + 1,
                                            .analysis_key = 5,
                                            .site_key = s + 1};
    }
}

static void one_day(bench *b, int turn)
{
    wdm_estimate e;
    wdm_estimate_day(b->est, &b->days[0][turn % YEAR], &e);
    b->sum += e.hi95;
}

static void one_week(bench *b, int turn)
{
    const wdm_week_options opt = wdm_week_options_default();
    wdm_estimate e;
    if (wdm_estimate_week(b->est, &b->days[0][turn % 52 * 7], 7, &opt, &e, NULL) != WDM_OK)
        fail("no week");
    b->sum += e.hi95;
}

static void one_region(bench *b, int turn)
{
    wdm_region_site sites[SITES];
    wdm_region_options opt = wdm_region_options_default(WDM_Q_CONSUMPTION);
    wdm_region_estimate e;
    opt.mc = b->mc;
    opt.memo = b->memo;
    for (int s = 0; s < SITES; s++)
        sites[s] = (wdm_region_site){.days = &b->days[s][turn % 52 * 7],
                                     .n_days = 7,
                                     .population = 1e5 * (s + 1),
                                     .shared = {0.08, 0.15},
                                     .k_stability = 1.0};
    if (wdm_estimate_region(&b->factor, sites, SITES, &opt, &e, NULL) != WDM_OK)
        fail("no region");
    b->sum += e.value.hi95;
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static double elapsed_seconds(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// How many estimates one process makes in at least that many CPU seconds.
static long count(bench *b, work_fn *work, double seconds, double *took)
{
    const double start = cpu_seconds();
    long n = 0;
    do {
        for (int i = 0; i < 16; i++)
            work(b, (int)(n++ % 100000));
        *took = cpu_seconds() - start;
    } while (*took < seconds);
    return n;
}

// The same number of estimates in several processes at once; elapsed seconds.
static double together(bench *b, work_fn *work, long n, int processes)
{
    const double start = elapsed_seconds();
    for (int p = 0; p < processes; p++) {
        const pid_t pid = fork();
        if (pid < 0)
            fail("no process");
        if (pid == 0) {
            for (long i = 0; i < n; i++)
                work(b, (int)(i % 100000));
            _exit(0);
        }
    }
    for (int p = 0; p < processes; p++)
        (void)wait(NULL);
    return elapsed_seconds() - start;
}

static void run(bench *b, const char *scale, work_fn *work, double seconds, int processes)
{
    double took = 0.0;
    long n = count(b, work, seconds, &took);
    if (processes > 1) {
        took = together(b, work, n, processes);
        n *= processes;
    }
    (void)printf("%-7s %-11s %6d draws %9ld estimates %7.2f s %s %10.0f /s\n", scale,
                 b->mc != NULL ? "montecarlo" : "analytic", b->mc != NULL ? (int)DRAWS : 0, n, took,
                 processes > 1 ? "elapsed" : "CPU", (double)n / took);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 1.0;
    const int processes = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1;
    static bench b;
    if (!(seconds > 0.0) || processes < 1 || processes > 64)
        fail("usage: wdm-bench-estimate [SECONDS [PROCESSES]]");
    set_up(&b);
    for (int method = 0; method < 2; method++) {
        if (method == 1 && wdm_mc_new(DRAWS, 1, &b.mc, NULL) != WDM_OK)
            fail("no memory");
        b.est->mc = b.mc;
        run(&b, "day", one_day, seconds, processes);
        run(&b, "week", one_week, seconds, processes);
        run(&b, "region", one_region, seconds, processes);
    }
    wdm_mc_free(b.mc);
    free(b.memo);
    free(b.est);
    return isfinite(b.sum) ? 0 : 1;
}
