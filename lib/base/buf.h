// SPDX-License-Identifier: GPL-3.0-or-later
// A growing text buffer that names its maximum. The first failure sticks in rc; later writes do nothing, so a
// caller writes freely and looks once at the end.
#ifndef WDM_BASE_BUF_H
#define WDM_BASE_BUF_H

#include <stddef.h>

#include "base/err.h"

typedef struct wdm_buf {
    char *data; // NUL-terminated once anything was written; NULL before
    size_t len;
    size_t cap;
    size_t max;
    wdm_rc rc;
} wdm_buf;

enum { WDM_BUF_DEFAULT_MAX = 256 * 1024 * 1024 };

// max is the greatest length in bytes; past it rc becomes WDM_E_INTERNAL.
void wdm_buf_init(wdm_buf *buf, size_t max);
void wdm_buf_put(wdm_buf *buf, const char *bytes, size_t len);
void wdm_buf_puts(wdm_buf *buf, const char *text);
void wdm_buf_printf(wdm_buf *buf, const char *fmt, ...) WDM_PRINTF(2, 3);
// The text so far, "" when empty; borrowed until the next write.
const char *wdm_buf_text(const wdm_buf *buf);
void wdm_buf_clear(wdm_buf *buf);
void wdm_buf_fini(wdm_buf *buf);
// rc of the buffer, with a message in err when it is not WDM_OK.
wdm_rc wdm_buf_check(const wdm_buf *buf, wdm_err *err) WDM_MUST_CHECK;

#endif
