// SPDX-License-Identifier: GPL-3.0-or-later
// Delivery of what waits in the outbox. Each step is committed before the next one, so that a run that is cut
// off at any point can be taken up by the next.
//
// Outbox folder: .NAME.part is written and synced; the message is marked `sending`; .NAME.part is renamed to
// NAME.eml; the message is marked `sent`. A message found `sending` was delivered when its .part is gone,
// whoever has taken the file since.
//
// Programs (mail, hook): io/handover.h. A message found `sending` is judged by the marks in the spool: done
// with 0 is sent, done otherwise failed, never begun was not sent. Begun and never done (the machine died, or
// the process that watches the program was killed): the program may have taken it or not; it is sent again
// under the same Message-ID, not lost.
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/handover.h"
#include "notify_parts.h"

enum { STORE_WAIT_S = 60, BODY_MAX = 64 * 1024 * 1024, SPARE_S = 5 };

typedef struct queued {
    int64_t message_id;
    wdm_transport transport;
    const char *name, *subject;
    const char *said; // last_error; while sending to a folder: which folder
    bool cut_off;     // found in the state sending
} queued;

typedef struct delivery {
    const wdm_cli *cli;
    const wdm_notify_settings *settings;
    wdm_arena arena;
    WDM_ROWS(queued) queue;
    wdm_handover handover;
    int n_failed;
    wdm_err error;                        // the first one of each transport
    bool has_failed[WDM_TRANSPORT_N + 1]; // the last: one that this version does not know
} delivery;

static wdm_rc take(void *context, const wdm_message *message, wdm_err *err)
{
    delivery *d = context;
    queued *q = NULL;
    wdm_rc rc = wdm_grow(&d->queue.rows, &d->queue.cap, d->queue.n + 1, sizeof *d->queue.rows, err);
    if (rc != WDM_OK)
        return rc;
    q = &d->queue.rows[d->queue.n++];
    *q = (queued){.message_id = message->message_id,
                  .transport = WDM_TRANSPORT_N,
                  .name = wdm_arena_strdup(&d->arena, message->name),
                  .subject = wdm_arena_strdup(&d->arena, message->subject),
                  .said = wdm_arena_strdup(&d->arena, message->last_error),
                  .cut_off = strcmp(message->state, "sending") == 0};
    for (int t = 0; t < WDM_TRANSPORT_EVENTS; t++) {
        if (strcmp(wdm_transport_text((wdm_transport)t), message->transport) == 0)
            q->transport = (wdm_transport)t;
    }
    return q->name == NULL || q->subject == NULL || q->said == NULL ? wdm_err_nomem(err) : WDM_OK;
}

