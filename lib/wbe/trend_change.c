// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/trend_change.h"

#include <math.h>

#include "num/change.h"

#define DAYS_PER_YEAR 365.25
#define GAP_TIMES 1.5
enum { RHYTHM_GAPS = 12 }; // newest gaps that say how often a series is sampled

int32_t wdm_trend_year_before(int32_t week)
{
    wdm_isoweek iso = wdm_isoweek_of_day(wdm_week_monday(week));
    wdm_day day = WDM_DAY_NONE;
    iso.year--;
    day = wdm_day_of_isoweek(iso, 1);
    if (day == WDM_DAY_NONE) {
        iso.week = 52;
        day = wdm_day_of_isoweek(iso, 1);
    }
    return wdm_week_index(day);
}

// Whether the gap before points[at] is no longer than GAP_TIMES the median of the gaps before it.
static bool in_rhythm(const wdm_trend_point *points, size_t at)
{
    const double gap = points[at].time - points[at - 1].time;
    const size_t from = at > RHYTHM_GAPS + 1 ? at - RHYTHM_GAPS : 1;
    size_t shorter = 0;
    for (size_t i = from; i < at; i++)
        shorter += GAP_TIMES * (points[i].time - points[i - 1].time) < gap ? 1 : 0;
    return at >= from + 2 &&
           2 * shorter <= at - from; // half of them or fewer: so is their median not shorter
}

const wdm_trend_point *wdm_trend_find_previous(const wdm_trend_point *points, size_t at, wdm_scale scale)
{
    const wdm_trend_point *then = at > 0 ? &points[at - 1] : NULL;
    if (then == NULL || scale == WDM_SCALE_CAMPAIGN || then->last + 1 == points[at].first)
        return then;
    return in_rhythm(points, at) ? then : NULL;
}

static wdm_day same_period(const wdm_trend_point *now, wdm_scale scale)
{
    wdm_civil civil = wdm_civil_of_day(now->first);
    if (scale == WDM_SCALE_CAMPAIGN)
        return WDM_DAY_NONE;
    if (scale == WDM_SCALE_WEEK)
        return wdm_week_monday(wdm_trend_year_before(wdm_week_index(now->first)));
    civil.year--;
    return wdm_day_of_civil(civil); // the first of a month
}

static double tolerance_days(wdm_scale scale)
{
    return scale == WDM_SCALE_WEEK       ? 21.0
           : scale == WDM_SCALE_MONTH    ? 31.0
           : scale == WDM_SCALE_CAMPAIGN ? 60.0
                                         : 0.0;
}

const wdm_trend_point *wdm_trend_find_year_before(const wdm_trend_point *points, size_t at, wdm_scale scale)
{
    const double wanted = points[at].time - DAYS_PER_YEAR;
    const wdm_day same = same_period(&points[at], scale);
    const wdm_trend_point *nearest = NULL;
    double distance = tolerance_days(scale);
    for (size_t i = at; i > 0; i--) {
        const wdm_trend_point *point = &points[i - 1];
        if (same != WDM_DAY_NONE && point->first == same)
            return point;
        if (fabs(point->time - wanted) <= distance) {
            distance = fabs(point->time - wanted);
            nearest = point;
        }
    }
    return nearest;
}

wdm_rc wdm_trend_compare(const wdm_trend_point *now, const wdm_trend_point *then, double between_log_sd,
                         wdm_trend_change *change, wdm_err *err)
{
    wdm_change_input input = {0};
    wdm_change_result result = {0};
    wdm_rc rc = WDM_OK;
    *change = (wdm_trend_change){(double)NAN, (double)NAN, (double)NAN, then,
                                 now == NULL ? wdm_change_class_text(WDM_CHANGE_NO_CURRENT)
                                             : wdm_change_class_text(WDM_CHANGE_NO_PREVIOUS)};
    if (now == NULL || then == NULL)
        return WDM_OK;
    change->word = wdm_week_state_text(WDM_WEEK_CENSORED);
    if (!(now->estimate > 0.0 && then->estimate > 0.0))
        return WDM_OK;
    change->word = "not comparable";
    if (isnan(now->shift) || isnan(then->shift))
        return WDM_OK;
    input = (wdm_change_input){.current = now->estimate * exp(now->shift),
                               .previous = then->estimate * exp(then->shift),
                               .current_log_sd = hypot(fmax(0.0, now->log_sd), now->shift_sd),
                               .previous_log_sd = hypot(fmax(0.0, then->log_sd), then->shift_sd),
                               .between_log_sd = fmax(0.0, between_log_sd)}; // fmax: NaN counts as 0
    rc = wdm_change_ratio(&input, &result, err);
    if (rc != WDM_OK)
        return rc;
    change->pct = 100.0 * (result.ratio - 1.0);
    change->lo95 = 100.0 * (result.lo95 - 1.0);
    change->hi95 = 100.0 * (result.hi95 - 1.0);
    change->word = wdm_change_word_text(result.word);
    if (!now->enough || !then->enough)
        change->word = wdm_week_state_text(WDM_WEEK_PROVISIONAL);
    return WDM_OK;
}
