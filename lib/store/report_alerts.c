// SPDX-License-Identifier: GPL-3.0-or-later
// The bulletin's alerts, first detections, runs.
#include "base/mem.h"
#include "store/db.h"
#include "store/report_store.h"
#include "store/report_store_parts.h"

// An alert belongs to the week that its event names; without one, to the last whole week before the day of
// the event.
static const char *const alert_sql =
    "SELECT * FROM (SELECT a.alert_id, coalesce(a.site_key, 0), a.drug_key, coalesce(a.biomarker_key, 0), "
    "a.quantity,"
    " coalesce(s.site_id, ''), d.drug_id, a.region_id, coalesce(n.analyte_id, ''), a.rule_id, a.family,"
    " coalesce((SELECT e.level FROM alert_event e WHERE e.alert_id = a.alert_id AND e.as_of <= ?2"
    "  AND coalesce(e.week, ?1) <= ?1 ORDER BY e.event_id DESC LIMIT 1), a.level) AS level,"
    " a.state, a.reason, a.acknowledged_by, a.acknowledged_note, a.opened, a.last_seen, a.closed, a.weeks, "
    "a.value,"
    " a.lo95, a.hi95, a.threshold, a.baseline, a.factor AS factor, a.probability,"
    " coalesce((SELECT min(e.week) FROM alert_event e WHERE e.alert_id = a.alert_id AND e.event = 'opened'),"
    "  (a.opened - 4) / 7) AS first_week,"
    " coalesce((SELECT max(e.week) FROM alert_event e WHERE e.alert_id = a.alert_id AND e.event = 'closed'),"
    "  (a.closed - 4) / 7) AS last_week,"
    " coalesce((SELECT max(e.week) FROM alert_event e WHERE e.alert_id = a.alert_id), (a.last_seen - 4) / 7)"
    " FROM alert a LEFT JOIN site s ON s.site_key = a.site_key JOIN drug d ON d.drug_key = a.drug_key"
    " LEFT JOIN analyte n ON n.analyte_key = a.biomarker_key"
    " WHERE a.state <> 'withdrawn' AND a.opened <= ?2)"
    " WHERE first_week <= ?1 AND (closed IS NULL OR closed > ?2 OR last_week > ?1)"
    " ORDER BY CASE level WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 WHEN 'notice' THEN 2 ELSE 3 END, "
    "factor DESC, 1";

static void read_alert(sqlite3_stmt *q, const wdm_config *config, int32_t week, wdm_arena *arena,
                       wdm_alert_row *r, wdm_rc *kept)
{
    const char **const texts[] = {&r->region_id, &r->biomarker_id, &r->rule_id,         &r->family, &r->level,
                                  &r->state,     &r->reason,       &r->acknowledged_by, &r->note};
    double *const numbers[] = {&r->value,    &r->lo95,   &r->hi95,       &r->threshold,
                               &r->baseline, &r->factor, &r->probability};
    r->alert_id = sqlite3_column_int64(q, 0);
    r->key = (wdm_series_key){sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 2),
                              sqlite3_column_int64(q, 3), sqlite3_column_int(q, 4)};
    r->site = wdm_config_site(config, wdm_db_text(q, 5));
    r->drug = wdm_config_drug(config, wdm_db_text(q, 6));
    for (int i = 0; i < 9; i++)
        *texts[i] = wdm_report_keep(q, 7 + i, arena, kept);
    r->opened = wdm_db_day(q, 16);
    r->last_seen = wdm_db_day(q, 17);
    r->closed = wdm_db_day(q, 18);
    r->weeks = sqlite3_column_int(q, 19) - (sqlite3_column_int(q, 29) - week); // as it was in that week
    r->weeks = r->weeks < 1 ? 1 : r->weeks;
    for (int i = 0; i < 7; i++)
        *numbers[i] = wdm_db_real(q, 20 + i);
    r->first_week = sqlite3_column_int(q, 27);
}

wdm_rc wdm_report_alerts(wdm_store *store, const wdm_config *config, int32_t week, wdm_day as_of,
                         wdm_arena *arena, wdm_alert_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, alert_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, week);
    wdm_db_bind_int(q, 2, as_of);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        read_alert(q, config, week, arena, &out->rows[out->n++], &kept);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

