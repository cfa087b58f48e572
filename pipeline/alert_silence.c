// SPDX-License-Identifier: GPL-3.0-or-later
// wdm alert silence add, list, end: no messages about what is known, for a while, by somebody, for a reason.
#include <stdio.h>
#include <string.h>

#include "alert_list.h"
#include "base/buf.h"
#include "base/mem.h"
#include "io/number.h"
#include "session.h"
#include "store/alert_store.h"
#include "store/silence_store.h"
#include "wbe/alert_rule.h"

static const char *const columns[] = {"silence_id", "starts",    "ends",    "state",   "alert_id",
                                      "site_id",    "region_id", "drug_id", "rule_id", "family",
                                      "author",     "reason",    "created", "ended",   "ended_by"};

static const char *text_of(const wdm_cli *cli, const char *option)
{
    const char *value = wdm_cli_value(cli, option);
    return value == NULL ? "" : value;
}

// ---- add

// What the alerts in the store say of a silence.
typedef struct coverage {
    const wdm_config *config;
    const wdm_silence *silence;
    bool found; // the alert that it names
    bool fits;  // and it is of the site, drug ... that it names besides
    int n_open; // open alerts that it covers
} coverage;

static wdm_rc look_at(void *context, const wdm_alert *alert, wdm_err *err)
{
    coverage *c = context;
    const wdm_silence_subject subject = wdm_silence_subject_of(alert);
    const bool covers = wdm_silence_covers(c->config, c->silence, &subject, c->silence->starts);
    (void)err;
    if (alert->alert_id == c->silence->alert_id) {
        c->found = true;
        c->fits = covers;
    }
    c->n_open += covers && alert->closed == WDM_DAY_NONE ? 1 : 0;
    return WDM_OK;
}

static wdm_rc read_date(const wdm_cli *cli, const char *option, wdm_day *day, wdm_err *err)
{
    const char *text = wdm_cli_value(cli, option);
    if (text == NULL || wdm_day_parse(text, day))
        return WDM_OK;
    return wdm_err_set(err, WDM_E_USAGE, "--%s: \"%s\" is not a date, write it as 2026-11-22", option, text);
}

static wdm_rc read_dates(const wdm_cli *cli, wdm_silence *s, wdm_err *err)
{
    char date[WDM_DATE_TEXT];
    wdm_rc rc = read_date(cli, "until", &s->ends, err);
    if (rc == WDM_OK)
        rc = read_date(cli, "from", &s->starts, err);
    if (rc != WDM_OK)
        return rc;
    if (s->ends < s->starts || s->ends < cli->as_of)
        return wdm_err_set(err, WDM_E_USAGE, "--until %s is over before the silence begins",
                           wdm_day_format(s->ends, date));
    if (s->ends - s->starts + 1 > WDM_SILENCE_MAX_DAYS)
        return wdm_err_set(
            err, WDM_E_USAGE,
            "a silence lasts at most %d days, this one %d: give an earlier --until and add it again "
            "when it is still wanted",
            WDM_SILENCE_MAX_DAYS, (int)(s->ends - s->starts) + 1);
    return WDM_OK;
}

static wdm_rc unknown(const char *option, const char *value, wdm_err *err)
{
    return wdm_err_set(err, WDM_E_USAGE, "--%s: \"%s\" is not in the config in force", option, value);
}

// A scope that names what is not there would silence nothing, and nobody would notice.
static wdm_rc check_scope(const wdm_config *config, const wdm_silence *s, wdm_err *err)
{
    bool has_rule = s->rule_id[0] == '\0';
    if (s->site_id[0] != '\0' && wdm_config_site(config, s->site_id) == WDM_NONE)
        return unknown("site", s->site_id, err);
    if (s->region_id[0] != '\0' && wdm_config_region(config, s->region_id) == WDM_NONE)
        return unknown("region", s->region_id, err);
    if (s->drug_id[0] != '\0' && wdm_config_drug(config, s->drug_id) == WDM_NONE)
        return unknown("drug", s->drug_id, err);
    if (s->site_id[0] != '\0' && s->region_id[0] != '\0' &&
        !wdm_config_site_inside(config, s->site_id, s->region_id))
        return wdm_err_set(err, WDM_E_USAGE, "site %s is not in region %s: this would silence nothing",
                           s->site_id, s->region_id);
    for (size_t i = 0; i < config->alerts.n; i++)
        has_rule = has_rule || strcmp(config->alerts.rows[i].rule_id, s->rule_id) == 0;
    if (!has_rule)
        return unknown("rule", s->rule_id, err);
    if (s->family[0] != '\0' && wdm_alert_family_parse(s->family) == WDM_FAMILY_N)
        return wdm_err_set(err, WDM_E_USAGE, "--family: \"%s\" is no family of rules", s->family);
    return WDM_OK;
}

