// SPDX-License-Identifier: GPL-3.0-or-later
// wdm alert --notify and wdm alert outbox: messages are written to the store first, all in one transaction,
// then delivered one by one.
#ifndef WDM_PIPELINE_NOTIFY_H
#define WDM_PIPELINE_NOTIFY_H

#include "stage.h"

// Writes the messages that the events of alerts ask for, and delivers what waits. WDM_E_CONFIG: no transport
// is set. WDM_E_IO: something could not be delivered; it waits for the next run.
wdm_rc wdm_notify(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;

// wdm alert outbox [retry | show ID | drop ID --by NAME --reason TEXT]; args[0] is "outbox".
wdm_rc wdm_alert_outbox(const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;

// The lock of runs that must not overlap (wdm run, wdm alert --notify): WDM_E_BUSY at once when another one
// is at work. Interactive commands do not take it. *fd is for wdm_lock_drop.
wdm_rc wdm_run_lock(const wdm_cli *cli, int *fd, wdm_err *err) WDM_MUST_CHECK;

#endif
