// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/configfiles.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/file.h"

const wdm_config_table_name wdm_config_table_names[] = {
    {"alerts.csv", 0},       {"analysis.csv", 0},   {"analytes.csv", 1}, {"apportionment.csv", 1},
    {"attribution.csv", 1},  {"campaigns.csv", 0},  {"controls.csv", 0}, {"disposal.csv", 1},
    {"drugs.csv", 1},        {"excretion.csv", 1},  {"levels.csv", 0},   {"markers.csv", 0},
    {"plausibility.csv", 0}, {"population.csv", 0}, {"qc.csv", 0},       {"ratios.csv", 1},
    {"regions.csv", 0},      {"sites.csv", 0},      {"sorption.csv", 1}, {"stability.csv", 1},
    {"text.csv", 0},         {"units.csv", 0},      {"wdm.cfg", 0},      {"words.csv", 0},
};
const size_t wdm_config_table_names_n = sizeof wdm_config_table_names / sizeof wdm_config_table_names[0];

enum { CONFIG_FILE_MAX = 64 * 1024 * 1024 };

wdm_rc wdm_config_files_add(wdm_config_files *files, const char *name, const char *origin, const char *bytes,
                            size_t len, wdm_err *err)
{
    wdm_config_file file = {0};
    size_t at = files->n;
    wdm_rc rc = wdm_grow(&files->files, &files->cap, files->n + 1, sizeof *files->files, err);
    if (rc != WDM_OK)
        return rc;
    if (snprintf(file.name, sizeof file.name, "%s", name) >= (int)sizeof file.name)
        return wdm_err_set(err, WDM_E_CONFIG, "%s: the file name is too long", name);
    (void)snprintf(file.origin, sizeof file.origin, "%s", origin);
    wdm_buf_init(&file.bytes, CONFIG_FILE_MAX);
    wdm_buf_put(&file.bytes, bytes, len);
    rc = wdm_buf_check(&file.bytes, err);
    if (rc != WDM_OK)
        return rc;
    wdm_sha256_hex(bytes, len, file.sha256);
    while (at > 0 && strcmp(files->files[at - 1].name, name) > 0) {
        files->files[at] = files->files[at - 1];
        at--;
    }
    files->files[at] = file;
    files->n++;
    return WDM_OK;
}

const wdm_config_file *wdm_config_files_get(const wdm_config_files *files, const char *name)
{
    for (size_t i = 0; i < files->n; i++) {
        if (strcmp(files->files[i].name, name) == 0)
            return &files->files[i];
    }
    return NULL;
}

static wdm_rc add_from(wdm_config_files *files, const char *dir, const char *name, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_buf bytes = {0};
    wdm_rc rc = wdm_path_join(path, dir, name, err);
    wdm_buf_init(&bytes, CONFIG_FILE_MAX);
    if (rc == WDM_OK)
        rc = wdm_file_read(path, &bytes, err);
    if (rc == WDM_OK)
        rc = wdm_config_files_add(files, name, path, wdm_buf_text(&bytes), bytes.len, err);
    wdm_buf_fini(&bytes);
    return rc;
}

typedef struct layout_walk {
    wdm_config_files *files;
    const char *dir;
} layout_walk;

static wdm_rc add_layout(void *user, const char *name, wdm_err *err)
{
    layout_walk *walk = user;
    char relative[300];
    (void)snprintf(relative, sizeof relative, "layouts/%s", name);
    if (wdm_config_files_get(walk->files, relative) != NULL)
        return WDM_OK; // the given folder's layout goes before the shipped one of the same name
    return add_from(walk->files, walk->dir, relative, err);
}

static wdm_rc add_layouts(wdm_config_files *files, const char *dir, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    layout_walk walk = {files, dir};
    wdm_rc rc = wdm_path_join(path, dir, "layouts", err);
    if (rc != WDM_OK || !wdm_file_exists(path))
        return rc;
    return wdm_dir_each(path, ".cfg", add_layout, &walk, err);
}

wdm_rc wdm_config_files_read(wdm_config_files *files, const char *dir, const char *shipped_dir, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    memset(files, 0, sizeof *files);
    if (!wdm_file_exists(dir))
        return wdm_err_set(err, WDM_E_CONFIG, "%s: no such config folder; give it with --config DIR", dir);
    for (size_t i = 0; i < wdm_config_table_names_n && rc == WDM_OK; i++) {
        char path[WDM_PATH_MAX];
        const char *name = wdm_config_table_names[i].name;
        rc = wdm_path_join(path, dir, name, err);
        if (rc == WDM_OK)
            rc = add_from(files, wdm_file_exists(path) ? dir : shipped_dir, name, err);
    }
    if (rc == WDM_OK)
        rc = add_layouts(files, dir, err);
    if (rc == WDM_OK && strcmp(dir, shipped_dir) != 0)
        rc = add_layouts(files, shipped_dir, err);
    return rc;
}

void wdm_config_files_fini(wdm_config_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        wdm_buf_fini(&files->files[i].bytes);
    wdm_free(files->files);
    memset(files, 0, sizeof *files);
}
