// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/estimate_store.h"

#include <stdio.h>
#include <string.h>

#include "data/flags.h"
#include "data/intake.h"
#include "io/number.h"
#include "store/db.h"
#include "store/quality_sql.h"

static void bind_filter(sqlite3_stmt *stmt, const wdm_result_filter *f)
{
    if (f->site_id != NULL)
        wdm_db_bind_text(stmt, 1, f->site_id);
    if (f->analyte_id != NULL)
        wdm_db_bind_text(stmt, 2, f->analyte_id);
    wdm_db_bind_day(stmt, 3, f->first);
    wdm_db_bind_day(stmt, 4, f->last);
    wdm_db_bind_day(stmt, 5, f->as_of);
}

static void read_result(sqlite3_stmt *stmt, wdm_result_row *r)
{
    r->site_id = wdm_db_text(stmt, 0);
    r->analyte_id = wdm_db_text(stmt, 1);
    r->sample_id = wdm_db_text(stmt, 2);
    r->sample_type = wdm_db_text(stmt, 3);
    r->lab_id = wdm_db_text(stmt, 4);
    r->method_id = wdm_db_text(stmt, 5);
    r->start = (wdm_when){wdm_db_day(stmt, 6), sqlite3_column_int(stmt, 7)};
    r->end = (wdm_when){wdm_db_day(stmt, 8), sqlite3_column_int(stmt, 9)};
    r->analysed = wdm_db_day(stmt, 10);
    r->replicate = sqlite3_column_int(stmt, 11);
    r->state = sqlite3_column_int(stmt, 12);
    r->value_ng_l = wdm_db_real(stmt, 13);
    r->lod_ng_l = wdm_db_real(stmt, 14);
    r->loq_ng_l = wdm_db_real(stmt, 15);
    r->u_rel = wdm_db_real(stmt, 16);
    r->flow_m3_d = wdm_db_real(stmt, 17);
    r->u_flow_rel = wdm_db_real(stmt, 18);
    r->temperature_c = wdm_db_real(stmt, 19);
    r->population = wdm_db_real(stmt, 20);
    r->flow_file = wdm_db_text(stmt, 21);
    r->flow_line = sqlite3_column_int64(stmt, 22);
    r->revision = sqlite3_column_int64(stmt, 23);
    r->batch_id = sqlite3_column_int64(stmt, 24);
    r->line = sqlite3_column_int64(stmt, 25);
    r->flags = sqlite3_column_int64(stmt, 26) | sqlite3_column_int64(stmt, 34);
    r->batch = wdm_db_text(stmt, 27);
    r->file = wdm_db_text(stmt, 28);
    r->raw_value = wdm_db_text(stmt, 29);
    r->raw_unit = wdm_db_text(stmt, 30);
    r->bound = sqlite3_column_int(stmt, 31) != 0;
    r->field_file = wdm_db_text(stmt, 32);
    r->field_line = sqlite3_column_int64(stmt, 33);
    r->domestic_share = wdm_db_real(stmt, 37);
    r->qc_codes = "";
    if (sqlite3_column_type(stmt, 35) == SQLITE_NULL)
        return;
    r->qc_codes = wdm_db_text(stmt, 36);
    r->flags |= sqlite3_column_int(stmt, 35) == WDM_QC_FAIL ? WDM_FLAG_QC_FAILED : WDM_FLAG_QC_ESTIMATE;
    if (sqlite3_column_int(stmt, 35) == WDM_QC_FAIL)
        r->state = WDM_RESULT_QC_FAILED;
}

