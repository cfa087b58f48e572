// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef WDM_PIPELINE_EXPORT_TABLE_H
#define WDM_PIPELINE_EXPORT_TABLE_H

#include "stage.h"
#include "store/export_store.h"

// Prints an export table on stdout in the format of the command line.
wdm_rc wdm_export_print(const wdm_cli *cli, wdm_store *store, const char *name,
                        const wdm_export_filter *filter, wdm_err *err) WDM_MUST_CHECK;

#endif
