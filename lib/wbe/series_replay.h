// SPDX-License-Identifier: GPL-3.0-or-later
// One weekly series walked week by week: the baseline as it stood, the week against it, and what that did to
// the baseline. The stages trend and alert and the charts all take it from here, so they cannot disagree.
// Pure.
//
// A week is judged when it has an estimate from enough days; one below its limit when even the limit would be
// no alarm. Its level is the worst one whose cut-off the one-sided p-value of the scan meets (num/baseline.h:
// the last 1 to 16 weeks against the level before them), provided that the window's mean lies at least
// min_effect_pct away from the baseline and the week by itself is in the outer 30 % of what is usual.
//
// An episode begins with a week that has a level; the weeks of its window belong to it too. While it lasts
// the baseline is frozen, because an alert may be open: none of its weeks enters. A week of an episode keeps
// the lowest level in use while the scan over the episode's weeks has p <= 0.1 and the week by itself is in
// the outer 30 %: evidence once given needs less to stand. A week that lies nearer to the baseline than to
// the mean of the episode's weeks is judged by itself alone: after a spike, or at the end of a step, no
// window keeps the alarm. The episode ends after close_weeks judged weeks in a row without a level, or as a
// new level: after rebase_weeks, the last sixteen without a further rise, its weeks become the baseline. A
// further rise on top of it is looked for against the episode's own weeks (`risen`).
//
// With opts.detector a published detector judges instead, as published: no week is left out or frozen for an
// alarm. Episodes are counted in the same way.
#ifndef WDM_WBE_SERIES_REPLAY_H
#define WDM_WBE_SERIES_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "num/baseline.h"
#include "num/detector.h"
#include "wbe/estimate.h"

// One stored week. NaN = not known. All in the unit of the quantity.
typedef struct wdm_series_week {
    int32_t week;    // ISO week, counted as wdm_week_index
    double estimate; // NaN: censored or bounds only
    double limit;    // the `<` value when everything is censored
    double bound_high;
    double median;
    double lo95; // total
    double hi95;
    double lo95_random;
    double hi95_random;
    int n_days;
    int n_censored;
    unsigned flags; // WDM_EST_*
    bool disposal;  // a day of it was thrown away rather than consumed: judged, but in no baseline
} wdm_series_week;

// code, text. The first that applies, from the bottom up: missing, censored, insufficient data, provisional,
// ok.
#define WDM_WEEK_STATE_LIST(X)                                                                               \
    X(WDM_WEEK_OK, "ok")                                                                                     \
    X(WDM_WEEK_PROVISIONAL, "provisional")        /* fewer days than the site should have */                 \
    X(WDM_WEEK_INSUFFICIENT, "insufficient data") /* too few earlier weeks for a baseline */                 \
    X(WDM_WEEK_CENSORED, "censored")              /* below the limit, or only bounds are known */            \
    X(WDM_WEEK_MISSING, "missing")

typedef enum wdm_week_state {
#define WDM_WEEK_ENUM(code, text) code,
    WDM_WEEK_STATE_LIST(WDM_WEEK_ENUM)
#undef WDM_WEEK_ENUM
} wdm_week_state;

const char *wdm_week_state_text(wdm_week_state state);

// code, text (as exported); the order is from harmless to bad.
#define WDM_ALERT_LEVEL_LIST(X)                                                                              \
    X(WDM_LEVEL_NONE, "none")                                                                                \
    X(WDM_LEVEL_INFO, "info")                                                                                \
    X(WDM_LEVEL_NOTICE, "notice")                                                                            \
    X(WDM_LEVEL_WARNING, "warning")                                                                          \
    X(WDM_LEVEL_CRITICAL, "critical")

typedef enum wdm_alert_level {
#define WDM_LEVEL_ENUM(code, text) code,
    WDM_ALERT_LEVEL_LIST(WDM_LEVEL_ENUM)
#undef WDM_LEVEL_ENUM
        WDM_LEVEL_N
} wdm_alert_level;

