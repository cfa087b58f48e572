// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/alert_rule.h"

#include <math.h>
#include <string.h>

#include "num/exceed.h"

static const char *const families[WDM_FAMILY_N] = {
#define FAMILY_ROW(code, text) text,
    WDM_ALERT_FAMILY_LIST(FAMILY_ROW)
#undef FAMILY_ROW
};

const char *wdm_alert_family_text(wdm_alert_family family)
{
    return (unsigned)family < WDM_FAMILY_N ? families[family] : "";
}

bool wdm_alert_family_is_event(wdm_alert_family family)
{
    return family == WDM_FAMILY_FIRST || family == WDM_FAMILY_DISPOSAL;
}

wdm_alert_family wdm_alert_family_parse(const char *text)
{
    int family = 0;
    while (family < (int)WDM_FAMILY_N && strcmp(families[family], text) != 0)
        family++;
    return (wdm_alert_family)family;
}

// ---- level

static wdm_rc probability(const wdm_series_week *week, double limit, bool below, double *p, wdm_err *err)
{
    const double highest = !isnan(week->limit) ? week->limit : week->bound_high;
    const wdm_exceed_estimate value = {.median = week->median, .lo95 = week->lo95, .hi95 = week->hi95};
    wdm_rc rc = WDM_OK;
    *p = (double)NAN;
    if (!(week->estimate > 0.0)) {
        if (highest < limit)
            *p = below ? 1.0 : 0.0;
        return WDM_OK;
    }
    if (!(value.lo95 > 0.0 && value.lo95 <= value.median && value.median <= value.hi95) || isinf(value.hi95))
        return WDM_OK;
    rc = wdm_exceed_split(&value, limit, p, err);
    if (rc == WDM_OK && below)
        *p = 1.0 - *p;
    return rc;
}

// One week by itself.
static wdm_rc judge_level(const wdm_series_week *week, const wdm_level_opts *opts, wdm_rule_week *out,
                          wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    *out = (wdm_rule_week){.threshold = (double)NAN, .probability = (double)NAN};
    if ((week->flags & WDM_EST_PROVISIONAL) != 0 && week->n_days < opts->min_days)
        return WDM_OK;
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N && rc == WDM_OK; level++) {
        double p = (double)NAN;
        if (isnan(opts->limit[level]))
            continue;
        rc = probability(week, opts->limit[level], opts->below, &p, err);
        if (rc != WDM_OK)
            return rc;
        if (isnan(out->threshold) || p >= opts->p) {
            out->threshold = opts->limit[level];
            out->probability = p;
        }
        if (isnan(p))
            return WDM_OK; // a higher limit could be told apart, but the lowest decides whether there is an
                           // alert
        out->judged = true;
        if (p >= opts->p)
            out->level = (wdm_alert_level)level;
    }
    return rc;
}

wdm_rc wdm_rule_level(const wdm_series_week *weeks, size_t n, int32_t last, const wdm_level_opts *opts,
                      wdm_rule_week *out, wdm_err *err)
{
    int32_t began = 0;
    int calm = 0;
    wdm_rc rc = WDM_OK;
    *out = (wdm_rule_week){.threshold = (double)NAN, .probability = (double)NAN};
    if (!(opts->p > 0.0 && opts->p < 1.0))
        return wdm_err_set(err, WDM_E_DATA, "p is %g, not between 0 and 1", opts->p);
    for (size_t i = 0; i < n && weeks[i].week <= last; i++) {
        wdm_rule_week week = {0};
        rc = judge_level(&weeks[i], opts, &week, err);
        if (rc != WDM_OK)
            return rc;
        if (week.judged && week.level == WDM_LEVEL_NONE) {
            calm++;
            out->episode_weeks = calm >= opts->close_weeks ? 0 : out->episode_weeks;
        } else if (week.judged) {
            calm = 0;
            began = out->episode_weeks == 0 ? weeks[i].week : began;
            out->episode_weeks = 1;
        }
        if (weeks[i].week != last)
            continue;
        week.episode_weeks = out->episode_weeks == 0 ? 0 : last - began + 1;
        week.below_weeks = calm;
        *out = week;
        return WDM_OK;
    }
    out->episode_weeks = 0;
    out->below_weeks = calm;
    return WDM_OK;
}

// ---- precursor

wdm_rc wdm_rule_ratio_probability(const wdm_rule_ratio *ratio, double line, bool below, double *p,
                                  wdm_err *err)
{
    const wdm_exceed_estimate value = {.median = ratio->ratio, .lo95 = ratio->lo95, .hi95 = ratio->hi95};
    const double low = ratio->sign == '>' ? ratio->limit : ratio->sign == '<' ? 0.0 : ratio->bound_low;
    const double high = ratio->sign == '<'   ? ratio->limit
                        : ratio->sign == '>' ? (double)INFINITY
                                             : ratio->bound_high;
    wdm_rc rc = WDM_OK;
    *p = (double)NAN;
    if (ratio->sign == 0 && ratio->ratio > 0.0 && ratio->lo95 > 0.0 && isfinite(ratio->hi95)) {
        rc = wdm_exceed_split(&value, line, p, err);
    } else if (low > line) {
        *p = 1.0;
    } else if (high <= line) {
        *p = 0.0;
    }
    if (rc == WDM_OK && below)
        *p = 1.0 - *p;
    return rc;
}

// ---- first

bool wdm_rule_first(const wdm_series_week *weeks, size_t n, int32_t last, int min_weeks, int *clean)
{
    bool found = false;
    *clean = 0;
    for (size_t i = 0; i < n && weeks[i].week <= last; i++) {
        if (weeks[i].week == last) {
            found = weeks[i].estimate > 0.0;
            break;
        }
        if (weeks[i].estimate > 0.0)
            return false;
        (*clean)++;
    }
    return found && *clean >= min_weeks;
}
