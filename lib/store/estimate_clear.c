// SPDX-License-Identifier: GPL-3.0-or-later
// Removing estimates before they are written anew: all of a part, or what a scope wants of one place. A new
// table of estimates is a row of `tables`.
#include "model/scope.h"
#include "store/db.h"
#include "store/estimate_store.h"

#define SITES "key IN (SELECT site_key FROM site WHERE bucket % ?3 = ?2 - 1)"
#define REGIONS "key IN (SELECT region_key FROM region WHERE wdm_bucket(region_id) % ?3 = ?2 - 1)"

typedef struct estimate_table {
    wdm_place_kind kind;
    // All rows of the factor set ?1 and of part ?2 of ?3.
    const char *clear_part;
    // Rows of the place ?1 and factor set ?2 that wdm_wanted(first day, last day) says are wanted. ?3 and ?4
    // narrow the search: the changes reach these days, and only periods that hold one of them are wanted;
    // wanted ones begin on ?8 to ?9. Where the key of the table goes on with drug, biomarker and quantity,
    // these are ?5 to ?7.
    const char *clear_place;
    // Such a table: the next drug, biomarker, quantity of place ?1 after ?2, ?3, ?4. NULL: another key.
    const char *next_series;
} estimate_table;

// Periods of sites and regions are in one table.
#define PERIODS(kind)                                                                                        \
    "DELETE FROM period WHERE place_kind = '" kind "' AND place_key = ?1 AND drug_key = ?5 AND "             \
    "biomarker_key = ?6 AND quantity = ?7 AND first_day BETWEEN ?8 AND ?9 AND factor_set_key = ?2 AND "      \
    "wdm_wanted(first_day, CASE scale WHEN 5 THEN 1000000000 ELSE last_day END)",                            \
        "SELECT drug_key, biomarker_key, quantity FROM period WHERE place_kind = '" kind                     \
        "' AND place_key = ?1 AND (drug_key, biomarker_key, quantity) > (?2, ?3, ?4) ORDER BY drug_key, "    \
        "biomarker_key, quantity LIMIT 1"

static const estimate_table tables[] = {
    {WDM_PLACE_SITE, "DELETE FROM daily WHERE factor_set_key = ?1 AND (?3 = 1 OR site_" SITES ")",
     "DELETE FROM daily WHERE site_key = ?1 AND factor_set_key = ?2 AND day BETWEEN ?3 AND ?4 AND "
     "wdm_wanted(day, day)",
     NULL},
    {WDM_PLACE_SITE,
     "DELETE FROM population_estimate WHERE factor_set_key = ?1 AND (?3 = 1 OR site_" SITES ")",
     "DELETE FROM population_estimate WHERE site_key = ?1 AND factor_set_key = ?2 AND day BETWEEN ?3 AND ?4 "
     "AND wdm_wanted(day, day)",
     NULL},
    {WDM_PLACE_SITE, "DELETE FROM ratio WHERE factor_set_key = ?1 AND (?3 = 1 OR site_" SITES ")",
     "DELETE FROM ratio WHERE site_key = ?1 AND factor_set_key = ?2 AND CASE scale WHEN 0 THEN "
     "wdm_wanted(period, "
     "period) ELSE wdm_wanted(period * 7 - 3, period * 7 + 3) END",
     NULL},
    {WDM_PLACE_SITE, "DELETE FROM weekly WHERE factor_set_key = ?1 AND (?3 = 1 OR site_" SITES ")",
     "DELETE FROM weekly WHERE site_key = ?1 AND drug_key = ?5 AND biomarker_key = ?6 AND quantity = ?7 AND "
     "week BETWEEN (?3 + 3) / 7 - 1 AND (?4 + 3) / 7 AND factor_set_key = ?2 AND wdm_wanted(week * 7 - 3, "
     "week * "
     "7 + 3)",
     "SELECT drug_key, biomarker_key, quantity FROM weekly WHERE site_key = ?1 AND (drug_key, biomarker_key, "
     "quantity) > (?2, ?3, ?4) ORDER BY drug_key, biomarker_key, quantity LIMIT 1"},
    {WDM_PLACE_REGION,
     "DELETE FROM region_weekly WHERE factor_set_key = ?1 AND (?3 = 1 OR region_" REGIONS ")",
     "DELETE FROM region_weekly WHERE region_key = ?1 AND drug_key = ?5 AND biomarker_key = ?6 AND quantity "
     "= ?7 AND week BETWEEN (?3 + 3) / 7 - 1 AND (?4 + 3) / 7 AND factor_set_key = ?2 AND wdm_wanted(week * "
     "7 - "
     "3, week * 7 + 3)",
     "SELECT drug_key, biomarker_key, quantity FROM region_weekly WHERE region_key = ?1 AND (drug_key, "
     "biomarker_key, quantity) > (?2, ?3, ?4) ORDER BY drug_key, biomarker_key, quantity LIMIT 1"},
    {WDM_PLACE_SITE,
     "DELETE FROM period WHERE factor_set_key = ?1 AND place_kind = 'site' AND (?3 = 1 OR place_" SITES ")",
     PERIODS("site")},
    {WDM_PLACE_REGION,
     "DELETE FROM period WHERE factor_set_key = ?1 AND place_kind = 'region' AND (?3 = 1 OR place_" REGIONS
     ")",
     PERIODS("region")},
    {WDM_PLACE_SITE, "DELETE FROM estimate_count WHERE factor_set_key = ?1 AND (?3 = 1 OR site_" SITES ")",
     NULL, NULL},
};
enum { N_TABLES = sizeof tables / sizeof tables[0] };

