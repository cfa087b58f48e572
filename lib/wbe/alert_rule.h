// SPDX-License-Identifier: GPL-3.0-or-later
// What a rule says of one week; what that does to an alert is wbe/alert_life.h. The family `baseline` is
// wbe/series_replay.h. Pure.
#ifndef WDM_WBE_ALERT_RULE_H
#define WDM_WBE_ALERT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/err.h"
#include "wbe/series_replay.h"

// Families, as exported.
#define WDM_ALERT_FAMILY_LIST(X)                                                                             \
    X(WDM_FAMILY_LEVEL, "level")                                                                             \
    X(WDM_FAMILY_BASELINE, "baseline")                                                                       \
    X(WDM_FAMILY_FIRST, "first")                                                                             \
    X(WDM_FAMILY_DISPOSAL, "disposal")                                                                       \
    X(WDM_FAMILY_QUALITY, "quality")                                                                         \
    X(WDM_FAMILY_RANK, "rank")                                                                               \
    X(WDM_FAMILY_PRECURSOR, "precursor")                                                                     \
    X(WDM_FAMILY_K_OF_N, "k_of_n")

typedef enum wdm_alert_family {
#define WDM_FAMILY_ENUM(code, text) code,
    WDM_ALERT_FAMILY_LIST(WDM_FAMILY_ENUM)
#undef WDM_FAMILY_ENUM
        WDM_FAMILY_N
} wdm_alert_family;

const char *wdm_alert_family_text(wdm_alert_family family);
// WDM_FAMILY_N for an unknown word.
wdm_alert_family wdm_alert_family_parse(const char *text);

// Whether its alerts tell of one event, which is over with its week: a first detection, a day of disposal.
bool wdm_alert_family_is_event(wdm_alert_family family);

// One week under a rule, episode by episode as in wbe/series_replay.h.
typedef struct wdm_rule_week {
    bool judged;
    wdm_alert_level level;
    double threshold;   // of the level met, else of the lowest in use
    double probability; // level: P(value > threshold); NaN when it cannot be said
    int episode_weeks;
    int below_weeks;
} wdm_rule_week;

typedef struct wdm_level_opts {
    double limit[WDM_LEVEL_N]; // unit of the series; NaN: the level is not used
    double p;                  // probability that is enough, in (0, 1)
    bool below;                // P(value < limit) instead
    int close_weeks;
    int min_days;
} wdm_level_opts;

// Family level at the week `last`, looking back as far as its episode: the level is the worst one whose limit
// is exceeded with probability >= p, from the total interval (num/exceed.h). A censored week whose highest
// possible value is under the lowest limit is judged, with probability 0; one that may lie above is not.
// Median 79.1 [61, 102], limit 50 -> 0.99973; limit 79.1 -> 0.5. WDM_E_DATA: p out of range.
wdm_rc wdm_rule_level(const wdm_series_week *weeks, size_t n, int32_t last, const wdm_level_opts *opts,
                      wdm_rule_week *out, wdm_err *err) WDM_MUST_CHECK;

// A ratio of loads as it is stored: a number with its interval, `<` or `>` of a limit, or two bounds.
typedef struct wdm_rule_ratio {
    double ratio, lo95, hi95;     // NaN: none
    double limit;                 // of sign
    double bound_low, bound_high; // NaN: none (above: infinite)
    char sign;                    // '<', '>' or 0
} wdm_rule_ratio;

// Family precursor: P(ratio > line), or below: P(ratio < line), from the interval (num/exceed.h). A limit or
// bounds that decide give 0 or 1, others NaN. 0.9 [0.7, 1.2] above 0.75: 0.923; `> 2` above 1: 1; `< 0.1`
// above 0.5: 0; `< 0.1` above 0.05: NaN. WDM_E_DATA: the interval is none.
wdm_rc wdm_rule_ratio_probability(const wdm_rule_ratio *ratio, double line, bool below, double *p,
                                  wdm_err *err) WDM_MUST_CHECK;

// Family first: week `last` has an estimate, and each of the at least min_weeks sampled weeks before it has
// none (all below the limit). *clean: how many these are. Days too few for a mean count: a detection is one.
bool wdm_rule_first(const wdm_series_week *weeks, size_t n, int32_t last, int min_weeks, int *clean);

#endif
