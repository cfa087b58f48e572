// SPDX-License-Identifier: GPL-3.0-or-later
// Which periods of a place have samples: the scales beyond day and week, and the campaigns that cover it.
#ifndef WDM_MODEL_PERIODS_H
#define WDM_MODEL_PERIODS_H

#include "data/config.h"
#include "model/scope.h"
#include "wbe/period.h"

// Whether a region is the other one or lies inside it, at any depth. region_id "": in none.
bool wdm_region_is_inside(const wdm_config *config, const char *region_id, wdm_index region);

typedef struct wdm_named_period {
    wdm_period period;
    const char *name; // campaign_id; NULL: not a campaign
} wdm_named_period;

// Walks over the periods that hold at least one of days[0..n), which are in order: every day, ISO week,
// month, quarter and year, then the campaigns of config that cover the region ("" = the place has none). A
// campaign without an end ends on the last of the days.
typedef struct wdm_period_walk {
    const wdm_config *config;
    const char *region_id;
    const wdm_day *days;
    size_t n;
    const wdm_scope *scope; // only periods that it wants; NULL: all
    int scale;              // of the next period
    size_t next;            // day, or campaign
} wdm_period_walk;

wdm_period_walk wdm_periods_of(const wdm_config *config, const char *region_id, const wdm_day *days, size_t n,
                               const wdm_scope *scope);
// The next period; false at the end.
bool wdm_periods_next(wdm_period_walk *walk, wdm_named_period *period);

#endif
