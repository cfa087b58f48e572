// SPDX-License-Identifier: GPL-3.0-or-later
// markers.csv: what one person gives off in a day; and the policies of sites that choose among the
// populations.
#include <inttypes.h>
#include <string.h>

#include "data/config_load.h"
#include "wbe/population.h"

static const char *const reserved[] = {"static", "combined", "field"};

enum { M_ANALYTE, M_PER_CAPITA, M_U, M_SOURCE, M_METHOD, M_CIGARETTES, M_SHARE, M_SITE, M_REGION, M_FROM };
static const wdm_table_column marker_columns[] = {{"analyte_id", true},      {"per_capita_mg_d", true},
                                                  {"u_rel", true},           {"source", true},
                                                  {"method", false},         {"cigarettes_person_day", false},
                                                  {"domestic_share", false}, {"site_id", false},
                                                  {"region_id", false},      {"valid_from", false}};

// The load of a person: given, or by the Chinese cotinine rule from the cigarettes.
static wdm_rc read_per_capita(const wdm_table *t, size_t r, wdm_marker *m, wdm_err *err)
{
    wdm_rc rc = wdm_table_number(t, r, M_CIGARETTES, (const double[3]){1e-3, 100.0, (double)NAN},
                                 &m->cigarettes_person_day, err);
    if (rc == WDM_OK)
        rc = wdm_table_number(t, r, M_PER_CAPITA, WDM_ANY_POSITIVE, &m->per_capita_mg_d, err);
    if (rc != WDM_OK)
        return rc;
    if (isnan(m->cigarettes_person_day))
        return wdm_config_need(t, r, M_PER_CAPITA, err);
    if (!isnan(m->per_capita_mg_d))
        return wdm_table_error(t, r, M_PER_CAPITA, err,
                               "cigarettes_person_day gives the load of a person; leave the cell empty");
    m->per_capita_mg_d = wdm_cotinine_excretion_mg_d_1000(m->cigarettes_person_day) / 1000.0;
    return WDM_OK;
}

// Empty: the share of households does not enter. "field": it does, and a day without it has no population. A
// number: it does, and the number stands in where the field sheet gives none.
static wdm_rc read_share(const wdm_table *t, size_t r, wdm_marker *m, wdm_err *err)
{
    const char *cell = wdm_table_cell(t, r, M_SHARE);
    m->domestic_share = (double)NAN;
    m->share_counts = cell[0] != '\0';
    if (!m->share_counts || strcmp(cell, "field") == 0)
        return WDM_OK;
    return wdm_table_number(t, r, M_SHARE, (const double[3]){1e-6, 1.0, (double)NAN}, &m->domestic_share,
                            err);
}

// The method's place in marker_methods, which grows by a new one. One analyte is one method: two would count
// the same measurement twice.
static wdm_rc read_method(wdm_config *config, const wdm_table *t, size_t r, wdm_marker *m, wdm_err *err)
{
    const char *cell = wdm_table_cell(t, r, M_METHOD);
    wdm_marker_method new_one = {cell[0] != '\0' ? wdm_config_keep(config, t, r, M_METHOD)
                                                 : config->analytes.rows[m->analyte].analyte_id,
                                 m->analyte};
    if (new_one.method == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < WDM_COUNT(reserved); i++) {
        if (strcmp(new_one.method, reserved[i]) == 0)
            return wdm_table_error(t, r, M_METHOD, err, "\"%s\" is the name of another method", reserved[i]);
    }
    for (m->method = 0; m->method < config->marker_methods.n; m->method++) {
        const wdm_marker_method *o = &config->marker_methods.rows[m->method];
        const bool same = strcmp(o->method, new_one.method) == 0;
        if (same && o->analyte == m->analyte)
            return WDM_OK;
        if (o->analyte == m->analyte)
            return wdm_table_error(t, r, M_METHOD, err, "\"%s\" has another method, \"%s\", above",
                                   wdm_table_cell(t, r, M_ANALYTE), o->method);
        if (same)
            return wdm_table_error(t, r, M_METHOD, err, "\"%s\" is the method of another analyte, %s",
                                   new_one.method, config->analytes.rows[o->analyte].analyte_id);
    }
    if (config->marker_methods.n == WDM_MARKER_METHODS_MAX)
        return wdm_table_error(t, r, M_METHOD, err, "more than %d methods", (int)WDM_MARKER_METHODS_MAX);
    return WDM_APPEND(config->marker_methods, new_one, err);
}

