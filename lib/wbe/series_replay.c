// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/series_replay.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "wbe/series_parts.h"

#define HOLD_P 0.1      // of the scan in an episode: enough to stay
enum { STAGE_MIN = 3 }; // usable weeks of an episode that show its level

static wdm_week_state state_of(const wdm_series_week *week, const wdm_baseline *baseline)
{
    if (week == NULL)
        return WDM_WEEK_MISSING;
    if (!(week->estimate > 0.0))
        return WDM_WEEK_CENSORED;
    if (baseline->state != WDM_BASELINE_OK)
        return WDM_WEEK_INSUFFICIENT;
    return (week->flags & WDM_EST_PROVISIONAL) != 0 ? WDM_WEEK_PROVISIONAL : WDM_WEEK_OK;
}

static double p_of(const wdm_baseline_score *score, const wdm_replay_opts *opts)
{
    return opts->below ? score->p_low : score->p_high;
}

static bool is_far(double factor, const wdm_replay_opts *opts)
{
    const double effect = 1.0 + opts->min_effect_pct / 100.0;
    return opts->below ? factor <= 1.0 / effect : factor >= effect;
}

static wdm_alert_level level_of(const wdm_baseline_score *score, bool in_episode, const wdm_replay_opts *opts)
{
    const double p = p_of(score, opts);
    if (!(score->p_week <= WDM_SCAN_P_WEEK))
        return WDM_LEVEL_NONE;
    for (int level = WDM_LEVEL_CRITICAL; is_far(score->scan_factor, opts) && level > (int)WDM_LEVEL_NONE;
         level--) {
        if (p <= opts->p[level])
            return (wdm_alert_level)level;
    }
    return in_episode && p <= HOLD_P ? wdm_replay_lowest_level(opts) : WDM_LEVEL_NONE;
}

// A week below its limit says that all is calm when the limit itself would be no alarm.
static bool is_calm_below_limit(const wdm_scan *scan, const wdm_series_week *week,
                                const wdm_replay_opts *opts)
{
    wdm_baseline_score score = {0};
    wdm_scan_judge(scan, log(wdm_series_highest(week)), &score);
    return !opts->below && score.state == WDM_BASELINE_OK && level_of(&score, true, opts) == WDM_LEVEL_NONE;
}

// What is known of the series before a week.
typedef struct walker {
    wdm_replay *replay;
    const wdm_replay_opts *opts;
    wdm_baseline baseline;
    int32_t scan_from;  // windows begin here or later
    int32_t stage_from; // of an episode: since its begin or its last rise
    double stage_sum;   // of the log values of its weeks that have a level
    int stage_n;
} walker;

static int weeks_since(int32_t from, int32_t week)
{
    return week - from + 1 < WDM_SCAN_MAX ? week - from + 1 : WDM_SCAN_MAX;
}

// A week of an episode that lies nearer to the baseline than to the episode's level is judged by itself.
static bool is_back(const walker *w, double log_value)
{
    const double baseline = w->baseline.before[0].mean;
    return w->stage_n > 0 && fabs(log_value - baseline) < fabs(log_value - w->stage_sum / (double)w->stage_n);
}

static int longest_window(const walker *w, const wdm_series_week *week, bool in_episode)
{
    const double log_value =
        week == NULL ? (double)NAN : log(week->estimate > 0.0 ? week->estimate : wdm_series_highest(week));
    if (week == NULL || week->disposal || (in_episode && is_back(w, log_value)))
        return 1;
    return weeks_since(w->scan_from, week->week);
}

// Fills all but the episode. week NULL: missing.
static void judge(const walker *w, const wdm_series_week *week, bool in_episode, wdm_replay_week *out)
{
    const wdm_replay_opts *opts = w->opts;
    const bool has_value = week != NULL && week->estimate > 0.0;
    const bool enough =
        week != NULL && ((week->flags & WDM_EST_PROVISIONAL) == 0 || week->n_days >= opts->min_days);
    const double log_sd = has_value ? wdm_series_log_sd(week) : (double)NAN;
    wdm_baseline_score score = {0};
    wdm_scan scan = {0};
    const int longest = longest_window(w, week, in_episode);
    const bool may_stay = in_episode && (week == NULL || !is_back(w, log(week->estimate)));
    wdm_scan_prepare(&w->baseline, log_sd, longest, opts->min_effect_pct / 100.0, opts->below, &scan);
    wdm_scan_judge(&scan, has_value ? log(week->estimate) : (double)NAN, &score);
    out->state = state_of(week, &w->baseline);
    out->baseline = score.median;
    out->lo95 = score.band_lo95;
    out->hi95 = score.band_hi95;
    out->factor = score.factor;
    out->p_high = score.p_high;
    out->p_low = score.p_low;
    out->scan_weeks = score.scan_weeks;
    out->scan_factor = score.scan_factor;
    out->n = w->baseline.n_used;
    out->line[WDM_LEVEL_NONE] = (double)NAN;
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++)
        out->line[level] = isnan(opts->p[level]) ? (double)NAN : wdm_scan_line(&scan, opts->p[level]);
    out->judged = enough && score.state == WDM_BASELINE_OK;
    if (!has_value && enough)
        out->judged = is_calm_below_limit(&scan, week, opts);
    out->level = out->judged && has_value ? level_of(&score, may_stay, opts) : WDM_LEVEL_NONE;
    if (out->level > WDM_LEVEL_NONE) {
        const double shift = score.scan_level / score.median;
        out->baseline = score.scan_level;
        out->lo95 *= shift;
        out->hi95 *= shift;
        out->factor /= shift;
    }
}

