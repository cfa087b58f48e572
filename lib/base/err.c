// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

wdm_rc wdm_err_set(wdm_err *err, wdm_rc rc, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        err->rc = rc;
        va_start(args, fmt);
        (void)vsnprintf(err->text, sizeof err->text, fmt, args);
        va_end(args);
    }
    return rc;
}

wdm_rc wdm_err_also(wdm_err *err, const char *text)
{
    const size_t len = strlen(err->text);
    (void)snprintf(err->text + len, sizeof err->text - len, "; and %s", text);
    return err->rc;
}

wdm_rc wdm_err_errno(wdm_err *err, int errnum, const char *what, const char *path)
{
    wdm_rc rc = WDM_E_IO;
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        rc = WDM_E_NOINPUT;
        break;
    case EACCES:
    case EPERM:
        rc = WDM_E_PERM;
        break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EROFS:
        rc = WDM_E_CANTCREATE;
        break;
    case ENOMEM:
        rc = WDM_E_NOMEM;
        break;
    default:
        break;
    }
    return wdm_err_set(err, rc, "%s %s: %s", what, path, strerror(errnum));
}

int wdm_rc_status(wdm_rc rc)
{
    static const int status[] = {
#define WDM_RC_STATUS(code, st, text) [code] = (st),
        WDM_RC_LIST(WDM_RC_STATUS)
#undef WDM_RC_STATUS
    };
    return status[rc];
}

const char *wdm_rc_text(wdm_rc rc)
{
    static const char *const texts[] = {
#define WDM_RC_TEXT(code, st, text) [code] = (text),
        WDM_RC_LIST(WDM_RC_TEXT)
#undef WDM_RC_TEXT
    };
    return texts[rc];
}