static wdm_rc read_silence(const wdm_cli *cli, wdm_silence *s, wdm_err *err)
{
    const char *alert = wdm_cli_value(cli, "alert");
    wdm_rc rc = WDM_OK;
    *s = (wdm_silence){.created = cli->as_of,
                       .starts = cli->as_of,
                       .ends = WDM_DAY_NONE,
                       .site_id = text_of(cli, "site"),
                       .region_id = text_of(cli, "region"),
                       .drug_id = text_of(cli, "drug"),
                       .rule_id = text_of(cli, "rule"),
                       .family = text_of(cli, "family"),
                       .ended = WDM_DAY_NONE,
                       .ended_by = ""};
    rc = wdm_cli_remark(cli, "by", &s->author, err);
    if (rc == WDM_OK)
        rc = wdm_cli_remark(cli, "reason", &s->reason, err);
    if (rc != WDM_OK)
        return rc;
    if (s->author[0] == '\0' || s->reason[0] == '\0' || wdm_cli_value(cli, "until") == NULL)
        return wdm_err_set(
            err, WDM_E_USAGE,
            "alert silence add: say who, why and until when, as in: wdm alert silence add --by NAME "
            "--reason TEXT --until 2026-12-31 --site HK-BSM");
    if (alert != NULL && (!wdm_integer_parse(alert, &s->alert_id) || s->alert_id < 1))
        return wdm_err_set(err, WDM_E_USAGE, "--alert: \"%s\" is not the number of an alert", alert);
    const bool everything = alert == NULL && s->site_id[0] == '\0' && s->region_id[0] == '\0' &&
                            s->drug_id[0] == '\0' && s->rule_id[0] == '\0' && s->family[0] == '\0';
    if (!everything && wdm_cli_has(cli, "all"))
        return wdm_err_set(err, WDM_E_USAGE,
                           "alert silence add: --all is every message; give it alone, or leave it out");
    if (everything && !wdm_cli_has(cli, "all"))
        return wdm_err_set(
            err, WDM_E_USAGE,
            "alert silence add: say what, by --alert, --site, --region, --drug, --rule or --family, or "
            "--all for every message");
    return read_dates(cli, s, err);
}

// *n_open: open alerts that it covers on its first day.
static wdm_rc check_alerts(wdm_session *session, const wdm_silence *s, int *n_open, wdm_err *err)
{
    coverage c = {.config = &session->config, .silence = s};
    wdm_rc rc = wdm_store_each_alert(session->store, false, look_at, &c, err);
    *n_open = c.n_open;
    if (rc == WDM_OK && s->alert_id != 0 && !c.found)
        return wdm_err_set(err, WDM_E_DATA, "there is no alert %lld; wdm alert list shows them",
                           (long long)s->alert_id);
    if (rc == WDM_OK && s->alert_id != 0 && !c.fits)
        return wdm_err_set(err, WDM_E_DATA,
                           "alert %lld is not of the site, region, drug, rule or family given: this would "
                           "silence nothing",
                           (long long)s->alert_id);
    return rc;
}

// "site HK-BSM, drug mdma", or "every message".
static void put_scope(const wdm_silence *s, wdm_buf *out)
{
    const struct {
        const char *name, *value;
    } parts[] = {{"site", s->site_id},
                 {"region", s->region_id},
                 {"drug", s->drug_id},
                 {"rule", s->rule_id},
                 {"family", s->family}};
    const size_t begin = out->len;
    if (s->alert_id != 0)
        wdm_buf_printf(out, "alert %lld", (long long)s->alert_id);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].value[0] != '\0')
            wdm_buf_printf(out, "%s%s %s", out->len > begin ? ", " : "", parts[i].name, parts[i].value);
    }
    if (out->len == begin)
        wdm_buf_puts(out, "every message");
}

static void say_added(const wdm_cli *cli, const wdm_silence *s, int n_open)
{
    char starts[WDM_DATE_TEXT];
    char ends[WDM_DATE_TEXT];
    wdm_buf scope = {0};
    wdm_buf_init(&scope, 4096);
    put_scope(s, &scope);
    wdm_cli_say(cli, "Silence %lld by %s from %s until %s: %s. Open alerts that it covers: %d.%s\n",
                (long long)s->silence_id, s->author, wdm_day_format(s->starts, starts),
                wdm_day_format(s->ends, ends), wdm_buf_text(&scope), n_open,
                cli->dry_run ? " Nothing was stored." : "");
    wdm_buf_fini(&scope);
}

// ---- what add and end change

static wdm_rc store_silence(void *context, wdm_store *store, const wdm_run *run, wdm_err *err)
{
    wdm_silence *silence = context;
    silence->run_id = run->run_id;
    return wdm_store_add_silence(store, silence, err);
}

typedef struct ending {
    int64_t silence_id;
    const char *by;
    wdm_day as_of;
} ending;

static wdm_rc store_end(void *context, wdm_store *store, const wdm_run *run, wdm_err *err)
{
    const ending *e = context;
    (void)run;
    return wdm_store_end_silence(store, e->silence_id, e->by, e->as_of, err);
}

