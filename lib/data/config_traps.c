// SPDX-License-Identifier: GPL-3.0-or-later
// Loaders of the tables of what makes a load something else than a consumption: attribution, stability,
// sorption, ratios, disposal, apportionment.
#include <string.h>

#include "data/config_load.h"

static const char *const kind_names[] = {
#define KIND_NAME(id, name) name,
    WDM_RATIO_KIND_LIST(KIND_NAME)
#undef KIND_NAME
};

const char *wdm_ratio_kind_name(wdm_ratio_kind kind)
{
    return (unsigned)kind < WDM_RATIO_KIND_N ? kind_names[kind] : "unknown";
}

// The analyte of a cell, and the row's source, which must be there.
static wdm_rc read_analyte(const wdm_config *config, const wdm_table *t, size_t r, size_t column,
                           wdm_index *analyte, wdm_err *err)
{
    *analyte = wdm_config_analyte(config, wdm_table_cell(t, r, column));
    if (*analyte == WDM_NONE)
        return wdm_table_error(t, r, column, err, "\"%s\" is not in analytes.csv",
                               wdm_table_cell(t, r, column));
    return WDM_OK;
}

static wdm_rc read_source(wdm_config *config, const wdm_table *t, size_t r, size_t column,
                          const char **source, wdm_err *err)
{
    *source = wdm_config_keep(config, t, r, column);
    return *source == NULL ? wdm_err_nomem(err) : wdm_config_need(t, r, column, err);
}

// ---- attribution.csv
enum { T_BIOMARKER, T_FROM, T_RATIO, T_U, T_SOURCE, T_SUPPRESS, T_LOW, T_LOAD, T_VALID_FROM, T_VALID_TO };
static const wdm_table_column attribution_columns[] = {
    {"biomarker_id", true}, {"from_biomarker_id", true}, {"ratio", true},      {"u_rel", true},
    {"source", true},       {"suppress_below", false},   {"low_ratio", false}, {"load_mg_d_1000", false},
    {"valid_from", false},  {"valid_to", false}};

static wdm_rc check_attribution(const wdm_table *t, size_t r, const wdm_attribution *a, wdm_err *err)
{
    const bool known = a->from_biomarker == WDM_NONE;
    if (a->biomarker == a->from_biomarker)
        return wdm_table_error(t, r, T_FROM, err, "a residue does not bring itself");
    if (isnan(known ? a->load_mg_d_1000 : a->ratio))
        return wdm_table_error(t, r, known ? T_LOAD : T_RATIO, err,
                               known ? "without from_biomarker_id the load that is known must be given"
                                     : "the ratio is missing");
    if (!isnan(known ? a->ratio : a->load_mg_d_1000))
        return wdm_table_error(t, r, known ? T_RATIO : T_LOAD, err,
                               "give a ratio to another residue, or a load that is known, not both");
    if (a->low_ratio > a->suppress_below)
        return wdm_table_error(t, r, T_LOW, err, "low_ratio lies above suppress_below");
    if (a->valid_to != WDM_DAY_NONE && a->valid_to < a->valid_from)
        return wdm_table_error(t, r, T_VALID_TO, err, "valid_to lies before valid_from");
    return WDM_OK;
}

static wdm_rc read_attribution(wdm_config *config, const wdm_table *t, size_t r, wdm_attribution *a,
                               wdm_err *err)
{
    wdm_rc rc = read_analyte(config, t, r, T_BIOMARKER, &a->biomarker, err);
    a->from_biomarker = WDM_NONE;
    if (rc == WDM_OK && wdm_table_cell(t, r, T_FROM)[0] != '\0')
        rc = read_analyte(config, t, r, T_FROM, &a->from_biomarker, err);
    if (rc != WDM_OK || (rc = read_source(config, t, r, T_SOURCE, &a->source, err)) != WDM_OK ||
        (rc = wdm_table_number(t, r, T_RATIO, WDM_ANY_POSITIVE, &a->ratio, err)) != WDM_OK ||
        (rc = wdm_table_number(t, r, T_U, WDM_U_OR_ZERO, &a->u_rel, err)) != WDM_OK ||
        (rc = wdm_table_number(t, r, T_SUPPRESS, WDM_ANY_POSITIVE, &a->suppress_below, err)) != WDM_OK ||
        (rc = wdm_table_number(t, r, T_LOW, WDM_ANY_POSITIVE, &a->low_ratio, err)) != WDM_OK ||
        (rc = wdm_table_number(t, r, T_LOAD, WDM_ANY_POSITIVE, &a->load_mg_d_1000, err)) != WDM_OK ||
        (rc = wdm_table_day(t, r, T_VALID_FROM, wdm_day_of_civil((wdm_civil){1900, 1, 1}), &a->valid_from,
                            err)) != WDM_OK ||
        (rc = wdm_table_day(t, r, T_VALID_TO, WDM_DAY_NONE, &a->valid_to, err)) != WDM_OK)
        return rc;
    return check_attribution(t, r, a, err);
}

