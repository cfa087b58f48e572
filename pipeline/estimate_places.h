// SPDX-License-Identifier: GPL-3.0-or-later
// The work of `wdm estimate`: year by year the sites in any number of threads, then the regions, written in
// the order of codes.
#ifndef WDM_PIPELINE_ESTIMATE_PLACES_H
#define WDM_PIPELINE_ESTIMATE_PLACES_H

#include "estimate_method.h"
#include "estimate_plan.h"
#include "model/estimate_row.h"

typedef struct wdm_estimate_work {
    wdm_session *session;
    wdm_estimate_options options; // without mc and scope, which are made here
    const wdm_method *method;
    wdm_day as_of;
    int threads;
    const wdm_plan *plan;
    int64_t n_out;    // rows written
    int64_t n_series; // with a level; counted when everything is made anew
} wdm_estimate_work;

// Makes what the plan says and writes it in the caller's transaction: in a full run after all estimates of
// the part are cleared, else each place's wanted rows are replaced. Threads read through connections of their
// own, so what is to be read must be committed.
wdm_rc wdm_estimate_places(wdm_estimate_work *work, wdm_err *err) WDM_MUST_CHECK;

#endif
