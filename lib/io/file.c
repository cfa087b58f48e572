// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static wdm_rc read_all(int fd, const char *path, wdm_buf *buf, wdm_err *err)
{
    char chunk[64 * 1024];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wdm_err_errno(err, errno, "cannot read", path);
        if (n == 0)
            break;
        wdm_buf_put(buf, chunk, (size_t)n);
        if (buf->rc != WDM_OK)
            break;
    }
    if (buf->rc == WDM_E_INTERNAL)
        return wdm_err_set(err, WDM_E_DATA, "%s: larger than %zu bytes; split it", path, buf->max);
    return wdm_buf_check(buf, err);
}

wdm_rc wdm_file_read(const char *path, wdm_buf *buf, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    int fd = -1;
    if (strcmp(path, "-") == 0)
        return read_all(STDIN_FILENO, "standard input", buf, err);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return wdm_err_errno(err, errno, "cannot open", path);
    rc = read_all(fd, path, buf, err);
    (void)close(fd);
    return rc;
}

static wdm_rc write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return WDM_E_IO;
        bytes += n;
        len -= (size_t)n;
    }
    return WDM_OK;
}

wdm_rc wdm_file_put(int fd, const char *bytes, size_t len, const char *path, wdm_err *err)
{
    return write_all(fd, bytes, len) == WDM_OK ? WDM_OK : wdm_err_errno(err, errno, "cannot write", path);
}

wdm_rc wdm_file_temp(int *fd, wdm_err *err)
{
    char path[WDM_PATH_MAX];
    const char *dir = getenv("TMPDIR");
    *fd = -1;
    if (dir == NULL || dir[0] != '/')
        dir = "/tmp";
    if (snprintf(path, sizeof path, "%s/wdm-XXXXXX", dir) >= (int)sizeof path)
        return wdm_err_set(err, WDM_E_CANTCREATE, "TMPDIR: the path is too long");
    *fd = mkstemp(path);
    if (*fd < 0) {
        const wdm_rc rc = wdm_err_errno(err, errno, "cannot create a temporary file in", dir);
        return rc == WDM_E_NOINPUT ? wdm_err_set(err, WDM_E_CANTCREATE, "TMPDIR: no such folder: %s", dir)
                                   : rc;
    }
    (void)unlink(path);
    (void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
    return WDM_OK;
}

static void sync_folder_of(const char *path)
{
    char dir[WDM_PATH_MAX];
    char *slash = NULL;
    int fd = -1;
    (void)snprintf(dir, sizeof dir, "%s", path);
    slash = strrchr(dir, '/');
    if (slash == NULL)
        (void)snprintf(dir, sizeof dir, ".");
    else if (slash == dir)
        slash[1] = '\0';
    else
        *slash = '\0';
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd); // some file systems refuse to sync a folder; the rename itself has succeeded
    (void)close(fd);
}

wdm_rc wdm_file_out_begin(wdm_file_out *out, const char *path, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    out->saved = 0;
    out->n = 0;
    out->fd = -1;
    if (snprintf(out->path, sizeof out->path, "%s", path) >= (int)sizeof out->path ||
        snprintf(out->temp, sizeof out->temp, "%s.XXXXXX", path) >= (int)sizeof out->temp)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", path);
    out->fd = mkstemp(out->temp);
    if (out->fd >= 0)
        return WDM_OK;
    rc = wdm_err_errno(err, errno, "cannot create", path);
    return rc == WDM_E_NOINPUT ? wdm_err_set(err, WDM_E_CANTCREATE, "cannot create %s: no such folder", path)
                               : rc;
}

static void flush(wdm_file_out *out)
{
    if (out->saved == 0 && write_all(out->fd, out->bytes, out->n) != WDM_OK)
        out->saved = errno;
    out->n = 0;
}

void wdm_file_out_put(wdm_file_out *out, const char *bytes, size_t len)
{
    while (len > 0) {
        const size_t room = sizeof out->bytes - out->n;
        const size_t part = len < room ? len : room;
        memcpy(out->bytes + out->n, bytes, part);
        out->n += part;
        bytes += part;
        len -= part;
        if (out->n == sizeof out->bytes)
            flush(out);
    }
}

