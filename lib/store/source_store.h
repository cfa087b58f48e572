// SPDX-License-Identifier: GPL-3.0-or-later
// Which laboratory and method measured which day: for the segments of trends.
#ifndef WDM_STORE_SOURCE_STORE_H
#define WDM_STORE_SOURCE_STORE_H

#include "store/store.h"
#include "wbe/segments.h"

typedef struct wdm_source_table {
    char **names; // "lab/method" of each source, by its number
    int64_t (*keys)[2];
    size_t n, cap, keys_cap;
    struct wdm_site_runs {
        int64_t site_key;
        wdm_source_runs runs;
    } * sites; // by site_key
    size_t n_sites, sites_cap;
    wdm_source_pair *pairs; // days that two sources measured
    size_t n_pairs, pairs_cap;
    wdm_source_offsets offsets;
} wdm_source_table;

// All samples' results in force whose day is on or before as_of. Start from {0}. A store in which one
// laboratory with one method measured everything is read no further than that: the table then has no sites.
wdm_rc wdm_store_read_sources(wdm_store *store, wdm_day as_of, wdm_source_table *table,
                              wdm_err *err) WDM_MUST_CHECK;
// NULL: one source, or no results.
const wdm_source_runs *wdm_source_table_site(const wdm_source_table *table, int64_t site_key);
void wdm_source_table_fini(wdm_source_table *table);

#endif
