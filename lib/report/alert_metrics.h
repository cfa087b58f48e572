// SPDX-License-Identifier: GPL-3.0-or-later
// What is so now as a text file for Prometheus (node exporter's textfile collector, text format 0.0.4).
#ifndef WDM_REPORT_ALERT_METRICS_H
#define WDM_REPORT_ALERT_METRICS_H

#include "report/alert_letter.h"

typedef struct wdm_metrics_site {
    const char *site_id;
    int age_days;
} wdm_metrics_site;

typedef struct wdm_metrics {
    const wdm_letter *open; // open and acknowledged alerts, those without messages too
    const wdm_metrics_site *sites;
    size_t n_sites;
    wdm_day evaluated; // of the last `wdm alert`; WDM_DAY_NONE: never
    int64_t series, undelivered;
} wdm_metrics;

// Appends all metrics; each has HELP and TYPE. Values of labels are cleaned and escaped.
void wdm_metrics_put(const wdm_metrics *metrics, wdm_buf *out);

#endif
