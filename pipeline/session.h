// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef WDM_PIPELINE_SESSION_H
#define WDM_PIPELINE_SESSION_H

#include "stage.h"

// Reads the config folder and, when it differs from the one in force, puts it in force; the session then uses
// it.
wdm_rc wdm_session_load_config(wdm_session *session, const wdm_cli *cli, const char *dir,
                               wdm_err *err) WDM_MUST_CHECK;

#endif
