// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert_metrics.h"

#include <math.h>
#include <string.h>

#include "io/number.h"
#include "report/clean.h"

enum { LABEL_MAX = 4096, SECONDS_A_DAY = 86400 };

static void put_help(wdm_buf *out, const char *name, const char *help)
{
    wdm_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

// name="value", with a comma before all but the first.
static void put_label(wdm_buf *out, const char *name, const char *value, bool first)
{
    wdm_buf clean = {0};
    wdm_buf_init(&clean, LABEL_MAX);
    wdm_clean_put(&clean, value);
    wdm_buf_printf(out, "%s%s=\"", first ? "" : ",", name);
    for (const char *p = wdm_buf_text(&clean); *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            wdm_buf_puts(out, "\\");
        wdm_buf_put(out, p, 1);
    }
    wdm_buf_puts(out, "\"");
    wdm_buf_fini(&clean);
}

static void put_counts(const wdm_letter *open, wdm_buf *out)
{
    static const char *const levels[] = {"info", "notice", "warning", "critical"};
    put_help(out, "wdm_alerts_open",
             "Open and acknowledged alerts by level; those that bad data explain are left out.");
    for (size_t k = 0; k < sizeof levels / sizeof levels[0]; k++) {
        int n = 0;
        for (size_t i = 0; i < open->n; i++)
            n += !open->items[i].row->inhibited && strcmp(open->items[i].row->alert.level, levels[k]) == 0;
        wdm_buf_printf(out, "wdm_alerts_open{level=\"%s\"} %d\n", levels[k], n);
    }
}

static void put_alert(const wdm_notice_row *row, const char *name, double value, wdm_buf *out)
{
    char id[WDM_NUMBER_TEXT], number[WDM_NUMBER_TEXT];
    if (!isfinite(value))
        return;
    wdm_buf_printf(out, "%s{", name);
    put_label(out, "alert_id", wdm_number_format((double)row->alert.alert_id, id), true);
    put_label(out, "rule", row->alert.rule_id, false);
    put_label(out, "level", row->alert.level, false);
    put_label(out, "site", row->site_id, false);
    put_label(out, "region", row->alert.region_id, false);
    put_label(out, "drug", row->drug_id, false);
    wdm_buf_printf(out, "} %s\n", wdm_number_format(value, number));
}

static void put_alerts(const wdm_letter *open, wdm_buf *out)
{
    put_help(out, "wdm_alert_age_seconds", "Time since the episode of an open alert began, in whole weeks.");
    for (size_t i = 0; i < open->n; i++)
        put_alert(open->items[i].row, "wdm_alert_age_seconds",
                  (double)open->items[i].row->alert.weeks * 7 * SECONDS_A_DAY, out);
    put_help(out, "wdm_alert_value", "Value of an open alert's week, in the unit of its quantity.");
    for (size_t i = 0; i < open->n; i++)
        put_alert(open->items[i].row, "wdm_alert_value", open->items[i].row->alert.value, out);
    put_help(out, "wdm_alert_baseline_ratio", "Value of an open alert's week divided by its baseline.");
    for (size_t i = 0; i < open->n; i++)
        put_alert(open->items[i].row, "wdm_alert_baseline_ratio", open->items[i].row->alert.factor, out);
}

void wdm_metrics_put(const wdm_metrics *metrics, wdm_buf *out)
{
    put_counts(metrics->open, out);
    put_alerts(metrics->open, out);
    put_help(out, "wdm_site_data_age_seconds", "Age of the newest data of each site, as of the run.");
    for (size_t i = 0; i < metrics->n_sites; i++) {
        wdm_buf_puts(out, "wdm_site_data_age_seconds{");
        put_label(out, "site", metrics->sites[i].site_id, true);
        wdm_buf_printf(out, "} %lld\n", (long long)metrics->sites[i].age_days * SECONDS_A_DAY);
    }
    put_help(out, "wdm_series", "Weekly series that a rule covers.");
    wdm_buf_printf(out, "wdm_series %lld\n", (long long)metrics->series);
    put_help(out, "wdm_outbox_undelivered", "Messages about alerts that wait for their delivery.");
    wdm_buf_printf(out, "wdm_outbox_undelivered %lld\n", (long long)metrics->undelivered);
    put_help(out, "wdm_evaluated_timestamp_seconds", "As-of date of the last evaluation of the alert rules.");
    if (metrics->evaluated != WDM_DAY_NONE)
        wdm_buf_printf(out, "wdm_evaluated_timestamp_seconds %lld\n",
                       (long long)metrics->evaluated * SECONDS_A_DAY);
    put_help(out, "wdm_build_info", "Version of the program.");
    wdm_buf_puts(out, "wdm_build_info{");
    put_label(out, "version", wdm_version(), true);
    wdm_buf_puts(out, "} 1\n");
}
