// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/estimate_state.h"

#include <stdio.h>
#include <string.h>

#include "store/db.h"

bool wdm_part_has(const wdm_part *part, const char *code)
{
    return wdm_bucket(code) % part->parts == part->part - 1;
}

#define OF_SET "factor_set_key = (SELECT factor_set_key FROM factor_set WHERE factor_set = ?1)"

static void read_state(sqlite3_stmt *stmt, wdm_estimate_state *state)
{
    state->found = true;
    (void)snprintf(state->made_of, sizeof state->made_of, "%s", wdm_db_text(stmt, 0));
    state->as_of = wdm_db_day(stmt, 1);
    (void)snprintf(state->input_hash, sizeof state->input_hash, "%s", wdm_db_text(stmt, 2));
    state->run_id = sqlite3_column_int64(stmt, 3);
}

wdm_rc wdm_store_get_estimate_state(wdm_store *store, const char *factor_set, const wdm_part *part,
                                    const wdm_estimate_state *wanted, wdm_estimate_state *state, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT made_of, as_of, input_hash, run_id FROM (SELECT made_of, as_of, CASE WHEN min(input_hash) = "
        "max(input_hash) THEN input_hash ELSE '' END AS input_hash, min(run_id) AS run_id FROM "
        "estimate_state WHERE " OF_SET
        " GROUP BY parts HAVING count(*) = parts AND min(made_of) = max(made_of) AND min(as_of) = max(as_of) "
        "UNION ALL SELECT made_of, as_of, input_hash, run_id FROM estimate_state WHERE " OF_SET
        " AND parts = ?2 AND part = ?3) ORDER BY made_of = ?4 DESC, as_of = ?5 DESC, run_id DESC LIMIT 1",
        &stmt, err);
    *state = (wdm_estimate_state){.as_of = WDM_DAY_NONE};
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, part->parts);
    wdm_db_bind_int(stmt, 3, part->part);
    wdm_db_bind_text(stmt, 4, wanted->made_of);
    wdm_db_bind_int(stmt, 5, wanted->as_of);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        read_state(stmt, state);
    (void)sqlite3_reset(stmt);
    return rc;
}

