// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/store.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/mem.h"
#include "io/file.h"
#include "store/change_parts.h"
#include "store/db.h"
#include "store/migrations.h"
#include "store/sql_functions.h"

const char *wdm_version(void)
{
    return WDM_VERSION;
}

// ---- statements

wdm_rc wdm_db_fail(wdm_store *store, wdm_err *err, const char *what)
{
    wdm_rc rc = WDM_E_INTERNAL;
    switch (sqlite3_errcode(store->db) & 0xff) {
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
        rc = WDM_E_CANTCREATE;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        rc = WDM_E_BUSY;
        break;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
        rc = WDM_E_IO;
        break;
    case SQLITE_NOMEM:
        rc = WDM_E_NOMEM;
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        rc = WDM_E_PERM;
        break;
    case SQLITE_NOTADB:
        rc = WDM_E_CONFIG;
        break;
    default:
        break;
    }
    return wdm_err_set(err, rc, "store %s: %s: %s", store->uri, what, sqlite3_errmsg(store->db));
}

wdm_rc wdm_db_prepare(wdm_store *store, const char *sql, sqlite3_stmt **stmt, wdm_err *err)
{
    *stmt = NULL;
    for (size_t i = 0; i < store->n_cached; i++) {
        if (store->cache[i].sql != sql)
            continue;
        *stmt = store->cache[i].stmt;
        (void)sqlite3_reset(*stmt);
        (void)sqlite3_clear_bindings(*stmt);
        return WDM_OK;
    }
    if (store->n_cached == WDM_STORE_STATEMENTS)
        return wdm_err_set(err, WDM_E_INTERNAL, "store: more than %d statements", WDM_STORE_STATEMENTS);
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK)
        return wdm_db_fail(store, err, "cannot prepare a statement");
    store->cache[store->n_cached].sql = sql;
    store->cache[store->n_cached].stmt = *stmt;
    store->n_cached++;
    return WDM_OK;
}

wdm_rc wdm_db_step(wdm_store *store, sqlite3_stmt *stmt, bool *row, wdm_err *err)
{
    const int rc = sqlite3_step(stmt);
    *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW)
        return WDM_OK;
    if (rc != SQLITE_DONE) {
        const wdm_rc failed = wdm_db_fail(store, err, "cannot run a statement");
        (void)sqlite3_reset(stmt);
        return failed;
    }
    (void)sqlite3_reset(stmt);
    return WDM_OK;
}

wdm_rc wdm_db_run(wdm_store *store, sqlite3_stmt *stmt, wdm_err *err)
{
    bool row = false;
    wdm_rc rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row) {
        (void)sqlite3_reset(stmt);
        return wdm_err_set(err, WDM_E_INTERNAL, "store: a statement returned rows where none were expected");
    }
    return rc;
}

wdm_rc wdm_db_exec(wdm_store *store, const char *sql, wdm_err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return wdm_db_fail(store, err, "cannot run a statement");
    return WDM_OK;
}

void wdm_db_bind_int(sqlite3_stmt *stmt, int at, int64_t value)
{
    (void)sqlite3_bind_int64(stmt, at, value);
}

void wdm_db_bind_null(sqlite3_stmt *stmt, int at)
{
    (void)sqlite3_bind_null(stmt, at);
}

void wdm_db_bind_real(sqlite3_stmt *stmt, int at, double value)
{
    if (isfinite(value))
        (void)sqlite3_bind_double(stmt, at, value);
    else
        wdm_db_bind_null(stmt, at);
}

void wdm_db_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    (void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT);
}

void wdm_db_bind_day(sqlite3_stmt *stmt, int at, wdm_day day)
{
    if (day == WDM_DAY_NONE)
        wdm_db_bind_null(stmt, at);
    else
        wdm_db_bind_int(stmt, at, day);
}

double wdm_db_real(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_type(stmt, at) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(stmt, at);
}

wdm_day wdm_db_day(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_type(stmt, at) == SQLITE_NULL ? WDM_DAY_NONE
                                                        : (wdm_day)sqlite3_column_int(stmt, at);
}

const char *wdm_db_text(sqlite3_stmt *stmt, int at)
{
    const unsigned char *text = sqlite3_column_text(stmt, at);
    return text == NULL ? "" : (const char *)text;
}

