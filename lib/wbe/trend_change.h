// SPDX-License-Identifier: GPL-3.0-or-later
// The change of the newest value of a series against the period before (环比) and the year before (同比), in
// a calendar that may have holes. Pure.
#ifndef WDM_WBE_TREND_CHANGE_H
#define WDM_WBE_TREND_CHANGE_H

#include "wbe/trend_point.h"

// Change in percent, with the interval from the random parts and the variance between periods.
typedef struct wdm_trend_change {
    double pct; // NaN all three when there is nothing to compare
    double lo95;
    double hi95;
    const wdm_trend_point *against; // NULL: nothing
    const char *word; // up, down, stable, cannot be told; else why not: no current data, no previous data,
                      // censored, provisional (too few days in one of them; the figures are given), not
                      // comparable (another laboratory or method, and no overlap tells what that changed)
} wdm_trend_change;

// The same ISO week a year earlier: 2026-W47 -> 2025-W47, 2026-W53 -> 2025-W52.
int32_t wdm_trend_year_before(int32_t week);

// The period before points[at]. The one that ends the day before; else the newest earlier one, when it is not
// farther away than half as much again as the median of the up to 12 gaps before (at least two): for five
// days every second month the period before is two months back, for one week in March a year; a weekly series
// that missed a week has none. Campaigns: the newest earlier one. NULL: none.
const wdm_trend_point *wdm_trend_find_previous(const wdm_trend_point *points, size_t at, wdm_scale scale);

// The same period of the year before: the same ISO week, month, quarter, year; when it was not sampled, of
// the points whose middle lies within 21 days (week), 31 days (month) or 60 days (campaign) of 365.25 days
// before points[at], the nearest: last year's campaign week may be ISO week 10, 11 or 12. NULL: none.
const wdm_trend_point *wdm_trend_find_year_before(const wdm_trend_point *points, size_t at, wdm_scale scale);

// now NULL: no current data; then NULL: no previous data. between_log_sd: how far one period strays by
// itself; NaN: not known, and the interval has only the random parts.
wdm_rc wdm_trend_compare(const wdm_trend_point *now, const wdm_trend_point *then, double between_log_sd,
                         wdm_trend_change *change, wdm_err *err) WDM_MUST_CHECK;

#endif
