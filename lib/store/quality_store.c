// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/quality_store.h"

#include <stdio.h>
#include <string.h>

#include "store/db.h"

static const char *const kind_names[] = {"sample", "blank", "ccv", "standard", "spike", "duplicate"};

wdm_sample_kind wdm_sample_kind_of(const char *sample_type)
{
    for (int i = 0; i < (int)WDM_KIND_N; i++) {
        if (strcmp(kind_names[i], sample_type) == 0)
            return (wdm_sample_kind)i;
    }
    return WDM_KIND_SAMPLE;
}

const char *wdm_sample_kind_name(wdm_sample_kind kind)
{
    return kind_names[kind];
}

// ---- rows

wdm_rc wdm_store_find_row(wdm_store *store, const wdm_config *config, const wdm_assay_row *row,
                          wdm_stored_row *found, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT p.lab_key, r.method_key, r.analyte_key, r.sample_key, r.revision, r.batch_id "
        "FROM lab l CROSS JOIN sample p ON p.lab_key = l.lab_key CROSS JOIN result_current r ON r.site_key = "
        "p.site_key AND r.day = p.day AND r.analyte_key = (SELECT a.analyte_key FROM analyte a WHERE "
        "a.analyte_id = ?9) AND r.sample_key = p.sample_key AND r.method_key = (SELECT m.method_key FROM "
        "method m WHERE m.method_id = ?10) AND r.replicate = ?11 WHERE l.lab_id = ?2 AND p.site_key = "
        "coalesce((SELECT s.site_key FROM site s WHERE s.site_id = ?1), 0) AND p.sample_id = ?3 AND "
        "p.sample_type = ?4 "
        // a row that was the same as one of other times is that one
        "ORDER BY (p.day = ?5) + (p.start_minute = ?6) + (p.end_day = ?7) + (p.end_minute = ?8) DESC, "
        "r.revision "
        "DESC LIMIT 1",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, row->site == WDM_NONE ? "" : config->sites.rows[row->site].site_id);
    wdm_db_bind_text(stmt, 2, row->lab_id);
    wdm_db_bind_text(stmt, 3, row->sample_id);
    wdm_db_bind_text(stmt, 4, row->sample_type);
    wdm_db_bind_int(stmt, 5, row->start.day);
    wdm_db_bind_int(stmt, 6, row->start.minute);
    wdm_db_bind_int(stmt, 7, row->end.day);
    wdm_db_bind_int(stmt, 8, row->end.minute);
    wdm_db_bind_text(stmt, 9, config->analytes.rows[row->analyte].analyte_id);
    wdm_db_bind_text(stmt, 10, row->method_id);
    wdm_db_bind_int(stmt, 11, row->replicate);
    rc = wdm_db_step(store, stmt, &has, err);
    if (rc == WDM_OK && !has)
        return wdm_err_set(err, WDM_E_INTERNAL, "quality: the row of line %lld is not stored",
                           (long long)row->line);
    if (rc == WDM_OK)
        *found = (wdm_stored_row){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                  sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3),
                                  sqlite3_column_int64(stmt, 4), sqlite3_column_int64(stmt, 5)};
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_put_qc_row(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                            const wdm_assay_row *row, const wdm_qc_chart *chart, bool *own, wdm_err *err)
{
    const wdm_qc_measures *m = &row->qc;
    const double reals[] = {row->value_ng_l, row->lod_ng_l, row->loq_ng_l, m->expected_ng_l};
    const double measures[] = {chart->target_ng_l, chart->sd_ng_l,        m->is_area, m->rt, m->rt_expected,
                               m->ion_ratio,       m->ion_ratio_expected, m->r2};
    wdm_stored_row at = {0};
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_store_find_row(store, config, row, &at, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "INSERT INTO qc_row (batch_id, line, lab_key, method_key, analyte_key, analysed_day, day, kind, "
            "sample_key, replicate, revision, own, state, value_ng_l, lod_ng_l, loq_ng_l, expected_ng_l, "
            "parent_sample_id, chart, target_ng_l, sd_ng_l, is_area, rt, rt_expected, ion_ratio, "
            "ion_ratio_expected, r2, manual) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
            "?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    *own = at.batch_id == batch->batch_id;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    wdm_db_bind_int(stmt, 2, (int64_t)row->line);
    wdm_db_bind_int(stmt, 3, at.lab_key);
    wdm_db_bind_int(stmt, 4, at.method_key);
    wdm_db_bind_int(stmt, 5, at.analyte_key);
    wdm_db_bind_day(stmt, 6, row->analysed);
    wdm_db_bind_int(stmt, 7, row->analysed == WDM_DAY_NONE ? row->start.day : row->analysed);
    wdm_db_bind_int(stmt, 8, wdm_sample_kind_of(row->sample_type));
    wdm_db_bind_int(stmt, 9, at.sample_key);
    wdm_db_bind_int(stmt, 10, row->replicate);
    wdm_db_bind_int(stmt, 11, at.revision);
    wdm_db_bind_int(stmt, 12, *own);
    wdm_db_bind_int(stmt, 13, row->state);
    for (int i = 0; i < 4; i++)
        wdm_db_bind_real(stmt, 14 + i, reals[i]);
    wdm_db_bind_text(stmt, 18, m->parent_sample_id == NULL ? "" : m->parent_sample_id);
    wdm_db_bind_text(stmt, 19, chart->name);
    for (int i = 0; i < 8; i++)
        wdm_db_bind_real(stmt, 20 + i, measures[i]);
    wdm_db_bind_int(stmt, 28, m->manual);
    return wdm_db_run(store, stmt, err);
}

// ---- groups

// The rows of a group: parameters 1 to 5.
#define OF_GROUP                                                                                             \
    "q.batch_id = ?1 AND q.lab_key = ?2 AND q.method_key = ?3 AND q.analyte_key = ?4 AND q.analysed_day IS " \
    "?5 "

static void bind_group(sqlite3_stmt *stmt, const wdm_qc_group *group)
{
    wdm_db_bind_int(stmt, 1, group->batch_id);
    wdm_db_bind_int(stmt, 2, group->lab_key);
    wdm_db_bind_int(stmt, 3, group->method_key);
    wdm_db_bind_int(stmt, 4, group->analyte_key);
    wdm_db_bind_day(stmt, 5, group->analysed);
}

// The median of a column by a statement that gives its values sorted, with their number first: no row is held
// in memory here.
static wdm_rc read_median(wdm_store *store, const char *sql, const wdm_qc_group *group, double *median,
                          int64_t *n, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    double sum = 0.0;
    int64_t used = 0;
    wdm_rc rc = wdm_db_prepare(store, sql, &stmt, err);
    *median = (double)NAN;
    *n = 0;
    if (rc != WDM_OK)
        return rc;
    bind_group(stmt, group);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        *n = sqlite3_column_int64(stmt, 0);
        sum += sqlite3_column_double(stmt, 1);
        used++;
    }
    if (rc == WDM_OK && used > 0)
        *median = sum / (double)used; // the middle one, or both
    return rc;
}

