// SPDX-License-Identifier: GPL-3.0-or-later
// An open file's bytes as UTF-8, piece by piece: iconv, then strict validation of what comes out.
#ifndef WDM_IO_DECODER_H
#define WDM_IO_DECODER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "io/source.h"

typedef struct wdm_decoder_job {
    int fd;               // read with pread from offset 0, whatever its own position
    const char *encoding; // "UTF-8", or a name that iconv knows
    const char *name;     // for messages
    uint64_t limit;       // bytes of text; 0: all
    wdm_source_fn fn;
    void *user;
} wdm_decoder_job;

// Whether iconv knows the name. Its options ("//IGNORE", "//TRANSLIT": characters lost in silence) and the
// empty name (the locale's) are not known.
bool wdm_decoder_knows(const char *encoding);

// Calls job->fn as wdm_source_each says. *cut: the limit ended it, with text left. Memory: 128 KiB.
wdm_rc wdm_decoder_run(const wdm_decoder_job *job, bool *cut, wdm_err *err) WDM_MUST_CHECK;

#endif
