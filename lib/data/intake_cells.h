// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/data: what the readers of assay, field and load records share.
#ifndef WDM_DATA_INTAKE_CELLS_H
#define WDM_DATA_INTAKE_CELLS_H

#include "data/intake.h"

// The cell and the name of a field of `record`, and an error of that cell of `record` read by `in`.
#define WDM_CELL(field_) (record->cells[WDM_FIELD_##field_])
#define WDM_NAME(field_) wdm_field_name(WDM_FIELD_##field_)
#define WDM_ROW_ERROR(field_, code_, ...)                                                                    \
    wdm_issue_add(in->issues, record, WDM_NAME(field_), code_, WDM_SEVERITY_ERROR, WDM_CELL(field_),         \
                  __VA_ARGS__)

// What a value cell says: a state, and the number or limit in the cell's unit.
typedef struct wdm_value_cell {
    int state;
    double value; // in the cell's unit
    double limit; // of "<x" in the cell's unit
} wdm_value_cell;

wdm_rc wdm_intake_value(const wdm_intake *in, const wdm_record *record, wdm_value_cell *cell) WDM_MUST_CHECK;

// A cell that is not a number, with the hint of the verdict.
wdm_rc wdm_intake_not_a_number(const wdm_intake *in, const wdm_record *record, const char *column,
                               const char *text, wdm_number_verdict verdict);

// Start and end of collection. Without an end: 24 h after the start's time, or the start's own civil day when
// only a date is given.
wdm_rc wdm_intake_period(const wdm_intake *in, const wdm_record *record, wdm_when *start,
                         wdm_when *end) WDM_MUST_CHECK;

// Flow, its uncertainty, temperature, pH, rain, population and domestic share of a record, each where it is
// given.
wdm_rc wdm_intake_conditions(const wdm_intake *in, const wdm_record *record,
                             wdm_field_row *row) WDM_MUST_CHECK;

// The date of a cell, in the form and order of the file.
wdm_rc wdm_intake_when(const wdm_intake *in, const wdm_record *record, wdm_field field,
                       wdm_when *when) WDM_MUST_CHECK;

// Factor of the unit in the cell to the canonical unit.
wdm_rc wdm_intake_unit(const wdm_intake *in, const wdm_record *record, wdm_field field,
                       wdm_unit_quantity quantity, double *factor) WDM_MUST_CHECK;

// The row's measures for quality control (row->qc); factor: of the value's unit to ng/L, for the nominal
// concentration. A mark of manual integration sets the row's flag too.
wdm_rc wdm_intake_measures(const wdm_intake *in, const wdm_record *record, double factor,
                           wdm_assay_row *row) WDM_MUST_CHECK;

#endif
