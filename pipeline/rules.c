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

static const struct check_row {
    const char *word;
    char letter;
} checks[WDM_QUALITY_N] = {
#define CHECK_ROW(id, word, letter) {word, letter},
    WDM_QUALITY_CHECK_LIST(CHECK_ROW)
#undef CHECK_ROW
};

static char letter_of(const wdm_rule *rule)
{
    return rule->family == WDM_FAMILY_QUALITY ? checks[rule->check].letter
                                              : wdm_alert_family_text(rule->family)[0];
}

static wdm_rc bad(const wdm_rule *rule, wdm_err *err, const char *what, const char *text)
{
    return wdm_err_set(err, WDM_E_CONFIG, "alerts.csv: rule %s (%s): %s: \"%s\"", rule->row->rule_id,
                       rule->row->family, what, text);
}

// A detector's own parameters go before those of the family that are called the same.
static bool has_detector_parameter(const wdm_rule *rule, const char *name)
{
    for (size_t i = 0; rule->detector != NULL && i < rule->detector->n_parameters; i++) {
        if (strcmp(rule->detector->parameters[i].name, name) == 0)
            return true;
    }
    return false;
}

static wdm_rc take_number(wdm_rule *rule, const char *name, const char *text, wdm_err *err)
{
    size_t at = 0;
    double value = 0.0;
    const bool is_number = wdm_number_parse(text, &value) == WDM_NUMBER_OK;
    if (is_number && has_detector_parameter(rule, name)) {
        wdm_err detail = {WDM_OK, ""};
        return wdm_detector_set(rule->detector, rule->detector_parameters, name, value, &detail) == WDM_OK
                   ? WDM_OK
                   : bad(rule, err, detail.text, text);
    }
    while (at < WDM_PARAM_N && !(strcmp(parameters[at].name, name) == 0 &&
                                 strchr(parameters[at].families, letter_of(rule)) != NULL))
        at++;
    if (at == WDM_PARAM_N)
        return bad(rule, err, "this family has no such parameter", name);
    if (!is_number || value < parameters[at].least || value > parameters[at].greatest ||
        (parameters[at].whole && value != floor(value)))
        return wdm_err_set(err, WDM_E_CONFIG, "alerts.csv: rule %s: %s is \"%s\"; expected %s from %g to %g",
                           rule->row->rule_id, name, text,
                           parameters[at].whole ? "a whole number" : "a number", parameters[at].least,
                           parameters[at].greatest);
    rule->parameter[at] = value;
    return WDM_OK;
}

// ---- parameters that are words

static wdm_rc take_biomarkers(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    static const char *const words[] = {"primary", "all", WDM_COMBINED};
    (void)config;
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

static wdm_rc take_level(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    (void)config;
    if (rule->family == WDM_FAMILY_BASELINE && rule->detector == NULL)
        return bad(rule, err, "the levels are the cut-offs of p; level goes with detector", word);
    rule->fixed_level = wdm_alert_level_parse(word);
    if (rule->fixed_level == WDM_LEVEL_NONE || rule->fixed_level == WDM_LEVEL_N)
        return bad(rule, err, "level is info, notice, warning or critical", word);
    return WDM_OK;
}

static wdm_rc take_parents(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    (void)config;
    rule->parents = strcmp(word, "present") == 0  ? WDM_PARENTS_PRESENT
                    : strcmp(word, "absent") == 0 ? WDM_PARENTS_ABSENT
                                                  : WDM_PARENTS_ANY;
    return rule->parents == WDM_PARENTS_ANY ? bad(rule, err, "parents is present or absent", word) : WDM_OK;
}

static wdm_rc take_ratio(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    for (size_t i = 0; i < config->ratios.n; i++) {
        if (strcmp(config->ratios.rows[i].ratio_id, word) == 0)
            rule->ratio = &config->ratios.rows[i];
    }
    return rule->ratio == NULL ? bad(rule, err, "ratios.csv has no such ratio", word) : WDM_OK;
}

static wdm_rc take_among(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    static const char *const words[] = {"all",  "region",   "nation", "province",
                                        "city", "district", "street", "grid"};
    const bool all_fits = rule->family == WDM_FAMILY_RANK;
    (void)config;
    for (size_t i = all_fits ? 0 : 1; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i]) == 0) {
            rule->among = words[i];
            return WDM_OK;
        }
    }
    return bad(rule, err, "among is region, nation, province, city, district, street or grid (rank: or all)",
               word);
}

