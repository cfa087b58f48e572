// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the import stage: the report that lies beside a file of the inbox, for whoever put it there.
#ifndef WDM_PIPELINE_INBOX_REPORT_H
#define WDM_PIPELINE_INBOX_REPORT_H

#include "import_file.h"

typedef struct wdm_inbox_paper {
    const wdm_config *config;
    const wdm_import_report *report;
    const char *path;    // where the file will lie, for the command that is proposed
    const char *rejects; // name of its rejects file
    const char *refusal; // what is wrong with the file as a whole, "" when it is about rows
} wdm_inbox_paper;

// Appends the report: UTF-8 with byte order mark and CRLF, English and Chinese, every issue.
wdm_rc wdm_inbox_report_text(wdm_buf *out, const wdm_inbox_paper *paper, wdm_err *err) WDM_MUST_CHECK;
// Appends to such a report that a kill came between storing and moving.
void wdm_inbox_report_interrupted(wdm_buf *out, const wdm_config *config);

#endif