#define FACTOR_SET_KEY "SELECT factor_set_key FROM factor_set WHERE factor_set = ?1"

wdm_rc wdm_store_clear_estimates(wdm_store *store, const char *factor_set, const wdm_part *part, wdm_err *err)
{
    int64_t key = 0;
    wdm_rc rc = wdm_db_key(store, FACTOR_SET_KEY, factor_set, &key, err);
    for (size_t i = 0; i < N_TABLES && rc == WDM_OK; i++) {
        sqlite3_stmt *stmt = NULL;
        rc = wdm_db_prepare(store, tables[i].clear_part, &stmt, err);
        if (rc != WDM_OK)
            break;
        wdm_db_bind_int(stmt, 1, key);
        wdm_db_bind_int(stmt, 2, part->part);
        wdm_db_bind_int(stmt, 3, part->parts);
        rc = wdm_db_run(store, stmt, err);
    }
    return rc;
}

// wdm_wanted(first day, last day) of the scope that the store holds for the moment.
static void sql_wanted(sqlite3_context *context, int n, sqlite3_value **args)
{
    const wdm_store *store = sqlite3_user_data(context);
    (void)n;
    sqlite3_result_int(context,
                       wdm_scope_wants(store->scope, sqlite3_value_int(args[0]), sqlite3_value_int(args[1])));
}

wdm_rc wdm_store_register_wanted(wdm_store *store, wdm_err *err)
{
    if (sqlite3_create_function(store->db, "wdm_wanted", 2, SQLITE_UTF8, store, sql_wanted, NULL, NULL) !=
        SQLITE_OK)
        return wdm_db_fail(store, err, "cannot add its functions");
    return WDM_OK;
}

typedef struct place_run {
    wdm_store *store;
    int64_t place, factor_set;
    wdm_day first, last; // that changes reach
    const wdm_scope *scope;
} place_run;

// Rows of one table; series: drug, biomarker, quantity, or NULL.
static wdm_rc clear_rows(const place_run *run, const char *sql, const int64_t *series, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(run->store, sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, run->place);
    wdm_db_bind_int(stmt, 2, run->factor_set);
    wdm_db_bind_int(stmt, 3, run->first);
    wdm_db_bind_int(stmt, 4, run->last);
    for (int i = 0; i < 3 && series != NULL; i++)
        wdm_db_bind_int(stmt, 5 + i, series[i]);
    wdm_db_bind_int(stmt, 8, run->scope->own_first);
    wdm_db_bind_int(stmt, 9, run->scope->own_last);
    return wdm_db_run(run->store, stmt, err);
}

// Series by series: the rows of one lie together by date, those of a place do not.
static wdm_rc clear_series(const place_run *run, const estimate_table *table, wdm_err *err)
{
    int64_t series[3] = {-1, -1, -1};
    bool row = true;
    wdm_rc rc = WDM_OK;
    while (rc == WDM_OK && row) {
        sqlite3_stmt *stmt = NULL;
        rc = wdm_db_prepare(run->store, table->next_series, &stmt, err);
        if (rc != WDM_OK)
            return rc;
        wdm_db_bind_int(stmt, 1, run->place);
        for (int i = 0; i < 3; i++)
            wdm_db_bind_int(stmt, 2 + i, series[i]);
        rc = wdm_db_step(run->store, stmt, &row, err);
        for (int i = 0; i < 3 && rc == WDM_OK && row; i++)
            series[i] = sqlite3_column_int64(stmt, i);
        (void)sqlite3_reset(stmt);
        if (rc == WDM_OK && row)
            rc = clear_rows(run, table->clear_place, series, err);
    }
    return rc;
}

wdm_rc wdm_store_clear_place(wdm_store *store, const wdm_config *config, wdm_place_kind kind, wdm_index place,
                             const wdm_scope *scope, wdm_err *err)
{
    place_run run = {.store = store, .scope = scope, .first = scope->own_first, .last = scope->own_last};
    const bool site = kind == WDM_PLACE_SITE;
    wdm_rc rc = WDM_OK;
    if (!scope->all && scope->n == 0)
        return WDM_OK;
    if (!scope->all) {
        run.first = scope->days[0] - scope->reach;
        run.last = scope->days[scope->n - 1] + scope->reach;
    }
    rc = wdm_db_key(store,
                    site ? "SELECT site_key FROM site WHERE site_id = ?1"
                         : "SELECT region_key FROM region WHERE region_id = ?1",
                    site ? config->sites.rows[place].site_id : config->regions.rows[place].region_id,
                    &run.place, err);
    if (rc == WDM_OK)
        rc = wdm_db_key(store, FACTOR_SET_KEY, config->factor_set, &run.factor_set, err);
    store->scope = scope;
    for (size_t i = 0; i < N_TABLES && rc == WDM_OK; i++) {
        if (tables[i].kind == kind && tables[i].clear_place != NULL)
            rc = tables[i].next_series == NULL ? clear_rows(&run, tables[i].clear_place, NULL, err)
                                               : clear_series(&run, &tables[i], err);
    }
    store->scope = NULL;
    return rc;
}