#define MEDIAN_OF(column, which)                                                                             \
    "WITH v AS (SELECT q." column " AS x FROM qc_row q WHERE " OF_GROUP "AND " which                         \
    " ORDER BY x), c AS (SELECT count(*) AS n FROM v) SELECT c.n, w.x FROM c, (SELECT x, row_number() OVER " \
    "(ORDER BY x) AS place FROM v) w WHERE w.place IN ((c.n + 1) / 2, c.n / 2 + 1)"

static wdm_rc read_group(wdm_store *store, wdm_qc_group *g, wdm_err *err)
{
    static const char is_area_sql[] = MEDIAN_OF("is_area", "q.is_area > 0");
    static const char rt_sql[] = MEDIAN_OF("rt", "q.rt > 0 AND q.kind IN (2, 3) AND q.value_ng_l > 0");
    static const char ratio_sql[] =
        MEDIAN_OF("ion_ratio", "q.ion_ratio > 0 AND q.kind IN (2, 3) AND q.value_ng_l > 0");
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT min(CASE WHEN q.kind = 3 AND q.expected_ng_l > 0 THEN q.expected_ng_l "
                               "END), sum(q.kind <> 0), count(q.is_area), count(q.rt), count(q.ion_ratio) "
                               "FROM qc_row q WHERE " OF_GROUP,
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_group(stmt, g);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc != WDM_OK || !row)
        return rc;
    g->lowest_standard_ng_l = wdm_db_real(stmt, 0);
    g->n_controls = sqlite3_column_int64(stmt, 1);
    g->n_is_area = sqlite3_column_int64(stmt, 2);
    g->n_rt = sqlite3_column_int64(stmt, 3);
    g->n_ion_ratio = sqlite3_column_int64(stmt, 4);
    (void)sqlite3_reset(stmt);
    g->is_area_median = g->rt_median = g->ion_ratio_median = (double)NAN;
    if (g->n_is_area > 0)
        rc = read_median(store, is_area_sql, g, &g->is_area_median, &g->n_is_area, err);
    if (rc == WDM_OK && g->n_rt > 0)
        rc = read_median(store, rt_sql, g, &g->rt_median, &g->n_rt, err);
    if (rc == WDM_OK && g->n_ion_ratio > 0)
        rc = read_median(store, ratio_sql, g, &g->ion_ratio_median, &g->n_ion_ratio, err);
    return rc;
}

