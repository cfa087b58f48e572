// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/series_replay.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define Z95 1.959963984540054

const char *wdm_week_state_text(wdm_week_state state)
{
    switch (state) {
#define STATE_CASE(code, text)                                                                               \
    case code:                                                                                               \
        return text;
        WDM_WEEK_STATE_LIST(STATE_CASE)
#undef STATE_CASE
    }
    return "";
}

static const char *const level_texts[WDM_LEVEL_N] = {
#define LEVEL_TEXT(code, text) text,
    WDM_ALERT_LEVEL_LIST(LEVEL_TEXT)
#undef LEVEL_TEXT
};

const char *wdm_alert_level_text(wdm_alert_level level)
{
    return (unsigned)level < WDM_LEVEL_N ? level_texts[level] : "";
}

wdm_alert_level wdm_alert_level_parse(const char *text)
{
    int level = 0;
    while (level < (int)WDM_LEVEL_N && strcmp(level_texts[level], text) != 0)
        level++;
    return (wdm_alert_level)level;
}

wdm_replay_opts wdm_replay_opts_default(void)
{
    const wdm_baseline_opts baseline = WDM_BASELINE_OPTS_DEFAULT;
    return (wdm_replay_opts){.baseline = baseline,
                             .p = {(double)NAN, (double)NAN, 0.01, 0.001, 0.0001},
                             .below = false,
                             .min_effect_pct = 25.0,
                             .close_weeks = 2,
                             .gap_weeks = 0,
                             .min_days = 4};
}

double wdm_series_log_sd(const wdm_series_week *week)
{
    if (!(week->lo95_random > 0.0 && week->hi95_random >= week->lo95_random) || isinf(week->hi95_random))
        return (double)NAN;
    return (log(week->hi95_random) - log(week->lo95_random)) / (2.0 * Z95);
}

bool wdm_series_is_judged(const wdm_series_week *week, int min_days)
{
    return week->estimate > 0.0 && isfinite(week->estimate) &&
           ((week->flags & WDM_EST_PROVISIONAL) == 0 || week->n_days >= min_days);
}

static wdm_rc check(const wdm_replay_opts *opts, wdm_err *err)
{
    if (opts->close_weeks < 1 || opts->gap_weeks < 0 || opts->min_days < 1 ||
        !(opts->min_effect_pct >= 0.0) || isinf(opts->min_effect_pct))
        return wdm_err_set(err, WDM_E_DATA,
                           "close_weeks and min_days are at least 1, gap and min_effect not below 0");
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        if (!isnan(opts->p[level]) && !(opts->p[level] > 0.0 && opts->p[level] < 1.0))
            return wdm_err_set(err, WDM_E_DATA, "the cut-off for %s is %g, not between 0 and 1",
                               level_texts[level], opts->p[level]);
    }
    return WDM_OK;
}

static double line_at(const wdm_baseline *baseline, double log_sd, double p, const wdm_replay_opts *opts)
{
    const double effect = 1.0 + opts->min_effect_pct / 100.0;
    const double middle = exp(baseline->log_median);
    if (isnan(p))
        return (double)NAN;
    return opts->below ? fmin(wdm_baseline_threshold(baseline, log_sd, 1.0 - p), middle / effect)
                       : fmax(wdm_baseline_threshold(baseline, log_sd, p), middle * effect);
}

static wdm_alert_level level_of(const wdm_replay_week *out, const wdm_replay_opts *opts)
{
    const double effect = 1.0 + opts->min_effect_pct / 100.0;
    const bool far = opts->below ? out->factor <= 1.0 / effect : out->factor >= effect;
    const double p = opts->below ? out->p_low : out->p_high;
    for (int level = WDM_LEVEL_CRITICAL; far && level > (int)WDM_LEVEL_NONE; level--) {
        if (p <= opts->p[level])
            return (wdm_alert_level)level;
    }
    return WDM_LEVEL_NONE;
}

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

