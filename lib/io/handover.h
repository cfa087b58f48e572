// SPDX-License-Identifier: GPL-3.0-or-later
// A message handed to another program once, whoever is killed meanwhile. The program runs under a process of
// its own in a session of its own, which outlives its caller and writes down in the spool that it is about to
// start the program (NAME.begun) and how the program ended (NAME.done). Both marks are on the disk before
// anything else happens. That process holds the spool's lock as long as it lives, so whoever gets the lock
// finds all marks final.
//
// What the marks say after a crash: none: the program was never started. Done: it ended so. Begun without
// done: that process itself or the machine died while the program ran, and only the program's side knows
// whether it has the message.
#ifndef WDM_IO_HANDOVER_H
#define WDM_IO_HANDOVER_H

#include <stddef.h>

#include "io/file.h"
#include "io/notify_settings.h"

enum { WDM_HANDOVER_MESSAGE = 300, WDM_HANDOVER_STOPPED = 124, WDM_HANDOVER_NO_PROGRAM = 127 };

typedef struct wdm_handover {
    char folder[WDM_PATH_MAX];
    int lock_fd; // -1: not open
} wdm_handover;

// Makes the folder when it is missing and takes its lock, waiting up to wait_s seconds for a process that is
// still at work. WDM_E_BUSY after that.
wdm_rc wdm_handover_open(wdm_handover *handover, const char *folder, int wait_s, wdm_err *err) WDM_MUST_CHECK;
void wdm_handover_close(wdm_handover *handover);

typedef enum wdm_handover_state {
    WDM_HANDOVER_NEVER,
    WDM_HANDOVER_BEGUN,
    WDM_HANDOVER_DONE
} wdm_handover_state;

typedef struct wdm_handover_mark {
    wdm_handover_state state;
    int status;                         // of the program, when done: 0 success; 128 + n: ended by signal n
    char message[WDM_HANDOVER_MESSAGE]; // the last line that it wrote to standard error
} wdm_handover_mark;

// name: letters, digits, '.', '-', '_'.
wdm_rc wdm_handover_look(const wdm_handover *handover, const char *name, wdm_handover_mark *mark,
                         wdm_err *err) WDM_MUST_CHECK;
// Runs the command with the bytes as its standard input, without a shell, in an environment of PATH, HOME and
// LC_ALL, and waits for its end; it is stopped after command->seconds (WDM_HANDOVER_STOPPED). The marks say
// how it went.
wdm_rc wdm_handover_run(const wdm_handover *handover, const char *name, const wdm_command *command,
                        const char *bytes, size_t len, wdm_err *err) WDM_MUST_CHECK;
// Removes the marks of that name, the later one last.
wdm_rc wdm_handover_forget(const wdm_handover *handover, const char *name, wdm_err *err) WDM_MUST_CHECK;

#endif
