// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to the data and the alerts since a report.
#include <string.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/report_store_parts.h"
#include "store/reported_store.h"

wdm_rc wdm_news_audit(wdm_store *store, const wdm_report_base *base, wdm_arena *arena,
                      wdm_audit_news_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT u.action = 'undo', u.item, u.site_id, u.sample_id, u.analyte_id, u.old_value, u.new_value, "
        "coalesce(b.name, ''), coalesce(b.file, u.file), u.user, u.at, u.day, u.line, coalesce(b.stored + "
        "b.corrected, 0) FROM audit u LEFT JOIN batch b USING (batch_id) WHERE u.run_id > ?1 AND u.action IN "
        "('correct', 'undo') ORDER BY u.audit_id",
        &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, base->seen_run_id);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        wdm_audit_news *n = NULL;
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        n = &out->rows[out->n++];
        const char **const texts[] = {&n->item,      &n->site_id,   &n->sample_id, &n->analyte_id,
                                      &n->old_value, &n->new_value, &n->batch,     &n->file,
                                      &n->user,      &n->at};
        n->undo = sqlite3_column_int(q, 0) != 0;
        for (int i = 0; i < 10; i++)
            *texts[i] = wdm_report_keep(q, 1 + i, arena, &kept);
        n->day = wdm_db_day(q, 11);
        n->line = sqlite3_column_int64(q, 12);
        n->n_rows = sqlite3_column_int64(q, 13);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

// ---- one site's week: ?1 site_id, ?2 and ?3 its first and last day, ?4 the newest run that the report saw

#define SITE "(SELECT site_key FROM site WHERE site_id = ?1)"
#define OF_SITE(t) t ".site_key = " SITE " AND " t ".day BETWEEN ?2 AND ?3"
#define LOADS "l.place_kind = 'site' AND l.place_id = ?1 AND l.day BETWEEN ?2 AND ?3"
#define AFTER "b.run_id > ?4 AND b.status <> 'undone'"
// A row that corrects one of the report's is not late; one that brings back what an undo took away is.
#define LATE(t) AFTER " AND (" t ".revision = 1 OR b.corrected = 0)"
// Results of samples: a control is no late result.
#define SAMPLES                                                                                              \
    "result r JOIN sample p ON p.sample_key = r.sample_key AND p.sample_type = 'sample' JOIN batch b ON "    \
    "b.batch_id = r.batch_id"
#define UNDONE                                                                                               \
    "b.run_id <= ?4 AND b.batch_id IN (SELECT batch_id FROM audit WHERE action = 'undo' AND run_id > ?4)"

static void bind_week(sqlite3_stmt *q, const wdm_report_base *base, const char *site_id, int32_t week)
{
    wdm_db_bind_text(q, 1, site_id);
    wdm_db_bind_int(q, 2, wdm_week_monday(week));
    wdm_db_bind_int(q, 3, wdm_week_monday(week) + 6);
    wdm_db_bind_int(q, 4, base->seen_run_id);
}

wdm_rc wdm_news_of_week(wdm_store *store, const wdm_report_base *base, const char *site_id, int32_t week,
                        unsigned *why, wdm_err *err)
{
    // clang-format off
    static const char sql[] =
        "SELECT EXISTS (SELECT 1 FROM superseded s JOIN batch b ON b.batch_id = s.by_batch_id WHERE " OF_SITE("s")
        " AND " AFTER ") OR EXISTS (SELECT 1 FROM audit u JOIN batch b USING (batch_id) WHERE u.run_id > ?4 "
        "AND u.action = 'correct' AND u.site_id = ?1 AND u.day BETWEEN ?2 AND ?3 AND b.status <> 'undone'), "
        "EXISTS (SELECT 1 FROM " SAMPLES " WHERE " OF_SITE("r") " AND " LATE("r") ") OR "
        "EXISTS (SELECT 1 FROM result_placed r JOIN batch b ON b.batch_id = r.batch_id WHERE " OF_SITE("r")
        " AND r.bound AND " LATE("r") ") OR "
        "EXISTS (SELECT 1 FROM field f JOIN batch b USING (batch_id) WHERE " OF_SITE("f") " AND " LATE("f") ") OR "
        "EXISTS (SELECT 1 FROM published_load l JOIN batch b USING (batch_id) WHERE " LOADS " AND " LATE("l") "), "
        "EXISTS (SELECT 1 FROM " SAMPLES " WHERE " OF_SITE("r") " AND " UNDONE ") OR "
        "EXISTS (SELECT 1 FROM field f JOIN batch b USING (batch_id) WHERE " OF_SITE("f") " AND " UNDONE ") OR "
        "EXISTS (SELECT 1 FROM published_load l JOIN batch b USING (batch_id) WHERE " LOADS " AND " UNDONE "), "
        "EXISTS (SELECT 1 FROM result r JOIN qc_finding v ON v.covers_batch_id = r.batch_id AND v.severity > 1 "
        "AND v.analyte_key IN (0, r.analyte_key) JOIN batch b ON b.batch_id = v.batch_id WHERE " OF_SITE("r")
        " AND (" AFTER " OR " UNDONE "))";
    // clang-format on
    static const unsigned bits[] = {WDM_WHY_CORRECTION, WDM_WHY_LATE, WDM_WHY_UNDO, WDM_WHY_QUALITY};
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, sql, &q, err);
    *why = 0;
    if (rc != WDM_OK)
        return rc;
    bind_week(q, base, site_id, week);
    rc = wdm_db_step(store, q, &row, err);
    for (int i = 0; i < 4 && rc == WDM_OK && row; i++)
        *why |= sqlite3_column_int(q, i) != 0 ? bits[i] : 0u;
    (void)sqlite3_reset(q);
    return rc;
}