wdm_rc wdm_file_out_commit(wdm_file_out *out, wdm_err *err)
{
    flush(out);
    if (out->saved == 0 && (fchmod(out->fd, 0640) != 0 || fsync(out->fd) != 0))
        out->saved = errno;
    if (close(out->fd) != 0 && out->saved == 0)
        out->saved = errno;
    out->fd = -1;
    if (out->saved == 0 && rename(out->temp, out->path) != 0)
        out->saved = errno;
    if (out->saved != 0) {
        (void)unlink(out->temp);
        return wdm_err_errno(err, out->saved, "cannot write", out->path);
    }
    sync_folder_of(out->path);
    return WDM_OK;
}

void wdm_file_out_drop(wdm_file_out *out)
{
    if (out->fd < 0)
        return;
    (void)close(out->fd);
    (void)unlink(out->temp);
    out->fd = -1;
}

wdm_rc wdm_file_write(const char *path, const char *bytes, size_t len, wdm_err *err)
{
    wdm_file_out out;
    wdm_rc rc = wdm_file_out_begin(&out, path, err);
    if (rc != WDM_OK)
        return rc;
    wdm_file_out_put(&out, bytes, len);
    return wdm_file_out_commit(&out, err);
}

wdm_rc wdm_file_move(const char *from, const char *to, wdm_err *err)
{
    if (rename(from, to) != 0)
        return wdm_err_errno(err, errno, "cannot rename", from);
    sync_folder_of(to);
    return WDM_OK;
}

wdm_rc wdm_dir_make(const char *path, wdm_err *err)
{
    char part[WDM_PATH_MAX];
    size_t len = strlen(path);
    if (len >= sizeof part)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s: the path is too long", path);
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        const char keep = part[i];
        part[i] = '\0';
        if (mkdir(part, 0750) != 0 && errno != EEXIST)
            return wdm_err_errno(err, errno, "cannot create folder", part);
        part[i] = keep;
    }
    return WDM_OK;
}

bool wdm_file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

const char *wdm_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

wdm_rc wdm_path_join(char out[WDM_PATH_MAX], const char *dir, const char *name, wdm_err *err)
{
    if (snprintf(out, WDM_PATH_MAX, "%s/%s", dir, name) >= WDM_PATH_MAX)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s/%s: the path is too long", dir, name);
    return WDM_OK;
}

static int by_name(const void *a, const void *b)
{
    char *const *x = a;
    char *const *y = b;
    return strcmp(*x, *y);
}

// Through a symbolic link too.
static bool is_regular(DIR *d, const char *name)
{
    struct stat st;
    return fstatat(dirfd(d), name, &st, 0) == 0 && S_ISREG(st.st_mode);
}

static bool ends_in(const char *name, const char *suffix)
{
    const size_t n = strlen(name);
    const size_t s = strlen(suffix);
    return n > s && strcmp(name + n - s, suffix) == 0;
}

wdm_rc wdm_dir_each_at(int fd, const char *path, const char *suffix, wdm_dir_fn fn, void *user, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    char **names = NULL;
    size_t n = 0;
    size_t cap = 0;
    struct dirent *entry = NULL;
    DIR *d = fdopendir(fd);
    if (d == NULL) {
        rc = wdm_err_errno(err, errno, "cannot list folder", path);
        (void)close(fd);
        return rc;
    }
    while (rc == WDM_OK && (entry = readdir(d)) != NULL) {
        if (entry->d_name[0] == '.' ||
            (suffix != NULL && (!ends_in(entry->d_name, suffix) || !is_regular(d, entry->d_name))))
            continue;
        rc = wdm_grow(&names, &cap, n + 1, sizeof *names, err);
        if (rc == WDM_OK && (names[n++] = wdm_strdup(entry->d_name)) == NULL)
            rc = wdm_err_nomem(err);
    }
    (void)closedir(d);
    if (rc == WDM_OK && n > 0)
        qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) {
        if (rc == WDM_OK)
            rc = fn(user, names[i], err);
        wdm_free(names[i]);
    }
    wdm_free(names);
    return rc;
}

wdm_rc wdm_dir_each(const char *dir, const char *suffix, wdm_dir_fn fn, void *user, wdm_err *err)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? wdm_err_errno(err, errno, "cannot open folder", dir)
                  : wdm_dir_each_at(fd, dir, suffix, fn, user, err);
}
