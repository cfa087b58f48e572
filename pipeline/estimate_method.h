// SPDX-License-Identifier: GPL-3.0-or-later
// Which method wdm estimate makes intervals by: --method, --draws, --seed.
#ifndef WDM_PIPELINE_ESTIMATE_METHOD_H
#define WDM_PIPELINE_ESTIMATE_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stage.h"
#include "wbe/montecarlo.h"

typedef struct wdm_method {
    bool montecarlo;
    size_t draws;
    uint64_t seed;
} wdm_method;

enum { WDM_METHOD_TEXT = 96 };

// The rows of a stage's option table.
#define WDM_METHOD_OPTIONS                                                                                   \
    {"method", 0, "M", "analytic (default) or montecarlo: how intervals are computed"},                      \
        {"draws", 0, "N", "of montecarlo: draws per value (default 10000)"},                                 \
    {                                                                                                        \
        "seed", 0, "N", "of montecarlo: the same seed gives the same bytes (default 1)"                      \
    }

// WDM_E_USAGE for an unknown method, draws out of range, or draws or seed without montecarlo.
wdm_rc wdm_method_of(const wdm_cli *cli, wdm_method *method, wdm_err *err) WDM_MUST_CHECK;
// As part of a run's parameters: "method=analytic" or "method=montecarlo draws=10000 seed=1".
const char *wdm_method_text(const wdm_method *method, char text[WDM_METHOD_TEXT]);
// NULL for analytic. One a thread; free with wdm_mc_free.
wdm_rc wdm_method_open(const wdm_method *method, wdm_mc **mc, wdm_err *err) WDM_MUST_CHECK;

#endif