static wdm_rc load_attribution(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_attribution a = {0};
        rc = read_attribution(config, t, r, &a, err);
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->attribution, a, err);
    }
    return rc;
}

// ---- stability.csv
enum { S_ANALYTE, S_TEMPERATURE, S_HALF_LIFE, S_U, S_SOURCE };
static const wdm_table_column stability_columns[] = {
    {"analyte_id", true}, {"temperature_c", true}, {"half_life_h", true}, {"u_rel", true}, {"source", true}};

static wdm_rc load_stability(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_half_life h = {0};
        if ((rc = read_analyte(config, t, r, S_ANALYTE, &h.analyte, err)) != WDM_OK ||
            (rc = read_source(config, t, r, S_SOURCE, &h.source, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, S_TEMPERATURE, (const double[3]){-5.0, 60.0, 20.0}, &h.temperature_c,
                                   err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, S_HALF_LIFE, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, S_HALF_LIFE, WDM_ANY_POSITIVE, &h.half_life_h, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, S_U, WDM_U_OR_ZERO, &h.u_rel, err)) != WDM_OK)
            break;
        for (size_t i = 0; i < config->stability.n; i++) {
            if (config->stability.rows[i].analyte == h.analyte &&
                config->stability.rows[i].temperature_c == h.temperature_c)
                return wdm_table_error(t, r, S_TEMPERATURE, err, "analyte and temperature stand twice");
        }
        rc = WDM_APPEND(config->stability, h, err);
    }
    return rc;
}

// ---- sorption.csv
enum { O_ANALYTE, O_SHARE, O_U, O_SOURCE };
static const wdm_table_column sorption_columns[] = {
    {"analyte_id", true}, {"particulate_share", true}, {"u_rel", true}, {"source", true}};

const wdm_sorption *wdm_config_sorption(const wdm_config *config, wdm_index analyte)
{
    for (size_t i = 0; i < config->sorption.n; i++) {
        if (config->sorption.rows[i].analyte == analyte)
            return &config->sorption.rows[i];
    }
    return NULL;
}

static wdm_rc load_sorption(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_sorption s = {0};
        if ((rc = read_analyte(config, t, r, O_ANALYTE, &s.analyte, err)) != WDM_OK ||
            (rc = read_source(config, t, r, O_SOURCE, &s.source, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, O_SHARE, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, O_SHARE, (const double[3]){1e-6, 0.95, (double)NAN},
                                   &s.particulate_share, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, O_U, WDM_U_OR_ZERO, &s.u_rel, err)) != WDM_OK)
            break;
        if (wdm_config_sorption(config, s.analyte) != NULL)
            return wdm_table_error(t, r, O_ANALYTE, err, "the analyte stands twice");
        rc = WDM_APPEND(config->sorption, s, err);
    }
    return rc;
}

// ---- ratios.csv
enum { R_ID, R_ABOVE, R_BELOW, R_BASIS, R_KIND, R_LOW, R_HIGH, R_SOURCE, R_MARKS };
static const wdm_table_column ratio_columns[] = {
    {"ratio_id", true}, {"numerator", true}, {"denominator", true}, {"basis", true}, {"kind", true},
    {"low", true},      {"high", true},      {"source", true},      {"marks", false}};

