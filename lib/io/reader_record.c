// SPDX-License-Identifier: GPL-3.0-or-later
// From a row and a group of its columns to a record: sample number and type, analyte, unit, what is left out.
#include <stdio.h>
#include <string.h>

#include "io/pattern.h"
#include "io/reader_parts.h"
#include "io/text.h"

// Sample number from the data file's name without folder and ending, where nothing else says it.
static void derive_sample_id(wdm_reader *r)
{
    const char *path = r->record.cells[WDM_FIELD_DATA_FILE];
    const char *base = path;
    const char *dot = NULL;
    if (r->record.cells[WDM_FIELD_SAMPLE_ID][0] != '\0' || path[0] == '\0')
        return;
    for (const char *p = path; *p != '\0'; p++) {
        if (*p == '/' || *p == '\\')
            base = p + 1;
    }
    dot = strrchr(base, '.');
    (void)snprintf(r->sample_id, sizeof r->sample_id, "%.*s",
                   (int)(dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base)), base);
    wdm_text_cut(r->sample_id);
    r->record.cells[WDM_FIELD_SAMPLE_ID] = wdm_text_trim(r->sample_id);
}

// What a sample's number says by the layout's patterns, for fields that nothing else says.
static void read_sample_id(wdm_reader *r)
{
    wdm_capture captures[WDM_READER_CAPTURES];
    size_t n = 0;
    for (size_t i = 0; i < r->form->sample_ids.n; i++) {
        if (!wdm_pattern_match(r->form->sample_ids.items[i], r->record.cells[WDM_FIELD_SAMPLE_ID], captures,
                               WDM_READER_CAPTURES, &n))
            continue;
        for (size_t k = 0; k < n && k < WDM_READER_PARTS; k++) {
            const wdm_field field = wdm_field_of(captures[k].name, captures[k].name_len);
            if (field == WDM_FIELD_N || field == WDM_FIELD_SAMPLE_ID || r->record.cells[field][0] != '\0')
                continue;
            (void)snprintf(r->parts[k], sizeof r->parts[k], "%.*s", (int)captures[k].len, captures[k].text);
            r->record.cells[field] = r->parts[k];
        }
        return;
    }
}

static void read_sample_type(wdm_reader *r)
{
    const char *type = r->record.cells[WDM_FIELD_SAMPLE_TYPE];
    const char *to = NULL;
    if (type[0] != '\0') {
        to = wdm_layout_lookup(&r->form->sample_types, type);
    } else {
        for (size_t i = 0; i < r->form->sample_names.n && to == NULL; i++) {
            if (wdm_glob_match(r->form->sample_names.items[i].from, r->record.cells[WDM_FIELD_SAMPLE_ID]))
                to = r->form->sample_names.items[i].to;
        }
    }
    if (to == NULL)
        return;
    if (strcmp(to, "left_out") == 0) {
        r->record.left_out = "not a sample or control";
        return;
    }
    r->record.cells[WDM_FIELD_SAMPLE_TYPE] = to;
}

static bool is_known(const wdm_reader *r, const char *name)
{
    return wdm_layout_lookup(&r->form->analytes, name) != NULL ||
           (r->events->known.is_analyte != NULL && r->events->known.is_analyte(r->events->known.user, name));
}

// Whether one of the patterns cuts the name to an analyte that is known; r->analyte has it then.
static bool cut_mark(wdm_reader *r, const wdm_layout_texts *patterns, const char *name)
{
    for (size_t i = 0; i < patterns->n; i++) {
        wdm_capture captures[WDM_READER_CAPTURES];
        size_t n = 0;
        if (!wdm_pattern_match(patterns->items[i], name, captures, WDM_READER_CAPTURES, &n) || n == 0)
            continue;
        (void)snprintf(r->analyte, sizeof r->analyte, "%.*s", (int)captures[0].len, captures[0].text);
        if (is_known(r, r->analyte))
            return true;
    }
    return false;
}

static void read_analyte(wdm_reader *r)
{
    const wdm_form *form = r->form;
    const char *name = r->record.cells[WDM_FIELD_ANALYTE];
    if (form->internal_standards.n + form->qualifiers.n + form->quantifiers.n == 0 || is_known(r, name))
        return;
    if (cut_mark(r, &form->qualifiers, name))
        r->record.left_out = "qualifier";
    else if (cut_mark(r, &form->quantifiers, name))
        r->record.cells[WDM_FIELD_ANALYTE] = r->analyte;
    else if (wdm_layout_globs(&form->internal_standards, name))
        r->record.left_out = "internal standard";
}

