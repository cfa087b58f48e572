// SPDX-License-Identifier: GPL-3.0-or-later
// wdm export: tables for other programs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/intake.h"
#include "export_table.h"
#include "report/changes.h"
#include "session.h"
#include "store/comparison_store.h"
#include "wbe/period.h"

wdm_rc wdm_export_print(const wdm_cli *cli, wdm_store *store, const char *name,
                        const wdm_export_filter *filter, wdm_err *err)
{
    wdm_export export = {0};
    wdm_export_cell cells[WDM_EXPORT_COLUMNS_MAX];
    wdm_tabular table = {0};
    bool row = false;
    wdm_rc rc = wdm_export_open(store, name, filter, &export, err);
    if (rc != WDM_OK)
        return rc;
    wdm_tabular_init(&table, export.columns, export.n_columns);
    while ((rc = wdm_export_next(&export, cells, &row, err)) == WDM_OK && row) {
        for (size_t i = 0; i < export.n_columns; i++) {
            if (cells[i].kind == WDM_EXPORT_INTEGER)
                wdm_tabular_integer(&table, cells[i].integer);
            else if (cells[i].kind == WDM_EXPORT_REAL)
                wdm_tabular_number(&table, cells[i].real);
            else
                wdm_tabular_text(&table, cells[i].kind == WDM_EXPORT_TEXT ? cells[i].text : "");
        }
    }
    if (rc == WDM_OK)
        rc = wdm_cli_print(cli, &table, err);
    wdm_tabular_fini(&table);
    return rc;
}

// Whether a filter is given that only tables of regions and periods have.
static bool of_periods(const wdm_export_filter *filter)
{
    return filter->region_id != NULL || filter->scale != NULL || filter->period != NULL;
}

// What the next report would list: compared in the program, not in a query.
static wdm_rc print_changes(const wdm_cli *cli, wdm_session *session, const wdm_export_filter *filter,
                            wdm_err *err)
{
    const wdm_changes_filter wanted = {filter->site_id, filter->drug_id, filter->iso_week};
    wdm_changes changes = {0};
    wdm_tabular table = {0};
    wdm_rc rc = wdm_store_begin_read(session->store, err);
    wdm_tabular_init(&table, wdm_changes_columns, wdm_changes_columns_n);
    if (rc == WDM_OK)
        rc = wdm_changes_load(&changes, session->store, &session->config, err);
    if (rc == WDM_OK) {
        if (!of_periods(filter))
            wdm_changes_put(&changes, &wanted, &table);
        rc = wdm_cli_print(cli, &table, err);
    }
    wdm_tabular_fini(&table);
    wdm_changes_fini(&changes);
    return rc;
}

// ---- comparisons: not SQL alone, the uncertainties are those of the config

static const char *const comparison_columns[] = {
    "site_id",          "date",  "sample_id",   "analyte_id", "lab_id",          "other_lab_id", "value_ng_l",
    "other_value_ng_l", "state", "other_state", "ratio",      "difference_in_u", "verdict"};

static wdm_rc add_comparison(void *user, const wdm_comparison_row *row, wdm_err *err)
{
    wdm_tabular *table = user;
    (void)err;
    wdm_tabular_text(table, row->site_id);
    wdm_tabular_day(table, row->day);
    wdm_tabular_text(table, row->sample_id);
    wdm_tabular_text(table, row->analyte_id);
    wdm_tabular_text(table, row->lab_id);
    wdm_tabular_text(table, row->other_lab_id);
    wdm_tabular_number(table, row->value_ng_l);
    wdm_tabular_number(table, row->other_value_ng_l);
    wdm_tabular_text(table, wdm_result_state_name(row->state));
    wdm_tabular_text(table, wdm_result_state_name(row->other_state));
    wdm_tabular_number(table, row->comparison.ratio);
    wdm_tabular_number(table, row->comparison.difference_in_u);
    wdm_tabular_text(table, wdm_compare_verdict_text(row->comparison.verdict));
    return WDM_OK;
}

