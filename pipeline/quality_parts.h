// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the quality control of the import.
#ifndef WDM_PIPELINE_QUALITY_PARTS_H
#define WDM_PIPELINE_QUALITY_PARTS_H

#include "import_quality.h"
#include "io/number.h"
#include "store/quality_store.h"

// Columns of the summary's table.
#define WDM_QC_COLUMN_LIST(X)                                                                                \
    X(RECOVERY, "recovery")                                                                                  \
    X(BLANK, "blank")                                                                                        \
    X(DUPLICATE, "duplicate")                                                                                \
    X(CCV, "ccv")                                                                                            \
    X(STANDARD, "standard")                                                                                  \
    X(R2, "r2")                                                                                              \
    X(IS, "IS area")                                                                                         \
    X(RATIO, "ion ratio")                                                                                    \
    X(RT, "RT")                                                                                              \
    X(PT, "PT z")                                                                                            \
    X(CHART, "chart")

typedef enum wdm_qc_column {
#define WDM_QC_COLUMN_ENUM(id, name) WDM_COLUMN_##id,
    WDM_QC_COLUMN_LIST(WDM_QC_COLUMN_ENUM)
#undef WDM_QC_COLUMN_ENUM
        WDM_COLUMN_N
} wdm_qc_column;

enum { WDM_QC_REMARK = 80 };

// An analyte's cell: the worst value that was judged, how many were, how many were out.
typedef struct wdm_qc_cell {
    int64_t n, n_out;
    int severity; // of the worst that fired; -1: all in
    double worst; // its distance from what is wanted
    double value;
    char word[24];              // ok, low, high, 1-3s
    char remark[WDM_QC_REMARK]; // "below 70 %", of the worst that fired
} wdm_qc_cell;

typedef struct wdm_qc_line {
    wdm_qc_cell cells[WDM_COLUMN_N];
} wdm_qc_line;

// For the table of the summary: control rows, and findings by what they do to results.
typedef struct wdm_quality_counts {
    int64_t controls;
    int64_t findings[WDM_QC_SEVERITY_N]; // note, estimate, fail
    int64_t inherited;                   // findings of the corrected batch that cover this one too
    int64_t chart_points, chart_waiting; // controls judged on a chart; with too few earlier ones
} wdm_quality_counts;

struct wdm_quality {
    wdm_store *store;
    const wdm_config *config;
    const wdm_batch *batch;
    wdm_quality_counts counts;
    int64_t n_rows;
    wdm_day first, last; // days of analysis of all rows
    char lab_id[128];    // of all rows
    bool many_labs;
    wdm_qc_line *lines; // by analyte
    size_t lines_cap;
    wdm_qc_point *points; // room for the points of a group's charts; made when there is a chart
    // the group that is judged
    const wdm_qc_group *group;
    wdm_index analyte;
    int64_t n_incomplete[WDM_KIND_N], line_incomplete[WDM_KIND_N], n_charted;
    double r2_lowest;
    int64_t r2_line;
};

enum { WDM_QC_POINTS_MAX = 1000 };

// A number for a message: at most four significant digits, no zeros at the end.
const char *wdm_quality_number(double value, char text[WDM_NUMBER_TEXT]);

// What a value is judged to be.
typedef struct wdm_qc_verdict {
    bool judged; // there is a rule for it
    bool fired;
    bool low; // below the low limit, else above the high one
    wdm_qc_rule rule;
} wdm_qc_verdict;
// The worst rule of the kind that the value breaks; rule is the first one when none is broken.
wdm_qc_verdict wdm_quality_judge(const wdm_quality *q, wdm_qc_kind kind, double value);

// Writes a finding about a row of the group and counts it; verdict gives rule and limits. covers_row: the
// finding is about that sample alone.
wdm_rc wdm_quality_add(wdm_quality *q, const wdm_qc_row *row, const wdm_qc_verdict *verdict,
                       wdm_qc_finding finding, wdm_err *err) WDM_MUST_CHECK;

// Counts a judged value in the table. distance: how far it is from what is wanted, the largest is shown.
wdm_rc wdm_quality_note_cell(wdm_quality *q, wdm_qc_column column, double value, double distance,
                             const wdm_qc_verdict *verdict, wdm_err *err) WDM_MUST_CHECK;

// Judges one row of the group; all of its control charts.
wdm_rc wdm_quality_judge_row(void *quality, const wdm_qc_row *row, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_quality_judge_charts(wdm_quality *q, wdm_err *err) WDM_MUST_CHECK;

#endif
