// SPDX-License-Identifier: GPL-3.0-or-later
// Importing one file: bytes -> text -> records -> checked rows -> store, in one transaction.
#ifndef WDM_PIPELINE_IMPORT_FILE_H
#define WDM_PIPELINE_IMPORT_FILE_H

#include "import_quality.h"
#include "stage.h"
#include "store/batch_store.h"

typedef struct wdm_import_options {
    const char *layout; // name, or "auto"
    const char *lab;    // default lab_id, "" when not given
    const char *encoding;
    bool keep_good, replace;
} wdm_import_options;

// What became of the file, for the summary and the jsonl object.
typedef struct wdm_import_report {
    char file[256];
    char sha256[WDM_SHA256_HEX];
    char layout[64];
    char encoding[32];
    char status[16]; // stored, partial, refused, duplicate
    char batch[WDM_BATCH_NAME];
    char imported_at[WDM_WHEN_TEXT]; // of the batch that a duplicate repeats
    char rejects_file[4096];         // "" when none was written
    wdm_counts counts;
    int64_t n_bad;       // rows with an error or a conflict
    int64_t by_state[5]; // of stored and corrected results
    int64_t n_waiting;   // rows without flow
    int64_t n_sites, n_analytes;
    wdm_day first_day, last_day;
    int64_t n_sites_added;
    int64_t n_changes_agree, n_changes_checked; // published changes recomputed
    wdm_issues issues;
    wdm_quality *quality; // NULL until the batch is begun; the caller frees it
} wdm_import_report;

// Imports path ("-": standard input) into the session's store; the caller frees the issues. WDM_E_DATA:
// refused, WDM_E_PARTIAL: the good rows were stored. report is filled in both cases.
wdm_rc wdm_import_file(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                       const char *path, wdm_import_report *report, wdm_err *err) WDM_MUST_CHECK;

// The options of the import stage from a command line that has them (also `wdm run`).
wdm_import_options wdm_import_options_of(const wdm_cli *cli);
// Imports the files one by one, each with its verdict on stderr (and as an object on stdout with --format
// jsonl). Returns the worst: WDM_OK, WDM_E_PARTIAL, WDM_E_DATA; anything else stops at once.
wdm_rc wdm_import_files(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                        char *const *paths, int n, wdm_err *err) WDM_MUST_CHECK;

#endif
