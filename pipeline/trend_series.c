// SPDX-License-Identifier: GPL-3.0-or-later
// One series of the trend stage: its baseline week by week, and its trend at every time scale.
#include <math.h>

#include "base/mem.h"
#include "trend_parts.h"

static wdm_rc put_baselines(wdm_trend_job *job, const wdm_series *series, const wdm_replay_opts *opts,
                            bool has_rule, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < job->replay.n && rc == WDM_OK; i++) {
        wdm_replay_week week = job->replay.weeks[i];
        if (week.state == WDM_WEEK_MISSING && isnan(week.baseline))
            continue; // neither a value nor a line to draw
        for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N && !has_rule; level++)
            week.line[level] = (double)NAN; // no rule, no threshold
        rc = wdm_store_put_baseline(job->session->store, series, &week, opts->below, err);
    }
    return rc;
}

// The judged week of the replay; all missing when the series ended before or begins later.
static wdm_replay_week judged_week(const wdm_trend_job *job)
{
    const wdm_replay *replay = &job->replay;
    if (replay->n > 0 && job->week >= replay->weeks[0].week && job->week <= replay->weeks[replay->n - 1].week)
        return replay->weeks[job->week - replay->weeks[0].week];
    return (wdm_replay_week){.state = WDM_WEEK_MISSING,
                             .baseline = (double)NAN,
                             .lo95 = (double)NAN,
                             .hi95 = (double)NAN,
                             .factor = (double)NAN,
                             .p_high = (double)NAN,
                             .p_low = (double)NAN};
}

// State of a value that has no baseline of its own: a longer period, a region.
static const char *plain_state(const wdm_trend_point *now)
{
    return wdm_week_state_text(now == NULL              ? WDM_WEEK_MISSING
                               : !(now->estimate > 0.0) ? WDM_WEEK_CENSORED
                               : !now->enough           ? WDM_WEEK_PROVISIONAL
                                                        : WDM_WEEK_OK);
}

static wdm_trend_row begin_row(const wdm_trend_job *job, const wdm_series *series, wdm_scale scale,
                               wdm_day first, wdm_day last)
{
    return (wdm_trend_row){.series = series,
                           .scale = scale,
                           .as_of = job->as_of,
                           .first = first,
                           .last = last,
                           .baseline = (double)NAN,
                           .baseline_lo95 = (double)NAN,
                           .baseline_hi95 = (double)NAN,
                           .factor = (double)NAN,
                           .factor_p = (double)NAN,
                           .judged_from = WDM_DAY_NONE,
                           .level = {(double)NAN, (double)NAN, (double)NAN},
                           .n_segments = 1,
                           .segment_from = WDM_DAY_NONE,
                           .segment_word = "one",
                           .source = "",
                           .offset_log = (double)NAN,
                           .offset_sd = (double)NAN,
                           .changepoint = WDM_DAY_NONE,
                           .step = {0, (double)NAN, (double)NAN, (double)NAN, (double)NAN}};
}

// A region's values of other sites than the newest do not compare with it.
static void mark_other_sites(wdm_trend_points *points, wdm_trend_row *row)
{
    if (row->series->region_key != 0 && wdm_trend_mark_coverage(points->rows, points->n) > 0)
        row->segment_word = "other sites";
}

// What every scale has: slope, changes, record.
static wdm_rc finish_row(wdm_trend_job *job, const wdm_trend_points *points, wdm_trend_row *row, wdm_err *err)
{
    wdm_trend_opts opts = wdm_trend_opts_default(row->scale);
    char text[WDM_PERIOD_TEXT];
    wdm_rc rc = WDM_OK;
    if (row->scale == WDM_SCALE_WEEK)
        opts.window_days = 7 * job->window_weeks;
    row->window_weeks = opts.window_days / 7;
    rc = wdm_trend_series(points->rows, points->n, row->first, &opts, &row->trend, err);
    if (rc != WDM_OK)
        return rc;
    rc = wdm_trend_put_steps(job, row, points, err);
    if (rc == WDM_OK)
        rc = wdm_trend_keep_bench(job, row->series, row->scale, points, err);
    if (rc != WDM_OK)
        return rc;
    if (row->trend.now != NULL)
        row->record = wdm_series_record_find(points->rows, points->n, wdm_series_record_min_n(row->scale));
    row->period = row->trend.now != NULL && row->trend.now->name != NULL
                      ? row->trend.now->name
                      : wdm_period_format(&(wdm_period){row->scale, row->first, row->last}, text);
    if (row->state == NULL)
        row->state = plain_state(row->trend.now);
    return wdm_store_put_trend(job->session->store, row, err);
}

static wdm_rc take_weeks(wdm_trend_job *job, const wdm_series *series, wdm_err *err)
{
    const int min_days = wdm_trend_opts_default(WDM_SCALE_WEEK).min_days;
    wdm_rc rc = wdm_grow(&job->weeks.rows, &job->weeks.cap, series->n, sizeof *job->weeks.rows, err);
    job->weeks.n = 0;
    for (size_t i = 0; i < series->n && rc == WDM_OK && series->weeks[i].week <= job->week; i++) {
        wdm_trend_point *p = &job->weeks.rows[job->weeks.n++];
        *p = wdm_trend_point_of_week(&series->weeks[i], series->days, series->n_days, min_days);
        p->population = series->people[i];
    }
    if (rc == WDM_OK)
        rc = wdm_trend_choose_runs(job, series, err);
    return rc == WDM_OK ? wdm_trend_mark_segments(job, series, &job->weeks, err) : rc;
}

