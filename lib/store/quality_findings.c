// SPDX-License-Identifier: GPL-3.0-or-later
// Control charts and findings (store/quality_store.h).
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/change_parts.h"
#include "store/db.h"
#include "store/quality_store.h"

// ---- control charts

static void number_points(wdm_qc_point *points, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        points[i].material = (int)i;
        for (size_t k = 0; k < i; k++) {
            if (strcmp(points[k].chart, points[i].chart) == 0) {
                points[i].material = points[k].material;
                break;
            }
        }
    }
}

wdm_rc wdm_store_chart_points(wdm_store *store, const wdm_qc_group *group, wdm_qc_point *points, size_t max,
                              size_t *n, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT * FROM (SELECT q.qc_row_id, q.line, q.batch_id, q.analysed_day, q.day, q.value_ng_l, "
        "q.target_ng_l, q.sd_ng_l, q.batch_id = ?1 AND q.analysed_day IS ?5, q.chart, q.sample_key, "
        "q.revision, q.replicate FROM qc_row q JOIN batch b ON b.batch_id = q.batch_id AND b.status <> "
        "'undone' JOIN sample p ON p.sample_key = q.sample_key WHERE q.lab_key = ?2 AND q.method_key = ?3 "
        "AND "
        "q.analyte_key = ?4 AND q.chart <> '' AND q.own = 1 AND q.state = 0 AND q.value_ng_l IS NOT NULL AND "
        "q.day <= (SELECT max(g.day) FROM qc_row g WHERE g.batch_id = ?1 AND g.lab_key = ?2 AND g.method_key "
        "= ?3 AND g.analyte_key = ?4 AND g.analysed_day IS ?5 AND g.chart <> '') AND NOT EXISTS (SELECT 1 "
        "FROM superseded x JOIN batch xb ON xb.batch_id = x.by_batch_id AND xb.status <> 'undone' WHERE "
        "x.site_key = p.site_key AND x.day = p.day AND x.analyte_key = q.analyte_key AND x.sample_key = "
        "q.sample_key AND x.method_key = q.method_key AND x.replicate = q.replicate AND x.revision = "
        "q.revision) ORDER BY q.day DESC, q.qc_row_id DESC LIMIT ?6) ORDER BY 5, 1",
        &stmt, err);
    int64_t run = 0;
    int64_t batch_id = 0;
    wdm_day analysed = WDM_DAY_NONE;
    *n = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, group->batch_id);
    wdm_db_bind_int(stmt, 2, group->lab_key);
    wdm_db_bind_int(stmt, 3, group->method_key);
    wdm_db_bind_int(stmt, 4, group->analyte_key);
    wdm_db_bind_day(stmt, 5, group->analysed);
    wdm_db_bind_int(stmt, 6, (int64_t)max);
    while ((rc = wdm_db_step(store, stmt, &has, err)) == WDM_OK && has) {
        wdm_qc_point *p = &points[(*n)++];
        memset(p, 0, sizeof *p);
        p->qc_row_id = sqlite3_column_int64(stmt, 0);
        p->line = sqlite3_column_int64(stmt, 1);
        if (*n == 1 || sqlite3_column_int64(stmt, 2) != batch_id || wdm_db_day(stmt, 3) != analysed)
            run++;
        batch_id = sqlite3_column_int64(stmt, 2);
        analysed = wdm_db_day(stmt, 3);
        p->run = run;
        p->day = wdm_db_day(stmt, 4);
        p->value_ng_l = wdm_db_real(stmt, 5);
        p->target_ng_l = wdm_db_real(stmt, 6);
        p->sd_ng_l = wdm_db_real(stmt, 7);
        p->in_group = sqlite3_column_int(stmt, 8) != 0;
        (void)snprintf(p->chart, sizeof p->chart, "%s", wdm_db_text(stmt, 9));
        p->sample_key = sqlite3_column_int64(stmt, 10);
        p->revision = sqlite3_column_int64(stmt, 11);
        p->replicate = sqlite3_column_int(stmt, 12);
    }
    number_points(points, *n);
    return rc;
}

