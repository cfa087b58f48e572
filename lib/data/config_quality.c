// SPDX-License-Identifier: GPL-3.0-or-later
// Loaders and look-ups of the tables of laboratory quality control: qc.csv, controls.csv.
#include <string.h>

#include "data/config_load.h"
#include "io/number.h"
#include "io/pattern.h"

static const char *const kind_names[] = {
#define WDM_QC_KIND_NAME(id, name, how) name,
    WDM_QC_KIND_LIST(WDM_QC_KIND_NAME)
#undef WDM_QC_KIND_NAME
};
enum { LIMITS, EVENT };
static const int kind_how[] = {
#define WDM_QC_KIND_HOW(id, name, how) how,
    WDM_QC_KIND_LIST(WDM_QC_KIND_HOW)
#undef WDM_QC_KIND_HOW
};

// An analyte cell: empty is any; an unknown one makes the row inactive with a warning.
static bool read_analyte(wdm_config *config, const wdm_table *t, size_t r, size_t column, wdm_index *analyte)
{
    const char *name = wdm_table_cell(t, r, column);
    *analyte = name[0] == '\0' ? WDM_NONE : wdm_config_analyte(config, name);
    if (name[0] == '\0' || *analyte != WDM_NONE)
        return true;
    wdm_config_warn(config, t, r, column, "unknown analyte");
    return false;
}

// ---- qc.csv
enum { Q_ID, Q_KIND, Q_LAB, Q_METHOD, Q_ANALYTE, Q_LOW, Q_HIGH, Q_SEVERITY, Q_PARAMETERS, Q_SOURCE };
static const wdm_table_column qc_columns[] = {
    {"rule_id", true}, {"kind", true}, {"lab_id", true},   {"method_id", true},  {"analyte_id", true},
    {"low", true},     {"high", true}, {"severity", true}, {"parameters", true}, {"source", true}};
static const char *const severities[] = {"note", "estimate", "fail", "off"};
enum { SEVERITY_OFF = 3 };

typedef struct qc_parameter {
    const char *key;
    double low, high;
} qc_parameter;
enum { SAMPLE_PERCENT, MIN_LOQ, MINUTES, MIN_N, N_PARAMETERS };
static const qc_parameter qc_parameters[] = {
    {"sample_percent", 0.001, 100.0}, {"min_loq", 0.0, 1e6}, {"minutes", 0.0, 60.0}, {"min_n", 1.0, 1e6}};

// Which parameters a kind knows.
static bool knows(wdm_qc_kind kind, int parameter)
{
    switch (kind) {
    case WDM_QC_BLANK:
        return parameter == SAMPLE_PERCENT;
    case WDM_QC_DUPLICATE:
        return parameter == MIN_LOQ;
    case WDM_QC_RETENTION_TIME:
        return parameter == MINUTES || parameter == MIN_N;
    case WDM_QC_IS_AREA:
    case WDM_QC_ION_RATIO:
        return parameter == MIN_N;
    default:
        return false;
    }
}

static wdm_rc read_parameter(const wdm_table *t, size_t r, const char *text, size_t len, wdm_qc_rule *rule,
                             wdm_err *err)
{
    double *const to[N_PARAMETERS] = {&rule->sample_percent, &rule->min_loq, &rule->minutes, NULL};
    char word[64];
    char *value = NULL;
    if (len >= sizeof word)
        return wdm_table_error(t, r, Q_PARAMETERS, err, "too long; write key=value;key=value");
    memcpy(word, text, len);
    word[len] = '\0';
    value = strchr(word, '=');
    if (value != NULL)
        *value++ = '\0';
    for (int i = 0; value != NULL && i < (int)N_PARAMETERS; i++) {
        double number = 0.0;
        if (strcmp(word, qc_parameters[i].key) != 0 || !knows(rule->kind, i))
            continue;
        if (wdm_number_parse(value, &number) != WDM_NUMBER_OK || number < qc_parameters[i].low ||
            number > qc_parameters[i].high)
            return wdm_table_error(t, r, Q_PARAMETERS, err, "%s: \"%s\" is not a number from %g to %g", word,
                                   value, qc_parameters[i].low, qc_parameters[i].high);
        if (to[i] == NULL)
            rule->min_n = (int)number;
        else
            *to[i] = number;
        return WDM_OK;
    }
    return wdm_table_error(t, r, Q_PARAMETERS, err, "\"%s\" is not a parameter of %s", word,
                           kind_names[rule->kind]);
}