static wdm_rc take_reference(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    const wdm_index at = wdm_config_region(config, word);
    if (at == WDM_NONE)
        return bad(rule, err, "regions.csv has no such region", word);
    rule->reference = config->regions.rows[at].region_id;
    return WDM_OK;
}

static wdm_rc take_check(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    (void)config;
    for (int i = 0; i < (int)WDM_QUALITY_N; i++) {
        if (strcmp(checks[i].word, word) == 0) {
            rule->check = (wdm_quality_check)i;
            return WDM_OK;
        }
    }
    return bad(rule, err, "check is age, missing_sites, late_batch, qc, population or flow", word);
}

static wdm_rc take_detector(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    (void)config;
    rule->detector = wdm_detector_find(word);
    if (rule->detector == NULL)
        return bad(rule, err, "there is no such detector", word);
    wdm_detector_defaults(rule->detector, rule->detector_parameters);
    return WDM_OK;
}

// The rule_id of another row; that it is there is seen once all are read.
static wdm_rc take_rule_id(const wdm_rule *rule, const wdm_config *config, const char *word, const char **to,
                           wdm_err *err)
{
    for (size_t i = 0; i < config->alerts.n; i++) {
        if (strcmp(config->alerts.rows[i].rule_id, word) == 0 && &config->alerts.rows[i] != rule->row) {
            *to = config->alerts.rows[i].rule_id;
            return WDM_OK;
        }
    }
    return bad(rule, err, "alerts.csv has no other rule of this name", word);
}

static wdm_rc take_of(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    return take_rule_id(rule, config, word, &rule->of, err);
}

static wdm_rc take_instead_of(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err)
{
    return take_rule_id(rule, config, word, &rule->instead_of, err);
}

typedef struct word_row {
    const char *name, *families; // families as in WDM_RULE_PARAMETER_LIST
    wdm_rc (*take)(wdm_rule *rule, const wdm_config *config, const char *word, wdm_err *err);
} word_row;

// check and detector first: they decide which numbers there are.
static const word_row words[] = {
    {"check", "amtcow", take_check},
    {"detector", "b", take_detector},
    {"biomarkers", "blfdr", take_biomarkers},
    {"level", "bfdamtcow", take_level},
    {"parents", "blf", take_parents},
    {"ratio", "p", take_ratio},
    {"of", "k", take_of},
    {"among", "rkm", take_among},
    {"reference", "r", take_reference},
    {"instead_of", "blfdrpatcow", take_instead_of},
};

static const word_row *word_of(const wdm_rule *rule, const char *name)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].name, name) == 0 && strchr(words[i].families, letter_of(rule)) != NULL)
            return &words[i];
    }
    return NULL;
}

// One pair key=value. early: only the words that decide which others there are; else all but these.
static wdm_rc take_pair(wdm_rule *rule, const wdm_config *config, char *pair, bool early, wdm_err *err)
{
    char *equals = strchr(pair, '=');
    const word_row *word = NULL;
    if (equals == NULL)
        return bad(rule, err, "expected key=value", pair);
    *equals = '\0';
    word = word_of(rule, pair);
    if ((word != NULL && word < words + 2) != early)
        return WDM_OK;
    return word != NULL ? word->take(rule, config, equals + 1, err)
                        : take_number(rule, pair, equals + 1, err);
}

// A second value would put the first one out of force unseen.
static wdm_rc check_once(const wdm_rule *rule, wdm_err *err)
{
    const char *const text = rule->row->parameters;
    for (const char *pair = text; *pair != '\0'; pair += strcspn(pair, ";"), pair += *pair == ';' ? 1 : 0) {
        const size_t key = strcspn(pair, "=;");
        for (const char *other = text; other < pair; other += strcspn(other, ";") + 1) {
            if (key > 0 && strcspn(other, "=;") == key && strncmp(other, pair, key) == 0)
                return bad(rule, err, "a parameter is given twice", pair);
        }
    }
    return WDM_OK;
}

// A site outside the region would never have an alert.
static wdm_rc check_place(const wdm_rule *rule, const wdm_config *config, wdm_err *err)
{
    const wdm_alert_rule *row = rule->row;
    if (row->site_id[0] != '\0' && row->region_id[0] != '\0' &&
        !wdm_config_site_inside(config, row->site_id, row->region_id))
        return bad(rule, err, "its site is not in its region", row->site_id);
    return WDM_OK;
}

