// SPDX-License-Identifier: GPL-3.0-or-later
// The derivation of a value of a site or region as steps: each sample with file and line, day values, means,
// factors with their sources, intervals with their budget, and why a value is not there. What is printed as a
// number is what the engine (lib/model) gives for the observations in force; nothing is computed a second
// way.
#ifndef WDM_REPORT_EXPLAIN_H
#define WDM_REPORT_EXPLAIN_H

#include "model/estimate_row.h"
#include "report/steps.h"
#include "store/store.h"
#include "wbe/period.h"

typedef struct wdm_explain_request {
    wdm_place_kind place_kind;
    wdm_index place; // a site, or a region
    wdm_index drug;
    wdm_period span;    // the day, week, month, quarter, year or campaign
    const char *period; // as asked for: "2026-W47", or the name of the campaign
    wdm_day as_of;      // samples that ended later are left out; WDM_DAY_NONE: that of the last wdm estimate
} wdm_explain_request;

// Appends the steps. WDM_E_DATA, WDM_E_NOMEM and the store's failures.
wdm_rc wdm_explain(wdm_store *store, const wdm_config *config, const wdm_explain_request *request,
                   wdm_steps *steps, wdm_err *err) WDM_MUST_CHECK;

#endif
