// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/scope.h"

bool wdm_scope_wants(const wdm_scope *scope, wdm_day first, wdm_day last)
{
    size_t low = 0;
    size_t high = 0;
    if (scope == NULL)
        return true;
    if (first < scope->own_first || first > scope->own_last)
        return false;
    if (scope->all)
        return true;
    high = scope->n; // the first changed day on or after `first` less the reach
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (scope->days[middle] < first - WDM_SCOPE_REACH_DAYS)
            low = middle + 1;
        else
            high = middle;
    }
    return low < scope->n && scope->days[low] <= last + WDM_SCOPE_REACH_DAYS;
}

wdm_day wdm_scope_last(const wdm_period *period)
{
    return period->scale == WDM_SCALE_CAMPAIGN ? (wdm_day)WDM_SCOPE_LAST_DAY : period->last;
}