static wdm_rc read_queue(delivery *d, wdm_err *err)
{
    wdm_store *store = NULL;
    wdm_rc rc = wdm_store_open(&store, d->cli->store, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_message(store, true, take, d, err);
    wdm_store_close(store);
    return rc;
}

// Sets the state and commits.
static wdm_rc set_state(const delivery *d, const queued *q, const char *state, const char *last_error,
                        wdm_err *err)
{
    wdm_store *store = NULL;
    wdm_rc rc = wdm_store_open(&store, d->cli->store, WDM_STORE_WRITE, STORE_WAIT_S, err);
    if (rc == WDM_OK)
        rc = wdm_store_begin(store, err);
    if (rc == WDM_OK)
        rc = wdm_store_set_message(store, q->message_id, state, last_error, err);
    if (rc == WDM_OK)
        rc = wdm_store_commit(store, err);
    wdm_store_close(store);
    return rc;
}

static wdm_rc read_body(const delivery *d, const queued *q, wdm_buf *body, wdm_err *err)
{
    wdm_store *store = NULL;
    wdm_rc rc = wdm_store_open(&store, d->cli->store, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_message_body(store, q->message_id, body, err);
    wdm_store_close(store);
    return rc;
}

static wdm_rc sent(const delivery *d, const queued *q, wdm_err *err)
{
    wdm_rc rc = set_state(d, q, "sent", "", err);
    if (rc == WDM_OK)
        wdm_cli_say(d->cli, "%s: %s\n", wdm_transport_text(q->transport), q->subject);
    return rc;
}

static void note_failure(delivery *d, const queued *q, const char *why)
{
    wdm_err one = {WDM_OK, ""};
    d->n_failed++;
    if (d->has_failed[q->transport])
        return;
    d->has_failed[q->transport] = true;
    (void)wdm_err_set(&one, WDM_E_IO, "%.100s: %.200s",
                      q->transport == WDM_TRANSPORT_N ? "?" : wdm_transport_text(q->transport), why);
    if (d->n_failed == 1)
        d->error = one;
    else
        (void)wdm_err_also(&d->error, one.text);
}

// The message waits for the next run, and says why; the run goes on with the others.
static wdm_rc failed(delivery *d, const queued *q, const char *why, wdm_err *err)
{
    note_failure(d, q, why);
    return set_state(d, q, "waiting", why, err);
}

// ---- the outbox folder

static wdm_rc put_part(const delivery *d, const queued *q, const char *part, wdm_err *err)
{
    wdm_buf body = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&body, BODY_MAX);
    rc = read_body(d, q, &body, err);
    if (rc == WDM_OK)
        rc = wdm_file_write(part, wdm_buf_text(&body), body.len, err);
    wdm_buf_fini(&body);
    return rc;
}

static wdm_rc to_folder(delivery *d, const queued *q, wdm_err *err)
{
    char folder[WDM_PATH_MAX], part[WDM_PATH_MAX + 16], path[WDM_PATH_MAX + 16];
    wdm_err why = {WDM_OK, ""};
    // A cut-off message is where it was begun, whatever the setting says now.
    wdm_rc rc = wdm_notify_path(d->cli, q->cut_off ? q->said : d->settings->outbox_folder, folder, &why);
    if (rc == WDM_OK && (snprintf(part, sizeof part, "%s/.%s.part", folder, q->name) >= WDM_PATH_MAX ||
                         snprintf(path, sizeof path, "%s/%s.eml", folder, q->name) >= WDM_PATH_MAX))
        rc = wdm_err_set(&why, WDM_E_CANTCREATE, "%s: the path is too long", folder);
    if (rc == WDM_OK && !q->cut_off)
        rc = wdm_dir_make(folder, &why);
    if (rc == WDM_OK && !q->cut_off)
        rc = put_part(d, q, part, &why);
    if (rc != WDM_OK)
        return failed(d, q, why.text, err);
    if (!q->cut_off)
        rc = set_state(d, q, "sending", folder, err);
    if (rc != WDM_OK)
        return rc;
    if (!wdm_file_exists(folder))
        return failed(d, q, "the outbox folder is gone", err);
    if (!(q->cut_off && !wdm_file_exists(part))) {
        rc = wdm_file_move(part, path, &why);
        if (rc != WDM_OK)
            return failed(d, q, why.text, err);
    }
    return sent(d, q, err);
}

// ---- programs

static const wdm_command *command_of(const delivery *d, const queued *q, wdm_command *mail)
{
    if (q->transport == WDM_TRANSPORT_HOOK)
        return &d->settings->hook;
    // -i: a line of one dot is no end. -t: to whom it goes stands in the message.
    *mail = d->settings->sendmail;
    (void)snprintf(mail->args[1], WDM_NOTIFY_TEXT, "-i");
    (void)snprintf(mail->args[2], WDM_NOTIFY_TEXT, "-t");
    mail->n = 3;
    return mail;
}

static void spool_name(const queued *q, char name[WDM_NOTIFY_PATH])
{
    (void)snprintf(name, WDM_NOTIFY_PATH, "%s.%s", q->name, wdm_transport_text(q->transport));
}

// What the marks say of an attempt that is over.
static wdm_rc conclude(delivery *d, const queued *q, const wdm_command *command, const char *name,
                       wdm_err *err)
{
    wdm_handover_mark mark = {WDM_HANDOVER_NEVER, 0, ""};
    char why[WDM_ERR_TEXT_MAX];
    wdm_rc rc = wdm_handover_look(&d->handover, name, &mark, err);
    if (rc != WDM_OK)
        return rc;
    if (mark.state == WDM_HANDOVER_BEGUN) // stays `sending`: the next run decides
        return wdm_err_set(err, WDM_E_IO, "%s: the process that watched %s is gone", name, command->args[0]);
    if (mark.state == WDM_HANDOVER_DONE && mark.status == 0) {
        rc = sent(d, q, err);
    } else {
        if (mark.state == WDM_HANDOVER_NEVER)
            (void)snprintf(why, sizeof why, "%s could not be started", command->args[0]);
        else if (mark.status == WDM_HANDOVER_STOPPED)
            (void)snprintf(why, sizeof why, "%s took longer than %d s and was stopped", command->args[0],
                           command->seconds);
        else
            (void)snprintf(why, sizeof why, "%s ended with %d%s%s", command->args[0], mark.status,
                           mark.message[0] == '\0' ? "" : ": ", mark.message);
        rc = failed(d, q, why, err);
    }
    return rc == WDM_OK ? wdm_handover_forget(&d->handover, name, err) : rc;
}

static wdm_rc attempt(delivery *d, const queued *q, const wdm_command *command, const char *name,
                      wdm_err *err)
{
    wdm_err why = {WDM_OK, ""};
    wdm_buf body = {0};
    wdm_rc rc = wdm_handover_forget(&d->handover, name, err);
    wdm_buf_init(&body, BODY_MAX);
    if (rc == WDM_OK)
        rc = read_body(d, q, &body, err);
    if (rc == WDM_OK)
        rc = set_state(d, q, "sending", "", err);
    if (rc == WDM_OK &&
        wdm_handover_run(&d->handover, name, command, wdm_buf_text(&body), body.len, &why) != WDM_OK)
        rc = failed(d, q, why.text, err);
    else if (rc == WDM_OK)
        rc = conclude(d, q, command, name, err);
    wdm_buf_fini(&body);
    return rc;
}

static wdm_rc to_program(delivery *d, const queued *q, wdm_err *err)
{
    wdm_command mail;
    const wdm_command *command = command_of(d, q, &mail);
    char name[WDM_NOTIFY_PATH];
    wdm_handover_mark mark = {WDM_HANDOVER_NEVER, 0, ""};
    wdm_rc rc = WDM_OK;
    spool_name(q, name);
    if (q->cut_off)
        rc = wdm_handover_look(&d->handover, name, &mark, err);
    if (rc != WDM_OK)
        return rc;
    if (mark.state == WDM_HANDOVER_DONE)
        return mark.status == 0 ? conclude(d, q, command, name, err) : attempt(d, q, command, name, err);
    if (mark.state == WDM_HANDOVER_BEGUN)
        wdm_cli_say(d->cli,
                    "%s: cut off while it was handed over; sent again under the same Message-ID: %s\n",
                    wdm_transport_text(q->transport), q->subject);
    return attempt(d, q, command, name, err);
}

static wdm_rc deliver_one(delivery *d, const queued *q, wdm_err *err)
{
    if (q->transport == WDM_TRANSPORT_N || !d->settings->on[q->transport]) {
        note_failure(d, q, "switched off in wdm.cfg");
        return WDM_OK;
    }
    return q->transport == WDM_TRANSPORT_OUTBOX ? to_folder(d, q, err) : to_program(d, q, err);
}

wdm_rc wdm_notify_open_handover(const wdm_cli *cli, const wdm_notify_settings *s, wdm_handover *handover,
                                wdm_err *err)
{
    char folder[WDM_PATH_MAX];
    const int seconds = s->hook.seconds > s->sendmail.seconds ? s->hook.seconds : s->sendmail.seconds;
    if (snprintf(folder, sizeof folder, "%s.spool", cli->store) >= (int)sizeof folder)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", cli->store);
    return wdm_handover_open(handover, folder, seconds + SPARE_S, err);
}

wdm_rc wdm_notify_deliver(const wdm_cli *cli, const wdm_notify_settings *settings, wdm_err *err)
{
    delivery d = {.cli = cli, .settings = settings, .arena = WDM_ARENA_INIT, .handover = {"", -1}};
    wdm_rc rc = WDM_OK;
    // The lock first: what was being handed over by a run that is gone has its marks by then.
    if (settings->on[WDM_TRANSPORT_MAIL] || settings->on[WDM_TRANSPORT_HOOK])
        rc = wdm_notify_open_handover(cli, settings, &d.handover, err);
    if (rc == WDM_OK)
        rc = read_queue(&d, err);
    for (size_t i = 0; i < d.queue.n && rc == WDM_OK; i++)
        rc = deliver_one(&d, &d.queue.rows[i], err);
    if (rc == WDM_OK && d.n_failed > 0)
        rc = wdm_err_set(err, WDM_E_IO, "%d %s not delivered and wait%s for the next run: %s", d.n_failed,
                         d.n_failed == 1 ? "message was" : "messages were", d.n_failed == 1 ? "s" : "",
                         d.error.text);
    wdm_handover_close(&d.handover);
    wdm_free(d.queue.rows);
    wdm_arena_fini(&d.arena);
    return rc;
}
