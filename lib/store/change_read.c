// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/change_parts.h"
#include "store/change_store.h"

// ?1 run, ?2 and ?3 the dates (?2 < ?3): collections that ended after ?2 and on or before ?3.
static const char *const gather_sql[] = {
    "INSERT OR IGNORE INTO dirty SELECT site_key, day FROM changed WHERE run_id > ?1 AND ?2 <= ?3",
    "INSERT OR IGNORE INTO dirty SELECT site_key, day FROM sample WHERE site_key > 0 AND end_day > ?2 AND "
    "end_day <= ?3 AND ?1 = ?1",
    "INSERT OR IGNORE INTO dirty SELECT f.site_key, f.day FROM field f WHERE f.sample_id <> '' AND f.end_day "
    "> ?2 AND f.end_day <= ?3 AND ?1 = ?1 AND EXISTS (SELECT 1 FROM sample p WHERE p.site_key = 0 AND "
    "p.sample_id = f.sample_id)",
    "INSERT OR IGNORE INTO dirty SELECT s.site_key, p.day FROM published_load p CROSS JOIN site s ON "
    "s.site_id = p.place_id WHERE p.place_kind = 'site' AND p.day > ?2 AND p.day <= ?3 AND ?1 = ?1"};

// A sample of no site is placed by the one field row with its sample_id: each row that is noted under that
// number, as field row or as the same analysis in a file that names the site, may place it or no longer.
static const char *const place_sql[] = {
    "INSERT OR IGNORE INTO dirty_number SELECT p.sample_id FROM changed_sample c JOIN sample p USING "
    "(sample_key) WHERE c.run_id > ?1 AND ?2 <= ?3",
    "INSERT OR IGNORE INTO dirty_number SELECT f.sample_id FROM dirty d CROSS JOIN field f ON f.site_key = "
    "d.site_key AND f.day = d.day WHERE f.sample_id <> '' AND EXISTS (SELECT 1 FROM sample p WHERE "
    "p.site_key = 0 AND p.sample_id = f.sample_id) AND ?1 = ?1 AND ?2 <= ?3",
    "INSERT OR IGNORE INTO dirty_number SELECT q.sample_id FROM dirty d CROSS JOIN result r ON r.site_key = "
    "d.site_key AND r.day = d.day CROSS JOIN sample q ON q.sample_key = r.sample_key WHERE EXISTS (SELECT 1 "
    "FROM sample p WHERE p.site_key = 0 AND p.sample_id = q.sample_id) AND ?1 = ?1 AND ?2 <= ?3",
    "INSERT OR IGNORE INTO dirty SELECT f.site_key, f.day FROM dirty_number n CROSS JOIN field f ON "
    "f.sample_id = n.sample_id AND f.sample_id <> '' WHERE ?1 = ?1 AND ?2 <= ?3"};

static wdm_rc run_all(wdm_store *store, const char *const *statements, size_t n,
                      const wdm_changes_since *since, wdm_err *err)
{
    const bool later = since->as_of >= since->was_as_of;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        sqlite3_stmt *stmt = NULL;
        rc = wdm_db_prepare(store, statements[i], &stmt, err);
        if (rc != WDM_OK)
            return rc;
        wdm_db_bind_int(stmt, 1, since->run_id);
        wdm_db_bind_int(stmt, 2, later ? since->was_as_of : since->as_of);
        wdm_db_bind_int(stmt, 3, later ? since->as_of : since->was_as_of);
        rc = wdm_db_run(store, stmt, err);
    }
    return rc;
}

// Whether any sample of no site is stored that a field row could place.
static wdm_rc has_siteless(wdm_store *store, bool *has, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store, "SELECT 1 FROM sample WHERE site_key = 0 AND sample_type = 'sample' LIMIT 1", &stmt, err);
    *has = false;
    if (rc != WDM_OK)
        return rc;
    rc = wdm_db_step(store, stmt, has, err);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_changed(wdm_store *store, const wdm_changes_since *since, wdm_changed_fn fn, void *user,
                              wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool siteless = false;
    wdm_rc rc = wdm_db_exec(store,
                            "CREATE TEMP TABLE IF NOT EXISTS dirty (site_key INTEGER NOT NULL, day INTEGER "
                            "NOT NULL, PRIMARY KEY (site_key, day)) WITHOUT ROWID;"
                            "CREATE TEMP TABLE IF NOT EXISTS dirty_number (sample_id TEXT PRIMARY KEY) "
                            "WITHOUT ROWID;"
                            "DELETE FROM dirty; DELETE FROM dirty_number",
                            err);
    if (rc == WDM_OK)
        rc = run_all(store, gather_sql, sizeof gather_sql / sizeof gather_sql[0], since, err);
    if (rc == WDM_OK)
        rc = has_siteless(store, &siteless, err);
    if (rc == WDM_OK && siteless)
        rc = run_all(store, place_sql, sizeof place_sql / sizeof place_sql[0], since, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "SELECT s.site_id, d.day FROM dirty d JOIN site s USING (site_key) ORDER BY "
                            "s.site_id, d.day",
                            &stmt, err);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_day day = wdm_db_day(stmt, 1);
        rc = fn(user, wdm_db_text(stmt, 0), day == WDM_CHANGE_ALL_DAYS ? WDM_DAY_NONE : day, err);
    }
    if (stmt != NULL)
        (void)sqlite3_reset(stmt);
    return rc;
}