static wdm_rc take_parameters(wdm_rule *rule, const wdm_config *config, bool early, wdm_err *err)
{
    char *text = wdm_strdup(rule->row->parameters);
    char *rest = text;
    wdm_rc rc = text == NULL ? wdm_err_nomem(err) : WDM_OK;
    while (rc == WDM_OK && rest != NULL && *rest != '\0') {
        char *end = strchr(rest, ';');
        if (end != NULL)
            *end = '\0';
        if (*rest != '\0')
            rc = take_pair(rule, config, rest, early, err);
        rest = end == NULL ? NULL : end + 1;
    }
    wdm_free(text);
    return rc;
}

// ---- a row

// The unit cell may leave out " people", as in mg/d/1000.
static bool is_unit_of(const char *unit, wdm_quantity quantity)
{
    const char *full = wdm_quantity_unit(quantity);
    const size_t len = strlen(unit);
    return len == 0 || strcmp(unit, full) == 0 ||
           (strncmp(unit, full, len) == 0 && strcmp(full + len, " people") == 0);
}

static bool has_series(const wdm_rule *rule)
{
    return rule->family != WDM_FAMILY_QUALITY && rule->family != WDM_FAMILY_PRECURSOR &&
           rule->family != WDM_FAMILY_K_OF_N;
}

static wdm_rc check_unit(wdm_rule *rule, wdm_err *err)
{
    const wdm_alert_rule *row = rule->row;
    if (rule->family == WDM_FAMILY_K_OF_N) {
        rule->as_share = strcmp(row->unit, "share") == 0;
        if (!rule->as_share && row->unit[0] != '\0' && strcmp(row->unit, "sites") != 0)
            return bad(rule, err, "the unit of k_of_n is sites or share", row->unit);
    }
    if (has_series(rule) && !is_unit_of(row->unit, rule->quantity))
        return wdm_err_set(err, WDM_E_CONFIG, "alerts.csv: rule %s: the unit of %s is %s, not \"%s\"",
                           row->rule_id, wdm_quantity_name(rule->quantity), wdm_quantity_unit(rule->quantity),
                           row->unit);
    return WDM_OK;
}

static wdm_rc check_needs(const wdm_rule *rule, wdm_err *err)
{
    const bool load_only = rule->family == WDM_FAMILY_DISPOSAL || rule->family == WDM_FAMILY_RANK;
    if (load_only && rule->quantity != WDM_Q_NORMALISED_LOAD)
        return bad(rule, err, "disposal and rank look at normalised_load only", rule->row->quantity);
    if (rule->family == WDM_FAMILY_BASELINE &&
        rule->parameter[WDM_PARAM_MIN_N] > rule->parameter[WDM_PARAM_WINDOW])
        return bad(rule, err, "min_n is more than the window holds", rule->row->parameters);
    if (rule->family == WDM_FAMILY_PRECURSOR && rule->ratio == NULL)
        return bad(rule, err, "precursor needs ratio=, a ratio of ratios.csv", rule->row->parameters);
    if (rule->family == WDM_FAMILY_K_OF_N && rule->of == NULL)
        return bad(rule, err, "k_of_n needs of=, the rule whose sites it counts", rule->row->parameters);
    if (rule->family == WDM_FAMILY_RANK && rule->reference[0] != '\0' && rule->among[0] != '\0')
        return bad(rule, err, "give among= or reference=, not both", rule->row->parameters);
    return WDM_OK;
}

