// SPDX-License-Identifier: GPL-3.0-or-later
// Flow and field measurements, append-only by revision. Only cells that both rows have can contradict each
// other; what a new row leaves empty is taken over from the stored one.
#include <stdio.h>
#include <string.h>

#include "data/flags.h"
#include "io/number.h"
#include "io/text.h"
#include "store/batch_store.h"
#include "store/change_parts.h"
#include "store/db.h"
#include "store/missing_parts.h"

#define SITE_KEY "SELECT site_key FROM site WHERE site_id = ?1"

// Columns of a stored row: its numbers, then what else is asked of it.
enum { N_NUMBERS = 7 };
enum {
    AT_REVISION = N_NUMBERS,
    AT_BATCH_NAME,
    AT_FILE,
    AT_LINE,
    AT_BATCH_ID,
    AT_IN_FORCE,
    AT_START_MINUTE,
    AT_END_DAY,
    AT_END_MINUTE,
    AT_MOVED,
    AT_FLAGS
};

typedef struct stored_field {
    int64_t site, last_revision;
    int64_t flags;            // of the new revision: the row's own, and those of what it takes over
    double merged[N_NUMBERS]; // flow_m3_d, u_flow_rel, temperature_c, ph, rain_mm, population, domestic_share
                              // of the new revision
    wdm_when start, end;      // of the new revision
    bool is_new;              // no row was in force at that place
} stored_field;

// A file under the name of an earlier one, or --replace, may correct what that one said.
static bool may_correct(const wdm_batch *batch, int64_t of_batch_id, const char *file)
{
    return of_batch_id != batch->batch_id && (batch->replace || strcmp(file, batch->file) == 0);
}

static void compare(const double *fresh, const double *old, bool *contradicts, bool *adds, double *merged)
{
    *contradicts = *adds = false;
    for (int i = 0; i < N_NUMBERS; i++) {
        merged[i] = isnan(fresh[i]) ? old[i] : fresh[i];
        *contradicts = *contradicts || (!isnan(fresh[i]) && !isnan(old[i]) && fresh[i] != old[i]);
        *adds = *adds || (!isnan(fresh[i]) && isnan(old[i]));
    }
}

// A flag stays with the measurement that it is about.
static int64_t merged_flags(const wdm_field_row *row, int64_t old)
{
    int64_t flags = row->flags;
    if (isnan(row->flow_m3_d))
        flags |= old & WDM_FLAG_FLOW_UNUSUAL;
    if (isnan(row->rain_mm))
        flags |= old & WDM_FLAG_WET_WEATHER;
    return flags;
}

static void describe(sqlite3_stmt *stmt, wdm_put *put)
{
    char text[WDM_NUMBER_TEXT];
    const double flow = wdm_db_real(stmt, 0);
    (void)snprintf(put->what, sizeof put->what,
                   put->same_file ? "flow %s m3/d in line %lld" : "flow %s m3/d (line %lld of batch %s)",
                   isnan(flow) ? "not known," : wdm_number_format(flow, text),
                   (long long)sqlite3_column_int64(stmt, AT_LINE), wdm_db_text(stmt, AT_BATCH_NAME));
}

// A row in force of that site, day and sample decides what becomes of the new one.
static void meet(sqlite3_stmt *stmt, const wdm_batch *batch, const wdm_field_row *row, wdm_put *put,
                 stored_field *old)
{
    const double fresh[N_NUMBERS] = {row->flow_m3_d, row->u_flow_rel, row->temperature_c, row->ph,
                                     row->rain_mm,   row->population, row->domestic_share};
    const wdm_when start = {row->start.day, sqlite3_column_int(stmt, AT_START_MINUTE)};
    const wdm_when end = {wdm_db_day(stmt, AT_END_DAY), sqlite3_column_int(stmt, AT_END_MINUTE)};
    const bool other_times =
        start.minute >= 0 && row->start.minute >= 0 && row->end.minute >= 0 &&
        (start.minute != row->start.minute || end.day != row->end.day || end.minute != row->end.minute);
    double stored[N_NUMBERS];
    bool contradicts = false;
    bool adds = false;
    bool allowed = false;
    for (int i = 0; i < N_NUMBERS; i++)
        stored[i] = wdm_db_real(stmt, i);
    compare(fresh, stored, &contradicts, &adds, old->merged);
    old->is_new = false;
    old->flags = merged_flags(row, sqlite3_column_int64(stmt, AT_FLAGS));
    put->of_batch_id = sqlite3_column_int64(stmt, AT_BATCH_ID);
    put->same_file = put->of_batch_id == batch->batch_id;
    describe(stmt, put);
    allowed = may_correct(batch, put->of_batch_id, wdm_db_text(stmt, AT_FILE));
    // A row without times of day, or one that may not correct, leaves the stored times.
    if (start.minute >= 0 && (row->start.minute < 0 || (other_times && !allowed))) {
        old->start = start;
        old->end = end;
    }
    if (contradicts || (other_times && allowed))
        put->outcome = allowed ? WDM_OUTCOME_CORRECTED : WDM_OUTCOME_CONFLICT;
    else
        put->outcome = adds ? WDM_OUTCOME_STORED : WDM_OUTCOME_SAME;
}

