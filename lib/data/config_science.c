// SPDX-License-Identifier: GPL-3.0-or-later
// Loaders of the tables of the science: units, words, texts, analytes, drugs, excretion.
#include <string.h>

#include "data/config_load.h"
#include "io/text.h"
#include "wbe/formula.h"

enum { NAME_MAX_BYTES = 256 };
// Stated molar masses must agree with their formula to this many g/mol.
static const double MASS_TOLERANCE = 0.01;

// Puts the folded name into the map; another row of the same name is an error unless it is this row's own.
static wdm_rc put_name(wdm_config *config, wdm_map *map, const char *name, size_t value,
                       const wdm_table *table, size_t row, size_t column, wdm_err *err)
{
    char folded[NAME_MAX_BYTES];
    const char *key = NULL;
    size_t existing = WDM_MAP_NONE;
    wdm_rc rc = WDM_OK;
    if (name[0] == '\0')
        return WDM_OK;
    if (!wdm_text_fold(name, folded, sizeof folded))
        return wdm_table_error(table, row, column, err, "\"%s\" is too long or not valid text", name);
    key = wdm_arena_strdup(&config->arena, folded);
    if (key == NULL)
        return wdm_err_nomem(err);
    rc = wdm_map_put(map, key, value, &existing, err);
    if (rc == WDM_OK && existing != WDM_MAP_NONE && existing != value)
        return wdm_table_error(table, row, column, err, "\"%s\" already names another row of this table",
                               name);
    return rc;
}

static wdm_rc put_aliases(wdm_config *config, wdm_map *map, size_t value, const wdm_table *table, size_t row,
                          size_t column, wdm_err *err)
{
    const char *p = wdm_table_cell(table, row, column);
    wdm_rc rc = WDM_OK;
    while (*p != '\0' && rc == WDM_OK) {
        const char *end = strchr(p, '|');
        const size_t len = end == NULL ? strlen(p) : (size_t)(end - p);
        const char *alias = wdm_arena_strndup(&config->arena, p, len);
        if (alias == NULL)
            return wdm_err_nomem(err);
        rc = put_name(config, map, alias, value, table, row, column, err);
        p += len + (end == NULL ? 0 : 1);
    }
    return rc;
}

// ---- units.csv
static const char *const unit_quantities[] = {"concentration", "flow", "load", "population"};
enum { U_UNIT, U_QUANTITY, U_FACTOR, U_ALIASES, U_SOURCE };
static const wdm_table_column unit_columns[] = {
    {"unit", true}, {"quantity", true}, {"to_canonical", true}, {"aliases", true}, {"source", true}};

static wdm_rc load_units(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_unit unit = {wdm_config_keep(config, t, r, U_UNIT), WDM_UNIT_CONCENTRATION, 0.0};
        size_t quantity = 0;
        wdm_map *map = NULL;
        rc = wdm_table_word(t, r, U_QUANTITY, unit_quantities, WDM_UNIT_N, SIZE_MAX, &quantity, err);
        if (rc != WDM_OK)
            break;
        unit.quantity = (wdm_unit_quantity)quantity;
        map = &config->unit_by_name[quantity];
        rc = wdm_table_number(t, r, U_FACTOR, WDM_ANY_POSITIVE, &unit.to_canonical, err);
        if (rc == WDM_OK && (isnan(unit.to_canonical) || unit.unit == NULL))
            rc = wdm_table_error(t, r, U_FACTOR, err, "the factor is missing");
        if (rc == WDM_OK)
            rc = put_name(config, map, wdm_table_cell(t, r, U_UNIT), config->units.n, t, r, U_UNIT, err);
        if (rc == WDM_OK)
            rc = put_aliases(config, map, config->units.n, t, r, U_ALIASES, err);
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->units, unit, err);
    }
    return rc;
}

// ---- words.csv
// The first WDM_WORD_N are what a value cell may say; the last is for notes, and no value.
static const char *const word_meanings[] = {"below_loq", "not_detected", "not_analysed", "above_uloq",
                                            "confirmed"};
