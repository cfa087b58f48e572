// SPDX-License-Identifier: GPL-3.0-or-later
// Who measured a site's series: its stretches by laboratory and method.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "trend_parts.h"

wdm_rc wdm_trend_choose_runs(wdm_trend_job *job, const wdm_series *series, wdm_err *err)
{
    const wdm_source_runs *all =
        series->site_key == 0 ? NULL : wdm_source_table_site(&job->sources, series->site_key);
    const bool combined =
        strcmp(series->biomarker_id, WDM_COMBINED) == 0; // of analytes that change together or not
    job->n_runs = 0;
    for (size_t i = 0; all != NULL && i < all->n; i++) {
        wdm_rc rc = WDM_OK;
        if (!combined && all->rows[i].analyte_key != series->biomarker_key)
            continue;
        rc = wdm_grow(&job->runs, &job->runs_cap, job->n_runs + 1, sizeof *job->runs, err);
        if (rc != WDM_OK)
            return rc;
        job->runs[job->n_runs++] = all->rows[i];
    }
    return WDM_OK;
}

// Offsets of the series' analyte: they are sorted by it.
static void choose_offsets(const wdm_trend_job *job, const wdm_series *series, wdm_segment_input *input)
{
    const wdm_source_offsets *all = &job->sources.offsets;
    for (size_t i = 0; i < all->n; i++) {
        if (all->rows[i].analyte_key != series->biomarker_key)
            continue;
        if (input->n_offsets == 0)
            input->offsets = &all->rows[i];
        input->n_offsets++;
    }
}

wdm_rc wdm_trend_mark_segments(wdm_trend_job *job, const wdm_series *series, wdm_trend_points *points,
                               wdm_err *err)
{
    wdm_segment_input input = {
        .runs = job->runs, .n_runs = job->n_runs, .days = series->days, .n_days = series->n_days};
    job->segments.n = 0;
    if (job->n_runs == 0)
        return WDM_OK; // one source, or published loads, or a region: the points' shifts are 0
    choose_offsets(job, series, &input);
    return wdm_segments_mark(&input, points->rows, points->n, &job->segments, err);
}

static const char *source_text(const wdm_trend_job *job, const wdm_segment *segment, char *text, size_t size)
{
    const char *name = segment->source < job->sources.n ? job->sources.names[segment->source] : "published";
    (void)snprintf(text, size, "%s%s", name, segment->mixed ? " and others" : "");
    return text;
}

wdm_rc wdm_trend_put_segments(wdm_trend_job *job, wdm_trend_row *row, wdm_err *err)
{
    const wdm_segments *all = &job->segments;
    char text[600];
    wdm_rc rc = WDM_OK;
    if (all->n == 0)
        return WDM_OK;
    row->n_segments = all->n;
    row->segment_from = all->rows[all->n - 1].first;
    row->segment_word = "one";
    for (size_t i = 0; i + 1 < all->n; i++) {
        if (isnan(all->rows[i].shift))
            row->segment_word = "new segment";
        else if (strcmp(row->segment_word, "one") == 0)
            row->segment_word = "corrected";
    }
    if (all->n > 1 && all->rows[all->n - 2].n_weeks > 0) {
        row->offset_log = all->rows[all->n - 2].shift;
        row->offset_sd = all->rows[all->n - 2].shift_sd;
    }
    for (size_t i = 0; i < all->n && all->n > 1 && rc == WDM_OK; i++)
        rc = wdm_store_put_segment(job->session->store, row->series, (int)i + 1, &all->rows[i],
                                   source_text(job, &all->rows[i], text, sizeof text), err);
    row->source = wdm_arena_strdup(&job->arena, source_text(job, &all->rows[all->n - 1], text, sizeof text));
    return rc == WDM_OK && row->source == NULL ? wdm_err_nomem(err) : rc;
}
