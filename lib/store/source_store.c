// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/source_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/intake.h"
#include "store/db.h"

// What the sources found of one analyte on the day in hand.
typedef struct found {
    int64_t analyte_key;
    size_t source;
    double sum_ng_l; // of measured values
    int n, n_measured;
} found;

typedef struct day_in_hand {
    wdm_day day;
    found *rows;
    size_t n, cap;
} day_in_hand;

static wdm_rc source_of(wdm_source_table *table, sqlite3_stmt *stmt, size_t *source, wdm_err *err)
{
    const int64_t lab = sqlite3_column_int64(stmt, 2);
    const int64_t method = sqlite3_column_int64(stmt, 3);
    char name[512];
    wdm_rc rc = WDM_OK;
    for (*source = 0; *source < table->n; (*source)++) {
        if (table->keys[*source][0] == lab && table->keys[*source][1] == method)
            return WDM_OK;
    }
    rc = wdm_grow(&table->names, &table->cap, table->n + 1, sizeof *table->names, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&table->keys, &table->keys_cap, table->n + 1, sizeof *table->keys, err);
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(name, sizeof name, "%s/%s", wdm_db_text(stmt, 6), wdm_db_text(stmt, 7));
    table->names[table->n] = wdm_strdup(name);
    if (table->names[table->n] == NULL)
        return wdm_err_nomem(err);
    table->keys[table->n][0] = lab;
    table->keys[table->n++][1] = method;
    return WDM_OK;
}

static wdm_rc add_pair(wdm_source_table *table, const found *a, const found *b, wdm_day day, wdm_err *err)
{
    const found *from = a->source < b->source ? a : b;
    const found *to = from == a ? b : a;
    const double log_ratio = log(to->sum_ng_l / to->n / (from->sum_ng_l / from->n));
    wdm_rc rc = WDM_OK;
    if (a->analyte_key != b->analyte_key || a->source == b->source || a->n != a->n_measured ||
        b->n != b->n_measured || !isfinite(log_ratio))
        return WDM_OK;
    rc = wdm_grow(&table->pairs, &table->pairs_cap, table->n_pairs + 1, sizeof *table->pairs, err);
    if (rc == WDM_OK)
        table->pairs[table->n_pairs++] =
            (wdm_source_pair){a->analyte_key, from->source, to->source, wdm_week_index(day), log_ratio};
    return rc;
}

static wdm_rc end_day(wdm_source_table *table, day_in_hand *hand, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < hand->n; i++) {
        for (size_t k = i + 1; k < hand->n && rc == WDM_OK; k++)
            rc = add_pair(table, &hand->rows[i], &hand->rows[k], hand->day, err);
    }
    hand->n = 0;
    return rc;
}

static wdm_rc add_result(day_in_hand *hand, sqlite3_stmt *stmt, size_t source, wdm_err *err)
{
    const int64_t analyte = sqlite3_column_int64(stmt, 1);
    const bool is_measured = sqlite3_column_int(stmt, 4) == WDM_RESULT_MEASURED;
    size_t at = 0;
    while (at < hand->n && (hand->rows[at].analyte_key != analyte || hand->rows[at].source != source))
        at++;
    if (at == hand->n) {
        const wdm_rc rc = wdm_grow(&hand->rows, &hand->cap, at + 1, sizeof *hand->rows, err);
        if (rc != WDM_OK)
            return rc;
        hand->rows[hand->n++] = (found){.analyte_key = analyte, .source = source};
    }
    hand->rows[at].n++;
    hand->rows[at].n_measured += is_measured ? 1 : 0;
    hand->rows[at].sum_ng_l += is_measured ? wdm_db_real(stmt, 5) : 0.0;
    return WDM_OK;
}

