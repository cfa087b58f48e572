// SPDX-License-Identifier: GPL-3.0-or-later
#include "contest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/jobs.h"
#include "base/mem.h"

enum { WATCH = 26, ROUNDS = 12, SHORT_PAST = 70 };
#define WEEKS_PER_YEAR 52.0

#define LOADS                                                                                                \
    {"baseline", 26.0},                                                                                      \
    {                                                                                                        \
        "rolling", 1.0                                                                                       \
    }
const contender contenders[CONTENDERS_N] = {
    {"default", NULL, NULL, 1e-6, 0.2, {{NULL, 0.0}}, 1},
    {"EARS C1", "ears_c1", "alpha", 1e-9, 0.4, {{NULL, 0.0}}, 1},
    {"EARS C2", "ears_c2", "alpha", 1e-9, 0.4, {{NULL, 0.0}}, 1},
    {"EARS C3", "ears_c3", "alpha", 1e-9, 0.4, {{NULL, 0.0}}, 1},
    {"Shewhart", "shewhart", "limit", 12.0, 0.5, {LOADS, {"spread", 1.0}}, 1},
    {"EWMA", "ewma", "limit", 12.0, 0.5, {LOADS, {"spread", 1.0}, {"reset", 1.0}}, 1},
    {"CUSUM", "cusum", "h", 60.0, 0.2, {LOADS, {"standard", 2.0}, {"k", 0.5}, {"reset", 1.0}}, 1},
    {"Farrington", "farrington", "alpha", 1e-9, 0.45, {{"cases", 0.0}, {"phi_min", 0.0}}, 8},
    {"Farrington flexible",
     "farrington_flexible",
     "alpha",
     1e-9,
     0.45,
     {{"cases", 0.0}, {"phi_min", 0.0}},
     8},
};

static void stop(const wdm_err *err)
{
    (void)fprintf(stderr, "wdm-detection: %s\n", err->text);
    exit(70);
}

static wdm_replay_opts options_of(const contender *who, double threshold)
{
    wdm_replay_opts opts = wdm_replay_opts_default();
    wdm_err err = {0};
    wdm_rc rc = WDM_OK;
    if (who->detector == NULL) {
        opts.p[WDM_LEVEL_NOTICE] = threshold; // levels a power of ten apart, as shipped
        opts.p[WDM_LEVEL_WARNING] = threshold / 10.0;
        opts.p[WDM_LEVEL_CRITICAL] = threshold / 100.0;
        return opts;
    }
    opts.detector = wdm_detector_find(who->detector);
    opts.fixed_level = WDM_LEVEL_NOTICE;
    wdm_detector_defaults(opts.detector, opts.detector_parameters);
    for (size_t i = 0; i < sizeof who->set / sizeof who->set[0] && who->set[i].name != NULL && rc == WDM_OK;
         i++)
        rc = wdm_detector_set(opts.detector, opts.detector_parameters, who->set[i].name, who->set[i].value,
                              &err);
    if (rc == WDM_OK)
        rc = wdm_detector_set(opts.detector, opts.detector_parameters, who->tuned, threshold, &err);
    if (rc != WDM_OK)
        stop(&err);
    return opts;
}

// Methods with a window need no five years.
static int begin_of(const contender *who)
{
    return who->share > 1 ? 0 : SERIES_PAST - SHORT_PAST;
}

// An alarm that is told, before the event a false one: the begin of an episode, a further rise in it, or a
// level that it had not reached.
static bool is_told(const wdm_replay_week *week)
{
    if (week == NULL || !week->alarmed)
        return false;
    for (int back = 1; back < week->episode_weeks && !week->risen; back++) {
        if ((week - back)->level >= week->level)
            return false;
    }
    return true;
}

static const wdm_replay_week *week_of(const wdm_replay *replay, int week)
{
    return week < replay->weeks[0].week ? NULL : &replay->weeks[week - replay->weeks[0].week];
}

typedef struct tally {
    long told, open, weeks; // weeks with a told alarm, in an episode, that count
    long delay, within_4;   // weeks until told; told within 4
} tally;

// One contender over the series, a job each.
typedef struct heat {
    wdm_replay_opts opts;
    const series *all;
    int share;
    series_event event;
    int begin, first, last; // weeks before `begin` are not there; first .. last - 1 count
    tally (*count)(const struct heat *heat, const wdm_replay *replay, const series *s);
    wdm_replay *replays; // one a thread
    tally *tallies;      // one a job
    tally sum;
} heat;

static wdm_rc work(void *user, int worker, size_t job, wdm_err *err)
{
    heat *h = user;
    const series *s = &h->all[job * (size_t)h->share];
    wdm_replay *replay = &h->replays[worker];
    wdm_series_week weeks[SERIES_WEEKS];
    const size_t n = series_weeks(s, h->event, h->opts.detector != NULL, h->begin, h->last, weeks);
    const wdm_rc rc = wdm_series_replay(replay, weeks, n, h->last - 1, &h->opts, err);
    if (rc == WDM_OK)
        h->tallies[job] = h->count(h, replay, s);
    return rc;
}

