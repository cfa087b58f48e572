// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef WDM_PIPELINE_SESSION_H
#define WDM_PIPELINE_SESSION_H

#include "stage.h"

// The rules of alerts.csv, read as wdm alert will read them: an error shows before they are in force.
wdm_rc wdm_config_check_rules(const wdm_config *config, wdm_err *err) WDM_MUST_CHECK;

// Reads the config folder and, when it differs from the one in force, puts it in force; the session then uses
// it.
wdm_rc wdm_session_load_config(wdm_session *session, const wdm_cli *cli, const char *dir,
                               wdm_err *err) WDM_MUST_CHECK;

// The stored estimates were made as of some date: an earlier --as-of would count samples that it should not,
// so it is refused (WDM_E_USAGE) by the stages that read estimates.
wdm_rc wdm_session_guard_as_of(wdm_session *session, const wdm_cli *cli, wdm_err *err) WDM_MUST_CHECK;

// Estimates that only some shards of a run have made, or made of other inputs than the rest, are refused
// (WDM_E_CONFIG) by the stages that judge them.
wdm_rc wdm_session_guard_shards(wdm_session *session, wdm_err *err) WDM_MUST_CHECK;

// The alerts' history is not rewritten: an --as-of before the last evaluation of alerts is WDM_E_USAGE.
wdm_rc wdm_session_refuse_earlier(wdm_store *store, wdm_day as_of, wdm_err *err) WDM_MUST_CHECK;

// What one person changes: run->run_id is the row that the change belongs to.
typedef wdm_rc wdm_change_fn(void *context, wdm_store *store, const wdm_run *run, wdm_err *err);

// Makes the change in a transaction of its own with a row in `runs`; all or nothing, and nothing in a dry
// run.
wdm_rc wdm_session_change(const wdm_cli *cli, wdm_store *store, wdm_run *run, wdm_change_fn *change,
                          void *context, wdm_err *err) WDM_MUST_CHECK;

#endif
