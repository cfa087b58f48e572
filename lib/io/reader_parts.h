// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/io: the state of a reader (io/reader.h), and its parts: what lines between tables say, and
// how a row becomes records.
#ifndef WDM_IO_READER_PARTS_H
#define WDM_IO_READER_PARTS_H

#include "io/reader.h"

enum { WDM_READER_TEXT = 512, WDM_READER_CAPTURES = 6, WDM_READER_PARTS = 6 };

typedef struct wdm_reader {
    const wdm_form *form;
    const wdm_reader_events *events;
    bool is_ruler;
    // the table at hand
    wdm_columns columns;
    bool has_columns, has_value, in_table, passed_over;
    char **header_cells; // a copy of the last header row, to know it when it comes again
    size_t n_header_cells;
    char **held; // the row before, which may be the row of group headers
    size_t n_held, n_before;
    size_t width, held_width, table_width; // cells, empty ones at the end too: of this row, of the held one,
                                           // of the header
    uint64_t held_line;
    wdm_arena held_arena, header_arena;
    size_t n_signed;   // signatures seen, as a bit set
    size_t n_unsigned; // rows before the first of them
    // what context lines said
    char *context[WDM_FIELD_N];
    // the record at hand
    const char *constants[WDM_FIELD_N]; // what headers, context and the form say
    wdm_record record;
    char analyte[WDM_READER_TEXT];
    char sample_id[WDM_READER_TEXT];
    char parts[WDM_READER_PARTS][WDM_READER_TEXT];
    char unit[WDM_READER_TEXT];
} wdm_reader;

// ---- reader_context.c

// Cells that the file says by headers and context lines, else constants of the form.
void wdm_reader_refresh(wdm_reader *r);
// Whether the line says something to the rows below.
wdm_rc wdm_reader_context(wdm_reader *r, const char *line, bool *is_context, wdm_err *err) WDM_MUST_CHECK;
// The form's signatures, of which each must be seen before the first header.
void wdm_reader_note_signature(wdm_reader *r, const char *line);
bool wdm_reader_is_signed(const wdm_reader *r);

// ---- reader_record.c

// One record of the row, by a group of its columns, to the reader's events.
wdm_rc wdm_reader_hand_on(wdm_reader *r, const wdm_csv_row *row, const wdm_column_group *group,
                          wdm_err *err) WDM_MUST_CHECK;

#endif
