// SPDX-License-Identifier: GPL-3.0-or-later
// Opening, upgrading, locking; the config kept inside; runs; the columns of the exports.
#include "store_fixture.h"

#include <sys/wait.h>

#include "base/lock.h"
#include "store/migrations.h"

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    return f == NULL ? -1 : fixture_open(f);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    const int rc = fixture_close(f);
    free(f);
    return rc;
}

static void reopen(fixture *f, wdm_store_mode mode)
{
    wdm_err err = {WDM_OK, ""};
    wdm_store_close(f->store);
    ASSERT_OK(wdm_store_open(&f->store, f->path, mode, 1, &err), err);
}

static void a_new_store_has_the_newest_schema_and_every_migration_on_record(void **state)
{
    fixture *f = *state;
    assert_int_equal(fixture_int(f, "PRAGMA user_version"), wdm_migrations[wdm_migrations_n - 1].number);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM schema_migration"), (int64_t)wdm_migrations_n);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM schema_migration WHERE length(sha256) = 64"),
                     (int64_t)wdm_migrations_n);
    assert_int_equal(fixture_int(f, "PRAGMA foreign_keys"), 1);
    assert_int_equal(fixture_int(f, "PRAGMA synchronous"), 2); // FULL
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void what_was_stored_is_there_after_reopening_in_every_mode(void **state)
{
    static const wdm_store_mode modes[] = {WDM_STORE_READ, WDM_STORE_WRITE, WDM_STORE_CREATE};
    fixture *f = *state;
    fixture_init(f);
    for (size_t i = 0; i < 3; i++) {
        reopen(f, modes[i]);
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM site WHERE site_key > 0"), 2);
        assert_int_equal(fixture_int(f, "SELECT bucket FROM site WHERE site_id = 'A'"), wdm_bucket("A"));
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM schema_migration"), (int64_t)wdm_migrations_n);
    }
}

static void a_missing_store_says_how_to_make_one(void **state)
{
    fixture *f = *state;
    char path[96];
    wdm_store *none = f->store;
    wdm_err err = {WDM_OK, ""};
    (void)snprintf(path, sizeof path, "%s/none.db", f->dir);
    assert_int_equal(wdm_store_open(&none, path, WDM_STORE_WRITE, 0, &err), WDM_E_NOINPUT);
    assert_null(none);
    ASSERT_SAYS(err, "wdm init --store");
    assert_int_equal(wdm_store_open(&none, path, WDM_STORE_READ, 0, &err), WDM_E_NOINPUT);
    assert_int_not_equal(access(path, F_OK), 0); // asking did not make it
    (void)snprintf(path, sizeof path, "%s/no/such/folder.db", f->dir);
    assert_int_equal(wdm_store_open(&none, path, WDM_STORE_CREATE, 0, &err), WDM_E_CANTCREATE);
}

static void sha256_of_file(const char *path, char hex[WDM_SHA256_HEX])
{
    wdm_buf buf;
    wdm_err err = {WDM_OK, ""};
    wdm_buf_init(&buf, WDM_BUF_DEFAULT_MAX);
    ASSERT_OK(wdm_file_read(path, &buf, &err), err);
    wdm_sha256_hex(wdm_buf_text(&buf), buf.len, hex);
    wdm_buf_fini(&buf);
}

// Whatever the mode, and also when its journal is of another kind than ours.
static void a_newer_schema_is_refused_and_not_a_byte_is_changed(void **state)
{
    static const wdm_store_mode modes[] = {WDM_STORE_READ, WDM_STORE_WRITE, WDM_STORE_CREATE};
    fixture *f = *state;
    char before[WDM_SHA256_HEX], after[WDM_SHA256_HEX];
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_db_exec(f->store, "PRAGMA user_version = 999; PRAGMA journal_mode = DELETE", &err), err);
    wdm_store_close(f->store);
    f->store = NULL;
    sha256_of_file(f->path, before);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(wdm_store_open(&f->store, f->path, modes[i], 1, &err), WDM_E_CONFIG);
        assert_null(f->store);
        ASSERT_SAYS(err, "made by a newer wdm (schema 999");
        sha256_of_file(f->path, after);
        assert_string_equal(after, before);
    }
}

