// SPDX-License-Identifier: GPL-3.0-or-later
// Noting a written report in the store, so that the next one can say what has changed since.
#ifndef WDM_PIPELINE_REPORT_NOTE_H
#define WDM_PIPELINE_REPORT_NOTE_H

#include "report/bulletin.h"
#include "stage.h"

// Reads what the week's report publishes; in the same reading transaction as the bulletin itself.
wdm_rc wdm_report_note_prepare(wdm_bulletin *b, wdm_reported_figures *week, wdm_err *err) WDM_MUST_CHECK;
// One transaction, once the files are on disk. A store that cannot be written, or is busy for long, is no
// failure of the report: that is said, and the next report compares with an earlier one.
wdm_rc wdm_report_note_write(const wdm_cli *cli, const wdm_bulletin *b, const wdm_reported_figures *week,
                             wdm_err *err) WDM_MUST_CHECK;

#endif
