// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/trend_level.h"

#include <math.h>

#include "base/mem.h"
#include "num/changepoint.h"
#include "num/local_level.h"

enum { MIN_SEGMENT_WEEKS = 8, MIN_SEGMENT = 4 };

static double shifted_log(double value, const wdm_trend_point *p)
{
    return log(value) + p->shift;
}

// A value that does not compare: only a level is wanted there.
static wdm_local_level_point level_point(const wdm_trend_point *p)
{
    wdm_local_level_point point = {.x = p->time, .y = (double)NAN, .sd = hypot(p->log_sd, p->shift_sd)};
    if (wdm_trend_point_compares(p)) {
        point.y = shifted_log(p->estimate, p);
    } else if (!(p->estimate > 0.0) && p->upper > 0.0 && isfinite(p->upper) && !isnan(p->shift)) {
        point.y = shifted_log(p->upper, p);
        point.censored = true;
    }
    return point;
}

wdm_rc wdm_trend_smooth(const wdm_trend_point *points, size_t n, wdm_trend_level *levels, bool *found,
                        wdm_err *err)
{
    const wdm_local_level_opts opts = WDM_LOCAL_LEVEL_OPTS_DEFAULT;
    wdm_local_level_point *rows = wdm_alloc(n, sizeof *rows);
    wdm_local_level_value *values = wdm_alloc(n, sizeof *values);
    wdm_local_level_fit fit = {0};
    wdm_err why = {WDM_OK, ""};
    size_t n_measured = 0;
    wdm_rc rc = WDM_OK;
    *found = false;
    if (rows == NULL || values == NULL) {
        wdm_free(rows);
        wdm_free(values);
        return wdm_err_nomem(err);
    }
    for (size_t i = 0; i < n; i++) {
        rows[i] = level_point(&points[i]);
        n_measured += !isnan(rows[i].y) && !rows[i].censored ? 1 : 0;
    }
    if (n_measured >= WDM_TREND_LEVEL_MIN_N) {
        rc = wdm_local_level_smooth(rows, n, &opts, values, &fit, &why);
        *found = rc == WDM_OK;
        if (rc != WDM_OK && rc != WDM_E_DATA) // data that have no level are no error
            (void)wdm_err_set(err, rc, "%s", why.text);
        else
            rc = WDM_OK;
    }
    for (size_t i = 0; i < n && *found; i++)
        levels[i] = (wdm_trend_level){exp(values[i].level), exp(values[i].lo95), exp(values[i].hi95)};
    wdm_free(rows);
    wdm_free(values);
    return rc;
}

typedef struct compared {
    double *logs, *sds;
    size_t *at; // of the point
    size_t n;
    wdm_changepoint *found;
} compared;

static wdm_rc compared_make(compared *c, const wdm_trend_point *points, size_t n, wdm_err *err)
{
    c->logs = wdm_alloc(n, sizeof *c->logs);
    c->sds = wdm_alloc(n, sizeof *c->sds);
    c->at = wdm_alloc(n, sizeof *c->at);
    c->found = wdm_alloc(n, sizeof *c->found);
    if (c->logs == NULL || c->sds == NULL || c->at == NULL || c->found == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (!wdm_trend_point_compares(&points[i]))
            continue;
        c->logs[c->n] = shifted_log(points[i].estimate, &points[i]);
        c->sds[c->n] = points[i].log_sd;
        c->at[c->n++] = i;
    }
    return WDM_OK;
}

wdm_rc wdm_trend_find_steps(const wdm_trend_point *points, size_t n, wdm_scale scale, wdm_trend_step *steps,
                            size_t *count, wdm_err *err)
{
    wdm_changepoint_opts opts = WDM_CHANGEPOINT_OPTS_DEFAULT;
    compared c = {.n = 0};
    wdm_rc rc = compared_make(&c, points, n, err);
    *count = 0;
    opts.min_segment = scale == WDM_SCALE_WEEK ? MIN_SEGMENT_WEEKS : MIN_SEGMENT;
    if (rc == WDM_OK && c.n >= 2 * opts.min_segment && c.n <= WDM_CHANGEPOINT_MAX_N)
        rc = wdm_changepoint_find(c.logs, c.sds, c.n, &opts, c.found, c.n, count, err);
    for (size_t i = 0; i < *count && rc == WDM_OK; i++) {
        const wdm_changepoint *f = &c.found[i];
        steps[i] = (wdm_trend_step){c.at[f->at], f->step, f->step_lo, f->step_hi, f->p};
    }
    wdm_free(c.logs);
    wdm_free(c.sds);
    wdm_free(c.at);
    wdm_free(c.found);
    return rc;
}
