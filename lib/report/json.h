// SPDX-License-Identifier: GPL-3.0-or-later
// JSON documents on jansson: values that are what the program means (no figure is null, text is clean), and
// one way to write a document.
#ifndef WDM_REPORT_JSON_H
#define WDM_REPORT_JSON_H

#include <jansson.h>

#include "base/buf.h"

// NaN and infinities become null.
json_t *wdm_json_number(double value);

// Text of a file on its way out: what is no valid UTF-8 or steers a terminal is left out, so that jansson
// takes it.
json_t *wdm_json_text(const char *text);

// The object or list takes the value over in every case, NULL too; *failed stays 1 after a failure.
void wdm_json_set(json_t *object, const char *key, json_t *value, int *failed);
void wdm_json_add(json_t *list, json_t *value, int *failed);

// Appends the document and a line feed, and frees it in every case. flags: of json_dumps. WDM_E_NOMEM: failed
// is not 0, or there is no memory left.
wdm_rc wdm_json_write(json_t *root, int failed, size_t flags, wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;

#endif
