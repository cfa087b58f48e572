// SPDX-License-Identifier: GPL-3.0-or-later
// wdm alert --notify: what to say, into the outbox in one transaction; then delivery.
#include "notify.h"

#include <stdio.h>
#include <string.h>

#include "base/lock.h"
#include "base/mem.h"
#include "io/file.h"
#include "notify_parts.h"

wdm_rc wdm_run_lock(const wdm_cli *cli, int *fd, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_rc rc = WDM_OK;
    *fd = -1;
    if (snprintf(path, sizeof path, "%s.run.lock", cli->store) >= (int)sizeof path)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", cli->store);
    rc = wdm_lock_take(path, 0, fd, err);
    return rc == WDM_E_BUSY
               ? wdm_err_set(err, rc, "another wdm run or wdm alert --notify is at work (lock %s)", path)
               : rc;
}

wdm_rc wdm_notify_path(const wdm_cli *cli, const char *given, char path[WDM_PATH_MAX], wdm_err *err)
{
    const char *slash = strrchr(cli->store, '/');
    const int folder = given[0] == '/' || slash == NULL ? 0 : (int)(slash - cli->store) + 1;
    if (snprintf(path, WDM_PATH_MAX, "%.*s%s", folder, cli->store, given) >= WDM_PATH_MAX)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", given);
    return WDM_OK;
}

void wdm_notifier_fini(wdm_notifier *n)
{
    for (size_t i = 0; i < n->weeks.n; i++) {
        wdm_free(n->weeks.rows[i].sites.rows);
        wdm_free(n->weeks.rows[i].regions.rows);
    }
    for (size_t i = 0; i < n->pictures.n; i++)
        wdm_buf_fini(&n->pictures.rows[i].png);
    wdm_free(n->weeks.rows);
    wdm_free(n->pictures.rows);
    wdm_free(n->silences.rows);
    wdm_arena_fini(&n->arena);
    wdm_session_close(&n->session);
}

static wdm_rc compose_all(wdm_notifier *n, wdm_err *err)
{
    char parameters[32], date[WDM_DATE_TEXT];
    wdm_run run = {.stage = "notify", .parameters = parameters, .input_hash = ""};
    wdm_rc rc = wdm_store_begin(n->session.store, err);
    (void)snprintf(parameters, sizeof parameters, "as_of=%s", wdm_day_format(n->cli->as_of, date));
    if (rc == WDM_OK)
        rc = wdm_store_run_start(n->session.store, &run, err);
    n->run_id = run.run_id;
    if (rc == WDM_OK)
        rc = wdm_store_load_silences(n->session.store, &n->arena, &n->silences, err);
    for (int t = 0; t < WDM_TRANSPORT_EVENTS && rc == WDM_OK; t++) {
        if (n->settings->on[t])
            rc = wdm_notify_compose(n, (wdm_transport)t, err);
    }
    const bool keep = !n->cli->dry_run && n->n_messages + n->n_marked > 0;
    if (rc == WDM_OK && keep)
        rc = wdm_store_run_finish(n->session.store, &run, "done", n->n_marked, n->n_messages, err);
    if (rc == WDM_OK && keep)
        rc = wdm_store_commit(n->session.store, err);
    if (rc != WDM_OK || !keep)
        wdm_store_rollback(n->session.store);
    return rc;
}

static wdm_rc write_messages(const wdm_cli *cli, wdm_notify_settings *settings, wdm_err *err)
{
    wdm_notifier n = {.cli = cli, .settings = settings, .arena = WDM_ARENA_INIT};
    bool any = false;
    wdm_rc rc = wdm_session_open(&n.session, cli, WDM_STORE_WRITE, 60, err);
    if (rc == WDM_OK) {
        *settings = n.session.config.settings.notify;
        for (int t = 0; t < WDM_TRANSPORT_N; t++)
            any = any || settings->on[t];
        if (!any)
            rc = wdm_err_set(err, WDM_E_CONFIG,
                             "no transport is set: name one in the group notify of wdm.cfg, then wdm init");
    }
    if (rc == WDM_OK)
        rc = wdm_session_refuse_earlier(n.session.store, cli->as_of, err);
    if (rc == WDM_OK)
        rc = compose_all(&n, err);
    wdm_notifier_fini(&n);
    return rc;
}

static wdm_rc write_state(const wdm_cli *cli, const wdm_notify_settings *settings, wdm_err *err)
{
    wdm_notifier n = {.cli = cli, .settings = settings, .arena = WDM_ARENA_INIT};
    wdm_rc rc = WDM_OK;
    if (!settings->on[WDM_TRANSPORT_ALERTMANAGER] && !settings->on[WDM_TRANSPORT_PROMETHEUS])
        return WDM_OK;
    rc = wdm_session_open(&n.session, cli, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_load_silences(n.session.store, &n.arena, &n.silences, err);
    if (rc == WDM_OK)
        rc = wdm_notify_state(&n, err);
    wdm_notifier_fini(&n);
    return rc;
}

wdm_rc wdm_notify(const wdm_cli *cli, wdm_err *err)
{
    wdm_notify_settings settings;
    wdm_err failed = {WDM_OK, ""};
    wdm_rc rc = WDM_OK;
    wdm_notify_settings_default(&settings);
    rc = write_messages(cli, &settings, err);
    if (rc != WDM_OK || cli->dry_run)
        return rc;
    rc = wdm_notify_deliver(cli, &settings, err);
    // What is so now is said even when a message could not be delivered; both failures are told, with the
    // status of the first.
    const wdm_rc state = write_state(cli, &settings, rc == WDM_OK ? err : &failed);
    return rc == WDM_OK ? state : state == WDM_OK ? rc : wdm_err_also(err, failed.text);
}
