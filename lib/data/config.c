// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/config_load.h"
#include "io/layout.h"
#include "io/text.h"

enum { NAME_MAX_BYTES = 256, WARNINGS_MAX = 1024 * 1024 };

const char *wdm_config_keep(wdm_config *config, const wdm_table *table, size_t row, size_t column)
{
    return wdm_arena_strdup(&config->arena, wdm_table_cell(table, row, column));
}

wdm_rc wdm_config_need(const wdm_table *table, size_t row, size_t column, wdm_err *err)
{
    if (wdm_table_cell(table, row, column)[0] != '\0')
        return WDM_OK;
    return wdm_table_error(table, row, column, err, "the cell is empty; it must be filled");
}

void wdm_config_warn(wdm_config *config, const wdm_table *table, size_t row, size_t column, const char *what)
{
    wdm_buf_printf(&config->warnings, "%s:%" PRIu64 ": %s: %s \"%s\"; the row is inactive\n", table->file,
                   table->rows[row].line, table->columns[column].name, what,
                   wdm_table_cell(table, row, column));
}

static wdm_rc load_table(wdm_config *config, const wdm_config_files *files, const wdm_config_table_spec *spec,
                         wdm_err *err)
{
    wdm_table table = {0};
    const wdm_config_file *file = wdm_config_files_get(files, spec->file);
    wdm_rc rc = WDM_OK;
    if (file == NULL && spec->optional)
        return WDM_OK;
    if (file == NULL)
        return wdm_err_set(err, WDM_E_CONFIG, "%s: the table is missing; run wdm init", spec->file);
    rc = wdm_table_read(&table, file->origin, wdm_buf_text(&file->bytes), file->bytes.len, spec->columns,
                        spec->n_columns, err);
    if (rc == WDM_OK)
        rc = spec->load(config, &table, err);
    wdm_table_fini(&table);
    return rc;
}

// Every layout must be readable when it is put in force, not when the first file needs it.
static wdm_rc check_layouts(const wdm_config_files *files, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < files->n && rc == WDM_OK; i++) {
        wdm_layout layout = {0};
        if (strncmp(files->files[i].name, "layouts/", strlen("layouts/")) != 0)
            continue;
        rc = wdm_layout_parse(&layout, files->files[i].name, files->files[i].origin,
                              wdm_buf_text(&files->files[i].bytes), err);
        wdm_layout_fini(&layout);
    }
    return rc;
}

// A store of an older version has no wdm.cfg: the defaults.
static wdm_rc load_settings(wdm_config *config, const wdm_config_files *files, wdm_err *err)
{
    const wdm_config_file *file = wdm_config_files_get(files, "wdm.cfg");
    return file == NULL
               ? WDM_OK
               : wdm_settings_parse(&config->settings, file->origin, wdm_buf_text(&file->bytes), err);
}

static void name_versions(wdm_config *config, const wdm_config_files *files)
{
    wdm_hash all;
    wdm_hash factors;
    char digest[WDM_SHA256_HEX];
    wdm_hash_init(&all);
    wdm_hash_init(&factors);
    for (size_t i = 0; i < files->n; i++) {
        const wdm_config_file *file = &files->files[i];
        wdm_hash_update(&all, file->name, strlen(file->name) + 1);
        wdm_hash_update(&all, file->sha256, sizeof file->sha256);
        for (size_t t = 0; t < wdm_config_table_names_n; t++) {
            if (!wdm_config_table_names[t].in_factor_set ||
                strcmp(wdm_config_table_names[t].name, file->name) != 0)
                continue;
            wdm_hash_update(&factors, file->name, strlen(file->name) + 1);
            wdm_hash_update(&factors, file->sha256, sizeof file->sha256);
        }
    }
    wdm_hash_final_hex(&all, config->set_sha256);
    wdm_hash_final_hex(&factors, digest);
    (void)snprintf(config->factor_set, sizeof config->factor_set, "fs-%.12s", digest);
}

wdm_rc wdm_config_parse(wdm_config *config, const wdm_config_files *files, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    memset(config, 0, sizeof *config);
    wdm_buf_init(&config->warnings, WARNINGS_MAX);
    for (size_t i = 0; i < wdm_config_specs_science_n && rc == WDM_OK; i++)
        rc = load_table(config, files, &wdm_config_specs_science[i], err);
    for (size_t i = 0; i < wdm_config_specs_traps_n && rc == WDM_OK; i++)
        rc = load_table(config, files, &wdm_config_specs_traps[i], err);
    for (size_t i = 0; i < wdm_config_specs_places_n && rc == WDM_OK; i++)
        rc = load_table(config, files, &wdm_config_specs_places[i], err);
    for (size_t i = 0; i < wdm_config_specs_levels_n && rc == WDM_OK; i++)
        rc = load_table(config, files, &wdm_config_specs_levels[i], err);
    for (size_t i = 0; i < wdm_config_specs_checks_n && rc == WDM_OK; i++)
        rc = load_table(config, files, &wdm_config_specs_checks[i], err);
    for (size_t i = 0; i < wdm_config_specs_markers_n && rc == WDM_OK; i++)
        rc = load_table(config, files, &wdm_config_specs_markers[i], err);
    if (rc == WDM_OK)
        rc = wdm_config_check_policies(config, files, err);
    for (size_t i = 0; i < wdm_config_specs_quality_n && rc == WDM_OK; i++)
        rc = load_table(config, files, &wdm_config_specs_quality[i], err);
    if (rc == WDM_OK)
        rc = check_layouts(files, err);
    if (rc == WDM_OK)
        rc = load_settings(config, files, err);
    if (rc == WDM_OK)
        name_versions(config, files);
    return rc;
}