enum { W_WORD, W_MEANING };
static const wdm_table_column word_columns[] = {{"word", true}, {"meaning", true}, {"source", false}};

static wdm_rc add_confirmation(wdm_config *config, const wdm_table *t, size_t r, wdm_err *err)
{
    const char *word = wdm_config_keep(config, t, r, W_WORD);
    wdm_rc rc = wdm_config_need(t, r, W_WORD, err);
    if (word == NULL)
        return wdm_err_nomem(err);
    if (rc == WDM_OK)
        rc = WDM_APPEND(config->confirmations, word, err);
    return rc;
}

static wdm_rc load_words(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        size_t meaning = 0;
        rc =
            wdm_table_word(t, r, W_MEANING, word_meanings, WDM_COUNT(word_meanings), SIZE_MAX, &meaning, err);
        if (rc == WDM_OK && meaning == WDM_WORD_N)
            rc = add_confirmation(config, t, r, err);
        else if (rc == WDM_OK)
            rc = put_name(config, &config->word_by_name, wdm_table_cell(t, r, W_WORD), meaning, t, r, W_WORD,
                          err);
    }
    return rc;
}

// ---- text.csv
enum { X_KEY, X_EN, X_ZH };
static const wdm_table_column text_columns[] = {{"key", true}, {"en", true}, {"zh", true}};

static wdm_rc load_text(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_phrase phrase = {wdm_config_keep(config, t, r, X_KEY), wdm_config_keep(config, t, r, X_EN),
                             wdm_config_keep(config, t, r, X_ZH)};
        size_t existing = WDM_MAP_NONE;
        if (phrase.key == NULL || phrase.en == NULL || phrase.zh == NULL)
            return wdm_err_nomem(err);
        rc = wdm_map_put(&config->text_by_key, phrase.key, config->text.n, &existing, err);
        if (rc == WDM_OK && existing != WDM_MAP_NONE)
            rc = wdm_table_error(t, r, X_KEY, err, "the key \"%s\" stands twice", phrase.key);
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->text, phrase, err);
    }
    return rc;
}

// ---- analytes.csv
enum { A_ID, A_NAME, A_NAME_ZH, A_ALIASES, A_CAS, A_MASS, A_SOURCE, A_FORMULA, A_CV };
static const wdm_table_column analyte_columns[] = {
    {"analyte_id", true}, {"name", true},   {"name_zh", true},  {"aliases", true},        {"cas", true},
    {"molar_mass", true}, {"source", true}, {"formula", false}, {"within_week_cv", false}};

// The mass of the formula when there is one, which a stated mass must agree with; else the stated mass.
static wdm_rc read_mass(const wdm_table *t, size_t r, size_t mass_column, size_t formula_column, double *mass,
                        wdm_err *err)
{
    const char *formula = wdm_table_cell(t, r, formula_column);
    double computed = (double)NAN;
    wdm_err detail = {0};
    wdm_rc rc = wdm_table_number(t, r, mass_column, (const double[3]){1.0, 5000.0, (double)NAN}, mass, err);
    if (rc != WDM_OK || formula[0] == '\0')
        return rc;
    if (wdm_formula_mass(formula, &computed, &detail) != WDM_OK)
        return wdm_table_error(t, r, formula_column, err, "%s", detail.text);
    if (!isnan(*mass) && fabs(*mass - computed) > MASS_TOLERANCE)
        return wdm_table_error(t, r, mass_column, err,
                               "%.3f g/mol does not agree with the formula %s = %.3f g/mol", *mass, formula,
                               computed);
    *mass = computed;
    return WDM_OK;
}

// Up to max bytes, all Latin letters, digits and signs.
static bool is_short(const char *text, size_t len, size_t max)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return false;
    }
    return len > 0 && len <= max;
}

