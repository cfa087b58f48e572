// SPDX-License-Identifier: GPL-3.0-or-later
// The bulletin's series: weekly rows, one series for a chart, alerts.
#include "store/report_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/report_store_parts.h"

const char *wdm_report_keep(sqlite3_stmt *stmt, int at, wdm_arena *arena, wdm_rc *rc)
{
    const char *text = wdm_arena_strdup(arena, wdm_db_text(stmt, at));
    if (text == NULL) {
        *rc = WDM_E_NOMEM;
        return "";
    }
    return text;
}

wdm_rc wdm_report_done(wdm_rc rc, wdm_rc kept, wdm_err *err)
{
    return rc == WDM_OK && kept != WDM_OK ? wdm_err_nomem(err) : rc;
}

// ---- weekly rows

static const char *const week_sql =
    "SELECT w.site_key, w.drug_key, w.biomarker_key, w.quantity, s.site_id, d.drug_id, a.analyte_id, "
    "w.estimate,"
    " w.limit_value, w.bound_low, w.bound_high, w.lo95, w.hi95, w.lo95_random, w.hi95_random, w.rsd_total,"
    " w.rsd_random, w.n_days, w.n_censored, w.days, w.censoring_method, w.population, w.flags, b.baseline, "
    "b.lo95,"
    " b.hi95, b.factor, b.state, t.place_key IS NOT NULL, t.slope_pct_per_year, t.slope_lo95, t.slope_hi95, "
    "t.p_value,"
    " t.change_prev_pct, t.change_year_pct, t.class, t.change_prev_word, t.change_year_word"
    " FROM weekly w JOIN site s ON s.site_key = w.site_key JOIN drug d ON d.drug_key = w.drug_key"
    " JOIN analyte a ON a.analyte_key = w.biomarker_key JOIN factor_set f ON f.factor_set_key = "
    "w.factor_set_key"
    " LEFT JOIN baseline b ON b.factor_set_key = w.factor_set_key AND b.site_key = w.site_key AND b.drug_key "
    "= w.drug_key"
    "  AND b.biomarker_key = w.biomarker_key AND b.quantity = w.quantity AND b.week = w.week"
    " LEFT JOIN trend t ON t.factor_set_key = w.factor_set_key AND t.place_kind = 'site' AND t.place_key = "
    "w.site_key AND t.scale = 1 AND t.drug_key = w.drug_key"
    "  AND t.biomarker_key = w.biomarker_key AND t.quantity = w.quantity AND t.week = w.week"
    " WHERE w.week = ?1 AND w.quantity IN (0, 1) AND f.factor_set = ?2"
    " ORDER BY s.site_id, d.drug_id, a.analyte_id, w.quantity";

static void read_week_row(sqlite3_stmt *q, const wdm_config *config, wdm_arena *arena, wdm_week_row *r,
                          wdm_rc *kept)
{
    double *const first[] = {&r->estimate, &r->limit,       &r->bound_low,   &r->bound_high, &r->lo95,
                             &r->hi95,     &r->lo95_random, &r->hi95_random, &r->rsd_total,  &r->rsd_random};
    double *const second[] = {&r->slope_pct_per_year, &r->slope_lo95,     &r->slope_hi95, &r->p_value,
                              &r->change_prev_pct,    &r->change_year_pct};
    r->key = (wdm_series_key){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                              sqlite3_column_int64(q, 2), sqlite3_column_int(q, 3)};
    r->site = wdm_config_site(config, wdm_db_text(q, 4));
    r->drug = wdm_config_drug(config, wdm_db_text(q, 5));
    r->biomarker_id = wdm_report_keep(q, 6, arena, kept);
    r->biomarker = wdm_config_analyte(config, r->biomarker_id);
    for (int i = 0; i < 10; i++)
        *first[i] = wdm_db_real(q, 7 + i);
    r->n_days = sqlite3_column_int(q, 17);
    r->n_censored = sqlite3_column_int(q, 18);
    r->days = wdm_report_keep(q, 19, arena, kept);
    r->censoring_method = wdm_report_keep(q, 20, arena, kept);
    r->population = wdm_db_real(q, 21);
    r->flags = sqlite3_column_int64(q, 22);
    r->baseline = wdm_db_real(q, 23);
    r->baseline_lo95 = wdm_db_real(q, 24);
    r->baseline_hi95 = wdm_db_real(q, 25);
    r->factor = wdm_db_real(q, 26);
    r->baseline_state = wdm_report_keep(q, 27, arena, kept);
    r->has_trend = sqlite3_column_int(q, 28) != 0;
    for (int i = 0; i < 6; i++)
        *second[i] = wdm_db_real(q, 29 + i);
    r->trend_class = wdm_report_keep(q, 35, arena, kept);
    r->change_prev_word = wdm_report_keep(q, 36, arena, kept);
    r->change_year_word = wdm_report_keep(q, 37, arena, kept);
}

