// SPDX-License-Identifier: GPL-3.0-or-later
// Return codes and the caller-owned message. Library code fills a wdm_err and returns; only main prints and
// exits.
#ifndef WDM_BASE_ERR_H
#define WDM_BASE_ERR_H

// code, exit status, text. The exit statuses are part of the command contract (docs/cmd/wdm.md).
#define WDM_RC_LIST(X)                                                                                       \
    X(WDM_OK, 0, "done")                                                                                     \
    X(WDM_E_PARTIAL, 1, "done, but some rows were rejected")                                                 \
    X(WDM_E_USAGE, 64, "wrong usage")                                                                        \
    X(WDM_E_DATA, 65, "data refused, nothing stored")                                                        \
    X(WDM_E_NOINPUT, 66, "no input")                                                                         \
    X(WDM_E_INTERNAL, 70, "internal error")                                                                  \
    X(WDM_E_NOMEM, 71, "out of memory")                                                                      \
    X(WDM_E_CANTCREATE, 73, "disk full or cannot create")                                                    \
    X(WDM_E_IO, 74, "input or output error")                                                                 \
    X(WDM_E_BUSY, 75, "busy, try again")                                                                     \
    X(WDM_E_PERM, 77, "permission denied")                                                                   \
    X(WDM_E_CONFIG, 78, "configuration error")

typedef enum wdm_rc {
#define WDM_RC_ENUM(code, status, text) code,
    WDM_RC_LIST(WDM_RC_ENUM)
#undef WDM_RC_ENUM
} wdm_rc;

enum { WDM_ERR_TEXT_MAX = 2048 };

typedef struct wdm_err {
    wdm_rc rc;
    char text[WDM_ERR_TEXT_MAX];
} wdm_err;

// Every fallible function returns wdm_rc and its result must be looked at.
#define WDM_MUST_CHECK __attribute__((warn_unused_result))
#define WDM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

// Fills *err (may be NULL) with rc and the formatted text (cut at WDM_ERR_TEXT_MAX - 1 bytes); returns rc.
wdm_rc wdm_err_set(wdm_err *err, wdm_rc rc, const char *fmt, ...) WDM_PRINTF(3, 4);

// A failure besides the one that err tells: appends "; and <text>", cut as above; returns err->rc.
wdm_rc wdm_err_also(wdm_err *err, const char *text);

// Maps errno to a code (ENOENT: NOINPUT, EACCES/EPERM: PERM, ENOSPC/EDQUOT/EFBIG/EROFS: CANTCREATE, ENOMEM:
// NOMEM, else IO) and writes "<what> <path>: <strerror>". Returns the code.
wdm_rc wdm_err_errno(wdm_err *err, int errnum, const char *what, const char *path);

// Exit status of rc, e.g. wdm_rc_status(WDM_E_DATA) == 65.
int wdm_rc_status(wdm_rc rc);
// Short English text of rc; borrowed.
const char *wdm_rc_text(wdm_rc rc);

#endif
