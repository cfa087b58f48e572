// SPDX-License-Identifier: GPL-3.0-or-later
// The sub-commands of wdm alert.
#ifndef WDM_PIPELINE_ALERT_LIST_H
#define WDM_PIPELINE_ALERT_LIST_H

#include "stage.h"

wdm_rc wdm_alert_list(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_alert_ack(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;

#endif