const char *wdm_alert_level_text(wdm_alert_level level);
// WDM_LEVEL_N for an unknown word.
wdm_alert_level wdm_alert_level_parse(const char *text);

typedef struct wdm_replay_opts {
    wdm_baseline_opts baseline;
    double p[WDM_LEVEL_N]; // one-sided cut-offs, p[WDM_LEVEL_NONE] unused; NaN: the level is not used
    bool below;            // alarms on low weeks instead of high ones
    double min_effect_pct; // least distance: factor >= 1 + e/100, or <= 1 / (1 + e/100) for below
    int close_weeks;       // >= 1
    int gap_weeks;    // weeks just before the judged one that its baseline leaves out: against slow ramps
    int min_days;     // a provisional week is judged and enters the baseline from this many days
    int rebase_weeks; // an episode of so many weeks at a stable level becomes the baseline; 0: never
    // A published detector in place of the default one; NULL: the default. Its alarms have fixed_level.
    const wdm_detector *detector;
    double detector_parameters[WDM_DETECTOR_PARAMETERS_MAX];
    wdm_alert_level fixed_level;
} wdm_replay_opts;

// window 26, at least 8 weeks, p 0.01 / 0.001 / 0.0001 for notice / warning / critical, effect 25 %, 2 weeks,
// 4 days, rebased after 26 weeks
wdm_replay_opts wdm_replay_opts_default(void);

typedef struct wdm_replay_week {
    int32_t week;
    size_t at; // of the week in the input; SIZE_MAX when missing
    wdm_week_state state;
    bool judged;
    double baseline; // level before this week; of a week with a level: before its window
    double lo95;     // predictive 95 % band of the week by itself
    double hi95;
    double line[WDM_LEVEL_N]; // the value at which the level begins (p and least effect together); NaN: none
    double factor;            // value / baseline
    double p_high; // one-sided p-values: of the scan in the direction of the rule, else the week's own
    double p_low;
    int scan_weeks;     // the window that p is of: the last so many weeks
    double scan_factor; // geometric mean of the window over the baseline before it, odd values cut
    size_t n;           // weeks in the baseline
    wdm_alert_level level;
    bool alarmed;        // it has a level
    bool frozen;         // the baseline is frozen after this week
    bool risen;          // rose further on top of an open episode (fell, for below)
    double risen_factor; // then: over the episode's level before
    bool rebased;        // the episode before this week ended as a new level: the baseline is of its weeks
    int episode_weeks;   // calendar weeks since the episode began, this one included; 0 outside
    int below_weeks;     // judged weeks in a row without a level, up to this one
    int32_t works_from; // insufficient data: the first week that can be judged when each week from here on is
                        // sampled; else 0
} wdm_replay_week;

// Reused from series to series. Start from {0}.
typedef struct wdm_replay {
    wdm_replay_week *weeks; // from the first week of the series to the last asked for, missing weeks included
    size_t n, cap;
    wdm_baseline_point *points; // of all weeks up to now
    size_t n_points, points_cap;
    wdm_baseline_point *episode; // of the weeks of the open episode since its last rise
    size_t n_episode, episode_cap;
} wdm_replay;

// Random log-sd of a week, (ln hi - ln lo) / (2 x 1.959964); NaN when the interval is not known or begins at
// 0.
double wdm_series_log_sd(const wdm_series_week *week);
// An estimate from enough days.
bool wdm_series_is_judged(const wdm_series_week *week, int min_days);

// weeks[0..n): ascending, each week once; those after last are left out. n == 0 gives no weeks. WDM_E_DATA:
// bad options.
wdm_rc wdm_series_replay(wdm_replay *replay, const wdm_series_week *weeks, size_t n, int32_t last,
                         const wdm_replay_opts *opts, wdm_err *err) WDM_MUST_CHECK;
void wdm_replay_fini(wdm_replay *replay);

#endif