static const char *short_name(wdm_config *config, const wdm_table *t, size_t r)
{
    enum { NAME_MAX = 5, ALIAS_MAX = 8 };
    const char *name = wdm_table_cell(t, r, A_NAME);
    const char *aliases = wdm_table_cell(t, r, A_ALIASES);
    const size_t len = strcspn(aliases, "|");
    if (name[0] == '\0')
        name = wdm_table_cell(t, r, A_ID);
    if (!is_short(name, strlen(name), NAME_MAX) && is_short(aliases, len, ALIAS_MAX))
        return wdm_arena_strndup(&config->arena, aliases, len);
    return wdm_arena_strdup(&config->arena, name);
}

static wdm_rc load_analytes(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_analyte a = {0};
        const size_t at = config->analytes.n;
        a.analyte_id = wdm_config_keep(config, t, r, A_ID);
        a.name = wdm_config_keep(config, t, r, A_NAME);
        a.name_zh = wdm_config_keep(config, t, r, A_NAME_ZH);
        a.cas = wdm_config_keep(config, t, r, A_CAS);
        a.formula = wdm_config_keep(config, t, r, A_FORMULA);
        a.source = wdm_config_keep(config, t, r, A_SOURCE);
        a.short_name = short_name(config, t, r);
        if (a.analyte_id == NULL || a.short_name == NULL || a.name == NULL || a.name_zh == NULL ||
            a.cas == NULL || a.formula == NULL || a.source == NULL)
            return wdm_err_nomem(err);
        if ((rc = wdm_config_need(t, r, A_ID, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, A_SOURCE, err)) != WDM_OK)
            break;
        if (strcmp(a.analyte_id, WDM_COMBINED) == 0)
            return wdm_table_error(t, r, A_ID, err, "\"%s\" stands for several biomarkers of a drug combined",
                                   a.analyte_id);
        if (wdm_config_analyte(config, a.analyte_id) != WDM_NONE)
            return wdm_table_error(t, r, A_ID, err, "\"%s\" stands twice, or is an alias of another analyte",
                                   a.analyte_id);
        rc = read_mass(t, r, A_MASS, A_FORMULA, &a.molar_mass, err);
        if (rc == WDM_OK)
            rc = wdm_table_number(t, r, A_CV, WDM_U_OR_NAN, &a.within_week_cv, err);
        if (rc == WDM_OK)
            rc = put_name(config, &config->analyte_by_name, a.analyte_id, at, t, r, A_ID, err);
        if (rc == WDM_OK)
            rc = put_name(config, &config->analyte_by_name, a.name, at, t, r, A_NAME, err);
        if (rc == WDM_OK)
            rc = put_name(config, &config->analyte_by_name, a.name_zh, at, t, r, A_NAME_ZH, err);
        if (rc == WDM_OK)
            rc = put_aliases(config, &config->analyte_by_name, at, t, r, A_ALIASES, err);
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->analytes, a, err);
    }
    return rc;
}

// ---- drugs.csv
enum { D_ID, D_NAME, D_NAME_ZH, D_MASS, D_DOSE, D_PER_USER, D_SOURCE, D_FORMULA, D_DOSE_U, D_PER_USER_U };
static const wdm_table_column drug_columns[] = {{"drug_id", true},     {"name", true},
                                                {"name_zh", true},     {"molar_mass", true},
                                                {"dose_mg", true},     {"doses_per_user_day", true},
                                                {"source", true},      {"formula", false},
                                                {"dose_u_rel", false}, {"doses_per_user_day_u_rel", false}};

