// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/number.h"

typedef struct parameter_row {
    const char *name, *families;
    double least, greatest;
    bool whole;
    double value;
} parameter_row;

static const parameter_row parameters[WDM_PARAM_N] = {
#define PARAM_ROW(id, name, families, least, greatest, whole, value)                                         \
    {name, families, (double)(least), (double)(greatest), whole, (double)(value)},
    WDM_RULE_PARAMETER_LIST(PARAM_ROW)
#undef PARAM_ROW
};

static char family_letter(wdm_alert_family family)
{
    return wdm_alert_family_text(family)[0];
}

static bool has_fixed_level(wdm_alert_family family)
{
    return family == WDM_FAMILY_FIRST || family == WDM_FAMILY_DISPOSAL || family == WDM_FAMILY_QUALITY;
}

static wdm_rc bad(const wdm_rule *rule, wdm_err *err, const char *what, const char *text)
{
    return wdm_err_set(err, WDM_E_CONFIG, "alerts.csv: rule %s (%s): %s: \"%s\"", rule->row->rule_id,
                       rule->row->family, what, text);
}

static wdm_rc take_number(wdm_rule *rule, const char *name, const char *text, wdm_err *err)
{
    size_t at = 0;
    double value = 0.0;
    while (at < WDM_PARAM_N && !(strcmp(parameters[at].name, name) == 0 &&
                                 strchr(parameters[at].families, family_letter(rule->family))))
        at++;
    if (at == WDM_PARAM_N)
        return bad(rule, err, "this family has no such parameter", name);
    if (wdm_number_parse(text, &value) != WDM_NUMBER_OK || value < parameters[at].least ||
        value > parameters[at].greatest || (parameters[at].whole && value != floor(value)))
        return wdm_err_set(err, WDM_E_CONFIG, "alerts.csv: rule %s: %s is \"%s\"; expected %s from %g to %g",
                           rule->row->rule_id, name, text,
                           parameters[at].whole ? "a whole number" : "a number", parameters[at].least,
                           parameters[at].greatest);
    rule->parameter[at] = value;
    return WDM_OK;
}

static wdm_rc take_biomarkers(wdm_rule *rule, const char *word, wdm_err *err)
{
    static const char *const words[] = {"primary", "all", WDM_COMBINED};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i]) == 0) {
            rule->biomarkers = (wdm_rule_biomarkers)i;
            if (rule->biomarkers == WDM_RULE_COMBINED && rule->quantity == WDM_Q_NORMALISED_LOAD)
                return bad(rule, err, "a normalised load is of one biomarker, never combined", word);
            return WDM_OK;
        }
    }
    return bad(rule, err, "biomarkers is primary, all or combined", word);
}

static wdm_rc take_parameter(wdm_rule *rule, char *pair, wdm_err *err)
{
    char *equals = strchr(pair, '=');
    if (equals == NULL)
        return bad(rule, err, "expected key=value", pair);
    *equals = '\0';
    if (strcmp(pair, "biomarkers") == 0 && rule->family != WDM_FAMILY_QUALITY) {
        return take_biomarkers(rule, equals + 1, err);
    }
    if (strcmp(pair, "level") == 0 && has_fixed_level(rule->family)) {
        rule->fixed_level = wdm_alert_level_parse(equals + 1);
        if (rule->fixed_level == WDM_LEVEL_NONE || rule->fixed_level == WDM_LEVEL_N)
            return bad(rule, err, "level is info, notice, warning or critical", equals + 1);
        return WDM_OK;
    }
    return take_number(rule, pair, equals + 1, err);
}

static wdm_rc take_parameters(wdm_rule *rule, wdm_err *err)
{
    char *text = wdm_strdup(rule->row->parameters);
    char *rest = text;
    wdm_rc rc = text == NULL ? wdm_err_nomem(err) : WDM_OK;
    while (rc == WDM_OK && rest != NULL && *rest != '\0') {
        char *end = strchr(rest, ';');
        if (end != NULL)
            *end = '\0';
        if (*rest != '\0')
            rc = take_parameter(rule, rest, err);
        rest = end == NULL ? NULL : end + 1;
    }
    wdm_free(text);
    return rc;
}

// The unit cell may leave out " people", as in mg/d/1000.
static bool is_unit_of(const char *unit, wdm_quantity quantity)
{
    const char *full = wdm_quantity_unit(quantity);
    const size_t len = strlen(unit);
    return len == 0 || strcmp(unit, full) == 0 ||
           (strncmp(unit, full, len) == 0 && strcmp(full + len, " people") == 0);
}

