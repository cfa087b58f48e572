// SPDX-License-Identifier: GPL-3.0-or-later
// Loaders of the tables of places and practice: regions, sites, population, analysis, alerts, campaigns.
#include <string.h>

#include "data/config_load.h"

// ---- regions.csv
static const char *const levels[] = {"nation", "province", "city", "district", "street", "grid"};
enum { R_ID, R_PARENT, R_LEVEL, R_NAME, R_NAME_ZH, R_POPULATION, R_POPULATION_SOURCE };
static const wdm_table_column region_columns[] = {
    {"region_id", true},   {"parent_id", true},         {"level", true}, {"name", true}, {"name_zh", true},
    {"population", false}, {"population_source", false}};

static wdm_rc load_regions(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        size_t level = 0;
        size_t existing = WDM_MAP_NONE;
        wdm_region g = {wdm_config_keep(config, t, r, R_ID),
                        wdm_config_keep(config, t, r, R_PARENT),
                        wdm_config_keep(config, t, r, R_LEVEL),
                        wdm_config_keep(config, t, r, R_NAME),
                        wdm_config_keep(config, t, r, R_NAME_ZH),
                        wdm_config_keep(config, t, r, R_POPULATION_SOURCE),
                        (double)NAN};
        if (g.region_id == NULL || g.parent_id == NULL || g.level == NULL || g.name == NULL ||
            g.name_zh == NULL || g.population_source == NULL)
            return wdm_err_nomem(err);
        if ((rc = wdm_config_need(t, r, R_ID, err)) != WDM_OK ||
            (rc = wdm_table_word(t, r, R_LEVEL, levels, WDM_COUNT(levels), SIZE_MAX, &level, err)) !=
                WDM_OK ||
            (rc = wdm_table_number(t, r, R_POPULATION, (const double[3]){1.0, 1e10, (double)NAN},
                                   &g.population, err)) != WDM_OK)
            break;
        rc = wdm_map_put(&config->region_by_id, g.region_id, config->regions.n, &existing, err);
        if (rc == WDM_OK && existing != WDM_MAP_NONE)
            rc = wdm_table_error(t, r, R_ID, err, "\"%s\" stands twice", g.region_id);
        if (rc == WDM_OK)
            rc = WDM_APPEND(config->regions, g, err);
    }
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) { // parents may stand below their children
        const char *parent = wdm_table_cell(t, r, R_PARENT);
        if (parent[0] != '\0' && wdm_config_region(config, parent) == WDM_NONE)
            return wdm_table_error(t, r, R_PARENT, err, "\"%s\" is not a region_id of this table", parent);
    }
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        const char *parent = wdm_table_cell(t, r, R_PARENT);
        size_t steps = 0;
        while (parent[0] != '\0' && steps++ <= config->regions.n)
            parent = config->regions.rows[wdm_config_region(config, parent)].parent_id;
        if (steps > config->regions.n)
            return wdm_table_error(t, r, R_PARENT, err, "the region is inside itself");
    }
    return rc;
}

// ---- sites.csv
enum {
    S_ID,
    S_NAME,
    S_NAME_ZH,
    S_REGION,
    S_LAT,
    S_LON,
    S_TZ,
    S_RETENTION,
    S_FLOW_U,
    S_FLOW_BIAS,
    S_DAYS,
    S_POLICY,
    S_KIND,
    S_PARENT,
    S_SAMPLING,
    S_HOSPITAL,
    S_STABILITY,
    S_SORPTION
};
static const wdm_table_column site_columns[] = {{"site_id", true},         {"name", true},
                                                {"name_zh", true},         {"region_id", true},
                                                {"latitude", true},        {"longitude", true},
                                                {"timezone", true},        {"retention_h", true},
                                                {"flow_u_rel", true},      {"flow_bias_u_rel", true},
                                                {"expected_days", true},   {"population_policy", true},
                                                {"kind", false},           {"parent_site_id", false},
                                                {"sampling_u_rel", false}, {"hospital_share", false},
                                                {"stability", false},      {"sorption", false}};
static const char *const kinds[] = {"plant", "pump_station", "manhole", "venue"};
static const char *const off_on[] = {"off", "on"};

