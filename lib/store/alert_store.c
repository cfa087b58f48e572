// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/alert_store.h"

#include <string.h>

#include "store/db.h"

#define ALERT_COLUMNS                                                                                        \
    "SELECT l.alert_id, coalesce(l.site_key, 0), l.drug_key, coalesce(l.biomarker_key, 0), "                 \
    "coalesce(s.site_id, ''), "                                                                              \
    "d.drug_id, coalesce(a.analyte_id, ''), l.region_id, l.quantity, l.rule_id, l.family, l.level, "         \
    "l.state, l.opened, "                                                                                    \
    "l.last_seen, l.closed, l.weeks, l.value, l.lo95, l.hi95, l.threshold, l.baseline, l.factor, "           \
    "l.probability, "                                                                                        \
    "l.reason, l.acknowledged_by, l.acknowledged_note, "                                                     \
    "coalesce((SELECT min(e.week) FROM alert_event e WHERE e.alert_id = l.alert_id), 0), "                   \
    "coalesce((SELECT max(e.week) FROM alert_event e WHERE e.alert_id = l.alert_id), 0) FROM alert l "       \
    "LEFT JOIN site s ON s.site_key = l.site_key JOIN drug d ON d.drug_key = l.drug_key "                    \
    "LEFT JOIN analyte a ON a.analyte_key = l.biomarker_key "

static const char open_sql[] = ALERT_COLUMNS "WHERE l.state IN ('open', 'acknowledged') ORDER BY l.alert_id";
static const char all_sql[] = ALERT_COLUMNS "ORDER BY l.alert_id";

static wdm_alert alert_of(sqlite3_stmt *stmt)
{
    return (wdm_alert){.alert_id = sqlite3_column_int64(stmt, 0),
                       .site_key = sqlite3_column_int64(stmt, 1),
                       .drug_key = sqlite3_column_int64(stmt, 2),
                       .biomarker_key = sqlite3_column_int64(stmt, 3),
                       .site_id = wdm_db_text(stmt, 4),
                       .drug_id = wdm_db_text(stmt, 5),
                       .biomarker_id = wdm_db_text(stmt, 6),
                       .region_id = wdm_db_text(stmt, 7),
                       .quantity = sqlite3_column_int(stmt, 8),
                       .rule_id = wdm_db_text(stmt, 9),
                       .family = wdm_db_text(stmt, 10),
                       .level = wdm_db_text(stmt, 11),
                       .state = wdm_db_text(stmt, 12),
                       .opened = wdm_db_day(stmt, 13),
                       .last_seen = wdm_db_day(stmt, 14),
                       .closed = wdm_db_day(stmt, 15),
                       .weeks = sqlite3_column_int(stmt, 16),
                       .value = wdm_db_real(stmt, 17),
                       .lo95 = wdm_db_real(stmt, 18),
                       .hi95 = wdm_db_real(stmt, 19),
                       .threshold = wdm_db_real(stmt, 20),
                       .baseline = wdm_db_real(stmt, 21),
                       .factor = wdm_db_real(stmt, 22),
                       .probability = wdm_db_real(stmt, 23),
                       .reason = wdm_db_text(stmt, 24),
                       .acknowledged_by = wdm_db_text(stmt, 25),
                       .acknowledged_note = wdm_db_text(stmt, 26),
                       .opened_week = sqlite3_column_int(stmt, 27),
                       .event_week = sqlite3_column_int(stmt, 28)};
}