void wdm_config_fini(wdm_config *config)
{
    wdm_free(config->analytes.rows);
    wdm_free(config->drugs.rows);
    wdm_free(config->excretion.rows);
    wdm_free(config->attribution.rows);
    wdm_free(config->stability.rows);
    wdm_free(config->sorption.rows);
    wdm_free(config->ratios.rows);
    wdm_free(config->spikes.rows);
    wdm_free(config->apportionment.rows);
    wdm_free(config->sites.rows);
    wdm_free(config->regions.rows);
    wdm_free(config->population.rows);
    wdm_free(config->analysis.rows);
    wdm_free(config->alerts.rows);
    wdm_free(config->levels.rows);
    wdm_free(config->campaigns.rows);
    wdm_free(config->qc.rows);
    wdm_free(config->controls.rows);
    wdm_free(config->units.rows);
    wdm_free(config->text.rows);
    wdm_free(config->plausibility.rows);
    wdm_free(config->markers.rows);
    wdm_free(config->marker_methods.rows);
    wdm_free(config->confirmations.rows);
    wdm_map_fini(&config->analyte_by_name);
    wdm_map_fini(&config->drug_by_id);
    wdm_map_fini(&config->site_by_id);
    wdm_map_fini(&config->site_by_name);
    wdm_map_fini(&config->site_name_twice);
    wdm_map_fini(&config->region_by_id);
    for (int q = 0; q < WDM_UNIT_N; q++)
        wdm_map_fini(&config->unit_by_name[q]);
    wdm_map_fini(&config->word_by_name);
    wdm_map_fini(&config->text_by_key);
    wdm_buf_fini(&config->warnings);
    wdm_arena_fini(&config->arena);
    memset(config, 0, sizeof *config);
}

wdm_rc wdm_config_add_site(wdm_config *config, const wdm_site *site, wdm_index *index, wdm_err *err)
{
    wdm_site copy = *site;
    const char **texts[] = {&copy.site_id,  &copy.name, &copy.name_zh,        &copy.region_id,
                            &copy.timezone, &copy.kind, &copy.parent_site_id, &copy.population_policy};
    wdm_rc rc = wdm_grow(&config->sites.rows, &config->sites.cap, config->sites.n + 1,
                         sizeof *config->sites.rows, err);
    if (rc != WDM_OK)
        return rc;
    for (size_t i = 0; i < WDM_COUNT(texts); i++) {
        *texts[i] = wdm_arena_strdup(&config->arena, *texts[i] == NULL ? "" : *texts[i]);
        if (*texts[i] == NULL)
            return wdm_err_nomem(err);
    }
    copy.bucket = wdm_bucket(copy.site_id);
    *index = config->sites.n;
    rc = wdm_map_put(&config->site_by_id, copy.site_id, *index, NULL, err);
    if (rc == WDM_OK)
        config->sites.rows[config->sites.n++] = copy;
    return rc;
}

wdm_rc wdm_config_add_population(wdm_config *config, const wdm_population *population, wdm_err *err)
{
    wdm_population copy = *population;
    wdm_rc rc = wdm_grow(&config->population.rows, &config->population.cap, config->population.n + 1,
                         sizeof *config->population.rows, err);
    if (rc != WDM_OK)
        return rc;
    copy.method = wdm_arena_strdup(&config->arena, copy.method);
    copy.source = wdm_arena_strdup(&config->arena, copy.source);
    if (copy.method == NULL || copy.source == NULL)
        return wdm_err_nomem(err);
    config->population.rows[config->population.n++] = copy;
    return WDM_OK;
}

static size_t get_folded(const wdm_map *map, const char *name)
{
    char folded[NAME_MAX_BYTES];
    if (!wdm_text_fold(name, folded, sizeof folded))
        return WDM_MAP_NONE;
    return wdm_map_get(map, folded);
}

wdm_index wdm_config_analyte(const wdm_config *config, const char *name)
{
    return get_folded(&config->analyte_by_name, name);
}

wdm_index wdm_config_drug(const wdm_config *config, const char *drug_id)
{
    return wdm_map_get(&config->drug_by_id, drug_id);
}

wdm_index wdm_config_site(const wdm_config *config, const char *site_id)
{
    return wdm_map_get(&config->site_by_id, site_id);
}

