// SPDX-License-Identifier: GPL-3.0-or-later
// Factor sets of the store: choosing an older one.
#include "store/factor_set_store.h"

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

// ---- two sets

#define KEY_OF(parameter) "(SELECT factor_set_key FROM factor_set WHERE factor_set = " parameter ")"

wdm_rc wdm_store_has_estimates(wdm_store *store, const char *factor_set, bool *has, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, "SELECT 1 FROM weekly WHERE factor_set_key = " KEY_OF("?1") " LIMIT 1",
                               &stmt, err);
    *has = false;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    rc = wdm_db_step(store, stmt, has, err);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_set_ratio(wdm_store *store, const char *old_set, const char *new_set,
                                wdm_set_ratio_fn fn, void *user, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT d.drug_id, a.analyte_id, n.quantity, n.estimate / o.estimate AS ratio FROM weekly n JOIN "
        "weekly o "
        "ON o.site_key = n.site_key AND o.drug_key = n.drug_key AND o.biomarker_key = n.biomarker_key AND "
        "o.quantity = n.quantity AND o.week = n.week AND o.factor_set_key = " KEY_OF(
            "?1") " JOIN drug d ON d.drug_key = n.drug_key JOIN analyte a ON a.analyte_key = n.biomarker_key "
                  "WHERE "
                  "n.factor_set_key = " KEY_OF(
                      "?2") " AND n.estimate IS NOT NULL AND o.estimate > 0 ORDER BY 1, 2, 3, 4",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, old_set);
    wdm_db_bind_text(stmt, 2, new_set);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_set_ratio ratio = {wdm_db_text(stmt, 0), wdm_db_text(stmt, 1),
                                     (wdm_quantity)sqlite3_column_int(stmt, 2), wdm_db_real(stmt, 3)};
        rc = fn(user, &ratio, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_set_only(wdm_store *store, const char *in, const char *not_in, wdm_set_only_fn fn,
                               void *user, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT s.site_id, d.drug_id, a.analyte_id, n.quantity, count(*) FROM weekly n JOIN site s USING "
        "(site_key) JOIN drug d ON d.drug_key = n.drug_key JOIN analyte a ON a.analyte_key = n.biomarker_key "
        "WHERE "
        "n.factor_set_key = " KEY_OF(
            "?1") " AND NOT EXISTS (SELECT 1 FROM weekly o WHERE o.site_key = n.site_key "
                  "AND o.drug_key = n.drug_key AND o.biomarker_key = n.biomarker_key AND o.quantity = "
                  "n.quantity AND o.week "
                  "= n.week AND o.factor_set_key = " KEY_OF("?2") ") GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, in);
    wdm_db_bind_text(stmt, 2, not_in);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_set_only only = {wdm_db_text(stmt, 0), wdm_db_text(stmt, 1), wdm_db_text(stmt, 2),
                                   (wdm_quantity)sqlite3_column_int(stmt, 3), sqlite3_column_int64(stmt, 4)};
        rc = fn(user, &only, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}