static wdm_rc weekly(wdm_trend_job *job, const wdm_series *series, const wdm_replay_week *now, bool below,
                     wdm_err *err)
{
    const wdm_day monday = wdm_week_monday(job->week);
    wdm_trend_row row = begin_row(job, series, WDM_SCALE_WEEK, monday, monday + 6);
    wdm_rc rc = WDM_OK;
    if (now != NULL) {
        row.baseline = now->baseline;
        row.baseline_lo95 = now->lo95;
        row.baseline_hi95 = now->hi95;
        row.factor = now->factor;
        row.factor_p = below ? now->p_low : now->p_high;
        row.state = wdm_week_state_text(now->state);
        if (now->works_from != 0)
            row.judged_from = wdm_week_monday(now->works_from);
    }
    mark_other_sites(&job->weeks, &row);
    rc = wdm_trend_put_segments(job, &row, err);
    if (rc == WDM_OK)
        rc = wdm_trend_put_level(job, &row, &job->weeks, err);
    if (rc == WDM_OK)
        rc = finish_row(job, &job->weeks, &row, err);
    if (rc == WDM_OK && series->site_key != 0)
        rc = wdm_trend_keep_effects(job, series, &job->weeks, err);
    if (rc == WDM_OK && series->site_key != 0)
        job->n_class[row.trend.class_]++;
    return rc;
}

// Months, quarters, years and campaigns, each series at its own newest one that had ended.
static wdm_rc longer(wdm_trend_job *job, const wdm_series *series, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (int scale = WDM_SCALE_MONTH; scale < (int)WDM_SCALE_N && rc == WDM_OK; scale++) {
        wdm_trend_row row;
        rc = wdm_store_read_points(job->session->store, series, (wdm_scale)scale, job->as_of, &job->arena,
                                   &job->longer, err);
        if (rc == WDM_OK)
            rc = wdm_trend_mark_enough(job->longer.rows, job->longer.n,
                                       wdm_trend_opts_default((wdm_scale)scale).min_days, err);
        if (rc == WDM_OK)
            rc = wdm_trend_mark_segments(job, series, &job->longer, err);
        if (rc != WDM_OK || job->longer.n == 0)
            continue;
        row = begin_row(job, series, (wdm_scale)scale, job->longer.rows[job->longer.n - 1].first,
                        job->longer.rows[job->longer.n - 1].last);
        mark_other_sites(&job->longer, &row);
        rc = finish_row(job, &job->longer, &row, err);
    }
    wdm_arena_fini(&job->arena);
    return rc;
}

static wdm_rc one_site_series(void *context, const wdm_series *series, wdm_err *err)
{
    wdm_trend_job *job = context;
    bool has_rule = false;
    const wdm_replay_opts opts = wdm_rules_replay_opts(&job->rules, &job->session->config, series, &has_rule);
    const int32_t newest = series->weeks[series->n - 1].week;
    wdm_replay_week now;
    // A running week has a baseline once it has data; before that it is not missing.
    wdm_rc rc = wdm_series_replay(&job->replay, series->weeks, series->n,
                                  newest > job->week ? newest : job->week, &opts, err);
    if (rc == WDM_OK)
        rc = put_baselines(job, series, &opts, has_rule, err);
    if (rc == WDM_OK)
        rc = take_weeks(job, series, err);
    if (rc != WDM_OK)
        return rc;
    now = judged_week(job);
    rc = weekly(job, series, &now, opts.below, err);
    if (rc == WDM_OK)
        rc = longer(job, series, err);
    job->n_series++;
    job->n_weeks += (int64_t)series->n;
    return rc;
}

static wdm_rc one_region_series(void *context, const wdm_series *series, wdm_err *err)
{
    wdm_trend_job *job = context;
    wdm_series copy = *series;
    wdm_rc rc = wdm_store_read_region_days(job->session->store, series, job->as_of, &job->region_days,
                                           &job->region_days_cap, &copy.n_days, err);
    copy.days = job->region_days;
    if (rc == WDM_OK)
        rc = take_weeks(job, &copy, err);
    if (rc == WDM_OK)
        rc = weekly(job, &copy, NULL, false, err);
    if (rc == WDM_OK)
        rc = longer(job, &copy, err);
    job->n_weeks += (int64_t)series->n;
    return rc;
}

wdm_rc wdm_trend_places(wdm_trend_job *job, wdm_err *err)
{
    const char *factor_set = job->session->config.factor_set;
    wdm_rc rc = wdm_store_read_sources(job->session->store, job->as_of, &job->sources, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_series(job->session->store, factor_set, job->as_of, one_site_series, job, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_region_series(job->session->store, factor_set, job->as_of, one_region_series, job,
                                          err);
    if (rc == WDM_OK)
        rc = wdm_trend_put_benchmarks(job, err);
    return rc == WDM_OK ? wdm_trend_put_effects(job, err) : rc;
}
