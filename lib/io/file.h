// SPDX-License-Identifier: GPL-3.0-or-later
// Files: whole reads with a limit, and writes that appear under their name only when complete.
#ifndef WDM_IO_FILE_H
#define WDM_IO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

enum { WDM_PATH_MAX = 4096 };

// Appends the whole file to buf (its max is the limit). "-" is standard input.
wdm_rc wdm_file_read(const char *path, wdm_buf *buf, wdm_err *err) WDM_MUST_CHECK;
// Writes to a temporary name beside path, fsyncs, renames, fsyncs the folder. mode 0640.
wdm_rc wdm_file_write(const char *path, const char *bytes, size_t len, wdm_err *err) WDM_MUST_CHECK;
// The same in pieces: begin, put as often as needed, then commit or drop. What was put appears under its name
// at commit only.
typedef struct wdm_file_out {
    int fd;    // -1: not begun
    int saved; // the first errno
    size_t n;
    char path[WDM_PATH_MAX], temp[WDM_PATH_MAX];
    char bytes[16 * 1024];
} wdm_file_out;
wdm_rc wdm_file_out_begin(wdm_file_out *out, const char *path, wdm_err *err) WDM_MUST_CHECK;
void wdm_file_out_put(wdm_file_out *out, const char *bytes, size_t len);
wdm_rc wdm_file_out_commit(wdm_file_out *out, wdm_err *err) WDM_MUST_CHECK;
void wdm_file_out_drop(wdm_file_out *out);
// Renames a file within a folder and fsyncs the folder.
wdm_rc wdm_file_move(const char *from, const char *to, wdm_err *err) WDM_MUST_CHECK;
// An unlinked temporary file in TMPDIR, else /tmp, open for reading and writing, mode 0600, closed on exec.
// It is gone when *fd is closed, however the program ends.
wdm_rc wdm_file_temp(int *fd, wdm_err *err) WDM_MUST_CHECK;
// Writes all of it to fd; path for messages.
wdm_rc wdm_file_put(int fd, const char *bytes, size_t len, const char *path, wdm_err *err) WDM_MUST_CHECK;
// Creates the folder and its parents when they are missing.
wdm_rc wdm_dir_make(const char *path, wdm_err *err) WDM_MUST_CHECK;
bool wdm_file_exists(const char *path);
// The part after the last '/'; borrowed.
const char *wdm_path_base(const char *path);
// Joins with '/' into out (WDM_PATH_MAX bytes).
wdm_rc wdm_path_join(char out[WDM_PATH_MAX], const char *dir, const char *name, wdm_err *err) WDM_MUST_CHECK;
// Calls fn for every regular file in dir whose name ends in suffix, sorted by name.
typedef wdm_rc (*wdm_dir_fn)(void *user, const char *name, wdm_err *err);
wdm_rc wdm_dir_each(const char *dir, const char *suffix, wdm_dir_fn fn, void *user,
                    wdm_err *err) WDM_MUST_CHECK;
// The same for an open folder, whose fd it closes; path for messages. suffix NULL is every entry, whatever
// its kind, but those whose name begins with a dot.
wdm_rc wdm_dir_each_at(int fd, const char *path, const char *suffix, wdm_dir_fn fn, void *user,
                       wdm_err *err) WDM_MUST_CHECK;

#endif