// Controls are injected again and again under one name; their data files tell them apart.
static void tell_controls_apart(wdm_reader *r)
{
    const char *type = r->record.cells[WDM_FIELD_SAMPLE_TYPE];
    const char *name = r->record.cells[WDM_FIELD_SAMPLE_ID];
    const char *file = r->record.cells[WDM_FIELD_DATA_FILE];
    if (type[0] == '\0' || strcmp(type, "sample") == 0 || file[0] == '\0' || name == r->sample_id)
        return;
    (void)snprintf(r->sample_id, sizeof r->sample_id, "%.200s (%.250s)", name, file);
    wdm_text_cut(r->sample_id);
    r->record.cells[WDM_FIELD_SAMPLE_ID] = r->sample_id;
}

static void read_integration(wdm_reader *r)
{
    const char *mark = r->record.cells[WDM_FIELD_INTEGRATION];
    if (mark[0] != '\0')
        r->record.cells[WDM_FIELD_INTEGRATION] =
            wdm_layout_globs(&r->form->manual_marks, mark) ? "manual" : "";
}

static void leave_out_where(wdm_reader *r, const wdm_csv_row *row)
{
    const wdm_layout_pairs *where = &r->form->leave_out_where;
    for (size_t k = 0; k < where->n && r->record.left_out == NULL; k++) {
        const size_t at = r->columns.where[k];
        if (at < row->n && wdm_glob_match(where->items[k].to, row->fields[at]))
            r->record.left_out = "component that the layout leaves out";
    }
}

// A header that says one unit and a cell that says another contradict each other: neither is taken.
static void check_unit(wdm_reader *r, const wdm_column_group *group)
{
    const char *said = group->fixed[WDM_FIELD_UNIT] != NULL ? group->fixed[WDM_FIELD_UNIT]
                                                            : r->columns.fixed[WDM_FIELD_UNIT];
    const char *cell = r->record.cells[WDM_FIELD_UNIT];
    char folded[2][64];
    if (said == NULL)
        return;
    if (cell[0] == '\0') {
        r->record.cells[WDM_FIELD_UNIT] = said;
        return;
    }
    if (wdm_text_fold(said, folded[0], sizeof folded[0]) &&
        wdm_text_fold(cell, folded[1], sizeof folded[1]) && strcmp(folded[0], folded[1]) == 0)
        return;
    (void)snprintf(r->unit, sizeof r->unit, "%.60s in the header, %.60s in the row", said, cell);
    r->record.cells[WDM_FIELD_UNIT] = r->unit;
}

static void fill(wdm_record *record, const wdm_column_list *list, const wdm_csv_row *row)
{
    for (size_t i = 0; i < list->n; i++) {
        record->cells[list->items[i].field] =
            list->items[i].at < row->n ? row->fields[list->items[i].at] : "";
    }
}

wdm_rc wdm_reader_hand_on(wdm_reader *r, const wdm_csv_row *row, const wdm_column_group *group, wdm_err *err)
{
    wdm_record *record = &r->record;
    memcpy(record->cells, r->constants, sizeof record->cells);
    for (int f = 0; f < WDM_FIELD_N; f++) {
        if (group->fixed[f] != NULL)
            record->cells[f] = group->fixed[f];
    }
    fill(record, &r->columns.base, row);
    fill(record, &group->columns, row);
    record->line = row->line;
    record->column = group->label;
    record->weekday = group->weekday;
    record->no_value = !r->has_value;
    record->left_out = NULL;
    derive_sample_id(r);
    check_unit(r, group);
    if (r->form->kind == WDM_FORM_ASSAY) {
        read_sample_id(r);
        read_sample_type(r);
        tell_controls_apart(r);
        read_analyte(r);
        read_integration(r);
        leave_out_where(r, row);
    }
    if (record->left_out == NULL && record->cells[WDM_FIELD_VALUE][0] == '\0' && !record->no_value &&
        r->form->empty == WDM_EMPTY_LEFT_OUT)
        record->left_out = "empty cell";
    return r->events->record == NULL ? WDM_OK : r->events->record(r->events->user, record, err);
}
