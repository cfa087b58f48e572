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
        if (scope->days[middle] < first - scope->reach)
            low = middle + 1;
        else
            high = middle;
    }
    return low < scope->n && scope->days[low] <= last + scope->reach;
}

wdm_day wdm_scope_last(const wdm_period *period)
{
    return period->scale == WDM_SCALE_CAMPAIGN ? (wdm_day)WDM_SCOPE_LAST_DAY : period->last;
}

int wdm_scope_reach(const wdm_config *config)
{
    int reach = 7;
    for (size_t i = 0; i < config->spikes.n; i++) {
        if (config->spikes.rows[i].window_days > reach)
            reach = config->spikes.rows[i].window_days;
    }
    return reach;
}
