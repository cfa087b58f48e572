// SPDX-License-Identifier: GPL-3.0-or-later
// A series week by week under a published detector: its own baseline, bound and alarm, as published. No week
// is left out or frozen for an alarm; episodes are counted as for the default.
#include <math.h>

#include "base/mem.h"
#include "wbe/series_parts.h"

static bool has_days(const wdm_series_week *week, const wdm_replay_opts *opts)
{
    return (week->flags & WDM_EST_PROVISIONAL) == 0 || week->n_days >= opts->min_days;
}

static wdm_detector_point point_of(const wdm_series_week *week, const wdm_replay_opts *opts)
{
    const bool measured = week->estimate > 0.0;
    return (wdm_detector_point){.when = week->week,
                                .value = measured ? week->estimate : (double)NAN,
                                .limit = measured ? (double)NAN : wdm_series_highest(week),
                                .log_sd = measured ? wdm_series_log_sd(week) : (double)NAN,
                                .excluded = week->disposal || !has_days(week, opts)};
}

static wdm_replay_week nothing(int32_t week)
{
    wdm_replay_week out = {.week = week,
                           .at = SIZE_MAX,
                           .state = WDM_WEEK_MISSING,
                           .baseline = (double)NAN,
                           .lo95 = (double)NAN,
                           .hi95 = (double)NAN,
                           .factor = (double)NAN,
                           .p_high = (double)NAN,
                           .p_low = (double)NAN,
                           .scan_factor = (double)NAN,
                           .risen_factor = (double)NAN};
    for (int level = 0; level < (int)WDM_LEVEL_N; level++)
        out.line[level] = (double)NAN;
    return out;
}

static wdm_week_state state_of(const wdm_series_week *week, const wdm_detector_verdict *verdict)
{
    if (!(week->estimate > 0.0))
        return WDM_WEEK_CENSORED;
    if (verdict->state == WDM_DETECTOR_INSUFFICIENT)
        return WDM_WEEK_INSUFFICIENT;
    return (week->flags & WDM_EST_PROVISIONAL) != 0 ? WDM_WEEK_PROVISIONAL : WDM_WEEK_OK;
}

static void judge(const wdm_series_week *week, const wdm_detector_verdict *verdict,
                  const wdm_replay_opts *opts, wdm_replay_week *out)
{
    out->state = state_of(week, verdict);
    out->n = verdict->n_used;
    if (verdict->state != WDM_DETECTOR_OK)
        return;
    out->baseline = verdict->expected;
    out->line[opts->fixed_level] = verdict->bound;
    out->factor =
        week->estimate > 0.0 && verdict->expected > 0.0 ? week->estimate / verdict->expected : (double)NAN;
    out->p_high = verdict->p;
    out->judged = has_days(week, opts);
    out->level = out->judged && verdict->alarm ? opts->fixed_level : WDM_LEVEL_NONE;
    out->alarmed = out->level > WDM_LEVEL_NONE;
    out->scan_weeks = 1;
    out->scan_factor = out->factor;
}

static void follow(wdm_replay_week *out, const wdm_replay_week *previous, const wdm_replay_opts *opts)
{
    const int before = previous == NULL ? 0 : previous->episode_weeks;
    const int calm = previous == NULL ? 0 : previous->below_weeks;
    out->episode_weeks = before == 0 ? 0 : before + 1;
    out->below_weeks = calm;
    if (!out->judged)
        return;
    out->below_weeks = out->alarmed ? 0 : calm + 1;
    if (out->alarmed && before == 0)
        out->episode_weeks = 1;
    else if (out->below_weeks >= opts->close_weeks)
        out->episode_weeks = 0;
}

wdm_rc wdm_replay_published(wdm_replay *replay, const wdm_series_week *weeks, size_t n, int32_t last,
                            const wdm_replay_opts *opts, wdm_err *err)
{
    wdm_detector_point *points = wdm_alloc(n, sizeof *points);
    wdm_detector_verdict *verdicts = wdm_alloc(n, sizeof *verdicts);
    size_t known = 0;
    size_t at = 0;
    wdm_rc rc = WDM_OK;
    if (points == NULL || verdicts == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (; known < n && weeks[known].week <= last; known++)
        points[known] = point_of(&weeks[known], opts);
    rc = opts->detector->run(points, known, opts->detector_parameters, verdicts, err);
    for (int32_t week = weeks[0].week; week <= last && rc == WDM_OK; week++) {
        wdm_replay_week *out = &replay->weeks[replay->n];
        *out = nothing(week);
        if (at < known && weeks[at].week == week) {
            out->at = at;
            judge(&weeks[at], &verdicts[at], opts, out);
            if (verdicts[at].state == WDM_DETECTOR_INSUFFICIENT)
                out->works_from = opts->detector->works_from(points, at + 1, opts->detector_parameters);
            at++;
        }
        follow(out, replay->n == 0 ? NULL : out - 1, opts);
        replay->n++;
    }
out:
    wdm_free(points);
    wdm_free(verdicts);
    return rc;
}
