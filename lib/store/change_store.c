// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"
#include "store/change_parts.h"

enum { SET_MIN = 1024 };

void wdm_change_begin(wdm_store *store)
{
    wdm_free(store->noted.slots);
    store->noted = (struct wdm_noted){0};
}

static size_t slot_of(const struct wdm_noted *set, uint64_t key)
{
    size_t at = (size_t)((key * 0x9E3779B97F4A7C15u) >> 20) & (set->cap - 1);
    while (set->slots[at] != 0 && set->slots[at] != key)
        at = (at + 1) & (set->cap - 1);
    return at;
}

static wdm_rc grow(struct wdm_noted *set, wdm_err *err)
{
    struct wdm_noted wider = {.cap = set->cap == 0 ? (size_t)SET_MIN : set->cap * 2, .n = set->n};
    wider.slots = wdm_alloc(wider.cap, sizeof *wider.slots);
    if (wider.slots == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < set->cap; i++) {
        if (set->slots[i] != 0)
            wider.slots[slot_of(&wider, set->slots[i])] = set->slots[i];
    }
    wdm_free(set->slots);
    *set = wider;
    return WDM_OK;
}

// Whether the run in hand has noted that before; it has from now on. A file has far fewer site-days than
// rows.
static wdm_rc is_noted(wdm_store *store, int64_t high, int64_t low, bool *noted, wdm_err *err)
{
    struct wdm_noted *set = &store->noted;
    const uint64_t key = ((uint64_t)high << 33 | ((uint64_t)low & 0xffffffffu) << 1 | 1u);
    size_t at = 0;
    *noted = false;
    if (set->n * 2 >= set->cap && grow(set, err) != WDM_OK)
        return WDM_E_NOMEM;
    at = slot_of(set, key);
    *noted = set->slots[at] == key;
    set->slots[at] = key;
    set->n += !*noted;
    return WDM_OK;
}

static wdm_rc put(wdm_store *store, const char *sql, int64_t a, int64_t b, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, store->run_id);
    wdm_db_bind_int(stmt, 2, a);
    wdm_db_bind_int(stmt, 3, b);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_change_note(wdm_store *store, int64_t site_key, wdm_day day, wdm_err *err)
{
    bool noted = false;
    wdm_rc rc = is_noted(store, site_key, day, &noted, err);
    if (rc != WDM_OK || noted)
        return rc;
    return put(store, "INSERT OR IGNORE INTO changed (run_id, site_key, day) VALUES (?1, ?2, ?3)", site_key,
               day, err);
}

wdm_rc wdm_change_note_sample(wdm_store *store, int64_t sample_key, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store, "INSERT OR IGNORE INTO changed_sample (run_id, sample_key) VALUES (?1, ?2)", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, store->run_id);
    wdm_db_bind_int(stmt, 2, sample_key);
    return wdm_db_run(store, stmt, err);
}

// One of the two tables, from a statement that gives the rows of ?1 the run, ?2, ?3.
static wdm_rc put_pair(wdm_store *store, const char *const statements[2], int64_t a, int64_t b, wdm_err *err)
{
    wdm_rc rc = put(store, statements[0], a, b, err);
    return rc == WDM_OK ? put(store, statements[1], a, b, err) : rc;
}

// All that the import of batch ?2 noted.
static const char *const of_batch[2] = {
    "INSERT OR IGNORE INTO changed SELECT ?1, c.site_key, c.day FROM batch b JOIN changed c ON c.run_id = "
    "b.run_id WHERE b.batch_id = ?2 AND ?3 = 0 AND b.run_id <> ?1",
    "INSERT OR IGNORE INTO changed_sample SELECT ?1, c.sample_key FROM batch b JOIN changed_sample c ON "
    "c.run_id = b.run_id WHERE b.batch_id = ?2 AND ?3 = 0 AND b.run_id <> ?1"};
// The sample ?2.
static const char *const of_sample[2] = {
    "INSERT OR IGNORE INTO changed SELECT ?1, p.site_key, p.day FROM sample p WHERE p.sample_key = ?2 AND "
    "p.site_key > 0 AND ?3 = 0",
    "INSERT OR IGNORE INTO changed_sample SELECT ?1, p.sample_key FROM sample p WHERE p.sample_key = ?2 AND "
    "p.site_key = 0 AND ?3 = 0"};

