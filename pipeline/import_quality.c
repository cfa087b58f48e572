// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_quality.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "io/number.h"
#include "io/text.h"
#include "quality_parts.h"

wdm_rc wdm_quality_new(wdm_quality **out, wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                       wdm_err *err)
{
    wdm_quality *q = wdm_alloc(1, sizeof *q);
    *out = q;
    if (q == NULL)
        return wdm_err_nomem(err);
    q->store = store;
    q->config = config;
    q->batch = batch;
    q->first = q->last = WDM_DAY_NONE;
    return WDM_OK;
}

void wdm_quality_free(wdm_quality *quality)
{
    if (quality == NULL)
        return;
    wdm_free(quality->lines);
    wdm_free(quality->points);
    wdm_free(quality);
}

// ---- judging and writing

const char *wdm_quality_number(double value, char text[WDM_NUMBER_TEXT])
{
    size_t len = strlen(wdm_number_pretty(value, 4, text));
    if (strchr(text, '.') == NULL || strchr(text, 'e') != NULL)
        return text;
    while (text[len - 1] == '0')
        text[--len] = '\0';
    if (text[len - 1] == '.')
        text[len - 1] = '\0';
    return text;
}

wdm_qc_verdict wdm_quality_judge(const wdm_quality *q, wdm_qc_kind kind, double value)
{
    wdm_qc_verdict verdict = {.judged = false};
    wdm_qc_rule rules[WDM_QC_SEVERITY_N];
    const size_t n = wdm_config_qc(q->config, kind, q->group->lab_id, q->group->method_id, q->analyte, rules);
    for (size_t i = 0; i < n; i++) {
        const bool low = value < rules[i].low;
        const bool fired = low || value > rules[i].high;
        if (!verdict.judged || (fired && (!verdict.fired || rules[i].severity > verdict.rule.severity))) {
            verdict.rule = rules[i];
            verdict.fired = fired;
            verdict.low = low;
        }
        verdict.judged = true;
    }
    return verdict;
}

wdm_rc wdm_quality_add(wdm_quality *q, const wdm_qc_row *row, const wdm_qc_verdict *verdict,
                       wdm_qc_finding finding, wdm_err *err)
{
    finding.kind = verdict->rule.kind;
    finding.rule_id = verdict->rule.rule_id;
    finding.severity = verdict->rule.severity;
    finding.low = verdict->rule.low;
    finding.high = verdict->rule.high;
    finding.line = row->line;
    finding.of_sample_key = row->sample_key;
    finding.of_replicate = row->replicate;
    finding.of_revision = row->revision;
    q->counts.findings[finding.severity]++;
    return wdm_store_put_qc_finding(q->store, q->group, &finding, err);
}

static wdm_rc line_of(wdm_quality *q, wdm_index analyte, wdm_qc_line **line, wdm_err *err)
{
    const size_t before = q->lines_cap;
    wdm_rc rc = wdm_grow(&q->lines, &q->lines_cap, analyte + 1, sizeof *q->lines, err);
    for (size_t i = before; rc == WDM_OK && i < q->lines_cap; i++) {
        for (int c = 0; c < (int)WDM_COLUMN_N; c++)
            q->lines[i].cells[c].severity = -1;
    }
    *line = rc == WDM_OK ? &q->lines[analyte] : NULL;
    return rc;
}

static void describe(wdm_qc_cell *cell, wdm_qc_column column, const wdm_qc_verdict *verdict)
{
    static const char *const units[] = {" %", "", " %", " %", " %", "", " %", " %", " %", "", ""};
    char limit[WDM_NUMBER_TEXT];
    (void)snprintf(cell->word, sizeof cell->word, "%s",
                   !verdict->fired ? "ok"
                   : verdict->low  ? "low"
                                   : "high");
    if (!verdict->fired)
        return;
    (void)wdm_number_format(verdict->low ? verdict->rule.low : verdict->rule.high, limit);
    if (column == WDM_COLUMN_BLANK)
        (void)snprintf(cell->remark, sizeof cell->remark, "blank above %s %% of the LOQ", limit);
    else
        (void)snprintf(cell->remark, sizeof cell->remark, "%s %s%s", verdict->low ? "below" : "above", limit,
                       units[column]);
}

wdm_rc wdm_quality_note_cell(wdm_quality *q, wdm_qc_column column, double value, double distance,
                             const wdm_qc_verdict *verdict, wdm_err *err)
{
    wdm_qc_line *line = NULL;
    wdm_qc_cell *cell = NULL;
    const int severity = verdict->fired ? (int)verdict->rule.severity : -1;
    wdm_rc rc = line_of(q, q->analyte, &line, err);
    if (rc != WDM_OK)
        return rc;
    cell = &line->cells[column];
    cell->n++;
    cell->n_out += verdict->fired;
    if (cell->n > 1 && (severity < cell->severity || (severity == cell->severity && distance <= cell->worst)))
        return WDM_OK;
    cell->severity = severity;
    cell->worst = distance;
    cell->value = value;
    describe(cell, column, verdict);
    return WDM_OK;
}