static wdm_rc take_row(wdm_rule *rule, wdm_err *err)
{
    const wdm_alert_rule *row = rule->row;
    for (size_t i = 0; i < WDM_PARAM_N; i++)
        rule->parameter[i] = parameters[i].value;
    rule->fixed_level = WDM_LEVEL_NOTICE;
    if (row->direction[0] != '\0' && strcmp(row->direction, "above") != 0 &&
        strcmp(row->direction, "below") != 0)
        return bad(rule, err, "direction is above or below", row->direction);
    rule->below = strcmp(row->direction, "below") == 0;
    if (row->quantity[0] == '\0' && rule->family == WDM_FAMILY_LEVEL)
        return bad(rule, err, "a limit needs a quantity", row->quantity);
    if (row->quantity[0] != '\0' && !wdm_quantity_parse(row->quantity, &rule->quantity))
        return bad(rule, err, "unknown quantity", row->quantity);
    if (rule->family != WDM_FAMILY_QUALITY && !is_unit_of(row->unit, rule->quantity))
        return wdm_err_set(err, WDM_E_CONFIG, "alerts.csv: rule %s: the unit of %s is %s, not \"%s\"",
                           row->rule_id, wdm_quantity_name(rule->quantity), wdm_quantity_unit(rule->quantity),
                           row->unit);
    if (rule->family == WDM_FAMILY_DISPOSAL && rule->quantity != WDM_Q_NORMALISED_LOAD)
        return bad(rule, err, "disposal looks at normalised_load only", row->quantity);
    return take_parameters(rule, err);
}

static void say_unused(const wdm_cli *cli, const wdm_rule *rule, const char *why)
{
    if (cli != NULL)
        wdm_cli_say(cli, "notice: rule %s: %s\n", rule->row->rule_id, why);
}

wdm_rc wdm_rules_read(wdm_rules *rules, const wdm_cli *cli, const wdm_config *config, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < config->alerts.n && rc == WDM_OK; i++) {
        wdm_rule rule = {.row = &config->alerts.rows[i], .quantity = WDM_Q_NORMALISED_LOAD};
        rule.family = wdm_alert_family_parse(rule.row->family);
        if (!wdm_alert_family_is_evaluated(rule.family)) {
            char why[96];
            (void)snprintf(why, sizeof why, "family %s is not evaluated by this version", rule.row->family);
            say_unused(cli, &rule, why);
            continue;
        }
        if (!rule.row->active) {
            say_unused(cli, &rule, "names an unknown drug, site or region and is not evaluated");
            continue;
        }
        rc = take_row(&rule, err);
        if (rc == WDM_OK)
            rc = wdm_grow(&rules->rows, &rules->cap, rules->n + 1, sizeof *rules->rows, err);
        if (rc == WDM_OK)
            rules->rows[rules->n++] = rule;
    }
    return rc;
}

void wdm_rules_fini(wdm_rules *rules)
{
    wdm_free(rules->rows);
    *rules = (wdm_rules){0};
}

// Whether the region is the wanted one or inside it; the config has no circles.
static bool is_inside(const wdm_config *config, const char *region_id, const char *wanted)
{
    while (region_id[0] != '\0') {
        const wdm_index at = wdm_config_region(config, region_id);
        if (strcmp(region_id, wanted) == 0)
            return true;
        if (at == WDM_NONE)
            return false;
        region_id = config->regions.rows[at].parent_id;
    }
    return false;
}

bool wdm_rule_covers_site(const wdm_rule *rule, const wdm_config *config, const char *site_id)
{
    const wdm_index site = wdm_config_site(config, site_id);
    if (rule->row->site_id[0] != '\0' && strcmp(rule->row->site_id, site_id) != 0)
        return false;
    return rule->row->region_id[0] == '\0' ||
           (site != WDM_NONE && is_inside(config, config->sites.rows[site].region_id, rule->row->region_id));
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

bool wdm_rule_covers(const wdm_rule *rule, const wdm_config *config, const wdm_series *series)
{
    return rule->family != WDM_FAMILY_QUALITY && series->quantity == rule->quantity &&
           covers_drug(rule, config, series) && covers_place(rule, config, series) &&
           covers_biomarker(rule, config, series);
}

wdm_replay_opts wdm_rule_replay_opts(const wdm_rule *rule)
{
    wdm_replay_opts opts = wdm_replay_opts_default();
    opts.baseline.window = (size_t)rule->parameter[WDM_PARAM_WINDOW];
    opts.baseline.min_usable = (size_t)rule->parameter[WDM_PARAM_MIN_N];
    opts.min_effect_pct = rule->parameter[WDM_PARAM_MIN_EFFECT];
    opts.close_weeks = (int)rule->parameter[WDM_PARAM_CLOSE_WEEKS];
    opts.gap_weeks = (int)rule->parameter[WDM_PARAM_GAP];
    opts.min_days = (int)rule->parameter[WDM_PARAM_MIN_DAYS];
    opts.below = rule->below;
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
            !covers_place(rule, config, series))
            continue;
        best = score;
        opts = wdm_rule_replay_opts(rule);
    }
    *has_rule = best >= 0;
    return opts;
}
