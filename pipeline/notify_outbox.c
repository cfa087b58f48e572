// SPDX-License-Identifier: GPL-3.0-or-later
// wdm alert outbox: what waits, and mending it by hand.
#include <stdio.h>
#include <string.h>

#include "base/lock.h"
#include "io/number.h"
#include "notify.h"
#include "notify_parts.h"

static const char *const columns[] = {"message_id", "as_of",    "transport",  "kind",    "state",
                                      "attempts",   "alert_id", "last_error", "subject", "name"};

static wdm_rc put_row(void *context, const wdm_message *m, wdm_err *err)
{
    wdm_tabular *table = context;
    (void)err;
    wdm_tabular_integer(table, m->message_id);
    wdm_tabular_day(table, m->as_of);
    wdm_tabular_text(table, m->transport);
    wdm_tabular_text(table, m->kind);
    wdm_tabular_text(table, m->state);
    wdm_tabular_integer(table, m->attempts);
    wdm_tabular_integer(table, m->alert_id);
    wdm_tabular_text(table, m->last_error);
    wdm_tabular_text(table, m->subject);
    wdm_tabular_text(table, m->name);
    return WDM_OK;
}

static wdm_rc list(const wdm_cli *cli, wdm_err *err)
{
    const char *state = wdm_cli_value(cli, "state");
    const bool all = state != NULL && strcmp(state, "all") == 0;
    wdm_store *store = NULL;
    wdm_tabular table = {0};
    wdm_rc rc = WDM_OK;
    if (state != NULL && !all && strcmp(state, "open") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "--state: \"%s\" is not known; write open (what waits) or all",
                           state);
    wdm_tabular_init(&table, columns, sizeof columns / sizeof columns[0]);
    rc = wdm_store_open(&store, cli->store, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_message(store, !all, put_row, &table, err);
    if (rc == WDM_OK && table.n_cells == 0 && cli->format == WDM_FORMAT_TABLE)
        wdm_cli_say(cli, "%s\n", all ? "No messages." : "No message waits.");
    else if (rc == WDM_OK)
        rc = wdm_cli_print(cli, &table, err);
    wdm_tabular_fini(&table);
    wdm_store_close(store);
    return rc;
}

typedef struct shown {
    int64_t message_id;
    bool found;
} shown;

static wdm_rc show_one(void *context, const wdm_message *m, wdm_err *err)
{
    shown *s = context;
    (void)err;
    if (m->message_id != s->message_id)
        return WDM_OK;
    s->found = true;
    printf("%s\n\n%s", m->subject, m->text);
    return WDM_OK;
}

static wdm_rc show(const wdm_cli *cli, int64_t message_id, wdm_err *err)
{
    shown s = {message_id, false};
    wdm_store *store = NULL;
    wdm_rc rc = wdm_store_open(&store, cli->store, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_message(store, false, show_one, &s, err);
    if (rc == WDM_OK && !s.found)
        rc = wdm_err_set(err, WDM_E_DATA, "there is no message %lld; wdm alert outbox --state all shows them",
                         (long long)message_id);
    wdm_store_close(store);
    return rc;
}

typedef struct dropping {
    int64_t message_id;
    char why[WDM_ERR_TEXT_MAX];
} dropping;

static wdm_rc store_drop(void *context, wdm_store *store, const wdm_run *run, wdm_err *err)
{
    const dropping *d = context;
    (void)run;
    return wdm_store_set_message(store, d->message_id, "dropped", d->why, err);
}

// Under the run's lock: nothing is being delivered meanwhile.
static wdm_rc drop(const wdm_cli *cli, int64_t message_id, wdm_err *err)
{
    const char *by = "", *reason = "";
    char parameters[64];
    dropping d = {.message_id = message_id};
    wdm_run run = {.stage = "alert outbox", .parameters = parameters, .input_hash = ""};
    wdm_store *store = NULL;
    wdm_rc rc = wdm_cli_remark(cli, "by", &by, err);
    if (rc == WDM_OK)
        rc = wdm_cli_remark(cli, "reason", &reason, err);
    if (rc != WDM_OK)
        return rc;
    if (by[0] == '\0' || reason[0] == '\0')
        return wdm_err_set(err, WDM_E_USAGE,
                           "alert outbox drop: say who and why, as in: wdm alert outbox drop %lld --by NAME "
                           "--reason TEXT",
                           (long long)message_id);
    (void)snprintf(parameters, sizeof parameters, "message_id=%lld", (long long)message_id);
    (void)snprintf(d.why, sizeof d.why, "dropped by %.500s: %.1000s", by, reason);
    rc = wdm_store_open(&store, cli->store, WDM_STORE_WRITE, 30, err);
    if (rc == WDM_OK)
        rc = wdm_session_change(cli, store, &run, store_drop, &d, err);
    wdm_store_close(store);
    if (rc == WDM_OK)
        wdm_cli_say(cli, "Message %lld dropped by %s.%s\n", (long long)message_id, by,
                    cli->dry_run ? " Nothing was stored." : "");
    return rc;
}

static wdm_rc retry(const wdm_cli *cli, wdm_err *err)
{
    wdm_notify_settings settings;
    wdm_session session = {0};
    wdm_rc rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    wdm_notify_settings_default(&settings);
    if (rc == WDM_OK)
        settings = session.config.settings.notify;
    wdm_session_close(&session);
    return rc == WDM_OK ? wdm_notify_deliver(cli, &settings, err) : rc;
}

wdm_rc wdm_alert_outbox(const wdm_cli *cli, wdm_err *err)
{
    const char *word = cli->n_args > 1 ? cli->args[1] : "list";
    const bool one = strcmp(word, "show") == 0 || strcmp(word, "drop") == 0;
    int64_t message_id = 0;
    int lock = -1;
    wdm_rc rc = WDM_OK;
    if (!one && strcmp(word, "list") != 0 && strcmp(word, "retry") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "alert outbox: \"%s\" is not one of list, show, retry, drop",
                           word);
    if (one ? cli->n_args != 3 || !wdm_integer_parse(cli->args[2], &message_id) : cli->n_args > 2)
        return wdm_err_set(err, WDM_E_USAGE, "alert outbox %s %s", word,
                           one ? "wants one message number" : "takes no further word");
    if (strcmp(word, "list") == 0)
        return list(cli, err);
    if (strcmp(word, "show") == 0)
        return show(cli, message_id, err);
    rc = wdm_run_lock(cli, &lock, err);
    if (rc == WDM_OK)
        rc = one ? drop(cli, message_id, err) : retry(cli, err);
    wdm_lock_drop(lock);
    return rc;
}
