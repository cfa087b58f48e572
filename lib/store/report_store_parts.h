// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the files of report_store.
#ifndef WDM_STORE_REPORT_STORE_PARTS_H
#define WDM_STORE_REPORT_STORE_PARTS_H

#include "store/db.h"

// The text of a column in the arena; on failure "" and *rc becomes WDM_E_NOMEM.
const char *wdm_report_keep(sqlite3_stmt *stmt, int at, wdm_arena *arena, wdm_rc *rc);
// rc, or the failure to keep a text, with its message.
wdm_rc wdm_report_done(wdm_rc rc, wdm_rc kept, wdm_err *err) WDM_MUST_CHECK;

#endif
