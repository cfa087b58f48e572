// SPDX-License-Identifier: GPL-3.0-or-later
// What a run of `wdm estimate` has to make: which years, and in each which sites and regions for which
// changed days.
#ifndef WDM_PIPELINE_ESTIMATE_PLAN_H
#define WDM_PIPELINE_ESTIMATE_PLAN_H

#include "model/scope.h"
#include "session.h"
#include "store/change_store.h"
#include "store/estimate_state.h"

// A site that has data, in the order of codes.
typedef struct wdm_plan_site {
    wdm_index site;
    wdm_day first, last; // its rows, in force or not
    bool all;            // every day may have changed
    wdm_day *days;       // else these, ascending
    size_t n, cap;
    bool own; // of the part that is made; others are read for regions
} wdm_plan_site;

typedef struct wdm_plan {
    wdm_plan_site *sites;
    size_t n, cap;
    wdm_part part;
    bool full;                 // everything of the part is made anew
    int64_t n_changed_days;    // of the part
    int64_t n_unknown;         // rows of sites that the config no longer has
    int first_year, last_year; // of all sites; first > last: no data
} wdm_plan;

// The sites of the config with their spans, for a run as of as_of. since NULL: everything is made; else what
// has changed since. Needs a transaction. Call wdm_plan_fini in any case.
wdm_rc wdm_plan_make(wdm_plan *plan, wdm_session *session, const wdm_part *part, wdm_day as_of,
                     const wdm_changes_since *since, wdm_err *err) WDM_MUST_CHECK;
void wdm_plan_fini(wdm_plan *plan);

// A year of the plan: the periods that begin in it.
typedef struct wdm_plan_year {
    int year;
    wdm_day own_first, own_last;
    wdm_day first, last; // days whose rows such a period may depend on
    int reach;           // of a change
} wdm_plan_year;
wdm_plan_year wdm_plan_year_of(const wdm_config *config, int year);
// Whether the site has changed days that a period of the year may depend on.
bool wdm_plan_touches(const wdm_plan_site *site, const wdm_plan_year *year);
// Scope of one site.
wdm_scope wdm_plan_scope(const wdm_plan_site *site, const wdm_plan_year *year);

#endif
