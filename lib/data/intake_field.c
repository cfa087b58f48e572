// SPDX-License-Identifier: GPL-3.0-or-later
// Flow and field measurements, of a field sheet or in the assay's own row.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/intake_cells.h"

// The flow of the Amazon is about 2e10 m3/d.
static const double FLOW_MAX_M3_D = 1e11;

static wdm_rc read_flow(const wdm_intake *in, const wdm_record *record, double *flow_m3_d)
{
    double factor = 1.0;
    wdm_rc rc = wdm_intake_number(in, record, WDM_FIELD_FLOW, (const double[2]){-1e300, 1e300}, flow_m3_d);
    if (rc != WDM_OK || isnan(*flow_m3_d))
        return rc;
    if (*flow_m3_d <= 0.0)
        return WDM_ROW_ERROR(FLOW, "not_positive",
                             "a flow of %s is not possible; leave the cell empty when it is not known",
                             WDM_CELL(FLOW));
    rc = wdm_intake_unit(in, record, WDM_FIELD_FLOW_UNIT, WDM_UNIT_FLOW, &factor);
    *flow_m3_d *= factor;
    if (rc == WDM_OK && *flow_m3_d > FLOW_MAX_M3_D)
        return WDM_ROW_ERROR(FLOW, "out_of_range", "%s %s is more than the largest river; is the unit right?",
                             WDM_CELL(FLOW), WDM_CELL(FLOW_UNIT));
    return rc;
}

// Population of the row: persons, or in the unit that the file says.
static wdm_rc read_population(const wdm_intake *in, const wdm_record *record, double *population)
{
    double factor = 1.0;
    wdm_rc rc = wdm_intake_number(in, record, WDM_FIELD_POPULATION, (const double[2]){1e-6, 1e9}, population);
    if (rc == WDM_OK && WDM_CELL(POPULATION_UNIT)[0] != '\0')
        rc = wdm_intake_unit(in, record, WDM_FIELD_POPULATION_UNIT, WDM_UNIT_POPULATION, &factor);
    *population *= factor;
    if (rc == WDM_OK && *population < 1.0)
        return WDM_ROW_ERROR(POPULATION, "out_of_range", "%s is less than one person; is the unit right?",
                             WDM_CELL(POPULATION));
    return rc;
}

// A share written as 0.9, 90%, or 90 in a column of per cent.
static wdm_rc read_share(const wdm_intake *in, const wdm_record *record, double *share)
{
    char text[64];
    const char *cell = WDM_CELL(DOMESTIC_SHARE);
    size_t len = strlen(cell);
    bool per_cent = strchr(WDM_CELL(SHARE_UNIT), '%') != NULL;
    wdm_number_verdict verdict = WDM_NUMBER_OK;
    if (len > 0 && cell[len - 1] == '%') {
        per_cent = true;
        len--;
    }
    (void)snprintf(text, sizeof text, "%.*s", (int)(len < sizeof text ? len : sizeof text - 1), cell);
    verdict = wdm_number_parse_styled(text, in->numbers, share);
    if (verdict == WDM_NUMBER_EMPTY) {
        *share = (double)NAN;
        return WDM_OK;
    }
    if (verdict != WDM_NUMBER_OK)
        return wdm_intake_not_a_number(in, record, WDM_NAME(DOMESTIC_SHARE), cell, verdict);
    *share /= per_cent ? 100.0 : 1.0;
    if (*share <= 0.0 || *share > 1.0)
        return WDM_ROW_ERROR(DOMESTIC_SHARE, "out_of_range",
                             "\"%s\" is no share of 0 to 1; write 0.9 or 90%%", cell);
    return WDM_OK;
}

wdm_rc wdm_intake_conditions(const wdm_intake *in, const wdm_record *record, wdm_field_row *row)
{
    const struct {
        wdm_field field;
        double low_high[2];
        double *to;
    } numbers[] = {{WDM_FIELD_U_FLOW_REL, {0.0, 10.0}, &row->u_flow_rel},
                   {WDM_FIELD_TEMPERATURE_C, {-5.0, 60.0}, &row->temperature_c},
                   {WDM_FIELD_PH, {0.0, 14.0}, &row->ph},
                   {WDM_FIELD_RAIN_MM, {0.0, 2000.0}, &row->rain_mm}};
    wdm_rc rc = read_flow(in, record, &row->flow_m3_d);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && rc == WDM_OK; i++)
        rc = wdm_intake_number(in, record, numbers[i].field, numbers[i].low_high, numbers[i].to);
    if (rc == WDM_OK)
        rc = read_population(in, record, &row->population);
    return rc == WDM_OK ? read_share(in, record, &row->domestic_share) : rc;
}

wdm_rc wdm_intake_field(const wdm_intake *in, const wdm_record *record, wdm_field_row *row)
{
    bool unknown = false;
    wdm_rc rc = wdm_intake_site(in, record, &row->site, &unknown);
    row->line = record->line;
    row->sample_id = WDM_CELL(SAMPLE_ID);
    row->note = WDM_CELL(NOTE);
    if (rc == WDM_OK)
        rc = wdm_intake_period(in, record, &row->start, &row->end);
    return rc == WDM_OK ? wdm_intake_conditions(in, record, row) : rc;
}