// What was true of another set of parts is so no more when some of its places are made of something else now.
static wdm_rc drop_untrue(wdm_store *store, const char *factor_set, const wdm_part *part,
                          const wdm_estimate_state *state, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "DELETE FROM estimate_state WHERE " OF_SET
                               " AND parts <> ?2 AND (?2 = 1 OR made_of <> ?3 OR as_of <> ?4)",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, part->parts);
    wdm_db_bind_text(stmt, 3, state->made_of);
    wdm_db_bind_int(stmt, 4, state->as_of);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_put_estimate_state(wdm_store *store, const char *factor_set, const wdm_part *part,
                                    const wdm_estimate_state *state, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = drop_untrue(store, factor_set, part, state, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "INSERT OR REPLACE INTO estimate_state (factor_set_key, parts, part, made_of, "
                            "as_of, input_hash, run_id) SELECT factor_set_key, ?2, ?3, ?4, ?5, ?6, ?7 FROM "
                            "factor_set WHERE factor_set = ?1",
                            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, part->parts);
    wdm_db_bind_int(stmt, 3, part->part);
    wdm_db_bind_text(stmt, 4, state->made_of);
    wdm_db_bind_int(stmt, 5, state->as_of);
    wdm_db_bind_text(stmt, 6, state->input_hash);
    wdm_db_bind_int(stmt, 7, state->run_id);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_estimates(wdm_store *store, const char *factor_set, wdm_estimates *out, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT made_of, as_of, input_hash, run_id, parts, (SELECT count(*) FROM "
                               "estimate_state p WHERE p.factor_set_key = e.factor_set_key AND p.parts = "
                               "e.parts AND p.input_hash = e.input_hash) FROM estimate_state e WHERE " OF_SET
                               " ORDER BY run_id DESC LIMIT 1",
                               &stmt, err);
    *out = (wdm_estimates){.state = {.as_of = WDM_DAY_NONE}};
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row) {
        out->found = true;
        read_state(stmt, &out->state);
        out->parts = sqlite3_column_int(stmt, 4);
        out->n_made = sqlite3_column_int(stmt, 5);
        out->whole = out->n_made == out->parts;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

// ---- counts

wdm_rc wdm_store_put_counts(wdm_store *store, const char *factor_set, const char *site_id, int year,
                            const wdm_series_counts *counts, wdm_err *err)
{
    const int64_t numbers[] = {counts->n_results,  counts->n_no_flow,   counts->n_no_population,
                               counts->n_no_level, counts->n_qc_failed, counts->n_beside,
                               counts->n_unknown};
    static const char none[] =
        "DELETE FROM estimate_count WHERE " OF_SET " AND site_key = (SELECT site_key FROM site WHERE site_id "
        "= ?2) AND year = ?3";
    static const char some[] =
        "INSERT OR REPLACE INTO estimate_count (factor_set_key, site_key, year, n_results, n_no_flow, "
        "n_no_population, n_no_level, n_qc_failed, n_beside, n_unknown) SELECT f.factor_set_key, s.site_key, "
        "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM factor_set f, site s WHERE f.factor_set = ?1 AND s.site_id = "
        "?2";
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, counts->n_results == 0 ? none : some, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_text(stmt, 2, site_id);
    wdm_db_bind_int(stmt, 3, year);
    for (int i = 0; i < 7; i++)
        wdm_db_bind_int(stmt, 4 + i, numbers[i]);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_sum_counts(wdm_store *store, const char *factor_set, const wdm_part *part,
                            wdm_series_counts *sum, wdm_err *err)
{
    int64_t *const numbers[] = {&sum->n_results,   &sum->n_no_flow, &sum->n_no_population, &sum->n_no_level,
                                &sum->n_qc_failed, &sum->n_beside,  &sum->n_unknown};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT sum(n_results), sum(n_no_flow), sum(n_no_population), sum(n_no_level), sum(n_qc_failed), "
        "sum(n_beside), sum(n_unknown) FROM estimate_count c JOIN site s USING (site_key) WHERE " OF_SET
        " AND s.bucket % ?3 = ?2 - 1",
        &stmt, err);
    memset(sum, 0, sizeof *sum);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, factor_set);
    wdm_db_bind_int(stmt, 2, part->part);
    wdm_db_bind_int(stmt, 3, part->parts);
    rc = wdm_db_step(store, stmt, &row, err);
    for (int i = 0; i < 7 && rc == WDM_OK && row; i++)
        *numbers[i] = sqlite3_column_int64(stmt, i);
    (void)sqlite3_reset(stmt);
    return rc;
}

// ---- spans

wdm_rc wdm_store_each_site_span(wdm_store *store, wdm_site_span_fn fn, void *user, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    // Each min and max alone is one step in a primary key; NULL of the scalar min and max spoils the others.
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT site_id, min(coalesce(r0, 1e9), coalesce(f0, 1e9), coalesce(p0, 1e9)), max(coalesce(r1, "
        "-1e9), coalesce(f1, -1e9), coalesce(p1, -1e9)) FROM (SELECT s.site_id, (SELECT min(day) FROM result "
        "r WHERE r.site_key = s.site_key) AS r0, (SELECT max(day) FROM result r WHERE r.site_key = "
        "s.site_key) AS r1, (SELECT min(day) FROM field f WHERE f.site_key = s.site_key) AS f0, (SELECT "
        "max(day) FROM field f WHERE f.site_key = s.site_key) AS f1, (SELECT min(day) FROM published_load p "
        "WHERE p.place_kind = 'site' AND p.place_id = s.site_id) AS p0, (SELECT max(day) FROM published_load "
        "p WHERE p.place_kind = 'site' AND p.place_id = s.site_id) AS p1 FROM site s WHERE s.site_key > 0) "
        "ORDER BY site_id",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const double first = sqlite3_column_double(stmt, 1), last = sqlite3_column_double(stmt, 2);
        if (first <= last)
            rc = fn(user, wdm_db_text(stmt, 0), (wdm_day)first, (wdm_day)last, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}
