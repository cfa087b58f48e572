// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/comparison_store.h"

#include <string.h>

#include "base/mem.h"
#include "data/intake.h"
#include "store/db.h"

// What one laboratory and method says of a sample's analyte.
typedef struct analysis {
    const char *lab_id, *method_id; // in the group's arena
    int n, state;                   // replicates; the worst of their states
    double sum_ng_l, u_rel;         // of the measured ones; u_rel of the first
    bool in_batch;
} analysis;

typedef struct group {
    const wdm_config *config;
    const wdm_comparison_filter *filter;
    wdm_comparison_fn fn;
    void *user;
    const char *site_id, *sample_id, *analyte_id; // in the arena
    wdm_day day;
    analysis *rows;
    size_t n, cap;
    wdm_arena arena;
} group;

static wdm_compare_value value_of(const group *g, const analysis *a)
{
    const wdm_limits table = wdm_config_limits(g->config, a->lab_id, a->method_id,
                                               wdm_config_analyte(g->config, g->analyte_id), g->day);
    wdm_compare_value value = {(double)NAN, isnan(a->u_rel) ? table.u_rel_random : a->u_rel,
                               table.u_rel_batch};
    value.u_random /= sqrt((double)a->n);
    if (a->state == WDM_RESULT_MEASURED)
        value.value_ng_l = a->sum_ng_l / (double)a->n;
    return value;
}

static wdm_rc compare_pair(const group *g, const analysis *a, const analysis *b, wdm_err *err)
{
    const wdm_compare_value x = value_of(g, a);
    const wdm_compare_value y = value_of(g, b);
    const wdm_comparison_row row = {.site_id = g->site_id,
                                    .sample_id = g->sample_id,
                                    .analyte_id = g->analyte_id,
                                    .lab_id = a->lab_id,
                                    .other_lab_id = b->lab_id,
                                    .day = g->day,
                                    .value_ng_l = x.value_ng_l,
                                    .other_value_ng_l = y.value_ng_l,
                                    .state = a->state,
                                    .other_state = b->state,
                                    .comparison = wdm_compare(&x, &y)};
    if (strcmp(a->lab_id, b->lab_id) == 0 || (g->filter->batch_id != 0 && !a->in_batch && !b->in_batch))
        return WDM_OK;
    return g->fn(g->user, &row, err);
}

static wdm_rc compare_group(const group *g, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = i + 1; k < g->n && rc == WDM_OK; k++)
            rc = compare_pair(g, &g->rows[i], &g->rows[k], err);
    }
    return rc;
}

static bool is_of_group(const group *g, sqlite3_stmt *stmt)
{
    return g->n > 0 && strcmp(g->site_id, wdm_db_text(stmt, 0)) == 0 && g->day == wdm_db_day(stmt, 1) &&
           strcmp(g->sample_id, wdm_db_text(stmt, 2)) == 0 &&
           strcmp(g->analyte_id, wdm_db_text(stmt, 3)) == 0;
}

static wdm_rc start_group(group *g, sqlite3_stmt *stmt, wdm_err *err)
{
    wdm_arena_fini(&g->arena);
    g->n = 0;
    g->site_id = wdm_arena_strdup(&g->arena, wdm_db_text(stmt, 0));
    g->day = wdm_db_day(stmt, 1);
    g->sample_id = wdm_arena_strdup(&g->arena, wdm_db_text(stmt, 2));
    g->analyte_id = wdm_arena_strdup(&g->arena, wdm_db_text(stmt, 3));
    return g->site_id == NULL || g->sample_id == NULL || g->analyte_id == NULL ? wdm_err_nomem(err) : WDM_OK;
}

