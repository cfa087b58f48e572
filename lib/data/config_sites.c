// SPDX-License-Identifier: GPL-3.0-or-later
// Sites by name, and sub-catchments (pump stations, manholes, venues upstream of a plant).
#include <string.h>

#include "data/config_load.h"
#include "io/text.h"

enum { SITE_NAME_BYTES = 256 };

static wdm_rc add_name(wdm_config *config, const char *name, wdm_index site, wdm_err *err)
{
    char folded[SITE_NAME_BYTES];
    const char *key = NULL;
    size_t existing = WDM_MAP_NONE;
    wdm_rc rc = WDM_OK;
    if (!wdm_text_fold(name, folded, sizeof folded) || folded[0] == '\0')
        return WDM_OK; // too long to be anybody's
    key = wdm_arena_strdup(&config->arena, folded);
    if (key == NULL)
        return wdm_err_nomem(err);
    rc = wdm_map_put(&config->site_by_name, key, site, &existing, err);
    if (rc == WDM_OK && existing != WDM_MAP_NONE && existing != site)
        rc = wdm_map_put(&config->site_name_twice, key, site, NULL, err);
    return rc;
}

static wdm_rc add_names(wdm_config *config, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (wdm_index i = 0; i < config->sites.n && rc == WDM_OK; i++) {
        rc = add_name(config, config->sites.rows[i].name, i, err);
        if (rc == WDM_OK)
            rc = add_name(config, config->sites.rows[i].name_zh, i, err);
    }
    return rc;
}

wdm_index wdm_config_site_named(const wdm_config *config, const char *name, bool *several)
{
    char folded[SITE_NAME_BYTES];
    *several = false;
    if (!wdm_text_fold(name, folded, sizeof folded))
        return WDM_NONE;
    *several = wdm_map_get(&config->site_name_twice, folded) != WDM_MAP_NONE;
    return *several ? WDM_NONE : wdm_map_get(&config->site_by_name, folded);
}

// The config has no circles of regions.
bool wdm_config_region_inside(const wdm_config *config, const char *region_id, const char *wanted)
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

bool wdm_config_site_inside(const wdm_config *config, const char *site_id, const char *region_id)
{
    const wdm_index site = wdm_config_site(config, site_id);
    return site != WDM_NONE &&
           wdm_config_region_inside(config, config->sites.rows[site].region_id, region_id);
}

bool wdm_site_counts(const wdm_site *site)
{
    return strcmp(site->kind, "plant") == 0 && site->parent_site_id[0] == '\0';
}

static const char *parent_region(const wdm_config *config, const char *region_id)
{
    return config->regions.rows[wdm_config_region(config, region_id)].parent_id;
}

static bool is_inside(const wdm_config *config, const char *region_id, const char *of)
{
    while (region_id[0] != '\0' && strcmp(region_id, of) != 0)
        region_id = parent_region(config, region_id);
    return region_id[0] != '\0';
}

// The smallest region that holds both, and is no greater than a city; NULL when there is none.
static const char *city_of_both(const wdm_config *config, const char *a, const char *b)
{
    for (; a[0] != '\0'; a = parent_region(config, a)) {
        const char *level = config->regions.rows[wdm_config_region(config, a)].level;
        if (strcmp(level, "nation") == 0 || strcmp(level, "province") == 0)
            return NULL;
        if (is_inside(config, b, a))
            return a;
    }
    return NULL;
}

static wdm_rc check_parent(const wdm_config *config, const wdm_table *t, size_t r,
                           const wdm_site_columns *columns, wdm_err *err)
{
    const wdm_site *site = &config->sites.rows[r];
    const wdm_site *parent = NULL;
    wdm_index at = WDM_NONE;
    size_t steps = 0;
    if (site->parent_site_id[0] == '\0')
        return WDM_OK;
    at = wdm_config_site(config, site->parent_site_id);
    if (at == WDM_NONE)
        return wdm_table_error(t, r, columns->parent, err, "\"%s\" is not a site_id of this table",
                               site->parent_site_id);
    parent = &config->sites.rows[at];
    for (; at != WDM_NONE && steps <= config->sites.n; steps++)
        at = wdm_config_site(config, config->sites.rows[at].parent_site_id);
    if (steps > config->sites.n)
        return wdm_table_error(t, r, columns->parent, err, "the site lies upstream of itself");
    if (site->region_id[0] != '\0' && parent->region_id[0] != '\0' &&
        city_of_both(config, site->region_id, parent->region_id) == NULL)
        return wdm_table_error(
            t, r, columns->region, err,
            "\"%s\" has no city in common with \"%s\", the region of its parent %s; correct "
            "the region or the parent",
            site->region_id, parent->region_id, parent->site_id);
    return WDM_OK;
}

wdm_rc wdm_config_check_sites(wdm_config *config, const wdm_table *t, const wdm_site_columns *columns,
                              wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++)
        rc = check_parent(config, t, r, columns, err);
    return rc == WDM_OK ? add_names(config, err) : rc;
}
