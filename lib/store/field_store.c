// SPDX-License-Identifier: GPL-3.0-or-later
// Flow and field measurements, append-only by revision. Only cells that both rows have can contradict each
// other; what a new row leaves empty is taken over from the stored one.
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "store/batch_store.h"
#include "store/db.h"
#include "store/missing_parts.h"

enum { N_NUMBERS = 6 };

typedef struct stored_field {
    int64_t site, last_revision;
    double merged[N_NUMBERS]; // flow_m3_d, u_flow_rel, temperature_c, ph, rain_mm, population of the new
                              // revision
} stored_field;

static void compare(const double *fresh, const double *old, bool *contradicts, bool *adds, double *merged)
{
    *contradicts = *adds = false;
    for (int i = 0; i < N_NUMBERS; i++) {
        merged[i] = isnan(fresh[i]) ? old[i] : fresh[i];
        *contradicts = *contradicts || (!isnan(fresh[i]) && !isnan(old[i]) && fresh[i] != old[i]);
        *adds = *adds || (!isnan(fresh[i]) && isnan(old[i]));
    }
}

static void describe(sqlite3_stmt *stmt, wdm_put *put)
{
    char text[WDM_NUMBER_TEXT];
    const double flow = wdm_db_real(stmt, 0);
    (void)snprintf(put->what, sizeof put->what,
                   put->same_file ? "flow %s m3/d in line %lld" : "flow %s m3/d (line %lld of batch %s)",
                   isnan(flow) ? "not known," : wdm_number_format(flow, text),
                   (long long)sqlite3_column_int64(stmt, 9), wdm_db_text(stmt, 7));
}

static wdm_rc find_field(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                         const wdm_field_row *row, wdm_put *put, stored_field *old, wdm_err *err)
{
    const double fresh[N_NUMBERS] = {row->flow_m3_d, row->u_flow_rel, row->temperature_c,
                                     row->ph,        row->rain_mm,    row->population};
    bool found = false;
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_key(store, "SELECT site_key FROM site WHERE site_id = ?1",
                           config->sites.rows[row->site].site_id, &old->site, err);
    *put = (wdm_put){.outcome = WDM_OUTCOME_STORED};
    memcpy(old->merged, fresh, sizeof fresh);
    old->last_revision = 0;
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "SELECT f.flow_m3_d, f.u_flow_rel, f.temperature_c, f.ph, f.rain_mm, f.population, f.revision, "
            "b.name, "
            "b.file, f.line, f.batch_id, b.status <> 'undone' FROM field f JOIN batch b USING (batch_id) "
            "WHERE f.site_key = ?1 AND f.day = ?2 AND f.sample_id = ?3 ORDER BY f.revision",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, old->site);
    wdm_db_bind_int(stmt, 2, row->start.day);
    wdm_db_bind_text(stmt, 3, row->sample_id);
    while ((rc = wdm_db_step(store, stmt, &found, err)) == WDM_OK && found) {
        double stored[N_NUMBERS];
        bool contradicts = false;
        bool adds = false;
        old->last_revision = sqlite3_column_int64(stmt, 6);
        if (!sqlite3_column_int(stmt, 11))
            continue;
        for (int i = 0; i < N_NUMBERS; i++)
            stored[i] = wdm_db_real(stmt, i);
        compare(fresh, stored, &contradicts, &adds, old->merged);
        put->of_batch_id = sqlite3_column_int64(stmt, 10);
        put->same_file = put->of_batch_id == batch->batch_id;
        describe(stmt, put);
        if (!contradicts)
            put->outcome = adds ? WDM_OUTCOME_STORED : WDM_OUTCOME_SAME;
        else if (!put->same_file && (batch->replace || strcmp(wdm_db_text(stmt, 8), batch->file) == 0))
            put->outcome = WDM_OUTCOME_CORRECTED;
        else
            put->outcome = WDM_OUTCOME_CONFLICT;
    }
    (void)sqlite3_reset(stmt);
    if (rc == WDM_OK && (put->outcome == WDM_OUTCOME_SAME || put->outcome == WDM_OUTCOME_CONFLICT))
        rc = wdm_missing_note_field(store, old->site, row->start.day, row->sample_id, err);
    return rc;
}

static wdm_rc insert_field(wdm_store *store, const wdm_batch *batch, const wdm_field_row *row,
                           const stored_field *old, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "INSERT INTO field (site_key, day, sample_id, revision, end_day, flow_m3_d, "
                               "u_flow_rel, temperature_c, "
                               "ph, rain_mm, population, note, batch_id, line) "
                               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, old->site);
    wdm_db_bind_int(stmt, 2, row->start.day);
    wdm_db_bind_text(stmt, 3, row->sample_id);
    wdm_db_bind_int(stmt, 4, old->last_revision + 1);
    wdm_db_bind_int(stmt, 5, row->end.day);
    for (int i = 0; i < N_NUMBERS; i++)
        wdm_db_bind_real(stmt, 6 + i, old->merged[i]);
    wdm_db_bind_text(stmt, 12, row->note);
    wdm_db_bind_int(stmt, 13, batch->batch_id);
    wdm_db_bind_int(stmt, 14, (int64_t)row->line);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_look_field(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                            const wdm_field_row *row, wdm_put *put, wdm_err *err)
{
    stored_field old = {0};
    return find_field(store, config, batch, row, put, &old, err);
}

wdm_rc wdm_store_put_field(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                           const wdm_run *run, const wdm_field_row *row, wdm_put *put, wdm_err *err)
{
    stored_field old = {0};
    wdm_rc rc = find_field(store, config, batch, row, put, &old, err);
    if (rc != WDM_OK || put->outcome == WDM_OUTCOME_SAME || put->outcome == WDM_OUTCOME_CONFLICT)
        return rc;
    if (put->outcome == WDM_OUTCOME_CORRECTED) {
        char flow[WDM_NUMBER_TEXT];
        char item[400];
        const wdm_audit audit = {
            "correct",   item,          put->what,       wdm_number_format(row->flow_m3_d, flow),
            batch->file, batch->sha256, batch->batch_id, (int64_t)row->line};
        (void)snprintf(item, sizeof item, "flow %s %s", config->sites.rows[row->site].site_id,
                       row->sample_id);
        rc = wdm_store_put_audit_of(
            store, run, &audit,
            &(wdm_audit_subject){config->sites.rows[row->site].site_id, row->sample_id, "", row->start.day},
            err);
    }
    return rc == WDM_OK ? insert_field(store, batch, row, &old, err) : rc;
}
