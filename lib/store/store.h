// SPDX-License-Identifier: GPL-3.0-or-later
// The store: SQLite behind a small interface. The only layer with SQL. Each stage opens it, works in one
// transaction with a row in `run`, and closes it.
#ifndef WDM_STORE_STORE_H
#define WDM_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "data/config.h"

typedef struct wdm_store wdm_store;

typedef enum wdm_store_mode {
    WDM_STORE_READ,  // no lock; the schema must be this program's
    WDM_STORE_WRITE, // waits for the writer lock `<uri>.lock`
    WDM_STORE_CREATE // like WRITE; a missing store is made, an older schema is upgraded
} wdm_store_mode;

// uri is a file path. A missing store is WDM_E_NOINPUT (not for CREATE); a newer schema than this program's
// WDM_E_CONFIG and nothing is touched; the lock held for longer than wait_s seconds WDM_E_BUSY. *store is
// NULL on failure.
wdm_rc wdm_store_open(wdm_store **out, const char *uri, wdm_store_mode mode, int wait_s,
                      wdm_err *err) WDM_MUST_CHECK;
void wdm_store_close(wdm_store *store);
const char *wdm_store_uri(const wdm_store *store);

// One transaction (BEGIN IMMEDIATE) around a stage's work.
wdm_rc wdm_store_begin(wdm_store *store, wdm_err *err) WDM_MUST_CHECK;
// The same for reading only: all that is read until the rollback is of one state. A reader does not keep
// writers waiting.
wdm_rc wdm_store_begin_read(wdm_store *store, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_commit(wdm_store *store, wdm_err *err) WDM_MUST_CHECK;
void wdm_store_rollback(wdm_store *store);

// A row of `run`. Started inside the stage's transaction, so that a run that left nothing has no row.
typedef struct wdm_run {
    int64_t run_id;
    const char *stage;
    const char *parameters; // as given, e.g. "as_of=2026-11-22 censoring=auto"
    const char *input_hash; // of everything that the result depends on
} wdm_run;
wdm_rc wdm_store_run_start(wdm_store *store, wdm_run *run, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_run_finish(wdm_store *store, const wdm_run *run, const char *status, int64_t n_in,
                            int64_t n_out, wdm_err *err) WDM_MUST_CHECK;
// Whether the last finished run of the stage had this input hash: nothing to do.
wdm_rc wdm_store_run_is_current(wdm_store *store, const char *stage, const char *input_hash, bool *current,
                                wdm_err *err) WDM_MUST_CHECK;

// Keeps the files, makes them the version in force and refreshes the name tables (site, analyte, drug,
// region).
wdm_rc wdm_store_put_config(wdm_store *store, const wdm_config_files *files, const wdm_config *config,
                            const wdm_run *run, wdm_err *err) WDM_MUST_CHECK;
// Chooses the config that had a factor set, by its name or the beginning of it ("fs-3ff0", "3ff0"): of
// several such configs the one that was in force last. All that this store reads and writes is of it from now
// on; the config in force is not changed. *other: it is another set than the one in force. WDM_E_USAGE: no
// set or several begin so; the message lists those that are known. Before wdm_store_get_config.
wdm_rc wdm_store_choose_factor_set(wdm_store *store, const char *name, bool *other,
                                   wdm_err *err) WDM_MUST_CHECK;
// The config in force, or the one chosen, with the sites that imported files brought along. WDM_E_CONFIG when
// `wdm init` never ran.
wdm_rc wdm_store_get_config(wdm_store *store, wdm_config *config, wdm_config_files *files,
                            wdm_err *err) WDM_MUST_CHECK;
// The name tables' keys: config index -> key. Rows appear when the config is put, or a site is added.
wdm_rc wdm_store_add_site(wdm_store *store, const wdm_site *site, wdm_err *err) WDM_MUST_CHECK;

// SHA-256 over everything that estimates depend on: config in force and the batches with their status.
wdm_rc wdm_store_input_hash(wdm_store *store, const char *extra, char out[WDM_SHA256_HEX],
                            wdm_err *err) WDM_MUST_CHECK;

// Whether the last `wdm estimate` was of this config, these batches and this program: what it did not find is
// not there.
wdm_rc wdm_store_estimates_are_current(wdm_store *store, bool *current, wdm_err *err) WDM_MUST_CHECK;

// Version of the program, as in --version; stored with each run.
const char *wdm_version(void);

#endif