static wdm_rc load_drugs(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_drug d = {0};
        size_t existing = WDM_MAP_NONE;
        d.drug_id = wdm_config_keep(config, t, r, D_ID);
        d.name = wdm_config_keep(config, t, r, D_NAME);
        d.name_zh = wdm_config_keep(config, t, r, D_NAME_ZH);
        d.source = wdm_config_keep(config, t, r, D_SOURCE);
        if (d.drug_id == NULL || d.name == NULL || d.name_zh == NULL || d.source == NULL)
            return wdm_err_nomem(err);
        if ((rc = wdm_config_need(t, r, D_ID, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, D_SOURCE, err)) != WDM_OK)
            break;
        rc = read_mass(t, r, D_MASS, D_FORMULA, &d.molar_mass, err);
        if (rc == WDM_OK)
            rc = wdm_table_number(t, r, D_DOSE, WDM_ANY_POSITIVE, &d.dose_mg, err);
        if (rc == WDM_OK)
            rc = wdm_table_number(t, r, D_PER_USER, WDM_ANY_POSITIVE, &d.doses_per_user_day, err);
        if (rc == WDM_OK)
            rc = wdm_table_number(t, r, D_DOSE_U, WDM_U_OR_ZERO, &d.dose_u_rel, err);
        if (rc == WDM_OK)
            rc = wdm_table_number(t, r, D_PER_USER_U, WDM_U_OR_ZERO, &d.doses_per_user_day_u_rel, err);
        if (rc == WDM_OK)
            rc = wdm_map_put(&config->drug_by_id, d.drug_id, config->drugs.n, &existing, err);
        if (rc == WDM_OK && existing != WDM_MAP_NONE)
            rc = wdm_table_error(t, r, D_ID, err, "\"%s\" stands twice", d.drug_id);
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->drugs, d, err);
    }
    return rc;
}

// ---- excretion.csv
static const char *const confidences[] = {"high", "medium", "low"};
static const char *const headlines[] = {"consumption", "load"};
enum {
    E_DRUG,
    E_BIOMARKER,
    E_FROM,
    E_LOW,
    E_MODE,
    E_HIGH,
    E_DIST,
    E_CONFIDENCE,
    E_HEADLINE,
    E_PRIMARY,
    E_SOURCE,
    E_U,
    E_COMBINE
};
static const wdm_table_column excretion_columns[] = {
    {"drug_id", true}, {"biomarker_id", true}, {"valid_from", true}, {"low", true},      {"mode", true},
    {"high", true},    {"distribution", true}, {"confidence", true}, {"headline", true}, {"primary", true},
    {"source", true},  {"u_rel", false},       {"combine", false}};

static wdm_rc read_fraction(const wdm_table *t, size_t r, wdm_excretion *e, wdm_err *err)
{
    const char *word = wdm_table_cell(t, r, E_DIST);
    wdm_excretion_row *f = &e->fraction;
    wdm_dist dist = {0};
    wdm_err detail = {0};
    wdm_rc rc = wdm_table_number(t, r, E_LOW, WDM_SHARE_OR_NAN, &f->low, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, E_MODE, WDM_SHARE_OR_NAN, &f->mode, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, E_HIGH, WDM_SHARE_OR_NAN, &f->high, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, E_U, WDM_U_OR_NAN, &f->u_rel, err);
    if (rc != WDM_OK)
        return rc;
    if (isnan(f->mode)) { // load only: no factor is known
        if (isnan(f->low) && isnan(f->high) && e->headline_load)
            return WDM_OK;
        return wdm_table_error(t, r, E_MODE, err,
                               "without a mode, low and high must be empty too and headline must be load");
    }
    if (!wdm_dist_parse(word, &f->distribution))
        return wdm_table_error(
            t, r, E_DIST, err,
            "\"%s\" is not known; write one of: fixed, triangular, beta, uniform, lognormal, normal", word);
    if (wdm_factor_excretion(f, &dist, &detail) != WDM_OK)
        return wdm_table_error(t, r, E_MODE, err, "%s", detail.text);
    return WDM_OK;
}

// A fraction that nobody knows well would only blur those that are known.
static wdm_rc check_combine(const wdm_config *config, const wdm_table *t, size_t r, const wdm_excretion *e,
                            wdm_err *err)
{
    size_t n = 1;
    if (!e->combine)
        return WDM_OK;
    if (isnan(e->fraction.mode) || e->confidence == WDM_CONFIDENCE_LOW)
        return wdm_table_error(t, r, E_COMBINE, err, "a row %s cannot be combined with others; write 0",
                               isnan(e->fraction.mode) ? "without a fraction" : "of low confidence");
    for (size_t i = 0; i < config->excretion.n; i++)
        n += config->excretion.rows[i].combine && config->excretion.rows[i].drug == e->drug;
    if (n > WDM_COMBINE_MAX)
        return wdm_table_error(t, r, E_COMBINE, err, "more than %d rows of a drug are to be combined",
                               (int)WDM_COMBINE_MAX);
    return WDM_OK;
}

