// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the import stage: the journal of an inbox as a file of its spool.
#ifndef WDM_PIPELINE_INBOX_JOURNAL_H
#define WDM_PIPELINE_INBOX_JOURNAL_H

#include "inbox_spool.h"

wdm_rc wdm_inbox_write_journal(const wdm_folder *spool, const wdm_inbox_journal *j,
                               wdm_err *err) WDM_MUST_CHECK;
// No journal: phase idle.
wdm_rc wdm_inbox_read_journal(const wdm_folder *spool, wdm_inbox_journal *j, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_inbox_drop_journal(const wdm_folder *spool, wdm_err *err) WDM_MUST_CHECK;

#endif
