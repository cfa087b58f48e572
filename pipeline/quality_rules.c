// SPDX-License-Identifier: GPL-3.0-or-later
// The rules about single rows of a group, with what they are compared with.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quality_parts.h"

enum { MESSAGE = 400 };

// A value under a rule. distance: how far it is from what is wanted.
typedef struct check {
    wdm_qc_kind kind;
    wdm_qc_column column;
    double value, distance;
} check;

// Judges, counts the value in the table, and tells whether a rule fired.
static bool fires(wdm_quality *q, const check *c, wdm_qc_verdict *verdict, wdm_rc *rc, wdm_err *err)
{
    *verdict = wdm_quality_judge(q, c->kind, c->value);
    *rc = verdict->judged && c->column != WDM_COLUMN_N
              ? wdm_quality_note_cell(q, c->column, c->value, c->distance, verdict, err)
              : WDM_OK;
    return *rc == WDM_OK && verdict->fired;
}

// A finding about all samples of the group.
static wdm_qc_finding about_group(double value, const char *message)
{
    return (wdm_qc_finding){.value = value, .below_ng_l = (double)NAN, .message = message};
}

// A finding about one sample, every replicate or the row's own.
static wdm_qc_finding about_sample(double value, int64_t sample_key, int replicate, const char *message)
{
    return (wdm_qc_finding){.value = value,
                            .below_ng_l = (double)NAN,
                            .sample_key = sample_key,
                            .replicate = replicate,
                            .message = message};
}

static void incomplete(wdm_quality *q, const wdm_qc_row *row)
{
    if (q->n_incomplete[row->kind]++ == 0)
        q->line_incomplete[row->kind] = row->line;
}

// The value of a control; of one below a limit the limit, which is the most that it can be. NaN: none.
static double found_ng_l(const wdm_qc_row *row)
{
    if (!isnan(row->value_ng_l))
        return row->value_ng_l;
    if (row->state == WDM_RESULT_NOT_DETECTED && !isnan(row->lod_ng_l))
        return row->lod_ng_l;
    if (row->state == WDM_RESULT_NOT_DETECTED || row->state == WDM_RESULT_BELOW_LOQ)
        return isnan(row->loq_ng_l) ? 0.0 : row->loq_ng_l;
    return (double)NAN;
}

// ---- controls

static wdm_rc judge_nominal(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    const double found = found_ng_l(row);
    const double percent = wdm_qc_deviation_percent(found, row->expected_ng_l);
    const bool lowest =
        row->kind == WDM_KIND_STANDARD && row->expected_ng_l == q->group->lowest_standard_ng_l;
    const check c = {row->kind == WDM_KIND_CCV ? WDM_QC_CCV
                     : lowest                  ? WDM_QC_STANDARD_LOWEST
                                               : WDM_QC_STANDARD,
                     row->kind == WDM_KIND_CCV ? WDM_COLUMN_CCV : WDM_COLUMN_STANDARD, percent,
                     fabs(percent)};
    wdm_qc_verdict verdict;
    char message[MESSAGE];
    char n[3][WDM_NUMBER_TEXT];
    wdm_rc rc = WDM_OK;
    if (row->kind == WDM_KIND_STANDARD && row->expected_ng_l == 0.0)
        return WDM_OK; // the zero point of a calibration
    if (isnan(percent)) {
        incomplete(q, row);
        return WDM_OK;
    }
    if (!fires(q, &c, &verdict, &rc, err))
        return rc;
    (void)snprintf(message, sizeof message, "%s \"%s\": %s ng/L found where %s are nominal (%s %%)",
                   wdm_sample_kind_name(row->kind), row->sample_id, wdm_quality_number(found, n[0]),
                   wdm_quality_number(row->expected_ng_l, n[1]), wdm_quality_number(percent, n[2]));
    return wdm_quality_add(q, row, &verdict, about_group(percent, message), err);
}

