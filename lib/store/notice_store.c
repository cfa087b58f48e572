// SPDX-License-Identifier: GPL-3.0-or-later
// What a transport may have something to say about.
#include "base/mem.h"
#include "store/outbox_store.h"
#include "store/report_store_parts.h"

#define RANK(level)                                                                                          \
    "CASE " level " WHEN 'critical' THEN 4 WHEN 'warning' THEN 3 WHEN 'notice' THEN 2 ELSE 1 END"

// ?1 transport. told: the newest message of this transport about each alert.
static const char notice_sql[] =
    "WITH told AS (SELECT t.alert_id, t.event_id, t.kind, t.level, m.as_of, m.name, m.thread FROM "
    "outbox_alert t "
    "  JOIN outbox m USING (message_id) WHERE m.transport = ?1 AND m.message_id = (SELECT max(n.message_id) "
    "FROM "
    "  outbox_alert u JOIN outbox n USING (message_id) WHERE u.alert_id = t.alert_id AND n.transport = ?1)), "
    "news AS (SELECT DISTINCT e.alert_id FROM alert_event e LEFT JOIN outbox_event x ON x.transport = ?1 AND "
    "  x.event_id = e.event_id WHERE x.event_id IS NULL) "
    "SELECT a.alert_id, coalesce(a.site_key, 0), a.drug_key, coalesce(a.biomarker_key, 0), a.quantity, "
    "  coalesce(s.site_id, ''), d.drug_id, a.region_id, coalesce(n.analyte_id, ''), a.rule_id, a.family, "
    "a.level, "
    "  a.state, a.reason, a.acknowledged_by, a.acknowledged_note, a.reason_zh, a.group_key, "
    "  coalesce((SELECT e.event FROM alert_event e WHERE e.alert_id = a.alert_id AND e.event NOT IN "
    "('repeated', "
    "  'acknowledged') ORDER BY e.event_id DESC LIMIT 1), ''), "
    "  coalesce((SELECT e.rule FROM alert_event e WHERE e.alert_id = a.alert_id ORDER BY e.event_id LIMIT "
    "1), ''), "
    "  coalesce(t.level, ''), coalesce(t.name, ''), coalesce(t.thread, ''), "
    "  a.opened, a.last_seen, a.closed, a.weeks, a.value, a.lo95, a.hi95, a.threshold, a.baseline, a.factor, "
    "  a.probability, a.inhibited_by IS NOT NULL, a.one_off, "
    "  coalesce((SELECT max(e.week) FROM alert_event e WHERE e.alert_id = a.alert_id), (a.last_seen - 4) / "
    "7), "
    "  w.alert_id IS NOT NULL, t.kind IS NOT NULL AND t.kind <> 'cleared', t.as_of, "
    "  coalesce((SELECT e.level FROM alert_event e JOIN outbox_event x ON x.transport = ?1 AND x.event_id = "
    "    e.event_id AND x.verdict = 'quiet' WHERE e.alert_id = a.alert_id AND e.event_id > t.event_id AND "
    "    " RANK("e.level") " < " RANK("t.level") " ORDER BY " RANK(
        "e.level") " LIMIT 1), t.level, ''), "
                   "coalesce((SELECT e.reason FROM alert_event e WHERE e.alert_id = a.alert_id ORDER BY "
                   "e.event_id DESC LIMIT 1), ''), "
                   "coalesce((SELECT e.reason_zh FROM alert_event e WHERE e.alert_id = a.alert_id ORDER BY "
                   "e.event_id DESC LIMIT 1), ''), "
                   "EXISTS (SELECT 1 FROM alert_event e WHERE e.alert_id = a.alert_id AND e.event_id > "
                   "t.event_id AND e.event = 'worse' AND NOT EXISTS (SELECT 1 FROM alert_event b WHERE "
                   "b.alert_id = a.alert_id AND b.event_id > e.event_id AND b.event = 'better')), "
                   "coalesce(o.alert_id, 0), coalesce(o.level, '') "
                   "FROM alert a LEFT JOIN site s ON s.site_key = a.site_key JOIN drug d ON d.drug_key = "
                   "a.drug_key "
                   "LEFT JOIN analyte n ON n.analyte_key = a.biomarker_key LEFT JOIN told t ON t.alert_id = "
                   "a.alert_id "
                   "LEFT JOIN news w ON w.alert_id = a.alert_id "
                   "LEFT JOIN alert o ON o.alert_id = (SELECT b.alert_id FROM alert b WHERE b.alert_id <> "
                   "a.alert_id "
                   "AND b.site_key IS a.site_key AND b.region_id = a.region_id AND b.drug_key = a.drug_key "
                   "AND "
                   "b.drug_key <> 0 AND b.state IN ('open', 'acknowledged') ORDER BY " RANK(
                       "b.level") " DESC, "
                                  "b.alert_id LIMIT 1) "
                                  "WHERE a.state IN ('open', 'acknowledged') OR w.alert_id IS NOT NULL ORDER "
                                  "BY a.alert_id";

