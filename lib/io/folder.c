// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE // renameat2: a rename that refuses to overwrite
#include "io/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES_MAX = 255, CHUNK_BYTES = 64 * 1024 };
static const char temporary[] = ".wdm-new";

static wdm_rc fail(const wdm_folder *folder, const char *name, int errnum, const char *what, wdm_err *err)
{
    char path[2 * WDM_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return wdm_err_errno(err, errnum, what, path);
}

// ---- folders

wdm_rc wdm_folder_open(wdm_folder *folder, const char *path, wdm_err *err)
{
    folder->fd = -1;
    if (snprintf(folder->path, sizeof folder->path, "%s", path) >= (int)sizeof folder->path)
        return wdm_err_set(err, WDM_E_NOINPUT, "%s: the path is too long", path);
    folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0 && errno == ENOTDIR)
        return wdm_err_set(err, WDM_E_NOINPUT, "%s is not a folder", path);
    return folder->fd < 0 ? wdm_err_errno(err, errno, "cannot open folder", path) : WDM_OK;
}

wdm_rc wdm_folder_make(wdm_folder *folder, const wdm_folder *parent, const char *name, int mode, wdm_err *err)
{
    folder->fd = -1;
    if (snprintf(folder->path, sizeof folder->path, "%s/%s", parent->path, name) >= (int)sizeof folder->path)
        return wdm_err_set(err, WDM_E_CANTCREATE, "%s/%s: the path is too long", parent->path, name);
    if (mkdirat(parent->fd, name, (mode_t)mode) != 0 && errno != EEXIST)
        return wdm_err_errno(err, errno, "cannot create folder", folder->path);
    folder->fd = openat(parent->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder->fd < 0 && (errno == ENOTDIR || errno == ELOOP))
        return wdm_err_set(err, WDM_E_CANTCREATE,
                           "%s is a file or a symbolic link; it must be a folder: move it away",
                           folder->path);
    return folder->fd < 0 ? wdm_err_errno(err, errno, "cannot open folder", folder->path) : WDM_OK;
}

void wdm_folder_close(wdm_folder *folder)
{
    if (folder->fd >= 0)
        (void)close(folder->fd);
    folder->fd = -1;
}

void wdm_folder_sync(const wdm_folder *folder)
{
    (void)fsync(folder->fd); // some file systems refuse to sync a folder
}

// ---- facts

bool wdm_folder_is_name(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len <= NAME_BYTES_MAX && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

static int64_t microseconds(struct timespec t)
{
    const int64_t most_s = 900000000000; // a file system may say any year
    const int64_t s = (int64_t)t.tv_sec;
    if (s > most_s || s < -most_s)
        return (s > 0 ? most_s : -most_s) * 1000000;
    return s * 1000000 + (int64_t)t.tv_nsec / 1000;
}

static wdm_file_facts facts_from(const struct stat *st)
{
    return (wdm_file_facts){.device = (uint64_t)st->st_dev,
                            .inode = (uint64_t)st->st_ino,
                            .size = (int64_t)st->st_size,
                            .mtime_us = microseconds(st->st_mtim),
                            .regular = S_ISREG(st->st_mode),
                            .own = st->st_uid == geteuid(),
                            .written_by_others = (st->st_mode & (S_IWGRP | S_IWOTH)) != 0};
}

bool wdm_folder_look(const wdm_folder *folder, const char *name, wdm_file_facts *facts)
{
    struct stat st;
    if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    *facts = facts_from(&st);
    return true;
}

wdm_rc wdm_facts_of(int fd, const char *name, wdm_file_facts *facts, wdm_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return wdm_err_errno(err, errno, "cannot look at", name);
    *facts = facts_from(&st);
    return WDM_OK;
}

bool wdm_facts_equal(const wdm_file_facts *a, const wdm_file_facts *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->mtime_us == b->mtime_us;
}

// ---- files

wdm_rc wdm_folder_open_file(const wdm_folder *folder, const char *name, int *fd, wdm_file_facts *facts,
                            wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    // Without O_NONBLOCK a pipe of that name would block for ever.
    *fd = openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*fd < 0 && (errno == ELOOP || errno == ENXIO))
        return wdm_err_set(err, WDM_E_NOINPUT, "%s/%s is not a plain file", folder->path, name);
    if (*fd < 0)
        return fail(folder, name, errno, "cannot open", err);
    rc = wdm_facts_of(*fd, name, facts, err);
    if (rc == WDM_OK && !facts->regular)
        rc = wdm_err_set(err, WDM_E_NOINPUT, "%s/%s is not a plain file", folder->path, name);
    if (rc != WDM_OK) {
        (void)close(*fd);
        *fd = -1;
    }
    return rc;
}

