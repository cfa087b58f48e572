// SPDX-License-Identifier: GPL-3.0-or-later
// Private to import_checks.c, import_flow.c and import_markers.c.
#ifndef WDM_PIPELINE_IMPORT_CHECKS_PARTS_H
#define WDM_PIPELINE_IMPORT_CHECKS_PARTS_H

#include "base/arena.h"
#include "import_checks.h"

// What is known of a site: its history, its lines, and what is usual by weekday for the day asked last.
typedef struct wdm_site_flows {
    bool loaded, unjudged;
    wdm_flow_history history;
    wdm_flow_limits limits;
    struct {
        bool known;
        wdm_day day;
        wdm_flow_usual usual;
    } weekday[7];
} wdm_site_flows;

// A day of a site for which the file brought a marker's result or a flow.
typedef struct wdm_touched {
    wdm_index site;
    wdm_day day;
    uint64_t line;
} wdm_touched;

struct wdm_checks {
    wdm_store *store;
    const wdm_config *config;
    const wdm_batch *batch;
    wdm_site_flows *sites;
    size_t n_sites; // allocated
    size_t n_days;  // of all histories in memory
    int64_t n_unjudged;
    wdm_map hours_said; // site, sample and start of collections that a warning was given for
    wdm_arena arena;
    wdm_touched *touched;
    size_t n_touched, cap_touched, compact_at;
};

void wdm_checks_drop_histories(wdm_checks *checks);
// What wdm_check_field says of flow, rain and population.
wdm_rc wdm_check_flow(wdm_checks *checks, const wdm_intake *in, const wdm_record *record, wdm_field_row *row,
                      wdm_err *err) WDM_MUST_CHECK;
// Remember that the file brought a marker's result or a flow of that day, for wdm_check_markers.
wdm_rc wdm_check_touch_result(wdm_checks *checks, const wdm_assay_row *row, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_check_touch_field(wdm_checks *checks, const wdm_field_row *row, wdm_err *err) WDM_MUST_CHECK;

#endif