static wdm_rc judge_proficiency(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    const double z = wdm_qc_z(found_ng_l(row), row->target_ng_l, row->sd_ng_l);
    const check c = {WDM_QC_PROFICIENCY, WDM_COLUMN_PT, z, fabs(z)};
    wdm_qc_verdict verdict;
    char message[MESSAGE];
    char n[2][WDM_NUMBER_TEXT];
    wdm_rc rc = WDM_OK;
    if (isnan(z)) {
        incomplete(q, row);
        return WDM_OK;
    }
    if (!fires(q, &c, &verdict, &rc, err))
        return rc;
    (void)snprintf(message, sizeof message, "proficiency test \"%s\": z = %s, assigned %s ng/L",
                   row->sample_id, wdm_quality_number(z, n[0]), wdm_quality_number(row->target_ng_l, n[1]));
    return wdm_quality_add(q, row, &verdict, about_group(z, message), err);
}

// A blank counts as good without a number: not detected, or below the LOQ. Its finding covers the results
// that it makes up a share of, not those far above it.
static wdm_rc judge_blank(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    const bool has = !isnan(row->value_ng_l) && row->value_ng_l > 0.0;
    const double blank = has ? row->value_ng_l : 0.0;
    // Without an LOQ only a blank of nothing is good.
    const double percent = !has                   ? 0.0
                           : isnan(row->loq_ng_l) ? 1e9
                                                  : wdm_qc_share_percent(blank, row->loq_ng_l);
    const check c = {WDM_QC_BLANK, WDM_COLUMN_BLANK, percent, percent};
    wdm_qc_verdict verdict;
    wdm_qc_finding finding;
    char message[MESSAGE];
    char n[3][WDM_NUMBER_TEXT];
    wdm_rc rc = WDM_OK;
    if (row->state == WDM_RESULT_NOT_ANALYSED || !fires(q, &c, &verdict, &rc, err))
        return rc;
    finding = about_group(isnan(row->loq_ng_l) ? (double)NAN : percent, message);
    finding.below_ng_l =
        isnan(verdict.rule.sample_percent) ? (double)NAN : 100.0 * blank / verdict.rule.sample_percent;
    (void)snprintf(message, sizeof message, "blank \"%s\" has %s ng/L, the LOQ is %s", row->sample_id,
                   wdm_quality_number(blank, n[0]),
                   isnan(row->loq_ng_l) ? "not known" : wdm_quality_number(row->loq_ng_l, n[1]));
    if (!isnan(finding.below_ng_l)) {
        const size_t len = strlen(message);
        (void)snprintf(message + len, sizeof message - len, "; it is a part of results below %s ng/L",
                       wdm_quality_number(finding.below_ng_l, n[2]));
    }
    return wdm_quality_add(q, row, &verdict, finding, err);
}

static wdm_rc judge_spike(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    wdm_qc_native native = {.found = false};
    const double found = found_ng_l(row);
    double base = 0.0;
    double percent = (double)NAN;
    wdm_qc_verdict verdict;
    check c = {WDM_QC_SPIKE_RECOVERY, WDM_COLUMN_RECOVERY, 0.0, 0.0};
    char message[MESSAGE];
    char n[4][WDM_NUMBER_TEXT];
    wdm_rc rc = wdm_store_find_native(q->store, q->group, row, &native, err);
    if (rc != WDM_OK)
        return rc;
    if (!isnan(native.value_ng_l) && native.value_ng_l > 0.0)
        base = native.value_ng_l; // below the limits: nothing to take off
    percent = wdm_qc_recovery_percent(found, base, row->expected_ng_l);
    if (!native.found || native.state == WDM_RESULT_NOT_ANALYSED || native.state == WDM_RESULT_ABOVE_RANGE ||
        isnan(percent)) {
        incomplete(q, row);
        return WDM_OK;
    }
    c.value = percent;
    c.distance = fabs(percent - 100.0);
    if (!fires(q, &c, &verdict, &rc, err))
        return rc;
    (void)snprintf(message, sizeof message,
                   "spike \"%s\": recovery %s %%: %s ng/L found, %s native (line %lld), %s added",
                   row->sample_id, wdm_quality_number(percent, n[0]), wdm_quality_number(found, n[1]),
                   wdm_quality_number(base, n[2]), (long long)native.line,
                   wdm_quality_number(row->expected_ng_l, n[3]));
    return wdm_quality_add(q, row, &verdict, about_group(percent, message), err);
}

static bool far_above_loq(double value, double loq, double min_loq)
{
    return isnan(loq) || value > min_loq * loq;
}

