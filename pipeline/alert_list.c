// SPDX-License-Identifier: GPL-3.0-or-later
#include "alert_list.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/number.h"
#include "report/phrase.h"
#include "session.h"
#include "store/alert_store.h"
#include "store/silence_store.h"

// As `wdm export alerts`, and until when it is silenced.
static const char *const alert_columns[] = {"alert_id",
                                            "site_id",
                                            "region_id",
                                            "drug_id",
                                            "biomarker_id",
                                            "quantity",
                                            "unit",
                                            "rule_id",
                                            "family",
                                            "level",
                                            "state",
                                            "opened",
                                            "last_seen",
                                            "closed",
                                            "value",
                                            "threshold",
                                            "probability",
                                            "reason",
                                            "lo95",
                                            "hi95",
                                            "baseline",
                                            "factor",
                                            "weeks",
                                            "acknowledged_by",
                                            "acknowledged_note",
                                            "reason_zh",
                                            "one_off",
                                            "inhibited_by",
                                            "previous_alert_id",
                                            "group_key",
                                            "silenced_until"};
static const char *const short_columns[] = {"alert_id", "level",  "called", "state", "site_id", "region_id",
                                            "drug_id",  "opened", "weeks",  "note",  "reason"};

static const wdm_silence *silence_of(const wdm_alert_table *list, const wdm_alert *alert)
{
    const wdm_silence_subject subject = wdm_silence_subject_of(alert);
    return wdm_silences_find(&list->silences, list->config, &subject, list->as_of);
}

// A key, empty where there is none.
static void put_key(wdm_tabular *table, int64_t key)
{
    if (key == 0)
        wdm_tabular_text(table, "");
    else
        wdm_tabular_integer(table, key);
}

static void put_alert(wdm_alert_table *list, const wdm_alert *alert)
{
    wdm_tabular *table = &list->table;
    const wdm_silence *silence = silence_of(list, alert);
    const bool has_quantity = alert->quantity != WDM_ALERT_NO_QUANTITY;
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
    wdm_tabular_text(table, alert->reason_zh);
    wdm_tabular_integer(table, alert->one_off ? 1 : 0);
    put_key(table, alert->inhibited_by);
    put_key(table, alert->previous_alert_id);
    wdm_tabular_text(table, alert->group_key);
    wdm_tabular_day(table, silence == NULL ? WDM_DAY_NONE : silence->ends);
}

// What else people should know: "explained by 3; silenced until 2026-12-01".
static wdm_rc put_note(wdm_alert_table *list, const wdm_alert *alert, wdm_err *err)
{
    const wdm_words words = {list->config, list->lang};
    const wdm_silence *silence = silence_of(list, alert);
    char id[32];
    char date[WDM_DATE_TEXT];
    wdm_buf note = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&note, 4096);
    if (alert->one_off)
        wdm_words_put(&words, &note, "list.one_off", NULL, 0);
    if (alert->inhibited_by != 0) {
        (void)snprintf(id, sizeof id, "%lld", (long long)alert->inhibited_by);
        wdm_buf_puts(&note, note.len > 0 ? "; " : "");
        WDM_WORDS(&words, &note, "list.explained", {"id", id});
    }
    if (silence != NULL) {
        wdm_buf_puts(&note, note.len > 0 ? "; " : "");
        WDM_WORDS(&words, &note, "list.silenced", {"date", wdm_day_format(silence->ends, date)});
    }
    if (alert->previous_alert_id != 0) {
        (void)snprintf(id, sizeof id, "%lld", (long long)alert->previous_alert_id);
        wdm_buf_puts(&note, note.len > 0 ? "; " : "");
        WDM_WORDS(&words, &note, "list.after", {"id", id});
    }
    rc = wdm_buf_check(&note, err);
    wdm_tabular_text(&list->table, wdm_buf_text(&note));
    wdm_buf_fini(&note);
    return rc;
}

static wdm_rc put_short(wdm_alert_table *list, const wdm_alert *alert, wdm_err *err)
{
    const wdm_words words = {list->config, list->lang};
    wdm_tabular *table = &list->table;
    const bool chinese = list->lang == WDM_LANG_ZH && alert->reason_zh[0] != '\0';
    const char *region_id =
        alert->site_id[0] == '\0' ? alert->region_id : wdm_config_site_region(list->config, alert->site_id);
    wdm_rc rc = WDM_OK;
    wdm_tabular_integer(table, alert->alert_id);
    wdm_tabular_text(table, alert->level);
    wdm_tabular_text(table, wdm_words_level(&words, region_id, alert->level));
    wdm_tabular_text(table, wdm_words_of(&words, "state.", alert->state));
    wdm_tabular_text(table, alert->site_id);
    wdm_tabular_text(table, alert->region_id);
    wdm_tabular_text(table, alert->drug_id);
    wdm_tabular_day(table, alert->opened);
    wdm_tabular_integer(table, alert->weeks);
    rc = put_note(list, alert, err);
    wdm_tabular_text(table, chinese ? alert->reason_zh : alert->reason);
    return rc;
}