// A week of an episode against the episode's own weeks.
static wdm_rc judge_rise(const walker *w, const wdm_series_week *week, wdm_replay_week *out, wdm_err *err)
{
    const wdm_replay *r = w->replay;
    const wdm_alert_level lowest = wdm_replay_lowest_level(w->opts);
    wdm_baseline_opts opts = w->opts->baseline;
    wdm_baseline own = {0};
    wdm_baseline_score score = {0};
    wdm_scan scan = {0};
    wdm_rc rc = WDM_OK;
    out->risen_factor = (double)NAN;
    if (week == NULL || week->disposal || out->level == WDM_LEVEL_NONE)
        return WDM_OK;
    opts.min_usable = STAGE_MIN;
    rc = wdm_baseline_fit(r->episode, r->n_episode, out->week, 0, &opts, &w->baseline, &own, err);
    if (rc != WDM_OK || own.state != WDM_BASELINE_OK)
        return rc;
    wdm_scan_prepare(&own, wdm_series_log_sd(week), weeks_since(w->stage_from, out->week),
                     w->opts->min_effect_pct / 100.0, w->opts->below, &scan);
    wdm_scan_judge(&scan, log(week->estimate), &score);
    if (score.p_week <= WDM_SCAN_P_WEEK && p_of(&score, w->opts) <= w->opts->p[lowest] &&
        is_far(score.scan_factor, w->opts)) {
        out->risen = true;
        out->risen_factor = score.scan_factor;
        out->scan_weeks = score.scan_weeks;
    }
    return WDM_OK;
}

// The stage of an episode that begins with the window of this week: its points, without the weeks before.
static void begin_stage(walker *w, const wdm_replay_week *out, double log_value)
{
    wdm_replay *r = w->replay;
    size_t first = r->n_points;
    w->stage_from = out->week - out->scan_weeks + 1;
    w->stage_sum = log_value;
    w->stage_n = 1;
    while (first > 0 && r->points[first - 1].when >= w->stage_from)
        first--;
    r->n_episode = 0;
    for (size_t i = first; i < r->n_points; i++) {
        r->points[i].excluded |= WDM_BASELINE_ALARMED;
        r->episode[r->n_episode] = r->points[i];
        r->episode[r->n_episode++].excluded &= ~(unsigned)WDM_BASELINE_ALARMED;
    }
}

static void close_episode(walker *w, wdm_replay_week *out)
{
    out->episode_weeks = 0;
    out->frozen = false;
    w->scan_from = out->week + 1;
    w->replay->n_episode = 0;
    w->stage_n = 0;
}

// previous NULL: the first week.
static void follow(walker *w, wdm_replay_week *out, const wdm_replay_week *previous, double log_value)
{
    const int before = previous == NULL ? 0 : previous->episode_weeks;
    const int calm = previous == NULL ? 0 : previous->below_weeks;
    out->frozen = previous != NULL && previous->frozen;
    out->episode_weeks = before == 0 ? 0 : before + 1;
    out->below_weeks = calm;
    if (!out->judged)
        return;
    if (out->level == WDM_LEVEL_NONE) {
        out->below_weeks = calm + 1;
        if (before > 0 && out->below_weeks >= w->opts->close_weeks)
            close_episode(w, out);
        return;
    }
    out->below_weeks = 0;
    out->alarmed = true;
    w->stage_sum = (w->stage_n > 0 ? w->stage_sum : 0.0) + log_value;
    w->stage_n++;
    out->frozen = true; // an alert may be open now
    if (before == 0) {
        out->episode_weeks = 1;
        w->scan_from = out->week - out->scan_weeks + 1;
    }
}

// Adds the week to what later ones are judged by.
static void remember(walker *w, const wdm_series_week *week, const wdm_replay_week *out, bool was_open)
{
    wdm_replay *r = w->replay;
    wdm_baseline_point point = wdm_series_point(week, out->week, w->opts);
    const wdm_baseline_point plain = point;
    const bool is_open = out->episode_weeks > 0;
    if (is_open || was_open)
        point.excluded |= WDM_BASELINE_ALARMED;
    r->points[r->n_points++] = point;
    if ((is_open && !was_open) || out->risen)
        begin_stage(w, out, plain.log_value);
    else if (is_open)
        r->episode[r->n_episode++] = plain;
}

