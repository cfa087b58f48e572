// SPDX-License-Identifier: GPL-3.0-or-later
// The rejects file: the lines around the tables, the headers, and each bad row with its reason in a last
// column that an import leaves out; UTF-8, in the delimiter of the file. Corrected, it can be imported.
#ifndef WDM_PIPELINE_IMPORT_REJECTS_H
#define WDM_PIPELINE_IMPORT_REJECTS_H

#include "io/file.h"
#include "io/reader.h"

typedef struct wdm_rejects {
    const char *path; // "" : none is to be written
    char delimiter;
    bool quotes;
    bool begun;    // the file is open
    bool has_rows; // a bad row is in it: it will appear
    wdm_buf frame; // titles and headers that are not in the file yet
    wdm_file_out out;
} wdm_rejects;

// path is borrowed.
void wdm_rejects_init(wdm_rejects *rejects, const char *path, wdm_dialect dialect);
// A line around the tables or a header.
wdm_rc wdm_rejects_frame(wdm_rejects *rejects, const wdm_csv_row *row, bool is_header,
                         wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_rejects_put(wdm_rejects *rejects, const wdm_csv_row *row, const char *reason,
                       wdm_err *err) WDM_MUST_CHECK;
// Makes the file appear, if a bad row is in it.
wdm_rc wdm_rejects_commit(wdm_rejects *rejects, wdm_err *err) WDM_MUST_CHECK;
void wdm_rejects_fini(wdm_rejects *rejects);

#endif
