// SPDX-License-Identifier: GPL-3.0-or-later
// A workbook through another program: no shell, fixed arguments, bounded time and output.
#ifndef WDM_IO_CONVERT_H
#define WDM_IO_CONVERT_H

#include <stdint.h>

#include "base/err.h"

typedef struct wdm_convert_job {
    const char *command; // one program, looked up in PATH; no options
    const char *path;    // its only argument; "-" for bytes that have no name: /dev/stdin
    int fd;              // the bytes, its standard input when path is "-"
    int seconds;         // of time; 0: 120
    int64_t bytes;       // of output; 0: 1 GiB
} wdm_convert_job;

// Runs it. *text_fd is an unlinked temporary file with the standard output, the caller's to close (-1 on
// failure). WDM_E_CONFIG: the command is not there. WDM_E_DATA: it failed (with the last line of its
// messages), gave nothing, too much, or took too long; it is then stopped.
wdm_rc wdm_convert_run(const wdm_convert_job *job, int *text_fd, wdm_err *err) WDM_MUST_CHECK;

#endif