// An episode that has lasted at a stable level becomes the baseline.
static bool rebase(walker *w, const wdm_replay_week *previous)
{
    wdm_replay *r = w->replay;
    size_t usable = 0;
    if (w->opts->rebase_weeks == 0 || previous == NULL || previous->episode_weeks < w->opts->rebase_weeks)
        return false;
    for (size_t i = 0; i < r->n_episode; i++)
        usable += r->episode[i].excluded == 0 && !isnan(r->episode[i].log_value) ? 1 : 0;
    if (usable < w->opts->baseline.min_usable || previous->week - w->stage_from + 1 < WDM_SCAN_MAX)
        return false;
    memcpy(r->points, r->episode, r->n_episode * sizeof *r->points);
    r->n_points = r->n_episode;
    r->n_episode = 0;
    w->scan_from = previous->week + 1;
    w->stage_n = 0;
    return true;
}

// The first week that can be judged when each week after `week` is sampled.
static int32_t works_from(const walker *w, int32_t week)
{
    const wdm_replay *r = w->replay;
    const size_t gap = (size_t)w->opts->gap_weeks;
    const wdm_baseline_opts *opts = &w->opts->baseline;
    for (int32_t at = week + 1;; at++) {
        const size_t ahead = (size_t)(at - 1 - week);
        size_t n = ahead > gap ? ahead - gap : 0;
        for (size_t i = r->n_points; i > 0 && (size_t)(at - r->points[i - 1].when) <= opts->window; i--) {
            const wdm_baseline_point *p = &r->points[i - 1];
            if (p->excluded == 0 && !(isnan(p->log_value) && isnan(p->log_limit)) &&
                (size_t)(at - p->when) > gap)
                n++;
        }
        if (n >= opts->min_usable || ahead > opts->window + gap)
            return at;
    }
}

static wdm_rc one_week(walker *w, const wdm_series_week *row, size_t at, int32_t week, bool at_start,
                       wdm_replay_week *out, wdm_err *err)
{
    const wdm_replay *r = w->replay;
    const wdm_replay_week *previous = at_start ? NULL : out - 1;
    const bool rebased = rebase(w, previous);
    const bool was_open = previous != NULL && previous->episode_weeks > 0 && !rebased;
    wdm_rc rc = wdm_baseline_fit(r->points, r->n_points, week, w->opts->gap_weeks, &w->opts->baseline, NULL,
                                 &w->baseline, err);
    if (rc != WDM_OK)
        return rc;
    *out = (wdm_replay_week){
        .week = week, .at = row != NULL ? at : SIZE_MAX, .rebased = rebased, .risen_factor = (double)NAN};
    judge(w, row, was_open, out);
    if (was_open)
        rc = judge_rise(w, row, out, err);
    follow(w, out, rebased ? NULL : previous, row == NULL ? (double)NAN : log(row->estimate));
    if (rebased && out->level == WDM_LEVEL_NONE)
        out->below_weeks = w->opts->close_weeks; // as good as calm: the new level is the baseline
    remember(w, row, out, was_open);
    if (w->baseline.state != WDM_BASELINE_OK)
        out->works_from = works_from(w, week);
    return rc;
}

static wdm_rc make_room(wdm_replay *replay, size_t n, wdm_err *err)
{
    wdm_rc rc = wdm_grow(&replay->weeks, &replay->cap, n, sizeof *replay->weeks, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&replay->points, &replay->points_cap, n, sizeof *replay->points, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&replay->episode, &replay->episode_cap, n, sizeof *replay->episode, err);
    return rc;
}

wdm_rc wdm_series_replay(wdm_replay *replay, const wdm_series_week *weeks, size_t n, int32_t last,
                         const wdm_replay_opts *opts, wdm_err *err)
{
    walker w = {.replay = replay, .opts = opts};
    wdm_replay_week *out = NULL;
    size_t at = 0;
    wdm_rc rc = wdm_replay_check(opts, err);
    replay->n = 0;
    replay->n_points = 0;
    replay->n_episode = 0;
    if (rc != WDM_OK || n == 0 || weeks[0].week > last)
        return rc;
    w.scan_from = weeks[0].week;
    rc = make_room(replay, (size_t)(last - weeks[0].week) + 1, err);
    if (rc != WDM_OK)
        return rc;
    if (opts->detector != NULL)
        return wdm_replay_published(replay, weeks, n, last, opts, err);
    out = replay->weeks;
    for (int32_t week = weeks[0].week; week <= last && rc == WDM_OK && out != NULL; week++, out++) {
        const wdm_series_week *row = at < n && weeks[at].week == week ? &weeks[at] : NULL;
        rc = one_week(&w, row, at, week, replay->n == 0, out, err);
        replay->n++;
        at += row != NULL ? 1 : 0;
    }
    return rc;
}

void wdm_replay_fini(wdm_replay *replay)
{
    wdm_free(replay->weeks);
    wdm_free(replay->points);
    wdm_free(replay->episode);
    *replay = (wdm_replay){0};
}