static wdm_rc read_site_numbers(const wdm_table *t, size_t r, wdm_site *s, wdm_err *err)
{
    double days = 7.0;
    wdm_rc rc = wdm_table_number(t, r, S_LAT, (const double[3]){-90.0, 90.0, (double)NAN}, &s->latitude, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, S_LON, (const double[3]){-180.0, 180.0, (double)NAN}, &s->longitude, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, S_RETENTION, (const double[3]){0.0, 240.0, (double)NAN}, &s->retention_h,
                              err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, S_FLOW_U, WDM_U_OR_ZERO, &s->flow_u_rel, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, S_FLOW_BIAS, WDM_U_OR_ZERO, &s->flow_bias_u_rel, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, S_DAYS, (const double[3]){1.0, 7.0, 7.0}, &days, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, S_SAMPLING, WDM_U_OR_NAN, &s->sampling_u_rel, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, S_HOSPITAL, WDM_SHARE_OR_NAN, &s->hospital_share, err);
    s->expected_days = (int)days;
    return rc;
}

static wdm_rc load_site(wdm_config *config, const wdm_table *t, size_t r, wdm_err *err)
{
    wdm_site s = {0};
    size_t kind = 0;
    size_t stability = 0;
    size_t sorption = 0;
    wdm_index index = 0;
    wdm_rc rc = wdm_config_need(t, r, S_ID, err);
    s.site_id = wdm_table_cell(t, r, S_ID);
    s.name = wdm_table_cell(t, r, S_NAME);
    s.name_zh = wdm_table_cell(t, r, S_NAME_ZH);
    s.region_id = wdm_table_cell(t, r, S_REGION);
    s.timezone = wdm_table_cell(t, r, S_TZ);
    s.parent_site_id = wdm_table_cell(t, r, S_PARENT);
    if (rc == WDM_OK && wdm_config_site(config, s.site_id) != WDM_NONE)
        return wdm_table_error(t, r, S_ID, err, "\"%s\" stands twice", s.site_id);
    if (rc == WDM_OK && s.region_id[0] != '\0' && wdm_config_region(config, s.region_id) == WDM_NONE)
        return wdm_table_error(t, r, S_REGION, err, "\"%s\" is not in regions.csv", s.region_id);
    if (rc == WDM_OK)
        rc = wdm_table_word(t, r, S_KIND, kinds, WDM_COUNT(kinds), 0, &kind, err);
    if (rc == WDM_OK)
        rc = wdm_table_word(t, r, S_STABILITY, off_on, 2, 0, &stability, err);
    if (rc == WDM_OK)
        rc = wdm_table_word(t, r, S_SORPTION, off_on, 2, 0, &sorption, err);
    if (rc == WDM_OK)
        rc = read_site_numbers(t, r, &s, err);
    s.kind = kinds[kind];
    s.population_policy = wdm_table_cell(t, r, S_POLICY); // checked when the markers are known
    s.line = t->rows[r].line;
    s.stability = stability == 1;
    s.sorption = sorption == 1;
    return rc == WDM_OK ? wdm_config_add_site(config, &s, &index, err) : rc;
}

static wdm_rc load_sites(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    const wdm_site_columns columns = {S_REGION, S_PARENT};
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++)
        rc = load_site(config, t, r, err);
    return rc == WDM_OK ? wdm_config_check_sites(config, t, &columns, err) : rc;
}

// ---- population.csv
enum { P_SITE, P_FROM, P_TO, P_POPULATION, P_U, P_METHOD, P_SOURCE };
static const wdm_table_column population_columns[] = {
    {"site_id", true}, {"valid_from", true}, {"valid_to", true}, {"population", true},
    {"u_rel", true},   {"method", true},     {"source", true}};

static wdm_rc load_population(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_population p = {0};
        p.site = wdm_config_site(config, wdm_table_cell(t, r, P_SITE));
        p.method = wdm_table_cell(t, r, P_METHOD);
        p.source = wdm_table_cell(t, r, P_SOURCE);
        if (p.site == WDM_NONE)
            return wdm_table_error(t, r, P_SITE, err, "\"%s\" is not in sites.csv",
                                   wdm_table_cell(t, r, P_SITE));
        if ((rc = wdm_table_day(t, r, P_FROM, wdm_day_of_civil((wdm_civil){1900, 1, 1}), &p.valid_from,
                                err)) != WDM_OK ||
            (rc = wdm_table_day(t, r, P_TO, WDM_DAY_NONE, &p.valid_to, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, P_POPULATION, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, P_POPULATION, (const double[3]){1.0, 1e9, (double)NAN},
                                   &p.population, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, P_U, WDM_U_OR_ZERO, &p.u_rel, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, P_SOURCE, err)) != WDM_OK)
            break;
        if (p.valid_to != WDM_DAY_NONE && p.valid_to < p.valid_from)
            return wdm_table_error(t, r, P_TO, err, "valid_to lies before valid_from");
        for (size_t i = 0; i < config->population.n; i++) {
            if (config->population.rows[i].site == p.site &&
                config->population.rows[i].valid_from == p.valid_from &&
                strcmp(config->population.rows[i].method, p.method) == 0)
                return wdm_table_error(t, r, P_FROM, err, "site, valid_from and method stand twice");
        }
        rc = wdm_config_add_population(config, &p, err);
    }
    return rc;
}

