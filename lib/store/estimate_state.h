// SPDX-License-Identifier: GPL-3.0-or-later
// What the stored estimates of a factor set were made from, by part (`wdm estimate --shard k/n`), and what a
// run's summary counts.
#ifndef WDM_STORE_ESTIMATE_STATE_H
#define WDM_STORE_ESTIMATE_STATE_H

#include "base/hash.h"
#include "model/series.h"
#include "store/store.h"

// Part `part` of `parts`: the sites and regions whose code has wdm_bucket(code) % parts == part - 1. 1 of 1
// is everything.
typedef struct wdm_part {
    int part, parts;
} wdm_part;
bool wdm_part_has(const wdm_part *part, const char *code);

typedef struct wdm_estimate_state {
    bool found;
    char made_of[WDM_SHA256_HEX];    // hash of config, options and version
    wdm_day as_of;                   //
    char input_hash[WDM_SHA256_HEX]; // as in run; "": of parts that saw different batches
    int64_t run_id;                  // later changes are news to these estimates
} wdm_estimate_state;

// The state that holds for all places of the part: its own, or that of a whole set of parts. When there are
// several the one that is nearest to wanted: made of the same, as of the same date, the newest.
wdm_rc wdm_store_get_estimate_state(wdm_store *store, const char *factor_set, const wdm_part *part,
                                    const wdm_estimate_state *wanted, wdm_estimate_state *state,
                                    wdm_err *err) WDM_MUST_CHECK;
// Writes it, and removes what is no longer true of other parts.
wdm_rc wdm_store_put_estimate_state(wdm_store *store, const char *factor_set, const wdm_part *part,
                                    const wdm_estimate_state *state, wdm_err *err) WDM_MUST_CHECK;

// The estimates as readers see them: whole when all parts of the newest run's set were made of the same.
typedef struct wdm_estimates {
    bool found, whole;
    int parts, n_made; // of the newest run's set; how many of its parts were made of the same as it
    wdm_estimate_state state;
} wdm_estimates;
wdm_rc wdm_store_estimates(wdm_store *store, const char *factor_set, wdm_estimates *out,
                           wdm_err *err) WDM_MUST_CHECK;

// Replaces what was counted of the site in a year, and adds up what was counted of the part's sites.
wdm_rc wdm_store_put_counts(wdm_store *store, const char *factor_set, const char *site_id, int year,
                            const wdm_series_counts *counts, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_store_sum_counts(wdm_store *store, const char *factor_set, const wdm_part *part,
                            wdm_series_counts *sum, wdm_err *err) WDM_MUST_CHECK;

// First and last day with a row of any kind, in force or not, of every site that has one, in the order of
// codes.
typedef wdm_rc (*wdm_site_span_fn)(void *user, const char *site_id, wdm_day first, wdm_day last,
                                   wdm_err *err);
wdm_rc wdm_store_each_site_span(wdm_store *store, wdm_site_span_fn fn, void *user,
                                wdm_err *err) WDM_MUST_CHECK;

#endif
