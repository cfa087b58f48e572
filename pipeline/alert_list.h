// SPDX-License-Identifier: GPL-3.0-or-later
// The sub-commands of wdm alert.
#ifndef WDM_PIPELINE_ALERT_LIST_H
#define WDM_PIPELINE_ALERT_LIST_H

#include "stage.h"
#include "store/alert_store.h"
#include "store/silence_store.h"

wdm_rc wdm_alert_list(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_alert_ack(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_alert_show(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_alert_silence(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;

// Rows of the table of silences.
void wdm_silence_table_begin(wdm_tabular *table);
void wdm_silence_put(wdm_tabular *table, const wdm_silence *silence, wdm_day as_of);

// The list of alerts: all columns, or those for people.
typedef struct wdm_alert_table {
    wdm_tabular table;
    const wdm_config *config;
    wdm_lang lang;
    wdm_silences silences;
    wdm_arena arena;
    wdm_day as_of;
    bool is_short;
    int64_t only; // alert_id; 0: all
    bool found;   // a row was put
} wdm_alert_table;
wdm_rc wdm_alert_table_begin(wdm_alert_table *list, const wdm_cli *cli, const wdm_session *session,
                             wdm_err *err) WDM_MUST_CHECK;
// A callback of wdm_store_each_alert.
wdm_rc wdm_alert_table_put(void *context, const wdm_alert *alert, wdm_err *err) WDM_MUST_CHECK;
void wdm_alert_table_fini(wdm_alert_table *list);

#endif
