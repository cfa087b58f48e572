// SPDX-License-Identifier: GPL-3.0-or-later
// Alerts as JSON for other programs: a message for a hook, and the open alerts in the form of Alertmanager's
// API v2 (POST /api/v2/alerts).
#ifndef WDM_REPORT_ALERT_JSON_H
#define WDM_REPORT_ALERT_JSON_H

#include "report/alert_letter.h"

// Appends one object and a line end (keys: docs/cmd/alert.md). Numbers that are not known are null.
wdm_rc wdm_alert_json_message(const wdm_letter *letter, const char *name, const char *subject,
                              const char *text, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;

// Appends the array. An open alert ends `days` days after as_of unless it is posted again; an ended one ended
// on its closing date. Since the level is the label `severity`, an alert also stands as ended under the
// levels that it does not have.
wdm_rc wdm_alert_json_alertmanager(const wdm_letter *letter, int days, wdm_buf *out,
                                   wdm_err *err) WDM_MUST_CHECK;

#endif
