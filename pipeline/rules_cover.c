// SPDX-License-Identifier: GPL-3.0-or-later
// Which sites and series a rule speaks of, and how the baseline of a series is kept.
#include <math.h>
#include <string.h>

#include "model/periods.h"
#include "rules.h"

const char *wdm_region_at_level(const wdm_config *config, const char *region_id, const char *among)
{
    if (strcmp(among, "region") == 0)
        return region_id;
    while (region_id[0] != '\0') {
        const wdm_index at = wdm_config_region(config, region_id);
        if (at == WDM_NONE)
            return "";
        if (strcmp(config->regions.rows[at].level, among) == 0)
            return region_id;
        region_id = config->regions.rows[at].parent_id;
    }
    return "";
}

static bool covers_hospital_share(const wdm_rule *rule, const wdm_config *config, wdm_index site)
{
    const double given = site == WDM_NONE ? (double)NAN : config->sites.rows[site].hospital_share;
    const double share = isnan(given) ? 0.0 : given;
    return !(share < rule->parameter[WDM_PARAM_HOSPITAL_MIN]) &&
           !(share > rule->parameter[WDM_PARAM_HOSPITAL_MAX]);
}

bool wdm_rule_covers_site(const wdm_rule *rule, const wdm_config *config, const char *site_id)
{
    const wdm_index site = wdm_config_site(config, site_id);
    if (rule->row->site_id[0] != '\0' && strcmp(rule->row->site_id, site_id) != 0)
        return false;
    if (rule->row->region_id[0] != '\0' &&
        !(site != WDM_NONE && wdm_region_is_inside(config, config->sites.rows[site].region_id,
                                                   wdm_config_region(config, rule->row->region_id))))
        return false;
    return covers_hospital_share(rule, config, site);
}

bool wdm_rules_cover_site(const wdm_rules *rules, const wdm_rule *rule, const wdm_config *config,
                          const char *site_id)
{
    if (!wdm_rule_covers_site(rule, config, site_id))
        return false;
    for (size_t i = 0; i < rules->n; i++) {
        const wdm_rule *other = &rules->rows[i];
        if (strcmp(other->instead_of, rule->row->rule_id) == 0 &&
            wdm_rule_covers_site(other, config, site_id))
            return false;
    }
    return true;
}

static bool covers_place(const wdm_rule *rule, const wdm_config *config, const wdm_series *series)
{
    const bool of_region = rule->family == WDM_FAMILY_LEVEL && rule->row->region_id[0] != '\0';
    if (of_region)
        return series->site_key == 0 && strcmp(series->region_id, rule->row->region_id) == 0;
    return series->site_key != 0 && wdm_rule_covers_site(rule, config, series->site_id);
}

static bool covers_drug(const wdm_rule *rule, const wdm_config *config, const wdm_series *series)
{
    return rule->row->drug == WDM_NONE ||
           strcmp(config->drugs.rows[rule->row->drug].drug_id, series->drug_id) == 0;
}

static bool is_primary(const wdm_config *config, const wdm_series *series)
{
    const wdm_index drug = wdm_config_drug(config, series->drug_id);
    const wdm_index biomarker = wdm_config_analyte(config, series->biomarker_id);
    for (size_t i = 0; i < config->excretion.n; i++) {
        const wdm_excretion *row = &config->excretion.rows[i];
        if (row->drug == drug && row->biomarker == biomarker && row->primary)
            return true;
    }
    return false;
}

static bool covers_biomarker(const wdm_rule *rule, const wdm_config *config, const wdm_series *series)
{
    const bool combined = strcmp(series->biomarker_id, WDM_COMBINED) == 0;
    if (combined || rule->biomarkers == WDM_RULE_COMBINED)
        return combined && rule->biomarkers == WDM_RULE_COMBINED;
    return rule->biomarkers == WDM_RULE_ALL || is_primary(config, series);
}

static bool covers(const wdm_rule *rule, const wdm_config *config, const wdm_series *series)
{
    return rule->family != WDM_FAMILY_QUALITY && rule->family != WDM_FAMILY_PRECURSOR &&
           rule->family != WDM_FAMILY_K_OF_N && series->quantity == rule->quantity &&
           covers_drug(rule, config, series) && covers_place(rule, config, series) &&
           covers_biomarker(rule, config, series);
}

// Whether a rule that holds in the place of this one speaks of the series; whatever its family and quantity.
static bool is_replaced(const wdm_rules *rules, const wdm_rule *rule, const wdm_config *config,
                        const wdm_series *series)
{
    for (size_t i = 0; i < rules->n; i++) {
        const wdm_rule *other = &rules->rows[i];
        if (strcmp(other->instead_of, rule->row->rule_id) == 0 && covers_drug(other, config, series) &&
            series->site_key != 0 && wdm_rule_covers_site(other, config, series->site_id))
            return true;
    }
    return false;
}

bool wdm_rules_cover(const wdm_rules *rules, const wdm_rule *rule, const wdm_config *config,
                     const wdm_series *series)
{
    return covers(rule, config, series) && !is_replaced(rules, rule, config, series);
}

wdm_replay_opts wdm_rule_replay_opts(const wdm_rule *rule)
{
    wdm_replay_opts opts = wdm_replay_opts_default();
    opts.baseline.window = (size_t)rule->parameter[WDM_PARAM_WINDOW];
    opts.baseline.min_usable = (size_t)rule->parameter[WDM_PARAM_MIN_N];
    opts.min_effect_pct = rule->parameter[WDM_PARAM_MIN_EFFECT];
    opts.close_weeks = (int)rule->parameter[WDM_PARAM_CLOSE_WEEKS];
    opts.gap_weeks = (int)rule->parameter[WDM_PARAM_GAP];
    opts.rebase_weeks = (int)rule->parameter[WDM_PARAM_REBASE];
    opts.min_days = (int)rule->parameter[WDM_PARAM_MIN_DAYS];
    opts.below = rule->below;
    opts.detector = rule->detector;
    opts.fixed_level = rule->fixed_level;
    memcpy(opts.detector_parameters, rule->detector_parameters, sizeof opts.detector_parameters);
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++)
        opts.p[level] = rule->row->level[level - 1];
    return opts;
}

wdm_replay_opts wdm_rules_replay_opts(const wdm_rules *rules, const wdm_config *config,
                                      const wdm_series *series, bool *has_rule)
{
    wdm_replay_opts opts = wdm_replay_opts_default();
    int best = -1;
    for (size_t i = 0; i < rules->n; i++) {
        const wdm_rule *rule = &rules->rows[i];
        const int score = (rule->row->site_id[0] != '\0' ? 8 : 0) + (rule->row->drug != WDM_NONE ? 4 : 0) +
                          (rule->row->region_id[0] != '\0' ? 2 : 0) +
                          (rule->quantity == series->quantity ? 1 : 0);
        if (rule->family != WDM_FAMILY_BASELINE || score <= best || !covers_drug(rule, config, series) ||
            !covers_place(rule, config, series) || is_replaced(rules, rule, config, series))
            continue;
        best = score;
        opts = wdm_rule_replay_opts(rule);
    }
    *has_rule = best >= 0;
    return opts;
}