// The rows come by laboratory and method.
static wdm_rc add_row(group *g, sqlite3_stmt *stmt, wdm_err *err)
{
    const char *lab_id = wdm_db_text(stmt, 4);
    const char *method_id = wdm_db_text(stmt, 5);
    const int state = sqlite3_column_int(stmt, 6);
    analysis *a = g->n == 0 ? NULL : &g->rows[g->n - 1];
    if (a == NULL || strcmp(a->lab_id, lab_id) != 0 || strcmp(a->method_id, method_id) != 0) {
        if (wdm_grow(&g->rows, &g->cap, g->n + 1, sizeof *g->rows, err) != WDM_OK)
            return WDM_E_NOMEM;
        a = &g->rows[g->n++];
        *a = (analysis){.lab_id = wdm_arena_strdup(&g->arena, lab_id),
                        .method_id = wdm_arena_strdup(&g->arena, method_id),
                        .u_rel = wdm_db_real(stmt, 8)};
        if (a->lab_id == NULL || a->method_id == NULL)
            return wdm_err_nomem(err);
    }
    a->n++;
    a->state = state > a->state ? state : a->state;
    a->sum_ng_l += wdm_db_real(stmt, 7);
    a->in_batch = a->in_batch || sqlite3_column_int64(stmt, 9) == g->filter->batch_id;
    return WDM_OK;
}

// Begins at the few sample_ids that two laboratories share; "+" keeps SQLite from beginning at the days.
static const char comparisons_sql[] =
    "WITH shared AS MATERIALIZED (SELECT sample_id FROM sample WHERE sample_type = 'sample' GROUP BY "
    "sample_id HAVING min(lab_key) < max(lab_key)) "
    "SELECT s.site_id, r.day, r.sample_id, a.analyte_id, l.lab_id, m.method_id, r.state, r.value_ng_l, "
    "r.u_rel, r.batch_id, r.replicate FROM shared c CROSS JOIN sample p INDEXED BY sample_by_id ON "
    "p.sample_id = c.sample_id AND p.sample_type = 'sample' CROSS JOIN result_placed r ON r.sample_id = "
    "c.sample_id AND r.own_site_key = p.site_key AND r.own_day = p.day AND r.sample_key = p.sample_key JOIN "
    "site s ON s.site_key = r.site_key JOIN analyte a ON a.analyte_key = r.analyte_key JOIN lab l ON "
    "l.lab_key = r.lab_key JOIN method m ON m.method_key = r.method_key WHERE (?1 IS NULL OR s.site_id = ?1) "
    "AND +r.day BETWEEN ?2 AND ?3 "
    "ORDER BY s.site_id, r.day, r.sample_id, a.analyte_id, l.lab_id, m.method_id, r.replicate";

wdm_rc wdm_store_each_comparison(wdm_store *store, const wdm_config *config,
                                 const wdm_comparison_filter *filter, wdm_comparison_fn fn, void *user,
                                 wdm_err *err)
{
    group g = {.config = config, .filter = filter, .fn = fn, .user = user};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, comparisons_sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    if (filter->site_id != NULL)
        wdm_db_bind_text(stmt, 1, filter->site_id);
    wdm_db_bind_int(stmt, 2, filter->first == WDM_DAY_NONE ? INT32_MIN : filter->first);
    wdm_db_bind_int(stmt, 3, filter->last == WDM_DAY_NONE ? INT32_MAX : filter->last);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        if (!is_of_group(&g, stmt)) {
            rc = compare_group(&g, err);
            if (rc == WDM_OK)
                rc = start_group(&g, stmt, err);
        }
        if (rc == WDM_OK)
            rc = add_row(&g, stmt, err);
    }
    (void)sqlite3_reset(stmt);
    if (rc == WDM_OK)
        rc = compare_group(&g, err);
    wdm_free(g.rows);
    wdm_arena_fini(&g.arena);
    return rc;
}

static wdm_rc count_verdict(void *user, const wdm_comparison_row *row, wdm_err *err)
{
    int64_t *counts = user;
    (void)err;
    counts[row->comparison.verdict]++;
    return WDM_OK;
}

wdm_rc wdm_store_count_comparisons(wdm_store *store, const wdm_config *config, int64_t batch_id,
                                   int64_t counts[3], wdm_err *err)
{
    const wdm_comparison_filter filter = {.first = WDM_DAY_NONE, .last = WDM_DAY_NONE, .batch_id = batch_id};
    counts[0] = counts[1] = counts[2] = 0;
    return wdm_store_each_comparison(store, config, &filter, count_verdict, counts, err);
}
