// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/batch_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "io/text.h"
#include "store/change_parts.h"
#include "store/db.h"
#include "store/missing_parts.h"

#define BATCH_COLUMNS                                                                                        \
    "batch_id, name, status, imported_at, rows, stored, same, corrected, conflict, rejected, left_out, "     \
    "layout, encoding"

static void read_batch(sqlite3_stmt *stmt, wdm_batch *batch)
{
    int64_t *const counts[] = {&batch->counts.rows,      &batch->counts.stored,   &batch->counts.same,
                               &batch->counts.corrected, &batch->counts.conflict, &batch->counts.rejected,
                               &batch->counts.left_out};
    batch->batch_id = sqlite3_column_int64(stmt, 0);
    (void)snprintf(batch->name, sizeof batch->name, "%s", wdm_db_text(stmt, 1));
    (void)snprintf(batch->status, sizeof batch->status, "%s", wdm_db_text(stmt, 2));
    (void)snprintf(batch->imported_at, sizeof batch->imported_at, "%s", wdm_db_text(stmt, 3));
    for (int i = 0; i < 7; i++)
        *counts[i] = sqlite3_column_int64(stmt, 4 + i);
    (void)snprintf(batch->found_layout, sizeof batch->found_layout, "%s", wdm_db_text(stmt, 11));
    (void)snprintf(batch->found_encoding, sizeof batch->found_encoding, "%s", wdm_db_text(stmt, 12));
}

wdm_rc wdm_store_find_batch(wdm_store *store, const char *sha256, wdm_batch *found, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT " BATCH_COLUMNS
                       " FROM batch WHERE sha256 = ?1 AND status <> 'undone' ORDER BY batch_id DESC LIMIT 1",
                       &stmt, err);
    memset(found, 0, sizeof *found);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, sha256);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        read_batch(stmt, found);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_corrected_since(wdm_store *store, int64_t batch_id, int64_t *n, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    // corrections are few, results many: CROSS keeps the order
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT count(*) FROM superseded s JOIN batch b ON b.batch_id = "
                       "s.by_batch_id AND b.status <> 'undone' CROSS JOIN result r USING (site_key, day, "
                       "analyte_key, sample_key, method_key, replicate, revision) WHERE r.batch_id = ?1",
                       &stmt, err);
    *n = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch_id);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        *n = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_has_batch(wdm_store *store, const char *name, bool *known, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, "SELECT 1 FROM batch WHERE name = ?1", &stmt, err);
    *known = false;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, name);
    rc = wdm_db_step(store, stmt, known, err);
    (void)sqlite3_reset(stmt);
    return rc;
}

// The file's name without its last extension.
static void stem_of(const char *file, char *out, size_t cap)
{
    const char *dot = strrchr(file, '.');
    const size_t len = dot == NULL || dot == file ? strlen(file) : (size_t)(dot - file);
    (void)snprintf(out, cap, "%.*s", (int)(len < 250 ? len : 250), file);
    if (len > 250)
        wdm_text_cut(out);
}

static wdm_rc next_number(wdm_store *store, const char *stem, int64_t *number, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store, "SELECT count(*) FROM batch WHERE substr(name, 1, length(?1) + 1) = ?1 || '/'", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, stem);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        *number = sqlite3_column_int64(stmt, 0) + 1;
    (void)sqlite3_reset(stmt);
    return rc;
}