// The analytes of a cell, joined by '+'.
static wdm_rc read_analytes(wdm_config *config, const wdm_table *t, size_t r, size_t column, wdm_index *list,
                            size_t *n, wdm_err *err)
{
    const char *p = wdm_table_cell(t, r, column);
    *n = 0;
    while (*p != '\0') {
        const size_t len = strcspn(p, "+");
        const char *name = wdm_arena_strndup(&config->arena, p, len);
        if (name == NULL)
            return wdm_err_nomem(err);
        if (*n == WDM_RATIO_ANALYTES)
            return wdm_table_error(t, r, column, err, "more than %d analytes", (int)WDM_RATIO_ANALYTES);
        list[*n] = wdm_config_analyte(config, name);
        if (list[*n] == WDM_NONE)
            return wdm_table_error(t, r, column, err, "\"%s\" is not in analytes.csv", name);
        (*n)++;
        p += len + (p[len] == '+');
    }
    return WDM_OK;
}

static bool has(const wdm_index *list, size_t n, wdm_index analyte)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == analyte)
            return true;
    }
    return false;
}

// A numerator that is part of the denominator makes a share; the rest of the denominator stays below.
static wdm_rc split_share(const wdm_table *t, size_t r, wdm_ratio_rule *rule, wdm_err *err)
{
    size_t n_common = 0;
    size_t n = 0;
    for (size_t i = 0; i < rule->n_above; i++)
        n_common += has(rule->below, rule->n_below, rule->above[i]);
    if (n_common == 0)
        return WDM_OK;
    if (n_common < rule->n_above)
        return wdm_table_error(t, r, R_ABOVE, err, "part of the numerator stands in the denominator too");
    rule->share = true;
    for (size_t i = 0; i < rule->n_below; i++) {
        if (!has(rule->above, rule->n_above, rule->below[i]))
            rule->below[n++] = rule->below[i];
    }
    rule->n_below = n;
    return n > 0 ? WDM_OK
                 : wdm_table_error(t, r, R_BELOW, err, "the denominator holds nothing but the numerator");
}

static wdm_rc read_ratio(wdm_config *config, const wdm_table *t, size_t r, wdm_ratio_rule *rule, wdm_err *err)
{
    static const char *const bases[] = {"mass", "molar"};
    size_t molar = 0;
    size_t kind = 0;
    wdm_rc rc = wdm_config_need(t, r, R_ID, err);
    rule->ratio_id = wdm_config_keep(config, t, r, R_ID);
    if (rule->ratio_id == NULL)
        return wdm_err_nomem(err);
    if (rc != WDM_OK || (rc = wdm_config_need(t, r, R_ABOVE, err)) != WDM_OK ||
        (rc = wdm_config_need(t, r, R_BELOW, err)) != WDM_OK ||
        (rc = read_analytes(config, t, r, R_ABOVE, rule->above, &rule->n_above, err)) != WDM_OK ||
        (rc = read_analytes(config, t, r, R_BELOW, rule->below, &rule->n_below, err)) != WDM_OK ||
        (rc = read_analytes(config, t, r, R_MARKS, rule->marks, &rule->n_marks, err)) != WDM_OK ||
        (rc = wdm_table_word(t, r, R_BASIS, bases, 2, 0, &molar, err)) != WDM_OK ||
        (rc = wdm_table_word(t, r, R_KIND, kind_names, WDM_RATIO_APPORTIONMENT, SIZE_MAX, &kind, err)) !=
            WDM_OK ||
        (rc = wdm_table_number(t, r, R_LOW, WDM_ANY_POSITIVE, &rule->low, err)) != WDM_OK ||
        (rc = wdm_table_number(t, r, R_HIGH, WDM_ANY_POSITIVE, &rule->high, err)) != WDM_OK ||
        (rc = read_source(config, t, r, R_SOURCE, &rule->source, err)) != WDM_OK)
        return rc;
    rule->molar = molar == 1;
    rule->kind = (wdm_ratio_kind)kind;
    if (rule->low > rule->high)
        return wdm_table_error(t, r, R_LOW, err, "low lies above high");
    return split_share(t, r, rule, err);
}

