// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

void wdm_buf_init(wdm_buf *buf, size_t max)
{
    memset(buf, 0, sizeof *buf);
    buf->max = max;
}

static int reserve(wdm_buf *buf, size_t more)
{
    if (buf->rc != WDM_OK)
        return 0;
    if (more > buf->max || buf->len > buf->max - more) {
        buf->rc = WDM_E_INTERNAL;
        return 0;
    }
    buf->rc = wdm_grow(&buf->data, &buf->cap, buf->len + more + 1, 1, NULL);
    return buf->rc == WDM_OK;
}

void wdm_buf_put(wdm_buf *buf, const char *bytes, size_t len)
{
    if (!reserve(buf, len))
        return;
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void wdm_buf_puts(wdm_buf *buf, const char *text)
{
    wdm_buf_put(buf, text, strlen(text));
}

void wdm_buf_printf(wdm_buf *buf, const char *fmt, ...)
{
    va_list args;
    va_list again;
    int len = 0;
    va_start(args, fmt);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, args);
    if (len >= 0 && reserve(buf, (size_t)len)) {
        (void)vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, again);
        buf->len += (size_t)len;
    } else if (len < 0 && buf->rc == WDM_OK) {
        buf->rc = WDM_E_INTERNAL;
    }
    va_end(again);
    va_end(args);
}

const char *wdm_buf_text(const wdm_buf *buf)
{
    return buf->data == NULL ? "" : buf->data;
}

void wdm_buf_clear(wdm_buf *buf)
{
    buf->len = 0;
    buf->rc = WDM_OK;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

void wdm_buf_fini(wdm_buf *buf)
{
    wdm_free(buf->data);
    memset(buf, 0, sizeof *buf);
}

wdm_rc wdm_buf_check(const wdm_buf *buf, wdm_err *err)
{
    if (buf->rc == WDM_E_NOMEM)
        return wdm_err_nomem(err);
    if (buf->rc != WDM_OK)
        return wdm_err_set(err, buf->rc, "a text grew past its limit of %zu bytes", buf->max);
    return WDM_OK;
}
