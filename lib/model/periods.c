// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/periods.h"

bool wdm_region_is_inside(const wdm_config *config, const char *region_id, wdm_index region)
{
    for (size_t steps = 0; region_id[0] != '\0' && steps <= config->regions.n; steps++) {
        const wdm_index at = wdm_config_region(config, region_id);
        if (at == WDM_NONE)
            return false;
        if (at == region)
            return true;
        region_id = config->regions.rows[at].parent_id;
    }
    return false;
}

wdm_period_walk wdm_periods_of(const wdm_config *config, const char *region_id, const wdm_day *days, size_t n,
                               const wdm_scope *scope)
{
    return (wdm_period_walk){config, region_id, days, n, scope, WDM_SCALE_DAY, 0};
}

static bool covers(const wdm_period_walk *walk, const wdm_campaign *campaign)
{
    const wdm_index region = wdm_config_region(walk->config, campaign->region_id);
    return campaign->active &&
           (campaign->region_id[0] == '\0' ||
            (region != WDM_NONE && wdm_region_is_inside(walk->config, walk->region_id, region)));
}

// Whether one of the days lies in the period.
static bool has_day(const wdm_period_walk *walk, const wdm_period *period)
{
    size_t low = 0;
    size_t high = walk->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (walk->days[middle] < period->first)
            low = middle + 1;
        else
            high = middle;
    }
    return low < walk->n && walk->days[low] <= period->last;
}

static bool wants(const wdm_period_walk *walk, const wdm_period *period)
{
    return wdm_scope_wants(walk->scope, period->first, wdm_scope_last(period));
}

static bool next_campaign(wdm_period_walk *walk, wdm_named_period *period)
{
    while (walk->next < walk->config->campaigns.n) {
        const wdm_campaign *c = &walk->config->campaigns.rows[walk->next++];
        const wdm_day ends = c->ends == WDM_DAY_NONE && walk->n > 0 ? walk->days[walk->n - 1] : c->ends;
        period->period = (wdm_period){WDM_SCALE_CAMPAIGN, c->starts, ends};
        period->name = c->campaign_id;
        if (covers(walk, c) && has_day(walk, &period->period) && wants(walk, &period->period))
            return true;
    }
    return false;
}

// The next of the days' periods; false when there is none left.
static bool next_calendar(wdm_period_walk *walk, wdm_named_period *period)
{
    while (walk->scale != (int)WDM_SCALE_CAMPAIGN && walk->next == walk->n) {
        walk->scale++;
        walk->next = 0;
    }
    if (walk->scale == (int)WDM_SCALE_CAMPAIGN)
        return false;
    period->period = wdm_period_of_day((wdm_scale)walk->scale, walk->days[walk->next]);
    period->name = NULL;
    while (walk->next < walk->n && walk->days[walk->next] <= period->period.last)
        walk->next++;
    return true;
}

bool wdm_periods_next(wdm_period_walk *walk, wdm_named_period *period)
{
    while (next_calendar(walk, period)) {
        if (wants(walk, &period->period))
            return true;
    }
    return next_campaign(walk, period);
}
