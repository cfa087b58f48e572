// SPDX-License-Identifier: GPL-3.0-or-later
// The series of longer scales, read one by one.
#include "base/mem.h"
#include "store/db.h"
#include "store/trend_store.h"

static void bind_series(sqlite3_stmt *stmt, const wdm_series *series, wdm_scale scale, wdm_day as_of)
{
    wdm_db_bind_text(stmt, 1, series->site_key != 0 ? "site" : "region");
    wdm_db_bind_int(stmt, 2, series->site_key != 0 ? series->site_key : series->region_key);
    wdm_db_bind_int(stmt, 3, series->drug_key);
    wdm_db_bind_int(stmt, 4, series->biomarker_key);
    wdm_db_bind_int(stmt, 5, (int64_t)series->quantity);
    wdm_db_bind_int(stmt, 6, (int64_t)scale);
    wdm_db_bind_day(stmt, 7, as_of);
}

wdm_rc wdm_store_read_points(wdm_store *store, const wdm_series *series, wdm_scale scale, wdm_day as_of,
                             wdm_arena *arena, wdm_trend_points *points, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT first_day, last_day, estimate, coalesce(limit_value, bound_high), lo95, hi95, lo95_random, "
        "hi95_random, n_days, population, period FROM period WHERE place_kind = ?1 AND place_key = ?2 AND "
        "drug_key = ?3 AND biomarker_key = ?4 AND quantity = ?5 AND scale = ?6 AND last_day <= ?7 AND "
        "factor_set_key = " WDM_DB_FACTOR_SET_KEY " ORDER BY first_day, period",
        &stmt, err);
    points->n = 0;
    if (rc != WDM_OK)
        return rc;
    bind_series(stmt, series, scale, as_of);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        wdm_trend_point *p = NULL;
        rc = wdm_grow(&points->rows, &points->cap, points->n + 1, sizeof *points->rows, err);
        if (rc != WDM_OK)
            break;
        p = &points->rows[points->n++];
        *p = (wdm_trend_point){.first = wdm_db_day(stmt, 0),
                               .last = wdm_db_day(stmt, 1),
                               .estimate = wdm_db_real(stmt, 2),
                               .upper = wdm_db_real(stmt, 3),
                               .log_sd = wdm_trend_log_sd(wdm_db_real(stmt, 6), wdm_db_real(stmt, 7)),
                               .total_log_sd = wdm_trend_log_sd(wdm_db_real(stmt, 4), wdm_db_real(stmt, 5)),
                               .n_days = sqlite3_column_int(stmt, 8),
                               .population = wdm_db_real(stmt, 9)};
        p->time = wdm_trend_middle(series->days, series->n_days, p->first, p->last);
        if (scale == WDM_SCALE_CAMPAIGN) {
            p->name = wdm_arena_strdup(arena, wdm_db_text(stmt, 10));
            rc = p->name == NULL ? wdm_err_nomem(err) : WDM_OK;
        }
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_read_region_days(wdm_store *store, const wdm_series *series, wdm_day as_of, wdm_day **days,
                                  size_t *cap, size_t *n, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT first_day FROM period WHERE place_kind = ?1 AND place_key = ?2 AND drug_key = ?3 AND "
        "biomarker_key = ?4 AND quantity = ?5 AND scale = ?6 AND first_day <= ?7 AND factor_set_key "
        "= " WDM_DB_FACTOR_SET_KEY " ORDER BY first_day",
        &stmt, err);
    *n = 0;
    if (rc != WDM_OK)
        return rc;
    bind_series(stmt, series, WDM_SCALE_DAY, as_of);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(days, cap, *n + 1, sizeof **days, err);
        if (rc != WDM_OK)
            break;
        (*days)[(*n)++] = wdm_db_day(stmt, 0);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}
