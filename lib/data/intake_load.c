// SPDX-License-Identifier: GPL-3.0-or-later
// Records of published normalised loads.
#include <math.h>
#include <string.h>

#include "data/flags.h"
#include "data/intake_cells.h"
#include "io/number.h"

// A tonne of pure substance a day and thousand people.
static const double LOAD_MAX_MG_D_1000 = 1e9;

// The day of a load: its date, or the nominal day of a year and weekday.
static wdm_rc read_load_day(const wdm_intake *in, const wdm_record *record, wdm_load_row *row)
{
    int64_t year = 0;
    if (in->form->nominal_week == 0) {
        wdm_when when = {0, -1};
        wdm_rc rc = wdm_intake_when(in, record, WDM_FIELD_DATE, &when);
        row->day = when.day;
        return rc;
    }
    if (!wdm_integer_parse(WDM_CELL(YEAR), &year) || year < 1990 || year > 2100)
        return WDM_ROW_ERROR(YEAR, "not_a_year", "\"%s\" is not a year; write it as 2026", WDM_CELL(YEAR));
    row->day = wdm_day_of_isoweek((wdm_isoweek){(int)year, in->form->nominal_week}, record->weekday);
    row->flags |= WDM_FLAG_NOMINAL_DATE;
    return WDM_OK;
}

static wdm_rc read_load_region(const wdm_intake *in, const wdm_record *record, wdm_load_row *row)
{
    row->region_id = "";
    if (row->site != WDM_NONE)
        return WDM_OK;
    row->region_id = wdm_layout_translate(&in->form->regions, WDM_CELL(REGION_ID));
    if (wdm_config_region(in->config, row->region_id) == WDM_NONE)
        return WDM_ROW_ERROR(
            REGION_ID, "unknown_region",
            "\"%s\" is not a region of regions.csv; correct it, or add it there and run wdm init",
            row->region_id);
    return WDM_OK;
}

wdm_rc wdm_intake_load(const wdm_intake *in, const wdm_record *record, wdm_index site, wdm_load_row *row)
{
    wdm_value_cell cell = {0};
    double factor = 1.0;
    double loq = (double)NAN;
    wdm_rc rc = WDM_OK;
    memset(row, 0, sizeof *row);
    row->line = record->line;
    row->column = record->column;
    row->raw_value = WDM_CELL(VALUE);
    row->site = site;
    rc = read_load_region(in, record, row);
    if (rc == WDM_OK)
        rc = wdm_intake_analyte(in, record, &row->analyte);
    if (rc == WDM_OK)
        rc = read_load_day(in, record, row);
    if (rc == WDM_OK)
        rc = wdm_intake_value(in, record, &cell);
    if (rc == WDM_OK)
        rc = wdm_intake_unit(in, record, WDM_FIELD_UNIT, WDM_UNIT_LOAD, &factor);
    if (rc == WDM_OK)
        rc = wdm_intake_number(in, record, WDM_FIELD_LOQ, (const double[2]){1e-12, 1e12}, &loq);
    if (rc != WDM_OK)
        return rc;
    if (cell.state > WDM_RESULT_NOT_DETECTED)
        return WDM_ROW_ERROR(VALUE, "not_a_level",
                             "\"%s\" is not a level; leave the row out when there is none", WDM_CELL(VALUE));
    row->state = cell.state;
    row->load_mg_d_1000 = cell.value * factor;
    if (fabs(row->load_mg_d_1000) > LOAD_MAX_MG_D_1000)
        return WDM_ROW_ERROR(VALUE, "out_of_range", "%s is not possible; is the unit right?",
                             WDM_CELL(VALUE));
    row->limit_mg_d_1000 = (isnan(cell.limit) ? loq : cell.limit) * factor;
    if (cell.state == WDM_RESULT_MEASURED && cell.value == 0.0 && in->form->zero_is_below_limit) {
        row->state = WDM_RESULT_BELOW_LOQ;
    } else if (cell.state == WDM_RESULT_MEASURED && cell.value <= 0.0) {
        row->state = WDM_RESULT_NOT_DETECTED;
        row->flags |= WDM_FLAG_NOT_POSITIVE;
    } else if (cell.state == WDM_RESULT_MEASURED && row->load_mg_d_1000 < row->limit_mg_d_1000) {
        row->state = WDM_RESULT_BELOW_LOQ;
        row->flags |= WDM_FLAG_BELOW_LIMIT_NUMBER;
    }
    return WDM_OK;
}