// Fills all but the episode. week NULL: missing.
static void judge(const wdm_baseline *baseline, const wdm_series_week *week, const wdm_replay_opts *opts,
                  wdm_replay_week *out)
{
    const bool has_value = week != NULL && week->estimate > 0.0;
    const double log_sd = has_value ? wdm_series_log_sd(week) : (double)NAN;
    wdm_baseline_score score = {0};
    wdm_baseline_judge(baseline, has_value ? log(week->estimate) : (double)NAN, log_sd, &score);
    out->state = state_of(week, baseline);
    out->baseline = score.median;
    out->lo95 = score.band_lo95;
    out->hi95 = score.band_hi95;
    out->factor = score.factor;
    out->p_high = score.p_high;
    out->p_low = score.p_low;
    out->n = baseline->n_used;
    out->line[WDM_LEVEL_NONE] = (double)NAN;
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++)
        out->line[level] = line_at(baseline, log_sd, opts->p[level], opts);
    out->judged = has_value && score.state == WDM_BASELINE_OK && wdm_series_is_judged(week, opts->min_days);
    out->level = out->judged ? level_of(out, opts) : WDM_LEVEL_NONE;
}

// previous NULL: the first week.
static void follow(wdm_replay_week *out, const wdm_replay_week *previous, const wdm_replay_opts *opts)
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
        if (out->below_weeks >= opts->close_weeks) {
            out->episode_weeks = 0;
            out->frozen = false;
        }
        return;
    }
    out->below_weeks = 0;
    if (before == 0)
        out->episode_weeks = 1;
    out->alarmed = true;
    out->frozen = true; // an alert may be open now
}

static wdm_baseline_point point_of(const wdm_series_week *week, const wdm_replay_opts *opts)
{
    wdm_baseline_point point = {.log_value = (double)NAN, .log_sd = (double)NAN, .excluded = 0};
    if (week == NULL)
        return point;
    if (!(week->estimate > 0.0)) {
        point.excluded = WDM_BASELINE_CENSORED;
        return point;
    }
    point.log_value = log(week->estimate);
    point.log_sd = wdm_series_log_sd(week);
    if (!wdm_series_is_judged(week, opts->min_days))
        point.excluded = WDM_BASELINE_OTHER;
    return point;
}

wdm_rc wdm_series_replay(wdm_replay *replay, const wdm_series_week *weeks, size_t n, int32_t last,
                         const wdm_replay_opts *opts, wdm_err *err)
{
    const size_t gap = opts->gap_weeks > 0 ? (size_t)opts->gap_weeks : 0;
    wdm_baseline baseline = {0};
    size_t n_points = 0;
    size_t at = 0;
    bool stale = true;
    wdm_rc rc = check(opts, err);
    replay->n = 0;
    if (rc != WDM_OK || n == 0 || weeks[0].week > last)
        return rc;
    rc = wdm_grow(&replay->weeks, &replay->cap, (size_t)(last - weeks[0].week) + 1, sizeof *replay->weeks,
                  err);
    if (rc == WDM_OK)
        rc = wdm_grow(&replay->points, &replay->points_cap, replay->cap, sizeof *replay->points, err);
    for (int32_t week = weeks[0].week; week <= last && rc == WDM_OK; week++) {
        const bool there = at < n && weeks[at].week == week;
        const wdm_series_week *row = there ? &weeks[at] : NULL;
        wdm_replay_week *out = &replay->weeks[replay->n];
        if (stale)
            rc = wdm_baseline_fit(replay->points, n_points > gap ? n_points - gap : 0, &opts->baseline,
                                  &baseline, err);
        if (rc != WDM_OK)
            return rc;
        *out = (wdm_replay_week){.week = week, .at = there ? at : SIZE_MAX};
        judge(&baseline, row, opts, out);
        follow(out, replay->n == 0 ? NULL : out - 1, opts);
        stale = !out->frozen;
        if (!out->frozen)
            replay->points[n_points++] = point_of(row, opts);
        replay->n++;
        at += there ? 1 : 0;
    }
    return rc;
}

void wdm_replay_fini(wdm_replay *replay)
{
    wdm_free(replay->weeks);
    wdm_free(replay->points);
    *replay = (wdm_replay){0};
}