static wdm_rc read_parameters(const wdm_table *t, size_t r, wdm_qc_rule *rule, wdm_err *err)
{
    const char *p = wdm_table_cell(t, r, Q_PARAMETERS);
    wdm_rc rc = WDM_OK;
    rule->sample_percent = rule->minutes = (double)NAN;
    rule->min_n = 3;
    while (*p != '\0' && rc == WDM_OK) {
        const size_t len = strcspn(p, ";");
        if (len > 0)
            rc = read_parameter(t, r, p, len, rule, err);
        p += len + (p[len] == ';');
    }
    return rc;
}

static wdm_rc check_rule(const wdm_config *config, const wdm_table *t, size_t r, const wdm_qc_rule *rule,
                         wdm_err *err)
{
    const bool none = isnan(rule->low) && isnan(rule->high);
    if (rule->low > rule->high)
        return wdm_table_error(t, r, Q_LOW, err, "low is greater than high");
    if (kind_how[rule->kind] == EVENT && !none)
        return wdm_table_error(t, r, Q_LOW, err, "%s has no limits; leave low and high empty",
                               kind_names[rule->kind]);
    if (kind_how[rule->kind] == LIMITS && none && !rule->off)
        return wdm_table_error(t, r, Q_LOW, err,
                               "give low or high; severity off says that the check is not made");
    for (size_t i = 0; i < config->qc.n; i++) {
        const wdm_qc_rule *o = &config->qc.rows[i];
        if (strcmp(o->rule_id, rule->rule_id) == 0)
            return wdm_table_error(t, r, Q_ID, err, "\"%s\" stands twice", rule->rule_id);
        if (o->kind == rule->kind && o->analyte == rule->analyte && strcmp(o->lab_id, rule->lab_id) == 0 &&
            strcmp(o->method_id, rule->method_id) == 0 &&
            (o->off || rule->off || o->severity == rule->severity))
            return wdm_table_error(t, r, Q_KIND, err, "kind, scope and severity are those of rule \"%s\"",
                                   o->rule_id);
    }
    return WDM_OK;
}

static wdm_rc load_qc(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    static const double any[3] = {-1e300, 1e300, (double)NAN};
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_qc_rule rule = {0};
        size_t kind = 0;
        size_t severity = 0;
        bool active = true;
        rule.rule_id = wdm_config_keep(config, t, r, Q_ID);
        rule.lab_id = wdm_config_keep(config, t, r, Q_LAB);
        rule.method_id = wdm_config_keep(config, t, r, Q_METHOD);
        rule.source = wdm_config_keep(config, t, r, Q_SOURCE);
        if (rule.rule_id == NULL || rule.lab_id == NULL || rule.method_id == NULL || rule.source == NULL)
            return wdm_err_nomem(err);
        if ((rc = wdm_config_need(t, r, Q_ID, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, Q_KIND, kind_names, WDM_QC_KIND_N, SIZE_MAX, &kind, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, Q_SEVERITY, severities, WDM_COUNT(severities), SIZE_MAX, &severity,
                                 err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, Q_LOW, any, &rule.low, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, Q_HIGH, any, &rule.high, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, Q_SOURCE, err)) != WDM_OK)
            break;
        rule.kind = (wdm_qc_kind)kind;
        rule.off = severity == SEVERITY_OFF;
        rule.severity = rule.off ? WDM_QC_NOTE : (wdm_qc_severity)severity;
        active = read_analyte(config, t, r, Q_ANALYTE, &rule.analyte);
        rc = read_parameters(t, r, &rule, err);
        if (rc == WDM_OK && active)
            rc = check_rule(config, t, r, &rule, err);
        if (rc == WDM_OK && active)
            rc = WDM_APPEND(config->qc, rule, err);
    }
    return rc;
}

size_t wdm_config_qc(const wdm_config *config, wdm_qc_kind kind, const char *lab_id, const char *method_id,
                     wdm_index analyte, wdm_qc_rule rules[WDM_QC_SEVERITY_N])
{
    const char *const asked[2] = {lab_id, method_id};
    size_t n = 0;
    int best = -1;
    for (size_t i = 0; i < config->qc.n; i++) {
        const wdm_qc_rule *rule = &config->qc.rows[i];
        const char *const scope[2] = {rule->lab_id, rule->method_id};
        int points = 0;
        if (rule->kind != kind)
            continue;
        points = wdm_config_scope(scope, rule->analyte, asked, analyte);
        if (points < 0 || points < best)
            continue;
        if (points > best)
            n = 0;
        best = points;
        if (n < WDM_QC_SEVERITY_N)
            rules[n++] = *rule; // no scope has two rules of a severity
    }
    return n > 0 && rules[0].off ? 0 : n; // a scope with an off rule has no other
}

