// SPDX-License-Identifier: GPL-3.0-or-later
// Storing checked rows: new, the same, a correction, or in conflict with what is stored.
#include <inttypes.h>
#include <math.h>
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
#define ANALYTE_KEY "SELECT analyte_key FROM analyte WHERE analyte_id = ?1"
#define LAB_KEY "SELECT lab_key FROM lab WHERE lab_id = ?1"
#define METHOD_KEY "SELECT method_key FROM method WHERE method_id = ?1"

// Key of a laboratory or method, which is added when it is new. "" has key 0.
static wdm_rc word_key(wdm_store *store, const char *insert, const char *select, const char *word,
                       int64_t *key, wdm_err *err)
{
    const char *const statements[] = {select, insert, select};
    bool found = word[0] == '\0';
    *key = 0;
    for (size_t i = 0; i < 3 && !found; i++) {
        sqlite3_stmt *stmt = NULL;
        wdm_rc rc = wdm_db_prepare(store, statements[i], &stmt, err);
        if (rc != WDM_OK)
            return rc;
        wdm_db_bind_text(stmt, 1, word);
        rc = wdm_db_step(store, stmt, &found, err);
        if (rc == WDM_OK && found)
            *key = sqlite3_column_int64(stmt, 0);
        (void)sqlite3_reset(stmt);
        if (rc != WDM_OK)
            return rc;
    }
    return WDM_OK;
}

typedef struct result_keys {
    int64_t site, analyte, lab, method, sample; // site 0: the file names none
    bool control;                               // a blank, standard ... of no site
} result_keys;

static wdm_rc sample_key(wdm_store *store, const wdm_assay_row *row, result_keys *keys, wdm_err *err)
{
    static const char insert[] =
        "INSERT OR IGNORE INTO sample (site_key, lab_key, sample_id, sample_type, day, start_minute, "
        "end_day, end_minute) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    static const char select[] =
        "SELECT sample_key FROM sample WHERE site_key = ?1 AND lab_key = ?2 AND sample_id = ?3 AND "
        "sample_type = ?4 AND day = ?5 AND start_minute = ?6 AND end_day = ?7 AND end_minute = ?8";
    const char *const statements[] = {select, insert, select};
    bool found = false;
    for (size_t i = 0; i < 3 && !found; i++) {
        sqlite3_stmt *stmt = NULL;
        wdm_rc rc = wdm_db_prepare(store, statements[i], &stmt, err);
        if (rc != WDM_OK)
            return rc;
        wdm_db_bind_int(stmt, 1, keys->site);
        wdm_db_bind_int(stmt, 2, keys->lab);
        wdm_db_bind_text(stmt, 3, row->sample_id);
        wdm_db_bind_text(stmt, 4, row->sample_type);
        wdm_db_bind_int(stmt, 5, row->start.day);
        wdm_db_bind_int(stmt, 6, row->start.minute);
        wdm_db_bind_int(stmt, 7, row->end.day);
        wdm_db_bind_int(stmt, 8, row->end.minute);
        rc = wdm_db_step(store, stmt, &found, err);
        if (rc == WDM_OK && found)
            keys->sample = sqlite3_column_int64(stmt, 0);
        (void)sqlite3_reset(stmt);
        if (rc != WDM_OK)
            return rc;
    }
    return WDM_OK;
}

// The row in force under the same natural key, whatever its date was.
typedef struct stored_result {
    bool found;
    int64_t sample, revision, batch_id, line, last_revision;
    wdm_day day;
    int state;
    double value, lod, loq;
    char raw[128], unit[64], batch[WDM_BATCH_NAME], file[256];
    int64_t flags;
} stored_result;

// Parameters 1 to 7: the natural key, without a date; 8 and 9: the time of a control of no site, else NULL.
static void bind_natural_key(sqlite3_stmt *stmt, const wdm_assay_row *row, const result_keys *keys)
{
    wdm_db_bind_int(stmt, 1, keys->site);
    wdm_db_bind_int(stmt, 2, keys->lab);
    wdm_db_bind_text(stmt, 3, row->sample_id);
    wdm_db_bind_text(stmt, 4, row->sample_type);
    wdm_db_bind_int(stmt, 5, keys->analyte);
    wdm_db_bind_int(stmt, 6, keys->method);
    wdm_db_bind_int(stmt, 7, row->replicate);
    if (keys->control) { // names like "Blank 1" come again in every run: the time of analysis tells them
                         // apart
        wdm_db_bind_int(stmt, 8, row->start.day);
        wdm_db_bind_int(stmt, 9, row->start.minute);
    }
}

