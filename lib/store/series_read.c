// SPDX-License-Identifier: GPL-3.0-or-later
// The readers of store/trend_store.h.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "store/db.h"
#include "store/trend_store.h"

// Both statements give these columns first: place key, drug key, biomarker key, quantity, week, estimate,
// limit, bound_high, median, lo95, hi95, lo95_random, hi95_random, n_days, n_censored, flags; then site_id,
// region_id, drug_id, biomarker_id, the sampled days of a site, population.
static const char site_series_sql[] =
    "SELECT w.site_key, w.drug_key, w.biomarker_key, w.quantity, w.week, w.estimate, w.limit_value, "
    "w.bound_high, "
    "w.median, w.lo95, w.hi95, w.lo95_random, w.hi95_random, w.n_days, w.n_censored, w.flags, "
    "s.site_id, s.region_id, d.drug_id, a.analyte_id, w.days, w.population "
    "FROM weekly w JOIN site s USING (site_key) JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key "
    "= "
    "w.biomarker_key WHERE w.factor_set_key = (SELECT factor_set_key FROM factor_set WHERE factor_set = ?1) "
    "AND w.week <= ?2 AND substr(w.days, -10) <= ?3 "
    "ORDER BY w.site_key, w.drug_key, w.biomarker_key, w.quantity, w.week";
static const char region_series_sql[] =
    "SELECT w.region_key, w.drug_key, w.biomarker_key, w.quantity, w.week, w.estimate, NULL, w.bound_high, "
    "CASE WHEN w.lo95 > 0 THEN sqrt(w.lo95) * sqrt(w.hi95) END, w.lo95, w.hi95, w.lo95_random, "
    "w.hi95_random, "
    "w.n_days, w.n_censored, w.flags, '', r.region_id, d.drug_id, a.analyte_id, '', w.population "
    "FROM region_weekly w JOIN region r USING (region_key) JOIN drug d USING (drug_key) JOIN analyte a ON "
    "a.analyte_key = w.biomarker_key WHERE w.factor_set_key = (SELECT factor_set_key FROM factor_set WHERE "
    "factor_set = ?1) AND w.week * 7 + 3 <= ?4 AND w.week <= ?2 "
    "ORDER BY w.region_key, w.drug_key, w.biomarker_key, w.quantity, w.week";

enum { ISO_DATE = 10 }; // letters of one
enum { ID_SITE, ID_REGION, ID_DRUG, ID_BIOMARKER, ID_N };

typedef struct reader {
    wdm_series series;
    int64_t place_key;
    wdm_series_week *weeks;
    size_t cap;
    wdm_day *days;
    double *people;
    size_t days_cap, people_cap;
    char *ids[ID_N];
    wdm_series_fn fn;
    void *context;
} reader;

static void drop_ids(reader *r)
{
    for (int i = 0; i < (int)ID_N; i++) {
        wdm_free(r->ids[i]);
        r->ids[i] = NULL;
    }
}

static wdm_rc hand_over(reader *r, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (r->series.n == 0)
        return WDM_OK;
    r->series.weeks = r->weeks;
    r->series.site_id = r->ids[ID_SITE];
    r->series.region_id = r->ids[ID_REGION];
    r->series.drug_id = r->ids[ID_DRUG];
    r->series.biomarker_id = r->ids[ID_BIOMARKER];
    r->series.site_key = r->ids[ID_SITE][0] == '\0' ? 0 : r->place_key;
    r->series.region_key = r->ids[ID_SITE][0] == '\0' ? r->place_key : 0;
    r->series.days = r->days;
    r->series.people = r->people;
    rc = r->fn(r->context, &r->series, err);
    r->series.n = 0;
    r->series.n_days = 0;
    return rc;
}

static bool is_same(const reader *r, sqlite3_stmt *stmt)
{
    return r->series.n > 0 && sqlite3_column_int64(stmt, 0) == r->place_key &&
           sqlite3_column_int64(stmt, 1) == r->series.drug_key &&
           sqlite3_column_int64(stmt, 2) == r->series.biomarker_key &&
           sqlite3_column_int(stmt, 3) == (int)r->series.quantity;
}