wdm_rc wdm_news_late(wdm_store *store, const wdm_report_base *base, const char *site_id, int32_t week,
                     wdm_arena *arena, wdm_late_news_rows *out, wdm_err *err)
{
    static const char sql[] =
        "SELECT b.name, b.file, u.user, b.imported_at, sum(n.results), sum(n.flows) FROM ("
        "SELECT r.batch_id, count(*) AS results, 0 AS flows FROM " SAMPLES
        " WHERE " OF_SITE("r") " AND " LATE(
            "r") " GROUP BY 1 UNION ALL "
                 "SELECT f.batch_id, 0, count(*) FROM field f JOIN batch b USING (batch_id) WHERE " OF_SITE(
                     "f") " AND " LATE("f") " GROUP BY 1 UNION ALL "
                                            "SELECT l.batch_id, count(*), 0 FROM published_load l JOIN batch "
                                            "b USING (batch_id) WHERE " LOADS
                                            " AND " LATE("l") " GROUP BY 1) n JOIN batch b USING (batch_id) "
                                                              "JOIN run u ON u.run_id = b.run_id "
                                                              "GROUP BY b.batch_id ORDER BY b.batch_id";
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    bind_week(q, base, site_id, week);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        out->rows[out->n++] = (wdm_late_news){.week = week,
                                              .site_id = site_id,
                                              .batch = wdm_report_keep(q, 0, arena, &kept),
                                              .file = wdm_report_keep(q, 1, arena, &kept),
                                              .user = wdm_report_keep(q, 2, arena, &kept),
                                              .at = wdm_report_keep(q, 3, arena, &kept),
                                              .n_results = sqlite3_column_int64(q, 4),
                                              .n_flows = sqlite3_column_int64(q, 5)};
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

// ---- alerts

wdm_rc wdm_news_alerts(wdm_store *store, const wdm_report_base *base, wdm_arena *arena,
                       wdm_alert_news_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT e.event, e.level, coalesce(s.site_id, ''), l.region_id, d.drug_id, coalesce(a.analyte_id, "
        "''), l.rule_id, e.reason, l.alert_id, l.quantity, e.week, e.as_of, e.value FROM alert_event e JOIN "
        "alert l USING (alert_id) LEFT JOIN site s ON s.site_key = l.site_key JOIN drug d ON d.drug_key = "
        "l.drug_key LEFT JOIN analyte a ON a.analyte_key = l.biomarker_key WHERE e.run_id > ?1 AND "
        "(e.event = 'withdrawn' OR (e.event IN ('opened', 'worse', 'better', 'closed') AND e.week IN (SELECT "
        "week FROM reported WHERE run_id <= ?2 AND as_of >= week * 7 + 3))) ORDER BY e.event_id",
        &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, base->seen_run_id);
    wdm_db_bind_int(q, 2, base->run_id);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        wdm_alert_news *n = NULL;
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        n = &out->rows[out->n++];
        const char **const texts[] = {&n->event,   &n->level,        &n->site_id, &n->region_id,
                                      &n->drug_id, &n->biomarker_id, &n->rule_id, &n->reason};
        for (int i = 0; i < 8; i++)
            *texts[i] = wdm_report_keep(q, i, arena, &kept);
        n->alert_id = sqlite3_column_int64(q, 8);
        n->quantity = sqlite3_column_int(q, 9);
        n->week = sqlite3_column_int(q, 10);
        n->as_of = wdm_db_day(q, 11);
        n->value = wdm_db_real(q, 12);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}