bool wdm_db_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

wdm_rc wdm_db_key(wdm_store *store, const char *select_sql, const char *name, int64_t *key, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, select_sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, name);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && !row)
        return wdm_err_set(err, WDM_E_INTERNAL, "store: \"%s\" has no key", name);
    if (rc == WDM_OK)
        *key = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_db_week(wdm_store *store, const char *select_sql, int32_t *week, bool *found, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, select_sql, &q, err);
    *found = false;
    if (rc != WDM_OK)
        return rc;
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row && sqlite3_column_type(q, 0) != SQLITE_NULL) {
        *week = sqlite3_column_int(q, 0);
        *found = true;
    }
    (void)sqlite3_reset(q);
    return rc;
}

// ---- opening

static wdm_rc schema_version(wdm_store *store, int *version, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = WDM_OK;
    // Not cached: the schema may change under it.
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &stmt, NULL) != SQLITE_OK)
        return wdm_db_fail(store, err, "cannot read its version");
    if (sqlite3_step(stmt) == SQLITE_ROW)
        *version = sqlite3_column_int(stmt, 0);
    else
        rc = wdm_db_fail(store, err, "cannot read its version");
    (void)sqlite3_finalize(stmt);
    return rc;
}

static wdm_rc record_migration(wdm_store *store, const wdm_migration *m, wdm_err *err)
{
    char sha256[WDM_SHA256_HEX];
    char now[WDM_WHEN_TEXT];
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, "INSERT INTO schema_migration VALUES (?1, ?2, ?3, ?4)", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_sha256_hex(m->sql, m->len, sha256);
    wdm_db_bind_int(stmt, 1, m->number);
    wdm_db_bind_text(stmt, 2, m->name);
    wdm_db_bind_text(stmt, 3, sha256);
    wdm_db_bind_text(stmt, 4, wdm_now_format(now));
    return wdm_db_run(store, stmt, err);
}

static wdm_rc migrate(wdm_store *store, int from, wdm_err *err)
{
    wdm_rc rc = wdm_store_begin(store, err);
    char pragma[64];
    if (rc == WDM_OK && from == 0)
        rc = wdm_db_exec(store,
                         "CREATE TABLE schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                         "sha256 TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT",
                         err);
    for (size_t i = 0; i < wdm_migrations_n && rc == WDM_OK; i++) {
        if (wdm_migrations[i].number <= from)
            continue;
        rc = wdm_db_exec(store, (const char *)wdm_migrations[i].sql, err);
        if (rc == WDM_OK)
            rc = record_migration(store, &wdm_migrations[i], err);
    }
    (void)snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d",
                   wdm_migrations[wdm_migrations_n - 1].number);
    if (rc == WDM_OK)
        rc = wdm_db_exec(store, pragma, err);
    if (rc == WDM_OK)
        rc = wdm_store_commit(store, err);
    if (rc != WDM_OK)
        wdm_store_rollback(store);
    return rc;
}

static wdm_rc check_schema(wdm_store *store, wdm_store_mode mode, wdm_err *err)
{
    const int newest = wdm_migrations[wdm_migrations_n - 1].number;
    int version = 0;
    wdm_rc rc = schema_version(store, &version, err);
    if (rc != WDM_OK)
        return rc;
    if (version == newest)
        return WDM_OK;
    if (mode == WDM_STORE_CREATE)
        return migrate(store, version, err);
    return wdm_err_set(err, WDM_E_CONFIG, "store %s: schema %d is older than %d; run: wdm init --store %s",
                       store->uri, version, newest, store->uri);
}

// Before the first pragma that writes: a newer program's store is not touched.
static wdm_rc refuse_newer(wdm_store *store, wdm_err *err)
{
    const int newest = wdm_migrations[wdm_migrations_n - 1].number;
    int version = 0;
    const wdm_rc rc = schema_version(store, &version, err);
    if (rc != WDM_OK || version <= newest)
        return rc;
    return wdm_err_set(err, WDM_E_CONFIG,
                       "store %s: made by a newer wdm (schema %d, this program knows %d); use that program",
                       store->uri, version, newest);
}