static wdm_rc hand_over(void *user, size_t job, wdm_err *err)
{
    heat *h = user;
    const tally *one = &h->tallies[job];
    (void)err;
    h->sum.told += one->told;
    h->sum.open += one->open;
    h->sum.weeks += one->weeks;
    h->sum.delay += one->delay;
    h->sum.within_4 += one->within_4;
    return WDM_OK;
}

// The sum over one in every share of n series; sets *n to how many these are.
static tally run(heat *h, int *n)
{
    const int cores = wdm_jobs_cores();
    const int threads = cores < WDM_JOBS_THREADS_MAX ? cores : WDM_JOBS_THREADS_MAX;
    const size_t jobs = ((size_t)*n + (size_t)h->share - 1) / (size_t)h->share;
    const wdm_jobs all = {threads, jobs, 64U * (size_t)threads, work, hand_over, h};
    wdm_err err = {0};
    h->replays = wdm_alloc((size_t)threads, sizeof *h->replays);
    h->tallies = wdm_alloc(jobs, sizeof *h->tallies);
    if ((h->replays == NULL || h->tallies == NULL ? wdm_err_nomem(&err) : wdm_jobs_run(&all, &err)) != WDM_OK)
        stop(&err);
    for (int i = 0; i < threads; i++)
        wdm_replay_fini(&h->replays[i]);
    wdm_free(h->replays);
    wdm_free(h->tallies);
    *n = (int)jobs;
    return h->sum;
}

static tally count_calm(const heat *h, const wdm_replay *replay, const series *s)
{
    tally out = {0};
    for (int at = h->first; at < h->last; at++) {
        const wdm_replay_week *week = week_of(replay, at);
        out.told += is_told(week) && !s->disposal[at] ? 1 : 0;
        out.open += week != NULL && week->episode_weeks > 0 ? 1 : 0;
        out.weeks++;
    }
    return out;
}

calm_count contest_calm(const contender *who, double threshold, const series *all, int n)
{
    heat h = {.opts = options_of(who, threshold),
              .all = all,
              .share = who->share,
              .begin = begin_of(who),
              .first = SERIES_PAST,
              .last = SERIES_WEEKS,
              .count = count_calm};
    const tally sum = run(&h, &n);
    return (calm_count){(double)sum.told * WEEKS_PER_YEAR / (double)sum.weeks,
                        (double)sum.open / (double)sum.weeks};
}

double contest_tune(const contender *who, const series *all, int n)
{
    double strict = log(who->strict);
    double loose = log(who->loose);
    for (int round = 0; round < ROUNDS; round++) {
        const double middle = 0.5 * (strict + loose);
        if (contest_calm(who, exp(middle), all, n).alarms_per_year > 1.0)
            loose = middle;
        else
            strict = middle;
    }
    return exp(0.5 * (strict + loose));
}

static tally count_delay(const heat *h, const wdm_replay *replay, const series *s)
{
    int delay = 1;
    (void)s;
    while (delay < WATCH && !is_told(week_of(replay, h->first + delay - 1)))
        delay++;
    return (tally){.delay = delay, .within_4 = delay <= 4 ? 1 : 0};
}

event_count contest_event(const contender *who, double threshold, series_event event, const series *all,
                          int n)
{
    const int first = series_event_week(event);
    heat h = {.opts = options_of(who, threshold),
              .all = all,
              .share = who->share,
              .event = event,
              .begin = begin_of(who),
              .first = first,
              .last = first + WATCH,
              .count = count_delay};
    const tally sum = run(&h, &n);
    return (event_count){(double)sum.delay / n, (double)sum.within_4 / n};
}

static tally count_begins(const heat *h, const wdm_replay *replay, const series *s)
{
    tally out = {0};
    for (int at = h->first; at < h->last; at++) {
        const wdm_replay_week *week = week_of(replay, at);
        const wdm_replay_week *before = at > h->begin ? week_of(replay, at - 1) : NULL;
        const bool was_open = before != NULL && before->episode_weeks > 0;
        if (week == NULL || !week->judged || was_open || s->disposal[at])
            continue;
        out.weeks++;
        out.told += week->alarmed ? 1 : 0;
    }
    return out;
}

double contest_nominal(double p, double effect_pct, const series *all, int n, int begin, int first, int last)
{
    heat h = {.opts = options_of(&contenders[0], p),
              .all = all,
              .share = 1,
              .begin = begin,
              .first = first,
              .last = last,
              .count = count_begins};
    h.opts.min_effect_pct = effect_pct;
    const tally sum = run(&h, &n);
    return (double)sum.told / (double)sum.weeks / p;
}