static wdm_rc begin_series(reader *r, sqlite3_stmt *stmt, wdm_err *err)
{
    drop_ids(r);
    r->place_key = sqlite3_column_int64(stmt, 0);
    r->series.drug_key = sqlite3_column_int64(stmt, 1);
    r->series.biomarker_key = sqlite3_column_int64(stmt, 2);
    r->series.quantity = (wdm_quantity)sqlite3_column_int(stmt, 3);
    for (int i = 0; i < (int)ID_N; i++) {
        r->ids[i] = wdm_strdup(wdm_db_text(stmt, 16 + i));
        if (r->ids[i] == NULL)
            return wdm_err_nomem(err);
    }
    return WDM_OK;
}

// ISO dates with a blank between them.
static wdm_rc take_days(reader *r, const char *text, wdm_err *err)
{
    char date[WDM_DATE_TEXT] = "";
    for (const char *at = text; strlen(at) >= ISO_DATE; at += at[ISO_DATE] == ' ' ? ISO_DATE + 1 : ISO_DATE) {
        wdm_rc rc = wdm_grow(&r->days, &r->days_cap, r->series.n_days + 1, sizeof *r->days, err);
        if (rc != WDM_OK)
            return rc;
        memcpy(date, at, ISO_DATE);
        if (wdm_day_parse(date, &r->days[r->series.n_days]))
            r->series.n_days++;
    }
    return WDM_OK;
}

static wdm_rc take_row(reader *r, sqlite3_stmt *stmt, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (!is_same(r, stmt)) {
        rc = hand_over(r, err);
        if (rc == WDM_OK)
            rc = begin_series(r, stmt, err);
    }
    if (rc == WDM_OK)
        rc = wdm_grow(&r->weeks, &r->cap, r->series.n + 1, sizeof *r->weeks, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&r->people, &r->people_cap, r->series.n + 1, sizeof *r->people, err);
    if (rc == WDM_OK)
        rc = take_days(r, wdm_db_text(stmt, 20), err);
    if (rc != WDM_OK)
        return rc;
    r->people[r->series.n] = wdm_db_real(stmt, 21);
    r->weeks[r->series.n++] =
        (wdm_series_week){.week = sqlite3_column_int(stmt, 4),
                          .estimate = wdm_db_real(stmt, 5),
                          .limit = wdm_db_real(stmt, 6),
                          .bound_high = wdm_db_real(stmt, 7),
                          .median = wdm_db_real(stmt, 8),
                          .lo95 = wdm_db_real(stmt, 9),
                          .hi95 = wdm_db_real(stmt, 10),
                          .lo95_random = wdm_db_real(stmt, 11),
                          .hi95_random = wdm_db_real(stmt, 12),
                          .n_days = sqlite3_column_int(stmt, 13),
                          .n_censored = sqlite3_column_int(stmt, 14),
                          .flags = (unsigned)sqlite3_column_int(stmt, 15),
                          .disposal = (sqlite3_column_int64(stmt, 15) & WDM_FLAG_DISPOSAL) != 0};
    return WDM_OK;
}

static wdm_rc each(wdm_store *store, const char *sql, const char *factor_set, wdm_day as_of, reader *r,
                   wdm_err *err)
{
    char date[WDM_DATE_TEXT];
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, wdm_week_index(as_of));
    wdm_db_bind_text(stmt, 3, wdm_day_format(as_of, date));
    if (sql == region_series_sql)
        wdm_db_bind_int(stmt, 4, as_of);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        rc = take_row(r, stmt, err);
        if (rc != WDM_OK)
            break;
    }
    if (rc == WDM_OK)
        rc = hand_over(r, err);
    (void)sqlite3_reset(stmt);
    drop_ids(r);
    wdm_free(r->weeks);
    wdm_free(r->days);
    wdm_free(r->people);
    return rc;
}

wdm_rc wdm_store_each_series(wdm_store *store, const char *factor_set, wdm_day as_of, wdm_series_fn fn,
                             void *context, wdm_err *err)
{
    reader r = {.fn = fn, .context = context};
    return each(store, site_series_sql, factor_set, as_of, &r, err);
}

wdm_rc wdm_store_each_region_series(wdm_store *store, const char *factor_set, wdm_day as_of, wdm_series_fn fn,
                                    void *context, wdm_err *err)
{
    reader r = {.fn = fn, .context = context};
    return each(store, region_series_sql, factor_set, as_of, &r, err);
}