static wdm_rc add(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_silence s = {0};
    wdm_run run = {.stage = "alert silence", .parameters = "add", .input_hash = ""};
    int n_open = 0;
    wdm_rc rc = read_silence(cli, &s, err);
    if (rc == WDM_OK)
        rc = wdm_session_open(&session, cli, WDM_STORE_WRITE, 30, err);
    if (rc == WDM_OK)
        rc = check_scope(&session.config, &s, err);
    if (rc == WDM_OK)
        rc = check_alerts(&session, &s, &n_open, err);
    if (rc == WDM_OK)
        rc = wdm_session_change(cli, session.store, &run, store_silence, &s, err);
    if (rc == WDM_OK)
        say_added(cli, &s, n_open);
    wdm_session_close(&session);
    return rc;
}

static wdm_rc end(const wdm_cli *cli, wdm_err *err)
{
    wdm_store *store = NULL;
    ending e = {.as_of = cli->as_of};
    wdm_run run = {.stage = "alert silence", .parameters = "end", .input_hash = ""};
    wdm_rc rc = wdm_cli_remark(cli, "by", &e.by, err);
    if (rc != WDM_OK)
        return rc;
    if (cli->n_args != 3 || !wdm_integer_parse(cli->args[2], &e.silence_id) || e.by[0] == '\0')
        return wdm_err_set(
            err, WDM_E_USAGE,
            "alert silence end: expected the number of a silence and who ends it, as in: wdm alert "
            "silence end 2 --by NAME");
    rc = wdm_store_open(&store, cli->store, WDM_STORE_WRITE, 30, err);
    if (rc == WDM_OK)
        rc = wdm_session_change(cli, store, &run, store_end, &e, err);
    if (rc == WDM_OK)
        wdm_cli_say(cli, "Silence %lld ended by %s.%s\n", (long long)e.silence_id, e.by,
                    cli->dry_run ? " Nothing was stored." : "");
    wdm_store_close(store);
    return rc;
}

// ---- list

void wdm_silence_table_begin(wdm_tabular *table)
{
    wdm_tabular_init(table, columns, sizeof columns / sizeof columns[0]);
}

void wdm_silence_put(wdm_tabular *table, const wdm_silence *s, wdm_day as_of)
{
    const char *state = "in force";
    if (s->ended != WDM_DAY_NONE && as_of >= s->ended)
        state = "ended";
    else if (as_of > s->ends)
        state = "over";
    else if (as_of < s->starts)
        state = "to come";
    wdm_tabular_integer(table, s->silence_id);
    wdm_tabular_day(table, s->starts);
    wdm_tabular_day(table, s->ends);
    wdm_tabular_text(table, state);
    if (s->alert_id == 0)
        wdm_tabular_text(table, "");
    else
        wdm_tabular_integer(table, s->alert_id);
    wdm_tabular_text(table, s->site_id);
    wdm_tabular_text(table, s->region_id);
    wdm_tabular_text(table, s->drug_id);
    wdm_tabular_text(table, s->rule_id);
    wdm_tabular_text(table, s->family);
    wdm_tabular_text(table, s->author);
    wdm_tabular_text(table, s->reason);
    wdm_tabular_day(table, s->created);
    wdm_tabular_day(table, s->ended);
    wdm_tabular_text(table, s->ended_by);
}

static wdm_rc list(const wdm_cli *cli, wdm_err *err)
{
    wdm_store *store = NULL;
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_silences all = {0};
    wdm_tabular table = {0};
    wdm_rc rc = wdm_store_open(&store, cli->store, WDM_STORE_READ, 0, err);
    wdm_silence_table_begin(&table);
    if (rc == WDM_OK)
        rc = wdm_store_load_silences(store, &arena, &all, err);
    for (size_t i = 0; i < all.n && rc == WDM_OK; i++) {
        const wdm_silence *s = &all.rows[i];
        const bool over = cli->as_of > s->ends || (s->ended != WDM_DAY_NONE && cli->as_of >= s->ended);
        if (!over || wdm_cli_has(cli, "all"))
            wdm_silence_put(&table, s, cli->as_of);
    }
    if (rc == WDM_OK && table.n_cells == 0 && cli->format == WDM_FORMAT_TABLE)
        wdm_cli_say(cli, "No silences%s.\n", wdm_cli_has(cli, "all") ? "" : " in force or to come");
    else if (rc == WDM_OK)
        rc = wdm_cli_print(cli, &table, err);
    wdm_tabular_fini(&table);
    wdm_free(all.rows);
    wdm_arena_fini(&arena);
    wdm_store_close(store);
    return rc;
}

wdm_rc wdm_alert_silence(const wdm_cli *cli, wdm_err *err)
{
    const char *verb = cli->n_args > 1 ? cli->args[1] : "";
    if (strcmp(verb, "add") == 0 && cli->n_args == 2)
        return add(cli, err);
    if (strcmp(verb, "list") == 0 && cli->n_args == 2)
        return list(cli, err);
    if (strcmp(verb, "end") == 0)
        return end(cli, err);
    return wdm_err_set(
        err, WDM_E_USAGE,
        "usage: wdm alert silence add OPTIONS, wdm alert silence list [--all], or wdm alert silence end "
        "ID --by NAME");
}