// ---- analysis.csv
enum { N_LAB, N_METHOD, N_ANALYTE, N_FROM, N_LOD, N_LOQ, N_ULOQ, N_U, N_BATCH, N_SOURCE };
static const wdm_table_column analysis_columns[] = {
    {"lab_id", true}, {"method_id", true}, {"analyte_id", true},   {"valid_from", true},  {"lod", true},
    {"loq", true},    {"uloq", true},      {"u_rel_random", true}, {"u_rel_batch", true}, {"source", true}};

static wdm_rc check_limits(const wdm_config *config, const wdm_table *t, size_t r, const wdm_limits *l,
                           wdm_err *err)
{
    if (l->lod_ng_l > l->loq_ng_l)
        return wdm_table_error(t, r, N_LOD, err, "lod is greater than loq");
    if (l->loq_ng_l > l->uloq_ng_l)
        return wdm_table_error(t, r, N_LOQ, err, "loq is greater than uloq");
    for (size_t i = 0; i < config->analysis.n; i++) {
        const wdm_limits *o = &config->analysis.rows[i];
        if (o->analyte == l->analyte && o->valid_from == l->valid_from && strcmp(o->lab_id, l->lab_id) == 0 &&
            strcmp(o->method_id, l->method_id) == 0)
            return wdm_table_error(t, r, N_ANALYTE, err, "lab, method, analyte and valid_from stand twice");
    }
    return WDM_OK;
}

static wdm_rc load_analysis(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_limits l = {0};
        const char *analyte = wdm_table_cell(t, r, N_ANALYTE);
        l.lab_id = wdm_config_keep(config, t, r, N_LAB);
        l.method_id = wdm_config_keep(config, t, r, N_METHOD);
        l.source = wdm_config_keep(config, t, r, N_SOURCE);
        l.analyte = analyte[0] == '\0' ? WDM_NONE : wdm_config_analyte(config, analyte);
        if (l.lab_id == NULL || l.method_id == NULL || l.source == NULL)
            return wdm_err_nomem(err);
        if (analyte[0] != '\0' && l.analyte == WDM_NONE)
            return wdm_table_error(t, r, N_ANALYTE, err, "\"%s\" is not in analytes.csv", analyte);
        if ((rc = wdm_table_day(t, r, N_FROM, wdm_day_of_civil((wdm_civil){1900, 1, 1}), &l.valid_from,
                                err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, N_LOD, WDM_ANY_POSITIVE, &l.lod_ng_l, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, N_LOQ, WDM_ANY_POSITIVE, &l.loq_ng_l, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, N_ULOQ, WDM_ANY_POSITIVE, &l.uloq_ng_l, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, N_U, WDM_U_OR_NAN, &l.u_rel_random, err)) != WDM_OK ||
            (rc = wdm_table_number(t, r, N_BATCH, WDM_U_OR_NAN, &l.u_rel_batch, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, N_SOURCE, err)) != WDM_OK ||
            (rc = check_limits(config, t, r, &l, err)) != WDM_OK)
            break;
        rc = WDM_APPEND(config->analysis, l, err);
    }
    return rc;
}

// ---- alerts.csv
static const char *const families[] = {"level",    "baseline",  "rank",   "first",
                                       "disposal", "precursor", "k_of_n", "quality"};
enum {
    L_ID,
    L_FAMILY,
    L_DRUG,
    L_SITE,
    L_REGION,
    L_QUANTITY,
    L_UNIT,
    L_DIRECTION,
    L_PARAMETERS,
    L_INFO,
    L_NOTICE,
    L_WARNING,
    L_CRITICAL,
    L_SOURCE
};
static const wdm_table_column alert_columns[] = {
    {"rule_id", true},  {"family", true},  {"drug_id", true},   {"site_id", true},    {"region_id", true},
    {"quantity", true}, {"unit", true},    {"direction", true}, {"parameters", true}, {"info", true},
    {"notice", true},   {"warning", true}, {"critical", true},  {"source", true}};