wdm_rc wdm_report_week_rows(wdm_store *store, const wdm_config *config, int32_t week, wdm_arena *arena,
                            wdm_week_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, week_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, week);
    wdm_db_bind_text(q, 2, config->factor_set);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        read_week_row(q, config, arena, &out->rows[out->n++], &kept);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_report_find_series(wdm_store *store, const wdm_series_wanted *wanted, wdm_series_key *key,
                              bool *found, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT w.site_key, w.drug_key, w.biomarker_key FROM weekly w"
                               " JOIN analyte a ON a.analyte_key = w.biomarker_key"
                               " WHERE w.site_key = (SELECT site_key FROM site WHERE site_id = ?1)"
                               " AND w.drug_key = (SELECT drug_key FROM drug WHERE drug_id = ?2)"
                               " AND w.quantity = ?3 AND w.week <= ?4"
                               " ORDER BY a.analyte_id = ?5 DESC, w.week DESC, a.analyte_id LIMIT 1",
                               &q, err);
    *found = false;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(q, 1, wanted->site_id);
    wdm_db_bind_text(q, 2, wanted->drug_id);
    wdm_db_bind_int(q, 3, wanted->quantity);
    wdm_db_bind_int(q, 4, wanted->week);
    wdm_db_bind_text(q, 5, wanted->biomarker_id);
    rc = wdm_db_step(store, q, found, err);
    if (rc == WDM_OK && *found)
        *key = (wdm_series_key){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                                sqlite3_column_int64(q, 2), wanted->quantity};
    (void)sqlite3_reset(q);
    return rc;
}

// ---- one series

static void bind_series(sqlite3_stmt *q, const wdm_series_key *key, int32_t first, size_t n)
{
    wdm_db_bind_int(q, 1, key->site);
    wdm_db_bind_int(q, 2, key->drug);
    wdm_db_bind_int(q, 3, key->biomarker);
    wdm_db_bind_int(q, 4, key->quantity);
    wdm_db_bind_int(q, 5, first);
    wdm_db_bind_int(q, 6, (int64_t)first + (int64_t)n - 1);
}

// The set in force, else the latest older one that has the week: a series stays whole when older sets are
// kept.
static const char *const series_sql =
    "SELECT week, estimate, limit_value, bound_low, bound_high, lo95, "
    "hi95, lo95_random, hi95_random, population,"
    " n_days, n_censored, flags FROM weekly"
    " WHERE site_key = ?1 AND drug_key = ?2 AND biomarker_key = ?3 AND "
    "quantity = ?4 AND week BETWEEN ?5 AND ?6 AND factor_set_key <= "
    "coalesce(" WDM_DB_FACTOR_SET_KEY ", factor_set_key) ORDER BY week, factor_set_key";
static const char *const baseline_sql =
    "SELECT week, baseline, lo95, hi95, notice, warning, critical, alarmed FROM baseline"
    " WHERE site_key = ?1 AND drug_key = ?2 AND biomarker_key = ?3 AND quantity = ?4 AND week BETWEEN ?5 AND "
    "?6 AND factor_set_key = " WDM_DB_FACTOR_SET_KEY;

