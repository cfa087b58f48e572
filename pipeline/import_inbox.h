// SPDX-License-Identifier: GPL-3.0-or-later
// wdm import --inbox DIR: the files of a folder, one by one, each moved to where its verdict puts it.
#ifndef WDM_PIPELINE_IMPORT_INBOX_H
#define WDM_PIPELINE_IMPORT_INBOX_H

#include "import_file.h"

// Imports each settled plain file of dir, in name order, and moves it with its report (and rejects) to
// accepted/YYYY/MM or rejected. *session is all zero; it is opened when there is a file to import, and the
// caller closes it. Nothing to do: WDM_OK, silent. A file that cannot be read or moved stays and the others
// go on: WDM_E_PERM at the end; else the worst verdict (WDM_E_DATA, WDM_E_PARTIAL, WDM_OK). WDM_E_BUSY at
// once when another run has the inbox.
wdm_rc wdm_import_inbox(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                        const char *dir, wdm_err *err) WDM_MUST_CHECK;

#endif
