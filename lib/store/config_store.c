// SPDX-License-Identifier: GPL-3.0-or-later
// Config versions, content-addressed, and the name tables.
#include <string.h>

#include "store/db.h"

static wdm_rc put_file(wdm_store *store, const wdm_config_file *file, int64_t set_id, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, "INSERT OR IGNORE INTO config_file (sha256, bytes) VALUES (?1, ?2)",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, file->sha256);
    (void)sqlite3_bind_blob64(stmt, 2, wdm_buf_text(&file->bytes), file->bytes.len, SQLITE_TRANSIENT);
    rc = wdm_db_run(store, stmt, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store, "INSERT INTO config_member (config_set_id, name, origin, sha256) VALUES (?1, ?2, ?3, ?4)",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, set_id);
    wdm_db_bind_text(stmt, 2, file->name);
    wdm_db_bind_text(stmt, 3, file->origin);
    wdm_db_bind_text(stmt, 4, file->sha256);
    return wdm_db_run(store, stmt, err);
}

static wdm_rc put_set(wdm_store *store, const wdm_config_files *files, const wdm_config *config,
                      const wdm_run *run, int64_t *set_id, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, "SELECT config_set_id FROM config_set WHERE sha256 = ?1", &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, config->set_sha256);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc != WDM_OK)
        return rc;
    if (row) {
        *set_id = sqlite3_column_int64(stmt, 0);
        (void)sqlite3_reset(stmt);
        return WDM_OK;
    }
    rc = wdm_db_prepare(store, "INSERT INTO config_set (sha256, factor_set, run_id) VALUES (?1, ?2, ?3)",
                        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, config->set_sha256);
    wdm_db_bind_text(stmt, 2, config->factor_set);
    wdm_db_bind_int(stmt, 3, run->run_id);
    rc = wdm_db_run(store, stmt, err);
    *set_id = sqlite3_last_insert_rowid(store->db);
    for (size_t i = 0; i < files->n && rc == WDM_OK; i++)
        rc = put_file(store, &files->files[i], *set_id, err);
    return rc;
}

// INSERT of a name row with up to four texts; the statement decides what happens to a row that is there.
static wdm_rc put_name(wdm_store *store, const char *sql, const char *const texts[3], wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(store, sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    for (int i = 0; i < 3; i++)
        wdm_db_bind_text(stmt, i + 1, texts[i]);
    return wdm_db_run(store, stmt, err);
}

wdm_rc wdm_store_add_site(wdm_store *store, const wdm_site *site, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO site (site_id, bucket, name, name_zh, region_id, latitude, longitude, imported) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (site_id) DO UPDATE SET name = excluded.name, "
        "name_zh = excluded.name_zh, region_id = excluded.region_id, latitude = excluded.latitude, "
        "longitude = excluded.longitude, imported = excluded.imported",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, site->site_id);
    wdm_db_bind_int(stmt, 2, site->bucket);
    wdm_db_bind_text(stmt, 3, site->name);
    wdm_db_bind_text(stmt, 4, site->name_zh);
    wdm_db_bind_text(stmt, 5, site->region_id);
    wdm_db_bind_real(stmt, 6, site->latitude);
    wdm_db_bind_real(stmt, 7, site->longitude);
    wdm_db_bind_int(stmt, 8, site->imported);
    return wdm_db_run(store, stmt, err);
}

static wdm_rc put_names(wdm_store *store, const wdm_config *config, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < config->sites.n && rc == WDM_OK; i++)
        rc = wdm_store_add_site(store, &config->sites.rows[i], err);
    for (size_t i = 0; i < config->analytes.n && rc == WDM_OK; i++) {
        const wdm_analyte *a = &config->analytes.rows[i];
        rc = put_name(store,
                      "INSERT INTO analyte (analyte_id, name, name_zh) VALUES (?1, ?2, ?3) ON CONFLICT "
                      "(analyte_id) DO UPDATE SET "
                      "name = excluded.name, name_zh = excluded.name_zh",
                      (const char *const[3]){a->analyte_id, a->name, a->name_zh}, err);
    }
    if (rc == WDM_OK) // a key of estimates; no analyte of the config has this name
        rc = put_name(store,
                      "INSERT INTO analyte (analyte_id, name, name_zh) VALUES (?1, ?2, ?3) ON CONFLICT "
                      "(analyte_id) DO NOTHING",
                      (const char *const[3]){WDM_COMBINED, "biomarkers combined", "多种标志物合并"}, err);
    for (size_t i = 0; i < config->drugs.n && rc == WDM_OK; i++) {
        const wdm_drug *d = &config->drugs.rows[i];
        rc = put_name(store,
                      "INSERT INTO drug (drug_id, name, name_zh) VALUES (?1, ?2, ?3) ON CONFLICT (drug_id) "
                      "DO UPDATE SET "
                      "name = excluded.name, name_zh = excluded.name_zh",
                      (const char *const[3]){d->drug_id, d->name, d->name_zh}, err);
    }
    for (size_t i = 0; i < config->regions.n && rc == WDM_OK; i++) {
        const wdm_region *g = &config->regions.rows[i];
        rc = put_name(store,
                      "INSERT INTO region (region_id, name, name_zh) VALUES (?1, ?2, ?3) ON CONFLICT "
                      "(region_id) DO UPDATE SET "
                      "name = excluded.name, name_zh = excluded.name_zh",
                      (const char *const[3]){g->region_id, g->name, g->name_zh}, err);
    }
    return rc;
}