// Where the row holds: a site, a region, or everywhere. Inactive when it names one that is not there.
static wdm_rc read_scope(wdm_config *config, const wdm_table *t, size_t r, wdm_marker *m, wdm_err *err)
{
    const char *site = wdm_table_cell(t, r, M_SITE);
    m->site = site[0] == '\0' ? WDM_NONE : wdm_config_site(config, site);
    m->region_id = wdm_config_keep(config, t, r, M_REGION);
    if (m->region_id == NULL)
        return wdm_err_nomem(err);
    if (site[0] != '\0' && m->region_id[0] != '\0')
        return wdm_table_error(t, r, M_REGION, err, "a row is of one site or of one region");
    if (m->active && site[0] != '\0' && m->site == WDM_NONE) {
        wdm_config_warn(config, t, r, M_SITE, "unknown site");
        m->active = false;
    }
    if (m->active && m->region_id[0] != '\0' && wdm_config_region(config, m->region_id) == WDM_NONE) {
        wdm_config_warn(config, t, r, M_REGION, "unknown region");
        m->active = false;
    }
    return wdm_table_day(t, r, M_FROM, wdm_day_of_civil((wdm_civil){1900, 1, 1}), &m->valid_from, err);
}

static wdm_rc check_twice(const wdm_config *config, const wdm_table *t, size_t r, const wdm_marker *m,
                          wdm_err *err)
{
    for (size_t i = 0; i < config->markers.n; i++) {
        const wdm_marker *o = &config->markers.rows[i];
        if (o->active && o->analyte == m->analyte && o->site == m->site && o->valid_from == m->valid_from &&
            strcmp(o->region_id, m->region_id) == 0)
            return wdm_table_error(t, r, M_ANALYTE, err, "\"%s\" stands twice",
                                   wdm_table_cell(t, r, M_ANALYTE));
    }
    return WDM_OK;
}

static wdm_rc load_marker(wdm_config *config, const wdm_table *t, size_t r, wdm_err *err)
{
    wdm_marker m = {.source = wdm_config_keep(config, t, r, M_SOURCE)};
    wdm_rc rc = wdm_config_need(t, r, M_ANALYTE, err);
    m.analyte = wdm_config_analyte(config, wdm_table_cell(t, r, M_ANALYTE));
    m.active = m.analyte != WDM_NONE;
    if (m.source == NULL)
        return wdm_err_nomem(err);
    if (rc != WDM_OK || (rc = read_per_capita(t, r, &m, err)) != WDM_OK ||
        (rc = wdm_table_number(t, r, M_U, WDM_U_OR_NAN, &m.u_rel, err)) != WDM_OK ||
        (rc = read_share(t, r, &m, err)) != WDM_OK || (rc = wdm_config_need(t, r, M_SOURCE, err)) != WDM_OK ||
        (rc = read_scope(config, t, r, &m, err)) != WDM_OK)
        return rc;
    if (m.analyte == WDM_NONE)
        wdm_config_warn(config, t, r, M_ANALYTE, "unknown analyte");
    else if ((rc = read_method(config, t, r, &m, err)) == WDM_OK && m.active)
        rc = check_twice(config, t, r, &m, err);
    if (rc == WDM_OK)
        rc = WDM_APPEND(config->markers, m, err);
    return rc;
}

static wdm_rc load_markers(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++)
        rc = load_marker(config, t, r, err);
    return rc;
}

// How special the row is for the site: 0 everywhere, more the smaller the region, most its own; -1: not of
// it.
static int scope_of(const wdm_config *config, const wdm_marker *m, wdm_index site)
{
    const char *region = site == WDM_NONE ? "" : config->sites.rows[site].region_id;
    if (m->site != WDM_NONE)
        return m->site == site ? INT32_MAX : -1;
    if (m->region_id[0] == '\0')
        return 0;
    for (int steps = 0; region[0] != '\0' && steps < (int)config->regions.n; steps++) {
        const wdm_index at = wdm_config_region(config, region);
        if (strcmp(region, m->region_id) == 0)
            return INT32_MAX - 1 - steps;
        region = at == WDM_NONE ? "" : config->regions.rows[at].parent_id;
    }
    return -1;
}