wdm_rc wdm_fd_touch(int fd, const char *name, int64_t *now_us, wdm_err *err)
{
    struct stat st;
    if (futimens(fd, NULL) != 0 || fstat(fd, &st) != 0)
        return wdm_err_errno(err, errno, "cannot touch", name);
    *now_us = microseconds(st.st_mtim);
    return WDM_OK;
}

wdm_rc wdm_fd_sha256(int fd, const char *name, char out[WDM_SHA256_HEX], wdm_err *err)
{
    char chunk[CHUNK_BYTES];
    wdm_hash hash;
    off_t at = 0;
    wdm_hash_init(&hash);
    for (;;) {
        const ssize_t n = pread(fd, chunk, sizeof chunk, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wdm_err_errno(err, errno, "cannot read", name);
        if (n == 0)
            break;
        wdm_hash_update(&hash, chunk, (size_t)n);
        at += n;
    }
    wdm_hash_final_hex(&hash, out);
    return WDM_OK;
}

wdm_rc wdm_folder_read(const wdm_folder *folder, const char *name, wdm_buf *buf, wdm_err *err)
{
    char chunk[4096];
    int fd = -1;
    wdm_file_facts facts = {0};
    wdm_rc rc = wdm_folder_open_file(folder, name, &fd, &facts, err);
    while (rc == WDM_OK && buf->rc == WDM_OK) {
        const ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            rc = fail(folder, name, errno, "cannot read", err);
        if (n <= 0)
            break;
        wdm_buf_put(buf, chunk, (size_t)n);
    }
    if (fd >= 0)
        (void)close(fd);
    return rc == WDM_OK ? wdm_buf_check(buf, err) : rc;
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

wdm_rc wdm_folder_write(const wdm_folder *folder, const char *name, const char *bytes, size_t len,
                        wdm_err *err)
{
    int saved = 0;
    int fd = -1;
    (void)unlinkat(folder->fd, temporary, 0); // left by a kill
    fd = openat(folder->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(folder, name, errno, "cannot create", err);
    saved = write_all(fd, bytes, len);
    if (saved == 0 && (fchmod(fd, 0640) != 0 || fsync(fd) != 0))
        saved = errno;
    if (close(fd) != 0 && saved == 0)
        saved = errno;
    if (saved == 0 && renameat(folder->fd, temporary, folder->fd, name) != 0)
        saved = errno;
    if (saved != 0) {
        (void)unlinkat(folder->fd, temporary, 0);
        return fail(folder, name, saved, "cannot write", err);
    }
    wdm_folder_sync(folder);
    return WDM_OK;
}

wdm_rc wdm_folder_move(const wdm_folder *from, const char *name, const wdm_folder *to, const char *new_name,
                       bool *taken, wdm_err *err)
{
    wdm_file_facts there = {0};
    *taken = false;
    if (renameat2(from->fd, name, to->fd, new_name, RENAME_NOREPLACE) == 0)
        return WDM_OK;
    if (errno == EEXIST) {
        *taken = true;
        return WDM_OK;
    }
    if (errno != EINVAL && errno != ENOSYS)
        return fail(from, name, errno, "cannot move", err);
    // A file system without that rename (some network shares): look first. Callers hold the folder's lock, so
    // only a person could put a file there in between.
    if (wdm_folder_look(to, new_name, &there)) {
        *taken = true;
        return WDM_OK;
    }
    return renameat(from->fd, name, to->fd, new_name) == 0 ? WDM_OK
                                                           : fail(from, name, errno, "cannot move", err);
}

wdm_rc wdm_folder_remove(const wdm_folder *folder, const char *name, wdm_err *err)
{
    return unlinkat(folder->fd, name, 0) == 0 || errno == ENOENT
               ? WDM_OK
               : fail(folder, name, errno, "cannot remove", err);
}

// ---- listing

wdm_rc wdm_folder_each(const wdm_folder *folder, wdm_dir_fn fn, void *user, wdm_err *err)
{
    const int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? wdm_err_errno(err, errno, "cannot list folder", folder->path)
                  : wdm_dir_each_at(fd, folder->path, NULL, fn, user, err);
}