wdm_rc wdm_store_each_qc_group(wdm_store *store, int64_t batch_id, wdm_qc_group_fn fn, void *user,
                               wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT q.lab_key, q.method_key, q.analyte_key, q.analysed_day, l.lab_id, m.method_id, a.analyte_id "
        "FROM (SELECT DISTINCT lab_key, method_key, analyte_key, analysed_day FROM qc_row WHERE batch_id = "
        "?1) "
        "q JOIN lab l USING (lab_key) JOIN method m USING (method_key) JOIN analyte a USING (analyte_key) "
        "ORDER BY l.lab_id, m.method_id, q.analyte_key, q.analysed_day",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch_id);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        wdm_qc_group group = {.batch_id = batch_id,
                              .lab_key = sqlite3_column_int64(stmt, 0),
                              .method_key = sqlite3_column_int64(stmt, 1),
                              .analyte_key = sqlite3_column_int64(stmt, 2),
                              .analysed = wdm_db_day(stmt, 3)};
        (void)snprintf(group.lab_id, sizeof group.lab_id, "%s", wdm_db_text(stmt, 4));
        (void)snprintf(group.method_id, sizeof group.method_id, "%s", wdm_db_text(stmt, 5));
        (void)snprintf(group.analyte_id, sizeof group.analyte_id, "%s", wdm_db_text(stmt, 6));
        rc = read_group(store, &group, err);
        if (rc == WDM_OK)
            rc = fn(user, &group, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

static void read_row(sqlite3_stmt *stmt, wdm_qc_row *row)
{
    double *const reals[] = {
        &row->value_ng_l,  &row->lod_ng_l,    &row->loq_ng_l,  &row->expected_ng_l,      &row->is_area,
        &row->rt,          &row->rt_expected, &row->ion_ratio, &row->ion_ratio_expected, &row->r2,
        &row->target_ng_l, &row->sd_ng_l};
    row->qc_row_id = sqlite3_column_int64(stmt, 0);
    row->line = sqlite3_column_int64(stmt, 1);
    row->sample_key = sqlite3_column_int64(stmt, 2);
    row->revision = sqlite3_column_int64(stmt, 3);
    row->kind = (wdm_sample_kind)sqlite3_column_int(stmt, 4);
    row->replicate = sqlite3_column_int(stmt, 5);
    row->state = sqlite3_column_int(stmt, 6);
    for (int i = 0; i < 12; i++)
        *reals[i] = wdm_db_real(stmt, 7 + i);
    row->manual = sqlite3_column_int(stmt, 19) != 0;
    row->sample_id = wdm_db_text(stmt, 20);
    row->parent_sample_id = wdm_db_text(stmt, 21);
    row->chart = wdm_db_text(stmt, 22);
}

wdm_rc wdm_store_each_qc_row(wdm_store *store, const wdm_qc_group *group, wdm_qc_row_fn fn, void *user,
                             wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT q.qc_row_id, q.line, q.sample_key, q.revision, q.kind, q.replicate, q.state, q.value_ng_l, "
        "q.lod_ng_l, q.loq_ng_l, q.expected_ng_l, q.is_area, q.rt, q.rt_expected, q.ion_ratio, "
        "q.ion_ratio_expected, q.r2, q.target_ng_l, q.sd_ng_l, q.manual, p.sample_id, q.parent_sample_id, "
        "q.chart FROM qc_row q JOIN "
        "sample p USING (sample_key) WHERE " OF_GROUP "ORDER BY q.kind, q.line",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_group(stmt, group);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &has, err)) == WDM_OK && has) {
        wdm_qc_row row = {0};
        read_row(stmt, &row);
        rc = fn(user, &row, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

static wdm_rc find_native(wdm_store *store, const wdm_qc_group *group, const wdm_qc_row *row,
                          const char *sample_id, wdm_qc_native *native, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT r.state, r.value_ng_l, r.loq_ng_l, r.line, r.sample_key, r.replicate FROM sample p CROSS "
        "JOIN "
        "result_current r ON r.site_key = p.site_key AND r.day = p.day AND r.analyte_key = ?4 AND "
        "r.sample_key = p.sample_key AND r.method_key = ?3 WHERE p.sample_id = ?6 AND p.lab_key = ?2 AND "
        "p.sample_type = 'sample' AND NOT (r.sample_key = ?7 AND r.replicate >= ?8) "
        "ORDER BY r.batch_id <> ?1, r.batch_id DESC, r.replicate LIMIT 1",
        &stmt, err);
    *native = (wdm_qc_native){.found = false};
    if (rc != WDM_OK)
        return rc;
    bind_group(stmt, group);
    wdm_db_bind_text(stmt, 6, sample_id);
    wdm_db_bind_int(stmt, 7, row->sample_key);
    wdm_db_bind_int(stmt, 8, row->replicate);
    rc = wdm_db_step(store, stmt, &has, err);
    if (rc == WDM_OK && has)
        *native = (wdm_qc_native){.found = true,
                                  .state = sqlite3_column_int(stmt, 0),
                                  .value_ng_l = wdm_db_real(stmt, 1),
                                  .loq_ng_l = wdm_db_real(stmt, 2),
                                  .line = sqlite3_column_int64(stmt, 3),
                                  .sample_key = sqlite3_column_int64(stmt, 4),
                                  .replicate = sqlite3_column_int(stmt, 5)};
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_find_native(wdm_store *store, const wdm_qc_group *group, const wdm_qc_row *row,
                             wdm_qc_native *native, wdm_err *err)
{
    const bool has_parent = row->parent_sample_id[0] != '\0';
    const char *data_file = has_parent ? NULL : strrchr(row->sample_id, '(');
    char name[512];
    wdm_rc rc =
        find_native(store, group, row, has_parent ? row->parent_sample_id : row->sample_id, native, err);
    if (rc != WDM_OK || native->found || data_file == NULL || data_file - row->sample_id < 2)
        return rc;
    // "S1 (20261116_07.d)": the reader tells the injections of controls apart by their data file.
    (void)snprintf(name, sizeof name, "%.*s", (int)(data_file - row->sample_id - 1), row->sample_id);
    return find_native(store, group, row, name, native, err);
}