static void start_anew(const wdm_field_row *row, wdm_put *put, stored_field *old)
{
    const double fresh[N_NUMBERS] = {row->flow_m3_d, row->u_flow_rel, row->temperature_c, row->ph,
                                     row->rain_mm,   row->population, row->domestic_share};
    *put = (wdm_put){.outcome = WDM_OUTCOME_STORED};
    memcpy(old->merged, fresh, sizeof fresh);
    old->flags = row->flags;
    old->start = row->start;
    old->end = row->end;
    old->is_new = true;
}

static wdm_rc find_field(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                         const wdm_field_row *row, wdm_put *put, stored_field *old, wdm_err *err)
{
    bool found = false;
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_key(store, SITE_KEY, config->sites.rows[row->site].site_id, &old->site, err);
    start_anew(row, put, old);
    old->last_revision = 0;
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "SELECT f.flow_m3_d, f.u_flow_rel, f.temperature_c, f.ph, f.rain_mm, f.population, "
            "f.domestic_share, f.revision, "
            "b.name, "
            "b.file, f.line, f.batch_id, b.status <> 'undone', f.start_minute, f.end_day, f.end_minute, "
            "f.moved, f.flags "
            "FROM field f JOIN batch b USING (batch_id) "
            "WHERE f.site_key = ?1 AND f.day = ?2 AND f.sample_id = ?3 ORDER BY f.revision",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, old->site);
    wdm_db_bind_int(stmt, 2, row->start.day);
    wdm_db_bind_text(stmt, 3, row->sample_id);
    while ((rc = wdm_db_step(store, stmt, &found, err)) == WDM_OK && found) {
        old->last_revision = sqlite3_column_int64(stmt, AT_REVISION);
        if (!sqlite3_column_int(stmt, AT_IN_FORCE))
            continue;
        start_anew(row, put, old);
        if (!sqlite3_column_int(stmt, AT_MOVED))
            meet(stmt, batch, row, put, old);
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
                               "ph, rain_mm, population, domestic_share, note, batch_id, line, start_minute, "
                               "end_minute, flags) "
                               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                               "?16, ?17, ?18)",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, old->site);
    wdm_db_bind_int(stmt, 2, row->start.day);
    wdm_db_bind_text(stmt, 3, row->sample_id);
    wdm_db_bind_int(stmt, 4, old->last_revision + 1);
    wdm_db_bind_int(stmt, 5, old->end.day);
    for (int i = 0; i < N_NUMBERS; i++)
        wdm_db_bind_real(stmt, 6 + i, old->merged[i]);
    wdm_db_bind_text(stmt, 6 + N_NUMBERS, row->note);
    wdm_db_bind_int(stmt, 14, batch->batch_id);
    wdm_db_bind_int(stmt, 15, (int64_t)row->line);
    wdm_db_bind_int(stmt, 16, old->start.minute);
    wdm_db_bind_int(stmt, 17, old->end.minute);
    wdm_db_bind_int(stmt, 18, old->flags);
    rc = wdm_db_run(store, stmt, err);
    return rc == WDM_OK ? wdm_change_note(store, old->site, row->start.day, err) : rc;
}

// Where else a row of the sample is in force that this row corrects: a file that comes again with another
// site, or with a day less than a week away (numbers that come again each week are other samples), and no
// result that names the site itself still needs the row there. A number that the file has there too, or that
// stands at several such places, is no identity (each site numbers its own samples): nothing is moved.
typedef struct elsewhere {
    bool found;
    int64_t site;
    wdm_day day;
    char site_id[256];
} elsewhere;

