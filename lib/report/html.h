// SPDX-License-Identifier: GPL-3.0-or-later
// A document as one HTML file: style sheet and pictures inside, no script, nothing loaded from elsewhere (a
// content security policy says so), for A4, dark and light, phone and desktop.
#ifndef WDM_REPORT_HTML_H
#define WDM_REPORT_HTML_H

#include "report/doc.h"

// Appends the text for element content or a quoted attribute: & < > " ' escaped, characters that steer left
// out.
void wdm_html_escape(wdm_buf *out, const char *text);
wdm_rc wdm_html_write(const wdm_doc *doc, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;
// Base64 (RFC 4648) of the bytes.
void wdm_base64_put(wdm_buf *out, const char *bytes, size_t len);

#endif