// The two "+" keep SQLite from beginning at the results, or at each analyte for the sake of the order. Rain
// is of the whole day, an unusual flow of the row that gives the flow (?7: flow_unusual).
#define EACH_RESULT(one)                                                                                     \
    "SELECT s.site_id, +a.analyte_id, r.sample_id, r.sample_type, l.lab_id, m.method_id, r.day, "            \
    "r.start_minute, r.end_day, r.end_minute, r.analysed_day, r.replicate, r.state, r.value_ng_l, "          \
    "r.lod_ng_l, r.loq_ng_l, r.u_rel, coalesce(f.flow_m3_d, g.flow_m3_d), CASE WHEN f.flow_m3_d IS NOT "     \
    "NULL THEN f.u_flow_rel ELSE g.u_flow_rel END, coalesce(f.temperature_c, g.temperature_c), "             \
    "coalesce(f.population, g.population), CASE WHEN f.flow_m3_d IS NOT NULL THEN fb.file ELSE gb.file "     \
    "END, CASE WHEN f.flow_m3_d IS NOT NULL THEN f.line ELSE g.line END, r.revision, r.batch_id, r.line, "   \
    "r.flags, b.name, b.file, r.raw_value, r.raw_unit, r.bound, fb.file, f.line, "                           \
    "coalesce(f.flags, 0) | CASE WHEN f.flow_m3_d IS NOT NULL THEN coalesce(g.flags, 0) & ~?7 ELSE "         \
    "coalesce(g.flags, 0) END, " WDM_DB_QC_SEVERITY ", " WDM_DB_QC_CODES                                     \
    ", coalesce(f.domestic_share, g.domestic_share) "                                                        \
    "FROM site s CROSS JOIN result_placed r ON r.site_key = +s.site_key AND r.day BETWEEN ?3 AND ?4 "        \
    "JOIN analyte a ON a.analyte_key = r.analyte_key JOIN lab l ON l.lab_key = r.lab_key JOIN method m "     \
    "ON m.method_key = r.method_key JOIN batch b ON b.batch_id = r.batch_id " WDM_DB_FIELD_OF_RESULT         \
    "WHERE " one " AND (?2 IS NULL OR a.analyte_id = ?2) AND "                                               \
    "(?5 IS NULL OR r.end_day <= ?5) AND (?6 OR r.sample_type = 'sample') "                                  \
    "ORDER BY s.site_id, 2, r.day, r.sample_id, l.lab_id, m.method_id, r.replicate"