wdm_index wdm_config_region(const wdm_config *config, const char *region_id)
{
    return wdm_map_get(&config->region_by_id, region_id);
}

const wdm_unit *wdm_config_unit(const wdm_config *config, wdm_unit_quantity quantity, const char *name)
{
    const size_t at = get_folded(&config->unit_by_name[quantity], name);
    return at == WDM_MAP_NONE ? NULL : &config->units.rows[at];
}

bool wdm_config_word(const wdm_config *config, const char *text, wdm_word *word)
{
    const size_t at = get_folded(&config->word_by_name, text);
    if (at == WDM_MAP_NONE)
        return false;
    *word = (wdm_word)at;
    return true;
}

const wdm_population *wdm_config_population(const wdm_config *config, wdm_index site, wdm_day day)
{
    const wdm_population *best = NULL;
    for (size_t i = 0; i < config->population.n; i++) {
        const wdm_population *p = &config->population.rows[i];
        if (p->site != site || p->valid_from > day || (p->valid_to != WDM_DAY_NONE && p->valid_to < day))
            continue;
        if (best == NULL || p->valid_from > best->valid_from)
            best = p;
    }
    return best;
}

const wdm_excretion *wdm_config_excretion(const wdm_config *config, wdm_index drug, wdm_index biomarker,
                                          wdm_day day)
{
    const wdm_excretion *best = NULL;
    for (size_t i = 0; i < config->excretion.n; i++) {
        const wdm_excretion *e = &config->excretion.rows[i];
        if (e->drug != drug || e->biomarker != biomarker || e->valid_from > day)
            continue;
        if (best == NULL || e->valid_from > best->valid_from)
            best = e;
    }
    return best;
}

size_t wdm_config_combinable(const wdm_config *config, wdm_index drug, wdm_day day,
                             const wdm_excretion *rows[WDM_COMBINE_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < config->excretion.n && n < WDM_COMBINE_MAX; i++) {
        const wdm_excretion *e = &config->excretion.rows[i];
        if (e->combine && e->drug == drug && e == wdm_config_excretion(config, drug, e->biomarker, day))
            rows[n++] = e;
    }
    return n;
}

wdm_index wdm_config_primary_drug(const wdm_config *config, wdm_index biomarker)
{
    wdm_index any = WDM_NONE;
    for (size_t i = 0; i < config->excretion.n; i++) {
        const wdm_excretion *e = &config->excretion.rows[i];
        if (e->biomarker != biomarker)
            continue;
        if (e->primary)
            return e->drug;
        if (any == WDM_NONE)
            any = e->drug;
    }
    return any;
}

int wdm_config_scope(const char *const row[2], wdm_index row_analyte, const char *const asked[2],
                     wdm_index analyte)
{
    int points = 0;
    for (int i = 0; i < 2; i++) {
        if (row[i][0] == '\0')
            continue;
        if (strcmp(row[i], asked[i]) != 0)
            return -1;
        points += 2 - i;
    }
    if (row_analyte == WDM_NONE)
        return points;
    return row_analyte == analyte ? points + 4 : -1;
}

wdm_limits wdm_config_limits(const wdm_config *config, const char *lab_id, const char *method_id,
                             wdm_index analyte, wdm_day day)
{
    wdm_limits out = {lab_id,      method_id,   analyte,     day,         (double)NAN,
                      (double)NAN, (double)NAN, (double)NAN, (double)NAN, ""};
    double *const to[] = {&out.lod_ng_l, &out.loq_ng_l, &out.uloq_ng_l, &out.u_rel_random, &out.u_rel_batch};
    const char *const asked[2] = {lab_id, method_id};
    int points[WDM_COUNT(to)] = {-1, -1, -1, -1, -1};
    wdm_day since[WDM_COUNT(to)] = {0};
    for (size_t i = 0; i < config->analysis.n; i++) {
        const wdm_limits *row = &config->analysis.rows[i];
        const double from[] = {row->lod_ng_l, row->loq_ng_l, row->uloq_ng_l, row->u_rel_random,
                               row->u_rel_batch};
        const char *const scope[2] = {row->lab_id, row->method_id};
        const int p = wdm_config_scope(scope, row->analyte, asked, analyte);
        if (p < 0 || row->valid_from > day)
            continue;
        for (size_t k = 0; k < WDM_COUNT(to); k++) {
            if (isnan(from[k]) || p < points[k] || (p == points[k] && row->valid_from < since[k]))
                continue;
            *to[k] = from[k];
            if (to[k] == &out.u_rel_random)
                out.source = row->source;
            points[k] = p;
            since[k] = row->valid_from;
        }
    }
    return out;
}

const char *wdm_config_text(const wdm_config *config, wdm_lang lang, const char *key)
{
    const size_t at = wdm_map_get(&config->text_by_key, key);
    if (at == WDM_MAP_NONE)
        return key;
    return lang == WDM_LANG_ZH ? config->text.rows[at].zh : config->text.rows[at].en;
}