wdm_rc wdm_store_judged_week(wdm_store *store, const char *factor_set, wdm_day as_of, int32_t *week,
                             wdm_err *err)
{
    const int32_t running = wdm_week_index(as_of);
    const int32_t ended = wdm_weekday(as_of) == 7 ? running : running - 1;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT max(CASE WHEN week <= ?2 THEN week END), max(week) FROM weekly WHERE week <= ?3 "
        "AND factor_set_key = (SELECT factor_set_key FROM factor_set WHERE factor_set = ?1)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, ended);
    wdm_db_bind_int(stmt, 3, running);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && (!row || sqlite3_column_type(stmt, 1) == SQLITE_NULL))
        rc = wdm_err_set(err, WDM_E_NOINPUT,
                         "store %s has no estimates with factor set %s up to this date; run: wdm "
                         "estimate",
                         wdm_store_uri(store), factor_set);
    else if (rc == WDM_OK)
        *week = sqlite3_column_int(stmt, sqlite3_column_type(stmt, 0) == SQLITE_NULL ? 1 : 0);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_site_age(wdm_store *store, wdm_day as_of, wdm_site_age_fn fn, void *context,
                               wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT s.site_key, s.site_id, s.region_id, s.imported, (SELECT max(d.day) FROM daily d "
        "WHERE d.site_key = s.site_key AND d.day <= ?1 AND d.factor_set_key = (SELECT factor_set_key FROM "
        "factor_set WHERE factor_set = "
        "(SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id)))) AS last FROM "
        "site s WHERE last IS NOT "
        "NULL ORDER BY s.site_key",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_day(stmt, 1, as_of);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_site_age age = {.site_key = sqlite3_column_int64(stmt, 0),
                                  .site_id = wdm_db_text(stmt, 1),
                                  .region_id = wdm_db_text(stmt, 2),
                                  .imported = sqlite3_column_int(stmt, 3) != 0,
                                  .last_day = wdm_db_day(stmt, 4)};
        rc = fn(context, &age, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_each_load_day(wdm_store *store, const char *factor_set, wdm_day from, wdm_day to,
                               wdm_load_day_fn fn, void *context, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT d.site_key, d.drug_key, d.biomarker_key, d.day, d.estimate, d.limit_value, d.flags, "
        "a.analyte_id FROM daily d JOIN analyte a ON a.analyte_key = d.biomarker_key WHERE d.quantity = 0 "
        "AND d.day BETWEEN ?2 AND ?3 AND d.factor_set_key = (SELECT factor_set_key FROM factor_set WHERE "
        "factor_set = ?1) ORDER BY d.site_key, d.drug_key, d.biomarker_key, d.day",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_day(stmt, 2, from);
    wdm_db_bind_day(stmt, 3, to);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_load_day day = {.site_key = sqlite3_column_int64(stmt, 0),
                                  .drug_key = sqlite3_column_int64(stmt, 1),
                                  .biomarker_key = sqlite3_column_int64(stmt, 2),
                                  .day = wdm_db_day(stmt, 3),
                                  .load_mg_d_1000 = wdm_db_real(stmt, 4),
                                  .limit_mg_d_1000 = wdm_db_real(stmt, 5),
                                  .flags = sqlite3_column_int64(stmt, 6),
                                  .biomarker_id = wdm_db_text(stmt, 7)};
        rc = fn(context, &day, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_last_run(wdm_store *store, const char *stage, wdm_last_run *run, wdm_err *err)
{
    static const char key[] = "as_of=";
    sqlite3_stmt *stmt = NULL;
    const char *found = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT run_id, parameters, n_in, n_out, input_hash FROM run WHERE stage = ?1 AND status "
        "IN ('done', 'partial') AND (stage NOT IN ('estimate', 'trend') OR factor_set = "
        "coalesce(" WDM_DB_FACTOR_SET ", '')) ORDER BY run_id DESC LIMIT 1",
        &stmt, err);
    *run = (wdm_last_run){.as_of = WDM_DAY_NONE};
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, stage);
    rc = wdm_db_step(store, stmt, &run->found, err);
    if (rc == WDM_OK && run->found) {
        char date[WDM_DATE_TEXT] = "";
        run->run_id = sqlite3_column_int64(stmt, 0);
        run->n_in = sqlite3_column_int64(stmt, 2);
        run->n_out = sqlite3_column_int64(stmt, 3);
        (void)strncpy(run->input_hash, wdm_db_text(stmt, 4), sizeof run->input_hash - 1);
        found = strstr(wdm_db_text(stmt, 1), key);
        if (found != NULL)
            (void)strncpy(date, found + strlen(key), 10);
        if (!wdm_day_parse(date, &run->as_of))
            run->as_of = WDM_DAY_NONE;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}
