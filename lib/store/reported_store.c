// SPDX-License-Identifier: GPL-3.0-or-later
// Published figures: what stood in reports, what stands in the store now.
#include "store/reported_store.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/report_store_parts.h"
#include "store/trend_store.h"

// ---- the report to compare with

static wdm_rc estimated_now(wdm_store *store, wdm_report_base *base, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT coalesce((SELECT parameters FROM run WHERE stage = 'estimate' AND "
                               "status IN ('done', 'partial') AND factor_set = coalesce(" WDM_DB_FACTOR_SET
                               ", '') ORDER BY run_id DESC LIMIT 1), ''), "
                               "coalesce((SELECT max(run_id) FROM run), 0)",
                               &q, err);
    if (rc != WDM_OK)
        return rc;
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row) {
        (void)snprintf(base->estimated_now, sizeof base->estimated_now, "%s", wdm_db_text(q, 0));
        base->newest_run_id = sqlite3_column_int64(q, 1);
    }
    (void)sqlite3_reset(q);
    return rc;
}

static wdm_rc state_now(wdm_store *store, char state[WDM_SHA256_HEX], wdm_err *err)
{
    static const char *const stages[] = {"estimate", "trend", "alert"};
    char extra[16 + 4 * WDM_SHA256_HEX] = "report";
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && rc == WDM_OK; i++) {
        wdm_last_run last = {0};
        const size_t len = strlen(extra);
        rc = wdm_store_last_run(store, stages[i], &last, err);
        (void)snprintf(extra + len, sizeof extra - len, " %s", last.input_hash);
    }
    return rc == WDM_OK ? wdm_store_input_hash(store, extra, state, err) : rc;
}

wdm_rc wdm_reported_base(wdm_store *store, wdm_report_base *base, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = WDM_OK;
    *base = (wdm_report_base){.as_of = WDM_DAY_NONE};
    rc = state_now(store, base->state, err);
    if (rc == WDM_OK)
        rc = estimated_now(store, base, err);
    if (rc == WDM_OK)
        rc =
            wdm_db_prepare(store,
                           "SELECT p.run_id, p.seen_run_id, p.week, p.as_of, r.version, p.config_sha256, "
                           "p.estimated FROM report p JOIN run r USING (run_id) WHERE r.status = 'done' AND "
                           "r.input_hash <> ?1 AND (?2 = 0 OR p.run_id < coalesce((SELECT min(q.run_id) FROM "
                           "run q WHERE q.stage = 'report' AND q.input_hash = ?1), p.run_id + 1)) ORDER BY "
                           "p.run_id DESC LIMIT 1",
                           &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(q, 1, base->state);
    wdm_db_bind_int(q, 2, store->chose_factor_set); // an old report again compares with what it compared with
    rc = wdm_db_step(store, q, &base->found, err);
    if (rc == WDM_OK && base->found) {
        base->run_id = sqlite3_column_int64(q, 0);
        base->seen_run_id = sqlite3_column_int64(q, 1);
        base->week = sqlite3_column_int(q, 2);
        base->as_of = wdm_db_day(q, 3);
        (void)snprintf(base->version, sizeof base->version, "%s", wdm_db_text(q, 4));
        (void)snprintf(base->config_sha256, sizeof base->config_sha256, "%s", wdm_db_text(q, 5));
        (void)snprintf(base->estimated, sizeof base->estimated, "%s", wdm_db_text(q, 6));
    }
    (void)sqlite3_reset(q);
    return rc;
}

// ---- figures

static bool near_enough(double a, double b)
{
    return wdm_db_same(a, b) || fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b));
}

bool wdm_reported_same(const wdm_reported_value *a, const wdm_reported_value *b)
{
    return a->state == b->state && near_enough(a->estimate, b->estimate) && near_enough(a->limit, b->limit) &&
           near_enough(a->bound_low, b->bound_low) && near_enough(a->bound_high, b->bound_high) &&
           near_enough(a->lo95, b->lo95) && near_enough(a->hi95, b->hi95);
}