wdm_rc wdm_store_put_chart_point(wdm_store *store, int64_t qc_row_id, const double mean_sd_z[3],
                                 int64_t n_earlier, unsigned rules, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "INSERT INTO qc_point (qc_row_id, mean_ng_l, sd_ng_l, z, n_earlier, rules, state) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                       &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, qc_row_id);
    for (int i = 0; i < 3; i++)
        wdm_db_bind_real(stmt, 2 + i, mean_sd_z[i]);
    wdm_db_bind_int(stmt, 5, n_earlier);
    wdm_db_bind_int(stmt, 6, rules);
    wdm_db_bind_int(stmt, 7, isnan(mean_sd_z[2]));
    return wdm_db_run(store, stmt, err);
}

// ---- findings

// One row for each batch covered: the batch itself; unless it is a note, also the batches that hold rows of
// the file that were there already, and those whose value of the row that fired gave way to this one.
static const char put_finding_sql[] =
    "INSERT INTO qc_finding (batch_id, covers_batch_id, lab_key, method_key, analyte_key, analysed_day, "
    "sample_key, replicate, below_ng_l, code, rule_id, severity, value, low, high, message, line, "
    "of_analyte_key, of_sample_key, of_replicate, of_revision) SELECT ?1, c.batch_id, ?2, ?3, ?4, ?5, ?6, "
    "?7, "
    "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20 FROM (SELECT ?1 AS batch_id UNION SELECT "
    "t.of_batch_id FROM repeated t WHERE t.batch_id = ?1 AND ?11 > 0 UNION SELECT r.batch_id FROM sample p "
    "CROSS JOIN result r ON r.site_key = p.site_key AND r.day = p.day AND r.analyte_key = ?17 AND "
    "r.sample_key = p.sample_key AND r.method_key = ?3 AND r.replicate = ?19 AND r.revision < ?20 WHERE "
    "p.sample_key = ?18 AND ?11 > 0) c";

static wdm_rc run_put_finding(wdm_store *store, const wdm_qc_group *group, const wdm_qc_finding *f,
                              wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, put_finding_sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, group->batch_id);
    wdm_db_bind_int(stmt, 2, group->lab_key);
    wdm_db_bind_int(stmt, 3, group->method_key);
    wdm_db_bind_int(stmt, 4, f->every_analyte ? 0 : group->analyte_key);
    wdm_db_bind_day(stmt, 5, f->sample_key != 0 ? WDM_DAY_NONE : group->analysed);
    if (f->sample_key != 0) {
        wdm_db_bind_int(stmt, 6, f->sample_key);
        if (f->replicate != 0)
            wdm_db_bind_int(stmt, 7, f->replicate);
    }
    wdm_db_bind_real(stmt, 8, f->below_ng_l);
    wdm_db_bind_text(stmt, 9, wdm_qc_kind_name(f->kind));
    wdm_db_bind_text(stmt, 10, f->rule_id);
    wdm_db_bind_int(stmt, 11, f->severity);
    wdm_db_bind_real(stmt, 12, f->value);
    wdm_db_bind_real(stmt, 13, f->low);
    wdm_db_bind_real(stmt, 14, f->high);
    wdm_db_bind_text(stmt, 15, f->message);
    wdm_db_bind_int(stmt, 16, f->line);
    wdm_db_bind_int(stmt, 17, group->analyte_key);
    if (f->of_sample_key != 0) {
        wdm_db_bind_int(stmt, 18, f->of_sample_key);
        wdm_db_bind_int(stmt, 19, f->of_replicate);
        wdm_db_bind_int(stmt, 20, f->of_revision);
    }
    rc = wdm_db_run(store, stmt, err);
    if (rc != WDM_OK || f->severity == WDM_QC_NOTE)
        return rc;
    return wdm_change_note_findings(store, group->batch_id,
                                    sqlite3_last_insert_rowid(store->db) - sqlite3_changes64(store->db), err);
}

wdm_rc wdm_store_put_qc_finding(wdm_store *store, const wdm_qc_group *group, const wdm_qc_finding *finding,
                                wdm_err *err)
{
    return run_put_finding(store, group, finding, err);
}

