// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/intake.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "data/flags.h"
#include "data/intake_cells.h"
#include "io/number.h"

static const char *const state_names[] = {"measured",     "below_loq",   "not_detected",
                                          "not_analysed", "above_range", "qc_failed"};

const char *wdm_result_state_name(int state)
{
    return state_names[state];
}

wdm_rc wdm_intake_not_a_number(const wdm_intake *in, const wdm_record *record, const char *column,
                               const char *text, wdm_number_verdict verdict)
{
    return wdm_issue_add(in->issues, record, column, "not_a_number", WDM_SEVERITY_ERROR, text,
                         "\"%s\" is not a number; %s", text, wdm_number_hint_styled(verdict, in->numbers));
}

wdm_rc wdm_intake_number(const wdm_intake *in, const wdm_record *record, wdm_field field,
                         const double low_high[2], double *value)
{
    const char *text = record->cells[field];
    const wdm_number_verdict verdict = wdm_number_parse_styled(text, in->numbers, value);
    if (verdict == WDM_NUMBER_EMPTY) {
        *value = (double)NAN;
        return WDM_OK;
    }
    if (verdict != WDM_NUMBER_OK)
        return wdm_intake_not_a_number(in, record, wdm_field_name(field), text, verdict);
    if (*value < low_high[0] || *value > low_high[1])
        return wdm_issue_add(in->issues, record, wdm_field_name(field), "out_of_range", WDM_SEVERITY_ERROR,
                             text, "%s is not possible here; expected %g to %g", text, low_high[0],
                             low_high[1]);
    return WDM_OK;
}

wdm_rc wdm_intake_analyte(const wdm_intake *in, const wdm_record *record, wdm_index *analyte)
{
    const char *name = wdm_layout_translate(&in->form->analytes, WDM_CELL(ANALYTE));
    *analyte = wdm_config_analyte(in->config, name);
    if (*analyte != WDM_NONE)
        return WDM_OK;
    if (name[0] == '\0')
        return WDM_ROW_ERROR(ANALYTE, "missing_value", "the cell is empty; write the analyte's name");
    return WDM_ROW_ERROR(
        ANALYTE, "unknown_analyte",
        "\"%s\" is not a name or alias in analytes.csv; correct it, or add it there as an alias and "
        "run wdm init",
        name);
}

// A gram of substance in a millilitre.
static const double CONC_MAX_NG_L = 1e15;
enum { YEAR_FIRST = 1990, YEAR_LAST = 2100 };

static wdm_rc date_error(const wdm_intake *in, const wdm_record *record, wdm_field field,
                         wdm_when_verdict verdict)
{
    const char *text = record->cells[field];
    if (verdict == WDM_WHEN_AMBIGUOUS)
        return wdm_issue_add(in->issues, record, wdm_field_name(field), "ambiguous_date", WDM_SEVERITY_ERROR,
                             text,
                             "\"%s\" may have the day or the month first, and no date of the file tells; say "
                             "--dates dmy or --dates mdy, or set dates in the layout",
                             text);
    return wdm_issue_add(in->issues, record, wdm_field_name(field), "not_a_date", WDM_SEVERITY_ERROR, text,
                         "\"%s\" is not a possible date; write it as 2026-11-16T08:00 or 2026-11-16", text);
}

wdm_rc wdm_intake_when(const wdm_intake *in, const wdm_record *record, wdm_field field, wdm_when *when)
{
    const char *text = record->cells[field];
    wdm_date_form form = WDM_DATE_ISO;
    const wdm_when_verdict verdict = wdm_when_read(text, in->dates, when, &form);
    if (verdict == WDM_WHEN_EMPTY)
        return wdm_issue_add(in->issues, record, wdm_field_name(field), "missing_value", WDM_SEVERITY_ERROR,
                             text, "the cell is empty; write the date as 2026-11-16T08:00 or 2026-11-16");
    if (verdict != WDM_WHEN_OK)
        return date_error(in, record, field, verdict);
    const int year = wdm_civil_of_day(when->day).year;
    if (year < YEAR_FIRST || year > YEAR_LAST)
        return wdm_issue_add(in->issues, record, wdm_field_name(field), "out_of_range", WDM_SEVERITY_ERROR,
                             text, "the year %d is not plausible; expected %d to %d", year, YEAR_FIRST,
                             YEAR_LAST);
    return WDM_OK;
}

