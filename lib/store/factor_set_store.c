// SPDX-License-Identifier: GPL-3.0-or-later
// Factor sets of the store: choosing an older one.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "store/db.h"

enum { SETS_MAX = 4096, SET_NAME = 20 };

// Adds the names that begin so ("" all) to the list, oldest first; the last one found goes to found.
static wdm_rc list_sets(wdm_store *store, const char *name, wdm_buf *list, char found[SET_NAME], size_t *n,
                        wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT factor_set FROM config_set WHERE substr(factor_set, 1, length(?1)) = ?1 OR "
                       "substr(factor_set, 4, length(?1)) = ?1 GROUP BY factor_set ORDER BY "
                       "min(config_set_id)",
                       &stmt, err);
    *n = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, name);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        (void)snprintf(found, SET_NAME, "%s", wdm_db_text(stmt, 0));
        wdm_buf_printf(list, "%s%s", *n == 0 ? "" : ", ", found);
        ++*n;
    }
    return rc;
}

static wdm_rc find_set(wdm_store *store, const char *name, char found[SET_NAME], wdm_err *err)
{
    wdm_buf list = {0};
    size_t n = 0;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&list, SETS_MAX);
    rc = list_sets(store, name, &list, found, &n, err);
    if (rc == WDM_OK && (n > 1 || name[0] == '\0'))
        rc = wdm_err_set(err, WDM_E_USAGE, "factor set \"%s\": several begin so: %s", name,
                         wdm_buf_text(&list));
    else if (rc == WDM_OK && n == 0) {
        rc = list_sets(store, "", &list, found, &n, err);
        if (rc == WDM_OK)
            rc = wdm_err_set(err, WDM_E_USAGE, "factor set \"%s\" is not known; this store has %s", name,
                             n == 0 ? "none" : wdm_buf_text(&list));
    }
    wdm_buf_fini(&list);
    return rc;
}

wdm_rc wdm_store_choose_factor_set(wdm_store *store, const char *name, bool *other, wdm_err *err)
{
    char found[SET_NAME] = "";
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = find_set(store, name, found, err);
    *other = false;
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store, "SELECT 1 WHERE " WDM_DB_FACTOR_SET " <> ?1", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, found);
    rc = wdm_db_step(store, stmt, other, err);
    (void)sqlite3_reset(stmt);
    if (rc != WDM_OK || !*other)
        return rc;
    // It stands before the store's own table of that name in all statements of this connection.
    rc = wdm_db_exec(store, "CREATE TEMP TABLE config_current (one INTEGER, config_set_id INTEGER)", err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "INSERT INTO temp.config_current SELECT 1, s.config_set_id FROM config_set s WHERE "
            "s.factor_set = ?1 ORDER BY (SELECT max(r.run_id) FROM run r WHERE r.stage = 'init' "
            "AND r.input_hash = s.sha256) DESC, s.config_set_id DESC LIMIT 1",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, found);
    rc = wdm_db_run(store, stmt, err);
    store->chose_factor_set = rc == WDM_OK;
    return rc;
}
