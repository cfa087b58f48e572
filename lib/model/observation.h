// SPDX-License-Identifier: GPL-3.0-or-later
// What the laboratory, the plant and publishers observed, one row each, as the store hands it over: the input
// of the model. Texts are borrowed until the reader's callback returns; NaN = not known.
#ifndef WDM_MODEL_OBSERVATION_H
#define WDM_MODEL_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "data/intake.h"

// One result in force at its place, with its flow and where all of it came from.
typedef struct wdm_result_row {
    const char *site_id, *analyte_id, *sample_id, *sample_type, *lab_id, *method_id;
    wdm_when start, end;
    wdm_day analysed;
    int replicate, state; // state: WDM_RESULT_*
    double value_ng_l, lod_ng_l, loq_ng_l, u_rel;
    double flow_m3_d, u_flow_rel, temperature_c, population; // of the sample, else of the site's day
    double domestic_share;                                   // of the flow, of households, 0 to 1; likewise
    const char *flow_file;                                   // where the flow came from
    int64_t flow_line;
    int64_t revision, batch_id, line, flags; // flags of the result, and of the flow that it is used with
    const char *batch, *file, *raw_value, *raw_unit;
    const char *qc_codes; // of the findings of quality control that make it an estimate or fail it; "" = none
    bool bound; // its file names no site: site and times are those of the field row of its sample_id
    const char *field_file; // that row, or the field row of the sample; "" when there is none
    int64_t field_line;
} wdm_result_row;

// One published load in force of a site.
typedef struct wdm_published_row {
    const char *site_id, *analyte_id;
    wdm_day day;
    int state;
    double load_mg_d_1000, limit_mg_d_1000;
    int64_t batch_id, line, flags;
    const char *batch, *file, *column, *raw_value;
} wdm_published_row;

#endif