wdm_rc wdm_store_each_alert(wdm_store *store, bool only_open, wdm_alert_fn fn, void *context, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, only_open ? open_sql : all_sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_alert alert = alert_of(stmt);
        rc = fn(context, &alert, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

static void bind_key(sqlite3_stmt *stmt, int at, int64_t key)
{
    if (key == 0)
        wdm_db_bind_null(stmt, at);
    else
        wdm_db_bind_int(stmt, at, key);
}

// What both writers bind: ?1 .. ?13.
static void bind_facts(sqlite3_stmt *stmt, const wdm_alert *alert)
{
    wdm_db_bind_text(stmt, 1, alert->level);
    wdm_db_bind_text(stmt, 2, alert->state);
    wdm_db_bind_day(stmt, 3, alert->last_seen);
    wdm_db_bind_day(stmt, 4, alert->closed);
    wdm_db_bind_int(stmt, 5, alert->weeks);
    wdm_db_bind_real(stmt, 6, alert->value);
    wdm_db_bind_real(stmt, 7, alert->lo95);
    wdm_db_bind_real(stmt, 8, alert->hi95);
    wdm_db_bind_real(stmt, 9, alert->threshold);
    wdm_db_bind_real(stmt, 10, alert->baseline);
    wdm_db_bind_real(stmt, 11, alert->factor);
    wdm_db_bind_real(stmt, 12, alert->probability);
    wdm_db_bind_text(stmt, 13, alert->reason);
}

wdm_rc wdm_store_add_alert(wdm_store *store, wdm_alert *alert, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO alert (level, state, last_seen, closed, weeks, value, lo95, hi95, threshold, baseline, "
        "factor, "
        "probability, reason, site_key, region_id, drug_key, biomarker_key, quantity, rule_id, family, "
        "opened) VALUES "
        "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_facts(stmt, alert);
    bind_key(stmt, 14, alert->site_key);
    wdm_db_bind_text(stmt, 15, alert->region_id);
    wdm_db_bind_int(stmt, 16, alert->drug_key);
    bind_key(stmt, 17, alert->biomarker_key);
    wdm_db_bind_int(stmt, 18, alert->quantity);
    wdm_db_bind_text(stmt, 19, alert->rule_id);
    wdm_db_bind_text(stmt, 20, alert->family);
    wdm_db_bind_day(stmt, 21, alert->opened);
    rc = wdm_db_run(store, stmt, err);
    alert->alert_id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

wdm_rc wdm_store_update_alert(wdm_store *store, const wdm_alert *alert, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "UPDATE alert SET level = ?1, state = ?2, last_seen = ?3, closed = ?4, weeks = ?5, value "
        "= ?6, lo95 = ?7, hi95 = ?8, threshold = ?9, baseline = ?10, factor = ?11, probability = "
        "?12, reason = ?13 WHERE alert_id = ?14",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_facts(stmt, alert);
    wdm_db_bind_int(stmt, 14, alert->alert_id);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_add_alert_event(wdm_store *store, const wdm_alert_event *event, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO alert_event (alert_id, as_of, run_id, event, level, week, value, threshold, "
        "probability, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, event->alert_id);
    wdm_db_bind_day(stmt, 2, event->as_of);
    wdm_db_bind_int(stmt, 3, event->run_id);
    wdm_db_bind_text(stmt, 4, event->event);
    wdm_db_bind_text(stmt, 5, event->level);
    wdm_db_bind_int(stmt, 6, event->week);
    wdm_db_bind_real(stmt, 7, event->value);
    wdm_db_bind_real(stmt, 8, event->threshold);
    wdm_db_bind_real(stmt, 9, event->probability);
    wdm_db_bind_text(stmt, 10, event->reason);
    return wdm_db_run(store, stmt, err);
}

// The event of an acknowledgement belongs to the week of the newest one, so that it does not hide a later
// repetition.
static wdm_rc acknowledged_event(wdm_store *store, const wdm_acknowledgement *ack, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO alert_event (alert_id, as_of, run_id, event, level, week, value, threshold, "
        "probability, reason) SELECT alert_id, ?2, ?3, 'acknowledged', level, (SELECT "
        "max(e.week) FROM alert_event e WHERE e.alert_id = ?1), value, threshold, probability, "
        "?4 FROM alert WHERE alert_id = ?1",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, ack->alert_id);
    wdm_db_bind_day(stmt, 2, ack->as_of);
    wdm_db_bind_int(stmt, 3, ack->run_id);
    wdm_db_bind_text(stmt, 4, ack->note);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_acknowledge(wdm_store *store, const wdm_acknowledgement *ack, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool open = false;
    wdm_rc rc = wdm_db_prepare(store, "SELECT state FROM alert WHERE alert_id = ?1", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, ack->alert_id);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && !row)
        return wdm_err_set(err, WDM_E_DATA, "there is no alert %lld; wdm alert list shows them",
                           (long long)ack->alert_id);
    if (rc == WDM_OK) {
        open = strcmp(wdm_db_text(stmt, 0), "open") == 0 || strcmp(wdm_db_text(stmt, 0), "acknowledged") == 0;
        if (!open)
            rc = wdm_err_set(err, WDM_E_DATA, "alert %lld is %s; only an open one can be acknowledged",
                             (long long)ack->alert_id, wdm_db_text(stmt, 0));
    }
    (void)sqlite3_reset(stmt);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "UPDATE alert SET state = 'acknowledged', acknowledged_by = ?2, "
                            "acknowledged_note = CASE ?3 WHEN '' THEN acknowledged_note ELSE ?3 END "
                            "WHERE alert_id = ?1",
                            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, ack->alert_id);
    wdm_db_bind_text(stmt, 2, ack->by);
    wdm_db_bind_text(stmt, 3, ack->note);
    rc = wdm_db_run(store, stmt, err);
    return rc == WDM_OK ? acknowledged_event(store, ack, err) : rc;
}

wdm_rc wdm_store_alert_has_data(wdm_store *store, const wdm_alert *alert, const char *factor_set, bool *has,
                                wdm_err *err)
{
    static const char of_site[] =
        "SELECT 1 FROM weekly WHERE site_key = ?1 AND drug_key = ?2 AND biomarker_key = ?3 AND quantity = ?4 "
        "AND week >= ?5 AND factor_set_key = (SELECT factor_set_key FROM factor_set WHERE factor_set = ?6) "
        "LIMIT 1";
    static const char of_region[] =
        "SELECT 1 FROM region_weekly WHERE region_key = (SELECT region_key FROM region WHERE region_id = ?1) "
        "AND drug_key = ?2 AND biomarker_key = ?3 AND quantity = ?4 AND week >= ?5 AND factor_set_key = "
        "(SELECT factor_set_key FROM factor_set WHERE factor_set = ?6) LIMIT 1";
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = WDM_OK;
    *has = alert->biomarker_key == 0;
    if (*has)
        return WDM_OK;
    rc = wdm_db_prepare(store, alert->site_key == 0 ? of_region : of_site, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    if (alert->site_key == 0)
        wdm_db_bind_text(stmt, 1, alert->region_id);
    else
        wdm_db_bind_int(stmt, 1, alert->site_key);
    wdm_db_bind_int(stmt, 2, alert->drug_key);
    wdm_db_bind_int(stmt, 3, alert->biomarker_key);
    wdm_db_bind_int(stmt, 4, alert->quantity);
    wdm_db_bind_int(stmt, 5, alert->opened_week);
    wdm_db_bind_text(stmt, 6, factor_set);
    rc = wdm_db_step(store, stmt, has, err);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_count_alerts(wdm_store *store, const char *level, int64_t *count, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store, "SELECT count(*) FROM alert WHERE state IN ('open', 'acknowledged') AND level = ?1", &stmt,
        err);
    *count = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, level);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        *count = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}
