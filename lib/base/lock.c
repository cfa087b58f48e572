// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int try_lock(int fd)
{
    struct flock lock = {0};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return fcntl(fd, F_SETLK, &lock);
}

wdm_rc wdm_lock_take(const char *path, int wait_s, int *fd, wdm_err *err)
{
    const struct timespec pause = {0, 20000000L}; // 20 ms
    const int handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    *fd = -1;
    if (handle < 0) {
        const wdm_rc rc = wdm_err_errno(err, errno, "cannot create the lock", path);
        return rc == WDM_E_NOINPUT
                   ? wdm_err_set(err, WDM_E_CANTCREATE, "cannot create the lock %s: no such folder", path)
                   : rc;
    }
    for (int tries = wait_s * 50; try_lock(handle) != 0; tries--) {
        if (errno != EACCES && errno != EAGAIN && errno != EINTR) {
            const wdm_rc rc = wdm_err_errno(err, errno, "cannot lock", path);
            (void)close(handle);
            return rc;
        }
        if (tries <= 0) {
            (void)close(handle);
            return wdm_err_set(err, WDM_E_BUSY,
                               "another wdm is writing (lock %s); try again when it has finished", path);
        }
        (void)nanosleep(&pause, NULL);
    }
    *fd = handle;
    return WDM_OK;
}

void wdm_lock_drop(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}
