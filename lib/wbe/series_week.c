// SPDX-License-Identifier: GPL-3.0-or-later
// Words, options and single weeks of wbe/series_replay.h.
#include <math.h>
#include <string.h>

#include "wbe/series_parts.h"

#define Z95 1.959963984540054

const char *wdm_week_state_text(wdm_week_state state)
{
    switch (state) {
#define STATE_CASE(code, text)                                                                               \
    case code:                                                                                               \
        return text;
        WDM_WEEK_STATE_LIST(STATE_CASE)
#undef STATE_CASE
    }
    return "";
}

static const char *const level_texts[WDM_LEVEL_N] = {
#define LEVEL_TEXT(code, text) text,
    WDM_ALERT_LEVEL_LIST(LEVEL_TEXT)
#undef LEVEL_TEXT
};

const char *wdm_alert_level_text(wdm_alert_level level)
{
    return (unsigned)level < WDM_LEVEL_N ? level_texts[level] : "";
}

wdm_alert_level wdm_alert_level_parse(const char *text)
{
    int level = 0;
    while (level < (int)WDM_LEVEL_N && strcmp(level_texts[level], text) != 0)
        level++;
    return (wdm_alert_level)level;
}

wdm_replay_opts wdm_replay_opts_default(void)
{
    const wdm_baseline_opts baseline = WDM_BASELINE_OPTS_DEFAULT;
    return (wdm_replay_opts){.baseline = baseline,
                             .p = {(double)NAN, (double)NAN, 0.01, 0.001, 0.0001},
                             .below = false,
                             .min_effect_pct = 25.0,
                             .close_weeks = 2,
                             .gap_weeks = 0,
                             .min_days = 4,
                             .rebase_weeks = 26};
}

double wdm_series_log_sd(const wdm_series_week *week)
{
    if (!(week->lo95_random > 0.0 && week->hi95_random >= week->lo95_random) || isinf(week->hi95_random))
        return (double)NAN;
    return (log(week->hi95_random) - log(week->lo95_random)) / (2.0 * Z95);
}

bool wdm_series_is_judged(const wdm_series_week *week, int min_days)
{
    return week->estimate > 0.0 && isfinite(week->estimate) &&
           ((week->flags & WDM_EST_PROVISIONAL) == 0 || week->n_days >= min_days);
}

wdm_rc wdm_replay_check(const wdm_replay_opts *opts, wdm_err *err)
{
    if (opts->close_weeks < 1 || opts->gap_weeks < 0 || opts->min_days < 1 || opts->rebase_weeks < 0 ||
        !(opts->min_effect_pct >= 0.0) || isinf(opts->min_effect_pct))
        return wdm_err_set(
            err, WDM_E_DATA,
            "close_weeks and min_days are at least 1, gap, min_effect and rebase_weeks not below 0");
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        if (!isnan(opts->p[level]) && !(opts->p[level] > 0.0 && opts->p[level] < 1.0))
            return wdm_err_set(err, WDM_E_DATA, "the cut-off for %s is %g, not between 0 and 1",
                               level_texts[level], opts->p[level]);
    }
    return WDM_OK;
}

wdm_alert_level wdm_replay_lowest_level(const wdm_replay_opts *opts)
{
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        if (!isnan(opts->p[level]))
            return (wdm_alert_level)level;
    }
    return WDM_LEVEL_NONE;
}

double wdm_series_highest(const wdm_series_week *week)
{
    const double highest = !isnan(week->limit) ? week->limit : week->bound_high;
    return highest > 0.0 && isfinite(highest) ? highest : (double)NAN;
}

wdm_baseline_point wdm_series_point(const wdm_series_week *week, int32_t when, const wdm_replay_opts *opts)
{
    wdm_baseline_point point = {
        .when = when, .log_value = (double)NAN, .log_limit = (double)NAN, .log_sd = (double)NAN};
    if (week == NULL)
        return point;
    if (week->estimate > 0.0) {
        point.log_value = log(week->estimate);
        point.log_sd = wdm_series_log_sd(week);
    } else {
        point.log_limit = log(wdm_series_highest(week));
    }
    if ((week->flags & WDM_EST_PROVISIONAL) != 0 && week->n_days < opts->min_days)
        point.excluded |= WDM_BASELINE_OTHER;
    if (week->disposal)
        point.excluded |= WDM_BASELINE_DISPOSAL;
    return point;
}
