// SPDX-License-Identifier: GPL-3.0-or-later
// Laboratory quality control in the store: the rows that rules read, control charts, findings. The view
// result_verdict (migration) gives each result the worst severity that covers it.
#ifndef WDM_STORE_QUALITY_STORE_H
#define WDM_STORE_QUALITY_STORE_H

#include "store/batch_store.h"

// Sample types, in the order of their names.
typedef enum wdm_sample_kind {
    WDM_KIND_SAMPLE,
    WDM_KIND_BLANK,
    WDM_KIND_CCV,
    WDM_KIND_STANDARD,
    WDM_KIND_SPIKE,
    WDM_KIND_DUPLICATE,
    WDM_KIND_N
} wdm_sample_kind;
// WDM_KIND_SAMPLE for a word that is none of the six.
wdm_sample_kind wdm_sample_kind_of(const char *sample_type);
const char *wdm_sample_kind_name(wdm_sample_kind kind);

enum { WDM_CHART_NAME = 160 };

// The chart of a control row: name "" = none; target and sd NaN unless assigned.
typedef struct wdm_qc_chart {
    char name[WDM_CHART_NAME];
    double target_ng_l, sd_ng_l;
} wdm_qc_chart;

// The result in force of a row that was put, or found the same. WDM_E_INTERNAL: there is none.
typedef struct wdm_stored_row {
    int64_t lab_key, method_key, analyte_key, sample_key, revision, batch_id;
} wdm_stored_row;
wdm_rc wdm_store_find_row(wdm_store *store, const wdm_config *config, const wdm_assay_row *row,
                          wdm_stored_row *found, wdm_err *err) WDM_MUST_CHECK;

// Keeps a row of the batch for the rules. Call it after the row was put (or found the same): the row's result
// must be there, else WDM_E_INTERNAL. *own: this batch holds the result.
wdm_rc wdm_store_put_qc_row(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                            const wdm_assay_row *row, const wdm_qc_chart *chart, bool *own,
                            wdm_err *err) WDM_MUST_CHECK;

// Rows that stand and fall together: batch x laboratory x method x analyte, split by the day of analysis
// (WDM_DAY_NONE: not given). Medians: NaN when n is 0.
typedef struct wdm_qc_group {
    int64_t batch_id, lab_key, method_key, analyte_key;
    wdm_day analysed;
    char lab_id[128], method_id[128], analyte_id[128];
    double is_area_median, rt_median,
        ion_ratio_median; // internal standard: all rows; others: ccv and standards
    int64_t n_is_area, n_rt, n_ion_ratio;
    double lowest_standard_ng_l; // NaN: none
    int64_t n_controls;
} wdm_qc_group;
typedef wdm_rc (*wdm_qc_group_fn)(void *user, const wdm_qc_group *group, wdm_err *err);
wdm_rc wdm_store_each_qc_group(wdm_store *store, int64_t batch_id, wdm_qc_group_fn fn, void *user,
                               wdm_err *err) WDM_MUST_CHECK;

// One row of a group, by kind and line. Texts are borrowed until the callback returns.
typedef struct wdm_qc_row {
    int64_t qc_row_id, line, sample_key, revision;
    wdm_sample_kind kind;
    int replicate, state;
    double value_ng_l, lod_ng_l, loq_ng_l, expected_ng_l;
    double is_area, rt, rt_expected, ion_ratio, ion_ratio_expected, r2;
    double target_ng_l, sd_ng_l; // assigned by controls.csv
    bool manual;
    const char *sample_id, *parent_sample_id, *chart;
} wdm_qc_row;
typedef wdm_rc (*wdm_qc_row_fn)(void *user, const wdm_qc_row *row, wdm_err *err);
wdm_rc wdm_store_each_qc_row(wdm_store *store, const wdm_qc_group *group, wdm_qc_row_fn fn, void *user,
                             wdm_err *err) WDM_MUST_CHECK;

// The native sample of a duplicate, spike or further replicate: the result in force of the same laboratory,
// method and analyte with sample_id = parent_sample_id, else its own sample_id, of type sample and another
// replicate or type; the lowest replicate, of this batch before others, the newest first.
typedef struct wdm_qc_native {
    bool found;
    int state;
    double value_ng_l, loq_ng_l;
    int64_t line, sample_key;
    int replicate;
} wdm_qc_native;
wdm_rc wdm_store_find_native(wdm_store *store, const wdm_qc_group *group, const wdm_qc_row *row,
                             wdm_qc_native *native, wdm_err *err) WDM_MUST_CHECK;

// Points of all control charts of a laboratory, method and analyte in force up to the group's rows, the
// latest max of them, oldest first. run: batch and day of analysis; a chart's number is the place of its
// first point.
typedef struct wdm_qc_point {
    int64_t qc_row_id, line, run, sample_key, revision;
    wdm_day day;
    int replicate, material;
    double value_ng_l, target_ng_l, sd_ng_l;
    bool in_group; // to be judged now
    char chart[WDM_CHART_NAME];
} wdm_qc_point;
// Fills points[0..*n), n at most max.
wdm_rc wdm_store_chart_points(wdm_store *store, const wdm_qc_group *group, wdm_qc_point *points, size_t max,
                              size_t *n, wdm_err *err) WDM_MUST_CHECK;
// How a point was judged. mean, sd, z NaN: insufficient.
wdm_rc wdm_store_put_chart_point(wdm_store *store, int64_t qc_row_id, const double mean_sd_z[3],
                                 int64_t n_earlier, unsigned rules, wdm_err *err) WDM_MUST_CHECK;

// A finding. sample_key 0: all samples of the group. below_ng_l NaN: whatever the value.
typedef struct wdm_qc_finding {
    wdm_qc_kind kind;
    const char *rule_id;
    wdm_qc_severity severity;
    double value, low, high, below_ng_l;
    int64_t line;
    int64_t sample_key;    // covered
    int replicate;         // covered, with sample_key; 0: every replicate
    bool every_analyte;    // of the sample
    int64_t of_sample_key; // the row that fired; 0: none in particular
    int64_t of_revision;
    int of_replicate;
    const char *message;
} wdm_qc_finding;
wdm_rc wdm_store_put_qc_finding(wdm_store *store, const wdm_qc_group *group, const wdm_qc_finding *finding,
                                wdm_err *err) WDM_MUST_CHECK;

// A finding about a stored row that is in no group (it has no measures): the collection's length, a number
// outside the range. One of every_analyte is added only when the sample has none of that kind in this batch
// yet; *added tells.
wdm_rc wdm_store_put_row_finding(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                                 const wdm_assay_row *row, const wdm_qc_finding *finding, bool *added,
                                 wdm_err *err) WDM_MUST_CHECK;

// Findings of another batch cover this one's rows too where it brings no control of that laboratory, method
// and analyte (and day of analysis) itself: those of the batch that it corrects (same file name, or the
// rejects file of it), and those about controls analysed on a day from first to last (WDM_DAY_NONE: none) in
// that laboratory (NULL: any). So a corrected line does not shake off the control that failed. *n: how many.
typedef struct wdm_qc_reach {
    const char *lab_id;
    wdm_day first, last;
} wdm_qc_reach;
wdm_rc wdm_store_inherit_findings(wdm_store *store, const wdm_batch *batch, const wdm_qc_reach *reach,
                                  int64_t *n, wdm_err *err) WDM_MUST_CHECK;

#endif