// ---- first detections

static const char *const first_sql =
    "SELECT s.site_id, d.drug_id, a.analyte_id,"
    " (SELECT count(DISTINCT p.week) FROM weekly p WHERE p.site_key = w.site_key AND p.drug_key = w.drug_key"
    "  AND p.biomarker_key = w.biomarker_key AND p.quantity = 0 AND p.week < w.week) AS before,"
    " NOT EXISTS (SELECT 1 FROM site o JOIN weekly p ON p.site_key = o.site_key AND p.drug_key = w.drug_key"
    "  AND p.biomarker_key = w.biomarker_key AND p.quantity = 0 AND p.week < w.week AND p.n_censored < "
    "p.n_days)"
    " FROM weekly w JOIN site s ON s.site_key = w.site_key JOIN drug d ON d.drug_key = w.drug_key"
    " JOIN analyte a ON a.analyte_key = w.biomarker_key JOIN factor_set f ON f.factor_set_key = "
    "w.factor_set_key"
    " WHERE w.week = ?1 AND w.quantity = 0 AND w.n_censored < w.n_days AND f.factor_set = ?2 AND before > 0"
    " AND NOT EXISTS (SELECT 1 FROM weekly p WHERE p.site_key = w.site_key AND p.drug_key = w.drug_key"
    "  AND p.biomarker_key = w.biomarker_key AND p.quantity = 0 AND p.week < w.week AND p.n_censored < "
    "p.n_days)"
    " ORDER BY 2, 1, 3";

wdm_rc wdm_report_firsts(wdm_store *store, const wdm_config *config, int32_t week, wdm_arena *arena,
                         wdm_first_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, first_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, week);
    wdm_db_bind_text(q, 2, config->factor_set);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        wdm_first_row *r = NULL;
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        r = &out->rows[out->n++];
        r->site = wdm_config_site(config, wdm_db_text(q, 0));
        r->drug = wdm_config_drug(config, wdm_db_text(q, 1));
        r->biomarker_id = wdm_report_keep(q, 2, arena, &kept);
        r->weeks_before = sqlite3_column_int(q, 3);
        r->anywhere = sqlite3_column_int(q, 4) != 0;
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

// ---- runs

#define OF_SET "(stage NOT IN ('estimate', 'trend') OR factor_set = coalesce(" WDM_DB_FACTOR_SET ", ''))"

wdm_rc wdm_report_run(wdm_store *store, const char *stage, wdm_arena *arena, wdm_run_row *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(
        store,
        // the first run with the inputs of the last one: a run that made the same again is none
        "SELECT version, coalesce(finished_at, ''), parameters, input_hash FROM run WHERE "
        "stage = ?1 AND status IN ('done', 'partial') AND " OF_SET
        " AND input_hash = (SELECT input_hash FROM run WHERE stage = ?1 AND status IN ('done', "
        "'partial') AND " OF_SET " ORDER BY run_id DESC LIMIT 1) ORDER BY run_id LIMIT 1",
        &q, err);
    *out = (wdm_run_row){"", "", "", ""};
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(q, 1, stage);
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row)
        *out = (wdm_run_row){wdm_report_keep(q, 0, arena, &kept), wdm_report_keep(q, 1, arena, &kept),
                             wdm_report_keep(q, 2, arena, &kept), wdm_report_keep(q, 3, arena, &kept)};
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_report_biomarker(wdm_store *store, int64_t analyte_key, wdm_arena *arena, const char **analyte_id,
                            wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, "SELECT analyte_id FROM analyte WHERE analyte_key = ?1", &q, err);
    *analyte_id = "";
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, analyte_key);
    rc = wdm_db_step(store, q, &row, err);
    if (rc == WDM_OK && row)
        *analyte_id = wdm_report_keep(q, 0, arena, &kept);
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_report_last_week(wdm_store *store, int32_t *week, bool *found, wdm_err *err)
{
    return wdm_db_week(store, "SELECT max(week) FROM weekly", week, found, err);
}
