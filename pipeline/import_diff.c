// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/csv.h"
#include "io/number.h"
#include "report/clean.h"

static const char columns[] =
    "file,line,column,outcome,code,site_id,sample_id,analyte_id,state,value,raw_value,raw_unit,"
    "stored,message\n";

static const char *outcome_name(const wdm_record *record, const wdm_put *put)
{
    static const char *const names[] = {"new", "same", "correction", "conflict"};
    if (put != NULL)
        return names[put->outcome];
    return record->left_out == NULL ? "rejected" : "left_out";
}

// The issue of a record that is rejected or in conflict: the last one that came.
static const wdm_issue *issue_of(const wdm_importer *im, const wdm_record *record, const wdm_put *put)
{
    const wdm_issues *issues = &im->report->issues;
    const bool has_one = put == NULL ? record->left_out == NULL : put->outcome == WDM_OUTCOME_CONFLICT;
    return has_one && issues->n > 0 ? &issues->last : NULL;
}

// The row's, else what --unit says.
static const char *unit_of(const wdm_importer *im, const wdm_record *record)
{
    return record->cells[WDM_FIELD_UNIT][0] != '\0' ? record->cells[WDM_FIELD_UNIT] : im->intake.default_unit;
}

static void put_cells(wdm_buf *out, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        wdm_buf_puts(out, i == 0 ? "" : ",");
        wdm_csv_put(out, cells[i] == NULL ? "" : cells[i]);
    }
    wdm_buf_puts(out, "\n");
}

static void print_csv(const wdm_importer *im, const wdm_record *record, const wdm_put *put)
{
    const wdm_issue *issue = issue_of(im, record, put);
    const wdm_import_seen *seen = &im->seen;
    char line[24];
    char value[WDM_NUMBER_TEXT];
    wdm_buf out = {0};
    (void)snprintf(line, sizeof line, "%" PRIu64, record->line);
    const char *const cells[] = {im->report->file,
                                 line,
                                 record->column,
                                 outcome_name(record, put),
                                 issue == NULL ? "" : issue->code,
                                 seen->site_id,
                                 record->cells[WDM_FIELD_SAMPLE_ID],
                                 seen->analyte_id,
                                 seen->is_result ? wdm_result_state_name(seen->state) : "",
                                 seen->is_result ? wdm_number_format(seen->value, value) : "",
                                 record->cells[WDM_FIELD_VALUE],
                                 unit_of(im, record),
                                 put == NULL ? "" : put->what,
                                 issue == NULL ? record->left_out : issue->message};
    wdm_buf_init(&out,
                 WDM_BUF_DEFAULT_MAX); // cells may be as long as a file's: a cut line would take in the next
    if (!im->session->diff_begun)
        wdm_buf_puts(&out, columns);
    im->session->diff_begun = true;
    put_cells(&out, cells, sizeof cells / sizeof cells[0]);
    (void)fputs(wdm_buf_text(&out), stdout);
    wdm_buf_fini(&out);
}

// For people: what would change, and what would not be stored; rows that are the same are counted in the
// summary. Cells are made safe for a terminal.
static void print_text(const wdm_importer *im, const wdm_record *record, const wdm_put *put)
{
    static const char signs[] = "+ ~!"; // by outcome
    const wdm_issue *issue = issue_of(im, record, put);
    const bool is_field = im->intake.form->kind == WDM_FORM_FIELD;
    wdm_buf out = {0};
    if ((put == NULL && issue == NULL) || (put != NULL && put->outcome == WDM_OUTCOME_SAME))
        return;
    wdm_buf_init(&out, WDM_BUF_DEFAULT_MAX);
    if (put == NULL) {
        wdm_buf_printf(&out, "- line %-6" PRIu64 " %s: ", record->line, issue->column);
        wdm_clean_put(&out, issue->message);
    } else {
        wdm_buf_printf(&out, "%c line %-6" PRIu64 " %s ", signs[put->outcome], record->line,
                       im->seen.site_id == NULL ? "" : im->seen.site_id);
        wdm_clean_put(&out, record->cells[WDM_FIELD_SAMPLE_ID]);
        wdm_buf_printf(&out, " %s  ", im->seen.analyte_id == NULL ? "" : im->seen.analyte_id);
        wdm_clean_put(&out, put->what);
        wdm_buf_puts(&out, put->what[0] == '\0' ? "" : " -> ");
        wdm_buf_puts(&out, is_field ? "flow " : "");
        wdm_clean_put(&out, record->cells[is_field ? WDM_FIELD_FLOW : WDM_FIELD_VALUE]);
        wdm_buf_puts(&out, " ");
        wdm_clean_put(&out, is_field ? record->cells[WDM_FIELD_FLOW_UNIT] : unit_of(im, record));
    }
    printf("%s\n", wdm_buf_text(&out));
    wdm_buf_fini(&out);
}

void wdm_import_diff(const wdm_importer *im, const wdm_record *record, const wdm_put *put)
{
    if (im->cli->format == WDM_FORMAT_CSV)
        print_csv(im, record, put);
    else if (im->cli->format == WDM_FORMAT_TABLE && !im->cli->quiet)
        print_text(im, record, put);
}
