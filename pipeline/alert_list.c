// SPDX-License-Identifier: GPL-3.0-or-later
#include "alert_list.h"

#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "report/phrase.h"
#include "store/alert_store.h"

// As `wdm export alerts`.
static const char *const alert_columns[] = {"alert_id",         "site_id",  "region_id", "drug_id",
                                            "biomarker_id",     "quantity", "unit",      "rule_id",
                                            "family",           "level",    "state",     "opened",
                                            "last_seen",        "closed",   "value",     "threshold",
                                            "probability",      "reason",   "lo95",      "hi95",
                                            "baseline",         "factor",   "weeks",     "acknowledged_by",
                                            "acknowledged_note"};
static const char *const short_columns[] = {"alert_id",  "level",   "called", "state", "site_id",
                                            "region_id", "drug_id", "opened", "weeks", "reason"};

// The list for people, with what the level is called in the alert's region.
typedef struct short_list {
    wdm_tabular *table;
    wdm_words words;
} short_list;

static wdm_rc put_alert(void *context, const wdm_alert *alert, wdm_err *err)
{
    wdm_tabular *table = context;
    const bool has_quantity = alert->quantity != WDM_ALERT_NO_QUANTITY;
    (void)err;
    wdm_tabular_integer(table, alert->alert_id);
    wdm_tabular_text(table, alert->site_id);
    wdm_tabular_text(table, alert->region_id);
    wdm_tabular_text(table, alert->drug_id);
    wdm_tabular_text(table, alert->biomarker_id);
    wdm_tabular_text(table, has_quantity ? wdm_quantity_name((wdm_quantity)alert->quantity) : "");
    wdm_tabular_text(table, has_quantity ? wdm_quantity_unit((wdm_quantity)alert->quantity) : "");
    wdm_tabular_text(table, alert->rule_id);
    wdm_tabular_text(table, alert->family);
    wdm_tabular_text(table, alert->level);
    wdm_tabular_text(table, alert->state);
    wdm_tabular_day(table, alert->opened);
    wdm_tabular_day(table, alert->last_seen);
    wdm_tabular_day(table, alert->closed);
    wdm_tabular_number(table, alert->value);
    wdm_tabular_number(table, alert->threshold);
    wdm_tabular_number(table, alert->probability);
    wdm_tabular_text(table, alert->reason);
    wdm_tabular_number(table, alert->lo95);
    wdm_tabular_number(table, alert->hi95);
    wdm_tabular_number(table, alert->baseline);
    wdm_tabular_number(table, alert->factor);
    wdm_tabular_integer(table, alert->weeks);
    wdm_tabular_text(table, alert->acknowledged_by);
    wdm_tabular_text(table, alert->acknowledged_note);
    return WDM_OK;
}

static wdm_rc put_short(void *context, const wdm_alert *alert, wdm_err *err)
{
    const short_list *list = context;
    wdm_tabular *table = list->table;
    const char *region_id = alert->site_id[0] == '\0'
                                ? alert->region_id
                                : wdm_config_site_region(list->words.config, alert->site_id);
    (void)err;
    wdm_tabular_integer(table, alert->alert_id);
    wdm_tabular_text(table, alert->level);
    wdm_tabular_text(table, wdm_words_level(&list->words, region_id, alert->level));
    wdm_tabular_text(table, alert->state);
    wdm_tabular_text(table, alert->site_id);
    wdm_tabular_text(table, alert->region_id);
    wdm_tabular_text(table, alert->drug_id);
    wdm_tabular_day(table, alert->opened);
    wdm_tabular_integer(table, alert->weeks);
    wdm_tabular_text(table, alert->reason);
    return WDM_OK;
}

wdm_rc wdm_alert_list(const wdm_cli *cli, wdm_err *err)
{
    const char *state = wdm_cli_value(cli, "state");
    const bool all = state != NULL && strcmp(state, "all") == 0;
    wdm_session session = {0};
    wdm_tabular table = {0};
    short_list list = {&table, {&session.config, cli->lang}};
    wdm_rc rc = WDM_OK;
    if (cli->n_args != 1)
        return wdm_err_set(err, WDM_E_USAGE, "alert list takes no further word; see wdm alert --help");
    if (state != NULL && !all && strcmp(state, "open") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "--state: \"%s\" is not known; write open or all", state);
    rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    if (cli->format == WDM_FORMAT_TABLE)
        wdm_tabular_init(&table, short_columns, sizeof short_columns / sizeof short_columns[0]);
    else
        wdm_tabular_init(&table, alert_columns, sizeof alert_columns / sizeof alert_columns[0]);
    if (rc == WDM_OK && cli->format == WDM_FORMAT_TABLE)
        rc = wdm_store_each_alert(session.store, !all, put_short, &list, err);
    else if (rc == WDM_OK)
        rc = wdm_store_each_alert(session.store, !all, put_alert, &table, err);
    if (rc == WDM_OK && table.n_cells == 0 && cli->format == WDM_FORMAT_TABLE)
        wdm_cli_say(cli, "No %s.\n", all ? "alerts" : "open alerts");
    else if (rc == WDM_OK)
        rc = wdm_cli_print(cli, &table, err);
    wdm_tabular_fini(&table);
    wdm_session_close(&session);
    return rc;
}

static wdm_rc acknowledge(const wdm_cli *cli, wdm_store *store, wdm_acknowledgement *ack, wdm_err *err)
{
    char parameters[64];
    wdm_run run = {.stage = "alert ack", .parameters = parameters, .input_hash = ""};
    wdm_rc rc = wdm_store_begin(store, err);
    (void)snprintf(parameters, sizeof parameters, "alert_id=%lld", (long long)ack->alert_id);
    if (rc == WDM_OK)
        rc = wdm_store_run_start(store, &run, err);
    ack->run_id = run.run_id;
    if (rc == WDM_OK)
        rc = wdm_store_acknowledge(store, ack, err);
    if (rc == WDM_OK)
        rc = wdm_store_run_finish(store, &run, "done", 1, 1, err);
    if (rc == WDM_OK && !cli->dry_run)
        rc = wdm_store_commit(store, err);
    if (rc != WDM_OK || cli->dry_run)
        wdm_store_rollback(store);
    return rc;
}

wdm_rc wdm_alert_ack(const wdm_cli *cli, wdm_err *err)
{
    const char *note = wdm_cli_value(cli, "note");
    wdm_acknowledgement ack = {
        .by = wdm_cli_value(cli, "by"), .note = note == NULL ? "" : note, .as_of = cli->as_of};
    wdm_store *store = NULL;
    wdm_rc rc = WDM_OK;
    if (cli->n_args != 2 || !wdm_integer_parse(cli->args[1], &ack.alert_id))
        return wdm_err_set(err, WDM_E_USAGE,
                           "alert ack: expected one alert number, as in: wdm alert ack 3 --by NAME");
    if (ack.by == NULL || ack.by[0] == '\0')
        return wdm_err_set(err, WDM_E_USAGE,
                           "alert ack: say who has seen it, as in: wdm alert ack %s --by NAME", cli->args[1]);
    rc = wdm_store_open(&store, cli->store, WDM_STORE_WRITE, 30, err);
    if (rc == WDM_OK)
        rc = acknowledge(cli, store, &ack, err);
    if (rc == WDM_OK)
        wdm_cli_say(cli, "Alert %lld acknowledged by %s.\n", (long long)ack.alert_id, ack.by);
    wdm_store_close(store);
    return rc;
}