static wdm_rc has_finding(wdm_store *store, int64_t batch_id, wdm_qc_kind kind, int64_t sample_key, bool *has,
                          wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store, "SELECT 1 FROM qc_finding WHERE batch_id = ?1 AND code = ?2 AND of_sample_key = ?3 LIMIT 1",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch_id);
    wdm_db_bind_text(stmt, 2, wdm_qc_kind_name(kind));
    wdm_db_bind_int(stmt, 3, sample_key);
    rc = wdm_db_step(store, stmt, has, err);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_put_row_finding(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                                 const wdm_assay_row *row, const wdm_qc_finding *finding, bool *added,
                                 wdm_err *err)
{
    wdm_qc_finding f = *finding;
    wdm_qc_group group = {.batch_id = batch->batch_id, .analysed = WDM_DAY_NONE};
    wdm_stored_row at = {0};
    bool has = false;
    wdm_rc rc = wdm_store_find_row(store, config, row, &at, err);
    *added = false;
    if (rc == WDM_OK && f.every_analyte)
        rc = has_finding(store, batch->batch_id, f.kind, at.sample_key, &has, err);
    if (rc != WDM_OK || has)
        return rc;
    group.lab_key = at.lab_key;
    group.method_key = at.method_key;
    group.analyte_key = at.analyte_key;
    f.sample_key = f.of_sample_key = at.sample_key;
    f.of_replicate = row->replicate;
    f.replicate = f.every_analyte ? 0 : row->replicate;
    f.of_revision = at.revision;
    *added = true;
    return run_put_finding(store, &group, &f, err);
}

// The batch that a file corrects: the one of its name, or the one whose rejects file it is.
static wdm_rc corrected_by(wdm_store *store, int64_t batch_id, int64_t *corrected, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT coalesce(b.corrects_batch_id, (SELECT o.batch_id FROM batch o WHERE b.file LIKE "
        "'%.rejects.csv' AND substr(o.name, 1, length(b.file) - 11) = substr(b.file, 1, length(b.file) - 12) "
        "|| '/' AND o.status <> 'undone' ORDER BY o.batch_id DESC LIMIT 1), 0) FROM batch b WHERE b.batch_id "
        "= "
        "?1",
        &stmt, err);
    *corrected = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch_id);
    rc = wdm_db_step(store, stmt, &has, err);
    if (rc == WDM_OK && has)
        *corrected = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_inherit_findings(wdm_store *store, const wdm_batch *batch, const wdm_qc_reach *reach,
                                  int64_t *n, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t corrected = 0;
    wdm_rc rc = corrected_by(store, batch->batch_id, &corrected, err);
    *n = 0;
    if (rc != WDM_OK || (corrected == 0 && reach->first == WDM_DAY_NONE))
        return rc;
    rc = wdm_db_prepare(
        store,
        "INSERT INTO qc_finding (batch_id, covers_batch_id, lab_key, method_key, analyte_key, analysed_day, "
        "sample_key, replicate, below_ng_l, code, rule_id, severity, value, low, high, message, line, "
        "of_analyte_key, of_sample_key, of_replicate, of_revision) SELECT f.batch_id, ?1, f.lab_key, "
        "f.method_key, f.analyte_key, f.analysed_day, NULL, NULL, f.below_ng_l, f.code, f.rule_id, "
        "f.severity, "
        "f.value, f.low, f.high, f.message, f.line, f.of_analyte_key, f.of_sample_key, f.of_replicate, "
        "f.of_revision FROM qc_finding_current f WHERE f.finding_id IN (SELECT c.finding_id FROM qc_finding "
        "c "
        "WHERE c.covers_batch_id = ?2 AND c.severity > 0 UNION SELECT d.finding_id FROM qc_finding d WHERE "
        "d.analysed_day BETWEEN ?3 AND ?4 AND d.severity > 0 AND d.sample_key IS NULL AND d.covers_batch_id "
        "= "
        "d.batch_id AND d.covers_batch_id <> ?2 AND (?5 IS NULL OR d.lab_key = (SELECT l.lab_key FROM lab l "
        "WHERE l.lab_id = ?5))) AND f.batch_id <> ?1 AND f.sample_key IS NULL AND NOT EXISTS (SELECT 1 FROM "
        "qc_row q WHERE q.batch_id = ?1 AND q.lab_key = f.lab_key AND q.method_key = f.method_key AND "
        "q.analyte_key = f.analyte_key AND (f.analysed_day IS NULL OR q.analysed_day IS f.analysed_day) AND "
        "q.kind <> 0)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    wdm_db_bind_int(stmt, 2, corrected);
    wdm_db_bind_day(stmt, 3, reach->first);
    wdm_db_bind_day(stmt, 4, reach->last);
    if (reach->lab_id != NULL)
        wdm_db_bind_text(stmt, 5, reach->lab_id);
    rc = wdm_db_run(store, stmt, err);
    *n = sqlite3_changes64(store->db);
    return rc;
}