static void read_notice(sqlite3_stmt *q, const wdm_config *config, wdm_arena *arena, wdm_notice_row *r,
                        wdm_rc *kept)
{
    wdm_alert_row *a = &r->alert;
    const char **const texts[] = {
        &r->site_id,   &r->drug_id, &a->region_id,   &a->biomarker_id,    &a->rule_id,   &a->family,
        &a->level,     &a->state,   &a->reason,      &a->acknowledged_by, &a->note,      &r->reason_zh,
        &r->group_key, &r->event,   &r->opened_rule, &r->told_level,      &r->told_name, &r->thread};
    double *const numbers[] = {&a->value,    &a->lo95,   &a->hi95,       &a->threshold,
                               &a->baseline, &a->factor, &a->probability};
    a->alert_id = sqlite3_column_int64(q, 0);
    a->key = (wdm_series_key){sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 2),
                              sqlite3_column_int64(q, 3), sqlite3_column_int(q, 4)};
    for (int i = 0; i < 18; i++)
        *texts[i] = wdm_report_keep(q, 5 + i, arena, kept);
    a->site = wdm_config_site(config, r->site_id);
    a->drug = wdm_config_drug(config, r->drug_id);
    a->opened = wdm_db_day(q, 23);
    a->last_seen = wdm_db_day(q, 24);
    a->closed = wdm_db_day(q, 25);
    a->weeks = sqlite3_column_int(q, 26);
    for (int i = 0; i < 7; i++)
        *numbers[i] = wdm_db_real(q, 27 + i);
    r->inhibited = sqlite3_column_int(q, 34) != 0;
    r->one_off = sqlite3_column_int(q, 35) != 0;
    r->week = sqlite3_column_int(q, 36);
    r->news = sqlite3_column_int(q, 37) != 0;
    r->told = sqlite3_column_int(q, 38) != 0;
    r->told_as_of = wdm_db_day(q, 39);
    r->base_level = wdm_report_keep(q, 40, arena, kept);
    r->risen = sqlite3_column_int(q, 43) != 0;
    r->other_alert = sqlite3_column_int64(q, 44);
    r->other_level = wdm_report_keep(q, 45, arena, kept);
    r->last_reason = wdm_report_keep(q, 41, arena, kept);
    r->last_reason_zh = wdm_report_keep(q, 42, arena, kept);
}

wdm_rc wdm_store_notices(wdm_store *store, const wdm_config *config, const char *transport, wdm_arena *arena,
                         wdm_notice_rows *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store, notice_sql, &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(q, 1, transport);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        read_notice(q, config, arena, &out->rows[out->n++], &kept);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_store_notice_checks(wdm_store *store, int64_t alert_id, wdm_arena *arena, wdm_notice_checks *out,
                               wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT check_id, verdict, text, text_zh FROM alert_event_check WHERE "
                               "event_id = (SELECT max(event_id) FROM "
                               "alert_event_check c JOIN alert_event e USING (event_id) WHERE e.alert_id = "
                               "?1) ORDER BY CASE check_id WHEN "
                               "'flow' THEN 0 WHEN 'population' THEN 1 WHEN 'disposal' THEN 2 WHEN 'one_day' "
                               "THEN 3 ELSE 4 END, check_id",
                               &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, alert_id);
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        wdm_notice_check *c = NULL;
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        c = &out->rows[out->n++];
        c->check_id = wdm_report_keep(q, 0, arena, &kept);
        c->verdict = wdm_report_keep(q, 1, arena, &kept);
        c->text = wdm_report_keep(q, 2, arena, &kept);
        c->text_zh = wdm_report_keep(q, 3, arena, &kept);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}
