// SPDX-License-Identifier: GPL-3.0-or-later
// Records of indicators: counts of tests by area and period.
#include <string.h>

#include "data/intake_cells.h"
#include "io/number.h"

static wdm_rc read_day(const wdm_intake *in, const wdm_record *record, wdm_field field, wdm_day *day)
{
    wdm_when when = {0, -1};
    wdm_rc rc = wdm_intake_when(in, record, field, &when);
    *day = when.day;
    return rc;
}

static wdm_rc read_count(const wdm_intake *in, const wdm_record *record, wdm_field field, int64_t *count)
{
    const char *text = record->cells[field];
    if (wdm_integer_parse(text, count) && *count >= 0)
        return WDM_OK;
    return wdm_issue_add(in->issues, record, wdm_field_name(field), "not_a_number", WDM_SEVERITY_ERROR, text,
                         "\"%s\" is not a count; write a whole number such as 120", text);
}

wdm_rc wdm_intake_indicator(const wdm_intake *in, const wdm_record *record, wdm_indicator *row)
{
    wdm_rc rc = WDM_OK;
    memset(row, 0, sizeof *row);
    row->line = record->line;
    row->region_id = wdm_layout_translate(&in->form->regions, WDM_CELL(REGION_ID));
    row->kind = WDM_CELL(KIND);
    row->substance = WDM_CELL(SUBSTANCE);
    row->source = WDM_CELL(SOURCE);
    if (wdm_config_region(in->config, row->region_id) == WDM_NONE)
        return WDM_ROW_ERROR(
            REGION_ID, "unknown_region",
            "\"%s\" is not a region of regions.csv; correct it, or add it there and run wdm init",
            row->region_id);
    if (row->kind[0] == '\0' || row->substance[0] == '\0')
        return WDM_ROW_ERROR(KIND, "missing_value", "kind (for example hair) and substance must be filled");
    rc = read_day(in, record, WDM_FIELD_PERIOD_START, &row->period_start);
    if (rc == WDM_OK)
        rc = read_day(in, record, WDM_FIELD_PERIOD_END, &row->period_end);
    if (rc == WDM_OK)
        rc = read_count(in, record, WDM_FIELD_TESTED, &row->tested);
    if (rc == WDM_OK)
        rc = read_count(in, record, WDM_FIELD_POSITIVE, &row->positive);
    if (rc != WDM_OK)
        return rc;
    if (row->period_end < row->period_start)
        return WDM_ROW_ERROR(PERIOD_END, "end_before_start", "the period ends before it starts (%s)",
                             WDM_CELL(PERIOD_START));
    if (row->positive > row->tested)
        return WDM_ROW_ERROR(POSITIVE, "out_of_range", "more positive than tested (%s)", WDM_CELL(TESTED));
    return WDM_OK;
}
