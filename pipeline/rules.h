// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of alerts.csv made ready: family, parameters with their defaults, and which series each covers.
#ifndef WDM_PIPELINE_RULES_H
#define WDM_PIPELINE_RULES_H

#include "stage.h"
#include "store/trend_store.h"
#include "wbe/alert_rule.h"

// name, families that have it (letters: b baseline, l level, f first, d disposal, q quality), least,
// greatest, whole number, default
#define WDM_RULE_PARAMETER_LIST(X)                                                                           \
    X(WDM_PARAM_WINDOW, "window", "b", 3, 520, true, 26)                                                     \
    X(WDM_PARAM_MIN_N, "min_n", "b", 3, 520, true, 8)                                                        \
    X(WDM_PARAM_MIN_EFFECT, "min_effect", "b", 0, 10000, false, 25)                                          \
    X(WDM_PARAM_FDR, "fdr", "b", 1e-9, 1, false, 0.05)                                                       \
    X(WDM_PARAM_CLOSE_WEEKS, "close_weeks", "bl", 1, 52, true, 2)                                            \
    X(WDM_PARAM_BETTER_WEEKS, "better_weeks", "bl", 1, 52, true, 2)                                          \
    X(WDM_PARAM_GAP, "gap", "b", 0, 52, true, 0)                                                             \
    X(WDM_PARAM_MIN_DAYS, "min_days", "bl", 1, 7, true, 4)                                                   \
    X(WDM_PARAM_P, "p", "l", 0.5, 0.999999, false, 0.95)                                                     \
    X(WDM_PARAM_MIN_WEEKS, "min_weeks", "f", 1, 520, true, 12)                                               \
    X(WDM_PARAM_RATIO, "ratio", "d", 1.5, 1000, false, 5)                                                    \
    X(WDM_PARAM_MAX_AGE_DAYS, "max_age_days", "q", 1, 3650, true, 14)

typedef enum wdm_rule_parameter {
#define WDM_PARAM_ENUM(id, name, families, least, greatest, whole, value) id,
    WDM_RULE_PARAMETER_LIST(WDM_PARAM_ENUM)
#undef WDM_PARAM_ENUM
        WDM_PARAM_N
} wdm_rule_parameter;

// Which series of a drug a rule judges: that of its primary biomarker (default), of each biomarker that was
// measured, or of several combined. One of them, so that a rise does not raise an alert twice.
typedef enum wdm_rule_biomarkers { WDM_RULE_PRIMARY, WDM_RULE_ALL, WDM_RULE_COMBINED } wdm_rule_biomarkers;

typedef struct wdm_rule {
    const wdm_alert_rule *row; // borrowed from the config
    wdm_alert_family family;
    wdm_quantity quantity;
    bool below;
    wdm_rule_biomarkers biomarkers; // parameter of that name
    wdm_alert_level fixed_level;    // first, disposal, quality: parameter level, default notice
    double parameter[WDM_PARAM_N];
} wdm_rule;

typedef struct wdm_rules {
    wdm_rule *rows; // the active ones of families that this version evaluates
    size_t n, cap;
} wdm_rules;

// Says a notice for each row that is not evaluated, unless cli is NULL. WDM_E_CONFIG: an unknown parameter, a
// value out of range, a missing quantity, a unit that is not the quantity's.
wdm_rc wdm_rules_read(wdm_rules *rules, const wdm_cli *cli, const wdm_config *config,
                      wdm_err *err) WDM_MUST_CHECK;
void wdm_rules_fini(wdm_rules *rules);

// Whether the rule speaks of this series: site, region, drug, quantity and biomarker.
bool wdm_rule_covers(const wdm_rule *rule, const wdm_config *config, const wdm_series *series);
bool wdm_rule_covers_site(const wdm_rule *rule, const wdm_config *config, const char *site_id);

// How the series' baseline is kept: by the most special active baseline rule of its site and drug (site named
// before drug before region), the rule's own quantity first; without one the defaults of
// wdm_replay_opts_default, and *has_rule false.
wdm_replay_opts wdm_rules_replay_opts(const wdm_rules *rules, const wdm_config *config,
                                      const wdm_series *series, bool *has_rule);
wdm_replay_opts wdm_rule_replay_opts(const wdm_rule *rule);

#endif
