// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/alert_event_store.h"

#include "store/db.h"
#include "store/quality_sql.h"
#include "store/report_store_parts.h"

static const char *text_of(const char *text)
{
    return text == NULL ? "" : text;
}

wdm_rc wdm_store_add_alert_event(wdm_store *store, wdm_alert_event *event, wdm_err *err)
{
    const double numbers[] = {event->value,    event->lo95,   event->hi95,       event->threshold,
                              event->baseline, event->factor, event->probability};
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO alert_event (alert_id, as_of, run_id, event, cause, level, week, value, lo95, hi95, "
        "threshold, baseline, factor, probability, rule, reason, reason_zh) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
        "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, event->alert_id);
    wdm_db_bind_day(q, 2, event->as_of);
    wdm_db_bind_int(q, 3, event->run_id);
    wdm_db_bind_text(q, 4, event->event);
    wdm_db_bind_text(q, 5, text_of(event->cause));
    wdm_db_bind_text(q, 6, event->level);
    wdm_db_bind_int(q, 7, event->week);
    for (int i = 0; i < 7; i++)
        wdm_db_bind_real(q, 8 + i, numbers[i]);
    wdm_db_bind_text(q, 15, text_of(event->rule));
    wdm_db_bind_text(q, 16, text_of(event->reason));
    wdm_db_bind_text(q, 17, text_of(event->reason_zh));
    rc = wdm_db_run(store, q, err);
    event->event_id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

// Prepares a statement whose ?1 is the alert.
static wdm_rc of_alert(wdm_store *store, const char *sql, int64_t alert_id, sqlite3_stmt **q, wdm_err *err)
{
    wdm_rc rc = wdm_db_prepare(store, sql, q, err);
    if (rc == WDM_OK)
        wdm_db_bind_int(*q, 1, alert_id);
    return rc;
}

wdm_rc wdm_store_each_alert_event(wdm_store *store, int64_t alert_id, wdm_alert_event_fn fn, void *context,
                                  wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = of_alert(store,
                         "SELECT event_id, alert_id, run_id, as_of, event, cause, level, week, value, lo95, "
                         "hi95, threshold, baseline, factor, probability, rule, reason, reason_zh FROM "
                         "alert_event WHERE alert_id = ?1 ORDER BY event_id",
                         alert_id, &q, err);
    while (rc == WDM_OK && (rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        const wdm_alert_event event = {.event_id = sqlite3_column_int64(q, 0),
                                       .alert_id = sqlite3_column_int64(q, 1),
                                       .run_id = sqlite3_column_int64(q, 2),
                                       .as_of = wdm_db_day(q, 3),
                                       .event = wdm_db_text(q, 4),
                                       .cause = wdm_db_text(q, 5),
                                       .level = wdm_db_text(q, 6),
                                       .week = sqlite3_column_int(q, 7),
                                       .value = wdm_db_real(q, 8),
                                       .lo95 = wdm_db_real(q, 9),
                                       .hi95 = wdm_db_real(q, 10),
                                       .threshold = wdm_db_real(q, 11),
                                       .baseline = wdm_db_real(q, 12),
                                       .factor = wdm_db_real(q, 13),
                                       .probability = wdm_db_real(q, 14),
                                       .rule = wdm_db_text(q, 15),
                                       .reason = wdm_db_text(q, 16),
                                       .reason_zh = wdm_db_text(q, 17)};
        rc = fn(context, &event, err);
    }
    if (q != NULL)
        (void)sqlite3_reset(q);
    return rc;
}

// ---- checks

wdm_rc wdm_store_add_event_check(wdm_store *store, const wdm_event_check *check, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "INSERT INTO alert_event_check (event_id, check_id, verdict, text, text_zh) "
                               "VALUES (?1, ?2, ?3, ?4, ?5)",
                               &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, check->event_id);
    wdm_db_bind_text(q, 2, check->check_id);
    wdm_db_bind_text(q, 3, check->verdict);
    wdm_db_bind_text(q, 4, text_of(check->text));
    wdm_db_bind_text(q, 5, text_of(check->text_zh));
    return wdm_db_run(store, q, err);
}

wdm_rc wdm_store_each_event_check(wdm_store *store, int64_t alert_id, wdm_event_check_fn fn, void *context,
                                  wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = of_alert(store,
                         "SELECT c.event_id, c.check_id, c.verdict, c.text, c.text_zh FROM alert_event e "
                         "JOIN alert_event_check c USING (event_id) WHERE e.alert_id = ?1 ORDER BY 1, 2",
                         alert_id, &q, err);
    while (rc == WDM_OK && (rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        const wdm_event_check check = {.event_id = sqlite3_column_int64(q, 0),
                                       .check_id = wdm_db_text(q, 1),
                                       .verdict = wdm_db_text(q, 2),
                                       .text = wdm_db_text(q, 3),
                                       .text_zh = wdm_db_text(q, 4)};
        rc = fn(context, &check, err);
    }
    if (q != NULL)
        (void)sqlite3_reset(q);
    return rc;
}

// ---- the rows behind an event

wdm_rc wdm_store_add_event_results(wdm_store *store, const wdm_event_scope *scope, wdm_err *err)
{
    static const char assay[] =
        "INSERT OR IGNORE INTO alert_event_result (event_id, site_key, day, analyte_key, sample_key, "
        "method_key, replicate, revision) SELECT ?1, r.own_site_key, r.own_day, r.analyte_key, r.sample_key, "
        "r.method_key, r.replicate, r.revision FROM site s CROSS JOIN result_placed r ON r.site_key = "
        "+s.site_key AND r.day BETWEEN ?4 AND ?5 WHERE s.site_id = ?2 AND r.sample_type = 'sample' AND "
        "r.state <> 3 AND r.end_day <= ?6 AND (?3 = '' OR r.analyte_key = (SELECT analyte_key FROM analyte "
        "WHERE analyte_id = ?3)) AND coalesce(" WDM_DB_QC_SEVERITY ", 0) < 2";
    static const char of_site[] =
        "INSERT OR IGNORE INTO alert_event_load (event_id, place_kind, place_id, day, analyte_key, revision) "
        "SELECT ?1, place_kind, place_id, day, analyte_key, revision FROM published_load_current WHERE "
        "place_kind = 'site' AND place_id = ?2 AND day BETWEEN ?4 AND min(?5, ?6) AND (?3 = '' OR "
        "analyte_key = (SELECT analyte_key FROM analyte WHERE analyte_id = ?3))";
    static const char of_region[] =
        "INSERT OR IGNORE INTO alert_event_load (event_id, place_kind, place_id, day, analyte_key, revision) "
        "SELECT ?1, place_kind, place_id, day, analyte_key, revision FROM published_load_current WHERE "
        "place_kind = 'region' AND place_id = ?2 AND day BETWEEN ?4 AND min(?5, ?6) AND (?3 = '' OR "
        "analyte_key = (SELECT analyte_key FROM analyte WHERE analyte_id = ?3))";
    const char *const statements[] = {scope->of_region ? of_region : of_site, assay};
    wdm_rc rc = WDM_OK;
    for (int i = 0; i < (scope->of_region ? 1 : 2) && rc == WDM_OK; i++) {
        sqlite3_stmt *q = NULL;
        rc = wdm_db_prepare(store, statements[i], &q, err);
        if (rc != WDM_OK)
            return rc;
        wdm_db_bind_int(q, 1, scope->event_id);
        wdm_db_bind_text(q, 2, scope->place_id);
        wdm_db_bind_text(q, 3, scope->analyte_id);
        wdm_db_bind_day(q, 4, scope->first);
        wdm_db_bind_day(q, 5, scope->last);
        wdm_db_bind_day(q, 6, scope->as_of);
        rc = wdm_db_run(store, q, err);
    }
    return rc;
}

wdm_rc wdm_store_site_id(wdm_store *store, int64_t site_key, wdm_arena *arena, const char **site_id,
                         wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, "SELECT site_id FROM site WHERE site_key = ?1", &q, err);
    *site_id = "";
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, site_key);
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row)
        *site_id = wdm_report_keep(q, 0, arena, &kept);
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

// What has become of a row r that was stored with batch b: 0 in force, 1 undone, 2 corrected, 3 failed.
#define OF_RESULT                                                                                            \
    "CASE WHEN b.status = 'undone' THEN 1 WHEN EXISTS (SELECT 1 FROM superseded x JOIN batch xb ON "         \
    "xb.batch_id = x.by_batch_id AND xb.status <> 'undone' WHERE x.site_key = r.site_key AND x.day = r.day " \
    "AND x.analyte_key = r.analyte_key AND x.sample_key = r.sample_key AND x.method_key = r.method_key AND " \
    "x.replicate = r.replicate AND x.revision = r.revision) THEN 2 WHEN coalesce((SELECT v.severity FROM "   \
    "result_verdict v WHERE v.site_key = r.site_key AND v.day = r.day AND v.analyte_key = r.analyte_key "    \
    "AND v.sample_key = r.sample_key AND v.method_key = r.method_key AND v.replicate = r.replicate AND "     \
    "v.revision = r.revision), 0) >= 2 THEN 3 ELSE 0 END"
#define OF_LOAD                                                                                              \
    "CASE WHEN b.status = 'undone' THEN 1 WHEN EXISTS (SELECT 1 FROM published_load x JOIN batch xb ON "     \
    "xb.batch_id = x.batch_id AND xb.status <> 'undone' WHERE x.place_kind = r.place_kind AND x.place_id = " \
    "r.place_id AND x.day = r.day AND x.analyte_key = r.analyte_key AND x.revision > r.revision) THEN 2 "    \
    "ELSE 0 END"
#define RESULT_OF(k)                                                                                         \
    "JOIN result r ON r.site_key = " k ".site_key AND r.day = " k ".day AND r.analyte_key = " k              \
    ".analyte_key AND r.sample_key = " k ".sample_key AND r.method_key = " k ".method_key AND r.replicate "  \
    "= " k ".replicate AND r.revision = " k ".revision JOIN batch b ON b.batch_id = r.batch_id "
#define LOAD_OF(k)                                                                                           \
    "JOIN published_load r ON r.place_kind = " k ".place_kind AND r.place_id = " k                           \
    ".place_id AND r.day = " k ".day AND r.analyte_key = " k ".analyte_key AND r.revision = " k              \
    ".revision JOIN batch b ON b.batch_id = r.batch_id "

wdm_rc wdm_store_each_event_result(wdm_store *store, int64_t alert_id, wdm_event_result_fn fn, void *context,
                                   wdm_err *err)
{
    static const char *const states[] = {"in force", "undone", "corrected", "failed"};
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = of_alert(
        store,
        "SELECT k.event_id, s.site_id AS place, r.day AS day, a.analyte_id AS analyte, p.sample_id AS "
        "sample, CASE r.state WHEN 0 THEN r.value_ng_l WHEN 4 THEN r.value_ng_l END, r.loq_ng_l, 'ng/L', "
        "r.revision, b.name, b.file, r.line, " OF_RESULT " FROM alert_event e JOIN alert_event_result k "
        "USING (event_id) " RESULT_OF(
            "k") "JOIN site s ON s.site_key = r.site_key JOIN analyte a ON "
                 "a.analyte_key = r.analyte_key JOIN sample p ON p.sample_key = r.sample_key WHERE "
                 "e.alert_id = ?1 "
                 "UNION ALL SELECT k.event_id, r.place_id, r.day, a.analyte_id, '', CASE r.state WHEN 0 THEN "
                 "r.load_mg_d_1000 END, r.limit_mg_d_1000, 'mg/d/1000', r.revision, b.name, b.file, "
                 "r.line, " OF_LOAD " FROM alert_event e JOIN alert_event_load k USING (event_id) " LOAD_OF(
                     "k") "JOIN analyte a ON "
                          "a.analyte_key = r.analyte_key WHERE e.alert_id = ?1 ORDER BY 1, 2, 3, 4, 5, 10, "
                          "12",
        alert_id, &q, err);
    while (rc == WDM_OK && (rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        const wdm_event_result result = {.event_id = sqlite3_column_int64(q, 0),
                                         .place_id = wdm_db_text(q, 1),
                                         .day = wdm_db_day(q, 2),
                                         .analyte_id = wdm_db_text(q, 3),
                                         .sample_id = wdm_db_text(q, 4),
                                         .value = wdm_db_real(q, 5),
                                         .limit = wdm_db_real(q, 6),
                                         .unit = wdm_db_text(q, 7),
                                         .revision = sqlite3_column_int(q, 8),
                                         .batch = wdm_db_text(q, 9),
                                         .file = wdm_db_text(q, 10),
                                         .line = sqlite3_column_int64(q, 11),
                                         .state = states[sqlite3_column_int(q, 12)]};
        rc = fn(context, &result, err);
    }
    if (q != NULL)
        (void)sqlite3_reset(q);
    return rc;
}

wdm_rc wdm_store_alert_behind(wdm_store *store, int64_t alert_id, wdm_arena *arena, wdm_behind *out,
                              wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = of_alert(
        store,
        "WITH k AS (SELECT DISTINCT k.site_key, k.day, k.analyte_key, k.sample_key, k.method_key, "
        "k.replicate, "
        "k.revision FROM alert_event e JOIN alert_event_result k USING (event_id) WHERE e.alert_id = ?1), m "
        "AS "
        "(SELECT DISTINCT k.place_kind, k.place_id, k.day, k.analyte_key, k.revision FROM alert_event e JOIN "
        "alert_event_load k USING (event_id) WHERE e.alert_id = ?1), now AS (SELECT " OF_RESULT " AS what, "
        "b.name AS batch, (SELECT xb.name FROM superseded x JOIN batch xb ON xb.batch_id = x.by_batch_id "
        "WHERE "
        "xb.status <> 'undone' AND x.site_key = r.site_key AND x.day = r.day AND x.analyte_key = "
        "r.analyte_key "
        "AND x.sample_key = r.sample_key AND x.method_key = r.method_key AND x.replicate = r.replicate AND "
        "x.revision = r.revision LIMIT 1) AS by_batch, (SELECT v.codes FROM result_verdict v WHERE "
        "v.site_key "
        "= r.site_key AND v.day = r.day AND v.analyte_key = r.analyte_key AND v.sample_key = r.sample_key "
        "AND "
        "v.method_key = r.method_key AND v.replicate = r.replicate AND v.revision = r.revision) AS codes "
        "FROM "
        "k " RESULT_OF("k") "UNION ALL SELECT " OF_LOAD
                            ", b.name, (SELECT xb.name FROM published_load x JOIN "
                            "batch xb ON xb.batch_id = x.batch_id WHERE xb.status <> 'undone' AND "
                            "x.place_kind = r.place_kind AND "
                            "x.place_id = r.place_id AND x.day = r.day AND x.analyte_key = r.analyte_key AND "
                            "x.revision > "
                            "r.revision LIMIT 1), '' FROM m " LOAD_OF(
                                "m") ") SELECT count(*), coalesce(sum(what = 1), 0), "
                                     "coalesce(sum(what = 2), 0), coalesce(sum(what = 3), 0), "
                                     "coalesce(min(CASE what WHEN 1 THEN batch END), "
                                     "min(CASE what WHEN 2 THEN by_batch END)), max(CASE what WHEN 3 THEN "
                                     "codes END), (SELECT e.rule FROM "
                                     "alert_event e WHERE e.alert_id = ?1 AND e.rule <> '' ORDER BY "
                                     "e.event_id DESC LIMIT 1) FROM now",
        alert_id, &q, err);
    *out = (wdm_behind){.batch = "", .codes = "", .rule = ""};
    if (rc != WDM_OK)
        return rc;
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row)
        *out = (wdm_behind){.all = sqlite3_column_int64(q, 0),
                            .undone = sqlite3_column_int64(q, 1),
                            .corrected = sqlite3_column_int64(q, 2),
                            .failed = sqlite3_column_int64(q, 3),
                            .batch = wdm_report_keep(q, 4, arena, &kept),
                            .codes = wdm_report_keep(q, 5, arena, &kept),
                            .rule = wdm_report_keep(q, 6, arena, &kept)};
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_store_count_withdrawn(wdm_store *store, const char *cause, wdm_day since, int64_t *count,
                                 wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT count(DISTINCT l.alert_id) FROM alert l JOIN alert_event e ON e.alert_id = l.alert_id AND "
        "e.event = 'withdrawn' AND e.cause = ?1 AND e.as_of >= ?2 WHERE l.state = 'withdrawn' AND NOT EXISTS "
        "(SELECT 1 FROM alert o WHERE o.alert_id > l.alert_id AND o.rule_id = l.rule_id AND o.drug_key = "
        "l.drug_key AND o.quantity = l.quantity AND o.region_id = l.region_id AND o.site_key IS l.site_key "
        "AND "
        "o.biomarker_key IS l.biomarker_key AND o.state IN ('open', 'acknowledged'))",
        &q, err);
    *count = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(q, 1, cause);
    wdm_db_bind_day(q, 2, since);
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row)
        *count = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    return rc;
}