static wdm_rc read_site(wdm_store *store, wdm_source_table *table, wdm_source_runs *runs, int64_t site_key,
                        wdm_day as_of, wdm_err *err)
{
    day_in_hand hand = {.day = WDM_DAY_NONE};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT r.day, r.analyte_key, r.lab_key, r.method_key, r.state, r.value_ng_l, l.lab_id, m.method_id "
        "FROM "
        "result_placed r JOIN lab l ON l.lab_key = r.lab_key JOIN method m ON m.method_key = r.method_key "
        "WHERE "
        "r.site_key = ?1 AND r.day <= ?2 AND r.sample_type = 'sample' AND r.state <> 3 ORDER BY r.day, "
        "l.lab_id, m.method_id",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, site_key);
    wdm_db_bind_day(stmt, 2, as_of);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        size_t source = 0;
        const wdm_day day = wdm_db_day(stmt, 0);
        if (day != hand.day)
            rc = end_day(table, &hand, err);
        hand.day = day;
        if (rc == WDM_OK)
            rc = source_of(table, stmt, &source, err);
        if (rc == WDM_OK)
            rc = add_result(&hand, stmt, source, err);
        if (rc == WDM_OK)
            rc = wdm_source_runs_add(runs, sqlite3_column_int64(stmt, 1), source, day, err);
        if (rc != WDM_OK)
            break;
    }
    if (rc == WDM_OK)
        rc = end_day(table, &hand, err);
    (void)sqlite3_reset(stmt);
    wdm_free(hand.rows);
    return rc;
}

// More than one laboratory, or more than one method.
static wdm_rc has_several(wdm_store *store, bool *several, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT (SELECT count(*) FROM (SELECT DISTINCT lab_key FROM sample LIMIT 2)) + (SELECT "
        "count(*) FROM (SELECT DISTINCT method_key FROM result LIMIT 2)) > 2",
        &stmt, err);
    if (rc == WDM_OK)
        rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK)
        *several = sqlite3_column_int(stmt, 0) != 0;
    if (stmt != NULL)
        (void)sqlite3_reset(stmt);
    return rc;
}

static wdm_rc list_sites(wdm_store *store, wdm_source_table *table, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc =
        wdm_db_prepare(store, "SELECT site_key FROM site WHERE site_key > 0 ORDER BY site_key", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&table->sites, &table->sites_cap, table->n_sites + 1, sizeof *table->sites, err);
        if (rc != WDM_OK)
            break;
        table->sites[table->n_sites++] =
            (struct wdm_site_runs){.site_key = sqlite3_column_int64(stmt, 0), .runs = {.n = 0}};
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_read_sources(wdm_store *store, wdm_day as_of, wdm_source_table *table, wdm_err *err)
{
    bool several = false;
    wdm_rc rc = has_several(store, &several, err);
    if (rc != WDM_OK || !several)
        return rc;
    rc = list_sites(store, table, err);
    for (size_t i = 0; i < table->n_sites && rc == WDM_OK; i++)
        rc = read_site(store, table, &table->sites[i].runs, table->sites[i].site_key, as_of, err);
    return rc == WDM_OK ? wdm_source_offsets_fit(table->pairs, table->n_pairs, &table->offsets, err) : rc;
}

const wdm_source_runs *wdm_source_table_site(const wdm_source_table *table, int64_t site_key)
{
    size_t low = 0;
    size_t high = table->n_sites;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (table->sites[middle].site_key == site_key)
            return &table->sites[middle].runs;
        if (table->sites[middle].site_key < site_key)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void wdm_source_table_fini(wdm_source_table *table)
{
    for (size_t i = 0; i < table->n; i++)
        wdm_free(table->names[i]);
    for (size_t i = 0; i < table->n_sites; i++)
        wdm_source_runs_fini(&table->sites[i].runs);
    wdm_free(table->names);
    wdm_free(table->keys);
    wdm_free(table->sites);
    wdm_free(table->pairs);
    wdm_free(table->offsets.rows);
    *table = (wdm_source_table){0};
}