// ---- rows as they come

// The chart of a control: named by its row of controls.csv, else a continuing calibration's by its nominal
// concentration, else by its name.
static void find_chart(const wdm_quality *q, const wdm_assay_row *row, wdm_sample_kind kind,
                       wdm_qc_chart *chart, double *expected)
{
    const wdm_day day = row->analysed == WDM_DAY_NONE ? row->start.day : row->analysed;
    const wdm_control *control = NULL;
    char text[WDM_NUMBER_TEXT];
    *chart = (wdm_qc_chart){"", (double)NAN, (double)NAN};
    if (kind != WDM_KIND_CCV && kind != WDM_KIND_STANDARD)
        return;
    control = wdm_config_control(q->config, row->lab_id, row->method_id, row->analyte, row->sample_id, day);
    if (control != NULL) {
        chart->target_ng_l = control->target_ng_l;
        chart->sd_ng_l = control->sd_ng_l;
        if (!control->proficiency)
            (void)snprintf(chart->name, sizeof chart->name, "%s", control->control);
        if (isnan(*expected))
            *expected = control->target_ng_l;
    } else if (kind == WDM_KIND_CCV && !isnan(*expected)) {
        (void)snprintf(chart->name, sizeof chart->name, "ccv %s ng/L", wdm_number_format(*expected, text));
    } else if (kind == WDM_KIND_CCV) {
        (void)snprintf(chart->name, sizeof chart->name, "ccv %s", row->sample_id);
    }
    wdm_text_cut(chart->name);
}

// A rule about a row that needs no other row.
static wdm_rc judge_alone(wdm_quality *q, const wdm_assay_row *row, wdm_qc_kind kind, double value,
                          wdm_err *err)
{
    wdm_qc_group group = {.batch_id = q->batch->batch_id};
    wdm_qc_verdict verdict;
    wdm_qc_finding f = {.below_ng_l = (double)NAN, .value = value, .line = (int64_t)row->line};
    char message[160];
    char number[WDM_NUMBER_TEXT];
    bool added = false;
    wdm_rc rc = WDM_OK;
    (void)snprintf(group.lab_id, sizeof group.lab_id, "%s", row->lab_id);
    (void)snprintf(group.method_id, sizeof group.method_id, "%s", row->method_id);
    q->group = &group;
    q->analyte = row->analyte;
    verdict = wdm_quality_judge(q, kind, value);
    q->group = NULL;
    if (kind == WDM_QC_RANGE)
        verdict.fired = verdict.judged && verdict.rule.severity > WDM_QC_NOTE; // the state says it
    if (!verdict.fired)
        return WDM_OK;
    f.kind = kind;
    f.every_analyte = kind == WDM_QC_COMPOSITE_HOURS;
    f.rule_id = verdict.rule.rule_id;
    f.severity = verdict.rule.severity;
    f.low = verdict.rule.low;
    f.high = verdict.rule.high;
    f.message = message;
    (void)wdm_quality_number(value, number);
    if (kind == WDM_QC_RANGE)
        (void)snprintf(message, sizeof message, "%s ng/L lies outside the range from LOQ to ULOQ", number);
    else
        (void)snprintf(message, sizeof message, "the collection lasted %s h; a composite has 24 h", number);
    rc = wdm_store_put_row_finding(q->store, q->config, q->batch, row, &f, &added, err);
    q->counts.findings[f.severity] += added;
    return rc;
}

static void note_analysis(wdm_quality *q, const wdm_assay_row *row)
{
    if (row->analysed == WDM_DAY_NONE)
        return;
    if (q->first == WDM_DAY_NONE)
        (void)snprintf(q->lab_id, sizeof q->lab_id, "%s", row->lab_id);
    else if (!q->many_labs)
        q->many_labs = strcmp(q->lab_id, row->lab_id) != 0;
    if (q->first == WDM_DAY_NONE || row->analysed < q->first)
        q->first = row->analysed;
    if (q->last == WDM_DAY_NONE || row->analysed > q->last)
        q->last = row->analysed;
}

