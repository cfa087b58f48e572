// SPDX-License-Identifier: GPL-3.0-or-later
// The sub-commands of wdm alert.
#ifndef WDM_PIPELINE_ALERT_LIST_H
#define WDM_PIPELINE_ALERT_LIST_H

#include "stage.h"

wdm_rc wdm_alert_list(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_alert_ack(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;

// The alerts with the columns that other programs rely on; also what `wdm export alerts` prints. The table is
// the caller's, to fini.
wdm_rc wdm_alert_tabulate(wdm_store *store, bool only_open, wdm_tabular *table, wdm_err *err) WDM_MUST_CHECK;
// The same for `wdm export trend`.
wdm_rc wdm_trend_tabulate(wdm_store *store, wdm_tabular *table, wdm_err *err) WDM_MUST_CHECK;

#endif