static wdm_rc corrected_batch(wdm_store *store, const char *file, int64_t *batch_id, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT batch_id FROM batch WHERE file = ?1 AND status <> 'undone' ORDER BY batch_id DESC LIMIT 1",
        &stmt, err);
    *batch_id = 0;
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, file);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        *batch_id = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_start_batch(wdm_store *store, wdm_batch *batch, const wdm_run *run, wdm_err *err)
{
    char stem[260];
    char now[WDM_WHEN_TEXT];
    int64_t number = 1;
    int64_t corrects = 0;
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = WDM_OK;
    stem_of(batch->file, stem, sizeof stem);
    rc = next_number(store, stem, &number, err);
    if (rc == WDM_OK)
        rc = corrected_batch(store, batch->file, &corrects, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "INSERT INTO batch (name, file, sha256, canonical_sha256, layout, encoding, "
                            "imported_at, run_id, status, "
                            "corrects_batch_id, rows, stored, same, corrected, conflict, rejected, left_out) "
                            "VALUES (?1, ?2, ?3, '', ?4, ?5, ?6, ?7, 'stored', ?8, 0, 0, 0, 0, 0, 0, 0)",
                            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(batch->name, sizeof batch->name, "%s/%" PRId64, stem, number);
    wdm_db_bind_text(stmt, 1, batch->name);
    wdm_db_bind_text(stmt, 2, batch->file);
    wdm_db_bind_text(stmt, 3, batch->sha256);
    wdm_db_bind_text(stmt, 4, batch->layout);
    wdm_db_bind_text(stmt, 5, batch->encoding);
    wdm_db_bind_text(stmt, 6, wdm_now_format(now));
    wdm_db_bind_int(stmt, 7, run->run_id);
    if (corrects != 0)
        wdm_db_bind_int(stmt, 8, corrects);
    rc = wdm_db_run(store, stmt, err);
    batch->batch_id = sqlite3_last_insert_rowid(store->db);
    return rc == WDM_OK ? wdm_missing_begin(store, corrects != 0 || batch->replace, err) : rc;
}

wdm_rc wdm_store_set_batch_layout(wdm_store *store, const wdm_batch *batch, const char *layout, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, "UPDATE batch SET layout = ?2 WHERE batch_id = ?1", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    wdm_db_bind_text(stmt, 2, layout);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_finish_batch(wdm_store *store, const wdm_batch *batch, const char *canonical_sha256,
                              wdm_err *err)
{
    const wdm_counts *c = &batch->counts;
    const int64_t counts[] = {c->rows,     c->stored,   c->same,    c->corrected,
                              c->conflict, c->rejected, c->left_out};
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store,
                               "UPDATE batch SET canonical_sha256 = ?2, status = ?3, rows = ?4, stored = ?5, "
                               "same = ?6, corrected = ?7, "
                               "conflict = ?8, rejected = ?9, left_out = ?10 WHERE batch_id = ?1",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    wdm_db_bind_text(stmt, 2, canonical_sha256);
    wdm_db_bind_text(stmt, 3, c->rejected + c->conflict > 0 ? "partial" : "stored");
    for (int i = 0; i < 7; i++)
        wdm_db_bind_int(stmt, 4 + i, counts[i]);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_note_repeated(wdm_store *store, const wdm_batch *batch, int64_t of_batch_id, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = WDM_OK;
    if (of_batch_id == batch->batch_id)
        return WDM_OK; // twice in one file
    rc = wdm_db_prepare(store,
                        "INSERT INTO repeated (batch_id, of_batch_id, n) VALUES (?1, ?2, 1) ON CONFLICT "
                        "(batch_id, of_batch_id) "
                        "DO UPDATE SET n = n + 1",
                        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    wdm_db_bind_int(stmt, 2, of_batch_id);
    return wdm_db_run(store, stmt, err);
}

static wdm_rc check_not_repeated(wdm_store *store, const wdm_batch *batch, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT b.name, r.n FROM repeated r JOIN batch b USING (batch_id) WHERE r.of_batch_id = ?1 AND "
        "b.status <> 'undone' ORDER BY r.batch_id DESC LIMIT 1",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        rc = wdm_err_set(err, WDM_E_DATA,
                         "%lld rows of batch %s are held by %s, which had stored the same before; they would "
                         "no longer count. "
                         "Undo %s first. Nothing was changed.",
                         (long long)sqlite3_column_int64(stmt, 1), wdm_db_text(stmt, 0), batch->name,
                         wdm_db_text(stmt, 0));
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_undo_batch(wdm_store *store, const char *name, const wdm_run *run, wdm_batch *undone,
                            wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, "SELECT " BATCH_COLUMNS " FROM batch WHERE name = ?1", &stmt, err);
    memset(undone, 0, sizeof *undone);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, name);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row)
        read_batch(stmt, undone);
    (void)sqlite3_reset(stmt);
    if (rc != WDM_OK)
        return rc;
    if (undone->batch_id == 0)
        return wdm_err_set(err, WDM_E_NOINPUT, "no batch is called \"%s\"; wdm batch list shows them", name);
    if (strcmp(undone->status, "undone") == 0)
        return WDM_OK;
    rc = check_not_repeated(store, undone, err);
    if (rc != WDM_OK)
        return rc;
    rc = wdm_db_prepare(store, "UPDATE batch SET status = 'undone' WHERE batch_id = ?1", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, undone->batch_id);
    rc = wdm_db_run(store, stmt, err);
    if (rc == WDM_OK)
        rc = wdm_change_note_undo(store, undone->batch_id, err);
    if (rc == WDM_OK) {
        const wdm_audit audit = {"undo", undone->name, undone->status, "undone", "", "", undone->batch_id, 0};
        rc = wdm_store_put_audit(store, run, &audit, err);
    }
    return rc;
}

wdm_rc wdm_store_put_reject(wdm_store *store, const wdm_batch *batch, const wdm_issue *issue, int64_t seq,
                            wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO reject (batch_id, line, seq, column_name, code, severity, value, message) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch->batch_id);
    wdm_db_bind_int(stmt, 2, (int64_t)issue->line);
    wdm_db_bind_int(stmt, 3, seq);
    wdm_db_bind_text(stmt, 4, issue->column);
    wdm_db_bind_text(stmt, 5, issue->code);
    wdm_db_bind_text(stmt, 6, wdm_severity_name(issue->severity));
    wdm_db_bind_text(stmt, 7, issue->value);
    wdm_db_bind_text(stmt, 8, issue->message);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_put_audit(wdm_store *store, const wdm_run *run, const wdm_audit *audit, wdm_err *err)
{
    const wdm_audit_subject none = {"", "", "", WDM_DAY_NONE};
    return wdm_store_put_audit_of(store, run, audit, &none, err);
}

wdm_rc wdm_store_put_audit_of(wdm_store *store, const wdm_run *run, const wdm_audit *audit,
                              const wdm_audit_subject *subject, wdm_err *err)
{
    char now[WDM_WHEN_TEXT];
    const char *const texts[] = {audit->file,      audit->sha256,      audit->action,
                                 audit->item,      audit->old_value,   audit->new_value,
                                 subject->site_id, subject->sample_id, subject->analyte_id};
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO audit (at, user, run_id, batch_id, line, file, sha256, action, item, old_value, "
        "new_value, site_id, sample_id, analyte_id, day) SELECT ?1, user, run_id, ?3, ?4, ?5, ?6, ?7, ?8, "
        "?9, ?10, ?11, ?12, ?13, ?14 FROM run WHERE run_id = ?2",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, wdm_now_format(now));
    wdm_db_bind_int(stmt, 2, run->run_id);
    if (audit->batch_id != 0)
        wdm_db_bind_int(stmt, 3, audit->batch_id);
    if (audit->line != 0)
        wdm_db_bind_int(stmt, 4, audit->line);
    for (int i = 0; i < 9; i++)
        wdm_db_bind_text(stmt, 5 + i, texts[i]);
    wdm_db_bind_day(stmt, 14, subject->day);
    return wdm_db_run(store, stmt, err);
}
