// SPDX-License-Identifier: GPL-3.0-or-later
// Laboratory quality control: what an instrument says beside a value, and the formulas that compare it.
#ifndef WDM_WBE_QC_H
#define WDM_WBE_QC_H

#include <stdbool.h>

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

#endif