// A row of no site has the time of its analysis where it has any; its field row brings the time of the
// sample.
static wdm_rc read_analysis_time(const wdm_intake *in, const wdm_record *record, wdm_assay_row *row)
{
    wdm_rc rc = WDM_OK;
    row->start = (wdm_when){0, -1};
    if (row->analysed != WDM_DAY_NONE)
        rc = wdm_intake_when(in, record, WDM_FIELD_ANALYSED_AT, &row->start);
    row->end = row->start;
    return rc;
}

enum { COMPOSITE_DAYS_MAX = 31 };

wdm_rc wdm_intake_period(const wdm_intake *in, const wdm_record *record, wdm_when *start, wdm_when *end)
{
    wdm_rc rc = wdm_intake_when(in, record, WDM_FIELD_COLLECTED_START, start);
    if (rc != WDM_OK)
        return rc;
    if (WDM_CELL(COLLECTED_END)[0] == '\0') {
        *end = *start;
        end->day += start->minute < 0 ? 0 : 1;
        return WDM_OK;
    }
    rc = wdm_intake_when(in, record, WDM_FIELD_COLLECTED_END, end);
    if (rc != WDM_OK)
        return rc;
    if (end->day < start->day || (end->day == start->day && end->minute < start->minute))
        return WDM_ROW_ERROR(COLLECTED_END, "end_before_start",
                             "the collection ends before it starts (%s); are the two columns swapped?",
                             WDM_CELL(COLLECTED_START));
    if (end->day - start->day > COMPOSITE_DAYS_MAX)
        return WDM_ROW_ERROR(COLLECTED_END, "period_too_long",
                             "the collection lasts %d days; correct one of the dates", end->day - start->day);
    return WDM_OK;
}

// Factor of the unit in the cell to the canonical unit.
wdm_rc wdm_intake_unit(const wdm_intake *in, const wdm_record *record, wdm_field field,
                       wdm_unit_quantity quantity, double *factor)
{
    static const char *const examples[] = {"ng/L, µg/L, ng/mL", "m3/d, 万m3/d, L/s", "mg/d/1000", "persons"};
    const char *text = record->cells[field];
    const wdm_unit *unit = wdm_config_unit(in->config, quantity, text);
    if (unit != NULL) {
        *factor = unit->to_canonical;
        return WDM_OK;
    }
    return wdm_issue_add(in->issues, record, wdm_field_name(field),
                         text[0] == '\0' ? "missing_value" : "unknown_unit", WDM_SEVERITY_ERROR, text,
                         "\"%s\" is not a known unit; expected for example %s (units.csv lists all)", text,
                         examples[quantity]);
}

// State 2 for "<x" where x is the LOD; numbers below their own limits keep their value and get the state.
static wdm_rc settle_state(const wdm_intake *in, const wdm_record *record, double limit_ng_l,
                           wdm_assay_row *row)
{
    if (row->state == WDM_RESULT_BELOW_LOQ && !isnan(limit_ng_l)) {
        const double lod_ng_l = row->lod_ng_l;
        if (!isnan(lod_ng_l) && fabs(limit_ng_l - lod_ng_l) <= 1e-9 * lod_ng_l) {
            row->state = WDM_RESULT_NOT_DETECTED;
        } else if (limit_ng_l < lod_ng_l && WDM_CELL(LOD)[0] != '\0') {
            return WDM_ROW_ERROR(VALUE, "limit_below_lod",
                                 "%s lies below the row's own LOD %s; correct one of them", WDM_CELL(VALUE),
                                 WDM_CELL(LOD));
        } else {
            row->loq_ng_l = limit_ng_l; // the row's own limit goes before the table's
            if (limit_ng_l < lod_ng_l)
                row->lod_ng_l = (double)NAN; // and the table's LOD is not this analysis's
        }
    }
    if (row->state != WDM_RESULT_MEASURED)
        return WDM_OK;
    if (row->value_ng_l <= 0.0) {
        row->flags |= WDM_FLAG_NOT_POSITIVE;
        row->state = WDM_RESULT_NOT_DETECTED;
    } else if (!isnan(row->lod_ng_l) && row->value_ng_l < row->lod_ng_l) {
        row->state = WDM_RESULT_NOT_DETECTED;
        row->flags |= WDM_FLAG_BELOW_LIMIT_NUMBER;
    } else if (!isnan(row->loq_ng_l) && row->value_ng_l < row->loq_ng_l) {
        row->state = WDM_RESULT_BELOW_LOQ;
        row->flags |= WDM_FLAG_BELOW_LIMIT_NUMBER;
    }
    return WDM_OK;
}