static wdm_rc print_comparisons(const wdm_cli *cli, const wdm_session *session,
                                const wdm_export_filter *filter, wdm_err *err)
{
    wdm_comparison_filter only = {.site_id = filter->site_id, .first = WDM_DAY_NONE, .last = WDM_DAY_NONE};
    wdm_isoweek week = {0};
    wdm_tabular table = {0};
    wdm_rc rc = WDM_OK;
    if (filter->iso_week != NULL && wdm_isoweek_parse(filter->iso_week, &week)) {
        only.first = wdm_day_of_isoweek(week, 1);
        only.last = only.first + 6;
    }
    wdm_tabular_init(&table, comparison_columns, sizeof comparison_columns / sizeof comparison_columns[0]);
    if (filter->drug_id == NULL && !of_periods(filter)) // as results: a row is of an analyte
        rc = wdm_store_each_comparison(session->store, &session->config, &only, add_comparison, &table, err);
    if (rc == WDM_OK)
        rc = wdm_cli_print(cli, &table, err);
    wdm_tabular_fini(&table);
    return rc;
}

// ---- sites: what lies upstream of what is the config's

static const char *const site_columns[] = {"site_id",   "name",           "name_zh",          "region_id",
                                           "kind",      "parent_site_id", "counts_in_region", "latitude",
                                           "longitude", "imported"};

static int by_site_id(const void *a, const void *b)
{
    return strcmp((*(const wdm_site *const *)a)->site_id, (*(const wdm_site *const *)b)->site_id);
}

static void add_site(wdm_tabular *table, const wdm_site *site)
{
    const char *const texts[] = {site->site_id,   site->name, site->name_zh,
                                 site->region_id, site->kind, site->parent_site_id};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        wdm_tabular_text(table, texts[i]);
    wdm_tabular_integer(table, wdm_site_counts(site));
    wdm_tabular_number(table, site->latitude);
    wdm_tabular_number(table, site->longitude);
    wdm_tabular_integer(table, site->imported);
}

static wdm_rc print_sites(const wdm_cli *cli, const wdm_session *session, const wdm_export_filter *filter,
                          wdm_err *err)
{
    const wdm_config *config = &session->config;
    const wdm_site **sites = wdm_alloc(config->sites.n, sizeof *sites);
    wdm_tabular table = {0};
    wdm_rc rc = WDM_OK;
    if (sites == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < config->sites.n; i++)
        sites[i] = &config->sites.rows[i];
    if (config->sites.n > 1)
        qsort(sites, config->sites.n, sizeof *sites, by_site_id);
    wdm_tabular_init(&table, site_columns, sizeof site_columns / sizeof site_columns[0]);
    for (size_t i = 0; i < config->sites.n; i++) {
        if (filter->drug_id == NULL && filter->iso_week == NULL && !of_periods(filter) &&
            (filter->site_id == NULL || strcmp(filter->site_id, sites[i]->site_id) == 0))
            add_site(&table, sites[i]);
    }
    rc = wdm_cli_print(cli, &table, err);
    wdm_tabular_fini(&table);
    wdm_free(sites);
    return rc;
}

static wdm_rc check_period(const wdm_config *config, const char *table, const wdm_export_filter *filter,
                           wdm_err *err)
{
    const bool all =
        strcmp(table, "trend") == 0 && filter->scale != NULL && strcmp(filter->scale, "all") == 0;
    wdm_scale scale = WDM_SCALE_DAY;
    wdm_period period = {0};
    if (filter->scale != NULL && !all && !wdm_scale_parse(filter->scale, &scale))
        return wdm_err_set(err, WDM_E_USAGE,
                           "--scale: \"%s\" is not known; write day, week, month, quarter, year or campaign",
                           filter->scale);
    if (filter->period == NULL || wdm_period_parse(filter->period, &period))
        return WDM_OK;
    for (size_t i = 0; i < config->campaigns.n; i++) {
        if (strcmp(config->campaigns.rows[i].campaign_id, filter->period) == 0)
            return WDM_OK;
    }
    return wdm_err_set(err, WDM_E_USAGE,
                       "--period: \"%s\" is neither 2026-11-16, 2026-W47, 2026-11, 2026-Q4, 2026 nor a "
                       "campaign_id of campaigns.csv",
                       filter->period);
}

