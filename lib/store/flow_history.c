// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/flow_history.h"

#include <string.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/quality_sql.h"

wdm_rc wdm_store_flow_history(wdm_store *store, const char *site_id, const wdm_batch *not_batch,
                              wdm_flow_history *history, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT day, flow_m3_d FROM field_current WHERE site_key = (SELECT site_key FROM site WHERE site_id "
        "= ?1) AND batch_id <> ?2 AND flow_m3_d IS NOT NULL ORDER BY day, sample_id",
        &stmt, err);
    memset(history, 0, sizeof *history);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, site_id);
    wdm_db_bind_int(stmt, 2, not_batch->batch_id);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_flow_day day = {wdm_db_day(stmt, 0), wdm_db_real(stmt, 1)};
        if (history->n > 0 && history->days[history->n - 1].day == day.day)
            continue; // sorted: the whole day's came first
        rc = wdm_grow(&history->days, &history->cap, history->n + 1, sizeof *history->days, err);
        if (rc != WDM_OK)
            break;
        history->days[history->n++] = day;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

void wdm_flow_history_fini(wdm_flow_history *history)
{
    wdm_free(history->days);
    memset(history, 0, sizeof *history);
}

wdm_rc wdm_store_each_day_flow(wdm_store *store, const char *site_id, wdm_day day, wdm_day_flow_fn fn,
                               void *user, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT sample_id, flow_m3_d FROM field_current WHERE site_key = (SELECT "
                               "site_key FROM site WHERE site_id = ?1) AND day = ?2 AND flow_m3_d IS NOT "
                               "NULL ORDER BY sample_id",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, site_id);
    wdm_db_bind_day(stmt, 2, day);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row)
        rc = fn(user, wdm_db_text(stmt, 0), wdm_db_real(stmt, 1), err);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_marker(wdm_store *store, const char *site_id, const char *analyte_id, wdm_day day,
                             wdm_marker_fn fn, void *user, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT r.value_ng_l, coalesce(f.flow_m3_d, g.flow_m3_d) AS flow, coalesce(f.domestic_share, "
        "g.domestic_share) FROM result_placed "
        "r " WDM_DB_FIELD_OF_RESULT
        "WHERE r.site_key = (SELECT site_key FROM site WHERE site_id = ?1) AND r.day = ?2 AND r.analyte_key "
        "= (SELECT analyte_key FROM analyte WHERE analyte_id = ?3) AND r.state = 0 AND r.value_ng_l > 0 AND "
        "r.sample_type = 'sample' AND flow IS NOT NULL AND coalesce(" WDM_DB_QC_SEVERITY ", 0) < 2",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, site_id);
    wdm_db_bind_day(stmt, 2, day);
    wdm_db_bind_text(stmt, 3, analyte_id);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_marker_sample sample = {wdm_db_real(stmt, 0), wdm_db_real(stmt, 1), wdm_db_real(stmt, 2)};
        rc = fn(user, &sample, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}
