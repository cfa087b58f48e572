// SPDX-License-Identifier: GPL-3.0-or-later
// A store in a folder of its own, with a small world of two sites in force.
#ifndef WDM_TESTS_STORE_FIXTURE_H
#define WDM_TESTS_STORE_FIXTURE_H

#include "config_fixture.h"

#include <unistd.h>

#include "store/batch_store.h"
#include "store/db.h"
#include "store/export_store.h"

typedef struct fixture {
    char dir[64], path[80];
    wdm_store *store;
    wdm_config config;
    wdm_run run;
    wdm_batch batch;
} fixture;

static inline int fixture_open(fixture *f)
{
    wdm_err err = {WDM_OK, ""};
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/wdm_store_XXXXXX");
    if (mkdtemp(f->dir) == NULL)
        return -1;
    (void)snprintf(f->path, sizeof f->path, "%s/wdm.db", f->dir);
    if (wdm_store_open(&f->store, f->path, WDM_STORE_CREATE, 1, &err) != WDM_OK) {
        print_error("%s\n", err.text);
        return -1;
    }
    return 0;
}

static inline int fixture_close(fixture *f)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    wdm_store_close(f->store);
    wdm_config_fini(&f->config);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s%s", f->path, suffixes[i]);
        (void)unlink(path);
    }
    return rmdir(f->dir);
}

// Puts the fixture's config in force.
static inline void fixture_init(fixture *f)
{
    const fixture_table tables[] = {{"regions.csv", FIXTURE_REGIONS},
                                    {"sites.csv", FIXTURE_SITES},
                                    {"population.csv", FIXTURE_POPULATION}};
    wdm_config_files files;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(fixture_files(&files, tables, 3, &err), err);
    ASSERT_OK(wdm_config_parse(&f->config, &files, &err), err);
    f->run = (wdm_run){.stage = "init", .parameters = "", .input_hash = ""};
    ASSERT_OK(wdm_store_begin(f->store, &err), err);
    ASSERT_OK(wdm_store_run_start(f->store, &f->run, &err), err);
    ASSERT_OK(wdm_store_put_config(f->store, &files, &f->config, &f->run, &err), err);
    ASSERT_OK(wdm_store_run_finish(f->store, &f->run, "done", 1, 1, &err), err);
    ASSERT_OK(wdm_store_commit(f->store, &err), err);
    wdm_config_files_fini(&files);
}

static inline int64_t fixture_int(fixture *f, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = 0;
    if (sqlite3_prepare_v2(f->store->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(f->store->db));
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return value;
}

static inline double fixture_real(fixture *f, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    double value = 0.0;
    if (sqlite3_prepare_v2(f->store->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(f->store->db));
    if (sqlite3_step(stmt) != SQLITE_ROW)
        fail_msg("no row: %s", sql);
    value = wdm_db_real(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return value;
}

// Starts a batch of that file; bytes stands for what is in it.
static inline void start(fixture *f, const char *file, const char *bytes)
{
    static char sha256[WDM_SHA256_HEX];
    wdm_err err = {WDM_OK, ""};
    wdm_sha256_hex(bytes, strlen(bytes), sha256);
    f->run = (wdm_run){.stage = "import", .parameters = file, .input_hash = sha256};
    memset(&f->batch, 0, sizeof f->batch);
    f->batch.file = file;
    f->batch.sha256 = sha256;
    f->batch.layout = "long";
    f->batch.encoding = "UTF-8";
    ASSERT_OK(wdm_store_begin(f->store, &err), err);
    ASSERT_OK(wdm_store_run_start(f->store, &f->run, &err), err);
    ASSERT_OK(wdm_store_start_batch(f->store, &f->batch, &f->run, &err), err);
}

static inline void finish(fixture *f)
{
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_finish_batch(f->store, &f->batch, "", &err), err);
    ASSERT_OK(wdm_store_run_finish(f->store, &f->run, "done", 1, 1, &err), err);
    ASSERT_OK(wdm_store_commit(f->store, &err), err);
}

static inline void undo(fixture *f, const char *name)
{
    wdm_batch undone;
    wdm_err err = {WDM_OK, ""};
    f->run = (wdm_run){.stage = "batch", .parameters = name, .input_hash = ""};
    ASSERT_OK(wdm_store_begin(f->store, &err), err);
    ASSERT_OK(wdm_store_run_start(f->store, &f->run, &err), err);
    ASSERT_OK(wdm_store_undo_batch(f->store, name, &f->run, &undone, &err), err);
    ASSERT_OK(wdm_store_commit(f->store, &err), err);
}

#endif