// Where a control's time of analysis is not known to the minute, only the same file can speak of it again.
static bool is_other_control(const wdm_batch *batch, const wdm_assay_row *row, const result_keys *keys,
                             const char *file)
{
    return keys->control && row->start.minute < 0 && strcmp(file, batch->file) != 0;
}

static wdm_rc find_result(wdm_store *store, const wdm_batch *batch, const wdm_assay_row *row,
                          const result_keys *keys, stored_result *old, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT r.sample_key, r.day, r.revision, r.state, r.value_ng_l, r.lod_ng_l, "
                       "r.loq_ng_l, r.raw_value, r.raw_unit, r.batch_id, "
                       "r.line, b.name, b.file, b.status <> 'undone' AND NOT EXISTS (SELECT 1 FROM "
                       "superseded x JOIN batch xb ON xb.batch_id = "
                       "x.by_batch_id AND xb.status <> 'undone' WHERE x.site_key = r.site_key AND x.day = "
                       "r.day AND x.analyte_key = r.analyte_key AND "
                       "x.sample_key = r.sample_key AND x.method_key = r.method_key AND x.replicate = "
                       "r.replicate AND x.revision = r.revision), r.flags "
                       "FROM sample s CROSS JOIN result r ON r.site_key = s.site_key AND r.day = s.day AND "
                       "r.analyte_key = ?5 AND r.sample_key = s.sample_key "
                       "AND r.method_key = ?6 AND r.replicate = ?7 JOIN batch b ON b.batch_id = r.batch_id "
                       "WHERE s.site_key = ?1 AND s.lab_key = ?2 AND s.sample_id = ?3 AND s.sample_type = ?4 "
                       "AND (?8 IS NULL OR (s.day = ?8 AND s.start_minute = ?9)) ORDER BY r.revision",
                       &stmt, err);
    memset(old, 0, sizeof *old);
    if (rc != WDM_OK)
        return rc;
    bind_natural_key(stmt, row, keys);
    while ((rc = wdm_db_step(store, stmt, &found, err)) == WDM_OK && found) {
        old->last_revision = sqlite3_column_int64(stmt, 2);
        if (!sqlite3_column_int(stmt, 13) || is_other_control(batch, row, keys, wdm_db_text(stmt, 12)))
            continue;
        old->found = true;
        old->sample = sqlite3_column_int64(stmt, 0);
        old->day = wdm_db_day(stmt, 1);
        old->revision = sqlite3_column_int64(stmt, 2);
        old->state = sqlite3_column_int(stmt, 3);
        old->value = wdm_db_real(stmt, 4);
        old->lod = wdm_db_real(stmt, 5);
        old->loq = wdm_db_real(stmt, 6);
        (void)snprintf(old->raw, sizeof old->raw, "%s", wdm_db_text(stmt, 7));
        (void)snprintf(old->unit, sizeof old->unit, "%s", wdm_db_text(stmt, 8));
        wdm_text_cut(old->raw);
        wdm_text_cut(old->unit);
        old->flags = sqlite3_column_int64(stmt, 14);
        old->batch_id = sqlite3_column_int64(stmt, 9);
        old->line = sqlite3_column_int64(stmt, 10);
        (void)snprintf(old->batch, sizeof old->batch, "%s", wdm_db_text(stmt, 11));
        (void)snprintf(old->file, sizeof old->file, "%s", wdm_db_text(stmt, 12));
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

// Whether a limit that both know differs although not both took one from analysis.csv: then the laboratory
// says another one.
static bool has_other_own_limits(const stored_result *old, const wdm_assay_row *row)
{
    const bool both_of_table = (old->flags & row->flags & WDM_FLAG_LIMIT_FROM_TABLE) != 0;
    return !both_of_table && ((!isnan(old->lod) && !isnan(row->lod_ng_l) && old->lod != row->lod_ng_l) ||
                              (!isnan(old->loq) && !isnan(row->loq_ng_l) && old->loq != row->loq_ng_l));
}

// A limit that analysis.csv gave may have changed since: then the cell itself decides.
static bool has_same_cell(const stored_result *old, const wdm_assay_row *row)
{
    return ((old->flags | row->flags) & WDM_FLAG_LIMIT_FROM_TABLE) != 0 && !has_other_own_limits(old, row) &&
           strcmp(old->raw, row->raw_value) == 0 && strcmp(old->unit, row->raw_unit) == 0;
}

static bool has_same_value(const stored_result *old, const wdm_assay_row *row)
{
    return old->state == row->state && wdm_db_same(old->value, row->value_ng_l);
}

static bool has_same_limits(const stored_result *old, const wdm_assay_row *row)
{
    return wdm_db_same(old->lod, row->lod_ng_l) && wdm_db_same(old->loq, row->loq_ng_l);
}

// What stands there, and what is different when it is not the value.
static void describe_old(const stored_result *old, const wdm_assay_row *row, bool same_times, wdm_put *put)
{
    const char *difference = has_same_value(old, row) && !has_same_limits(old, row) && !same_times
                                 ? ", with other limits and times"
                             : has_same_value(old, row) && !has_same_limits(old, row) ? ", with other limits"
                             : has_same_value(old, row) && !same_times                ? ", with other times"
                                                                                      : "";
    if (put->same_file)
        (void)snprintf(put->what, sizeof put->what, "%s %s in line %" PRId64 "%s", old->raw, old->unit,
                       old->line, difference);
    else
        (void)snprintf(put->what, sizeof put->what, "%s %s (batch %s, line %" PRId64 ")%s", old->raw,
                       old->unit, old->batch, old->line, difference);
}

static wdm_rc insert_result(wdm_store *store, const wdm_batch *batch, const wdm_assay_row *row,
                            const result_keys *keys, int64_t revision, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO result (site_key, day, analyte_key, sample_key, method_key, replicate, revision, state, "
        "value_ng_l, lod_ng_l, loq_ng_l, u_rel, analysed_day, batch_id, line, flags, raw_value, raw_unit) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, keys->site);
    wdm_db_bind_int(stmt, 2, row->start.day);
    wdm_db_bind_int(stmt, 3, keys->analyte);
    wdm_db_bind_int(stmt, 4, keys->sample);
    wdm_db_bind_int(stmt, 5, keys->method);
    wdm_db_bind_int(stmt, 6, row->replicate);
    wdm_db_bind_int(stmt, 7, revision);
    wdm_db_bind_int(stmt, 8, row->state);
    wdm_db_bind_real(stmt, 9, row->value_ng_l);
    wdm_db_bind_real(stmt, 10, row->lod_ng_l);
    wdm_db_bind_real(stmt, 11, row->loq_ng_l);
    wdm_db_bind_real(stmt, 12, row->u_rel);
    wdm_db_bind_day(stmt, 13, row->analysed);
    wdm_db_bind_int(stmt, 14, batch->batch_id);
    wdm_db_bind_int(stmt, 15, (int64_t)row->line);
    wdm_db_bind_int(stmt, 16, row->flags);
    wdm_db_bind_text(stmt, 17, row->raw_value);
    wdm_db_bind_text(stmt, 18, row->raw_unit);
    rc = wdm_db_run(store, stmt, err);
    if (rc != WDM_OK || keys->control)
        return rc; // a control of no site is no one's observation; findings tell what it does
    return keys->site == 0 ? wdm_change_note_sample(store, keys->sample, err)
                           : wdm_change_note(store, keys->site, row->start.day, err);
}

static wdm_rc supersede(wdm_store *store, const wdm_batch *batch, const wdm_run *run,
                        const wdm_assay_row *row, const result_keys *keys, const stored_result *old,
                        const wdm_audit_subject *subject, wdm_err *err)
{
    char item[400];
    char old_text[256];
    char new_text[256];
    char date[WDM_DATE_TEXT];
    const wdm_audit audit = {"correct",   item,          old_text,        new_text,
                             batch->file, batch->sha256, batch->batch_id, (int64_t)row->line};
    sqlite3_stmt *stmt = NULL;
    // Every earlier revision gives way to this batch, not only the one in force: when the batch between them
    // is undone, the oldest must not come back beside this one.
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT OR IGNORE INTO superseded (site_key, day, analyte_key, sample_key, method_key, replicate, "
        "revision, by_batch_id) SELECT r.site_key, r.day, r.analyte_key, r.sample_key, r.method_key, "
        "r.replicate, r.revision, ?10 FROM sample s CROSS JOIN result r ON r.site_key = s.site_key AND "
        "r.day = s.day AND r.analyte_key = ?5 AND r.sample_key = s.sample_key AND r.method_key = ?6 AND "
        "r.replicate = ?7 WHERE s.site_key = ?1 AND s.lab_key = ?2 AND s.sample_id = ?3 AND s.sample_type = "
        "?4 AND (?8 IS NULL OR (s.day = ?8 AND s.start_minute = ?9 AND (?9 >= 0 OR EXISTS (SELECT 1 FROM "
        "batch b WHERE b.batch_id = r.batch_id AND b.file = ?11))))",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    bind_natural_key(stmt, row, keys);
    wdm_db_bind_int(stmt, 10, batch->batch_id);
    wdm_db_bind_text(stmt, 11, batch->file);
    rc = wdm_db_run(store, stmt, err);
    if (rc == WDM_OK)
        rc = wdm_change_note_superseded(store, (const int64_t[3]){keys->site, keys->lab, keys->analyte},
                                        row->sample_id, row->sample_type, err);
    (void)snprintf(item, sizeof item, "result %s%s%s %s", subject->site_id,
                   subject->site_id[0] == '\0' ? "" : " ", subject->sample_id, subject->analyte_id);
    (void)snprintf(old_text, sizeof old_text, "%s %s on %s", old->raw, old->unit,
                   wdm_day_format(old->day, date));
    (void)snprintf(new_text, sizeof new_text, "%s %s on %s", row->raw_value, row->raw_unit,
                   wdm_day_format(row->start.day, date));
    wdm_text_cut(old_text);
    wdm_text_cut(new_text);
    return rc == WDM_OK ? wdm_store_put_audit_of(store, run, &audit, subject, err) : rc;
}

wdm_rc wdm_store_put_assay(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                           const wdm_run *run, const wdm_assay_row *row, wdm_put *put, wdm_err *err)
{
    result_keys keys = {0};
    stored_result old = {0};
    const wdm_audit_subject subject = {row->site == WDM_NONE ? "" : config->sites.rows[row->site].site_id,
                                       row->sample_id, config->analytes.rows[row->analyte].analyte_id,
                                       row->start.day};
    wdm_rc rc = wdm_db_key(store, SITE_KEY, subject.site_id, &keys.site, err);
    keys.control = row->site == WDM_NONE && strcmp(row->sample_type, "sample") != 0;
    put->outcome = WDM_OUTCOME_STORED;
    put->what[0] = '\0';
    put->same_file = false;
    put->of_batch_id = 0;
    if (rc == WDM_OK)
        rc = wdm_db_key(store, ANALYTE_KEY, subject.analyte_id, &keys.analyte, err);
    if (rc == WDM_OK)
        rc = word_key(store, "INSERT OR IGNORE INTO lab (lab_id) VALUES (?1)", LAB_KEY, row->lab_id,
                      &keys.lab, err);
    if (rc == WDM_OK)
        rc = word_key(store, "INSERT OR IGNORE INTO method (method_id) VALUES (?1)", METHOD_KEY,
                      row->method_id, &keys.method, err);
    if (rc == WDM_OK)
        rc = sample_key(store, row, &keys, err);
    if (rc == WDM_OK)
        rc = find_result(store, batch, row, &keys, &old, err);
    if (rc != WDM_OK)
        return rc;
    if (old.found) {
        // Without a site the times are those of the analysis or of the print-out: only the values count.
        const bool same_times = row->site == WDM_NONE || old.sample == keys.sample;
        const bool same = same_times && (has_same_cell(&old, row) ||
                                         (has_same_value(&old, row) && has_same_limits(&old, row)));
        const bool allowed =
            old.batch_id != batch->batch_id && (batch->replace || strcmp(old.file, batch->file) == 0);
        put->of_batch_id = old.batch_id;
        put->same_file = old.batch_id == batch->batch_id;
        describe_old(&old, row, same_times, put);
        put->outcome = same ? WDM_OUTCOME_SAME : allowed ? WDM_OUTCOME_CORRECTED : WDM_OUTCOME_CONFLICT;
        if (put->outcome != WDM_OUTCOME_CORRECTED) {
            const int64_t key[] = {keys.site, old.day, keys.analyte, old.sample, keys.method, row->replicate};
            return wdm_missing_note_result(store, key, err);
        }
        rc = supersede(store, batch, run, row, &keys, &old, &subject, err);
    }
    return rc == WDM_OK ? insert_result(store, batch, row, &keys, old.last_revision + 1, err) : rc;
}
