// SPDX-License-Identifier: GPL-3.0-or-later
// A document as Markdown (with the tables of GitHub), for mail and chat.
#ifndef WDM_REPORT_MARKDOWN_H
#define WDM_REPORT_MARKDOWN_H

#include "report/doc.h"

wdm_rc wdm_markdown_write(const wdm_doc *doc, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;

#endif
