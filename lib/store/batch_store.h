// SPDX-License-Identifier: GPL-3.0-or-later
// Batches and the rows that come with them. Rows are append-only: a correction is a new revision, an undo a
// mark.
#ifndef WDM_STORE_BATCH_STORE_H
#define WDM_STORE_BATCH_STORE_H

#include "data/intake.h"
#include "store/store.h"

typedef struct wdm_counts {
    int64_t rows, stored, same, corrected, conflict, rejected, left_out;
} wdm_counts;

enum { WDM_BATCH_NAME = 300 };

typedef struct wdm_batch {
    int64_t batch_id;
    char name[WDM_BATCH_NAME]; // file's stem and a number, "HK-2026-W47/1"
    const char *file;          // base name
    const char *sha256, *layout, *encoding;
    char status[16]; // stored, partial, undone
    char imported_at[WDM_WHEN_TEXT];
    char found_layout[64], found_encoding[32]; // of a batch that was found
    wdm_counts counts;
    bool replace; // --replace: a changed value is a correction whatever the file's name
} wdm_batch;

// A batch not undone with these bytes; batch_id 0 when there is none.
wdm_rc wdm_store_find_batch(wdm_store *store, const char *sha256, wdm_batch *found,
                            wdm_err *err) WDM_MUST_CHECK;
// How many of its results a later batch in force has corrected.
wdm_rc wdm_store_corrected_since(wdm_store *store, int64_t batch_id, int64_t *n, wdm_err *err) WDM_MUST_CHECK;
// Whether there is a batch of that name, undone or not.
wdm_rc wdm_store_has_batch(wdm_store *store, const char *name, bool *known, wdm_err *err) WDM_MUST_CHECK;
// Starts a batch: gives it its id and name. file, sha256, layout, encoding are set by the caller.
wdm_rc wdm_store_start_batch(wdm_store *store, wdm_batch *batch, const wdm_run *run,
                             wdm_err *err) WDM_MUST_CHECK;
// The layout, once it is known.
wdm_rc wdm_store_set_batch_layout(wdm_store *store, const wdm_batch *batch, const char *layout,
                                  wdm_err *err) WDM_MUST_CHECK;
// Writes the final counts and status.
wdm_rc wdm_store_finish_batch(wdm_store *store, const wdm_batch *batch, const char *canonical_sha256,
                              wdm_err *err) WDM_MUST_CHECK;
// Marks a batch undone (by name or id text); its rows no longer count, earlier revisions are in force again.
// WDM_E_DATA when a later batch in force repeated rows of it: they would be lost in silence; undo that one
// first.
wdm_rc wdm_store_undo_batch(wdm_store *store, const char *name, const wdm_run *run, wdm_batch *undone,
                            wdm_err *err) WDM_MUST_CHECK;

// What became of a row.
typedef enum wdm_outcome {
    WDM_OUTCOME_STORED,
    WDM_OUTCOME_SAME,
    WDM_OUTCOME_CORRECTED,
    WDM_OUTCOME_CONFLICT
} wdm_outcome;

typedef struct wdm_put {
    wdm_outcome outcome;
    const char *column;  // of a conflict that is not about the value: "flow"; else NULL
    int64_t of_batch_id; // of a row that is there already: the batch that holds it
    bool same_file;      // a conflict within the file that is being imported
    char what[600];      // of a conflict or correction: what stood there, from which batch and line
} wdm_put;

