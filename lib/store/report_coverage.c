// SPDX-License-Identifier: GPL-3.0-or-later
// The bulletin's coverage and quality: regions, samples, batches, limits, indicators.
#include "base/mem.h"
#include "store/db.h"
#include "store/quality_sql.h"
#include "store/report_store.h"
#include "store/report_store_parts.h"

static const char *const region_sql = "SELECT r.region_id, d.drug_id, a.analyte_id, w.quantity, w.week, "
                                      "w.estimate, w.bound_low, w.bound_high, w.lo95,"
                                      " w.hi95, w.lo95_random, w.hi95_random, w.population, w.coverage, "
                                      "w.n_sites, w.n_days, w.n_censored, w.flags"
                                      " FROM region_weekly w JOIN region r ON r.region_key = w.region_key "
                                      "JOIN drug d ON d.drug_key = w.drug_key"
                                      " JOIN analyte a ON a.analyte_key = w.biomarker_key JOIN factor_set f "
                                      "ON f.factor_set_key = w.factor_set_key"
                                      " WHERE (w.week BETWEEN ?1 - 4 AND ?1 OR w.week = ?1 - 52) AND "
                                      "w.quantity IN (0, 1, 4) AND f.factor_set = ?2"
                                      " ORDER BY r.region_id, d.drug_id, a.analyte_id, w.quantity, w.week";

wdm_rc wdm_report_regions(wdm_store *store, const wdm_config *config, int32_t week, wdm_arena *arena,
                          wdm_region_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, region_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, week);
    wdm_db_bind_text(q, 2, config->factor_set);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        wdm_region_row *r = NULL;
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        r = &out->rows[out->n++];
        r->region = wdm_config_region(config, wdm_db_text(q, 0));
        r->drug = wdm_config_drug(config, wdm_db_text(q, 1));
        r->biomarker_id = wdm_report_keep(q, 2, arena, &kept);
        r->quantity = sqlite3_column_int(q, 3);
        r->week = sqlite3_column_int(q, 4);
        r->estimate = wdm_db_real(q, 5);
        r->bound_low = wdm_db_real(q, 6);
        r->bound_high = wdm_db_real(q, 7);
        r->lo95 = wdm_db_real(q, 8);
        r->hi95 = wdm_db_real(q, 9);
        r->lo95_random = wdm_db_real(q, 10);
        r->hi95_random = wdm_db_real(q, 11);
        r->population = wdm_db_real(q, 12);
        r->coverage = wdm_db_real(q, 13);
        r->n_sites = sqlite3_column_int(q, 14);
        r->n_days = sqlite3_column_int(q, 15);
        r->n_censored = sqlite3_column_int(q, 16);
        r->flags = sqlite3_column_int64(q, 17);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

// Results of a week, site by site ("+": begin at the sites). Materialized: SQLite pushes site and days into
// the two parts of result_placed in a plain join, but reads it whole under an aggregate
// (tests/unit/store/test_placing.c looks at the plans).
#define WEEK_RESULTS                                                                                         \
    "WITH r AS MATERIALIZED (SELECT s.site_id, r.site_key, r.day, r.analyte_key, r.sample_key, "             \
    "r.method_key, "                                                                                         \
    "r.lab_key, r.sample_type, r.state, r.loq_ng_l, r.batch_id, " WDM_DB_QC_SEVERITY                         \
    " AS qc FROM site s CROSS JOIN result_placed r ON "                                                      \
    "r.site_key = +s.site_key AND r.day BETWEEN ?1 AND ?2 WHERE ?3 = 0 OR s.site_key = ?3) "

static const char *const coverage_sql = WEEK_RESULTS
    "SELECT r.site_id, count(DISTINCT r.sample_key), count(DISTINCT r.day), count(*), sum(r.state IN (1, 2))"
    " FROM r WHERE r.sample_type = 'sample' AND r.state <> 3 GROUP BY r.site_key ORDER BY r.site_id";

wdm_rc wdm_report_coverage(wdm_store *store, const wdm_config *config, int32_t week, wdm_site_weeks *out,
                           wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, coverage_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, wdm_week_monday(week));
    wdm_db_bind_int(q, 2, wdm_week_monday(week) + 6);
    wdm_db_bind_int(q, 3, 0); // all sites
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        out->rows[out->n++] =
            (wdm_site_week){wdm_config_site(config, wdm_db_text(q, 0)), sqlite3_column_int(q, 1),
                            sqlite3_column_int(q, 2), sqlite3_column_int(q, 3), sqlite3_column_int(q, 4)};
    }
    (void)sqlite3_reset(q);
    return rc;
}

