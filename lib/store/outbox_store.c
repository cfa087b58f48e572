// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/outbox_store.h"

#include <string.h>

#include "store/db.h"

wdm_rc wdm_store_put_message(wdm_store *store, wdm_message *message, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "INSERT INTO outbox (run_id, transport, kind, as_of, alert_id, name, thread, subject, "
                       "text, body, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting')",
                       &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, message->run_id);
    wdm_db_bind_text(q, 2, message->transport);
    wdm_db_bind_text(q, 3, message->kind);
    wdm_db_bind_day(q, 4, message->as_of);
    wdm_db_bind_int(q, 5, message->alert_id);
    wdm_db_bind_text(q, 6, message->name);
    wdm_db_bind_text(q, 7, message->thread);
    wdm_db_bind_text(q, 8, message->subject);
    wdm_db_bind_text(q, 9, message->text);
    (void)sqlite3_bind_blob64(q, 10, message->body, message->body_len, SQLITE_STATIC);
    rc = wdm_db_run(store, q, err);
    message->message_id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

static wdm_rc mark(wdm_store *store, const char *transport, int64_t alert_id, int64_t message_id,
                   const char *verdict, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "INSERT INTO outbox_event (transport, event_id, message_id, verdict) SELECT "
                               "?1, e.event_id, ?3, ?4 FROM "
                               "alert_event e WHERE e.alert_id = ?2 AND NOT EXISTS (SELECT 1 FROM "
                               "outbox_event x WHERE x.transport = ?1 "
                               "AND x.event_id = e.event_id)",
                               &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(q, 1, transport);
    wdm_db_bind_int(q, 2, alert_id);
    if (message_id == 0)
        wdm_db_bind_null(q, 3);
    else
        wdm_db_bind_int(q, 3, message_id);
    wdm_db_bind_text(q, 4, verdict);
    return wdm_db_run(store, q, err);
}

wdm_rc wdm_store_tell(wdm_store *store, const wdm_message *message, int64_t alert_id, const char *kind,
                      const char *level, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO outbox_alert (message_id, alert_id, event_id, kind, level) SELECT ?1, ?2, "
        "max(event_id), ?3, ?4 FROM alert_event WHERE alert_id = ?2",
        &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, message->message_id);
    wdm_db_bind_int(q, 2, alert_id);
    wdm_db_bind_text(q, 3, kind);
    wdm_db_bind_text(q, 4, level);
    rc = wdm_db_run(store, q, err);
    return rc == WDM_OK ? mark(store, message->transport, alert_id, message->message_id, "told", err) : rc;
}

wdm_rc wdm_store_pass_over(wdm_store *store, const char *transport, int64_t alert_id, const char *verdict,
                           wdm_err *err)
{
    return mark(store, transport, alert_id, 0, verdict, err);
}

#define MESSAGE_COLUMNS                                                                                      \
    "SELECT message_id, run_id, coalesce(alert_id, 0), transport, kind, name, thread, subject, text, "       \
    "as_of, "                                                                                                \
    "state, attempts, last_error FROM outbox "

wdm_rc wdm_store_each_message(wdm_store *store, bool undelivered, wdm_message_fn fn, void *context,
                              wdm_err *err)
{
    static const char waiting_sql[] =
        MESSAGE_COLUMNS "WHERE state IN ('waiting', 'sending') ORDER BY message_id";
    static const char all_sql[] = MESSAGE_COLUMNS "ORDER BY message_id";
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, undelivered ? waiting_sql : all_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        const wdm_message message = {.message_id = sqlite3_column_int64(q, 0),
                                     .run_id = sqlite3_column_int64(q, 1),
                                     .alert_id = sqlite3_column_int64(q, 2),
                                     .transport = wdm_db_text(q, 3),
                                     .kind = wdm_db_text(q, 4),
                                     .name = wdm_db_text(q, 5),
                                     .thread = wdm_db_text(q, 6),
                                     .subject = wdm_db_text(q, 7),
                                     .text = wdm_db_text(q, 8),
                                     .as_of = wdm_db_day(q, 9),
                                     .state = wdm_db_text(q, 10),
                                     .attempts = sqlite3_column_int64(q, 11),
                                     .last_error = wdm_db_text(q, 12)};
        rc = fn(context, &message, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(q);
    return rc;
}

wdm_rc wdm_store_message_body(wdm_store *store, int64_t message_id, wdm_buf *body, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, "SELECT body FROM outbox WHERE message_id = ?1", &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, message_id);
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row && sqlite3_column_blob(q, 0) != NULL)
        wdm_buf_put(body, sqlite3_column_blob(q, 0), (size_t)sqlite3_column_bytes(q, 0));
    (void)sqlite3_reset(q);
    return rc == WDM_OK ? wdm_buf_check(body, err) : rc;
}

wdm_rc wdm_store_set_message(wdm_store *store, int64_t message_id, const char *state, const char *last_error,
                             wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "UPDATE outbox SET state = ?2, last_error = ?3, attempts = attempts + (?2 = "
                               "'sending'), body = CASE WHEN ?2 "
                               "IN ('sent', 'dropped') THEN x'' ELSE body END WHERE message_id = ?1 AND "
                               "state IN ('waiting', 'sending')",
                               &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, message_id);
    wdm_db_bind_text(q, 2, state);
    wdm_db_bind_text(q, 3, last_error);
    rc = wdm_db_run(store, q, err);
    if (rc == WDM_OK && sqlite3_changes(store->db) == 0)
        rc = wdm_err_set(err, WDM_E_DATA, "no message %lld waits; wdm alert outbox shows those that do",
                         (long long)message_id);
    return rc;
}

wdm_rc wdm_store_count_messages(wdm_store *store, wdm_outbox_counts *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store, "SELECT count(*), min(as_of) FROM outbox WHERE state IN ('waiting', 'sending')", &q, err);
    *out = (wdm_outbox_counts){0, WDM_DAY_NONE};
    if (rc != WDM_OK)
        return rc;
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row)
        *out = (wdm_outbox_counts){sqlite3_column_int64(q, 0), wdm_db_day(q, 1)};
    (void)sqlite3_reset(q);
    return rc;
}