// The day whose limits count: of a sample of no site that of the analysis, and the latest when that is not
// known.
static wdm_day limits_day(const wdm_assay_row *row)
{
    if (row->site != WDM_NONE)
        return row->start.day;
    return row->analysed == WDM_DAY_NONE ? INT32_MAX : row->analysed;
}

// Limits from the row in the row's unit, else from the table.
static wdm_rc read_limits(const wdm_intake *in, const wdm_record *record, double factor, wdm_assay_row *row)
{
    const double positive[2] = {1e-12, 1e12};
    wdm_limits table = {0};
    wdm_rc rc = wdm_intake_number(in, record, WDM_FIELD_LOD, positive, &row->lod_ng_l);
    if (rc == WDM_OK)
        rc = wdm_intake_number(in, record, WDM_FIELD_LOQ, positive, &row->loq_ng_l);
    if (rc != WDM_OK)
        return rc;
    row->lod_ng_l *= factor;
    row->loq_ng_l *= factor;
    if (row->lod_ng_l > row->loq_ng_l)
        return WDM_ROW_ERROR(LOD, "lod_above_loq",
                             "LOD %s is greater than LOQ %s; are the two columns swapped?", WDM_CELL(LOD),
                             WDM_CELL(LOQ));
    table = wdm_config_limits(in->config, row->lab_id, row->method_id, row->analyte, limits_day(row));
    if (isnan(row->lod_ng_l) && !isnan(table.lod_ng_l) && !(table.lod_ng_l > row->loq_ng_l)) {
        row->lod_ng_l = table.lod_ng_l;
        row->flags |= WDM_FLAG_LIMIT_FROM_TABLE;
    }
    if (isnan(row->loq_ng_l) && !isnan(table.loq_ng_l) && !(table.loq_ng_l < row->lod_ng_l)) {
        row->loq_ng_l = table.loq_ng_l;
        row->flags |= WDM_FLAG_LIMIT_FROM_TABLE;
    }
    if (row->state == WDM_RESULT_MEASURED && row->value_ng_l > table.uloq_ng_l) {
        row->state = WDM_RESULT_ABOVE_RANGE;
        row->flags |= WDM_FLAG_ABOVE_RANGE;
    }
    return WDM_OK;
}

static wdm_rc read_sample_words(const wdm_intake *in, const wdm_record *record, wdm_assay_row *row)
{
    static const char *const types[] = {"sample", "blank", "ccv", "standard", "spike", "duplicate"};
    const char *type = WDM_CELL(SAMPLE_TYPE)[0] == '\0' ? "sample" : WDM_CELL(SAMPLE_TYPE);
    int64_t replicate = 1;
    row->sample_id = WDM_CELL(SAMPLE_ID);
    row->lab_id = WDM_CELL(LAB_ID)[0] == '\0' ? in->default_lab : WDM_CELL(LAB_ID);
    row->method_id = WDM_CELL(METHOD_ID);
    if (row->sample_id[0] == '\0')
        return WDM_ROW_ERROR(SAMPLE_ID, "missing_value", "the cell is empty; every sample needs its number");
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcasecmp(type, types[i]) == 0)
            row->sample_type = types[i];
    }
    if (row->sample_type == NULL)
        return WDM_ROW_ERROR(SAMPLE_TYPE, "unknown_word",
                             "\"%s\" is not known; write sample, blank, ccv, standard, spike or duplicate",
                             type);
    if (WDM_CELL(REPLICATE)[0] != '\0' &&
        (!wdm_integer_parse(WDM_CELL(REPLICATE), &replicate) || replicate < 1 || replicate > 1000))
        return WDM_ROW_ERROR(REPLICATE, "not_a_number", "\"%s\" is not a replicate number; write 1, 2, 3 ...",
                             WDM_CELL(REPLICATE));
    row->replicate = (int)replicate;
    row->analysed = WDM_DAY_NONE;
    if (WDM_CELL(ANALYSED_AT)[0] != '\0') {
        wdm_when when = {0, -1};
        wdm_rc rc = wdm_intake_when(in, record, WDM_FIELD_ANALYSED_AT, &when);
        row->analysed = when.day;
        return rc;
    }
    return WDM_OK;
}

