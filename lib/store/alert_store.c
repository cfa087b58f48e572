// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/alert_store.h"

#include <string.h>

#include "store/db.h"

// Events that tell of a level.
#define TELLS "e.event IN ('opened', 'worse', 'better')"
#define LEVEL_WEEK "(SELECT max(e.week) FROM alert_event e WHERE e.alert_id = l.alert_id AND " TELLS ")"
#define ALERT_COLUMNS                                                                                        \
    "SELECT l.alert_id, coalesce(l.site_key, 0), l.drug_key, coalesce(l.biomarker_key, 0), l.quantity, "     \
    "l.opened, l.last_seen, l.closed, l.weeks, l.value, l.lo95, l.hi95, l.threshold, l.baseline, l.factor, " \
    "l.probability, l.inhibits, coalesce(l.inhibited_by, 0), l.one_off, coalesce(l.previous_alert_id, 0), "  \
    "coalesce((SELECT min(e.week) FROM alert_event e WHERE e.alert_id = l.alert_id), 0), "                   \
    "coalesce((SELECT max(e.week) FROM alert_event e WHERE e.alert_id = l.alert_id), 0) AS event_week, "     \
    "coalesce(" LEVEL_WEEK ", 0), l.judged_week, l.lower_weeks, coalesce(s.site_id, ''), d.drug_id, "        \
    "coalesce(a.analyte_id, ''), l.region_id, l.rule_id, l.family, l.level, l.state, l.reason, "             \
    "l.reason_zh, l.acknowledged_by, l.acknowledged_note, l.group_key, l.lower_level, "                      \
    "coalesce((SELECT e.level FROM alert_event e WHERE e.alert_id = l.alert_id AND " TELLS                   \
    " AND e.week < " LEVEL_WEEK " ORDER BY e.event_id DESC LIMIT 1), 'none') FROM alert l "                  \
    "LEFT JOIN site s ON s.site_key = l.site_key JOIN drug d ON d.drug_key = l.drug_key "                    \
    "LEFT JOIN analyte a ON a.analyte_key = l.biomarker_key "
// An alert stands under the one that explains it.
#define ALERT_ORDER " ORDER BY coalesce(l.inhibited_by, l.alert_id), l.inhibited_by IS NOT NULL, l.alert_id"

static const char open_sql[] = ALERT_COLUMNS "WHERE l.state IN ('open', 'acknowledged')" ALERT_ORDER;
static const char all_sql[] = ALERT_COLUMNS ALERT_ORDER;

enum { FIRST_TEXT = 25 };

static wdm_alert alert_of(sqlite3_stmt *q)
{
    wdm_alert a = {.alert_id = sqlite3_column_int64(q, 0),
                   .site_key = sqlite3_column_int64(q, 1),
                   .drug_key = sqlite3_column_int64(q, 2),
                   .biomarker_key = sqlite3_column_int64(q, 3),
                   .quantity = sqlite3_column_int(q, 4),
                   .opened = wdm_db_day(q, 5),
                   .last_seen = wdm_db_day(q, 6),
                   .closed = wdm_db_day(q, 7),
                   .weeks = sqlite3_column_int(q, 8),
                   .inhibits = sqlite3_column_int(q, 16) != 0,
                   .inhibited_by = sqlite3_column_int64(q, 17),
                   .one_off = sqlite3_column_int(q, 18) != 0,
                   .previous_alert_id = sqlite3_column_int64(q, 19),
                   .opened_week = sqlite3_column_int(q, 20)};
    double *const numbers[] = {&a.value,    &a.lo95,   &a.hi95,       &a.threshold,
                               &a.baseline, &a.factor, &a.probability};
    const char **const texts[] = {&a.site_id,  &a.drug_id,   &a.biomarker_id,    &a.region_id,
                                  &a.rule_id,  &a.family,    &a.level,           &a.state,
                                  &a.reason,   &a.reason_zh, &a.acknowledged_by, &a.acknowledged_note,
                                  &a.group_key};
    const int n_texts = (int)(sizeof texts / sizeof texts[0]);
    for (int i = 0; i < 7; i++)
        *numbers[i] = wdm_db_real(q, 9 + i);
    for (int i = 0; i < n_texts; i++)
        *texts[i] = wdm_db_text(q, FIRST_TEXT + i);
    a.life = (wdm_alert_life){.level = wdm_alert_level_parse(a.level),
                              .before_level = wdm_alert_level_parse(wdm_db_text(q, FIRST_TEXT + n_texts + 1)),
                              .level_week = sqlite3_column_int(q, 22),
                              .event_week = sqlite3_column_int(q, 21),
                              .judged_week = sqlite3_column_type(q, 23) == SQLITE_NULL
                                                 ? sqlite3_column_int(q, 21) // from before there was a column
                                                 : sqlite3_column_int(q, 23),
                              .lower_weeks = sqlite3_column_int(q, 24),
                              .lower_level = wdm_alert_level_parse(wdm_db_text(q, FIRST_TEXT + n_texts))};
    return a;
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

// What both writers bind: ?1 .. ?20.
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
    wdm_db_bind_text(stmt, 14, alert->reason_zh == NULL ? "" : alert->reason_zh);
    wdm_db_bind_int(stmt, 15, alert->inhibits ? 1 : 0);
    bind_key(stmt, 16, alert->inhibited_by);
    wdm_db_bind_int(stmt, 17, alert->one_off ? 1 : 0);
    wdm_db_bind_int(stmt, 18, alert->life.judged_week);
    wdm_db_bind_int(stmt, 19, alert->life.lower_weeks);
    wdm_db_bind_text(stmt, 20, wdm_alert_level_text(alert->life.lower_level));
}

