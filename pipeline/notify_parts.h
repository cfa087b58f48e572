// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the files of notify.
#ifndef WDM_PIPELINE_NOTIFY_PARTS_H
#define WDM_PIPELINE_NOTIFY_PARTS_H

#include "io/handover.h"
#include "report/alert_letter.h"
#include "session.h"
#include "store/silence_store.h"

// The weekly values of one week, read once.
typedef struct wdm_notify_week {
    int32_t week;
    wdm_week_rows sites;
    wdm_region_rows regions;
} wdm_notify_week;

// A picture is drawn once for all transports.
typedef struct wdm_notify_picture {
    int64_t alert_id;
    wdm_buf png;
    char why_not[WDM_ERR_TEXT_MAX]; // "" when there is one
} wdm_notify_picture;

// One run of wdm alert --notify.
typedef struct wdm_notifier {
    const wdm_cli *cli;
    wdm_session session;
    const wdm_notify_settings *settings;
    wdm_arena arena;
    int64_t run_id;
    WDM_ROWS(wdm_notify_week) weeks;
    WDM_ROWS(wdm_notify_picture) pictures;
    wdm_silences silences;
    int64_t n_messages, n_marked;
} wdm_notifier;
void wdm_notifier_fini(wdm_notifier *notifier);

// What there is to say about an alert, and whether the alert says that data are missing (a quality rule that
// asks how old they are).
wdm_notice wdm_notify_decide(const wdm_notifier *notifier, const wdm_notice_row *row);
bool wdm_notify_says_missing(const wdm_notifier *notifier, const wdm_notice_row *row);

// What one transport has to say now, into its outbox. Inside a transaction.
wdm_rc wdm_notify_compose(wdm_notifier *notifier, wdm_transport transport, wdm_err *err) WDM_MUST_CHECK;

// Writes one message about the items, which are sorted worst first, and marks their events.
wdm_rc wdm_notify_write(wdm_notifier *notifier, wdm_transport transport, const wdm_letter_item *items,
                        size_t n, wdm_err *err) WDM_MUST_CHECK;
// The addresses that a message about the items goes to, separated by ", "; nothing for none.
void wdm_notify_recipients(const wdm_notifier *notifier, const wdm_letter_item *items, size_t n,
                           wdm_buf *out);

// Delivers what waits. Opens the store for each step, so that other writers need not wait for a mail system.
wdm_rc wdm_notify_deliver(const wdm_cli *cli, const wdm_notify_settings *settings,
                          wdm_err *err) WDM_MUST_CHECK;

// The spool beside the store; waits for as long as a program may take.
wdm_rc wdm_notify_open_handover(const wdm_cli *cli, const wdm_notify_settings *settings,
                                wdm_handover *handover, wdm_err *err) WDM_MUST_CHECK;

// The transports that say what is so now.
wdm_rc wdm_notify_state(wdm_notifier *notifier, wdm_err *err) WDM_MUST_CHECK;

// A path of wdm.cfg: one that does not begin with '/' is beside the store.
wdm_rc wdm_notify_path(const wdm_cli *cli, const char *given, char path[WDM_PATH_MAX],
                       wdm_err *err) WDM_MUST_CHECK;

#endif
