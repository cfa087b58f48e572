// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped config with some tables replaced, and a small world of two sites.
#ifndef WDM_TESTS_CONFIG_FIXTURE_H
#define WDM_TESTS_CONFIG_FIXTURE_H

#include "unittest.h"

#include "data/config.h"
#include "io/file.h"

typedef struct fixture_table {
    const char *name, *text;
} fixture_table;

#define FIXTURE_SITES_HEADER                                                                                 \
    "site_id,name,name_zh,region_id,latitude,longitude,timezone,retention_h,flow_u_rel,flow_bias_u_rel,"     \
    "expected_days,population_policy\n"
#define FIXTURE_REGIONS "region_id,parent_id,level,name,name_zh\nP,,province,P,省\nCITY,P,city,City,市\n"
#define FIXTURE_SITES FIXTURE_SITES_HEADER "A,Plant A,甲,CITY,,,,,,,,\nB,Plant B,乙,CITY,,,,,,,,\n"
#define FIXTURE_POPULATION_HEADER "site_id,valid_from,valid_to,population,u_rel,method,source\n"
#define FIXTURE_POPULATION FIXTURE_POPULATION_HEADER "A,,,100000,,census,s\nB,,,50000,,census,s\n"
#define FIXTURE_ANALYSIS_HEADER                                                                              \
    "lab_id,method_id,analyte_id,valid_from,lod,loq,uloq,u_rel_random,u_rel_batch,source\n"

// Files of the shipped config; those in tables replace them.
static inline wdm_rc fixture_files(wdm_config_files *files, const fixture_table *tables, size_t n,
                                   wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    memset(files, 0, sizeof *files);
    for (size_t i = 0; i < n && rc == WDM_OK; i++)
        rc = wdm_config_files_add(files, tables[i].name, tables[i].name, tables[i].text,
                                  strlen(tables[i].text), err);
    for (size_t i = 0; i < wdm_config_table_names_n && rc == WDM_OK; i++) {
        const char *name = wdm_config_table_names[i].name;
        char path[WDM_PATH_MAX];
        wdm_buf bytes;
        if (wdm_config_files_get(files, name) != NULL)
            continue;
        wdm_buf_init(&bytes, WDM_BUF_DEFAULT_MAX);
        (void)snprintf(path, sizeof path, "%s/config/%s", WDM_SOURCE_DIR, name);
        rc = wdm_file_read(path, &bytes, err);
        if (rc == WDM_OK)
            rc = wdm_config_files_add(files, name, name, wdm_buf_text(&bytes), bytes.len, err);
        wdm_buf_fini(&bytes);
    }
    return rc;
}

static inline wdm_rc fixture_config(wdm_config *config, const fixture_table *tables, size_t n, wdm_err *err)
{
    wdm_config_files files;
    wdm_rc rc = fixture_files(&files, tables, n, err);
    if (rc == WDM_OK)
        rc = wdm_config_parse(config, &files, err);
    wdm_config_files_fini(&files);
    return rc;
}

#endif