const wdm_marker *wdm_config_marker(const wdm_config *config, wdm_index analyte, wdm_index site, wdm_day day)
{
    const wdm_marker *best = NULL;
    int best_scope = -1;
    for (size_t i = 0; i < config->markers.n && analyte != WDM_NONE; i++) {
        const wdm_marker *m = &config->markers.rows[i];
        if (!m->active || m->analyte != analyte || m->valid_from > day)
            continue;
        const int scope = scope_of(config, m, site);
        if (scope > best_scope || (scope >= 0 && scope == best_scope && m->valid_from > best->valid_from)) {
            best = m;
            best_scope = scope;
        }
    }
    return best;
}

bool wdm_config_is_marker(const wdm_config *config, wdm_index analyte)
{
    for (size_t i = 0; i < config->markers.n && analyte != WDM_NONE; i++) {
        if (config->markers.rows[i].active && config->markers.rows[i].analyte == analyte)
            return true;
    }
    return false;
}

double wdm_marker_share(const wdm_marker *marker, double field_share)
{
    if (!marker->share_counts)
        return 1.0;
    return isnan(field_share) ? marker->domestic_share : field_share;
}

// ---- policies

// The policy that the text names; false when there is none of that name.
static bool parse_policy(const wdm_config *config, const char *text, wdm_policy *policy)
{
    *policy = (wdm_policy){WDM_POLICY_STATIC, 0};
    if (text == NULL || text[0] == '\0' || strcmp(text, "static") == 0)
        return true;
    if (strcmp(text, "combined") == 0) {
        policy->kind = WDM_POLICY_COMBINED;
        return true;
    }
    policy->kind = WDM_POLICY_MARKER;
    for (; policy->method < config->marker_methods.n; policy->method++) {
        const wdm_marker_method *m = &config->marker_methods.rows[policy->method];
        if (strcmp(text, m->method) == 0 || strcmp(text, config->analytes.rows[m->analyte].analyte_id) == 0)
            return true;
    }
    return false;
}

wdm_policy wdm_config_policy(const wdm_config *config, wdm_index site)
{
    wdm_policy policy;
    if (!parse_policy(config, config->sites.rows[site].population_policy, &policy))
        policy = (wdm_policy){WDM_POLICY_STATIC, 0}; // was refused when the tables were read
    return policy;
}

static wdm_rc refuse_policy(const wdm_config *config, const wdm_site *site, const char *file, wdm_err *err)
{
    wdm_buf names;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&names, 4096);
    for (size_t i = 0; i < config->marker_methods.n; i++)
        wdm_buf_printf(&names, "%s%s", i == 0 ? "" : ", ", config->marker_methods.rows[i].method);
    rc = wdm_err_set(err, WDM_E_CONFIG,
                     "%s:%" PRIu64
                     ": population_policy: \"%s\" is not known; write static, combined or a method "
                     "of markers.csv: %s",
                     file, site->line, site->population_policy, wdm_buf_text(&names));
    wdm_buf_fini(&names);
    return rc;
}

// A policy that weighs by u_rel needs it.
static wdm_rc check_combined(const wdm_config *config, wdm_index site, const char *file, wdm_err *err)
{
    for (size_t i = 0; i < config->population.n; i++) {
        const wdm_population *p = &config->population.rows[i];
        if (p->site == site && !(p->u_rel > 0.0))
            return wdm_err_set(err, WDM_E_CONFIG,
                               "%s:%" PRIu64
                               ": population_policy: combined weighs the populations of %s by u_rel, "
                               "and a row of population.csv has none; give it one",
                               file, config->sites.rows[site].line, config->sites.rows[site].site_id);
    }
    return WDM_OK;
}

wdm_rc wdm_config_check_policies(const wdm_config *config, const wdm_config_files *files, wdm_err *err)
{
    const wdm_config_file *file = wdm_config_files_get(files, "sites.csv");
    const char *name = file == NULL ? "sites.csv" : file->origin;
    wdm_rc rc = WDM_OK;
    for (wdm_index i = 0; i < config->sites.n && rc == WDM_OK; i++) {
        wdm_policy policy;
        if (!parse_policy(config, config->sites.rows[i].population_policy, &policy))
            rc = refuse_policy(config, &config->sites.rows[i], name, err);
        else if (policy.kind == WDM_POLICY_COMBINED)
            rc = check_combined(config, i, name, err);
    }
    return rc;
}

const wdm_config_table_spec wdm_config_specs_markers[] = {
    WDM_SPEC("markers.csv", marker_columns, load_markers),
};
const size_t wdm_config_specs_markers_n = WDM_COUNT(wdm_config_specs_markers);
