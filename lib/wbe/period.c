// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/period.h"

#include <stdio.h>
#include <string.h>

static const char *const SCALE_NAME[] = {
#define SCALE_ROW(id, name) name,
    WDM_SCALE_LIST(SCALE_ROW)
#undef SCALE_ROW
};

const char *wdm_scale_name(wdm_scale scale)
{
    return (unsigned)scale < WDM_SCALE_N ? SCALE_NAME[scale] : "unknown";
}

bool wdm_scale_parse(const char *name, wdm_scale *scale)
{
    for (unsigned i = 0; i < WDM_SCALE_N; i++) {
        if (strcmp(name, SCALE_NAME[i]) == 0) {
            *scale = (wdm_scale)i;
            return true;
        }
    }
    return false;
}

// From the first day of a month to the day before the first of the month n months later.
static wdm_period months_from(wdm_scale scale, int year, int month, int n)
{
    const int after = month - 1 + n;
    const wdm_civil next = {year + after / 12, after % 12 + 1, 1};
    return (wdm_period){scale, wdm_day_of_civil((wdm_civil){year, month, 1}), wdm_day_of_civil(next) - 1};
}

wdm_period wdm_period_of_day(wdm_scale scale, wdm_day day)
{
    const wdm_civil c = wdm_civil_of_day(day);
    const wdm_day monday = wdm_week_monday(wdm_week_index(day));
    switch (scale) {
    case WDM_SCALE_WEEK:
        return (wdm_period){scale, monday, monday + 6};
    case WDM_SCALE_MONTH:
        return months_from(scale, c.year, c.month, 1);
    case WDM_SCALE_QUARTER:
        return months_from(scale, c.year, (c.month - 1) / 3 * 3 + 1, 3);
    case WDM_SCALE_YEAR:
        return months_from(scale, c.year, 1, 12);
    default:
        return (wdm_period){scale, day, day};
    }
}

char *wdm_period_format(const wdm_period *period, char text[WDM_PERIOD_TEXT])
{
    const wdm_civil c = wdm_civil_of_day(period->first);
    char first[WDM_DATE_TEXT];
    char last[WDM_DATE_TEXT];
    switch (period->scale) {
    case WDM_SCALE_DAY:
        (void)snprintf(text, WDM_PERIOD_TEXT, "%s", wdm_day_format(period->first, first));
        break;
    case WDM_SCALE_WEEK:
        (void)snprintf(text, WDM_PERIOD_TEXT, "%s",
                       wdm_isoweek_format(wdm_isoweek_of_day(period->first), first));
        break;
    case WDM_SCALE_MONTH:
        (void)snprintf(text, WDM_PERIOD_TEXT, "%04d-%02d", c.year, c.month);
        break;
    case WDM_SCALE_QUARTER:
        (void)snprintf(text, WDM_PERIOD_TEXT, "%04d-Q%d", c.year, (c.month - 1) / 3 + 1);
        break;
    case WDM_SCALE_YEAR:
        (void)snprintf(text, WDM_PERIOD_TEXT, "%04d", c.year);
        break;
    default:
        (void)snprintf(text, WDM_PERIOD_TEXT, "%.10s/%.10s", wdm_day_format(period->first, first),
                       wdm_day_format(period->last, last));
        break;
    }
    return text;
}

bool wdm_period_parse(const char *text, wdm_period *period)
{
    const size_t len = strlen(text);
    char date[WDM_DATE_TEXT];
    wdm_isoweek week = {0};
    wdm_day day = WDM_DAY_NONE;
    wdm_scale scale = WDM_SCALE_DAY;
    if (len == 4) {
        scale = WDM_SCALE_YEAR;
        (void)snprintf(date, sizeof date, "%s-01-01", text);
    } else if (len == 7 && text[5] == 'Q' && text[6] >= '1' && text[6] <= '4') {
        scale = WDM_SCALE_QUARTER;
        (void)snprintf(date, sizeof date, "%.5s%02d-01", text, (text[6] - '1') * 3 + 1);
    } else if (len == 7) {
        scale = WDM_SCALE_MONTH;
        (void)snprintf(date, sizeof date, "%s-01", text);
    } else if (wdm_isoweek_parse(text, &week)) {
        *period = wdm_period_of_day(WDM_SCALE_WEEK, wdm_day_of_isoweek(week, 1));
        return true;
    } else if (len < sizeof date) {
        (void)snprintf(date, sizeof date, "%s", text);
    } else {
        return false;
    }
    if (!wdm_day_parse(date, &day))
        return false;
    *period = wdm_period_of_day(scale, day);
    return true;
}

int wdm_period_days(const wdm_period *period)
{
    return period->last - period->first + 1;
}

int wdm_period_weeks(const wdm_period *period)
{
    return wdm_week_index(period->last) - wdm_week_index(period->first) + 1;
}