// The statements for sites and for regions differ in table, key and quantities. Columns of all: week,
// is_region, place, drug, biomarker, quantity, the three names, the value of now (w), the published one (o).
// ?1 is a report's run or a week, ?2 the factor set in force.
#define KEYS(from, region, place, id)                                                                        \
    "SELECT " from ".week, " region ", p." place ", " from ".drug_key, " from ".biomarker_key, " from        \
    ".quantity, p." id ", d.drug_id, a.analyte_id, "
#define NOW(limit)                                                                                           \
    "CASE WHEN w.week IS NULL THEN 0 WHEN w.estimate IS NOT NULL THEN 1 WHEN w.n_censored >= w.n_days THEN " \
    "2 ELSE 3 END, w.estimate, " limit ", w.bound_low, w.bound_high, w.lo95, w.hi95, ?2, "
#define OLD                                                                                                  \
    "o.state, o.estimate, o.limit_value, o.bound_low, o.bound_high, o.lo95, o.hi95, o.factor_set FROM "
#define NOTHING "0, NULL, NULL, NULL, NULL, NULL, NULL, '' FROM "
#define IN_FORCE "w.factor_set_key = (SELECT factor_set_key FROM factor_set WHERE factor_set = ?2)"
#define NAMES(from, places, on)                                                                              \
    " JOIN " places " p ON " on " JOIN drug d ON d.drug_key = " from                                         \
    ".drug_key JOIN analyte a ON a.analyte_key = " from ".biomarker_key "
#define ORDER " ORDER BY 1, 2, 7, 8, 9, 6"

#define CHANGED(region, table, places, place, id, limit)                                                     \
    KEYS("o", region, place, id)                                                                             \
    NOW(limit)                                                                                               \
    OLD "(SELECT *, max(run_id) FROM reported WHERE is_region = " region                                     \
        " AND run_id <= ?1 GROUP BY week, is_region, place_key, drug_key, biomarker_key, quantity) o LEFT "  \
        "JOIN " table " w ON w." place " = o.place_key AND w.drug_key = o.drug_key AND w.biomarker_key = "   \
        "o.biomarker_key AND w.quantity = o.quantity AND w.week = o.week AND " IN_FORCE NAMES(               \
            "o", places, "p." place " = o.place_key") "WHERE o.as_of >= o.week * 7 + 3" ORDER
// Values of weeks published before, where nothing stood then.
#define FRESH(region, table, places, place, id, limit, quantities)                                           \
    KEYS("w", region, place, id)                                                                             \
    NOW(limit)                                                                                               \
    NOTHING table                                                                                            \
        " w" NAMES("w", places,                                                                              \
                   "p." place                                                                                \
                   " = w." place) "WHERE " IN_FORCE " AND w.quantity IN " quantities                         \
                                  " AND w.week IN (SELECT week FROM reported WHERE run_id <= ?1 AND "        \
                                  "as_of >= week * 7 + 3) AND NOT EXISTS (SELECT 1 FROM reported o WHERE "   \
                                  "o.week = w.week AND "                                                     \
                                  "o.is_region = " region " AND o.place_key = w." place                      \
                                  " AND o.drug_key = w.drug_key AND "                                        \
                                  "o.biomarker_key = w.biomarker_key AND o.quantity = w.quantity AND "       \
                                  "o.run_id <= ?1)" ORDER
#define OF_WEEK(region, table, places, place, id, limit, quantities)                                         \
    KEYS("w", region, place, id)                                                                             \
    NOW(limit)                                                                                               \
    NOTHING table " w" NAMES("w", places, "p." place " = w." place) "WHERE w.week = ?1 AND " IN_FORCE        \
                                                                    " AND w.quantity IN " quantities ORDER

#define SITES "0", "weekly", "site", "site_key", "site_id", "w.limit_value"
#define REGIONS "1", "region_weekly", "region", "region_key", "region_id", "NULL"
#define APPLY(macro, ...) macro(__VA_ARGS__)

