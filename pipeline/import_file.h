// SPDX-License-Identifier: GPL-3.0-or-later
// Importing one file: bytes -> text -> records -> checked rows -> store, in one transaction and bounded
// memory.
#ifndef WDM_PIPELINE_IMPORT_FILE_H
#define WDM_PIPELINE_IMPORT_FILE_H

#include "io/datetime.h"
#include "io/file.h"
#include "stage.h"
#include "store/batch_store.h"

struct wdm_import_report;

// What an inbox wants beyond the options of the command line.
typedef struct wdm_import_hooks {
    const char *name;         // of the file in messages and batches, in place of its path's
    const char *rejects_file; // where the bad rows go, those of a refused file too
    // Called when all but the commit is done; report is what it will be. A failure keeps the file out.
    wdm_rc (*before_commit)(void *user, struct wdm_import_report *report, wdm_err *err);
    void *user;
} wdm_import_hooks;

typedef struct wdm_import_options {
    const char *layout;   // name, or "auto"
    const char *lab;      // default lab_id, "" when not given
    const char *unit;     // unit of concentrations in files that say none, "" when not given
    const char *encoding; // NULL when not given
    wdm_date_order dates; // of slashed dates
    bool keep_good, replace;
    const wdm_import_hooks *hooks; // NULL: none
} wdm_import_options;

enum { WDM_LEFT_OUT_MAX = 16 };

// What became of the file, for the summary and the jsonl object.
typedef struct wdm_import_report {
    char file[256];
    char sha256[WDM_SHA256_HEX];
    char layout[64];
    char encoding[32];
    char status[16]; // stored, partial, refused, duplicate
    char batch[WDM_BATCH_NAME];
    char imported_at[WDM_WHEN_TEXT]; // of the batch that a duplicate repeats
    char rejects_file[WDM_PATH_MAX]; // "" when none was written
    wdm_counts counts;
    int64_t n_corrected_since; // of a duplicate: its results that a later file has corrected
    bool interrupted;          // of an inbox: stored by a run that was killed before it could move the file
    int64_t n_bad;             // rows with an error or a conflict
    int64_t by_state[5];       // of stored and corrected results
    int64_t n_waiting;         // rows without flow
    int64_t n_sites_unjudged;  // whose flows have too few earlier ones to be judged by
    int64_t n_unplaced, n_ambiguous; // rows without a site, whose sample no field row has, or several
    int64_t n_not_repeated;          // rows of the earlier issue of the file that this one lacks
    int64_t n_sites, n_analytes;
    wdm_day first_day, last_day;
    int64_t n_sites_added;
    int64_t n_changes_agree, n_changes_checked; // published changes recomputed
    wdm_code_count left_out[WDM_LEFT_OUT_MAX];  // why rows were left out
    size_t n_left_out;
    wdm_buf guesses; // lines: what was found out about the file and not declared
    wdm_buf notes;   // lines of the summary that other checks add
    wdm_issues issues;
} wdm_import_report;

// Imports path ("-": standard input) into the session's store; the caller calls wdm_import_report_fini.
// WDM_E_DATA: refused, WDM_E_PARTIAL: the good rows were stored. report is filled in both cases.
wdm_rc wdm_import_file(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                       const char *path, wdm_import_report *report, wdm_err *err) WDM_MUST_CHECK;
void wdm_import_report_fini(wdm_import_report *report);

// The options of the import stage from a command line that has them (also `wdm run`).
wdm_rc wdm_import_options_of(const wdm_cli *cli, wdm_import_options *chosen, wdm_err *err) WDM_MUST_CHECK;
// Imports the files one by one, each with its verdict on stderr (and as an object on stdout with --format
// jsonl). Returns the worst: WDM_OK, WDM_E_PARTIAL, WDM_E_DATA; anything else stops at once.
wdm_rc wdm_import_files(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                        char *const *paths, int n, wdm_err *err) WDM_MUST_CHECK;

#endif
