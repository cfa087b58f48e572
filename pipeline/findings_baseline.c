// SPDX-License-Identifier: GPL-3.0-or-later
// Family baseline: the week against what came before it, by the project's own detector or a published one.
#include <math.h>
#include <stdio.h>

#include "findings_parts.h"
#include "io/number.h"

// What more than the judged week decided.
static void say_window(const wdm_finder *f, wdm_reason *reason, const wdm_replay_week *now)
{
    char n[16], factor[WDM_NUMBER_TEXT];
    (void)snprintf(n, sizeof n, "%d", now->scan_weeks);
    if (now->level > WDM_LEVEL_NONE && now->scan_weeks > 1)
        WDM_REASON(f, reason, "reason.window", {"n", n},
                   {"factor", wdm_number_pretty(now->scan_factor, 3, factor)});
    if (now->risen)
        WDM_REASON(f, reason, "reason.risen", {"", ""});
    if (now->rebased)
        WDM_REASON(f, reason, "reason.rebased", {"", ""});
}

static void say(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding,
                const wdm_replay_week *now, const wdm_series_week *week)
{
    const wdm_detector *detector = finding->rule->detector;
    const bool censored = isnan(finding->value);
    const double shown = !censored ? finding->value : !isnan(week->limit) ? week->limit : week->bound_high;
    const char *key = detector != NULL ? "reason.detector" : "reason.own_baseline";
    char value[WDM_VALUE_TEXT], factor[WDM_NUMBER_TEXT], baseline[WDM_NUMBER_TEXT], lo[WDM_NUMBER_TEXT],
        hi[WDM_NUMBER_TEXT], line[WDM_NUMBER_TEXT], n[24], p[24];
    (void)snprintf(n, sizeof n, "%zu", now->n);
    (void)snprintf(p, sizeof p, "%.1g", finding->probability);
    if (censored)
        wdm_reason_censored(f, reason);
    WDM_REASON(f, reason, censored ? "reason.own_censored" : key,
               {"value", wdm_value_text(shown, (wdm_quantity)finding->quantity, value)},
               {"factor", wdm_number_pretty(finding->factor, 3, factor)},
               {"baseline", wdm_number_pretty(finding->baseline, 3, baseline)}, {"n", n},
               {"low", wdm_number_pretty(week->lo95_random, 3, lo)},
               {"high", wdm_number_pretty(week->hi95_random, 3, hi)},
               {"line", wdm_number_pretty(finding->threshold, 3, line)},
               {"detector", detector != NULL ? detector->name : ""});
    say_window(f, reason, now);
    if (!isnan(finding->probability) && !censored)
        WDM_REASON(f, reason, "reason.p", {"p", p});
    wdm_reason_weeks(f, reason, finding);
    wdm_reason_provisional(f, reason, week);
}

// The worst level's line that was met, else the nearest line.
static double line_met(const wdm_replay_week *now)
{
    if (now->level > WDM_LEVEL_NONE)
        return now->line[now->level];
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        if (!isnan(now->line[level]))
            return now->line[level];
    }
    return (double)NAN;
}

static void judge(const wdm_finder *f, wdm_finding *finding, wdm_reason *reason, const wdm_series *series)
{
    const wdm_rule *rule = finding->rule;
    const wdm_replay_week *now = &f->replay.weeks[f->replay.n - 1];
    const wdm_series_week *week = wdm_finder_week(f, series);
    bool known = true;
    const bool fits = wdm_finder_parents_fit(f, rule, series->site_key, &known);
    wdm_finding_take_value(finding, week);
    finding->judged = known;
    finding->level = now->level;
    finding->weeks = now->episode_weeks;
    finding->below_weeks = now->below_weeks;
    finding->close_weeks = (int)rule->parameter[WDM_PARAM_CLOSE_WEEKS];
    finding->baseline = now->baseline;
    finding->new_level = now->rebased;
    finding->risen = now->risen;
    finding->factor = now->factor;
    finding->threshold = line_met(now);
    finding->probability = rule->below ? now->p_low : now->p_high;
    say(f, reason, finding, now, week);
    if (fits && rule->parents != WDM_PARENTS_ANY)
        WDM_REASON(f, reason,
                   rule->parents == WDM_PARENTS_PRESENT ? "reason.with_parents" : "reason.without_parents",
                   {"", ""});
    if (fits || !known)
        return;
    finding->level = WDM_LEVEL_NONE; // the rule is not of this case
    finding->weeks = 0;
    finding->below_weeks = finding->close_weeks;
    WDM_REASON(f, reason, "reason.parents_do_not_fit", {"", ""});
}

// Too short a history: from which week on it can be judged.
static wdm_rc not_yet(wdm_finder *f, wdm_finding *finding, const wdm_replay_week *now, wdm_reason *reason,
                      wdm_err *err)
{
    char n[24], week[WDM_DATE_TEXT];
    if (now->state != WDM_WEEK_INSUFFICIENT || now->works_from == 0)
        return WDM_OK;
    (void)snprintf(n, sizeof n, "%zu", now->n);
    WDM_REASON(f, reason, "reason.too_short", {"n", n},
               {"week", wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(now->works_from)), week)});
    return wdm_finder_add(f, finding, reason, err);
}

static wdm_rc find(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_err *err)
{
    const wdm_replay_opts opts = wdm_rule_replay_opts(rule);
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    wdm_reason reason;
    wdm_rc rc = WDM_OK;
    if (wdm_finder_week(f, series) == NULL)
        return WDM_OK;
    rc = wdm_series_replay(&f->replay, series->weeks, series->n, f->week, &opts, err);
    if (rc != WDM_OK || f->replay.n == 0)
        return rc;
    wdm_reason_init(&reason);
    if (f->replay.weeks[f->replay.n - 1].judged) {
        judge(f, &finding, &reason, series);
        rc = wdm_finder_add(f, &finding, &reason, err);
    } else {
        rc = not_yet(f, &finding, &f->replay.weeks[f->replay.n - 1], &reason, err);
    }
    wdm_reason_fini(&reason);
    return rc;
}

const wdm_family_code wdm_family_baseline = {.family = WDM_FAMILY_BASELINE, .series = find};