static void read_point(sqlite3_stmt *q, wdm_series_point *p)
{
    double *const numbers[] = {&p->estimate, &p->limit,       &p->bound_low,   &p->bound_high, &p->lo95,
                               &p->hi95,     &p->lo95_random, &p->hi95_random, &p->population};
    for (int i = 0; i < 9; i++)
        *numbers[i] = wdm_db_real(q, 1 + i);
    p->present = true;
    p->n_days = sqlite3_column_int(q, 10);
    p->n_censored = sqlite3_column_int(q, 11);
    p->flags = sqlite3_column_int64(q, 12);
}

static void read_baseline(sqlite3_stmt *q, wdm_series_point *p)
{
    double *const numbers[] = {&p->baseline, &p->band_low, &p->band_high,
                               &p->notice,   &p->warning,  &p->critical};
    for (int i = 0; i < 6; i++)
        *numbers[i] = wdm_db_real(q, 1 + i);
    p->has_baseline = true;
    p->alarmed = sqlite3_column_int(q, 7) != 0;
}

static wdm_rc read_series(wdm_store *store, const char *sql, const wdm_series_key *key,
                          wdm_series_point *points, size_t n, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    bind_series(q, key, points[0].week, n);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        const int64_t at = sqlite3_column_int64(q, 0) - points[0].week;
        if (at < 0 || at >= (int64_t)n)
            continue;
        if (sql == series_sql)
            read_point(q, &points[at]);
        else
            read_baseline(q, &points[at]);
    }
    (void)sqlite3_reset(q);
    return rc;
}

// Samples of the site by week, and the laboratories that analysed the biomarker. (day + 3) / 7 is the week's
// index: day numbers of samples are never negative.
static const char *const samples_sql =
    "WITH r AS MATERIALIZED (SELECT (p.day + 3) / 7 AS week, p.sample_key, p.analyte_key, p.lab_key, p.state"
    "  FROM result_placed p WHERE p.site_key = ?1 AND p.day BETWEEN ?3 AND ?4 AND p.sample_type = 'sample')"
    " SELECT r.week, count(DISTINCT r.sample_key), coalesce((SELECT group_concat(lab_id, ' ') FROM"
    "  (SELECT DISTINCT l.lab_id FROM r c JOIN lab l ON l.lab_key = c.lab_key WHERE c.week = r.week"
    "   AND c.analyte_key = ?2 AND c.state <> 3 ORDER BY l.lab_id)), '')"
    " FROM r GROUP BY 1";

static wdm_rc read_samples(wdm_store *store, const wdm_series_key *key, wdm_series_point *points, size_t n,
                           wdm_arena *arena, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, samples_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, key->site);
    wdm_db_bind_int(q, 2, key->biomarker);
    wdm_db_bind_int(q, 3, wdm_week_monday(points[0].week));
    wdm_db_bind_int(q, 4, wdm_week_monday(points[n - 1].week) + 6);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        const int64_t at = sqlite3_column_int64(q, 0) - points[0].week;
        if (at < 0 || at >= (int64_t)n)
            continue;
        points[at].n_samples = sqlite3_column_int(q, 1);
        points[at].labs = wdm_report_keep(q, 2, arena, &kept);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_report_series(wdm_store *store, const wdm_series_key *key, int32_t first, size_t n,
                         wdm_arena *arena, wdm_series_point *points, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (n == 0)
        return WDM_OK;
    for (size_t i = 0; i < n; i++) {
        const double none = (double)NAN;
        points[i] = (wdm_series_point){.week = first + (int32_t)i,
                                       .estimate = none,
                                       .limit = none,
                                       .bound_low = none,
                                       .bound_high = none,
                                       .lo95 = none,
                                       .hi95 = none,
                                       .lo95_random = none,
                                       .hi95_random = none,
                                       .population = none,
                                       .baseline = none,
                                       .band_low = none,
                                       .band_high = none,
                                       .notice = none,
                                       .warning = none,
                                       .critical = none,
                                       .labs = ""};
    }
    rc = read_series(store, series_sql, key, points, n, err);
    if (rc == WDM_OK)
        rc = read_series(store, baseline_sql, key, points, n, err);
    if (rc == WDM_OK)
        rc = read_samples(store, key, points, n, arena, err);
    return rc;
}
