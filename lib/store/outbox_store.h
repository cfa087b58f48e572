// SPDX-License-Identifier: GPL-3.0-or-later
// Messages about alerts: which alerts a transport may have something to say about, and the outbox. A message,
// the alerts that it tells of and its events' marks are written in one transaction, so that an event is told
// of once. Readers hand over one row at a time; what it points to lives until the callback returns, unless an
// arena is given.
#ifndef WDM_STORE_OUTBOX_STORE_H
#define WDM_STORE_OUTBOX_STORE_H

#include "store/report_store.h"

// An alert as it is now, and what the transport has said of it before.
typedef struct wdm_notice_row {
    wdm_alert_row alert;
    const char *site_id, *drug_id, *reason_zh, *group_key;
    bool inhibited, one_off;
    int32_t week;      // of the newest event that has one
    const char *event; // the newest one that is told of: not repeated or acknowledged; "" for none
    const char *last_reason, *last_reason_zh; // of the newest event: why an ended one has ended
    const char *opened_rule;                  // the row of alerts.csv when it opened
    bool news;                                // it has events that the transport has not dealt with
    bool told;                                // the last message did not say that it had ended
    const char *told_level;
    const char *base_level; // the lowest since then, that one included
    bool risen;             // an event said worse since then, and none better after it
    int64_t other_alert;    // the worst other open one of its place and drug; 0: none
    const char *other_level;
    wdm_day told_as_of;
    const char *told_name, *thread; // names of the last and of the first message about it
} wdm_notice_row;
typedef WDM_ROWS(wdm_notice_row) wdm_notice_rows;
// Alerts that are open or acknowledged, and ended ones with news, by alert_id.
wdm_rc wdm_store_notices(wdm_store *store, const wdm_config *config, const char *transport, wdm_arena *arena,
                         wdm_notice_rows *out, wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_notice_check {
    const char *check_id, *verdict, *text, *text_zh;
} wdm_notice_check;
typedef WDM_ROWS(wdm_notice_check) wdm_notice_checks;
// What could fake the alert, of its newest event that looked.
wdm_rc wdm_store_notice_checks(wdm_store *store, int64_t alert_id, wdm_arena *arena, wdm_notice_checks *out,
                               wdm_err *err) WDM_MUST_CHECK;

// ---- the outbox

typedef struct wdm_message {
    int64_t message_id, run_id;
    int64_t alert_id; // the worst one it tells of
    const char *transport, *kind, *name, *thread, *subject, *text;
    const char *body; // not read with a list
    size_t body_len;
    wdm_day as_of;
    const char *state; // waiting, sending, sent, dropped
    int64_t attempts;
    const char *last_error;
} wdm_message;

// message_id is given out; the state is waiting.
wdm_rc wdm_store_put_message(wdm_store *store, wdm_message *message, wdm_err *err) WDM_MUST_CHECK;
// Notes that the message tells of the alert, and marks the events of it that the transport had not dealt
// with.
wdm_rc wdm_store_tell(wdm_store *store, const wdm_message *message, int64_t alert_id, const char *kind,
                      const char *level, wdm_err *err) WDM_MUST_CHECK;
// Marks these events without a message; verdict: quiet or muted.
wdm_rc wdm_store_pass_over(wdm_store *store, const char *transport, int64_t alert_id, const char *verdict,
                           wdm_err *err) WDM_MUST_CHECK;

typedef wdm_rc (*wdm_message_fn)(void *context, const wdm_message *message, wdm_err *err);
// By message_id. undelivered: those that wait or are being sent; else all.
wdm_rc wdm_store_each_message(wdm_store *store, bool undelivered, wdm_message_fn fn, void *context,
                              wdm_err *err) WDM_MUST_CHECK;
// Appends the bytes to deliver.
wdm_rc wdm_store_message_body(wdm_store *store, int64_t message_id, wdm_buf *body,
                              wdm_err *err) WDM_MUST_CHECK;
// Sets state and last_error; sending counts an attempt, sent and dropped empty the body. WDM_E_DATA: no such
// message, or it is sent or dropped already.
wdm_rc wdm_store_set_message(wdm_store *store, int64_t message_id, const char *state, const char *last_error,
                             wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_outbox_counts {
    int64_t undelivered;
    wdm_day oldest; // as-of date of the oldest of them; WDM_DAY_NONE for none
} wdm_outbox_counts;
wdm_rc wdm_store_count_messages(wdm_store *store, wdm_outbox_counts *out, wdm_err *err) WDM_MUST_CHECK;

#endif
