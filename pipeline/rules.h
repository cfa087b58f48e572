// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of alerts.csv made ready: family, parameters with their defaults, and which series each covers.
#ifndef WDM_PIPELINE_RULES_H
#define WDM_PIPELINE_RULES_H

#include "stage.h"
#include "store/trend_store.h"
#include "wbe/alert_rule.h"

// What a rule of the family quality looks at. word, letter in the list below.
#define WDM_QUALITY_CHECK_LIST(X)                                                                            \
    X(WDM_QUALITY_AGE, "age", 'a')               /* the newest data of a site are old */                     \
    X(WDM_QUALITY_MISSING, "missing_sites", 'm') /* sites of a region without data in the week */            \
    X(WDM_QUALITY_LATE, "late_batch", 't')       /* analysed long after the collection */                    \
    X(WDM_QUALITY_QC, "qc", 'c')                 /* results of the week that failed quality control */       \
    X(WDM_QUALITY_POPULATION, "population", 'o') /* methods disagree on the people served */                 \
    X(WDM_QUALITY_FLOW, "flow", 'w')             /* the flow is unusual, or all substances rise together */

typedef enum wdm_quality_check {
#define WDM_QUALITY_ENUM(id, word, letter) id,
    WDM_QUALITY_CHECK_LIST(WDM_QUALITY_ENUM)
#undef WDM_QUALITY_ENUM
        WDM_QUALITY_N
} wdm_quality_check;

// name, families that have it (letters: b baseline, l level, f first, d disposal, r rank, p precursor,
// k k_of_n, and of quality those of its checks), least, greatest, whole number, default (NAN: none)
#define WDM_RULE_PARAMETER_LIST(X)                                                                           \
    X(WDM_PARAM_WINDOW, "window", "b", 3, 520, true, 26)                                                     \
    X(WDM_PARAM_MIN_N, "min_n", "b", 3, 520, true, 8)                                                        \
    X(WDM_PARAM_MIN_EFFECT, "min_effect", "bw", 0, 10000, false, 25)                                         \
    X(WDM_PARAM_FDR, "fdr", "b", 1e-9, 1, false, 0.1)                                                        \
    X(WDM_PARAM_CLOSE_WEEKS, "close_weeks", "blrp", 1, 52, true, 2)                                          \
    X(WDM_PARAM_BETTER_WEEKS, "better_weeks", "blrp", 1, 52, true, 2)                                        \
    X(WDM_PARAM_GAP, "gap", "b", 0, 52, true, 0)                                                             \
    X(WDM_PARAM_REBASE, "rebase_weeks", "b", 0, 520, true, 26)                                               \
    X(WDM_PARAM_MIN_DAYS, "min_days", "blr", 1, 7, true, 4)                                                  \
    X(WDM_PARAM_P, "p", "lrp", 0.5, 0.999999, false, 0.95)                                                   \
    X(WDM_PARAM_MIN_WEEKS, "min_weeks", "f", 1, 520, true, 12)                                               \
    X(WDM_PARAM_RATIO, "ratio", "d", 1.5, 1000, false, NAN)                                                  \
    X(WDM_PARAM_HOSPITAL_MIN, "hospital_share_min", "blfdrpatcow", 0, 1, false, NAN)                         \
    X(WDM_PARAM_HOSPITAL_MAX, "hospital_share_max", "blfdrpatcow", 0, 1, false, NAN)                         \
    X(WDM_PARAM_MIN_OTHERS, "min_others", "r", 1, 10000, true, 3)                                            \
    X(WDM_PARAM_MIN_SITES, "min_sites", "k", 2, 10000, true, 2)                                              \
    X(WDM_PARAM_MAX_AGE_DAYS, "max_age_days", "a", 1, 3650, true, 14)                                        \
    X(WDM_PARAM_MAX_MISSING, "max_missing", "m", 0, 10000, true, 0)                                          \
    X(WDM_PARAM_MAX_DELAY_DAYS, "max_delay_days", "t", 1, 3650, true, 21)                                    \
    X(WDM_PARAM_FAIL_SHARE, "fail_share", "c", 0.001, 1, false, 0.2)                                         \
    X(WDM_PARAM_MIN_RESULTS, "min_results", "c", 1, 10000, true, 5)                                          \
    X(WDM_PARAM_MAX_RATIO, "max_ratio", "o", 1.01, 100, false, 1.5)                                          \
    X(WDM_PARAM_FLOW_DAYS, "days", "w", 1, 7, true, 3)                                                       \
    X(WDM_PARAM_SHARE, "share", "w", 0.01, 1, false, 0.5)                                                    \
    X(WDM_PARAM_MIN_DRUGS, "min_drugs", "w", 2, 1000, true, 4)                                               \
    X(WDM_PARAM_SIMILAR, "similar", "w", 1, 100, false, 1.5)                                                 \
    X(WDM_PARAM_INHIBIT, "inhibit", "ow", 0, 1, true, 0)