wdm_rc wdm_quality_take(wdm_quality *q, const wdm_assay_row *row, wdm_err *err)
{
    const int64_t outside = WDM_FLAG_BELOW_LIMIT_NUMBER | WDM_FLAG_ABOVE_RANGE;
    const wdm_sample_kind kind = wdm_sample_kind_of(row->sample_type);
    wdm_assay_row copy = *row;
    wdm_qc_chart chart;
    bool own = false;
    wdm_rc rc = WDM_OK;
    note_analysis(q, row);
    if (kind == WDM_KIND_SAMPLE) {
        const double hours =
            row->site == WDM_NONE ? (double)NAN : wdm_qc_collected_hours(row->start, row->end);
        if (!isnan(hours) && hours != 24.0)
            rc = judge_alone(q, row, WDM_QC_COMPOSITE_HOURS, hours, err);
        if (rc == WDM_OK && (row->flags & outside) != 0)
            rc = judge_alone(q, row, WDM_QC_RANGE, row->value_ng_l, err);
        if (rc != WDM_OK || (row->replicate == 1 && !wdm_qc_measures_any(&row->qc)))
            return rc;
    }
    q->n_rows++;
    q->counts.controls += kind != WDM_KIND_SAMPLE;
    find_chart(q, row, kind, &chart, &copy.qc.expected_ng_l);
    return wdm_store_put_qc_row(q->store, q->config, q->batch, &copy, &chart, &own, err);
}

// ---- the end

static wdm_rc judge_r2(wdm_quality *q, wdm_err *err)
{
    const wdm_qc_row row = {.line = q->r2_line};
    char message[160];
    char number[WDM_NUMBER_TEXT];
    wdm_qc_verdict verdict;
    wdm_rc rc = WDM_OK;
    if (isnan(q->r2_lowest))
        return WDM_OK;
    verdict = wdm_quality_judge(q, WDM_QC_CALIBRATION_R2, q->r2_lowest);
    if (!verdict.judged)
        return WDM_OK;
    rc = wdm_quality_note_cell(q, WDM_COLUMN_R2, q->r2_lowest, -q->r2_lowest, &verdict, err);
    if (rc != WDM_OK || !verdict.fired)
        return rc;
    (void)snprintf(message, sizeof message, "the calibration has r2 = %s",
                   wdm_quality_number(q->r2_lowest, number));
    return wdm_quality_add(
        q, &row, &verdict,
        (wdm_qc_finding){.value = q->r2_lowest, .below_ng_l = (double)NAN, .message = message}, err);
}

// What could not be judged is said once a group and kind.
static wdm_rc say_incomplete(wdm_quality *q, wdm_err *err)
{
    static const char *const lack[] = {
        "",
        "",
        "no value or no nominal concentration (column expected)",
        "no value or no nominal concentration (column expected)",
        "no value, no added concentration (column expected) or no native sample (parent_sample_id)",
        "no native sample (parent_sample_id, or the same sample_id)"};
    wdm_rc rc = WDM_OK;
    for (int k = 0; k < (int)WDM_KIND_N && rc == WDM_OK; k++) {
        const wdm_qc_row row = {.line = q->line_incomplete[k]};
        const wdm_qc_verdict verdict = wdm_quality_judge(q, WDM_QC_CONTROL_INCOMPLETE, (double)NAN);
        char message[200];
        if (q->n_incomplete[k] == 0 || !verdict.judged)
            continue;
        (void)snprintf(message, sizeof message, "%lld row(s) of type %s: %s; not judged",
                       (long long)q->n_incomplete[k], wdm_sample_kind_name((wdm_sample_kind)k), lack[k]);
        rc = wdm_quality_add(q, &row, &verdict,
                             (wdm_qc_finding){.value = (double)q->n_incomplete[k],
                                              .below_ng_l = (double)NAN,
                                              .message = message},
                             err);
    }
    return rc;
}

static wdm_rc judge_group(void *user, const wdm_qc_group *group, wdm_err *err)
{
    wdm_quality *q = user;
    wdm_rc rc = WDM_OK;
    q->group = group;
    q->analyte = wdm_config_analyte(q->config, group->analyte_id);
    q->r2_lowest = (double)NAN;
    q->n_charted = 0;
    memset(q->n_incomplete, 0, sizeof q->n_incomplete);
    if (q->analyte == WDM_NONE)
        return wdm_err_set(err, WDM_E_INTERNAL, "quality: \"%s\" is not an analyte", group->analyte_id);
    rc = wdm_store_each_qc_row(q->store, group, wdm_quality_judge_row, q, err);
    if (rc == WDM_OK)
        rc = judge_r2(q, err);
    if (rc == WDM_OK)
        rc = say_incomplete(q, err);
    if (rc == WDM_OK && q->n_charted > 0)
        rc = wdm_quality_judge_charts(q, err);
    q->group = NULL;
    return rc;
}

wdm_rc wdm_quality_finish(wdm_quality *q, wdm_err *err)
{
    const wdm_qc_reach reach = {q->many_labs ? NULL : q->lab_id, q->first, q->last};
    wdm_rc rc = WDM_OK;
    if (q->n_rows > 0)
        rc = wdm_store_each_qc_group(q->store, q->batch->batch_id, judge_group, q, err);
    return rc == WDM_OK ? wdm_store_inherit_findings(q->store, q->batch, &reach, &q->counts.inherited, err)
                        : rc;
}