static const char sites_changed[] = APPLY(CHANGED, SITES);
static const char regions_changed[] = APPLY(CHANGED, REGIONS);
static const char sites_fresh[] = APPLY(FRESH, SITES, "(0, 1)");
static const char regions_fresh[] = APPLY(FRESH, REGIONS, "(0, 1, 4)");
static const char sites_of_week[] = APPLY(OF_WEEK, SITES, "(0, 1)");
static const char regions_of_week[] = APPLY(OF_WEEK, REGIONS, "(0, 1, 4)");

static void read_value(sqlite3_stmt *q, int at, wdm_arena *arena, wdm_reported_value *v, wdm_rc *kept)
{
    double *const numbers[] = {&v->estimate, &v->limit, &v->bound_low, &v->bound_high, &v->lo95, &v->hi95};
    v->state = (wdm_figure_state)sqlite3_column_int(q, at);
    for (int i = 0; i < 6; i++)
        *numbers[i] = wdm_db_real(q, at + 1 + i);
    v->factor_set = v->state == WDM_FIGURE_NONE ? "" : wdm_report_keep(q, at + 7, arena, kept);
}

// Those that are the same are left out, unless all are wanted.
static wdm_rc read_figures(wdm_store *store, const char *sql, int64_t first, const char *factor_set,
                           wdm_arena *arena, wdm_reported_figures *out, wdm_err *err)
{
    const bool all = sql == sites_of_week || sql == regions_of_week;
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, first);
    wdm_db_bind_text(q, 2, factor_set);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        wdm_reported_figure f = {.week = sqlite3_column_int(q, 0),
                                 .is_region = sqlite3_column_int(q, 1) != 0,
                                 .place = sqlite3_column_int64(q, 2),
                                 .drug = sqlite3_column_int64(q, 3),
                                 .biomarker = sqlite3_column_int64(q, 4),
                                 .quantity = sqlite3_column_int(q, 5)};
        read_value(q, 9, arena, &f.now, &kept);
        read_value(q, 17, arena, &f.old, &kept);
        if (!all && wdm_reported_same(&f.now, &f.old))
            continue;
        f.place_id = wdm_report_keep(q, 6, arena, &kept);
        f.drug_id = wdm_report_keep(q, 7, arena, &kept);
        f.biomarker_id = wdm_report_keep(q, 8, arena, &kept);
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        out->rows[out->n++] = f;
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_reported_week(wdm_store *store, const char *factor_set, int32_t week, wdm_arena *arena,
                         wdm_reported_figures *out, wdm_err *err)
{
    wdm_rc rc = read_figures(store, sites_of_week, week, factor_set, arena, out, err);
    if (rc == WDM_OK)
        rc = read_figures(store, regions_of_week, week, factor_set, arena, out, err);
    return rc;
}