static wdm_rc load_alert(wdm_config *config, const wdm_table *t, size_t r, wdm_err *err)
{
    wdm_alert_rule a = {0};
    size_t family = 0;
    const char *drug = wdm_table_cell(t, r, L_DRUG);
    const char **texts[] = {&a.rule_id, &a.site_id,   &a.region_id,  &a.quantity,
                            &a.unit,    &a.direction, &a.parameters, &a.source};
    static const size_t columns[] = {L_ID,   L_SITE,      L_REGION,     L_QUANTITY,
                                     L_UNIT, L_DIRECTION, L_PARAMETERS, L_SOURCE};
    wdm_rc rc = wdm_config_need(t, r, L_ID, err);
    for (size_t i = 0; i < WDM_COUNT(texts) && rc == WDM_OK; i++) {
        *texts[i] = wdm_config_keep(config, t, r, columns[i]);
        if (*texts[i] == NULL)
            return wdm_err_nomem(err);
    }
    if (rc == WDM_OK)
        rc = wdm_table_word(t, r, L_FAMILY, families, WDM_COUNT(families), SIZE_MAX, &family, err);
    for (size_t k = 0; k < 4 && rc == WDM_OK; k++)
        rc = wdm_table_number(t, r, L_INFO + k, (const double[3]){0.0, 1e300, (double)NAN}, &a.level[k], err);
    if (rc == WDM_OK)
        rc = wdm_config_need(t, r, L_SOURCE, err);
    for (size_t i = 0; i < config->alerts.n && rc == WDM_OK; i++) {
        if (strcmp(config->alerts.rows[i].rule_id, a.rule_id) == 0)
            rc = wdm_table_error(t, r, L_ID, err, "\"%s\" stands twice", a.rule_id);
    }
    if (rc != WDM_OK)
        return rc;
    a.family = families[family];
    a.drug = drug[0] == '\0' ? WDM_NONE : wdm_config_drug(config, drug);
    a.active = true;
    if (drug[0] != '\0' && a.drug == WDM_NONE) {
        wdm_config_warn(config, t, r, L_DRUG, "unknown drug");
        a.active = false;
    }
    if (a.site_id[0] != '\0' && wdm_config_site(config, a.site_id) == WDM_NONE) {
        wdm_config_warn(config, t, r, L_SITE, "unknown site");
        a.active = false;
    }
    if (a.region_id[0] != '\0' && wdm_config_region(config, a.region_id) == WDM_NONE) {
        wdm_config_warn(config, t, r, L_REGION, "unknown region");
        a.active = false;
    }
    return WDM_APPEND(config->alerts, a, err);
}

static wdm_rc load_alerts(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++)
        rc = load_alert(config, t, r, err);
    return rc;
}

// ---- campaigns.csv
enum { C_ID, C_REGION, C_STARTS, C_ENDS, C_NAME, C_NAME_ZH };
static const wdm_table_column campaign_columns[] = {{"campaign_id", true}, {"region_id", true},
                                                    {"starts", true},      {"ends", true},
                                                    {"name", true},        {"name_zh", true}};

static wdm_rc load_campaigns(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++) {
        wdm_campaign c = {wdm_config_keep(config, t, r, C_ID),
                          wdm_config_keep(config, t, r, C_REGION),
                          wdm_config_keep(config, t, r, C_NAME),
                          wdm_config_keep(config, t, r, C_NAME_ZH),
                          0,
                          0,
                          true};
        if (c.campaign_id == NULL || c.region_id == NULL || c.name == NULL || c.name_zh == NULL)
            return wdm_err_nomem(err);
        if ((rc = wdm_config_need(t, r, C_ID, err)) != WDM_OK ||
            (rc = wdm_config_need(t, r, C_STARTS, err)) != WDM_OK ||
            (rc = wdm_table_day(t, r, C_STARTS, WDM_DAY_NONE, &c.starts, err)) != WDM_OK ||
            (rc = wdm_table_day(t, r, C_ENDS, WDM_DAY_NONE, &c.ends, err)) != WDM_OK)
            break;
        if (c.ends != WDM_DAY_NONE && c.ends < c.starts)
            return wdm_table_error(t, r, C_ENDS, err, "ends lies before starts");
        if (c.region_id[0] != '\0' && wdm_config_region(config, c.region_id) == WDM_NONE) {
            wdm_config_warn(config, t, r, C_REGION, "unknown region");
            c.active = false;
        }
        rc = WDM_APPEND(config->campaigns, c, err);
    }
    return rc;
}

const wdm_config_table_spec wdm_config_specs_places[] = {
    WDM_SPEC("regions.csv", region_columns, load_regions),
    WDM_SPEC("sites.csv", site_columns, load_sites),
    WDM_SPEC("population.csv", population_columns, load_population),
    WDM_SPEC("analysis.csv", analysis_columns, load_analysis),
    WDM_SPEC("alerts.csv", alert_columns, load_alerts),
    WDM_SPEC("campaigns.csv", campaign_columns, load_campaigns),
};
const size_t wdm_config_specs_places_n = WDM_COUNT(wdm_config_specs_places);