wdm_rc wdm_store_put_config(wdm_store *store, const wdm_config_files *files, const wdm_config *config,
                            const wdm_run *run, wdm_err *err)
{
    int64_t set_id = 0;
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = put_set(store, files, config, run, &set_id, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(
            store,
            "INSERT INTO config_current (one, config_set_id) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET "
            "config_set_id = excluded.config_set_id",
            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, set_id);
    rc = wdm_db_run(store, stmt, err);
    if (rc == WDM_OK)
        rc = wdm_db_prepare(store,
                            "INSERT OR IGNORE INTO factor_set (factor_set, config_set_id) VALUES (?1, ?2)",
                            &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_text(stmt, 1, config->factor_set);
    wdm_db_bind_int(stmt, 2, set_id);
    rc = wdm_db_run(store, stmt, err);
    return rc == WDM_OK ? put_names(store, config, err) : rc;
}

static wdm_rc get_files(wdm_store *store, wdm_config_files *files, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT m.name, m.origin, f.bytes FROM config_current c JOIN config_member m USING (config_set_id) "
        "JOIN config_file f ON f.sha256 = m.sha256 ORDER BY m.name",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const char *bytes = sqlite3_column_blob(stmt, 2);
        rc = wdm_config_files_add(files, wdm_db_text(stmt, 0), wdm_db_text(stmt, 1),
                                  bytes == NULL ? "" : bytes, (size_t)sqlite3_column_bytes(stmt, 2), err);
    }
    (void)sqlite3_reset(stmt);
    if (rc == WDM_OK && files->n == 0)
        return wdm_err_set(err, WDM_E_CONFIG, "store %s holds no config yet; run: wdm init --store %s",
                           wdm_store_uri(store), wdm_store_uri(store));
    return rc;
}

static wdm_rc get_imported_sites(wdm_store *store, wdm_config *config, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store,
                               "SELECT site_id, name, name_zh, region_id, latitude, longitude FROM site "
                               "WHERE imported = 1 ORDER BY site_id",
                               &stmt, err);
    if (rc != WDM_OK)
        return rc;
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        wdm_index index = 0;
        const wdm_site site = {.site_id = wdm_db_text(stmt, 0),
                               .name = wdm_db_text(stmt, 1),
                               .name_zh = wdm_db_text(stmt, 2),
                               .region_id = wdm_db_text(stmt, 3),
                               .latitude = wdm_db_real(stmt, 4),
                               .longitude = wdm_db_real(stmt, 5),
                               .kind = "plant",
                               .population_policy = "static",
                               .expected_days = 7,
                               .retention_h = (double)NAN,
                               .sampling_u_rel = (double)NAN,
                               .hospital_share = (double)NAN,
                               .imported = true};
        if (wdm_config_site(config, site.site_id) == WDM_NONE)
            rc = wdm_config_add_site(config, &site, &index, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

static wdm_rc get_imported_population(wdm_store *store, wdm_config *config, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(
        store,
        "SELECT s.site_id, p.valid_from, p.population, p.source FROM imported_population p JOIN site s USING "
        "(site_key) "
        "JOIN batch b USING (batch_id) WHERE b.status <> 'undone' AND NOT EXISTS (SELECT 1 FROM "
        "imported_population q JOIN batch qb USING (batch_id) "
        "WHERE qb.status <> 'undone' AND q.site_key = p.site_key AND q.valid_from = p.valid_from AND "
        "q.batch_id > p.batch_id) ORDER BY s.site_id, p.valid_from",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    while (rc == WDM_OK && (rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_population p = {wdm_config_site(config, wdm_db_text(stmt, 0)),
                                  wdm_db_day(stmt, 1),
                                  WDM_DAY_NONE,
                                  wdm_db_real(stmt, 2),
                                  0.0,
                                  "imported",
                                  wdm_db_text(stmt, 3)};
        if (p.site != WDM_NONE && wdm_config_population(config, p.site, p.valid_from) == NULL)
            rc = wdm_config_add_population(config, &p, err);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

wdm_rc wdm_store_get_config(wdm_store *store, wdm_config *config, wdm_config_files *files, wdm_err *err)
{
    wdm_rc rc = get_files(store, files, err);
    if (rc == WDM_OK)
        rc = wdm_config_parse(config, files, err);
    if (rc == WDM_OK)
        rc = get_imported_sites(store, config, err);
    if (rc == WDM_OK)
        rc = get_imported_population(store, config, err);
    return rc;
}