// What an assay's own row says of flow and conditions is a field row of its sample.
static wdm_rc settle_field(const wdm_intake *in, const wdm_record *record, wdm_assay_row *row)
{
    wdm_field_row *field = &row->field;
    row->has_field = !isnan(field->flow_m3_d) || !isnan(field->temperature_c) || !isnan(field->ph) ||
                     !isnan(field->rain_mm) || !isnan(field->population) || !isnan(field->domestic_share);
    if (row->has_field && row->site == WDM_NONE)
        return WDM_ROW_ERROR(FLOW, "flow_without_site",
                             "a flow belongs to a site, and this row names none; give it in a field sheet");
    field->site = row->site;
    field->sample_id = row->sample_id;
    field->start = row->start;
    field->end = row->end;
    field->note = WDM_CELL(NOTE);
    field->line = record->line;
    return WDM_OK;
}

// Unit of the row, else of --unit; never a guess.
static wdm_rc read_unit(const wdm_intake *in, const wdm_record *record, bool has_number, const char **text,
                        double *factor)
{
    wdm_record with_default = *record;
    if (WDM_CELL(UNIT)[0] == '\0' && in->default_unit[0] == '\0' && !has_number) {
        *factor = (double)NAN; // nothing to convert: a peak that was not found has often no unit either
        return WDM_OK;
    }
    if (WDM_CELL(UNIT)[0] == '\0' && in->default_unit[0] == '\0')
        return WDM_ROW_ERROR(UNIT, "missing_unit",
                             "neither the file nor its layout says the unit; say --unit ng/L, or set "
                             "fixed = { unit = \"ng/L\"; } in a copy of the layout");
    if (WDM_CELL(UNIT)[0] == '\0')
        with_default.cells[WDM_FIELD_UNIT] = in->default_unit;
    *text = with_default.cells[WDM_FIELD_UNIT];
    return wdm_intake_unit(in, &with_default, WDM_FIELD_UNIT, WDM_UNIT_CONCENTRATION, factor);
}

wdm_rc wdm_intake_assay(const wdm_intake *in, const wdm_record *record, wdm_assay_row *row)
{
    wdm_value_cell cell = {0};
    double factor = 1.0;
    bool unknown = false;
    bool is_control = false;
    wdm_rc rc = WDM_OK;
    memset(row, 0, sizeof *row);
    row->qc = wdm_qc_measures_none();
    row->line = record->line;
    row->raw_value = WDM_CELL(VALUE);
    row->raw_unit = WDM_CELL(UNIT);
    rc = read_sample_words(in, record, row);
    row->site = WDM_NONE;
    if (rc == WDM_OK)
        is_control = strcmp(row->sample_type, "sample") != 0;
    if (rc == WDM_OK && wdm_intake_names_site(in, record, is_control))
        rc = wdm_intake_site(in, record, &row->site, &unknown);
    if (rc == WDM_OK)
        rc = wdm_intake_analyte(in, record, &row->analyte);
    if (rc == WDM_OK && ((row->site != WDM_NONE && !is_control) || WDM_CELL(COLLECTED_START)[0] != '\0'))
        rc = wdm_intake_period(in, record, &row->start, &row->end);
    else if (rc == WDM_OK)
        rc = read_analysis_time(in, record, row);
    if (rc == WDM_OK)
        rc = wdm_intake_value(in, record, &cell);
    if (rc == WDM_OK)
        rc = read_unit(in, record,
                       !isnan(cell.value) || !isnan(cell.limit) || WDM_CELL(LOD)[0] != '\0' ||
                           WDM_CELL(LOQ)[0] != '\0',
                       &row->raw_unit, &factor);
    if (rc != WDM_OK)
        return rc;
    row->state = cell.state;
    row->value_ng_l = cell.value * factor;
    if (fabs(row->value_ng_l) > CONC_MAX_NG_L || cell.limit * factor > CONC_MAX_NG_L)
        return WDM_ROW_ERROR(VALUE, "out_of_range", "%s %s is more than pure substance; is the unit right?",
                             WDM_CELL(VALUE), WDM_CELL(UNIT));
    rc = read_limits(in, record, factor, row);
    if (rc == WDM_OK)
        rc = wdm_intake_number(in, record, WDM_FIELD_U_REL, (const double[2]){0.0, 10.0}, &row->u_rel);
    if (rc == WDM_OK)
        rc = wdm_intake_conditions(in, record, &row->field);
    if (rc == WDM_OK)
        rc = wdm_intake_measures(in, record, factor, row);
    if (rc == WDM_OK)
        rc = settle_state(in, record, cell.limit * factor, row);
    return rc == WDM_OK ? settle_field(in, record, row) : rc;
}