// A factor set that is in force but not estimated yet has no figures; that does not make the old ones wrong.
static wdm_rc has_estimates(wdm_store *store, const char *factor_set, bool *has, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_store_estimates_are_current(store, has, err);
    if (rc != WDM_OK || *has)
        return rc;
    rc = wdm_db_prepare(store,
                        "SELECT 1 FROM weekly WHERE factor_set_key = (SELECT factor_set_key FROM factor_set "
                        "WHERE factor_set = ?1) LIMIT 1",
                        &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(q, 1, factor_set);
    rc = wdm_db_step(store, q, has, err);
    (void)sqlite3_reset(q);
    return rc;
}

wdm_rc wdm_reported_changes(wdm_store *store, const char *factor_set, const wdm_report_base *base,
                            wdm_arena *arena, wdm_reported_figures *out, wdm_err *err)
{
    const char *const statements[] = {sites_changed, regions_changed, sites_fresh, regions_fresh};
    bool has = false;
    wdm_rc rc = base->found ? has_estimates(store, factor_set, &has, err) : WDM_OK;
    for (size_t i = 0; i < 4 && has && rc == WDM_OK; i++)
        rc = read_figures(store, statements[i], base->run_id, factor_set, arena, out, err);
    return rc;
}

// ---- noting

wdm_rc wdm_reported_note(wdm_store *store, const wdm_report_note *note, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO report (run_id, week, as_of, config_sha256, estimated, seen_run_id) VALUES (?1, "
        "?2, ?3, ?4, ?5, ?6)",
        &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, note->run_id);
    wdm_db_bind_int(q, 2, note->week);
    wdm_db_bind_int(q, 3, note->as_of);
    wdm_db_bind_text(q, 4, note->config_sha256);
    wdm_db_bind_text(q, 5, note->base->estimated_now);
    wdm_db_bind_int(q, 6, note->base->newest_run_id);
    return wdm_db_run(store, q, err);
}

static void bind_figure(sqlite3_stmt *q, const wdm_reported_figure *f)
{
    wdm_db_bind_int(q, 1, f->week);
    wdm_db_bind_int(q, 2, f->is_region);
    wdm_db_bind_int(q, 3, f->place);
    wdm_db_bind_int(q, 4, f->drug);
    wdm_db_bind_int(q, 5, f->biomarker);
    wdm_db_bind_int(q, 6, f->quantity);
}

// Whether the figure stands so in the last report that had it, and as final as now.
static wdm_rc stands(wdm_store *store, const wdm_report_note *note, const wdm_reported_figure *f,
                     bool *stands_so, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT state, estimate, limit_value, bound_low, bound_high, lo95, hi95, '', "
                               "as_of FROM reported WHERE week = ?1 AND is_region = ?2 AND place_key = ?3 "
                               "AND drug_key = ?4 AND biomarker_key = ?5 AND quantity = ?6 ORDER BY run_id "
                               "DESC LIMIT 1",
                               &q, err);
    *stands_so = false;
    if (rc != WDM_OK)
        return rc;
    bind_figure(q, f);
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row) {
        const wdm_day last_day = wdm_week_monday(f->week) + 6;
        wdm_reported_value old = {0};
        read_value(q, 0, &arena, &old, &kept);
        *stands_so =
            wdm_reported_same(&old, &f->now) && (wdm_db_day(q, 8) >= last_day) == (note->as_of >= last_day);
    }
    (void)sqlite3_reset(q);
    wdm_arena_fini(&arena);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_reported_put(wdm_store *store, const wdm_report_note *note, const wdm_reported_figure *f,
                        int64_t *n, wdm_err *err)
{
    const double numbers[] = {f->now.estimate,   f->now.limit, f->now.bound_low,
                              f->now.bound_high, f->now.lo95,  f->now.hi95};
    sqlite3_stmt *q = NULL;
    bool known = false;
    wdm_rc rc = stands(store, note, f, &known, err);
    if (rc != WDM_OK || known)
        return rc;
    rc = wdm_db_prepare(store,
                        "INSERT OR REPLACE INTO reported (week, is_region, place_key, drug_key, "
                        "biomarker_key, quantity, run_id, state, estimate, limit_value, bound_low, "
                        "bound_high, lo95, hi95, factor_set, as_of) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                        "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
                        &q, err);
    if (rc != WDM_OK)
        return rc;
    bind_figure(q, f);
    wdm_db_bind_int(q, 7, note->run_id);
    wdm_db_bind_int(q, 8, f->now.state);
    for (int i = 0; i < 6; i++)
        wdm_db_bind_real(q, 9 + i, numbers[i]);
    wdm_db_bind_text(q, 15, f->now.factor_set);
    wdm_db_bind_int(q, 16, note->as_of);
    (*n)++;
    return wdm_db_run(store, q, err);
}

wdm_rc wdm_reported_last_week(wdm_store *store, int32_t *week, bool *found, wdm_err *err)
{
    return wdm_db_week(store, "SELECT max(week) FROM report", week, found, err);
}
