// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/alert_life.h"

static wdm_alert_level worse_of(wdm_alert_level a, wdm_alert_level b)
{
    return a > b ? a : b;
}

static wdm_alert_action open_alert(const wdm_alert_facts *facts, wdm_alert_life *life)
{
    if (facts->level == WDM_LEVEL_NONE || !facts->may_open)
        return WDM_ALERT_NOTHING;
    *life = (wdm_alert_life){.level = facts->level,
                             .level_week = facts->week,
                             .event_week = facts->week,
                             .judged_week = facts->week};
    return WDM_ALERT_OPEN;
}

// A week below the alert's level, counted once.
static void count_lower(const wdm_alert_facts *facts, wdm_alert_life *life)
{
    if (life->lower_weeks == 0)
        life->lower_level = facts->level;
    if (life->lower_weeks == 0 || facts->week > life->judged_week)
        life->lower_weeks++;
    life->lower_level = worse_of(life->lower_level, facts->level);
}

static wdm_alert_action change(wdm_alert_action action, const wdm_alert_facts *facts, wdm_alert_level level,
                               wdm_alert_life *life)
{
    if (facts->week > life->level_week)
        life->before_level = life->level;
    life->level = level;
    life->level_week = facts->week;
    life->event_week = facts->week;
    life->lower_weeks = facts->level < level ? 1 : 0;
    life->lower_level = facts->level < level ? facts->level : WDM_LEVEL_NONE;
    return action;
}

static wdm_alert_action seen(const wdm_alert_facts *facts, wdm_alert_life *life)
{
    if (facts->week <= life->event_week)
        return WDM_ALERT_SEEN;
    life->event_week = facts->week;
    return WDM_ALERT_REPEAT;
}

// The week is below the alert's level and does not end it.
static wdm_alert_action lower(const wdm_alert_facts *facts, wdm_alert_life *life)
{
    if (facts->week == life->level_week) { // what this week had said is corrected: nothing to wait for
        const wdm_alert_level level = worse_of(facts->level, life->before_level);
        if (level > WDM_LEVEL_NONE && level < life->level)
            return change(WDM_ALERT_BETTER, facts, level, life);
    }
    count_lower(facts, life);
    if (life->lower_weeks >= facts->better_weeks && life->lower_level > WDM_LEVEL_NONE)
        return change(WDM_ALERT_BETTER, facts, life->lower_level, life);
    return facts->level > WDM_LEVEL_NONE ? seen(facts, life) : WDM_ALERT_NOTHING;
}

static wdm_alert_action follow(const wdm_alert_facts *facts, wdm_alert_life *life)
{
    if (facts->level == WDM_LEVEL_NONE && (facts->opening || facts->no_cause))
        return WDM_ALERT_WITHDRAW;
    if (facts->new_level || (facts->level == WDM_LEVEL_NONE && facts->below_weeks >= facts->close_weeks))
        return WDM_ALERT_CLOSE;
    if (facts->risen && !facts->held && facts->level > WDM_LEVEL_NONE && facts->week > life->level_week)
        return change(WDM_ALERT_WORSE, facts, worse_of(facts->level, life->level), life);
    if (facts->level < life->level)
        return lower(facts, life);
    if (facts->level > life->level && !facts->held)
        return change(WDM_ALERT_WORSE, facts, facts->level, life);
    life->lower_weeks = 0;
    life->lower_level = WDM_LEVEL_NONE;
    return seen(facts, life);
}

wdm_alert_action wdm_alert_step(const wdm_alert_facts *facts, wdm_alert_life *life)
{
    wdm_alert_action action = WDM_ALERT_NOTHING;
    if (!facts->judged)
        return WDM_ALERT_NOTHING;
    if (life->level == WDM_LEVEL_NONE)
        return open_alert(facts, life);
    if (facts->week < life->judged_week) { // the newer week's data are gone; the next judged week decides
        if (facts->level != WDM_LEVEL_NONE || !facts->no_cause)
            return WDM_ALERT_NOTHING;
        action = WDM_ALERT_WITHDRAW;
    } else {
        action = follow(facts, life);
    }
    if (action == WDM_ALERT_CLOSE || action == WDM_ALERT_WITHDRAW)
        *life = (wdm_alert_life){.level = WDM_LEVEL_NONE};
    else
        life->judged_week = facts->week;
    return action;
}

bool wdm_alert_explains(const wdm_alert_place *fault, const wdm_alert_place *alert)
{
    return alert->site_key != 0 && alert->site_key == fault->site_key && alert->drug_key != 0 &&
           alert->opened_week >= fault->opened_week;
}
