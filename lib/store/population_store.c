// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/population_store.h"

#include "store/db.h"

static wdm_rc source_key(wdm_store *store, const char *source, int64_t *key, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store, "INSERT INTO population_source (source) VALUES (?1) ON CONFLICT (source) DO NOTHING", &stmt,
        err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, source);
    rc = wdm_db_run(store, stmt, err);
    return rc == WDM_OK ? wdm_db_key(store, "SELECT source_key FROM population_source WHERE source = ?1",
                                     source, key, err)
                        : rc;
}

wdm_rc wdm_store_put_population_estimate(wdm_store *store, const wdm_config *config,
                                         const wdm_population_row *row, wdm_err *err)
{
    const wdm_population_interval *v = &row->value;
    const double reals[] = {v->persons, v->lo95, v->hi95, v->rsd, v->u_random, v->u_shared, row->weight};
    sqlite3_stmt *stmt = NULL;
    int64_t site = 0;
    int64_t factor_set = 0;
    int64_t source = 0;
    wdm_rc rc = wdm_db_key(store, "SELECT site_key FROM site WHERE site_id = ?1",
                           config->sites.rows[row->site].site_id, &site, err);
    if (rc == WDM_OK)
        rc = wdm_db_key(store, "SELECT factor_set_key FROM factor_set WHERE factor_set = ?1",
                        config->factor_set, &factor_set, err);
    if (rc == WDM_OK)
        rc = source_key(store, row->source, &source, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "INSERT INTO population_estimate (site_key, day, method, factor_set_key, population, "
            "lo95, hi95, rsd, u_random, u_shared, weight, used, n, flags, source_key) VALUES (?1, "
            "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, site);
    wdm_db_bind_day(stmt, 2, row->day);
    wdm_db_bind_text(stmt, 3, row->method);
    wdm_db_bind_int(stmt, 4, factor_set);
    for (int i = 0; i < 7; i++)
        wdm_db_bind_real(stmt, 5 + i, reals[i]);
    wdm_db_bind_int(stmt, 12, row->used);
    wdm_db_bind_int(stmt, 13, row->n);
    wdm_db_bind_int(stmt, 14, row->flags);
    wdm_db_bind_int(stmt, 15, source);
    return wdm_db_run(store, stmt, err);
}
