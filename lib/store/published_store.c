// SPDX-License-Identifier: GPL-3.0-or-later
// Published loads, and what a publisher printed beside them.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/batch_store.h"
#include "store/change_parts.h"
#include "store/db.h"
#include "store/missing_parts.h"

#define SITE_KEY "SELECT site_key FROM site WHERE site_id = ?1"
#define ANALYTE_KEY "SELECT analyte_key FROM analyte WHERE analyte_id = ?1"

typedef struct stored_load {
    int64_t last_revision;
    wdm_outcome outcome;
} stored_load;

static void bind_place(sqlite3_stmt *stmt, const wdm_config *config, const wdm_load_row *row, int64_t analyte)
{
    wdm_db_bind_text(stmt, 1, row->site == WDM_NONE ? "region" : "site");
    wdm_db_bind_text(stmt, 2, row->site == WDM_NONE ? row->region_id : config->sites.rows[row->site].site_id);
    wdm_db_bind_int(stmt, 3, row->day);
    wdm_db_bind_int(stmt, 4, analyte);
}

static wdm_rc find_load(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                        const wdm_load_row *row, int64_t analyte, stored_load *old, wdm_put *put,
                        wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT p.revision, p.state, p.load_mg_d_1000, p.limit_mg_d_1000, "
                               "p.raw_value, p.line, p.batch_id, b.name, "
                               "b.file, b.status <> 'undone' FROM published_load p JOIN batch b USING "
                               "(batch_id) WHERE p.place_kind = ?1 AND "
                               "p.place_id = ?2 AND p.day = ?3 AND p.analyte_key = ?4 ORDER BY p.revision",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_place(stmt, config, row, analyte);
    while ((rc = wdm_db_step(store, stmt, &found, err)) == WDM_OK && found) {
        old->last_revision = sqlite3_column_int64(stmt, 0);
        if (!sqlite3_column_int(stmt, 9))
            continue;
        put->of_batch_id = sqlite3_column_int64(stmt, 6);
        put->same_file = put->of_batch_id == batch->batch_id;
        (void)snprintf(put->what, sizeof put->what, "%s (batch %s, line %lld)", wdm_db_text(stmt, 4),
                       wdm_db_text(stmt, 7), (long long)sqlite3_column_int64(stmt, 5));
        if (sqlite3_column_int(stmt, 1) == row->state &&
            wdm_db_same(wdm_db_real(stmt, 2), row->load_mg_d_1000) &&
            wdm_db_same(wdm_db_real(stmt, 3), row->limit_mg_d_1000))
            old->outcome = WDM_OUTCOME_SAME;
        else if (sqlite3_column_int64(stmt, 6) != batch->batch_id &&
                 (batch->replace || strcmp(wdm_db_text(stmt, 8), batch->file) == 0))
            old->outcome = WDM_OUTCOME_CORRECTED;
        else
            old->outcome = WDM_OUTCOME_CONFLICT;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

// A load of a region is compared with, never estimated from.
static wdm_rc note_load(wdm_store *store, const char *site_id, wdm_day day, wdm_err *err)
{
    int64_t site = 0;
    const wdm_rc rc = wdm_db_key(store, SITE_KEY, site_id, &site, err);
    return rc == WDM_OK ? wdm_change_note(store, site, day, err) : rc;
}

wdm_rc wdm_store_put_load(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                          const wdm_run *run, const wdm_load_row *row, wdm_put *put, wdm_err *err)
{
    stored_load old = {0, WDM_OUTCOME_STORED};
    const char *analyte_id = config->analytes.rows[row->analyte].analyte_id;
    const char *place = row->site == WDM_NONE ? row->region_id : config->sites.rows[row->site].site_id;
    int64_t analyte = 0;
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_key(store, ANALYTE_KEY, analyte_id, &analyte, err);
    put->what[0] = '\0';
    put->same_file = false;
    put->of_batch_id = 0;
    if (rc == WDM_OK)
        rc = find_load(store, config, batch, row, analyte, &old, put, err);
    put->outcome = old.outcome;
    if (rc == WDM_OK && (put->outcome == WDM_OUTCOME_SAME || put->outcome == WDM_OUTCOME_CONFLICT))
        return wdm_missing_note_load(store, row->site == WDM_NONE ? "region" : "site", place, row->day,
                                     analyte, err);
    if (rc != WDM_OK)
        return rc;
    if (put->outcome == WDM_OUTCOME_CORRECTED) {
        char item[400];
        const wdm_audit audit = {"correct",   item,          put->what,       row->raw_value,
                                 batch->file, batch->sha256, batch->batch_id, (int64_t)row->line};
        const wdm_audit_subject subject = {row->site == WDM_NONE ? "" : place, "", analyte_id, row->day};
        (void)snprintf(item, sizeof item, "published load %s %s", place, analyte_id);
        rc = wdm_store_put_audit_of(store, run, &audit, &subject, err);
    }
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "INSERT INTO published_load (place_kind, place_id, day, analyte_key, revision, "
                            "state, load_mg_d_1000, "
                            "limit_mg_d_1000, batch_id, line, column_name, flags, raw_value) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_place(stmt, config, row, analyte);
    wdm_db_bind_int(stmt, 5, old.last_revision + 1);
    wdm_db_bind_int(stmt, 6, row->state);
    wdm_db_bind_real(stmt, 7, row->load_mg_d_1000);
    wdm_db_bind_real(stmt, 8, row->limit_mg_d_1000);
    wdm_db_bind_int(stmt, 9, batch->batch_id);
    wdm_db_bind_int(stmt, 10, (int64_t)row->line);
    wdm_db_bind_text(stmt, 11, row->column);
    wdm_db_bind_int(stmt, 12, row->flags);
    wdm_db_bind_text(stmt, 13, row->raw_value);
    rc = wdm_db_run(store, stmt, err);
    return rc == WDM_OK && row->site != WDM_NONE ? note_load(store, place, row->day, err) : rc;
}

// Keys of site and analyte into the first two parameters.
static wdm_rc bind_series(wdm_store *store, sqlite3_stmt **stmt, const char *sql, const char *site_id,
                          const char *analyte_id, wdm_err *err)
{
    int64_t site = 0;
    int64_t analyte = 0;
    wdm_rc rc = wdm_db_key(store, SITE_KEY, site_id, &site, err);
    if (rc == WDM_OK)
        rc = wdm_db_key(store, ANALYTE_KEY, analyte_id, &analyte, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store, sql, stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(*stmt, 1, site);
    wdm_db_bind_int(*stmt, 2, analyte);
    return WDM_OK;
}

wdm_rc wdm_store_put_published_mean(wdm_store *store, const wdm_batch *batch, const wdm_published_mean *row,
                                    wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = bind_series(store, &stmt,
                            "INSERT OR REPLACE INTO published_mean (site_key, analyte_key, year, "
                            "weekday_mean, weekend_mean, daily_mean, "
                            "batch_id, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                            row->site_id, row->analyte_id, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 3, row->year);
    wdm_db_bind_real(stmt, 4, row->weekday_mean);
    wdm_db_bind_real(stmt, 5, row->weekend_mean);
    wdm_db_bind_real(stmt, 6, row->daily_mean);
    wdm_db_bind_int(stmt, 7, batch->batch_id);
    wdm_db_bind_int(stmt, 8, (int64_t)row->line);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_put_published_change(wdm_store *store, const wdm_batch *batch,
                                      const wdm_published_change *row, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc =
        bind_series(store, &stmt,
                    "INSERT OR REPLACE INTO published_change (site_key, analyte_key, year, year_previous, "
                    "value, value_previous, "
                    "change_pct, class, batch_id, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                    row->site_id, row->analyte_id, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 3, row->year);
    if (row->year_previous != 0)
        wdm_db_bind_int(stmt, 4, row->year_previous);
    wdm_db_bind_real(stmt, 5, row->value);
    wdm_db_bind_real(stmt, 6, row->value_previous);
    wdm_db_bind_real(stmt, 7, row->change_pct);
    wdm_db_bind_text(stmt, 8, row->class_word);
    wdm_db_bind_int(stmt, 9, batch->batch_id);
    wdm_db_bind_int(stmt, 10, (int64_t)row->line);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_put_population(wdm_store *store, const wdm_batch *batch, const char *site_id, wdm_day from,
                                double population, const char *source, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t site = 0;
    wdm_rc rc = wdm_db_key(store, SITE_KEY, site_id, &site, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "INSERT OR REPLACE INTO imported_population (site_key, valid_from, population, source, batch_id) "
            "VALUES (?1, ?2, ?3, ?4, ?5)",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, site);
    wdm_db_bind_int(stmt, 2, from);
    wdm_db_bind_real(stmt, 3, population);
    wdm_db_bind_text(stmt, 4, source);
    wdm_db_bind_int(stmt, 5, batch->batch_id);
    rc = wdm_db_run(store, stmt, err);
    return rc == WDM_OK ? wdm_change_note(store, site, WDM_CHANGE_ALL_DAYS, err) : rc;
}
