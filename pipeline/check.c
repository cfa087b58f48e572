// SPDX-License-Identifier: GPL-3.0-or-later
// wdm check: one line and an exit status for a monitoring system.
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "stage.h"
#include "store/alert_store.h"
#include "store/trend_store.h"

enum { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

// A site silent for longer is taken as out of service and does not make the data old.
enum { OUT_OF_SERVICE_DAYS = 182 };

typedef struct facts {
    wdm_day as_of;
    int64_t red, amber, series;
    int64_t age_days; // of the newest data of the site that waits longest; -1: no site in service
    wdm_last_run run;
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
        rc = wdm_store_each_site_age(store, f->as_of, take_age, f, err);
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

static void say(const wdm_cli *cli, const facts *f, int64_t max_age_days)
{
    static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    const bool is_old = f->age_days > max_age_days || f->as_of - f->run.as_of > max_age_days;
    int status = f->amber > 0 ? CHECK_WARNING : CHECK_OK;
    if (is_old)
        status = CHECK_UNKNOWN;
    if (f->red > 0)
        status = CHECK_CRITICAL;
    printf("%s - %lld red, %lld amber of %lld series; oldest data %lld %s", words[status], (long long)f->red,
           (long long)f->amber, (long long)f->series, (long long)f->age_days,
           f->age_days == 1 ? "day" : "days");
    if (f->as_of - f->run.as_of > max_age_days)
        printf("; alerts were last evaluated %d days ago", f->as_of - f->run.as_of);
    printf(" | red=%lld amber=%lld series=%lld age_days=%lld\n", (long long)f->red, (long long)f->amber,
           (long long)f->series, (long long)f->age_days);
    *cli->status = status;
}

static wdm_rc run_check(const wdm_cli *cli, wdm_err *err)
{
    const char *text = wdm_cli_value(cli, "max-age");
    facts f = {.as_of = cli->as_of, .age_days = -1};
    int64_t max_age_days = 14;
    if (text != NULL && (!wdm_integer_parse(text, &max_age_days) || max_age_days < 0 || max_age_days > 10000))
        return wdm_err_set(err, WDM_E_USAGE, "--max-age: \"%s\" is not a number of days", text);
    if (read_facts(cli, &f, err) != WDM_OK)
        unknown(cli, err->text);
    else if (f.age_days < 0)
        unknown(cli, "no estimates of the last half year; run: wdm estimate");
    else if (!f.run.found || f.run.as_of == WDM_DAY_NONE)
        unknown(cli, "the alert rules were never evaluated; run: wdm alert");
    else
        say(cli, &f, max_age_days);
    return WDM_OK;
}

static const wdm_option options[] = {
    {"max-age", 0, "DAYS", "older data, or an older evaluation: UNKNOWN (14)"},
};

const wdm_stage wdm_stage_check = {
    .name = "check",
    .usage = "",
    .summary = "a monitoring plug-in's line and exit status 0, 1, 2 or 3",
    .details = "red: open critical alerts, CRITICAL (2). amber: open warnings, WARNING (1). UNKNOWN (3): no "
               "store, no\n"
               "estimates, no evaluation, or data older than --max-age. Acknowledged alerts count as open.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_check,
};
