// SPDX-License-Identifier: GPL-3.0-or-later
// Laboratory quality control: what an instrument says beside a value, and the formulas that compare it.
#ifndef WDM_WBE_QC_H
#define WDM_WBE_QC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/err.h"

// What a file says about one value beside the value itself. NaN, "" = the file does not say.
typedef struct wdm_qc_measures {
    double expected_ng_l;                 // nominal concentration of a ccv or standard, or added to a spike
    double area, is_area;                 // peak areas of the analyte and of its internal standard, counts
    double rt, rt_expected;               // retention time, min
    double ion_ratio, ion_ratio_expected; // qualifier / quantifier, one unit for both (share or percent)
    double signal_to_noise;
    double r2;                    // of the calibration that the value was read from
    bool manual;                  // a person integrated the peak
    const char *parent_sample_id; // the native sample of a spike or duplicate
    const char *is_name;          // the internal standard
} wdm_qc_measures;

// Nothing given: every number NaN, every text "".
wdm_qc_measures wdm_qc_measures_none(void);
// Does it hold anything that a rule reads?
bool wdm_qc_measures_any(const wdm_qc_measures *m);

// The checks of laboratory quality control: the `kind` of a row of qc.csv and the code of a finding. EVENT:
// the rule fires by itself and has no limits.
#define WDM_QC_KIND_LIST(X)                                                                                  \
    X(CALIBRATION_R2, "calibration_r2", LIMITS)   /* r2 of the calibration */                                \
    X(STANDARD, "standard", LIMITS)               /* deviation of a standard from its nominal value, % */    \
    X(STANDARD_LOWEST, "standard_lowest", LIMITS) /* of the lowest standard of the batch */                  \
    X(CCV, "ccv", LIMITS)                         /* deviation of a continuing calibration, % */             \
    X(BLANK, "blank", LIMITS)                     /* a blank as a share of the LOQ, % */                     \
    X(DUPLICATE, "duplicate", LIMITS)             /* relative percent difference of a pair */                \
    X(SPIKE_RECOVERY, "spike_recovery", LIMITS)   /* recovery of a spike, % */                               \
    X(IS_AREA, "is_area", LIMITS)                 /* internal standard as a share of the batch median, % */  \
    X(ION_RATIO, "ion_ratio", LIMITS)             /* deviation from the expected ratio, % */                 \
    X(RETENTION_TIME, "retention_time", LIMITS)   /* deviation from the expected time, % */                  \
    X(COMPOSITE_HOURS, "composite_hours", LIMITS) /* length of the collection, h */                          \
    X(PROFICIENCY, "proficiency", LIMITS)         /* z in a proficiency test */                              \
    X(CONTROL_CHART, "control_chart", LIMITS)     /* how many earlier controls make mean and sd */           \
    X(RANGE, "range", EVENT)                      /* a number outside [LOQ, ULOQ] */                         \
    X(MANUAL_INTEGRATION, "manual_integration", EVENT)                                                       \
    X(CONTROL_INCOMPLETE, "control_incomplete", EVENT) /* a control lacks what it is compared with */        \
    X(WESTGARD_12S, "westgard_1_2s", EVENT)                                                                  \
    X(WESTGARD_13S, "westgard_1_3s", EVENT)                                                                  \
    X(WESTGARD_22S, "westgard_2_2s", EVENT)                                                                  \
    X(WESTGARD_R4S, "westgard_r_4s", EVENT)                                                                  \
    X(WESTGARD_41S, "westgard_4_1s", EVENT)                                                                  \
    X(WESTGARD_10X, "westgard_10_x", EVENT)

typedef enum wdm_qc_kind {
#define WDM_QC_KIND_ENUM(id, name, how) WDM_QC_##id,
    WDM_QC_KIND_LIST(WDM_QC_KIND_ENUM)
#undef WDM_QC_KIND_ENUM
        WDM_QC_KIND_N
} wdm_qc_kind;

// Name of the kind; borrowed.
const char *wdm_qc_kind_name(wdm_qc_kind kind);

// What a finding does to the results that it covers: nothing; they count, marked; they do not count. As
// stored.
typedef enum wdm_qc_severity { WDM_QC_NOTE, WDM_QC_ESTIMATE, WDM_QC_FAIL, WDM_QC_SEVERITY_N } wdm_qc_severity;
const char *wdm_qc_severity_name(int severity);

// The formulas. NaN in gives NaN out; a divisor of 0 gives NaN, never infinity.

// Relative percent difference of a pair: 200 |a - b| / (a + b), %. 104 and 96 ng/L: 8.
double wdm_qc_rpd_percent(double a, double b);
// Spike recovery: 100 (spiked - native) / added, %. 162 ng/L found where 100 were and 100 were added: 62.
double wdm_qc_recovery_percent(double spiked_ng_l, double native_ng_l, double added_ng_l);
// Deviation of a value from its nominal one: 100 (found - expected) / expected, %. 88 for 100: -12. Of
// standards, continuing calibrations, ion ratios and retention times.
double wdm_qc_deviation_percent(double found, double expected);
// Share of a whole: 100 part / whole, %. An internal standard of 30,000 where the median is 120,000: 25.
double wdm_qc_share_percent(double part, double whole);
// Length of a collection in hours; NaN unless both times of day are known. 08:00 to 06:30 of the next
// day: 22.5.
double wdm_qc_collected_hours(wdm_when start, wdm_when end);
// z = (value - mean) / sd; NaN unless sd > 0. 112 with mean 100 and sd 5: 2.4.
double wdm_qc_z(double value, double mean, double sd);

// Mean and standard deviation (divisor n - 1) of a control's earlier values x[0..n), without those that lie
// more than 3 robust standard deviations from their median: a control that was out must not widen the limits
// of the next ones. The robust one is 1.4826 MAD with the factor of num/robust.h. {98, 100, 102, 100, 150}:
// 150 is left out, mean 100, sd 1.633. *n_used counts the values kept. WDM_E_DATA when fewer than 2 are left
// or all are equal.
wdm_rc wdm_qc_chart_limits(const double *x, size_t n, double *mean, double *sd, size_t *n_used,
                           wdm_err *err) WDM_MUST_CHECK;

#endif
