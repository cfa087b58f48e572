// SPDX-License-Identifier: GPL-3.0-or-later
// Counts of tests (hair tests and the like), append-only by revision.
#include <stdio.h>
#include <string.h>

#include "store/batch_store.h"
#include "store/db.h"

static void bind_key(sqlite3_stmt *stmt, const wdm_indicator *row)
{
    wdm_db_bind_text(stmt, 1, row->region_id);
    wdm_db_bind_int(stmt, 2, row->period_start);
    wdm_db_bind_int(stmt, 3, row->period_end);
    wdm_db_bind_text(stmt, 4, row->kind);
    wdm_db_bind_text(stmt, 5, row->substance);
}

static wdm_rc find_indicator(wdm_store *store, const wdm_batch *batch, const wdm_indicator *row,
                             int64_t *last_revision, wdm_put *put, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT i.revision, i.tested, i.positive, i.line, i.batch_id, b.name, b.file, b.status <> 'undone' "
        "FROM indicator i JOIN batch b USING (batch_id) WHERE i.region_id = ?1 AND i.period_start = ?2 AND "
        "i.period_end = ?3 AND i.kind = ?4 AND i.substance = ?5 ORDER BY i.revision",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_key(stmt, row);
    while ((rc = wdm_db_step(store, stmt, &found, err)) == WDM_OK && found) {
        *last_revision = sqlite3_column_int64(stmt, 0);
        if (!sqlite3_column_int(stmt, 7))
            continue;
        put->of_batch_id = sqlite3_column_int64(stmt, 4);
        put->same_file = put->of_batch_id == batch->batch_id;
        (void)snprintf(put->what, sizeof put->what, "%lld of %lld positive (batch %s, line %lld)",
                       (long long)sqlite3_column_int64(stmt, 2), (long long)sqlite3_column_int64(stmt, 1),
                       wdm_db_text(stmt, 5), (long long)sqlite3_column_int64(stmt, 3));
        if (sqlite3_column_int64(stmt, 1) == row->tested && sqlite3_column_int64(stmt, 2) == row->positive)
            put->outcome = WDM_OUTCOME_SAME;
        else if (!put->same_file && (batch->replace || strcmp(wdm_db_text(stmt, 6), batch->file) == 0))
            put->outcome = WDM_OUTCOME_CORRECTED;
        else
            put->outcome = WDM_OUTCOME_CONFLICT;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_put_indicator(wdm_store *store, const wdm_batch *batch, const wdm_run *run,
                               const wdm_indicator *row, wdm_put *put, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t last_revision = 0;
    wdm_rc rc = find_indicator(store, batch, row, &last_revision, put, err);
    if (rc != WDM_OK || put->outcome == WDM_OUTCOME_SAME || put->outcome == WDM_OUTCOME_CONFLICT)
        return rc;
    if (put->outcome == WDM_OUTCOME_CORRECTED) {
        char item[400];
        char fresh[64];
        const wdm_audit audit = {"correct",   item,          put->what,       fresh,
                                 batch->file, batch->sha256, batch->batch_id, (int64_t)row->line};
        (void)snprintf(item, sizeof item, "indicator %s %s %s", row->region_id, row->kind, row->substance);
        (void)snprintf(fresh, sizeof fresh, "%lld of %lld positive", (long long)row->positive,
                       (long long)row->tested);
        rc = wdm_store_put_audit(store, run, &audit, err);
    }
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "INSERT INTO indicator (region_id, period_start, period_end, kind, substance, "
                            "revision, tested, positive, source, "
                            "batch_id, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_key(stmt, row);
    wdm_db_bind_int(stmt, 6, last_revision + 1);
    wdm_db_bind_int(stmt, 7, row->tested);
    wdm_db_bind_int(stmt, 8, row->positive);
    wdm_db_bind_text(stmt, 9, row->source);
    wdm_db_bind_int(stmt, 10, batch->batch_id);
    wdm_db_bind_int(stmt, 11, (int64_t)row->line);
    return wdm_db_run(store, stmt, err);
}