// A mistyped filter is an error, not an empty table.
static wdm_rc check_filter(const wdm_session *session, const char *table, const wdm_export_filter *filter,
                           wdm_err *err)
{
    wdm_isoweek week = {0};
    if (filter->iso_week != NULL && !wdm_isoweek_parse(filter->iso_week, &week))
        return wdm_err_set(err, WDM_E_USAGE, "--week: \"%s\" is not a week; write it as 2026-W47",
                           filter->iso_week);
    if (filter->site_id != NULL && wdm_config_site(&session->config, filter->site_id) == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "--site: \"%s\" is not a site", filter->site_id);
    if (filter->drug_id != NULL && wdm_config_drug(&session->config, filter->drug_id) == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "--drug: \"%s\" is not a drug of drugs.csv", filter->drug_id);
    if (filter->region_id != NULL && wdm_config_region(&session->config, filter->region_id) == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "--region: \"%s\" is not a region", filter->region_id);
    return check_period(&session->config, table, filter, err);
}

static wdm_rc run_export(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    const wdm_export_filter filter = {.site_id = wdm_cli_value(cli, "site"),
                                      .drug_id = wdm_cli_value(cli, "drug"),
                                      .iso_week = wdm_cli_value(cli, "week"),
                                      .region_id = wdm_cli_value(cli, "region"),
                                      .scale = wdm_cli_value(cli, "scale"),
                                      .period = wdm_cli_value(cli, "period")};
    wdm_cli copy = *cli;
    wdm_rc rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    if (!cli->format_given)
        copy.format = WDM_FORMAT_CSV;
    if (rc == WDM_OK)
        rc = wdm_session_guard_as_of(&session, cli, err);
    if (rc == WDM_OK)
        rc = check_filter(&session, cli->args[0], &filter, err);
    if (rc == WDM_OK && strcmp(cli->args[0], "changes") == 0)
        rc = print_changes(&copy, &session, &filter, err);
    else if (rc == WDM_OK && strcmp(cli->args[0], "comparisons") == 0)
        rc = print_comparisons(&copy, &session, &filter, err);
    else if (rc == WDM_OK && strcmp(cli->args[0], "sites") == 0)
        rc = print_sites(&copy, &session, &filter, err);
    else if (rc == WDM_OK)
        rc = wdm_export_print(&copy, session.store, cli->args[0], &filter, err);
    wdm_session_close(&session);
    return rc;
}

static const wdm_option options[] = {
    {"site", 0, "ID", "only this site"},
    {"drug", 0, "ID", "only this drug"},
    WDM_FACTOR_SET_OPTION,
    {"week", 0, "WEEK", "only this ISO week, as 2026-W47"},
    {"region", 0, "ID", "only this region (region, period, trend and its tables)"},
    {"scale", 0, "SCALE",
     "only periods of this length: day, week, month, quarter, year, campaign; trend: all too"},
    {"period", 0, "PERIOD", "only this period: 2026-11, 2026-Q4, 2026, a campaign_id, a day (period)"},
};

const wdm_stage wdm_stage_export = {
    .name = "export",
    .usage = "TABLE",
    .summary = "write a table as CSV or JSON lines",
    .details =
        "TABLE: daily weekly region period trend alerts rejects results batches audit indicators published\n"
        "sites comparisons quality controls changes ratios alert_events benchmark campaigns level "
        "changepoints\n"
        "segments.\n"
        "CSV unless --format says otherwise. Numbers read back to the same double; an empty cell is "
        "not known.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_args = 1,
    .max_args = 1,
    .run = run_export,
};
