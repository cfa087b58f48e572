// SPDX-License-Identifier: GPL-3.0-or-later
// wdm check: one line and an exit status for a monitoring system.
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "report/clean.h"
#include "stage.h"
#include "store/alert_event_store.h"
#include "store/alert_store.h"
#include "store/outbox_store.h"
#include "store/trend_store.h"

enum { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

// A site silent for longer is taken as out of service and does not make the data old.
enum { OUT_OF_SERVICE_DAYS = 182 };

enum { DAYS_MAX = 10000 };

// So long it is said that an alert was withdrawn because nobody can tell any more.
enum { UNTOLD_DAYS = 14 };

// What the command line sets.
typedef struct limits {
    int64_t max_age_days;      // of data and of the evaluation
    int64_t max_wait_days;     // of a message that could not be delivered
    int64_t warning, critical; // alerts, amber and red, from which the status is that
} limits;

typedef struct facts {
    wdm_day as_of;
    int64_t red, amber, series;
    int64_t untold;   // alerts lately withdrawn because their data failed quality control
    int64_t age_days; // of the newest data of the site that waits longest; -1: no site in service
    wdm_last_run run;
    wdm_outbox_counts outbox;
    wdm_buf alerts; // a line for each red or amber one, with -v
} facts;

static wdm_rc take_age(void *context, const wdm_site_age *site, wdm_err *err)
{
    facts *f = context;
    const int64_t age = f->as_of - site->last_day;
    (void)err;
    if (age <= OUT_OF_SERVICE_DAYS && age > f->age_days)
        f->age_days = age;
    return WDM_OK;
}

// Further lines of a plug-in's output: what is behind the numbers.
static wdm_rc take_alert(void *context, const wdm_alert *alert, wdm_err *err)
{
    facts *f = context;
    const bool red = strcmp(alert->level, "critical") == 0;
    (void)err;
    if (!red && strcmp(alert->level, "warning") != 0)
        return WDM_OK;
    wdm_buf_printf(&f->alerts, "%s %lld: ", red ? "red" : "amber", (long long)alert->alert_id);
    wdm_clean_put(&f->alerts, alert->site_id[0] != '\0' ? alert->site_id : alert->region_id);
    wdm_buf_printf(&f->alerts, "%s%s, %s: ", alert->drug_id[0] == '\0' ? "" : " ", alert->drug_id,
                   alert->rule_id);
    wdm_clean_put(&f->alerts, alert->reason);
    wdm_buf_puts(&f->alerts, "\n");
    return WDM_OK;
}

static wdm_rc read_facts(const wdm_cli *cli, facts *f, wdm_err *err)
{
    wdm_store *store = NULL;
    char date[WDM_DATE_TEXT];
    wdm_rc rc = wdm_store_open(&store, cli->store, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_last_run(store, "alert", &f->run, err);
    if (rc == WDM_OK && f->run.found && f->as_of < f->run.as_of)
        rc = wdm_err_set(err, WDM_E_NOINPUT, "the alerts are as of %s, after --as-of",
                         wdm_day_format(f->run.as_of, date));
    if (rc == WDM_OK)
        rc = wdm_store_count_alerts(store, "critical", &f->red, err);
    if (rc == WDM_OK)
        rc = wdm_store_count_alerts(store, "warning", &f->amber, err);
    if (rc == WDM_OK)
        rc = wdm_store_count_withdrawn(store, "quality", f->as_of - UNTOLD_DAYS, &f->untold, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_site_age(store, f->as_of, take_age, f, err);
    if (rc == WDM_OK)
        rc = wdm_store_count_messages(store, &f->outbox, err);
    if (rc == WDM_OK && cli->verbose)
        rc = wdm_store_each_alert(store, true, take_alert, f, err);
    f->series = f->run.n_in;
    wdm_store_close(store);
    return rc;
}

// Plug-ins speak on one line of standard output, whatever happens.
static void unknown(const wdm_cli *cli, const char *text)
{
    printf("UNKNOWN - %.*s\n", (int)strcspn(text, "\n"), text);
    *cli->status = CHECK_UNKNOWN;
}

static int status_of(const facts *f, const limits *l)
{
    const bool stuck = f->outbox.undelivered > 0;
    if (f->red >= l->critical || (stuck && f->as_of - f->outbox.oldest > l->max_wait_days))
        return CHECK_CRITICAL;
    if (f->age_days > l->max_age_days || f->as_of - f->run.as_of > l->max_age_days)
        return CHECK_UNKNOWN;
    return f->red > 0 || f->amber >= l->warning || stuck || f->untold > 0 ? CHECK_WARNING : CHECK_OK;
}

static void say(const wdm_cli *cli, const facts *f, const limits *l)
{
    static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    const int status = status_of(f, l);
    const long long waiting = (long long)f->outbox.undelivered;
    char date[WDM_DATE_TEXT];
    printf("%s - %lld red, %lld amber of %lld series; oldest data %lld %s", words[status], (long long)f->red,
           (long long)f->amber, (long long)f->series, (long long)f->age_days,
           f->age_days == 1 ? "day" : "days");
    if (f->as_of - f->run.as_of > l->max_age_days)
        printf("; alerts were last evaluated %d days ago", f->as_of - f->run.as_of);
    if (waiting > 0)
        printf("; %lld message%s undelivered, the oldest of %s", waiting, waiting == 1 ? "" : "s",
               wdm_day_format(f->outbox.oldest, date));
    if (f->untold > 0)
        printf("; %lld alert%s withdrawn because the data failed quality control", (long long)f->untold,
               f->untold == 1 ? "" : "s");
    printf(" | red=%lld amber=%lld series=%lld age_days=%lld", (long long)f->red, (long long)f->amber,
           (long long)f->series, (long long)f->age_days);
    if (waiting > 0)
        printf(" undelivered=%lld", waiting);
    if (f->untold > 0)
        printf(" withdrawn_quality=%lld", (long long)f->untold);
    printf("\n%s", wdm_buf_text(&f->alerts));
    *cli->status = status;
}

static wdm_rc take_number(const wdm_cli *cli, const char *name, int64_t low, int64_t *out, wdm_err *err)
{
    const char *text = wdm_cli_value(cli, name);
    if (text != NULL && (!wdm_integer_parse(text, out) || *out < low || *out > DAYS_MAX))
        return wdm_err_set(err, WDM_E_USAGE, "--%s: \"%s\" is not a whole number from %lld to %d", name, text,
                           (long long)low, DAYS_MAX);
    return WDM_OK;
}

static wdm_rc run_check(const wdm_cli *cli, wdm_err *err)
{
    limits l = {.max_age_days = 14, .max_wait_days = 2, .warning = 1, .critical = 1};
    facts f = {.as_of = cli->as_of, .age_days = -1};
    wdm_rc rc = take_number(cli, "max-age", 0, &l.max_age_days, err);
    if (rc == WDM_OK)
        rc = take_number(cli, "max-wait", 0, &l.max_wait_days, err);
    if (rc == WDM_OK)
        rc = take_number(cli, "warning", 1, &l.warning, err);
    if (rc == WDM_OK)
        rc = take_number(cli, "critical", 1, &l.critical, err);
    if (rc != WDM_OK)
        return rc;
    wdm_buf_init(&f.alerts, WDM_BUF_DEFAULT_MAX);
    if (read_facts(cli, &f, err) != WDM_OK)
        unknown(cli, err->text);
    else if (f.age_days < 0)
        unknown(cli, "no estimates of the last half year; run: wdm estimate");
    else if (!f.run.found || f.run.as_of == WDM_DAY_NONE)
        unknown(cli, "the alert rules were never evaluated; run: wdm alert");
    else
        say(cli, &f, &l);
    wdm_buf_fini(&f.alerts);
    return WDM_OK;
}

static const wdm_option options[] = {
    {"max-age", 0, "DAYS", "older data, or an older evaluation: UNKNOWN (14)"},
    {"max-wait", 0, "DAYS", "a message undelivered for longer: CRITICAL (2); for less: WARNING"},
    {"warning", 'w', "N", "so many open warnings, or more: WARNING (1)"},
    {"critical", 'c', "N", "so many open critical alerts, or more: CRITICAL (1)"},
};

const wdm_stage wdm_stage_check = {
    .name = "check",
    .usage = "",
    .summary = "a monitoring plug-in's line and exit status 0, 1, 2 or 3",
    .details = "red: open critical alerts, CRITICAL (2). amber: open warnings, WARNING (1). UNKNOWN (3): no "
               "store, no\n"
               "estimates, no evaluation, or data older than --max-age. Acknowledged alerts count as open.\n"
               "WARNING also when an alert was withdrawn in the last 14 days because its data failed quality "
               "control.\n"
               "-v: a line for each red and amber alert.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_check,
};
