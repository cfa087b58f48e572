// SPDX-License-Identifier: GPL-3.0-or-later
// An arena: many small allocations freed at once. One per batch or table; not for sharing between threads.
#ifndef WDM_BASE_ARENA_H
#define WDM_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

typedef struct wdm_arena_block wdm_arena_block;
typedef struct wdm_arena {
    wdm_arena_block *head;
} wdm_arena;

#define WDM_ARENA_INIT                                                                                       \
    {                                                                                                        \
        0                                                                                                    \
    }

// Zeroed memory, aligned for any type, alive until wdm_arena_fini; NULL when memory is short.
void *wdm_arena_alloc(wdm_arena *arena, size_t n, size_t size) WDM_MUST_CHECK;
// Copies of the text (NUL-terminated, or len bytes); NULL when memory is short.
char *wdm_arena_strdup(wdm_arena *arena, const char *text) WDM_MUST_CHECK;
char *wdm_arena_strndup(wdm_arena *arena, const char *text, size_t len) WDM_MUST_CHECK;
void wdm_arena_fini(wdm_arena *arena);

#endif
