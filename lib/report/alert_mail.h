// SPDX-License-Identifier: GPL-3.0-or-later
// A letter as a mail message: headers, text, the chart as PNG and the weekly series as CSV. Also the file of
// the outbox folder.
#ifndef WDM_REPORT_ALERT_MAIL_H
#define WDM_REPORT_ALERT_MAIL_H

#include "report/alert_letter.h"

typedef struct wdm_mail {
    const char *from;     // address
    const char *to;       // addresses separated by ", "
    const char *name;     // of the message: "2026-11-09_worse_1_1f0a2b3c"
    const char *previous; // name of the last message about the alert; "" for none
    const char *thread;   // name of the first one
    const char *date;     // "Mon, 09 Nov 2026 00:00:00 +0000"; "": the mail system dates it
    const char *subject, *text;
    const char *picture; // PNG
    size_t picture_len;  // 0: none
    const char *series;  // CSV, "" for none
    const char *file;    // of picture and series, without its ending
} wdm_mail;

// Appends the message. Message-ID is <name@domain of from>; a follow-up has In-Reply-To and References.
void wdm_mail_put(const wdm_mail *mail, wdm_buf *out);

// Appends "Mon, 09 Nov 2026 00:00:00 +0000".
void wdm_mail_date(wdm_day day, wdm_buf *out);

// Appends the weekly values of an alert's series with its baseline and lines, `weeks` weeks up to its week,
// as CSV with a header; nothing for an alert on no series of a site.
wdm_rc wdm_alert_series_csv(wdm_store *store, const wdm_notice_row *row, int weeks, wdm_buf *out,
                            wdm_err *err) WDM_MUST_CHECK;
// Appends the alerts of a digest as CSV.
wdm_rc wdm_alert_digest_csv(const wdm_letter *letter, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;

#endif