// A row without a site (row->site WDM_NONE) is kept under site_key 0 and placed when it is read (view
// result_placed, docs/DATA-MODEL.md). Blanks, standards ... without a site come again under the same name in
// every run: their natural key has the time of analysis too, and the file's name when that is not known to
// the minute.
wdm_rc wdm_store_put_assay(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                           const wdm_run *run, const wdm_assay_row *row, wdm_put *put,
                           wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_put_field(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                           const wdm_run *run, const wdm_field_row *row, wdm_put *put,
                           wdm_err *err) WDM_MUST_CHECK;
// What put_field would do, without doing it.
wdm_rc wdm_store_look_field(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                            const wdm_field_row *row, wdm_put *put, wdm_err *err) WDM_MUST_CHECK;
// Whether the sample, or its site's whole day, has a flow in force.
wdm_rc wdm_store_has_flow(wdm_store *store, const char *site_id, wdm_day day, const char *sample_id,
                          bool *has, wdm_err *err) WDM_MUST_CHECK;
// Results in force of samples whose file names no site, of one batch or of all (batch_id 0): waiting for a
// field row with their sample_id; ambiguous (it stands in field rows in force of two sites or days, and
// places nothing); bound. Controls are not counted. Example: 12 results of samples W1 and W2, a field row of
// W1: 6, 0, 6.
wdm_rc wdm_store_count_unplaced(wdm_store *store, int64_t batch_id, int64_t *waiting, int64_t *ambiguous,
                                int64_t *bound, wdm_err *err) WDM_MUST_CHECK;

wdm_rc wdm_store_put_load(wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                          const wdm_run *run, const wdm_load_row *row, wdm_put *put,
                          wdm_err *err) WDM_MUST_CHECK;

wdm_rc wdm_store_put_indicator(wdm_store *store, const wdm_batch *batch, const wdm_run *run,
                               const wdm_indicator *row, wdm_put *put, wdm_err *err) WDM_MUST_CHECK;

// Notes that a row of the batch was the same as one that of_batch_id holds, which therefore cannot be undone
// alone.
wdm_rc wdm_store_note_repeated(wdm_store *store, const wdm_batch *batch, int64_t of_batch_id,
                               wdm_err *err) WDM_MUST_CHECK;

// A row of an earlier issue of a file that the batch in hand neither repeats nor corrects.
typedef struct wdm_missing_row {
    const char *kind;       // "result", "flow" (a row of a field sheet) or "load"
    const char *site_id;    // or the region of a published load
    const char *sample_id;  // "" of a load, or of a flow of the site's whole day
    const char *analyte_id; // "" of a flow
    const char *value;      // as it stands in the earlier file; of a flow in m3/d, "" not known
    wdm_day day;
    const char *batch; // that holds it, and the line there
    int64_t line;
} wdm_missing_row;
typedef wdm_rc (*wdm_missing_fn)(void *user, const wdm_missing_row *row, wdm_err *err);
// Rows in force of the batch that this one corrects (batch.corrects_batch_id), and of those which that one
// corrected, whose natural key the rows put since wdm_store_start_batch did not have. They stay in force; fn
// is called for each, by batch and line; it must not use the store. A row that was refused before it was put
// is listed too. Nothing when the batch corrects none. Call before finish_batch or the rollback of a dry run.
wdm_rc wdm_store_missing_rows(wdm_store *store, const wdm_batch *batch, wdm_missing_fn fn, void *user,
                              wdm_err *err) WDM_MUST_CHECK;

// Means and changes that a publisher printed, kept for comparison, and population of a site that a file
// brought along.
typedef struct wdm_published_mean {
    const char *site_id, *analyte_id;
    int year;
    double weekday_mean, weekend_mean, daily_mean;
    uint64_t line;
} wdm_published_mean;
wdm_rc wdm_store_put_published_mean(wdm_store *store, const wdm_batch *batch, const wdm_published_mean *row,
                                    wdm_err *err) WDM_MUST_CHECK;
typedef struct wdm_published_change {
    const char *site_id, *analyte_id, *class_word;
    int year, year_previous; // year_previous 0: none
    double value, value_previous, change_pct;
    uint64_t line;
} wdm_published_change;
wdm_rc wdm_store_put_published_change(wdm_store *store, const wdm_batch *batch,
                                      const wdm_published_change *row, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_put_population(wdm_store *store, const wdm_batch *batch, const char *site_id, wdm_day from,
                                double population, const char *source, wdm_err *err) WDM_MUST_CHECK;

wdm_rc wdm_store_put_reject(wdm_store *store, const wdm_batch *batch, const wdm_issue *issue, int64_t seq,
                            wdm_err *err) WDM_MUST_CHECK;

// An audit row: what was done to which item, from which file and line, old and new value.
typedef struct wdm_audit {
    const char *action, *item, *old_value, *new_value, *file, *sha256;
    int64_t batch_id, line;
} wdm_audit;
wdm_rc wdm_store_put_audit(wdm_store *store, const wdm_run *run, const wdm_audit *audit,
                           wdm_err *err) WDM_MUST_CHECK;
// The same with what it is about, so that reports can group and place it. Texts may be ""; day may be
// WDM_DAY_NONE.
typedef struct wdm_audit_subject {
    const char *site_id, *sample_id, *analyte_id;
    wdm_day day;
} wdm_audit_subject;
wdm_rc wdm_store_put_audit_of(wdm_store *store, const wdm_run *run, const wdm_audit *audit,
                              const wdm_audit_subject *subject, wdm_err *err) WDM_MUST_CHECK;

#endif