// A control of type duplicate speaks for its group; a further replicate of a sample for that sample alone.
static wdm_rc judge_pair(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    wdm_qc_native native = {.found = false};
    wdm_qc_verdict verdict;
    check c = {WDM_QC_DUPLICATE, WDM_COLUMN_DUPLICATE, 0.0, 0.0};
    char message[MESSAGE];
    char n[3][WDM_NUMBER_TEXT];
    wdm_rc rc = wdm_store_find_native(q->store, q->group, row, &native, err);
    if (rc != WDM_OK)
        return rc;
    if (!native.found) {
        if (row->kind == WDM_KIND_DUPLICATE)
            incomplete(q, row);
        return WDM_OK;
    }
    if (row->state != WDM_RESULT_MEASURED || native.state != WDM_RESULT_MEASURED)
        return WDM_OK; // one of them lies below a limit
    c.value = c.distance = wdm_qc_rpd_percent(row->value_ng_l, native.value_ng_l);
    verdict = wdm_quality_judge(q, c.kind, c.value);
    if (!verdict.judged || !far_above_loq(row->value_ng_l, row->loq_ng_l, verdict.rule.min_loq) ||
        !far_above_loq(native.value_ng_l, native.loq_ng_l, verdict.rule.min_loq))
        return WDM_OK;
    if (!fires(q, &c, &verdict, &rc, err))
        return rc;
    (void)snprintf(message, sizeof message, "%s of \"%s\": %s and %s ng/L (line %lld) differ by %s %%",
                   row->kind == WDM_KIND_DUPLICATE ? "duplicate" : "replicate", row->sample_id,
                   wdm_quality_number(row->value_ng_l, n[0]), wdm_quality_number(native.value_ng_l, n[1]),
                   (long long)native.line, wdm_quality_number(c.value, n[2]));
    return wdm_quality_add(q, row, &verdict,
                           row->kind == WDM_KIND_DUPLICATE
                               ? about_group(c.value, message)
                               : about_sample(c.value, row->sample_key, 0, message),
                           err);
}

// ---- what the instrument says beside a value

static wdm_rc judge_is_area(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    const double percent = wdm_qc_share_percent(row->is_area, q->group->is_area_median);
    const check c = {WDM_QC_IS_AREA, WDM_COLUMN_IS, percent, fabs(percent - 100.0)};
    wdm_qc_verdict verdict = wdm_quality_judge(q, c.kind, percent);
    char message[MESSAGE];
    char n[3][WDM_NUMBER_TEXT];
    wdm_rc rc = WDM_OK;
    if (isnan(percent) || !verdict.judged || q->group->n_is_area < verdict.rule.min_n ||
        !fires(q, &c, &verdict, &rc, err))
        return rc;
    (void)snprintf(message, sizeof message,
                   "\"%s\": the internal standard's area %s is %s %% of the batch median %s", row->sample_id,
                   wdm_quality_number(row->is_area, n[0]), wdm_quality_number(percent, n[1]),
                   wdm_quality_number(q->group->is_area_median, n[2]));
    return wdm_quality_add(q, row, &verdict, about_sample(percent, row->sample_key, row->replicate, message),
                           err);
}

// What a peak is expected to show: the row's own statement, else the median of enough standards and
// calibrations.
static double expectation(double stated, double median, int64_t n, int min_n)
{
    if (!isnan(stated))
        return stated;
    return n >= min_n ? median : (double)NAN;
}

static wdm_rc judge_ion_ratio(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    wdm_qc_verdict verdict = wdm_quality_judge(q, WDM_QC_ION_RATIO, 0.0);
    const double expected = expectation(row->ion_ratio_expected, q->group->ion_ratio_median,
                                        q->group->n_ion_ratio, verdict.rule.min_n);
    const double percent = wdm_qc_deviation_percent(row->ion_ratio, expected);
    const check c = {WDM_QC_ION_RATIO, WDM_COLUMN_RATIO, percent, fabs(percent)};
    char message[MESSAGE];
    char n[3][WDM_NUMBER_TEXT];
    wdm_rc rc = WDM_OK;
    if (isnan(percent) || !fires(q, &c, &verdict, &rc, err))
        return rc;
    (void)snprintf(message, sizeof message, "\"%s\": ion ratio %s where %s is expected (%s %%)",
                   row->sample_id, wdm_quality_number(row->ion_ratio, n[0]),
                   wdm_quality_number(expected, n[1]), wdm_quality_number(percent, n[2]));
    return wdm_quality_add(q, row, &verdict, about_sample(percent, row->sample_key, row->replicate, message),
                           err);
}