static void an_older_schema_is_upgraded_by_init_only(void **state)
{
    fixture *f = *state;
    char path[96];
    wdm_store *store = NULL;
    sqlite3 *db = NULL;
    wdm_err err = {WDM_OK, ""};
    (void)snprintf(path, sizeof path, "%s/old.db", f->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK); // an empty database is schema 0
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 0; VACUUM", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
    assert_int_equal(wdm_store_open(&store, path, WDM_STORE_WRITE, 0, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, "run: wdm init");
    ASSERT_OK(wdm_store_open(&store, path, WDM_STORE_CREATE, 0, &err), err);
    wdm_store_close(store);
    ASSERT_OK(wdm_store_open(&store, path, WDM_STORE_WRITE, 0, &err), err);
    wdm_store_close(store);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/old.db.lock", f->dir);
    (void)unlink(path);
}

static void a_file_that_is_no_store_is_refused_and_left_alone(void **state)
{
    static const char text[] =
        "site_id,analyte,value\nA,cocaine,1\nthis is no database, and long enough to see\n"
        "that its first bytes are no header of one: ...................................\n";
    fixture *f = *state;
    char path[96];
    char before[WDM_SHA256_HEX], after[WDM_SHA256_HEX];
    wdm_store *store = NULL;
    wdm_err err = {WDM_OK, ""};
    (void)snprintf(path, sizeof path, "%s/x.csv", f->dir);
    ASSERT_OK(wdm_file_write(path, text, strlen(text), &err), err);
    sha256_of_file(path, before);
    assert_int_not_equal(wdm_store_open(&store, path, WDM_STORE_CREATE, 0, &err), WDM_OK);
    assert_null(store);
    sha256_of_file(path, after);
    assert_string_equal(after, before);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/x.csv.lock", f->dir);
    (void)unlink(path);
}

static void a_second_writer_is_told_to_try_again(void **state)
{
    fixture *f = *state;
    int status = 0;
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        wdm_store *store = NULL;
        wdm_err err = {WDM_OK, ""};
        const wdm_rc write_rc = wdm_store_open(&store, f->path, WDM_STORE_WRITE, 0, &err);
        const bool told = strstr(err.text, "try again") != NULL;
        const wdm_rc read_rc =
            wdm_store_open(&store, f->path, WDM_STORE_READ, 0, &err); // readers do not wait
        wdm_store_close(store);
        _exit(write_rc == WDM_E_BUSY && told && read_rc == WDM_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void the_config_comes_back_as_it_was_put(void **state)
{
    fixture *f = *state;
    wdm_config back;
    wdm_config_files files;
    wdm_err err = {WDM_OK, ""};
    memset(&back, 0, sizeof back);
    memset(&files, 0, sizeof files);
    assert_int_equal(wdm_store_get_config(f->store, &back, &files, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, "holds no config yet; run: wdm init");
    wdm_config_fini(&back);
    wdm_config_files_fini(&files);
    fixture_init(f);
    ASSERT_OK(wdm_store_get_config(f->store, &back, &files, &err), err);
    assert_string_equal(back.set_sha256, f->config.set_sha256);
    assert_string_equal(back.factor_set, f->config.factor_set);
    assert_int_equal(back.sites.n, 2);
    wdm_config_fini(&back);
    wdm_config_files_fini(&files);
}

static void the_same_config_is_kept_once(void **state)
{
    fixture *f = *state;
    fixture_init(f);
    wdm_config_fini(&f->config);
    fixture_init(f);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM config_set"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM factor_set"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM config_file"),
                     fixture_int(f, "SELECT count(DISTINCT sha256) FROM config_member"));
}

static void a_rolled_back_run_leaves_nothing(void **state)
{
    fixture *f = *state;
    wdm_run run = {.stage = "import", .parameters = "", .input_hash = "h"};
    bool current = true;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_begin(f->store, &err), err);
    ASSERT_OK(wdm_store_run_start(f->store, &run, &err), err);
    wdm_store_rollback(f->store);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM run"), 0);
    ASSERT_OK(wdm_store_run_is_current(f->store, "import", "h", &current, &err), err);
    assert_false(current);
    ASSERT_OK(wdm_store_begin(f->store, &err), err);
    ASSERT_OK(wdm_store_run_start(f->store, &run, &err), err);
    ASSERT_OK(wdm_store_run_finish(f->store, &run, "done", 3, 2, &err), err);
    ASSERT_OK(wdm_store_commit(f->store, &err), err);
    ASSERT_OK(wdm_store_run_is_current(f->store, "import", "h", &current, &err), err);
    assert_true(current);
    ASSERT_OK(wdm_store_run_is_current(f->store, "import", "other", &current, &err), err);
    assert_false(current);
}

// DESIGN.md, "Export columns": at least these, these names, in this order first.
static void exports_have_the_columns_of_the_contract(void **state)
{
    static const struct {
        const char *name, *columns;
    } tables[] = {
        {"daily",
         "site_id,drug_id,biomarker_id,date,quantity,unit,estimate,limit,median,lo95,hi95,lo95_random,"
         "hi95_random,rsd_total,rsd_random,censored,flags,factor_set"},
        {"weekly", "site_id,drug_id,biomarker_id,iso_week,quantity,unit,estimate,limit,bound_low,bound_high,"
                   "median,lo95,"
                   "hi95,lo95_random,hi95_random,n_days,n_censored,days,weekday_mean,weekend_mean,censoring_"
                   "method,flags,"
                   "factor_set"},
        {"region", "region_id,drug_id,iso_week,quantity,unit,estimate,lo95,hi95,population,coverage,n_sites"},
        {"trend",
         "site_id,drug_id,biomarker_id,quantity,unit,as_of,window_weeks,n,slope_pct_per_year,slope_lo95,"
         "slope_hi95,p_value,class,change_prev_pct,change_year_pct,baseline,state"},
        {"alerts",
         "alert_id,site_id,region_id,drug_id,biomarker_id,quantity,unit,rule_id,family,level,state,opened,"
         "last_seen,closed,value,threshold,probability,reason"},
        {"rejects", "batch_id,line,column,code,severity,value,message"},
        {"results",
         "batch_id,sample_id,site_id,collected_start,collected_end,analyte_id,state,value_ng_l,lod_ng_l,"
         "loq_ng_l,flow_m3_d,revision,line,flags"},
    };
    fixture *f = *state;
    const wdm_export_filter all = {.site_id = NULL};
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        wdm_export export = {0};
        wdm_export_cell cells[WDM_EXPORT_COLUMNS_MAX];
        wdm_buf names;
        bool row = true;
        wdm_err err = {WDM_OK, ""};
        wdm_buf_init(&names, 10000);
        ASSERT_OK(wdm_export_open(f->store, tables[t].name, &all, &export, &err), err);
        for (size_t i = 0; i < export.n_columns; i++)
            wdm_buf_printf(&names, "%s,", export.columns[i]);
        if (strncmp(wdm_buf_text(&names), tables[t].columns, strlen(tables[t].columns)) != 0 ||
            wdm_buf_text(&names)[strlen(tables[t].columns)] != ',')
            fail_msg("%s has the columns %s", tables[t].name, wdm_buf_text(&names));
        ASSERT_OK(wdm_export_next(&export, cells, &row, &err), err);
        assert_false(row); // an empty store
        wdm_buf_fini(&names);
    }
}

static void every_export_opens_and_an_unknown_one_is_wrong_usage(void **state)
{
    fixture *f = *state;
    const wdm_export_filter all = {.site_id = NULL};
    wdm_export export = {0};
    wdm_err err = {WDM_OK, ""};
    for (size_t i = 0; wdm_export_names[i] != NULL; i++)
        ASSERT_OK(wdm_export_open(f->store, wdm_export_names[i], &all, &export, &err), err);
    assert_int_equal(wdm_export_open(f->store, "soup", &all, &export, &err), WDM_E_USAGE);
    ASSERT_SAYS(err, "\"soup\" is not a table");
}

// A store as the first schema left it, with a row in tables that point to its site.
static void fill_first_schema(const char *path)
{
    static const char rows[] =
        "INSERT INTO run VALUES (1, 'init', '1', '', '', 'done', '', '', 0, 0, '', '');"
        "INSERT INTO batch VALUES (1, 'a/1', 'a.csv', printf('%064d', 0), '', 'long', 'UTF-8', '', 1, "
        "'stored', "
        "NULL, 1, 1, 0, 0, 0, 0, 0);"
        "INSERT INTO site VALUES (7, 'A', 85, 'Plant', '', '', 20.5, NULL, 1);"
        "INSERT INTO analyte VALUES (1, 'cocaine', '', '');"
        "INSERT INTO sample VALUES (1, 7, 0, 'S1', 'sample', 20773, 480, 20774, 480);"
        "INSERT INTO result VALUES (7, 20773, 1, 1, 0, 1, 1, 0, 10.0, NULL, NULL, NULL, NULL, 1, 2, 0, '10', "
        "'ng/L');"
        "INSERT INTO field VALUES (7, 20773, 'S1', 1, 20774, 2000.0, NULL, NULL, NULL, NULL, NULL, '', 1, 2);"
        "INSERT INTO schema_migration VALUES (1, '0001_init', '', '')";
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE TABLE schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT "
                                  "NULL, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, (const char *)wdm_migrations[0].sql, NULL, NULL, NULL), SQLITE_OK);
    if (sqlite3_exec(db, rows, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 1", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_filled_store_of_the_first_schema_is_upgraded(void **state)
{
    fixture *f = *state;
    wdm_err err = {WDM_OK, ""};
    wdm_store_close(f->store);
    f->store = NULL;
    assert_int_equal(unlink(f->path), 0);
    fill_first_schema(f->path);
    ASSERT_OK(wdm_store_open(&f->store, f->path, WDM_STORE_CREATE, 1, &err), err);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(fixture_int(f, "PRAGMA foreign_keys"), 1);
    assert_int_equal(fixture_int(f, "SELECT site_key FROM site WHERE site_id = 'A' AND latitude = 20.5"), 7);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM result_placed WHERE site_key = 7 AND day = 20773"),
                     1);
    assert_true(fixture_real(f, "SELECT flow_m3_d FROM field_current") == 2000.0);
    // The biomarker of combined estimates has a key beside the analytes, which keep theirs.
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM analyte WHERE analyte_id = 'combined'"), 1);
    assert_int_equal(fixture_int(f, "SELECT analyte_key FROM analyte WHERE analyte_id = 'cocaine'"), 1);
    // A second site without a code is refused, and a foreign key still holds.
    assert_int_equal(sqlite3_exec(f->store->db, "INSERT INTO site VALUES (9, '', 0, '', '', '', 0, 0, 0)",
                                  NULL, NULL, NULL),
                     SQLITE_CONSTRAINT_CHECK);
    assert_int_equal(sqlite3_exec(f->store->db, "DELETE FROM site WHERE site_key = 7", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT_FOREIGNKEY);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_new_store_has_the_newest_schema_and_every_migration_on_record),
        CASE(what_was_stored_is_there_after_reopening_in_every_mode),
        CASE(a_missing_store_says_how_to_make_one),
        CASE(a_newer_schema_is_refused_and_not_a_byte_is_changed),
        CASE(an_older_schema_is_upgraded_by_init_only),
        CASE(a_filled_store_of_the_first_schema_is_upgraded),
        CASE(a_file_that_is_no_store_is_refused_and_left_alone),
        CASE(a_second_writer_is_told_to_try_again),
        CASE(the_config_comes_back_as_it_was_put),
        CASE(the_same_config_is_kept_once),
        CASE(a_rolled_back_run_leaves_nothing),
        CASE(exports_have_the_columns_of_the_contract),
        CASE(every_export_opens_and_an_unknown_one_is_wrong_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
