// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/store: the connection and small helpers around prepared statements.
#ifndef WDM_STORE_DB_H
#define WDM_STORE_DB_H

#include <math.h>
#include <sqlite3.h>
#include <stdint.h>

#include "base/date.h"
#include "store/store.h"

enum { WDM_STORE_STATEMENTS = 192 };

struct wdm_store {
    sqlite3 *db;
    char *uri;
    int lock_fd; // -1 when not held
    bool in_transaction;
    bool chose_factor_set; // another config than the one in force
    int64_t run_id;        // of the run that was started last; what it changes is noted under it
    struct wdm_noted {     // what that run has noted already (change_parts.h)
        uint64_t *slots;
        size_t n, cap;
    } noted;
    const struct wdm_scope *scope; // what the SQL function wdm_wanted asks; NULL: all
    struct {             // the last name whose key was asked for, by kind: rows of a series come together
        const char *sql; // NULL: none
        char name[64];
        int64_t key;
    } last_key[4];
    bool notes_rows; // the batch in hand may correct an earlier one: rows that it repeats are noted
    struct {
        const char *sql; // statements are cached by the address of their text: each text is a constant
        sqlite3_stmt *stmt;
    } cache[WDM_STORE_STATEMENTS];
    size_t n_cached;
};

// The config in force, or the one that wdm_store_choose_factor_set chose: that puts a temporary table
// config_current before the store's own. Its factor set's name, and its key; NULL without a config.
#define WDM_DB_FACTOR_SET                                                                                    \
    "(SELECT z.factor_set FROM config_current c JOIN config_set z ON z.config_set_id = c.config_set_id)"
#define WDM_DB_FACTOR_SET_KEY                                                                                \
    "(SELECT y.factor_set_key FROM factor_set y WHERE y.factor_set = " WDM_DB_FACTOR_SET ")"

// The field rows in force of a row `r` of result_placed: f of its sample, g of the site's whole day, with
// their batches fb and gb. Not through the view field_current, which SQLite would make whole for each query.
#define WDM_DB_FIELD_IN_FORCE(t)                                                                             \
    t ".moved = 0 AND EXISTS (SELECT 1 FROM batch i WHERE i.batch_id = " t ".batch_id AND i.status <> "      \
      "'undone') AND NOT EXISTS (SELECT 1 FROM field n JOIN batch i ON i.batch_id = n.batch_id AND "         \
      "i.status "                                                                                            \
      "<> 'undone' WHERE n.site_key = " t ".site_key AND n.day = " t ".day AND n.sample_id = " t             \
      ".sample_id AND n.revision > " t ".revision) "
#define WDM_DB_FIELD_OF_RESULT                                                                               \
    "LEFT JOIN field f ON f.site_key = r.site_key AND f.day = r.day AND f.sample_id = r.sample_id "          \
    "AND " WDM_DB_FIELD_IN_FORCE(                                                                            \
        "f") "LEFT JOIN batch fb ON fb.batch_id = f.batch_id "                                               \
             "LEFT JOIN field g ON g.site_key = r.site_key AND g.day = r.day AND g.sample_id = '' "          \
             "AND " WDM_DB_FIELD_IN_FORCE("g") "LEFT JOIN batch gb ON gb.batch_id = g.batch_id "

// Fills err from SQLite's last error: FULL -> CANTCREATE, BUSY/LOCKED -> BUSY, IOERR -> IO, NOMEM -> NOMEM,
// READONLY/PERM -> PERM.
wdm_rc wdm_db_fail(wdm_store *store, wdm_err *err, const char *what);
// A cached prepared statement, reset and with no bindings. sql must be a string literal or other constant.
wdm_rc wdm_db_prepare(wdm_store *store, const char *sql, sqlite3_stmt **stmt, wdm_err *err) WDM_MUST_CHECK;
// Steps: *row tells whether there is a row. Resets at the end, so that nothing stays open.
wdm_rc wdm_db_step(wdm_store *store, sqlite3_stmt *stmt, bool *row, wdm_err *err) WDM_MUST_CHECK;
// Steps a statement that returns no rows.
wdm_rc wdm_db_run(wdm_store *store, sqlite3_stmt *stmt, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_db_exec(wdm_store *store, const char *sql, wdm_err *err) WDM_MUST_CHECK;

// Binds by 1-based index. NaN and WDM_DAY_NONE bind as NULL; text is copied. SQLite's bind errors are seen at
// the step.
void wdm_db_bind_int(sqlite3_stmt *stmt, int at, int64_t value);
void wdm_db_bind_real(sqlite3_stmt *stmt, int at, double value);
void wdm_db_bind_text(sqlite3_stmt *stmt, int at, const char *text);
void wdm_db_bind_day(sqlite3_stmt *stmt, int at, wdm_day day);
void wdm_db_bind_null(sqlite3_stmt *stmt, int at);
// Columns by 0-based index. NULL reads as NaN, WDM_DAY_NONE, "".
double wdm_db_real(sqlite3_stmt *stmt, int at);
wdm_day wdm_db_day(sqlite3_stmt *stmt, int at);
const char *wdm_db_text(sqlite3_stmt *stmt, int at);

// Adds the SQL function wdm_wanted(first day, last day), which asks the store's scope (estimate_clear.c).
wdm_rc wdm_store_register_wanted(wdm_store *store, wdm_err *err) WDM_MUST_CHECK;

// Equal, or both not known.
bool wdm_db_same(double a, double b);

// Key of a name in a name table ("site", "analyte", "drug", "region", "lab", "method"); 0 rows is
// WDM_E_INTERNAL.
wdm_rc wdm_db_key(wdm_store *store, const char *select_sql, const char *name, int64_t *key,
                  wdm_err *err) WDM_MUST_CHECK;
// The week that a statement without bindings answers, such as "SELECT max(week) ..."; *found is false when it
// is NULL, and *week is then as before.
wdm_rc wdm_db_week(wdm_store *store, const char *select_sql, int32_t *week, bool *found,
                   wdm_err *err) WDM_MUST_CHECK;

#endif
