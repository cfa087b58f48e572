// SPDX-License-Identifier: GPL-3.0-or-later
// What the model gives out, kept until the thread that writes takes it: every output of the sink is copied
// here as it is, and handed on in the same order.
#ifndef WDM_PIPELINE_ESTIMATE_ROWS_H
#define WDM_PIPELINE_ESTIMATE_ROWS_H

#include "base/arena.h"
#include "model/estimate_row.h"

typedef struct wdm_kept_row wdm_kept_row;
typedef struct wdm_estimate_rows {
    wdm_arena arena;
    wdm_kept_row *first, **end;
    int64_t n;
    const wdm_scope *scope; // rows that are not wanted are dropped
} wdm_estimate_rows;

// A sink that keeps. Call wdm_estimate_rows_fini in any case.
wdm_estimate_sink wdm_estimate_rows_sink(wdm_estimate_rows *rows, const wdm_scope *scope);
// Hands all kept rows to another sink.
wdm_rc wdm_estimate_rows_hand_on(const wdm_estimate_rows *rows, const wdm_estimate_sink *to,
                                 wdm_err *err) WDM_MUST_CHECK;
void wdm_estimate_rows_fini(wdm_estimate_rows *rows);

#endif