wdm_rc wdm_alert_table_begin(wdm_alert_table *list, const wdm_cli *cli, const wdm_session *session,
                             wdm_err *err)
{
    *list = (wdm_alert_table){.config = &session->config,
                              .lang = cli->lang,
                              .arena = WDM_ARENA_INIT,
                              .as_of = cli->as_of,
                              .is_short = cli->format == WDM_FORMAT_TABLE};
    if (list->is_short)
        wdm_tabular_init(&list->table, short_columns, sizeof short_columns / sizeof short_columns[0]);
    else
        wdm_tabular_init(&list->table, alert_columns, sizeof alert_columns / sizeof alert_columns[0]);
    return wdm_store_load_silences(session->store, &list->arena, &list->silences, err);
}

wdm_rc wdm_alert_table_put(void *context, const wdm_alert *alert, wdm_err *err)
{
    wdm_alert_table *list = context;
    if (list->only != 0 && alert->alert_id != list->only)
        return WDM_OK;
    list->found = true;
    if (list->is_short)
        return put_short(list, alert, err);
    put_alert(list, alert);
    return WDM_OK;
}

void wdm_alert_table_fini(wdm_alert_table *list)
{
    wdm_tabular_fini(&list->table);
    wdm_free(list->silences.rows);
    wdm_arena_fini(&list->arena);
}

wdm_rc wdm_alert_list(const wdm_cli *cli, wdm_err *err)
{
    const char *state = wdm_cli_value(cli, "state");
    const bool all = state != NULL && strcmp(state, "all") == 0;
    wdm_session session = {0};
    wdm_alert_table list = {0};
    wdm_rc rc = WDM_OK;
    if (cli->n_args != 1)
        return wdm_err_set(err, WDM_E_USAGE, "alert list takes no further word; see wdm alert --help");
    if (state != NULL && !all && strcmp(state, "open") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "--state: \"%s\" is not known; write open or all", state);
    rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_begin_read(session.store, err);
    if (rc == WDM_OK)
        rc = wdm_alert_table_begin(&list, cli, &session, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_alert(session.store, !all, wdm_alert_table_put, &list, err);
    if (rc == WDM_OK && !list.found && list.is_short)
        wdm_cli_say(cli, "No %s.\n", all ? "alerts" : "open alerts");
    else if (rc == WDM_OK)
        rc = wdm_cli_print(cli, &list.table, err);
    wdm_alert_table_fini(&list);
    wdm_session_close(&session);
    return rc;
}

static wdm_rc acknowledge(void *context, wdm_store *store, const wdm_run *run, wdm_err *err)
{
    wdm_acknowledgement *ack = context;
    ack->run_id = run->run_id;
    return wdm_store_acknowledge(store, ack, err);
}

wdm_rc wdm_alert_ack(const wdm_cli *cli, wdm_err *err)
{
    wdm_acknowledgement ack = {.as_of = cli->as_of};
    char parameters[64];
    wdm_run run = {.stage = "alert ack", .parameters = parameters, .input_hash = ""};
    wdm_store *store = NULL;
    wdm_rc rc = WDM_OK;
    if (cli->n_args != 2 || !wdm_integer_parse(cli->args[1], &ack.alert_id))
        return wdm_err_set(err, WDM_E_USAGE,
                           "alert ack: expected one alert number, as in: wdm alert ack 3 --by NAME");
    rc = wdm_cli_remark(cli, "by", &ack.by, err);
    if (rc == WDM_OK)
        rc = wdm_cli_remark(cli, "note", &ack.note, err);
    if (rc != WDM_OK)
        return rc;
    if (ack.by[0] == '\0')
        return wdm_err_set(err, WDM_E_USAGE,
                           "alert ack: say who has seen it, as in: wdm alert ack %s --by NAME", cli->args[1]);
    (void)snprintf(parameters, sizeof parameters, "alert_id=%lld", (long long)ack.alert_id);
    rc = wdm_store_open(&store, cli->store, WDM_STORE_WRITE, 30, err);
    if (rc == WDM_OK)
        rc = wdm_session_change(cli, store, &run, acknowledge, &ack, err);
    if (rc == WDM_OK)
        wdm_cli_say(cli, "Alert %lld acknowledged by %s.%s\n", (long long)ack.alert_id, ack.by,
                    cli->dry_run ? " Nothing was stored." : "");
    wdm_store_close(store);
    return rc;
}
