// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/finding_store.h"

#include "store/db.h"

#define FACTOR_SET_KEY "(SELECT factor_set_key FROM factor_set WHERE factor_set = ?1)"

wdm_rc wdm_store_each_week_ratio(wdm_store *store, const char *factor_set, int32_t from, int32_t to,
                                 wdm_week_ratio_fn fn, void *context, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT r.site_key, s.site_id, r.ratio_id, r.kind, r.period, r.ratio, "
                               "r.limit_value, r.bound_low, r.bound_high, r.lo95, r.hi95, r.sign, r.n_days "
                               "FROM ratio r JOIN site s USING (site_key) WHERE r.scale = 1 AND r.period "
                               "BETWEEN ?2 AND ?3 AND r.factor_set_key = " FACTOR_SET_KEY
                               " ORDER BY r.site_key, r.ratio_id, r.period DESC",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, from);
    wdm_db_bind_int(stmt, 3, to);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_week_ratio ratio = {.site_key = sqlite3_column_int64(stmt, 0),
                                      .site_id = wdm_db_text(stmt, 1),
                                      .ratio_id = wdm_db_text(stmt, 2),
                                      .kind = wdm_db_text(stmt, 3),
                                      .week = sqlite3_column_int(stmt, 4),
                                      .ratio = wdm_db_real(stmt, 5),
                                      .limit = wdm_db_real(stmt, 6),
                                      .bound_low = wdm_db_real(stmt, 7),
                                      .bound_high = wdm_db_real(stmt, 8),
                                      .lo95 = wdm_db_real(stmt, 9),
                                      .hi95 = wdm_db_real(stmt, 10),
                                      .sign = wdm_db_text(stmt, 11)[0],
                                      .n_days = sqlite3_column_int(stmt, 12)};
        rc = fn(context, &ratio, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_series_day(wdm_store *store, const char *factor_set, const wdm_series_days *wanted,
                                 wdm_series_day_fn fn, void *context, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT day, estimate, limit_value, flags FROM daily WHERE site_key = ?2 AND "
                               "day BETWEEN ?3 AND ?4 AND biomarker_key = ?5 AND drug_key = ?6 AND quantity "
                               "= ?7 AND factor_set_key = " FACTOR_SET_KEY " ORDER BY day",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, wanted->site_key);
    wdm_db_bind_day(stmt, 3, wanted->from);
    wdm_db_bind_day(stmt, 4, wanted->to);
    wdm_db_bind_int(stmt, 5, wanted->biomarker_key);
    wdm_db_bind_int(stmt, 6, wanted->drug_key);
    wdm_db_bind_int(stmt, 7, wanted->quantity);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_series_day day = {wdm_db_day(stmt, 0), wdm_db_real(stmt, 1), wdm_db_real(stmt, 2),
                                    sqlite3_column_int64(stmt, 3)};
        rc = fn(context, &day, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_flow(wdm_store *store, int64_t site_key, wdm_day from, wdm_day to, wdm_flow_fn fn,
                           void *context, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT f.day, f.flow_m3_d, f.flags FROM field f WHERE f.site_key = ?1 AND "
                       "f.day BETWEEN ?2 AND ?3 AND f.flow_m3_d IS NOT NULL AND " WDM_DB_FIELD_IN_FORCE(
                           "f") "ORDER BY f.day, f.sample_id",
                       &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, site_key);
    wdm_db_bind_day(stmt, 2, from);
    wdm_db_bind_day(stmt, 3, to);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        rc = fn(context, wdm_db_day(stmt, 0), wdm_db_real(stmt, 1), sqlite3_column_int64(stmt, 2), err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_published_level(wdm_store *store, const char *region_id, int64_t biomarker_key, wdm_day to,
                                 wdm_published_level *level, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT day, load_mg_d_1000 FROM published_load_current WHERE place_kind = "
                               "'region' AND place_id = ?1 AND analyte_key = ?2 AND day <= ?3 AND state = 0 "
                               "AND load_mg_d_1000 > 0 ORDER BY day DESC LIMIT 1",
                               &stmt, err);
    *level = (wdm_published_level){.day = WDM_DAY_NONE, .load_mg_d_1000 = (double)NAN};
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, region_id);
    wdm_db_bind_int(stmt, 2, biomarker_key);
    wdm_db_bind_day(stmt, 3, to);
    rc = wdm_db_step(store, stmt, &level->found, err);
    if (rc == WDM_OK && level->found) {
        level->day = wdm_db_day(stmt, 0);
        level->load_mg_d_1000 = wdm_db_real(stmt, 1);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_drug_key(wdm_store *store, const char *drug_id, int64_t *key, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, "SELECT drug_key FROM drug WHERE drug_id = ?1", &stmt, err);
    *key = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, drug_id);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        *key = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}