// ---- controls.csv
enum { C_LAB, C_METHOD, C_ANALYTE, C_CONTROL, C_FROM, C_TARGET, C_SD, C_UNIT, C_SOURCE, C_USE };
static const wdm_table_column control_columns[] = {
    {"lab_id", true}, {"method_id", true}, {"analyte_id", true}, {"control", true}, {"valid_from", true},
    {"target", true}, {"sd", true},        {"unit", true},       {"source", true},  {"use", false}};
static const char *const uses[] = {"chart", "proficiency"};

static wdm_rc check_control(const wdm_config *config, const wdm_table *t, size_t r, const wdm_control *c,
                            wdm_err *err)
{
    if (isnan(c->target_ng_l) || isnan(c->sd_ng_l))
        return wdm_table_error(t, r, isnan(c->sd_ng_l) ? C_SD : C_TARGET, err,
                               "the cell is empty; it must be filled");
    for (size_t i = 0; i < config->controls.n; i++) {
        const wdm_control *o = &config->controls.rows[i];
        if (o->analyte == c->analyte && o->valid_from == c->valid_from && strcmp(o->lab_id, c->lab_id) == 0 &&
            strcmp(o->method_id, c->method_id) == 0 && strcmp(o->control, c->control) == 0)
            return wdm_table_error(t, r, C_CONTROL, err,
                                   "lab, method, analyte, control and valid_from stand twice");
    }
    return WDM_OK;
}

static wdm_rc load_controls(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_control c = {0};
        const char *name = wdm_table_cell(t, r, C_UNIT);
        const wdm_unit *unit = wdm_config_unit(config, WDM_UNIT_CONCENTRATION, name);
        size_t use = 0;
        bool active = true;
        c.lab_id = wdm_config_keep(config, t, r, C_LAB);
        c.method_id = wdm_config_keep(config, t, r, C_METHOD);
        c.control = wdm_config_keep(config, t, r, C_CONTROL);
        c.source = wdm_config_keep(config, t, r, C_SOURCE);
        if (c.lab_id == NULL || c.method_id == NULL || c.control == NULL || c.source == NULL)
            return wdm_err_nomem(err);
        if (unit == NULL)
            return wdm_table_error(t, r, C_UNIT, err, "\"%s\" is not a concentration unit of units.csv",
                                   name);
        if ((rc = wdm_config_need(t, r, C_CONTROL, err)) != WDM_OK ||
            (rc = wdm_table_day(t, r, C_FROM, wdm_day_of_civil((wdm_civil){1900, 1, 1}), &c.valid_from,
                                err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, C_TARGET, WDM_ANY_POSITIVE, &c.target_ng_l, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, C_SD, WDM_ANY_POSITIVE, &c.sd_ng_l, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, C_SOURCE, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, C_USE, uses, WDM_COUNT(uses), 0, &use, err)) != WDM_OK)
            break;
        c.target_ng_l *= unit->to_canonical;
        c.sd_ng_l *= unit->to_canonical;
        c.proficiency = use == 1;
        active = read_analyte(config, t, r, C_ANALYTE, &c.analyte);
        if (active)
            rc = check_control(config, t, r, &c, err);
        if (rc == WDM_OK && active)
            rc = WDM_APPEND(config->controls, c, err);
    }
    return rc;
}

const wdm_control *wdm_config_control(const wdm_config *config, const char *lab_id, const char *method_id,
                                      wdm_index analyte, const char *sample_id, wdm_day day)
{
    const char *const asked[2] = {lab_id, method_id};
    const wdm_control *best = NULL;
    int most = -1;
    for (size_t i = 0; i < config->controls.n; i++) {
        const wdm_control *c = &config->controls.rows[i];
        const char *const scope[2] = {c->lab_id, c->method_id};
        const int points = wdm_config_scope(scope, c->analyte, asked, analyte);
        if (points < most || points < 0 || c->valid_from > day || !wdm_glob_match(c->control, sample_id))
            continue;
        if (points == most && c->valid_from < best->valid_from)
            continue;
        best = c;
        most = points;
    }
    return best;
}

const wdm_config_table_spec wdm_config_specs_quality[] = {
    WDM_SPEC("qc.csv", qc_columns, load_qc),
    WDM_SPEC("controls.csv", control_columns, load_controls),
};
const size_t wdm_config_specs_quality_n = WDM_COUNT(wdm_config_specs_quality);
