// SPDX-License-Identifier: GPL-3.0-or-later
// An advisory lock on a file of its own beside what it guards. The guarded file itself is never opened for
// locking: closing it would drop SQLite's own POSIX locks.
#ifndef WDM_BASE_LOCK_H
#define WDM_BASE_LOCK_H

#include "base/err.h"

// Takes the exclusive lock, waiting up to wait_s seconds (0: not at all). *fd is the lock, -1 on failure.
// WDM_E_BUSY when somebody else holds it.
wdm_rc wdm_lock_take(const char *path, int wait_s, int *fd, wdm_err *err) WDM_MUST_CHECK;
// Releases it; -1 is allowed. The file stays: removing it would let two holders in.
void wdm_lock_drop(int fd);

#endif