static wdm_rc open_db(wdm_store *store, wdm_store_mode mode, wdm_err *err)
{
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == WDM_STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    wdm_rc rc = WDM_OK;
    if (mode == WDM_STORE_READ && access(store->uri, W_OK) != 0)
        flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(store->uri, &store->db, flags, NULL) != SQLITE_OK)
        return store->db == NULL ? wdm_err_nomem(err) : wdm_db_fail(store, err, "cannot open");
    if (wdm_sql_functions_register(store->db) != SQLITE_OK)
        return wdm_db_fail(store, err, "cannot add its functions");
    rc = wdm_store_register_wanted(store, err);
    if (rc != WDM_OK)
        return rc;
    (void)sqlite3_busy_timeout(store->db, 10000);
    // A statement is planned once, not again for each value bound: the partial index on samples without a
    // site would have every insert planned anew.
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, (int *)NULL);
    (void)sqlite3_extended_result_codes(store->db, 1);
    rc = refuse_newer(store, err);
    if (rc == WDM_OK && mode != WDM_STORE_READ)
        rc = wdm_db_exec(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", err);
    if (rc == WDM_OK)
        rc = wdm_db_exec(
            store, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -32768", err);
    return rc;
}

static wdm_rc take_lock(wdm_store *store, int wait_s, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    if (snprintf(path, sizeof path, "%s.lock", store->uri) >= (int)sizeof path)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", store->uri);
    return wdm_lock_take(path, wait_s, &store->lock_fd, err);
}

wdm_rc wdm_store_open(wdm_store **out, const char *uri, wdm_store_mode mode, int wait_s, wdm_err *err)
{
    wdm_store *store = NULL;
    wdm_rc rc = WDM_OK;
    *out = NULL;
    if (mode != WDM_STORE_CREATE && !wdm_file_exists(uri))
        return wdm_err_set(err, WDM_E_NOINPUT, "no store at %s; make one with: wdm init --store %s", uri,
                           uri);
    store = wdm_alloc(1, sizeof *store);
    if (store == NULL)
        return wdm_err_nomem(err);
    store->lock_fd = -1;
    store->uri = wdm_strdup(uri);
    if (store->uri == NULL) {
        wdm_free(store);
        return wdm_err_nomem(err);
    }
    if (mode != WDM_STORE_READ)
        rc = take_lock(store, wait_s, err);
    if (rc == WDM_OK)
        rc = open_db(store, mode, err);
    if (rc == WDM_OK)
        rc = check_schema(store, mode, err);
    if (rc != WDM_OK) {
        wdm_store_close(store);
        return rc;
    }
    *out = store;
    return WDM_OK;
}

void wdm_store_close(wdm_store *store)
{
    if (store == NULL)
        return;
    wdm_store_rollback(store);
    wdm_change_begin(store);
    for (size_t i = 0; i < store->n_cached; i++)
        (void)sqlite3_finalize(store->cache[i].stmt);
    (void)sqlite3_close(store->db);
    wdm_lock_drop(store->lock_fd);
    wdm_free(store->uri);
    wdm_free(store);
}

const char *wdm_store_uri(const wdm_store *store)
{
    return store->uri;
}

wdm_rc wdm_store_begin(wdm_store *store, wdm_err *err)
{
    wdm_rc rc = wdm_db_exec(store, "BEGIN IMMEDIATE", err);
    store->in_transaction = rc == WDM_OK;
    return rc;
}

wdm_rc wdm_store_begin_read(wdm_store *store, wdm_err *err)
{
    wdm_rc rc = wdm_db_exec(store, "BEGIN", err);
    store->in_transaction = rc == WDM_OK;
    return rc;
}

wdm_rc wdm_store_commit(wdm_store *store, wdm_err *err)
{
    wdm_rc rc = wdm_db_exec(store, "COMMIT", err);
    if (rc == WDM_OK)
        store->in_transaction = false;
    return rc;
}

void wdm_store_rollback(wdm_store *store)
{
    if (!store->in_transaction)
        return;
    for (size_t i = 0; i < store->n_cached; i++)
        (void)sqlite3_reset(store->cache[i].stmt);
    (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->in_transaction = false;
}

// ---- runs

static const char *user_name(void)
{
    const struct passwd *pw = getpwuid(geteuid());
    return pw == NULL || pw->pw_name == NULL ? "unknown" : pw->pw_name;
}

wdm_rc wdm_store_run_start(wdm_store *store, wdm_run *run, wdm_err *err)
{
    char now[WDM_WHEN_TEXT];
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO run (stage, version, started_at, status, parameters, input_hash, user, "
        "factor_set) VALUES (?1, ?2, ?3, 'running', ?4, ?5, ?6, coalesce(" WDM_DB_FACTOR_SET ", ''))",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, run->stage);
    wdm_db_bind_text(stmt, 2, wdm_version());
    wdm_db_bind_text(stmt, 3, wdm_now_format(now));
    wdm_db_bind_text(stmt, 4, run->parameters);
    wdm_db_bind_text(stmt, 5, run->input_hash);
    wdm_db_bind_text(stmt, 6, user_name());
    rc = wdm_db_run(store, stmt, err);
    run->run_id = store->run_id = sqlite3_last_insert_rowid(store->db);
    wdm_change_begin(store);
    return rc;
}

wdm_rc wdm_store_run_finish(wdm_store *store, const wdm_run *run, const char *status, int64_t n_in,
                            int64_t n_out, wdm_err *err)
{
    char now[WDM_WHEN_TEXT];
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store, "UPDATE run SET finished_at = ?2, status = ?3, n_in = ?4, n_out = ?5 WHERE run_id = ?1", &stmt,
        err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, run->run_id);
    wdm_db_bind_text(stmt, 2, wdm_now_format(now));
    wdm_db_bind_text(stmt, 3, status);
    wdm_db_bind_int(stmt, 4, n_in);
    wdm_db_bind_int(stmt, 5, n_out);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_run_is_current(wdm_store *store, const char *stage, const char *input_hash, bool *current,
                                wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT input_hash FROM run WHERE stage = ?1 AND status IN ('done', "
                               "'partial') AND (stage = 'alert' OR factor_set = coalesce(" WDM_DB_FACTOR_SET
                               ", '')) ORDER BY run_id DESC LIMIT 1",
                               &stmt, err);
    *current = false;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, stage);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        *current = strcmp(wdm_db_text(stmt, 0), input_hash) == 0;
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_input_hash(wdm_store *store, const char *extra, char out[WDM_SHA256_HEX], wdm_err *err)
{
    wdm_hash hash;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT c.sha256 FROM config_current k JOIN config_set c USING (config_set_id) "
                       "UNION ALL SELECT * FROM (SELECT b.batch_id || b.sha256 || b.status FROM batch b "
                       "ORDER BY b.batch_id)",
                       &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_hash_init(&hash);
    wdm_hash_update(&hash, wdm_version(), strlen(wdm_version()) + 1);
    wdm_hash_update(&hash, extra, strlen(extra) + 1);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row)
        wdm_hash_update(&hash, wdm_db_text(stmt, 0), strlen(wdm_db_text(stmt, 0)) + 1);
    wdm_hash_final_hex(&hash, out);
    return rc;
}

wdm_rc wdm_store_estimates_are_current(wdm_store *store, bool *current, wdm_err *err)
{
    char parameters[256] = "";
    char made_of[WDM_SHA256_HEX] = "";
    char hash[WDM_SHA256_HEX] = "";
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT parameters, input_hash FROM run WHERE stage = 'estimate' AND status IN "
                       "('done', 'partial') AND factor_set = coalesce(" WDM_DB_FACTOR_SET
                       ", '') ORDER BY run_id DESC LIMIT 1",
                       &stmt, err);
    *current = false;
    if (rc != WDM_OK)
        return rc;
    rc = wdm_db_step(store, stmt, current, err);
    if (rc == WDM_OK && *current) {
        (void)snprintf(parameters, sizeof parameters, "%s", wdm_db_text(stmt, 0));
        (void)snprintf(made_of, sizeof made_of, "%s", wdm_db_text(stmt, 1));
    }
    (void)sqlite3_reset(stmt);
    if (rc == WDM_OK && *current) {
        rc = wdm_store_input_hash(store, parameters, hash, err);
        *current = strcmp(hash, made_of) == 0;
    }
    return rc;
}