// Notes what each row (batch, sample or 0) of a statement covers. The statement is stepped to its end.
static wdm_rc note_covered(wdm_store *store, sqlite3_stmt *stmt, wdm_err *err)
{
    bool row = false;
    wdm_rc rc = WDM_OK;
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const int64_t batch = sqlite3_column_int64(stmt, 0);
        const int64_t sample = sqlite3_column_int64(stmt, 1);
        bool noted = false;
        rc = is_noted(store, sample == 0 ? -1 : -2, sample == 0 ? batch : sample, &noted, err);
        if (rc == WDM_OK && !noted)
            rc = sample == 0 ? put_pair(store, of_batch, batch, 0, err)
                             : put_pair(store, of_sample, sample, 0, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_change_note_superseded(wdm_store *store, const int64_t key[3], const char *sample_id,
                                  const char *sample_type, wdm_err *err)
{
    static const char days[] = "SELECT p.sample_key, p.day FROM sample p WHERE p.site_key = ?1 AND p.lab_key "
                               "= ?2 AND p.sample_id = ?4 AND p.sample_type = ?5 AND ?3 = ?3";
    static const char findings[] =
        "SELECT DISTINCT f.covers_batch_id, coalesce(f.sample_key, 0) FROM sample p CROSS JOIN qc_finding f "
        "ON f.of_sample_key = p.sample_key AND f.severity > 0 AND f.of_analyte_key = ?3 WHERE p.site_key = "
        "?1 AND p.lab_key = ?2 AND p.sample_id = ?4 AND p.sample_type = ?5";
    const char *const statements[] = {days, findings};
    wdm_rc rc = WDM_OK;
    for (int i = 0; i < 2 && rc == WDM_OK; i++) {
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        rc = wdm_db_prepare(store, statements[i], &stmt, err);
        if (rc != WDM_OK)
            return rc;
        for (int k = 0; k < 3; k++)
            wdm_db_bind_int(stmt, k + 1, key[k]);
        wdm_db_bind_text(stmt, 4, sample_id);
        wdm_db_bind_text(stmt, 5, sample_type);
        if (i == 1)
            return note_covered(store, stmt, err);
        while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row)
            rc = key[0] == 0 ? wdm_change_note_sample(store, sqlite3_column_int64(stmt, 0), err)
                             : wdm_change_note(store, key[0], wdm_db_day(stmt, 1), err);
        (void)sqlite3_reset(stmt);
    }
    return rc;
}

wdm_rc wdm_change_note_findings(wdm_store *store, int64_t batch_id, int64_t finding_id, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    // "+": by the few new rows, not by all findings of the batch
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT DISTINCT f.covers_batch_id, coalesce(f.sample_key, 0) FROM qc_finding f WHERE f.finding_id > "
        "?2 AND +f.batch_id = ?1 AND f.severity > 0 AND f.covers_batch_id <> ?1 AND NOT EXISTS (SELECT 1 "
        "FROM qc_finding_current e WHERE e.covers_batch_id = f.covers_batch_id AND e.severity > 0 AND "
        "e.severity = f.severity AND e.analyte_key = f.analyte_key AND e.finding_id < f.finding_id AND "
        "e.code = f.code AND e.lab_key = f.lab_key AND e.method_key = f.method_key AND e.analysed_day IS "
        "f.analysed_day AND e.sample_key IS f.sample_key AND e.replicate IS f.replicate AND e.below_ng_l IS "
        "f.below_ng_l)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch_id);
    wdm_db_bind_int(stmt, 2, finding_id);
    return note_covered(store, stmt, err);
}

wdm_rc wdm_change_note_undo(wdm_store *store, int64_t batch_id, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = put_pair(store, of_batch, batch_id, 0, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "SELECT DISTINCT f.covers_batch_id, coalesce(f.sample_key, 0) FROM qc_finding f "
                            "WHERE f.batch_id = ?1 AND f.severity > 0 AND f.covers_batch_id <> ?1",
                            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, batch_id);
    return note_covered(store, stmt, err);
}
