// SPDX-License-Identifier: GPL-3.0-or-later
// Trends and detection over many weekly series on one core; tests/bench/trend runs it beside R.
//   wdm-bench-trend [SERIES [WEEKS]]      default 10000 series of 520 weeks
//   wdm-bench-trend write SERIES WEEKS FILE   the first series as text (week, log of the estimate), for the
//   peer
// Prints one line a step: CPU seconds, microseconds a series; then the sum over all.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"
#include "num/ats.h"
#include "num/changepoint.h"
#include "num/local_level.h"
#include "num/mannkendall.h"
#include "num/theilsen.h"
#include "wbe/series_replay.h"

enum { MOST_WEEKS = 4000, FIRST_WEEK = 2000, CHANGES = 32 };

typedef struct bench {
    size_t weeks;
    double x[MOST_WEEKS]; // days
    double y[MOST_WEEKS]; // logs
    double sd[MOST_WEEKS];
    wdm_ats_point limits[MOST_WEEKS];
    wdm_local_level_point points[MOST_WEEKS];
    wdm_local_level_value values[MOST_WEEKS];
    wdm_series_week series[MOST_WEEKS];
    wdm_replay replay;
    wdm_theilsen_result line;
    double sum; // so that nothing is left out
} bench;

typedef wdm_rc work_fn(bench *b, wdm_err *err);

static void fail(const char *what)
{
    (void)fprintf(stderr, "wdm-bench-trend: %s\n", what);
    exit(1);
}

// Weekly loads about 20 mg/d/1000, sd of the log 0.2 of which 0.1 is known, autocorrelation 0.3, 10 % a year.
static void make_series(bench *b, unsigned number)
{
    wdm_rng rng = {{0}};
    double level = 0.0;
    wdm_rng_init_key(&rng, 1, number, 0);
    for (size_t i = 0; i < b->weeks; i++) {
        const double sd = 0.08 + 0.04 * wdm_rng_uniform(&rng);
        level = 0.3 * level + 0.165 * wdm_rng_normal(&rng);
        b->x[i] = 7.0 * (double)i;
        b->y[i] = 3.0 + 0.1 * (double)i / 52.18 + level + sd * wdm_rng_normal(&rng);
        b->sd[i] = sd;
        b->limits[i] = (wdm_ats_point){b->x[i], fmax(b->y[i], 2.95), b->y[i] < 2.95};
        b->points[i] = (wdm_local_level_point){b->x[i], b->y[i], sd, false};
        b->series[i] = (wdm_series_week){.week = FIRST_WEEK + (int32_t)i,
                                         .estimate = exp(b->y[i]),
                                         .limit = (double)NAN,
                                         .bound_high = (double)NAN,
                                         .median = exp(b->y[i]),
                                         .lo95 = exp(b->y[i] - 0.6),
                                         .hi95 = exp(b->y[i] + 0.6),
                                         .lo95_random = exp(b->y[i] - 1.96 * sd),
                                         .hi95_random = exp(b->y[i] + 1.96 * sd),
                                         .n_days = 7};
    }
}

static wdm_rc slope(bench *b, wdm_err *err)
{
    const wdm_rc rc = wdm_theilsen_fit(b->x, b->y, b->weeks, NULL, &b->line, err);
    b->sum += b->line.slope_hi;
    return rc;
}

static wdm_rc test(bench *b, wdm_err *err)
{
    wdm_mk_autocorr_opts opts = WDM_MK_AUTOCORR_OPTS_DEFAULT;
    wdm_mk_autocorr_result result = {0};
    wdm_rc rc = WDM_OK;
    opts.step = 7.0;
    opts.line = &b->line;
    rc = wdm_mannkendall_autocorr(b->x, b->y, b->weeks, &opts, &result, err);
    b->sum += result.p;
    return rc;
}

static wdm_rc detection(bench *b, wdm_err *err)
{
    const wdm_replay_opts opts = wdm_replay_opts_default();
    const wdm_rc rc =
        wdm_series_replay(&b->replay, b->series, b->weeks, b->series[b->weeks - 1].week, &opts, err);
    b->sum += rc == WDM_OK ? b->replay.weeks[b->replay.n - 1].p_high : 0.0;
    return rc;
}

