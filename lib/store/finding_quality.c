// SPDX-License-Identifier: GPL-3.0-or-later
// The readers of store/finding_store.h that say how good a site's data are.
#include "store/db.h"
#include "store/finding_store.h"
#include "store/quality_sql.h"

#define FACTOR_SET_KEY "(SELECT factor_set_key FROM factor_set WHERE factor_set = ?1)"

wdm_rc wdm_store_each_site_quality(wdm_store *store, const char *factor_set, wdm_day from, wdm_day to,
                                   bool with_results, wdm_site_quality_fn fn, void *context, wdm_err *err)
{
    static const char sites[] =
        "SELECT s.site_key, s.site_id, s.imported, EXISTS (SELECT 1 FROM daily d WHERE d.site_key = "
        "s.site_key AND d.day BETWEEN ?2 AND ?3 AND d.factor_set_key = " FACTOR_SET_KEY
        "), 0, 0 FROM site s WHERE s.site_key > 0 ORDER BY s.site_key";
    // The view is read before it is summed up: SQLite searches it by site and day in a plain join only.
    static const char results[] =
        "WITH v AS MATERIALIZED (SELECT r.site_key AS site_key, coalesce(" WDM_DB_QC_SEVERITY
        ", 0) AS severity FROM site s JOIN result_placed r ON r.site_key = s.site_key AND r.day BETWEEN ?2 "
        "AND ?3 WHERE s.site_key > 0 AND r.sample_type = 'sample' AND r.state <> 3) "
        "SELECT s.site_key, s.site_id, s.imported, EXISTS (SELECT 1 FROM daily d WHERE d.site_key = "
        "s.site_key AND d.day BETWEEN ?2 AND ?3 AND d.factor_set_key = " FACTOR_SET_KEY
        "), (SELECT count(*) FROM v WHERE v.site_key = s.site_key), (SELECT count(*) FROM v WHERE v.site_key "
        "= s.site_key AND v.severity = 2) FROM site s WHERE s.site_key > 0 ORDER BY s.site_key";
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, with_results ? results : sites, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_day(stmt, 2, from);
    wdm_db_bind_day(stmt, 3, to);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_site_quality quality = {.site_key = sqlite3_column_int64(stmt, 0),
                                          .site_id = wdm_db_text(stmt, 1),
                                          .imported = sqlite3_column_int(stmt, 2) != 0,
                                          .has_data = sqlite3_column_int(stmt, 3) != 0,
                                          .n_results = sqlite3_column_int64(stmt, 4),
                                          .n_failed = sqlite3_column_int64(stmt, 5)};
        rc = fn(context, &quality, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_site_delay(wdm_store *store, wdm_day from, wdm_day to, wdm_site_delay_fn fn,
                                 void *context, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    // Nothing that was collected more than two years before is looked for.
    wdm_rc rc = wdm_db_prepare(
        store,
        "WITH v AS MATERIALIZED (SELECT r.site_key AS site_key, s.site_id AS site_id, r.day AS day, "
        "r.analysed_day - r.end_day AS delay FROM site s JOIN result_placed r ON r.site_key = s.site_key "
        "AND r.day BETWEEN ?1 - 730 AND ?2 WHERE s.site_key > 0 AND r.sample_type = 'sample' AND "
        "r.analysed_day BETWEEN ?1 AND ?2 AND r.end_day IS NOT NULL) "
        "SELECT site_key, site_id, count(*), max(delay), day FROM v GROUP BY site_key ORDER BY site_key",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_day(stmt, 1, from);
    wdm_db_bind_day(stmt, 2, to);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_site_delay delay = {.site_key = sqlite3_column_int64(stmt, 0),
                                      .site_id = wdm_db_text(stmt, 1),
                                      .n_results = sqlite3_column_int64(stmt, 2),
                                      .days = sqlite3_column_int(stmt, 3),
                                      .collected = wdm_db_day(stmt, 4)};
        rc = fn(context, &delay, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_site_people(wdm_store *store, const char *factor_set, int64_t site_key, wdm_day from,
                                  wdm_day to, wdm_site_people_fn fn, void *context, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT u.site_key, s.site_id, u.method, p.method, exp(avg(ln(p.population / u.population))), "
        "count(*) FROM population_estimate u JOIN population_estimate p ON p.site_key = u.site_key AND p.day "
        "= u.day AND p.factor_set_key = u.factor_set_key AND p.method <> u.method JOIN site s ON s.site_key "
        "= u.site_key WHERE u.used = 1 AND u.day BETWEEN ?2 AND ?3 AND u.factor_set_key = " FACTOR_SET_KEY
        " AND (?4 = 0 OR u.site_key = ?4) GROUP BY u.site_key, u.method, p.method "
        "ORDER BY u.site_key, u.method, p.method",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_day(stmt, 2, from);
    wdm_db_bind_day(stmt, 3, to);
    wdm_db_bind_int(stmt, 4, site_key);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_site_people people = {.site_key = sqlite3_column_int64(stmt, 0),
                                        .site_id = wdm_db_text(stmt, 1),
                                        .method = wdm_db_text(stmt, 2),
                                        .other = wdm_db_text(stmt, 3),
                                        .ratio = wdm_db_real(stmt, 4),
                                        .n_days = sqlite3_column_int(stmt, 5)};
        rc = fn(context, &people, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}
