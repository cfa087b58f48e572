// SPDX-License-Identifier: GPL-3.0-or-later
// Loaded before a program (LD_PRELOAD): kills it with SIGKILL just before its nth call that changes a file or
// folder. WDM_KILL_AT=n; without it nothing happens. So a test can stop a program at every point where what
// is on disk differs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long calls; // of this process

static void count(void)
{
    static long kill_at = -1;
    if (kill_at < 0) {
        const char *text = getenv("WDM_KILL_AT");
        kill_at = text == NULL ? 0 : strtol(text, NULL, 10);
    }
    if (kill_at > 0 && ++calls == kill_at)
        (void)kill(getpid(), SIGKILL);
}

// The C library's own function of that name. dlsym gives an object pointer; POSIX says that it may be used
// so.
static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

#define PASS(result, name, parameters, arguments)                                                            \
    result name parameters;                                                                                  \
    result name parameters                                                                                   \
    {                                                                                                        \
        union {                                                                                              \
            void *object;                                                                                    \
            result(*function) parameters;                                                                    \
        } real = {next(#name)};                                                                              \
        count();                                                                                             \
        return real.function arguments;                                                                      \
    }

PASS(ssize_t, write, (int fd, const void *bytes, size_t n), (fd, bytes, n))
PASS(ssize_t, pwrite, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at))
PASS(ssize_t, pwrite64, (int fd, const void *bytes, size_t n, off64_t at), (fd, bytes, n, at))
PASS(int, fsync, (int fd), (fd))
PASS(int, fdatasync, (int fd), (fd))
PASS(int, ftruncate, (int fd, off_t n), (fd, n))
PASS(int, ftruncate64, (int fd, off64_t n), (fd, n))
PASS(int, fchmod, (int fd, mode_t mode), (fd, mode))
PASS(int, unlink, (const char *path), (path))
PASS(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
PASS(int, rename, (const char *from, const char *to), (from, to))
PASS(int, renameat, (int dir, const char *from, int dir2, const char *to), (dir, from, dir2, to))
PASS(int, renameat2, (int dir, const char *from, int dir2, const char *to, unsigned flags),
     (dir, from, dir2, to, flags))
PASS(int, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode))
PASS(int, mkstemp, (char *path), (path))
PASS(int, mkstemp64, (char *path), (path))
PASS(int, futimens, (int fd, const struct timespec times[2]), (fd, times))
