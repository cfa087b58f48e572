// SPDX-License-Identifier: GPL-3.0-or-later
// Control charts: mean and sd of each control, Westgard's rules on the z values.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "num/westgard.h"
#include "quality_parts.h"

// Room for the evaluation of the points of one group's charts.
typedef struct workspace {
    wdm_westgard_point z[WDM_QC_POINTS_MAX];
    unsigned rules[WDM_QC_POINTS_MAX];
    double earlier[WDM_QC_POINTS_MAX];
    double mean[WDM_QC_POINTS_MAX], sd[WDM_QC_POINTS_MAX]; // of the point's chart
    int64_t n_earlier[WDM_QC_POINTS_MAX];
} workspace;

// Limits of the chart of points[at]: those assigned, else from the earlier runs of that control, the latest
// `most` of them. The run that is judged has no part in its own limits.
static wdm_rc limits_of(const wdm_quality *q, size_t n, size_t at, int64_t run, const double least_most[2],
                        workspace *w, wdm_err *err)
{
    const wdm_qc_point *p = q->points;
    wdm_err why = {WDM_OK, ""};
    size_t k = 0;
    size_t used = 0;
    wdm_rc rc = WDM_OK;
    w->mean[at] = p[at].target_ng_l;
    w->sd[at] = p[at].sd_ng_l;
    w->n_earlier[at] = 0;
    if (!isnan(p[at].target_ng_l))
        return WDM_OK;
    for (size_t i = n; i-- > 0 && (double)k < least_most[1];) {
        if (p[i].run < run && p[i].material == p[at].material)
            w->earlier[k++] = p[i].value_ng_l;
    }
    w->n_earlier[at] = (int64_t)k;
    w->mean[at] = w->sd[at] = (double)NAN;
    if (k < 2 || (double)k < least_most[0])
        return WDM_OK;
    rc = wdm_qc_chart_limits(w->earlier, k, &w->mean[at], &w->sd[at], &used, &why);
    if (rc == WDM_E_DATA) { // all equal: no chart can be made of them
        w->mean[at] = w->sd[at] = (double)NAN;
        return WDM_OK;
    }
    return rc == WDM_OK ? WDM_OK : wdm_err_set(err, rc, "%s", why.text);
}

static wdm_rc add_rule(wdm_quality *q, const wdm_qc_point *p, unsigned bit, double z, double mean_sd[2],
                       wdm_err *err)
{
    const wdm_qc_kind kind = (wdm_qc_kind)((unsigned)WDM_QC_WESTGARD_12S + bit);
    const wdm_qc_row row = {
        .line = p->line, .sample_key = p->sample_key, .replicate = p->replicate, .revision = p->revision};
    const wdm_qc_verdict verdict = wdm_quality_judge(q, kind, (double)NAN);
    char message[400];
    char n[4][WDM_NUMBER_TEXT];
    if (!verdict.judged)
        return WDM_OK;
    (void)snprintf(message, sizeof message, "control \"%s\": %s ng/L is z = %s (mean %s, sd %s): %s",
                   p->chart, wdm_quality_number(p->value_ng_l, n[0]), wdm_quality_number(z, n[1]),
                   wdm_quality_number(mean_sd[0], n[2]), wdm_quality_number(mean_sd[1], n[3]),
                   wdm_westgard_name(bit));
    return wdm_quality_add(q, &row, &verdict,
                           (wdm_qc_finding){.value = z, .below_ng_l = (double)NAN, .message = message}, err);
}

// "1-3s" for the cell that shows the point.
static void name_rule(wdm_qc_cell *cell, double z, unsigned bit)
{
    if (cell->value != z)
        return;
    (void)snprintf(cell->word, sizeof cell->word, "%s", wdm_westgard_name(bit) + strlen("westgard_"));
    for (char *c = cell->word; *c != '\0'; c++)
        *c = *c == '_' ? '-' : *c;
    (void)snprintf(cell->remark, sizeof cell->remark, "control chart %s", cell->word);
}