typedef enum wdm_rule_parameter {
#define WDM_PARAM_ENUM(id, name, families, least, greatest, whole, value) id,
    WDM_RULE_PARAMETER_LIST(WDM_PARAM_ENUM)
#undef WDM_PARAM_ENUM
        WDM_PARAM_N
} wdm_rule_parameter;

// Which series of a drug a rule judges: that of its primary biomarker (default), of each biomarker that was
// measured, or of several combined. One of them, so that a rise does not raise an alert twice.
typedef enum wdm_rule_biomarkers { WDM_RULE_PRIMARY, WDM_RULE_ALL, WDM_RULE_COMBINED } wdm_rule_biomarkers;

// Whether the acid's parents must have been seen in the week, must not have been, or do not matter.
typedef enum wdm_rule_parents { WDM_PARENTS_ANY, WDM_PARENTS_PRESENT, WDM_PARENTS_ABSENT } wdm_rule_parents;

typedef struct wdm_rule {
    const wdm_alert_rule *row; // borrowed from the config
    wdm_alert_family family;
    wdm_quantity quantity;
    bool below;
    wdm_rule_biomarkers biomarkers; // parameter of that name
    wdm_rule_parents parents;       // baseline, level, first
    wdm_alert_level fixed_level; // first, disposal, quality, baseline with detector: parameter level, default
                                 // notice
    wdm_quality_check check;     // quality
    const wdm_ratio_rule *ratio; // precursor: parameter ratio
    const char *of;              // k_of_n: the rule whose sites are counted
    const char *among;           // rank, k_of_n, missing_sites: level of region, "all"; "" for the default
    const char *reference;       // rank: region whose published level is compared with; "" for none
    const char *instead_of;      // "" for none
    bool as_share;               // k_of_n: the levels are shares of the sites
    const wdm_detector *detector; // baseline: NULL for the default
    double detector_parameters[WDM_DETECTOR_PARAMETERS_MAX];
    double parameter[WDM_PARAM_N]; // NaN: not given, and no default
} wdm_rule;

typedef struct wdm_rules {
    wdm_rule *rows; // the active ones
    size_t n, cap;
} wdm_rules;

// Says a notice for each row that is not evaluated, unless cli is NULL. WDM_E_CONFIG: an unknown parameter, a
// value out of range, a missing quantity, a unit that is not the quantity's, a name that there is not.
wdm_rc wdm_rules_read(wdm_rules *rules, const wdm_cli *cli, const wdm_config *config,
                      wdm_err *err) WDM_MUST_CHECK;
void wdm_rules_fini(wdm_rules *rules);
const wdm_rule *wdm_rules_find(const wdm_rules *rules, const char *rule_id);

// Whether the rule speaks of this series: site, region, drug, quantity and biomarker; and no rule that holds
// in its place (instead_of) does.
bool wdm_rules_cover(const wdm_rules *rules, const wdm_rule *rule, const wdm_config *config,
                     const wdm_series *series);
// Whether the rule speaks of this site: place and hospital share. A site whose share is not known has none.
bool wdm_rule_covers_site(const wdm_rule *rule, const wdm_config *config, const char *site_id);
bool wdm_rules_cover_site(const wdm_rules *rules, const wdm_rule *rule, const wdm_config *config,
                          const char *site_id);
// The region of that level (city, province ...; "region": its own) around a region_id; "" when there is none
// or among is "all".
const char *wdm_region_at_level(const wdm_config *config, const char *region_id, const char *among);

// How the series' baseline is kept: by the most special active baseline rule of its site and drug (one that
// holds in the place of another, site named before drug before region), the rule's own quantity first;
// without one the defaults of wdm_replay_opts_default, and *has_rule false.
wdm_replay_opts wdm_rules_replay_opts(const wdm_rules *rules, const wdm_config *config,
                                      const wdm_series *series, bool *has_rule);
wdm_replay_opts wdm_rule_replay_opts(const wdm_rule *rule);

#endif
