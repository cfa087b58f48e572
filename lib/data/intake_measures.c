// SPDX-License-Identifier: GPL-3.0-or-later
// What the instrument says beside a value, for quality control.
#include <math.h>
#include <string.h>

#include "data/flags.h"
#include "data/intake.h"
#include "data/intake_cells.h"

// An empty cell, or one of the layout's or the config's words for "no number": "N/A", "-----".
static bool says_nothing(const wdm_intake *in, const char *text)
{
    wdm_word word = WDM_WORD_N;
    return text[0] == '\0' || wdm_layout_holds(&in->form->no_peak, text) ||
           wdm_config_word(in->config, text, &word);
}

wdm_rc wdm_intake_measures(const wdm_intake *in, const wdm_record *record, double factor, wdm_assay_row *row)
{
    static const double any[2] = {0.0, 1e300};
    const struct {
        wdm_field field;
        double *to;
    } numbers[] = {{WDM_FIELD_EXPECTED, &row->qc.expected_ng_l},
                   {WDM_FIELD_AREA, &row->qc.area},
                   {WDM_FIELD_IS_AREA, &row->qc.is_area},
                   {WDM_FIELD_RT, &row->qc.rt},
                   {WDM_FIELD_RT_EXPECTED, &row->qc.rt_expected},
                   {WDM_FIELD_ION_RATIO, &row->qc.ion_ratio},
                   {WDM_FIELD_ION_RATIO_EXPECTED, &row->qc.ion_ratio_expected},
                   {WDM_FIELD_SIGNAL_TO_NOISE, &row->qc.signal_to_noise},
                   {WDM_FIELD_R2, &row->qc.r2}};
    wdm_rc rc = WDM_OK;
    row->qc = wdm_qc_measures_none();
    row->qc.parent_sample_id = WDM_CELL(PARENT_SAMPLE_ID);
    row->qc.manual = strcmp(WDM_CELL(INTEGRATION), "manual") == 0; // the layout's marks are read by then
    if (row->qc.manual)
        row->flags |= WDM_FLAG_MANUALLY_INTEGRATED;
    in->issues->soften = true; // a measure that cannot be read is not given; the result stands
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && (rc == WDM_OK || rc == WDM_E_DATA); i++) {
        if (says_nothing(in, record->cells[numbers[i].field]))
            continue;
        rc = wdm_intake_number(in, record, numbers[i].field, any, numbers[i].to);
        if (rc == WDM_E_DATA)
            *numbers[i].to = (double)NAN;
    }
    in->issues->soften = false;
    row->qc.expected_ng_l *= factor;
    return rc == WDM_E_DATA ? WDM_OK : rc;
}