// The worst rule that the point broke, for the table.
static wdm_rc note_point(wdm_quality *q, double z, unsigned rules, wdm_err *err)
{
    wdm_qc_verdict verdict = {.judged = true};
    int severity = -1;
    unsigned worst = 0;
    wdm_rc rc = WDM_OK;
    for (unsigned bit = 0; bit < WDM_WESTGARD_RULES; bit++) {
        const wdm_qc_verdict v =
            wdm_quality_judge(q, (wdm_qc_kind)((unsigned)WDM_QC_WESTGARD_12S + bit), (double)NAN);
        if ((rules >> bit & 1u) == 0 || !v.judged || (int)v.rule.severity < severity)
            continue;
        severity = (int)v.rule.severity;
        verdict = v;
        verdict.fired = true;
        worst = bit;
    }
    rc = wdm_quality_note_cell(q, WDM_COLUMN_CHART, z, fabs(z), &verdict, err);
    if (rc == WDM_OK && verdict.fired)
        name_rule(&q->lines[q->analyte].cells[WDM_COLUMN_CHART], z, worst);
    return rc;
}

static wdm_rc write_points(wdm_quality *q, size_t n, const workspace *w, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        const wdm_qc_point *p = &q->points[i];
        const double mean_sd_z[3] = {w->mean[i], w->sd[i], w->z[i].z};
        double mean_sd[2] = {w->mean[i], w->sd[i]};
        if (!p->in_group)
            continue;
        rc = wdm_store_put_chart_point(q->store, p->qc_row_id, mean_sd_z, w->n_earlier[i], w->rules[i], err);
        if (isnan(w->z[i].z)) {
            q->counts.chart_waiting++;
            continue;
        }
        q->counts.chart_points++;
        if (rc == WDM_OK)
            rc = note_point(q, w->z[i].z, w->rules[i], err);
        for (unsigned bit = 0; bit < WDM_WESTGARD_RULES && rc == WDM_OK; bit++) {
            if ((w->rules[i] >> bit & 1u) != 0)
                rc = add_rule(q, p, bit, w->z[i].z, mean_sd, err);
        }
    }
    return rc;
}

static wdm_rc judge_points(wdm_quality *q, size_t n, workspace *w, wdm_err *err)
{
    const wdm_qc_verdict chart = wdm_quality_judge(q, WDM_QC_CONTROL_CHART, (double)NAN);
    const double least_most[2] = {isnan(chart.rule.low) ? 2.0 : chart.rule.low,
                                  isnan(chart.rule.high) ? (double)WDM_QC_POINTS_MAX : chart.rule.high};
    int64_t run = INT64_MAX;
    wdm_rc rc = WDM_OK;
    if (!chart.judged)
        return WDM_OK; // switched off
    for (size_t i = 0; i < n; i++) {
        if (q->points[i].in_group && q->points[i].run < run)
            run = q->points[i].run;
    }
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        rc = limits_of(q, n, i, run, least_most, w, err);
        w->z[i] = (wdm_westgard_point){wdm_qc_z(q->points[i].value_ng_l, w->mean[i], w->sd[i]),
                                       q->points[i].run, q->points[i].material};
    }
    if (rc != WDM_OK)
        return rc;
    wdm_westgard(w->z, n, w->rules);
    return write_points(q, n, w, err);
}

wdm_rc wdm_quality_judge_charts(wdm_quality *q, wdm_err *err)
{
    workspace *w = wdm_alloc(1, sizeof *w);
    size_t n = 0;
    wdm_rc rc = WDM_OK;
    if (q->points == NULL)
        q->points = wdm_alloc(WDM_QC_POINTS_MAX, sizeof *q->points);
    if (w == NULL || q->points == NULL) {
        wdm_free(w);
        return wdm_err_nomem(err);
    }
    rc = wdm_store_chart_points(q->store, q->group, q->points, WDM_QC_POINTS_MAX, &n, err);
    if (rc == WDM_OK)
        rc = judge_points(q, n, w, err);
    wdm_free(w);
    return rc;
}
