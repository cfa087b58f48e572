// SPDX-License-Identifier: GPL-3.0-or-later
// Which part of a site's or region's estimates is wanted: the periods that begin in a span of days, and of
// these only the ones that a changed day can have touched. So time is worked on year by year, and a
// correction makes anew what it touches.
//
// An estimate of a period may depend on observations of the place in the period and wdm_scope_reach days
// before and after it (the neighbours that show a disposal), on nothing else. Whoever adds an estimate that
// looks further raises the reach. A row that is not wanted is dropped; asking wdm_scope_wants before making
// it saves the work.
#ifndef WDM_MODEL_SCOPE_H
#define WDM_MODEL_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "data/config.h"
#include "wbe/period.h"

enum { WDM_SCOPE_LAST_DAY = 1000000000 };

typedef struct wdm_scope {
    wdm_day own_first, own_last; // periods that begin here
    bool all;                    // every day may have changed
    const wdm_day *days;         // else these, ascending
    size_t n;
    int reach; // wdm_scope_reach
} wdm_scope;

// Days before and after a period that its estimates may depend on: the widest window of disposal.csv, at
// least 7.
int wdm_scope_reach(const wdm_config *config);

// Whether the period from first to last (both in it) is wanted. scope NULL: every period is. Example: reach
// 7, days {2026-11-16}, own 2026-01-01 to 2026-12-31: the week 2026-11-23 to 2026-11-29 is wanted (seven days
// after the 16th is the 23rd), the day 2026-11-24 is not, the year 2025 is not.
bool wdm_scope_wants(const wdm_scope *scope, wdm_day first, wdm_day last);

// The last day to ask for: that of the period; of a campaign, which may be open and then grows with its
// samples, the last day of all.
wdm_day wdm_scope_last(const wdm_period *period);

#endif