wdm_rc wdm_store_each_result(wdm_store *store, const wdm_result_filter *filter, wdm_result_fn fn, void *user,
                             wdm_err *err)
{
    static const char of_all[] = EACH_RESULT("?1 IS NULL");
    static const char of_one[] = EACH_RESULT("s.site_id = ?1");
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, filter->site_id == NULL ? of_all : of_one, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_filter(stmt, filter);
    wdm_db_bind_int(stmt, 3, filter->first == WDM_DAY_NONE ? INT32_MIN : filter->first);
    wdm_db_bind_int(stmt, 4, filter->last == WDM_DAY_NONE ? INT32_MAX : filter->last);
    wdm_db_bind_int(stmt, 6, filter->all_types);
    wdm_db_bind_int(stmt, 7, WDM_FLAG_FLOW_UNUSUAL);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        wdm_result_row r = {0};
        read_result(stmt, &r);
        rc = fn(user, &r, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

#define EACH_PUBLISHED(one)                                                                                  \
    "SELECT p.place_id, a.analyte_id, p.day, p.state, p.load_mg_d_1000, p.limit_mg_d_1000, p.batch_id, "     \
    "p.line, p.flags, b.name, b.file, "                                                                      \
    "p.column_name, p.raw_value FROM published_load_current p JOIN analyte a USING (analyte_key) JOIN "      \
    "batch b USING (batch_id) "                                                                              \
    "WHERE p.place_kind = 'site' AND " one " AND (?2 IS NULL OR a.analyte_id = "                             \
    "?2) AND "                                                                                               \
    "(?3 IS NULL OR p.day >= ?3) AND (?4 IS NULL OR p.day <= ?4) AND (?5 IS NULL OR p.day <= ?5) "           \
    "ORDER BY p.place_id, a.analyte_id, p.day"

wdm_rc wdm_store_each_published(wdm_store *store, const wdm_result_filter *filter, wdm_published_fn fn,
                                void *user, wdm_err *err)
{
    static const char of_all[] = EACH_PUBLISHED("?1 IS NULL");
    static const char of_one[] = EACH_PUBLISHED("p.place_id = ?1");
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, filter->site_id == NULL ? of_all : of_one, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_filter(stmt, filter);
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_published_row r = {
            wdm_db_text(stmt, 0),          wdm_db_text(stmt, 1),          wdm_db_day(stmt, 2),
            sqlite3_column_int(stmt, 3),   wdm_db_real(stmt, 4),          wdm_db_real(stmt, 5),
            sqlite3_column_int64(stmt, 6), sqlite3_column_int64(stmt, 7), sqlite3_column_int64(stmt, 8),
            wdm_db_text(stmt, 9),          wdm_db_text(stmt, 10),         wdm_db_text(stmt, 11),
            wdm_db_text(stmt, 12)};
        rc = fn(user, &r, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

static const char site_sql[] = "SELECT site_key FROM site WHERE site_id = ?1";
static const char drug_sql[] = "SELECT drug_key FROM drug WHERE drug_id = ?1";
static const char analyte_sql[] = "SELECT analyte_key FROM analyte WHERE analyte_id = ?1";
static const char factor_set_sql[] = "SELECT factor_set_key FROM factor_set WHERE factor_set = ?1";
static const char region_sql[] = "SELECT region_key FROM region WHERE region_id = ?1";

// The key of a name; the last one of each kind is remembered, because the rows of a series come together.
static wdm_rc key_of(wdm_store *store, size_t kind, const char *sql, const char *name, int64_t *key,
                     wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (store->last_key[kind].sql == sql && strcmp(store->last_key[kind].name, name) == 0) {
        *key = store->last_key[kind].key;
        return WDM_OK;
    }
    rc = wdm_db_key(store, sql, name, key, err);
    store->last_key[kind].sql = NULL;
    if (rc == WDM_OK && strlen(name) < sizeof store->last_key[kind].name) {
        store->last_key[kind].sql = sql;
        store->last_key[kind].key = *key;
        (void)snprintf(store->last_key[kind].name, sizeof store->last_key[kind].name, "%s", name);
    }
    return rc;
}

// Keys of the series into parameters 1 to 5: place, drug, biomarker, quantity, factor set.
static wdm_rc bind_series(wdm_store *store, sqlite3_stmt *stmt, const wdm_config *config,
                          const wdm_estimate_row *row, wdm_err *err)
{
    const bool site = row->place_kind == WDM_PLACE_SITE;
    const char *const sql[] = {site ? site_sql : region_sql, drug_sql, analyte_sql, factor_set_sql};
    const char *const names[] = {
        site ? config->sites.rows[row->place].site_id : config->regions.rows[row->place].region_id,
        row->drug == WDM_NONE ? "" : config->drugs.rows[row->drug].drug_id,
        row->biomarker == WDM_NONE ? WDM_COMBINED : config->analytes.rows[row->biomarker].analyte_id,
        config->factor_set};
    const int places[] = {1, 2, 3, 5};
    for (size_t i = 0; i < 4; i++) {
        int64_t key = 0;
        const wdm_rc rc = key_of(store, i, sql[i], names[i], &key, err);
        if (rc != WDM_OK)
            return rc;
        wdm_db_bind_int(stmt, places[i], key);
    }
    wdm_db_bind_int(stmt, 4, row->quantity);
    return WDM_OK;
}

static void bind_reals(sqlite3_stmt *stmt, int first, const double *values, int n)
{
    for (int i = 0; i < n; i++)
        wdm_db_bind_real(stmt, first + i, values[i]);
}

static wdm_rc put_daily(wdm_store *store, const wdm_config *config, const wdm_estimate_row *row, wdm_err *err)
{
    const wdm_estimate *e = row->value;
    const double reals[] = {e->estimate,    e->limit,       e->median,    e->lo95,      e->hi95,
                            e->lo95_random, e->hi95_random, e->rsd_total, e->rsd_random};
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO daily (site_key, drug_key, biomarker_key, quantity, factor_set_key, day, estimate, "
        "limit_value, "
        "median, lo95, hi95, lo95_random, hi95_random, rsd_total, rsd_random, censored, flags) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        &stmt, err);
    if (rc == WDM_OK)
        rc = bind_series(store, stmt, config, row, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 6, row->first);
    bind_reals(stmt, 7, reals, 9);
    wdm_db_bind_int(stmt, 16, row->state);
    wdm_db_bind_int(stmt, 17, row->flags);
    return wdm_db_run(store, stmt, err);
}

void wdm_budget_print(const double budget[WDM_BUDGET_N], wdm_buf *out)
{
    bool first = true;
    for (int part = 0; part < WDM_BUDGET_N; part++) {
        char text[WDM_NUMBER_TEXT];
        if (!(budget[part] > 1e-12)) // what cancels leaves rounding
            continue;
        wdm_buf_printf(out, "%s%s=%s", first ? "" : ";", wdm_budget_name((wdm_budget_part)part),
                       wdm_number_pretty(budget[part], 4, text));
        first = false;
    }
}

static wdm_rc put_weekly(wdm_store *store, const wdm_config *config, const wdm_estimate_row *row,
                         wdm_err *err)
{
    const wdm_estimate *e = row->value;
    const double reals[] = {e->estimate, e->limit,       e->bound_low,   e->bound_high, e->median,    e->lo95,
                            e->hi95,     e->lo95_random, e->hi95_random, e->rsd_total,  e->rsd_random};
    const double means[] = {e->weekday_mean, e->weekend_mean, e->day_median, e->sum, e->sum_sq};
    wdm_buf budget = {0};
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "INSERT INTO weekly (site_key, drug_key, biomarker_key, quantity, "
                               "factor_set_key, week, estimate, limit_value, "
                               "bound_low, bound_high, median, lo95, hi95, lo95_random, hi95_random, "
                               "rsd_total, rsd_random, weekday_mean, "
                               "weekend_mean, day_median, sum, sum_sq, n_days, n_censored, days, "
                               "censoring_method, budget, population, flags, n_left_out) "
                               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                               "?16, ?17, ?18, ?19, ?20, ?21, ?22, "
                               "?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)",
                               &stmt, err);
    if (rc == WDM_OK)
        rc = bind_series(store, stmt, config, row, err);
    if (rc != WDM_OK)
        return rc;
    wdm_buf_init(&budget, 4096);
    wdm_budget_print(e->budget, &budget);
    wdm_db_bind_int(stmt, 6, wdm_week_index(row->first));
    bind_reals(stmt, 7, reals, 11);
    bind_reals(stmt, 18, means, 5);
    wdm_db_bind_int(stmt, 23, e->n_days);
    wdm_db_bind_int(stmt, 24, e->n_censored);
    wdm_db_bind_text(stmt, 25, row->days);
    wdm_db_bind_text(stmt, 26, wdm_cens_method_text(e->method));
    wdm_db_bind_text(stmt, 27, wdm_buf_text(&budget));
    wdm_db_bind_real(stmt, 28, row->population);
    wdm_db_bind_int(stmt, 29, row->flags);
    wdm_db_bind_int(stmt, 30, row->n_left_out);
    rc = wdm_db_run(store, stmt, err);
    wdm_buf_fini(&budget);
    return rc;
}

static wdm_rc put_region(wdm_store *store, const wdm_config *config, const wdm_estimate_row *row,
                         wdm_err *err)
{
    const wdm_estimate *v = row->value;
    const double reals[] = {v->estimate,    v->bound_low,   v->bound_high,   v->lo95,      v->hi95,
                            v->lo95_random, v->hi95_random, row->population, row->coverage};
    wdm_buf budget = {0};
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "INSERT INTO region_weekly (region_key, drug_key, biomarker_key, quantity, "
                               "factor_set_key, week, estimate, "
                               "bound_low, bound_high, lo95, hi95, lo95_random, hi95_random, population, "
                               "coverage, n_sites, n_days, n_censored, "
                               "budget, flags, limit_value, median) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                               "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
                               &stmt, err);
    if (rc == WDM_OK)
        rc = bind_series(store, stmt, config, row, err);
    if (rc != WDM_OK)
        return rc;
    wdm_buf_init(&budget, 4096);
    wdm_budget_print(v->budget, &budget);
    wdm_db_bind_int(stmt, 6, wdm_week_index(row->first));
    bind_reals(stmt, 7, reals, 9);
    wdm_db_bind_int(stmt, 16, row->n_sites);
    wdm_db_bind_int(stmt, 17, v->n_days);
    wdm_db_bind_int(stmt, 18, v->n_censored);
    wdm_db_bind_text(stmt, 19, wdm_buf_text(&budget));
    wdm_db_bind_int(stmt, 20, row->flags);
    wdm_db_bind_real(stmt, 21, v->limit);
    wdm_db_bind_real(stmt, 22, v->median);
    rc = wdm_db_run(store, stmt, err);
    wdm_buf_fini(&budget);
    return rc;
}

static wdm_rc put_period(wdm_store *store, const wdm_config *config, const wdm_estimate_row *row,
                         wdm_err *err)
{
    const wdm_estimate *e = row->value;
    const wdm_period period = {row->scale, row->first, row->last};
    const double reals[] = {e->estimate,   e->limit,        e->bound_low,    e->bound_high,  e->median,
                            e->lo95,       e->hi95,         e->lo95_random,  e->hi95_random, e->rsd_total,
                            e->rsd_random, e->weekday_mean, e->weekend_mean, e->day_median,  e->sum,
                            e->sum_sq,     row->population, row->coverage,   row->days_share};
    char name[WDM_PERIOD_TEXT];
    wdm_buf budget = {0};
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO period (place_key, drug_key, biomarker_key, quantity, factor_set_key, place_kind, "
        "scale, first_day, last_day, period, n_days, n_censored, n_weeks, n_sites, censoring_method, budget, "
        "flags, "
        "estimate, limit_value, bound_low, bound_high, median, lo95, hi95, lo95_random, hi95_random, "
        "rsd_total, rsd_random, weekday_mean, weekend_mean, day_median, sum, sum_sq, population, coverage, "
        "days_share, n_left_out) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
        "?16, "
        "?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, "
        "?37)",
        &stmt, err);
    if (rc == WDM_OK)
        rc = bind_series(store, stmt, config, row, err);
    if (rc != WDM_OK)
        return rc;
    wdm_buf_init(&budget, 4096);
    wdm_budget_print(e->budget, &budget);
    wdm_db_bind_text(stmt, 6, row->place_kind == WDM_PLACE_SITE ? "site" : "region");
    wdm_db_bind_int(stmt, 7, row->scale);
    wdm_db_bind_int(stmt, 8, row->first);
    wdm_db_bind_int(stmt, 9, row->last);
    wdm_db_bind_text(stmt, 10, row->name != NULL ? row->name : wdm_period_format(&period, name));
    wdm_db_bind_int(stmt, 11, e->n_days);
    wdm_db_bind_int(stmt, 12, e->n_censored);
    wdm_db_bind_int(stmt, 13, row->n_weeks);
    wdm_db_bind_int(stmt, 14, row->place_kind == WDM_PLACE_SITE ? 1 : row->n_sites);
    wdm_db_bind_text(stmt, 15, wdm_cens_method_text(e->method));
    wdm_db_bind_text(stmt, 16, wdm_buf_text(&budget));
    wdm_db_bind_int(stmt, 17, row->flags);
    bind_reals(stmt, 18, reals, (int)(sizeof reals / sizeof reals[0]));
    wdm_db_bind_int(stmt, 37, row->n_left_out);
    rc = wdm_db_run(store, stmt, err);
    wdm_buf_fini(&budget);
    return rc;
}

wdm_rc wdm_store_put_estimate(wdm_store *store, const wdm_config *config, const wdm_estimate_row *row,
                              wdm_err *err)
{
    const bool site = row->place_kind == WDM_PLACE_SITE;
    if (row->scale == WDM_SCALE_WEEK)
        return site ? put_weekly(store, config, row, err) : put_region(store, config, row, err);
    return site && row->scale == WDM_SCALE_DAY ? put_daily(store, config, row, err)
                                               : put_period(store, config, row, err);
}