// Keys of a series under a rule: ?21 .. ?26.
static void bind_keys(sqlite3_stmt *stmt, const wdm_alert *alert)
{
    bind_key(stmt, 21, alert->site_key);
    wdm_db_bind_text(stmt, 22, alert->region_id);
    wdm_db_bind_int(stmt, 23, alert->drug_key);
    bind_key(stmt, 24, alert->biomarker_key);
    wdm_db_bind_int(stmt, 25, alert->quantity);
    wdm_db_bind_text(stmt, 26, alert->rule_id);
}

// The newest alert of the same rule and series that has ended shortly before.
static wdm_rc find_previous(wdm_store *store, wdm_alert *alert, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT max(alert_id) FROM alert WHERE coalesce(site_key, 0) = coalesce(?21, "
                               "0) AND region_id = ?22 AND "
                               "drug_key = ?23 AND coalesce(biomarker_key, 0) = coalesce(?24, 0) AND "
                               "quantity = ?25 AND rule_id = ?26 "
                               "AND state = 'closed' AND closed >= ?1",
                               &stmt, err);
    alert->previous_alert_id = 0;
    if (rc != WDM_OK)
        return rc;
    bind_keys(stmt, alert);
    wdm_db_bind_int(stmt, 1, alert->opened - WDM_ALERT_FLAPPING_DAYS);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        alert->previous_alert_id = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_add_alert(wdm_store *store, wdm_alert *alert, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = find_previous(store, alert, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "INSERT INTO alert (level, state, last_seen, closed, weeks, value, lo95, hi95, threshold, "
            "baseline, factor, probability, reason, reason_zh, inhibits, inhibited_by, one_off, judged_week, "
            "lower_weeks, lower_level, site_key, region_id, drug_key, biomarker_key, quantity, rule_id, "
            "family, opened, group_key, previous_alert_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
            "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, "
            "?30)",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_facts(stmt, alert);
    bind_keys(stmt, alert);
    wdm_db_bind_text(stmt, 27, alert->family);
    wdm_db_bind_day(stmt, 28, alert->opened);
    wdm_db_bind_text(stmt, 29, alert->group_key == NULL ? "" : alert->group_key);
    bind_key(stmt, 30, alert->previous_alert_id);
    rc = wdm_db_run(store, stmt, err);
    alert->alert_id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

wdm_rc wdm_store_update_alert(wdm_store *store, const wdm_alert *alert, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "UPDATE alert SET level = ?1, state = ?2, last_seen = ?3, closed = ?4, weeks = ?5, value = ?6, "
        "lo95 = ?7, hi95 = ?8, threshold = ?9, baseline = ?10, factor = ?11, probability = ?12, reason = "
        "?13, reason_zh = ?14, inhibits = ?15, inhibited_by = ?16, one_off = ?17, judged_week = ?18, "
        "lower_weeks = ?19, lower_level = ?20 WHERE alert_id = ?21",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_facts(stmt, alert);
    wdm_db_bind_int(stmt, 21, alert->alert_id);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_alert_seen_weeks(wdm_store *store, int64_t alert_id, int64_t *weeks, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT count(DISTINCT e.week) FROM alert_event e WHERE e.alert_id = ?1 AND "
                               "(" TELLS " OR e.event = 'repeated')",
                               &stmt, err);
    *weeks = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, alert_id);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        *weeks = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}

// The event of an acknowledgement belongs to the week of the newest one, so that it does not hide a later
// repetition.
static wdm_rc acknowledged_event(wdm_store *store, const wdm_acknowledgement *ack, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO alert_event (alert_id, as_of, run_id, event, level, week, value, lo95, hi95, threshold, "
        "baseline, factor, probability, rule, reason, reason_zh) SELECT l.alert_id, ?2, ?3, 'acknowledged', "
        "l.level, e.week, l.value, l.lo95, l.hi95, l.threshold, l.baseline, l.factor, l.probability, e.rule, "
        "?4, ?4 FROM alert l JOIN alert_event e ON e.event_id = (SELECT max(n.event_id) FROM alert_event n "
        "WHERE n.alert_id = ?1) WHERE l.alert_id = ?1",
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
        store,
        "SELECT count(*) FROM alert WHERE state IN ('open', 'acknowledged') AND level = ?1 AND inhibited_by "
        "IS NULL",
        &stmt, err);
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
