// SPDX-License-Identifier: GPL-3.0-or-later
// The config files as bytes: read from a folder (a table that it lacks comes from the shipped one), or given
// back by the store.
#ifndef WDM_DATA_CONFIGFILES_H
#define WDM_DATA_CONFIGFILES_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"

typedef struct wdm_config_file {
    char name[128];   // "sites.csv", "layouts/long.cfg"
    char origin[512]; // where the bytes came from, for messages
    wdm_buf bytes;
    char sha256[WDM_SHA256_HEX];
} wdm_config_file;

typedef struct wdm_config_files {
    wdm_config_file *files; // sorted by name
    size_t n, cap;
} wdm_config_files;

// Tables (and wdm.cfg) that a config has, and whether a factor set depends on them.
typedef struct wdm_config_table_name {
    const char *name;
    int in_factor_set;
} wdm_config_table_name;
extern const wdm_config_table_name wdm_config_table_names[];
extern const size_t wdm_config_table_names_n;

// Reads dir, and the tables and layouts that it lacks from shipped_dir.
wdm_rc wdm_config_files_read(wdm_config_files *files, const char *dir, const char *shipped_dir,
                             wdm_err *err) WDM_MUST_CHECK;
// Adds one file's bytes.
wdm_rc wdm_config_files_add(wdm_config_files *files, const char *name, const char *origin, const char *bytes,
                            size_t len, wdm_err *err) WDM_MUST_CHECK;
const wdm_config_file *wdm_config_files_get(const wdm_config_files *files, const char *name);
void wdm_config_files_fini(wdm_config_files *files);

#endif
