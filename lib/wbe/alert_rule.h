// SPDX-License-Identifier: GPL-3.0-or-later
// What a rule says of one week; what that does to an alert is wbe/alert_life.h. The family `baseline` is wbe/series_replay.h.
// Pure.
#ifndef WDM_WBE_ALERT_RULE_H
#define WDM_WBE_ALERT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/err.h"
#include "wbe/series_replay.h"

// Families, as exported. The second value: evaluated by this version.
#define WDM_ALERT_FAMILY_LIST(X)                                                                             \
    X(WDM_FAMILY_LEVEL, "level", true)                                                                       \
    X(WDM_FAMILY_BASELINE, "baseline", true)                                                                 \
    X(WDM_FAMILY_FIRST, "first", true)                                                                       \
    X(WDM_FAMILY_DISPOSAL, "disposal", true)                                                                 \
    X(WDM_FAMILY_QUALITY, "quality", true)                                                                   \
    X(WDM_FAMILY_RANK, "rank", false)                                                                        \
    X(WDM_FAMILY_PRECURSOR, "precursor", false)                                                              \
    X(WDM_FAMILY_K_OF_N, "k_of_n", false)

typedef enum wdm_alert_family {
#define WDM_FAMILY_ENUM(code, text, evaluated) code,
    WDM_ALERT_FAMILY_LIST(WDM_FAMILY_ENUM)
#undef WDM_FAMILY_ENUM
        WDM_FAMILY_N
} wdm_alert_family;

const char *wdm_alert_family_text(wdm_alert_family family);
// WDM_FAMILY_N for an unknown word.
wdm_alert_family wdm_alert_family_parse(const char *text);
bool wdm_alert_family_is_evaluated(wdm_alert_family family);

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

// Family first: week `last` has an estimate, and each of the at least min_weeks sampled weeks before it has
// none (all below the limit). *clean: how many these are. Days too few for a mean count: a detection is one.
bool wdm_rule_first(const wdm_series_week *weeks, size_t n, int32_t last, int min_weeks, int *clean);

// Family disposal: wdm_spike_ratio (wbe/disposal.h) within +-7 days, of at least 4 neighbours.
double wdm_rule_disposal(const wdm_day *days, const double *values, const double *limits, size_t n,
                         size_t at);

#endif