static const char *const batch_sql = WEEK_RESULTS
    "SELECT b.name, b.file, b.status, b.imported_at, b.rows, b.stored, b.corrected, b.conflict, b.rejected, "
    "n.n"
    " FROM (SELECT batch_id, sum(n) AS n FROM ("
    "  SELECT r.batch_id AS batch_id, count(*) AS n FROM r GROUP BY 1"
    "  UNION ALL SELECT p.batch_id, count(*) FROM site s JOIN published_load_current p ON p.place_kind = "
    "'site'"
    "   AND p.place_id = s.site_id AND p.day BETWEEN ?1 AND ?2 WHERE ?3 = 0 OR s.site_key = ?3 GROUP BY 1)"
    "  GROUP BY 1) n JOIN batch b ON b.batch_id = n.batch_id ORDER BY b.imported_at, b.batch_id";

wdm_rc wdm_report_batches(wdm_store *store, int32_t week, int64_t site_key, wdm_arena *arena,
                          wdm_batch_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, batch_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, wdm_week_monday(week));
    wdm_db_bind_int(q, 2, wdm_week_monday(week) + 6);
    wdm_db_bind_int(q, 3, site_key);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        out->rows[out->n++] = (wdm_batch_row){.name = wdm_report_keep(q, 0, arena, &kept),
                                              .file = wdm_report_keep(q, 1, arena, &kept),
                                              .status = wdm_report_keep(q, 2, arena, &kept),
                                              .imported_at = wdm_report_keep(q, 3, arena, &kept),
                                              .rows = sqlite3_column_int64(q, 4),
                                              .stored = sqlite3_column_int64(q, 5),
                                              .corrected = sqlite3_column_int64(q, 6),
                                              .conflict = sqlite3_column_int64(q, 7),
                                              .rejected = sqlite3_column_int64(q, 8),
                                              .in_week = sqlite3_column_int64(q, 9)};
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

static const char *const limit_sql = WEEK_RESULTS
    "SELECT a.analyte_id, a.name, a.name_zh, a.analyte_key, count(*), sum(r.state = 1), sum(r.state = 2),"
    " min(r.loq_ng_l), max(r.loq_ng_l), replace(group_concat(DISTINCT nullif(l.lab_id, '')), ',', ' '),"
    " replace(group_concat(DISTINCT nullif(m.method_id, '')), ',', ' '), coalesce(sum(r.qc = 2), 0)"
    " FROM r JOIN lab l ON l.lab_key = r.lab_key"
    " JOIN method m ON m.method_key = r.method_key JOIN analyte a ON a.analyte_key = r.analyte_key"
    " WHERE r.sample_type = 'sample' AND r.state <> 3 GROUP BY a.analyte_key ORDER BY a.analyte_id";

wdm_rc wdm_report_limits(wdm_store *store, int32_t week, int64_t site_key, wdm_arena *arena,
                         wdm_limit_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, limit_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, wdm_week_monday(week));
    wdm_db_bind_int(q, 2, wdm_week_monday(week) + 6);
    wdm_db_bind_int(q, 3, site_key);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        out->rows[out->n++] = (wdm_limit_row){.analyte_id = wdm_report_keep(q, 0, arena, &kept),
                                              .name = wdm_report_keep(q, 1, arena, &kept),
                                              .name_zh = wdm_report_keep(q, 2, arena, &kept),
                                              .analyte_key = sqlite3_column_int64(q, 3),
                                              .n = sqlite3_column_int(q, 4),
                                              .n_below = sqlite3_column_int(q, 5),
                                              .n_not_detected = sqlite3_column_int(q, 6),
                                              .loq_low = wdm_db_real(q, 7),
                                              .loq_high = wdm_db_real(q, 8),
                                              .labs = wdm_report_keep(q, 9, arena, &kept),
                                              .methods = wdm_report_keep(q, 10, arena, &kept),
                                              .n_failed = sqlite3_column_int(q, 11)};
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

static const char *const indicator_sql =
    "SELECT i.region_id, i.kind, i.substance, i.source, i.period_start, i.period_end, i.tested, i.positive"
    " FROM indicator i JOIN batch b ON b.batch_id = i.batch_id AND b.status <> 'undone'"
    " WHERE i.period_end BETWEEN ?1 - 92 AND ?1 AND NOT EXISTS (SELECT 1 FROM indicator j JOIN batch c"
    "  ON c.batch_id = j.batch_id AND c.status <> 'undone' WHERE j.region_id = i.region_id"
    "  AND j.period_start = i.period_start AND j.period_end = i.period_end AND j.kind = i.kind"
    "  AND j.substance = i.substance AND j.revision > i.revision)"
    " ORDER BY i.period_end DESC, i.region_id, i.kind, i.substance LIMIT 200";

wdm_rc wdm_report_indicators(wdm_store *store, wdm_day until, wdm_arena *arena, wdm_indicator_rows *out,
                             wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, indicator_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, until);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        out->rows[out->n++] = (wdm_indicator_row){wdm_report_keep(q, 0, arena, &kept),
                                                  wdm_report_keep(q, 1, arena, &kept),
                                                  wdm_report_keep(q, 2, arena, &kept),
                                                  wdm_report_keep(q, 3, arena, &kept),
                                                  wdm_db_day(q, 4),
                                                  wdm_db_day(q, 5),
                                                  sqlite3_column_int64(q, 6),
                                                  sqlite3_column_int64(q, 7)};
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}