static wdm_rc judge_retention(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    wdm_qc_verdict verdict = wdm_quality_judge(q, WDM_QC_RETENTION_TIME, 0.0);
    // Where the standards of the group came is what counts; the time that the method states may be of an
    // older column.
    const double expected =
        q->group->n_rt >= verdict.rule.min_n && q->group->n_rt > 0 ? q->group->rt_median : row->rt_expected;
    const double minutes = fabs(row->rt - expected);
    double percent = wdm_qc_deviation_percent(row->rt, expected);
    check c = {WDM_QC_RETENTION_TIME, WDM_COLUMN_RT, percent, fabs(percent)};
    char message[MESSAGE];
    char n[4][WDM_NUMBER_TEXT];
    wdm_rc rc = WDM_OK;
    if (isnan(percent))
        return WDM_OK;
    if (minutes <= verdict.rule.minutes + 1e-9)
        c.value = 0.0; // good by the minutes, whatever the percent
    if (!fires(q, &c, &verdict, &rc, err))
        return rc;
    (void)snprintf(message, sizeof message,
                   "\"%s\": retention time %s min where %s is expected (%s min, %s %%)", row->sample_id,
                   wdm_quality_number(row->rt, n[0]), wdm_quality_number(expected, n[1]),
                   wdm_quality_number(row->rt - expected, n[2]), wdm_quality_number(percent, n[3]));
    return wdm_quality_add(q, row, &verdict, about_sample(percent, row->sample_key, row->replicate, message),
                           err);
}

static wdm_rc judge_peak(wdm_quality *q, const wdm_qc_row *row, wdm_err *err)
{
    char message[MESSAGE];
    wdm_qc_verdict verdict;
    wdm_rc rc = WDM_OK;
    if (!isnan(row->is_area))
        rc = judge_is_area(q, row, err);
    if (isnan(row->value_ng_l) || row->state == WDM_RESULT_NOT_DETECTED)
        return rc; // no peak is claimed
    if (rc == WDM_OK && !isnan(row->ion_ratio))
        rc = judge_ion_ratio(q, row, err);
    if (rc == WDM_OK && !isnan(row->rt))
        rc = judge_retention(q, row, err);
    if (rc != WDM_OK || !row->manual)
        return rc;
    verdict = wdm_quality_judge(q, WDM_QC_MANUAL_INTEGRATION, (double)NAN);
    if (!verdict.judged)
        return WDM_OK;
    (void)snprintf(message, sizeof message, "\"%s\": a person integrated the peak", row->sample_id);
    return wdm_quality_add(q, row, &verdict,
                           about_sample((double)NAN, row->sample_key, row->replicate, message), err);
}

wdm_rc wdm_quality_judge_row(void *quality, const wdm_qc_row *row, wdm_err *err)
{
    wdm_quality *q = quality;
    wdm_rc rc = WDM_OK;
    if (!isnan(row->r2) && !(row->r2 >= q->r2_lowest)) {
        q->r2_lowest = row->r2;
        q->r2_line = row->line;
    }
    q->n_charted += row->chart[0] != '\0';
    switch (row->kind) {
    case WDM_KIND_BLANK:
        return judge_blank(q, row, err);
    case WDM_KIND_CCV:
    case WDM_KIND_STANDARD:
        return row->chart[0] == '\0' && !isnan(row->target_ng_l) ? judge_proficiency(q, row, err)
                                                                 : judge_nominal(q, row, err);
    case WDM_KIND_SPIKE:
        rc = judge_spike(q, row, err);
        break;
    case WDM_KIND_DUPLICATE:
        rc = judge_pair(q, row, err);
        break;
    default:
        if (row->replicate > 1)
            rc = judge_pair(q, row, err);
        break;
    }
    return rc == WDM_OK ? judge_peak(q, row, err) : rc;
}