static wdm_rc find_elsewhere(wdm_store *store, const wdm_batch *batch, const wdm_field_row *row,
                             const stored_field *old, elsewhere *place, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT f.site_key, f.day, s.site_id FROM field_current f JOIN batch b ON b.batch_id = f.batch_id "
        "JOIN site s ON s.site_key = f.site_key WHERE f.sample_id = ?1 AND f.sample_id <> '' AND "
        "(f.site_key <> ?2 OR f.day <> ?3) AND abs(f.day - ?3) < 7 AND f.batch_id <> ?4 AND (?5 OR b.file = "
        "?6) AND NOT EXISTS (SELECT 1 FROM sample p JOIN result_current r ON r.site_key = p.site_key AND "
        "r.day = p.day AND r.sample_key = p.sample_key WHERE p.site_key = f.site_key AND p.sample_id = "
        "f.sample_id AND p.day = f.day) AND NOT EXISTS (SELECT 1 FROM repeated_field t WHERE t.site_key = "
        "f.site_key AND t.day = f.day AND t.sample_id = f.sample_id) ORDER BY f.site_key <> ?2 LIMIT 2",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, row->sample_id);
    wdm_db_bind_int(stmt, 2, old->site);
    wdm_db_bind_int(stmt, 3, row->start.day);
    wdm_db_bind_int(stmt, 4, batch->batch_id);
    wdm_db_bind_int(stmt, 5, batch->replace);
    wdm_db_bind_text(stmt, 6, batch->file);
    rc = wdm_db_step(store, stmt, &place->found, err);
    if (rc == WDM_OK && place->found) {
        bool second = false;
        place->site = sqlite3_column_int64(stmt, 0);
        place->day = wdm_db_day(stmt, 1);
        (void)snprintf(place->site_id, sizeof place->site_id, "%s", wdm_db_text(stmt, 2));
        wdm_text_cut(place->site_id);
        rc = wdm_db_step(store, stmt, &second, err);
        // Another day of the same site goes before another site.
        if (second && (place->site != old->site || sqlite3_column_int64(stmt, 0) == old->site))
            place->found = false;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

// A revision that only says "no longer here"; undoing its batch brings the row back.
static wdm_rc mark_moved(wdm_store *store, const wdm_batch *batch, const wdm_field_row *row,
                         const elsewhere *place, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO field (site_key, day, sample_id, revision, end_day, note, batch_id, line, moved) SELECT "
        "f.site_key, f.day, f.sample_id, max(f.revision) + 1, f.end_day, '', ?4, ?5, 1 FROM field f WHERE "
        "f.site_key = ?1 AND f.day = ?2 AND f.sample_id = ?3 GROUP BY f.site_key, f.day, f.sample_id",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, place->site);
    wdm_db_bind_int(stmt, 2, place->day);
    wdm_db_bind_text(stmt, 3, row->sample_id);
    wdm_db_bind_int(stmt, 4, batch->batch_id);
    wdm_db_bind_int(stmt, 5, (int64_t)row->line);
    rc = wdm_db_run(store, stmt, err);
    return rc == WDM_OK ? wdm_change_note(store, place->site, place->day, err) : rc;
}

static wdm_rc correct_place(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                            const wdm_run *run, const wdm_field_row *row, wdm_put *put, wdm_err *err)
{
    char was[300];
    char is[300];
    char item[300];
    char date[WDM_DATE_TEXT];
    elsewhere place = {0};
    stored_field old = {0};
    const wdm_audit audit = {"correct",         item, was, is, batch->file, batch->sha256, batch->batch_id,
                             (int64_t)row->line};
    wdm_rc rc = WDM_OK;
    if (!store->notes_rows) // a file that corrects none
        return WDM_OK;
    rc = wdm_db_key(store, SITE_KEY, config->sites.rows[row->site].site_id, &old.site, err);
    if (rc == WDM_OK)
        rc = find_elsewhere(store, batch, row, &old, &place, err);
    if (rc != WDM_OK || !place.found)
        return rc;
    (void)snprintf(item, sizeof item, "place of %s", row->sample_id);
    (void)snprintf(was, sizeof was, "%s on %s", place.site_id, wdm_day_format(place.day, date));
    (void)snprintf(is, sizeof is, "%s on %s", config->sites.rows[row->site].site_id,
                   wdm_day_format(row->start.day, date));
    wdm_text_cut(item);
    wdm_text_cut(is);
    put->outcome = WDM_OUTCOME_CORRECTED;
    (void)snprintf(put->what, sizeof put->what, "%s", was);
    rc = mark_moved(store, batch, row, &place, err);
    return rc == WDM_OK ? wdm_store_put_audit(store, run, &audit, err) : rc;
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
    if (rc == WDM_OK)
        rc = insert_field(store, batch, row, &old, err);
    if (rc == WDM_OK && old.is_new && row->sample_id[0] != '\0')
        rc = correct_place(store, config, batch, run, row, put, err);
    return rc;
}

wdm_rc wdm_store_has_flow(wdm_store *store, const char *site_id, wdm_day day, const char *sample_id,
                          bool *has, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT 1 FROM field_current f WHERE f.site_key = (SELECT site_key FROM site "
                       "WHERE site_id = ?1) AND f.day = ?2 AND f.sample_id IN (?3, '') AND f.flow_m3_d "
                       "IS NOT NULL LIMIT 1",
                       &stmt, err);
    *has = false;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, site_id);
    wdm_db_bind_int(stmt, 2, day);
    wdm_db_bind_text(stmt, 3, sample_id);
    rc = wdm_db_step(store, stmt, has, err);
    (void)sqlite3_reset(stmt);
    return rc;
}