static wdm_rc load_ratios(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_ratio_rule rule = {0};
        rc = read_ratio(config, t, r, &rule, err);
        for (size_t i = 0; i < config->ratios.n && rc == WDM_OK; i++) {
            if (strcmp(config->ratios.rows[i].ratio_id, rule.ratio_id) == 0)
                rc = wdm_table_error(t, r, R_ID, err, "\"%s\" stands twice", rule.ratio_id);
        }
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->ratios, rule, err);
    }
    return rc;
}

// ---- disposal.csv
enum { D_ANALYTE, D_FACTOR, D_WINDOW, D_NEIGHBOURS, D_SOURCE };
static const wdm_table_column spike_columns[] = {{"analyte_id", true},
                                                 {"factor", true},
                                                 {"window_days", true},
                                                 {"min_neighbours", true},
                                                 {"source", true}};

const wdm_spike_rule *wdm_config_spike(const wdm_config *config, wdm_index analyte)
{
    for (size_t i = 0; i < config->spikes.n; i++) {
        if (config->spikes.rows[i].analyte == analyte)
            return &config->spikes.rows[i];
    }
    return NULL;
}

static wdm_rc load_spikes(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_spike_rule s = {0};
        double window = 0.0;
        double neighbours = 0.0;
        if ((rc = read_analyte(config, t, r, D_ANALYTE, &s.analyte, err)) != WDM_OK ||
            (rc = read_source(config, t, r, D_SOURCE, &s.source, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, D_FACTOR, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, D_FACTOR, (const double[3]){1.5, 1e6, (double)NAN}, &s.factor,
                                   err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, D_WINDOW, (const double[3]){1.0, 31.0, 7.0}, &window, err)) !=
                WDM_OK ||
            (rc = wdm_table_number(t, r, D_NEIGHBOURS, (const double[3]){2.0, 62.0, 4.0}, &neighbours,
                                   err)) != WDM_OK)
            break;
        if (wdm_config_spike(config, s.analyte) != NULL)
            return wdm_table_error(t, r, D_ANALYTE, err, "the analyte stands twice");
        s.window_days = (int)window;
        s.min_neighbours = (int)neighbours;
        rc = WDM_APPEND(config->spikes, s, err);
    }
    return rc;
}

// ---- apportionment.csv
enum { A_ACID, A_PARENT, A_WEIGHT, A_U, A_HOSPITAL, A_SOURCE };
static const wdm_table_column apportionment_columns[] = {{"acid_id", true},  {"parent_id", true},
                                                         {"weight", true},   {"u_rel", true},
                                                         {"hospital", true}, {"source", true}};

static wdm_rc load_apportionment(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    static const char *const zero_one[] = {"0", "1"};
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_apportionment a = {0};
        size_t hospital = 0;
        if ((rc = read_analyte(config, t, r, A_ACID, &a.acid, err)) != WDM_OK ||
            (rc = read_analyte(config, t, r, A_PARENT, &a.parent, err)) != WDM_OK ||
            (rc = read_source(config, t, r, A_SOURCE, &a.source, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, A_WEIGHT, (const double[3]){1e-6, 1e6, 1.0}, &a.weight, err)) !=
                WDM_OK ||
            (rc = wdm_table_number(t, r, A_U, WDM_U_OR_ZERO, &a.u_rel, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, A_HOSPITAL, zero_one, 2, 0, &hospital, err)) != WDM_OK)
            break;
        if (a.acid == a.parent)
            return wdm_table_error(t, r, A_PARENT, err, "the acid is no parent of its own");
        a.hospital = hospital == 1;
        rc = WDM_APPEND(config->apportionment, a, err);
    }
    return rc;
}

const wdm_config_table_spec wdm_config_specs_traps[] = {
    WDM_SPEC("attribution.csv", attribution_columns, load_attribution),
    WDM_SPEC("stability.csv", stability_columns, load_stability),
    WDM_SPEC_OPTIONAL("sorption.csv", sorption_columns, load_sorption),
    WDM_SPEC_OPTIONAL("ratios.csv", ratio_columns, load_ratios),
    WDM_SPEC_OPTIONAL("disposal.csv", spike_columns, load_spikes),
    WDM_SPEC_OPTIONAL("apportionment.csv", apportionment_columns, load_apportionment),
};
const size_t wdm_config_specs_traps_n = WDM_COUNT(wdm_config_specs_traps);
