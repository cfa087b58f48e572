// SPDX-License-Identifier: GPL-3.0-or-later
// Families level and first: the week against a limit, and a substance that is measured for the first time.
#include <math.h>
#include <stdio.h>

#include "findings_parts.h"
#include "io/number.h"

static void put_interval(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding)
{
    char lo[WDM_NUMBER_TEXT], hi[WDM_NUMBER_TEXT];
    wdm_buf_puts(&reason->en, " ");
    WDM_REASON(f, reason, "reason.total", {"low", wdm_number_pretty(finding->lo95, 3, lo)},
               {"high", wdm_number_pretty(finding->hi95, 3, hi)});
}

// ---- level

static void say_level(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding,
                      const wdm_series_week *week)
{
    const bool censored = isnan(finding->value);
    const double shown = !censored ? finding->value : !isnan(week->limit) ? week->limit : week->bound_high;
    char value[WDM_VALUE_TEXT], limit[WDM_NUMBER_TEXT], p[24];
    (void)snprintf(p, sizeof p, "%.4g", finding->probability);
    if (censored)
        wdm_reason_censored(f, reason);
    WDM_REASON(f, reason, finding->rule->below ? "reason.under_limit" : "reason.over_limit",
               {"value", wdm_value_text(shown, (wdm_quantity)finding->quantity, value)},
               {"limit", wdm_number_pretty(finding->threshold, 3, limit)}, {"p", p});
    if (!censored)
        put_interval(f, reason, finding);
    if (finding->level > WDM_LEVEL_NONE)
        wdm_reason_weeks(f, reason, finding);
    wdm_reason_provisional(f, reason, week);
}

static wdm_rc find_level(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_err *err)
{
    wdm_level_opts opts = {.p = rule->parameter[WDM_PARAM_P],
                           .below = rule->below,
                           .close_weeks = (int)rule->parameter[WDM_PARAM_CLOSE_WEEKS],
                           .min_days = (int)rule->parameter[WDM_PARAM_MIN_DAYS]};
    const wdm_series_week *week = wdm_finder_week(f, series);
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    wdm_rule_week now = {0};
    wdm_reason reason;
    bool known = true;
    const bool fits = wdm_finder_parents_fit(f, rule, series->site_key, &known);
    wdm_rc rc = WDM_OK;
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++)
        opts.limit[level] = rule->row->level[level - 1];
    rc = wdm_rule_level(series->weeks, series->n, f->week, &opts, &now, err);
    if (rc != WDM_OK || week == NULL || !now.judged || !known)
        return rc;
    wdm_reason_init(&reason);
    wdm_finding_take_value(&finding, week);
    finding.judged = true;
    finding.level = fits ? now.level : WDM_LEVEL_NONE;
    finding.weeks = fits ? now.episode_weeks : 0;
    finding.below_weeks = fits ? now.below_weeks : opts.close_weeks;
    finding.close_weeks = opts.close_weeks;
    finding.threshold = now.threshold;
    finding.probability = now.probability;
    say_level(f, &reason, &finding, week);
    if (!fits)
        WDM_REASON(f, &reason, "reason.parents_do_not_fit", {"", ""});
    rc = wdm_finder_add(f, &finding, &reason, err);
    wdm_reason_fini(&reason);
    return rc;
}

const wdm_family_code wdm_family_level = {.family = WDM_FAMILY_LEVEL, .series = find_level};

// ---- first

static wdm_rc find_first(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_err *err)
{
    const wdm_series_week *week = wdm_finder_week(f, series);
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    wdm_reason reason;
    bool known = true;
    int clean = 0;
    wdm_rc rc = WDM_OK;
    wdm_reason_init(&reason);
    finding.judged = true;                     // without data too: nothing is first then
    finding.below_weeks = finding.close_weeks; // a first detection is news for one week
    if (week != NULL &&
        wdm_rule_first(series->weeks, series->n, f->week, (int)rule->parameter[WDM_PARAM_MIN_WEEKS],
                       &clean) &&
        wdm_finder_parents_fit(f, rule, series->site_key, &known)) {
        char value[WDM_VALUE_TEXT], n[16];
        (void)snprintf(n, sizeof n, "%d", clean);
        finding.level = rule->fixed_level;
        finding.weeks = 1;
        wdm_finding_take_value(&finding, week);
        WDM_REASON(f, &reason, "reason.first", {"n", n},
                   {"value", wdm_value_text(week->estimate, series->quantity, value)});
        put_interval(f, &reason, &finding);
        wdm_reason_provisional(f, &reason, week);
    } else {
        finding.judged = known;
        WDM_REASON(f, &reason, "reason.over", {"", ""});
    }
    rc = wdm_finder_add(f, &finding, &reason, err);
    wdm_reason_fini(&reason);
    return rc;
}

const wdm_family_code wdm_family_first = {.family = WDM_FAMILY_FIRST, .series = find_first};
