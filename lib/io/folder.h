// SPDX-License-Identifier: GPL-3.0-or-later
// A folder that other people may write to. Everything in it is reached from its descriptor by one plain name,
// without following symbolic links, so that nobody can point wdm at a file elsewhere; nothing is overwritten
// by a move.
#ifndef WDM_IO_FOLDER_H
#define WDM_IO_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "io/file.h"

typedef struct wdm_folder {
    int fd;                  // -1: not open
    char path[WDM_PATH_MAX]; // for messages
} wdm_folder;

// What tells one state of a file from another.
typedef struct wdm_file_facts {
    uint64_t device, inode;
    int64_t size;     // bytes
    int64_t mtime_us; // last change, microseconds since 1970 by the clock of the machine with the folder
    bool regular;     // a plain file; false for folders, links, pipes, devices
    bool own;         // belongs to the user who runs
    bool written_by_others; // group or others may write
} wdm_file_facts;

// Opens path, which may be a link: its name is the administrator's. WDM_E_NOINPUT when it is missing or no
// folder.
wdm_rc wdm_folder_open(wdm_folder *folder, const char *path, wdm_err *err) WDM_MUST_CHECK;
// Opens a sub-folder, made with that mode when missing. A link or file of that name is WDM_E_CANTCREATE.
wdm_rc wdm_folder_make(wdm_folder *folder, const wdm_folder *parent, const char *name, int mode,
                       wdm_err *err) WDM_MUST_CHECK;
void wdm_folder_close(wdm_folder *folder);

// Whether name is one plain name: not "", ".", "..", without '/', at most 255 bytes.
bool wdm_folder_is_name(const char *name);
// Facts of name, of a link itself. False when there is nothing of that name (or it cannot be looked at).
bool wdm_folder_look(const wdm_folder *folder, const char *name, wdm_file_facts *facts);
// Facts of an open file or folder.
wdm_rc wdm_facts_of(int fd, const char *name, wdm_file_facts *facts, wdm_err *err) WDM_MUST_CHECK;
bool wdm_facts_equal(const wdm_file_facts *a, const wdm_file_facts *b);

// Opens a plain file to read. WDM_E_NOINPUT: it is gone, or no plain file; WDM_E_PERM: not readable.
wdm_rc wdm_folder_open_file(const wdm_folder *folder, const char *name, int *fd, wdm_file_facts *facts,
                            wdm_err *err) WDM_MUST_CHECK;
// Sets the open file's time to the present and returns it in microseconds since 1970, by the clock of the
// machine that holds the folder: the one that file times there compare with.
wdm_rc wdm_fd_touch(int fd, const char *name, int64_t *now_us, wdm_err *err) WDM_MUST_CHECK;
// SHA-256 of the whole open file, from its start.
wdm_rc wdm_fd_sha256(int fd, const char *name, char out[WDM_SHA256_HEX], wdm_err *err) WDM_MUST_CHECK;
// Appends the file to buf (its max is the limit); WDM_E_NOINPUT when there is none.
wdm_rc wdm_folder_read(const wdm_folder *folder, const char *name, wdm_buf *buf, wdm_err *err) WDM_MUST_CHECK;

// As wdm_file_write: complete under its name, or not there. mode 0640. Replaces a file of that name.
wdm_rc wdm_folder_write(const wdm_folder *folder, const char *name, const char *bytes, size_t len,
                        wdm_err *err) WDM_MUST_CHECK;
// Renames from/name to to/new_name; never over something: then *taken and nothing is done (WDM_OK).
// Example: move "a.csv" to "a.csv" of a folder that has one -> *taken, both files as before.
wdm_rc wdm_folder_move(const wdm_folder *from, const char *name, const wdm_folder *to, const char *new_name,
                       bool *taken, wdm_err *err) WDM_MUST_CHECK;
// Removes a file of our own; one that is missing is fine.
wdm_rc wdm_folder_remove(const wdm_folder *folder, const char *name, wdm_err *err) WDM_MUST_CHECK;
// Makes renames last through a power cut, where the file system can.
void wdm_folder_sync(const wdm_folder *folder);

// Calls fn for every entry but those whose name begins with a dot, sorted by name (bytes).
wdm_rc wdm_folder_each(const wdm_folder *folder, wdm_dir_fn fn, void *user, wdm_err *err) WDM_MUST_CHECK;

#endif
