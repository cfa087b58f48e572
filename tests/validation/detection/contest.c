// SPDX-License-Identifier: GPL-3.0-or-later
#include "contest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

// The replay of one series; weeks before `begin` are not there.
static void replay_of(wdm_replay *replay, const wdm_replay_opts *opts, const series *s, series_event event,
                      int begin, int last)
{
    static wdm_series_week weeks[SERIES_WEEKS];
    wdm_err err = {0};
    const size_t n = series_weeks(s, event, opts->detector != NULL, begin, last, weeks);
    if (wdm_series_replay(replay, weeks, n, last - 1, opts, &err) != WDM_OK)
        stop(&err);
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

calm_count contest_calm(const contender *who, double threshold, const series *all, int n)
{
    const wdm_replay_opts opts = options_of(who, threshold);
    wdm_replay replay = {0};
    long told = 0;
    long open = 0;
    long weeks = 0;
    for (int i = 0; i < n; i += who->share) {
        replay_of(&replay, &opts, &all[i], EVENT_NONE, begin_of(who), SERIES_WEEKS);
        for (int at = SERIES_PAST; at < SERIES_WEEKS; at++) {
            const wdm_replay_week *week = week_of(&replay, at);
            told += is_told(week) && !all[i].disposal[at] ? 1 : 0;
            open += week != NULL && week->episode_weeks > 0 ? 1 : 0;
            weeks++;
        }
    }
    wdm_replay_fini(&replay);
    return (calm_count){(double)told * WEEKS_PER_YEAR / (double)weeks, (double)open / (double)weeks};
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

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

event_count contest_event(const contender *who, double threshold, series_event event, const series *all,
                          int n)
{
    const wdm_replay_opts opts = options_of(who, threshold);
    const int begin = series_event_week(event);
    int *delays = wdm_alloc((size_t)n, sizeof *delays);
    wdm_replay replay = {0};
    event_count out = {0};
    for (int i = 0; i < n && delays != NULL; i += who->share) {
        int delay = 1;
        replay_of(&replay, &opts, &all[i], event, begin_of(who), begin + WATCH);
        while (delay < WATCH && !is_told(week_of(&replay, begin + delay - 1)))
            delay++;
        out.mean_delay += delay;
        out.within_4 += delay <= 4 ? 1.0 : 0.0;
        delays[out.n++] = delay;
    }
    if (out.n > 0) {
        qsort(delays, (size_t)out.n, sizeof *delays, compare);
        out.median_delay = delays[out.n / 2];
        out.mean_delay /= out.n;
        out.within_4 /= out.n;
    }
    wdm_free(delays);
    wdm_replay_fini(&replay);
    return out;
}

double contest_nominal(double p, double effect_pct, const series *all, int n, int begin, int first, int last)
{
    wdm_replay_opts opts = options_of(&contenders[0], p);
    wdm_replay replay = {0};
    long told = 0;
    long weeks = 0;
    opts.min_effect_pct = effect_pct;
    for (int i = 0; i < n; i++) {
        replay_of(&replay, &opts, &all[i], EVENT_NONE, begin, last);
        for (int at = first; at < last; at++) {
            const wdm_replay_week *week = week_of(&replay, at);
            const bool was_open =
                at > begin && week_of(&replay, at - 1) != NULL && week_of(&replay, at - 1)->episode_weeks > 0;
            if (week == NULL || !week->judged || was_open || all[i].disposal[at])
                continue;
            weeks++;
            told += week->alarmed ? 1 : 0;
        }
    }
    wdm_replay_fini(&replay);
    return (double)told / (double)weeks / p;
}
