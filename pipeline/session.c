// SPDX-License-Identifier: GPL-3.0-or-later
// Opening the store together with the config in force; shared by all stages.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "layouts.h"
#include "rules.h"
#include "session.h"
#include "store/estimate_state.h"
#include "store/trend_store.h"

const char *wdm_shipped_config(void)
{
    return wdm_file_exists(WDM_INSTALLED_CONFIG) ? WDM_INSTALLED_CONFIG : WDM_SOURCE_CONFIG;
}

wdm_rc wdm_config_check_rules(const wdm_config *config, wdm_err *err)
{
    wdm_rules rules = {0};
    const wdm_rc rc = wdm_rules_read(&rules, NULL, config, err);
    wdm_rules_fini(&rules);
    return rc;
}

wdm_rc wdm_session_load_config(wdm_session *session, const wdm_cli *cli, const char *dir, wdm_err *err)
{
    wdm_run run = {.stage = "init", .parameters = dir, .input_hash = ""};
    wdm_config fresh = {0};
    wdm_config_files files = {0};
    wdm_rc rc = wdm_config_files_read(&files, dir, wdm_shipped_config(), err);
    if (rc == WDM_OK)
        rc = wdm_config_parse(&fresh, &files, err);
    if (rc == WDM_OK)
        rc = wdm_config_check_rules(&fresh, err);
    if (rc == WDM_OK && fresh.warnings.len > 0)
        wdm_cli_say(cli, "%s", wdm_buf_text(&fresh.warnings));
    if (rc == WDM_OK && strcmp(fresh.set_sha256, session->config.set_sha256) != 0) {
        run.input_hash = fresh.set_sha256;
        rc = wdm_store_begin(session->store, err);
        if (rc == WDM_OK)
            rc = wdm_store_run_start(session->store, &run, err);
        if (rc == WDM_OK)
            rc = wdm_store_put_config(session->store, &files, &fresh, &run, err);
        if (rc == WDM_OK)
            rc = wdm_store_run_finish(session->store, &run, "done", (int64_t)files.n, (int64_t)files.n, err);
        if (rc == WDM_OK)
            rc = wdm_store_commit(session->store, err);
        if (rc == WDM_OK)
            wdm_cli_say(cli, "Config of %s is in force: factor set %s.\n", dir, fresh.factor_set);
    }
    wdm_config_fini(&fresh);
    wdm_config_files_fini(&files);
    if (rc == WDM_OK) {
        wdm_config_fini(&session->config);
        wdm_config_files_fini(&session->files);
        rc = wdm_store_get_config(session->store, &session->config, &session->files, err);
    }
    return rc;
}

wdm_rc wdm_session_open(wdm_session *session, const wdm_cli *cli, wdm_store_mode mode, int wait_s,
                        wdm_err *err)
{
    const char *factor_set = wdm_cli_value(cli, "factor-set");
    wdm_rc rc = WDM_OK;
    memset(session, 0, sizeof *session);
    rc = wdm_store_open(&session->store, cli->store, mode, wait_s, err);
    if (rc == WDM_OK && factor_set != NULL)
        rc = wdm_store_choose_factor_set(session->store, factor_set, &session->other_factor_set, err);
    if (rc == WDM_OK)
        rc = wdm_store_get_config(session->store, &session->config, &session->files, err);
    if (rc == WDM_OK && mode != WDM_STORE_READ && cli->config != NULL && !cli->dry_run && factor_set == NULL)
        rc = wdm_session_load_config(session, cli, cli->config, err);
    return rc;
}

void wdm_session_close(wdm_session *session)
{
    wdm_config_fini(&session->config);
    wdm_config_files_fini(&session->files);
    wdm_layouts_free(session->layouts);
    wdm_store_close(session->store);
    memset(session, 0, sizeof *session);
}

wdm_rc wdm_session_guard_as_of(wdm_session *session, const wdm_cli *cli, wdm_err *err)
{
    wdm_last_run last = {0};
    char given[WDM_DATE_TEXT];
    char made[WDM_DATE_TEXT];
    wdm_rc rc = cli->as_of_given ? wdm_store_last_run(session->store, "estimate", &last, err) : WDM_OK;
    if (rc != WDM_OK || !last.found || last.as_of == WDM_DAY_NONE || cli->as_of >= last.as_of)
        return rc;
    return wdm_err_set(err, WDM_E_USAGE,
                       "--as-of %s: the estimates are as of %s and count later samples; run wdm estimate "
                       "--as-of %s first, on a "
                       "copy of the store",
                       wdm_day_format(cli->as_of, given), wdm_day_format(last.as_of, made), given);
}

wdm_rc wdm_session_guard_shards(wdm_session *session, wdm_err *err)
{
    wdm_estimates made = {0};
    char date[WDM_DATE_TEXT];
    wdm_rc rc = wdm_store_estimates(session->store, session->config.factor_set, &made, err);
    if (rc != WDM_OK || !made.found || made.whole)
        return rc;
    return wdm_err_set(
        err, WDM_E_CONFIG,
        "%d of %d shards have made their estimates of the same results as of %s; run the others "
        "(wdm estimate --shard K/%d --as-of %s), or wdm estimate",
        made.n_made, made.parts, wdm_day_format(made.state.as_of, date), made.parts, date);
}

wdm_rc wdm_session_refuse_earlier(wdm_store *store, wdm_day as_of, wdm_err *err)
{
    char given[WDM_DATE_TEXT];
    char before[WDM_DATE_TEXT];
    wdm_last_run last = {0};
    wdm_rc rc = wdm_store_last_run(store, "alert", &last, err);
    if (rc != WDM_OK || !last.found || last.as_of == WDM_DAY_NONE || as_of >= last.as_of)
        return rc;
    return wdm_err_set(err, WDM_E_USAGE,
                       "--as-of %s is before the last evaluation, %s, and the alerts' history is not "
                       "rewritten; give a later date, or work on a copy of the store from before",
                       wdm_day_format(as_of, given), wdm_day_format(last.as_of, before));
}

wdm_rc wdm_session_change(const wdm_cli *cli, wdm_store *store, wdm_run *run, wdm_change_fn *change,
                          void *context, wdm_err *err)
{
    wdm_rc rc = wdm_store_begin(store, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(store, run, err);
    if (rc == WDM_OK)
        rc = change(context, store, run, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(store, run, "done", 1, 1, err);
    if (rc == WDM_OK && !cli->dry_run)
        rc = wdm_store_commit(store, err);
    if (rc != WDM_OK || cli->dry_run)
        wdm_store_rollback(store);
    return rc;
}