// Where the levels are lines, a worse one is further out: higher, with direction below lower; a cut-off of p
// is smaller.
static wdm_rc check_levels(const wdm_rule *rule, wdm_err *err)
{
    const bool cut_off = rule->family == WDM_FAMILY_BASELINE && rule->detector == NULL;
    const bool falls = cut_off || (rule->below && rule->family != WDM_FAMILY_K_OF_N);
    double before = (double)NAN;
    size_t n = 0;
    if (!cut_off && rule->family != WDM_FAMILY_LEVEL && rule->family != WDM_FAMILY_RANK &&
        rule->family != WDM_FAMILY_PRECURSOR && rule->family != WDM_FAMILY_K_OF_N)
        return WDM_OK;
    for (size_t i = 0; i < sizeof rule->row->level / sizeof rule->row->level[0]; i++) {
        const double line = rule->row->level[i];
        if (isnan(line))
            continue;
        if (cut_off && !(line > 0.0 && line < 1.0))
            return bad(rule, err, "a level of baseline is a cut-off of p, between 0 and 1",
                       wdm_alert_level_text((wdm_alert_level)(i + 1)));
        if (n > 0 && (falls ? line > before : line < before))
            return bad(rule, err,
                       cut_off ? "a worse level needs a smaller cut-off of p"
                               : "a worse level needs a line further out",
                       wdm_alert_level_text((wdm_alert_level)(i + 1)));
        before = line;
        n++;
    }
    return n > 0 ? WDM_OK : bad(rule, err, "give at least one of info, notice, warning, critical", "");
}

static wdm_rc take_row(wdm_rule *rule, const wdm_config *config, wdm_err *err)
{
    const wdm_alert_rule *row = rule->row;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < WDM_PARAM_N; i++)
        rule->parameter[i] = parameters[i].value;
    rule->fixed_level = WDM_LEVEL_NOTICE;
    rule->among = rule->reference = rule->instead_of = "";
    if (row->direction[0] != '\0' && strcmp(row->direction, "above") != 0 &&
        strcmp(row->direction, "below") != 0)
        return bad(rule, err, "direction is above or below", row->direction);
    rule->below = strcmp(row->direction, "below") == 0;
    if (row->quantity[0] == '\0' && rule->family == WDM_FAMILY_LEVEL)
        return bad(rule, err, "a limit needs a quantity", row->quantity);
    if (row->quantity[0] != '\0' && !wdm_quantity_parse(row->quantity, &rule->quantity))
        return bad(rule, err, "unknown quantity", row->quantity);
    rc = check_unit(rule, err);
    if (rc == WDM_OK)
        rc = check_place(rule, config, err);
    if (rc == WDM_OK)
        rc = check_once(rule, err);
    if (rc == WDM_OK)
        rc = take_parameters(rule, config, true, err);
    if (rc == WDM_OK)
        rc = take_parameters(rule, config, false, err);
    if (rc == WDM_OK)
        rc = check_needs(rule, err);
    return rc == WDM_OK ? check_levels(rule, err) : rc;
}

// of= counts the findings of a rule on series of sites.
static wdm_rc check_of(const wdm_rules *rules, wdm_err *err)
{
    for (size_t i = 0; i < rules->n; i++) {
        const wdm_rule *rule = &rules->rows[i];
        const wdm_rule *of = rule->of == NULL ? NULL : wdm_rules_find(rules, rule->of);
        if (of != NULL && (of->family == WDM_FAMILY_K_OF_N || of->family == WDM_FAMILY_QUALITY))
            return bad(rule, err, "k_of_n counts sites of a rule on a substance, not of", rule->of);
    }
    return WDM_OK;
}

wdm_rc wdm_rules_read(wdm_rules *rules, const wdm_cli *cli, const wdm_config *config, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < config->alerts.n && rc == WDM_OK; i++) {
        wdm_rule rule = {.row = &config->alerts.rows[i], .quantity = WDM_Q_NORMALISED_LOAD};
        rule.family = wdm_alert_family_parse(rule.row->family);
        if (!rule.row->active) {
            if (cli != NULL)
                wdm_cli_say(cli,
                            "notice: rule %s: names an unknown drug, site or region and is not evaluated\n",
                            rule.row->rule_id);
            continue;
        }
        rc = take_row(&rule, config, err);
        if (rc == WDM_OK)
            rc = wdm_grow(&rules->rows, &rules->cap, rules->n + 1, sizeof *rules->rows, err);
        if (rc == WDM_OK)
            rules->rows[rules->n++] = rule;
    }
    return rc == WDM_OK ? check_of(rules, err) : rc;
}

const wdm_rule *wdm_rules_find(const wdm_rules *rules, const char *rule_id)
{
    for (size_t i = 0; i < rules->n; i++) {
        if (strcmp(rules->rows[i].row->rule_id, rule_id) == 0)
            return &rules->rows[i];
    }
    return NULL;
}

void wdm_rules_fini(wdm_rules *rules)
{
    wdm_free(rules->rows);
    *rules = (wdm_rules){0};
}
