// SPDX-License-Identifier: GPL-3.0-or-later
// Loader of levels.csv: what the four levels of alerts are called in a region, their colour, and whether
// alerts of the level are delivered.
#include <ctype.h>
#include <string.h>

#include "data/config_load.h"
#include "wbe/series_replay.h"

enum { V_REGION, V_LEVEL, V_NAME, V_NAME_ZH, V_COLOUR, V_MESSAGES };
static const wdm_table_column level_columns[] = {{"region_id", true}, {"level", true},  {"name", true},
                                                 {"name_zh", true},   {"colour", true}, {"messages", true}};

enum { LEVELS = WDM_LEVEL_N - 1 }; // without "none"

// Of a store whose config is older than the table: the words that the program used then.
static const wdm_level_row unnamed[LEVELS] = {
    {"", "info", "info", "蓝色提示", "#0072B2", true, true},
    {"", "notice", "notice", "黄色关注", "#E6B800", true, true},
    {"", "warning", "warning", "橙色警戒", "#E67300", true, true},
    {"", "critical", "critical", "红色警报", "#B22222", true, true}};

static const wdm_level_row *row_of(const wdm_config *config, const char *region_id, const char *level)
{
    for (size_t i = 0; i < config->levels.n; i++) {
        const wdm_level_row *row = &config->levels.rows[i];
        if (row->active && strcmp(row->region_id, region_id) == 0 && strcmp(row->level, level) == 0)
            return row;
    }
    return NULL;
}

const wdm_level_row *wdm_config_level(const wdm_config *config, const char *region_id, const char *level)
{
    const wdm_level_row *row = NULL;
    for (;;) {
        const wdm_index at = region_id[0] == '\0' ? WDM_NONE : wdm_config_region(config, region_id);
        row = row_of(config, region_id, level);
        if (row != NULL || region_id[0] == '\0')
            break;
        region_id = at == WDM_NONE ? "" : config->regions.rows[at].parent_id;
    }
    for (size_t i = 0; i < LEVELS && row == NULL; i++)
        row = strcmp(unnamed[i].level, level) == 0 ? &unnamed[i] : NULL;
    return row;
}

const char *wdm_config_site_region(const wdm_config *config, const char *site_id)
{
    const wdm_index site = wdm_config_site(config, site_id);
    return site == WDM_NONE ? "" : config->sites.rows[site].region_id;
}

static bool is_colour(const char *text)
{
    if (text[0] != '#' || strlen(text) != 7)
        return false;
    for (size_t i = 1; i < 7; i++) {
        if (!isxdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}

static wdm_rc read_level(wdm_config *config, const wdm_table *t, size_t r, wdm_level_row *row, wdm_err *err)
{
    static const char *const words[LEVELS] = {"info", "notice", "warning", "critical"};
    static const char *const zero_one[] = {"0", "1"};
    size_t level = 0;
    size_t messages = 0;
    wdm_rc rc = wdm_table_word(t, r, V_LEVEL, words, LEVELS, SIZE_MAX, &level, err);
    if (rc == WDM_OK)
        rc = wdm_table_word(t, r, V_MESSAGES, zero_one, 2, SIZE_MAX, &messages, err);
    if (rc == WDM_OK)
        rc = wdm_config_need(t, r, V_NAME, err);
    if (rc != WDM_OK)
        return rc;
    row->level = words[level];
    row->messages = messages == 1;
    row->region_id = wdm_config_keep(config, t, r, V_REGION);
    row->name = wdm_config_keep(config, t, r, V_NAME);
    row->name_zh =
        wdm_config_keep(config, t, r, wdm_table_cell(t, r, V_NAME_ZH)[0] == '\0' ? V_NAME : V_NAME_ZH);
    row->colour = wdm_config_keep(config, t, r, V_COLOUR);
    if (row->region_id == NULL || row->name == NULL || row->name_zh == NULL || row->colour == NULL)
        return wdm_err_nomem(err);
    if (!is_colour(row->colour))
        return wdm_table_error(t, r, V_COLOUR, err, "\"%s\" is no colour; expected one such as #E67300",
                               row->colour);
    return WDM_OK;
}

static wdm_rc load_levels(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    for (size_t r = 0; r < t->n_rows; r++) {
        wdm_level_row row = {.active = true};
        wdm_rc rc = read_level(config, t, r, &row, err);
        if (rc != WDM_OK)
            return rc;
        if (row_of(config, row.region_id, row.level) != NULL)
            return wdm_table_error(t, r, V_LEVEL, err, "region and level stand twice");
        if (row.region_id[0] != '\0' && wdm_config_region(config, row.region_id) == WDM_NONE) {
            wdm_config_warn(config, t, r, V_REGION, "unknown region");
            row.active = false;
        }
        rc = WDM_APPEND(config->levels, row, err);
        if (rc != WDM_OK)
            return rc;
    }
    for (size_t i = 0; i < LEVELS; i++) {
        if (row_of(config, "", unnamed[i].level) == NULL)
            return wdm_err_set(err, WDM_E_CONFIG,
                               "%s: level %s has no row without region_id: what it is called elsewhere",
                               t->file, unnamed[i].level);
    }
    return WDM_OK;
}

const wdm_config_table_spec wdm_config_specs_levels[] = {
    WDM_SPEC_OPTIONAL("levels.csv", level_columns, load_levels),
};
const size_t wdm_config_specs_levels_n = WDM_COUNT(wdm_config_specs_levels);
