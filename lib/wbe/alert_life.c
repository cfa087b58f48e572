// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/alert_life.h"

wdm_alert_action wdm_alert_step(const wdm_alert_facts *facts)
{
    if (!facts->judged)
        return WDM_ALERT_NOTHING;
    if (!facts->exists)
        return facts->level > WDM_LEVEL_NONE && facts->may_open ? WDM_ALERT_OPEN : WDM_ALERT_NOTHING;
    if (facts->level == WDM_LEVEL_NONE) {
        if (facts->opening)
            return WDM_ALERT_WITHDRAW;
        return facts->below_weeks >= facts->close_weeks ? WDM_ALERT_CLOSE : WDM_ALERT_NOTHING;
    }
    if (facts->level > facts->old_level)
        return WDM_ALERT_WORSE;
    if (facts->level < facts->old_level)
        return WDM_ALERT_BETTER;
    return facts->new_week ? WDM_ALERT_REPEAT : WDM_ALERT_SEEN;
}
