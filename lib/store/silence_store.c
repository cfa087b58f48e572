// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/silence_store.h"

#include <string.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/report_store_parts.h"

wdm_rc wdm_store_load_silences(wdm_store *store, wdm_arena *arena, wdm_silences *out, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    wdm_rc kept = WDM_OK;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT silence_id, run_id, created, starts, ends, coalesce(alert_id, 0), ended, author, reason, "
        "site_id, region_id, drug_id, rule_id, family, ended_by FROM silence ORDER BY silence_id",
        &q, err);
    if (rc != WDM_OK)
        return rc;
    while ((rc = wdm_db_step(store, q, &row, err)) == WDM_OK && row) {
        wdm_silence *s = NULL;
        rc = wdm_grow(&out->rows, &out->cap, out->n + 1, sizeof *out->rows, err);
        if (rc != WDM_OK)
            break;
        s = &out->rows[out->n++];
        *s = (wdm_silence){.silence_id = sqlite3_column_int64(q, 0),
                           .run_id = sqlite3_column_int64(q, 1),
                           .created = wdm_db_day(q, 2),
                           .starts = wdm_db_day(q, 3),
                           .ends = wdm_db_day(q, 4),
                           .alert_id = sqlite3_column_int64(q, 5),
                           .ended = wdm_db_day(q, 6)};
        const char **const texts[] = {&s->author,  &s->reason,  &s->site_id, &s->region_id,
                                      &s->drug_id, &s->rule_id, &s->family,  &s->ended_by};
        for (int i = 0; i < 8; i++)
            *texts[i] = wdm_report_keep(q, 7 + i, arena, &kept);
    }
    (void)sqlite3_reset(q);
    return wdm_report_done(rc, kept, err);
}

wdm_rc wdm_store_add_silence(wdm_store *store, wdm_silence *silence, wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO silence (run_id, author, reason, created, starts, ends, alert_id, site_id, region_id, "
        "drug_id, rule_id, family) VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8, ?9, ?10, ?11, ?12)",
        &q, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, silence->run_id);
    wdm_db_bind_text(q, 2, silence->author);
    wdm_db_bind_text(q, 3, silence->reason);
    wdm_db_bind_day(q, 4, silence->created);
    wdm_db_bind_day(q, 5, silence->starts);
    wdm_db_bind_day(q, 6, silence->ends);
    wdm_db_bind_int(q, 7, silence->alert_id);
    wdm_db_bind_text(q, 8, silence->site_id);
    wdm_db_bind_text(q, 9, silence->region_id);
    wdm_db_bind_text(q, 10, silence->drug_id);
    wdm_db_bind_text(q, 11, silence->rule_id);
    wdm_db_bind_text(q, 12, silence->family);
    rc = wdm_db_run(store, q, err);
    silence->silence_id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

wdm_rc wdm_store_end_silence(wdm_store *store, int64_t silence_id, const char *by, wdm_day as_of,
                             wdm_err *err)
{
    sqlite3_stmt *q = NULL;
    bool row = false;
    bool over = false, early = false;
    wdm_rc rc = wdm_db_prepare(
        store, "SELECT ended IS NOT NULL OR ends < ?2, created > ?2 FROM silence WHERE silence_id = ?1", &q,
        err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, silence_id);
    wdm_db_bind_day(q, 2, as_of);
    rc = wdm_db_step(store, q, &row, err);
    over = rc == WDM_OK && row && sqlite3_column_int(q, 0) != 0;
    early = rc == WDM_OK && row && sqlite3_column_int(q, 1) != 0;
    (void)sqlite3_reset(q);
    if (rc == WDM_OK && !row)
        return wdm_err_set(err, WDM_E_DATA, "there is no silence %lld; wdm alert silence list shows them",
                           (long long)silence_id);
    if (rc == WDM_OK && over)
        return wdm_err_set(err, WDM_E_DATA, "silence %lld is over already", (long long)silence_id);
    if (rc == WDM_OK && early)
        return wdm_err_set(err, WDM_E_DATA,
                           "silence %lld was not there yet on that date; give a later --as-of",
                           (long long)silence_id);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store, "UPDATE silence SET ended = ?2, ended_by = ?3 WHERE silence_id = ?1", &q,
                            err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(q, 1, silence_id);
    wdm_db_bind_day(q, 2, as_of);
    wdm_db_bind_text(q, 3, by);
    return wdm_db_run(store, q, err);
}

// ---- which alerts a silence covers

wdm_silence_subject wdm_silence_subject_of(const wdm_alert *alert)
{
    return (wdm_silence_subject){alert->alert_id, alert->site_id, alert->region_id,
                                 alert->drug_id,  alert->rule_id, alert->family};
}

static bool fits(const char *scope, const char *value)
{
    return scope[0] == '\0' || strcmp(scope, value) == 0;
}

static bool in_region(const wdm_config *config, const char *scope, const wdm_silence_subject *subject)
{
    const wdm_index site = wdm_config_site(config, subject->site_id);
    const char *region_id = site == WDM_NONE ? subject->region_id : config->sites.rows[site].region_id;
    return scope[0] == '\0' || wdm_config_region_inside(config, region_id, scope);
}

bool wdm_silence_covers(const wdm_config *config, const wdm_silence *silence,
                        const wdm_silence_subject *subject, wdm_day day)
{
    if (day < silence->starts || day > silence->ends ||
        (silence->ended != WDM_DAY_NONE && day >= silence->ended))
        return false;
    return (silence->alert_id == 0 || silence->alert_id == subject->alert_id) &&
           fits(silence->site_id, subject->site_id) && fits(silence->drug_id, subject->drug_id) &&
           fits(silence->rule_id, subject->rule_id) && fits(silence->family, subject->family) &&
           in_region(config, silence->region_id, subject);
}

const wdm_silence *wdm_silences_find(const wdm_silences *silences, const wdm_config *config,
                                     const wdm_silence_subject *subject, wdm_day day)
{
    const wdm_silence *found = NULL;
    for (size_t i = 0; i < silences->n; i++) {
        const wdm_silence *s = &silences->rows[i];
        if (wdm_silence_covers(config, s, subject, day) && (found == NULL || s->ends > found->ends))
            found = s;
    }
    return found;
}