static wdm_rc slope_with_limits(bench *b, wdm_err *err)
{
    wdm_ats_result result = {0};
    const wdm_rc rc = wdm_ats_fit(b->limits, b->weeks, 0.95, &result, err);
    b->sum += result.slope_hi;
    return rc;
}

static wdm_rc changes(bench *b, wdm_err *err)
{
    wdm_changepoint points[CHANGES];
    size_t count = 0;
    const wdm_rc rc = wdm_changepoint_find(b->y, b->sd, b->weeks, NULL, points, CHANGES, &count, err);
    b->sum += (double)count;
    return rc;
}

static wdm_rc level(bench *b, wdm_err *err)
{
    wdm_local_level_fit fit = {0};
    const wdm_rc rc = wdm_local_level_smooth(b->points, b->weeks, NULL, b->values, &fit, err);
    b->sum += fit.level_variance;
    return rc;
}

static const struct {
    const char *name;
    work_fn *work;
    bool in_total; // of the design's figure
} steps[] = {{"Theil-Sen slope with interval", slope, true},
             {"Mann-Kendall, ties, autocorrelation", test, true},
             {"detection, every week replayed", detection, true},
             {"slope with limits (instead)", slope_with_limits, false},
             {"changes of level", changes, false},
             {"smoothed level, variances fitted", level, false}};

enum { STEPS = sizeof steps / sizeof steps[0] };

static void run(bench *b, unsigned n_series)
{
    double seconds[STEPS] = {0};
    double total = 0.0;
    for (unsigned number = 0; number < n_series; number++) {
        make_series(b, number);
        for (size_t s = 0; s < STEPS; s++) {
            wdm_err err = {0};
            const clock_t start = clock();
            if (!steps[s].in_total && number % 20 != 0) // the others on every twentieth series
                continue;
            if (steps[s].work(b, &err) != WDM_OK)
                fail(err.text);
            seconds[s] += (double)(clock() - start) / CLOCKS_PER_SEC;
        }
    }
    for (size_t s = 0; s < STEPS; s++) {
        const unsigned done = steps[s].in_total ? n_series : (n_series + 19) / 20;
        (void)printf("%-38s %6u series %8.2f s CPU %9.1f us each\n", steps[s].name, done, seconds[s],
                     1e6 * seconds[s] / done);
        total += steps[s].in_total ? seconds[s] : 0.0;
    }
    (void)printf("%-38s %6u series %8.2f s CPU %9.1f us each\n", "trend and detection", n_series, total,
                 1e6 * total / n_series);
}

static void write_series(bench *b, unsigned n_series, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fail("cannot write the series");
    for (unsigned number = 0; number < n_series; number++) {
        make_series(b, number);
        for (size_t i = 0; i < b->weeks; i++)
            (void)fprintf(file, "%u,%.17g,%.17g\n", number, b->x[i], b->y[i]);
        if (slope(b, NULL) != WDM_OK)
            fail("no slope");
        (void)printf("%u %.15g %.15g %.15g\n", number, b->line.slope, b->line.slope_lo, b->line.slope_hi);
    }
    if (fclose(file) != 0)
        fail("cannot write the series");
}

int main(int argc, char **argv)
{
    static bench b;
    const bool write = argc > 4 && strcmp(argv[1], "write") == 0;
    const int first = write ? 2 : 1;
    const unsigned n_series = argc > first ? (unsigned)strtoul(argv[first], NULL, 10) : 10000;
    b.weeks = argc > first + 1 ? (size_t)strtoul(argv[first + 1], NULL, 10) : 520;
    if (n_series == 0 || b.weeks < 20 || b.weeks > MOST_WEEKS)
        fail("usage: wdm-bench-trend [SERIES [WEEKS]] | write SERIES WEEKS FILE");
    if (write)
        write_series(&b, n_series, argv[4]);
    else
        run(&b, n_series);
    wdm_replay_fini(&b.replay);
    return isfinite(b.sum) ? 0 : 1;
}
