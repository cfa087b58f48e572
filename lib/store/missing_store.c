// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of an earlier issue of a file that the new issue lacks. A repeated row is not stored again, so the
// keys of those are noted in temporary tables while a batch that corrects another is imported.
#include <string.h>

#include "store/batch_store.h"
#include "store/missing_parts.h"

wdm_rc wdm_missing_begin(wdm_store *store, bool wanted, wdm_err *err)
{
    store->notes_rows = wanted;
    if (!wanted)
        return WDM_OK;
    return wdm_db_exec(
        store,
        "CREATE TEMP TABLE IF NOT EXISTS repeated_result (site_key INTEGER NOT NULL, day INTEGER NOT NULL, "
        "analyte_key INTEGER NOT NULL, sample_key INTEGER NOT NULL, method_key INTEGER NOT NULL, replicate "
        "INTEGER NOT NULL, PRIMARY KEY (site_key, day, analyte_key, sample_key, method_key, replicate)) "
        "WITHOUT ROWID;"
        "CREATE TEMP TABLE IF NOT EXISTS repeated_field (site_key INTEGER NOT NULL, day INTEGER NOT NULL, "
        "sample_id TEXT NOT NULL, PRIMARY KEY (site_key, day, sample_id)) WITHOUT ROWID;"
        "CREATE TEMP TABLE IF NOT EXISTS repeated_load (place_kind TEXT NOT NULL, place_id TEXT NOT NULL, "
        "day INTEGER NOT NULL, analyte_key INTEGER NOT NULL, PRIMARY KEY (place_kind, place_id, day, "
        "analyte_key)) WITHOUT ROWID;"
        "DELETE FROM repeated_result; DELETE FROM repeated_field; DELETE FROM repeated_load",
        err);
}

wdm_rc wdm_missing_note_result(wdm_store *store, const int64_t key[6], wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = WDM_OK;
    if (!store->notes_rows)
        return WDM_OK;
    rc = wdm_db_prepare(store, "INSERT OR IGNORE INTO repeated_result VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &stmt,
                        err);
    for (int i = 0; i < 6 && rc == WDM_OK; i++)
        wdm_db_bind_int(stmt, i + 1, key[i]);
    return rc == WDM_OK ? wdm_db_run(store, stmt, err) : rc;
}

wdm_rc wdm_missing_note_field(wdm_store *store, int64_t site, wdm_day day, const char *sample_id,
                              wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = WDM_OK;
    if (!store->notes_rows)
        return WDM_OK;
    rc = wdm_db_prepare(store, "INSERT OR IGNORE INTO repeated_field VALUES (?1, ?2, ?3)", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, site);
    wdm_db_bind_int(stmt, 2, day);
    wdm_db_bind_text(stmt, 3, sample_id);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_missing_note_load(wdm_store *store, const char *kind, const char *place, wdm_day day,
                             int64_t analyte, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = WDM_OK;
    if (!store->notes_rows)
        return WDM_OK;
    rc = wdm_db_prepare(store, "INSERT OR IGNORE INTO repeated_load VALUES (?1, ?2, ?3, ?4)", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, kind);
    wdm_db_bind_text(stmt, 2, place);
    wdm_db_bind_int(stmt, 3, day);
    wdm_db_bind_int(stmt, 4, analyte);
    return wdm_db_run(store, stmt, err);
}

// The earlier issues: what this batch corrects, what that one corrected, and so on. A result is in force by
// its own batch, so one that another file holds is not of this chain. Results are not ordered by batch: this
// walks all of them, once for each file that is issued again.
static const char missing_sql[] =
    "WITH RECURSIVE earlier (batch_id) AS (SELECT corrects_batch_id FROM batch WHERE batch_id = ?1 AND "
    "corrects_batch_id IS NOT NULL UNION SELECT b.corrects_batch_id FROM batch b JOIN earlier USING "
    "(batch_id) WHERE b.corrects_batch_id IS NOT NULL) "
    "SELECT 'result', coalesce(s.site_id, ''), p.sample_id, a.analyte_id, trim(r.raw_value || ' ' || "
    "r.raw_unit), r.day, b.name, r.line, r.batch_id FROM result_current r JOIN batch b USING (batch_id) JOIN "
    "sample p USING (sample_key) JOIN analyte a USING (analyte_key) LEFT JOIN site s ON s.site_key = "
    "r.site_key WHERE r.batch_id IN (SELECT batch_id FROM earlier) AND NOT EXISTS (SELECT 1 FROM "
    "repeated_result t WHERE t.site_key = r.site_key AND t.day = r.day AND t.analyte_key = r.analyte_key AND "
    "t.sample_key = r.sample_key AND t.method_key = r.method_key AND t.replicate = r.replicate) "
    "UNION ALL "
    "SELECT 'flow', coalesce(s.site_id, ''), f.sample_id, '', CASE WHEN f.flow_m3_d IS NULL THEN '' ELSE "
    "printf('%.15g', f.flow_m3_d) END, f.day, b.name, "
    "f.line, f.batch_id FROM field_current f JOIN batch b USING (batch_id) LEFT JOIN site s ON s.site_key = "
    "f.site_key WHERE f.batch_id IN (SELECT batch_id FROM earlier) AND NOT EXISTS (SELECT 1 FROM "
    "repeated_field t WHERE t.site_key = f.site_key AND t.day = f.day AND t.sample_id = f.sample_id) "
    "UNION ALL "
    "SELECT 'load', l.place_id, '', a.analyte_id, l.raw_value, l.day, b.name, l.line, l.batch_id FROM "
    "published_load_current l JOIN batch b USING (batch_id) JOIN analyte a USING (analyte_key) WHERE "
    "l.batch_id IN (SELECT batch_id FROM earlier) AND NOT EXISTS (SELECT 1 FROM repeated_load t WHERE "
    "t.place_kind = l.place_kind AND t.place_id = l.place_id AND t.day = l.day AND t.analyte_key = "
    "l.analyte_key) "
    "ORDER BY 9, 8, 4, 3";

wdm_rc wdm_store_missing_rows(wdm_store *store, const wdm_batch *batch, wdm_missing_fn fn, void *user,
                              wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    wdm_rc rc = WDM_OK;
    if (!store->notes_rows)
        return WDM_OK;
    rc = wdm_db_prepare(store, missing_sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &found, err)) == WDM_OK && found) {
        const wdm_missing_row row = {.kind = wdm_db_text(stmt, 0),
                                     .site_id = wdm_db_text(stmt, 1),
                                     .sample_id = wdm_db_text(stmt, 2),
                                     .analyte_id = wdm_db_text(stmt, 3),
                                     .value = wdm_db_text(stmt, 4),
                                     .day = wdm_db_day(stmt, 5),
                                     .batch = wdm_db_text(stmt, 6),
                                     .line = sqlite3_column_int64(stmt, 7)};
        rc = fn(user, &row, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}
