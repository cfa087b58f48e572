// SPDX-License-Identifier: GPL-3.0-or-later
// wdm init: makes or upgrades the store and puts the config tables in force.
#include <stdio.h>
#include <string.h>

#include "session.h"

static wdm_rc check_only(const wdm_cli *cli, const char *dir, wdm_err *err)
{
    wdm_config config = {0};
    wdm_config_files files = {0};
    wdm_rc rc = wdm_config_files_read(&files, dir, wdm_shipped_config(), err);
    if (rc == WDM_OK)
        rc = wdm_config_parse(&config, &files, err);
    if (rc == WDM_OK)
        rc = wdm_config_check_rules(&config, err);
    if (rc == WDM_OK)
        wdm_cli_say(cli, "%sThe config in %s is good: factor set %s. Nothing was changed.\n",
                    wdm_buf_text(&config.warnings), dir, config.factor_set);
    wdm_config_fini(&config);
    wdm_config_files_fini(&files);
    return rc;
}

static wdm_rc run_init(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    const char *dir = cli->config == NULL ? wdm_shipped_config() : cli->config;
    wdm_rc rc = WDM_OK;
    if (cli->dry_run)
        return check_only(cli, dir, err);
    rc = wdm_store_open(&session.store, cli->store, WDM_STORE_CREATE, 30, err);
    if (rc == WDM_OK) {
        wdm_err none = {WDM_OK, ""};
        if (wdm_store_get_config(session.store, &session.config, &session.files, &none) != WDM_OK &&
            none.rc != WDM_E_CONFIG)
            rc = wdm_err_set(err, none.rc, "%s", none.text);
    }
    if (rc == WDM_OK)
        rc = wdm_session_load_config(&session, cli, dir, err);
    if (rc == WDM_OK)
        wdm_cli_say(cli, "Store %s: %zu sites, %zu analytes, %zu drugs, factor set %s.\n", cli->store,
                    session.config.sites.n, session.config.analytes.n, session.config.drugs.n,
                    session.config.factor_set);
    wdm_session_close(&session);
    return rc;
}

const wdm_stage wdm_stage_init = {
    .name = "init",
    .usage = "",
    .summary = "make or upgrade the store and load the config tables",
    .details =
        "Keeps the bytes of every config file, so that results of an older version stay reproducible.\n"
        "A table that the config folder lacks is taken from the shipped one.\n",
    .run = run_init,
};
