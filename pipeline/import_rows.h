// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the import stage: one record after the other into the store, by the kind of the form.
#ifndef WDM_PIPELINE_IMPORT_ROWS_H
#define WDM_PIPELINE_IMPORT_ROWS_H

#include "import_checks.h"
#include "import_file.h"
#include "import_quality.h"
#include "io/columns.h"

// What a record was read as, for the difference that a dry run prints.
typedef struct wdm_import_seen {
    const char *site_id, *analyte_id; // NULL: not known
    bool is_result;
    int state;
    double value; // ng/L, or mg/d/1000 of a published load
} wdm_import_seen;

typedef struct wdm_importer {
    const wdm_cli *cli;
    wdm_session *session;
    const wdm_import_options *options;
    wdm_import_report *report;
    const wdm_columns *columns; // of the table at hand
    wdm_intake intake;
    wdm_batch batch;
    wdm_run run;
    wdm_hash canonical;
    wdm_import_seen seen;
    wdm_field_row last_field; // of the row before, which is in the store; line 0: none
    char last_sample[256];
    struct { // the sample whose flow was asked for last
        wdm_index site;
        wdm_day day;
        char sample_id[256];
        bool asked, has_flow;
    } flow_of;
    bool *seen_site, *seen_analyte;
    size_t seen_site_cap, seen_analyte_cap;
    wdm_checks *checks;   // made at the first row that needs it
    wdm_quality *quality; // likewise
} wdm_importer;

// Counts the record in the report. WDM_E_DATA: it has an error or conflict, which is on the issue list.
wdm_rc wdm_import_record(wdm_importer *im, const wdm_record *record, wdm_err *err) WDM_MUST_CHECK;
// The means that the publisher printed in the row, if the form has them.
wdm_rc wdm_import_published_mean(wdm_importer *im, const wdm_record *record, wdm_err *err) WDM_MUST_CHECK;
// Once, when all rows are in the store: what can be said of the file as a whole.
wdm_rc wdm_import_rows_finish(wdm_importer *im, wdm_err *err) WDM_MUST_CHECK;
void wdm_import_rows_fini(wdm_importer *im);

#endif