static wdm_rc check_excretion(const wdm_config *config, const wdm_table *t, size_t r, const wdm_excretion *e,
                              wdm_err *err)
{
    for (size_t i = 0; i < config->excretion.n; i++) {
        const wdm_excretion *other = &config->excretion.rows[i];
        if (other->drug == e->drug && other->biomarker == e->biomarker && other->valid_from == e->valid_from)
            return wdm_table_error(t, r, E_DRUG, err, "drug, biomarker and valid_from stand twice");
        if (e->primary && other->primary && other->biomarker == e->biomarker && other->drug != e->drug)
            return wdm_table_error(t, r, E_PRIMARY, err, "the biomarker is already primary for %s",
                                   config->drugs.rows[other->drug].drug_id);
        if (e->primary && other->primary && other->drug == e->drug && other->biomarker != e->biomarker)
            return wdm_table_error(t, r, E_PRIMARY, err, "the drug already has the primary biomarker %s",
                                   config->analytes.rows[other->biomarker].analyte_id);
    }
    return check_combine(config, t, r, e, err);
}

static wdm_rc load_excretion(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    static const char *const zero_one[] = {"0", "1"};
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_excretion e = {0};
        size_t confidence = 0;
        size_t headline = 0;
        size_t primary = 0;
        size_t combine = 0;
        e.drug = wdm_config_drug(config, wdm_table_cell(t, r, E_DRUG));
        e.biomarker = wdm_config_analyte(config, wdm_table_cell(t, r, E_BIOMARKER));
        e.source = wdm_config_keep(config, t, r, E_SOURCE);
        if (e.source == NULL)
            return wdm_err_nomem(err);
        if (e.drug == WDM_NONE)
            return wdm_table_error(t, r, E_DRUG, err, "\"%s\" is not in drugs.csv",
                                   wdm_table_cell(t, r, E_DRUG));
        if (e.biomarker == WDM_NONE)
            return wdm_table_error(t, r, E_BIOMARKER, err, "\"%s\" is not in analytes.csv",
                                   wdm_table_cell(t, r, E_BIOMARKER));
        if ((rc = wdm_config_need(t, r, E_SOURCE, err)) != WDM_OK ||
            (rc = wdm_table_day(t, r, E_FROM, wdm_day_of_civil((wdm_civil){1900, 1, 1}), &e.valid_from,
                                err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, E_CONFIDENCE, confidences, 3, SIZE_MAX, &confidence, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, E_HEADLINE, headlines, 2, SIZE_MAX, &headline, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, E_PRIMARY, zero_one, 2, 0, &primary, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, E_COMBINE, zero_one, 2, 0, &combine, err)) != WDM_OK)
            break;
        e.confidence = (wdm_confidence)confidence;
        e.headline_load = headline == 1;
        e.primary = primary == 1;
        e.combine = combine == 1;
        rc = read_fraction(t, r, &e, err);
        if (rc == WDM_OK)
            rc = check_excretion(config, t, r, &e, err);
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->excretion, e, err);
    }
    return rc;
}

const wdm_config_table_spec wdm_config_specs_science[] = {
    WDM_SPEC("units.csv", unit_columns, load_units),
    WDM_SPEC("words.csv", word_columns, load_words),
    WDM_SPEC("text.csv", text_columns, load_text),
    WDM_SPEC("analytes.csv", analyte_columns, load_analytes),
    WDM_SPEC("drugs.csv", drug_columns, load_drugs),
    WDM_SPEC("excretion.csv", excretion_columns, load_excretion),
};
const size_t wdm_config_specs_science_n = WDM_COUNT(wdm_config_specs_science);
