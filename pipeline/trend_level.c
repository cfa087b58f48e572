// SPDX-License-Identifier: GPL-3.0-or-later
// Stores the smoothed level of a weekly series, and the changes of level of a series at any scale.
#include <math.h>

#include "base/mem.h"
#include "trend_parts.h"
#include "wbe/trend_level.h"

enum { LEVEL_WEEKS = 156 }; // up to the judged one

wdm_rc wdm_trend_put_level(wdm_trend_job *job, wdm_trend_row *row, const wdm_trend_points *points,
                           wdm_err *err)
{
    const wdm_day from = wdm_week_monday(job->week) - 7 * LEVEL_WEEKS;
    wdm_trend_level *levels = NULL;
    size_t begin = 0;
    size_t n = 0;
    bool found = false;
    wdm_rc rc = WDM_OK;
    while (begin < points->n && points->rows[begin].first <= from)
        begin++;
    n = points->n - begin;
    levels = wdm_alloc(n, sizeof *levels);
    rc = levels == NULL ? wdm_err_nomem(err) : wdm_trend_smooth(points->rows + begin, n, levels, &found, err);
    for (size_t i = 0; i < n && found && rc == WDM_OK; i++) {
        const wdm_trend_point *p = &points->rows[begin + i];
        if (!isfinite(levels[i].level))
            continue;
        rc = wdm_store_put_level(job->session->store, row->series, wdm_week_index(p->first), &levels[i], err);
        if (p->first == row->first)
            row->level = levels[i];
    }
    wdm_free(levels);
    return rc;
}

wdm_rc wdm_trend_put_steps(wdm_trend_job *job, wdm_trend_row *row, const wdm_trend_points *points,
                           wdm_err *err)
{
    wdm_trend_step *steps = wdm_alloc(points->n, sizeof *steps);
    size_t count = 0;
    wdm_rc rc = steps == NULL ? wdm_err_nomem(err)
                              : wdm_trend_find_steps(points->rows, points->n, row->scale, steps, &count, err);
    for (size_t i = 0; i < count && rc == WDM_OK; i++) {
        const wdm_trend_point *at = &points->rows[steps[i].at];
        rc = wdm_store_put_changepoint(job->session->store, row->series, row->scale, at, &steps[i], err);
        row->changepoint = at->first; // the newest one stays
        row->step = steps[i];
    }
    wdm_free(steps);
    return rc;
}
